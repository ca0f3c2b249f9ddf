//! A sample message with every element explained beside it.

use super::page::BARS;
use crate::grammar::sample::{COMPONENT, Options, Size, Source, placed};
use crate::grammar::schema::{ElementContent, ElementRule, NodeId, NodeKind, Schema, SimpleRule};
use crate::grammar::segments::Kind;

/// A segment of the example.
pub(super) struct Line {
    /// `BEG*00*SA*4600000406~`.
    pub(super) text: String,
    pub(super) id: String,
    pub(super) prose: String,
    /// Loops it stands in, for the bars.
    pub(super) depth: usize,
    /// Whether it starts a loop.
    pub(super) starts: String,
    pub(super) parts: Vec<Part>,
}

/// An element of the example.
pub(super) struct Part {
    pub(super) at: String,
    pub(super) name: String,
    pub(super) text: String,
    /// What the text means, when it is a code or a date.
    pub(super) meaning: String,
}

/// The seed of the example: the same for every set, so that two guides can be compared.
const SEED: u64 = 5;

/// The lines between ST and SE.
pub(super) fn lines(source: &Source<'_>) -> Vec<Line> {
    let schema = source.schema;
    let options = Options { seed: SEED, size: Size::Lines(1), ..Options::default() };
    placed(source, &options)
        .into_iter()
        .map(|segment| {
            let (depth, starts) = around(schema, segment.node);
            let node = schema.nodes.get(segment.node.index());
            let rule = node.and_then(|node| schema.segments.get(node.segment));
            let elements = rule.map(|rule| rule.elements.as_slice()).unwrap_or_default();
            let prose = match node.map(|node| node.prose.as_str()) {
                Some("") | None => rule.map_or_else(String::new, |rule| rule.prose.clone()),
                Some(prose) => prose.to_owned(),
            };
            let parts = (1u8..)
                .zip(elements.iter().zip(&segment.elements))
                .flat_map(|(at, (rule, text))| part(schema, at, rule, text))
                .collect();
            let text = format!("{}*{}~", segment.id, segment.elements.join("*"));
            Line { text, id: segment.id, prose, depth, starts, parts }
        })
        .collect()
}

/// The loops around a node, and the name of the one it starts.
fn around(schema: &Schema, id: NodeId) -> (usize, String) {
    let mut depth = 0;
    let mut starts = String::new();
    let mut at = id;
    while let Some(node) = schema.nodes.get(at.index()).filter(|_| at != NodeId::SET) {
        let Some(parent) = schema.nodes.get(node.parent.index()) else { break };
        if let NodeKind::Loop(name) = &parent.kind {
            depth += 1;
            if at == id && parent.children.first() == Some(&id) {
                starts.clone_from(name);
            }
        }
        at = node.parent;
    }
    (depth.min(BARS), starts)
}

fn part(schema: &Schema, at: u8, rule: &ElementRule, text: &str) -> Vec<Part> {
    if text.is_empty() {
        return Vec::new();
    }
    match &rule.content {
        ElementContent::Simple(simple) => {
            vec![simple_part(schema, format!("{at:02}"), rule, simple, text)]
        }
        ElementContent::Composite(row) => {
            let Some(composite) = schema.composites.get(*row) else { return Vec::new() };
            let texts = text.split(COMPONENT).zip(&composite.components);
            let parts = (1u8..).zip(texts).filter(|(_, (text, _))| !text.is_empty());
            parts
                .filter_map(|(position, (text, rule))| match &rule.content {
                    ElementContent::Simple(simple) => {
                        let at = format!("{at:02}.{position}");
                        Some(simple_part(schema, at, rule, simple, text))
                    }
                    ElementContent::Composite(_) | ElementContent::Unused => None,
                })
                .collect()
        }
        ElementContent::Unused => Vec::new(),
    }
}

fn simple_part(
    schema: &Schema,
    at: String,
    rule: &ElementRule,
    simple: &SimpleRule,
    text: &str,
) -> Part {
    let list = simple.codes.and_then(|row| schema.code_lists.get(row));
    let code = list.and_then(|list| list.codes.iter().find(|(code, ..)| code == text));
    let meaning = match (code, simple.kind) {
        (Some((_, name, _)), _) => name.replace('_', " "),
        (None, Kind::Dt) => day(text).unwrap_or_default(),
        (None, Kind::N(decimals)) if decimals > 0 => shifted(text, decimals),
        (None, _) => String::new(),
    };
    Part { at, name: rule.name.replace('_', " "), text: text.to_owned(), meaning }
}

/// `20240315` as `2024-03-15`.
fn day(text: &str) -> Option<String> {
    let (year, rest) = text.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    (day.len() == 2).then(|| format!("{year}-{month}-{day}"))
}

/// A number with its implied point.
fn shifted(text: &str, decimals: u8) -> String {
    let decimals = usize::from(decimals);
    let padded = format!("{text:0>width$}", width = decimals + 1);
    let at = padded.len().saturating_sub(decimals);
    match padded.split_at_checked(at) {
        Some((whole, part)) => format!("{whole}.{part}"),
        None => padded,
    }
}
