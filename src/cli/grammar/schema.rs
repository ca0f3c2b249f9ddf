//! `edigate grammar schema`: the JSON Schema of a canonical record.

use std::path::PathBuf;

use crate::cli::exit::Exit;
use crate::cli::grammars::Choice;
use crate::grammar::json_schema::json_schema;
use crate::grammar::syntax::Text;

/// Arguments of `edigate grammar schema`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The record: `purchase_order`.
    #[arg(value_name = "RECORD")]
    record: String,
    /// File to write, instead of the standard output.
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// On one line.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    choice: Choice,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Exit {
    let force = match arguments.choice.load() {
        Ok(force) => force,
        Err(failure) => return failure.tell(),
    };
    let library = force.library();
    let record = |name: &str| match library.text(&format!("canonical/{name}.record")) {
        Some(Text::Record(record)) => Some(record),
        _ => None,
    };
    let Some(found) = record(&arguments.record).filter(|_| arguments.record != "parts") else {
        return super::unknown_record(library, &arguments.record);
    };
    let value = json_schema(found, record("parts"));
    let printed =
        if arguments.json { Ok(value.to_string()) } else { serde_json::to_string_pretty(&value) };
    match printed {
        Ok(text) => super::print_to(arguments.output.as_deref(), format!("{text}\n").as_bytes()),
        Err(error) => crate::cli::tell(&error.to_string(), Exit::World),
    }
}
