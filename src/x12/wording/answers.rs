//! What a partner's acknowledgment says, in words: the codes of others, who give no sentence.

use super::{quoted, words};
use crate::x12::acknowledge::{
    Context, ElementAnswer, GroupAnswer, InterchangeAnswer, Outcome, SegmentAnswer, SetAnswer,
};
use crate::x12::finding::{At, Fault, Finding, Level};
use crate::x12::wording::Around;

/// What a TA1 says, as one line.
///
/// ```
/// use edigate::x12::acknowledge::{InterchangeAnswer, Outcome};
/// use edigate::x12::wording::interchange_answered;
/// let answer = InterchangeAnswer {
///     control: "000000417".into(),
///     date: "260309".into(),
///     time: "0815".into(),
///     outcome: Outcome::Refused,
///     note: "023".into(),
/// };
/// assert_eq!(
///     interchange_answered(&answer),
///     "it rejects interchange 000000417: the file ends before the interchange does: it was cut \
///      off (note 023)"
/// );
/// ```
#[must_use]
pub fn interchange_answered(answer: &InterchangeAnswer) -> String {
    let said = format!("it {} interchange {}", verb(answer.outcome), answer.control);
    let note = answer.note.parse().unwrap_or(0);
    if note == 0 {
        return said;
    }
    let finding = Finding {
        level: Level::Error,
        at: At::Interchange,
        fault: Fault::Interchange { note, expected: "".into() },
        segment: "".into(),
        position: 0,
        loop_node: None,
        loop_path: "".into(),
        element: None,
        component: None,
        repetition: None,
        dictionary: "".into(),
        offset: 0,
        length: 0,
        text: "".into(),
        rule: "".into(),
    };
    let why = words(&finding, &Around::default()).sentence.replace(": nothing", "");
    let why = super::lower_first(why.trim_end_matches('.'));
    format!("{said}: {why} (note {})", answer.note)
}

/// What a 997 or 999 says: the group, then the sets that were not simply accepted and their
/// faults, as lines with their depth; at most `most` of them, and how many more there are.
#[must_use]
pub fn group_answered(answer: &GroupAnswer, most: usize) -> Vec<(usize, String)> {
    let total = &answer.total;
    let mut lines = vec![(
        0,
        format!(
            "it {} group {} ({}): {} of {} sets accepted{}",
            verb(total.outcome),
            answer.control,
            answer.id,
            total.accepted,
            total.received,
            listed(&total.codes, group_code)
        ),
    )];
    let mut more = 0usize;
    for set in &answer.sets {
        if set.outcome == Outcome::Accepted && set.segments.is_empty() {
            continue;
        }
        for line in set_lines(set) {
            if lines.len() < most {
                lines.push(line);
            } else {
                more = more.saturating_add(1);
            }
        }
    }
    if more > 0 {
        lines.push((1, format!("and {more} lines more")));
    }
    lines
}

fn set_lines(set: &SetAnswer) -> impl Iterator<Item = (usize, String)> + '_ {
    let own = format!(
        "it {} set {} no. {}{}",
        verb(set.outcome),
        set.set,
        set.control,
        listed(&set.codes, set_code)
    );
    std::iter::once((1, own)).chain(set.segments.iter().flat_map(segment_lines))
}

fn segment_lines(segment: &SegmentAnswer) -> impl Iterator<Item = (usize, String)> + '_ {
    let unit = segment.contexts.iter().find_map(|context| match context {
        Context::Unit { name, value } => Some(format!(" of {name} {value}")),
        Context::Trigger { .. } => None,
    });
    let unit = unit.unwrap_or_default();
    let place = format!("segment {} ({}){unit}", segment.position, segment.id);
    let own = (segment.elements.is_empty() || &*segment.code != "8")
        .then(|| (2, format!("{place} {} (code {})", segment_code(&segment.code), segment.code)));
    let elements = segment.elements.iter().map(move |element| (2, element_line(&place, element)));
    own.into_iter().chain(elements)
}

fn element_line(place: &str, element: &ElementAnswer) -> String {
    let component = element.component.map_or_else(String::new, |part| format!("-{part}"));
    let text =
        if element.text.is_empty() { String::new() } else { format!(" {}", quoted(&element.text)) };
    format!(
        "{place}, element {}{component}{text} {} (code {})",
        element.position,
        element_code(&element.code),
        element.code
    )
}

const fn verb(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepts",
        Outcome::Noted => "accepts, with something told,",
        Outcome::Partly => "accepts in part",
        Outcome::Refused => "rejects",
        Outcome::Unauthenticated => "rejects, its authentication having failed,",
        Outcome::Unassured => "rejects, its assurance having failed,",
        Outcome::Undecrypted => "rejects, what was decrypted making no sense,",
    }
}

