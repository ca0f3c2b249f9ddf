//! `edigate read`: canonical records, one JSON document a line.

use super::exit::Exit;
use super::explain::{self, source};
use super::grammars::{self, InForce};
use super::spool::Spool;
use crate::canonical::json;
use crate::grammar::library::Resolution;
use crate::grammar::mapping::NoMap;
use crate::x12::acknowledge::Body;
use crate::x12::figures::{Figures, Wanted};
use crate::x12::read::{read, with_facts};
use crate::x12::report::{
    GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Screened, Sink, Verdict,
    verdict_of,
};
use crate::x12::screen::{Options, Rules, screen};
use crate::x12::segment::Delimiters;
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
    /// Show the records of what is refused as well; they are for looking at, not for use.
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
    let records = Records {
        name: &name,
        rules: &rules,
        refused: arguments.refused,
        waiting: Spool::default(),
        group: 0,
        output: io::BufWriter::new(io::stdout().lock()),
        written: Ok(()),
    };
    let options = Options { strict: arguments.strict };
    let input = explain::progress(opened.input, opened.size);
    let mut sink = Figures::new(&rules, Wanted::Refusing, records);
    let (records, verdict) = match screen(input, &rules, &options, &mut sink) {
        Ok(verdict) => sink.finish(verdict),
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

/// Prints the records of each interchange when it has ended: only then is it known whether it,
/// or a group of it, is refused, and then nothing of it is for use.
struct Records<'r, W: Write> {
    name: &'r str,
    rules: &'r InForce,
    refused: bool,
    /// Records of the interchange being read.
    waiting: Spool,
    /// Where those of the group being read begin.
    group: u64,
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
        self.tell_of(&format!("set {} {}", report.set, report.control), what);
    }

    fn tell_of(&self, whole: &str, what: &str) {
        super::tell(&format!("{}: {whole}: {what}", self.name), Exit::Done);
    }

    fn resolution(&self, set: &Screened<'_>) -> Arc<Resolution> {
        let implementation = set.report.details.as_ref();
        let implementation = implementation.map_or("", |details| &details.implementation);
        self.rules.resolve(set.interchange, set.group, set.report.set.as_str(), implementation)
    }
}

impl<W: Write> Sink for Records<'_, W> {
    fn interchange(&mut self, _header: &InterchangeHeader, _delimiters: Delimiters) {
        self.group = 0;
    }

    fn group(&mut self, _header: &GroupHeader) {
        self.group = self.waiting.len();
    }

    fn group_end(&mut self, report: &GroupReport) {
        if self.refused || self.written.is_err() || verdict_of(&report.findings) < Verdict::Refused
        {
            return;
        }
        let whole = format!("group {}", report.header.element(6));
        self.tell_of(&whole, "refused, so nothing of it is read; edigate explain says why");
        self.written = self.waiting.shorten(self.group);
    }

    fn interchange_end(&mut self, report: &InterchangeReport) {
        if self.refused || self.written.is_err() {
            return;
        }
        self.written = if verdict_of(&report.findings) < Verdict::Refused {
            self.waiting.pour(&mut self.output)
        } else {
            let whole = format!("interchange {}", report.header.element(13));
            self.tell_of(&whole, "refused, so nothing of it is read; edigate explain says why");
            self.waiting.forget()
        };
    }

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
        let output: &mut dyn Write =
            if self.refused { &mut self.output } else { &mut self.waiting };
        self.written = json::write(&mut *output, &reading.record).and_then(|()| writeln!(output));
    }
}
