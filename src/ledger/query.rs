//! What people ask: the rows of `show`, `verify` and the demo's table.

use serde::Serialize;

use super::sql;
use super::statement::{Row, Statement};
use crate::vocabulary::digest::Digest;
use crate::vocabulary::ids::{DocumentId, TransmissionId};
use crate::vocabulary::instant::Instant;

/// A transmission as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransmissionRow {
    /// Which.
    pub id: String,
    /// Where it stands.
    pub stage: String,
    /// What screening said; empty before.
    pub verdict: String,
    /// Whose; empty when nobody's.
    pub partner: String,
    /// What it holds, in short.
    pub contents: String,
    /// Why it waits, or what it repeats.
    pub note: String,
    /// Who is to act, when it waits for a person.
    pub owner: String,
    /// What they are to do.
    pub next: String,
    /// The folder it came in.
    pub folder: String,
    /// The file's name there.
    pub name: String,
    /// The archived bytes.
    pub object: String,
    /// How many.
    pub length: u64,
    /// When it arrived.
    pub arrived: String,
    /// Whether the partner's file is removed.
    pub released: bool,
}

/// A document as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DocumentRow {
    /// Which.
    pub id: String,
    /// Where it stands.
    pub stage: String,
    /// The transmission it came in.
    pub transmission: String,
    /// Whose.
    pub partner: String,
    /// `purchase_order`.
    pub kind: String,
    /// The business number.
    pub number: String,
    /// ST01.
    pub set: String,
    /// ST02.
    pub control: String,
    /// The archived record.
    pub object: String,
    /// Where it lies, once delivered.
    pub place: String,
    /// Why it waits.
    pub note: String,
    /// Who is to act, when it waits for a person.
    pub owner: String,
    /// What they are to do.
    pub next: String,
    /// When it was accepted.
    pub accepted: String,
}

/// An answer as people see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AnswerRow {
    /// Whose folder.
    pub partner: String,
    /// The name it was given.
    pub name: String,
    /// `997 accepted`.
    pub kind: String,
    /// Its first interchange control number.
    pub control: String,
    /// The archived bytes.
    pub object: String,
    /// The name it lies under; empty until placed.
    pub placed: String,
}

/// An effect that failed and is tried again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TroubleRow {
    /// Its key: what is owed, of what.
    pub effect: String,
    /// The transmission or document it belongs to.
    pub subject: String,
    /// How often it was tried.
    pub attempts: i64,
    /// When it is tried again.
    pub due: String,
    /// Why it failed the last time.
    pub trouble: String,
}

impl TroubleRow {
    /// Reads a row of [`troubles`].
    #[must_use]
    pub fn read(row: &Row) -> Self {
        Self {
            effect: row.text(0).to_owned(),
            subject: row.text(1).to_owned(),
            attempts: row.integer(2),
            due: Instant::from_micros(row.integer(3)).to_string(),
            trouble: row.text(4).to_owned(),
        }
    }
}

/// An object some fact names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ObjectRow {
    /// Its name.
    pub digest: Digest,
    /// Its length.
    pub length: u64,
}

/// The newest transmissions, at most `most`.
#[must_use]
pub fn transmissions(most: u64) -> Statement {
    Statement::any(sql::TRANSMISSIONS, vec![most.into()])
}

/// Transmissions after `id`, oldest first.
#[must_use]
pub fn transmissions_since(id: &str, most: u64) -> Statement {
    Statement::any(sql::TRANSMISSIONS_SINCE, vec![id.into(), most.into()])
}

/// The newest documents, at most `most`.
#[must_use]
pub fn documents(most: u64) -> Statement {
    Statement::any(sql::DOCUMENTS, vec![most.into()])
}

/// Documents of one transmission.
#[must_use]
pub fn documents_of(transmission: &str, most: u64) -> Statement {
    Statement::any(sql::DOCUMENTS_OF, vec![transmission.into(), most.into()])
}

/// How many documents of a transmission stand where.
#[must_use]
pub fn document_counts(transmission: &str) -> Statement {
    Statement::any(sql::DOCUMENT_COUNTS, vec![transmission.into()])
}

/// How many facts there are, the first and last place they have, and the next.
#[must_use]
pub fn event_span() -> Statement {
    Statement::any(sql::EVENT_SPAN, Vec::new())
}

/// Identity, version, stage and object of transmissions after `id`.
#[must_use]
pub fn transmission_stages(id: &str, most: u64) -> Statement {
    Statement::any(sql::TRANSMISSION_STAGES, vec![id.into(), most.into()])
}

