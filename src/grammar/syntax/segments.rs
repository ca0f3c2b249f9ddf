//! `segments x12 RELEASE`: segments, composites, their elements and relations (GRAMMAR.md 3).

use std::collections::BTreeMap;

use super::lines::Block;
use super::structure::family;
use super::words::{Parsed, Words, is_name, is_number, is_plain};
use super::{Reader, head_origin};
use crate::grammar::error::GrammarError;
use crate::grammar::line::Origin;
use crate::grammar::segments::{Content, Definition, ElementLine, Kind, Note, Relation, Segments};

/// Parses the segments of a release.
///
/// # Errors
///
/// Everything that is wrong with the text, in the order of its lines.
pub fn parse_segments(text: &str, file: &str) -> Result<Segments, Vec<GrammarError>> {
    let mut reader = Reader::new(file);
    let blocks = reader.blocks(text);
    let mut segments = Segments::default();
    let Some((head, rest)) = blocks.split_first() else { return reader.finish(segments) };
    if let Some(release) = reader.leaf(head, |words| release_head(words, "segments")) {
        segments.release = release;
    }
    let mut headers = Vec::new();
    for block in rest {
        match Words::new(block.text).peek() {
            "segment" | "composite" => {
                let Some(item) = reader.definition(block) else { continue };
                if segments.items.iter().any(|other| other.id == item.id) {
                    reader.blame(block, format!("{} is said twice", item.id), "keep one of them");
                }
                segments.items.push(item);
            }
            "extends" => {
                let value = reader.leaf(block, extends);
                reader.once(block, &mut segments.extends, value);
                headers.push(block);
            }
            _ => reader.unknown(block, "a line of this text", &["segment", "composite", "extends"]),
        }
    }
    segments.origin = head_origin(head, &headers);
    reader.finish(segments)
}

/// `KIND x12 RELEASE`, where the release may be `envelope`.
pub(super) fn release_head(words: &mut Words<'_>, kind: &str) -> Parsed<String> {
    words.expect(kind)?;
    family(words)?;
    if words.eat("envelope") { Ok("envelope".to_owned()) } else { words.release() }
}

/// `extends RELEASE`.
pub(super) fn extends(words: &mut Words<'_>) -> Parsed<String> {
    words.expect("extends")?;
    if words.eat("envelope") { Ok("envelope".to_owned()) } else { words.release() }
}

