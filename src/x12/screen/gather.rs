//! Findings of one level of the envelope, within their bound.

use super::super::finding::{At, Fault, Finding, Level};
use super::super::segment::Segment;
use super::super::validate::printable;
use crate::limits;

/// Findings of one level; what is beyond the bound is counted.
#[derive(Debug, Default)]
pub(super) struct Findings {
    kept: Vec<Finding>,
    more: u64,
    worst: Option<Level>,
}

impl Findings {
    /// Keeps a finding, or counts it.
    pub(super) fn push(&mut self, finding: Finding) {
        if self.kept.len() < limits::ENVELOPE_FINDINGS {
            self.kept.push(finding);
        } else {
            self.more = self.more.saturating_add(1);
            self.worst = self.worst.max(Some(finding.level));
        }
    }

    /// What was found, with one more finding that tells how many were not kept.
    pub(super) fn finish(self, at: At) -> Vec<Finding> {
        let mut kept = self.kept;
        kept.extend(more(at, self.more, self.worst));
        kept
    }
}

/// The finding that stands for those that were not kept; as grave as the gravest of them.
pub(super) fn more(at: At, count: u64, worst: Option<Level>) -> Option<Finding> {
    let level = worst.filter(|_| count > 0)?;
    Some(Finding { level, ..Site::default().finding(at, Fault::MoreFindings { count }) })
}

/// Where an envelope finding stands.
#[derive(Clone, Debug, Default)]
pub(super) struct Site {
    /// Segment id.
    pub(super) segment: Box<str>,
    /// Its position, ST = 1; 0 outside sets.
    pub(super) position: u32,
    /// Element, from 1.
    pub(super) element: Option<u8>,
    /// Offset in the file.
    pub(super) offset: u64,
    /// Bytes concerned.
    pub(super) length: u32,
    /// The bytes, printable.
    pub(super) text: Box<str>,
}

impl Site {
    /// A whole segment.
    pub(super) fn segment(segment: &Segment<'_>, position: u32) -> Self {
        Self {
            segment: printable(segment.id()),
            position,
            element: None,
            offset: segment.set().file_offset(segment.span().start),
            length: u32::try_from(segment.bytes().len()).unwrap_or(u32::MAX),
            text: printable(segment.bytes()),
        }
    }

    /// An element of a segment.
    pub(super) fn element(segment: &Segment<'_>, position: u32, element: u8) -> Self {
        let bytes = segment.element(usize::from(element));
        Self {
            element: Some(element),
            offset: segment.set().file_offset(segment.element_start(usize::from(element))),
            length: u32::try_from(bytes.len()).unwrap_or(u32::MAX),
            text: printable(bytes),
            ..Self::segment(segment, position)
        }
    }

    /// A place between bytes.
    pub(super) fn place(offset: u64) -> Self {
        Self { offset, ..Self::default() }
    }

    /// An error here.
    pub(super) fn finding(self, at: At, fault: Fault) -> Finding {
        Finding {
            level: Level::Error,
            at,
            fault,
            segment: self.segment,
            position: self.position,
            loop_node: None,
            loop_path: "".into(),
            element: self.element,
            component: None,
            repetition: None,
            dictionary: "".into(),
            offset: self.offset,
            length: self.length,
            text: self.text,
            rule: "".into(),
        }
    }

    /// A warning here.
    pub(super) fn warning(self, at: At, fault: Fault) -> Finding {
        Finding { level: Level::Warning, ..self.finding(at, fault) }
    }
}
