//! The value of a field to the text of an element: the other direction of `x12/read/values.rs`.
//!
//! What an element cannot carry is refused with a sentence that says how much it carries;
//! nothing is cut or rounded in silence.

use crate::canonical::record::Value;
use crate::grammar::mapping::{ElementForm, FieldPlan, Form};
use crate::grammar::segments::Kind;
use crate::x12::read::values;
use std::borrow::Cow;

/// Why a value cannot be written, as the end of a sentence about it.
pub(super) type Unfit = String;

/// Appends the text of a value. Moments and periods need several elements: see [`moment`] and
/// [`period`].
pub(super) fn text(field: &FieldPlan, value: &Value<'_>, out: &mut String) -> Result<(), Unfit> {
    let value = plain(value)?;
    match field.form {
        Form::Text => {
            let code = field.words.iter().find(|(_, word)| *word == value);
            let code = code.and_then(|(codes, _)| codes.first());
            let text = code.map_or(&*value, String::as_str).trim_end_matches(' ');
            characters(text)?;
            length(text, field.rule)?;
            out.push_str(text);
            Ok(())
        }
        Form::Decimal | Form::Integer => number(&value, field.rule, out),
        Form::Date => date(&value, field.rule, out),
        Form::Time => time(&value, field.rule, out),
        Form::Moment { .. } | Form::Period { .. } => Err("is no single element".to_owned()),
    }
}

/// A text or number as text.
pub(super) fn plain<'v>(value: &'v Value<'_>) -> Result<Cow<'v, str>, Unfit> {
    match value {
        Value::Text(text) => Ok(Cow::Borrowed(text)),
        Value::Integer(number) => Ok(Cow::Owned(number.to_string())),
        Value::List(_) => Err("is a list where one value belongs".to_owned()),
        Value::Object(_) => Err("is an object where a value belongs".to_owned()),
    }
}

/// Refuses control characters: they could end a segment in somebody's reader.
pub(super) fn characters(text: &str) -> Result<(), Unfit> {
    match text.chars().find(|character| character.is_control()) {
        None => Ok(()),
        Some(character) => Err(format!("holds the control character {:04X}", u32::from(character))),
    }
}

fn length(text: &str, rule: ElementForm) -> Result<(), Unfit> {
    let length = match rule.kind {
        Kind::R | Kind::N(_) => text.bytes().filter(u8::is_ascii_digit).count(),
        Kind::An | Kind::Id | Kind::Dt | Kind::Tm | Kind::B => text.chars().count(),
    };
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    if length > rule.max {
        return Err(format!("has {length} characters, and the element carries {}", rule.max));
    }
    if length < rule.min {
        return Err(format!("has {length} characters, and the element wants {}", rule.min));
    }
    Ok(())
}

/// A decimal as the element writes it.
pub(super) fn number(value: &str, rule: ElementForm, out: &mut String) -> Result<(), Unfit> {
    let canonical = values::decimal(Cow::Borrowed(value), Kind::R)
        .ok_or_else(|| format!("\"{value}\" is no decimal"))?;
    let (sign, digits) = match canonical.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", &*canonical),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut text = match rule.kind {
        Kind::N(decimals) => implied(whole, fraction, decimals, rule)?,
        Kind::R => written(whole, fraction, rule)?,
        Kind::An | Kind::Id | Kind::Dt | Kind::Tm | Kind::B => {
            length(&canonical, rule)?;
            digits.to_owned()
        }
    };
    let count = u32::try_from(text.bytes().filter(u8::is_ascii_digit).count()).unwrap_or(u32::MAX);
    if matches!(rule.kind, Kind::R | Kind::N(_)) {
        let missing = usize::try_from(rule.min.saturating_sub(count)).unwrap_or(0);
        text.insert_str(0, &"0".repeat(missing));
    }
    out.push_str(sign);
    out.push_str(&text);
    Ok(())
}

/// Digits with that many implied decimals.
fn implied(whole: &str, fraction: &str, decimals: u8, rule: ElementForm) -> Result<String, Unfit> {
    let decimals = usize::from(decimals);
    let needed = fraction.trim_end_matches('0');
    if needed.len() > decimals {
        return Err(format!("has {} decimals, and the element carries {decimals}", needed.len()));
    }
    let kept = fraction.get(..decimals.min(fraction.len())).unwrap_or_default();
    let all = format!("{whole}{kept}{}", "0".repeat(decimals.saturating_sub(kept.len())));
    let text = all.trim_start_matches('0');
    let text = if text.is_empty() { "0" } else { text };
    length(text, ElementForm { min: 0, ..rule })?;
    Ok(text.to_owned())
}

