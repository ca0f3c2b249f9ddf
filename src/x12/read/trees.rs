//! HL trees: nodes by their parent pointers, each in a list of its parent's object.
//!
//! Objects of nodes are kept until the tree is whole, for a later node may stand under any
//! earlier one; then they are put together from the last to the first, so no depth of a
//! partner's tree becomes depth of our stack.

use std::borrow::Cow;

use super::objects::{Builder, put, segments_entry};
use super::unmapped::Entry;
use super::{End, Frame, Held, Reader};
use crate::canonical::record::Value;
use crate::grammar::mapping::{CompiledMap, TreePlan};
use crate::limits::RECORD_DEPTH;
use crate::x12::report::Screened;
use crate::x12::tree::{self, Tree};

/// A tree while its nodes are read.
#[derive(Debug, Default)]
pub(super) struct Growing<'a> {
    tree: Tree,
    nodes: Vec<Node<'a>>,
    plan: Option<usize>,
    own_used: bool,
}

/// A node of the tree.
#[derive(Debug, Default)]
struct Node<'a> {
    place: Place,
    /// Nesting of its object; the record itself is 0.
    depth: usize,
    builder: Option<Builder<'a>>,
    unmapped: Vec<Entry<'a>>,
    /// Of a node no line claims.
    segments: Vec<Value<'a>>,
}

/// Where a node's object goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Place {
    /// Nowhere: its segments stay as they are.
    #[default]
    Bare,
    /// It is the object around the tree.
    Own,
    /// A list of its parent's object: level line and list.
    List(usize, usize),
}

impl<'a> Growing<'a> {
    pub(super) fn new(set: &Screened<'a>, map: &CompiledMap) -> Self {
        let Some(schema) = set.schema.filter(|_| !map.trees.is_empty()) else {
            return Self::default();
        };
        let tree = tree::build(&set.text, set.placements, schema);
        let nodes = std::iter::repeat_with(Node::default).take(tree.nodes.len()).collect();
        Self { tree, nodes, plan: None, own_used: false }
    }

    /// A node no line claims is read to its end.
    pub(super) fn bare(&mut self, node: usize, segments: Vec<Value<'a>>) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.segments = segments;
        }
    }

    /// A node's own segments are read to their end.
    pub(super) fn parked(&mut self, node: usize, builder: Builder<'a>, left: Vec<Entry<'a>>) {
        if let Some(node) = self.nodes.get_mut(node) {
            node.builder = Some(builder);
            node.unmapped = left;
        }
    }
}

