//! What ISA and GS must hold: each field that does not is told with the TA1 note or AK905 code
//! it becomes (X12.5; TA105 is element I18, AK905 element 716).

use super::super::codes::split_release;
use super::super::delimiters::{Field, Learned};
use super::super::finding::{At, Fault, Finding};
use super::super::report::{GroupHeader, InterchangeHeader};
use super::super::segment::Segment;
use super::super::validate::printable;
use super::gather::{Findings, Site};

/// Qualifiers of ISA05 and ISA07 (element I05).
const QUALIFIERS: [&str; 42] = [
    "01", "02", "03", "04", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16", "17", "18",
    "19", "20", "21", "22", "23", "24", "25", "26", "27", "28", "29", "30", "31", "32", "33", "34",
    "35", "36", "37", "38", "AM", "NR", "SA", "SN", "ZZ", "05",
];

/// ISA as sent, blanks at the ends cut.
pub(super) fn interchange(learned: &Learned<'_>, offset: u64) -> InterchangeHeader {
    let text = |field: Field<'_>| Box::from(printable(field.bytes).trim());
    InterchangeHeader { elements: learned.elements.map(text), offset }
}

/// GS as sent, blanks at the ends cut.
pub(super) fn group(segment: &Segment<'_>) -> GroupHeader {
    let text = |number: usize| Box::from(printable(segment.element(number)).trim());
    GroupHeader {
        elements: std::array::from_fn(|index| text(index.saturating_add(1))),
        offset: segment.set().file_offset(segment.span().start),
    }
}

/// Findings about what ISA holds.
pub(super) fn judge_interchange(
    learned: &Learned<'_>,
    header: &InterchangeHeader,
    strict: bool,
    findings: &mut Findings,
) {
    for remark in &learned.remarks {
        let mut site = isa_site(learned, header, remark.element);
        site.offset = header.offset.saturating_add(u64::try_from(remark.at).unwrap_or(0));
        site.length = u32::try_from(remark.length).unwrap_or(0);
        let tolerated = matches!(remark.fault, Fault::Tolerated(_)) && !strict;
        let fault = remark.fault.clone();
        findings.push(if tolerated {
            site.warning(At::Interchange, fault)
        } else {
            site.finding(At::Interchange, fault)
        });
    }
    for (element, note, sound) in interchange_rules(header) {
        if !sound {
            findings.push(isa_finding(learned, header, element, note));
        }
    }
    let (standard, version) = (header.element(11), header.element(12));
    let old = version < "00402";
    if old && standard != "U" || !old && learned.delimiters.repetition.is_none() {
        // Nothing hangs on it before 00402; later it only means that nothing may repeat.
        let finding = isa_finding(learned, header, 11, 16);
        let told = learned.remarks.iter().any(|remark| remark.element == Some(11));
        let level = if strict { finding.level } else { super::super::finding::Level::Warning };
        if !told {
            findings.push(Finding { level, ..finding });
        }
    }
}

/// Element, TA1 note, and whether the element is as it must be.
fn interchange_rules(header: &InterchangeHeader) -> [(u8, u16, bool); 14] {
    let text = |number| header.element(number);
    let is = |number, allowed: &[&str]| allowed.contains(&text(number));
    let authorization = ["00", "01", "02", "03", "04", "05", "06", "07", "08"];
    [
        (1, 10, is(1, &authorization)),
        (3, 12, is(3, &["00", "01"])),
        (5, 5, is(5, &QUALIFIERS)),
        (6, 6, !text(6).is_empty()),
        (7, 7, is(7, &QUALIFIERS)),
        (8, 8, !text(8).is_empty()),
        (9, 14, is_date(text(9))),
        (10, 15, is_time(text(10))),
        (12, 17, text(12).len() == 5 && is_digits(text(12))),
        (13, 18, is_digits(text(13)) && text(13).len() <= 9),
        (14, 19, is(14, &["0", "1"])),
        (15, 20, is(15, &["P", "T", "I"])),
        (2, 11, text(2).chars().count() <= 10),
        (4, 13, text(4).chars().count() <= 10),
    ]
}

