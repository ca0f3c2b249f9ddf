//! `edigate ack`: the TA1, 997 or 999 that would be sent, its bytes and nothing else.

use super::exit::Exit;
use super::explain::source;
use super::grammars::{self, InForce};
use super::spool::Spool;
use crate::service::clock;
use crate::x12::acknowledge::{Acknowledger, Body, Due, Numbers, Policy, Written};
use crate::x12::codes::Form;
use crate::x12::figures::{Figures, Wanted};
use crate::x12::report::Verdict;
use crate::x12::screen::{Options, screen};
use jiff::civil::DateTime;
use std::io::{self, Read, Write};
use std::path::PathBuf;

mod told;

/// Arguments of `edigate ack`.
#[derive(Debug, clap::Args)]
#[command(after_help = "A set without a grammar is rejected as not supported (AK5*R*1). For a \
    partner whose file says unsupported = \"keep\", which is the default there, the daemon leaves \
    it out of the answer instead.")]
pub struct Arguments {
    /// The file to answer; `-` is the standard input.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What to answer with, whether it is due or not [default: what is due].
    #[arg(long, value_enum, value_name = "KIND")]
    with: Option<With>,
    /// One line of JSON: what is said, and the bytes.
    #[arg(long)]
    json: bool,
    /// Take for an error what is otherwise tolerated.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    grammars: grammars::Choice,
    /// First control number.
    #[arg(long, value_name = "N", default_value_t = 1,
          value_parser = clap::value_parser!(u32).range(1..=999_999_999))]
    control: u32,
    /// Local date and time, as 2026-03-31T14:05 [default: now].
    #[arg(long, value_name = "DATE")]
    date: Option<DateTime>,
}

/// Kinds of acknowledgment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum With {
    /// Functional acknowledgment.
    #[value(name = "997")]
    Functional,
    /// Implementation acknowledgment.
    #[value(name = "999")]
    Implementation,
    /// Interchange acknowledgment.
    #[value(name = "ta1", alias = "TA1")]
    Interchange,
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let rules = match arguments.grammars.load() {
        Ok(rules) => rules,
        Err(failure) => return failure.tell(),
    };
    match answer(arguments, &rules) {
        Ok((Verdict::Unreadable, written)) if written.is_empty() => super::tell(
            &format!("{}: no envelope can be made out, so nobody can be answered", name(arguments)),
            Exit::Unreadable,
        ),
        Ok((_, written)) if written.is_empty() => {
            super::tell(&format!("{}: {}", name(arguments), nothing(arguments)), Exit::Done)
        }
        Ok(_) => Exit::Done,
        Err(Failed::Input(error)) => {
            super::tell(&format!("{}: {error}", name(arguments)), Exit::Unreadable)
        }
        // Whoever reads has read enough.
        Err(Failed::World(error)) if error.kind() == io::ErrorKind::BrokenPipe => Exit::Done,
        Err(Failed::World(error)) => super::tell(&error.to_string(), Exit::World),
    }
}

enum Failed {
    Input(io::Error),
    World(io::Error),
}

impl From<io::Error> for Failed {
    fn from(error: io::Error) -> Self {
        Self::World(error)
    }
}

fn answer(arguments: &Arguments, rules: &InForce) -> Result<(Verdict, Vec<Written>), Failed> {
    let opened = source::open(&arguments.file).map_err(Failed::Input)?;
    let input = super::explain::progress(opened.input, opened.size);
    let policy = Policy {
        due: match arguments.with {
            None => Due::AsAgreed,
            Some(With::Functional) => Due::Functional,
            Some(With::Implementation) => Due::Implementation,
            Some(With::Interchange) => Due::Interchange,
        },
        ..Policy::default()
    };
    let at = arguments.date.unwrap_or_else(clock::local);
    let numbers = Numbers::from(arguments.control);
    let options = Options { strict: arguments.strict };
    let output = io::stdout().lock();
    if arguments.json {
        let mut bytes = Vec::new();
        let sink = Acknowledger::new(policy, numbers, at, Vec::new(), &mut bytes);
        let (verdict, written) = written(input, rules, options, sink)?;
        told::line(output, &arguments.file.to_string_lossy(), verdict, &written, &bytes)?;
        return Ok((verdict, written));
    }
    let body = Spool::default();
    let sink = Acknowledger::new(policy, numbers, at, body, io::BufWriter::new(output));
    Ok(written(input, rules, options, sink)?)
}

fn written<B: Body, W: Write>(
    input: impl Read,
    rules: &InForce,
    options: Options,
    sink: Acknowledger<B, W>,
) -> io::Result<(Verdict, Vec<Written>)> {
    let mut sink = Figures::new(rules, Wanted::Refusing, sink);
    let verdict = screen(input, rules, &options, &mut sink)?;
    let (sink, verdict) = sink.finish(verdict);
    let (written, _) = sink.finish()?;
    Ok((verdict, written))
}

fn name(arguments: &Arguments) -> String {
    match arguments.file.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => arguments.file.display().to_string(),
    }
}

fn nothing(arguments: &Arguments) -> &'static str {
    match arguments.with {
        Some(With::Interchange) => "it holds only acknowledgments, which are never acknowledged",
        _ => "nothing in it is to be acknowledged: it holds acknowledgments or no groups",
    }
}

/// Words for what an acknowledgment consists of: `TA1`, `997`, `999`.
fn kinds(written: &Written) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    if written.interchange.is_some() {
        kinds.push("TA1");
    }
    for group in &written.groups {
        if !kinds.contains(&group.form.set()) {
            kinds.push(Form::set(group.form));
        }
    }
    kinds
}
