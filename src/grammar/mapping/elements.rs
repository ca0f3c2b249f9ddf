//! The lines of a group: which field an element fills, and how its text becomes the value.

use rust_decimal::Decimal;

use super::fields::{ONLY_READ, Shape, fits};
use super::laid::At;
use super::plan::{ComputedPlan, EachPlan, ElementForm, ElementPlan, FieldPlan, Form, Slot};
use super::scopes::Compiler;
use super::sums;
use super::table::Table;
use crate::grammar::compile::wording;
use crate::grammar::line::ElementRef;
use crate::grammar::map::{
    Computed, Constant, Each, ElementMap, Expression, GroupLine, Target, Translation, ValueKind,
};
use crate::grammar::schema::{ElementContent, ElementRule, Schema, SimpleRule};
use crate::grammar::segments::Kind;

/// The object that lines fill: a row of the drafts, and what may lie there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Goal<'a> {
    pub(super) draft: usize,
    pub(super) shape: Shape<'a>,
    /// `also`: reads what another line writes.
    pub(super) only_read: bool,
}

/// A segment while the lines of a group claim its elements.
#[derive(Debug)]
pub(super) struct Filling<'a> {
    segment: usize,
    pub(super) table: Table,
    /// The object its fields go to.
    pub(super) goal: Goal<'a>,
    pub(super) slots: Vec<EachPlan>,
    pub(super) leaders: Vec<u8>,
    pub(super) lists: Vec<Slot>,
    /// Whether an `each` has lines without `+`.
    pub(super) carries: bool,
    computed: Vec<(At, Computed)>,
}

impl<'a> Filling<'a> {
    pub(super) fn new(schema: &Schema, segment: usize, goal: Goal<'a>) -> Self {
        Self {
            segment,
            table: Table::segment(schema, segment),
            goal,
            slots: Vec::new(),
            leaders: Vec::new(),
            lists: Vec::new(),
            carries: false,
            computed: Vec::new(),
        }
    }
}

impl<'a> Compiler<'a> {
    pub(super) fn line(&mut self, filling: &mut Filling<'a>, at: At, line: &GroupLine) {
        match line {
            GroupLine::Element(line) => self.element_line(filling, at, line),
            GroupLine::Constant(line) => {
                if let Some(plan) = self.constant(&filling.table, at, line.at, line) {
                    self.take(&mut filling.table, line.at, at, &plan);
                }
            }
            GroupLine::Each(line) => self.each(filling, at, line),
            GroupLine::Computed(line) => filling.computed.push((at, line.clone())),
        }
    }

    /// Claims a place, or says who has it.
    pub(super) fn take(
        &mut self,
        table: &mut Table,
        place: ElementRef,
        at: At,
        plan: &ElementPlan,
    ) {
        if let Err(other) = table.take(place, at, plan) {
            let other = self.names.line(at, other);
            let here = wording::element(place);
            self.blame(at, format!("{here} is already taken by {other}"));
        }
    }

    fn element_line(&mut self, filling: &mut Filling<'a>, at: At, line: &ElementMap) {
        let Some(mut field) = self.field(filling.goal, at, line, &filling.table, line.at) else {
            return;
        };
        let name = line.target.path.join(".");
        if line.at.last.is_some() {
            if field.list {
                self.take(&mut filling.table, line.at, at, &ElementPlan::Run(Box::new(field)));
            } else {
                self.blame(at, format!("a run of components gives a list; write {name}[]"));
            }
            return;
        }
        let leads = matches!(field.form, Form::Moment { .. } | Form::Period { .. });
        if leads && (line.at.component.is_some() || field.list) {
            self.blame(at, "a moment or period fills one field from a whole element");
            return;
        }
        if field.list && !filling.lists.contains(&field.slot) {
            filling.lists.push(field.slot);
        }
        let leader = line.at.element;
        if matches!(field.form, Form::Moment { .. }) {
            field.form = moment(&filling.table, leader);
        }
        let form = field.form;
        self.take(&mut filling.table, line.at, at, &ElementPlan::Field(Box::new(field)));
        if leads {
            filling.leaders.push(leader);
        }
        for element in followers(leader, form) {
            let place = ElementRef { element, component: None, last: None };
            self.take(&mut filling.table, place, at, &ElementPlan::Follows);
        }
    }

