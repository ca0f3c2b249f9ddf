//! The tables a validation walks: a schema's rows once more, flat, packed and interned, so that
//! placing a segment is a look-up and a comparison (GRAMMAR.md 5.7).
//!
//! They are made from the public rows on first use and hold nothing those do not say; names and
//! prose stay in the schema, where only a finding looks for them.

mod fields;
mod guide;

pub(crate) use fields::{Class, Field, Fields};
pub(crate) use guide::{GuideTable, Role};

use super::packed::{Packed, pack};
use super::schema::{Condition, ConditionTest, NodeId, NodeKind, Schema};
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// A place for the walk's tables beside the rows they are made from.
///
/// A clone starts empty: whoever clones a schema does so to change its rows.
#[derive(Default)]
pub struct LazyWalk(OnceLock<Box<Walk>>);

impl LazyWalk {
    /// The tables of `schema`, made when asked for the first time.
    pub(super) fn of(&self, schema: &Schema) -> &Walk {
        self.0.get_or_init(|| Box::new(Walk::new(schema)))
    }
}

impl Clone for LazyWalk {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl fmt::Debug for LazyWalk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LazyWalk")
    }
}

/// What a segment id means to a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Part of the set: its column in the tables.
    Part(u16),
    /// Known to the release, not part of this set.
    Elsewhere,
    /// Not known.
    Unknown,
}

/// The tables.
#[derive(Debug)]
pub(crate) struct Walk {
    ids: Packed,
    columns: usize,
    /// By node.
    pub(crate) rows: Vec<Row>,
    loops: Vec<LoopRow>,
    /// By loop and column: which candidates.
    direct: Table<Candidate>,
    /// By loop and column: loops further in that the segment would trigger.
    inner: Table<Inner>,
    conditions: Vec<Check>,
    codes: Vec<u64>,
    musts: Vec<Must>,
    /// By row of the schema's segments.
    pub(crate) segments: Vec<Fields>,
    /// By row of the schema's composites.
    pub(crate) composites: Vec<Fields>,
    /// By row of the schema's code lists; those that refuse nothing are empty.
    pub(crate) lists: Vec<Packed>,
    /// Which rules of guides ask after which rows; none without a guide.
    pub(crate) guide: Option<GuideTable>,
}

/// A node as the walk needs it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    /// Row of the schema's segments.
    pub(crate) segment: usize,
    /// The loop's number, when the node is one.
    pub(crate) opens: Option<u16>,
    /// The loop it stands in.
    pub(crate) parent: NodeId,
    /// Its position there.
    pub(crate) position: u32,
}

/// A loop as the walk needs it.
#[derive(Clone, Debug)]
pub(crate) struct LoopRow {
    /// Its node.
    pub(crate) node: NodeId,
    /// The segment that starts it; the set itself has none.
    pub(crate) trigger: Option<NodeId>,
    /// The trigger's position.
    pub(crate) start: u32,
    musts: Range<usize>,
}

/// A child of a loop that a segment id may be placed at.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Its position.
    pub(crate) position: u32,
    /// How often it may stand.
    pub(crate) max: u32,
    /// Its node.
    pub(crate) node: NodeId,
    /// The loop's number when it is a loop.
    pub(crate) opens: Option<u16>,
    /// What a segment must meet, in a form for the quick placing.
    pub(crate) ask: Ask,
    conditions: Range<u32>,
}

/// What a candidate asks of a segment.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// Nothing.
    Nothing,
    /// That an element be one of these codes, by far the most frequent condition.
    Code {
        /// The element, from 1.
        element: u16,
        /// The first code, packed.
        first: u64,
        /// Where the other codes lie; [`Walk::codes`] gives them.
        others: Range<u32>,
    },
    /// More than that: [`Walk::conditions`] say it.
    More,
}

/// A loop that stands within another child of a loop.
#[derive(Clone, Debug)]
pub(crate) struct Inner {
    /// The child of the loop looked from.
    pub(crate) outer: NodeId,
    /// Its position there.
    pub(crate) position: u32,
    /// How often it may stand there.
    pub(crate) max: u32,
    /// The loop whose trigger the segment is.
    pub(crate) node: NodeId,
    conditions: Range<u32>,
}

