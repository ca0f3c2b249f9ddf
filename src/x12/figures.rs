//! Adds business findings to what screening found: totals, counts and balances that do not
//! agree, as the map of a set computes them.
//!
//! They are found by reading a set into its record, so it costs as much as reading; whoever only
//! acknowledges asks for them only where a guide says `refuse business`, since nothing else can
//! change an answer. A set that was refused is not read: its figures would be those of a torso.

use super::finding::{Finding, Level};
use super::read::read;
use super::report::{
    GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Screened, SetDetails, Sink,
    Verdict, verdict_of,
};
use super::screen::Rules;
use super::segment::Delimiters;

/// For which sets figures are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// For all that have a map.
    All,
    /// Only for those whose guide refuses business findings.
    Refusing,
}

/// A sink that passes everything on to `sink`, sets with their business findings.
pub struct Figures<'r, R, S> {
    rules: &'r R,
    wanted: Wanted,
    sink: S,
    /// What business findings made of the group, the interchange and the file.
    group: Verdict,
    interchange: Verdict,
    file: Verdict,
}

impl<'r, R: Rules, S: Sink> Figures<'r, R, S> {
    /// Passes on to `sink`; `rules` are those of the screening.
    pub const fn new(rules: &'r R, wanted: Wanted, sink: S) -> Self {
        let (group, interchange, file) = (Verdict::Accepted, Verdict::Accepted, Verdict::Accepted);
        Self { rules, wanted, sink, group, interchange, file }
    }

    /// The sink, and the file's verdict once figures are regarded; `verdict` is what screening
    /// gave.
    pub fn finish(self, verdict: Verdict) -> (S, Verdict) {
        (self.sink, verdict.max(self.file))
    }

    fn findings(&self, set: &Screened<'_>) -> Vec<Finding> {
        let report = set.report;
        let Some(schema) = set.schema else { return Vec::new() };
        let refusing = schema.guide.business_refused;
        if report.verdict > Verdict::AcceptedWithFindings
            || (self.wanted == Wanted::Refusing && !refusing)
        {
            return Vec::new();
        }
        let implementation = report.details.as_ref().map_or("", |details| &details.implementation);
        let set_id = report.set.as_str();
        let resolution = self.rules.resolve(set.interchange, set.group, set_id, implementation);
        // A map that is faulty is told by whoever checks the texts.
        let Ok(map) = resolution.mapping() else { return Vec::new() };
        let mut findings = read(set, &map).findings;
        if refusing {
            findings.iter_mut().for_each(|finding| finding.level = Level::Error);
        }
        findings
    }
}

impl<R: Rules, S: Sink> Sink for Figures<'_, R, S> {
    fn interchange(&mut self, header: &InterchangeHeader, delimiters: Delimiters) {
        self.interchange = Verdict::Accepted;
        self.sink.interchange(header, delimiters);
    }

    fn ta1(&mut self, elements: &[Box<str>]) {
        self.sink.ta1(elements);
    }

    fn group(&mut self, header: &GroupHeader) {
        self.group = Verdict::Accepted;
        self.sink.group(header);
    }

    fn set(&mut self, set: &Screened<'_>) {
        let mut found = self.findings(set);
        if found.is_empty() {
            self.sink.set(set);
            return;
        }
        let mut report = set.report.clone();
        let mut details = report.details.take().map_or_else(SetDetails::default, |boxed| *boxed);
        details.findings.append(&mut found);
        details.findings.sort_by_key(|finding| finding.position);
        report.verdict = report.verdict.max(verdict_of(&details.findings));
        report.details = Some(Box::new(details));
        self.group = self.group.max(report.verdict);
        self.sink.set(&Screened { report: &report, ..*set });
    }

    fn group_end(&mut self, report: &GroupReport) {
        let verdict = report.verdict.max(self.group);
        self.interchange = self.interchange.max(self.group);
        if verdict == report.verdict {
            self.sink.group_end(report);
        } else {
            self.sink.group_end(&GroupReport { verdict, ..report.clone() });
        }
    }

    fn interchange_end(&mut self, report: &InterchangeReport) {
        let verdict = report.verdict.max(self.interchange);
        self.file = self.file.max(self.interchange);
        if verdict == report.verdict {
            self.sink.interchange_end(report);
        } else {
            self.sink.interchange_end(&InterchangeReport { verdict, ..report.clone() });
        }
    }

    fn stray(&mut self, finding: &Finding) {
        self.sink.stray(finding);
    }
}
