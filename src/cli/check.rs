//! `edigate check`.

use super::exit::Exit;

/// Arguments of `edigate check`.
#[derive(Debug, clap::Args)]
pub struct Arguments {}

/// Runs the command.
pub fn run(_arguments: &Arguments) -> Exit {
    Exit::World
}
