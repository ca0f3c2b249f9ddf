//! Judges what a guide asks beyond the rows (GRAMMAR.md 4), after the walk, over the placements and
//! the loop instances the walk noted.
//!
//! Two sweeps in file order: the first learns where each `when` holds, which may be decided behind
//! the segment that depends on it; the second judges. Both keep only what is open.

use super::gather::{Gather, Place, Site, listing};
use crate::grammar::line::ElementRef;
use crate::grammar::schema::{
    Condition, ConditionTest, Deviation, ElementContent, GuideCheck, GuideRule, GuideWhen, NodeId,
    NodeKind, Schema,
};
use crate::grammar::segments::Kind;
use crate::grammar::walk::{GuideTable, Role};
use crate::x12::elements;
use crate::x12::finding::{Fault, Level};
use crate::x12::segment::{Segment, SetText};

/// One instance of a loop, in the order they were opened; the set's is the first.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instance {
    /// Its row.
    pub(super) node: NodeId,
    /// The segment that opened it.
    pub(super) first: usize,
    /// The segment that closed it.
    pub(super) end: usize,
}

/// Memory of the guide's judgement, kept between sets.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    /// Noted by the walk.
    pub(super) instances: Vec<Instance>,
    /// How many instances of its loop came before each.
    ordinals: Vec<usize>,
    counts: Vec<usize>,
    open: Vec<usize>,
    /// By rule, by ordinal of its `when`'s scope: what was seen.
    facts: Vec<Vec<u8>>,
    tallies: Vec<Tally>,
}

/// What a rule has seen in the present instance of its scope.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    times: u32,
    early: Option<usize>,
}

/// Tells where the set breaks the guide or makes use of a deviation.
pub(super) fn judge(
    gather: &mut Gather<'_>,
    table: &GuideTable,
    placements: &[NodeId],
    scratch: &mut Scratch,
) {
    scratch.begin(gather.schema);
    let (text, schema) = (gather.text, gather.schema);
    let mut judgement = Judgement { gather, table, placements, text, schema, scratch };
    if schema.guide.rules.iter().any(|rule| rule.when.is_some()) {
        judgement.sweep(Judgement::learn, |_, _| {});
    }
    judgement.sweep(Judgement::segment, Judgement::close);
}

impl Scratch {
    fn begin(&mut self, schema: &Schema) {
        self.counts.clear();
        self.counts.resize(schema.nodes.len(), 0);
        self.ordinals.clear();
        for instance in &self.instances {
            let Some(count) = self.counts.get_mut(instance.node.index()) else { continue };
            self.ordinals.push(*count);
            *count = count.saturating_add(1);
        }
        self.facts.resize_with(schema.guide.rules.len(), Vec::new);
        for (facts, rule) in self.facts.iter_mut().zip(&schema.guide.rules) {
            let scope = rule.when.as_ref().map(|when| when.scope);
            let length = scope.and_then(|scope| self.counts.get(scope.index())).copied();
            facts.clear();
            facts.resize(length.unwrap_or(0), 0);
        }
        self.tallies.clear();
        self.tallies.resize(schema.guide.rules.len(), Tally::default());
    }
}

struct Judgement<'a, 'b> {
    gather: &'b mut Gather<'a>,
    table: &'b GuideTable,
    placements: &'b [NodeId],
    text: SetText<'a>,
    schema: &'a Schema,
    scratch: &'b mut Scratch,
}

