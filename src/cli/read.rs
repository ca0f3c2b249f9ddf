//! `edigate read`: canonical records, one JSON document a line.

use super::exit::Exit;
use super::explain::{self, source};
use super::grammars::{self, InForce};
use crate::canonical::json;
use crate::grammar::library::Resolution;
use crate::grammar::mapping::NoMap;
use crate::x12::read::{read, with_facts};
use crate::x12::report::{Screened, Sink, Verdict};
use crate::x12::screen::{Options, Rules, screen};
use crate::x12::wording::{Around, words};
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

/// Arguments of `edigate read`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The file to read; `-` is the standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// One JSON document a line, as without it: the records are JSON always.
    #[arg(long)]
    json: bool,
    /// Show the records of refused sets as well; they are for looking at, not for use.
    #[arg(long)]
    refused: bool,
    /// Take for an error what is otherwise tolerated.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    grammars: grammars::Choice,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let rules = match arguments.grammars.load() {
        Ok(rules) => rules,
        Err(failure) => return failure.tell(),
    };
    let name = explain::shown_name(&arguments.file);
    let opened = match source::open(&arguments.file) {
        Ok(opened) => opened,
        Err(error) => return super::tell(&format!("{name}: {error}"), Exit::Unreadable),
    };
    let mut records = Records {
        name: &name,
        rules: &rules,
        refused: arguments.refused,
        output: io::BufWriter::new(io::stdout().lock()),
        written: Ok(()),
    };
    let options = Options { strict: arguments.strict };
    let input = explain::progress(opened.input, opened.size);
    let verdict = match screen(input, &rules, &options, &mut records) {
        Ok(verdict) => verdict,
        Err(error) => return super::tell(&format!("{name}: {error}"), Exit::World),
    };
    match records.finish() {
        Ok(()) => {}
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {}
        Err(error) => return super::tell(&error.to_string(), Exit::World),
    }
    if verdict == Verdict::Unreadable {
        super::tell(&format!("{name}: no envelope can be made out"), Exit::Unreadable);
    }
    explain::exit_of(verdict)
}

/// Prints the record of each set as it comes.
struct Records<'r, W: Write> {
    name: &'r str,
    rules: &'r InForce,
    refused: bool,
    output: W,
    written: io::Result<()>,
}

impl<W: Write> Records<'_, W> {
    fn finish(mut self) -> io::Result<()> {
        self.written?;
        self.output.flush()
    }

    fn tell(&self, set: &Screened<'_>, what: &str) {
        let report = set.report;
        super::tell(
            &format!("{}: set {} {}: {what}", self.name, report.set, report.control),
            Exit::Done,
        );
    }

    fn resolution(&self, set: &Screened<'_>) -> Arc<Resolution> {
        let implementation = set.report.details.as_ref();
        let implementation = implementation.map_or("", |details| &details.implementation);
        self.rules.resolve(set.interchange, set.group, set.report.set.as_str(), implementation)
    }
}

impl<W: Write> Sink for Records<'_, W> {
    fn set(&mut self, set: &Screened<'_>) {
        if self.written.is_err() {
            return;
        }
        match set.report.verdict {
            Verdict::Unsupported => return self.tell(set, "no grammar is known for it; not read"),
            Verdict::Refused if !self.refused => {
                return self.tell(set, "refused, so not read; edigate explain says why");
            }
            _ => {}
        }
        let map = match self.resolution(set).mapping() {
            Ok(map) => map,
            Err(NoMap::Unknown) => return self.tell(set, "no map is known for it; not read"),
            Err(NoMap::Faulty(errors)) => {
                let first = errors.first().map_or_else(String::new, ToString::to_string);
                return self.tell(set, &format!("its map has errors; not read: {first}"));
            }
        };
        let reading = with_facts(read(set, &map), set, self.name);
        for finding in &reading.findings {
            let at = usize::try_from(finding.position.saturating_sub(1)).unwrap_or(usize::MAX);
            let around = Around {
                schema: set.schema,
                segment: set.text.segment(at),
                node: set.placements.get(at).copied(),
                instance: "",
            };
            self.tell(set, &words(finding, &around).sentence);
        }
        if let Some(held) = reading.held {
            self.tell(set, &held.to_string());
        }
        let output = &mut self.output;
        self.written = json::write(&mut *output, &reading.record).and_then(|()| writeln!(output));
    }
}
