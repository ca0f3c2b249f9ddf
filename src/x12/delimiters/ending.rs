//! The end of ISA: component separator and terminator, where they can be read in several ways.

/// Bytes in which the segment after ISA must end.
const NEXT_BYTES: usize = 512;

/// A segment terminator as found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Terminator {
    /// Its first byte.
    pub(super) first: u8,
    /// The other bytes of a multi-byte character.
    pub(super) rest: [u8; 3],
    /// Bytes of the file it takes: 2 for CR LF, whose CR is taken for a trailing blank.
    pub(super) length: usize,
}

/// How ISA ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Ending {
    /// ISA16.
    pub(super) component: Option<u8>,
    /// The terminator.
    pub(super) terminator: Terminator,
    /// Whether a separator stands behind ISA15.
    pub(super) separated: bool,
    /// Whether ISA16 or the terminator is missing.
    pub(super) short: bool,
    /// Bytes from the end of ISA15 to the end of the terminator.
    pub(super) length: usize,
    /// Whether the terminator does not stand where it should: only taken if all else fits.
    guessed: bool,
}

/// What the segment after ISA says about a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    Fits,
    Unknown,
    Against,
}

impl Ending {
    /// Reads the end of ISA: `rest` begins behind ISA15.
    ///
    /// The readings are tried in the order of how usual they are; the first under which the next
    /// segment makes sense is taken, else the first under which it might.
    pub(super) fn find(rest: &[u8], separator: u8) -> Self {
        let readings = readings(rest, separator);
        let judged = readings.iter().map(|reading| (reading, reading.judge(rest, separator)));
        let best = judged.filter(|(reading, evidence)| {
            *evidence == Evidence::Fits || (*evidence == Evidence::Unknown && !reading.guessed)
        });
        let first = readings.first().copied().unwrap_or(Self::NONE);
        best.min_by_key(|(_, evidence)| *evidence == Evidence::Unknown)
            .map_or(first, |(reading, _)| *reading)
    }

    const NONE: Self = Self {
        component: None,
        terminator: Terminator { first: b'~', rest: [0; 3], length: 0 },
        separated: false,
        short: true,
        length: 0,
        guessed: false,
    };

    fn judge(&self, rest: &[u8], separator: u8) -> Evidence {
        let terminator = self.terminator;
        if terminator.first == separator || terminator.first.is_ascii_alphanumeric() {
            return Evidence::Against;
        }
        let next = skip_layout(rest.get(self.length..).unwrap_or_default());
        let elements = match next.get(..3) {
            Some([b'G', b'S', third]) if *third == separator => 6..=8,
            Some([b'I', b'E', b'A']) => 1..=2,
            Some([b'T', b'A', b'1']) => 2..=6,
            // What directly follows a terminator must be a segment's name we know.
            Some([first, ..]) if self.short && first.is_ascii_alphanumeric() => {
                return Evidence::Against;
            }
            _ => return Evidence::Unknown,
        };
        let next = next.get(..NEXT_BYTES).unwrap_or(next);
        let Some(end) = next.iter().position(|&byte| byte == terminator.first) else {
            return if next.len() < NEXT_BYTES && elements.start() == &1 {
                Evidence::Unknown
            } else {
                Evidence::Against
            };
        };
        let segment = next.get(..end).unwrap_or_default();
        let last = segment.rsplit(|&byte| byte == separator).next().unwrap_or_default();
        let count = segment.iter().filter(|&&byte| byte == separator).count();
        let plain =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'\t' | b'\r');
        if elements.contains(&count) && last.iter().all(plain) {
            Evidence::Fits
        } else {
            Evidence::Against
        }
    }
}

/// The readings of the end of ISA, the most usual first.
fn readings(rest: &[u8], separator: u8) -> Vec<Ending> {
    let separated = rest.first() == Some(&separator);
    let from = usize::from(separated);
    let mut found = Vec::new();
    let Some(&first) = rest.get(from) else { return found };
    let blank = matches!(first, b' ' | b'\t' | b'\r' | b'\n' | 0);
    let reading = |component, at: usize, terminator: Terminator, short| Ending {
        component,
        terminator,
        separated,
        short,
        length: at.saturating_add(terminator.length),
        guessed: false,
    };
    // `*P*~` at the end of a line or of the file: `~` is the terminator, ISA16 is missing.
    let bare_tilde =
        first == b'~' && matches!(rest.get(from.saturating_add(1)), None | Some(b'\r' | b'\n'));
    let missing = terminator_at(rest, from).map(|(at, end)| reading(None, at, end, true));
    let usual = terminator_at(rest, from.saturating_add(1))
        .filter(|_| separated && !blank && first.is_ascii())
        .map(|(at, end)| reading(Some(first), at, end, false));
    if bare_tilde {
        found.extend(missing.into_iter().chain(usual));
    } else {
        found.extend(usual.into_iter().chain(missing));
    }
    for terminator in *b"~\n\r" {
        let component = (separated && !blank && first != terminator).then_some(first);
        let start = from.saturating_add(usize::from(component.is_some()));
        let skipped = rest.get(start..).unwrap_or_default().iter();
        let extra = skipped
            .take_while(|&&byte| byte == terminator || Some(byte) == component || byte <= b' ')
            .count();
        let end = Terminator { first: terminator, rest: [0; 3], length: 0 };
        let guess = reading(component, start.saturating_add(extra), end, true);
        found.push(Ending { guessed: true, ..guess });
    }
    found
}

/// The terminator that stands at `at`, with its place; blanks before a line end are passed over.
fn terminator_at(bytes: &[u8], at: usize) -> Option<(usize, Terminator)> {
    let here = bytes.get(at..)?;
    let blanks = here.iter().take_while(|&&byte| matches!(byte, b' ' | b'\t')).count();
    let single = |first, length| Terminator { first, rest: [0; 3], length };
    let after = here.get(blanks..).unwrap_or_default();
    let line_end = match after {
        [b'\r', b'\n', ..] => Some(single(b'\n', 2)),
        [b'\r', ..] => Some(single(b'\r', 1)),
        [b'\n', ..] => Some(single(b'\n', 1)),
        _ => None,
    };
    if let Some(found) = line_end {
        return Some((at.saturating_add(blanks), found));
    }
    let first = *here.first()?;
    Some((at, wide(here).unwrap_or_else(|| single(first, 1))))
}

/// A character outside ASCII in UTF-8.
fn wide(bytes: &[u8]) -> Option<Terminator> {
    let first = *bytes.first().filter(|&&byte| byte >= 0x80)?;
    let length = (2..=4).find(|&length| {
        bytes.get(..length).is_some_and(|piece| std::str::from_utf8(piece).is_ok())
    })?;
    let mut rest = [0; 3];
    for (to, from) in rest.iter_mut().zip(bytes.get(1..length)?) {
        *to = *from;
    }
    Some(Terminator { first, rest, length })
}

fn skip_layout(bytes: &[u8]) -> &[u8] {
    let blanks = bytes.iter().take_while(|&&byte| byte <= b' ').count();
    bytes.get(blanks..).unwrap_or_default()
}
