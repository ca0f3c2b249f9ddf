//! The texts of a set's elements: borrowed where they are UTF-8, blanks at the end cut.

use std::borrow::Cow;

use crate::canonical::record::Value;
use crate::grammar::schema::{Condition, ConditionTest};
use crate::x12::segment::{Segment, SetText, split};

/// A set's bytes as text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'a> {
    /// The whole set, when all of it is UTF-8: then no element needs another look.
    text: Option<&'a str>,
    component: u8,
    repetition: Option<u8>,
}

impl<'a> Source<'a> {
    pub(super) fn new(set: &SetText<'a>) -> Self {
        Self {
            text: std::str::from_utf8(set.bytes).ok(),
            component: set.delimiters.component,
            repetition: set.delimiters.repetition,
        }
    }

    /// The text of an element that has no components and does not repeat.
    #[inline]
    pub(super) fn plain(&self, segment: &Segment<'a>, position: usize) -> Option<Cow<'a, str>> {
        let bytes = self.trimmed(segment.element(position));
        if self.is_divided(bytes) {
            return None;
        }
        let start = usize::try_from(segment.element_start(position)).unwrap_or(usize::MAX);
        let text = self.text.and_then(|text| text.get(start..start.saturating_add(bytes.len())));
        match text {
            Some(text) => Some(Cow::Borrowed(text)),
            None => Some(decoded(bytes)),
        }
    }

    /// The text of some bytes of the set.
    pub(super) fn text(bytes: &'a [u8]) -> Cow<'a, str> {
        decoded(bytes)
    }

    /// Without what says nothing at the end: blanks, separators of empty components.
    #[inline]
    fn trimmed(&self, bytes: &'a [u8]) -> &'a [u8] {
        let silent =
            |byte: u8| byte == b' ' || byte == self.component || Some(byte) == self.repetition;
        let mut end = bytes.len();
        while let Some(rest) = end.checked_sub(1) {
            if !bytes.get(rest).is_some_and(|&byte| silent(byte)) {
                break;
            }
            end = rest;
        }
        bytes.get(..end).unwrap_or_default()
    }

    /// Whether the bytes hold components or repetitions.
    #[inline]
    fn is_divided(&self, bytes: &[u8]) -> bool {
        bytes.iter().any(|&byte| byte == self.component || Some(byte) == self.repetition)
    }

    /// The components of an element that does not repeat.
    pub(super) fn components(&self, bytes: &'a [u8]) -> Option<impl Iterator<Item = &'a [u8]>> {
        let bytes = self.trimmed(bytes);
        if self.repetition.is_some_and(|byte| bytes.contains(&byte)) {
            return None;
        }
        Some(split(bytes, self.component))
    }

    /// An element as `unmapped` keeps it: a text, the list of its components, or the list of its
    /// repetitions, each a list of components.
    pub(super) fn content(&self, bytes: &'a [u8]) -> Value<'a> {
        let bytes = self.trimmed(bytes);
        let repeated = self.repetition.filter(|byte| bytes.contains(byte));
        let Some(repetition) = repeated else { return self.composite(bytes) };
        let mut items: Vec<Value<'a>> =
            split(bytes, repetition).map(|part| Value::List(self.parts(part))).collect();
        while items.len() > 1 && items.last().is_some_and(is_blank_list) {
            items.pop();
        }
        Value::List(items)
    }

    fn composite(&self, bytes: &'a [u8]) -> Value<'a> {
        if !bytes.contains(&self.component) {
            return Value::Text(decoded(bytes));
        }
        let mut parts = self.parts(bytes);
        if parts.len() == 1 {
            return parts.pop().unwrap_or(Value::Text(Cow::Borrowed("")));
        }
        Value::List(parts)
    }

    fn parts(&self, bytes: &'a [u8]) -> Vec<Value<'a>> {
        let mut parts: Vec<Value<'a>> =
            split(bytes, self.component).map(|part| Value::Text(decoded(part))).collect();
        while parts.len() > 1 && parts.last().is_some_and(is_blank) {
            parts.pop();
        }
        parts
    }

    /// A segment as `unmapped` keeps it; `binary` is the position of an element of bytes.
    pub(super) fn segment(&self, segment: &Segment<'a>, binary: Option<u8>) -> Value<'a> {
        let mut items = Vec::with_capacity(segment.len().saturating_add(1));
        items.push(Value::Text(decoded(segment.id())));
        for position in 1..=segment.len() {
            let bytes = segment.element(position);
            items.push(if binary.is_some_and(|binary| usize::from(binary) == position) {
                Value::Text(Cow::Owned(latin(bytes)))
            } else {
                self.content(bytes)
            });
        }
        while items.len() > 1 && items.last().is_some_and(is_blank) {
            items.pop();
        }
        Value::List(items)
    }
}

fn is_blank(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(text) if text.is_empty())
}

fn is_blank_list(value: &Value<'_>) -> bool {
    matches!(value, Value::List(items) if items.iter().all(is_blank))
}

/// UTF-8, else each byte as the character of that number (ISO 8859-1).
fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    let bytes = trimmed(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(latin(bytes)),
    }
}

fn latin(bytes: &[u8]) -> String {
    bytes.iter().copied().map(char::from).collect()
}

/// Without blanks at the end: they do not count (GRAMMAR.md 3).
fn trimmed(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|&byte| byte != b' ').map_or(0, |at| at.saturating_add(1));
    bytes.get(..end).unwrap_or_default()
}

/// Whether a segment meets all conditions.
#[inline]
pub(super) fn meets(segment: &Segment<'_>, conditions: &[Condition]) -> bool {
    conditions.iter().all(|condition| {
        let element = usize::from(condition.element);
        let value = match condition.component {
            Some(component) => segment.component(element, usize::from(component)),
            None => segment.element(element),
        };
        // Empty components at the end say nothing, as blanks do not.
        let component = segment.set().delimiters.component;
        let end = value.iter().rposition(|&byte| byte != b' ' && byte != component);
        let value = value.get(..end.map_or(0, |end| end.saturating_add(1))).unwrap_or_default();
        match &condition.test {
            ConditionTest::Is(codes) => codes.iter().any(|code| **code == *value),
            ConditionTest::IsNot(codes) => !codes.iter().any(|code| **code == *value),
            ConditionTest::Present => !value.is_empty(),
            ConditionTest::Absent => value.is_empty(),
        }
    })
}
