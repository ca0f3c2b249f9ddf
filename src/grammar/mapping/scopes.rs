//! Scopes: the lines of the set, of a loop or of a level, bound to a loop of the structure.

use super::elements::Goal;
use super::fields::{Clash, Draft, SET, Shape, Types};
use super::groups::label;
use super::laid::{At, Laid, LaidGroup, LaidLoop, Names};
use super::plan::{
    AlsoPlan, CompiledMap, Feed, Goes, GroupPlan, Line, LoopPlan, NodePlan, Scope, Slot,
};
use super::reach;
use super::table::Table;
use crate::grammar::compile::elements::Elements;
use crate::grammar::compile::wording::did_you_mean;
use crate::grammar::compile::{condition, wording};
use crate::grammar::error::GrammarError;
use crate::grammar::map::{GroupLine, SetLine, Target};
use crate::grammar::record::FieldKind;
use crate::grammar::schema::{Condition, ElementContent, ElementRule, NodeId, NodeKind, Schema};
use crate::grammar::segments::Kind;
use crate::limits::MAP_SINGLE_LINES;

/// Where a scope stands.
#[derive(Clone, Debug)]
pub(super) struct Site<'a> {
    /// The loop, or the set.
    pub(super) node: NodeId,
    /// The object its lines fill, and what may lie there.
    pub(super) draft: usize,
    pub(super) shape: Shape<'a>,
    /// What `at` of unmapped entries begins with.
    pub(super) prefix: String,
    /// What the loop's line asks of the trigger, and the line.
    pub(super) codes: Vec<Condition>,
    pub(super) at: Option<At>,
}

/// Compiles while it collects what is wrong.
pub(super) struct Compiler<'a> {
    pub(super) schema: &'a Schema,
    pub(super) elements: Elements<'a>,
    pub(super) types: Types<'a>,
    pub(super) names: Names,
    pub(super) drafts: Vec<Draft>,
    pub(super) plan: CompiledMap,
    pub(super) faults: Vec<GrammarError>,
}

/// The lines of a scope while they are compiled.
#[derive(Debug, Default)]
pub(super) struct Lines {
    pub(super) lines: Vec<Line>,
    pub(super) ats: Vec<At>,
    also: Vec<AlsoPlan>,
    sets: Vec<(Slot, String)>,
    singles: u8,
}

impl Lines {
    pub(super) fn push(&mut self, at: At, line: Line) {
        self.lines.push(line);
        self.ats.push(at);
    }

    /// The number of a line that claims once an instance.
    fn once(&mut self) -> Option<u8> {
        let number = self.singles;
        self.singles = self.singles.saturating_add(1);
        Some(number)
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn blame(&mut self, at: At, sentence: impl Into<String>) {
        let error = self.names.error(at, sentence);
        self.faults.push(error);
    }

    pub(super) fn new_draft(&mut self) -> usize {
        self.drafts.push(Draft::default());
        self.drafts.len().saturating_sub(1)
    }

    pub(super) fn children(&self, node: NodeId) -> &'a [NodeId] {
        self.schema.nodes.get(node.index()).map_or(&[], |node| &node.children)
    }

    pub(super) fn trigger(&self, node: NodeId) -> Option<NodeId> {
        self.plan.nodes.get(node.index())?.trigger
    }

    /// `loop N1`, `850`.
    pub(super) fn place_name(&self, node: NodeId) -> String {
        match self.schema.nodes.get(node.index()).map(|node| &node.kind) {
            Some(NodeKind::Loop(name)) => format!("loop {name}"),
            _ => self.schema.set.clone(),
        }
    }

    /// The place of a path in an object, or what is wrong with it.
    pub(super) fn slot(
        &mut self,
        draft: usize,
        target: &Target,
        at: At,
        line: usize,
    ) -> Option<Slot> {
        let name = target.path.join(".");
        let sentence = match self.drafts.get_mut(draft)?.slot(target, at, line) {
            Ok(slot) => return Some(slot),
            Err(Clash::Taken(other)) => {
                let other = self.names.line(at, other);
                format!("{name} is already written by {other}; one of them must be also")
            }
            Err(Clash::ListOrNot(other)) => {
                let other = self.names.line(at, other);
                format!("{name} is a list on one line and none on the other ({other})")
            }
            Err(Clash::Inside(path)) => {
                format!("{path} would be a value and an object that other lines fill")
            }
        };
        self.blame(at, sentence);
        None
    }