impl<'a> Judgement<'a, '_> {
    /// Goes over the segments with the loops that are open at each.
    fn sweep(
        &mut self,
        segment: fn(&mut Self, usize, &Segment<'a>, NodeId),
        close: fn(&mut Self, Instance),
    ) {
        self.scratch.open.clear();
        let mut next = 0;
        for (index, &node) in self.placements.iter().enumerate() {
            self.close_before(index, close);
            while let Some(&instance) =
                self.scratch.instances.get(next).filter(|instance| instance.first <= index)
            {
                self.scratch.open.push(next);
                self.reset(instance.node);
                next = next.saturating_add(1);
            }
            if let Some(sent) = self.text.segment(index).filter(|_| node != NodeId::STRAY) {
                segment(self, index, &sent, node);
            }
        }
        self.close_before(usize::MAX, close);
    }

    fn close_before(&mut self, index: usize, close: fn(&mut Self, Instance)) {
        while let Some(&last) = self.scratch.open.last()
            && let Some(&instance) = self.scratch.instances.get(last)
            && instance.end <= index
        {
            close(self, instance);
            self.scratch.open.pop();
        }
    }

    fn reset(&mut self, scope: NodeId) {
        for &rule in self.table.of_scope(scope) {
            if let Some(tally) = self.scratch.tallies.get_mut(rule) {
                *tally = Tally::default();
            }
        }
    }

    /// First sweep: notes where a `when` holds.
    fn learn(&mut self, _: usize, segment: &Segment<'a>, node: NodeId) {
        for &(role, number) in self.table.at(node) {
            let Some(rule) = self.schema.guide.rules.get(number) else { continue };
            let (Role::When, Some(when)) = (role, &rule.when) else { continue };
            let fact = if meets(segment, &when.condition) { SEEN | MET } else { SEEN };
            if let Some(known) = self.fact(number, when) {
                *known |= fact;
            }
        }
    }

    /// Second sweep: a segment the guide speaks of.
    fn segment(&mut self, index: usize, segment: &Segment<'a>, node: NodeId) {
        let table = self.table;
        for &(role, number) in table.at(node) {
            let Some(rule) = self.schema.guide.rules.get(number) else { continue };
            let place = Place { index, node };
            match role {
                Role::Concern if self.concerns(number, rule, Some(segment)) => {
                    self.concern(number, rule, place, segment);
                }
                Role::Later => {
                    let tally = self.scratch.tallies.get_mut(number);
                    if let Some(early) = tally.and_then(|tally| tally.early.take()) {
                        let node = self.placements.get(early).copied().unwrap_or(node);
                        self.deviates(rule, Place { index: early, node });
                    }
                }
                Role::Concern | Role::When => {}
            }
        }
    }

    fn concern(&mut self, number: usize, rule: &'a GuideRule, place: Place, segment: &Segment<'a>) {
        let times = match self.scratch.tallies.get_mut(number) {
            Some(tally) => {
                tally.times = tally.times.saturating_add(1);
                tally.early = tally.early.or(Some(place.index));
                tally.times
            }
            None => 1,
        };
        let conditional = rule.when.is_some();
        match &rule.check {
            GuideCheck::Require | GuideCheck::Deviation(Deviation::Absent) => {}
            GuideCheck::Deviation(Deviation::Before(_)) => {}
            GuideCheck::Forbid => {
                let prose = rule.prose.as_str().into();
                let fault = Fault::GuideForbids { prose, conditional };
                self.gather.under(&rule.guide).segment(Level::Error, place, fault);
            }
            GuideCheck::Limit(max) if times > *max => {
                let fault = if self.is_of_loop(rule) {
                    Fault::LoopTooOften { max: *max }
                } else {
                    Fault::SegmentTooOften { max: *max }
                };
                self.gather.under(&rule.guide).segment(Level::Error, place, fault);
            }
            GuideCheck::Deviation(Deviation::MoreThan(max)) if times == max.saturating_add(1) => {
                self.deviates(rule, place);
            }
            GuideCheck::Limit(_) | GuideCheck::Deviation(Deviation::MoreThan(_)) => {}
            GuideCheck::RequireElement(at)
            | GuideCheck::ForbidElement(at)
            | GuideCheck::Codes(at, _)
            | GuideCheck::Length(at, ..)
            | GuideCheck::Pattern(at, _)
            | GuideCheck::Deviation(
                Deviation::ElementAbsent(at) | Deviation::Length(at, ..) | Deviation::Code(at, _),
            ) => self.elements(rule, *at, place, segment),
        }
    }

    /// Judges each component and repetition a rule is about.
    fn elements(
        &mut self,
        rule: &'a GuideRule,
        at: ElementRef,
        place: Place,
        segment: &Segment<'a>,
    ) {
        let position = usize::from(at.element);
        let whole = segment.element(position);
        let start = usize::try_from(segment.element_start(position)).unwrap_or(usize::MAX);
        let delimiters = self.text.delimiters;
        let row = self.schema.nodes.get(place.node.index()).map(|row| row.segment);
        let element = row
            .and_then(|row| self.schema.segments.get(row))
            .and_then(|row| row.elements.get(position.checked_sub(1)?));
        let first = at.component.map_or(0, usize::from);
        let last = at.last.map_or(first, usize::from);
        let mut offset = start;
        let separator = delimiters.repetition;
        for (number, part) in (1usize..).zip(whole.split(|&byte| Some(byte) == separator)) {
            for component in first..=last {
                let (value, inside) = match component {
                    0 => (part, 0),
                    _ => (
                        elements::component(part, component, &delimiters),
                        elements::component_offset(part, component, &delimiters),
                    ),
                };
                let site = Site {
                    element: position,
                    component,
                    repetition: if part.len() < whole.len() { number } else { 0 },
                    dictionary: element.map_or("", |it| self.gather.dictionary(it, component)),
                    start: offset.saturating_add(inside),
                    length: value.len(),
                };
                let value = value.trim_ascii_end();
                let length = element
                    .and_then(|it| kind(self.schema, &it.content, component))
                    .map_or(value.len(), |kind| elements::length(kind, value));
                self.element(rule, place, site, value, length);
            }
            offset = offset.saturating_add(part.len()).saturating_add(1);
        }
    }

    fn element(
        &mut self,
        rule: &'a GuideRule,
        place: Place,
        site: Site<'_>,
        value: &[u8],
        length: usize,
    ) {
        let prose = || rule.prose.as_str().into();
        let conditional = rule.when.is_some();
        let outside = |min: u32, max: u32| {
            let length = u32::try_from(length).unwrap_or(u32::MAX);
            (length < min, length > max)
        };
        let listed = |codes: &[String]| codes.iter().any(|code| code.as_bytes() == value);
        let fault = match (&rule.check, value.is_empty()) {
            (GuideCheck::RequireElement(_), true) => {
                Fault::GuideRequiresElement { prose: prose(), conditional }
            }
            (GuideCheck::ForbidElement(_), false) => {
                Fault::GuideForbidsElement { prose: prose(), conditional }
            }
            (GuideCheck::Codes(_, codes), false) if !listed(codes) => {
                let expected = listing(codes.iter().map(String::as_bytes));
                Fault::GuideCode { expected }
            }
            (GuideCheck::Length(_, min, max), false) => match outside(*min, *max) {
                (true, _) => Fault::TooShort { min: *min },
                (_, true) => Fault::TooLong { max: *max },
                _ => return,
            },
            (GuideCheck::Pattern(_, pattern), false) if !pattern.matches(value) => {
                Fault::GuidePattern { pattern: pattern.name().into() }
            }
            (GuideCheck::Deviation(Deviation::ElementAbsent(_)), true) => {
                Fault::Deviation { prose: prose() }
            }
            (GuideCheck::Deviation(Deviation::Length(_, min, max)), false)
                if outside(*min, *max) != (false, false) =>
            {
                Fault::Deviation { prose: prose() }
            }
            (GuideCheck::Deviation(Deviation::Code(_, codes)), false) if listed(codes) => {
                Fault::Deviation { prose: prose() }
            }
            _ => return,
        };
        let level = match fault {
            Fault::Deviation { .. } => Level::Warning,
            _ => Level::Error,
        };
        self.gather.under(&rule.guide).element(level, place, site, fault);
    }

    /// An instance ends: what must stand in it did, or never came.
    fn close(&mut self, instance: Instance) {
        let table = self.table;
        for &number in table.of_scope(instance.node) {
            let Some(rule) = self.schema.guide.rules.get(number) else { continue };
            let came = self.scratch.tallies.get(number).is_some_and(|tally| tally.times > 0);
            let asked = matches!(
                rule.check,
                GuideCheck::Require | GuideCheck::Deviation(Deviation::Absent)
            );
            if came || !asked || !self.concerns(number, rule, None) {
                continue;
            }
            let absent = rule.nodes.first().copied().unwrap_or(NodeId::SET);
            let (level, fault) = match rule.check {
                GuideCheck::Require => (
                    Level::Error,
                    Fault::GuideRequires {
                        expected: rule.address.as_str().into(),
                        prose: rule.prose.as_str().into(),
                        of_loop: self.is_of_loop(rule),
                        conditional: rule.when.is_some(),
                    },
                ),
                _ => (Level::Warning, Fault::Deviation { prose: rule.prose.as_str().into() }),
            };
            let gather = self.gather.under(&rule.guide);
            gather.absent(level, instance.first, instance.node, absent, fault);
        }
    }

    fn deviates(&mut self, rule: &'a GuideRule, place: Place) {
        let fault = Fault::Deviation { prose: rule.prose.as_str().into() };
        self.gather.under(&rule.guide).segment(Level::Warning, place, fault);
    }

    /// Whether a rule speaks of this segment, or of the instance of its scope that closes.
    fn concerns(&mut self, number: usize, rule: &GuideRule, segment: Option<&Segment<'_>>) -> bool {
        if segment.is_some_and(|segment| !meets(segment, &rule.condition)) {
            return false;
        }
        let within = rule.within.iter().all(|(node, conditions)| self.within(*node, conditions));
        within
            && match (&rule.when, segment) {
                (None, _) => true,
                (Some(when), Some(segment)) if when.same_segment => meets(segment, &when.condition),
                (Some(when), _) => {
                    let absence = |it: &Condition| it.test == ConditionTest::Absent;
                    let unseen = when.condition.iter().any(absence);
                    let fact = self.fact(number, when).map_or(0, |fact| *fact);
                    fact & MET != 0 || unseen && fact & SEEN == 0
                }
            }
    }

    /// Whether the trigger of the open instance of a loop meets an `in` block's conditions.
    fn within(&self, node: NodeId, conditions: &[Condition]) -> bool {
        let Some(instance) = self.open_instance(node) else { return false };
        let Some(instance) = self.scratch.instances.get(instance) else { return false };
        let trigger = self.schema.nodes.get(node.index()).and_then(|row| row.children.first());
        trigger == self.placements.get(instance.first)
            && self.text.segment(instance.first).is_some_and(|it| meets(&it, conditions))
    }

    fn open_instance(&self, node: NodeId) -> Option<usize> {
        let open = self.scratch.open.iter().rev().copied();
        open.into_iter().find(|&instance| {
            self.scratch.instances.get(instance).is_some_and(|instance| instance.node == node)
        })
    }

    fn fact(&mut self, number: usize, when: &GuideWhen) -> Option<&mut u8> {
        let instance = self.open_instance(when.scope)?;
        let ordinal = *self.scratch.ordinals.get(instance)?;
        self.scratch.facts.get_mut(number)?.get_mut(ordinal)
    }

    fn is_of_loop(&self, rule: &GuideRule) -> bool {
        let row = rule.nodes.first().and_then(|node| self.schema.nodes.get(node.index()));
        row.is_some_and(|row| row.kind != NodeKind::Segment)
    }
}

