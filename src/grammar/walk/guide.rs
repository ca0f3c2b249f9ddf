//! Which rules of guides ask after which rows.

use crate::grammar::schema::{Deviation, GuideCheck, NodeId, NodeKind, Schema};

/// The rules by the rows they listen to.
#[derive(Debug)]
pub(crate) struct GuideTable {
    by_node: Vec<Vec<(Role, usize)>>,
    by_scope: Vec<Vec<usize>>,
}

/// Why a rule listens to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It may depend on what stands there (`when`).
    When,
    /// It is about what stands there.
    Concern,
    /// What it is about may not follow that.
    Later,
}

impl GuideTable {
    pub(super) fn new(schema: &Schema) -> Self {
        let mut by_node = vec![Vec::new(); schema.nodes.len()];
        let mut by_scope = vec![Vec::new(); schema.nodes.len()];
        for (number, rule) in schema.guide.rules.iter().enumerate() {
            let mut listen = |role: Role, nodes: &[NodeId]| {
                for &node in nodes {
                    let row = segment_of(schema, node);
                    if let Some(roles) = by_node.get_mut(row.index()) {
                        roles.push((role, number));
                    }
                }
            };
            // In this order: whether a rule holds is known before it is asked.
            if let Some(when) = &rule.when {
                listen(Role::When, &when.nodes);
            }
            listen(Role::Concern, &rule.nodes);
            if let GuideCheck::Deviation(Deviation::Before(nodes)) = &rule.check {
                listen(Role::Later, nodes);
            }
            if let Some(rules) = by_scope.get_mut(rule.scope.index()) {
                rules.push(number);
            }
        }
        Self { by_node, by_scope }
    }

    /// The rules that listen to a row.
    pub(crate) fn at(&self, node: NodeId) -> &[(Role, usize)] {
        self.by_node.get(node.index()).map_or(&[], Vec::as_slice)
    }

    /// The rules judged on every instance of a loop.
    pub(crate) fn of_scope(&self, node: NodeId) -> &[usize] {
        self.by_scope.get(node.index()).map_or(&[], Vec::as_slice)
    }
}

/// A loop is seen by its trigger.
fn segment_of(schema: &Schema, node: NodeId) -> NodeId {
    match schema.nodes.get(node.index()) {
        Some(row) if row.kind != NodeKind::Segment => row.children.first().copied().unwrap_or(node),
        _ => node,
    }
}
