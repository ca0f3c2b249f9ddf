//! The elements of one segment (or of one slot) with the line that claims each.

use std::collections::BTreeMap;

use super::laid::At;
use super::plan::ElementPlan;
use crate::grammar::line::ElementRef;
use crate::grammar::schema::{ElementContent, ElementRule, Schema};

/// Elements by position, what a line says of them, and which line.
#[derive(Clone, Debug)]
pub(super) struct Table {
    rules: Vec<ElementRule>,
    /// By position: the components when the element is a composite.
    components: Vec<Vec<ElementRule>>,
    pub(super) elements: Vec<ElementPlan>,
    /// By element and component (0: the whole element).
    takers: BTreeMap<(u8, u8), At>,
}

impl Table {
    /// The elements of a segment.
    pub(super) fn segment(schema: &Schema, segment: usize) -> Self {
        let rules = schema.segments.get(segment).map_or(&[][..], |rule| &rule.elements);
        Self::new(schema, rules)
    }

    /// The elements of the first slot of an `each`: element 1 is `+0`.
    pub(super) fn slot(schema: &Schema, segment: usize, first: u8, step: u8) -> Self {
        let rules = schema.segments.get(segment).map_or(&[][..], |rule| &rule.elements);
        let start = usize::from(first.saturating_sub(1));
        let end = start.saturating_add(usize::from(step));
        Self::new(schema, rules.get(start..end).unwrap_or_default())
    }

    fn new(schema: &Schema, rules: &[ElementRule]) -> Self {
        let components = rules.iter().map(|rule| match rule.content {
            ElementContent::Composite(row) => {
                schema.composites.get(row).map_or_else(Vec::new, |rule| rule.components.clone())
            }
            ElementContent::Simple(_) | ElementContent::Unused => Vec::new(),
        });
        Self {
            components: components.collect(),
            rules: rules.to_vec(),
            elements: vec![ElementPlan::Free; rules.len()],
            takers: BTreeMap::new(),
        }
    }

    /// What the standard says of an element or component.
    pub(super) fn rule(&self, place: ElementRef) -> Option<&ElementRule> {
        let row = usize::from(place.element).checked_sub(1)?;
        let rule = self.rules.get(row)?;
        let components = self.components.get(row)?;
        match place.component {
            Some(component) if !components.is_empty() => {
                let last = usize::from(place.last.unwrap_or(component));
                components.get(last.checked_sub(1)?)?;
                components.get(usize::from(component).checked_sub(1)?)
            }
            // A simple element is its own first component.
            Some(1) if place.last.is_none() => Some(rule),
            Some(_) => None,
            None => Some(rule),
        }
    }

    /// The elements, with their positions from 1.
    pub(super) fn rules(&self) -> impl Iterator<Item = (u8, &ElementRule, &[ElementRule])> {
        let components = self.components.iter().map(Vec::as_slice);
        (1u8..).zip(&self.rules).zip(components).map(|((at, rule), parts)| (at, rule, parts))
    }

    /// What a line says of a place.
    pub(super) fn plan(&self, place: ElementRef) -> Option<&ElementPlan> {
        let plan = self.elements.get(usize::from(place.element).checked_sub(1)?)?;
        match (plan, place.component) {
            (ElementPlan::Composite(parts), Some(component)) => {
                parts.get(usize::from(component).checked_sub(1)?)
            }
            (plan, _) => Some(plan),
        }
    }

    /// The code always written there.
    pub(super) fn code(&self, place: ElementRef) -> Option<&str> {
        match self.plan(place)? {
            ElementPlan::Code(code) => Some(code),
            _ => None,
        }
    }

    /// A field's plan, to add a check to it.
    pub(super) fn plan_mut(&mut self, place: ElementRef) -> Option<&mut ElementPlan> {
        let plan = self.elements.get_mut(usize::from(place.element).checked_sub(1)?)?;
        match (plan, place.component) {
            (ElementPlan::Composite(parts), Some(component)) => {
                parts.get_mut(usize::from(component).checked_sub(1)?)
            }
            (plan, _) => Some(plan),
        }
    }

    /// Claims a place for a line.
    ///
    /// # Errors
    ///
    /// The line that has it already.
    pub(super) fn take(&mut self, place: ElementRef, at: At, plan: &ElementPlan) -> Result<(), At> {
        let composite = self
            .components
            .get(usize::from(place.element).saturating_sub(1))
            .is_some_and(|parts| !parts.is_empty());
        let first = if composite { place.component.unwrap_or(0) } else { 0 };
        let last = if composite { place.last.unwrap_or(first) } else { 0 };
        let element = place.element;
        let taken = |component: u8| {
            self.takers
                .range((element, 0)..=(element, u8::MAX))
                .find(|((_, other), _)| component == 0 || *other == 0 || *other == component)
                .map(|(_, at)| *at)
        };
        if let Some(other) = (first..=last).find_map(taken) {
            return Err(other);
        }
        for component in first..=last {
            self.takers.insert((element, component), at);
            self.put(element, component, plan.clone());
        }
        Ok(())
    }

    /// Says what stands at a place that no line claims.
    pub(super) fn imply(&mut self, place: ElementRef, plan: ElementPlan) {
        self.put(place.element, place.component.unwrap_or(0), plan);
    }

    fn put(&mut self, element: u8, component: u8, plan: ElementPlan) {
        let row = usize::from(element).saturating_sub(1);
        let parts = self.components.get(row).map_or(0, Vec::len);
        let Some(place) = self.elements.get_mut(row) else { return };
        if component == 0 || parts == 0 {
            *place = plan;
            return;
        }
        if !matches!(place, ElementPlan::Composite(_)) {
            *place = ElementPlan::Composite(vec![ElementPlan::Free; parts]);
        }
        if let ElementPlan::Composite(plans) = place
            && let Some(place) = plans.get_mut(usize::from(component).saturating_sub(1))
        {
            *place = plan;
        }
    }
}
