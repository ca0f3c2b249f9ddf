//! Words for what holds documents together: sets, groups, interchanges, counts and control
//! numbers.

use super::names::Around;
use super::{Words, counted as number, quoted, shown};
use crate::x12::finding::{At, Fault, Finding};

pub(super) fn words(finding: &Finding, around: &Around<'_>) -> Words {
    match &finding.fault {
        Fault::Interchange { note, expected } => interchange(finding, *note, expected),
        Fault::GroupId
        | Fault::GroupRelease
        | Fault::MissingGroupTrailer
        | Fault::GroupControlDiffers { .. }
        | Fault::SetCount { .. }
        | Fault::GroupControl
        | Fault::GroupControlRepeated => group(finding),
        Fault::RuleNotice { sentence } => Words::new(
            ended(sentence),
            "",
            "The findings are those of the grammar that was used. An analyst should look at the \
             agreement.",
        ),
        Fault::NearestGrammar { used } => Words::new(
            format!("There is no grammar for exactly this release; {used} was used instead."),
            "",
            "Small differences between releases may show as findings. Add the release to the \
             grammars if this partner keeps using it.",
        ),
        Fault::MoreFindings { count } => Words::new(
            format!("There are {count} more findings that are not listed."),
            "",
            "Mend the first ones; the others are often the same.",
        ),
        Fault::Limit { what, max } => Words::new(
            format!("A limit was reached: {what}, at most {max}."),
            format!("no more than {max}"),
            "If the document is meant to be that large, the sender must split it; else something \
             is damaged.",
        ),
        Fault::NoInterchange if finding.text.is_empty() => Words::new(
            "The file is empty.",
            "a file that begins with ISA",
            "Look whether it arrived whole, and ask the sender to send it again.",
        ),
        Fault::NoInterchange if finding.text.starts_with("ISA") => Words::new(
            "The file begins as an X12 interchange does, but it is cut off in its header.",
            "ISA with its sixteen elements",
            "The sender must send the whole file again.",
        ),
        Fault::NoInterchange => Words::new(
            "Nothing in this file is an X12 interchange.",
            "a file that begins with ISA",
            "Look whether it is the right file, and whether it arrived whole, unencrypted and \
             unpacked.",
        ),
        _ => set(finding, around),
    }
}

fn set(finding: &Finding, around: &Around<'_>) -> Words {
    let sent = quoted(&finding.text);
    match &finding.fault {
        Fault::NoGrammar => Words::new(
            "There is no grammar for this document, so it was not checked.",
            "a set and release that the grammars describe (edigate grammar show lists them)",
            "Add a grammar, or agree with the partner that this document is not sent.",
        ),
        Fault::MissingTrailer => Words::new(
            "The set has no trailer (SE): it was cut off or damaged.",
            "SE with the number of segments, before the next set begins",
            "The sender must send the whole file again.",
        ),
        Fault::SetControlDiffers { expected } => Words::new(
            format!(
                "The set's trailer bears control number {sent} (SE 02), its header \u{201c}{expected}\u{201d} (ST 02)."
            ),
            format!("{expected} in both"),
            "The sender must correct it: parts of two documents may have been mixed.",
        ),
        Fault::SegmentCount { counted } => Words::new(
            format!(
                "The trailer says the set has {} segments (SE 01), but it has {counted}.",
                number(&finding.text)
            ),
            format!("{counted}, ST and SE counted"),
            "The sender must count anew; if a segment was lost on the way, send it again.",
        ),
        Fault::SetId => Words::new(
            format!("The set does not say what it is: {sent} (ST 01)."),
            "three digits, such as 850",
            "The sender must fill it.",
        ),
        Fault::SetControl => Words::new(
            format!("The set has no proper control number: {sent} (ST 02)."),
            "4 to 9 letters or digits",
            "The sender must number the set; without it no answer can name it.",
        ),
        Fault::SetNotOfGroup { expected } => Words::new(
            format!(
                "A set {} does not belong in this functional group.",
                set_called(finding, around)
            ),
            if expected.is_empty() { String::new() } else { format!("a group {expected} (GS 01)") },
            "The sender must put it in a group of its kind.",
        ),
        Fault::SetControlRepeated => Words::new(
            format!("Another set of this group has the same control number, {sent} (ST 02)."),
            "a number of its own for every set of a group",
            "The sender must number the sets anew; an answer could mean either.",
        ),
        _ => Words::new(
            format!(
                "The set names another implementation guide, {sent} (ST 03), than its group (GS 08)."
            ),
            "the same in both",
            "It was checked by the group's. The sender should make both agree.",
        ),
    }
}

fn set_called(finding: &Finding, around: &Around<'_>) -> String {
    match around.schema {
        Some(schema) => schema.set.clone(),
        None => quoted(&finding.text),
    }
}

