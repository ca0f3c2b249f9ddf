//! The command line, one file a command. Commands read files and print; every decision is made
//! in the layers below.

pub mod exit;

pub mod ack;
pub mod check;
pub mod demo;
pub mod explain;
pub mod grammar;
pub mod grammars;
pub mod read;
pub mod run;
pub mod show;
mod spool;
pub mod table;
pub mod verify;
pub mod write;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use exit::Exit;

/// EDI and file-transfer gateway between trading partners and Odoo.
#[derive(Debug, Parser)]
#[command(name = "edigate", version, about, propagate_version = true, max_term_width = 100)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, clap::Subcommand)]
enum Command {
    /// Show every finding of a file as a compiler would.
    Explain(explain::Arguments),
    /// Print the acknowledgment that would be sent.
    Ack(ack::Arguments),
    /// Print canonical records, one JSON document a line.
    Read(read::Arguments),
    /// Write a canonical record as an interchange.
    Write(write::Arguments),
    /// Format, show, compare and document grammars.
    Grammar(grammar::Arguments),
    /// Run the daemon.
    Run(run::Arguments),
    /// Check everything that can be known before running.
    Check(check::Arguments),
    /// Show mailboxes, transmissions, documents, partners.
    Show(show::Arguments),
    /// Verify a home, an archive or an evidence package.
    Verify(verify::Arguments),
    /// Run the whole way on sample files, in a home of its own.
    Demo(demo::Arguments),
}

/// Parses `arguments`, runs the command, returns its exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(arguments) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Clap prints help and usage where they belong; a closed pipe is no news.
            let _ = error.print().ok();
            return if error.use_stderr() { Exit::Unreadable.into() } else { Exit::Done.into() };
        }
    };
    let exit = match arguments.command {
        Command::Explain(arguments) => explain::run(&arguments),
        Command::Ack(arguments) => ack::run(&arguments),
        Command::Read(arguments) => read::run(&arguments),
        Command::Write(arguments) => write::run(&arguments),
        Command::Grammar(arguments) => grammar::run(&arguments),
        Command::Run(arguments) => run::run(&arguments),
        Command::Check(arguments) => check::run(&arguments),
        Command::Show(arguments) => show::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::Demo(arguments) => demo::run(&arguments),
    };
    exit.into()
}

/// Says something on the error output; gives back how the command ends.
pub(crate) fn tell(text: &str, exit: Exit) -> Exit {
    #[expect(clippy::print_stderr, reason = "the one place where commands complain")]
    {
        eprintln!("edigate: {text}");
    }
    exit
}
