//! A segment that a line claims: its elements into fields, the rest left over.

use std::borrow::Cow;

use super::objects::{Check, Left, Slots, finish, put};
use super::source::Source;
use super::values;
use crate::canonical::record::Value;
use crate::grammar::mapping::{
    CompiledMap, EachPlan, ElementPlan, FieldPlan, Form, GroupPlan, Slot,
};
use crate::grammar::segments::Kind;
use crate::x12::segment::Segment;

/// Reads the elements of one segment as a group says.
pub(super) struct Filler<'s, 'a> {
    pub(super) map: &'a CompiledMap,
    pub(super) source: Source<'a>,
    pub(super) group: &'a GroupPlan,
    pub(super) segment: &'s Segment<'a>,
    pub(super) index: usize,
    /// The values, by slot of the group's layout.
    pub(super) slots: &'s mut Slots<'a>,
    pub(super) checks: &'s mut Vec<Check<'a>>,
    pub(super) left: Left<'a>,
    /// Whether anything went into a field.
    pub(super) filled: bool,
    /// Elements that need no further look, as bits by position.
    done: u128,
}

impl<'s, 'a> Filler<'s, 'a> {
    pub(super) fn new(
        map: &'a CompiledMap,
        source: Source<'a>,
        (group, segment, index): (&'a GroupPlan, &'s Segment<'a>, usize),
        slots: &'s mut Slots<'a>,
        checks: &'s mut Vec<Check<'a>>,
    ) -> Self {
        Self {
            map,
            source,
            group,
            segment,
            index,
            slots,
            checks,
            left: Left::default(),
            filled: false,
            done: 0,
        }
    }

    /// Reads every element that the group names, and leaves the others over; elements of slots
    /// only when `slots` is said.
    pub(super) fn fill(&mut self, slots: bool) {
        for &leader in &self.group.leaders {
            self.leader(leader);
        }
        if !self.group.lists.is_empty() {
            self.unfit_lists();
        }
        for position in 1..=self.segment.len() {
            let bytes = self.segment.element(position);
            if bytes.is_empty() || self.is_done(position) {
                continue;
            }
            match self.plan(position) {
                ElementPlan::Slot(row) => {
                    if slots {
                        self.each(*row);
                    }
                }
                ElementPlan::Tree => {}
                plan => self.element(position, bytes, plan),
            }
        }
    }

    fn plan(&self, position: usize) -> &'a ElementPlan {
        let plan = position.checked_sub(1).and_then(|row| self.group.elements.get(row));
        plan.unwrap_or(&ElementPlan::Free)
    }

    fn is_done(&self, position: usize) -> bool {
        self.done & bit(position) != 0
    }

    fn element(&mut self, position: usize, bytes: &'a [u8], plan: &'a ElementPlan) {
        let fits = match plan {
            ElementPlan::Field(field) => match self.source.plain(self.segment, position) {
                Some(text) if text.is_empty() => true,
                Some(text) => self.field(field, text),
                None => false,
            },
            ElementPlan::Code(code) => {
                let plain = self.source.plain(self.segment, position);
                plain.is_some_and(|text| text.is_empty() || text == code.as_str())
            }
            ElementPlan::Computed(row) => match self.source.plain(self.segment, position) {
                Some(text) => self.computed(*row, text),
                None => false,
            },
            ElementPlan::Composite(parts) => return self.composite(position, bytes, parts),
            ElementPlan::Free
            | ElementPlan::Run(_)
            | ElementPlan::Slot(_)
            | ElementPlan::Follows
            | ElementPlan::Tree => false,
        };
        if !fits {
            let content = self.source.content(bytes);
            if !is_empty(&content) {
                self.left.element(position, None, content);
            }
        }
    }

    /// Whether the text fits the field, which it then fills.
    fn field(&mut self, field: &'a FieldPlan, text: Cow<'a, str>) -> bool {
        let Some(value) = values::value(field, text) else { return false };
        if let (Some(computed), Value::Text(sent)) = (field.check, &value) {
            self.checks.push(Check { computed, sent: sent.clone(), segment: self.index });
        }
        put(self.slots, field.slot, field.list, value);
        self.filled = true;
        true
    }

    fn computed(&mut self, row: usize, text: Cow<'a, str>) -> bool {
        let kind = self.map.computed.get(row).map_or(Kind::R, |computed| computed.rule.kind);
        let Some(sent) = values::decimal(text, kind) else { return false };
        self.checks.push(Check { computed: row, sent, segment: self.index });
        true
    }

