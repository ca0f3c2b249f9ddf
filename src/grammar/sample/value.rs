//! What stands in an element: plausible, ours, and within type and length.
//!
//! Names, streets and numbers are invented; article and location numbers carry right check digits
//! over a prefix (0614141) that GS1 itself uses in its examples.

use jiff::ToSpan;
use jiff::civil::Date;

use super::chance::Chance;
use crate::grammar::schema::{Pattern, SimpleRule};
use crate::grammar::segments::Kind;

/// What is asked of a value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asked<'a> {
    pub(super) rule: &'a SimpleRule,
    /// The element's name in the grammar.
    pub(super) name: &'a str,
    /// Segment id.
    pub(super) segment: &'a str,
    /// Dictionary number and value of the element before: a qualifier, when there is one.
    pub(super) before: Option<(&'a str, &'a str)>,
    /// Which repetition of its loop this is, from 1.
    pub(super) ordinal: u32,
    /// A guide's lengths.
    pub(super) lengths: Option<(u32, u32)>,
    /// A guide's pattern.
    pub(super) pattern: Option<Pattern>,
}

/// A value for an element that has no code list.
pub(super) fn value(chance: &mut Chance, day: Date, asked: &Asked<'_>) -> String {
    let (min, max) = asked.lengths.unwrap_or((asked.rule.min, asked.rule.max));
    if let Some(pattern) = asked.pattern {
        return patterned(chance, pattern, min, max);
    }
    let usual = USUAL.iter().find(|(dictionary, _)| *dictionary == asked.rule.dictionary);
    if let Some(code) = usual.and_then(|(_, codes)| chance.one(codes)) {
        return fitted(code, min, max);
    }
    match asked.rule.kind {
        Kind::Dt => date(near(chance, day), max),
        Kind::Tm => time(chance, max),
        Kind::N(_) if asked.ordinal_counts() => padded(&asked.ordinal.to_string(), min, max),
        Kind::N(decimals) => implied(chance, asked, decimals, min, max),
        Kind::R => decimal(chance, asked, min, max),
        Kind::B => chance.digits(min.max(1)),
        Kind::An | Kind::Id => fitted(&text(chance, day, asked, max), min, max),
    }
}

impl Asked<'_> {
    /// Whether the element counts the repetitions of its loop.
    fn ordinal_counts(&self) -> bool {
        matches!(self.rule.dictionary.as_str(), "350" | "554" | "628")
    }
}

fn text(chance: &mut Chance, day: Date, asked: &Asked<'_>, max: u32) -> String {
    let one = |chance: &mut Chance, list: &[&str]| {
        chance.one(list).copied().unwrap_or("SAMPLE").to_owned()
    };
    if asked.ordinal_counts() {
        return asked.ordinal.to_string();
    }
    match asked.rule.dictionary.as_str() {
        "93" | "1035" | "102" if asked.segment == "N1" => one(chance, &COMPANIES),
        "93" => one(chance, &PEOPLE),
        "1035" => one(chance, &LAST_NAMES),
        "1036" => one(chance, &FIRST_NAMES),
        "166" => format!("{} {}", chance.between(1, 999), one(chance, &STREETS)),
        "19" => one(chance, &CITIES),
        "156" => one(chance, &["OH", "TX", "WA", "ME"]),
        "116" => format!("9{}", chance.digits(4)),
        "352" => one(chance, &ARTICLES),
        "933" | "3" => one(chance, &REMARKS),
        "234" | "67" | "127" | "87" | "364" | "1251" => qualified(chance, day, asked, max),
        "324" => format!("46{}", chance.digits(8)),
        "76" => format!("INV{}", chance.digits(6)),
        "396" => format!("SH{}", chance.digits(6)),
        "1028" => format!("CLAIM{}", chance.digits(6)),
        _ => unknown(chance, asked, max),
    }
}

