//! Changing rows that nodes share: a changed segment is a row of its own, used by the nodes meant.

use super::{Fact, Overlay};
use crate::grammar::line::ElementRef;
use crate::grammar::schema::{ElementContent, ElementRule, Node, NodeId, Schema};

impl Overlay<'_, '_> {
    /// Changes an element of `nodes`, and of no others.
    pub(super) fn change_element(
        &mut self,
        nodes: &[NodeId],
        at: ElementRef,
        change: impl Fn(&mut ElementRule),
    ) {
        for (row, users) in by_row(&self.schema, nodes) {
            let copy = copy_of(&mut self.schema, row);
            for node in users {
                use_row(&mut self.schema, node, copy);
                self.said.insert(Fact::Element(node, at), self.name.to_owned());
            }
            if let Some(element) = element_mut(&mut self.schema, copy, at) {
                change(element);
            }
        }
    }

    /// Changes a node's own row.
    pub(super) fn change_node(&mut self, id: NodeId, change: impl FnOnce(&mut Node)) {
        if let Some(node) = self.schema.nodes.get_mut(id.index()) {
            change(node);
            self.said.insert(Fact::Node(id), self.name.to_owned());
        }
    }

    /// Who last said how often a node stands: `x12/004010/850`, or a guide.
    pub(super) fn who_said_node(&self, id: NodeId) -> &str {
        self.said.get(&Fact::Node(id)).map_or(self.standard, |guide| guide)
    }

    /// Who last said what an element holds: `x12/004010`, or a guide.
    pub(super) fn who_said_element(&self, id: NodeId, at: ElementRef) -> &str {
        let release = self.standard.rsplit_once('/').map_or(self.standard, |(release, _)| release);
        self.said.get(&Fact::Element(id, at)).map_or(release, |guide| guide)
    }
}

/// The nodes by the segment row they use.
fn by_row(schema: &Schema, nodes: &[NodeId]) -> Vec<(usize, Vec<NodeId>)> {
    let mut rows: Vec<(usize, Vec<NodeId>)> = Vec::new();
    for &id in nodes {
        let Some(node) = schema.nodes.get(id.index()) else { continue };
        match rows.iter_mut().find(|(row, _)| *row == node.segment) {
            Some((_, users)) => users.push(id),
            None => rows.push((node.segment, vec![id])),
        }
    }
    rows
}

fn copy_of(schema: &mut Schema, row: usize) -> usize {
    let copy = schema.segments.len();
    schema.segments.extend(schema.segments.get(row).cloned());
    copy
}

/// Gives a node another segment row; a trigger shares it with its loop's row.
fn use_row(schema: &mut Schema, id: NodeId, row: usize) {
    let Some(node) = schema.nodes.get_mut(id.index()) else { return };
    node.segment = row;
    let parent = node.parent;
    if let Some(parent) = schema.nodes.get_mut(parent.index())
        && parent.children.first() == Some(&id)
        && parent.kind != crate::grammar::schema::NodeKind::Set
    {
        parent.segment = row;
    }
}

/// The element or component of a segment row; a composite is copied first, for others share it.
fn element_mut(schema: &mut Schema, row: usize, at: ElementRef) -> Option<&mut ElementRule> {
    let index = usize::from(at.element).checked_sub(1)?;
    let element = schema.segments.get_mut(row)?.elements.get_mut(index)?;
    let ElementContent::Composite(composite) = &mut element.content else { return Some(element) };
    let Some(component) = at.component else { return Some(element) };
    let copy = schema.composites.get(*composite)?.clone();
    *composite = schema.composites.len();
    schema.composites.push(copy);
    let components = &mut schema.composites.last_mut()?.components;
    components.get_mut(usize::from(component).checked_sub(1)?)
}
