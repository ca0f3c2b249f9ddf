//! Failures: defects of the world, as opposed to findings (defects of a partner's data) and
//! bugs (ours).
//!
//! A failure carries what whoever meets it must know: whose fault it is, whether trying again
//! can help, one text that may leave the house and one for the operator.

use std::fmt;
use std::time::Duration;

/// Where the world failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// What a partner runs or placed.
    Partner,
    /// The place that keeps bytes.
    Archive,
    /// The place that keeps facts.
    Store,
    /// The folder a partner drops into, or takes from.
    Mailbox,
    /// Settings, partner files, grammars: something a person wrote.
    Setting,
}

/// Whether trying again can help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// Trying again gives the same result.
    Never,
    /// Try again, not before this long.
    After(Duration),
    /// Try again when a person has changed something.
    WhenMended,
}

/// A defect of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Where.
    pub source: Source,
    /// Whether to try again.
    pub retry: Retry,
    /// What a partner may read: no path, no name of ours.
    pub partner_text: &'static str,
    /// What, where, why it matters, what to do next.
    pub operator_text: String,
}

impl Failure {
    /// A failure that may pass by itself: full disk, lost connection.
    #[must_use]
    pub const fn passing(source: Source, operator_text: String) -> Self {
        Self {
            source,
            retry: Retry::After(Duration::from_secs(1)),
            partner_text: "temporarily unable to take this; it will be tried again",
            operator_text,
        }
    }

    /// A failure that stays until a person changes something.
    #[must_use]
    pub const fn until_mended(source: Source, operator_text: String) -> Self {
        Self {
            source,
            retry: Retry::WhenMended,
            partner_text: "unable to take this for now; our operators have been told",
            operator_text,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.operator_text)
    }
}

impl std::error::Error for Failure {}
