//! A sink that keeps the whole report.

use super::super::finding::Finding;
use super::super::report::{
    FileReport, GroupReport, InterchangeHeader, InterchangeReport, Screened, SetReport, Sink,
    Verdict,
};
use super::super::segment::Delimiters;

/// A sink that keeps the whole report, for files that people look at.
#[derive(Debug, Default)]
pub struct Collect {
    findings: Vec<Finding>,
    interchanges: Vec<InterchangeReport>,
    groups: Vec<GroupReport>,
    sets: Vec<SetReport>,
}

impl Collect {
    /// A sink that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The report, with the verdict [`super::screen`] gave.
    #[must_use]
    pub fn finish(self, verdict: Verdict) -> FileReport {
        FileReport { verdict, findings: self.findings, interchanges: self.interchanges }
    }
}

impl Sink for Collect {
    fn interchange(&mut self, _header: &InterchangeHeader, _delimiters: Delimiters) {
        self.groups.clear();
        self.sets.clear();
    }

    fn set(&mut self, set: &Screened<'_>) {
        self.sets.push(set.report.clone());
    }

    fn group_end(&mut self, report: &GroupReport) {
        let sets = std::mem::take(&mut self.sets);
        self.groups.push(GroupReport { sets, ..report.clone() });
    }

    fn interchange_end(&mut self, report: &InterchangeReport) {
        let groups = std::mem::take(&mut self.groups);
        self.interchanges.push(InterchangeReport { groups, ..report.clone() });
    }

    fn stray(&mut self, finding: &Finding) {
        self.findings.push(finding.clone());
    }
}