    /// The field an element line fills, checked against the record and the element.
    pub(super) fn field(
        &mut self,
        goal: Goal<'a>,
        at: At,
        line: &ElementMap,
        table: &Table,
        place: ElementRef,
    ) -> Option<FieldPlan> {
        let simple = self.simple(table, at, line.slot, place)?;
        let name = line.target.path.join(".");
        let translated = !line.translation.is_empty();
        let checked = self.types.find(goal.shape, &line.target.path).and_then(|found| {
            if found.kind.is_some() && found.list != line.target.list {
                return Err(list_sentence(&name, found.list));
            }
            fits(&line.target.path, found.kind, &line.kind, translated)
        });
        if let Err(sentence) = checked {
            self.blame(at, sentence);
            return None;
        }
        self.words(at, &line.translation);
        if !readable(&line.kind, simple.kind) {
            let here = wording::element(line.at);
            self.blame(at, format!("no {} can be read from {here}", kind_word(&line.kind)));
            return None;
        }
        let identity = if goal.only_read { ONLY_READ } else { std::ptr::from_ref(line).addr() };
        let slot = self.slot(goal.draft, &line.target, at, identity)?;
        let words = line.translation.iter().map(|entry| (entry.codes.clone(), entry.word.clone()));
        Some(FieldPlan {
            slot,
            form: form(&line.kind),
            list: line.target.list,
            rule: ElementForm { kind: simple.kind, min: simple.min, max: simple.max },
            words: words.collect(),
            check: None,
        })
    }

    /// The simple element at a place; a sentence when there is none.
    fn simple(
        &mut self,
        table: &Table,
        at: At,
        slot: bool,
        place: ElementRef,
    ) -> Option<SimpleRule> {
        let here = wording::element(place);
        let here = if slot { format!("+{}", slot_word(place)) } else { here };
        let sentence = match table.rule(place).map(|rule: &ElementRule| &rule.content) {
            Some(ElementContent::Simple(simple)) => return Some(simple.clone()),
            Some(ElementContent::Composite(_)) => {
                format!("{here} is a composite; name a component, as {here}.1")
            }
            Some(ElementContent::Unused) => format!("{here} is not used in the standard"),
            None => format!("cannot be placed: the segment has no element {here}"),
        };
        self.blame(at, sentence);
        None
    }

    /// The entries of a translation must be told apart in both directions.
    fn words(&mut self, at: At, translation: &[Translation]) {
        let codes: Vec<&str> =
            translation.iter().flat_map(|entry| &entry.codes).map(String::as_str).collect();
        for (index, code) in codes.iter().enumerate() {
            if codes.iter().take(index).any(|other| other == code) {
                self.blame(at, format!("{code} is translated twice"));
            }
        }
        for entry in translation {
            if codes.contains(&entry.word.as_str()) {
                let word = &entry.word;
                self.blame(at, format!("{word} is a word and a code of one translation"));
            }
        }
    }

    fn constant(
        &mut self,
        table: &Table,
        at: At,
        place: ElementRef,
        line: &Constant,
    ) -> Option<ElementPlan> {
        let simple = self.simple(table, at, line.slot, place)?;
        if let Err(why) = self.elements.code_fits(&simple, &line.code) {
            self.blame(at, format!("{} cannot stand here: {why}", line.code));
        }
        Some(ElementPlan::Code(line.code.clone()))
    }

    fn each(&mut self, filling: &mut Filling<'a>, at: At, each: &Each) {
        let last = ElementRef { element: each.last, component: None, last: None };
        if filling.table.rule(last).is_none() {
            let here = wording::element(last);
            self.blame(at, format!("cannot be placed: the segment has no element {here}"));
            return;
        }
        let Some((slot, shape)) = self.each_list(filling, at, each) else { return };
        let row = filling.slots.len();
        for element in each.first..=each.last {
            let place = ElementRef { element, component: None, last: None };
            if let Err(other) = filling.table.take(place, at, &ElementPlan::Slot(row)) {
                let other = self.names.line(at, other);
                let here = wording::element(place);
                self.blame(at, format!("{here} is already taken by {other}"));
                return;
            }
        }
        let layout = self.new_draft();
        let mut slots = Table::slot(self.schema, filling.segment, each.first, each.step);
        for line in &each.lines {
            let goal = Goal { draft: layout, shape, only_read: false };
            self.slot_line(filling, &mut slots, goal, at, line);
        }
        filling.slots.push(EachPlan {
            first: each.first,
            last: each.last,
            step: each.step,
            slot,
            layout,
            parts: slots.elements,
            first_only: each.first_only,
        });
    }