impl Reader<'_> {
    fn definition(&mut self, block: &Block<'_>) -> Option<Definition> {
        let origin = block.origin();
        let head = self.line(block, |words| {
            let composite = words.one_of("a line", &[("segment", false), ("composite", true)])?;
            let id =
                if composite { words.word("a composite id", is_composite)? } else { words.id()? };
            Ok(Definition {
                origin,
                composite,
                id,
                prose: words.prose()?,
                elements: Vec::new(),
                notes: Vec::new(),
            })
        });
        let mut elements: Vec<ElementLine> = Vec::new();
        let mut taken = BTreeMap::new();
        let mut notes = Vec::new();
        for child in &block.children {
            if is_note(child) {
                notes.extend(self.leaf(child, note).map(|note| (child, note)));
                continue;
            }
            let Some(element) = self.leaf(child, element) else { continue };
            let element = ElementLine { origin: child.origin(), ..element };
            self.positions_are_free(child, &element, &mut taken);
            elements.push(element);
        }
        let definition = head?;
        self.relations_fit(&definition.id, &elements, &notes);
        let notes = notes
            .into_iter()
            .map(|(block, note)| Note { origin: block.origin(), ..note })
            .collect();
        Some(Definition { elements, notes, ..definition })
    }

    /// Two lines may not define one position: `taken` is by position the line that has it.
    fn positions_are_free(
        &mut self,
        block: &Block<'_>,
        line: &ElementLine,
        taken: &mut BTreeMap<u8, u32>,
    ) {
        let clash = positions(line).find_map(|at| taken.get(&at).map(|other| (at, *other)));
        if let Some((position, other)) = clash {
            let sentence = format!("element {position:02} is already taken by line {other}");
            self.blame(block, sentence, "each position is said once");
        }
        taken.extend(positions(line).map(|at| (at, block.number)));
    }

    /// A relation speaks of elements that are there.
    fn relations_fit(&mut self, id: &str, elements: &[ElementLine], notes: &[(&Block<'_>, Note)]) {
        let count = elements.iter().flat_map(positions).max().unwrap_or(0);
        for (block, note) in notes {
            let first = note.positions.first().copied().unwrap_or(0);
            let shift = note.repeat.map_or(0, |(_, last)| last.saturating_sub(first));
            let highest = note.positions.iter().copied().max().unwrap_or(0).saturating_add(shift);
            if highest > count {
                let said = block.text.trim_start_matches(' ');
                let sentence = format!("{id} says \"{said}\", but has {count} elements");
                self.blame(block, sentence, "mend the numbers, or add the elements");
            }
        }
    }
}

/// All positions an element line defines.
fn positions(line: &ElementLine) -> impl Iterator<Item = u8> {
    let (last, step) = line.run.unwrap_or((line.first, 1));
    (line.first..=last).step_by(usize::from(step.max(1)))
}

/// Whether a line is a relation: an element line has a dictionary number in second place.
fn is_note(block: &Block<'_>) -> bool {
    let words = Words::new(block.text);
    matches!(words.peek(), "if" | "at" | "only") || words.after().peek() == "and"
}

fn is_composite(word: &str) -> bool {
    word.len() >= 3 && word.len() <= 5 && word.strip_prefix(['C', 'S']).is_some_and(is_number)
}

fn element(words: &mut Words<'_>) -> Parsed<ElementLine> {
    let (first, run) = run(words)?;
    let composite = is_composite(words.peek());
    let dictionary = words
        .word("a dictionary number or a composite", |word| is_plain(word) && word.len() <= 6)?;
    let requirement = words.requirement()?;
    let mut content = if composite {
        words.expect("composite")?;
        Content::Composite(dictionary)
    } else {
        let kind = kind(words)?;
        let (min, max) = words.range("a range of lengths", 1, u32::MAX)?;
        Content::Simple { dictionary, kind, min, max, codes: None }
    };
    let repeats = repeats(words)?;
    if let Content::Simple { codes, .. } = &mut content
        && words.eat("in")
    {
        *codes = Some(words.word("a code list", is_list)?);
    }
    let name = words.name("an element name")?;
    let prose = words.prose()?;
    let origin = Origin::default();
    Ok(ElementLine { origin, first, run, content, requirement, repeats, name, prose })
}

/// The name of a code list: a dictionary number or a name.
pub(super) fn is_list(word: &str) -> bool {
    !word.is_empty() && (is_plain(word) || is_name(word))
}

/// `06`, or `06..24 by 2`.
fn run(words: &mut Words<'_>) -> Parsed<(u8, Option<(u8, u8)>)> {
    if !words.peek().contains("..") {
        return Ok((words.position()?, None));
    }
    let narrow = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
    let before = *words;
    let (first, last) = words.range("a run of positions", 1, 99)?;
    words.expect("by")?;
    let step = words.number("a step", 1, 99)?;
    if first == last || (last - first) % step != 0 {
        let sentence = format!("steps of {step} from {first:02} do not reach {last:02}");
        return Err(before.fault(sentence).hint("the last number is the last position of the run"));
    }
    Ok((narrow(first), Some((narrow(last), narrow(step)))))
}

fn kind(words: &mut Words<'_>) -> Parsed<Kind> {
    use Kind::{An, B, Dt, Id, N, R, Tm};
    let kinds = [
        ("AN", An),
        ("ID", Id),
        ("DT", Dt),
        ("TM", Tm),
        ("R", R),
        ("B", B),
        ("N0", N(0)),
        ("N1", N(1)),
        ("N2", N(2)),
        ("N3", N(3)),
        ("N4", N(4)),
        ("N5", N(5)),
        ("N6", N(6)),
        ("N7", N(7)),
        ("N8", N(8)),
        ("N9", N(9)),
    ];
    words.one_of("an element type", &kinds).map_err(|fault| match fault.hint {
        Some(_) => fault,
        None => fault.hint("types are AN ID DT TM R N0 to N9 B"),
    })
}

/// `x5`, or 1.
fn repeats(words: &mut Words<'_>) -> Parsed<u32> {
    let word = words.peek();
    let Some(digits) = word.strip_prefix('x').filter(|digits| is_number(digits)) else {
        return Ok(1);
    };
    match digits.parse() {
        Ok(repeats @ 1..=9_999) => {
            words.eat(word);
            Ok(repeats)
        }
        _ => Err(words.expected("a number of repetitions").hint("it goes from x1 to x9999")),
    }
}

/// `06 and 07 together by 2 to 24`, `at least one of 02 03`, ...
fn note(words: &mut Words<'_>) -> Parsed<Note> {
    let before = *words;
    let (relation, positions) = if words.eat("if") {
        condition_note(words)?
    } else if words.eat("at") {
        words.expect("least")?;
        words.expect("one")?;
        words.expect("of")?;
        (Relation::AtLeastOne, list(words)?)
    } else if words.eat("only") {
        words.expect("one")?;
        words.expect("of")?;
        (Relation::OnlyOne, list(words)?)
    } else {
        let mut positions = vec![words.position()?];
        while words.eat("and") {
            positions.push(words.position()?);
        }
        words.expect("together")?;
        (Relation::Together, positions)
    };
    let repeat = if words.eat("by") {
        let step = words.position()?;
        words.expect("to")?;
        Some((step, words.position()?))
    } else {
        None
    };
    let first = positions.first().copied().unwrap_or(0);
    if let Some((step, last)) = repeat
        && (last <= first || (last - first) % step != 0)
    {
        let sentence = format!("steps of {step} from {first:02} do not reach {last:02}");
        return Err(before
            .fault(sentence)
            .hint("after to stands the first position of the last one"));
    }
    Ok(Note { origin: Origin::default(), relation, positions, repeat })
}

/// `A then B and C`, `A then one of B C`.
fn condition_note(words: &mut Words<'_>) -> Parsed<(Relation, Vec<u8>)> {
    let mut positions = vec![words.position()?];
    words.expect("then")?;
    if words.eat("one") {
        words.expect("of")?;
        positions.extend(list(words)?);
        return Ok((Relation::ThenOne, positions));
    }
    positions.push(words.position()?);
    while words.eat("and") {
        positions.push(words.position()?);
    }
    Ok((Relation::Then, positions))
}

/// Two or more positions.
fn list(words: &mut Words<'_>) -> Parsed<Vec<u8>> {
    let mut positions = vec![words.position()?, words.position()?];
    while is_number(words.peek()) {
        positions.push(words.position()?);
    }
    Ok(positions)
}
