//! What becomes of a segment that fits nowhere, and how the walk goes on (GRAMMAR.md 5.3).
//!
//! The cases are tried in the order of the table, from the innermost open loop outward; the first
//! that applies gives the one finding. Nothing here goes back over segments already placed, so
//! each costs what the open loops have rows of its id, however many there are.

use super::gather::Place;
use super::{Pass, Spot};
use crate::grammar::schema::NodeId;
use crate::grammar::walk::{Candidate, Check, Inner, Meaning};
use crate::x12::elements::Words;
use crate::x12::finding::{Fault, Level, Oddity};

impl Pass<'_, '_> {
    /// A segment whose id is no part of the set: 1, 6, or the same id in lower case.
    #[cold]
    pub(super) fn unplaced(
        &mut self,
        index: usize,
        meaning: Meaning,
        words: &Words<'_>,
    ) -> Option<NodeId> {
        let upper = words.id().to_ascii_uppercase();
        if meaning == Meaning::Unknown && upper != words.id() {
            match self.walk.meaning(&upper) {
                Meaning::Part(column) => return self.lower_case(index, column, words),
                Meaning::Elsewhere => {
                    self.gather.segment(
                        Level::Error,
                        self.stray_place(index),
                        Fault::SegmentNotInSet,
                    );
                    return None;
                }
                Meaning::Unknown => {}
            }
        }
        let fault = match meaning {
            Meaning::Elsewhere => Fault::SegmentNotInSet,
            Meaning::Unknown | Meaning::Part(_) => Fault::UnknownSegment,
        };
        self.gather.segment(Level::Error, self.stray_place(index), fault);
        None
    }

    fn lower_case(&mut self, index: usize, column: u16, words: &Words<'_>) -> Option<NodeId> {
        let placed = match self.place(index, column, words) {
            Some(node) => Some(node),
            None => self.misfit(index, column, words),
        };
        let place = match placed {
            Some(node) => Place { index, node },
            None => self.stray_place(index),
        };
        let level = self.gather.tolerated();
        self.gather.segment(level, place, Fault::Tolerated(Oddity::LowerCase));
        placed
    }

    /// A segment of the set that fits nowhere as things stand.
    #[cold]
    pub(super) fn misfit(
        &mut self,
        index: usize,
        column: u16,
        words: &Words<'_>,
    ) -> Option<NodeId> {
        let placed = self
            .too_often(index, column, words)
            .or_else(|| self.out_of_order(index, column, words))
            .or_else(|| self.other_code(index, column, words))
            .or_else(|| self.without_outer(index, column, words));
        if placed.is_none() {
            self.gather.segment(Level::Error, self.stray_place(index), Fault::UnexpectedSegment);
        }
        placed
    }

    /// 5 and 4: it fits but for the maximum.
    fn too_often(&mut self, index: usize, column: u16, words: &Words<'_>) -> Option<NodeId> {
        let (depth, candidate) = self.find(column, |pass, cursor, _, candidate| {
            candidate.position >= cursor && pass.met(pass.walk.conditions(candidate), words)
        })?;
        let (spot, max) = (Spot::of(candidate), candidate.max);
        let node = self.settle(index, depth, spot);
        let fault = match spot.opens {
            Some(_) => Fault::LoopTooOften { max },
            None => Fault::SegmentTooOften { max },
        };
        self.gather.segment(Level::Error, Place { index, node }, fault);
        Some(node)
    }

    /// 7: it fits at a position already passed. Loops further in stay open for what follows,
    /// unless it opens a loop itself.
    fn out_of_order(&mut self, index: usize, column: u16, words: &Words<'_>) -> Option<NodeId> {
        let (depth, candidate) = self.find(column, |pass, cursor, _, candidate| {
            candidate.position < cursor && pass.met(pass.walk.conditions(candidate), words)
        })?;
        let spot = Spot::of(candidate);
        let node = match spot.opens {
            Some(_) => self.settle(index, depth, spot),
            None => {
                self.enter(depth, spot);
                spot.node
            }
        };
        self.gather.segment(Level::Error, Place { index, node }, Fault::OutOfOrder);
        Some(node)
    }

