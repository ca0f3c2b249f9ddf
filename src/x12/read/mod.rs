//! Reads a screened set into its canonical record, as its map says (GRAMMAR.md 6).
//!
//! Reading walks the placements the validator made: each segment is offered to the lines of the
//! scope it stands in, the first that fits claims it, and what no line names stays in
//! `unmapped`, so that nothing a partner said disappears. Reading never fails: what does not fit
//! a field is kept as it came, and business rules that do not hold are findings.

mod facts;
mod group;
mod objects;
mod source;
pub(crate) mod sums;
mod trees;
mod unmapped;
pub(crate) mod values;

use std::borrow::Cow;
use std::fmt;

pub use facts::with_facts;
use group::Filler;
use objects::{Builder, Check, Slots, finish, put};
use source::{Source, meets};
use trees::Growing;
use unmapped::Entry;

use super::finding::{At, Fault, Finding, Level};
use super::report::Screened;
use super::segment::Segment;
use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::{CompiledMap, Goes, GroupPlan, Line, LoopPlan, NodePlan, Slot};
use crate::grammar::schema::NodeId;

/// What a set became.
#[derive(Clone, Debug)]
pub struct Reading<'a> {
    /// The record: `schema` first, then fields in the order of the map.
    pub record: Object<'a>,
    /// Business findings: computed elements that differ from what was sent.
    pub findings: Vec<Finding>,
    /// Why the record cannot stand for the set by itself; the document is then held.
    pub held: Option<Held>,
}

/// Why a document is held although its set was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Held {
    /// The tree has a second node of the level that is the record itself.
    SecondTop {
        /// Position of its segment, ST = 1.
        position: u32,
    },
    /// The tree nests deeper than a record may.
    TooDeep {
        /// Position of the first segment too deep, ST = 1.
        position: u32,
    },
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SecondTop { position } => write!(
                f,
                "segment {position} begins a second shipment, and one record holds one; ask the \
                 partner to send one set for each"
            ),
            Self::TooDeep { position } => {
                write!(f, "segment {position} stands deeper in the hierarchy than a record may")
            }
        }
    }
}

/// Reads a set. The record borrows from the set's bytes and from the map.
///
/// `map` must be compiled with the schema the set was screened with.
#[must_use]
pub fn read<'a>(set: &Screened<'a>, map: &'a CompiledMap) -> Reading<'a> {
    let mut reader = Reader::new(set, map);
    for (index, segment) in set.text.iter().enumerate() {
        let node = set.placements.get(index).copied().unwrap_or(NodeId::STRAY);
        reader.segment(index, &segment, node);
    }
    reader.finish()
}

/// A scope, or an unclaimed loop, that is open.
#[derive(Debug)]
struct Frame<'a> {
    node: NodeId,
    /// None for loops and levels that no line claims.
    scope: Option<usize>,
    /// Row of the builders.
    builder: usize,
    /// Lines that claimed already, as bits.
    claimed: u128,
    unmapped: Vec<Entry<'a>>,
    /// Segments of an unclaimed loop.
    segments: Vec<Value<'a>>,
    end: End<'a>,
}

/// What becomes of a frame when it closes.
#[derive(Clone, Debug)]
enum End<'a> {
    /// The record is done.
    Record,
    /// Its object is the one around it; its place there, for the order of what is left over.
    Shared(u32, u32),
    /// An object in a field of the scope around it.
    Field(Slot, bool),
    /// A node of a tree.
    Node(usize),
    /// An unclaimed loop: its path and position.
    Loop(Cow<'a, str>, u32),
    /// A node of a tree that no line claims.
    Bare(usize),
}

struct Reader<'s, 'a> {
    set: &'s Screened<'a>,
    map: &'a CompiledMap,
    source: Source<'a>,
    frames: Vec<Frame<'a>>,
    builders: Vec<Builder<'a>>,
    /// Slots to use again.
    spare: Vec<Slots<'a>>,
    tree: Growing<'a>,
    strays: Vec<Value<'a>>,
    findings: Vec<Finding>,
    held: Option<Held>,
    record: Object<'a>,
}

impl<'s, 'a> Reader<'s, 'a> {
    fn new(set: &'s Screened<'a>, map: &'a CompiledMap) -> Self {
        let mut reader = Self {
            set,
            map,
            source: Source::new(&set.text),
            frames: Vec::new(),
            builders: Vec::new(),
            spare: Vec::new(),
            tree: Growing::new(set, map),
            strays: Vec::new(),
            findings: Vec::new(),
            held: None,
            record: Object::default(),
        };
        reader.open(NodeId::SET, Some(0), End::Record);
        reader
    }