/// A number with its point: zeros that say nothing go first when there is no room.
fn written(whole: &str, fraction: &str, rule: ElementForm) -> Result<String, Unfit> {
    let max = usize::try_from(rule.max).unwrap_or(usize::MAX);
    let needed = fraction.trim_end_matches('0').len();
    let room = max.saturating_sub(whole.len());
    let kept =
        if fraction.len() <= room { fraction.len() } else { needed.max(room.min(fraction.len())) };
    let fraction = fraction.get(..kept).unwrap_or_default();
    let whole = if whole == "0" && kept > 0 && kept.saturating_add(1) > max { "" } else { whole };
    let digits = whole.len().saturating_add(fraction.len());
    if digits > max {
        return Err(format!("has {digits} digits, and the element carries {max}"));
    }
    Ok(if fraction.is_empty() { whole.to_owned() } else { format!("{whole}.{fraction}") })
}

/// `2024-02-29` in the length the element has.
pub(super) fn date(value: &str, rule: ElementForm, out: &mut String) -> Result<(), Unfit> {
    let short = rule.kind == Kind::Dt && rule.max < 8;
    let wrong = || format!("\"{value}\" is no date as 2024-02-29");
    let mut parts = value.split('-');
    let (Some(year), Some(month), Some(day), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong());
    };
    let digits = [year, month, day].concat();
    if digits.len() != 8 || values::date(&digits).as_deref() != Some(value) {
        return Err(wrong());
    }
    if !short {
        out.push_str(&digits);
        return Ok(());
    }
    let six = digits.get(2..).unwrap_or_default();
    if values::date(six).as_deref() != Some(value) {
        return Err(format!("{value} has no spelling in six digits"));
    }
    out.push_str(six);
    Ok(())
}

/// `14:05`, `14:05:09`, `14:05:09.25`.
pub(super) fn time(value: &str, rule: ElementForm, out: &mut String) -> Result<(), Unfit> {
    let digits: String = value.chars().filter(char::is_ascii_digit).collect();
    if values::time(&digits).as_deref() != Some(value) {
        return Err(format!("\"{value}\" is no time as 14:05 or 14:05:09"));
    }
    let max = usize::try_from(rule.max).unwrap_or(usize::MAX);
    let (kept, rest) = digits.split_at_checked(max.min(digits.len())).unwrap_or((&digits, ""));
    if rest.bytes().any(|digit| digit != b'0') {
        return Err(format!("{value} is finer than the {max} digits the element carries"));
    }
    out.push_str(kept);
    Ok(())
}

/// A moment as date, time and zone; the last two may be empty.
pub(super) fn moment(
    value: &str,
    rule: ElementForm,
    clock: Option<ElementForm>,
    zone: bool,
) -> Result<(String, String, &'static str), Unfit> {
    let (day, rest) = match value.split_once('T') {
        Some((day, rest)) => (day, Some(rest)),
        None => (value, None),
    };
    let (mut date_text, mut time_text) = (String::new(), String::new());
    date(day, rule, &mut date_text)?;
    let Some(rest) = rest else { return Ok((date_text, time_text, "")) };
    let (hours, utc) = match rest.strip_suffix('Z') {
        Some(hours) => (hours, true),
        None => (rest, false),
    };
    let Some(clock) = clock else {
        return Err(format!("{value} has a time, and there is no element for it"));
    };
    if utc && !zone {
        return Err(format!("{value} has a zone, and there is no element for it"));
    }
    time(hours, clock, &mut time_text)?;
    Ok((date_text, time_text, if utc { values::UTC } else { "" }))
}

