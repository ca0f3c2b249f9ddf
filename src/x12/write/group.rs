//! A segment line written: fields into elements, what was left over back in its place.

use super::Writer;
use super::draft::{Draft, content};
use super::source::Source;
use super::values;
use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::{EachPlan, ElementPlan, FieldPlan, Form, GroupPlan, Slot};
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
                    said |= self.field(group, field, from, position, None, &mut taken, draft);
                }
                ElementPlan::Code(code) => self.code(position, None, code, draft),
                ElementPlan::Composite(parts) => {
                    for (row, part) in parts.iter().enumerate() {
                        let component = Some(row.saturating_add(1));
                        said |= match part {
                            ElementPlan::Field(field) | ElementPlan::Run(field) => self
                                .field(group, field, from, position, component, &mut taken, draft),
                            ElementPlan::Code(code) => {
                                self.code(position, component, code, draft);
                                false
                            }
                            _ => false,
                        };
                    }
                }
                ElementPlan::Slot(slot) => {
                    let bit = 1u128 << (slot & 127);
                    if each_done & bit == 0 {
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
    #[expect(clippy::too_many_arguments, reason = "an element is named by group, place and list")]
    fn field(
        &mut self,
        group: &GroupPlan,
        field: &FieldPlan,
        from: From<'_, 'r>,
        position: usize,
        component: Option<usize>,
        taken: &mut Vec<(Slot, usize)>,
        draft: &mut Draft,
    ) -> bool {
        let Some(value) = from.source.slots.get(field.slot.index()).copied().flatten() else {
            return false;
        };
        let is_list = field.list && !from.bare;
        let value = if is_list {
            let Value::List(items) = value else {
                self.refuse(self.name(group.layout, field.slot), "is no list, and must be one");
                return false;
            };
            let count = match taken.iter_mut().find(|(slot, _)| *slot == field.slot) {
                Some((_, count)) => count,
                None => {
                    taken.push((field.slot, 0));
                    let Some((_, count)) = taken.last_mut() else { return false };
                    count
                }
            };
            let Some(item) = items.get(*count) else { return false };
            *count = count.saturating_add(1);
            item
        } else {
            value
        };
        if is_blank(value) {
            return false;
        }
        let outcome = match field.form {
            Form::Moment { time, zone } => values::plain(value).and_then(|text| {
                let (day, clock, place) = values::moment(&text, field.rule, time, zone)?;
                for (by, text) in [day.as_str(), clock.as_str(), place].into_iter().enumerate() {
                    if !text.is_empty() {
                        draft.put(position.saturating_add(by), |out| {
                            out.push_str(text);
                            Ok(())
                        })?;
                    }
                }
                Ok(())
            }),
            Form::Period { by } => values::plain(value).and_then(|text| {
                let (format, text) = values::period(&text)?;
                for (position, text) in [(usize::from(by), format), (position, text.as_str())] {
                    draft.put(position, |out| {
                        out.push_str(text);
                        Ok(())
                    })?;
                }
                Ok(())
            }),
            _ => match component {
                Some(component) => {
                    draft.put_component(position, component, |out| values::text(field, value, out))
                }
                None => draft.put(position, |out| values::text(field, value, out)),
            },
        };
        if let Err(unfit) = outcome {
            let place = place(&group.id, position, component);
            self.refuse(self.name(group.layout, field.slot), &format!("{unfit} ({place})"));
        }
        true
    }

    fn code(&mut self, position: usize, component: Option<usize>, code: &str, draft: &mut Draft) {
        let fill = |out: &mut String| {
            out.push_str(code);
            Ok(())
        };
        // Codes of the map have no control characters: its lines could not be read with them.
        let put = match component {
            Some(component) => draft.put_component(position, component, fill),
            None => draft.put(position, fill),
        };
        if let Err(unfit) = put {
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
                ElementPlan::Code(code) => self.code(position, None, code, draft),
                ElementPlan::Composite(parts) => {
                    for (row, part) in parts.iter().enumerate() {
                        let place = (position, Some(row.saturating_add(1)));
                        match part {
                            ElementPlan::Field(field) => {
                                self.slot_field(group, each, field, &source, place, draft);
                            }
                            ElementPlan::Code(code) => self.code(position, place.1, code, draft),
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
        (position, component): (usize, Option<usize>),
        draft: &mut Draft,
    ) {
        let value = source.slots.get(field.slot.index()).copied().flatten();
        let Some(value) = value.filter(|value| !is_blank(value)) else { return };
        let put = match component {
            Some(component) => {
                draft.put_component(position, component, |out| values::text(field, value, out))
            }
            None => draft.put(position, |out| values::text(field, value, out)),
        };
        if let Err(unfit) = put {
            let place = place(&group.id, position, component);
            self.refuse(self.name(each.layout, field.slot), &format!("{unfit} ({place})"));
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
            let put = match component {
                Some(component) => {
                    draft.put_component(position, component, |out| content(value, out))
                }
                None => draft.put(position, |out| content(value, out)),
            };
            if let Err(unfit) = put {
                self.refuse("unmapped", &format!("{key} {unfit}"));
            }
        }
    }

    /// Computed elements: what `fill` says always, what `check` says where the element must stand
    /// and the record lacks it. An element a set may do without stays absent, so that a record
    /// read from such a set is written and read as the same.
    fn computed(&mut self, group: &GroupPlan, from: From<'_, 'r>, draft: &mut Draft) -> bool {
        let mut said = false;
        let mut rows: Vec<(usize, Option<usize>, usize)> = Vec::new();
        for (row, plan) in group.elements.iter().enumerate() {
            let position = row.saturating_add(1);
            match plan {
                ElementPlan::Computed(computed) => rows.push((position, None, *computed)),
                ElementPlan::Field(field) => {
                    rows.extend(field.check.map(|computed| (position, None, computed)));
                }
                ElementPlan::Composite(parts) => {
                    for (row, part) in parts.iter().enumerate() {
                        let component = Some(row.saturating_add(1));
                        match part {
                            ElementPlan::Computed(computed) => {
                                rows.push((position, component, *computed));
                            }
                            ElementPlan::Field(field) => {
                                rows.extend(field.check.map(|row| (position, component, row)));
                            }
                            _ => {}
                        }
                    }
                }
                _ => {}
            }
        }
        for (position, component, row) in rows {
            let Some(plan) = self.map.computed.get(row) else { continue };
            let wanted = plan.fill || plan.must;
            if !wanted || !draft.is_vacant(position, component) {
                continue;
            }
            said |= plan.fill;
            let rule = plan.rule;
            let put = if let Some(id) = sums::counted_id(plan) {
                let hole = self.out.count(id);
                draft.put(position, |out| {
                    out.push_str(&hole);
                    Ok(())
                })
            } else {
                let none = |_: &str| 0;
                let Some(value) = sums::computed(plan, from.source.object, &none) else { continue };
                let value = value.to_string();
                match component {
                    Some(component) => draft.put_component(position, component, |out| {
                        values::number(&value, rule, out)
                    }),
                    None => draft.put(position, |out| values::number(&value, rule, out)),
                }
            };
            if let Err(unfit) = put {
                let place = place(&group.id, position, component);
                self.refuse("", &format!("{} {unfit} ({place})", plan.text));
            }
        }
        said
    }
}

fn is_blank(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(text) if text.bytes().all(|byte| byte == b' '))
}

/// `SVC.01.2`.
fn place(id: &str, position: usize, component: Option<usize>) -> String {
    match component {
        Some(component) => format!("{id}.{position:02}.{component}"),
        None => format!("{id}.{position:02}"),
    }
}
