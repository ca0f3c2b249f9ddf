//! Segments in the order of the structure, each placed as a reader will place it.
//!
//! Which of the optional segments stand is a wish; that a reader finds each where it was meant is
//! checked by the rule of GRAMMAR.md 5.2 before it is kept. A segment that an open loop further
//! in would take is left out, so that a sample holds no ambiguity that its structure allows.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::chance::Chance;
use super::content::{Content, Note};
use super::record::Noted;
use super::scope::{Defines, Scope, Want};
use super::{Size, Source};
use crate::grammar::map::MapLine;
use crate::grammar::schema::{
    Condition, ConditionTest, Deviation, GuideCheck, GuideRule, Node, NodeId, NodeKind, Schema,
};

/// A segment of the sample.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) node: NodeId,
    pub(super) id: String,
    /// Elements from 01; components and repetitions are joined already.
    pub(super) elements: Vec<String>,
}

/// An open loop, or the set.
#[derive(Debug)]
pub(super) struct Frame<'a> {
    pub(super) node: NodeId,
    cursor: u32,
    counts: BTreeMap<NodeId, u32>,
    /// Index of its trigger in the lines.
    trigger: Option<usize>,
    pub(super) scope: Scope<'a>,
    /// The object its lines write into.
    pub(super) object: usize,
}

/// Where a loop's object goes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goes<'p> {
    /// The object it is put into.
    pub(super) parent: usize,
    /// Under which name; empty for no object of its own.
    pub(super) path: &'p [String],
    /// Which repetition this is, from 1.
    pub(super) ordinal: u32,
}

/// A set being made.
#[derive(Debug)]
pub(super) struct Draft<'a> {
    pub(super) schema: &'a Schema,
    pub(super) defines: Defines<'a>,
    pub(super) chance: Chance,
    pub(super) size: Size,
    pub(super) day: Date,
    pub(super) frames: Vec<Frame<'a>>,
    pub(super) lines: Vec<Line>,
    pub(super) noted: Noted<'a>,
    mapped: bool,
}

impl<'a> Draft<'a> {
    pub(super) fn new(source: &Source<'a>, chance: Chance, size: Size, day: Date) -> Self {
        let schema = source.schema;
        let texts: Vec<_> = source.map.into_iter().chain(source.parts).collect();
        Self {
            schema,
            defines: Defines::new(&texts, &schema.release),
            chance,
            size,
            day,
            frames: Vec::new(),
            lines: Vec::new(),
            noted: Noted::new(),
            mapped: source.map.is_some(),
        }
    }

    /// Makes the segments between ST and SE.
    pub(super) fn set(mut self, source: &Source<'a>) -> (Vec<Line>, Noted<'a>) {
        let own = source.map.map(|map| map.lines.as_slice());
        let lines: Vec<&'a [MapLine]> = source.guide_lines.iter().copied().chain(own).collect();
        let scope = self.defines.scope(&lines);
        self.open(NodeId::SET, scope, 0, None);
        self.children(NodeId::SET);
        (self.lines, self.noted)
    }

