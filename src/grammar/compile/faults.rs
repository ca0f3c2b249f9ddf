//! The errors of texts, collected: all of them are told, not the first.

use crate::grammar::error::GrammarError;

/// A line of a text. Columns are filled in by the library, which has the text itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place<'a> {
    /// Path of the text: `x12/004010/850.grammar`.
    pub path: &'a str,
    /// Its line, from 1; 0 for the text as a whole.
    pub line: u32,
}

/// Errors found so far, each said once.
#[derive(Debug, Default)]
pub struct Faults {
    list: Vec<GrammarError>,
}

impl Faults {
    /// Notes an error.
    pub fn say(&mut self, at: Place<'_>, sentence: impl Into<String>) {
        self.say_with(at, sentence, None);
    }

    /// Notes an error with what to do about it.
    pub fn say_with(&mut self, at: Place<'_>, sentence: impl Into<String>, hint: Option<String>) {
        let mut error = GrammarError::at(at.path, at.line, COLUMN_UNKNOWN, sentence);
        error.hint = hint;
        // What several guides or releases share would be told once for each of them.
        if !self.list.contains(&error) {
            self.list.push(error);
        }
    }

    /// Notes errors found elsewhere, as of a release by a set that uses it.
    pub fn adopt(&mut self, errors: &[GrammarError]) {
        for error in errors {
            if !self.list.contains(error) {
                self.list.push(error.clone());
            }
        }
    }

    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.list.len()
    }

    /// The errors, in the order found.
    #[must_use]
    pub fn into_list(self) -> Vec<GrammarError> {
        self.list
    }
}

/// The column of an error that knows its line only; the library puts the line's first word there.
pub const COLUMN_UNKNOWN: u32 = 0;
