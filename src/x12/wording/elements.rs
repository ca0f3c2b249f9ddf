//! Words for elements: missing, malformed, not allowed, and the relations between them.

use super::names::{Around, address, described, lower_first};
use super::{Words, quoted, shown};
use crate::grammar::schema::{CodeListRule, ElementContent};
use crate::x12::finding::{Fault, Finding};

pub(super) fn words(finding: &Finding, around: &Around<'_>) -> Words {
    let what = around.element(finding);
    let of = of(around);
    let sent = quoted(&finding.text);
    match &finding.fault {
        Fault::MissingElement => Words::new(
            format!("{what}{of} is missing."),
            holds(finding, around),
            "The sender must fill it: it is required.",
        ),
        Fault::RelationBroken { relation } => broken(finding, around, relation),
        Fault::Excluded { relation } => excluded(finding, around, relation),
        Fault::TooManyElements => Words::new(
            format!("{} has more elements than it may.", around.segment(finding)),
            match around.segment_rule(&finding.segment) {
                Some(rule) => format!("at most {}", rule.elements.len()),
                None => String::new(),
            },
            "Usually a separator stands inside a value. The sender must correct or drop what is \
             too much.",
        ),
        Fault::TooShort { min } => Words::new(
            format!("{what}{of} is too short: {sent} has {}.", characters(&finding.text)),
            holds_or(finding, around, || format!("at least {min} characters")),
            "The sender must send the whole value.",
        ),
        Fault::TooLong { max } => Words::new(
            format!("{what}{of} is too long: {sent} has {}.", length(finding)),
            holds_or(finding, around, || format!("at most {max} characters")),
            "The sender must shorten it; nothing may be cut off on our side.",
        ),
        Fault::BadCharacter { expected } => Words::new(
            format!("{what}{of} can't be read: {sent}."),
            if expected.is_empty() { holds(finding, around) } else { (**expected).to_owned() },
            "The sender must send it in the form expected.",
        ),
        Fault::BadCode { expected } => bad_code(finding, around, expected),
        Fault::BadDate => Words::new(
            format!("{what}{of} is no date: {sent}."),
            holds(finding, around),
            "The sender must send a day that exists.",
        ),
        Fault::BadTime => Words::new(
            format!("{what}{of} is no time of day: {sent}."),
            holds(finding, around),
            "The sender must send a time from 0000 to 2359.",
        ),
        Fault::TooManyRepetitions { max } => Words::new(
            format!("{what}{of} is repeated more often than it may be."),
            match max {
                0 | 1 => "one value, not repeated".to_owned(),
                max => format!("at most {max} values"),
            },
            "If the sign between the values is meant as text, the sender must choose another \
             repetition separator (ISA 11).",
        ),
        Fault::TooManyComponents => Words::new(
            format!("{what}{of} has more parts than it may{}.", shown(&finding.text)),
            holds(finding, around),
            "If the sign between the parts is meant as text, the sender must choose another \
             component separator (ISA 16).",
        ),
        _ => Words::new(
            format!("{what}{of} ends with blanks."),
            "no blanks at the end of a value",
            "They were cut off. Tell the sender when convenient.",
        ),
    }
}

/// ` of order line 3`, or nothing.
fn of(around: &Around<'_>) -> String {
    if around.instance.is_empty() { String::new() } else { format!(" of {}", around.instance) }
}

fn holds(finding: &Finding, around: &Around<'_>) -> String {
    around.element_rule(finding).map(described).unwrap_or_default()
}

fn holds_or(finding: &Finding, around: &Around<'_>, other: impl FnOnce() -> String) -> String {
    around.element_rule(finding).map_or_else(other, described)
}

fn characters(text: &str) -> String {
    match text.chars().count() {
        1 => "1 character".to_owned(),
        count => format!("{count} characters"),
    }
}

/// The text may have been cut where it is quoted; the length is that of the bytes sent.
fn length(finding: &Finding) -> String {
    let quoted = finding.text.chars().count();
    let sent = usize::try_from(finding.length).unwrap_or(usize::MAX);
    format!("{} characters", quoted.max(sent))
}

/// A relation as it is written: `06 and 07 together`, `if 04 then 05`, `at least one of 02 03`.
fn positions(relation: &str) -> Vec<usize> {
    relation.split(' ').filter_map(|word| word.parse().ok()).collect()
}