fn isa_site(learned: &Learned<'_>, header: &InterchangeHeader, element: Option<u8>) -> Site {
    let index = element.and_then(|number| usize::from(number).checked_sub(1));
    let field = index.and_then(|index| learned.elements.get(index)).copied().unwrap_or_default();
    Site {
        segment: "ISA".into(),
        element,
        offset: header.offset.saturating_add(u64::try_from(field.at).unwrap_or(0)),
        length: u32::try_from(field.bytes.len()).unwrap_or(0),
        text: printable(field.bytes),
        position: 0,
    }
}

fn isa_finding(
    learned: &Learned<'_>,
    header: &InterchangeHeader,
    element: u8,
    note: u16,
) -> Finding {
    let site = isa_site(learned, header, Some(element));
    site.finding(At::Interchange, Fault::Interchange { note, expected: "".into() })
}

/// Findings about what GS holds, its control number's repetition aside.
pub(super) fn judge_group(
    segment: &Segment<'_>,
    header: &GroupHeader,
    strict: bool,
    findings: &mut Findings,
) {
    let mut told = |element: u8, fault: Fault| {
        findings.push(Site::element(segment, 0, element).finding(At::Group, fault));
    };
    let id = header.element(1);
    let letters = id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
    if id.len() != 2 || !letters {
        told(1, Fault::GroupId);
    }
    if !is_digits(header.element(6)) || header.element(6).len() > 9 {
        told(6, Fault::GroupControl);
    }
    if split_release(header.element(8)).0.is_none() {
        // `4010` or `00401` still says which release is meant.
        let digits = header.element(8).bytes().take_while(u8::is_ascii_digit).count();
        let site = Site::element(segment, 0, 8);
        findings.push(if digits >= 4 && !strict {
            site.warning(At::Group, Fault::GroupRelease)
        } else {
            site.finding(At::Group, Fault::GroupRelease)
        });
    }
    // No code of AK905 is about these, and nothing hangs on them.
    let dated = matches!(header.element(4).len(), 6 | 8) && is_date(header.element(4));
    for (element, sound) in [(4, dated), (5, is_time(header.element(5)))] {
        if !sound {
            let fault = Fault::Interchange { note: 24, expected: "".into() };
            findings.push(Site::element(segment, 0, element).warning(At::Group, fault));
        }
    }
}

/// YYMMDD or CCYYMMDD.
fn is_date(text: &str) -> bool {
    if !is_digits(text) || !matches!(text.len(), 6 | 8) {
        return false;
    }
    let tail = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<i8>().ok());
    let (month, day) = (text.len().saturating_sub(4), text.len().saturating_sub(2));
    let year = text.get(..month).and_then(|year| year.parse::<i16>().ok());
    // Of a year without century only whether it may have a 29 February matters: 2000 had.
    let year = year.map(|year| if text.len() == 6 { year.saturating_add(2000) } else { year });
    let date = (year, tail(month, day), tail(day, text.len()));
    let (Some(year), Some(month), Some(day)) = date else { return false };
    jiff::civil::Date::new(year, month, day).is_ok()
}

/// HHMM, with seconds and hundredths if sent.
fn is_time(text: &str) -> bool {
    let part = |from: usize| text.get(from..from.saturating_add(2));
    let below = |from: usize, most: &str| part(from).is_none_or(|part| part < most);
    matches!(text.len(), 4 | 6 | 7 | 8)
        && is_digits(text)
        && below(0, "24")
        && below(2, "60")
        && below(4, "60")
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_real_days() {
        for good in ["240229", "20240229", "991231", "000229"] {
            assert!(is_date(good), "{good}");
        }
        for bad in ["230229", "241301", "999999", "2401", "2024022", "24O229", ""] {
            assert!(!is_date(bad), "{bad}");
        }
    }

    #[test]
    fn times_have_hours_and_minutes() {
        for good in ["0000", "2359", "235959", "2359599", "23595999"] {
            assert!(is_time(good), "{good}");
        }
        for bad in ["2400", "2360", "235960", "12:00", "12", ""] {
            assert!(!is_time(bad), "{bad}");
        }
    }
}
