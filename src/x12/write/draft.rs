//! One segment while its elements are put together.

use super::neutral::{COMPONENT, ELEMENT, Neutral, REPETITION};
use super::values::{self, Unfit};
use crate::canonical::record::Value;
use crate::grammar::schema::{Condition, ConditionTest};
use std::ops::Range;

/// An element, or a component of one; both from 1.
pub(super) type Place = (usize, Option<usize>);

/// Elements by position; kept between segments, so that writing allocates little.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    text: String,
    cells: Vec<Range<usize>>,
}

impl Draft {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.cells.clear();
    }

    /// Puts what `fill` appends at an element or a component of one.
    pub(super) fn put_at(
        &mut self,
        (position, component): Place,
        fill: impl FnOnce(&mut String) -> Result<(), Unfit>,
    ) -> Result<(), Unfit> {
        match component {
            Some(component) => self.put_component(position, component, fill),
            None => self.put(position, fill),
        }
    }

    /// Puts what `fill` appends at an element.
    pub(super) fn put(
        &mut self,
        position: usize,
        fill: impl FnOnce(&mut String) -> Result<(), Unfit>,
    ) -> Result<(), Unfit> {
        let start = self.text.len();
        let outcome = fill(&mut self.text);
        if outcome.is_err() {
            self.text.truncate(start);
            return outcome;
        }
        self.cell(position, start);
        Ok(())
    }

    /// Puts what `fill` appends at a component of an element.
    fn put_component(
        &mut self,
        position: usize,
        component: usize,
        fill: impl FnOnce(&mut String) -> Result<(), Unfit>,
    ) -> Result<(), Unfit> {
        let mut text = String::new();
        fill(&mut text)?;
        let old = self.element(position).to_owned();
        let mut parts: Vec<&str> =
            if old.is_empty() { Vec::new() } else { old.split(COMPONENT).collect() };
        while parts.len() < component {
            parts.push("");
        }
        if let Some(place) = parts.get_mut(component.saturating_sub(1)) {
            *place = &text;
        }
        let start = self.text.len();
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                self.text.push(COMPONENT);
            }
            self.text.push_str(part);
        }
        let length =
            self.text.get(start..).map_or(0, |text| text.trim_end_matches(COMPONENT).len());
        self.text.truncate(start.saturating_add(length));
        self.cell(position, start);
        Ok(())
    }

    fn cell(&mut self, position: usize, start: usize) {
        while self.cells.len() < position {
            self.cells.push(0..0);
        }
        if let Some(cell) = self.cells.get_mut(position.saturating_sub(1)) {
            *cell = start..self.text.len();
        }
    }

    /// The text of an element, components apart by the neutral separator.
    pub(super) fn element(&self, position: usize) -> &str {
        let cell = position.checked_sub(1).and_then(|row| self.cells.get(row));
        cell.and_then(|cell| self.text.get(cell.clone())).unwrap_or_default()
    }

    /// Whether no element has a text.
    pub(super) fn is_empty(&self) -> bool {
        self.cells.iter().all(Range::is_empty)
    }

    /// Whether an element or component has no text.
    pub(super) fn is_vacant(&self, (position, component): Place) -> bool {
        let text = self.element(position);
        match component {
            Some(component) => {
                text.split(COMPONENT).nth(component.saturating_sub(1)).is_none_or(str::is_empty)
            }
            None => text.is_empty(),
        }
    }

    /// Whether all conditions hold.
    pub(super) fn meets(&self, conditions: &[Condition]) -> bool {
        meets(conditions, |element| self.element(element))
    }

    /// Appends the segment.
    pub(super) fn emit(&self, id: &str, out: &mut Neutral) {
        let start = out.text.len();
        out.text.push_str(id);
        for position in 1..=self.cells.len() {
            out.text.push(ELEMENT);
            out.text.push_str(self.element(position));
        }
        out.end_segment(start);
    }
}

/// Whether all conditions hold for elements with neutral separators.
pub(super) fn meets<'t>(conditions: &[Condition], element: impl Fn(usize) -> &'t str) -> bool {
    conditions.iter().all(|condition| {
        let text = element(usize::from(condition.element));
        let text = match condition.component {
            Some(component) => {
                let first = text.split(REPETITION).next().unwrap_or_default();
                first
                    .split(COMPONENT)
                    .nth(usize::from(component).saturating_sub(1))
                    .unwrap_or_default()
            }
            None => text,
        };
        let is = |codes: &[Box<[u8]>]| codes.iter().any(|code| **code == *text.as_bytes());
        match &condition.test {
            ConditionTest::Is(codes) => is(codes),
            ConditionTest::IsNot(codes) => !text.is_empty() && !is(codes),
            ConditionTest::Present => !text.is_empty(),
            ConditionTest::Absent => text.is_empty(),
        }
    })
}

/// Appends an element as `unmapped` keeps it: a text, components, or repetitions.
pub(super) fn content(value: &Value<'_>, out: &mut String) -> Result<(), Unfit> {
    let Value::List(items) = value else { return plain(value, out) };
    let repeats = items.iter().any(|item| matches!(item, Value::List(_)));
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(if repeats { REPETITION } else { COMPONENT });
        }
        match item {
            Value::List(parts) => {
                for (index, part) in parts.iter().enumerate() {
                    if index > 0 {
                        out.push(COMPONENT);
                    }
                    plain(part, out)?;
                }
            }
            item => plain(item, out)?,
        }
    }
    Ok(())
}

fn plain(value: &Value<'_>, out: &mut String) -> Result<(), Unfit> {
    let text = values::plain(value)?;
    values::characters(&text)?;
    out.push_str(text.trim_end_matches(' '));
    Ok(())
}