/// Element and component of a position a relation names, in a segment or inside a composite.
fn placed(finding: &Finding, position: usize) -> (usize, Option<usize>) {
    match (finding.component, finding.element) {
        (Some(_), Some(element)) => (usize::from(element), Some(position)),
        _ => (position, None),
    }
}

fn called(finding: &Finding, around: &Around<'_>, position: usize) -> String {
    let (element, component) = placed(finding, position);
    around.element_at(&finding.segment, element, component)
}

/// `the type (PO1 06 = UP)`: what is given, with its value.
fn given(finding: &Finding, around: &Around<'_>, position: usize) -> Option<String> {
    let (element, component) = placed(finding, position);
    let value = around.sent(element, component);
    if value.is_empty() {
        return None;
    }
    let address = address(&finding.segment, element, component);
    let name = around.element_at(&finding.segment, element, component);
    Some(name.replace(&address, &format!("{address} = {value}")))
}

fn broken(finding: &Finding, around: &Around<'_>, relation: &str) -> Words {
    let what = around.element(finding);
    let of = of(around);
    let own = match finding.component {
        Some(component) => usize::from(component),
        None => finding.element.map_or(0, usize::from),
    };
    let all = positions(relation);
    let others: Vec<_> = all.iter().copied().filter(|&position| position != own).collect();
    if relation.starts_with("at least one of") {
        let names: Vec<_> = all.iter().map(|&at| called(finding, around, at)).collect();
        return Words::new(
            format!("{} has none of {}.", around.segment(finding), listed(&names, "and")),
            "at least one of them",
            "The sender must fill one of them.",
        );
    }
    let given: Vec<_> = others.iter().filter_map(|&at| given(finding, around, at)).collect();
    let because = if given.is_empty() {
        format!(" (rule: {relation})")
    } else {
        let verb = if given.len() == 1 { "is" } else { "are" };
        format!(" although {} {verb} given", listed(&given, "and"))
    };
    let hint = if relation.ends_with("together") {
        "The sender must fill both, or neither."
    } else {
        "The sender must fill it, or leave out what asks for it."
    };
    Words::new(format!("{what}{of} is missing{because}."), holds(finding, around), hint)
}

fn excluded(finding: &Finding, around: &Around<'_>, relation: &str) -> Words {
    let own = finding.component.map_or_else(|| finding.element.map_or(0, usize::from), usize::from);
    let others: Vec<_> = positions(relation)
        .into_iter()
        .filter(|&position| position != own)
        .filter_map(|position| given(finding, around, position))
        .collect();
    let beside = if others.is_empty() {
        format!(" (rule: {relation})")
    } else {
        format!(": {} is given as well", listed(&others, "and"))
    };
    Words::new(
        format!("{}{} may not be given{beside}.", around.element(finding), of(around)),
        "only one of them",
        "The sender must decide for one of them.",
    )
}

fn bad_code(finding: &Finding, around: &Around<'_>, expected: &str) -> Words {
    let what = around.element(finding);
    let sent = quoted(&finding.text);
    Words::new(
        format!("{sent} is not a code that {what}{} may have.", of(around)),
        code_words(finding, around, expected),
        "The sender must use one of the codes agreed; if this one is meant, agree on it and add \
         it to the partner's guide.",
    )
}

/// The codes allowed, as the validator lists them (`PE, PR or 12`), with our words for those we
/// know.
pub(super) fn code_words(finding: &Finding, around: &Around<'_>, expected: &str) -> String {
    let Some(list) = code_list(finding, around) else { return expected.to_owned() };
    let said = |word: &str| {
        let bare = word.trim_end_matches(',');
        match list.codes.iter().find(|(code, ..)| code == bare) {
            Some((code, name, prose)) => {
                let meant = if prose.is_empty() { name.replace('_', " ") } else { prose.clone() };
                word.replacen(bare, &format!("{code} ({})", lower_first(&meant)), 1)
            }
            None => word.to_owned(),
        }
    };
    expected.split(' ').map(said).collect::<Vec<_>>().join(" ")
}

fn code_list<'a>(finding: &Finding, around: &Around<'a>) -> Option<&'a CodeListRule> {
    match &around.element_rule(finding)?.content {
        ElementContent::Simple(rule) => around.schema?.code_lists.get(rule.codes?),
        _ => None,
    }
}

/// `a, b and c`.
fn listed(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}
