//! The code each fault becomes in a TA1, 997 or 999: one total `match`, the only place where
//! acknowledgment codes of findings are decided.
//!
//! A partner's system acts on these codes and never sees our sentences, so a fault that gets a
//! new variant does not compile until its code is decided here. The numbers are those of X12
//! elements 720 and 620 (segments), 723 and 621 (elements), 718 and 618 (sets), 716 (groups)
//! and I18 (interchanges); GRAMMAR.md 5.6 says why each was chosen.

use super::finding::{At, Fault, Finding, Level, Oddity};

/// Which acknowledgment a code is meant for; releases differ in the codes they have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// 997 of a release before 005010: no code for repetitions and components of their own.
    Functional,
    /// 997 of 005010 and later.
    Functional005010,
    /// 999: codes of the standard and, with an `I`, codes of the implementation guide.
    Implementation,
}

impl Form {
    /// What answers a group of this GS08: a 999 when it names an implementation of 005010 or
    /// later, else a 997.
    ///
    /// ```
    /// use edigate::x12::codes::Form;
    /// assert_eq!(Form::for_release("005010X221A1"), Form::Implementation);
    /// assert_eq!(Form::for_release("004010X091A1"), Form::Functional);
    /// assert_eq!(Form::for_release("005010"), Form::Functional005010);
    /// assert_eq!(Form::for_release("004010VICS"), Form::Functional);
    /// ```
    #[must_use]
    pub fn for_release(release: &str) -> Self {
        let (number, rest) = split_release(release);
        match (number >= Some("005010"), rest.starts_with('X')) {
            (true, true) => Self::Implementation,
            (true, false) => Self::Functional005010,
            (false, _) => Self::Functional,
        }
    }

    /// `997` or `999`.
    #[must_use]
    pub const fn set(self) -> &'static str {
        match self {
            Self::Functional | Self::Functional005010 => "997",
            Self::Implementation => "999",
        }
    }
}

/// The six digits a GS08 begins with, none when it does not, and what follows them.
#[must_use]
pub fn split_release(release: &str) -> (Option<&str>, &str) {
    match release.split_at_checked(6) {
        Some((number, rest)) if number.bytes().all(|b| b.is_ascii_digit()) => (Some(number), rest),
        _ => (None, release),
    }
}

/// Where in an acknowledgment a code stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// AK304 or IK304.
    Segment,
    /// AK403 or IK403; its segment has 8.
    Element,
    /// AK502 to AK506 or IK502 to IK506.
    Set,
    /// AK905 to AK909.
    Group,
    /// TA105.
    Interchange,
}

/// A code and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code {
    /// Where.
    pub place: Place,
    /// The value, as it is sent.
    pub value: &'static str,
}

impl Code {
    const fn segment(value: &'static str) -> Self {
        Self { place: Place::Segment, value }
    }

    const fn element(value: &'static str) -> Self {
        Self { place: Place::Element, value }
    }

    const fn set(value: &'static str) -> Self {
        Self { place: Place::Set, value }
    }

    const fn group(value: &'static str) -> Self {
        Self { place: Place::Group, value }
    }

    const fn interchange(value: &'static str) -> Self {
        Self { place: Place::Interchange, value }
    }

    /// The element of the acknowledgment that carries it: `AK403`, `IK304`, `TA105`.
    #[must_use]
    pub const fn carrier(self, form: Form) -> &'static str {
        match (self.place, form) {
            (Place::Segment, Form::Implementation) => "IK304",
            (Place::Element, Form::Implementation) => "IK403",
            (Place::Set, Form::Implementation) => "IK502",
            (Place::Segment, _) => "AK304",
            (Place::Element, _) => "AK403",
            (Place::Set, _) => "AK502",
            (Place::Group, _) => "AK905",
            (Place::Interchange, _) => "TA105",
        }
    }
}

