//! Reads one accepted set into the document it becomes, and says whether a person must look at
//! it first.

use super::configuration::Configuration;
use crate::ledger::event::Cause;
use crate::partner::directory::{Identified, NoAgreement};
use crate::partner::profile::Agreement;
use crate::x12::finding::Level;
use crate::x12::report::Screened;

/// A document that is to be.
#[derive(Debug)]
pub struct Reading {
    /// Which set of the file, 1 the first.
    pub ordinal: u64,
    /// Whose.
    pub partner: String,
    /// `purchase_order`.
    pub kind: String,
    /// The business number; empty when it has none.
    pub number: String,
    /// ST01.
    pub set: String,
    /// ST02.
    pub control: String,
    /// The record as it is kept and delivered.
    pub bytes: Vec<u8>,
    /// Why it waits, when it does.
    pub hold: Option<Cause>,
}