/// A period: the format qualifier and the text.
pub(super) fn period(value: &str) -> Result<(&'static str, String), Unfit> {
    let long = ElementForm { kind: Kind::Dt, min: 8, max: 8 };
    let clock = ElementForm { kind: Kind::Tm, min: 4, max: 8 };
    let mut text = String::new();
    if let Some((from, to)) = value.split_once('/') {
        date(from, long, &mut text)?;
        text.push('-');
        date(to, long, &mut text)?;
        return Ok(("RD8", text));
    }
    if let Some((day, hours)) = value.split_once('T') {
        date(day, long, &mut text)?;
        time(hours, clock, &mut text)?;
        return Ok(("DT", text));
    }
    if value.contains(':') {
        time(value, clock, &mut text)?;
        return Ok(("TM", text));
    }
    date(value, long, &mut text)?;
    Ok(("D8", text))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn form(kind: Kind, min: u32, max: u32) -> ElementForm {
        ElementForm { kind, min, max }
    }

    fn as_number(value: &str, kind: Kind, min: u32, max: u32) -> Result<String, Unfit> {
        let mut out = String::new();
        number(value, form(kind, min, max), &mut out).map(|()| out)
    }

    #[test]
    fn decimals_fill_the_element_they_go_to() {
        let cases = [
            ("100", Kind::N(2), 1, 10, "10000"),
            ("100.5", Kind::N(2), 1, 10, "10050"),
            ("0.05", Kind::N(2), 1, 10, "5"),
            ("-5.00", Kind::N(2), 1, 10, "-500"),
            ("19.990", Kind::N(2), 1, 10, "1999"),
            ("7", Kind::N(0), 4, 9, "0007"),
            ("500.00", Kind::R, 1, 18, "500.00"),
            ("-0.06", Kind::R, 1, 18, "-0.06"),
            ("123456.7800", Kind::R, 1, 8, "123456.78"),
            ("0.1234", Kind::R, 1, 4, ".1234"),
            ("5", Kind::R, 3, 9, "005"),
        ];
        for (value, kind, min, max, expected) in cases {
            assert_eq!(as_number(value, kind, min, max).as_deref(), Ok(expected), "{value}");
        }
    }

    #[test]
    fn what_an_element_cannot_carry_is_refused_not_rounded() {
        let three = as_number("1.005", Kind::N(2), 1, 10).unwrap_err();
        assert_eq!(three, "has 3 decimals, and the element carries 2");
        let long = as_number("1234567.89", Kind::R, 1, 8).unwrap_err();
        assert_eq!(long, "has 9 digits, and the element carries 8");
        assert_eq!(as_number("five", Kind::R, 1, 8).unwrap_err(), "\"five\" is no decimal");
        let mut out = String::new();
        let six = form(Kind::Dt, 6, 6);
        assert_eq!(
            date("2070-01-01", six, &mut out).unwrap_err(),
            "2070-01-01 has no spelling in six digits"
        );
        assert!(date("2024-13-01", form(Kind::Dt, 8, 8), &mut out).is_err());
        assert!(time("14:05:09", form(Kind::Tm, 4, 4), &mut out).is_err());
        assert!(out.is_empty());
        time("14:05:00", form(Kind::Tm, 4, 4), &mut out).unwrap();
        assert_eq!(out, "1405");
    }

    #[test]
    fn the_format_of_a_period_follows_from_its_value() {
        for (value, format, text) in [
            ("2024-01-01", "D8", "20240101"),
            ("2024-01-01/2024-01-31", "RD8", "20240101-20240131"),
            ("14:05", "TM", "1405"),
            ("2024-01-01T14:05", "DT", "202401011405"),
        ] {
            assert_eq!(period(value), Ok((format, text.to_owned())));
        }
        assert!(period("soon").is_err());
    }

    proptest! {
        #[test]
        fn what_was_read_is_written_and_read_the_same(
            text in "[-+]?[0-9]{1,7}", decimals in 0u8..4
        ) {
            let kind = Kind::N(decimals);
            let value = values::decimal(Cow::Borrowed(&text), kind).unwrap().into_owned();
            let written = as_number(&value, kind, 1, 12).unwrap();
            prop_assert_eq!(values::decimal(Cow::Owned(written), kind).unwrap(), value);
        }

        #[test]
        fn a_written_decimal_is_read_the_same(text in "-?[0-9]{1,7}(\\.[0-9]{0,4})?") {
            let value = values::decimal(Cow::Borrowed(&text), Kind::R).unwrap().into_owned();
            let written = as_number(&value, Kind::R, 1, 18).unwrap();
            prop_assert_eq!(values::decimal(Cow::Owned(written), Kind::R).unwrap(), value);
        }
    }
}