fn group(finding: &Finding) -> Words {
    let sent = quoted(&finding.text);
    match &finding.fault {
        Fault::GroupId => Words::new(
            format!("{sent} is no kind of functional group (GS 01)."),
            "two letters, such as PO for purchase orders",
            "The sender must correct it.",
        ),
        Fault::GroupRelease => Words::new(
            format!("{sent} is no release of X12 (GS 08)."),
            "a release such as 004010, or one with a guide such as 005010X221A1",
            "The sender must correct it.",
        ),
        Fault::MissingGroupTrailer => Words::new(
            "The functional group has no trailer (GE): it was cut off or damaged.",
            "GE with the number of sets, before the next group or the end of the interchange",
            "The sender must send the whole file again.",
        ),
        Fault::GroupControlDiffers { expected } => Words::new(
            format!(
                "The group's trailer bears control number {sent} (GE 02), its header \u{201c}{expected}\u{201d} (GS 06)."
            ),
            format!("{expected} in both"),
            "The sender must correct it: parts of two groups may have been mixed.",
        ),
        Fault::SetCount { counted } => Words::new(
            format!(
                "The trailer says the group has {} sets (GE 01), but it has {counted}.",
                number(&finding.text)
            ),
            format!("{counted}"),
            "The sender must count anew; if a set was lost on the way, send it again.",
        ),
        Fault::GroupControl => Words::new(
            format!("The group has no proper control number: {sent} (GS 06)."),
            "1 to 9 digits",
            "The sender must number the group; without it no answer can name it.",
        ),
        _ => Words::new(
            format!(
                "Another group of this interchange has the same control number, {sent} (GS 06)."
            ),
            "a number of its own for every group",
            "The sender must number the groups anew; an answer could mean either.",
        ),
    }
}

fn interchange(finding: &Finding, note: u16, expected: &str) -> Words {
    let sent = quoted(&finding.text);
    let said = shown(&finding.text);
    let (sentence, usual, hint) = match note {
        1 => (
            format!(
                "The interchange's trailer bears another control number, {sent} (IEA 02), than its header (ISA 13)."
            ),
            "the same nine digits in both",
            "The sender must correct it: parts of two files may have been mixed.",
        ),
        2 | 3 | 16 | 17 => (
            format!(
                "The version of the control segments is not one we know: {sent} ({}).",
                place(finding, "ISA 12")
            ),
            "a version such as 00401 or 00501",
            "The sender must correct it.",
        ),
        4 => (
            format!("The sign that ends a segment can't be used{said}."),
            "one sign that appears nowhere else, usually ~",
            "The sender must choose another.",
        ),
        5..=8 => (
            format!("{} is not filled as it must be: {sent}.", party(note)),
            "the qualifier and id agreed with the partner",
            "The sender must correct it; check the ids in the partner's file as well.",
        ),
        9 => (
            format!("The interchange is addressed to {sent} (ISA 08), which is not us."),
            "one of our own ids",
            "It may be meant for somebody else. Ask the sender before anything else is done.",
        ),
        10..=13 => (
            format!("The authorization or security fields of the header can't be read{said}."),
            "00 and ten blanks, unless agreed otherwise",
            "The sender must correct them.",
        ),
        14 | 15 => (
            format!(
                "The day or time the interchange was made is none: {sent} ({}).",
                place(finding, "ISA 09")
            ),
            "YYMMDD and HHMM",
            "The sender must correct it.",
        ),
        18 => (
            format!("The interchange has no proper control number: {sent} (ISA 13)."),
            "nine digits",
            "The sender must number the interchange; without it no answer can name it.",
        ),
        19 => (
            format!(
                "Whether an acknowledgment is asked for is not said properly: {sent} (ISA 14)."
            ),
            "0 or 1",
            "The sender must correct it.",
        ),
        20 => (
            format!("Whether this is production or test is not said properly: {sent} (ISA 15)."),
            "P or T",
            "The sender must correct it.",
        ),
        _ => structure(finding, note),
    };
    Words::new(sentence, if expected.is_empty() { usual } else { expected }, hint)
}

fn structure(finding: &Finding, note: u16) -> (String, &'static str, &'static str) {
    let sent = quoted(&finding.text);
    let said = shown(&finding.text);
    match note {
        21 => (
            format!(
                "The trailer does not say rightly how many functional groups there are: {sent} (IEA 01)."
            ),
            "the number of groups from GS to GE",
            "The sender must count anew; if a group was lost on the way, send it again.",
        ),
        23 => (
            "The file ends before the interchange does: it was cut off.".to_owned(),
            "IEA at the end",
            "The sender must send the whole file again.",
        ),
        24 => (
            format!("What stands in the interchange is no functional group{said}."),
            "GS right after ISA and its TA1 segments",
            "The sender must correct it.",
        ),
        25 => (
            format!("An interchange with the same control number came before: {sent} (ISA 13)."),
            "a number of its own for every interchange",
            "If it is the same file sent twice, nothing is to be done. Else the sender must \
             number it anew.",
        ),
        26 | 27 => (
            format!("The sign that separates elements or their parts can't be used{said}."),
            "signs that differ from each other and appear nowhere else",
            "The sender must choose others (usually * and :).",
        ),
        28..=31 => (
            format!("The terms of delivery in the header can't be read{said}."),
            "",
            "The sender must correct them.",
        ),
        _ => (
            match finding.at {
                At::Interchange if !finding.segment.is_empty() => {
                    format!("{} stands where it may not: the envelope is damaged.", finding.segment)
                }
                _ => "The envelope is damaged.".to_owned(),
            },
            "ISA, GS, ST … SE, GE, IEA, each closed before the next opens",
            "The sender must correct it and send the file again.",
        ),
    }
}

fn party(note: u16) -> &'static str {
    match note {
        5 => "What kind of sender id is given (ISA 05)",
        6 => "The sender's id (ISA 06)",
        7 => "What kind of receiver id is given (ISA 07)",
        _ => "The receiver's id (ISA 08)",
    }
}

/// The place a finding names, or the usual one.
fn place(finding: &Finding, usual: &str) -> String {
    match finding.element {
        Some(element) if !finding.segment.is_empty() => {
            super::names::address(&finding.segment, usize::from(element), None)
        }
        _ => usual.to_owned(),
    }
}

fn ended(sentence: &str) -> String {
    let sentence = sentence.trim_end();
    if sentence.ends_with('.') { sentence.to_owned() } else { format!("{sentence}.") }
}
