//! Writes a canonical record as a transaction set, by the same map that reads it (GRAMMAR.md 6).
//!
//! Lines are followed in order, each segment is given to its place in the structure, and all are
//! sorted by position at the end; what a partner sent and no line named goes back where it
//! stood. What cannot be written as it is (too long, too many, a character that would break the
//! set) is refused with the field's path: nothing is cut or rounded in silence.

mod draft;
mod envelope;
mod group;
mod neutral;
mod refusal;
mod regroup;
mod scope;
mod source;
mod tree;
mod values;

use std::collections::HashMap;

pub use envelope::{Address, Envelope, Interchange, Outgoing, Own, write_interchange};
pub use neutral::Separators;
pub use refusal::Refusal;

use draft::Draft;
use neutral::Neutral;
use refusal::Path;
use source::{BESIDE, Source};
use tree::Hl;

use crate::canonical::record::Object;
use crate::grammar::mapping::{CompiledMap, Slot};
use crate::limits::WRITE_REFUSALS;

/// A set without its ST and SE, before separators are chosen.
#[derive(Clone, Debug)]
pub struct Body {
    text: Neutral,
    /// Fields that were not written, because the map has no line for them or the set no room.
    pub left_out: Vec<String>,
}

/// Writes a record as the segments between ST and SE.
///
/// # Errors
///
/// Everything that stands in the way, by field.
pub fn write_set(record: &Object<'_>, map: &CompiledMap) -> Result<Body, Vec<Refusal>> {
    let empty = Object::default();
    let schema = record.text("schema").unwrap_or_default();
    if schema != map.schema {
        let what = if schema.is_empty() { "no schema" } else { schema };
        let sentence =
            format!("the record is {what}, and the map of {} writes {}", map.set, map.schema);
        return Err(vec![Refusal::whole(sentence)]);
    }
    let regrouped = regroup::regrouped(record, map);
    let mut writer = Writer::new(map, &empty);
    if let Some(regrouped) = &regrouped {
        writer.left_out.extend(regrouped.lost.iter().take(WRITE_REFUSALS).cloned());
    }
    writer.record(regrouped.as_ref().map_or(record, |regrouped| &regrouped.record));
    if writer.refusals.is_empty() {
        Ok(Body { text: writer.out, left_out: writer.left_out })
    } else {
        Err(writer.refusals)
    }
}

struct Writer<'w, 'r> {
    map: &'r CompiledMap,
    /// An object without fields, behind bare values.
    empty: &'r Object<'r>,
    out: Neutral,
    draft: Draft,
    path: Path<'r>,
    refusals: Vec<Refusal>,
    left_out: Vec<String>,
    hl: Hl,
    hl_count: u32,
    /// Elements of bytes, by segment id.
    binary: HashMap<&'w str, usize>,
}

impl<'w, 'r: 'w> Writer<'w, 'r> {
    fn new(map: &'r CompiledMap, empty: &'r Object<'r>) -> Self {
        let binary = map
            .nodes
            .iter()
            .filter_map(|node| Some((node.name.as_str(), usize::from(node.binary?))));
        Self {
            map,
            empty,
            out: Neutral::default(),
            draft: Draft::default(),
            path: Path::default(),
            refusals: Vec::new(),
            left_out: Vec::new(),
            hl: Hl::default(),
            hl_count: 0,
            binary: binary.collect(),
        }
    }

    fn record(&mut self, record: &'r Object<'r>) {
        let Some(root) = self.map.scopes.first() else { return };
        if !self.has_words(root, record) {
            let words: Vec<String> = root
                .sets
                .iter()
                .map(|(slot, word)| format!("{} {word}", self.name(root.layout, *slot)))
                .collect();
            let words = words.join(" and ");
            self.refuse("", &format!("the map of {} writes records with {words}", self.map.set));
            return;
        }
        let source = self.source(record, root.layout);
        self.left_out.retain(|name| !BESIDE.contains(&name.as_str()));
        self.scope(0, &source, false);
        self.unused(&source);
    }
}

impl<'r> Writer<'_, 'r> {
    /// An object with its fields looked up; fields without a place are noted.
    fn source(&mut self, object: &'r Object<'r>, layout: usize) -> Source<'r> {
        let Some(plan) = self.map.layouts.get(layout) else {
            return Source { object, slots: Vec::new(), left: Vec::new() };
        };
        let mut unknown = Vec::new();
        let source = Source::new(object, plan, &mut |name| unknown.push(name.to_owned()));
        for name in unknown {
            self.left_out(&name);
        }
        source
    }

    /// The name of a field.
    fn name(&self, layout: usize, slot: Slot) -> &'r str {
        let layout = self.map.layouts.get(layout);
        layout.and_then(|layout| layout.names.get(slot.index())).map_or("", String::as_str)
    }

    /// Notes what stands in the way, at the field `name` of the place being written.
    fn refuse(&mut self, name: &str, sentence: &str) {
        if self.refusals.len() < WRITE_REFUSALS {
            let path = self.path.with(name);
            self.refusals.push(Refusal { path, sentence: sentence.to_owned() });
        }
    }

    /// Notes a field that is not written.
    fn left_out(&mut self, name: &str) {
        if self.left_out.len() < WRITE_REFUSALS {
            self.left_out.push(self.path.with(name));
        }
    }

    /// Entries of `unmapped` that found no place.
    fn unused(&mut self, source: &Source<'r>) {
        for (index, left) in source.left.iter().enumerate() {
            if !left.used.get() {
                let sentence = format!("\"{}\" names no place of {}", left.at, self.map.set);
                self.refuse(&format!("unmapped[{index}]"), &sentence);
            }
        }
    }
}
