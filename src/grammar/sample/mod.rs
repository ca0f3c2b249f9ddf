//! Valid synthetic interchanges from a schema, a map and a seed.
//!
//! A sample satisfies requirement, order, repetition, types, lengths, closed codes, relations,
//! conditions, trees and the guide in force; where the map states sums, they hold. It is for
//! partners who want to see what we expect, for tests, and for measuring. Everything in it is
//! invented. The same source, seed and options give the same bytes.
//!
//! ```
//! use edigate::grammar::library::Library;
//! use edigate::grammar::sample::{Options, Source, interchange};
//!
//! let found = Library::shipped().resolve("004010", "850", None);
//! let source = Source::of(&found).unwrap();
//! let sample = interchange(&source, &Options::default());
//! let text = String::from_utf8(sample.bytes).unwrap();
//! assert!(text.starts_with("ISA*00*") && text.contains("\nBEG*"));
//! ```

mod chance;
mod choice;
mod content;
mod defect;
mod draft;
mod record;
pub(in crate::grammar) mod scope;
mod tree;
mod value;

use std::io::{self, Write};

use jiff::civil::Date;

use super::library::Resolution;
use super::map::{MapLine, MapText};
use super::schema::{NodeId, Schema};
use super::segments::Kind;
use chance::Chance;
pub use defect::Defect;
use draft::{Draft, Line};
use record::Correction;

/// What a sample is made from.
#[derive(Clone, Debug)]
pub struct Source<'a> {
    /// The structure, with its guide.
    pub schema: &'a Schema,
    /// The map: it says which of the many optional segments are worth showing.
    pub map: Option<&'a MapText>,
    /// `parts.map`.
    pub parts: Option<&'a MapText>,
    /// Map lines of the guides, the one nearest the partner first.
    pub guide_lines: Vec<&'a [MapLine]>,
}

impl<'a> Source<'a> {
    /// What is in force for a set; none when no grammar is known for it.
    #[must_use]
    pub fn of(found: &'a Resolution) -> Option<Self> {
        Some(Self {
            schema: found.schema.as_deref()?,
            map: found.map.as_deref(),
            parts: found.parts.as_deref(),
            guide_lines: found.guide_map.iter().rev().map(|(_, lines)| lines.as_slice()).collect(),
        })
    }
}

/// How much stands in a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// What partners usually send: what must, and most of what the map reads.
    #[default]
    Small,
    /// All kinds of optional segments and elements as well.
    Full,
    /// As small, with so many lines (of the loop or the tree level that carries them).
    Lines(u32),
}

/// How to make a sample.
#[derive(Clone, Debug)]
pub struct Options {
    /// Decides all that chance does.
    pub seed: u64,
    /// How much stands in a set.
    pub size: Size,
    /// Sets in the one group.
    pub sets: u32,
    /// Defects to put in.
    pub defects: u32,
    /// The day in the envelope; dates in the sets are this day or up to a month later.
    pub date: Date,
    /// Sender in ISA06 and GS02; qualifier ZZ.
    pub sender: String,
    /// Receiver in ISA08 and GS03; qualifier ZZ.
    pub receiver: String,
    /// ISA13 and, without its zeros, GS06.
    pub control: u32,
    /// ISA15: production rather than test.
    pub production: bool,
    /// Whether each segment stands on its own line.
    pub lines: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            seed: 1,
            size: Size::Small,
            sets: 1,
            defects: 0,
            date: Date::constant(2024, 3, 15),
            sender: "SAMPLESENDER".to_owned(),
            receiver: "SAMPLERECEIVER".to_owned(),
            control: 1,
            production: false,
            lines: true,
        }
    }
}

/// A sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// One interchange.
    pub bytes: Vec<u8>,
    /// What was damaged on purpose.
    pub defects: Vec<Defect>,
}

