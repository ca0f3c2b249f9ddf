//! What segments, elements and loop instances are called to people who read no EDI.

use crate::grammar::schema::{
    ElementContent, ElementRule, Node, NodeId, NodeKind, Schema, SegmentRule, SimpleRule,
};
use crate::grammar::segments::Kind;
use crate::x12::finding::{Fault, Finding};
use crate::x12::report::Screened;
use crate::x12::segment::Segment;
use std::collections::HashMap;

/// What is known around a finding while its words are chosen; all of it may be unknown, and the
/// words are then plainer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Around<'a> {
    /// What the set was checked with.
    pub schema: Option<&'a Schema>,
    /// The segment the finding is at.
    pub segment: Option<Segment<'a>>,
    /// The row that segment was placed at: a guide may have its own rule for it.
    pub node: Option<NodeId>,
    /// The loop instance it is in, in words: `order line 3`.
    pub instance: &'a str,
}

impl<'a> Around<'a> {
    /// `order line 3`, or `the purchase order`, or `the set`.
    pub(super) fn whole(&self) -> String {
        match (self.instance, self.schema) {
            ("", Some(schema)) if !schema.name.is_empty() => {
                format!("the {}", lower_first(&schema.name))
            }
            ("", _) => "the set".to_owned(),
            (instance, _) => instance.to_owned(),
        }
    }

    /// ` in order line 3`, or nothing at the set's own level.
    pub(super) fn inside(&self) -> String {
        if self.instance.is_empty() { String::new() } else { format!(" in {}", self.instance) }
    }

    /// The rule of the segment a finding is at: that of its node, or of the release.
    pub(super) fn segment_rule(&self, id: &str) -> Option<&'a SegmentRule> {
        let schema = self.schema?;
        let placed = self.node.and_then(|node| schema.nodes.get(node.index()));
        let rule = placed.and_then(|node| schema.segments.get(node.segment));
        rule.filter(|rule| rule.id == id)
            .or_else(|| schema.segments.iter().find(|rule| rule.id == id))
    }

    /// The rule of the element a finding is at.
    pub(super) fn element_rule(&self, finding: &Finding) -> Option<&'a ElementRule> {
        let position = usize::from(finding.element?);
        let component = finding.component.map(usize::from);
        self.rule_at(&finding.segment, position, component)
    }

    pub(super) fn rule_at(
        &self,
        segment: &str,
        position: usize,
        component: Option<usize>,
    ) -> Option<&'a ElementRule> {
        let rule = self.segment_rule(segment)?.elements.get(position.checked_sub(1)?)?;
        match (component, &rule.content) {
            (None, _) => Some(rule),
            (Some(component), ElementContent::Composite(composite)) => {
                let composite = self.schema?.composites.get(*composite)?;
                composite.components.get(component.checked_sub(1)?)
            }
            (Some(_), _) => None,
        }
    }

    /// What was sent at a position; empty when nothing was, or when the bytes are not at hand.
    pub(super) fn sent(&self, position: usize, component: Option<usize>) -> String {
        let Some(segment) = self.segment else { return String::new() };
        let bytes = match component {
            Some(component) => segment.component(position, component),
            None => segment.element(position),
        };
        printable(bytes)
    }

    /// `the quantity (PO1 02)`, or `element PO1 02` when it has no name.
    pub(super) fn element(&self, finding: &Finding) -> String {
        let position = finding.element.map_or(0, usize::from);
        self.element_at(&finding.segment, position, finding.component.map(usize::from))
    }

    pub(super) fn element_at(
        &self,
        segment: &str,
        position: usize,
        component: Option<usize>,
    ) -> String {
        let address = address(segment, position, component);
        match self.rule_at(segment, position, component) {
            Some(rule) if !rule.name.is_empty() => {
                format!("the {} ({address})", rule.name.replace('_', " "))
            }
            _ => format!("element {address}"),
        }
    }

    /// `the order line (PO1)`, or `the segment ZZ9`.
    pub(super) fn segment(&self, finding: &Finding) -> String {
        self.segment_called(&finding.segment, "")
    }

    /// What a missing segment is called: a loop that repeats by its trigger, since its own prose
    /// names many (`Order lines`).
    pub(super) fn singular<'p>(&self, finding: &Finding, id: &str, prose: &'p str) -> &'p str
    where
        'a: 'p,
    {
        let Some(schema) = self.schema else { return prose };
        let parent = finding.loop_node.unwrap_or(NodeId::SET);
        let row = schema
            .nodes
            .iter()
            .find(|node| node.parent == parent && node.id == id && node.prose == prose);
        match row {
            Some(row) if matches!(row.kind, NodeKind::Loop(_)) && row.max != 1 => row
                .children
                .first()
                .and_then(|child| schema.nodes.get(child.index()))
                .map_or(prose, |trigger| &trigger.prose),
            _ => prose,
        }
    }

    pub(super) fn segment_called(&self, id: &str, prose: &str) -> String {
        if id.is_empty() {
            return "a segment without a name".to_owned();
        }
        let known = self.segment_rule(id).map_or("", |rule| rule.prose.as_str());
        match (prose, known) {
            ("", "") => format!("the segment {id}"),
            ("", name) | (name, _) => format!("the segment {id} ({})", lower_first(name)),
        }
    }
}

