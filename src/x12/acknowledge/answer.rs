//! What an acknowledgment says, as values: the same whether we said it or a partner did.
//!
//! Screening becomes these values (`judge`), they are written as segments (`ta1`, `functional`,
//! `implementation`), a partner's segments are read into them (`read`), and they make the
//! canonical record `acknowledgment/1` (GRAMMAR.md 9).

use crate::canonical::record::{Object, Value};
use std::borrow::Cow;

/// What is said of an interchange, a group or a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// `A`.
    Accepted,
    /// `E`: accepted, and something is told.
    Noted,
    /// `P`: some sets accepted, some refused. Only of a group.
    Partly,
    /// `R`, and `M`, `W`, `X`, which refuse for reasons of security.
    Refused,
}

impl Outcome {
    /// The letter of AK501, AK901, TA104.
    #[must_use]
    pub const fn letter(self) -> &'static str {
        match self {
            Self::Accepted => "A",
            Self::Noted => "E",
            Self::Partly => "P",
            Self::Refused => "R",
        }
    }

    /// Reads a letter. Whatever is none of `A`, `E`, `P` did not accept, so it is a refusal.
    #[must_use]
    pub fn from_letter(letter: &[u8]) -> Self {
        match letter {
            b"A" => Self::Accepted,
            b"E" => Self::Noted,
            b"P" => Self::Partly,
            _ => Self::Refused,
        }
    }

    /// The word of the canonical record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Noted => "accepted_with_findings",
            Self::Partly => "partly",
            Self::Refused => "refused",
        }
    }
}

/// A TA1: what is said of an interchange as such.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterchangeAnswer {
    /// TA101: the control number of the interchange answered.
    pub control: Box<str>,
    /// TA102: its date, as it was sent.
    pub date: Box<str>,
    /// TA103: its time, as it was sent.
    pub time: Box<str>,
    /// TA104.
    pub outcome: Outcome,
    /// TA105, three digits.
    pub note: Box<str>,
}

/// A 997 or 999: what is said of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupAnswer {
    /// AK101.
    pub id: Box<str>,
    /// AK102: the control number of the group answered.
    pub control: Box<str>,
    /// AK103; empty when not said.
    pub release: Box<str>,
    /// What is said of its sets, in their order.
    pub sets: Vec<SetAnswer>,
    /// AK9.
    pub total: GroupTotal,
}

/// AK9: what is said of a group as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupTotal {
    /// AK901.
    pub outcome: Outcome,
    /// AK902: sets the group's trailer declares.
    pub included: u32,
    /// AK903: sets received.
    pub received: u32,
    /// AK904: sets accepted.
    pub accepted: u32,
    /// AK905 to AK909.
    pub codes: Vec<Box<str>>,
}

/// An AK2 loop: what is said of one set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetAnswer {
    /// AK201.
    pub set: Box<str>,
    /// AK202.
    pub control: Box<str>,
    /// AK203; empty when not said.
    pub implementation: Box<str>,
    /// AK501 or IK501.
    pub outcome: Outcome,
    /// AK502 to AK506 or IK502 to IK506.
    pub codes: Vec<Box<str>>,
    /// Its faulty segments.
    pub segments: Vec<SegmentAnswer>,
}

/// An AK3 or IK3 loop: one fault of one segment, or its faulty elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SegmentAnswer {
    /// AK301: for a missing segment the one expected.
    pub id: Box<str>,
    /// AK302: counted from ST = 1.
    pub position: u32,
    /// AK303: the innermost loop; empty when not said.
    pub loop_id: Box<str>,
    /// AK304 or IK304; empty when not said.
    pub code: Box<str>,
    /// CTX after IK3.
    pub contexts: Vec<Context>,
    /// AK4 or IK4.
    pub elements: Vec<ElementAnswer>,
}

/// An AK4 or IK4: one fault of one element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ElementAnswer {
    /// AK401-1.
    pub position: u32,
    /// AK401-2.
    pub component: Option<u32>,
    /// AK401-3.
    pub repetition: Option<u32>,
    /// AK402: number in the dictionary; empty when not said.
    pub dictionary: Box<str>,
    /// AK403 or IK403.
    pub code: Box<str>,
    /// AK404 or IK404: a copy of what was sent, without separators; empty when not said.
    pub text: Box<str>,
    /// CTX after IK4.
    pub contexts: Vec<Context>,
}

