//! Facts of the file beside the record: `envelope`, so that writing needs no option, and
//! `source`, where the set stood (DESIGN 9).

use std::borrow::Cow;

use super::Reading;
use crate::canonical::record::{Object, Value};
use crate::x12::report::{InterchangeHeader, Screened};
use crate::x12::segment::Segment;

/// Adds `envelope` and `source` to a reading's record. `file` is the name to show.
pub fn with_facts<'a>(mut reading: Reading<'a>, set: &Screened<'a>, file: &'a str) -> Reading<'a> {
    reading.record.set("envelope", Value::Object(envelope(set)));
    reading.record.set("source", Value::Object(source(set, file)));
    reading
}

/// Sender, receiver, release, control numbers, as [`crate::x12::write::Envelope`] takes them.
fn envelope<'a>(set: &Screened<'a>) -> Object<'a> {
    let mut envelope = Fields::default();
    let (interchange, group) = (set.interchange, set.group);
    envelope.text("set", set.report.set.as_str().to_owned());
    envelope.text("release", group.element(8).to_owned());
    envelope.text("group", group.element(1).to_owned());
    envelope.text("sender", party(interchange, 5));
    envelope.text("receiver", party(interchange, 7));
    // Application codes are told where they say more than the interchange does.
    for (name, element, same) in [("application_sender", 2, 6), ("application_receiver", 3, 8)] {
        if group.element(element) != interchange.element(same) {
            envelope.text(name, group.element(element).to_owned());
        }
    }
    envelope.text("usage", interchange.element(15).to_owned());
    envelope.text("control", interchange.element(13).to_owned());
    envelope.text("group_control", group.element(6).to_owned());
    envelope.text("set_control", set.report.control.as_str().to_owned());
    let implementation = set.report.details.as_ref().map_or("", |details| &details.implementation);
    envelope.text("implementation", implementation.to_owned());
    envelope.object
}

fn source<'a>(set: &Screened<'a>, file: &'a str) -> Object<'a> {
    let mut source = Fields::default();
    source.text("file", file.to_owned());
    let start = set.text.segment(0).map_or(0, |segment: Segment<'_>| segment.span().start);
    source.number("offset", set.text.file_offset(start));
    source.number("segments", u64::from(set.report.segments));
    source.text("date", set.interchange.element(9).to_owned());
    source.text("time", set.interchange.element(10).to_owned());
    source.text("rule", set.schema.map_or_else(String::new, |schema| schema.rule.clone()));
    source
        .text("grammar", set.schema.map_or_else(String::new, |schema| schema.identity.to_string()));
    source.object
}

fn party(interchange: &InterchangeHeader, qualifier: usize) -> String {
    let id = interchange.element(qualifier.saturating_add(1));
    if id.is_empty() { String::new() } else { format!("{}:{id}", interchange.element(qualifier)) }
}

#[derive(Default)]
struct Fields<'a> {
    object: Object<'a>,
}

impl Fields<'_> {
    fn text(&mut self, name: &'static str, text: String) {
        if !text.is_empty() {
            self.object.fields.push((Cow::Borrowed(name), Value::Text(Cow::Owned(text))));
        }
    }

    fn number(&mut self, name: &'static str, number: u64) {
        let number = i64::try_from(number).unwrap_or(i64::MAX);
        self.object.fields.push((Cow::Borrowed(name), Value::Integer(number)));
    }
}