    /// 8 with element code 7: the id is expected, with other codes.
    fn other_code(&mut self, index: usize, column: u16, words: &Words<'_>) -> Option<NodeId> {
        let (depth, candidate) = self
            .find(column, |pass, cursor, generation, candidate| {
                candidate.position >= cursor
                    && pass.times(candidate.node, generation) < candidate.max
            })
            .or_else(|| {
                self.find(column, |_, cursor, _, candidate| candidate.position >= cursor)
            })?;
        let checks = self.walk.conditions(candidate);
        let failed = checks.iter().find(|check| !self.holds(check, words));
        let (element, component) = failed.map_or((0, 0), |check| (check.element, check.component));
        let nodes = self.alternatives(depth, column, element, component);
        let spot = Spot::of(candidate);
        let node = self.settle(index, depth, spot);
        self.gather.other_code(Place { index, node }, element, component, &nodes);
        Some(node)
    }

    /// Rows of the frame at `depth` that the segment would fit with another code there.
    fn alternatives(
        &self,
        depth: usize,
        column: u16,
        element: usize,
        component: usize,
    ) -> Vec<NodeId> {
        let Some(frame) = self.frames.get(depth) else { return Vec::new() };
        let asks = |check: &Check| check.element == element && check.component == component;
        self.walk
            .candidates(frame.number, column)
            .iter()
            .filter(|candidate| candidate.position >= frame.cursor)
            .filter(|candidate| self.times(candidate.node, frame.generation) < candidate.max)
            .filter(|candidate| self.walk.conditions(candidate).iter().any(asks))
            .map(|candidate| candidate.node)
            .collect()
    }

    /// 3 for each absent trigger: it starts a loop within a loop that was not opened.
    fn without_outer(&mut self, index: usize, column: u16, words: &Words<'_>) -> Option<NodeId> {
        let (depth, inner) = self.only_inner(column, words)?;
        let (outer, target) = (inner.outer, inner.node);
        // From the child of the open loop down to the loop the segment starts.
        let mut path = vec![target];
        while let Some(&node) = path.last()
            && node != outer
        {
            path.push(self.walk.rows.get(node.index())?.parent);
        }
        let mut node = target;
        let mut depth = depth;
        for (level, &opened) in path.iter().rev().enumerate() {
            let row = *self.walk.rows.get(opened.index())?;
            let spot = Spot { node: opened, position: row.position, opens: row.opens };
            node = self.settle(index, depth, spot);
            if level.saturating_add(1) < path.len() {
                self.gather.missing(index, opened, node);
            }
            depth = depth.saturating_add(1);
        }
        Some(node)
    }

    /// The one loop ahead that contains the segment as a loop's trigger: none when there are two.
    fn only_inner(&self, column: u16, words: &Words<'_>) -> Option<(usize, &Inner)> {
        for (depth, frame) in self.frames.iter().enumerate().rev() {
            let mut found = self.walk.inner(frame.number, column).iter().filter(|inner| {
                inner.position >= frame.cursor
                    && self.times(inner.outer, frame.generation) < inner.max
                    && self.met(self.walk.inner_conditions(inner), words)
            });
            if let Some(inner) = found.next() {
                return found.next().is_none().then_some((depth, inner));
            }
        }
        None
    }

    /// The first row of the id, from the innermost open loop outward, of which `fits` is true; it
    /// is given the loop's cursor and generation.
    fn find(
        &self,
        column: u16,
        fits: impl Fn(&Self, u32, u32, &Candidate) -> bool,
    ) -> Option<(usize, &Candidate)> {
        self.frames.iter().enumerate().rev().find_map(|(depth, frame)| {
            self.walk
                .candidates(frame.number, column)
                .iter()
                .find(|candidate| fits(self, frame.cursor, frame.generation, candidate))
                .map(|candidate| (depth, candidate))
        })
    }

    /// A stray stands, for whoever reads of it, in the innermost open loop.
    fn stray_place(&self, index: usize) -> Place {
        let innermost = self.frames.last().and_then(|frame| self.walk.loop_row(frame.number));
        // Any row whose parent is that loop says so; the trigger always is one.
        let node = innermost.and_then(|row| row.trigger).unwrap_or(NodeId::SET);
        Place { index, node }
    }
}
