//! When a dropped file may be taken: pure rules over what was seen of it.
//!
//! Writers differ: some rename when done, some write for minutes under the final name. A file
//! is taken when its name is no temporary one, its size and times stood still for the settle
//! time, and, when it is X12, its last interchange has its end. Only equality of what was seen
//! counts, never a comparison of the partner's clock with ours.

use std::collections::HashMap;
use std::time::Duration;

use crate::partner::profile::Drop;
use crate::ports::Sighting;
use crate::vocabulary::instant::Instant;

/// Why a file was not taken yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Its name says that it is still being written.
    Temporary,
    /// No pattern of the partner file takes it.
    NotMatching,
    /// It may still be written; it is looked at again at this moment.
    Settling(Instant),
    /// Its interchange has no end yet; at this moment it is taken as it is.
    Incomplete(Instant),
    /// It is in the archive; its removal is owed.
    Taken,
}

impl Waiting {
    /// When another look can change the answer by itself.
    #[must_use]
    pub const fn until(&self) -> Option<Instant> {
        match self {
            Self::Settling(at) | Self::Incomplete(at) => Some(*at),
            Self::Temporary | Self::NotMatching | Self::Taken => None,
        }
    }

    /// In words.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Temporary => "its name says it is still being written".into(),
            Self::NotMatching => "no pattern in the partner file takes this name".into(),
            Self::Settling(_) => {
                "it may still be written; its size and times must stand still".into()
            }
            Self::Incomplete(at) => {
                format!("its interchange has no IEA yet; taken as it is at {}", at.readable())
            }
            Self::Taken => "it is in the archive; removing it from the folder is still owed".into(),
        }
    }
}

/// Endings of names under which programs write before they rename.
const TEMPORARY_ENDINGS: &[&str] = &[
    ".tmp",
    ".temp",
    ".part",
    ".filepart",
    ".partial",
    ".swp",
    ".lock",
    ".writing",
    ".crdownload",
];

/// Whether a name is one that programs write under.
///
/// ```
/// use edigate::service::readiness::is_temporary;
/// assert!(is_temporary("po.edi.PART") && is_temporary(".po.edi.x7") && is_temporary("~po.edi"));
/// assert!(!is_temporary("part.edi"));
/// ```
#[must_use]
pub fn is_temporary(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    name.starts_with(['.', '~']) || TEMPORARY_ENDINGS.iter().any(|end| lower.ends_with(end))
}

/// Whether the name is one to be taken at all.
///
/// # Errors
///
/// Why it is not.
pub fn by_name(name: &str, rules: &Drop) -> Result<(), Waiting> {
    if is_temporary(name) {
        return Err(Waiting::Temporary);
    }
    let taken = rules.matching.is_empty()
        || rules.matching.iter().any(|pattern| matches(pattern.as_bytes(), name.as_bytes()));
    if taken { Ok(()) } else { Err(Waiting::NotMatching) }
}

/// Whether `name` fits a pattern with `*` (any run) and `?` (one byte). Linear in practice: on
/// a mismatch only the last `*` is tried again.
fn matches(pattern: &[u8], name: &[u8]) -> bool {
    let (mut p, mut n) = (0usize, 0usize);
    let mut last_star: Option<(usize, usize)> = None;
    while let Some(byte) = name.get(n) {
        match pattern.get(p) {
            Some(b'*') => {
                last_star = Some((p, n));
                p = p.saturating_add(1);
            }
            Some(wanted) if wanted == byte || *wanted == b'?' => {
                p = p.saturating_add(1);
                n = n.saturating_add(1);
            }
            _ => {
                let Some((star, from)) = last_star else { return false };
                last_star = Some((star, from.saturating_add(1)));
                p = star.saturating_add(1);
                n = from.saturating_add(1);
            }
        }
    }
    pattern.get(p..).unwrap_or_default().iter().all(|byte| *byte == b'*')
}

/// What was seen of the files of one folder in earlier looks.
#[derive(Clone, Debug, Default)]
pub struct Patience {
    first_seen: HashMap<String, (String, Instant)>,
}

impl Patience {
    /// Takes a look into account and says since when each file stands still. Files that are
    /// gone are forgotten.
    pub fn look(&mut self, seen: &[Sighting], now: Instant) {
        let before = std::mem::take(&mut self.first_seen);
        for file in seen {
            let since = match before.get(&file.name) {
                Some((stamp, since)) if *stamp == file.stamp => *since,
                _ => now,
            };
            self.first_seen.insert(file.name.clone(), (file.stamp.clone(), since));
        }
    }

    /// Whether a file stood still for the settle time.
    ///
    /// # Errors
    ///
    /// Until when it has to.
    pub fn settled(&self, file: &Sighting, rules: &Drop, now: Instant) -> Result<(), Waiting> {
        self.still_for(file, rules.settle, now).map_err(Waiting::Settling)
    }

    /// Whether a file without its end was waited for long enough.
    ///
    /// # Errors
    ///
    /// Until when it is waited for.
    pub fn given_up(&self, file: &Sighting, rules: &Drop, now: Instant) -> Result<(), Waiting> {
        self.still_for(file, rules.incomplete, now).map_err(Waiting::Incomplete)
    }

    fn still_for(&self, file: &Sighting, time: Duration, now: Instant) -> Result<(), Instant> {
        let since = self.first_seen.get(&file.name).map_or(now, |(_, since)| *since);
        let until = since.after(time);
        // A clock set back must not make a file wait for ever.
        if now >= until || now < since { Ok(()) } else { Err(until) }
    }
}

