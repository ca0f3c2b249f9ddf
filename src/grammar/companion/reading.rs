//! Which segments and elements we read, and what we call them: a partner wants to know what of
//! all that the standard offers has an effect.

use std::collections::{BTreeMap, BTreeSet};

use crate::grammar::map::GroupLine;
use crate::grammar::sample::Source;
use crate::grammar::sample::scope::{Defines, Scope};
use crate::grammar::schema::{NodeId, NodeKind, Schema};

/// An element or component of a segment row.
type Spot = (usize, u8, Option<u8>);

/// What a map reads of a schema.
#[derive(Debug, Default)]
pub(super) struct Reading {
    nodes: BTreeSet<NodeId>,
    fields: BTreeMap<Spot, BTreeSet<String>>,
    /// Whether there is a map at all.
    pub(super) known: bool,
}

impl Reading {
    /// Of a set with its maps.
    pub(super) fn of(source: &Source<'_>) -> Self {
        let mut reading = Self { known: source.map.is_some(), ..Self::default() };
        let Some(map) = source.map else { return reading };
        let texts: Vec<_> = source.map.into_iter().chain(source.parts).collect();
        let defines = Defines::new(&texts, &source.schema.release);
        let lines: Vec<_> =
            source.guide_lines.iter().copied().chain([map.lines.as_slice()]).collect();
        let top = (defines.scope(&lines), String::new());
        reading.children(source.schema, &defines, NodeId::SET, &[top]);
        reading
    }

    /// Whether we read a node.
    pub(super) fn reads(&self, node: NodeId) -> bool {
        !self.known || self.nodes.contains(&node)
    }

    /// The fields an element of a segment row goes to.
    pub(super) fn fields(&self, segment: usize, element: u8, component: Option<u8>) -> Vec<String> {
        let found = self.fields.get(&(segment, element, component));
        found.into_iter().flatten().cloned().collect()
    }

    /// Children of a node, read in any of several scopes.
    fn children(
        &mut self,
        schema: &Schema,
        defines: &Defines<'_>,
        of: NodeId,
        scopes: &[(Scope<'_>, String)],
    ) {
        let Some(node) = schema.nodes.get(of.index()) else { return };
        for id in &node.children {
            let Some(child) = schema.nodes.get(id.index()) else { continue };
            let mut inner = Vec::new();
            for (scope, object) in scopes {
                let levels = scope.levels.iter().filter(|_| child.tree.is_some());
                for (code, lines) in levels {
                    let target = scope.level_targets.get(code).copied().unwrap_or_default();
                    inner.push((defines.scope(&[lines]), inside(object, target, true)));
                }
                let computed = scope.computed.iter();
                if computed.filter(|rule| rule.id.as_deref() == Some(&child.id)).count() > 0 {
                    self.nodes.insert(*id);
                }
                for want in scope.wants(child) {
                    self.nodes.insert(*id);
                    for group in &want.groups {
                        let object = match &group.target {
                            Some(target) => inside(object, &target.path, target.list),
                            None => object.clone(),
                        };
                        self.lines(child.segment, &group.lines, &object, 0);
                    }
                    if let Some(line) = want.line {
                        let object = inside(object, &line.target.path, line.target.list);
                        inner.push((defines.scope(&[&line.lines]), object));
                    }
                }
            }
            if matches!(child.kind, NodeKind::Loop(_)) && !inner.is_empty() {
                self.nodes.insert(*id);
                self.nodes.extend(child.children.first());
                self.children(schema, defines, *id, &inner);
            }
        }
    }

    fn lines(&mut self, segment: usize, lines: &[GroupLine], object: &str, first: u8) {
        for line in lines {
            match line {
                GroupLine::Element(line) => {
                    let from = if line.slot { first } else { 0 };
                    let element = from.saturating_add(line.at.element);
                    let list = if line.target.list { "[]" } else { "" };
                    let name = format!("{object}{}{list}", line.target.path.join("."));
                    let spot = (segment, element, line.at.component);
                    self.fields.entry(spot).or_default().insert(name);
                }
                GroupLine::Each(each) => {
                    let object = inside(object, &each.target.path, true);
                    self.lines(segment, &each.lines, &object, each.first);
                }
                GroupLine::Constant(_) | GroupLine::Computed(_) => {}
            }
        }
    }
}

/// The path of fields inside an object.
fn inside(object: &str, path: &[String], list: bool) -> String {
    match path {
        [] => object.to_owned(),
        path => format!("{object}{}{}.", path.join("."), if list { "[]" } else { "" }),
    }
}
