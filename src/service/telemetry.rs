//! The log: to the standard error, without a byte of what partners sent. Identities, counts,
//! stages and causes are enough to follow a file; its contents are in the archive.

use std::io::{IsTerminal, stderr};

use tracing::level_filters::LevelFilter;

use super::settings::LogFormat;

/// Starts the log. Only the first call in a program counts.
pub fn start(format: LogFormat) {
    let log = tracing_subscriber::fmt()
        .with_writer(stderr)
        .with_max_level(LevelFilter::INFO)
        .with_ansi(stderr().is_terminal())
        .with_target(false)
        // A log that nobody takes any more must not end the daemon.
        .log_internal_errors(false);
    let started = match format {
        LogFormat::Text => log.compact().try_init().is_ok(),
        LogFormat::Json => log.json().flatten_event(true).try_init().is_ok(),
    };
    if !started {
        tracing::debug!("the log was started before");
    }
}
