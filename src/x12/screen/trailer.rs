//! What SE, GE and IEA must hold: the counts of what was received and the numbers of their
//! headers. Numbers that differ only by leading zeros or blanks are the same, and told.

use super::super::finding::{At, Fault, Finding, Level, Oddity};
use super::super::segment::Segment;
use super::super::validate::printable;
use super::gather::Site;

/// How two control numbers compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compared {
    Same,
    Zeros,
    Different,
}

/// Findings about a trailer: SE of a set, GE of a group, IEA of an interchange.
pub(super) struct Trailer<'a> {
    /// The segment.
    pub(super) segment: &'a Segment<'a>,
    /// Its position in the set; 0 outside.
    pub(super) position: u32,
    /// What it closes.
    pub(super) at: At,
    /// What was counted.
    pub(super) counted: u32,
    /// The control number of the header, as sent.
    pub(super) control: &'a [u8],
    /// Whether what is tolerated is an error.
    pub(super) strict: bool,
}

impl Trailer<'_> {
    /// The findings: at most one about the count and one about the number.
    pub(super) fn judge(&self) -> impl Iterator<Item = Finding> {
        self.count().into_iter().chain(self.number())
    }

    fn count(&self) -> Option<Finding> {
        let declared = printable(self.segment.element(1));
        let sound = declared.trim().parse::<u32>().ok() == Some(self.counted);
        let fault = match self.at {
            At::Set => Fault::SegmentCount { counted: self.counted },
            At::Group => Fault::SetCount { counted: self.counted },
            _ => Fault::Interchange { note: 21, expected: self.counted.to_string().into() },
        };
        let site = || Site::element(self.segment, self.position, 1);
        (!sound).then(|| site().finding(self.at, fault))
    }

    fn number(&self) -> Option<Finding> {
        let site = || Site::element(self.segment, self.position, 2);
        match compare(self.segment.element(2), self.control) {
            Compared::Same => None,
            Compared::Zeros => {
                let finding = site().finding(self.at, Fault::Tolerated(Oddity::LeadingZeros));
                let level = if self.strict { Level::Error } else { Level::Warning };
                Some(Finding { level, ..finding })
            }
            Compared::Different => {
                let expected = printable(self.control);
                let fault = match self.at {
                    At::Set => Fault::SetControlDiffers { expected },
                    At::Group => Fault::GroupControlDiffers { expected },
                    _ => Fault::Interchange { note: 1, expected },
                };
                Some(site().finding(self.at, fault))
            }
        }
    }
}

fn compare(sent: &[u8], expected: &[u8]) -> Compared {
    let zeros = |text: &[u8]| text.iter().take_while(|&&byte| byte == b'0').count();
    let (sent, expected) = (sent.trim_ascii(), expected.trim_ascii());
    let tail = |text: &[u8]| text.get(zeros(text)..).unwrap_or_default().to_vec();
    let digits = sent.iter().chain(expected).all(u8::is_ascii_digit);
    if sent == expected {
        Compared::Same
    } else if digits && !sent.is_empty() && tail(sent) == tail(expected) {
        Compared::Zeros
    } else {
        Compared::Different
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_without_leading_zeros_and_blanks() {
        assert_eq!(compare(b"000000905", b"000000905"), Compared::Same);
        assert_eq!(compare(b"905 ", b"905"), Compared::Same);
        assert_eq!(compare(b"905", b"000000905"), Compared::Zeros);
        assert_eq!(compare(b"0", b"000"), Compared::Zeros);
        assert_eq!(compare(b"", b"000"), Compared::Different);
        assert_eq!(compare(b"906", b"905"), Compared::Different);
        assert_eq!(compare(b"0A", b"A"), Compared::Different);
    }
}
