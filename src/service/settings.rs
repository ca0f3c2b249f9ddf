//! `edigate.toml`: matters of this machine. Partners, agreements and drop folders are in
//! `partners/`; nothing about them is here.

use std::time::Duration;

use crate::limits;
use crate::partner::phrase;
use crate::partner::table::{Problem, Reader, Table};

/// The settings of a home.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The name of this node in the ledger; two nodes of one ledger need two.
    pub node: String,
    /// How the log is written.
    pub log: LogFormat,
    /// How long a worker may be silent about an effect before another takes it.
    pub lease: Duration,
    /// How many effects are performed at once.
    pub at_once: usize,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// One JSON object a line, for machines.
    Json,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            node: "gateway".into(),
            log: LogFormat::Text,
            lease: Duration::from_secs(60),
            at_once: limits::EFFECTS_AT_ONCE,
        }
    }
}

impl Settings {
    /// Reads `edigate.toml`; what it does not say keeps its default.
    ///
    /// ```
    /// use edigate::service::settings::Settings;
    /// let problems = Settings::read("edigate.toml", "[log]\nformt = \"json\"").unwrap_err();
    /// assert_eq!(
    ///     problems[0].to_string(),
    ///     "edigate.toml:2:1: [log] has no key \"formt\"; did you mean format?"
    /// );
    /// ```
    ///
    /// # Errors
    ///
    /// Every problem of the file, in order of place.
    pub fn read(file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let mut reader = Reader::new(file, text);
        let mut settings = Self::default();
        if let Some(root) = reader.parse() {
            settings.take(&mut reader, Table::root(&root, "edigate.toml"));
        }
        let problems = reader.finish();
        if problems.is_empty() { Ok(settings) } else { Err(problems) }
    }

    fn take<'t>(&mut self, reader: &mut Reader<'t>, root: Table<'_, 't>) {
        reader.known(root, &["node", "log", "effects"]);
        if let Some(node) = reader.text(root, "node") {
            self.node = node.value;
        }
        if let Some(log) = reader.table(root, "log", "[log]") {
            reader.known(log, &["format"]);
            let words = [("text", LogFormat::Text), ("json", LogFormat::Json)];
            self.log = reader.word(log, "format", &words).unwrap_or_default();
        }
        if let Some(effects) = reader.table(root, "effects", "[effects]") {
            reader.known(effects, &["lease", "at_once"]);
            if let Some(lease) = reader.text(effects, "lease") {
                match phrase::duration(&lease.value) {
                    Ok(duration) => self.lease = duration,
                    Err(sentence) => reader.problem(lease.at, format!("lease: {sentence}"), ""),
                }
            }
            let most = limits::EFFECTS_AT_ONCE;
            match reader.number(effects, "at_once").map(usize::try_from) {
                None => {}
                Some(Ok(number)) if (1..=most).contains(&number) => self.at_once = number,
                Some(_) => {
                    let sentence = format!("at_once must be from 1 to {most}");
                    reader.problem(effects.at(), sentence, "");
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_file_is_a_home_with_defaults() {
        assert_eq!(Settings::read("edigate.toml", ""), Ok(Settings::default()));
    }

    #[test]
    fn what_is_said_is_taken() {
        let text = "node = \"gw-2\"\nlog.format = \"json\"\neffects = { lease = \"5 minutes\" }";
        let settings = Settings::read("edigate.toml", text).unwrap();
        assert_eq!((settings.node.as_str(), settings.log), ("gw-2", LogFormat::Json));
        assert_eq!(settings.lease, Duration::from_secs(300));
    }

    #[test]
    fn every_mistake_is_told_with_its_place() {
        let text =
            "nod = \"gw\"\n[log]\nformat = \"jsn\"\n[effects]\nlease = \"soon\"\nat_once = 0";
        let problems = Settings::read("edigate.toml", text).unwrap_err();
        let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].contains(":1:1:") && told[0].contains("did you mean node?"), "{told:?}");
        assert!(told.iter().any(|text| text.contains("did you mean \"json\"?")), "{told:?}");
    }

    #[test]
    fn no_more_effects_run_at_once_than_the_bound() {
        let text = format!("effects.at_once = {}", limits::EFFECTS_AT_ONCE + 1);
        assert!(Settings::read("edigate.toml", &text).is_err());
    }
}
