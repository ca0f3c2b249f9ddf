//! Grammar texts to trees: one parser a kind of text, all on the same line reader.
//!
//! Parsing is in three layers: `lines` cuts a text into blocks by indentation, `words` reads
//! the words of one line with nom, and a file a kind says which lines may stand where. A line
//! that is wrong is reported and left out, and the rest is read on, so that all errors of a text
//! are reported at once. Nothing here looks beyond the one text; what needs another text
//! (segments of the release, fields of the record) is the compiler's.

mod codes;
mod expression;
mod guide;
mod lines;
mod map;
mod record;
mod segments;
mod structure;
mod words;

pub use codes::parse_codes;
pub use guide::parse_guide;
pub use map::parse_map;
pub use record::parse_record;
pub use segments::parse_segments;
pub use structure::parse_structure;

use super::codes::CodeLists;
use super::error::GrammarError;
use super::guide::Guide;
use super::line::Origin;
use super::map::MapText;
use super::record::Record;
use super::segments::Segments;
use super::structure::Structure;
use lines::Block;
use words::{Fault, Parsed, Words};

/// A text of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Text {
    /// `grammar x12 004010 850`.
    Structure(Structure),
    /// `segments x12 004010`.
    Segments(Segments),
    /// `codelists x12 004010`.
    Codes(CodeLists),
    /// `guide acme-retail 850`.
    Guide(Guide),
    /// `map 850 purchase_order`.
    Map(MapText),
    /// `record purchase_order 1`.
    Record(Record),
}

/// Parses a text of the kind its first word says.
///
/// ```
/// use edigate::grammar::syntax::{Text, parse_any};
/// let text = parse_any("codelists x12 004010\n\ncodes 353\n  00  original\n", "codes.grammar");
/// assert!(matches!(text, Ok(Text::Codes(_))));
/// let errors = parse_any("gramar x12 004010 850\n", "850.grammar").unwrap_err();
/// assert_eq!(
///     errors[0].to_string(),
///     "850.grammar:1:1: \"gramar\" is not a kind of text; did you mean grammar?"
/// );
/// ```
///
/// # Errors
///
/// Everything that is wrong with the text, in the order of its lines.
pub fn parse_any(text: &str, file: &str) -> Result<Text, Vec<GrammarError>> {
    let first = text.trim_start_matches('\u{feff}').split('\n').find(|line| {
        let line = line.trim_start_matches(' ');
        !line.trim_end_matches('\r').is_empty() && !line.starts_with('#')
    });
    match Words::new(first.unwrap_or("").trim_end_matches('\r')).peek() {
        "grammar" => parse_structure(text, file).map(Text::Structure),
        "segments" => parse_segments(text, file).map(Text::Segments),
        "codelists" => parse_codes(text, file).map(Text::Codes),
        "guide" => parse_guide(text, file).map(Text::Guide),
        "map" => parse_map(text, file).map(Text::Map),
        "record" => parse_record(text, file).map(Text::Record),
        _ => {
            let mut reader = Reader::new(file);
            let blocks = reader.blocks(text);
            if let Some(block) = blocks.first() {
                let words = Words::new(block.text);
                reader.report(block, words.expected_one("a kind of text", &KINDS));
            }
            // Never Ok: an empty text has its own error, any other just got one.
            reader.finish(()).and(Err(Vec::new()))
        }
    }
}

/// The bytes of a file as text.
///
/// # Errors
///
/// When they are not UTF-8, with the line of the first byte that is not.
pub fn decode<'a>(bytes: &'a [u8], file: &str) -> Result<&'a str, GrammarError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
        let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
        let start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(before.get(start..).unwrap_or_default());
        let narrow = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (line, column) = (narrow(line), narrow(column.chars().count() + 1));
        GrammarError::at(file, line, column, "this is not UTF-8").hint("save the text as UTF-8")
    })
}

const KINDS: [&str; 6] = ["grammar", "segments", "codelists", "guide", "map", "record"];

/// One text being parsed: its name, and what was found wrong so far.
struct Reader<'f> {
    file: &'f str,
    errors: Vec<GrammarError>,
}

impl<'f> Reader<'f> {
    fn new(file: &'f str) -> Self {
        Self { file, errors: Vec::new() }
    }

    /// The blocks of `text`; none is an error.
    fn blocks<'a>(&mut self, text: &'a str) -> Vec<Block<'a>> {
        let blocks = lines::blocks(text, self.file, &mut self.errors);
        if blocks.is_empty() && self.errors.is_empty() {
            let error = GrammarError::at(self.file, 1, 1, "the text is empty");
            self.errors.push(error.hint(format!("begin it with one of: {}", KINDS.join(", "))));
        }
        blocks
    }

    fn report(&mut self, block: &Block<'_>, fault: Fault) {
        self.errors.push(GrammarError {
            file: self.file.to_owned(),
            line: block.number,
            column: fault.column,
            sentence: fault.sentence,
            hint: fault.hint,
            length: fault.length,
        });
    }

    /// Reports `sentence` for the whole of a line.
    fn blame(&mut self, block: &Block<'_>, sentence: impl Into<String>, hint: &str) {
        self.report(block, Words::new(block.text).fault(sentence).hint(hint));
    }

    /// Reads a line to its end.
    fn line<'a, T>(
        &mut self,
        block: &Block<'a>,
        parse: impl FnOnce(&mut Words<'a>) -> Parsed<T>,
    ) -> Option<T> {
        let mut words = Words::new(block.text);
        let parsed = parse(&mut words).and_then(|value| words.end().map(|()| value));
        parsed.map_err(|fault| self.report(block, fault)).ok()
    }

    /// Reads a line that nothing deeper may follow.
    fn leaf<'a, T>(
        &mut self,
        block: &Block<'a>,
        parse: impl FnOnce(&mut Words<'a>) -> Parsed<T>,
    ) -> Option<T> {
        self.no_children(block);
        self.line(block, parse)
    }

    fn no_children(&mut self, block: &Block<'_>) {
        if let Some(child) = block.children.first().filter(|child| !child.misplaced) {
            let word = Words::new(block.text).peek();
            let sentence = format!("nothing may stand deeper than {word}");
            self.blame(child, sentence, "indent it like the line above");
        }
    }

    /// Takes a header value, which may be said once.
    fn once<T>(&mut self, block: &Block<'_>, place: &mut Option<T>, value: Option<T>) {
        if place.is_some() {
            let word = Words::new(block.text).peek();
            self.blame(block, format!("{word} is said twice"), "keep one of the lines");
        }
        *place = value.or_else(|| place.take());
    }

    /// The result, or everything that was wrong, by line.
    fn finish<T>(mut self, value: T) -> Result<T, Vec<GrammarError>> {
        if self.errors.is_empty() {
            return Ok(value);
        }
        self.errors.sort_by_key(|error| (error.line, error.column));
        Err(self.errors)
    }
}

/// The origin of a head line, with the comments of the header lines that keep none themselves.
fn head_origin(head: &Block<'_>, headers: &[&Block<'_>]) -> Origin {
    let mut origin = head.origin();
    origin.comments.extend(headers.iter().flat_map(|header| header.comments.iter().cloned()));
    origin
}
