//! HL trees written: nodes in depth-first order, ids counted from 1.

use super::Writer;
use super::draft::Draft;
use super::neutral::ELEMENT;
use super::source::{LeftContent, Source};
use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::{Scope, Slot, TreePlan};
use crate::limits::RECORD_DEPTH;
use std::collections::HashMap;

/// The node whose HL segment is being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Hl {
    tree: usize,
    id: u32,
    parent: Option<u32>,
    level: String,
    parent_of_some: bool,
}

impl<'r> Writer<'_, 'r> {
    /// Writes the tree from the object around it.
    pub(super) fn tree(&mut self, tree: usize, around: &'r Scope, source: &Source<'r>) {
        let Some(plan) = self.map.trees.get(tree) else { return };
        self.hl = Hl { tree, ..Hl::default() };
        self.hl_count = 0;
        let slots = around.tree_slots.as_slice();
        let blobs = format!("{}{}", around.prefix, plan.name);
        let own = plan.own_level().and_then(|row| plan.levels.get(row));
        let own_scope = own.and_then(|level| self.map.scopes.get(level.scope));
        if let (Some(level), Some(scope)) = (own, own_scope) {
            let inner = format!("{}{}", scope.prefix, plan.name);
            let any = self.has_children(plan, slots, source, &inner);
            let prefix = scope.prefix.as_str();
            let left = source.left.iter().any(|left| left.at.starts_with(prefix));
            let start = self.out.text.len();
            let id = self.next_id();
            self.hl = Hl { tree, id, parent: None, level: level.code.clone(), parent_of_some: any };
            let written = self.scope(level.scope, source, level.must || any || left);
            if !written {
                self.out.text.truncate(start);
                self.hl_count = self.hl_count.saturating_sub(1);
            }
            self.children(tree, slots, source, (Some(id), &inner), 1);
        } else {
            self.children(tree, slots, source, (None, ""), 1);
        }
        self.branches(plan, source, &blobs, None);
    }

    fn next_id(&mut self) -> u32 {
        self.hl_count = self.hl_count.saturating_add(1);
        self.hl_count
    }

    fn has_children(
        &self,
        plan: &TreePlan,
        slots: &[Option<Slot>],
        source: &Source<'r>,
        blobs: &str,
    ) -> bool {
        let listed = (0..plan.lists.len()).any(|row| {
            let slot = slots.get(row).copied().flatten();
            let value = slot.and_then(|slot| source.slots.get(slot.index()).copied().flatten());
            matches!(value, Some(Value::List(items)) if !items.is_empty())
        });
        listed || source.left.iter().any(|left| left.at == blobs)
    }

    /// The nodes in the lists of an object, list by list, then what no line claimed.
    fn children(
        &mut self,
        tree: usize,
        slots: &[Option<Slot>],
        source: &Source<'r>,
        (parent, blobs): (Option<u32>, &str),
        depth: usize,
    ) {
        let Some(plan) = self.map.trees.get(tree) else { return };
        for (row, list) in plan.lists.iter().enumerate() {
            let slot = slots.get(row).copied().flatten();
            let value = slot.and_then(|slot| source.slots.get(slot.index()).copied().flatten());
            let Some(Value::List(items)) = value else { continue };
            self.path.field(list);
            for (index, item) in items.iter().enumerate() {
                self.path.item(index);
                match item {
                    Value::Object(object) if depth <= RECORD_DEPTH => {
                        self.node(tree, row, object, parent, depth);
                    }
                    Value::Object(_) => {
                        self.refuse("", &format!("nests deeper than {RECORD_DEPTH}"));
                    }
                    _ => self.refuse("", "is no object, and must be one"),
                }
                self.path.up();
            }
            self.path.up();
        }
        if !blobs.is_empty() {
            self.branches(plan, source, blobs, parent);
        }
    }

    /// One node with all below it.
    fn node(
        &mut self,
        tree: usize,
        list: usize,
        object: &'r Object<'r>,
        parent: Option<u32>,
        depth: usize,
    ) {
        let map = self.map;
        let Some(plan) = map.trees.get(tree) else { return };
        let mut levels: Vec<_> = plan
            .levels
            .iter()
            .filter(|level| level.list == Some(list))
            .filter_map(|level| Some((level, map.scopes.get(level.scope)?)))
            .filter(|(_, scope)| self.has_words(scope, object))
            .collect();
        levels.sort_by_key(|(_, scope)| !self.has_places(scope.layout, object));
        let Some((level, scope)) = levels.first().copied() else {
            self.refuse("", "no level of the map writes it: its words fit none");
            return;
        };
        let source = self.source(object, scope.layout);
        let id = self.next_id();
        let any = self.has_children(plan, &scope.tree_slots, &source, &plan.name);
        self.hl = Hl { tree, id, parent, level: level.code.clone(), parent_of_some: any };
        self.scope(level.scope, &source, true);
        let below = depth.saturating_add(1);
        self.children(tree, &scope.tree_slots, &source, (Some(id), &plan.name), below);
        self.unused(&source);
    }

    /// Nodes no line claims, with the ids they get here.
    fn branches(&mut self, plan: &'r TreePlan, source: &Source<'r>, at: &str, parent: Option<u32>) {
        for left in &source.left {
            let LeftContent::Segments(segments) = left.content else { continue };
            if left.at != at || left.used.get() {
                continue;
            }
            left.used.set(true);
            let mut ids: HashMap<String, u32> = HashMap::new();
            for segment in segments {
                let start = self.out.text.len();
                if self.restored(segment) {
                    self.renumber(plan, start, parent, &mut ids);
                }
            }
        }
    }

    fn trigger_id(&self, plan: &TreePlan) -> &'r str {
        let node = self.map.nodes.get(plan.node.index()).and_then(|node| node.trigger);
        node.and_then(|node| self.map.nodes.get(node.index())).map_or("", |node| &node.name)
    }

    /// Gives the segment at `start`, when it begins a node, the next id, and its parent's.
    fn renumber(
        &mut self,
        plan: &TreePlan,
        start: usize,
        parent: Option<u32>,
        ids: &mut HashMap<String, u32>,
    ) {
        let segment = self.out.segments(start..self.out.text.len()).next().unwrap_or_default();
        let elements: Vec<String> = segment.split(ELEMENT).map(str::to_owned).collect();
        if elements.first().map(String::as_str) != Some(self.trigger_id(plan)) {
            return;
        }
        let known = elements.get(usize::from(plan.parent)).and_then(|above| ids.get(above));
        let above = known.copied().or(parent).map_or_else(String::new, |id| id.to_string());
        let id = self.next_id();
        if let Some(old) = elements.get(usize::from(plan.id)) {
            ids.insert(old.clone(), id);
        }
        self.out.text.truncate(start);
        for (position, element) in elements.iter().enumerate() {
            if position > 0 {
                self.out.text.push(ELEMENT);
            }
            if position == usize::from(plan.id) {
                self.out.text.push_str(&id.to_string());
            } else if position == usize::from(plan.parent) {
                self.out.text.push_str(&above);
            } else {
                self.out.text.push_str(element);
            }
        }
        self.out.end_segment(start);
    }

    /// An element of the HL segment that the tree fills.
    pub(super) fn tree_element(&mut self, position: usize, draft: &mut Draft) {
        let Some(plan) = self.map.trees.get(self.hl.tree) else { return };
        let is = |element: u8| usize::from(element) == position;
        let text = if is(plan.id) {
            self.hl.id.to_string()
        } else if is(plan.parent) {
            self.hl.parent.map_or_else(String::new, |id| id.to_string())
        } else if is(plan.level) {
            self.hl.level.clone()
        } else if plan.child.is_some_and(is) && plan.child_must {
            (if self.hl.parent_of_some { "1" } else { "0" }).to_owned()
        } else {
            String::new()
        };
        if !text.is_empty() {
            // Digits and a code of the map fit any element.
            draft
                .put(position, |out| {
                    out.push_str(&text);
                    Ok(())
                })
                .unwrap_or_default();
        }
    }
}