    fn composite(&mut self, position: usize, bytes: &'a [u8], parts: &'a [ElementPlan]) {
        let Some(texts) = self.source.components(bytes) else {
            self.left.element(position, None, self.source.content(bytes));
            return;
        };
        let texts: Vec<Cow<'a, str>> = texts.map(Source::text).collect();
        let run_fits = run_fits(parts, &texts);
        for (row, text) in texts.into_iter().enumerate() {
            if text.is_empty() {
                continue;
            }
            let (plan, kept) = (parts.get(row).unwrap_or(&ElementPlan::Free), text.clone());
            let fits = match plan {
                ElementPlan::Field(field) => self.field(field, text),
                ElementPlan::Run(field) => run_fits && self.field(field, text),
                ElementPlan::Code(code) => text == code.as_str(),
                ElementPlan::Computed(computed) => self.computed(*computed, text),
                ElementPlan::Free
                | ElementPlan::Composite(_)
                | ElementPlan::Slot(_)
                | ElementPlan::Follows
                | ElementPlan::Tree => false,
            };
            if !fits {
                self.left.element(position, Some(row.saturating_add(1)), Value::Text(kept));
            }
        }
    }

    /// A moment or a period, read from several elements.
    fn leader(&mut self, leader: u8) {
        let position = usize::from(leader);
        let ElementPlan::Field(field) = self.plan(position) else { return };
        let plain = |position: usize| {
            let text = self.source.plain(self.segment, position);
            text.unwrap_or(Cow::Borrowed(DIVIDED))
        };
        let text = plain(position);
        if text.is_empty() {
            return;
        }
        let mut done = bit(position);
        let value = match field.form {
            Form::Moment { time, zone } => {
                let next = |by: usize| position.saturating_add(by);
                let clock = if time.is_some() { plain(next(1)) } else { Cow::Borrowed("") };
                let place = if zone { plain(next(2)) } else { Cow::Borrowed("") };
                values::moment(&text, &clock, &place).map(|(moment, timed, zoned)| {
                    done |= if timed { bit(next(1)) } else { 0 };
                    done |= if zoned { bit(next(2)) } else { 0 };
                    moment
                })
            }
            Form::Period { by } => {
                done |= bit(usize::from(by));
                values::period(&plain(usize::from(by)), &text)
            }
            Form::Text | Form::Decimal | Form::Integer | Form::Date | Form::Time => None,
        };
        if let Some(value) = value {
            put(self.slots, field.slot, false, Value::Text(Cow::Owned(value)));
            self.filled = true;
            self.done |= done;
        }
    }

