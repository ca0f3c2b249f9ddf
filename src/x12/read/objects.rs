//! Objects while they are filled: values by slot, then fields in the order of the map.

use std::borrow::Cow;

use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::{Layout, Place, PlaceContent, Slot};

/// Values by slot.
pub(super) type Slots<'a> = Vec<Option<Value<'a>>>;

/// An object that is being read.
#[derive(Debug, Default)]
pub(super) struct Builder<'a> {
    pub(super) layout: usize,
    pub(super) slots: Slots<'a>,
    /// Values of `also` lines, taken when the field stays empty.
    pub(super) also: Vec<(Slot, Value<'a>)>,
    /// Computed elements met.
    pub(super) checks: Vec<Check<'a>>,
}

/// A computed element that was sent.
#[derive(Clone, Debug)]
pub(super) struct Check<'a> {
    /// Row of the map's computed lines.
    pub(super) computed: usize,
    /// The number as canonical decimal.
    pub(super) sent: Cow<'a, str>,
    /// Index of its segment.
    pub(super) segment: usize,
}

/// Puts a value at a slot, or adds it to the list there.
pub(super) fn put<'a>(slots: &mut Slots<'a>, slot: Slot, list: bool, value: Value<'a>) {
    let Some(place) = slots.get_mut(slot.index()) else { return };
    match place {
        Some(Value::List(items)) if list => items.push(value),
        place if list => *place = Some(Value::List(vec![value])),
        place => *place = Some(value),
    }
}

/// The object of a layout, its slots emptied.
pub(super) fn finish<'a>(
    layout: &'a Layout,
    slots: &mut Slots<'a>,
    unmapped: Vec<Value<'a>>,
) -> Object<'a> {
    let filled = slots.iter().filter(|slot| slot.is_some()).count();
    let mut fields = Vec::with_capacity(filled.saturating_add(usize::from(!unmapped.is_empty())));
    collect(&layout.places, slots, &mut fields);
    if !unmapped.is_empty() {
        fields.push((Cow::Borrowed("unmapped"), Value::List(unmapped)));
    }
    Object { fields }
}

fn collect<'a>(
    places: &'a [Place],
    slots: &mut Slots<'a>,
    fields: &mut Vec<(Cow<'a, str>, Value<'a>)>,
) {
    for place in places {
        let value = match &place.content {
            PlaceContent::Slot(slot) => slots.get_mut(slot.index()).and_then(Option::take),
            PlaceContent::Nested(inner) => {
                let mut nested = Vec::new();
                collect(inner, slots, &mut nested);
                (!nested.is_empty()).then_some(Value::Object(Object { fields: nested }))
            }
        };
        if let Some(value) = value {
            fields.push((Cow::Borrowed(place.name.as_str()), value));
        }
    }
}

/// What of a segment no line names, by element: `07`, `01.7`, `+2`.
#[derive(Debug, Default)]
pub(super) struct Left<'a> {
    elements: Vec<(Cow<'a, str>, Value<'a>)>,
}

impl<'a> Left<'a> {
    pub(super) fn is_empty(&self) -> bool {
        self.elements.is_empty()
    }

    /// An element, or with `component` one component of it.
    pub(super) fn element(&mut self, element: usize, component: Option<usize>, value: Value<'a>) {
        let key = match component {
            Some(component) => format!("{element:02}.{component}"),
            None => format!("{element:02}"),
        };
        self.elements.push((Cow::Owned(key), value));
    }

    /// An element of a slot, by its distance from the slot's first.
    pub(super) fn slot(&mut self, distance: usize, component: Option<usize>, value: Value<'a>) {
        let key = match component {
            Some(component) => format!("+{distance}.{component}"),
            None => format!("+{distance}"),
        };
        self.elements.push((Cow::Owned(key), value));
    }

    /// The entry of `unmapped`.
    pub(super) fn entry(self, at: Cow<'a, str>) -> Value<'a> {
        Value::Object(Object {
            fields: vec![
                (Cow::Borrowed("at"), Value::Text(at)),
                (Cow::Borrowed("elements"), Value::Object(Object { fields: self.elements })),
            ],
        })
    }
}

/// The entry of `unmapped` for segments no line claims.
pub(super) fn segments_entry<'a>(at: Cow<'a, str>, segments: Vec<Value<'a>>) -> Value<'a> {
    Value::Object(Object {
        fields: vec![
            (Cow::Borrowed("at"), Value::Text(at)),
            (Cow::Borrowed("segments"), Value::List(segments)),
        ],
    })
}