/// The code the acknowledgment carries for a finding: none for warnings and business findings,
/// which no acknowledgment tells.
#[must_use]
pub fn code_of(finding: &Finding, form: Form) -> Option<Code> {
    if finding.level == Level::Error { code(&finding.fault, finding.at, form) } else { None }
}

/// The code of a fault found at a level of the envelope, were it an error; none when no
/// acknowledgment can say it.
///
/// ```
/// use edigate::x12::codes::{Form, code};
/// use edigate::x12::finding::{At, Fault};
/// let fault = Fault::TooManyComponents;
/// assert_eq!(code(&fault, At::Element, Form::Functional).unwrap().value, "3");
/// assert_eq!(code(&fault, At::Element, Form::Functional005010).unwrap().value, "13");
/// ```
#[must_use]
pub fn code(fault: &Fault, at: At, form: Form) -> Option<Code> {
    let later = form != Form::Functional;
    Some(match fault {
        Fault::UnknownSegment => Code::segment("1"),
        Fault::UnexpectedSegment => Code::segment("2"),
        Fault::MissingSegment { .. } => Code::segment("3"),
        Fault::LoopTooOften { .. } => Code::segment("4"),
        Fault::SegmentTooOften { .. } => Code::segment("5"),
        Fault::SegmentNotInSet => Code::segment("6"),
        Fault::OutOfOrder => Code::segment("7"),
        Fault::ElementFaults => Code::segment("8"),

        Fault::MissingElement => Code::element("1"),
        Fault::RelationBroken { .. } => Code::element("2"),
        Fault::TooManyElements => Code::element("3"),
        Fault::TooShort { .. } => Code::element("4"),
        Fault::TooLong { .. } => Code::element("5"),
        // Blanks at the end are tolerated; when strict they are the characters that do not belong.
        Fault::BadCharacter { .. } | Fault::TrailingBlanks => Code::element("6"),
        Fault::BadCode { .. }
        | Fault::TreeId
        | Fault::TreeParent
        | Fault::TreeLevel { .. }
        | Fault::TreeUnder { .. }
        | Fault::TreeParentEmpty
        | Fault::TreeChildFlag => Code::element("7"),
        Fault::BadDate => Code::element("8"),
        Fault::BadTime => Code::element("9"),
        Fault::Excluded { .. } => Code::element("10"),
        Fault::TooManyRepetitions { .. } => Code::element(if later { "12" } else { "3" }),
        Fault::TooManyComponents => Code::element(if later { "13" } else { "3" }),

        Fault::GuideRequires { .. }
        | Fault::GuideForbids { .. }
        | Fault::GuideRequiresElement { .. }
        | Fault::GuideForbidsElement { .. }
        | Fault::GuideCode { .. }
        | Fault::GuidePattern { .. } => guide_code(fault, form)?,
        Fault::Deviation { .. } => return None,

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
        | Fault::GroupId
        | Fault::GroupRelease
        | Fault::MissingGroupTrailer
        | Fault::GroupControlDiffers { .. }
        | Fault::SetCount { .. }
        | Fault::GroupControl
        | Fault::GroupControlRepeated => envelope_code(fault, at, form)?,
        Fault::Interchange { note, .. } => Code::interchange(note_code(*note)),
        Fault::Limit { .. } => limit_code(at),
        Fault::Tolerated(oddity) => oddity_code(*oddity, at)?,
        Fault::Balance { .. } => match at {
            At::Element => Code::element(if form == Form::Implementation { "I12" } else { "7" }),
            _ => Code::set(if form == Form::Implementation { "I5" } else { "5" }),
        },
        // What it stands for has been told a thousand times before it; and nobody to answer.
        Fault::MoreFindings { .. } | Fault::NoInterchange => return None,
    })
}

/// Whether a fault breaks a guide rather than the standard; a 999 tells these apart.
#[must_use]
pub const fn is_of_guide(fault: &Fault) -> bool {
    matches!(
        fault,
        Fault::GuideRequires { .. }
            | Fault::GuideForbids { .. }
            | Fault::GuideRequiresElement { .. }
            | Fault::GuideForbidsElement { .. }
            | Fault::GuideCode { .. }
            | Fault::GuidePattern { .. }
            | Fault::Balance { .. }
    )
}