/// `; the number of sets is wrong (code 5)`.
fn listed(codes: &[Box<str>], meaning: fn(&str) -> &'static str) -> String {
    codes.iter().map(|code| format!("; {} (code {code})", meaning(code))).collect()
}

fn group_code(code: &str) -> &'static str {
    match code {
        "1" => "this kind of group is not supported",
        "2" => "this release is not supported",
        "3" => "the group has no trailer",
        "4" => "the control numbers of the group differ",
        "5" => "the number of sets is wrong",
        "6" => "the control number of the group is malformed",
        "19" => "the control number of the group was used before",
        _ => "for a reason given by code only",
    }
}

fn set_code(code: &str) -> &'static str {
    match code {
        "1" => "this set is not supported",
        "2" => "the set has no trailer",
        "3" => "the control numbers of the set differ",
        "4" => "the number of segments is wrong",
        "5" => "segments are at fault",
        "6" => "the set does not say what it is",
        "7" => "the control number of the set is malformed",
        "18" => "the set does not belong in this group",
        "23" => "the control number of the set was used before",
        "I5" => "segments break the implementation guide",
        "I6" => "this implementation guide is not supported",
        _ => "for a reason given by code only",
    }
}

fn segment_code(code: &str) -> &'static str {
    match code {
        "1" => "is unknown",
        "2" => "is not expected there",
        "3" => "is missing",
        "4" => "opens a loop too often",
        "5" => "stands too often",
        "6" => "has no place in this set",
        "7" => "is out of sequence",
        "8" => "has faulty elements",
        "I4" => "is not used by the guide",
        "I6" => "is missing, where the guide asks for it",
        "I7" => "opens a loop that stands too seldom",
        "I8" => "stands too seldom for the guide",
        "I9" => "is not used by the guide in this case",
        _ => "is at fault",
    }
}

fn element_code(code: &str) -> &'static str {
    match code {
        "1" => "is missing",
        "2" => "is missing, where another element asks for it",
        "3" => "is one element too many",
        "4" => "is too short",
        "5" => "is too long",
        "6" => "has a character or a form that does not belong",
        "7" => "is no code that is allowed",
        "8" => "is no date",
        "9" => "is no time of day",
        "10" => "may not stand beside another element",
        "12" => "is repeated too often",
        "13" => "has too many parts",
        "I6" => "is a code that the guide does not use",
        "I9" => "is missing, where the guide asks for it",
        "I10" => "is not used by the guide",
        "I11" => "is repeated too seldom for the guide",
        "I12" => "does not look as the guide asks",
        "I13" => "is not used by the guide in this case",
        _ => "is at fault",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::x12::acknowledge::GroupTotal;

    fn answer(segments: Vec<SegmentAnswer>) -> GroupAnswer {
        GroupAnswer {
            id: "HP".into(),
            control: "7".into(),
            release: "005010X221A1".into(),
            sets: vec![SetAnswer {
                set: "835".into(),
                control: "0001".into(),
                implementation: "".into(),
                outcome: Outcome::Refused,
                codes: vec!["5".into()],
                segments,
            }],
            total: GroupTotal {
                outcome: Outcome::Refused,
                included: 1,
                received: 1,
                accepted: 0,
                codes: vec!["5".into()],
            },
        }
    }

    #[test]
    fn a_partners_rejection_reads_as_sentences_with_the_claim_it_is_about() {
        let segment = SegmentAnswer {
            id: "NM1".into(),
            position: 19,
            loop_id: "2100".into(),
            code: "3".into(),
            contexts: vec![Context::Unit { name: "CLP01".into(), value: "HC-7002".into() }],
            elements: Vec::new(),
        };
        let lines: Vec<_> =
            group_answered(&answer(vec![segment]), 10).into_iter().map(|(_, line)| line).collect();
        assert_eq!(
            lines,
            [
                "it rejects group 7 (HP): 0 of 1 sets accepted; the number of sets is wrong (code 5)",
                "it rejects set 835 no. 0001; segments are at fault (code 5)",
                "segment 19 (NM1) of CLP01 HC-7002 is missing (code 3)"
            ]
        );
    }

    #[test]
    fn of_a_long_answer_the_rest_is_counted() {
        let segment = SegmentAnswer { id: "N1".into(), code: "2".into(), ..Default::default() };
        let lines = group_answered(&answer(vec![segment; 30]), 10);
        assert_eq!(lines.len(), 11);
        assert_eq!(lines[10].1, "and 22 lines more");
    }
}
