//! The grammar language: one text describes a transaction set for validation, acknowledgment
//! codes, reading, writing, companion guides and samples.
//!
//! The texts are parsed into the plain trees of [`structure`], [`segments`], [`codes`],
//! [`guide`], [`map`] and [`record`]; what is shared by them is in [`mod@line`].

pub mod codes;
pub mod companion;
pub mod compile;
pub mod diff;
pub mod error;
pub mod guide;
pub mod json_schema;
pub mod library;
pub mod line;
pub mod map;
pub mod mapping;
pub mod overlay;
pub(crate) mod packed;
pub mod print;
pub mod record;
pub mod sample;
pub mod schema;
pub mod segments;
pub mod structure;
pub mod syntax;
pub mod walk;
