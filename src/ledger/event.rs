//! Facts that happened: append-only, one version of one subject each.
//!
//! A fact says what was decided, with the decision in it, so that folding facts never asks
//! today's partner files what yesterday's answer was.

use serde::{Deserialize, Serialize};

use crate::vocabulary::digest::Digest;
use crate::vocabulary::ids::{DocumentId, TransmissionId};
use crate::vocabulary::instant::Instant;

/// A fact about one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event<S, F> {
    /// What it is about.
    pub subject: S,
    /// The version of the subject this fact makes; 1 is the first.
    pub version: i64,
    /// When.
    pub at: Instant,
    /// Who: `edigate`, or a person.
    pub actor: String,
    /// What.
    pub fact: F,
}

/// A fact about a transmission.
pub type TransmissionEvent = Event<TransmissionId, TransmissionFact>;

/// A fact about a document.
pub type DocumentEvent = Event<DocumentId, DocumentFact>;

/// What can happen to a transmission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum TransmissionFact {
    /// Its bytes are durable in the archive.
    Collected(Arrival),
    /// What the partner placed is gone from where it was placed.
    Released,
    /// Nobody known sent it.
    Quarantined(Cause),
    /// It was read and checked.
    Screened(Screening),
    /// Our answers are written and archived, their control numbers used.
    Answered {
        /// The files for partners to take; none when nothing is to be answered.
        answers: Vec<Answer>,
    },
    /// An answer lies where the partner takes it.
    Placed {
        /// Whose folder.
        partner: String,
        /// The name given when it was answered.
        name: String,
        /// The name it lies under.
        placed: String,
    },
    /// Its accepted sets became documents.
    Mapped {
        /// How many.
        documents: u64,
        /// How many of these wait for a person.
        held: u64,
    },
    /// It waits for a person.
    Held(Cause),
    /// A deadline passed in silence.
    Overdue {
        /// Which.
        what: String,
    },
}

/// How bytes came in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Arrival {
    /// Kind of place: `drop`.
    pub mailbox: String,
    /// The partner folder in it.
    pub folder: String,
    /// The file's name there.
    pub name: String,
    /// What told this file from a later one of the same name: size, times, inode.
    pub stamp: String,
    /// The archived bytes.
    pub object: Digest,
    /// How many.
    pub length: u64,
    /// How the same bytes are recognised again.
    pub fingerprint: String,
    /// The transmission that already stands for these bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duplicate_of: Option<TransmissionId>,
}

/// What screening a transmission found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screening {
    /// The partner; of several in one file the first.
    pub partner: String,
    /// `accepted`, `refused`, ...
    pub verdict: String,
    /// In short what it holds: `850 purchase order`, `3 sets: 850, 860`.
    pub contents: String,
    /// The interchanges, cut at `limits::EVENT_INTERCHANGES`.
    pub interchanges: Vec<Interchange>,
    /// How many there are.
    pub count: u64,
    /// Identities of the grammars in force.
    pub grammars: Vec<Digest>,
    /// Whether what is tolerated was an error.
    pub strict: bool,
    /// Sets to be made documents.
    pub accepted: u64,
    /// Sets refused.
    pub refused: u64,
    /// Sets without a grammar.
    pub unsupported: u64,
}

/// One interchange of a screened transmission.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interchange {
    /// ISA13.
    pub control: String,
    /// ISA05:ISA06.
    pub sender: String,
    /// ISA07:ISA08.
    pub receiver: String,
    /// ISA15.
    pub usage: String,
    /// Whose it is.
    pub partner: String,
    /// What became of it.
    pub verdict: String,
}

/// One answer: a file for a partner to take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Whose folder.
    pub partner: String,
    /// The name it is to have.
    pub name: String,
    /// `997`, `999`, `TA1`, as people say it.
    pub kind: String,
    /// What it says: `accepted`, `refused`, `partly`.
    pub says: String,
    /// The archived bytes.
    pub object: Digest,
    /// How many.
    pub length: u64,
    /// The sequence its interchange control numbers come from; empty when it used none.
    pub sequence: String,
    /// The interchange control numbers it used, first and last.
    pub control: (u64, u64),
}

/// Why something can't go on, and who can mend it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Why, in one sentence.
    pub reason: String,
    /// Who is to act.
    pub owner: String,
    /// What to do, in one sentence.
    pub next: String,
}

/// What can happen to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "fact", rename_all = "snake_case")]
pub enum DocumentFact {
    /// A set was accepted and read; its record is durable in the archive.
    Accepted(Record),
    /// It lies where it was to go.
    Delivered {
        /// Where.
        place: String,
    },
    /// It waits for a person.
    Held(Cause),
}

/// A canonical record and where it came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Record {
    /// The transmission it came in.
    pub transmission: TransmissionId,
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
    /// The archived record.
    pub object: Digest,
    /// How long it is.
    pub length: u64,
    /// Why it waits, when it does from the start.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Cause>,
}

impl TransmissionFact {
    /// Its name, as the ledger's column has it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Collected(_) => "collected",
            Self::Released => "released",
            Self::Quarantined(_) => "quarantined",
            Self::Screened(_) => "screened",
            Self::Answered { .. } => "answered",
            Self::Placed { .. } => "placed",
            Self::Mapped { .. } => "mapped",
            Self::Held(_) => "held",
            Self::Overdue { .. } => "overdue",
        }
    }
}

impl DocumentFact {
    /// Its name, as the ledger's column has it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Delivered { .. } => "delivered",
            Self::Held(_) => "held",
        }
    }
}
