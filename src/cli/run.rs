//! `edigate run`: the daemon.

use std::io::{self, Write};
use std::path::PathBuf;

use super::exit::Exit;
use crate::service::configuration::Configuration;
use crate::service::daemon::{self, Pace, Round};
use crate::service::home::Places;
use crate::service::settings::LogFormat;
use crate::service::telemetry;

/// Arguments of `edigate run`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The home: folder with edigate.toml, partners/, drop/.
    #[arg(long, default_value = ".")]
    home: PathBuf,
    /// Take what is there, do what is due, and end.
    #[arg(long)]
    once: bool,
    /// How the log on the standard error is written; edigate.toml says otherwise.
    #[arg(long, value_enum)]
    log: Option<Log>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Log {
    /// For people.
    Text,
    /// One JSON object a line.
    Json,
}

/// Runs the command: 0 when told to stop, or when one round left nothing owed; 2 when the home
/// can't be run as it is; 3 when the world failed.
pub fn run(arguments: &Arguments) -> Exit {
    let places = Places::new(&arguments.home);
    let configuration = match Configuration::read(&places) {
        Ok(configuration) => configuration,
        Err(failure) => return super::tell(&failure.operator_text, Exit::Unreadable),
    };
    telemetry::start(match arguments.log {
        Some(Log::Text) => LogFormat::Text,
        Some(Log::Json) => LogFormat::Json,
        None => configuration.settings.log,
    });
    let pace = if arguments.once { Pace::Once } else { Pace::UntilTold };
    match daemon::run(&places, configuration, pace) {
        Ok(None) => Exit::Done,
        Ok(Some(round)) => summary(&round),
        Err(failure) => super::tell(&failure.operator_text, Exit::World),
    }
}

/// Says what one round came to.
fn summary(round: &Round) -> Exit {
    let mut out = io::stdout().lock();
    let Round { taken, waiting, pending, failures } = round;
    let files = if *taken == 1 { "file" } else { "files" };
    let mut lines =
        vec![format!("took {taken} {files}; {} waiting; {} owed", waiting.len(), pending.count)];
    lines.extend(waiting.iter().map(|(file, waiting)| {
        format!("  waits: {}/{}: {}", file.folder, file.name, waiting.sentence())
    }));
    lines.extend(failures.iter().map(|failure| format!("  failed: {failure}")));
    // A closed pipe is no news: what was done is in the ledger.
    let _ = writeln!(out, "{}", lines.join("\n")).ok();
    if pending.count == 0 && failures.is_empty() { Exit::Done } else { Exit::World }
}