    /// The place of a target that holds objects, and what they may hold.
    pub(super) fn object(
        &mut self,
        site: &Site<'a>,
        target: &Target,
        at: At,
        line: usize,
    ) -> Option<(Slot, Shape<'a>)> {
        let name = target.path.join(".");
        let part = self.types.find(site.shape, &target.path).and_then(|found| {
            if found.kind.is_some() && found.list != target.list {
                let how = if found.list { "a list" } else { "no list" };
                return Err(format!("{name} is {how} in the record"));
            }
            self.types.part(found.kind).map_err(|why| format!("{name}: {why}"))
        });
        match part {
            Ok(shape) => Some((self.slot(site.draft, target, at, line)?, shape)),
            Err(sentence) => {
                self.blame(at, sentence);
                None
            }
        }
    }

    /// Compiles the lines of a scope; gives its row.
    pub(super) fn scope(&mut self, site: &Site<'a>, laid: &[Laid]) -> usize {
        let row = self.plan.scopes.len();
        self.plan.scopes.push(Scope {
            node: site.node,
            layout: site.draft,
            prefix: site.prefix.clone(),
            lines: Vec::new(),
            table: Vec::new(),
            also: Vec::new(),
            sets: Vec::new(),
            feeds: Vec::new(),
            trigger: None,
            tree_slots: Vec::new(),
        });
        let mut lines = Lines::default();
        for line in laid {
            self.laid_line(site, row, line, &mut lines);
        }
        let trigger = self.trigger_group(site, &mut lines);
        if usize::from(lines.singles) > MAP_SINGLE_LINES {
            let at = site.at.unwrap_or(At { text: 0, line: 1, column: 1 });
            let here = self.place_name(site.node);
            self.blame(at, format!("{here} has over {MAP_SINGLE_LINES} lines that claim once"));
        }
        let table = self.table(site.node, &lines.lines);
        self.reachable(&lines, &table);
        self.repeats(&lines);
        let feeds = self.feeds(&lines);
        if let Some(scope) = self.plan.scopes.get_mut(row) {
            scope.lines = lines.lines;
            scope.also = lines.also;
            scope.sets = lines.sets;
            scope.table = table;
            scope.feeds = feeds;
            scope.trigger = trigger;
        }
        row
    }

    fn laid_line(&mut self, site: &Site<'a>, row: usize, line: &Laid, lines: &mut Lines) {
        match line {
            Laid::Group(group) => {
                let Some(plan) = self.group(site, group) else { return };
                self.add_group(group.at, plan, lines);
            }
            Laid::Loop(line) => {
                if let Some(plan) = self.looped(site, line, lines) {
                    lines.push(line.at, Line::Loop(plan));
                }
            }
            Laid::Tree(tree) => {
                if let Some(plan) = self.tree(site, row, tree) {
                    self.plan.trees.push(plan);
                    let number = self.plan.trees.len().saturating_sub(1);
                    lines.push(tree.at, Line::Tree(number));
                }
            }
            Laid::Set(at, set) => self.set(site, *at, set, lines),
            Laid::Also(group) => {
                if let Some(plan) = self.also(site, group) {
                    lines.also.push(plan);
                }
            }
            Laid::Without(at, _) => self.blame(*at, "without stands in guides only"),
        }
    }

    fn add_group(&mut self, at: At, plan: GroupPlan, lines: &mut Lines) {
        let once = match plan.goes {
            Goes::Owner | Goes::Object(_) => lines.once(),
            Goes::List(_) | Goes::Bare(_) | Goes::Packed(_) => None,
        };
        let group = self.plan.groups.len();
        self.plan.groups.push(plan);
        lines.push(at, Line::Group { group, once });
    }

