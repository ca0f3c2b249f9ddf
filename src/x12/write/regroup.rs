//! A tree in the shape a partner wants it: `relax levels S P O I` in a guide (GRAMMAR.md 6.5).
//!
//! The record nests as somebody nested it. Here each innermost node, with the nearest node of
//! every level around it, is put into the nesting asked for; a node that stood around many is
//! repeated where the new nesting needs it. A level the shape has no place for is told.

use std::borrow::Cow;
use std::collections::HashMap;

use super::Writer;
use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::{CompiledMap, Scope, TreePlan};
use crate::limits::RECORD_DEPTH;

/// A record regrouped, and the paths of nodes that found no place.
pub(super) struct Regrouped<'r> {
    pub(super) record: Object<'r>,
    pub(super) lost: Vec<String>,
}

/// The record in the shape the map's guide asks for; none when it asks for none.
pub(super) fn regrouped<'r>(record: &'r Object<'r>, map: &'r CompiledMap) -> Option<Regrouped<'r>> {
    let plan = map.trees.first()?;
    let shape: Vec<usize> = map
        .levels
        .iter()
        .filter_map(|code| plan.levels.iter().position(|level| level.code == *code))
        .filter(|&level| plan.levels.get(level).is_some_and(|level| level.list.is_some()))
        .collect();
    shape.last()?;
    let empty = Object::default();
    let mut gather = Gather {
        writer: Writer::new(map, &empty),
        map,
        plan,
        shape,
        nodes: vec![Node { level: None, object: record, children: Vec::new() }],
        known: HashMap::new(),
        lost: Vec::new(),
    };
    gather.visit(record, &mut Vec::new(), "");
    let mut done = gather.built();
    Some(Regrouped { record: done.swap_remove(0)?, lost: gather.lost })
}

/// A node of the new tree.
struct Node<'r> {
    /// Level line; none for the record.
    level: Option<usize>,
    object: &'r Object<'r>,
    children: Vec<usize>,
}

struct Gather<'w, 'r> {
    writer: Writer<'w, 'w>,
    map: &'r CompiledMap,
    plan: &'r TreePlan,
    /// Level lines from the outermost in.
    shape: Vec<usize>,
    nodes: Vec<Node<'r>>,
    /// The node made of an object under another node.
    known: HashMap<(usize, usize), usize>,
    lost: Vec<String>,
}

impl<'w, 'r: 'w> Gather<'w, 'r> {
    /// Visits the nodes below an object; whether any of them found a place.
    fn visit(
        &mut self,
        object: &'r Object<'r>,
        around: &mut Vec<(usize, &'r Object<'r>)>,
        path: &str,
    ) -> bool {
        if around.len() > RECORD_DEPTH {
            self.lost.push(path.to_owned());
            return true;
        }
        let mut any = false;
        for (row, list) in self.plan.lists.iter().enumerate() {
            for (index, item) in object.list(list).iter().enumerate() {
                let (Value::Object(item), Some(level)) = (item, self.level(row, item)) else {
                    continue;
                };
                let dot = if path.is_empty() { "" } else { "." };
                let path = format!("{path}{dot}{list}[{index}]");
                around.push((level, item));
                let below = self.visit(item, around, &path);
                if !self.shape.contains(&level) {
                    self.lost.push(path);
                } else if self.shape.last() == Some(&level) || !below {
                    self.place(around);
                    any = true;
                }
                any |= below;
                around.pop();
            }
        }
        any
    }

    /// The level line of an object in a list.
    fn level(&self, list: usize, item: &Value<'r>) -> Option<usize> {
        let Value::Object(object) = item else { return None };
        self.plan.levels.iter().position(|level| {
            let scope: Option<&Scope> = self.map.scopes.get(level.scope);
            level.list == Some(list)
                && scope.is_some_and(|scope| self.writer.has_words(scope, object))
        })
    }

    /// Puts the last of `around` into the new tree, under the nearest node of each level that
    /// the shape has around it.
    fn place(&mut self, around: &[(usize, &'r Object<'r>)]) {
        let Some(&(own, _)) = around.last() else { return };
        let mut parent = 0usize;
        for &level in &self.shape.clone() {
            let nearest = around.iter().rev().find(|(known, _)| *known == level);
            let Some(&(_, object)) = nearest else { continue };
            let key = (parent, std::ptr::from_ref(object).addr());
            parent = match self.known.get(&key).copied() {
                Some(child) => child,
                None => {
                    let child = self.nodes.len();
                    self.known.insert(key, child);
                    self.nodes.push(Node { level: Some(level), object, children: Vec::new() });
                    if let Some(node) = self.nodes.get_mut(parent) {
                        node.children.push(child);
                    }
                    child
                }
            };
            if level == own {
                return;
            }
        }
    }

    /// The objects of the new nodes, from the last to the first.
    fn built(&self) -> Vec<Option<Object<'r>>> {
        let mut done: Vec<Option<Object<'r>>> = vec![None; self.nodes.len()];
        for (row, node) in self.nodes.iter().enumerate().rev() {
            let mut object = Object::default();
            for (name, value) in &node.object.fields {
                if !self.plan.lists.iter().any(|list| *list == **name) {
                    object.fields.push((name.clone(), value.clone()));
                }
            }
            for &child in &node.children {
                let level =
                    self.nodes.get(child).and_then(|node| self.plan.levels.get(node.level?));
                let list = level.and_then(|level| self.plan.lists.get(level.list?));
                let inner = done.get_mut(child).and_then(Option::take);
                if let (Some(list), Some(inner)) = (list, inner) {
                    match object.get_mut(list) {
                        Some(Value::List(items)) => items.push(Value::Object(inner)),
                        _ => {
                            let items = Value::List(vec![Value::Object(inner)]);
                            object.fields.push((Cow::Borrowed(list.as_str()), items));
                        }
                    }
                }
            }
            if let Some(place) = done.get_mut(row) {
                *place = Some(object);
            }
        }
        done
    }
}