    fn each_list(
        &mut self,
        filling: &Filling<'a>,
        at: At,
        each: &Each,
    ) -> Option<(Slot, Shape<'a>)> {
        let target: &Target = &each.target;
        let part = self.types.find(filling.goal.shape, &target.path).and_then(|found| {
            if found.kind.is_some() && !found.list {
                return Err(list_sentence(&target.path.join("."), false));
            }
            self.types.part(found.kind)
        });
        match part {
            Ok(shape) => {
                let identity = std::ptr::from_ref(each).addr();
                Some((self.slot(filling.goal.draft, target, at, identity)?, shape))
            }
            Err(sentence) => {
                self.blame(at, sentence);
                None
            }
        }
    }

    /// A line below `each`: of the slot, or carried into every object.
    fn slot_line(
        &mut self,
        filling: &mut Filling<'a>,
        slots: &mut Table,
        object: Goal<'a>,
        at: At,
        line: &GroupLine,
    ) {
        match line {
            GroupLine::Element(line) if line.slot => {
                let at = At { line: line.origin.line, column: at.column.saturating_add(2), ..at };
                let place = shifted(line.at);
                let Some(field) = self.field(object, at, line, slots, place) else { return };
                if field.list || matches!(field.form, Form::Moment { .. } | Form::Period { .. }) {
                    self.blame(at, "an element of a slot fills one plain field");
                    return;
                }
                self.take_slot(slots, place, at, &ElementPlan::Field(Box::new(field)));
            }
            GroupLine::Constant(line) if line.slot => {
                let at = At { line: line.origin.line, column: at.column.saturating_add(2), ..at };
                let place = shifted(line.at);
                if let Some(plan) = self.constant(slots, at, place, line) {
                    self.take_slot(slots, place, at, &plan);
                }
            }
            carried => {
                let line = match carried {
                    GroupLine::Element(line) => line.origin.line,
                    GroupLine::Constant(line) => line.origin.line,
                    GroupLine::Each(line) => line.origin.line,
                    GroupLine::Computed(line) => line.origin.line,
                };
                let at = At { line, column: at.column.saturating_add(2), ..at };
                let outer = std::mem::replace(&mut filling.goal, object);
                self.line(filling, at, carried);
                filling.goal = outer;
                filling.carries |= matches!(carried, GroupLine::Element(_));
            }
        }
    }

    fn take_slot(&mut self, slots: &mut Table, place: ElementRef, at: At, plan: &ElementPlan) {
        if let Err(other) = slots.take(place, at, plan) {
            let other = self.names.line(at, other);
            self.blame(at, format!("+{} is already taken by {other}", slot_word(place)));
        }
    }

    /// `fill` and `check` lines, after the fields they may stand on; whether there is a `fill`.
    pub(super) fn computed_lines(&mut self, filling: &mut Filling<'a>) -> bool {
        let mut fills = false;
        for (at, line) in std::mem::take(&mut filling.computed) {
            let Some(simple) = self.simple(&filling.table, at, false, line.at) else { continue };
            let must = filling.table.rule(line.at).is_some_and(|rule| rule.must);
            self.expressions(at, filling.goal.shape, &line.expressions);
            let Some(plan) = self.computed_plan(at, &line, &simple, must) else { continue };
            let row = self.plan.computed.len();
            self.plan.computed.push(plan);
            fills |= line.fill;
            match filling.table.plan_mut(line.at) {
                Some(ElementPlan::Field(field)) if !line.fill && !field.list => {
                    field.check = Some(row);
                }
                _ => self.take(&mut filling.table, line.at, at, &ElementPlan::Computed(row)),
            }
        }
        fills
    }

    /// What expressions read must be there.
    fn expressions(&mut self, at: At, shape: Shape<'a>, expressions: &[Expression]) {
        let mut sentences = Vec::new();
        for expression in expressions {
            sums::each(expression, &mut |term| match term {
                Expression::Count(id) if !id.starts_with(|c: char| c.is_ascii_lowercase()) => {
                    if !self.schema.nodes.iter().any(|node| node.id == *id) {
                        let set = &self.schema.set;
                        sentences.push(format!("count({id}): {set} has no segment {id}"));
                    }
                }
                Expression::Count(path) | Expression::Signed(path) | Expression::Value(path) => {
                    sentences.extend(self.types.reach(shape, path).err());
                }
                Expression::Sum(factors) => {
                    let list = |path: &str| path.rsplit_once('.').map(|(list, _)| list.to_owned());
                    let first = factors.first().map(|path| list(path));
                    if factors.iter().any(|path| Some(list(path)) != first) {
                        sentences.push("factors are fields of the same objects".to_owned());
                    }
                    let reach = |path: &String| self.types.reach(shape, path).err();
                    sentences.extend(factors.iter().filter_map(reach));
                }
                Expression::Plus(..) => {}
            });
        }
        for sentence in sentences {
            self.blame(at, sentence);
        }
    }

