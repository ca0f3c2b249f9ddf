//! What changed between two grammars, guides or maps, in words.
//!
//! A partner asks one thing of a new version: will what I send still pass? So every change says
//! whether it refuses more than before, accepts more, or neither.

mod elements;
mod maps;
mod schemas;

use std::fmt;

pub use maps::{FieldLine, fields, maps};
pub use schemas::schemas;

use super::print::print;
use super::syntax::Text;

/// What a change means for whoever sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// Something that passed may now be refused.
    Narrower,
    /// Something that was refused may now pass.
    Wider,
    /// Neither, or it depends on what is sent.
    Other,
}

impl Effect {
    /// `refuses more`, `accepts more`, `differs`.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Narrower => "refuses more",
            Self::Wider => "accepts more",
            Self::Other => "differs",
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// What it means for whoever sends.
    pub effect: Effect,
    /// Where: `PO1/PID`, `BEG.02`; empty for the whole.
    pub place: String,
    /// What changed.
    pub sentence: String,
}

impl Change {
    fn new(effect: Effect, place: impl Into<String>, sentence: impl Into<String>) -> Self {
        Self { effect, place: place.into(), sentence: sentence.into() }
    }
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_str() {
            "" => f.write_str(&self.sentence),
            place => write!(f, "{place}: {}", self.sentence),
        }
    }
}

/// What changed between two texts that are not compiled: maps field by field, others by the lines
/// of their canonical print.
#[must_use]
pub fn texts(before: &Text, after: &Text) -> Vec<Change> {
    if let (Text::Map(before), Text::Map(after)) = (before, after) {
        return maps(before, after, None);
    }
    let (before, after) = (print(before), print(after));
    let lines = |text: &str| text.lines().map(squeezed).collect::<Vec<String>>();
    let (before, after) = (lines(&before), lines(&after));
    let gone = only_in(&before, &after);
    let new = only_in(&after, &before);
    let change =
        |what: &str, line: String| Change::new(Effect::Other, "", format!("{what}: {line}"));
    let gone = gone.into_iter().map(|line| change("no longer said", line));
    gone.chain(new.into_iter().map(|line| change("now said", line))).collect()
}

/// A line without its alignment.
fn squeezed(line: &str) -> String {
    line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Lines of one text that the other has not, or has less often.
fn only_in(these: &[String], others: &[String]) -> Vec<String> {
    let mut left: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for line in others {
        *left.entry(line).or_default() += 1;
    }
    let mut only = Vec::new();
    for line in these.iter().filter(|line| !line.is_empty()) {
        match left.get_mut(line.as_str()) {
            Some(count) if *count > 0 => *count -= 1,
            _ => only.push(line.clone()),
        }
    }
    only
}
