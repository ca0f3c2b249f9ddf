//! Walks a transaction set over its schema in one pass: places every segment, checks it, and
//! says what is wrong (GRAMMAR.md 5).
//!
//! There is one frame per open loop and no way back: a segment that fits nowhere is told by the
//! rules of `misfit`, and the walk goes on from there. Placing costs a look-up and a comparison;
//! memory is taken once and kept for the next set, and a clean set allocates nothing. Envelope
//! matters (ST02, SE01, SE02) are the reader's.

mod gather;
mod guide;
mod misfit;

pub(in crate::x12) use gather::{Gather, Place, Site, listing, printable};

use super::elements::{self, Classes, Words};
use super::finding::Finding;
use super::segment::{Delimiters, SetText};
use super::tree;
use crate::grammar::schema::{NodeId, Schema};
use crate::grammar::walk::{Ask, Candidate, Check, CheckTest, LoopRow, Meaning, Walk};
use guide::Instance;

/// How a set is judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// What is tolerated (trailing blanks, trailing separators, a wrong child flag) is an error
    /// instead of a warning.
    pub strict: bool,
    /// Dates may have six digits where the grammar asks eight, and eight where it asks six: for
    /// sets that are checked with a grammar of another age, which one warning of the reader says.
    pub loose_dates: bool,
}

/// Checks transaction sets, one after another, and keeps its memory between them.
///
/// ```
/// use edigate::x12::validate::Validator;
/// let validator = Validator::new();
/// assert!(validator.placements().is_empty());
/// ```
#[derive(Debug, Default)]
pub struct Validator {
    placements: Vec<NodeId>,
    frames: Vec<Frame>,
    counts: Vec<Count>,
    generation: u32,
    trees: tree::Scratch,
    guide: guide::Scratch,
}

impl Validator {
    /// A validator that has checked nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Checks everything between ST and SE and returns what was found in order of position: at
    /// most [`crate::limits::SET_FINDINGS`], errors before warnings, and then one
    /// [`super::finding::Fault::MoreFindings`].
    #[must_use]
    pub fn check(&mut self, text: SetText<'_>, schema: &Schema, options: &Options) -> Vec<Finding> {
        let walk = schema.walk();
        self.begin(walk, &text);
        let mut gather = Gather::new(&text, schema, *options);
        let mut pass = Pass {
            walk,
            delimiters: text.delimiters,
            placements: &mut self.placements,
            frames: &mut self.frames,
            counts: &mut self.counts,
            generation: self.generation,
            instances: walk.guide.is_some().then_some(&mut self.guide.instances),
            gather: &mut gather,
        };
        pass.run(&text);
        self.generation = pass.generation;
        if !schema.trees.is_empty() {
            tree::check(&mut gather, &self.placements, &mut self.trees);
        }
        if let Some(table) = &walk.guide {
            guide::judge(&mut gather, table, &self.placements, &mut self.guide);
        }
        gather.finish()
    }

    /// Where each segment of the last set was placed: its row of the schema, for the trigger of
    /// a loop the trigger's own row; [`NodeId::SET`] for ST and SE, [`NodeId::STRAY`] for what
    /// fits nowhere.
    #[must_use]
    pub fn placements(&self) -> &[NodeId] {
        &self.placements
    }

    fn begin(&mut self, walk: &Walk, text: &SetText<'_>) {
        self.placements.clear();
        self.placements.reserve(text.segments.len());
        self.frames.clear();
        self.guide.instances.clear();
        if self.counts.len() < walk.rows.len() {
            self.counts.resize(walk.rows.len(), Count::default());
        }
        // Generations only grow, so that opening a loop clears no counts. A set opens fewer loops
        // than half of what is left here; else all start anew.
        if self.generation > u32::MAX / 2 {
            self.generation = 0;
            self.counts.fill(Count::default());
        }
    }
}

/// An open loop.
#[derive(Clone, Copy, Debug)]
struct Frame {
    /// The loop's number in the walk's tables.
    number: u16,
    /// Tells the counts of this instance from those of earlier ones.
    generation: u32,
    /// Position of the last child placed.
    cursor: u32,
    /// The segment that opened it.
    opened: usize,
    /// Its place among the instances noted for a guide.
    instance: usize,
}

/// How often a row was used, in the instance of its loop that has this generation.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    generation: u32,
    times: u32,
}

