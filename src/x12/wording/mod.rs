//! What people are told: one plain sentence, what was expected, and what to do next, for each
//! fault, written together so that they speak with one voice.
//!
//! The readers know their business and not X12. So a sentence says what is wrong with their
//! order, shipment or payment first and gives the segment and element in brackets, for whoever
//! has to mend it. Text quoted from a partner is printable and bounded; it is shown to those who
//! may see the document and goes to no log.

mod answers;
mod elements;
mod envelope;
mod guide;
mod names;
mod segments;
mod tolerated;

pub use answers::{group_answered, interchange_answered};
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::finding::{At, Level};

    fn every_fault() -> Vec<Fault> {
        let text = || Box::<str>::from("17");
        let mut faults = vec![
            Fault::UnknownSegment,
            Fault::UnexpectedSegment,
            Fault::MissingSegment { expected: "PO1".into(), prose: "Order line".into() },
            Fault::LoopTooOften { max: 1 },
            Fault::SegmentTooOften { max: 3 },
            Fault::SegmentNotInSet,
            Fault::OutOfOrder,
            Fault::ElementFaults,
            Fault::MissingElement,
            Fault::RelationBroken { relation: "06 and 07 together".into() },
            Fault::RelationBroken { relation: "at least one of 02 03".into() },
            Fault::RelationBroken { relation: "if 04 then 05".into() },
            Fault::TooManyElements,
            Fault::TooShort { min: 4 },
            Fault::TooLong { max: 9 },
            Fault::BadCharacter { expected: "".into() },
            Fault::BadCode { expected: "PE or PR".into() },
            Fault::BadDate,
            Fault::BadTime,
            Fault::Excluded { relation: "only one of 02 03".into() },
            Fault::TooManyRepetitions { max: 1 },
            Fault::TooManyComponents,
            Fault::TrailingBlanks,
            Fault::TreeId,
            Fault::TreeParent,
            Fault::TreeLevel { expected: "S or O".into() },
            Fault::TreeUnder { parent: "I".into() },
            Fault::TreeParentEmpty,
            Fault::TreeChildFlag,
            Fault::GuideRequires {
                expected: "PO1/REF where 01 is IA".into(),
                prose: "Our number".into(),
                of_loop: false,
                conditional: true,
            },
            Fault::GuideForbids { prose: "".into(), conditional: false },
            Fault::GuideRequiresElement { prose: text(), conditional: true },
            Fault::GuideForbidsElement { prose: text(), conditional: false },
            Fault::GuideCode { expected: text() },
            Fault::GuidePattern { pattern: "gtin".into() },
            Fault::Deviation { prose: "Old stores send no order date".into() },
        ];
        faults.extend(every_envelope_fault());
        faults.extend((0..=32).map(|note| Fault::Interchange { note, expected: "".into() }));
        faults.extend(EVERY_ODDITY.iter().copied().map(Fault::Tolerated));
        faults
    }

    fn every_envelope_fault() -> Vec<Fault> {
        let text = || Box::<str>::from("17");
        vec![
            Fault::NoGrammar,
            Fault::MissingTrailer,
            Fault::SetControlDiffers { expected: text() },
            Fault::SegmentCount { counted: 24 },
            Fault::SetId,
            Fault::SetControl,
            Fault::SetNotOfGroup { expected: "PO".into() },
            Fault::SetControlRepeated,
            Fault::ImplementationDiffers,
            Fault::NearestGrammar { used: "x12/004010/850".into() },
            Fault::RuleNotice { sentence: "the guide acme/850 is not known".into() },
            Fault::MoreFindings { count: 12 },
            Fault::Limit { what: "bytes of one segment".into(), max: 9 },
            Fault::GroupId,
            Fault::GroupRelease,
            Fault::MissingGroupTrailer,
            Fault::GroupControlDiffers { expected: text() },
            Fault::SetCount { counted: 2 },
            Fault::GroupControl,
            Fault::GroupControlRepeated,
            Fault::NoInterchange,
            Fault::Balance { rule: "count(lines)".into(), sent: text(), computed: "18".into() },
        ]
    }

    const EVERY_ODDITY: &[Oddity] = &[
        Oddity::IsaWidths,
        Oddity::IsaShort,
        Oddity::ByteOrderMark,
        Oddity::Utf16,
        Oddity::WideTerminator,
        Oddity::UnusualTerminator,
        Oddity::UnusualSeparator,
        Oddity::LineBreaks,
        Oddity::NoFinalTerminator,
        Oddity::BinaryLength,
        Oddity::Wrapped,
        Oddity::Indented,
        Oddity::TrailingBlanks,
        Oddity::Garbage,
        Oddity::EmptySegment,
        Oddity::LeadingZeros,
        Oddity::EmptyInterchange,
        Oddity::LowerCase,
        Oddity::TrailingSeparators,
        Oddity::Fragment,
    ];

    fn finding(fault: Fault, segment: &str, text: &str) -> Finding {
        Finding {
            level: Level::Error,
            at: At::Element,
            fault,
            segment: segment.into(),
            position: 8,
            loop_node: None,
            loop_path: "".into(),
            element: Some(7),
            component: None,
            repetition: None,
            dictionary: "".into(),
            offset: 0,
            length: 2,
            text: text.into(),
            rule: "".into(),
        }
    }

    #[test]
    fn every_fault_has_a_whole_sentence_and_says_what_to_do() {
        for fault in every_fault() {
            for (segment, text) in [("PO1", "17"), ("", "")] {
                let finding = finding(fault.clone(), segment, text);
                let Words { sentence, hint, .. } = words(&finding, &Around::default());
                assert!(sentence.ends_with('.') && !sentence.ends_with(".."), "{sentence}");
                assert!(!sentence.starts_with(char::is_lowercase), "{sentence}");
                assert!(!sentence.contains("  "), "{sentence}");
                assert!(hint.ends_with('.') && hint.len() > 15, "{fault:?}: {hint}");
            }
        }
    }

    #[test]
    fn faults_of_one_kind_differ_only_in_their_details() {
        let too_long = |max| kind(&Fault::TooLong { max });
        assert_eq!(too_long(3), too_long(9));
        assert_ne!(too_long(3), kind(&Fault::TooShort { min: 3 }));
        let tolerated = |oddity| kind(&Fault::Tolerated(oddity));
        assert_ne!(tolerated(Oddity::Wrapped), tolerated(Oddity::Indented));
    }

    #[test]
    fn without_grammar_and_bytes_the_words_are_plainer_but_there() {
        let fault = Fault::RelationBroken { relation: "06 and 07 together".into() };
        let words = words(&finding(fault, "PO1", ""), &Around::default());
        assert_eq!(words.sentence, "Element PO1 07 is missing (rule: 06 and 07 together).");
    }
}