/// One interchange with [`Options::sets`] sets.
#[must_use]
pub fn interchange(source: &Source<'_>, options: &Options) -> Sample {
    let mut sample = Sample { bytes: Vec::new(), defects: Vec::new() };
    let mut chance = Chance::new(options.seed);
    let sets = options.sets.max(1);
    opening(source.schema, options, &mut sample.bytes);
    for number in 1..=sets {
        // Spread over the sets, the earlier ones getting the rest.
        let damage = options.defects / sets + u32::from(number <= options.defects % sets);
        let defects = set(source, options, number, damage, &mut chance, &mut sample.bytes);
        sample.defects.extend(defects);
    }
    closing(options, sets, &mut sample.bytes);
    sample
}

/// A segment of a sample, with the node it stands at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The node: a segment, also for the trigger of a loop.
    pub node: NodeId,
    /// Segment id.
    pub id: String,
    /// Elements from 01; components are joined by `:`.
    pub elements: Vec<String>,
}

/// The segments of one set between ST and SE, for a page that explains them.
#[must_use]
pub fn placed(source: &Source<'_>, options: &Options) -> Vec<Placed> {
    let mut chance = Chance::new(options.seed);
    let lines = body(source, options, &mut chance);
    let placed = |line: Line| Placed { node: line.node, id: line.id, elements: line.elements };
    lines.into_iter().map(placed).collect()
}

/// Writes one interchange of at least `bytes` bytes, set by set, and says how many sets it has.
///
/// # Errors
///
/// What `to` fails with.
pub fn write_at_least(
    source: &Source<'_>,
    options: &Options,
    bytes: u64,
    to: &mut impl Write,
) -> io::Result<u32> {
    let mut chance = Chance::new(options.seed);
    let mut buffer = Vec::new();
    let mut written = 0;
    let mut sets = 0;
    opening(source.schema, options, &mut buffer);
    while written < bytes && sets < MOST_SETS {
        sets += 1;
        set(source, options, sets, 0, &mut chance, &mut buffer);
        to.write_all(&buffer)?;
        written = written.saturating_add(u64::try_from(buffer.len()).unwrap_or(u64::MAX));
        buffer.clear();
    }
    closing(options, sets, &mut buffer);
    to.write_all(&buffer)?;
    Ok(sets)
}

/// GE01 has six digits.
const MOST_SETS: u32 = 999_999;
/// Separators of a sample; no value of ours contains them.
const ELEMENT: char = '*';
pub(super) const COMPONENT: char = ':';
const REPETITION: char = '^';
const TERMINATOR: char = '~';

/// Writes segments.
struct Output<'b> {
    bytes: &'b mut Vec<u8>,
    lines: bool,
}

impl Output<'_> {
    fn segment<T: AsRef<str>>(&mut self, id: &str, elements: &[T]) {
        self.bytes.extend_from_slice(id.as_bytes());
        let mut separator = [0; 4];
        for element in elements {
            self.bytes.extend_from_slice(ELEMENT.encode_utf8(&mut separator).as_bytes());
            self.bytes.extend_from_slice(element.as_ref().as_bytes());
        }
        self.bytes.extend_from_slice(TERMINATOR.encode_utf8(&mut separator).as_bytes());
        if self.lines {
            self.bytes.push(b'\n');
        }
    }
}

fn opening(schema: &Schema, options: &Options, bytes: &mut Vec<u8>) {
    let mut output = Output { bytes, lines: options.lines };
    let wide = |text: &str| format!("{:<15}", text.chars().take(15).collect::<String>());
    let short = |text: &str| text.chars().take(15).collect::<String>();
    let (repetition, version) = match schema.release.get(..6) {
        Some(release) if release < "004020" => ("U".to_owned(), "00401".to_owned()),
        Some(release) => (REPETITION.to_string(), release.chars().take(5).collect()),
        None => ("U".to_owned(), "00401".to_owned()),
    };
    let control = format!("{:09}", options.control);
    output.segment(
        "ISA",
        &[
            "00",
            "          ",
            "00",
            "          ",
            "ZZ",
            &wide(&options.sender),
            "ZZ",
            &wide(&options.receiver),
            &value::date(options.date, 6),
            "1200",
            &repetition,
            &version,
            &control,
            "0",
            if options.production { "P" } else { "T" },
            &COMPONENT.to_string(),
        ],
    );
    let day = value::date(options.date, if schema.release.as_str() < "004010" { 6 } else { 8 });
    output.segment(
        "GS",
        &[
            schema.group.as_str(),
            &short(&options.sender),
            &short(&options.receiver),
            &day,
            "1200",
            &options.control.to_string(),
            "X",
            &schema.release,
        ],
    );
}