/// What is needed of a candidate to place a segment there.
#[derive(Clone, Copy)]
struct Spot {
    node: NodeId,
    position: u32,
    opens: Option<u16>,
}

impl Spot {
    #[inline]
    fn of(candidate: &Candidate) -> Self {
        Self { node: candidate.node, position: candidate.position, opens: candidate.opens }
    }
}

/// One walk over one set.
struct Pass<'a, 'b> {
    walk: &'a Walk,
    delimiters: Delimiters,
    placements: &'b mut Vec<NodeId>,
    frames: &'b mut Vec<Frame>,
    counts: &'b mut Vec<Count>,
    generation: u32,
    /// Where loops are noted when a guide asks after them.
    instances: Option<&'b mut Vec<Instance>>,
    gather: &'b mut Gather<'a>,
}

impl Pass<'_, '_> {
    fn run(&mut self, text: &SetText<'_>) {
        if text.segments.is_empty() {
            return;
        }
        let trailer = text.segments.len() - 1;
        let has_trailer =
            trailer > 0 && text.segment(trailer).is_some_and(|segment| segment.id() == b"SE");
        let end = if has_trailer { trailer } else { text.segments.len() };
        let classes = Classes::new(&text.delimiters);
        self.open(0, 0);
        self.placements.push(NodeId::SET);
        for (index, pair) in text.segments.windows(2).enumerate().take(end).skip(1) {
            if let [span, next] = pair {
                self.segment(index, &Words::new(text, span, next.first_end), &classes);
            }
        }
        // Without a trailer the last segment is one like the others.
        if let (false, 1.., Some(span)) = (has_trailer, trailer, text.segments.last()) {
            let ends = u32::try_from(text.ends.len()).unwrap_or(u32::MAX);
            self.segment(trailer, &Words::new(text, span, ends), &classes);
        }
        while !self.frames.is_empty() {
            self.close(end);
        }
        if has_trailer {
            self.placements.push(NodeId::SET);
        }
    }

    #[inline]
    fn segment(&mut self, index: usize, words: &Words<'_>, classes: &Classes) {
        let meaning = match words.packed_id() {
            Some(id) => self.walk.meaning_of(id),
            None => Meaning::Unknown,
        };
        let placed = match meaning {
            Meaning::Part(column) => match self.place(index, column, words) {
                Some(node) => Some(node),
                None => self.misfit(index, column, words),
            },
            meaning => self.unplaced(index, meaning, words),
        };
        let node = placed.unwrap_or(NodeId::STRAY);
        self.placements.push(node);
        let Some(row) = self.walk.rows.get(node.index()) else { return };
        let clean = self
            .walk
            .segments
            .get(row.segment)
            .is_some_and(|fields| elements::clean(self.walk, fields, words, classes));
        if !clean {
            elements::examine(self.gather, Place { index, node }, row.segment);
        }
    }

    /// Places a segment where it properly fits (GRAMMAR.md 5.2).
    #[inline]
    fn place(&mut self, index: usize, column: u16, words: &Words<'_>) -> Option<NodeId> {
        let walk = self.walk;
        // The element that the last candidate asked after, packed.
        let (mut asked, mut value) = (0, 0);
        for depth in (0..self.frames.len()).rev() {
            let &Frame { number, generation, cursor, .. } = self.frames.get(depth)?;
            for candidate in walk.candidates(number, column) {
                if candidate.position < cursor {
                    continue;
                }
                let met = match &candidate.ask {
                    Ask::Nothing => true,
                    Ask::Code { element, first, others } => {
                        if asked != *element {
                            (asked, value) = (*element, words.packed(usize::from(*element)));
                        }
                        value == *first
                            || others.start < others.end && walk.codes(others).contains(&value)
                    }
                    Ask::More => self.met(walk.conditions(candidate), words),
                };
                if met && self.times(candidate.node, generation) < candidate.max {
                    return Some(self.settle(index, depth, Spot::of(candidate)));
                }
            }
        }
        None
    }

    /// Closes what is open inside the frame at `depth` and puts the segment into it; returns the
    /// row it was placed at.
    #[inline]
    fn settle(&mut self, index: usize, depth: usize, spot: Spot) -> NodeId {
        if self.frames.len() > depth.wrapping_add(1) {
            self.close_inside(index, depth);
        }
        self.enter(depth, spot);
        match spot.opens {
            Some(number) => self.open(number, index),
            None => spot.node,
        }
    }

