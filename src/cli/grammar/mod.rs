//! `edigate grammar`: the texts of the grammar language, written, shown, compared and explained.

mod diff;
mod fmt;
mod guide;
mod sample;
mod schema;
mod show;

use std::io::{self, Write};
use std::sync::Arc;

use super::exit::Exit;
use super::grammars::{Choice, InForce};
use crate::grammar::error::GrammarError;
use crate::grammar::library::{Library, Resolution};

/// Arguments of `edigate grammar`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Rewrite texts to their canonical form.
    Fmt(fmt::Arguments),
    /// Show what is in force for a set as a tree, its elements, or any text.
    Show(show::Arguments),
    /// Say in words what changed between two sets, guides or texts.
    Diff(diff::Arguments),
    /// Print the JSON Schema of a canonical record.
    Schema(schema::Arguments),
    /// Write the companion guide for a partner: one HTML page.
    Guide(guide::Arguments),
    /// Write valid synthetic interchanges.
    Sample(sample::Arguments),
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    match &arguments.command {
        Command::Fmt(arguments) => fmt::run(arguments),
        Command::Show(arguments) => show::run(arguments),
        Command::Diff(arguments) => diff::run(arguments),
        Command::Schema(arguments) => schema::run(arguments),
        Command::Guide(arguments) => guide::run(arguments),
        Command::Sample(arguments) => sample::run(arguments),
    }
}

/// Which set a command is about.
#[derive(Debug, clap::Args)]
struct Subject {
    /// A set in a release, `x12/004010/850`, or a partner's guide, `acme-retail/850`.
    #[arg(value_name = "SET")]
    set: String,
    #[command(flatten)]
    choice: Choice,
}

impl Subject {
    /// Whether a text is named that is no structure and no guide.
    fn is_text(&self) -> bool {
        [".map", ".record", "segments.grammar", "codes.grammar", "envelope.grammar"]
            .iter()
            .any(|end| self.set.ends_with(end))
    }

    /// The texts, and those in force for the set; when there are none, it is said why.
    fn resolve(&self) -> Result<(InForce, Arc<Resolution>), Exit> {
        let force = self.choice.load().map_err(|failure| failure.tell())?;
        let found = resolve(&force, &self.set, self.choice.guide())?;
        Ok((force, found))
    }
}

/// What is in force for a path; when nothing is, it is said why.
fn resolve(force: &InForce, path: &str, guide: Option<&str>) -> Result<Arc<Resolution>, Exit> {
    let library = force.library();
    let path = path.trim_end_matches(".grammar").trim_end_matches(".guide");
    let found = match path.strip_prefix("x12/").and_then(|rest| rest.split_once('/')) {
        Some((release, set)) => {
            let guide = guide.map(|guide| match guide.contains('/') {
                true => guide.to_owned(),
                false => format!("{guide}/{set}"),
            });
            library.resolve(release, set, guide.as_deref())
        }
        None => match library.schema(path) {
            Ok(schema) => library.resolve(&schema.release, &schema.set, Some(path)),
            Err(errors) if library.guides().iter().any(|known| known == path) => {
                return Err(tell_errors(library, &errors));
            }
            Err(_) => return Err(unknown(force, path)),
        },
    };
    for notice in &found.notices {
        super::tell(&notice.to_string(), Exit::Done);
    }
    match &found.schema {
        Some(_) => Ok(found),
        None => match library.schema(path) {
            Err(errors) if library.paths().any(|known| known == format!("{path}.grammar")) => {
                Err(tell_errors(library, &errors))
            }
            _ => Err(unknown(force, path)),
        },
    }
}

/// Says that no text is known for a path, and what there is instead.
fn unknown(force: &InForce, path: &str) -> Exit {
    let library = force.library();
    let known: Vec<String> = library
        .sets()
        .iter()
        .flat_map(|set| library.releases(set).into_iter().map(move |release| (release, set)))
        .map(|(release, set)| format!("x12/{release}/{set}"))
        .chain(library.guides())
        .collect();
    let near = crate::vocabulary::suggest::nearest(path, known.iter().map(String::as_str));
    let hint = match near {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known are {}", known.join(", ")),
    };
    super::tell(&format!("no grammar is known for {path}; {hint}"), Exit::Unreadable)
}

/// Says that no record has a name, and which there are.
fn unknown_record(library: &Library, name: &str) -> Exit {
    let known: Vec<&str> = library
        .paths()
        .filter_map(|path| path.strip_prefix("canonical/")?.strip_suffix(".record"))
        .filter(|record| *record != "parts")
        .collect();
    let near = crate::vocabulary::suggest::nearest(name, known.iter().copied());
    let hint = match near {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known are {}", known.join(", ")),
    };
    crate::cli::tell(&format!("there is no record {name}; {hint}"), Exit::Unreadable)
}

/// Shows what is wrong with texts of a library, each with its line.
fn tell_errors(library: &Library, errors: &[GrammarError]) -> Exit {
    show_errors(errors, |error| library.source(&error.file).unwrap_or_default())
}

/// Shows errors as a compiler would; `text` gives the text of each.
fn show_errors<'t>(errors: &[GrammarError], text: impl Fn(&GrammarError) -> &'t str) -> Exit {
    let mut output = io::stderr().lock();
    let colour = io::IsTerminal::is_terminal(&output);
    for error in errors.iter().take(ERRORS_SHOWN) {
        // Nowhere is left to say that standard error is closed.
        let _ = writeln!(output, "{}", error.render(text(error), colour)).ok();
    }
    if let Some(more) = errors.len().checked_sub(ERRORS_SHOWN).filter(|more| *more > 0) {
        let _ = writeln!(output, "edigate: {more} more errors; mend these first").ok();
    }
    Exit::Refused
}

/// Errors of one text that are shown: nobody reads more before mending the first.
const ERRORS_SHOWN: usize = 100;

/// Writes to standard output; a reader who has gone is no failure.
fn print(text: &str) -> Exit {
    print_bytes(text.as_bytes())
}

fn print_bytes(bytes: &[u8]) -> Exit {
    let mut output = io::stdout().lock();
    match output.write_all(bytes).and_then(|()| output.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            super::tell(&format!("standard output: {error}"), Exit::World)
        }
        _ => Exit::Done,
    }
}

/// Writes a file, or to standard output when none is named.
fn print_to(path: Option<&std::path::Path>, bytes: &[u8]) -> Exit {
    let Some(path) = path.filter(|path| path.as_os_str() != "-") else { return print_bytes(bytes) };
    match std::fs::write(path, bytes) {
        Ok(()) => Exit::Done,
        Err(error) => super::tell(&format!("{}: {error}", path.display()), Exit::World),
    }
}
