//! `edigate verify`: objects against their names and against the ledger.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};

use super::exit::Exit;
use crate::service::verify::{Report, What, verify};

/// Arguments of `edigate verify`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// A home, or an archive.
    #[arg(default_value = ".")]
    path: PathBuf,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command: 0 when everything is as it was kept, 1 when something is wrong, 2 when
/// there is nothing to verify.
pub fn run(arguments: &Arguments) -> Exit {
    let bar = ProgressBar::hidden();
    if io::stderr().is_terminal() {
        bar.set_draw_target(indicatif::ProgressDrawTarget::stderr());
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} objects, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    let report = verify(&arguments.path, &mut |done, total| {
        bar.set_length(total.unwrap_or(done));
        bar.set_position(done);
    });
    bar.finish_and_clear();
    match report {
        Ok(report) => {
            let printed = if arguments.json { json(&report) } else { text(&report) };
            match printed {
                Err(cause) if cause.kind() != io::ErrorKind::BrokenPipe => Exit::World,
                _ if report.wrong.is_empty() => Exit::Done,
                _ => Exit::Refused,
            }
        }
        Err(failure) => super::tell(&failure.operator_text, Exit::Unreadable),
    }
}

fn json(report: &Report) -> io::Result<()> {
    let line = serde_json::to_string(report).map_err(io::Error::other)?;
    writeln!(io::stdout(), "{line}")
}

fn text(report: &Report) -> io::Result<()> {
    let mut out = io::stdout().lock();
    for wrong in &report.wrong {
        let what = match wrong.what {
            What::Changed => "changed",
            What::Missing => "missing",
            What::Extra => "extra",
            What::Unreadable => "unreadable",
        };
        writeln!(out, "{what}: {}\n    {}", wrong.path, wrong.sentence)?;
    }
    let against = if report.ledger { "and the ledger agree" } else { "agree; no ledger beside" };
    let objects = if report.objects == 1 { "object" } else { "objects" };
    let size = format!("{} {objects}, {} bytes", report.objects, report.bytes);
    match report.wrong.len() {
        0 => writeln!(out, "{size}: names, bytes {against}"),
        1 => writeln!(out, "{size}: 1 thing is wrong"),
        count => writeln!(out, "{size}: {count} things are wrong"),
    }
}