    fn computed_plan(
        &mut self,
        at: At,
        line: &Computed,
        simple: &SimpleRule,
        must: bool,
    ) -> Option<ComputedPlan> {
        let within = match line.within.as_deref().map(str::parse::<Decimal>) {
            None => Decimal::ZERO,
            Some(Ok(within)) => within,
            Some(Err(_)) => {
                self.blame(at, "within wants a decimal, as 0.01");
                return None;
            }
        };
        if !matches!(simple.kind, Kind::R | Kind::N(_) | Kind::An) {
            let here = wording::element(line.at);
            self.blame(at, format!("{here} holds no number that could be computed"));
            return None;
        }
        Some(ComputedPlan {
            fill: line.fill,
            element: line.at.element,
            component: line.at.component,
            rule: ElementForm { kind: simple.kind, min: simple.min, max: simple.max },
            expressions: line.expressions.clone(),
            within,
            text: sums::text(&line.expressions),
            deep: Vec::new(),
            must,
        })
    }
}

/// `+0.1` counts from the slot's first element, which is element 1 of the slot's own table.
fn shifted(at: ElementRef) -> ElementRef {
    ElementRef { element: at.element.saturating_add(1), ..at }
}

/// A place of a slot's table as the map writes it, without the `+`.
fn slot_word(place: ElementRef) -> String {
    let distance = place.element.saturating_sub(1);
    match place.component {
        Some(component) => format!("{distance}.{component}"),
        None => distance.to_string(),
    }
}

fn moment(table: &Table, leader: u8) -> Form {
    let simple = |by: u8| {
        let element = leader.saturating_add(by);
        match &table.rule(ElementRef { element, component: None, last: None })?.content {
            ElementContent::Simple(simple) => Some(simple.clone()),
            ElementContent::Composite(_) | ElementContent::Unused => None,
        }
    };
    let time = simple(1).filter(|simple| simple.kind == Kind::Tm);
    let zone = time.is_some() && simple(2).is_some_and(|simple| simple.kind == Kind::Id);
    let time =
        time.map(|simple| ElementForm { kind: simple.kind, min: simple.min, max: simple.max });
    Form::Moment { time, zone }
}

/// The elements a moment or period is read from besides its own.
fn followers(leader: u8, form: Form) -> Vec<u8> {
    let next = |by: u8| leader.saturating_add(by);
    match form {
        Form::Moment { time: Some(_), zone: true } => vec![next(1), next(2)],
        Form::Moment { time: Some(_), zone: false } => vec![next(1)],
        Form::Period { by } => vec![by],
        Form::Moment { time: None, .. }
        | Form::Text
        | Form::Decimal
        | Form::Integer
        | Form::Date
        | Form::Time => Vec::new(),
    }
}

fn form(kind: &ValueKind) -> Form {
    match kind {
        ValueKind::Text => Form::Text,
        ValueKind::Decimal => Form::Decimal,
        ValueKind::Integer => Form::Integer,
        ValueKind::Date => Form::Date,
        ValueKind::Time => Form::Time,
        // What stands beside it is looked up when the element is claimed.
        ValueKind::Moment => Form::Moment { time: None, zone: false },
        ValueKind::Period(by) => Form::Period { by: by.element },
    }
}

/// Whether an element of that type can hold such a value.
fn readable(kind: &ValueKind, element: Kind) -> bool {
    let text = matches!(element, Kind::An | Kind::Id);
    match kind {
        ValueKind::Text => true,
        ValueKind::Decimal | ValueKind::Integer => text || matches!(element, Kind::R | Kind::N(_)),
        ValueKind::Date | ValueKind::Moment => text || element == Kind::Dt,
        ValueKind::Time => text || element == Kind::Tm,
        ValueKind::Period(_) => text,
    }
}

fn kind_word(kind: &ValueKind) -> &'static str {
    match kind {
        ValueKind::Text => "text",
        ValueKind::Decimal => "decimal",
        ValueKind::Integer => "integer",
        ValueKind::Date => "date",
        ValueKind::Time => "time",
        ValueKind::Moment => "moment",
        ValueKind::Period(_) => "period",
    }
}

fn list_sentence(name: &str, list: bool) -> String {
    if list {
        format!("{name} is a list in the record; write {name}[]")
    } else {
        format!("{name} is no list in the record; write it without []")
    }
}
