//! `edigate explain`: every finding of a file as a compiler would show it.
//!
//! For people the findings are gathered, the same kind shown once, and a summary says what the
//! sender is told. `--json` writes one line for each file while it is read. Neither needs a
//! home, a server or a network.

mod gather;
mod json;
mod line;
mod render;
pub(super) mod source;

use super::exit::Exit;
use super::grammars::{self, InForce};
use crate::x12::figures::{Figures, Wanted};
use crate::x12::report::Verdict;
use crate::x12::screen::{Options, screen};
use gather::{Gather, Shown};
pub(super) use json::word;
use render::{Display, Summary};
use source::Opened;
use std::io::{self, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// Arguments of `edigate explain`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// Files to explain; `-` is the standard input.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// One line of JSON for each file.
    #[arg(long)]
    json: bool,
    /// Take for an error what is otherwise tolerated.
    #[arg(long)]
    strict: bool,
    /// Show each finding, also those that repeat one shown.
    #[arg(long, conflicts_with = "json")]
    all: bool,
    #[command(flatten)]
    grammars: grammars::Choice,
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Colour {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let rules = match arguments.grammars.load() {
        Ok(rules) => rules,
        Err(failure) => return failure.tell(),
    };
    let stdout = io::stdout();
    let coloured = match arguments.color {
        Colour::Auto => stdout.is_terminal(),
        Colour::Always => true,
        Colour::Never => false,
    };
    let display = Display::new(coloured);
    let mut output = io::BufWriter::new(stdout.lock());
    let mut exit = Exit::Done;
    for (index, path) in arguments.files.iter().enumerate() {
        let one = if arguments.json {
            in_json(&mut output, path, &rules, arguments)
        } else {
            let apart = if index > 0 { writeln!(output) } else { Ok(()) };
            apart.and_then(|()| for_people(&mut output, path, &rules, (&display, arguments)))
        };
        match one {
            Ok(one) => exit = exit.max(one),
            // Whoever reads has read enough.
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return exit,
            Err(error) => return super::tell(&error.to_string(), Exit::World),
        }
    }
    match output.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            super::tell(&error.to_string(), Exit::World)
        }
        _ => exit,
    }
}

/// How a verdict ends the command.
pub(super) const fn exit_of(verdict: Verdict) -> Exit {
    match verdict {
        Verdict::Accepted | Verdict::AcceptedWithFindings | Verdict::Unsupported => Exit::Done,
        Verdict::Refused => Exit::Refused,
        Verdict::Unreadable => Exit::Unreadable,
    }
}

/// The name of a file as it is shown.
pub(super) fn shown_name(path: &Path) -> String {
    if path.as_os_str() == "-" { "standard input".to_owned() } else { path.display().to_string() }
}

fn in_json(
    output: &mut impl Write,
    path: &Path,
    rules: &InForce,
    arguments: &Arguments,
) -> io::Result<Exit> {
    let name = path.to_string_lossy();
    let line = json::JsonLine::begin(&mut *output, &name);
    let options = Options { strict: arguments.strict };
    let opened = match source::open(path) {
        Ok(opened) => opened,
        Err(error) => {
            line.finish(Verdict::Unreadable, Some(&error.to_string()))?;
            return Ok(Exit::Unreadable);
        }
    };
    let mut sink = Figures::new(rules, Wanted::All, line);
    let screened = screen(watched(opened), rules, &options, &mut sink);
    let (line, figures) = sink.finish(Verdict::Accepted);
    match screened {
        Ok(verdict) => {
            let verdict = verdict.max(figures);
            line.finish(verdict, None)?;
            Ok(exit_of(verdict))
        }
        Err(error) => {
            line.finish(Verdict::Unreadable, Some(&error.to_string()))?;
            Ok(Exit::World)
        }
    }
}

fn for_people(
    output: &mut impl Write,
    path: &Path,
    rules: &InForce,
    (display, arguments): (&Display, &Arguments),
) -> io::Result<Exit> {
    let name = shown_name(path);
    let Opened { input, size, glance } = match source::open(path) {
        Ok(opened) => opened,
        Err(error) => {
            return Ok(super::tell(&format!("{name}: {error}"), Exit::Unreadable));
        }
    };
    let options = Options { strict: arguments.strict };
    let mut failure = None;
    let show = arguments.all.then_some(|shown: &Shown| {
        if failure.is_none() {
            failure = output.write_all(display.finding(&name, shown).as_bytes()).err();
        }
    });
    let mut sink = Figures::new(rules, Wanted::All, Gather::new(&glance, show));
    let screened = screen(progress(input, size), rules, &options, &mut sink);
    let (gathered, figures) = sink.finish(Verdict::Accepted);
    let Gather { mut shown, unshown, counts, interchanges, more_interchanges, .. } = gathered;
    if let Some(failure) = failure {
        return Err(failure);
    }
    // What refuses comes first; the sort keeps the order of the file within.
    shown.sort_by_key(|shown| std::cmp::Reverse(shown.finding.level));
    for shown in &shown {
        output.write_all(display.finding(&name, shown).as_bytes())?;
    }
    let verdict = match screened {
        Ok(verdict) => verdict.max(figures),
        Err(error) => {
            let text = format!("{name}: could not be read to its end: {error}");
            return Ok(super::tell(&text, Exit::World));
        }
    };
    let summary = Summary { counts, unshown, interchanges: &interchanges, more_interchanges };
    output.write_all(display.summary(&name, verdict, &summary).as_bytes())?;
    Ok(exit_of(verdict))
}

fn watched(opened: Opened) -> impl Read {
    progress(opened.input, opened.size)
}

/// A progress bar over a large file, on a terminal only.
pub(super) fn progress(input: Box<dyn Read>, size: Option<u64>) -> Box<dyn Read> {
    match size {
        Some(size) if size >= LARGE && io::stderr().is_terminal() => {
            Box::new(indicatif::ProgressBar::new(size).wrap_read(input))
        }
        _ => input,
    }
}

/// Files below it are done before a bar could be seen.
const LARGE: u64 = 32 << 20;
