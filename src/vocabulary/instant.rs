//! Instants: a moment in UTC, in microseconds, as the ledger stores it.
//!
//! One integer, so that both engines compare and index it alike; text only where people or
//! partners read it. Nothing here asks a clock: the moment comes in as an argument.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A moment: microseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instant(i64);

impl Instant {
    /// The moment `micros` microseconds after the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch: the ledger's column.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Whole milliseconds since the epoch, never negative: what a UUIDv7 carries.
    #[must_use]
    pub fn millis(self) -> u64 {
        u64::try_from(self.0.div_euclid(1_000)).unwrap_or(0)
    }

    /// This moment moved forward.
    ///
    /// ```
    /// use edigate::vocabulary::instant::Instant;
    /// let moment = Instant::from_micros(0).after(std::time::Duration::from_secs(90));
    /// assert_eq!(moment.to_string(), "1970-01-01T00:01:30.000000Z");
    /// ```
    #[must_use]
    pub fn after(self, by: Duration) -> Self {
        Self(self.0.saturating_add(i64::try_from(by.as_micros()).unwrap_or(i64::MAX)))
    }

    /// How long after `earlier` this is; nothing when the clock went backwards.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// Date and time of day in UTC, for envelopes: `20260131` and `1405`.
    ///
    /// ```
    /// use edigate::vocabulary::instant::Instant;
    /// let (date, time) = Instant::from_micros(1_769_868_300_000_000).civil();
    /// assert_eq!((date.as_str(), time.as_str()), ("20260131", "1405"));
    /// ```
    #[must_use]
    pub fn civil(self) -> (String, String) {
        let civil = self.timestamp().to_zoned(TimeZone::UTC).datetime();
        (civil.strftime("%Y%m%d").to_string(), civil.strftime("%H%M").to_string())
    }

    /// For people: `2026-01-31 14:05:00`, in UTC.
    #[must_use]
    pub fn readable(self) -> String {
        let civil = self.timestamp().to_zoned(TimeZone::UTC).datetime();
        civil.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let civil = self.timestamp().to_zoned(TimeZone::UTC).datetime();
        write!(f, "{}Z", civil.strftime("%Y-%m-%dT%H:%M:%S.%6f"))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_went_backwards_gives_no_negative_age() {
        let (early, late) = (Instant::from_micros(5), Instant::from_micros(9));
        assert_eq!(late.since(early), Duration::from_micros(4));
        assert_eq!(early.since(late), Duration::ZERO);
    }

    #[test]
    fn text_sorts_as_the_moments_do() {
        let moments = [0, 1, 999_999, 1_000_000, 1_769_868_300_000_000].map(Instant::from_micros);
        let mut texts = moments.map(|moment| moment.to_string());
        texts.sort();
        assert_eq!(texts, moments.map(|moment| moment.to_string()));
    }
}
