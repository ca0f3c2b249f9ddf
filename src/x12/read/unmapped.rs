//! What no line claims: where it stood, and in which order it is kept.
//!
//! Order is that of writing: by position in the structure; at one position first what is left of
//! claimed segments, in the order of the lines, then whole segments and loops as they came. So
//! a record that was written and read again is the same record.

use std::borrow::Cow;

use super::Reader;
use super::source::meets;
use crate::canonical::record::Value;
use crate::grammar::mapping::NodePlan;
use crate::x12::segment::Segment;

/// An entry of `unmapped` with its place in the order.
#[derive(Debug)]
pub(super) struct Entry<'a> {
    position: u32,
    rank: u32,
    value: Value<'a>,
}

impl<'a> Entry<'a> {
    /// Elements of a segment that line `row` claimed.
    pub(super) fn elements(position: u32, row: u32, value: Value<'a>) -> Self {
        Self { position, rank: row, value }
    }

    /// What stays of a loop without an object of its own, claimed by line `row`.
    pub(super) fn inner(position: u32, row: u32, value: Value<'a>) -> Self {
        Self { position, rank: row, value }
    }

    /// A segment, or a whole loop.
    pub(super) fn segments(position: u32, value: Value<'a>) -> Self {
        Self { position, rank: WHOLE, value }
    }

    /// Nodes of a tree, after everything else at its position.
    pub(super) fn nodes(position: u32, own: bool, value: Value<'a>) -> Self {
        Self { position, rank: if own { WHOLE } else { WHOLE.saturating_add(1) }, value }
    }

    /// After everything.
    pub(super) fn last(value: Value<'a>) -> Self {
        Self { position: u32::MAX, rank: u32::MAX, value }
    }
}

/// The values in order.
pub(super) fn sorted(mut entries: Vec<Entry<'_>>) -> Vec<Value<'_>> {
    entries.sort_by_key(|entry| (entry.position, entry.rank));
    entries.into_iter().map(|entry| entry.value).collect()
}

impl<'a> Reader<'_, 'a> {
    /// The path of a segment or loop from its object: its name, and which of several of that
    /// name it is when writing would not find it by its codes alone.
    pub(super) fn path(
        &self,
        prefix: &'a str,
        plan: &'a NodePlan,
        segment: &Segment<'a>,
    ) -> Cow<'a, str> {
        let home = !plan.shares_name || self.is_home(plan, segment);
        match (prefix.is_empty(), home) {
            (true, true) => Cow::Borrowed(plan.name.as_str()),
            (false, true) => Cow::Owned(format!("{prefix}{}", plan.name)),
            (_, false) => Cow::Owned(format!("{prefix}{}#{}", plan.name, plan.nth)),
        }
    }

    /// Whether a segment stands at the first node of its name whose conditions it meets.
    pub(super) fn is_home(&self, plan: &NodePlan, segment: &Segment<'a>) -> bool {
        let siblings = self.plan(plan.parent).map_or(&[][..], |outer| outer.children.as_slice());
        let first = siblings.iter().filter_map(|&node| self.plan(node)).find(|sibling| {
            sibling.name == plan.name
                && sibling.trigger.is_some() == plan.trigger.is_some()
                && meets(segment, &sibling.condition)
        });
        first.is_none_or(|first| first.nth == plan.nth)
    }
}

/// Rank of what no line claims.
const WHOLE: u32 = 1 << 30;