    fn plan(&self, node: NodeId) -> Option<&'a NodePlan> {
        self.map.nodes.get(node.index())
    }

    /// Opens a frame; one with a scope of its own object gets a builder.
    fn open(&mut self, node: NodeId, scope: Option<usize>, end: End<'a>) {
        let builder = match (scope.and_then(|row| self.map.scopes.get(row)), &end) {
            (Some(scope), End::Record | End::Field(..) | End::Node(_)) => {
                let slots = self.blank(scope.layout);
                self.builders.push(Builder { layout: scope.layout, slots, ..Builder::default() });
                self.builders.len().saturating_sub(1)
            }
            _ => self.frames.last().map_or(0, |frame| frame.builder),
        };
        if let Some(scope) = scope.and_then(|row| self.map.scopes.get(row)) {
            for (slot, word) in &scope.sets {
                if let Some(builder) = self.builders.get_mut(builder) {
                    put(&mut builder.slots, *slot, false, Value::Text(Cow::Borrowed(word)));
                }
            }
        }
        self.frames.push(Frame {
            node,
            scope,
            builder,
            claimed: 0,
            unmapped: Vec::new(),
            segments: Vec::new(),
            end,
        });
    }

    /// Empty slots for a layout.
    fn blank(&mut self, layout: usize) -> Slots<'a> {
        let length = self.map.layouts.get(layout).map_or(0, |layout| layout.names.len());
        let mut slots = self.spare.pop().unwrap_or_default();
        slots.clear();
        slots.resize_with(length, || None);
        slots
    }

    fn segment(&mut self, index: usize, segment: &Segment<'a>, node: NodeId) {
        // ST and SE are the envelope's.
        if node == NodeId::SET {
            return;
        }
        let Some(plan) = self.plan(node) else {
            self.strays.push(self.source.segment(segment, None));
            return;
        };
        if let Some(top) = self.frames.last_mut()
            && top.scope.is_none()
        {
            let again = plan.is_trigger && plan.parent == top.node;
            if !again && within(self.map, node, top.node) {
                top.segments.push(self.source.segment(segment, plan.binary));
                return;
            }
        }
        let outer = match (plan.is_trigger, self.plan(plan.parent)) {
            (true, Some(parent)) => parent.parent,
            _ => plan.parent,
        };
        let open =
            self.frames.iter().rposition(|frame| frame.node == outer && frame.scope.is_some());
        let Some(open) = open else {
            self.strays.push(self.source.segment(segment, plan.binary));
            return;
        };
        self.close_to(open.saturating_add(1));
        if plan.is_trigger {
            self.enter(index, segment, node, plan);
        } else {
            self.offer(index, segment, node, plan);
        }
    }

    /// A loop begins: the first line that fits claims it.
    fn enter(&mut self, index: usize, segment: &Segment<'a>, trigger: NodeId, plan: &'a NodePlan) {
        let node = plan.parent;
        let Some(outer) = self.plan(node) else { return };
        let map = self.map;
        let frame = self.frames.last();
        let scope = frame.and_then(|frame| frame.scope).and_then(|row| map.scopes.get(row));
        let Some(scope) = scope else { return };
        let lines = scope.table.get(outer.ordinal).map_or(&[][..], Vec::as_slice);
        for &row in lines {
            match scope.lines.get(usize::from(row)) {
                Some(Line::Loop(line)) => {
                    if self.claims(line, segment) {
                        let inner = line.variants.iter().find(|(variant, _)| *variant == node);
                        let Some((_, inner)) = inner else { continue };
                        let end = match line.target {
                            Some(slot) => End::Field(slot, line.list),
                            None => End::Shared(outer.position, u32::from(row)),
                        };
                        self.open(node, Some(*inner), end);
                        self.offer(index, segment, trigger, plan);
                        return;
                    }
                }
                Some(Line::Tree(tree)) => {
                    self.enter_tree(*tree, index, u32::from(row));
                    if self.frames.last().is_some_and(|frame| frame.scope.is_some()) {
                        self.offer(index, segment, trigger, plan);
                    } else if let Some(frame) = self.frames.last_mut() {
                        frame.segments.push(self.source.segment(segment, plan.binary));
                    }
                    return;
                }
                Some(Line::Group { .. }) | None => {}
            }
        }
        let at = self.path(scope.prefix.as_str(), outer, segment);
        self.open(node, None, End::Loop(at, outer.position));
        if let Some(frame) = self.frames.last_mut() {
            frame.segments.push(self.source.segment(segment, plan.binary));
        }
    }

    fn claims(&mut self, line: &LoopPlan, segment: &Segment<'a>) -> bool {
        let Some(frame) = self.frames.last_mut() else { return false };
        let once = line.once.map_or(0, |once| 1u128 << (once & 127));
        if frame.claimed & once != 0 || !meets(segment, &line.condition) {
            return false;
        }
        frame.claimed |= once;
        true
    }

    /// A segment in the innermost scope: the first line that fits claims it.
    fn offer(&mut self, index: usize, segment: &Segment<'a>, node: NodeId, plan: &'a NodePlan) {
        let map = self.map;
        let frame = self.frames.last();
        let Some(frame) = frame else { return };
        let Some(scope) = frame.scope.and_then(|row| map.scopes.get(row)) else { return };
        if !scope.also.is_empty() {
            self.also(segment, node);
        }
        let lines = scope.table.get(plan.ordinal).map_or(&[][..], Vec::as_slice);
        for &row in lines {
            let Some(Line::Group { group, once }) = scope.lines.get(usize::from(row)) else {
                continue;
            };
            let Some(group) = map.groups.get(*group) else { continue };
            let once = once.map_or(0, |once| 1u128 << (once & 127));
            let claimed = self.frames.last().map_or(0, |frame| frame.claimed);
            if claimed & once != 0 || !meets(segment, &group.condition) {
                continue;
            }
            // A line takes only what stands where writing would put it again.
            if plan.shares_name && !group.nodes.is_empty() && !self.is_home(plan, segment) {
                continue;
            }
            if self.group(group, index, segment, plan, u32::from(row)) {
                if let Some(frame) = self.frames.last_mut() {
                    frame.claimed |= once;
                }
                return;
            }
        }
        let at = self.path(scope.prefix.as_str(), plan, segment);
        let value = objects::segments_entry(at, vec![self.source.segment(segment, plan.binary)]);
        self.leave(Entry::segments(plan.position, value));
    }

    /// Reads a segment as a group says; false when the group passes it over after all.
    fn group(
        &mut self,
        group: &'a GroupPlan,
        index: usize,
        segment: &Segment<'a>,
        plan: &'a NodePlan,
        row: u32,
    ) -> bool {
        match group.goes {
            Goes::Owner => {
                self.owner(group, index, segment, plan, row);
                true
            }
            Goes::Object(slot) => self.object(group, index, segment, (slot, false)),
            Goes::List(slot) => self.object(group, index, segment, (slot, true)),
            Goes::Bare(_) | Goes::Packed(_) => self.covered(group, index, segment),
        }
    }

    /// Into the scope's own object.
    fn owner(
        &mut self,
        group: &'a GroupPlan,
        index: usize,
        segment: &Segment<'a>,
        plan: &'a NodePlan,
        row: u32,
    ) {
        let Some(frame) = self.frames.last() else { return };
        // A trigger is written with its loop, whatever it says.
        let makes_object = plan.is_trigger
            && (matches!(frame.end, End::Field(..) | End::Node(_)) || self.is_must_level(frame));
        let prefix = frame.scope.and_then(|row| self.map.scopes.get(row));
        let prefix = prefix.map_or("", |scope| scope.prefix.as_str());
        let Some(builder) = self.builders.get_mut(frame.builder) else { return };
        let (slots, checks) = (&mut builder.slots, &mut builder.checks);
        let mut filler = Filler::new(self.map, self.source, (group, segment, index), slots, checks);
        filler.fill(true);
        let (left, filled) = (filler.left, filler.filled);
        // A segment of which nothing is left to tell is remembered all the same.
        if !left.is_empty() || !(filled || group.fills || makes_object) {
            let at = if prefix.is_empty() {
                Cow::Borrowed(group.at.as_str())
            } else {
                Cow::Owned(format!("{prefix}{}", group.at))
            };
            self.leave(Entry::elements(plan.position, row, left.entry(at)));
        }
    }

    /// Into an object of its own.
    fn object(
        &mut self,
        group: &'a GroupPlan,
        index: usize,
        segment: &Segment<'a>,
        (slot, list): (Slot, bool),
    ) -> bool {
        let mut slots = self.blank(group.layout);
        let mut checks = Vec::new();
        let filled =
            Filler::new(self.map, self.source, (group, segment, index), &mut slots, &mut checks);
        let left = {
            let mut filler = filled;
            filler.fill(true);
            filler.left
        };
        let unmapped = if left.is_empty() {
            Vec::new()
        } else {
            vec![left.entry(Cow::Borrowed(group.at.as_str()))]
        };
        if let Some(layout) = self.map.layouts.get(group.layout) {
            let object = finish(layout, &mut slots, unmapped);
            self.judge(&checks, &object);
            self.put(slot, list, Value::Object(object));
        }
        self.spare.push(slots);
        true
    }

    /// Bare values and packed slots: only from segments of which nothing is left over.
    fn covered(&mut self, group: &'a GroupPlan, index: usize, segment: &Segment<'a>) -> bool {
        let bare = matches!(group.goes, Goes::Bare(_));
        let layout = match group.slots.first() {
            Some(each) if !bare => each.layout,
            _ => group.layout,
        };
        let mut slots = self.blank(layout);
        let mut checks = Vec::new();
        let subject = (group, segment, index);
        let mut filler = Filler::new(self.map, self.source, subject, &mut slots, &mut checks);
        let found: Option<(Slot, Vec<Value<'a>>)> = if bare {
            filler.fill(true);
            let whole = filler.left.is_empty() && filler.filled;
            match group.goes {
                Goes::Bare(slot) if whole => {
                    match slots.get_mut(slot.index()).and_then(Option::take) {
                        Some(Value::List(items)) => Some((slot, items)),
                        _ => None,
                    }
                }
                _ => None,
            }
        } else {
            filler.packed()
        };
        self.spare.push(slots);
        let Some((slot, items)) = found else { return false };
        for item in items {
            self.put(slot, true, item);
        }
        true
    }

    fn put(&mut self, slot: Slot, list: bool, value: Value<'a>) {
        let builder = self.frames.last().map_or(0, |frame| frame.builder);
        if let Some(builder) = self.builders.get_mut(builder) {
            put(&mut builder.slots, slot, list, value);
        }
    }

    fn also(&mut self, segment: &Segment<'a>, node: NodeId) {
        let Some(frame) = self.frames.last() else { return };
        let Some(scope) = frame.scope.and_then(|row| self.map.scopes.get(row)) else { return };
        let Some(builder) = self.builders.get_mut(frame.builder) else { return };
        for line in &scope.also {
            if !line.nodes.contains(&node) || !meets(segment, &line.condition) {
                continue;
            }
            for (element, component, field) in &line.fields {
                let position = usize::from(*element);
                let text = match component {
                    Some(component) => {
                        Some(Source::text(segment.component(position, usize::from(*component))))
                    }
                    None => self.source.plain(segment, position),
                };
                let value = text
                    .filter(|text| !text.is_empty())
                    .and_then(|text| values::value(field, text));
                let known = builder.also.iter().any(|(slot, _)| *slot == field.slot);
                if let (Some(value), false) = (value, known) {
                    builder.also.push((field.slot, value));
                }
            }
        }
    }

    /// Closes frames until `length` are open.
    fn close_to(&mut self, length: usize) {
        while self.frames.len() > length {
            self.close();
        }
    }

    fn close(&mut self) {
        let Some(frame) = self.frames.pop() else { return };
        match frame.end {
            End::Shared(position, rank) => {
                let inner = unmapped::sorted(frame.unmapped);
                for value in inner {
                    self.leave(Entry::inner(position, rank, value));
                }
            }
            End::Loop(at, position) => {
                let value = objects::segments_entry(at, frame.segments);
                self.leave(Entry::segments(position, value));
            }
            End::Bare(node) => self.tree.bare(node, frame.segments),
            End::Node(node) => {
                if let Some(builder) = self.builders.pop() {
                    self.tree.parked(node, builder, frame.unmapped);
                }
            }
            End::Field(slot, list) => {
                let Some(builder) = self.builders.pop() else { return };
                let object = self.built(builder, frame.unmapped);
                self.put(slot, list, Value::Object(object));
            }
            End::Record => {
                let mut left = frame.unmapped;
                if let Some(mut builder) = self.builders.pop() {
                    self.assemble(&mut builder, &mut left);
                    if !self.strays.is_empty() {
                        let strays = std::mem::take(&mut self.strays);
                        let entry = objects::segments_entry(Cow::Borrowed(STRAYS), strays);
                        left.push(Entry::last(entry));
                    }
                    self.record = self.built(builder, left);
                }
            }
        }
    }

    /// The object of a builder, its business rules judged.
    fn built(&mut self, mut builder: Builder<'a>, left: Vec<Entry<'a>>) -> Object<'a> {
        for (slot, value) in builder.also.drain(..) {
            if let Some(place @ None) = builder.slots.get_mut(slot.index()) {
                *place = Some(value);
            }
        }
        let Some(layout) = self.map.layouts.get(builder.layout) else { return Object::default() };
        let object = finish(layout, &mut builder.slots, unmapped::sorted(left));
        self.judge(&builder.checks, &object);
        self.spare.push(builder.slots);
        object
    }

    /// Compares computed elements with what was sent.
    fn judge(&mut self, checks: &[Check<'a>], object: &Object<'a>) {
        for check in checks {
            let Some(plan) = self.map.computed.get(check.computed) else { continue };
            let count = |id: &str| self.count(id);
            let Some(computed) = sums::differs(plan, &check.sent, object, &count) else { continue };
            let finding = self.balance(check, &plan.text, &computed);
            self.findings.push(finding);
        }
    }

    /// How often a segment, or a loop of that name, stands in the set.
    fn count(&self, id: &str) -> usize {
        let placed = || self.set.placements.iter().filter_map(|&node| self.plan(node));
        let segments = placed().filter(|plan| plan.name == id).count();
        if segments > 0 {
            return segments;
        }
        let starts = placed().filter(|plan| plan.is_trigger);
        starts.filter(|plan| self.plan(plan.parent).is_some_and(|outer| outer.name == id)).count()
    }

    fn balance(&self, check: &Check<'a>, rule: &str, computed: &str) -> Finding {
        let segment = self.set.text.segment(check.segment);
        let node = self.set.placements.get(check.segment).and_then(|&node| self.plan(node));
        let parent = node.map_or(NodeId::SET, |node| node.parent);
        let plan = self.map.computed.get(check.computed);
        let element = plan.map_or(1, |plan| plan.element);
        let offset = segment.map_or(0, |segment| segment.element_start(usize::from(element)));
        let length = segment.map_or(0, |segment| segment.element(usize::from(element)).len());
        let id = segment.map_or(Cow::Borrowed(""), |segment| Source::text(segment.id()));
        Finding {
            level: Level::Business,
            at: At::Business,
            fault: Fault::Balance {
                rule: rule.into(),
                sent: (*check.sent).into(),
                computed: computed.into(),
            },
            segment: (*id).into(),
            position: u32::try_from(check.segment).unwrap_or(u32::MAX).saturating_add(1),
            loop_node: (parent != NodeId::SET).then_some(parent),
            loop_path: self.loop_path(parent).into(),
            element: Some(element),
            component: plan.and_then(|plan| plan.component),
            repetition: None,
            dictionary: "".into(),
            offset: self.set.text.file_offset(offset),
            length: u32::try_from(length).unwrap_or(u32::MAX),
            text: (*check.sent).into(),
            rule: self.set.schema.map_or("", |schema| &schema.rule).into(),
        }
    }

    fn loop_path(&self, mut node: NodeId) -> String {
        let mut names = Vec::new();
        while node != NodeId::SET && names.len() < self.map.nodes.len() {
            let Some(plan) = self.plan(node) else { break };
            names.push(plan.name.as_str());
            node = plan.parent;
        }
        names.reverse();
        names.join("/")
    }

    fn leave(&mut self, entry: Entry<'a>) {
        if let Some(frame) = self.frames.last_mut() {
            frame.unmapped.push(entry);
        }
    }

    fn finish(mut self) -> Reading<'a> {
        self.close_to(0);
        let mut fields = Vec::with_capacity(self.record.fields.len().saturating_add(1));
        let schema = Cow::Borrowed(self.map.schema.as_str());
        fields.push((Cow::Borrowed("schema"), Value::Text(schema)));
        fields.append(&mut self.record.fields);
        self.findings.sort_by_key(|finding| finding.position);
        Reading { record: Object { fields }, findings: self.findings, held: self.held }
    }
}

/// Whether `node` stands in the loop `outer`.
fn within(map: &CompiledMap, mut node: NodeId, outer: NodeId) -> bool {
    for _ in 0..map.nodes.len() {
        let Some(plan) = map.nodes.get(node.index()) else { return false };
        if plan.parent == outer {
            return true;
        }
        if node == plan.parent || plan.parent == NodeId::SET {
            return false;
        }
        node = plan.parent;
    }
    false
}

/// `at` of what fits nowhere.
const STRAYS: &str = "?";