    /// The group that writes a loop's trigger; when no line claims every trigger, one without
    /// lines, so that what the trigger says stays in `unmapped`.
    fn trigger_group(&mut self, site: &Site<'a>, lines: &mut Lines) -> Option<usize> {
        let trigger = self.trigger(site.node)?;
        let node = self.plan.nodes.get(trigger.index())?;
        let given = condition::both(&node.condition, &site.codes);
        let mut open = None;
        for line in &lines.lines {
            let Line::Group { group: row, .. } = line else { continue };
            let Some(group) = self.plan.groups.get(*row) else { continue };
            let all =
                group.nodes.contains(&trigger) && condition::implies(&given, &group.condition);
            match group.goes {
                Goes::Owner if all => return Some(*row),
                Goes::List(_) | Goes::Object(_) if all => open = Some(*row),
                _ => {}
            }
        }
        if open.is_some() {
            return None;
        }
        let id = self.schema.nodes.get(trigger.index())?.id.clone();
        let at = site.at.unwrap_or(At { text: 0, line: 1, column: 1 });
        let empty = LaidGroup { at, id, condition: Vec::new(), target: None, lines: Vec::new() };
        let plan = self.group(site, &empty)?;
        self.add_group(at, plan, lines);
        self.plan.groups.len().checked_sub(1)
    }

    fn looped(&mut self, site: &Site<'a>, line: &LaidLoop, lines: &mut Lines) -> Option<LoopPlan> {
        let (nodes, condition) = self.loops(site, line)?;
        let shared = line.target.path.is_empty();
        let (target, draft, shape) = if shared {
            (None, site.draft, site.shape)
        } else {
            let identity = std::ptr::from_ref(line).addr();
            let (slot, shape) = self.object(site, &line.target, line.at, identity)?;
            (Some(slot), self.new_draft(), shape)
        };
        let prefix = if shared {
            format!("{}{}/", site.prefix, label(&line.name, &line.condition))
        } else {
            String::new()
        };
        let mut variants = Vec::new();
        for node in nodes {
            let inner = Site {
                node,
                draft,
                shape,
                prefix: prefix.clone(),
                codes: condition.clone(),
                at: Some(line.at),
            };
            variants.push((node, self.scope(&inner, &line.lines)));
        }
        let once = if line.target.list { None } else { lines.once() };
        Some(LoopPlan { condition, once, target, list: line.target.list, variants })
    }

    /// The loops of a name, and what the line asks of their trigger.
    fn loops(&mut self, site: &Site<'a>, line: &LaidLoop) -> Option<(Vec<NodeId>, Vec<Condition>)> {
        let here = self.place_name(site.node);
        let loops: Vec<(NodeId, &str)> = self
            .children(site.node)
            .iter()
            .filter_map(|&node| match &self.schema.nodes.get(node.index())?.kind {
                NodeKind::Loop(name) => Some((node, name.as_str())),
                NodeKind::Set | NodeKind::Segment => None,
            })
            .collect();
        let named = loops.iter().filter(|(_, name)| *name == line.name).map(|(node, _)| *node);
        let named: Vec<NodeId> = named.collect();
        let Some(first) = named.first() else {
            let names = loops.iter().map(|(_, name)| *name);
            let hint = did_you_mean(&line.name, names.clone())
                .unwrap_or_else(|| format!("it has: {}", names.collect::<Vec<_>>().join(" ")));
            let sentence = format!("cannot be placed: {here} has no loop {}; {hint}", line.name);
            self.blame(line.at, sentence);
            return None;
        };
        let segment = self.schema.nodes.get(first.index())?.segment;
        let condition = match condition::compile(self.elements, segment, &line.condition) {
            Ok(condition) => condition,
            Err(sentences) => {
                for sentence in sentences {
                    self.blame(line.at, format!("cannot be placed: {sentence}"));
                }
                return None;
            }
        };
        let nodes: Vec<NodeId> = named
            .into_iter()
            .filter(|node| {
                let node = self.plan.nodes.get(node.index());
                node.is_some_and(|node| !condition::disjoint(&node.condition, &condition))
            })
            .collect();
        if nodes.is_empty() {
            let clauses = wording::clauses(&line.condition);
            let sentence =
                format!("cannot be placed: no loop {} of {here} has {clauses}", line.name);
            self.blame(line.at, sentence);
            return None;
        }
        Some((nodes, condition))
    }

    fn set(&mut self, site: &Site<'a>, at: At, set: &SetLine, lines: &mut Lines) {
        match self.types.find(site.shape, &set.path) {
            Ok(found) if found.list => {
                self.blame(at, format!("{} is a list, and set gives one word", set.path.join(".")));
                return;
            }
            Ok(found) => {
                if !matches!(found.kind, None | Some(FieldKind::Word | FieldKind::Text)) {
                    self.blame(at, format!("{} holds no word", set.path.join(".")));
                    return;
                }
            }
            Err(sentence) => {
                self.blame(at, sentence);
                return;
            }
        }
        let target = Target { path: set.path.clone(), list: false };
        if let Some(slot) = self.slot(site.draft, &target, at, SET) {
            lines.sets.push((slot, set.code.clone()));
        }
    }

