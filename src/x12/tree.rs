//! Checks HL trees and builds them from their parent pointers, never from their order
//! (GRAMMAR.md 5.4).
//!
//! Every instance of a tree loop names itself and its parent. A parent is looked up among the
//! earlier instances of the same tree, so a cycle cannot arise; ids are found by bisection in a
//! sorted list, so no choice of ids makes the work quadratic.

use super::finding::{Fault, Level};
use super::segment::{Segment, SetText};
use super::validate::{Gather, Place, Site, listing, printable};
use crate::grammar::schema::{NodeId, NodeKind, Schema, TreeRule};
use crate::limits;
use std::cmp::Ordering;
use std::ops::Range;

/// The instances of a set's tree loops, in file order, with what they point at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tree {
    /// The instances.
    pub nodes: Vec<TreeNode>,
    children: Vec<usize>,
}

/// One instance of a tree loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeNode {
    /// The tree loop's row of the schema.
    pub loop_node: NodeId,
    /// Its segments, the trigger first, up to the last before the next instance that stands in the
    /// loop; strays and segments placed further out may lie between.
    pub segments: Range<usize>,
    /// The instance it stands under: its index in [`Tree::nodes`], always a smaller one.
    pub parent: Option<usize>,
    /// Its level: the index in the tree rule's `levels`; none for a code that is not listed.
    pub level: Option<usize>,
    children: Range<usize>,
}

impl Tree {
    /// The instances directly under instance `index`, in file order.
    #[must_use]
    pub fn children(&self, index: usize) -> &[usize] {
        let range = self.nodes.get(index).map(|node| node.children.clone());
        range.and_then(|range| self.children.get(range)).unwrap_or_default()
    }

    /// The instances that stand under none, in file order.
    pub fn roots(&self) -> impl Iterator<Item = usize> {
        let nodes = self.nodes.iter().enumerate();
        nodes.filter(|(_, node)| node.parent.is_none()).map(|(index, _)| index)
    }
}

/// Builds the tree of a set that was checked: `placements` are
/// [`super::validate::Validator::placements`]. A parent that is not there leaves its instance a
/// root; an empty one is filled as the check fills it. Nothing is refused here.
#[must_use]
pub fn build(text: &SetText<'_>, placements: &[NodeId], schema: &Schema) -> Tree {
    let mut scratch = Scratch::default();
    scratch.collect(placements, schema);
    scratch.resolve(text, schema, &mut |_, _| {});
    let mut nodes: Vec<TreeNode> = scratch
        .instances
        .iter()
        .zip(&scratch.standings)
        .map(|(instance, standing)| TreeNode {
            loop_node: instance.loop_node,
            segments: instance.segment..instance.end,
            parent: standing.parent,
            level: standing.level,
            children: 0..0,
        })
        .collect();
    let mut children: Vec<usize> =
        (0..nodes.len()).filter(|&i| nodes.get(i).is_some_and(|n| n.parent.is_some())).collect();
    let parent_of = |index: &usize| nodes.get(*index).and_then(|node| node.parent);
    children.sort_by_key(parent_of);
    let parents: Vec<Option<usize>> = children.iter().map(parent_of).collect();
    for (at, parent) in parents.into_iter().enumerate() {
        if let Some(node) = parent.and_then(|parent| nodes.get_mut(parent)) {
            if node.children.is_empty() {
                node.children = at..at;
            }
            node.children.end = at.saturating_add(1);
        }
    }
    Tree { nodes, children }
}

/// Tells what is wrong with the trees of a set.
pub(in crate::x12) fn check(gather: &mut Gather<'_>, placements: &[NodeId], scratch: &mut Scratch) {
    let (text, schema) = (gather.text, gather.schema);
    scratch.collect(placements, schema);
    if scratch.too_many {
        gather.limit("instances of one tree", limits::TREE_NODES);
    }
    let mut troubles = Vec::new();
    let mut more = 0;
    scratch.resolve(&text, schema, &mut |index, trouble| {
        if troubles.len() < limits::SET_FINDINGS {
            troubles.push((index, trouble));
        } else {
            more += 1;
        }
    });
    gather.count_more(more);
    for (index, trouble) in troubles {
        scratch.tell(gather, index, trouble);
    }
    for index in 0..scratch.instances.len() {
        scratch.child_flag(gather, index);
    }
    scratch.missing_levels(gather, placements);
}

/// What is wrong with one instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trouble {
    Id,
    Parent,
    ParentEmpty,
    Level,
    /// Level of the parent.
    Under(usize),
}