/// AK502, IK502, AK905: what is wrong with a set or a group as a whole.
fn envelope_code(fault: &Fault, at: At, form: Form) -> Option<Code> {
    let later = form != Form::Functional;
    Some(match fault {
        Fault::NoGrammar => Code::set("1"),
        Fault::MissingTrailer => Code::set("2"),
        Fault::SetControlDiffers { .. } => Code::set("3"),
        Fault::SegmentCount { .. } => Code::set("4"),
        Fault::SetId => Code::set("6"),
        Fault::SetControl => Code::set("7"),
        Fault::SetNotOfGroup { .. } => Code::set("18"),
        Fault::SetControlRepeated => Code::set(if later { "23" } else { "7" }),
        Fault::ImplementationDiffers | Fault::NearestGrammar { .. } | Fault::RuleNotice { .. } => {
            match (at, form) {
                (At::Group, _) => Code::group("2"),
                (_, Form::Implementation) => Code::set("I6"),
                _ => Code::set("1"),
            }
        }

        Fault::GroupId => Code::group("1"),
        Fault::GroupRelease => Code::group("2"),
        Fault::MissingGroupTrailer => Code::group("3"),
        Fault::GroupControlDiffers { .. } => Code::group("4"),
        Fault::SetCount { .. } => Code::group("5"),
        Fault::GroupControl => Code::group("6"),
        // 004010 has no code for it; a number that is not new is not a good number either.
        Fault::GroupControlRepeated => Code::group(if later { "19" } else { "6" }),
        _ => return None,
    })
}

fn guide_code(fault: &Fault, form: Form) -> Option<Code> {
    Some(match (fault, form == Form::Implementation) {
        (Fault::GuideRequires { .. }, false) => Code::segment("3"),
        (Fault::GuideRequires { conditional: true, .. }, true) => Code::segment("I6"),
        (Fault::GuideRequires { of_loop: true, .. }, true) => Code::segment("I7"),
        (Fault::GuideRequires { .. }, true) => Code::segment("I8"),
        (Fault::GuideForbids { .. }, false) => Code::segment("2"),
        (Fault::GuideForbids { conditional, .. }, true) => {
            Code::segment(if *conditional { "I9" } else { "I4" })
        }
        (Fault::GuideRequiresElement { conditional: false, .. }, _) => Code::element("1"),
        (Fault::GuideRequiresElement { .. }, false) => Code::element("2"),
        (Fault::GuideRequiresElement { .. }, true) => Code::element("I9"),
        (Fault::GuideForbidsElement { .. }, false) => Code::element("10"),
        (Fault::GuideForbidsElement { conditional, .. }, true) => {
            Code::element(if *conditional { "I13" } else { "I10" })
        }
        (Fault::GuideCode { .. } | Fault::GuidePattern { .. }, false) => Code::element("7"),
        (Fault::GuideCode { .. }, true) => Code::element("I6"),
        (Fault::GuidePattern { .. }, true) => Code::element("I12"),
        _ => return None,
    })
}

/// A bound of ours is reached: what cannot be held is told where it stands.
const fn limit_code(at: At) -> Code {
    match at {
        At::Interchange => Code::interchange("022"),
        At::Group => Code::group("5"),
        At::Set | At::Business => Code::set("5"),
        At::Segment => Code::segment("8"),
        At::Element => Code::element("5"),
    }
}

