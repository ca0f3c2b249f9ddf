//! `edigate grammar guide`: the companion guide for a trading partner, one HTML page.

use std::path::PathBuf;
use std::sync::Arc;

use super::Subject;
use crate::cli::exit::Exit;
use crate::grammar::companion::{About, page};
use crate::partner::profile::{Direction, Partner, PartyId};
use crate::service::home::Places;

/// Arguments of `edigate grammar guide`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    subject: Subject,
    /// The partner's name on the page; otherwise what their file in the home says.
    #[arg(long, value_name = "NAME")]
    partner: Option<String>,
    /// Our interchange id, as `ZZ:ACME`, several times for several; otherwise as for the name.
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
    let key = guide.and_then(|path| path.split('/').next()).unwrap_or_default();
    let known = partner(arguments, key);
    let ids = |given: &[String], known: Option<&Vec<PartyId>>| -> Vec<String> {
        match (given, known) {
            ([], Some(known)) => known.iter().map(ToString::to_string).collect(),
            (given, _) => given.to_vec(),
        }
    };
    let known = known.as_deref();
    let sent = known.is_some_and(|partner| {
        let mut agreements = partner.agreements.iter().filter(|one| one.set == schema.set);
        agreements.next().is_some_and(|agreement| agreement.direction == Direction::Send)
    });
    let name = known.map_or_else(|| key.to_owned(), |partner| partner.name.clone());
    let about = About {
        partner: arguments.partner.clone().unwrap_or(name),
        ours: ids(&arguments.ours, known.map(|partner| &partner.ours)),
        theirs: ids(&arguments.theirs, known.map(|partner| &partner.identity)),
        we_send: arguments.we_send || sent,
    };
    match page(&found, standard.as_deref(), &about) {
        Some(html) => super::print_to(arguments.output.as_deref(), html.as_bytes()),
        None => crate::cli::tell("the page can't be made", Exit::World),
    }
}

/// The partner file of a home, when it is sound; what is wrong with it, `check` says.
fn partner(arguments: &Arguments, key: &str) -> Option<Arc<Partner>> {
    let home = arguments.subject.choice.home()?;
    let directory = Places::new(home).read().ok()?.directory().ok()?;
    directory.partner(key).cloned()
}
