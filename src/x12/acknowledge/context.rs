//! CTX of a 999: in which business unit a fault is, and what makes a situational rule apply.
//!
//! The unit's identifier lets a claims department find the claim without counting segments. It
//! is left out when the identifier itself is faulty: then it identifies nothing.

use super::answer::Context;
use super::judge::{Told, findings_of, loop_id};
use crate::grammar::line::ElementRef;
use crate::grammar::schema::{
    Condition, ConditionTest, GuideCheck, GuideRule, GuideWhen, NodeId, Schema,
};
use crate::x12::codes::Form;
use crate::x12::finding::{Fault, Finding};
use crate::x12::report::Screened;
use crate::x12::segment::Segment;

/// Finds contexts for findings in order of position, in one pass over the set.
pub(super) struct Contexts<'s> {
    screened: &'s Screened<'s>,
    schema: Option<&'s Schema>,
    unit: Option<&'static Unit>,
    /// Segments looked at so far, and the last two of them that open a unit.
    seen: usize,
    openings: [Option<usize>; 2],
}

/// What a set is made of, to those who work with it.
struct Unit {
    set: &'static str,
    /// CTX01-1.
    name: &'static str,
    segment: &'static str,
    element: u8,
}

const UNITS: [Unit; 3] = [
    Unit { set: "835", name: "CLP01", segment: "CLP", element: 1 },
    Unit { set: "837", name: "CLM01", segment: "CLM", element: 1 },
    Unit { set: "820", name: "ENT01", segment: "ENT", element: 1 },
];

impl<'s> Contexts<'s> {
    pub(super) fn new(screened: &'s Screened<'s>, form: Form) -> Self {
        let told = form == Form::Implementation;
        let set = screened.report.set.as_str();
        Self {
            screened,
            schema: screened.schema.filter(|_| told),
            unit: UNITS.iter().find(|unit| told && unit.set == set),
            seen: 0,
            openings: [None; 2],
        }
    }

    /// Contexts after an IK3 with a code of its own.
    pub(super) fn of_segment(&mut self, told: &Told<'_>) -> Vec<Context> {
        self.triggers(told.finding).into_iter().chain(self.unit(told.finding)).collect()
    }

    /// Contexts after an IK3 whose elements follow.
    pub(super) fn of_elements(&mut self, told: &Told<'_>) -> Vec<Context> {
        self.unit(told.finding).into_iter().collect()
    }

    /// Contexts after an IK4.
    pub(super) fn of_element(&self, told: &Told<'_>) -> Vec<Context> {
        self.triggers(told.finding).into_iter().collect()
    }

    fn unit(&mut self, finding: &Finding) -> Option<Context> {
        let unit = self.unit?;
        let opening = self.opening(unit, finding)?;
        let segment = self.screened.text.segment(opening)?;
        let within = segment.id() == finding.segment.as_bytes() && opening == before(finding)
            || self.is_inside(unit, finding.loop_node?);
        let faulty = findings_of(self.screened.report).iter().any(|other| {
            usize::try_from(other.position).ok() == opening.checked_add(1)
                && other.element == Some(unit.element)
        });
        let value = std::str::from_utf8(segment.element(usize::from(unit.element))).ok()?;
        let known = within && !faulty && !value.is_empty();
        known.then(|| Context::Unit { name: unit.name.into(), value: value.into() })
    }

    /// The segment that opens the unit a finding is in. A segment that is missing is noticed at
    /// the one that closes the unit, which may open the next.
    fn opening(&mut self, unit: &Unit, finding: &Finding) -> Option<usize> {
        let at = before(finding);
        while self.seen <= at {
            let segment = self.screened.text.segment(self.seen)?;
            let placed = self.screened.placements.get(self.seen) != Some(&NodeId::STRAY);
            if placed && segment.id() == unit.segment.as_bytes() {
                self.openings = [Some(self.seen), self.openings[0]];
            }
            self.seen = self.seen.saturating_add(1);
        }
        let missing = matches!(finding.fault, Fault::MissingSegment { .. });
        self.openings.into_iter().flatten().find(|&opening| !missing || opening < at)
    }

