//! Which rows an address means, seen from the set or from the loop of an `in` block.
//!
//! Loop names lead inward; the last one named (or the set) is the *scope*, on whose every instance
//! the line is judged. The segment is looked for among the scope's own lines first; when it is not
//! one of them, all lines of that id further in are meant.

use super::{Overlay, Refusal, Scope};
use crate::grammar::compile::condition::{compile, disjoint, implies};
use crate::grammar::compile::elements::Elements;
use crate::grammar::compile::wording::{self, did_you_mean};
use crate::grammar::line::{Address, ElementRef, Where};
use crate::grammar::schema::{Condition, NodeId, NodeKind, SimpleRule};
use crate::grammar::schema::{ElementContent, ElementRule, Node};

/// Rows an address means in one scope.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// The loop, or the set, on whose instances the line is judged.
    pub(super) scope: NodeId,
    /// The rows: loops by their loop row.
    pub(super) nodes: Vec<NodeId>,
    /// What the rows do not already say of the address's `where`.
    pub(super) condition: Vec<Condition>,
    /// `in` blocks around the line.
    pub(super) within: Vec<(NodeId, Vec<Condition>)>,
}

impl Found {
    /// Whether the line holds for every segment the rows take.
    pub(super) const fn is_plain(&self) -> bool {
        self.condition.is_empty() && self.within.is_empty()
    }
}

impl Overlay<'_, '_> {
    /// The rows an address means.
    pub(super) fn find(&self, from: &Scope, address: &Address) -> Result<Vec<Found>, Refusal> {
        let scopes = self.scopes(from, address)?;
        let mut found = Vec::new();
        let mut near_miss = None;
        for scope in scopes {
            let Some(nodes) = self.near(&scope, address).or_else(|| self.deep(&scope, address))
            else {
                continue;
            };
            match self.chosen(&scope, nodes, &address.condition) {
                Ok(Some(one)) => found.push(one),
                Ok(None) => {}
                Err(refusal) => near_miss = Some(refusal),
            }
        }
        match (found.is_empty(), near_miss) {
            (false, _) => Ok(found),
            (true, Some(refusal)) => Err(refusal),
            (true, None) => Err(self.nowhere(address)),
        }
    }

    /// The same for a line about an element: segment rows, each of which has the element.
    pub(super) fn find_element(
        &self,
        from: &Scope,
        address: &Address,
        at: ElementRef,
    ) -> Result<Vec<Found>, Refusal> {
        if at.last.is_some() {
            let text = wording::address(address);
            return Err(Refusal::new(format!("{text}: a line speaks of one component at a time")));
        }
        let mut found = self.find(from, address)?;
        for one in &mut found {
            for node in &mut one.nodes {
                *node = self.trigger(*node);
            }
            for &node in &one.nodes {
                self.element(node, at)?;
            }
            // What is asked of an element is asked of each segment, wherever the line looked.
            if let Some(parent) = one.nodes.first().map(|&node| self.parent(node))
                && one.nodes.iter().all(|&node| self.parent(node) == parent)
            {
                one.scope = parent;
            }
        }
        Ok(found)
    }

    /// The loops named last in an address.
    fn scopes(&self, from: &Scope, address: &Address) -> Result<Vec<Scope>, Refusal> {
        let mut frontier = vec![from.node];
        for name in &address.loops {
            let mut next: Vec<NodeId> =
                frontier.iter().flat_map(|&node| self.loops_in(node, name)).collect();
            let mut inward = frontier.clone();
            // The nearest loops of that name count, however deep they stand.
            while next.is_empty() && !inward.is_empty() {
                inward = inward.iter().flat_map(|&node| self.children(node)).collect();
                next = inward.iter().flat_map(|&node| self.loops_in(node, name)).collect();
            }
            if next.is_empty() {
                let known = self.schema.nodes.iter().filter_map(|node| match &node.kind {
                    NodeKind::Loop(name) => Some(name.as_str()),
                    NodeKind::Set | NodeKind::Segment => None,
                });
                let sentence = format!("{} has no loop {name} here", self.in_force());
                return Err(Refusal { sentence, hint: did_you_mean(name, known) });
            }
            frontier = next;
        }
        let within = &from.within;
        Ok(frontier.into_iter().map(|node| Scope { node, within: within.clone() }).collect())
    }

    fn loops_in(&self, node: NodeId, name: &str) -> Vec<NodeId> {
        let named = |id: &NodeId, by_trigger: bool| {
            self.node(*id).is_some_and(|node| match &node.kind {
                NodeKind::Loop(own) => own == name || (by_trigger && node.id == name),
                NodeKind::Set | NodeKind::Segment => false,
            })
        };
        let children = self.children(node);
        let exact: Vec<_> = children.iter().copied().filter(|id| named(id, false)).collect();
        if exact.is_empty() {
            return children.into_iter().filter(|id| named(id, true)).collect();
        }
        exact
    }

    /// The scope's own lines of the address's id: loops of that name or trigger, else segments.
    pub(super) fn near(&self, scope: &Scope, address: &Address) -> Option<Vec<NodeId>> {
        let loops = self.loops_in(scope.node, &address.segment);
        let is_segment = |id: &NodeId| {
            self.node(*id)
                .is_some_and(|node| node.kind == NodeKind::Segment && node.id == address.segment)
        };
        let segments = self.children(scope.node).into_iter().filter(is_segment);
        let nodes: Vec<_> = loops.into_iter().chain(segments).collect();
        (!nodes.is_empty()).then_some(nodes)
    }