/// A value whose meaning the qualifier before it says.
fn qualified(chance: &mut Chance, day: Date, asked: &Asked<'_>, max: u32) -> String {
    let (of, qualifier) = asked.before.unwrap_or(("", ""));
    match (of, qualifier) {
        ("235", "UP" | "UA") => checked("61414", 12, chance),
        ("235", "EN") => checked("0614141", 13, chance),
        ("235", "UK") => checked("10614141", 14, chance),
        ("235", "N4") => chance.digits(11),
        ("235", "HC" | "AD") => format!("9{}", chance.digits(4)),
        ("66", "UL") => checked("0614141", 13, chance),
        ("66", "1") => chance.digits(9),
        ("66", "9") => chance.digits(13),
        ("66", "XX") => npi(chance),
        ("66", "FI") => chance.digits(9),
        ("88", "GM" | "AA") => format!("00{}", checked("00614141", 18, chance)),
        ("88", "CP") => format!("1Z{}", chance.digits(10)),
        ("365", "TE" | "FX" | "WP") => format!("555{}", chance.digits(7)),
        ("365", "EM") => format!("orders{}@example.com", chance.between(1, 99)),
        ("1250", "RD8") => {
            let first = near(chance, day);
            let days = i64::from(chance.between(1, 30));
            let last = first.checked_add(days.days()).unwrap_or(first);
            format!("{}-{}", date(first, 8), date(last, 8))
        }
        ("1250", "D6") => date(near(chance, day), 6),
        ("1250", "TM") => time(chance, 4),
        ("1250", "DT") => format!("{}{}", date(near(chance, day), 8), time(chance, 4)),
        ("1250", _) => date(near(chance, day), 8),
        ("128", _) => format!("R{}", chance.digits(max.clamp(2, 9) - 1)),
        _ => unknown(chance, asked, max),
    }
}

/// Text for an element we know nothing about but its length.
fn unknown(chance: &mut Chance, asked: &Asked<'_>, max: u32) -> String {
    let named = |part: &str| asked.name.contains(part);
    match asked.rule.kind {
        Kind::Id if max <= 3 => "ZZZ".chars().take(usize::try_from(max).unwrap_or(1)).collect(),
        _ if named("name") => chance.one(&PEOPLE).copied().unwrap_or("SAMPLE").to_owned(),
        _ if named("description") || named("text") || named("note") => {
            chance.one(&REMARKS).copied().unwrap_or("SAMPLE").to_owned()
        }
        _ => chance.digits(max.min(6)),
    }
}

/// A day within a month after the sample's own.
fn near(chance: &mut Chance, day: Date) -> Date {
    let days = i64::from(chance.between(0, 30));
    day.checked_add(days.days()).unwrap_or(day)
}

/// `CCYYMMDD` or `YYMMDD`.
pub(super) fn date(day: Date, max: u32) -> String {
    let long = format!("{:04}{:02}{:02}", day.year(), day.month(), day.day());
    if max < 8 { long.chars().skip(2).collect() } else { long }
}

fn time(chance: &mut Chance, max: u32) -> String {
    let (hour, minute) = (chance.between(6, 19), chance.between(0, 59));
    if max < 4 { chance.digits(max) } else { format!("{hour:02}{minute:02}") }
}

/// An amount with a written point, or a count without.
fn decimal(chance: &mut Chance, asked: &Asked<'_>, min: u32, max: u32) -> String {
    let money = |chance: &mut Chance, low: u32, high: u32| {
        format!("{}.{:02}", chance.between(low, high), chance.between(1, 99))
    };
    let number = match asked.rule.dictionary.as_str() {
        "212" => money(chance, 1, 49),
        "782" if asked.segment == "CAS" || asked.segment == "PLB" => money(chance, 1, 19),
        "782" => money(chance, 400, 1900),
        "380" | "330" | "358" | "382" => chance.between(1, 96).to_string(),
        _ => chance.between(1, 400).to_string(),
    };
    let digits = number.chars().filter(char::is_ascii_digit).count();
    if (min..=max).contains(&u32::try_from(digits).unwrap_or(u32::MAX)) {
        return number;
    }
    padded(&chance.digits(max.min(3)), min, max)
}

