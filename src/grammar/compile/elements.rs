//! Looking up elements of segments and composites, with a sentence for what is not there.

use super::wording;
use crate::grammar::line::ElementRef;
use crate::grammar::schema::{
    CodeListRule, CompositeRule, ElementContent, ElementRule, Schema, SegmentRule, SimpleRule,
};

/// The segments, composites and code lists of a release or of a schema.
#[derive(Clone, Copy, Debug)]
pub struct Elements<'a> {
    /// Rows of segments.
    pub segments: &'a [SegmentRule],
    /// Rows of composites.
    pub composites: &'a [CompositeRule],
    /// Rows of code lists.
    pub code_lists: &'a [CodeListRule],
}

impl<'a> Elements<'a> {
    /// Those of a schema.
    #[must_use]
    pub fn of(schema: &'a Schema) -> Self {
        Self {
            segments: &schema.segments,
            composites: &schema.composites,
            code_lists: &schema.code_lists,
        }
    }

    /// The id of segment row `segment`.
    #[must_use]
    pub fn id(self, segment: usize) -> &'a str {
        self.segments.get(segment).map_or("", |rule| &rule.id)
    }

    /// The element or component at `at`.
    ///
    /// # Errors
    ///
    /// A sentence that says how many there are.
    pub fn element(self, segment: usize, at: ElementRef) -> Result<&'a ElementRule, String> {
        let Some(rule) = self.segments.get(segment) else {
            return Err("there is no such segment".to_owned());
        };
        let id = &rule.id;
        let element = nth(&rule.elements, at.element)
            .ok_or_else(|| format!("{id}.{:02}: {}", at.element, count(id, &rule.elements)))?;
        if matches!(element.content, ElementContent::Unused) {
            return Err(format!("{id}.{:02} is not used in the standard", at.element));
        }
        let Some(component) = at.component else { return Ok(element) };
        let here = format!("{id}.{:02}", at.element);
        let ElementContent::Composite(row) = element.content else {
            // A simple element is its own first component.
            let only = component == 1 && at.last.is_none();
            return if only { Ok(element) } else { Err(format!("{here} has no components")) };
        };
        let composite = self.composites.get(row);
        let composite = composite.ok_or_else(|| format!("{here} has no components"))?;
        let last = at.last.unwrap_or(component);
        if last < component {
            return Err(format!("{id}.{} runs backwards", wording::element(at)));
        }
        if nth(&composite.components, last).is_none() {
            let many = count(&composite.id, &composite.components);
            return Err(format!("{id}.{}: {many}", wording::element(at)));
        }
        let found = nth(&composite.components, component);
        found.ok_or_else(|| format!("{id}.{} is not there", wording::element(at)))
    }

    /// Whether `code` can stand in a simple element.
    ///
    /// # Errors
    ///
    /// The half sentence that says why not.
    pub fn code_fits(self, simple: &SimpleRule, code: &str) -> Result<(), String> {
        let length = u32::try_from(code.chars().count()).unwrap_or(u32::MAX);
        if length < simple.min || length > simple.max {
            return Err(format!("its length is {}..{}", simple.min, simple.max));
        }
        let list = simple.codes.and_then(|row| self.code_lists.get(row));
        match list {
            Some(list) if list.closed && list.name(code).is_none() => {
                Err(format!("code list {} is closed and has no {code}", list.name))
            }
            _ => Ok(()),
        }
    }
}

/// Element `position` of a segment, or component of a composite; 1 is the first.
#[must_use]
pub fn nth(elements: &[ElementRule], position: u8) -> Option<&ElementRule> {
    elements.get(usize::from(position).checked_sub(1)?)
}

fn count(id: &str, elements: &[ElementRule]) -> String {
    match elements.len() {
        1 => format!("{id} has 1 element"),
        many => format!("{id} has {many} elements"),
    }
}
