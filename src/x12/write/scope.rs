//! A scope written: its lines in order, each segment to its place in the structure, then sorted
//! by position (GRAMMAR.md 6.7).

use super::Writer;
use super::draft::{Draft, content, meets};
use super::group::From;
use super::neutral::{ELEMENT, element};
use super::source::{LeftContent, Source};
use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::{Feed, Goes, GroupPlan, Line, LoopPlan, NodePlan, Scope, Slot};
use crate::grammar::schema::NodeId;
use std::ops::Range;

/// What one instance of a scope has written so far.
#[derive(Debug, Default)]
pub(super) struct Instance {
    /// Parts of the text with their position in the structure.
    pieces: Vec<(u32, Range<usize>)>,
    /// How often each child of the scope's node stands.
    counts: Vec<u32>,
}

/// What became of a loop.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// It has nothing to say.
    Silent,
    /// It stands.
    Written,
    /// No node takes it.
    Nowhere,
}

impl<'r> Writer<'_, 'r> {
    /// Writes the lines of a scope from an object. A `forced` scope writes its trigger although
    /// there may be nothing else to say. Whether anything was written.
    pub(super) fn scope(&mut self, row: usize, source: &Source<'r>, forced: bool) -> bool {
        let map = self.map;
        let Some(scope) = map.scopes.get(row) else { return false };
        let start = self.out.text.len();
        let mut instance = Instance { pieces: Vec::new(), counts: vec![0; scope.table.len()] };
        for feed in &scope.feeds {
            match feed {
                Feed::Line(line) => self.line(scope, *line, source, &mut instance),
                Feed::List(slot, lines) => self.list(scope, *slot, lines, source, &mut instance),
            }
        }
        self.trigger(scope, source, forced, &mut instance);
        self.restore_segments(scope, source, &mut instance);
        self.sort(start, &mut instance.pieces);
        self.out.text.len() > start
    }

    /// Brings the parts written from `start` into the order of the structure.
    fn sort(&mut self, start: usize, pieces: &mut [(u32, Range<usize>)]) {
        if pieces.is_sorted_by_key(|(position, _)| *position) {
            return;
        }
        pieces.sort_by_key(|(position, _)| *position);
        let mut sorted = String::with_capacity(self.out.text.len().saturating_sub(start));
        for (_, piece) in pieces.iter() {
            sorted.push_str(self.out.text.get(piece.clone()).unwrap_or_default());
        }
        self.out.text.truncate(start);
        self.out.text.push_str(&sorted);
    }

    fn plan(&self, node: NodeId) -> Option<&'r NodePlan> {
        self.map.nodes.get(node.index())
    }

    /// A line that writes once an instance.
    fn line(&mut self, scope: &'r Scope, row: usize, source: &Source<'r>, instance: &mut Instance) {
        match scope.lines.get(row) {
            Some(Line::Group { group, .. }) => {
                let Some(group) = self.map.groups.get(*group) else { return };
                match group.goes {
                    Goes::Object(slot) => {
                        let Some(object) = self.object(source, slot, scope.layout) else { return };
                        self.path.field(self.name(scope.layout, slot));
                        self.item_segment(group, object, instance);
                        self.path.up();
                    }
                    _ => {
                        let left = source.elements(&scope.prefix, &group.at);
                        let from = From { source, left, forced: false, bare: false };
                        self.segment(group, from, instance);
                    }
                }
            }
            Some(Line::Loop(line)) => match line.target {
                Some(slot) => {
                    let Some(object) = self.object(source, slot, scope.layout) else { return };
                    self.path.field(self.name(scope.layout, slot));
                    if !self.item_loop(line, object, instance) {
                        self.refuse("", "no loop of the structure has room for it");
                    }
                    self.path.up();
                }
                None => {
                    if self.variants(line, source, false, instance) == Fit::Nowhere {
                        self.refuse("", "a loop has no room in the structure");
                    }
                }
            },
            Some(Line::Tree(tree)) => {
                let start = self.out.text.len();
                self.tree(*tree, scope, source);
                let node = self.map.trees.get(*tree).and_then(|tree| self.plan(tree.node));
                if let Some(node) = node {
                    instance.pieces.push((node.position, start..self.out.text.len()));
                }
            }
            None => {}
        }
    }

    fn object(&mut self, source: &Source<'r>, slot: Slot, layout: usize) -> Option<&'r Object<'r>> {
        match source.slots.get(slot.index()).copied().flatten()? {
            Value::Object(object) => Some(object),
            Value::Text(_) | Value::Integer(_) | Value::List(_) => {
                self.refuse(self.name(layout, slot), "is no object, and must be one");
                None
            }
        }
    }

    /// Writes a group's segment when it has something to say.
    fn segment(
        &mut self,
        group: &'r GroupPlan,
        from: From<'_, 'r>,
        instance: &mut Instance,
    ) -> bool {
        let mut draft = std::mem::take(&mut self.draft);
        let said = self.fill(group, from, &mut draft);
        if said {
            self.place(group, &draft, instance);
        }
        self.draft = draft;
        said
    }

    /// Gives a segment to the first node that takes it and has room.
    fn place(&mut self, group: &'r GroupPlan, draft: &Draft, instance: &mut Instance) {
        let mut fits = None;
        for &node in &group.nodes {
            let Some(plan) = self.plan(node) else { continue };
            if !draft.meets(&plan.condition) {
                continue;
            }
            fits = Some(plan);
            let Some(count) = instance.counts.get_mut(plan.ordinal) else { continue };
            if *count < plan.max {
                *count = count.saturating_add(1);
                let start = self.out.text.len();
                draft.emit(&group.id, &mut self.out);
                instance.pieces.push((key(plan), start..self.out.text.len()));
                return;
            }
        }
        let sentence = match fits {
            Some(plan) => {
                format!("{} may stand {} times here, and there are more", group.id, plan.max)
            }
            None => format!("no {} of the structure has these codes", group.id),
        };
        self.refuse("", &sentence);
    }

    /// A segment from an object of its own.
    fn item_segment(
        &mut self,
        group: &'r GroupPlan,
        object: &'r Object<'r>,
        instance: &mut Instance,
    ) -> bool {
        let source = self.source(object, group.layout);
        let left = source.elements("", &group.at);
        let from = From { source: &source, left, forced: true, bare: false };
        let mut draft = std::mem::take(&mut self.draft);
        self.fill(group, from, &mut draft);
        let fits = draft.meets(&group.condition);
        if fits {
            self.place(group, &draft, instance);
            self.unused(&source);
        }
        self.draft = draft;
        fits
    }

    /// A loop from an object of its own; false when none of its nodes takes it.
    fn item_loop(
        &mut self,
        line: &'r LoopPlan,
        object: &'r Object<'r>,
        instance: &mut Instance,
    ) -> bool {
        let layout = line.variants.first().and_then(|(_, row)| self.map.scopes.get(*row));
        let source = self.source(object, layout.map_or(0, |scope| scope.layout));
        let written = self.variants(line, &source, true, instance) == Fit::Written;
        if written {
            self.unused(&source);
        }
        written
    }

    /// A loop at the first of its nodes that takes it.
    fn variants(
        &mut self,
        line: &'r LoopPlan,
        source: &Source<'r>,
        forced: bool,
        instance: &mut Instance,
    ) -> Fit {
        let mut fit = Fit::Silent;
        for (node, scope) in &line.variants {
            let Some(plan) = self.plan(*node) else { continue };
            let inner = self.map.scopes.get(*scope);
            if !inner.is_some_and(|inner| self.has_words(inner, source.object)) {
                continue;
            }
            let start = self.out.text.len();
            let refusals = self.refusals.len();
            let written = self.scope(*scope, source, forced);
            if !written {
                continue;
            }
            let trigger = self.out.segments(start..self.out.text.len()).next().unwrap_or_default();
            let fits = meets(&line.condition, |at| element(trigger, at))
                && meets(&plan.condition, |at| element(trigger, at));
            let count = instance.counts.get_mut(plan.ordinal);
            let full = count.as_ref().is_none_or(|count| **count >= plan.max);
            if fits && !full {
                if let Some(count) = count {
                    *count = count.saturating_add(1);
                }
                instance.pieces.push((key(plan), start..self.out.text.len()));
                return Fit::Written;
            }
            fit = Fit::Nowhere;
            self.out.text.truncate(start);
            self.refusals.truncate(refusals);
            for left in &source.left {
                left.used.set(false);
            }
        }
        fit
    }

    /// A list: each item by the first line that takes it.
    fn list(
        &mut self,
        scope: &'r Scope,
        slot: Slot,
        lines: &[usize],
        source: &Source<'r>,
        instance: &mut Instance,
    ) {
        let Some(value) = source.slots.get(slot.index()).copied().flatten() else { return };
        let name = self.name(scope.layout, slot);
        let Value::List(items) = value else {
            self.refuse(name, "is no list, and must be one");
            return;
        };
        self.path.field(name);
        let mut next = 0usize;
        while let Some(item) = items.get(next) {
            self.path.item(next);
            next = next.saturating_add(self.item(scope, lines, (items, next), item, instance));
            self.path.up();
        }
        self.path.up();
    }

    /// Writes one item, of a packed line with those after it that share its segment; how many.
    fn item(
        &mut self,
        scope: &'r Scope,
        lines: &[usize],
        (items, index): (&'r [Value<'r>], usize),
        item: &'r Value<'r>,
        instance: &mut Instance,
    ) -> usize {
        let Value::Object(object) = item else {
            self.bare(scope, lines, item, instance);
            return 1;
        };
        let mut rows: Vec<usize> =
            lines.iter().copied().filter(|&row| self.takes(scope, row, object)).collect();
        // A line that knows all its fields comes before one that would lose some.
        rows.sort_by_key(|&row| !self.knows(scope, row, object));
        for row in rows {
            match scope.lines.get(row) {
                Some(Line::Loop(line)) => {
                    if self.item_loop(line, object, instance) {
                        return 1;
                    }
                }
                Some(Line::Group { group, .. }) => {
                    let Some(group) = self.map.groups.get(*group) else { continue };
                    if matches!(group.goes, Goes::Packed(_)) {
                        if let Some(count) = self.packed(group, (items, index), instance) {
                            return count;
                        }
                    } else if self.item_segment(group, object, instance) {
                        return 1;
                    }
                }
                Some(Line::Tree(_)) | None => {}
            }
        }
        self.refuse("", "no line of the map writes it: its codes fit none, or there is no room");
        1
    }

    /// A bare value.
    fn bare(
        &mut self,
        scope: &'r Scope,
        lines: &[usize],
        item: &'r Value<'r>,
        instance: &mut Instance,
    ) {
        let groups = lines.iter().filter_map(|&row| match scope.lines.get(row) {
            Some(Line::Group { group, .. }) => self.map.groups.get(*group),
            _ => None,
        });
        let mut groups = groups.filter(|group| matches!(group.goes, Goes::Bare(_)));
        let Some(group) = groups.next() else {
            self.refuse("", "is no object, and must be one");
            return;
        };
        let Goes::Bare(slot) = group.goes else { return };
        let object: &'r Object<'r> = self.empty;
        let names = self.map.layouts.get(group.layout).map_or(0, |layout| layout.names.len());
        let mut source = Source { object, slots: vec![None; names], left: Vec::new() };
        if let Some(place) = source.slots.get_mut(slot.index()) {
            *place = Some(item);
        }
        let from = From { source: &source, left: None, forced: true, bare: true };
        self.segment(group, from, instance);
    }

    /// Whether the words of `set` lines are those of an object.
    fn takes(&self, scope: &Scope, row: usize, object: &Object<'r>) -> bool {
        let Some(Line::Loop(line)) = scope.lines.get(row) else { return true };
        let inner = line.variants.first().and_then(|(_, row)| self.map.scopes.get(*row));
        inner.is_none_or(|inner| self.has_words(inner, object))
    }

    /// Whether an object has the words of a scope's `set` lines.
    pub(super) fn has_words(&self, scope: &Scope, object: &Object<'r>) -> bool {
        scope.sets.iter().all(|(slot, word)| {
            let mut value = None;
            let mut object = Some(object);
            for name in self.name(scope.layout, *slot).split('.') {
                value = object.and_then(|object| object.get(name));
                object = match value {
                    Some(Value::Object(inner)) => Some(inner),
                    _ => None,
                };
            }
            matches!(value, Some(Value::Text(text)) if **text == **word)
        })
    }

    /// Whether a line has a place for every field of an object.
    fn knows(&self, scope: &Scope, row: usize, object: &Object<'r>) -> bool {
        let layout = match scope.lines.get(row) {
            Some(Line::Group { group, .. }) => self.map.groups.get(*group).map(|group| {
                group
                    .slots
                    .first()
                    .filter(|_| matches!(group.goes, Goes::Packed(_)))
                    .map_or(group.layout, |each| each.layout)
            }),
            Some(Line::Loop(line)) => {
                let inner = line.variants.first().and_then(|(_, row)| self.map.scopes.get(*row));
                inner.map(|inner| inner.layout)
            }
            Some(Line::Tree(_)) | None => None,
        };
        layout.is_some_and(|layout| self.has_places(layout, object))
    }

    /// Whether a layout has a place for every field of an object.
    pub(super) fn has_places(&self, layout: usize, object: &Object<'r>) -> bool {
        let Some(layout) = self.map.layouts.get(layout) else { return false };
        object.fields.iter().all(|(name, _)| {
            &**name == "unmapped" || layout.places.iter().any(|place| place.name == **name)
        })
    }

    /// Consecutive objects with equal carried values share a segment up to its room; how many
    /// went, none when the codes of the line are not theirs.
    fn packed(
        &mut self,
        group: &'r GroupPlan,
        (items, index): (&'r [Value<'r>], usize),
        instance: &mut Instance,
    ) -> Option<usize> {
        let each = group.slots.first()?;
        let Some(Value::Object(first)) = items.get(index) else { return None };
        let source = self.source(first, each.layout);
        let mut draft = std::mem::take(&mut self.draft);
        // The lines without + read their fields from the first object; the slots come below.
        self.fill(
            group,
            From { source: &source, left: None, forced: true, bare: false },
            &mut draft,
        );
        if !draft.meets(&group.condition) {
            self.draft = draft;
            return None;
        }
        let mut count = 0usize;
        for slot in 0..each.room() {
            let Some(Value::Object(item)) = items.get(index.saturating_add(slot)) else { break };
            if slot > 0 && !self.carries_alike(group, each.layout, first, item) {
                break;
            }
            let place = usize::from(each.first).saturating_add(slot * usize::from(each.step));
            self.slot(group, each, item, place, &mut draft);
            count = count.saturating_add(1);
        }
        self.place(group, &draft, instance);
        self.draft = draft;
        Some(count)
    }

    fn carries_alike(
        &self,
        group: &GroupPlan,
        layout: usize,
        first: &Object<'r>,
        other: &Object<'r>,
    ) -> bool {
        use crate::grammar::mapping::ElementPlan;
        let field = |plan: &ElementPlan| match plan {
            ElementPlan::Field(field) | ElementPlan::Run(field) => Some(field.slot),
            _ => None,
        };
        let parts = group.elements.iter().flat_map(|plan| match plan {
            ElementPlan::Composite(parts) => parts.iter().filter_map(field).collect::<Vec<_>>(),
            plan => field(plan).into_iter().collect(),
        });
        let carried: Vec<Slot> = parts.collect();
        let alike = carried.into_iter().all(|slot| {
            let name = self.name(layout, slot);
            let top = name.split('.').next().unwrap_or(name);
            first.get(top) == other.get(top)
        });
        alike && other.get("unmapped").is_none()
    }

    /// The trigger of a loop, when no line wrote it and something else stands in the loop, or it
    /// is asked for.
    fn trigger(
        &mut self,
        scope: &'r Scope,
        source: &Source<'r>,
        forced: bool,
        instance: &mut Instance,
    ) {
        let Some(trigger) = self.plan(scope.node).and_then(|plan| plan.trigger) else { return };
        let ordinal = self.plan(trigger).map_or(0, |plan| plan.ordinal);
        let there = instance.counts.get(ordinal).is_some_and(|&count| count > 0);
        let more = source.left.iter().any(|left| {
            matches!(left.content, LeftContent::Segments(_)) && self.stands_in(scope, left.at)
        });
        if there || !(forced || more || !instance.pieces.is_empty()) {
            return;
        }
        match scope.trigger.and_then(|row| self.map.groups.get(row)) {
            Some(group) => {
                self.segment(
                    group,
                    From { source, left: None, forced: true, bare: false },
                    instance,
                );
            }
            None => {
                let id = self.plan(trigger).map_or("", |plan| plan.name.as_str());
                self.refuse("", &format!("nothing in it gives {id}, which opens the loop"));
            }
        }
    }

    /// Whether an entry of `unmapped` belongs to a scope: not to a loop or tree further in.
    fn stands_in(&self, scope: &Scope, at: &str) -> bool {
        let Some(name) = at.strip_prefix(scope.prefix.as_str()) else { return false };
        let trees = self.map.trees.iter();
        !name.contains('/')
            && !name.contains(':')
            && !{
                let mut trees = trees;
                trees.any(|tree| tree.name == name)
            }
    }

    /// Segments and loops no line claims go back to their node, last at their position.
    fn restore_segments(&mut self, scope: &'r Scope, source: &Source<'r>, instance: &mut Instance) {
        for (number, left) in source.left.iter().enumerate() {
            let LeftContent::Segments(segments) = left.content else { continue };
            if !self.stands_in(scope, left.at) {
                continue;
            }
            left.used.set(true);
            let name = left.at.strip_prefix(scope.prefix.as_str()).unwrap_or(left.at);
            if name == STRAYS {
                self.left_out(&format!("unmapped[{number}]"));
                continue;
            }
            let start = self.out.text.len();
            self.path.field("unmapped");
            self.path.item(number);
            let whole = segments.iter().all(|segment| self.restored(segment));
            let node = if whole { self.home(scope, name, start, instance) } else { None };
            match node {
                Some(position) => instance.pieces.push((position, start..self.out.text.len())),
                None => {
                    self.out.text.truncate(start);
                    if whole {
                        let sentence = format!("\"{name}\" has no place here, or no room");
                        self.refuse("", &sentence);
                    }
                }
            }
            self.path.up();
            self.path.up();
        }
    }

    /// The node a restored segment or loop goes back to; its position.
    fn home(
        &mut self,
        scope: &Scope,
        name: &str,
        start: usize,
        instance: &mut Instance,
    ) -> Option<u32> {
        let (name, nth) = match name.split_once('#') {
            Some((name, nth)) => (name, Some(nth.parse::<u32>().ok()?)),
            None => (name, None),
        };
        let first = self.out.segments(start..self.out.text.len()).next()?;
        let children = &self.plan(scope.node)?.children;
        let named =
            || children.iter().filter_map(|&node| self.plan(node)).filter(|plan| plan.name == name);
        let room = |plan: &NodePlan| {
            instance.counts.get(plan.ordinal).is_some_and(|count| *count < plan.max)
        };
        let fits = |plan: &NodePlan| meets(&plan.condition, |at| element(first, at));
        let asked = named().find(|plan| Some(plan.nth) == nth && room(plan));
        let plan = asked.or_else(|| named().find(|plan| fits(plan) && room(plan)))?;
        if let Some(count) = instance.counts.get_mut(plan.ordinal) {
            *count = count.saturating_add(1);
        }
        Some(key(plan))
    }

    /// Appends a segment as `unmapped` keeps it.
    pub(super) fn restored(&mut self, segment: &'r Value<'r>) -> bool {
        let Value::List(items) = segment else {
            self.refuse("", "a segment is a list: its id, then its elements");
            return false;
        };
        let mut elements = items.iter();
        let id = match elements.next() {
            Some(Value::Text(id)) if is_id(id) => id,
            _ => {
                self.refuse("", "a segment begins with its id, as \"TC2\"");
                return false;
            }
        };
        let start = self.out.text.len();
        self.out.text.push_str(id);
        let binary = self.binary.get(&**id).copied();
        for (position, value) in (1usize..).zip(elements) {
            self.out.text.push(ELEMENT);
            if binary == Some(position) {
                self.put_bytes(value);
                continue;
            }
            let mut text = std::mem::take(&mut self.out.text);
            let put = content(value, &mut text);
            self.out.text = text;
            if let Err(unfit) = put {
                self.refuse("", &format!("{id}.{position:02} {unfit}"));
                self.out.text.truncate(start);
                return false;
            }
        }
        self.out.end_segment(start);
        true
    }

    fn put_bytes(&mut self, value: &Value<'r>) {
        let Value::Text(text) = value else { return };
        let bytes =
            text.chars().map(|character| u8::try_from(u32::from(character)).unwrap_or(b'?'));
        let hole = self.out.bytes(bytes.collect());
        self.out.text.push_str(&hole);
    }
}

fn is_id(id: &str) -> bool {
    (2..=3).contains(&id.len())
        && id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

/// A trigger stands before everything in its loop.
fn key(plan: &NodePlan) -> u32 {
    if plan.is_trigger { 0 } else { plan.position }
}

/// `at` of what fits nowhere.
const STRAYS: &str = "?";