    fn also(&mut self, site: &Site<'a>, group: &LaidGroup) -> Option<AlsoPlan> {
        let (nodes, condition) = self.placed(site, group)?;
        let segment = self.schema.nodes.get(nodes.first()?.index())?.segment;
        let table = Table::segment(self.schema, segment);
        let goal = Goal { draft: site.draft, shape: site.shape, only_read: true };
        let mut fields = Vec::new();
        for line in &group.lines {
            let GroupLine::Element(element) = &line.line else {
                self.blame(line.at, "also reads elements only");
                continue;
            };
            if element.target.list || element.at.last.is_some() {
                self.blame(line.at, "also fills one field from one element");
                continue;
            }
            let field = self.field(goal, line.at, element, &table, element.at)?;
            fields.push((element.at.element, element.at.component, field));
        }
        Some(AlsoPlan { nodes, condition, fields })
    }

    /// By child of the scope's node: the lines that may claim there, in order.
    fn table(&self, node: NodeId, lines: &[Line]) -> Vec<Vec<u16>> {
        let mut table = vec![Vec::new(); self.children(node).len()];
        for (row, line) in (0u16..).zip(lines) {
            let nodes: Vec<NodeId> = match line {
                Line::Group { group, .. } => {
                    self.plan.groups.get(*group).map_or_else(Vec::new, |group| group.nodes.clone())
                }
                Line::Loop(plan) => plan.variants.iter().map(|(node, _)| *node).collect(),
                Line::Tree(tree) => {
                    self.plan.trees.get(*tree).map(|tree| tree.node).into_iter().collect()
                }
            };
            for node in nodes {
                let ordinal = self.plan.nodes.get(node.index()).map(|node| node.ordinal);
                if let Some(lines) = ordinal.and_then(|ordinal| table.get_mut(ordinal)) {
                    lines.push(row);
                }
            }
        }
        table
    }

    fn reachable(&mut self, lines: &Lines, table: &[Vec<u16>]) {
        for (row, by) in reach::unreached(&self.plan, &lines.lines, table) {
            let (Some(&at), Some(&other)) = (lines.ats.get(row), lines.ats.get(by)) else {
                continue;
            };
            let what = match lines.lines.get(by) {
                Some(Line::Group { group, .. }) => {
                    self.plan.groups.get(*group).map_or_else(String::new, |group| group.at.clone())
                }
                Some(Line::Loop(plan)) => plan
                    .variants
                    .first()
                    .map_or_else(String::new, |(node, _)| self.place_name(*node)),
                Some(Line::Tree(_)) | None => "tree".to_owned(),
            };
            let other = self.names.line(at, other);
            self.blame(at, format!("this line can never be reached: {other} takes every {what}"));
        }
    }

    /// A loop that may come again, when no line takes the others: a warning.
    fn repeats(&mut self, lines: &Lines) {
        for (row, line) in lines.lines.iter().enumerate() {
            let Line::Loop(plan) = line else { continue };
            if plan.target.is_some() {
                continue;
            }
            let nodes = || plan.variants.iter().map(|(node, _)| *node);
            let many = nodes()
                .any(|node| self.plan.nodes.get(node.index()).is_some_and(|node| node.max > 1));
            let later = lines.lines.iter().skip(row.saturating_add(1)).any(|other| {
                matches!(other, Line::Loop(other) if other
                    .variants
                    .iter()
                    .any(|(node, _)| nodes().any(|own| own == *node)))
            });
            let (Some(&at), Some(node)) = (lines.ats.get(row), nodes().next()) else { continue };
            if many && !later {
                let name = self.place_name(node);
                let sentence = format!("{name} may repeat, and the second stays in unmapped");
                let warning = self.names.error(at, sentence);
                if !self.plan.warnings.contains(&warning) {
                    self.plan.warnings.push(warning);
                }
            }
        }
    }