/// Whether a segment meets all conditions. Blanks that pad a code are no part of it.
fn meets(segment: &Segment<'_>, conditions: &[Condition]) -> bool {
    conditions.iter().all(|condition| {
        let element = usize::from(condition.element);
        let value = match condition.component {
            Some(component) => segment.component(element, usize::from(component)),
            None => segment.element(element),
        };
        let value = value.trim_ascii_end();
        let listed = |codes: &[Box<[u8]>]| codes.iter().any(|code| **code == *value);
        match &condition.test {
            ConditionTest::Is(codes) => listed(codes),
            ConditionTest::IsNot(codes) => !listed(codes),
            ConditionTest::Present => !value.is_empty(),
            ConditionTest::Absent => value.is_empty(),
        }
    })
}

/// The type of an element or of its component.
fn kind(schema: &Schema, content: &ElementContent, component: usize) -> Option<Kind> {
    match content {
        ElementContent::Simple(simple) => Some(simple.kind),
        ElementContent::Composite(row) => {
            let part = schema.composites.get(*row)?.components.get(component.checked_sub(1)?)?;
            match &part.content {
                ElementContent::Simple(simple) => Some(simple.kind),
                ElementContent::Composite(_) | ElementContent::Unused => None,
            }
        }
        ElementContent::Unused => None,
    }
}

/// A segment the `when` looks at stands in the instance.
const SEEN: u8 = 1;
/// One of them meets its condition.
const MET: u8 = 2;