/// Identity, version, stage and object of documents after `id`.
#[must_use]
pub fn document_stages(id: &str, most: u64) -> Statement {
    Statement::any(sql::DOCUMENT_STAGES, vec![id.into(), most.into()])
}

/// Answers to one transmission.
#[must_use]
pub fn answers_of(transmission: &str) -> Statement {
    Statement::any(sql::ANSWERS_OF, vec![transmission.into()])
}

/// Facts of one subject, oldest first.
#[must_use]
pub fn events_of(subject: &str) -> Statement {
    Statement::any(sql::EVENTS_OF, vec![subject.into()])
}

/// Objects that facts name, after `digest`.
#[must_use]
pub fn objects_after(digest: &str, most: u64) -> Statement {
    Statement::any(sql::OBJECTS_AFTER, vec![digest.into(), most.into()])
}

/// Whether a fact names an object; a row when one does.
#[must_use]
pub fn object_known(object: Digest) -> Statement {
    Statement::any(sql::OBJECT_KNOWN, vec![object.into()])
}

/// Deadlines that passed by `now`, the oldest first.
#[must_use]
pub fn deadlines_passed(now: Instant, most: u64) -> Statement {
    Statement::any(sql::DEADLINE_PASSED, vec![now.into(), most.into()])
}

/// Effects that failed at least once and are tried again.
#[must_use]
pub fn troubles(most: u64) -> Statement {
    Statement::any(sql::EFFECT_TROUBLES, vec![most.into()])
}

/// How many transmissions stand where, by folder.
#[must_use]
pub fn counts() -> Statement {
    Statement::any(sql::TRANSMISSION_COUNTS, Vec::new())
}

/// Which transmission stands for these bytes.
#[must_use]
pub fn original(fingerprint: &str) -> Statement {
    Statement::any(sql::ORIGINAL_FIND, vec![fingerprint.into()])
}

/// Reads a row of [`original`]: which, and whether it took effect.
#[must_use]
pub fn read_original(row: &Row) -> Option<(TransmissionId, bool)> {
    let stands = super::transmission::Stage::stands(row.text(1));
    Some((TransmissionId::parse(row.text(0))?, stands))
}

impl TransmissionRow {
    /// Reads a row of [`transmissions`].
    #[must_use]
    pub fn read(row: &Row) -> Self {
        Self {
            id: row.text(0).to_owned(),
            stage: row.text(1).to_owned(),
            verdict: row.text(2).to_owned(),
            partner: row.text(3).to_owned(),
            contents: row.text(4).to_owned(),
            note: row.text(5).to_owned(),
            owner: String::new(),
            next: String::new(),
            folder: row.text(6).to_owned(),
            name: row.text(7).to_owned(),
            object: row.text(8).to_owned(),
            length: row.count(9),
            arrived: Instant::from_micros(row.integer(10)).to_string(),
            released: row.integer(11) != 0,
        }
    }

    /// The last digits of its identity.
    #[must_use]
    pub fn short(&self) -> String {
        TransmissionId::parse(&self.id).map_or_else(String::new, |id| id.short())
    }
}

impl DocumentRow {
    /// Reads a row of [`documents`].
    #[must_use]
    pub fn read(row: &Row) -> Self {
        Self {
            id: row.text(0).to_owned(),
            stage: row.text(1).to_owned(),
            transmission: row.text(2).to_owned(),
            partner: row.text(3).to_owned(),
            kind: row.text(4).to_owned(),
            number: row.text(5).to_owned(),
            set: row.text(6).to_owned(),
            control: row.text(7).to_owned(),
            object: row.text(8).to_owned(),
            place: row.text(9).to_owned(),
            note: row.text(10).to_owned(),
            owner: String::new(),
            next: String::new(),
            accepted: Instant::from_micros(row.integer(11)).to_string(),
        }
    }

    /// The last digits of its identity.
    #[must_use]
    pub fn short(&self) -> String {
        DocumentId::parse(&self.id).map_or_else(String::new, |id| id.short())
    }
}

impl AnswerRow {
    /// Reads a row of [`answers_of`].
    #[must_use]
    pub fn read(row: &Row) -> Self {
        let text = |index| row.text(index).to_owned();
        Self {
            partner: text(0),
            name: text(1),
            kind: text(2),
            control: text(3),
            object: text(4),
            placed: text(5),
        }
    }
}

impl ObjectRow {
    /// Reads a row of [`objects_after`]; `None` when its name is no digest.
    #[must_use]
    pub fn read(row: &Row) -> Option<Self> {
        Some(Self { digest: Digest::parse(row.text(0))?, length: row.count(1) })
    }
}