/// A child that must stand.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Must {
    /// Its node.
    pub(crate) node: NodeId,
    /// Times it must stand.
    pub(crate) min: u32,
}

/// A condition.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    /// Element, from 1.
    pub(crate) element: usize,
    /// Component, from 1; 0 for the whole element.
    pub(crate) component: usize,
    /// What is asked.
    pub(crate) test: CheckTest,
    codes: Range<u32>,
    /// Codes that do not fit a machine word.
    long: Vec<Box<[u8]>>,
}

/// What a [`Check`] asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckTest {
    /// One of the codes.
    Is,
    /// None of the codes; nothing at all meets it too.
    IsNot,
    /// Anything.
    Present,
    /// Nothing.
    Absent,
}

/// Rows by loop and column.
#[derive(Debug)]
struct Table<T> {
    spans: Vec<(u32, u32)>,
    rows: Vec<T>,
}

impl<T> Table<T> {
    /// Sorts `entries` (loop number, column, row) into a table; equal keys keep their order.
    fn new(loops: usize, columns: usize, mut entries: Vec<(u16, u16, T)>) -> Self {
        entries.sort_by_key(|&(from, column, _)| (from, column));
        let mut spans = vec![(0, 0); loops.saturating_mul(columns)];
        let mut rows = Vec::with_capacity(entries.len());
        for (from, column, row) in entries {
            let at = usize::from(from).saturating_mul(columns) + usize::from(column);
            if let Some(span) = spans.get_mut(at) {
                let next = narrow(rows.len());
                if span.1 == 0 {
                    *span = (next, next);
                }
                span.1 = next.saturating_add(1);
            }
            rows.push(row);
        }
        Self { spans, rows }
    }

    #[inline]
    fn at(&self, index: usize) -> &[T] {
        let Some(&(start, end)) = self.spans.get(index) else { return &[] };
        self.rows.get(widen(start)..widen(end)).unwrap_or_default()
    }
}

impl Walk {
    fn new(schema: &Schema) -> Self {
        let columns = columns(schema);
        let ids = ids(schema, &columns);
        let mut tables = Tables::new(schema, &columns);
        tables.loops(schema);
        let guide = (!schema.guide.rules.is_empty()).then(|| GuideTable::new(schema));
        let loops = tables.loops.len();
        let width = columns.len();
        Self {
            ids,
            columns: width,
            rows: tables.rows,
            loops: tables.loops,
            direct: Table::new(loops, width, tables.direct),
            inner: Table::new(loops, width, tables.inner),
            conditions: tables.conditions,
            codes: tables.codes,
            musts: tables.musts,
            segments: schema
                .segments
                .iter()
                .map(|segment| Fields::new(schema, &segment.elements, &segment.relations))
                .collect(),
            composites: schema
                .composites
                .iter()
                .map(|composite| Fields::new(schema, &composite.components, &composite.relations))
                .collect(),
            lists: schema
                .code_lists
                .iter()
                .map(|list| {
                    let codes: &[_] = if list.closed { &list.codes } else { &[] };
                    Packed::new(codes.iter().map(|(code, _, _)| (code.as_bytes(), 0)))
                })
                .collect(),
            guide,
        }
    }

    /// What a segment id means.
    #[inline]
    pub(crate) fn meaning(&self, id: &[u8]) -> Meaning {
        pack(id).map_or(Meaning::Unknown, |id| self.meaning_of(id))
    }

    /// What a segment id means, packed. Ids have three characters at most, so all fit.
    #[inline]
    pub(crate) fn meaning_of(&self, id: u64) -> Meaning {
        match self.ids.find_packed(id) {
            Some(ELSEWHERE) => Meaning::Elsewhere,
            Some(column) => Meaning::Part(column),
            None => Meaning::Unknown,
        }
    }

    /// The loop of that number.
    #[inline]
    pub(crate) fn loop_row(&self, number: u16) -> Option<&LoopRow> {
        self.loops.get(usize::from(number))
    }

    /// Children of a loop that a segment of `column` may be placed at, by position. The loop's own
    /// trigger is not among them.
    #[inline]
    pub(crate) fn candidates(&self, number: u16, column: u16) -> &[Candidate] {
        self.direct.at(self.index(number, column))
    }

