//! `record NAME VERSION`: the fields of a canonical record and its parts (GRAMMAR.md 9).

use super::lines::Block;
use super::words::{Parsed, Words};
use super::{Reader, head_origin};
use crate::grammar::error::GrammarError;
use crate::grammar::line::Origin;
use crate::grammar::record::{Field, FieldKind, Part, Record};

/// Parses a record.
///
/// # Errors
///
/// Everything that is wrong with the text, in the order of its lines.
pub fn parse_record(text: &str, file: &str) -> Result<Record, Vec<GrammarError>> {
    let mut reader = Reader::new(file);
    let blocks = reader.blocks(text);
    let mut record = Record::default();
    let Some((head, rest)) = blocks.split_first() else { return reader.finish(record) };
    if let Some((name, version, prose)) = reader.line(head, head_line) {
        (record.name, record.version, record.prose) = (name, version, prose);
    }
    record.origin = head_origin(head, &[]);
    record.fields = reader.fields(&head.children);
    for block in rest {
        if Words::new(block.text).peek() != "part" {
            reader.unknown(block, "part, or a field deeper than the record", &["part"]);
            continue;
        }
        let head = reader.line(block, |words| {
            words.expect("part")?;
            Ok((words.name("the name of a part")?, words.prose()?))
        });
        let fields = reader.fields(&block.children);
        let Some((name, prose)) = head else { continue };
        if record.parts.iter().any(|part| part.name == name) || is_type(&name) {
            let sentence = format!("{name} is already a type");
            reader.blame(block, sentence, "give the part another name");
        }
        record.parts.push(Part { origin: block.origin(), name, prose, fields });
    }
    reader.finish(record)
}

fn head_line(words: &mut Words<'_>) -> Parsed<(String, u32, String)> {
    words.expect("record")?;
    let name = words.name("the name of a record")?;
    let version = words.number("a version", 1, 9_999)?;
    Ok((name, version, words.prose()?))
}

impl Reader<'_> {
    fn fields(&mut self, blocks: &[Block<'_>]) -> Vec<Field> {
        let mut fields: Vec<Field> = Vec::new();
        for block in blocks {
            let Some(field) = self.leaf(block, field) else { continue };
            if fields.iter().any(|other| other.name == field.name) {
                let sentence = format!("field {} is said twice", field.name);
                self.blame(block, sentence, "keep one of the lines");
            }
            fields.push(Field { origin: block.origin(), ..field });
        }
        fields
    }
}

/// `lines  must list line  What is ordered`.
fn field(words: &mut Words<'_>) -> Parsed<Field> {
    let name = words.name("the name of a field")?;
    let requirement = words.presence()?;
    let list = words.eat("list");
    let kind = words.name("a type or the name of a part")?;
    let kind = TYPES
        .iter()
        .find(|(word, _)| *word == kind)
        .map_or(FieldKind::Part(kind), |(_, kind)| kind.clone());
    let prose = words.prose()?;
    Ok(Field { origin: Origin::default(), name, requirement, list, kind, prose })
}

/// Words a part cannot have for its name.
fn is_type(word: &str) -> bool {
    word == "list" || TYPES.iter().any(|(name, _)| *name == word)
}

const TYPES: [(&str, FieldKind); 7] = [
    ("text", FieldKind::Text),
    ("decimal", FieldKind::Decimal),
    ("integer", FieldKind::Integer),
    ("date", FieldKind::Date),
    ("time", FieldKind::Time),
    ("moment", FieldKind::Moment),
    ("word", FieldKind::Word),
];
