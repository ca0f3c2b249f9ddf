//! The time, for commands that date what they write: the machine's, where it stands.

use crate::edge::clock::Machine;
use crate::ports::Surroundings as _;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// The local date and time.
#[must_use]
pub fn local() -> DateTime {
    let now = Timestamp::from_microsecond(Machine.now().micros()).unwrap_or_default();
    now.to_zoned(TimeZone::system()).datetime()
}