    fn is_inside(&self, unit: &Unit, loop_node: NodeId) -> bool {
        let Some(schema) = self.schema else { return false };
        let mut at = loop_node;
        for _ in 0..crate::limits::LOOP_DEPTH {
            let Some(node) = schema.nodes.get(at.index()) else { return false };
            if at == NodeId::SET {
                return false;
            }
            if node.id == unit.segment {
                return true;
            }
            at = node.parent;
        }
        false
    }

    /// The segment that makes a guide's dependent rule apply.
    fn triggers(&self, finding: &Finding) -> Option<Context> {
        let rules = &self.schema?.guide.rules;
        let rule = rules.iter().find(|rule| self.broke(rule, finding))?;
        self.trigger(rule.when.as_ref()?, finding)
    }

    /// Whether a finding is about this dependent rule.
    fn broke(&self, rule: &GuideRule, finding: &Finding) -> bool {
        if rule.when.is_none() || *rule.guide != *finding.rule {
            return false;
        }
        let here = || {
            let placed = self.screened.placements.get(before(finding));
            placed.is_some_and(|node| rule.nodes.contains(node))
        };
        let element = |at: &ElementRef| Some(at.element) == finding.element;
        match (&finding.fault, &rule.check) {
            (Fault::GuideRequires { expected, .. }, GuideCheck::Require) => {
                **expected == *rule.address
            }
            (Fault::GuideForbids { prose, .. }, GuideCheck::Forbid) => **prose == *rule.prose,
            (Fault::GuideRequiresElement { .. }, GuideCheck::RequireElement(at))
            | (Fault::GuideForbidsElement { .. }, GuideCheck::ForbidElement(at)) => {
                element(at) && here()
            }
            _ => false,
        }
    }

    /// The nearest segment before the finding that meets the condition, or the nearest after it.
    fn trigger(&self, when: &GuideWhen, finding: &Finding) -> Option<Context> {
        let at = before(finding);
        let meets = |&index: &usize| {
            let placed =
                self.screened.placements.get(index).is_some_and(|node| when.nodes.contains(node));
            placed
                && self
                    .screened
                    .text
                    .segment(index)
                    .is_some_and(|s| when.condition.iter().all(|condition| holds(&s, condition)))
        };
        let near = at.saturating_sub(TRIGGER_DISTANCE);
        let far = at.saturating_add(TRIGGER_DISTANCE);
        let index = (near..=at).rev().find(meets).or_else(|| (at..far).find(meets))?;
        let segment = self.screened.text.segment(index)?;
        let node = self.schema?.nodes.get(self.screened.placements.get(index)?.index())?;
        let parent = self.schema?.nodes.get(node.parent.index())?;
        let condition = when.condition.first();
        Some(Context::Trigger {
            segment: String::from_utf8_lossy(segment.id()).into(),
            position: u32::try_from(index).ok()?.saturating_add(1),
            loop_id: match &parent.kind {
                crate::grammar::schema::NodeKind::Loop(name) => loop_id(name, Form::Implementation),
                _ => "".into(),
            },
            element: condition.map(|condition| u32::from(condition.element)),
            component: condition.and_then(|condition| condition.component).map(u32::from),
        })
    }
}

/// Index of the segment a finding is at.
fn before(finding: &Finding) -> usize {
    usize::try_from(finding.position).unwrap_or(usize::MAX).saturating_sub(1)
}

fn holds(segment: &Segment<'_>, condition: &Condition) -> bool {
    let element = usize::from(condition.element);
    let value = match condition.component {
        Some(component) => segment.component(element, usize::from(component)),
        None => segment.element(element),
    };
    match &condition.test {
        ConditionTest::Is(codes) => codes.iter().any(|code| **code == *value),
        ConditionTest::IsNot(codes) => codes.iter().all(|code| **code != *value),
        ConditionTest::Present => !value.is_empty(),
        ConditionTest::Absent => value.is_empty(),
    }
}

/// Segments looked at on either side for a trigger: a loop instance is rarely longer, and a
/// thousand findings must not each walk a million segments.
const TRIGGER_DISTANCE: usize = 500;