    /// What is written, in order: a list stands where its first line stands.
    fn feeds(&mut self, lines: &Lines) -> Vec<Feed> {
        let mut feeds: Vec<Feed> = Vec::new();
        for (row, line) in lines.lines.iter().enumerate() {
            let slot = match line {
                Line::Group { group, .. } => {
                    self.plan.groups.get(*group).and_then(|group| match group.goes {
                        Goes::List(slot) | Goes::Bare(slot) | Goes::Packed(slot) => Some(slot),
                        Goes::Owner | Goes::Object(_) => None,
                    })
                }
                Line::Loop(plan) => plan.target.filter(|_| plan.list),
                Line::Tree(_) => None,
            };
            let known = feeds.iter_mut().find_map(|feed| match feed {
                Feed::List(other, rows) if Some(*other) == slot => Some(rows),
                _ => None,
            });
            match (slot, known) {
                (Some(_), Some(rows)) => rows.push(row),
                (Some(slot), None) => feeds.push(Feed::List(slot, vec![row])),
                (None, _) => feeds.push(Feed::Line(row)),
            }
        }
        self.positional(lines, &feeds);
        feeds
    }

    /// A list that elements of one segment fill by position has no other writer.
    fn positional(&mut self, lines: &Lines, feeds: &[Feed]) {
        let mut seen: Vec<Slot> = feeds
            .iter()
            .filter_map(|feed| match feed {
                Feed::List(slot, _) => Some(*slot),
                Feed::Line(_) => None,
            })
            .collect();
        for (line, &at) in lines.lines.iter().zip(&lines.ats) {
            let Line::Group { group, .. } = line else { continue };
            let Some(group) = self.plan.groups.get(*group) else { continue };
            if group.goes != Goes::Owner {
                continue;
            }
            let slots = group.slots.iter().map(|each| each.slot);
            let slots: Vec<Slot> = group.lists.iter().copied().chain(slots).collect();
            if slots.iter().any(|slot| seen.contains(slot)) {
                self.blame(at, "cannot be written: another line writes the same list");
            }
            seen.extend(slots);
        }
    }
}

/// The element of a segment that holds bytes of any kind.
fn binary(schema: &Schema, segment: usize) -> Option<u8> {
    let elements = &schema.segments.get(segment)?.elements;
    let is_binary = |rule: &ElementRule| match &rule.content {
        ElementContent::Simple(simple) => simple.kind == Kind::B,
        ElementContent::Composite(_) | ElementContent::Unused => false,
    };
    (1u8..).zip(elements).find(|(_, rule)| is_binary(rule)).map(|(position, _)| position)
}

/// What the map needs of the schema's nodes.
pub(super) fn nodes(schema: &Schema) -> Vec<NodePlan> {
    let mut plans: Vec<NodePlan> = schema
        .nodes
        .iter()
        .map(|node| {
            let trigger = match node.kind {
                NodeKind::Loop(_) => node.children.first().copied(),
                NodeKind::Set | NodeKind::Segment => None,
            };
            let inner = trigger.and_then(|node| schema.nodes.get(node.index()));
            let inner = inner.map_or(&[][..], |node| &node.condition);
            NodePlan {
                parent: node.parent,
                ordinal: 0,
                trigger,
                is_trigger: false,
                position: node.position,
                min: node.min,
                max: node.max,
                condition: condition::both(&node.condition, inner),
                name: match &node.kind {
                    NodeKind::Loop(name) => name.clone(),
                    NodeKind::Set | NodeKind::Segment => node.id.clone(),
                },
                nth: 1,
                shares_name: false,
                children: node.children.clone(),
                binary: binary(schema, node.segment),
            }
        })
        .collect();
    for row in 0..plans.len() {
        let Some(plan) = plans.get(row) else { continue };
        let (children, trigger, outer) =
            (plan.children.clone(), plan.trigger, plan.condition.clone());
        let names: Vec<String> = children
            .iter()
            .map(|child| {
                plans.get(child.index()).map_or_else(String::new, |plan| plan.name.clone())
            })
            .collect();
        for (ordinal, child) in children.iter().enumerate() {
            let Some(plan) = plans.get_mut(child.index()) else { continue };
            plan.ordinal = ordinal;
            plan.is_trigger = Some(*child) == trigger;
            if plan.is_trigger {
                plan.condition = condition::both(&plan.condition, &outer);
            }
            let before = names.iter().take(ordinal).filter(|name| **name == plan.name).count();
            plan.nth = u32::try_from(before).unwrap_or(u32::MAX).saturating_add(1);
            plan.shares_name = names.iter().filter(|name| **name == plan.name).count() > 1;
        }
    }
    plans
}