impl<'a> Reader<'_, 'a> {
    /// Whether a frame is of the level that is the record itself, and no set lacks it.
    pub(super) fn is_must_level(&self, frame: &Frame<'a>) -> bool {
        let mut trees = self.map.trees.iter();
        trees.any(|tree| {
            let own = tree.own_level().and_then(|level| tree.levels.get(level));
            own.is_some_and(|level| level.must && Some(level.scope) == frame.scope)
        })
    }

    /// A node of the tree begins at segment `index`.
    pub(super) fn enter_tree(&mut self, tree: usize, index: usize, row: u32) {
        let Some(plan) = self.map.trees.get(tree) else { return };
        let nodes = &self.tree.tree.nodes;
        let number = nodes.partition_point(|node| node.segments.start < index);
        let place = self.place(plan, number, index);
        self.tree.plan = Some(tree);
        let depth = self.depth_under(number);
        if let Some(node) = self.tree.nodes.get_mut(number) {
            node.place = place;
            node.depth = depth;
        }
        let scope = match place {
            Place::Bare => None,
            Place::Own => plan.own_level().and_then(|level| plan.levels.get(level)),
            Place::List(level, _) => plan.levels.get(level),
        };
        let end = match place {
            Place::Bare => End::Bare(number),
            Place::Own => End::Shared(self.plan(plan.node).map_or(0, |node| node.position), row),
            Place::List(..) => End::Node(number),
        };
        self.open(plan.node, scope.map(|level| level.scope), end);
    }

    fn depth_under(&self, number: usize) -> usize {
        let parent = self.tree.tree.nodes.get(number).and_then(|node| node.parent);
        let parent = parent.and_then(|parent| self.tree.nodes.get(parent));
        match parent {
            Some(Node { place: Place::List(..), depth, .. }) => depth.saturating_add(1),
            _ => 1,
        }
    }

    /// Where the object of node `number` goes.
    fn place(&mut self, plan: &'a TreePlan, number: usize, index: usize) -> Place {
        let Some(node) = self.tree.tree.nodes.get(number) else { return Place::Bare };
        let code = node.level.and_then(|row| plan.rules.get(row)).map(|(code, _)| code);
        let level = plan.levels.iter().position(|level| Some(&level.code) == code);
        let Some(row) = level else { return Place::Bare };
        let position = u32::try_from(index).unwrap_or(u32::MAX).saturating_add(1);
        let parent = node.parent.and_then(|parent| self.tree.nodes.get(parent));
        let list = plan.levels.get(row).and_then(|level| level.list);
        let Some(list) = list else {
            if node.parent.is_some() || self.tree.own_used {
                self.held = self.held.or(Some(Held::SecondTop { position }));
                return Place::Bare;
            }
            self.tree.own_used = true;
            return Place::Own;
        };
        let holder = match parent.map(|parent| (parent.place, parent.depth)) {
            Some((Place::Bare, _)) => return Place::Bare,
            Some((Place::List(level, _), depth)) => {
                if depth >= RECORD_DEPTH {
                    self.held = self.held.or(Some(Held::TooDeep { position }));
                    return Place::Bare;
                }
                plan.levels.get(level).map(|level| level.scope)
            }
            Some((Place::Own, _)) => self.frames.last().and_then(|frame| frame.scope),
            // Beside the level that is the record, what stands at the top is not under it.
            None if plan.own_level().is_some() => return Place::Bare,
            None => self.frames.last().and_then(|frame| frame.scope),
        };
        let scope = holder.and_then(|row| self.map.scopes.get(row));
        let slot = scope.and_then(|scope| scope.tree_slots.get(list).copied().flatten());
        if slot.is_some() { Place::List(row, list) } else { Place::Bare }
    }

    /// Puts the nodes together into the object around the tree.
    pub(super) fn assemble(&mut self, owner: &mut Builder<'a>, left: &mut Vec<Entry<'a>>) {
        let Some(plan) = self.tree.plan.and_then(|row| self.map.trees.get(row)) else { return };
        let Some(around) = self.map.scopes.first() else { return };
        let position = self.plan(plan.node).map_or(0, |node| node.position);
        let count = self.tree.nodes.len();
        let mut done: Vec<Option<Value<'a>>> =
            std::iter::repeat_with(|| None).take(count).collect();
        for number in (0..count).rev() {
            let Some(node) = self.tree.nodes.get_mut(number) else { continue };
            let place = node.place;
            let Place::List(level, _) = place else { continue };
            let Some(mut builder) = node.builder.take() else { continue };
            let mut unmapped = std::mem::take(&mut node.unmapped);
            let scope = plan.levels.get(level).and_then(|level| self.map.scopes.get(level.scope));
            let slots = scope.map_or(&[][..], |scope| scope.tree_slots.as_slice());
            let children = self.tree.tree.children(number).to_vec();
            self.adopt(
                &children,
                slots,
                &mut done,
                &mut builder,
                &mut unmapped,
                (plan, position, ""),
            );
            let object = self.built(builder, unmapped);
            if let Some(place) = done.get_mut(number) {
                *place = Some(Value::Object(object));
            }
        }
        let roots: Vec<usize> = self.tree.tree.roots().collect();
        for root in roots {
            let own = self.tree.nodes.get(root).is_some_and(|node| node.place == Place::Own);
            let slots = around.tree_slots.as_slice();
            if own {
                let prefix = plan.own_level().and_then(|level| plan.levels.get(level));
                let scope = prefix.and_then(|level| self.map.scopes.get(level.scope));
                let prefix = scope.map_or("", |scope| scope.prefix.as_str());
                let children = self.tree.tree.children(root).to_vec();
                self.adopt(&children, slots, &mut done, owner, left, (plan, position, prefix));
            } else {
                self.adopt(&[root], slots, &mut done, owner, left, (plan, position, ""));
            }
        }
    }

    /// Puts nodes into the lists of the object they stand under, those no line claims into its
    /// `unmapped`.
    fn adopt(
        &mut self,
        children: &[usize],
        slots: &[Option<crate::grammar::mapping::Slot>],
        done: &mut [Option<Value<'a>>],
        builder: &mut Builder<'a>,
        left: &mut Vec<Entry<'a>>,
        (plan, position, prefix): (&'a TreePlan, u32, &str),
    ) {
        for &child in children {
            let place = self.tree.nodes.get(child).map_or(Place::Bare, |node| node.place);
            if let Place::List(_, list) = place {
                let slot = slots.get(list).copied().flatten();
                let value = done.get_mut(child).and_then(Option::take);
                if let (Some(slot), Some(value)) = (slot, value) {
                    put(&mut builder.slots, slot, true, value);
                }
                continue;
            }
            let segments = self.branch(plan, child);
            let at = format!("{prefix}{}", plan.name);
            let entry = segments_entry(Cow::Owned(at), segments);
            left.push(Entry::nodes(position, !prefix.is_empty(), entry));
        }
    }

    /// The segments of a node and of all below it, ids counted from 1.
    fn branch(&mut self, plan: &TreePlan, top: usize) -> Vec<Value<'a>> {
        let mut segments = Vec::new();
        let mut id = 0usize;
        let mut open = vec![(top, String::new())];
        while let Some((number, parent)) = open.pop() {
            id = id.saturating_add(1);
            let own = id.to_string();
            let below = self.tree.tree.children(number);
            open.extend(below.iter().rev().map(|&child| (child, own.clone())));
            let Some(node) = self.tree.nodes.get_mut(number) else { continue };
            let mut lines = std::mem::take(&mut node.segments);
            if let Some(Value::List(items)) = lines.first_mut() {
                renumber(items, plan, own, parent);
            }
            segments.append(&mut lines);
        }
        segments
    }
}

/// Gives the first segment of a node its id and its parent's.
fn renumber<'a>(items: &mut Vec<Value<'a>>, plan: &TreePlan, own: String, parent: String) {
    for (element, text) in [(plan.id, own), (plan.parent, parent)] {
        let position = usize::from(element);
        while items.len() <= position {
            items.push(Value::Text(Cow::Borrowed("")));
        }
        if let Some(place) = items.get_mut(position) {
            *place = Value::Text(Cow::Owned(text));
        }
    }
}
