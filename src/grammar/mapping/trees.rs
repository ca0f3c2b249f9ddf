//! The `tree` line: which list of its parent's object each level goes to.

use super::fields::Shape;
use super::laid::{At, LaidLevel, LaidTree};
use super::plan::{LevelPlan, Slot, TreePlan};
use super::scopes::{Compiler, Site};
use crate::grammar::compile::wording::did_you_mean;
use crate::grammar::map::Target;
use crate::grammar::schema::{ElementContent, NodeId, NodeKind, TreeRule};

impl<'a> Compiler<'a> {
    /// Compiles the tree of the scope in row `owner`.
    pub(super) fn tree(
        &mut self,
        site: &Site<'a>,
        owner: usize,
        tree: &LaidTree,
    ) -> Option<TreePlan> {
        let (node, rule) = self.tree_loop(site, tree)?;
        if site.node != NodeId::SET {
            self.blame(tree.at, "a tree stands at the outermost depth of a map");
            return None;
        }
        let mut lists: Vec<String> = Vec::new();
        for level in &tree.levels {
            self.level_known(level, &rule);
            let known = level.target.path.first().is_none_or(|name| lists.contains(name));
            match level.target.path.as_slice() {
                [] => {}
                [name] if level.target.list && !known => lists.push(name.clone()),
                [_] if level.target.list => {}
                _ => self.blame(level.at, "a level goes to a list of its parent, or to ."),
            }
        }
        let own: Vec<&LaidLevel> =
            tree.levels.iter().filter(|level| level.target.path.is_empty()).collect();
        if let [_, second, ..] = own.as_slice() {
            self.blame(second.at, "one level only can be the record itself");
        }
        let shapes = self.level_shapes(site, tree, &lists);
        let mut levels = Vec::new();
        for level in &tree.levels {
            levels.push(self.level(site, node, tree, level, &lists, &shapes)?);
        }
        let owner_slots = self.tree_slots(site.draft, site.shape, tree.at, &lists);
        if let Some(scope) = self.plan.scopes.get_mut(owner) {
            scope.tree_slots = owner_slots;
        }
        let child_must = rule.child.is_some_and(|child| self.element_must(node, child));
        let plan = TreePlan {
            node,
            name: tree.name.clone(),
            id: rule.id,
            parent: rule.parent,
            level: rule.level,
            child: rule.child,
            child_must,
            lists,
            levels,
            rules: rule
                .levels
                .iter()
                .map(|(code, _, under)| (code.clone(), under.clone()))
                .collect(),
        };
        self.nested(owner, tree, &plan);
        Some(plan)
    }

    fn tree_loop(&mut self, site: &Site<'a>, tree: &LaidTree) -> Option<(NodeId, TreeRule)> {
        let found = self.children(site.node).iter().find_map(|&id| {
            let node = self.schema.nodes.get(id.index())?;
            let named = matches!(&node.kind, NodeKind::Loop(name) if *name == tree.name);
            let rule = self.schema.trees.get(node.tree?)?;
            named.then(|| (id, rule.clone()))
        });
        if found.is_none() {
            let here = self.place_name(site.node);
            let sentence = format!("cannot be placed: {here} has no tree {}", tree.name);
            self.blame(tree.at, sentence);
        }
        found
    }

    fn level_known(&mut self, level: &LaidLevel, rule: &TreeRule) {
        if rule.levels.iter().any(|(code, _, _)| *code == level.code) {
            return;
        }
        let codes: Vec<&str> = rule.levels.iter().map(|(code, _, _)| code.as_str()).collect();
        let sentence = format!(
            "cannot be placed: the structure has no level {}; it has: {}",
            level.code,
            codes.join(" ")
        );
        self.blame(level.at, sentence);
    }

