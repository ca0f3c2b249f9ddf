//! What the outside must do next: effects with their idempotency keys, and deadlines.
//!
//! | effect | key | performed a second time |
//! |---|---|---|
//! | release | transmission | absent counts as done; other bytes under the name are a new arrival |
//! | screen | transmission | reads the archived bytes again; only one outcome is recorded |
//! | answer | transmission | writes again with the next control number; only one is recorded |
//! | place | transmission, partner, name | same bytes under the name count as done |
//! | map | transmission | documents derive their identity from the set: present ones are skipped |
//! | deliver | document | same bytes under the name count as done, others are never overwritten |

use serde::{Deserialize, Serialize};

use crate::vocabulary::digest::Digest;
use crate::vocabulary::ids::{DocumentId, TransmissionId};
use crate::vocabulary::instant::Instant;

/// Something owed to the outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Effect {
    /// Its idempotency key: ordering it twice is ordering it once.
    pub key: String,
    /// Effects of one lane happen in the order they were ordered.
    pub lane: String,
    /// Not before.
    pub due: Instant,
    /// What.
    pub order: Order,
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum Order {
    /// Remove what the partner placed.
    Release {
        /// Whose.
        transmission: TransmissionId,
    },
    /// Read and check.
    Screen {
        /// What.
        transmission: TransmissionId,
    },
    /// Write the answers.
    Answer {
        /// To what.
        transmission: TransmissionId,
    },
    /// Put an answer where the partner takes it.
    Place {
        /// The answer to what.
        transmission: TransmissionId,
        /// Whose folder.
        partner: String,
        /// Under which name.
        name: String,
        /// The archived bytes.
        object: Digest,
    },
    /// Make documents of the accepted sets.
    Map {
        /// Of what.
        transmission: TransmissionId,
    },
    /// Put a document where it is to go.
    Deliver {
        /// Which.
        document: DocumentId,
    },
}

impl Order {
    /// The effect: this order, once, not before `due`.
    #[must_use]
    pub fn due(self, due: Instant) -> Effect {
        let key = self.key();
        Effect { lane: key.clone(), key, due, order: self }
    }

    /// The idempotency key.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Release { transmission } => format!("release/{transmission}"),
            Self::Screen { transmission } => format!("screen/{transmission}"),
            Self::Answer { transmission } => format!("answer/{transmission}"),
            Self::Place { transmission, partner, name, .. } => {
                format!("place/{transmission}/{partner}/{name}")
            }
            Self::Map { transmission } => format!("map/{transmission}"),
            Self::Deliver { document } => format!("deliver/{document}"),
        }
    }

    /// What is done, in one word, for logs.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Release { .. } => "release",
            Self::Screen { .. } => "screen",
            Self::Answer { .. } => "answer",
            Self::Place { .. } => "place",
            Self::Map { .. } => "map",
            Self::Deliver { .. } => "deliver",
        }
    }
}

/// Silence that matters at `due`, unless it is met before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// From now on something is waited for.
    Set {
        /// Which.
        key: String,
        /// What is waited for, in words.
        what: String,
        /// Until when.
        due: Instant,
    },
    /// It came.
    Met {
        /// Which.
        key: String,
    },
}

/// What follows from one fact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<S> {
    /// The state after it.
    pub state: S,
    /// What is owed to the outside because of it.
    pub effects: Vec<Effect>,
    /// What is waited for, or no longer.
    pub deadlines: Vec<Deadline>,
}

/// A fact that cannot follow what is known: someone acted on an old view, or there is a bug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{fact} cannot follow version {version} ({stage})")]
pub struct Illegal {
    /// The fact.
    pub fact: &'static str,
    /// The version it was to follow.
    pub version: i64,
    /// The stage it found.
    pub stage: &'static str,
}