    /// Loops further inside that a segment of `column` would trigger.
    pub(crate) fn inner(&self, number: u16, column: u16) -> &[Inner] {
        self.inner.at(self.index(number, column))
    }

    /// The children of a loop that must stand, its trigger not among them.
    #[inline]
    pub(crate) fn musts(&self, row: &LoopRow) -> &[Must] {
        self.musts.get(row.musts.clone()).unwrap_or_default()
    }

    /// What a segment must meet to be placed at a candidate.
    #[inline]
    pub(crate) fn conditions(&self, candidate: &Candidate) -> &[Check] {
        self.checks(&candidate.conditions)
    }

    /// What a segment must meet to trigger an inner loop.
    pub(crate) fn inner_conditions(&self, inner: &Inner) -> &[Check] {
        self.checks(&inner.conditions)
    }

    /// Packed codes.
    #[inline]
    pub(crate) fn codes(&self, range: &Range<u32>) -> &[u64] {
        self.codes.get(widen(range.start)..widen(range.end)).unwrap_or_default()
    }

    /// Whether `value` is one of a condition's codes.
    #[inline]
    pub(crate) fn lists(&self, check: &Check, value: &[u8]) -> bool {
        match pack(value) {
            Some(key) => self.codes(&check.codes).contains(&key),
            None => check.long.iter().any(|code| **code == *value),
        }
    }

    #[inline]
    fn checks(&self, range: &Range<u32>) -> &[Check] {
        self.conditions.get(widen(range.start)..widen(range.end)).unwrap_or_default()
    }

    #[inline]
    fn index(&self, number: u16, column: u16) -> usize {
        usize::from(number).wrapping_mul(self.columns).wrapping_add(usize::from(column))
    }
}

/// The distinct ids of the set's segments; an id's place is its column.
fn columns(schema: &Schema) -> Vec<&str> {
    let mut ids: Vec<&str> = schema
        .nodes
        .iter()
        .filter(|node| node.kind != NodeKind::Set)
        .map(|node| node.id.as_str())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn ids(schema: &Schema, columns: &[&str]) -> Packed {
    let part = columns.iter().map(|id| id.as_bytes()).zip(0u16..);
    let known = schema.segments.iter().map(|segment| (segment.id.as_bytes(), ELSEWHERE));
    Packed::new(part.chain(known))
}

/// The tables while they are filled.
struct Tables<'a> {
    columns: &'a [&'a str],
    rows: Vec<Row>,
    loops: Vec<LoopRow>,
    direct: Vec<(u16, u16, Candidate)>,
    inner: Vec<(u16, u16, Inner)>,
    conditions: Vec<Check>,
    codes: Vec<u64>,
    musts: Vec<Must>,
}