    /// What the objects of each list may hold: found in the record, or in a level's own part.
    fn level_shapes(
        &mut self,
        site: &Site<'a>,
        tree: &LaidTree,
        lists: &[String],
    ) -> Vec<Option<Shape<'a>>> {
        let mut shapes: Vec<Option<Shape<'a>>> = vec![None; lists.len()];
        // Each round finds at least one more list, or none is left to find.
        for _ in 0..=lists.len() {
            for (row, list) in lists.iter().enumerate() {
                if shapes.get(row).is_some_and(Option::is_some) {
                    continue;
                }
                let known: Vec<Shape<'a>> =
                    std::iter::once(site.shape).chain(shapes.iter().copied().flatten()).collect();
                let found = known.into_iter().find_map(|shape| self.list_shape(shape, list));
                if let Some(place) = shapes.get_mut(row) {
                    *place = found;
                }
            }
        }
        for (list, shape) in lists.iter().zip(&shapes) {
            if shape.is_none() {
                let hint = self.types.list_names(site.shape);
                let hint = did_you_mean(list, hint.iter().copied());
                let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
                self.blame(tree.at, format!("the record has no list \"{list}\"{hint}"));
            }
        }
        shapes
    }

    fn list_shape(&self, shape: Shape<'a>, list: &str) -> Option<Shape<'a>> {
        let found = self.types.find(shape, &[list.to_owned()]).ok()?;
        if !found.list {
            return None;
        }
        self.types.part(found.kind).ok()
    }

    fn level(
        &mut self,
        site: &Site<'a>,
        node: NodeId,
        tree: &LaidTree,
        level: &LaidLevel,
        lists: &[String],
        shapes: &[Option<Shape<'a>>],
    ) -> Option<LevelPlan> {
        let name = level.target.path.first();
        let list = name.and_then(|name| lists.iter().position(|list| list == name));
        let (draft, shape, prefix) = match list {
            Some(row) => (self.new_draft(), (*shapes.get(row)?)?, String::new()),
            None => {
                let prefix = format!("{}{}:{}/", site.prefix, tree.name, level.code);
                (site.draft, site.shape, prefix)
            }
        };
        let inner = Site { node, draft, shape, prefix, codes: Vec::new(), at: Some(level.at) };
        let scope = self.scope(&inner, &level.lines);
        let slots = self.tree_slots(draft, shape, level.at, lists);
        if let Some(scope) = self.plan.scopes.get_mut(scope) {
            scope.tree_slots = slots;
        }
        let rules = self.schema.nodes.get(node.index())?.tree;
        let rule = rules.and_then(|row| self.schema.trees.get(row))?;
        let must = rule.levels.iter().any(|(code, must, _)| *code == level.code && *must);
        Some(LevelPlan { code: level.code.clone(), scope, list, must })
    }

    /// Where an object keeps the lists of the tree; none where its part has no such list.
    fn tree_slots(
        &mut self,
        draft: usize,
        shape: Shape<'a>,
        at: At,
        lists: &[String],
    ) -> Vec<Option<Slot>> {
        let mut slots = Vec::new();
        for list in lists {
            let holds = self.list_shape(shape, list).is_some();
            let target = Target { path: vec![list.clone()], list: true };
            slots.push(if holds { self.slot(draft, &target, at, 0) } else { None });
        }
        slots
    }

    /// Wherever the structure lets a level stand, its object must have a place in the record.
    fn nested(&mut self, owner: usize, tree: &LaidTree, plan: &TreePlan) {
        let mut missing: Vec<String> = Vec::new();
        for level in &plan.levels {
            let Some(list) = level.list else { continue };
            let rule = plan.rules.iter().find(|(code, _)| *code == level.code);
            for above in rule.into_iter().flat_map(|(_, under)| under) {
                let Some(parent) = plan.levels.iter().find(|level| level.code == *above) else {
                    continue;
                };
                let scope = if parent.list.is_none() { owner } else { parent.scope };
                let slot = self.plan.scopes.get(scope).and_then(|scope| scope.tree_slots.get(list));
                if !slot.is_some_and(Option::is_some) {
                    let name = plan.lists.get(list).map_or("", String::as_str);
                    missing.push(format!(
                        "level {} may stand under {above}, whose object has no list \"{name}\"",
                        level.code
                    ));
                }
            }
        }
        for sentence in missing {
            self.blame(tree.at, sentence);
        }
    }

    fn element_must(&self, node: NodeId, element: u8) -> bool {
        let trigger = self.trigger(node).and_then(|node| self.schema.nodes.get(node.index()));
        let rule = trigger.and_then(|node| self.schema.segments.get(node.segment));
        let element = rule.and_then(|rule| rule.elements.get(usize::from(element).checked_sub(1)?));
        element.is_some_and(|rule| rule.must && !matches!(rule.content, ElementContent::Unused))
    }
}
