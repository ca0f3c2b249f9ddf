//! The one place that asks the time and for randomness; everyone else is told.

use crate::ports::Surroundings;
use crate::vocabulary::instant::Instant;

/// The machine's clock and its source of randomness.
#[derive(Clone, Copy, Debug, Default)]
pub struct Machine;

impl Surroundings for Machine {
    #[expect(clippy::disallowed_methods, reason = "the one door to the clock")]
    fn now(&self) -> Instant {
        Instant::from_micros(jiff::Timestamp::now().as_microsecond())
    }

    fn random(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        if aws_lc_rs::rand::fill(&mut bytes).is_err() {
            // Without randomness two identities of one millisecond could meet; the ledger then
            // refuses the second as a conflict, so nothing is lost.
            tracing::error!("the system gave no randomness");
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_does_not_stand_still_and_draws_differ() {
        assert!(Machine.now() > Instant::from_micros(1_700_000_000_000_000));
        assert_ne!(Machine.random(), Machine.random());
    }
}
