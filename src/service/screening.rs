//! Screens a transmission: who sent it, what it holds, what became of it.

use std::collections::BTreeMap;
use std::io;

use super::configuration::Configuration;
use crate::ledger::event::{Cause, Interchange, Screening, TransmissionFact};
use crate::limits;
use crate::partner::directory::Identified;
use crate::ports::Source;
use crate::vocabulary::digest::Digest;
use crate::x12::figures::{Figures, Wanted};
use crate::x12::finding::{Finding, Level};
use crate::x12::report::{
    GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Screened, Sink, Verdict,
};
use crate::x12::screen::{self, Options};
use crate::x12::segment::Delimiters;

/// How a verdict is called in the ledger and by every command.
#[must_use]
pub const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::AcceptedWithFindings => "accepted_with_findings",
        Verdict::Unsupported => "unsupported",
        Verdict::Refused => "refused",
        Verdict::Unreadable => "unreadable",
    }
}

/// Whether a finding among these refuses what they stand at.
#[must_use]
pub fn refuses(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.level == Level::Error)
}

/// What looking at a transmission came to.
#[derive(Debug)]
pub enum Examined {
    /// What it is: screened, in quarantine, or held.
    As(TransmissionFact),
    /// An agreement wants what is tolerated to be an error: look again, strictly.
    Strictly,
}

/// Reads the bytes of a transmission that lay in `folder` and says what they are.
///
/// # Errors
///
/// What reading the bytes fails with.
pub fn examine(
    configuration: &Configuration,
    folder: &str,
    source: Source,
    strict: bool,
) -> io::Result<Examined> {
    let rules = configuration.rules(folder);
    let examiner = Examiner::new(configuration, folder);
    let mut sink = Figures::new(&rules, Wanted::Refusing, examiner);
    let verdict = screen::screen(source, &rules, &Options { strict }, &mut sink)?;
    let (examiner, verdict) = sink.finish(verdict);
    if examiner.strict && !strict {
        return Ok(Examined::Strictly);
    }
    Ok(Examined::As(examiner.finish(verdict)))
}

struct Examiner<'c> {
    configuration: &'c Configuration,
    folder: &'c str,
    found: Screening,
    sets: BTreeMap<String, (u64, String)>,
    sender: Option<Identified>,
    unidentified: Option<String>,
    strict: bool,
    group: Counts,
    interchange: Counts,
}

/// Sets of one group or interchange.
#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    accepted: u64,
    refused: u64,
}

impl Counts {
    const fn add(&mut self, other: Self) {
        self.accepted = self.accepted.saturating_add(other.accepted);
        self.refused = self.refused.saturating_add(other.refused);
    }

    /// All refused, when what they stand in is.
    const fn under(self, refused: bool) -> Self {
        if refused {
            Self { accepted: 0, refused: self.refused.saturating_add(self.accepted) }
        } else {
            self
        }
    }
}

impl<'c> Examiner<'c> {
    fn new(configuration: &'c Configuration, folder: &'c str) -> Self {
        Self {
            configuration,
            folder,
            found: Screening::default(),
            sets: BTreeMap::new(),
            sender: None,
            unidentified: None,
            strict: false,
            group: Counts::default(),
            interchange: Counts::default(),
        }
    }

    fn finish(mut self, verdict: Verdict) -> TransmissionFact {
        if let Some(reason) = self.unidentified {
            let next = format!(
                "add this identity to partners/{}.toml, or to the partner it belongs to, and drop \
                 the file again; its bytes stay in the archive",
                self.folder
            );
            return TransmissionFact::Quarantined(Cause {
                reason,
                owner: "whoever keeps the partner files".into(),
                next,
            });
        }
        if self.found.count == 0 {
            let partner = self.configuration.directory.partner(self.folder);
            let contact = partner.map_or("the partner", |partner| &partner.contact);
            return TransmissionFact::Held(Cause {
                reason: "no X12 interchange can be made out in it".into(),
                owner: "whoever looks after this partner".into(),
                next: format!("ask {contact} what it is; edigate explain shows its first bytes"),
            });
        }
        self.found.verdict = verdict_word(verdict).into();
        self.found.contents = contents(&self.sets);
        self.found.grammars.sort();
        self.found.strict = self.strict;
        TransmissionFact::Screened(self.found)
    }
}

