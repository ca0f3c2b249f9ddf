//! Lines that nothing can reach, because an earlier one takes all they would take.

use super::plan::{CompiledMap, Goes, Line, NodePlan};
use crate::grammar::compile::condition;
use crate::grammar::schema::{Condition, NodeId};

/// Rows of lines that are never reached, each with the line that takes everything.
pub(super) fn unreached(
    plan: &CompiledMap,
    lines: &[Line],
    table: &[Vec<u16>],
) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    for row in 0..lines.len() {
        let mut blocker = None;
        let mut open = false;
        for candidates in table {
            let Some(at) = candidates.iter().position(|&line| usize::from(line) == row) else {
                continue;
            };
            let earlier = candidates.iter().take(at).map(|&line| usize::from(line));
            let mut earlier = earlier.filter(|&other| takes_all(plan, lines, other, row));
            match earlier.next() {
                Some(other) => blocker = Some(other),
                None => open = true,
            }
        }
        if let (Some(other), false) = (blocker, open) {
            found.push((row, other));
        }
    }
    found
}

/// Whether line `first` takes all that line `second` would take.
fn takes_all(plan: &CompiledMap, lines: &[Line], first: usize, second: usize) -> bool {
    let (Some(first), Some(second)) = (lines.get(first), lines.get(second)) else { return false };
    let (Some(ours), Some(theirs)) = (Claim::of(plan, first), Claim::of(plan, second)) else {
        return false;
    };
    let nodes: Vec<&NodePlan> =
        theirs.nodes.iter().filter_map(|node| plan.nodes.get(node.index())).collect();
    let matches_all = nodes.iter().all(|node| {
        condition::implies(&condition::both(theirs.condition, &node.condition), ours.condition)
    });
    let same = theirs.once
        && nodes.iter().all(|node| {
            condition::implies(&condition::both(ours.condition, &node.condition), theirs.condition)
        });
    let at_most_one = nodes.iter().all(|node| node.max == 1);
    matches_all && (!ours.once || same || at_most_one)
}

struct Claim<'p> {
    nodes: Vec<NodeId>,
    condition: &'p [Condition],
    once: bool,
}

impl<'p> Claim<'p> {
    /// What a line claims; none for lines that pass over some of what they match.
    fn of(plan: &'p CompiledMap, line: &'p Line) -> Option<Self> {
        match line {
            Line::Group { group, once } => {
                let group = plan.groups.get(*group)?;
                if matches!(group.goes, Goes::Bare(_) | Goes::Packed(_)) {
                    return None;
                }
                let nodes = group.nodes.clone();
                Some(Self { nodes, condition: &group.condition, once: once.is_some() })
            }
            Line::Loop(line) => Some(Self {
                nodes: line.variants.iter().map(|(node, _)| *node).collect(),
                condition: &line.condition,
                once: line.once.is_some(),
            }),
            Line::Tree(_) => None,
        }
    }
}
