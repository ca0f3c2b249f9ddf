//! Why a record cannot be written: the field, and a sentence.

use std::fmt;

/// One thing that stands in the way of writing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The field: `lines[2].quantity`; empty for the record as a whole.
    pub path: String,
    /// What is wrong with it, and what would be right.
    pub sentence: String,
}

impl Refusal {
    pub(super) fn whole(sentence: impl Into<String>) -> Self {
        Self { path: String::new(), sentence: sentence.into() }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.sentence)
        } else {
            write!(f, "{}: {}", self.path, self.sentence)
        }
    }
}

impl std::error::Error for Refusal {}

/// A place in a record while it is written.
#[derive(Clone, Debug, Default)]
pub(super) struct Path<'r> {
    steps: Vec<Step<'r>>,
}

#[derive(Clone, Copy, Debug)]
enum Step<'r> {
    Field(&'r str),
    Item(usize),
}

impl<'r> Path<'r> {
    pub(super) fn field(&mut self, name: &'r str) {
        self.steps.push(Step::Field(name));
    }

    pub(super) fn item(&mut self, index: usize) {
        self.steps.push(Step::Item(index));
    }

    pub(super) fn up(&mut self) {
        self.steps.pop();
    }

    /// The path, with `more` behind it.
    pub(super) fn with(&self, more: &str) -> String {
        let mut text = String::new();
        for step in &self.steps {
            match step {
                Step::Field(name) => {
                    if !text.is_empty() {
                        text.push('.');
                    }
                    text.push_str(name);
                }
                Step::Item(index) => text.push_str(&format!("[{index}]")),
            }
        }
        if !text.is_empty() && !more.is_empty() {
            text.push('.');
        }
        text.push_str(more);
        text
    }
}
