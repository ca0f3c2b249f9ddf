//! Trees to canonical text, and the identity of a text (GRAMMAR.md 1).
//!
//! `parse(print(x)) == x` and `print(parse(print(x))) == print(x)` hold for every tree that a
//! parser can give. The page is made of rows of cells (`page`); a file a kind says which rows.
//!
//! ```
//! use edigate::grammar::print::print;
//! use edigate::grammar::syntax::parse_any;
//! let text = "codelists x12 004010\ncodes 353\n  00 original The first\n  0123 other\n";
//! let canonical = print(&parse_any(text, "codes.grammar").unwrap());
//! assert_eq!(canonical, "\
//! codelists x12 004010
//!
//! codes 353
//!   00    original  The first
//!   0123  other
//! ");
//! ```

mod codes;
mod guide;
mod map;
mod page;
mod record;
mod segments;
mod structure;
mod words;

use super::syntax::Text;
use crate::vocabulary::digest::Digest;
pub use page::Row;
pub(crate) use words::condition;

/// What has a canonical print: the six kinds of text, and [`Text`] for any of them.
pub trait Printed {
    /// The lines of the print.
    fn rows(&self) -> Vec<Row>;
}

/// The canonical print of a text, with its comments.
#[must_use]
pub fn print(text: &impl Printed) -> String {
    page::page(&text.rows(), true)
}

/// The identity of a text: SHA-256 of its canonical print without comments, so that neither
/// layout nor remarks change it.
///
/// ```
/// use edigate::grammar::print::identity;
/// use edigate::grammar::syntax::parse_record;
/// let one = parse_record("record order 1\n  name must text\n", "a").unwrap();
/// let two = parse_record("# ours\nrecord  order  1\n  name  must  text\n", "b").unwrap();
/// assert_eq!(identity(&one), identity(&two));
/// ```
#[must_use]
pub fn identity(text: &impl Printed) -> Digest {
    Digest::of(page::page(&text.rows(), false).as_bytes())
}

impl Printed for Text {
    fn rows(&self) -> Vec<Row> {
        match self {
            Self::Structure(text) => text.rows(),
            Self::Segments(text) => text.rows(),
            Self::Codes(text) => text.rows(),
            Self::Guide(text) => text.rows(),
            Self::Map(text) => text.rows(),
            Self::Record(text) => text.rows(),
        }
    }
}

/// Header lines that may be absent.
fn headers(lines: &[(&str, Option<String>)]) -> Vec<Row> {
    let header = |(word, value): &(&str, Option<String>)| {
        value.as_ref().map(|value| Row::header(&[], word, value.as_str()))
    };
    lines.iter().filter_map(header).collect()
}

/// A text that is there.
fn said(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