fn closing(options: &Options, sets: u32, bytes: &mut Vec<u8>) {
    let mut output = Output { bytes, lines: options.lines };
    output.segment("GE", &[sets.to_string(), options.control.to_string()]);
    output.segment("IEA", &["1".to_owned(), format!("{:09}", options.control)]);
}

/// The segments between ST and SE, sums mended.
fn body(source: &Source<'_>, options: &Options, chance: &mut Chance) -> Vec<Line> {
    let seed = Chance::new(chance.next());
    let draft = Draft::new(source, seed, options.size, options.date);
    let (mut lines, noted) = draft.set(source);
    for correction in noted.corrections() {
        correct(source.schema, &mut lines, &correction);
    }
    lines
}

/// Writes one set, damaged in so many places.
fn set(
    source: &Source<'_>,
    options: &Options,
    number: u32,
    damage: u32,
    chance: &mut Chance,
    bytes: &mut Vec<u8>,
) -> Vec<Defect> {
    let schema = source.schema;
    let mut lines = body(source, options, chance);
    let control = format!("{number:04}");
    let defects =
        (0..damage).filter_map(|_| defect::damage(chance, schema, &mut lines, &control)).collect();
    let mut output = Output { bytes, lines: options.lines };
    let mut opening = vec![schema.set.clone(), control.clone()];
    if schema.from_005010 && schema.release.len() > 6 {
        opening.push(schema.release.clone());
    }
    output.segment("ST", &opening);
    for line in &lines {
        output.segment(&line.id, &line.elements);
    }
    output.segment("SE", &[(lines.len() + 2).to_string(), control]);
    defects
}

/// Puts a sum where it belongs, if it can stand there.
fn correct(schema: &Schema, lines: &mut [Line], correction: &Correction) {
    let Some(line) = lines.get_mut(correction.line) else { return };
    let node = schema.nodes.get(line.node.index());
    let rule = node.and_then(|node| schema.segments.get(node.segment));
    let index = usize::from(correction.element).saturating_sub(1);
    let Some(super::schema::ElementContent::Simple(rule)) =
        rule.and_then(|rule| rule.elements.get(index)).map(|element| &element.content)
    else {
        return;
    };
    let there = line.elements.get(index).is_some_and(|text| !text.is_empty());
    if !there && !correction.fill {
        return;
    }
    let value = correction.value.normalize();
    let text = match rule.kind {
        Kind::N(decimals) => {
            let scale = rust_decimal::Decimal::from(10u64.saturating_pow(u32::from(decimals)));
            let Some(shifted) = value.checked_mul(scale).map(|value| value.normalize()) else {
                return;
            };
            shifted.to_string()
        }
        // Money keeps its cents.
        _ if line.elements.get(index).is_some_and(|text| text.contains('.')) => {
            format!("{:.2}", correction.value)
        }
        _ => value.to_string(),
    };
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let short = u32::try_from(digits).is_ok_and(|digits| digits <= rule.max);
    let whole = !matches!(rule.kind, Kind::N(_)) || !text.contains('.');
    if short && whole {
        if line.elements.len() <= index {
            line.elements.resize(index + 1, String::new());
        }
        if let Some(place) = line.elements.get_mut(index) {
            *place = text;
        }
    }
}
