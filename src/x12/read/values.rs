//! The text of an element to the value of a field (GRAMMAR.md 6.3).
//!
//! What does not fit gives nothing: the caller leaves the field absent and keeps the text in
//! `unmapped`, so that it is written back as it came.

use std::borrow::Cow;

use crate::canonical::record::Value;
use crate::grammar::mapping::{FieldPlan, Form};
use crate::grammar::segments::Kind;

/// The value of a field; none when the text does not fit. Moments and periods are read from
/// several elements: see [`moment`] and [`period`].
pub(super) fn value<'a>(field: &'a FieldPlan, text: Cow<'a, str>) -> Option<Value<'a>> {
    let text = match field.form {
        Form::Text => return word(field, text),
        Form::Decimal => decimal(text, field.rule.kind)?,
        Form::Integer => return integer(&text, field.rule.kind).map(Value::Integer),
        Form::Date => Cow::Owned(date(&text)?),
        Form::Time => Cow::Owned(time(&text)?),
        Form::Moment { .. } | Form::Period { .. } => return None,
    };
    Some(Value::Text(text))
}

/// The word of a code; a code not listed passes as itself, unless it is one of the words.
fn word<'a>(field: &'a FieldPlan, text: Cow<'a, str>) -> Option<Value<'a>> {
    for (codes, word) in &field.words {
        if codes.iter().any(|code| *code == text) {
            return Some(Value::Text(Cow::Borrowed(word)));
        }
        if *word == text {
            return None;
        }
    }
    Some(Value::Text(text))
}