    /// All lines of the address's id further in.
    fn deep(&self, scope: &Scope, address: &Address) -> Option<Vec<NodeId>> {
        let mut nodes = Vec::new();
        let mut inward = self.children(scope.node);
        while !inward.is_empty() {
            for &node in &inward {
                let scope = Scope { node, within: Vec::new() };
                let own = self.near(&scope, address).unwrap_or_default();
                // A loop already found stands for its trigger.
                nodes.extend(
                    own.into_iter()
                        .filter(|&id| !nodes_has_loop(&nodes, self, id))
                        .collect::<Vec<_>>(),
                );
            }
            inward = inward.iter().flat_map(|&node| self.children(node)).collect();
        }
        (!nodes.is_empty()).then_some(nodes)
    }

    /// Those of `nodes` that can meet the address's `where`, and what of it they leave open.
    fn chosen(
        &self,
        scope: &Scope,
        nodes: Vec<NodeId>,
        condition: &Where,
    ) -> Result<Option<Found>, Refusal> {
        let mut kept = Vec::new();
        let mut open = Vec::new();
        for node in nodes {
            let Some(row) = self.node(node) else { continue };
            let asked = self.conditions(node, condition)?;
            if disjoint(&row.condition, &asked) {
                continue;
            }
            if !implies(&row.condition, &asked) {
                open = asked;
            }
            kept.push(node);
        }
        let found =
            Found { scope: scope.node, nodes: kept, condition: open, within: scope.within.clone() };
        Ok((!found.nodes.is_empty()).then_some(found))
    }

    fn nowhere(&self, address: &Address) -> Refusal {
        let ids = self.schema.nodes.iter().map(|node| node.id.as_str());
        let known = self.schema.nodes.iter().any(|node| node.id == address.segment);
        let (text, rule) = (wording::address(address), self.in_force());
        if known && address.condition.is_empty() {
            return Refusal::new(format!("{text} stands nowhere here in {rule}"));
        }
        if known {
            return Refusal::new(format!("no {} of {rule} can meet {text}", address.segment));
        }
        let sentence = format!("{} stands nowhere in {rule}", address.segment);
        Refusal { sentence, hint: did_you_mean(&address.segment, ids) }
    }

    /// Compiles a `where` on the segment of a node.
    pub(super) fn conditions(
        &self,
        node: NodeId,
        condition: &Where,
    ) -> Result<Vec<Condition>, Refusal> {
        let row = self.node(node).map_or(0, |node| node.segment);
        compile(Elements::of(&self.schema), row, condition)
            .map_err(|sentences| Refusal::new(sentences.join("; ")))
    }

    /// The element of a node's segment.
    pub(super) fn element(&self, node: NodeId, at: ElementRef) -> Result<&ElementRule, Refusal> {
        let row = self.node(node).map_or(0, |node| node.segment);
        Ok(Elements::of(&self.schema).element(row, at)?)
    }

    /// The same when it is a simple one.
    pub(super) fn simple(&self, node: NodeId, at: ElementRef) -> Result<&SimpleRule, Refusal> {
        match &self.element(node, at)?.content {
            ElementContent::Simple(simple) => Ok(simple),
            ElementContent::Composite(_) | ElementContent::Unused => {
                let id = self.node(node).map_or("", |node| &node.id);
                let at = wording::element(at);
                let sentence = format!("{id}.{at} is a composite");
                Err(Refusal::new(sentence).hint(format!("name a component, as {id}.{at}.1")))
            }
        }
    }

    /// `x12/004010/850`, or the guide narrowed.
    pub(super) fn in_force(&self) -> &str {
        &self.schema.rule
    }

    pub(super) fn node(&self, id: NodeId) -> Option<&Node> {
        self.schema.nodes.get(id.index())
    }

    pub(super) fn is_loop(&self, id: NodeId) -> bool {
        self.node(id).is_some_and(|node| matches!(node.kind, NodeKind::Loop(_)))
    }

    pub(super) fn parent(&self, id: NodeId) -> NodeId {
        self.node(id).map_or(NodeId::SET, |node| node.parent)
    }

    pub(super) fn children(&self, id: NodeId) -> Vec<NodeId> {
        self.node(id).map(|node| node.children.clone()).unwrap_or_default()
    }

    /// The row of a loop's trigger; of a segment its own.
    pub(super) fn trigger(&self, id: NodeId) -> NodeId {
        match self.node(id) {
            Some(node) if matches!(node.kind, NodeKind::Loop(_)) => {
                node.children.first().copied().unwrap_or(id)
            }
            _ => id,
        }
    }

    /// A loop, the loop around it, and so on to the set.
    pub(super) fn outward(&self, from: NodeId) -> Vec<NodeId> {
        let mut loops = vec![from];
        let mut node = from;
        while node != NodeId::SET && loops.len() <= self.schema.nodes.len() {
            node = self.parent(node);
            loops.push(node);
        }
        loops
    }
}

/// Whether `id` is the trigger of a loop already among `nodes`.
fn nodes_has_loop(nodes: &[NodeId], overlay: &Overlay<'_, '_>, id: NodeId) -> bool {
    nodes.iter().any(|&node| node != id && overlay.trigger(node) == id)
}