/// A CTX of a 999: why a situational rule applied, or in which business unit the fault is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Context {
    /// The segment (and element) that makes the rule apply.
    Trigger {
        /// CTX02.
        segment: Box<str>,
        /// CTX03.
        position: u32,
        /// CTX04; empty when not said.
        loop_id: Box<str>,
        /// CTX05-1.
        element: Option<u32>,
        /// CTX05-2.
        component: Option<u32>,
    },
    /// The claim, remittance line or other unit: its name and identifier.
    Unit {
        /// CTX01-1: `CLP01`.
        name: Box<str>,
        /// CTX01-2.
        value: Box<str>,
    },
}

impl InterchangeAnswer {
    /// The canonical record `acknowledgment/1`.
    #[must_use]
    pub fn record(&self) -> Object<'static> {
        let mut record = opened("interchange", &self.control, self.outcome);
        set_text(&mut record, "code", &self.note);
        record
    }
}

impl GroupAnswer {
    /// The canonical record `acknowledgment/1`: the group's verdict and counts, the group with its
    /// sets.
    #[must_use]
    pub fn record(&self) -> Object<'static> {
        let mut record = opened("group", &self.control, self.total.outcome);
        record.set("received", Value::Integer(i64::from(self.total.received)));
        record.set("accepted", Value::Integer(i64::from(self.total.accepted)));
        let mut group = Object::default();
        set_text(&mut group, "id", &self.id);
        set_text(&mut group, "control", &self.control);
        set_text(&mut group, "release", &self.release);
        set_text(&mut group, "verdict", self.total.outcome.word());
        set_list(&mut group, "codes", self.total.codes.iter().map(|code| text(code)));
        set_list(&mut group, "sets", self.sets.iter().map(|set| Value::Object(set.record())));
        record.set("groups", Value::List(vec![Value::Object(group)]));
        record
    }
}

impl SetAnswer {
    fn record(&self) -> Object<'static> {
        let mut record = Object::default();
        set_text(&mut record, "set", &self.set);
        set_text(&mut record, "control", &self.control);
        set_text(&mut record, "verdict", self.outcome.word());
        set_list(&mut record, "codes", self.codes.iter().map(|code| text(code)));
        let segments = self.segments.iter().map(|segment| Value::Object(segment.record()));
        set_list(&mut record, "segments", segments);
        record
    }
}

impl SegmentAnswer {
    fn record(&self) -> Object<'static> {
        let mut record = Object::default();
        set_text(&mut record, "id", &self.id);
        record.set("position", Value::Integer(i64::from(self.position)));
        set_text(&mut record, "loop", &self.loop_id);
        set_text(&mut record, "code", &self.code);
        let elements = self.elements.iter().map(|element| Value::Object(element.record()));
        set_list(&mut record, "elements", elements);
        record
    }
}

impl ElementAnswer {
    fn record(&self) -> Object<'static> {
        let mut record = Object::default();
        record.set("position", Value::Integer(i64::from(self.position)));
        if let Some(component) = self.component {
            record.set("component", Value::Integer(i64::from(component)));
        }
        set_text(&mut record, "code", &self.code);
        set_text(&mut record, "text", &self.text);
        record
    }
}

fn opened(of: &'static str, control: &str, outcome: Outcome) -> Object<'static> {
    let mut record = Object::default();
    record.set("schema", Value::Text(Cow::Borrowed("acknowledgment/1")));
    record.set("of", Value::Text(Cow::Borrowed(of)));
    set_text(&mut record, "control", control);
    record.set("verdict", Value::Text(Cow::Borrowed(outcome.word())));
    record
}

fn text(value: &str) -> Value<'static> {
    Value::Text(Cow::Owned(value.to_owned()))
}

/// Empty is absent.
fn set_text(record: &mut Object<'static>, name: &'static str, value: &str) {
    if !value.is_empty() {
        record.set(name, text(value));
    }
}

fn set_list(
    record: &mut Object<'static>,
    name: &'static str,
    items: impl Iterator<Item = Value<'static>>,
) {
    let items: Vec<_> = items.collect();
    if !items.is_empty() {
        record.set(name, Value::List(items));
    }
}