/// Canonical decimal: no `+`, no superfluous leading zeros, at least one digit before the point,
/// trailing zeros kept.
pub(crate) fn decimal(text: Cow<'_, str>, kind: Kind) -> Option<Cow<'_, str>> {
    match kind {
        Kind::N(decimals) => implied(&text, decimals).map(Cow::Owned),
        Kind::R | Kind::An | Kind::Id | Kind::Dt | Kind::Tm | Kind::B => {
            if is_canonical(text.as_bytes()) {
                return Some(text);
            }
            spelled(&text).map(Cow::Owned)
        }
    }
}

/// Whether the text is a canonical decimal already, as most are.
fn is_canonical(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").unwrap_or(text);
    let (whole, fraction) = match digits.iter().position(|&byte| byte == b'.') {
        None => (digits, None),
        Some(at) => match digits.split_at_checked(at) {
            Some((whole, rest)) => (whole, rest.get(1..)),
            None => return false,
        },
    };
    let whole_fits = match whole {
        [] => false,
        [b'0'] => text.len() == digits.len(),
        [b'0', ..] => false,
        whole => whole.iter().all(u8::is_ascii_digit),
    };
    whole_fits
        && fraction.is_none_or(|rest| !rest.is_empty() && rest.iter().all(u8::is_ascii_digit))
}

/// A written number: sign, digits with at most one point, exponent.
fn spelled(text: &str) -> Option<String> {
    let (negative, digits) = sign(text);
    let (digits, exponent) = match digits.split_once(['E', 'e']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (digits, 0),
    };
    if !(-EXPONENT..=EXPONENT).contains(&exponent) {
        return None;
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all = [whole, fraction].concat();
    if all.is_empty() || !all.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = i64::try_from(whole.len()).ok()?;
    Some(pointed(negative, &all, whole.checked_add(i64::from(exponent))?))
}

/// A number with that many implied decimals.
fn implied(text: &str, decimals: u8) -> Option<String> {
    let (negative, digits) = sign(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole = i64::try_from(digits.len()).ok()?;
    Some(pointed(negative, digits, whole.checked_sub(i64::from(decimals))?))
}

fn sign(text: &str) -> (bool, &str) {
    match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    }
}

/// Digits with the point after the first `whole` of them, in canonical form.
fn pointed(negative: bool, digits: &str, whole: i64) -> String {
    let mut number = String::with_capacity(digits.len().saturating_add(3));
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let split = usize::try_from(whole.clamp(0, length)).unwrap_or(0);
    let (before, after) = digits.split_at_checked(split).unwrap_or((digits, ""));
    let lead = before.trim_start_matches('0');
    let zeros = |count: i64| usize::try_from(count.max(0)).unwrap_or(0);
    if negative && digits.bytes().any(|byte| byte != b'0') {
        number.push('-');
    }
    number.push_str(lead);
    if !lead.is_empty() {
        number.extend(std::iter::repeat_n('0', zeros(whole.saturating_sub(length))));
    } else {
        number.push('0');
    }
    if !after.is_empty() {
        number.push('.');
        number.extend(std::iter::repeat_n('0', zeros(whole.saturating_neg())));
        number.push_str(after);
    }
    number
}

/// A whole number.
fn integer(text: &str, kind: Kind) -> Option<i64> {
    let canonical = decimal(Cow::Borrowed(text), kind)?;
    canonical.parse().ok()
}

/// `20240229` or `240229` to `2024-02-29`: six digits with years 70 to 99 are of the last
/// century. A real day of the years 1800 to 2199.
pub(crate) fn date(text: &str) -> Option<String> {
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match text.len() {
        8 => (text.get(..4)?.parse::<i16>().ok()?, text.get(4..)?),
        6 => {
            let short = text.get(..2)?.parse::<i16>().ok()?;
            let century = if short >= 70 { 1900 } else { 2000 };
            (short.checked_add(century)?, text.get(2..)?)
        }
        _ => return None,
    };
    let (month, day) = (rest.get(..2)?, rest.get(2..)?);
    if !(1800..=2199).contains(&year) {
        return None;
    }
    jiff::civil::Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()?;
    let mut date = String::with_capacity(10);
    let digits = year.to_string();
    for part in [digits.as_str(), "-", month, "-", day] {
        date.push_str(part);
    }
    Some(date)
}

/// `1405` to `14:05`; seconds and their hundredths are kept as sent.
pub(crate) fn time(text: &str) -> Option<String> {
    if !matches!(text.len(), 4 | 6 | 7 | 8) || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let below = |part: &str, bound: u8| part.parse::<u8>().is_ok_and(|number| number < bound);
    let (hour, minute) = (text.get(..2)?, text.get(2..4)?);
    if !below(hour, 24) || !below(minute, 60) {
        return None;
    }
    let mut time = format!("{hour}:{minute}");
    if let Some(second) = text.get(4..6) {
        if !below(second, 60) {
            return None;
        }
        time.push(':');
        time.push_str(second);
    }
    if let Some(fraction) = text.get(6..).filter(|rest| !rest.is_empty()) {
        time.push('.');
        time.push_str(fraction);
    }
    Some(time)
}

/// Date, time and zone in one. The time may be absent, and the zone is told when it is UTC;
/// what was used besides the date: time, zone.
pub(super) fn moment(date_text: &str, time_text: &str, zone: &str) -> Option<(String, bool, bool)> {
    let mut moment = date(date_text)?;
    let Some(time) = time(time_text) else { return Some((moment, false, false)) };
    moment.push('T');
    moment.push_str(&time);
    let utc = zone == UTC;
    if utc {
        moment.push('Z');
    }
    Some((moment, true, utc))
}

/// A value whose format another element names.
pub(super) fn period(format: &str, text: &str) -> Option<String> {
    match format {
        "D8" => date(text).filter(|_| text.len() == 8),
        "RD8" => {
            let (from, to) = text.split_once('-')?;
            let fits = from.len() == 8 && to.len() == 8;
            fits.then_some(())?;
            Some(format!("{}/{}", date(from)?, date(to)?))
        }
        "TM" => time(text),
        "DT" => {
            let (day, clock) = text.split_at_checked(8)?;
            Some(format!("{}T{}", date(day)?, time(clock)?))
        }
        _ => None,
    }
}

/// The time code of universal time (X12 623).
pub(crate) const UTC: &str = "UT";
/// A number with a larger exponent is nothing a partner means.
const EXPONENT: i32 = 18;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str, kind: Kind) -> Option<String> {
        decimal(Cow::Borrowed(text), kind).map(Cow::into_owned)
    }

    #[test]
    fn decimals_come_in_one_spelling() {
        let cases = [
            ("-.06", Some("-0.06")),
            ("500.00", Some("500.00")),
            ("+5", Some("5")),
            ("0005.10", Some("5.10")),
            ("5.", Some("5")),
            (".", None),
            ("-0.00", Some("0.00")),
            ("-0", Some("0")),
            ("00", Some("0")),
            ("0", Some("0")),
            ("1.5E3", Some("1500")),
            ("1.5E-3", Some("0.0015")),
            ("12E99", None),
            ("1,5", None),
            ("12A", None),
            ("1.2.3", None),
            ("", None),
            ("-", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, Kind::R).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn implied_decimals_get_their_point() {
        let cases = [
            ("12345", "123.45"),
            ("5", "0.05"),
            ("-500", "-5.00"),
            ("000", "0.00"),
            ("-7", "-0.07"),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, Kind::N(2)).as_deref(), Some(expected), "{text}");
        }
        assert_eq!(read("1.5", Kind::N(2)), None);
        assert_eq!(read("007", Kind::N(0)).as_deref(), Some("7"));
    }

    #[test]
    fn dates_are_real_days_with_a_century() {
        assert_eq!(date("20240229").as_deref(), Some("2024-02-29"));
        assert_eq!(date("20230229"), None);
        assert_eq!(date("700101").as_deref(), Some("1970-01-01"));
        assert_eq!(date("690101").as_deref(), Some("2069-01-01"));
        assert_eq!(date("17991231"), None);
        assert_eq!(date("2024-2-9"), None);
    }

    #[test]
    fn times_keep_seconds_as_sent() {
        assert_eq!(time("1405").as_deref(), Some("14:05"));
        assert_eq!(time("140509").as_deref(), Some("14:05:09"));
        assert_eq!(time("14050925").as_deref(), Some("14:05:09.25"));
        assert_eq!(time("1405092").as_deref(), Some("14:05:09.2"));
        assert_eq!(time("2460"), None);
        assert_eq!(time("14050"), None);
    }

    #[test]
    fn a_moment_needs_its_day_only() {
        let read = |date, time, zone| moment(date, time, zone);
        assert_eq!(read("20240229", "1405", "UT"), Some(("2024-02-29T14:05Z".into(), true, true)));
        assert_eq!(read("20240229", "1405", "ET"), Some(("2024-02-29T14:05".into(), true, false)));
        assert_eq!(read("20240229", "", ""), Some(("2024-02-29".into(), false, false)));
        assert_eq!(read("20240230", "1405", ""), None);
    }

    #[test]
    fn a_period_is_what_its_format_says() {
        assert_eq!(period("RD8", "20240101-20240131").as_deref(), Some("2024-01-01/2024-01-31"));
        assert_eq!(period("D8", "20240101").as_deref(), Some("2024-01-01"));
        assert_eq!(period("D8", "240101"), None);
        assert_eq!(period("DT", "202401011405").as_deref(), Some("2024-01-01T14:05"));
        assert_eq!(period("XX", "20240101"), None);
    }

    proptest! {
        #[test]
        fn a_canonical_decimal_is_read_as_itself(text in "-?(0|[1-9][0-9]{0,6})(\\.[0-9]{1,4})?") {
            let again = read(&text, Kind::R).unwrap();
            prop_assert_eq!(read(&again, Kind::R), Some(again.clone()));
            let zero = text.bytes().all(|byte| !matches!(byte, b'1'..=b'9'));
            prop_assert!(again == text || zero);
        }

        #[test]
        fn no_text_breaks_a_reader(text in "\\PC{0,12}") {
            read(&text, Kind::R);
            read(&text, Kind::N(2));
            date(&text);
            time(&text);
            for format in ["D8", "RD8", "TM", "DT"] {
                period(format, &text);
            }
        }
    }
}
