//! Defects put into a sample on purpose, for people who learn to read findings and for tests of
//! whoever looks for them.

use super::chance::Chance;
use super::draft::Line;
use crate::grammar::schema::{ElementContent, Schema, SimpleRule};
use crate::grammar::segments::Kind;

/// One defect and where it was put.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defect {
    /// ST02 of the set.
    pub set: String,
    /// Position of the segment, ST being 1; of a segment taken out, the one it had.
    pub position: usize,
    /// Segment id.
    pub segment: String,
    /// What was done, in words.
    pub what: String,
}

/// Damages `lines` in one place; none when this kind of defect finds no place in them.
pub(super) fn damage(
    chance: &mut Chance,
    schema: &Schema,
    lines: &mut Vec<Line>,
    set: &str,
) -> Option<Defect> {
    for _ in 0..ATTEMPTS {
        let last = u32::try_from(lines.len().checked_sub(1)?).unwrap_or(u32::MAX);
        let index = usize::try_from(chance.between(0, last)).unwrap_or(0);
        let line = lines.get_mut(index)?;
        let segment = line.id.clone();
        let what = match chance.between(0, 7) {
            0 => missing(schema, lines, index),
            1 => unknown(lines, index),
            2 => Some(too_many(schema, line)?),
            kind => element(chance, schema, line, kind),
        };
        if let Some(what) = what {
            return Some(Defect { set: set.to_owned(), position: index + 2, segment, what });
        }
    }
    None
}

/// Tries to find a place where a kind of defect is possible.
const ATTEMPTS: usize = 40;

fn missing(schema: &Schema, lines: &mut Vec<Line>, index: usize) -> Option<String> {
    let line = lines.get(index)?;
    let node = schema.nodes.get(line.node.index())?;
    let alone = lines.iter().filter(|other| other.node == line.node).count() == 1;
    let trigger = schema.nodes.get(node.parent.index())?.children.first() == Some(&line.node);
    if node.min == 0 || !alone || (trigger && node.parent.index() != 0) {
        return None;
    }
    let id = line.id.clone();
    lines.remove(index);
    Some(format!("the required {id} was taken out"))
}

fn unknown(lines: &mut Vec<Line>, index: usize) -> Option<String> {
    let node = lines.get(index)?.node;
    let stray = Line { node, id: "ZZZ".to_owned(), elements: vec!["1".to_owned()] };
    lines.insert(index, stray);
    Some("an unknown segment ZZZ was put before it".to_owned())
}

fn too_many(schema: &Schema, line: &mut Line) -> Option<String> {
    let node = schema.nodes.get(line.node.index())?;
    let defined = schema.segments.get(node.segment)?.elements.len();
    line.elements.resize(defined, String::new());
    line.elements.push("EXTRA".to_owned());
    Some(format!("an element was added after the last of {defined}"))
}

fn element(chance: &mut Chance, schema: &Schema, line: &mut Line, kind: u32) -> Option<String> {
    let node = schema.nodes.get(line.node.index())?;
    let rules = &schema.segments.get(node.segment)?.elements;
    let last = u32::try_from(line.elements.len()).ok()?;
    let position = usize::try_from(chance.between(1, last)).ok()?;
    let rule = rules.get(position - 1)?;
    let ElementContent::Simple(simple) = &rule.content else { return None };
    let place = line.elements.get_mut(position - 1).filter(|text| !text.is_empty())?;
    let (text, what) = match kind {
        3 if rule.must => (String::new(), "the required element was emptied"),
        4 => (too_long(simple)?, "the element was made too long"),
        5 if matches!(simple.kind, Kind::R | Kind::N(_)) => {
            ("ABC".to_owned(), "the number was replaced by letters")
        }
        6 if simple.kind == Kind::Dt => {
            let day = if simple.max < 8 { "991332" } else { "20991332" };
            (day.to_owned(), "the date was replaced by one that no month has")
        }
        7 => {
            let list = schema.code_lists.get(simple.codes?)?;
            let length = usize::try_from(simple.min).ok()?.max(1);
            let code: String = "~?^!".chars().skip(1).cycle().take(length).map(|_| 'Q').collect();
            let known = list.codes.iter().any(|(other, ..)| *other == code);
            if !list.closed || known {
                return None;
            }
            (code, "the code was replaced by one that is not listed")
        }
        _ => return None,
    };
    *place = text;
    Some(format!("{what}: {position:02}"))
}

fn too_long(rule: &SimpleRule) -> Option<String> {
    let length = usize::try_from(rule.max.checked_add(1)?).ok().filter(|length| *length < 500)?;
    match rule.kind {
        Kind::An | Kind::Id => Some("X".repeat(length)),
        Kind::R | Kind::N(_) => Some("1".repeat(length)),
        Kind::Dt | Kind::Tm | Kind::B => None,
    }
}