/// `PO1 07`, `SVC 01-2`.
pub(super) fn address(segment: &str, position: usize, component: Option<usize>) -> String {
    let part = component.map_or_else(String::new, |component| format!("-{component}"));
    format!("{segment} {position:02}{part}").trim_start().to_owned()
}

/// What an element may hold and is: `a number of 1 to 15 digits (quantity)`.
pub(super) fn described(rule: &ElementRule) -> String {
    let what = match &rule.content {
        ElementContent::Simple(simple) => content(simple),
        ElementContent::Composite(_) => "several parts".to_owned(),
        ElementContent::Unused => "nothing: the standard does not use it".to_owned(),
    };
    if rule.prose.is_empty() { what } else { format!("{what} ({})", lower_first(&rule.prose)) }
}

/// What a simple element may hold: `a number of 1 to 15 digits`.
pub(super) fn content(rule: &SimpleRule) -> String {
    let SimpleRule { kind, min, max, .. } = rule;
    let length = if min == max { format!("{min}") } else { format!("{min} to {max}") };
    let one = *max == 1;
    match kind {
        Kind::An if one => "one character of text".to_owned(),
        Kind::An => format!("text of {length} characters"),
        Kind::Id if one => "a code of one character".to_owned(),
        Kind::Id => format!("a code of {length} characters"),
        Kind::Dt if *max == 6 => "a date written YYMMDD".to_owned(),
        Kind::Dt if *min == 8 => "a date written CCYYMMDD".to_owned(),
        Kind::Dt => "a date written YYMMDD or CCYYMMDD".to_owned(),
        Kind::Tm if *max == 4 => "a time written HHMM".to_owned(),
        Kind::Tm => "a time written HHMM or HHMMSS".to_owned(),
        Kind::R if one => "a number of one digit".to_owned(),
        Kind::R => format!("a number of {length} digits, with a point if it has decimals"),
        Kind::N(0) if one => "a whole number of one digit".to_owned(),
        Kind::N(0) => format!("a whole number of {length} digits"),
        Kind::N(places) => {
            format!("a number of {length} digits, the last {places} of them decimals, no point")
        }
        Kind::B => "bytes, as many as the element before says".to_owned(),
    }
}

/// Names loop instances of one set, for findings in order of position.
///
/// ```text
/// order line 3 · party 2 of order line 3 · service 1 of claim 4 · item (HL 7)
/// ```
pub struct Instances<'s> {
    screened: Screened<'s>,
    seen: usize,
    /// Of each loop: instances begun so far in the set, the parent's total when the last began,
    /// the number of the last within its parent, and its segment.
    loops: HashMap<NodeId, Instance>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Instance {
    total: u32,
    within: u32,
    number: u32,
    opened: usize,
}

impl<'s> Instances<'s> {
    /// Nothing of the set has been looked at yet.
    #[must_use]
    pub fn new(screened: &Screened<'s>) -> Self {
        Self { screened: *screened, seen: 0, loops: HashMap::new() }
    }

