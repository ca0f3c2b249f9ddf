//! What people are told: one plain sentence, what was expected, and what to do next, for each
//! fault, written together so that they speak with one voice.
//!
//! The readers know their business and not X12. So a sentence says what is wrong with their
//! order, shipment or payment first and gives the segment and element in brackets, for whoever
//! has to mend it. Text quoted from a partner is printable and bounded; it is shown to those who
//! may see the document and goes to no log.

mod elements;
mod envelope;
mod guide;
mod names;
mod segments;
mod tolerated;

pub use names::{Around, Instances, lower_first};

use super::finding::{Fault, Finding, Oddity};
use names::upper_first;

/// What a person is told about a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Words {
    /// One sentence: what is wrong.
    pub sentence: String,
    /// What was expected instead; empty when the sentence says it.
    pub expected: String,
    /// What to do next, and who.
    pub hint: String,
}

impl Words {
    fn new(
        sentence: impl AsRef<str>,
        expected: impl Into<String>,
        hint: impl Into<String>,
    ) -> Self {
        Self {
            sentence: upper_first(sentence.as_ref()),
            expected: expected.into(),
            hint: hint.into(),
        }
    }
}

/// The words for a finding.
///
/// ```
/// use edigate::x12::finding::{At, Fault, Finding, Level};
/// use edigate::x12::wording::{Around, words};
/// let finding = Finding {
///     level: Level::Error,
///     at: At::Set,
///     fault: Fault::SegmentCount { counted: 24 },
///     segment: "SE".into(),
///     position: 24,
///     loop_node: None,
///     loop_path: "".into(),
///     element: Some(1),
///     component: None,
///     repetition: None,
///     dictionary: "96".into(),
///     offset: 900,
///     length: 2,
///     text: "23".into(),
///     rule: "".into(),
/// };
/// let words = words(&finding, &Around::default());
/// assert_eq!(words.sentence, "The trailer says the set has 23 segments (SE 01), but it has 24.");
/// ```
#[must_use]
pub fn words(finding: &Finding, around: &Around<'_>) -> Words {
    match &finding.fault {
        Fault::UnknownSegment
        | Fault::UnexpectedSegment
        | Fault::MissingSegment { .. }
        | Fault::LoopTooOften { .. }
        | Fault::SegmentTooOften { .. }
        | Fault::SegmentNotInSet
        | Fault::OutOfOrder
        | Fault::ElementFaults
        | Fault::TreeId
        | Fault::TreeParent
        | Fault::TreeLevel { .. }
        | Fault::TreeUnder { .. }
        | Fault::TreeParentEmpty
        | Fault::TreeChildFlag => segments::words(finding, around),

        Fault::MissingElement
        | Fault::RelationBroken { .. }
        | Fault::TooManyElements
        | Fault::TooShort { .. }
        | Fault::TooLong { .. }
        | Fault::BadCharacter { .. }
        | Fault::BadCode { .. }
        | Fault::BadDate
        | Fault::BadTime
        | Fault::Excluded { .. }
        | Fault::TooManyRepetitions { .. }
        | Fault::TooManyComponents
        | Fault::TrailingBlanks => elements::words(finding, around),

        Fault::GuideRequires { .. }
        | Fault::GuideForbids { .. }
        | Fault::GuideRequiresElement { .. }
        | Fault::GuideForbidsElement { .. }
        | Fault::GuideCode { .. }
        | Fault::GuidePattern { .. }
        | Fault::Deviation { .. }
        | Fault::Balance { .. } => guide::words(finding, around),

        Fault::NoGrammar
        | Fault::MissingTrailer
        | Fault::SetControlDiffers { .. }
        | Fault::SegmentCount { .. }
        | Fault::SetId
        | Fault::SetControl
        | Fault::SetNotOfGroup { .. }
        | Fault::SetControlRepeated
        | Fault::ImplementationDiffers
        | Fault::NearestGrammar { .. }
        | Fault::RuleNotice { .. }
        | Fault::MoreFindings { .. }
        | Fault::Limit { .. }
        | Fault::GroupId
        | Fault::GroupRelease
        | Fault::MissingGroupTrailer
        | Fault::GroupControlDiffers { .. }
        | Fault::SetCount { .. }
        | Fault::GroupControl
        | Fault::GroupControlRepeated
        | Fault::Interchange { .. }
        | Fault::NoInterchange => envelope::words(finding, around),

        Fault::Tolerated(oddity) => tolerated::words(*oddity, finding),
    }
}

/// A word for the kind of fault, the same for every instance of it, by which repeated findings
/// are grouped.
#[must_use]
pub fn kind(fault: &Fault) -> (std::mem::Discriminant<Fault>, Option<Oddity>) {
    let oddity = match fault {
        Fault::Tolerated(oddity) => Some(*oddity),
        _ => None,
    };
    (std::mem::discriminant(fault), oddity)
}

/// `“UP”`, or `nothing`.
fn quoted(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { format!("\u{201c}{text}\u{201d}") }
}

/// `23`, `“2x”`, or `no number of`.
fn counted(text: &str) -> String {
    match text {
        "" => "no number of".to_owned(),
        digits if digits.bytes().all(|byte| byte.is_ascii_digit()) => digits.to_owned(),
        other => quoted(other),
    }
}

/// `: “UP”`, or nothing.
fn shown(text: &str) -> String {
    if text.is_empty() { String::new() } else { format!(": {}", quoted(text)) }
}
