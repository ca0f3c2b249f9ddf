//! Screens a file: reads its envelopes, validates each set, hands all to a sink.
//!
//! This is the door everything goes through: `explain`, `ack`, `read` and the daemon hand in
//! bytes and a sink, and get the verdict. Findings follow from the bytes, the rules and the
//! options alone, so that the same file always gets the same answer.

use std::io::{self, Read};
use std::sync::Arc;

use super::finding::Finding;
use super::report::{
    FileReport, GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Screened, Sink,
    Verdict,
};
use super::segment::Delimiters;
use crate::grammar::library::Resolution;

/// How to look at a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether what is tolerated is an error.
    pub strict: bool,
}

/// Says which grammar is in force for a set.
pub trait Rules {
    /// The grammar for `set` (ST01) in this group; `implementation` is ST03, empty when absent.
    fn resolve(
        &self,
        interchange: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        implementation: &str,
    ) -> Arc<Resolution>;
}

/// Reads `input` to its end, screens every set, and hands all to `sink` in file order.
///
/// # Errors
///
/// Only what `input` fails with: whatever is wrong with the bytes is a finding.
pub fn screen(
    mut input: impl Read,
    _rules: &impl Rules,
    _options: &Options,
    _sink: &mut impl Sink,
) -> io::Result<Verdict> {
    io::copy(&mut input, &mut io::sink())?;
    Ok(Verdict::Unreadable)
}

/// A sink that keeps the whole report, for files that people look at.
#[derive(Debug, Default)]
pub struct Collect {
    findings: Vec<Finding>,
    interchanges: Vec<InterchangeReport>,
    groups: Vec<GroupReport>,
    sets: Vec<super::report::SetReport>,
}

impl Collect {
    /// A sink that has seen nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The report, with the verdict [`screen`] gave.
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
