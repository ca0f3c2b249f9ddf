//! A segment line written: fields into elements, what was left over back in its place.

use super::Writer;
use super::draft::{Draft, Place, content};
use super::source::Source;
use super::values::{self, Unfit};
use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::{EachPlan, ElementPlan, FieldPlan, Form, Goes, GroupPlan, Slot};
use crate::x12::read::sums;

/// What a segment is written from.
#[derive(Clone, Copy)]
pub(super) struct From<'w, 'r> {
    pub(super) source: &'w Source<'r>,
    /// What stayed of it in `unmapped`.
    pub(super) left: Option<&'r Object<'r>>,
    /// Whether it is written although it may have nothing to say.
    pub(super) forced: bool,
    /// Whether its list field is given one item, not the list.
    pub(super) bare: bool,
}

impl<'r> Writer<'_, 'r> {
    /// Fills the draft of a group; whether there is anything to write.
    pub(super) fn fill(
        &mut self,
        group: &GroupPlan,
        from: From<'_, 'r>,
        draft: &mut Draft,
    ) -> bool {
        draft.clear();
        let mut said = from.left.is_some();
        // How many items of each list went into elements.
        let mut taken: Vec<(Slot, usize)> = Vec::new();
        let mut each_done = 0u128;
        for (row, plan) in group.elements.iter().enumerate() {
            let position = row.saturating_add(1);
            match plan {
                ElementPlan::Field(field) => {
                    said |= self.field(group, field, from, (position, None), &mut taken, draft);
                }
                ElementPlan::Code(code) => self.code((position, None), code, draft),
                ElementPlan::Composite(parts) => {
                    for (row, part) in parts.iter().enumerate() {
                        let place = (position, Some(row.saturating_add(1)));
                        said |= match part {
                            ElementPlan::Field(field) | ElementPlan::Run(field) => {
                                self.field(group, field, from, place, &mut taken, draft)
                            }
                            ElementPlan::Code(code) => {
                                self.code(place, code, draft);
                                false
                            }
                            _ => false,
                        };
                    }
                }
                ElementPlan::Slot(slot) => {
                    let bit = 1u128 << (slot & 127);
                    // Slots of a packed segment are written object by object.
                    if each_done & bit == 0 && !matches!(group.goes, Goes::Packed(_)) {
                        each_done |= bit;
                        if let Some(each) = group.slots.get(*slot) {
                            said |= self.each(group, each, from.source, draft);
                        }
                    }
                }
                ElementPlan::Tree => self.tree_element(position, draft),
                ElementPlan::Computed(_)
                | ElementPlan::Free
                | ElementPlan::Run(_)
                | ElementPlan::Follows => {}
            }
        }
        self.too_many(group, from.source, &taken);
        if let Some(left) = from.left {
            self.restore(left, 0, draft);
        }
        let fills = said || from.forced || group.must || group.fills;
        if fills {
            said |= self.computed(group, from, draft);
        }
        said || from.forced || group.must && !draft.is_empty()
    }

    /// One field into an element or component; whether there was a value.
    fn field(
        &mut self,
        group: &GroupPlan,
        field: &FieldPlan,
        from: From<'_, 'r>,
        place: Place,
        taken: &mut Vec<(Slot, usize)>,
        draft: &mut Draft,
    ) -> bool {
        let value = from.source.slots.get(field.slot.index()).copied().flatten();
        let Some(mut value) = value else { return false };
        if field.list && !from.bare {
            let Value::List(items) = value else {
                self.refuse(self.name(group.layout, field.slot), "is no list, and must be one");
                return false;
            };
            let Some(item) = items.get(next_of(taken, field.slot)) else { return false };
            value = item;
        }
        if is_blank(value) {
            return false;
        }
        if let Err(unfit) = placed(field, value, place, draft) {
            let sentence = format!("{unfit} ({})", shown(&group.id, place));
            // A bare item is named by its place in the list already.
            let name = if from.bare { "" } else { self.name(group.layout, field.slot) };
            self.refuse(name, &sentence);
        }
        true
    }

    fn code(&mut self, place: Place, code: &str, draft: &mut Draft) {
        // Codes of the map have no control characters: its lines could not be read with them.
        if let Err(unfit) = draft.put_at(place, |out| appended(code, out)) {
            self.refuse("", &unfit);
        }
    }

    /// Lists of which not all items found an element.
    fn too_many(&mut self, group: &GroupPlan, source: &Source<'r>, taken: &[(Slot, usize)]) {
        for (slot, count) in taken {
            let value = source.slots.get(slot.index()).copied().flatten();
            let Some(Value::List(items)) = value else { continue };
            if items.len() > *count {
                let sentence =
                    format!("has {} items, and {} carries {count}", items.len(), group.id);
                self.refuse(self.name(group.layout, *slot), &sentence);
            }
        }
    }

    /// All slots of an `each`; whether there was any object.
    fn each(
        &mut self,
        group: &GroupPlan,
        each: &EachPlan,
        source: &Source<'r>,
        draft: &mut Draft,
    ) -> bool {
        let value = source.slots.get(each.slot.index()).copied().flatten();
        let Some(Value::List(items)) = value else { return false };
        let name = self.name(group.layout, each.slot);
        let room = each.room();
        let mut chosen: Vec<usize> = (0..items.len()).collect();
        if items.len() > room {
            if !each.first_only {
                let sentence =
                    format!("has {} items, and {} carries {room}", items.len(), group.id);
                self.refuse(name, &sentence);
                return true;
            }
            chosen = self.foremost(each, items, room);
            for index in (0..items.len()).filter(|index| !chosen.contains(index)) {
                self.left_out(&format!("{name}[{index}]"));
            }
        }
        self.path.field(name);
        for (slot, index) in chosen.into_iter().enumerate() {
            let Some(Value::Object(item)) = items.get(index) else {
                self.path.item(index);
                self.refuse("", "is no object, and must be one");
                self.path.up();
                continue;
            };
            self.path.item(index);
            let first = usize::from(each.first).saturating_add(slot * usize::from(each.step));
            self.slot(group, each, item, first, draft);
            self.path.up();
        }
        self.path.up();
        !items.is_empty()
    }

    /// `first`: the objects whose word stands first in the translation, in their own order.
    fn foremost(&self, each: &EachPlan, items: &[Value<'r>], room: usize) -> Vec<usize> {
        let ranked = each.parts.iter().find_map(|part| match part {
            ElementPlan::Field(field) if !field.words.is_empty() => Some(field),
            _ => None,
        });
        let rank = |index: &usize| {
            let Some(field) = ranked else { return *index };
            let name = self.name(each.layout, field.slot);
            let word = match items.get(*index) {
                Some(Value::Object(item)) => item.text(name),
                _ => None,
            };
            let row = field.words.iter().position(|(_, known)| Some(known.as_str()) == word);
            row.unwrap_or(usize::MAX)
        };
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by_key(rank);
        order.truncate(room);
        order.sort_unstable();
        order
    }

    /// One object into the elements of a slot.
    pub(super) fn slot(
        &mut self,
        group: &GroupPlan,
        each: &EachPlan,
        item: &'r Object<'r>,
        first: usize,
        draft: &mut Draft,
    ) {
        let source = self.source(item, each.layout);
        for (distance, plan) in each.parts.iter().enumerate() {
            let position = first.saturating_add(distance);
            match plan {
                ElementPlan::Field(field) => {
                    self.slot_field(group, each, field, &source, (position, None), draft);
                }
                ElementPlan::Code(code) => self.code((position, None), code, draft),
                ElementPlan::Composite(parts) => {
                    for (row, part) in parts.iter().enumerate() {
                        let place = (position, Some(row.saturating_add(1)));
                        match part {
                            ElementPlan::Field(field) => {
                                self.slot_field(group, each, field, &source, place, draft);
                            }
                            ElementPlan::Code(code) => self.code(place, code, draft),
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        if let Some(left) = source.elements("", &group.at) {
            self.restore(left, first, draft);
        }
        self.unused(&source);
    }

    fn slot_field(
        &mut self,
        group: &GroupPlan,
        each: &EachPlan,
        field: &FieldPlan,
        source: &Source<'r>,
        place: Place,
        draft: &mut Draft,
    ) {
        let value = source.slots.get(field.slot.index()).copied().flatten();
        let Some(value) = value.filter(|value| !is_blank(value)) else { return };
        if let Err(unfit) = placed(field, value, place, draft) {
            let sentence = format!("{unfit} ({})", shown(&group.id, place));
            self.refuse(self.name(each.layout, field.slot), &sentence);
        }
    }

    /// Puts back elements that no line named: `07`, `01.7`, in a slot `+2`.
    fn restore(&mut self, left: &'r Object<'r>, first: usize, draft: &mut Draft) {
        for (key, value) in &left.fields {
            let (number, relative) = match key.strip_prefix('+') {
                Some(number) => (number, true),
                None => (&**key, false),
            };
            let (element, component) = match number.split_once('.') {
                Some((element, component)) => (element, component.parse::<usize>().ok()),
                None => (number, None),
            };
            let element = element.parse::<usize>().ok().filter(|&element| {
                element <= crate::limits::SEGMENT_ELEMENTS && (relative || element > 0)
            });
            let component = component
                .filter(|&component| (1..=crate::limits::SEGMENT_ELEMENTS).contains(&component));
            let (Some(element), true) = (element, number.contains('.') == component.is_some())
            else {
                self.refuse("unmapped", &format!("\"{key}\" names no element"));
                continue;
            };
            let position = if relative { first.saturating_add(element) } else { element };
            if let Err(unfit) = draft.put_at((position, component), |out| content(value, out)) {
                self.refuse("unmapped", &format!("{key} {unfit}"));
            }
        }
    }

    /// Computed elements: what `fill` says always, what `check` says where the element must stand
    /// and the record lacks it. An element a set may do without stays absent, so that a record
    /// read from such a set is written and read as the same.
    fn computed(&mut self, group: &GroupPlan, from: From<'_, 'r>, draft: &mut Draft) -> bool {
        let mut said = false;
        for (place, row) in computed_places(group) {
            let Some(plan) = self.map.computed.get(row) else { continue };
            if !(plan.fill || plan.must) || !draft.is_vacant(place) {
                continue;
            }
            said |= plan.fill;
            let put = if let Some(id) = sums::counted_id(plan) {
                let hole = self.out.count(id);
                draft.put_at(place, |out| appended(&hole, out))
            } else {
                let none = |_: &str| 0;
                let Some(value) = sums::computed(plan, from.source.object, &none) else { continue };
                draft.put_at(place, |out| values::number(&value.to_string(), plan.rule, out))
            };
            if let Err(unfit) = put {
                let sentence = format!("{} {unfit} ({})", plan.text, shown(&group.id, place));
                self.refuse("", &sentence);
            }
        }
        said
    }
}

/// The computed elements of a group.
fn computed_places(group: &GroupPlan) -> Vec<(Place, usize)> {
    let row = |plan: &ElementPlan| match plan {
        ElementPlan::Computed(row) => Some(*row),
        ElementPlan::Field(field) => field.check,
        _ => None,
    };
    let mut places = Vec::new();
    for (position, plan) in (1usize..).zip(&group.elements) {
        match plan {
            ElementPlan::Composite(parts) => {
                places.extend((1usize..).zip(parts).filter_map(|(component, part)| {
                    Some(((position, Some(component)), row(part)?))
                }));
            }
            plan => places.extend(row(plan).map(|row| ((position, None), row))),
        }
    }
    places
}

/// Which item of a list comes next.
fn next_of(taken: &mut Vec<(Slot, usize)>, slot: Slot) -> usize {
    let known = taken.iter_mut().find(|(known, _)| *known == slot);
    match known {
        Some((_, count)) => {
            let next = *count;
            *count = count.saturating_add(1);
            next
        }
        None => {
            taken.push((slot, 1));
            0
        }
    }
}

/// Puts a value at its element; a moment or period at several.
fn placed(
    field: &FieldPlan,
    value: &Value<'_>,
    place: Place,
    draft: &mut Draft,
) -> Result<(), Unfit> {
    let position = place.0;
    match field.form {
        Form::Moment { time, zone } => {
            let text = values::plain(value)?;
            let (day, clock, zone) = values::moment(&text, field.rule, time, zone)?;
            for (by, text) in [day.as_str(), clock.as_str(), zone].into_iter().enumerate() {
                if !text.is_empty() {
                    draft.put_at((position.saturating_add(by), None), |out| appended(text, out))?;
                }
            }
            Ok(())
        }
        Form::Period { by } => {
            let text = values::plain(value)?;
            let (format, text) = values::period(&text)?;
            draft.put_at((usize::from(by), None), |out| appended(format, out))?;
            draft.put_at(place, |out| appended(&text, out))
        }
        Form::Text | Form::Decimal | Form::Integer | Form::Date | Form::Time => {
            draft.put_at(place, |out| values::text(field, value, out))
        }
    }
}

fn appended(text: &str, out: &mut String) -> Result<(), Unfit> {
    out.push_str(text);
    Ok(())
}

fn is_blank(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(text) if text.bytes().all(|byte| byte == b' '))
}

/// `SVC.01.2`.
fn shown(id: &str, (position, component): Place) -> String {
    match component {
        Some(component) => format!("{id}.{position:02}.{component}"),
        None => format!("{id}.{position:02}"),
    }
}
