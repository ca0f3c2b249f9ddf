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
    /// `R`.
    Refused,
    /// `M`: refused, the message authentication did not hold.
    Unauthenticated,
    /// `W`: refused, the assurance did not hold.
    Unassured,
    /// `X`: refused, what was decrypted made no sense.
    Undecrypted,
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
            Self::Unauthenticated => "M",
            Self::Unassured => "W",
            Self::Undecrypted => "X",
        }
    }

    /// Reads a letter. Whatever is no letter of the list did not accept, so it is a refusal.
    #[must_use]
    pub fn from_letter(letter: &[u8]) -> Self {
        match letter {
            b"A" => Self::Accepted,
            b"E" => Self::Noted,
            b"P" => Self::Partly,
            b"M" => Self::Unauthenticated,
            b"W" => Self::Unassured,
            b"X" => Self::Undecrypted,
            _ => Self::Refused,
        }
    }

    /// The word of the canonical record.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Noted => "accepted_with_errors",
            Self::Partly => "partly",
            Self::Refused => "rejected",
            Self::Unauthenticated => "rejected_authentication",
            Self::Unassured => "rejected_assurance",
            Self::Undecrypted => "rejected_security",
        }
    }

    /// Whether what it is said of was refused as a whole.
    #[must_use]
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Refused | Self::Unauthenticated | Self::Unassured | Self::Undecrypted)
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
        let mut record = Object::default();
        set_text(&mut record, "schema", SCHEMA);
        set_text(&mut record, "of", "interchange");
        set_text(&mut record, "control", &self.control);
        set_text(&mut record, "on", &day(&self.date));
        set_text(&mut record, "at", &time(&self.time));
        set_text(&mut record, "verdict", self.outcome.word());
        set_text(&mut record, "code", &self.note);
        record
    }
}

impl GroupAnswer {
    /// The canonical record `acknowledgment/1`, as the maps of 997 and 999 give it.
    #[must_use]
    pub fn record(&self) -> Object<'static> {
        let total = &self.total;
        let mut record = Object::default();
        set_text(&mut record, "schema", SCHEMA);
        set_text(&mut record, "of", "group");
        set_text(&mut record, "id", &self.id);
        set_text(&mut record, "control", &self.control);
        set_text(&mut record, "release", &self.release);
        set_list(&mut record, "sets", self.sets.iter().map(SetAnswer::record));
        set_text(&mut record, "verdict", total.outcome.word());
        set_number(&mut record, "sent", Some(total.included));
        set_number(&mut record, "received", Some(total.received));
        set_number(&mut record, "accepted", Some(total.accepted));
        set_list(&mut record, "codes", total.codes.iter().map(|code| fault(code)));
        record
    }
}

impl SetAnswer {
    fn record(&self) -> Object<'static> {
        let mut record = Object::default();
        set_text(&mut record, "set", &self.set);
        set_text(&mut record, "control", &self.control);
        set_text(&mut record, "implementation", &self.implementation);
        set_list(&mut record, "segments", self.segments.iter().map(SegmentAnswer::record));
        set_text(&mut record, "verdict", self.outcome.word());
        set_list(&mut record, "codes", self.codes.iter().map(|code| fault(code)));
        record
    }
}

impl SegmentAnswer {
    fn record(&self) -> Object<'static> {
        let mut record = Object::default();
        set_text(&mut record, "id", &self.id);
        set_number(&mut record, "position", Some(self.position));
        set_text(&mut record, "loop", &self.loop_id);
        set_text(&mut record, "code", &self.code);
        set_list(&mut record, "contexts", self.contexts.iter().map(Context::record));
        set_list(&mut record, "elements", self.elements.iter().map(ElementAnswer::record));
        record
    }
}

impl ElementAnswer {
    fn record(&self) -> Object<'static> {
        let mut record = Object::default();
        set_number(&mut record, "position", Some(self.position));
        set_number(&mut record, "component", self.component);
        set_number(&mut record, "repetition", self.repetition);
        set_text(&mut record, "number", &self.dictionary);
        set_text(&mut record, "code", &self.code);
        set_text(&mut record, "text", &self.text);
        set_list(&mut record, "contexts", self.contexts.iter().map(Context::record));
        record
    }
}

impl Context {
    fn record(&self) -> Object<'static> {
        let mut record = Object::default();
        match self {
            Self::Trigger { segment, position, loop_id, element, component } => {
                set_text(&mut record, "name", TRIGGER);
                set_text(&mut record, "segment", segment);
                set_number(&mut record, "position", Some(*position));
                set_text(&mut record, "loop", loop_id);
                set_number(&mut record, "element", *element);
                set_number(&mut record, "component", *component);
            }
            Self::Unit { name, value } => {
                set_text(&mut record, "name", name);
                set_text(&mut record, "value", value);
            }
        }
        record
    }
}

fn fault(code: &str) -> Object<'static> {
    let mut record = Object::default();
    set_text(&mut record, "code", code);
    record
}

/// `2026-03-09` from TA102; a day that is none is left out.
fn day(sent: &str) -> String {
    let parsed = jiff::civil::Date::strptime("%y%m%d", sent);
    parsed.map(|day| day.to_string()).unwrap_or_default()
}

/// `08:15` from TA103.
fn time(sent: &str) -> String {
    let parsed = jiff::civil::Time::strptime("%H%M", sent);
    parsed.map(|time| time.strftime("%H:%M").to_string()).unwrap_or_default()
}

/// Empty is absent.
fn set_text(record: &mut Object<'static>, name: &'static str, value: &str) {
    if !value.is_empty() {
        record.set(name, Value::Text(Cow::Owned(value.to_owned())));
    }
}

/// Decimals are texts.
fn set_number(record: &mut Object<'static>, name: &'static str, value: Option<u32>) {
    if let Some(value) = value {
        record.set(name, Value::Text(Cow::Owned(value.to_string())));
    }
}

fn set_list(
    record: &mut Object<'static>,
    name: &'static str,
    items: impl Iterator<Item = Object<'static>>,
) {
    let items: Vec<_> = items.map(Value::Object).collect();
    if !items.is_empty() {
        record.set(name, Value::List(items));
    }
}

/// CTX01-1 of a context that names what makes a situational rule apply.
pub(super) const TRIGGER: &str = "SITUATIONAL TRIGGER";
/// Name and version of the canonical record.
const SCHEMA: &str = "acknowledgment/1";
