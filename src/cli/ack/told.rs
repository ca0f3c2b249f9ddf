//! `ack --json`: what the acknowledgments say, read back from their own bytes.

use super::kinds;
use crate::canonical::record::Object;
use crate::grammar::library::{Library, Resolution};
use crate::x12::acknowledge::{Written, read_interchange, read_set};
use crate::x12::report::{
    GroupHeader, InterchangeHeader, InterchangeReport, Screened, Sink, Verdict,
};
use crate::x12::screen::{Options, Rules, screen};
use crate::x12::segment::Delimiters;
use serde_json::{Value as Json, json};
use std::io::{self, Write};
use std::sync::Arc;

/// Writes the line.
pub(super) fn line(
    mut output: impl Write,
    file: &str,
    verdict: Verdict,
    written: &[Written],
    bytes: &[u8],
) -> io::Result<()> {
    let mut said = Said::default();
    screen(bytes, &Nothing, &Options::default(), &mut said)?;
    let mut offsets: Vec<_> =
        said.offsets.iter().map(|&offset| usize::try_from(offset).unwrap_or(0)).collect();
    offsets.push(bytes.len());
    let acknowledgments: Vec<_> = written
        .iter()
        .zip(offsets.windows(2))
        .zip(said.records)
        .map(|((written, span), records)| {
            let bytes = match span {
                [from, to] => bytes.get(*from..*to).unwrap_or_default(),
                _ => &[],
            };
            json!({
                "answers": written.answers,
                "control": format!("{:09}", written.control),
                "kinds": kinds(written),
                "records": records,
                "bytes": String::from_utf8_lossy(bytes),
            })
        })
        .collect();
    let line = json!({
        "file": file,
        "verdict": crate::cli::explain::word(verdict),
        "acknowledgments": acknowledgments,
    });
    serde_json::to_writer(&mut output, &line)?;
    output.write_all(b"\n")?;
    output.flush()
}

/// What our own acknowledgments say, by interchange.
#[derive(Default)]
struct Said {
    offsets: Vec<u64>,
    records: Vec<Vec<Json>>,
    open: Vec<Json>,
}

impl Sink for Said {
    fn interchange(&mut self, header: &InterchangeHeader, _delimiters: Delimiters) {
        self.offsets.push(header.offset);
    }

    fn ta1(&mut self, elements: &[Box<str>]) {
        self.open.extend(read_interchange(elements).and_then(|answer| json(&answer.record())));
    }

    fn set(&mut self, set: &Screened<'_>) {
        self.open.extend(read_set(&set.text).and_then(|answer| json(&answer.record())));
    }

    fn interchange_end(&mut self, _report: &InterchangeReport) {
        self.records.push(std::mem::take(&mut self.open));
    }
}

/// No grammar is needed to read back what was just written.
struct Nothing;

impl Rules for Nothing {
    fn resolve(
        &self,
        _interchange: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        _implementation: &str,
    ) -> Arc<Resolution> {
        Library::new().resolve(group.element(8), set, None)
    }
}

fn json(record: &Object<'_>) -> Option<Json> {
    serde_json::to_value(record).ok()
}