    /// A list that elements fill by position is read when all of them fit, or not at all: a gap
    /// would put the rest elsewhere when written.
    fn unfit_lists(&mut self) {
        let mut unfit: Vec<Slot> = Vec::new();
        let listed = |plan: &'a ElementPlan| match plan {
            ElementPlan::Field(field) if field.list => Some(&**field),
            _ => None,
        };
        for position in 1..=self.segment.len() {
            let Some(field) = listed(self.plan(position)) else { continue };
            if self.segment.element(position).is_empty() {
                continue;
            }
            let text = self.source.plain(self.segment, position);
            let fits = text.is_some_and(|text| values::value(field, text).is_some());
            if !fits && !unfit.contains(&field.slot) {
                unfit.push(field.slot);
            }
        }
        if unfit.is_empty() {
            return;
        }
        for position in 1..=self.segment.len() {
            let bytes = self.segment.element(position);
            let field = listed(self.plan(position));
            if !bytes.is_empty() && field.is_some_and(|field| unfit.contains(&field.slot)) {
                self.left.element(position, None, self.source.content(bytes));
                self.done |= bit(position);
            }
        }
    }

    /// All slots of an `each`.
    fn each(&mut self, row: usize) {
        let Some(each) = self.group.slots.get(row) else { return };
        for position in usize::from(each.first)..=usize::from(each.last) {
            self.done |= bit(position);
        }
        for first in starts(each) {
            if self.is_vacant(each, first) {
                continue;
            }
            let mut slots = self.blank(each);
            let left = self.slot(each, first, &mut slots);
            let unmapped = if left.is_empty() {
                Vec::new()
            } else {
                vec![left.entry(Cow::Borrowed(self.group.at.as_str()))]
            };
            self.object(each, &mut slots, unmapped);
        }
    }

    /// Whether every element of a slot is empty.
    pub(super) fn is_vacant(&self, each: &EachPlan, first: usize) -> bool {
        (0..usize::from(each.step)).all(|distance| {
            self.segment.element(first.saturating_add(distance)).iter().all(|&byte| byte == b' ')
        })
    }

    fn blank(&self, each: &EachPlan) -> Slots<'a> {
        let layout = self.map.layouts.get(each.layout);
        std::iter::repeat_with(|| None)
            .take(layout.map_or(0, |layout| layout.names.len()))
            .collect()
    }

    pub(super) fn object(
        &mut self,
        each: &EachPlan,
        slots: &mut Slots<'a>,
        unmapped: Vec<Value<'a>>,
    ) {
        let Some(layout) = self.map.layouts.get(each.layout) else { return };
        let object = Value::Object(finish(layout, slots, unmapped));
        put(self.slots, each.slot, true, object);
        self.filled = true;
    }

    /// One slot into its own values; what is left over of it.
    pub(super) fn slot(
        &mut self,
        each: &'a EachPlan,
        first: usize,
        slots: &mut Slots<'a>,
    ) -> Left<'a> {
        let mut left = Left::default();
        for (distance, plan) in each.parts.iter().enumerate() {
            let position = first.saturating_add(distance);
            let bytes = self.segment.element(position);
            if bytes.is_empty() {
                continue;
            }
            if let ElementPlan::Composite(parts) = plan
                && let Some(texts) = self.source.components(bytes)
            {
                for (row, text) in texts.map(Source::text).enumerate() {
                    let plan = parts.get(row).unwrap_or(&ElementPlan::Free);
                    if !text.is_empty() && !slot_value(plan, text.clone(), slots) {
                        left.slot(distance, Some(row.saturating_add(1)), Value::Text(text));
                    }
                }
                continue;
            }
            let fits = match self.source.plain(self.segment, position) {
                Some(text) => text.is_empty() || slot_value(plan, text, slots),
                None => false,
            };
            if !fits {
                left.slot(distance, None, self.source.content(bytes));
            }
        }
        left
    }

    /// Reads a packed segment into the objects of its slots; nothing of it may be left over.
    /// Gives them with the list they go to.
    pub(super) fn packed(&mut self) -> Option<(Slot, Vec<Value<'a>>)> {
        let each = self.group.slots.first()?;
        let layout = self.map.layouts.get(each.layout)?;
        self.fill(false);
        if !self.left.is_empty() {
            return None;
        }
        let mut objects = Vec::new();
        for first in starts(each) {
            if self.is_vacant(each, first) {
                continue;
            }
            // What is carried was read into the slots of one object.
            let mut slots = self.slots.clone();
            if !self.slot(each, first, &mut slots).is_empty() {
                return None;
            }
            objects.push(Value::Object(finish(layout, &mut slots, Vec::new())));
        }
        (!objects.is_empty()).then_some((each.slot, objects))
    }
}

/// First elements of the slots.
pub(super) fn starts(each: &EachPlan) -> impl Iterator<Item = usize> + use<> {
    (usize::from(each.first)..=usize::from(each.last)).step_by(usize::from(each.step.max(1)))
}

fn slot_value<'a>(plan: &'a ElementPlan, text: Cow<'a, str>, slots: &mut Slots<'a>) -> bool {
    match plan {
        ElementPlan::Field(field) => match values::value(field, text) {
            Some(value) => {
                put(slots, field.slot, false, value);
                true
            }
            None => false,
        },
        ElementPlan::Code(code) => text == code.as_str(),
        ElementPlan::Free
        | ElementPlan::Composite(_)
        | ElementPlan::Run(_)
        | ElementPlan::Slot(_)
        | ElementPlan::Computed(_)
        | ElementPlan::Follows
        | ElementPlan::Tree => false,
    }
}

/// Whether all components of runs fit their lists.
fn run_fits(parts: &[ElementPlan], texts: &[Cow<'_, str>]) -> bool {
    parts.iter().zip(texts).all(|(plan, text)| match plan {
        ElementPlan::Run(field) => {
            text.is_empty() || values::value(field, Cow::Borrowed(&**text)).is_some()
        }
        _ => true,
    })
}

fn is_empty(value: &Value<'_>) -> bool {
    matches!(value, Value::Text(text) if text.is_empty())
}

/// The bit of an element; positions beyond the last bit are read one by one.
fn bit(position: usize) -> u128 {
    u32::try_from(position).ok().and_then(|position| 1u128.checked_shl(position)).unwrap_or(0)
}

/// Stands for an element with components or repetitions, which fits no moment or period.
const DIVIDED: &str = "\u{0}";