impl Sink for Examiner<'_> {
    fn interchange(&mut self, header: &InterchangeHeader, _delimiters: Delimiters) {
        self.interchange = Counts::default();
        self.found.count = self.found.count.saturating_add(1);
        self.sender = match self.configuration.identify(header, self.folder) {
            Ok(identified) => {
                if self.found.partner.is_empty() {
                    self.found.partner.clone_from(&identified.partner().key);
                }
                Some(identified)
            }
            Err(unknown) => {
                let control = header.element(13);
                let reason = || format!("interchange {control}: {unknown}");
                self.unidentified.get_or_insert_with(reason);
                None
            }
        };
    }

    fn ta1(&mut self, _elements: &[Box<str>]) {
        let entry = self.sets.entry("TA1".into()).or_default();
        entry.0 = entry.0.saturating_add(1);
        entry.1 = "Interchange Acknowledgment".into();
    }

    fn group(&mut self, _header: &GroupHeader) {
        self.group = Counts::default();
    }

    fn set(&mut self, set: &Screened<'_>) {
        let entry = self.sets.entry(set.report.set.as_str().to_owned()).or_default();
        entry.0 = entry.0.saturating_add(1);
        if let Some(schema) = set.schema {
            entry.1.clone_from(&schema.name);
            remember(&mut self.found.grammars, schema.identity);
        }
        match set.report.verdict {
            Verdict::Accepted | Verdict::AcceptedWithFindings => {
                self.group.accepted = self.group.accepted.saturating_add(1);
            }
            Verdict::Unsupported => {
                self.found.unsupported = self.found.unsupported.saturating_add(1);
            }
            Verdict::Refused | Verdict::Unreadable => {
                self.group.refused = self.group.refused.saturating_add(1);
            }
        }
        let agreement = self.sender.as_ref().and_then(|sender| {
            let set_id = set.report.set.as_str();
            self.configuration.nearest_agreement(sender, set.interchange, set.group, set_id)
        });
        self.strict |= agreement.is_some_and(|agreement| agreement.strict);
    }

    fn group_end(&mut self, report: &GroupReport) {
        self.interchange.add(self.group.under(refuses(&report.findings)));
    }

    fn interchange_end(&mut self, report: &InterchangeReport) {
        let counts = self.interchange.under(refuses(&report.findings));
        self.found.accepted = self.found.accepted.saturating_add(counts.accepted);
        self.found.refused = self.found.refused.saturating_add(counts.refused);
        if self.found.interchanges.len() < limits::EVENT_INTERCHANGES {
            let header = &report.header;
            let partner = self.sender.as_ref().map(|sender| sender.partner().key.clone());
            self.found.interchanges.push(Interchange {
                control: header.element(13).to_owned(),
                sender: format!("{}:{}", header.element(5), header.element(6)),
                receiver: format!("{}:{}", header.element(7), header.element(8)),
                usage: header.element(15).to_owned(),
                partner: partner.unwrap_or_default(),
                verdict: verdict_word(report.verdict).into(),
            });
        }
    }
}

/// A file has few grammars in force, however many sets.
fn remember(grammars: &mut Vec<Digest>, identity: Digest) {
    if !grammars.contains(&identity) && grammars.len() < limits::EVENT_INTERCHANGES {
        grammars.push(identity);
    }
}

/// `850 Purchase Order`, or `3 x 850, 810`, cut at a handful.
fn contents(sets: &BTreeMap<String, (u64, String)>) -> String {
    const SHOWN: usize = 6;
    if let (1, Some((set, (count, name)))) = (sets.len(), sets.iter().next()) {
        let times = if *count == 1 { String::new() } else { format!("{count} x ") };
        return format!("{times}{set} {name}").trim_end().to_owned();
    }
    let mut parts: Vec<String> = sets
        .iter()
        .take(SHOWN)
        .map(|(set, (count, _))| if *count == 1 { set.clone() } else { format!("{count} x {set}") })
        .collect();
    if sets.len() > SHOWN {
        parts.push(format!("{} more kinds", sets.len().saturating_sub(SHOWN)));
    }
    parts.join(", ")
}