/// Whether a file looks whole by its first and last bytes: one that begins with ISA must end
/// with an IEA segment. Of anything else nothing can be said, so it counts as whole.
#[must_use]
pub fn is_whole(head: &[u8], tail: &[u8]) -> bool {
    // UTF-16 is ASCII with a zero byte beside each character.
    let plain = |bytes: &[u8]| bytes.iter().copied().filter(|byte| *byte != 0).collect::<Vec<_>>();
    let (head, tail) = (plain(head), plain(tail));
    let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    let start = marks.iter().find_map(|mark| head.strip_prefix(*mark)).unwrap_or(&head);
    let start = start.trim_ascii_start();
    let Some(element) = start.strip_prefix(b"ISA").and_then(|rest| rest.first()).copied() else {
        return true;
    };
    let trailer = [b'I', b'E', b'A', element];
    let Some(at) = tail.windows(trailer.len()).rposition(|window| window == trailer) else {
        return false;
    };
    let numbers = tail.get(at.saturating_add(trailer.len())..).unwrap_or_default();
    let mut elements = numbers.splitn(2, |byte| *byte == element);
    let (_count, control) = (elements.next(), elements.next().unwrap_or_default());
    let digits = control.iter().take_while(|byte| byte.is_ascii_digit()).count();
    // Nine digits are a whole control number; fewer must be followed by a terminator, or more
    // digits may still come.
    digits >= 9 || (digits > 0 && control.len() > digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> Drop {
        Drop {
            every: Duration::from_secs(10),
            settle: Duration::from_secs(2),
            incomplete: Duration::from_secs(600),
            matching: Vec::new(),
        }
    }

    fn sighting(stamp: &str) -> Sighting {
        Sighting { folder: "acme".into(), name: "po.edi".into(), stamp: stamp.into(), length: 1 }
    }

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn a_file_is_taken_once_it_stood_still_and_waits_again_when_it_changed() {
        let (mut patience, rules) = (Patience::default(), rules());
        let start = Instant::from_micros(1_000_000);
        patience.look(&[sighting("a")], start);
        let until = start.after(2 * SECOND);
        let waiting = patience.settled(&sighting("a"), &rules, start.after(SECOND));
        assert_eq!(waiting, Err(Waiting::Settling(until)));
        patience.look(&[sighting("b")], start.after(SECOND));
        assert!(patience.settled(&sighting("b"), &rules, until).is_err());
        patience.look(&[sighting("b")], until);
        assert!(patience.settled(&sighting("b"), &rules, start.after(3 * SECOND)).is_ok());
    }

    #[test]
    fn an_incomplete_file_is_waited_for_and_then_taken_as_it_is() {
        let (mut patience, rules) = (Patience::default(), rules());
        let start = Instant::from_micros(0);
        patience.look(&[sighting("a")], start);
        let waiting = patience.given_up(&sighting("a"), &rules, start.after(599 * SECOND));
        assert_eq!(waiting, Err(Waiting::Incomplete(start.after(600 * SECOND))));
        assert!(patience.given_up(&sighting("a"), &rules, start.after(600 * SECOND)).is_ok());
    }

    #[test]
    fn a_clock_set_back_holds_no_file_for_ever() {
        let (mut patience, rules) = (Patience::default(), rules());
        patience.look(&[sighting("a")], Instant::from_micros(10_000_000));
        assert!(patience.settled(&sighting("a"), &rules, Instant::from_micros(0)).is_ok());
    }

    #[test]
    fn an_interchange_is_whole_when_its_end_is_there() {
        let isa = b"ISA*00*          *00*";
        for tail in [
            &b"SE*3*0001~GE*1*1~IEA*1*000000001~"[..],
            b"IEA*1*000000001",
            b"IEA*1*1~\r\n\r\n   ",
            b"IEA*0*12\n",
            b"I\0E\0A\0*\x001\0*\x001\x002\0~\0",
        ] {
            assert!(is_whole(isa, tail), "{}", String::from_utf8_lossy(tail));
        }
        for tail in [&b"SE*3*0001~GE*1*1~"[..], b"IEA*1*0000", b"IEA*1*", b"IEA*1", b"XIEA"] {
            assert!(!is_whole(isa, tail), "{}", String::from_utf8_lossy(tail));
        }
        assert!(!is_whole(b"\xef\xbb\xbf\r\nISA*00", b"GE*1*1~"), "a mark does not hide an ISA");
        assert!(is_whole(b"ST*850*0001~", b"SE*2*0001~"), "of what is no interchange we can't say");
    }

    #[test]
    fn patterns_take_what_they_say() {
        let mut rules = rules();
        rules.matching = vec!["PO*.edi".into(), "?.txt".into()];
        for name in ["PO.edi", "PO-4711.edi", "a.txt"] {
            assert_eq!(by_name(name, &rules), Ok(()), "{name}");
        }
        for name in ["po.edi", "PO.edi.bak", "ab.txt"] {
            assert_eq!(by_name(name, &rules), Err(Waiting::NotMatching), "{name}");
        }
        assert_eq!(by_name("PO.edi.tmp", &rules), Err(Waiting::Temporary));
        assert!(!matches(b"*a*a*a*a*a*a*b", &[b'a'; 10_000]));
    }
}