impl<'a> Tables<'a> {
    fn new(schema: &Schema, columns: &'a [&'a str]) -> Self {
        let mut number = 0u16;
        let rows = schema
            .nodes
            .iter()
            .map(|node| {
                let opens = (node.kind != NodeKind::Segment).then_some(number);
                number = number.saturating_add(u16::from(opens.is_some()));
                Row { segment: node.segment, opens, parent: node.parent, position: node.position }
            })
            .collect();
        Self {
            columns,
            rows,
            loops: Vec::new(),
            direct: Vec::new(),
            inner: Vec::new(),
            conditions: Vec::new(),
            codes: Vec::new(),
            musts: Vec::new(),
        }
    }

    fn loops(&mut self, schema: &Schema) {
        for (index, node) in (0u16..).zip(&schema.nodes) {
            let Some(number) = self.opens(NodeId(index)) else { continue };
            let trigger = trigger(schema, NodeId(index));
            let start =
                trigger.and_then(|id| schema.nodes.get(id.index())).map_or(0, |t| t.position);
            let first = self.musts.len();
            for &child in &node.children {
                if Some(child) != trigger {
                    self.child(schema, number, child);
                }
            }
            let musts = first..self.musts.len();
            self.loops.push(LoopRow { node: NodeId(index), trigger, start, musts });
            if trigger.is_some() {
                self.further_in(schema, NodeId(index));
            }
        }
    }

    fn child(&mut self, schema: &Schema, number: u16, id: NodeId) {
        let Some(node) = schema.nodes.get(id.index()) else { return };
        if node.min > 0 {
            self.musts.push(Must { node: id, min: node.min });
        }
        let Some(column) = self.column(&node.id) else { return };
        let conditions = self.conditions(schema, id);
        let opens = self.opens(id);
        let (position, max, ask) = (node.position, node.max, self.ask(&conditions));
        let row = Candidate { position, max, node: id, opens, ask, conditions };
        self.direct.push((number, column, row));
    }

    /// Enters a loop in the tables of all loops it stands in further out than its parent.
    fn further_in(&mut self, schema: &Schema, id: NodeId) {
        let Some(node) = schema.nodes.get(id.index()) else { return };
        let Some(column) = self.column(&node.id) else { return };
        let mut outer = node.parent;
        // The set's parent is itself; nothing stands deeper than there are nodes.
        for _ in 0..schema.nodes.len() {
            let Some(row) = schema.nodes.get(outer.index()) else { return };
            if row.kind == NodeKind::Set {
                return;
            }
            let Some(number) = self.opens(row.parent) else { return };
            let conditions = self.conditions(schema, id);
            let (position, max) = (row.position, row.max);
            self.inner.push((number, column, Inner { outer, position, max, node: id, conditions }));
            outer = row.parent;
        }
    }

    fn conditions(&mut self, schema: &Schema, id: NodeId) -> Range<u32> {
        let start = narrow(self.conditions.len());
        let own = schema.nodes.get(id.index());
        let trigger = trigger(schema, id).and_then(|id| schema.nodes.get(id.index()));
        let mut seen: Vec<&Condition> = Vec::new();
        for condition in own.into_iter().chain(trigger).flat_map(|node| &node.condition) {
            if !seen.contains(&condition) {
                seen.push(condition);
                self.condition(condition);
            }
        }
        start..narrow(self.conditions.len())
    }

    fn ask(&self, range: &Range<u32>) -> Ask {
        let range = widen(range.start)..widen(range.end);
        match self.conditions.get(range).unwrap_or_default() {
            [] => Ask::Nothing,
            [check]
                if check.test == CheckTest::Is && check.component == 0 && check.long.is_empty() =>
            {
                let Range { start, end } = check.codes.clone();
                let first = self.codes.get(widen(start)).copied().unwrap_or(0);
                let element = u16::try_from(check.element).unwrap_or(u16::MAX);
                Ask::Code { element, first, others: start.saturating_add(1).min(end)..end }
            }
            _ => Ask::More,
        }
    }

    fn condition(&mut self, condition: &Condition) {
        let (test, codes): (_, &[Box<[u8]>]) = match &condition.test {
            ConditionTest::Is(codes) => (CheckTest::Is, codes),
            ConditionTest::IsNot(codes) => (CheckTest::IsNot, codes),
            ConditionTest::Present => (CheckTest::Present, &[]),
            ConditionTest::Absent => (CheckTest::Absent, &[]),
        };
        let start = narrow(self.codes.len());
        self.codes.extend(codes.iter().filter_map(|code| pack(code)));
        let long = codes.iter().filter(|code| pack(code).is_none()).cloned().collect();
        self.conditions.push(Check {
            element: usize::from(condition.element),
            component: condition.component.map_or(0, usize::from),
            test,
            codes: start..narrow(self.codes.len()),
            long,
        });
    }

    fn opens(&self, id: NodeId) -> Option<u16> {
        self.rows.get(id.index()).and_then(|row| row.opens)
    }

    fn column(&self, id: &str) -> Option<u16> {
        self.columns.binary_search(&id).ok().and_then(|at| u16::try_from(at).ok())
    }
}

/// The segment that starts a loop: its first child.
fn trigger(schema: &Schema, id: NodeId) -> Option<NodeId> {
    let node = schema.nodes.get(id.index())?;
    let first = *node.children.first()?;
    let is_segment = schema.nodes.get(first.index())?.kind == NodeKind::Segment;
    (matches!(node.kind, NodeKind::Loop(_)) && is_segment).then_some(first)
}

/// Offsets into our own tables, which have fewer than 2^32 rows.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[inline]
fn widen(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The value of ids that no node has.
const ELSEWHERE: u16 = u16::MAX;
