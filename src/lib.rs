//! edigate: an EDI and file-transfer gateway between trading partners and Odoo.
//!
//! The modules stand in layer order; `tests/tidy.rs` enforces who may import whom, and
//! `docs/ARCHITECTURE.md` is the map.

pub mod limits;
pub mod vocabulary;

pub mod canonical;
pub mod grammar;
pub mod x12;

pub mod ledger;
pub mod partner;
pub mod ports;

pub mod edge;
pub mod service;

pub mod cli;
