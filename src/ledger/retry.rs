//! When to try again: a function of how often it was tried, never a loop in a task. The wait
//! is a column of the ledger, so it survives a restart and people can see it.

use std::time::Duration;

use crate::vocabulary::failure::{Failure, Retry};
use crate::vocabulary::instant::Instant;

/// The longest wait between two attempts.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// What becomes of an effect that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Again, not before.
    Again(Instant),
    /// A person has to look; it is tried again, seldom, in case they mended it.
    Stuck(Instant),
}

/// When the effect that failed for the `attempt`th time (1 the first) is due again: the wait
/// the failure names, doubled each time, at most a quarter of an hour.
///
/// ```
/// use edigate::ledger::retry::{Verdict, next};
/// use edigate::vocabulary::{failure::{Failure, Source}, instant::Instant};
/// let failure = Failure::passing(Source::Archive, "the disk is full".into());
/// let now = Instant::from_micros(0);
/// assert_eq!(next(&failure, 1, now), Verdict::Again(Instant::from_micros(1_000_000)));
/// assert_eq!(next(&failure, 3, now), Verdict::Again(Instant::from_micros(4_000_000)));
/// ```
#[must_use]
pub fn next(failure: &Failure, attempt: i64, now: Instant) -> Verdict {
    match failure.retry {
        Retry::After(first) => {
            let doublings = u32::try_from(attempt.clamp(1, 20).saturating_sub(1)).unwrap_or(0);
            let wait = first.saturating_mul(1u32.wrapping_shl(doublings)).min(LONGEST);
            Verdict::Again(now.after(wait))
        }
        Retry::Never | Retry::WhenMended => Verdict::Stuck(now.after(LONGEST)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vocabulary::failure::Source;

    #[test]
    fn waits_grow_and_stay_within_a_quarter_of_an_hour() {
        let failure = Failure::passing(Source::Store, String::new());
        let now = Instant::from_micros(0);
        let waits: Vec<_> = (1..=60).map(|attempt| next(&failure, attempt, now)).collect();
        let longest = Verdict::Again(now.after(LONGEST));
        assert_eq!(waits.last(), Some(&longest));
        let due = |verdict: &Verdict| match verdict {
            Verdict::Again(due) | Verdict::Stuck(due) => *due,
        };
        assert!(waits.windows(2).all(|pair| due(&pair[0]) <= due(&pair[1])));
    }

    #[test]
    fn what_a_person_must_mend_is_said_to_be_stuck() {
        let failure = Failure::until_mended(Source::Setting, String::new());
        let now = Instant::from_micros(0);
        assert_eq!(next(&failure, 1, now), Verdict::Stuck(now.after(LONGEST)));
    }
}