/// One instance of a tree loop, as found.
#[derive(Clone, Copy, Debug)]
struct Instance {
    loop_node: NodeId,
    /// Row of the schema's trees.
    rule: usize,
    /// Which instance of the loop around the tree.
    scope: usize,
    segment: usize,
    end: usize,
    /// Where its id stands in the set's bytes, once the ids are sorted.
    id: (u32, u32),
}

impl Instance {
    fn id<'a>(&self, text: &SetText<'a>) -> &'a [u8] {
        let (start, length) = self.id;
        let start = usize::try_from(start).unwrap_or(usize::MAX);
        let end = start.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
        text.bytes.get(start..end).unwrap_or_default()
    }
}

/// Where an instance stands.
#[derive(Clone, Copy, Debug, Default)]
struct Standing {
    parent: Option<usize>,
    level: Option<usize>,
    has_children: bool,
}

/// A tree loop of the schema, and in which instance of the loop around it we are.
#[derive(Clone, Debug)]
struct TreeLoop {
    node: NodeId,
    rule: usize,
    trigger: NodeId,
    around: Option<NodeId>,
    scope: usize,
    current: Option<usize>,
}

/// One instance of the loop around a tree: what was seen of each level.
#[derive(Clone, Copy, Debug)]
struct Scope {
    rule: usize,
    /// Instances are contiguous among those of the rule.
    last: usize,
    unknown_levels: bool,
    levels: usize,
}

/// Memory of the tree check, kept between sets.
#[derive(Debug, Default)]
pub(in crate::x12) struct Scratch {
    loops: Vec<TreeLoop>,
    instances: Vec<Instance>,
    standings: Vec<Standing>,
    /// Instances by scope, id and order.
    by_id: Vec<usize>,
    scopes: Vec<Scope>,
    /// Last instance of each level, by scope.
    lasts: Vec<Option<usize>>,
    too_many: bool,
}

impl Scratch {
    /// Finds the instances of tree loops among the placements.
    fn collect(&mut self, placements: &[NodeId], schema: &Schema) {
        self.loops.clear();
        self.instances.clear();
        self.too_many = false;
        for (index, node) in (0u16..).zip(&schema.nodes) {
            let (Some(rule), Some(&trigger)) = (node.tree, node.children.first()) else { continue };
            let around = schema.nodes.get(node.parent.index());
            let around = around.filter(|around| around.kind != NodeKind::Set);
            let around = around.and_then(|around| around.children.first().copied());
            self.loops.push(TreeLoop {
                node: NodeId(index),
                rule,
                trigger,
                around,
                scope: 0,
                current: None,
            });
        }
        let mut scopes = self.loops.len();
        for (scope, tree) in self.loops.iter_mut().enumerate() {
            tree.scope = scope;
        }
        for (segment, &node) in placements.iter().enumerate() {
            for tree in &mut self.loops {
                if Some(node) == tree.around {
                    tree.scope = scopes;
                    tree.current = None;
                    scopes = scopes.saturating_add(1);
                } else if node == tree.trigger {
                    if self.instances.len() >= limits::TREE_NODES {
                        self.too_many = true;
                        return;
                    }
                    tree.current = Some(self.instances.len());
                    self.instances.push(Instance {
                        loop_node: tree.node,
                        rule: tree.rule,
                        scope: tree.scope,
                        segment,
                        end: segment.saturating_add(1),
                        id: (0, 0),
                    });
                } else if let Some(current) = tree.current
                    && stands_in(schema, node, tree.node)
                    && let Some(instance) = self.instances.get_mut(current)
                {
                    instance.end = segment.saturating_add(1);
                }
            }
        }
        let loops = self.loops.len();
        self.scopes.clear();
        self.scopes.resize(
            scopes.max(loops),
            Scope { rule: 0, last: 0, unknown_levels: false, levels: usize::MAX },
        );
    }

