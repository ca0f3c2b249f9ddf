//! Reads one accepted set into the document it becomes, and says whether a person must look at
//! it first.

use super::configuration::Configuration;
use crate::canonical::document::Document;
use crate::canonical::json;
use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::NoMap;
use crate::ledger::event::Cause;
use crate::partner::directory::{Identified, NoAgreement};
use crate::partner::profile::{Agreement, Direction};
use crate::x12::finding::{Finding, Level};
use crate::x12::read;
use crate::x12::report::Screened;
use crate::x12::screen::Rules;
use crate::x12::wording::{Around, words};

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

/// A file a set came in.
#[derive(Clone, Copy, Debug)]
pub struct From<'a> {
    /// Who sent it.
    pub sender: &'a Identified,
    /// The folder it lay in.
    pub folder: &'a str,
    /// Its name there.
    pub file: &'a str,
}

/// Reads an accepted set.
#[must_use]
pub fn read(
    configuration: &Configuration,
    from: From<'_>,
    set: &Screened<'_>,
    ordinal: u64,
) -> Reading {
    let id = set.report.set.as_str();
    let partner = from.sender.partner();
    let mut reading = Reading {
        ordinal,
        partner: partner.key.clone(),
        kind: id.to_owned(),
        number: String::new(),
        set: id.to_owned(),
        control: set.report.control.as_str().to_owned(),
        bytes: Vec::new(),
        hold: None,
    };
    let details = set.report.details.as_ref();
    let implementation = details.map_or("", |details| &details.implementation);
    let rules = configuration.rules(from.folder);
    let resolution = rules.resolve(set.interchange, set.group, id, implementation);
    let map = match resolution.mapping() {
        Ok(map) => map,
        Err(missing) => {
            reading.bytes = bare(id, set).into_bytes();
            reading.hold = Some(without_map(id, &missing));
            return reading;
        }
    };
    let read = read::with_facts(read::read(set, &map), set, from.file);
    let document = Document::new(&read.record);
    reading.kind = document.schema().split('/').next().unwrap_or_default().to_owned();
    reading.number = document.number().unwrap_or_default().to_owned();
    let mut text = json::to_pretty(&read.record);
    text.push('\n');
    reading.bytes = text.into_bytes();
    reading.hold = read.held.map(|held| Cause {
        reason: held.to_string(),
        owner: partner.name.clone(),
        next: format!("ask {} to send it as two", partner.contact),
    });
    if reading.hold.is_none() {
        let agreement = configuration.agreement(from.sender, set.interchange, set.group, id);
        reading.hold = hold(from.sender, set, agreement, &read.findings);
    }
    reading
}

/// A record of what can't be read: where it came from, and nothing else.
fn bare(id: &str, set: &Screened<'_>) -> String {
    let mut record = Object::default();
    record.set("schema", Value::Text(format!("{id}/0").into()));
    let record =
        read::with_facts(read::Reading { record, findings: Vec::new(), held: None }, set, "");
    json::to_pretty(&record.record)
}

fn without_map(id: &str, missing: &NoMap) -> Cause {
    let reason = match missing {
        NoMap::Unknown => format!("no map says how a {id} is read"),
        NoMap::Faulty(errors) => errors
            .first()
            .map_or_else(|| format!("the map of {id} has errors"), ToString::to_string),
    };
    Cause {
        reason,
        owner: "whoever keeps the grammars".into(),
        next: format!("write grammars/x12/{id}.map; the set itself is in the archive"),
    }
}

/// Why a document waits for a person: nobody agreed to take it, it is a test on a production
/// agreement, or its figures do not add up and the agreement wants that looked at.
fn hold(
    sender: &Identified,
    set: &Screened<'_>,
    agreement: Result<&Agreement, NoAgreement>,
    computed: &[Finding],
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
                NoAgreement::Environment(_) => format!("ask {} which they meant", partner.contact),
            };
            // An agreement on another release or environment names who knows the partner's set.
            let of_set = |agreement: &&Agreement| {
                agreement.direction == Direction::Receive && agreement.set == id
            };
            let owner = partner.agreements.iter().find(of_set).map_or_else(
                || "whoever keeps the partner files".to_owned(),
                |agreement| agreement.owner.clone(),
            );
            Some(Cause { reason: missing.to_string(), owner, next })
        }
        Ok(agreement) if agreement.hold_business => {
            let found = set.report.details.as_ref().map_or(&[][..], |details| &details.findings);
            let business = |finding: &&Finding| finding.level == Level::Business;
            let finding = found.iter().chain(computed).find(business)?;
            Some(Cause {
                reason: sentence(finding, set),
                owner: agreement.owner.clone(),
                next: format!("ask {} for a corrected one", partner.contact),
            })
        }
        Ok(_) => None,
    }
}

/// What `edigate explain` says of the finding.
fn sentence(finding: &Finding, set: &Screened<'_>) -> String {
    let at = usize::try_from(finding.position.saturating_sub(1)).unwrap_or(usize::MAX);
    let around = Around {
        schema: set.schema,
        segment: set.text.segment(at),
        node: set.placements.get(at).copied(),
        instance: "",
    };
    words(finding, &around).sentence
}