/// A number whose point is implied.
fn implied(chance: &mut Chance, asked: &Asked<'_>, decimals: u8, min: u32, max: u32) -> String {
    let count = match decimals {
        0 if matches!(asked.rule.dictionary.as_str(), "354" | "97" | "96") => asked.ordinal,
        0 => chance.between(1, 48),
        _ => chance.between(1_000, 99_999),
    };
    padded(&count.to_string(), min, max)
}

/// Digits with zeros before, cut at the end when there are too many.
fn padded(digits: &str, min: u32, max: u32) -> String {
    let (min, max) = (usize::try_from(min).unwrap_or(0), usize::try_from(max).unwrap_or(0));
    let cut: String = digits.chars().take(max.max(1)).collect();
    format!("{cut:0>min$}")
}

/// Text cut or lengthened to what is allowed.
fn fitted(text: &str, min: u32, max: u32) -> String {
    let (min, max) = (usize::try_from(min).unwrap_or(0), usize::try_from(max).unwrap_or(0));
    let cut: String = text.chars().take(max).collect();
    let cut = cut.trim_end_matches(' ');
    // Filled with a letter, not a blank: trailing blanks do not count.
    format!("{cut:X<min$}")
}

/// `prefix`, random digits, a GS1 check digit: so many digits in all.
fn checked(prefix: &str, digits: u32, chance: &mut Chance) -> String {
    let have = u32::try_from(prefix.len()).unwrap_or(0);
    let more: String =
        (0..digits.saturating_sub(have + 1)).map(|_| digit(chance.between(0, 9))).collect();
    let body = format!("{prefix}{more}");
    let weighted = body.chars().rev().zip([3, 1].into_iter().cycle());
    let sum: u32 = weighted.map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight).sum();
    format!("{body}{}", digit((10 - sum % 10) % 10))
}

/// A national provider identifier: Luhn over 80840 and nine digits.
fn npi(chance: &mut Chance) -> String {
    let body = format!("1{}", chance.digits(8));
    let doubled = body.chars().rev().zip([2, 1].into_iter().cycle());
    let sum: u32 = doubled
        .map(|(digit, weight)| digit.to_digit(10).unwrap_or(0) * weight)
        .map(|product| product / 10 + product % 10)
        .sum();
    // 24 is what the constant prefix 80840 adds.
    format!("{body}{}", digit((10 - (sum + 24) % 10) % 10))
}

fn digit(number: u32) -> char {
    char::from_digit(number, 10).unwrap_or('0')
}

fn patterned(chance: &mut Chance, pattern: Pattern, min: u32, max: u32) -> String {
    let length = min.max(max.min(8)).max(1);
    match pattern {
        Pattern::Gtin if max >= 14 => checked("10614141", 14, chance),
        Pattern::Gtin if max >= 12 => checked("61414", 12, chance),
        Pattern::Gtin => checked("6141", 8, chance),
        Pattern::Gln => checked("0614141", 13, chance),
        Pattern::Sscc if max >= 20 => format!("00{}", checked("00614141", 18, chance)),
        Pattern::Sscc => checked("00614141", 18, chance),
        Pattern::Npi => npi(chance),
        Pattern::Duns if max >= 13 && min > 9 => chance.digits(13),
        Pattern::Duns => chance.digits(9),
        Pattern::Letters | Pattern::Upper => {
            (0..length).filter_map(|_| char::from_u32(chance.between(65, 90))).collect()
        }
        Pattern::Digits | Pattern::Alnum => chance.digits(length),
    }
}