    /// Resolves parents and levels, telling what is wrong in file order.
    fn resolve(
        &mut self,
        text: &SetText<'_>,
        schema: &Schema,
        tell: &mut impl FnMut(usize, Trouble),
    ) {
        self.standings.clear();
        self.lasts.clear();
        self.sort(text, schema);
        for index in 0..self.instances.len() {
            let Some(&instance) = self.instances.get(index) else { return };
            let Some(rule) = schema.trees.get(instance.rule) else { return };
            let id = instance.id(text);
            let parent = element(text, &instance, rule.parent);
            if id.is_empty() || self.earlier(text, index, id).is_some() {
                tell(index, Trouble::Id);
            }
            let level = level_of(rule, element(text, &instance, rule.level));
            if level.is_none() {
                tell(index, Trouble::Level);
            }
            let may_be_under = level.and_then(|level| rule.levels.get(level));
            let under: &[String] = may_be_under.map_or(&[], |(_, _, under)| under);
            let mut standing = Standing { parent: None, level, has_children: false };
            if parent.is_empty() {
                if !under.is_empty() {
                    tell(index, Trouble::ParentEmpty);
                    standing.parent = self.nearest(&instance, rule, under);
                }
            } else if let Some((found, alone)) = self.earlier(text, index, parent) {
                standing.parent = Some(found);
                let above = self.standings.get(found).and_then(|standing| standing.level);
                let above_code = above.and_then(|above| rule.levels.get(above));
                if let (Some(above), Some((code, _, _)), Some(_), true) =
                    (above, above_code, level, alone)
                    && !under.contains(code)
                {
                    tell(index, Trouble::Under(above));
                }
            } else {
                tell(index, Trouble::Parent);
            }
            self.stand(index, &instance, rule, standing);
        }
    }

    fn stand(&mut self, index: usize, instance: &Instance, rule: &TreeRule, standing: Standing) {
        self.standings.push(standing);
        if let Some(parent) = standing.parent.and_then(|parent| self.standings.get_mut(parent)) {
            parent.has_children = true;
        }
        let Some(scope) = self.scopes.get_mut(instance.scope) else { return };
        if scope.levels == usize::MAX {
            scope.levels = self.lasts.len();
            scope.rule = instance.rule;
            self.lasts.resize(self.lasts.len().saturating_add(rule.levels.len()), None);
        }
        scope.last = index;
        scope.unknown_levels |= standing.level.is_none();
        let at = standing.level.map(|level| scope.levels.saturating_add(level));
        if let Some(last) = at.and_then(|at| self.lasts.get_mut(at)) {
            *last = Some(index);
        }
    }

    fn sort(&mut self, text: &SetText<'_>, schema: &Schema) {
        for instance in &mut self.instances {
            let position = schema.trees.get(instance.rule).map_or(0, |rule| rule.id);
            let length = u32::try_from(element(text, instance, position).len()).unwrap_or(0);
            let segment = text.segment(instance.segment);
            let start = segment.map_or(0, |it| it.element_start(usize::from(position)));
            instance.id = (start, length);
        }
        self.by_id.clear();
        self.by_id.extend(0..self.instances.len());
        let instances = &self.instances;
        self.by_id.sort_unstable_by(|&a, &b| {
            let (Some(left), Some(right)) = (instances.get(a), instances.get(b)) else {
                return Ordering::Equal;
            };
            compare(left, left.id(text), right, right.id(text)).then(a.cmp(&b))
        });
    }

    /// The nearest instance before `index`, in the same scope, that has this id, and whether it is
    /// the only one before.
    fn earlier(&self, text: &SetText<'_>, index: usize, id: &[u8]) -> Option<(usize, bool)> {
        let here = self.instances.get(index)?;
        let end = self.by_id.partition_point(|&other| {
            let Some(instance) = self.instances.get(other) else { return false };
            let order = compare(instance, instance.id(text), here, id);
            order.then(other.cmp(&index)) == Ordering::Less
        });
        let same = |at: usize| {
            let found = *self.by_id.get(at)?;
            let instance = self.instances.get(found)?;
            let order = compare(instance, instance.id(text), here, id);
            (order == Ordering::Equal).then_some(found)
        };
        let found = same(end.checked_sub(1)?)?;
        let alone = end.checked_sub(2).and_then(same).is_none();
        Some((found, alone))
    }

    /// The nearest earlier instance whose level is one of `under`.
    fn nearest(&self, instance: &Instance, rule: &TreeRule, under: &[String]) -> Option<usize> {
        let scope = self.scopes.get(instance.scope).filter(|scope| scope.levels != usize::MAX)?;
        let levels = rule.levels.iter().enumerate();
        levels
            .filter(|(_, (code, _, _))| under.contains(code))
            .filter_map(|(level, _)| *self.lasts.get(scope.levels.saturating_add(level))?)
            .max()
    }

