//! `edigate grammar guide`: the companion guide for a trading partner, one HTML page.

use std::path::PathBuf;

use super::Subject;
use crate::cli::exit::Exit;
use crate::grammar::companion::{About, page};

/// Arguments of `edigate grammar guide`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    subject: Subject,
    /// The partner's name on the page.
    #[arg(long, value_name = "NAME")]
    partner: Option<String>,
    /// Our interchange id, as `ZZ:ACME`; several times for several.
    #[arg(long, value_name = "ID")]
    ours: Vec<String>,
    /// The partner's interchange id.
    #[arg(long, value_name = "ID")]
    theirs: Vec<String>,
    /// We send the set, the partner receives it.
    #[arg(long)]
    we_send: bool,
    /// File to write, instead of the standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Exit {
    let (force, found) = match arguments.subject.resolve() {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let Some(schema) = &found.schema else { return Exit::Unreadable };
    let guide = schema.guide.paths.last();
    let standard = guide.map(|_| format!("x12/{}/{}", schema.release, schema.set));
    let standard = standard.and_then(|path| force.library().schema(&path).ok());
    let partner = guide.and_then(|path| path.split('/').next()).unwrap_or_default().to_owned();
    let about = About {
        partner: arguments.partner.clone().unwrap_or(partner),
        ours: arguments.ours.clone(),
        theirs: arguments.theirs.clone(),
        we_send: arguments.we_send,
    };
    match page(&found, standard.as_deref(), &about) {
        Some(html) => super::print_to(arguments.output.as_deref(), html.as_bytes()),
        None => crate::cli::tell("the page can't be made", Exit::World),
    }
}