/// Codes that partners usually send where we ship no list, by dictionary number.
const USUAL: [(&str, &[&str]); 50] = [
    ("24", &["5300"]),
    ("26", &["US"]),
    ("40", &["TL"]),
    ("91", &["M"]),
    ("100", &["USD"]),
    ("103", &["CTN25", "PLT94"]),
    ("107", &["PP"]),
    ("133", &["B"]),
    ("140", &["NWFR", "RVBT"]),
    ("143", &["850", "810"]),
    ("187", &["G"]),
    ("284", &["ND"]),
    ("305", &["I"]),
    ("309", &["OR", "DE"]),
    ("331", &["02", "06"]),
    ("333", &["3"]),
    ("334", &["01"]),
    ("335", &["FOB"]),
    ("336", &["01"]),
    ("355", &["EA", "CA"]),
    ("368", &["CC"]),
    ("479", &["PO", "IN"]),
    ("480", &["004010"]),
    ("481", &["1"]),
    ("506", &["01"]),
    ("559", &["VI"]),
    ("569", &["DA"]),
    ("591", &["ACH", "CHK"]),
    ("623", &["ET"]),
    ("639", &["PE"]),
    ("673", &["38"]),
    ("721", &["PO1", "N1"]),
    ("737", &["PD"]),
    ("738", &["WT", "HT"]),
    ("750", &["08"]),
    ("812", &["CCP"]),
    ("819", &["EN"]),
    ("1005", &["0001"]),
    ("1029", &["1"]),
    ("1032", &["12"]),
    ("1033", &["CO", "PR"]),
    ("1034", &["1", "2", "45"]),
    ("1037", &["M", "T"]),
    ("1038", &["DR"]),
    ("1039", &["JR"]),
    ("1250", &["D8", "RD8"]),
    ("1300", &["D240", "C310"]),
    ("1325", &["1"]),
    ("1331", &["11"]),
    ("1336", &["12"]),
];
const COMPANIES: [&str; 8] = [
    "NORTHWIND GROCERS",
    "RIVERBEND HARDWARE",
    "COPPERFIELD TOYS",
    "LAKESIDE PHARMACY",
    "MERIDIAN OUTFITTERS",
    "HARBOR MILL FOODS",
    "JUNIPER HOME GOODS",
    "SUMMIT PAPER WORKS",
];
const PEOPLE: [&str; 6] =
    ["ADA MORROW", "BEN OKAFOR", "CLARA VOSS", "DAN IBARRA", "EVE LINDQVIST", "RECEIVING DESK"];
const FIRST_NAMES: [&str; 5] = ["ADA", "BEN", "CLARA", "DAN", "EVE"];
const LAST_NAMES: [&str; 5] = ["MORROW", "OKAFOR", "VOSS", "IBARRA", "LINDQVIST"];
const STREETS: [&str; 5] =
    ["QUARRY ROAD", "ORCHARD LANE", "FOUNDRY STREET", "CANAL STREET", "MILL ROW"];
const CITIES: [&str; 5] = ["ELMHAVEN", "PORT ARDEN", "CEDAR BLUFF", "STONEBRIDGE", "WESTFORD"];
const ARTICLES: [&str; 6] = [
    "STEEL BOLT M8",
    "COTTON TOWEL BLUE",
    "OAK SHELF 80 CM",
    "GREEN TEA 100 G",
    "LED LAMP 9 W",
    "GARDEN HOSE 20 M",
];
const REMARKS: [&str; 4] = [
    "DELIVER BEFORE NOON",
    "CALL THE DOCK BEFORE ARRIVAL",
    "DO NOT STACK",
    "AS AGREED BY TELEPHONE",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn article_and_provider_numbers_have_right_check_digits() {
        let chance = &mut Chance::new(7);
        for _ in 0..200 {
            for number in [checked("61414", 12, chance), checked("0614141", 13, chance)] {
                let digits: Vec<u32> =
                    number.chars().rev().filter_map(|c| c.to_digit(10)).collect();
                let weights = [1, 3].into_iter().cycle();
                let sum: u32 =
                    digits.iter().zip(weights).map(|(digit, weight)| digit * weight).sum();
                assert_eq!(sum % 10, 0, "{number}");
            }
            let number = npi(chance);
            let luhn: u32 = format!("80840{number}")
                .chars()
                .rev()
                .zip([1, 2].into_iter().cycle())
                .map(|(digit, weight)| digit.to_digit(10).unwrap() * weight)
                .map(|product| product / 10 + product % 10)
                .sum();
            assert_eq!(luhn % 10, 0, "{number}");
        }
    }
}