    fn tell(&self, gather: &mut Gather<'_>, index: usize, trouble: Trouble) {
        let Some(instance) = self.instances.get(index) else { return };
        let Some(rule) = gather.schema.trees.get(instance.rule) else { return };
        let (element, fault, level) = match trouble {
            Trouble::Id => (rule.id, Fault::TreeId, Level::Error),
            Trouble::Parent => (rule.parent, Fault::TreeParent, Level::Error),
            Trouble::ParentEmpty => (rule.parent, Fault::TreeParentEmpty, gather.tolerated()),
            Trouble::Level => {
                let codes = rule.levels.iter().map(|(code, _, _)| code.as_bytes());
                (rule.level, Fault::TreeLevel { expected: listing(codes) }, Level::Error)
            }
            Trouble::Under(above) => {
                let parent = rule.levels.get(above).map_or("", |(code, _, _)| code);
                (rule.level, Fault::TreeUnder { parent: parent.into() }, Level::Error)
            }
        };
        at_element(gather, instance, element, level, fault);
    }

    fn child_flag(&self, gather: &mut Gather<'_>, index: usize) {
        let Some(instance) = self.instances.get(index) else { return };
        let flag = gather.schema.trees.get(instance.rule).and_then(|rule| rule.child);
        let Some(flag) = flag else { return };
        let sent = element(&gather.text, instance, flag);
        let has_children = self.standings.get(index).is_some_and(|at| at.has_children);
        let right: &[u8] = if has_children { b"1" } else { b"0" };
        if !sent.is_empty() && sent != right {
            let level = gather.tolerated();
            at_element(gather, instance, flag, level, Fault::TreeChildFlag);
        }
    }

    /// 3 on the trigger for a level that must stand and never came. A level code that is not
    /// listed stands for the absent one: that was told already.
    fn missing_levels(&self, gather: &mut Gather<'_>, placements: &[NodeId]) {
        for scope in self.scopes.iter().filter(|scope| scope.levels != usize::MAX) {
            let Some(rule) = gather.schema.trees.get(scope.rule) else { continue };
            let Some(last) = self.instances.get(scope.last) else { continue };
            for (level, (code, must, _)) in rule.levels.iter().enumerate() {
                let seen = self.lasts.get(scope.levels.saturating_add(level)).copied().flatten();
                if *must && seen.is_none() && !scope.unknown_levels {
                    let after = passed(placements, last.end);
                    gather.missing_level(after, last.loop_node, &printable(code.as_bytes()));
                }
            }
        }
    }
}

/// The first segment from `end` on that is no stray.
fn passed(placements: &[NodeId], end: usize) -> usize {
    let after = placements.get(end..).unwrap_or_default();
    let strays = after.iter().take_while(|&&node| node == NodeId::STRAY).count();
    end.saturating_add(strays)
}

fn at_element(
    gather: &mut Gather<'_>,
    instance: &Instance,
    element: u8,
    level: Level,
    fault: Fault,
) {
    let Some(segment) = gather.text.segment(instance.segment) else { return };
    let row = gather.schema.nodes.get(instance.loop_node.index());
    let Some(&trigger) = row.and_then(|row| row.children.first()) else { return };
    let position = usize::from(element);
    let rule = row
        .and_then(|row| gather.schema.segments.get(row.segment))
        .and_then(|rule| rule.elements.get(position.checked_sub(1)?));
    let site = Site {
        element: position,
        component: 0,
        repetition: 0,
        dictionary: rule.map_or("", |rule| gather.dictionary(rule, 0)),
        start: usize::try_from(segment.element_start(position)).unwrap_or(usize::MAX),
        length: segment.element(position).len(),
    };
    gather.element(level, Place { index: instance.segment, node: trigger }, site, fault);
}

/// Scope, then length, then bytes: ids counted from 1 are in this order as they come.
fn compare(left: &Instance, left_id: &[u8], right: &Instance, right_id: &[u8]) -> Ordering {
    left.scope
        .cmp(&right.scope)
        .then(left_id.len().cmp(&right_id.len()))
        .then_with(|| left_id.cmp(right_id))
}

fn element<'a>(text: &SetText<'a>, instance: &Instance, position: u8) -> &'a [u8] {
    let segment = text.segment(instance.segment);
    segment.as_ref().map_or(&[], |segment: &Segment<'a>| {
        segment.element(usize::from(position)).trim_ascii_end()
    })
}

fn level_of(rule: &TreeRule, code: &[u8]) -> Option<usize> {
    rule.levels.iter().position(|(listed, _, _)| listed.as_bytes() == code)
}

/// Whether `node` stands in the loop `ancestor`, at any depth.
fn stands_in(schema: &Schema, node: NodeId, ancestor: NodeId) -> bool {
    let mut at = node;
    for _ in 0..=limits::LOOP_DEPTH {
        let Some(row) = schema.nodes.get(at.index()) else { return false };
        if row.parent == ancestor {
            return true;
        }
        if row.parent == NodeId::SET {
            return false;
        }
        at = row.parent;
    }
    false
}