    #[inline(never)]
    fn close_inside(&mut self, index: usize, depth: usize) {
        while self.frames.len() > depth.saturating_add(1) {
            self.close(index);
        }
    }

    /// Counts a child in the frame at `depth` and moves its cursor, never back.
    #[inline]
    fn enter(&mut self, depth: usize, spot: Spot) {
        let Some(frame) = self.frames.get_mut(depth) else { return };
        frame.cursor = frame.cursor.max(spot.position);
        let generation = frame.generation;
        self.count(spot.node, generation);
    }

    /// Opens a loop with its trigger placed; returns the trigger's row.
    #[inline(never)]
    fn open(&mut self, number: u16, index: usize) -> NodeId {
        self.generation = self.generation.wrapping_add(1);
        let generation = self.generation;
        let Some(row) = self.walk.loop_row(number) else { return NodeId::STRAY };
        let instance = self.note(row.node, index);
        self.frames.push(Frame { number, generation, cursor: row.start, opened: index, instance });
        match row.trigger {
            Some(trigger) => {
                self.count(trigger, generation);
                trigger
            }
            None => row.node,
        }
    }

    #[inline]
    fn note(&mut self, node: NodeId, index: usize) -> usize {
        let Some(instances) = &mut self.instances else { return 0 };
        instances.push(Instance { node, first: index, end: usize::MAX });
        instances.len().saturating_sub(1)
    }

    /// Closes the innermost loop and tells what it lacks; `index` is the segment that closed it.
    #[inline]
    fn close(&mut self, index: usize) {
        let Some(frame) = self.frames.pop() else { return };
        if let Some(instances) = &mut self.instances
            && let Some(instance) = instances.get_mut(frame.instance)
        {
            instance.end = index;
        }
        let Some(row) = self.walk.loop_row(frame.number) else { return };
        for must in self.walk.musts(row) {
            if self.times(must.node, frame.generation) < must.min {
                self.missing(&frame, row, must.node, index);
            }
        }
    }

    /// Tells that a child never came, at the segment with which the walk passed its position.
    #[cold]
    fn missing(&mut self, frame: &Frame, row: &LoopRow, child: NodeId, closed: usize) {
        let Some(position) = self.walk.rows.get(child.index()).map(|row| row.position) else {
            return;
        };
        if self.gather.is_full() {
            self.gather.count_more(1);
            return;
        }
        let inside = frame.opened..closed;
        let passed = self
            .placements
            .get(inside.clone())
            .unwrap_or_default()
            .iter()
            .position(|&node| self.child_of(row.node, node).is_some_and(|at| at > position));
        let at = passed.map_or(closed, |offset| inside.start.saturating_add(offset));
        self.gather.missing(at, row.node, child);
    }

    /// Position of the child of `ancestor` that `node` is or stands in.
    fn child_of(&self, ancestor: NodeId, node: NodeId) -> Option<u32> {
        let mut row = self.walk.rows.get(node.index())?;
        for _ in 0..=self.walk.rows.len() {
            if row.parent == ancestor {
                return Some(row.position);
            }
            if row.parent == NodeId::SET {
                return None;
            }
            row = self.walk.rows.get(row.parent.index())?;
        }
        None
    }

    #[inline]
    fn times(&self, node: NodeId, generation: u32) -> u32 {
        match self.counts.get(node.index()) {
            Some(count) if count.generation == generation => count.times,
            _ => 0,
        }
    }

    #[inline]
    fn count(&mut self, node: NodeId, generation: u32) {
        let times = self.times(node, generation).saturating_add(1);
        if let Some(count) = self.counts.get_mut(node.index()) {
            *count = Count { generation, times };
        }
    }

    #[inline]
    fn met(&self, checks: &[Check], words: &Words<'_>) -> bool {
        checks.iter().all(|check| self.holds(check, words))
    }

    #[inline]
    fn holds(&self, check: &Check, words: &Words<'_>) -> bool {
        let mut value = words.element(check.element);
        if check.component > 0 {
            value = elements::component(value, check.component, &self.delimiters);
        }
        // Blanks that pad a code are no part of it.
        if value.last() == Some(&b' ') {
            value = value.trim_ascii_end();
        }
        match check.test {
            CheckTest::Is => self.walk.lists(check, value),
            CheckTest::IsNot => !self.walk.lists(check, value),
            CheckTest::Present => !value.is_empty(),
            CheckTest::Absent => value.is_empty(),
        }
    }
}
