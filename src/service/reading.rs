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

/// Reads a set that was accepted from `sender`.
pub fn read(
    configuration: &Configuration,
    sender: &Identified,
    set: &Screened<'_>,
    ordinal: u64,
) -> Reading {
    let id = set.report.set.as_str();
    let agreement = configuration.agreement(sender, set.interchange, set.group, id);
    Reading {
        ordinal,
        partner: sender.partner().key.clone(),
        kind: id.to_owned(),
        number: String::new(),
        set: id.to_owned(),
        control: set.report.control.as_str().to_owned(),
        bytes: Vec::new(),
        hold: hold(sender, set, agreement),
    }
}

/// Why a document waits for a person: nobody agreed to take it, it is a test on a production
/// agreement, or its figures do not add up and the agreement wants that looked at.
fn hold(
    sender: &Identified,
    set: &Screened<'_>,
    agreement: Result<&Agreement, NoAgreement>,
) -> Option<Cause> {
    let partner = sender.partner();
    let id = set.report.set.as_str();
    match agreement {
        // Acknowledgments answer what we sent; nobody agrees on them apart from that.
        Err(_) if matches!(id, "997" | "999") => None,
        Err(missing) => {
            let next = match missing {
                NoAgreement::Set | NoAgreement::Release => format!(
                    "agree on it: [[receive]] with set = \"{id}\" in partners/{}.toml",
                    partner.key
                ),
                NoAgreement::Environment(_) => {
                    format!("ask {} which they meant", partner.contact)
                }
            };
            Some(Cause { reason: missing.to_string(), owner: partner.name.clone(), next })
        }
        Ok(agreement) if agreement.hold_business => {
            let details = set.report.details.as_ref()?;
            let finding = details.findings.iter().find(|f| f.level == Level::Business)?;
            Some(Cause {
                reason: format!("its figures do not agree ({:?})", finding.fault),
                owner: agreement.owner.clone(),
                next: format!("ask {} for a corrected one", partner.contact),
            })
        }
        Ok(_) => None,
    }
}
