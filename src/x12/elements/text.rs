//! What the element types accept (X12.6 3.5.1).

/// Digits of a decimal number without exponent; `None` when it is none.
#[inline]
pub(super) fn plain_real(value: &[u8]) -> Option<usize> {
    let unsigned = unsigned(value);
    let mut digits = 0usize;
    let mut points = 0usize;
    for &byte in unsigned {
        digits += usize::from(byte.is_ascii_digit());
        points += usize::from(byte == b'.');
    }
    (digits + points == unsigned.len() && points < 2 && digits > 0).then_some(digits)
}

/// [`plain_real`] or [`number`] of up to eight bytes of ASCII in one machine word, the first byte
/// lowest and zeros above.
#[inline]
pub(super) fn digits_of_word(word: u64, length: usize, real: bool) -> Option<usize> {
    const LOW: u64 = 0x0101_0101_0101_0101;
    let signed = matches!(word.to_le_bytes()[0], b'-' | b'+');
    let word = if signed { word >> 8 } else { word };
    let length = length.checked_sub(usize::from(signed)).filter(|&length| length > 0)?;
    let unused = 64usize.checked_sub(length.checked_mul(8)?)?;
    // A byte is a digit when it is below ten after the exclusive or: then 0x76 more stays below
    // 0x80. ASCII has no bytes from 0x80 on, so nothing is carried.
    let others = (word ^ (LOW * 0x30)).wrapping_add(LOW * 0x76) & (LOW * 0x80) << unused >> unused;
    if others == 0 {
        return Some(length);
    }
    let only = others & others.wrapping_sub(1) == 0;
    let byte = word.checked_shr(others.trailing_zeros() & !7)?.to_le_bytes()[0];
    (real && only && byte == b'.' && length > 1).then(|| length.wrapping_sub(1))
}

/// Digits of a decimal number: a sign, digits with at most one point, an exponent.
pub(super) fn real(value: &[u8]) -> Option<usize> {
    match value.iter().position(|&byte| byte == b'E') {
        Some(at) => {
            let (mantissa, exponent) = value.split_at(at);
            let exponent = number(exponent.get(1..)?)?;
            Some(plain_real(mantissa)?.saturating_add(exponent))
        }
        None => plain_real(value),
    }
}

/// Digits of a whole number with or without sign.
#[inline]
pub(super) fn number(value: &[u8]) -> Option<usize> {
    let unsigned = unsigned(value);
    let all = unsigned.iter().all(u8::is_ascii_digit);
    (all && !unsigned.is_empty()).then_some(unsigned.len())
}

#[inline]
fn unsigned(value: &[u8]) -> &[u8] {
    match value {
        [b'-' | b'+', rest @ ..] => rest,
        _ => value,
    }
}

/// A real day as YYMMDD, or as CCYYMMDD of the years 1800 to 2199.
#[inline]
pub(super) fn is_date(value: &[u8]) -> bool {
    match *value {
        [a, b, c, d, ref rest @ ..] if rest.len() == 4 => {
            let (Some(century), Some(year)) = (two(a, b), two(c, d)) else { return false };
            let year = century * 100 + year;
            (1800..2200).contains(&year) && is_day(year, rest)
        }
        // Six digits say no century. 1900 was no leap year, 2000 was one, so 000229 is a day.
        [a, b, ref rest @ ..] if rest.len() == 4 => {
            two(a, b).is_some_and(|year| is_day(2000 + year, rest))
        }
        _ => false,
    }
}

#[inline]
fn is_day(year: u32, rest: &[u8]) -> bool {
    let &[a, b, c, d] = rest else { return false };
    let (Some(month), Some(day)) = (two(a, b), two(c, d)) else { return false };
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if leap => 29,
        2 => 28,
        _ => 0,
    };
    (1..=days).contains(&day)
}

/// A real time as HHMM, HHMMSS, HHMMSSd or HHMMSSdd.
#[inline]
pub(super) fn is_time(value: &[u8]) -> bool {
    let below = |pair: Option<&[u8]>, limit: u32| match pair {
        Some(&[a, b]) => two(a, b).is_some_and(|number| number < limit),
        _ => false,
    };
    if !matches!(value.len(), 4 | 6 | 7 | 8) {
        return false;
    }
    below(value.get(..2), 24)
        && below(value.get(2..4), 60)
        && (value.len() == 4 || below(value.get(4..6), 60))
        && value.get(6..).unwrap_or_default().iter().all(u8::is_ascii_digit)
}

#[inline]
fn two(tens: u8, ones: u8) -> Option<u32> {
    let (tens, ones) = (tens.wrapping_sub(b'0'), ones.wrapping_sub(b'0'));
    (tens < 10 && ones < 10).then_some(u32::from(tens) * 10 + u32::from(ones))
}

/// Characters of a text: of UTF-8 when it is that, else bytes.
pub(super) fn characters(value: &[u8]) -> usize {
    std::str::from_utf8(value).map_or(value.len(), |text| text.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_may_have_a_sign_a_point_and_an_exponent() {
        for (text, digits) in
            [(&b"1"[..], 1), (b"-.06", 2), (b"5.", 1), (b"+12.50", 4), (b"1.5E3", 3), (b"1E-10", 3)]
        {
            assert_eq!(real(text), Some(digits), "{}", text.escape_ascii());
        }
        for text in
            [&b""[..], b"-", b".", b"1.2.3", b"1,5", b"$5", b"E5", b"1E", b"1e5", b"1-", b"--1"]
        {
            assert_eq!(real(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn whole_numbers_have_no_point() {
        assert_eq!(number(b"-0012"), Some(4));
        for text in [&b"1.0"[..], b"", b"-", b"1 ", b"1E2"] {
            assert_eq!(number(text), None, "{}", text.escape_ascii());
        }
    }

    #[test]
    fn a_word_is_read_as_its_bytes_are() {
        let all: [&[u8]; 18] = [
            b"1",
            b"-.06",
            b"5.",
            b"+12.50",
            b".",
            b"-",
            b"1.2.3",
            b"12345678",
            b"1234.678",
            b"-1",
            b"1E2",
            b"12a",
            b"--1",
            b"0",
            b"9/",
            b"9:",
            b"-1234567",
            b"+.",
        ];
        for text in all {
            let word = text.iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
            let shown = text.escape_ascii();
            assert_eq!(digits_of_word(word, text.len(), true), plain_real(text), "{shown}");
            assert_eq!(digits_of_word(word, text.len(), false), number(text), "{shown}");
        }
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        for text in [&b"20240229"[..], b"18000101", b"21991231", b"000229", b"991231", b"20000229"]
        {
            assert!(is_date(text), "{}", text.escape_ascii());
        }
        for text in [
            &b"20230229"[..],
            b"19000229",
            b"20240431",
            b"20241301",
            b"20240100",
            b"17991231",
            b"22000101",
            b"11111111",
            b"2024-1-1",
            b"240230",
            b"2024011",
            b"",
        ] {
            assert!(!is_date(text), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn times_have_hours_minutes_and_maybe_seconds_and_hundredths() {
        for text in [&b"0000"[..], b"2359", b"235959", b"2359599", b"23595999"] {
            assert!(is_time(text), "{}", text.escape_ascii());
        }
        for text in
            [&b"2400"[..], b"1260", b"125960", b"12345", b"1234567x", b"12:4", b"", b"123456789"]
        {
            assert!(!is_time(text), "{}", text.escape_ascii());
        }
    }

    #[test]
    fn length_counts_characters_not_bytes() {
        assert_eq!(characters("Zoë".as_bytes()), 3);
        assert_eq!(characters(b"Zo\xEB"), 3);
    }
}
