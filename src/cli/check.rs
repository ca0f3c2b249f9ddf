//! `edigate check`: everything that can be known before running, and the interface register.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use super::exit::Exit;
use super::table;
use crate::partner::register::{Row, register};
use crate::partner::table::Problem;
use crate::service::check::{Inspection, inspect};
use crate::service::home::{Places, Texts};

/// What the register's columns are called.
const HEADER: &[&str] = &[
    "partner",
    "direction",
    "set",
    "release",
    "guide",
    "over",
    "environment",
    "owner",
    "source of truth",
    "latency",
    "acknowledged with",
    "delivered to",
];

/// Arguments of `edigate check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The home: folder with edigate.toml, partners/, grammars/.
    #[arg(long, default_value = ".")]
    home: PathBuf,
    /// Print the interface register: one row an agreement.
    #[arg(long)]
    register: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command: 0 when the home can run, 1 when something must be mended, 2 without a home.
pub fn run(arguments: &Arguments) -> Exit {
    let places = Places::new(&arguments.home);
    let mut out = io::stdout().lock();
    if !arguments.home.is_dir() {
        return fail(&format!("{}: no such folder", arguments.home.display()), Exit::Unreadable);
    }
    if let Some(sentence) = places.no_home() {
        return fail(&sentence, Exit::Unreadable);
    }
    let texts = match places.read() {
        Ok(texts) => texts,
        Err(unreadable) => return fail(&unreadable.to_string(), Exit::World),
    };
    let found = inspect(&texts);
    let printed = if arguments.json {
        print_json(&mut out, &found)
    } else {
        print_text(&mut out, arguments, &texts, &found)
    };
    match printed {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            fail(&format!("standard output: {error}"), Exit::World)
        }
        _ if found.problems.is_empty() => Exit::Done,
        _ => Exit::Refused,
    }
}

fn fail(sentence: &str, exit: Exit) -> Exit {
    // Nowhere is left to say that standard error is closed.
    let _ = writeln!(io::stderr(), "edigate check: {sentence}").ok();
    exit
}

fn print_text(
    out: &mut impl Write,
    arguments: &Arguments,
    texts: &Texts,
    found: &Inspection,
) -> io::Result<()> {
    for problem in &found.problems {
        writeln!(out, "error: {problem}")?;
    }
    for warning in &found.warnings {
        writeln!(out, "warning: {warning}")?;
    }
    let rows = found.directory.as_ref().map(register).unwrap_or_default();
    if arguments.register && !rows.is_empty() {
        let cells = rows.iter().map(cells).collect::<Vec<_>>();
        table::write(out, io::stdout().is_terminal(), HEADER, &cells)?;
    }
    writeln!(
        out,
        "{}: {}, {}, {} of the home's own; {}, {}",
        arguments.home.display(),
        count(texts.partners.len(), "partner file"),
        count(rows.len(), "agreement"),
        count(texts.grammars.len().saturating_add(texts.guides.len()), "grammar or guide"),
        count(found.problems.len(), "problem"),
        count(found.warnings.len(), "warning"),
    )?;
    if texts.partners.is_empty() {
        writeln!(out, "no partner yet: write partners/NAME.toml; the manual shows one")?;
    }
    Ok(())
}

fn count(number: usize, what: &str) -> String {
    let plural = match what.strip_suffix('y') {
        _ if number == 1 => what.to_owned(),
        _ if what == "grammar or guide" => "grammars and guides".to_owned(),
        Some(stem) => format!("{stem}ies"),
        None => format!("{what}s"),
    };
    format!("{number} {plural}")
}

fn cells(row: &Row) -> Vec<&str> {
    vec![
        &row.partner,
        &row.direction,
        &row.set,
        &row.release,
        &row.guide,
        &row.over,
        &row.environment,
        &row.owner,
        &row.source_of_truth,
        &row.latency,
        &row.acknowledge,
        &row.deliver,
    ]
}

fn print_json(out: &mut impl Write, found: &Inspection) -> io::Result<()> {
    let problem = |problem: &Problem| {
        serde_json::json!({
            "file": problem.file, "line": problem.line, "column": problem.column,
            "sentence": problem.sentence, "hint": problem.hint,
        })
    };
    let report = serde_json::json!({
        "verdict": if found.problems.is_empty() { "done" } else { "refused" },
        "problems": found.problems.iter().map(problem).collect::<Vec<_>>(),
        "warnings": found.warnings.iter().map(problem).collect::<Vec<_>>(),
        "register": found.directory.as_ref().map(register).unwrap_or_default(),
    });
    writeln!(out, "{report}")
}