/// What is tolerated gets its code only when strictness makes it an error.
const fn oddity_code(oddity: Oddity, at: At) -> Option<Code> {
    Some(match (at, oddity) {
        (
            At::Interchange,
            Oddity::IsaShort
            | Oddity::WideTerminator
            | Oddity::UnusualTerminator
            | Oddity::NoFinalTerminator,
        ) => Code::interchange("004"),
        (At::Interchange, Oddity::UnusualSeparator) => Code::interchange("026"),
        (At::Interchange, Oddity::LeadingZeros) => Code::interchange("001"),
        (At::Interchange, Oddity::EmptyInterchange) => Code::interchange("021"),
        (At::Interchange, _) => Code::interchange("022"),
        (At::Group, Oddity::LeadingZeros) => Code::group("4"),
        (At::Group, Oddity::Fragment) => Code::group("3"),
        (At::Group, _) => Code::group("5"),
        (At::Set, Oddity::LeadingZeros) => Code::set("3"),
        (At::Set, Oddity::Fragment) => Code::set("18"),
        (At::Set, _) => Code::set("5"),
        (At::Segment, Oddity::EmptySegment | Oddity::LowerCase) => Code::segment("1"),
        (At::Segment, _) => Code::segment("8"),
        (At::Element, Oddity::TrailingSeparators) => Code::element("3"),
        (At::Element, _) => Code::element("6"),
        (At::Business, _) => return None,
    })
}

/// TA105 has three digits; what lies beyond the list is told as a faulty control structure.
fn note_code(note: u16) -> &'static str {
    NOTES.get(usize::from(note)).copied().unwrap_or("022")
}

const NOTES: [&str; 32] = [
    "000", "001", "002", "003", "004", "005", "006", "007", "008", "009", "010", "011", "012",
    "013", "014", "015", "016", "017", "018", "019", "020", "021", "022", "023", "024", "025",
    "026", "027", "028", "029", "030", "031",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn value(fault: &Fault, at: At, form: Form) -> &'static str {
        code(fault, at, form).unwrap().value
    }

    #[test]
    fn a_guide_rule_has_its_own_code_in_a_999_and_one_of_the_standard_in_a_997() {
        let required = Fault::GuideRequires {
            expected: "REF".into(),
            prose: "".into(),
            of_loop: false,
            conditional: false,
        };
        assert_eq!(value(&required, At::Segment, Form::Implementation), "I8");
        assert_eq!(value(&required, At::Segment, Form::Functional), "3");
        let code_list = Fault::GuideCode { expected: "SA".into() };
        assert_eq!(value(&code_list, At::Element, Form::Implementation), "I6");
        assert_eq!(value(&code_list, At::Element, Form::Functional005010), "7");
    }

    #[test]
    fn a_repeated_control_number_has_no_code_of_its_own_before_005010() {
        assert_eq!(value(&Fault::SetControlRepeated, At::Set, Form::Functional), "7");
        assert_eq!(value(&Fault::SetControlRepeated, At::Set, Form::Implementation), "23");
    }

    #[test]
    fn an_interchange_note_is_always_three_digits() {
        for note in [0, 1, 23, 31, 32, 9999] {
            let fault = Fault::Interchange { note, expected: "".into() };
            assert_eq!(value(&fault, At::Interchange, Form::Functional).len(), 3);
        }
    }

    #[test]
    fn a_warning_has_no_code() {
        let mut finding = Finding {
            level: Level::Warning,
            at: At::Element,
            fault: Fault::BadDate,
            segment: "DTM".into(),
            position: 4,
            loop_node: None,
            loop_path: "".into(),
            element: Some(2),
            component: None,
            repetition: None,
            dictionary: "373".into(),
            offset: 0,
            length: 8,
            text: "20240230".into(),
            rule: "x12/004010/850".into(),
        };
        assert_eq!(code_of(&finding, Form::Functional), None);
        finding.level = Level::Error;
        assert_eq!(code_of(&finding, Form::Functional).unwrap().value, "8");
    }

    #[test]
    fn codes_are_named_by_the_element_that_carries_them() {
        let code = code(&Fault::BadDate, At::Element, Form::Functional).unwrap();
        assert_eq!(code.carrier(Form::Functional), "AK403");
        assert_eq!(code.carrier(Form::Implementation), "IK403");
    }
}
