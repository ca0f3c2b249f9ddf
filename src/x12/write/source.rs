//! The object being written: its values by slot, and what it keeps unmapped.

use std::cell::Cell;

use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::{Layout, Place, PlaceContent};

/// An object with its fields looked up.
#[derive(Debug)]
pub(super) struct Source<'r> {
    pub(super) object: &'r Object<'r>,
    /// By slot of the layout.
    pub(super) slots: Vec<Option<&'r Value<'r>>>,
    pub(super) left: Vec<Left<'r>>,
}

/// An entry of `unmapped`.
#[derive(Debug)]
pub(super) struct Left<'r> {
    pub(super) at: &'r str,
    pub(super) content: LeftContent<'r>,
    /// Whether it was written.
    pub(super) used: Cell<bool>,
}

/// What an entry keeps.
#[derive(Clone, Copy, Debug)]
pub(super) enum LeftContent<'r> {
    /// Elements of a segment a line claims.
    Elements(&'r Object<'r>),
    /// Segments no line claims.
    Segments(&'r [Value<'r>]),
}

impl<'r> Source<'r> {
    /// Looks up the fields of an object; names that the layout has not go to `unknown`.
    pub(super) fn new(
        object: &'r Object<'r>,
        layout: &Layout,
        unknown: &mut dyn FnMut(&str),
    ) -> Self {
        let mut slots = vec![None; layout.names.len()];
        index(&layout.places, object, &mut slots, "", unknown);
        let left = object.list("unmapped").iter().filter_map(entry).collect();
        Self { object, slots, left }
    }

    /// What stays of the segment that a line claims.
    pub(super) fn elements(&self, prefix: &str, at: &str) -> Option<&'r Object<'r>> {
        if self.left.is_empty() {
            return None;
        }
        let found = self.left.iter().find(|left| {
            !left.used.get()
                && matches!(left.content, LeftContent::Elements(_))
                && left.at.strip_prefix(prefix) == Some(at)
        })?;
        found.used.set(true);
        match found.content {
            LeftContent::Elements(elements) => Some(elements),
            LeftContent::Segments(_) => None,
        }
    }
}

fn entry<'r>(value: &'r Value<'r>) -> Option<Left<'r>> {
    let Value::Object(entry) = value else { return None };
    let content = match (entry.get("elements"), entry.get("segments")) {
        (Some(Value::Object(elements)), _) => LeftContent::Elements(elements),
        (_, Some(Value::List(segments))) => LeftContent::Segments(segments),
        _ => return None,
    };
    Some(Left { at: entry.text("at")?, content, used: Cell::new(false) })
}

fn index<'r>(
    places: &[Place],
    object: &'r Object<'r>,
    slots: &mut [Option<&'r Value<'r>>],
    path: &str,
    unknown: &mut dyn FnMut(&str),
) {
    // Fields come in the order of the layout as a rule, so looking on from the last one found
    // finds the next at once.
    let mut next = 0usize;
    for (name, value) in &object.fields {
        let ahead = places.iter().enumerate().skip(next);
        let mut around = ahead.chain(places.iter().enumerate().take(next));
        let Some((row, place)) = around.find(|(_, place)| place.name == **name) else {
            if !(path.is_empty() && **name == *"unmapped") {
                unknown(&format!("{path}{name}"));
            }
            continue;
        };
        next = row.saturating_add(1);
        match (&place.content, value) {
            (PlaceContent::Slot(slot), value) => {
                if let Some(place) = slots.get_mut(slot.index()) {
                    *place = Some(value);
                }
            }
            (PlaceContent::Nested(inner), Value::Object(value)) => {
                index(inner, value, slots, &format!("{path}{name}."), unknown);
            }
            (PlaceContent::Nested(_), _) => unknown(&format!("{path}{name}")),
        }
    }
}

/// Fields beside a record: facts of the file, not of the document.
pub(super) const BESIDE: [&str; 3] = ["schema", "envelope", "source"];
