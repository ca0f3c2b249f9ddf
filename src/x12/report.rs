//! What screening found: a tree of interchanges, groups and sets with their findings.
//!
//! A set's row is small and flat: a file of a gigabyte may hold a million sets. Screening hands
//! everything to a [`Sink`] as it goes, so that acknowledgments are written without keeping it.

use super::finding::{Finding, Level};
use super::segment::{Delimiters, SetText};
use crate::grammar::schema::{NodeId, Schema};
use crate::vocabulary::inline::Inline;

/// What became of a file, interchange, group or set; the worst of a file's sets counts for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Nothing found.
    Accepted,
    /// Only warnings or business findings: the acknowledgment still accepts.
    AcceptedWithFindings,
    /// A set without a grammar, the rest sound.
    Unsupported,
    /// An error.
    Refused,
    /// No envelope can be made out.
    Unreadable,
}

/// ISA as sent, blanks at the ends cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InterchangeHeader {
    /// ISA01 to ISA16 in order; absent ones empty.
    pub elements: [Box<str>; 16],
    /// Offset of `ISA` in the file.
    pub offset: u64,
}

impl InterchangeHeader {
    /// ISA element `number`, 1 to 16.
    #[must_use]
    pub fn element(&self, number: usize) -> &str {
        number.checked_sub(1).and_then(|i| self.elements.get(i)).map_or("", |e| e)
    }
}

/// GS as sent, blanks at the ends cut.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GroupHeader {
    /// GS01 to GS08 in order; absent ones empty.
    pub elements: [Box<str>; 8],
    /// Offset of `GS` in the file.
    pub offset: u64,
}

impl GroupHeader {
    /// GS element `number`, 1 to 8.
    #[must_use]
    pub fn element(&self, number: usize) -> &str {
        number.checked_sub(1).and_then(|i| self.elements.get(i)).map_or("", |e| e)
    }
}

/// One transaction set.
#[derive(Clone, Debug, PartialEq)]
pub struct SetReport {
    /// ST01.
    pub set: Inline<6>,
    /// ST02.
    pub control: Inline<12>,
    /// What became of it.
    pub verdict: Verdict,
    /// ST to SE, both counted.
    pub segments: u32,
    /// ST03 when sent, and the findings; most sets have none of both.
    pub details: Option<Box<SetDetails>>,
}

/// What few sets have.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SetDetails {
    /// ST03.
    pub implementation: Box<str>,
    /// Findings in order of position.
    pub findings: Vec<Finding>,
}

/// One functional group.
#[derive(Clone, Debug, PartialEq)]
pub struct GroupReport {
    /// GS.
    pub header: GroupHeader,
    /// What became of it.
    pub verdict: Verdict,
    /// GE01 as sent; empty when there is no GE.
    pub declared: Box<str>,
    /// Findings of GS and GE.
    pub findings: Vec<Finding>,
    /// Its sets.
    pub sets: Vec<SetReport>,
}

/// One interchange.
#[derive(Clone, Debug, PartialEq)]
pub struct InterchangeReport {
    /// ISA.
    pub header: InterchangeHeader,
    /// Its delimiters.
    pub delimiters: Delimiters,
    /// What became of it.
    pub verdict: Verdict,
    /// Findings of ISA and IEA.
    pub findings: Vec<Finding>,
    /// TA1 segments it carried: their elements.
    pub ta1s: Vec<Vec<Box<str>>>,
    /// Its groups.
    pub groups: Vec<GroupReport>,
}

/// One file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileReport {
    /// What became of it.
    pub verdict: Verdict,
    /// Findings outside any interchange.
    pub findings: Vec<Finding>,
    /// Its interchanges.
    pub interchanges: Vec<InterchangeReport>,
}

/// What follows from findings alone: an error refuses, anything else is told.
#[must_use]
pub fn verdict_of(findings: &[Finding]) -> Verdict {
    match findings.iter().map(|finding| finding.level).max() {
        None => Verdict::Accepted,
        Some(Level::Warning | Level::Business) => Verdict::AcceptedWithFindings,
        Some(Level::Error) => Verdict::Refused,
    }
}

/// A set that was screened, while its bytes are still there.
#[derive(Clone, Copy)]
pub struct Screened<'a> {
    /// The interchange it came in.
    pub interchange: &'a InterchangeHeader,
    /// The group it came in.
    pub group: &'a GroupHeader,
    /// The set's bytes and segments.
    pub text: SetText<'a>,
    /// What it was checked with; none when unsupported.
    pub schema: Option<&'a Schema>,
    /// For each segment the node it was placed at ([`NodeId::STRAY`] for none).
    pub placements: &'a [NodeId],
    /// Verdict and findings.
    pub report: &'a SetReport,
}

/// Takes what screening finds, in file order. Every method does nothing unless overridden.
pub trait Sink {
    /// ISA was read.
    fn interchange(&mut self, _header: &InterchangeHeader, _delimiters: Delimiters) {}
    /// A TA1 stood in the interchange: its elements.
    fn ta1(&mut self, _elements: &[Box<str>]) {}
    /// GS was read.
    fn group(&mut self, _header: &GroupHeader) {}
    /// A set was screened.
    fn set(&mut self, _set: &Screened<'_>) {}
    /// The group ended (`sets` is left empty in the report).
    fn group_end(&mut self, _report: &GroupReport) {}
    /// The interchange ended (`groups` is left empty in the report).
    fn interchange_end(&mut self, _report: &InterchangeReport) {}
    /// A finding outside any interchange.
    fn stray(&mut self, _finding: &Finding) {}
}