    pub(super) fn node(&self, id: NodeId) -> Option<&'a Node> {
        self.schema.nodes.get(id.index())
    }

    pub(super) fn open(
        &mut self,
        node: NodeId,
        scope: Scope<'a>,
        object: usize,
        trigger: Option<usize>,
    ) {
        let counts = BTreeMap::new();
        self.frames.push(Frame { node, cursor: 0, counts, trigger, scope, object });
    }

    /// All children of an open loop but its trigger.
    pub(super) fn children(&mut self, of: NodeId) {
        let Some(node) = self.node(of) else { return };
        let trigger = if of == NodeId::SET { 0 } else { 1 };
        let mut order: Vec<NodeId> = node.children.iter().skip(trigger).copied().collect();
        self.undeviated(&mut order);
        for id in order {
            self.child(id);
        }
    }

    /// What a guide lets come early stands where the standard has it: samples show no deviation.
    fn undeviated(&self, order: &mut Vec<NodeId>) {
        for rule in &self.schema.guide.rules {
            let GuideCheck::Deviation(Deviation::Before(others)) = &rule.check else { continue };
            for moved in &rule.nodes {
                let Some(from) = order.iter().position(|id| id == moved) else { continue };
                let Some(to) = order.iter().rposition(|id| others.contains(id)) else { continue };
                if from < to {
                    order.remove(from);
                    order.insert(to, *moved);
                }
            }
        }
    }

    fn child(&mut self, id: NodeId) {
        let Some(node) = self.node(id) else { return };
        if node.tree.is_some() {
            self.tree(id);
            return;
        }
        let wants = self.wants(id, node);
        let room = self.room(id, node);
        let least = if self.usual(id) { node.min.max(1) } else { node.min };
        let mut made = 0;
        for want in &wants {
            let times = self.times(id, node, want);
            for _ in 0..times {
                if made < room && self.instance(id, node, want, made + 1) {
                    made += 1;
                }
            }
        }
        while made < least {
            // Nothing named it, or chance left it out: it must be there all the same.
            let want = wants.first().cloned().unwrap_or_default();
            if !self.instance(id, node, &want, made + 1) {
                self.forced(id, node, &want, made + 1);
            }
            made += 1;
        }
    }

    /// The instances that map and guides name; one unnamed when chance has it so.
    fn wants(&mut self, id: NodeId, node: &'a Node) -> Vec<Want<'a>> {
        let mut wants = self.frames.last().map_or_else(Vec::new, |frame| frame.scope.wants(node));
        for rule in self.rules(id).filter(|rule| rule.check == GuideCheck::Require) {
            wants.push(Want {
                conditions: rule.condition.clone(),
                needed: true,
                ..Want::default()
            });
        }
        let percent = match self.size {
            Size::Full if self.mapped => 30,
            Size::Full => 60,
            Size::Small | Size::Lines(_) if self.mapped => 0,
            Size::Small | Size::Lines(_) => 15,
        };
        if wants.is_empty() && node.min == 0 && self.chance.percent(percent) {
            wants.push(Want { list: node.max > 1, needed: true, ..Want::default() });
        }
        wants
    }

    fn times(&mut self, id: NodeId, node: &Node, want: &Want<'a>) -> u32 {
        let many = want.list && node.max > 1;
        let main = Some(id) == self.main_loop();
        match self.size {
            Size::Lines(lines) if main => lines,
            _ if want.needed && !many => 1,
            Size::Small | Size::Lines(_) => {
                let there = node.min > 0 || main || want.needed || self.chance.percent(60);
                let more = matches!(node.kind, NodeKind::Loop(_)) && many;
                u32::from(there) * if more { self.chance.between(1, 2) } else { 1 }
            }
            Size::Full if many => self.chance.between(1, 3),
            Size::Full => 1,
        }
    }

    /// The loop that grows with the size: the first of the detail that repeats.
    fn main_loop(&self) -> Option<NodeId> {
        let set = self.node(NodeId::SET)?;
        let repeats = |id: &&NodeId| {
            self.node(**id).is_some_and(|node| {
                node.position >= DETAIL && node.max > 1 && matches!(node.kind, NodeKind::Loop(_))
            })
        };
        set.children.iter().find(repeats).copied()
    }

    /// One segment or one loop with what is in it; false when a reader would not find it here.
    fn instance(&mut self, id: NodeId, node: &'a Node, want: &Want<'a>, ordinal: u32) -> bool {
        for _ in 0..ATTEMPTS {
            if self.attempt(id, node, want, ordinal, false) {
                return true;
            }
        }
        false
    }

    /// The same where a reader may take it for something else: the standard leaves no other way.
    fn forced(&mut self, id: NodeId, node: &'a Node, want: &Want<'a>, ordinal: u32) {
        self.attempt(id, node, want, ordinal, true);
    }

    fn attempt(
        &mut self,
        id: NodeId,
        node: &'a Node,
        want: &Want<'a>,
        ordinal: u32,
        force: bool,
    ) -> bool {
        if node.kind == NodeKind::Segment {
            let content = self.content(id, want, ordinal);
            let object = self.frames.last().map_or(0, |frame| frame.object);
            return self.keep(id, id, content, object, force);
        }
        let Some(trigger) = node.children.first().copied() else { return false };
        let Some(segment) = self.node(trigger) else { return false };
        let (scope, path) = match want.line {
            Some(line) => (self.defines.scope(&[&line.lines]), line.target.path.as_slice()),
            None => (Scope::default(), &[][..]),
        };
        let mut first = scope.wants(segment).into_iter().next().unwrap_or_default();
        first.conditions.extend(want.conditions.iter().cloned());
        first.conditions.extend(node.condition.iter().cloned());
        let parent = self.frames.last().map_or(0, |frame| frame.object);
        let goes = Goes { parent, path, ordinal };
        self.start(id, trigger, &first, scope, &goes, force).is_some()
    }

    /// Opens a loop with its trigger, fills it, and gives its object; none when a reader would
    /// not find it here.
    pub(super) fn start(
        &mut self,
        id: NodeId,
        trigger: NodeId,
        want: &Want<'a>,
        scope: Scope<'a>,
        goes: &Goes<'_>,
        force: bool,
    ) -> Option<usize> {
        let line = self.lines.len();
        let before = self.frames.len();
        let &Goes { parent, path, ordinal } = goes;
        // The loop's own scope reads its trigger.
        self.open(id, scope, parent, Some(line));
        let content = self.content(trigger, want, ordinal);
        let mut frame = self.frames.pop()?;
        if !force && self.placed(trigger, &content.elements) != Some(id) {
            return None;
        }
        if !path.is_empty() {
            frame.object = self.noted.object(parent, path);
        }
        let object = frame.object;
        self.keep(id, trigger, content, object, true);
        self.frames.push(frame);
        self.count(trigger);
        self.children(id);
        self.frames.truncate(before);
        Some(object)
    }

    /// Keeps a segment when a reader places it at `id`, a child of the innermost open loop.
    fn keep(
        &mut self,
        id: NodeId,
        segment: NodeId,
        content: Content<'a>,
        object: usize,
        force: bool,
    ) -> bool {
        let Some(node) = self.node(segment) else { return false };
        if !force && self.placed(segment, &content.elements) != Some(id) {
            return false;
        }
        self.count(id);
        *self.noted.ids.entry(node.id.clone()).or_default() += 1;
        let line = self.lines.len();
        let mut objects = vec![object];
        for (parent, path) in content.objects {
            let parent = objects.get(parent).copied().unwrap_or(object);
            objects.push(self.noted.object(parent, path));
        }
        let global = |local: usize| objects.get(local).copied().unwrap_or(object);
        for note in content.notes {
            match note {
                Note::Decimal { object, path, value, element } => {
                    self.noted.decimal(global(object), path, value, (line, element));
                }
                Note::Kind { object, word } => self.noted.kind(global(object), word),
                Note::Check { object, rule } => self.noted.check(global(object), line, rule),
            }
        }
        self.lines.push(Line { node: segment, id: node.id.clone(), elements: content.elements });
        true
    }

    fn count(&mut self, id: NodeId) {
        let position = self.node(id).map_or(0, |node| node.position);
        if let Some(frame) = self.frames.last_mut() {
            frame.cursor = position;
            *frame.counts.entry(id).or_default() += 1;
        }
    }

    /// Where a reader places a segment: the innermost open loops first, those that the sample
    /// has left but a reader has not among them.
    fn placed(&self, segment: NodeId, elements: &[String]) -> Option<NodeId> {
        let id = self.node(segment)?.id.as_str();
        let left = self.lines.last().and_then(|line| self.left_open(line.node, id, elements));
        left.or_else(|| {
            self.frames.iter().rev().find_map(|frame| {
                let node = self.node(frame.node)?;
                self.taker(node, id, elements, frame.cursor, Some(&frame.counts))
            })
        })
    }

    /// A node of a loop that is closed for the sample but still open for a reader. Its counts are
    /// gone, so that a full node counts as one with room: a segment is left out too often rather
    /// than once too few.
    fn left_open(&self, last: NodeId, id: &str, elements: &[String]) -> Option<NodeId> {
        let current = self.frames.last()?.node;
        let mut at = last;
        let mut parent = self.node(at)?.parent;
        while parent != current && parent != NodeId::SET {
            let cursor = self.node(at)?.position;
            if let Some(found) = self.taker(self.node(parent)?, id, elements, cursor, None) {
                return Some(found);
            }
            at = parent;
            parent = self.node(at)?.parent;
        }
        None
    }

    /// The first child of a loop that takes the segment.
    fn taker(
        &self,
        node: &Node,
        id: &str,
        elements: &[String],
        cursor: u32,
        counts: Option<&BTreeMap<NodeId, u32>>,
    ) -> Option<NodeId> {
        let own = usize::from(node.kind != NodeKind::Set);
        node.children.iter().skip(own).copied().find(|child| {
            self.node(*child).is_some_and(|row| {
                let count = counts.and_then(|counts| counts.get(child)).copied().unwrap_or(0);
                row.position >= cursor
                    && row.id == id
                    && count < row.max
                    && meets(&row.condition, elements)
            })
        })
    }

    /// Guide rules that hold for a node in the loops that are open.
    pub(super) fn rules(&self, id: NodeId) -> impl Iterator<Item = &'a GuideRule> {
        let rules = self.schema.guide.rules.iter();
        let holds = |rule: &&GuideRule| rule.nodes.contains(&id) && self.within(rule);
        let found: Vec<&'a GuideRule> = rules.filter(holds).collect();
        found.into_iter()
    }

    fn within(&self, rule: &GuideRule) -> bool {
        rule.within.iter().all(|(node, conditions)| {
            let open = self.frames.iter().find(|frame| frame.node == *node);
            let line = open.and_then(|frame| frame.trigger).and_then(|line| self.lines.get(line));
            line.is_some_and(|line| meets(conditions, &line.elements))
        })
    }

    /// How often the node may stand without a deviation.
    fn room(&self, id: NodeId, node: &Node) -> u32 {
        let deviations = self.rules(id).filter_map(|rule| match rule.check {
            GuideCheck::Deviation(Deviation::MoreThan(most)) => Some(most),
            GuideCheck::Limit(most) => Some(most),
            _ => None,
        });
        let most = deviations.min().unwrap_or(u32::MAX).min(node.max);
        if self.forbidden(id) { 0 } else { most }
    }

    /// Whether only a deviation lets the node be absent.
    fn usual(&self, id: NodeId) -> bool {
        let absent = GuideCheck::Deviation(Deviation::Absent);
        self.rules(id).any(|rule| rule.check == absent)
    }

    /// Whether a guide forbids the node altogether. A rule with `when` is taken as if it always
    /// held: what it forbids only sometimes, a sample does without.
    fn forbidden(&self, id: NodeId) -> bool {
        let mut rules = self.rules(id);
        rules.any(|rule| rule.check == GuideCheck::Forbid && rule.condition.is_empty())
    }
}

/// Whether elements meet all conditions.
pub(super) fn meets(conditions: &[Condition], elements: &[String]) -> bool {
    conditions.iter().all(|condition| {
        let index = usize::from(condition.element).saturating_sub(1);
        let whole = elements.get(index).map_or("", String::as_str);
        let text = match condition.component {
            Some(component) => {
                whole.split(super::COMPONENT).nth(usize::from(component).saturating_sub(1))
            }
            None => Some(whole),
        };
        let text = text.unwrap_or("");
        match &condition.test {
            ConditionTest::Is(codes) => codes.iter().any(|code| **code == *text.as_bytes()),
            ConditionTest::IsNot(codes) => codes.iter().all(|code| **code != *text.as_bytes()),
            ConditionTest::Present => !text.is_empty(),
            ConditionTest::Absent => text.is_empty(),
        }
    })
}

/// Tries to make a segment that a reader finds, with other values each time.
const ATTEMPTS: usize = 4;
/// Positions of the detail start here.
const DETAIL: u32 = 100_000;