    /// The instance a finding is in; empty at the set's own level.
    pub fn of(&mut self, finding: &Finding) -> String {
        let (Some(schema), Some(node)) = (self.screened.schema, finding.loop_node) else {
            return String::new();
        };
        // A missing segment is noticed at the one that closes its loop, which may open the next.
        let missing = matches!(finding.fault, Fault::MissingSegment { .. });
        let position = usize::try_from(finding.position).unwrap_or(usize::MAX);
        self.look(schema, if missing { position.saturating_sub(1) } else { position });
        let mut words = String::new();
        let mut at = node;
        while at != NodeId::SET {
            let Some(row) = schema.nodes.get(at.index()) else { break };
            if let (NodeKind::Loop(name), Some(instance)) = (&row.kind, self.loops.get(&at)) {
                if !words.is_empty() {
                    words.push_str(" of ");
                }
                words.push_str(&self.called(schema, row, name, *instance));
            }
            if row.parent == at {
                break;
            }
            at = row.parent;
        }
        words
    }

    /// Counts instances in the first `until` segments.
    fn look(&mut self, schema: &Schema, until: usize) {
        while self.seen < until {
            let index = self.seen;
            self.seen = self.seen.saturating_add(1);
            let Some(&placed) = self.screened.placements.get(index) else { return };
            let Some(opened) = opened_loop(schema, placed) else { continue };
            let parent = schema.nodes.get(opened.index()).map_or(NodeId::SET, |node| node.parent);
            let within = self.loops.get(&parent).map_or(0, |instance| instance.total);
            let instance = self.loops.entry(opened).or_default();
            instance.number =
                if instance.within == within { instance.number.saturating_add(1) } else { 1 };
            instance.within = within;
            instance.total = instance.total.saturating_add(1);
            instance.opened = index;
        }
    }

    fn called(&self, schema: &Schema, row: &Node, name: &str, instance: Instance) -> String {
        if let Some(tree) = row.tree.and_then(|tree| schema.trees.get(tree)) {
            let opening = self.screened.text.segment(instance.opened);
            let sent = |element: u8| {
                opening.map_or_else(String::new, |s| printable(s.element(usize::from(element))))
            };
            let level = sent(tree.level);
            return format!("{} (HL {})", level_called(schema, &level), sent(tree.id));
        }
        let trigger = row.children.first().and_then(|child| schema.nodes.get(child.index()));
        let prose = trigger.map_or(row.prose.as_str(), |node| node.prose.as_str());
        let prose = if row.max == 1 && !row.prose.is_empty() { &row.prose } else { prose };
        let prose = if prose.is_empty() { name } else { prose };
        if row.max == 1 {
            format!("\u{201c}{}\u{201d}", lower_first(prose))
        } else {
            format!("{} {}", lower_first(prose), instance.number)
        }
    }
}

/// What a hierarchy level is called: by the release's own list, else as X12 names them.
pub(super) fn level_called(schema: &Schema, level: &str) -> String {
    let lists = schema.code_lists.iter().filter(|list| list.name == LEVEL_LIST);
    let mut codes = lists.flat_map(|list| &list.codes);
    match codes.find(|(code, ..)| code == level) {
        Some((_, name, _)) if !name.is_empty() => name.replace('_', " "),
        _ => match level {
            "S" => "shipment".to_owned(),
            "O" => "order".to_owned(),
            "T" => "tare".to_owned(),
            "P" => "pack".to_owned(),
            "I" => "item".to_owned(),
            other => format!("level {other}"),
        },
    }
}

/// The loop a placed segment opens, if it is a trigger.
fn opened_loop(schema: &Schema, placed: NodeId) -> Option<NodeId> {
    let node = schema.nodes.get(placed.index())?;
    if matches!(node.kind, NodeKind::Loop(_)) {
        return Some(placed);
    }
    let parent = schema.nodes.get(node.parent.index())?;
    let triggers = matches!(parent.kind, NodeKind::Loop(_));
    (triggers && parent.children.first() == Some(&placed)).then_some(node.parent)
}

/// Lower-cases the first letter, unless the word is an abbreviation.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    let rest = characters.as_str();
    let abbreviated = rest.chars().next().is_none_or(|c| c.is_uppercase() || c.is_ascii_digit());
    if abbreviated && !rest.is_empty() {
        return text.to_owned();
    }
    first.to_lowercase().chain(rest.chars()).collect()
}

/// Upper-cases the first letter.
pub(super) fn upper_first(text: &str) -> String {
    let mut characters = text.chars();
    let Some(first) = characters.next() else { return String::new() };
    first.to_uppercase().chain(characters).collect()
}

/// Bytes of a partner as text that a terminal can show: no controls, bounded.
pub(super) fn printable(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .take(crate::limits::QUOTE_BYTES)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect()
}

/// The dictionary number of hierarchy level codes.
const LEVEL_LIST: &str = "735";
