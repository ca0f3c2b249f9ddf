//! Durations as people say them: `10 minutes`, `1 hour`, `2 days`.

use std::time::Duration;

/// Reads `N seconds|minutes|hours|days`, one or many; an optional leading `every`.
///
/// # Errors
/// A sentence that says what would be right.
///
/// ```
/// use edigate::partner::phrase::duration;
/// use std::time::Duration;
/// assert_eq!(duration("every 10 minutes"), Ok(Duration::from_secs(600)));
/// assert!(duration("soon").is_err());
/// ```
pub fn duration(text: &str) -> Result<Duration, String> {
    let wrong = || format!("\"{text}\" is no duration; write it like \"10 minutes\" or \"1 hour\"");
    let words = text.split_whitespace().filter(|word| *word != "every").collect::<Vec<_>>();
    let [number, unit] = words.as_slice() else { return Err(wrong()) };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let seconds: u64 = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3_600,
        "day" => 86_400,
        _ => return Err(wrong()),
    };
    if number == 0 {
        return Err(format!("\"{text}\" never passes; write at least 1 {unit}"));
    }
    number.checked_mul(seconds).map(Duration::from_secs).ok_or_else(wrong)
}

/// Says a duration in its largest whole unit.
///
/// ```
/// use edigate::partner::phrase::say;
/// assert_eq!(say(std::time::Duration::from_secs(3600)), "1 hour");
/// ```
#[must_use]
pub fn say(duration: Duration) -> String {
    let seconds = duration.as_secs();
    let units = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];
    for (unit, size) in units {
        if seconds >= size && seconds.is_multiple_of(size) {
            let count = seconds / size;
            return format!("{count} {unit}{}", if count == 1 { "" } else { "s" });
        }
    }
    format!("{seconds} seconds")
}
