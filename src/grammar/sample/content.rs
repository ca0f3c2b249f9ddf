//! The elements of one segment: what must, what the map reads, what conditions and guides ask.

use rust_decimal::Decimal;

use super::choice::{Masks, bit, choose};
use super::draft::{Draft, meets};
use super::scope::Want;
use super::value::{self, Asked};
use super::{COMPONENT, Size};
use crate::grammar::map::{Computed, ElementMap, GroupLine, ValueKind};
use crate::grammar::schema::{
    Condition, ConditionTest, Deviation, ElementContent, ElementRule, GuideCheck, GuideRule,
    NodeId, Pattern, RelationRule, SimpleRule,
};
use crate::grammar::segments::Kind;

/// A segment that may yet be thrown away, with what is to be noted when it is kept.
#[derive(Debug, Default)]
pub(super) struct Content<'a> {
    pub(super) elements: Vec<String>,
    pub(super) notes: Vec<Note<'a>>,
    /// Objects it makes: the parent and the path. Number 0 is the object of its scope, so the
    /// first of these has number 1.
    pub(super) objects: Vec<(usize, &'a [String])>,
}

/// What a kept segment says about the record.
#[derive(Debug)]
pub(super) enum Note<'a> {
    Decimal { object: usize, path: &'a [String], value: Decimal, element: u8 },
    Kind { object: usize, word: &'a str },
    Check { object: usize, rule: &'a Computed },
}

/// A line of the map that speaks of one element or component.
#[derive(Clone, Copy, Debug)]
struct Field<'a> {
    element: u8,
    component: Option<u8>,
    map: Option<&'a ElementMap>,
    constant: Option<&'a str>,
    object: usize,
}

/// All that decides about the elements of one segment.
struct Asks<'a> {
    fields: Vec<Field<'a>>,
    conditions: Vec<Condition>,
    rules: Vec<&'a GuideRule>,
    segment: &'a str,
    ordinal: u32,
}

impl<'a> Draft<'a> {
    /// The elements of a segment placed at `id`.
    pub(super) fn content(&mut self, id: NodeId, want: &Want<'a>, ordinal: u32) -> Content<'a> {
        let mut content = Content::default();
        let Some(node) = self.node(id) else { return content };
        let Some(rule) = self.schema.segments.get(node.segment) else { return content };
        let parent = self.node(node.parent);
        let is_trigger = parent.is_some_and(|parent| parent.children.first() == Some(&id));
        let mut rules: Vec<&'a GuideRule> = self.rules(id).collect();
        if is_trigger && node.parent != NodeId::SET {
            rules.extend(self.rules(node.parent));
        }
        let fields = self.fields(want, &node.id, &mut content);
        let conditions = want.conditions.iter().chain(&node.condition).cloned().collect();
        let asks = Asks { fields, conditions, rules, segment: &node.id, ordinal };
        let filled = self.filled(&asks, &rule.elements, &rule.relations, None);
        let mut before: Option<(&str, String)> = None;
        for (position, element) in (1u8..).zip(&rule.elements) {
            let text = if filled & bit(position) == 0 {
                String::new()
            } else {
                self.element(&asks, element, position, before.as_ref(), &mut content)
            };
            before = match &element.content {
                ElementContent::Simple(simple) => Some((&simple.dictionary, text.clone())),
                ElementContent::Composite(_) | ElementContent::Unused => None,
            };
            content.elements.push(text);
        }
        measured(&rule.elements, &mut content.elements);
        while content.elements.last().is_some_and(String::is_empty) {
            content.elements.pop();
        }
        content
    }

    /// The map's lines for a segment, one for each element; slots of a walk are few.
    fn fields(
        &mut self,
        want: &Want<'a>,
        segment: &str,
        content: &mut Content<'a>,
    ) -> Vec<Field<'a>> {
        let mut fields = Vec::new();
        for group in &want.groups {
            let object = match &group.target {
                Some(target) if !target.path.is_empty() => made(content, 0, &target.path),
                _ => 0,
            };
            for line in &group.lines {
                match line {
                    GroupLine::Element(_) | GroupLine::Constant(_) => {
                        fields.extend(field(line, 0, object));
                    }
                    GroupLine::Computed(rule) => content.notes.push(Note::Check { object, rule }),
                    GroupLine::Each(each) => {
                        let room =
                            u32::from(each.last.saturating_sub(each.first) / each.step.max(1));
                        let slots = self.chance.between(1, if room > 0 { 2 } else { 1 });
                        for slot in 0..u8::try_from(slots).unwrap_or(1) {
                            let object = made(content, object, &each.target.path);
                            let first = each.first.saturating_add(slot.saturating_mul(each.step));
                            let lines = each.lines.iter();
                            fields.extend(lines.filter_map(|line| field(line, first, object)));
                        }
                    }
                }
            }
        }
        let computed = self.frames.last().into_iter().flat_map(|frame| &frame.scope.computed);
        let own = computed.filter(|rule| rule.id.as_deref() == Some(segment));
        content.notes.extend(own.map(|rule| Note::Check { object: 0, rule }));
        for note in &content.notes {
            if let Note::Check { rule: Computed { fill: true, at, .. }, object } = note {
                let (element, component, object) = (at.element, at.component, *object);
                fields.push(Field { element, component, map: None, constant: None, object });
            }
        }
        fields
    }

    /// Which positions are filled: elements of the segment, or components of one element.
    fn filled(
        &mut self,
        asks: &Asks<'a>,
        rules: &[ElementRule],
        relations: &[RelationRule],
        inside: Option<u8>,
    ) -> u128 {
        let others = if self.size == Size::Full { 35 } else { 0 };
        let mut masks = Masks { others, ..Masks::default() };
        // The bit an element, or a component when inside an element, has here.
        let place = |element: u8, component: Option<u8>| match inside {
            None => bit(element),
            Some(of) if of == element => bit(component.unwrap_or(1)),
            Some(_) => 0,
        };
        for field in &asks.fields {
            let bit = place(field.element, field.component);
            if field.map.is_some() { masks.likely |= bit } else { masks.on |= bit }
        }
        for condition in &asks.conditions {
            let bit = place(condition.element, condition.component);
            match condition.test {
                ConditionTest::Is(_) | ConditionTest::Present => masks.on |= bit,
                ConditionTest::Absent if inside.is_some() == condition.component.is_some() => {
                    masks.off |= bit;
                }
                ConditionTest::Absent | ConditionTest::IsNot(_) => {}
            }
        }
        for rule in &asks.rules {
            match &rule.check {
                GuideCheck::RequireElement(at)
                | GuideCheck::Deviation(Deviation::ElementAbsent(at)) => {
                    masks.on |= place(at.element, at.component);
                }
                GuideCheck::ForbidElement(at) if inside.is_some() == at.component.is_some() => {
                    masks.off |= place(at.element, at.component);
                }
                _ => {}
            }
        }
        let filled = choose(&mut self.chance, rules, relations, masks);
        if filled != 0 {
            return filled;
        }
        // Nothing at all would be no segment.
        let first = (1u8..).zip(rules).find(|(position, rule)| {
            masks.off & bit(*position) == 0 && !matches!(rule.content, ElementContent::Unused)
        });
        first.map_or(0, |(position, _)| {
            let masks = Masks { on: masks.on | bit(position), ..masks };
            choose(&mut self.chance, rules, relations, masks)
        })
    }

    fn element(
        &mut self,
        asks: &Asks<'a>,
        element: &'a ElementRule,
        position: u8,
        before: Option<&(&str, String)>,
        content: &mut Content<'a>,
    ) -> String {
        match &element.content {
            ElementContent::Unused => String::new(),
            ElementContent::Simple(rule) => {
                self.simple(asks, rule, &element.name, (position, None), before, content)
            }
            ElementContent::Composite(row) => {
                let Some(composite) = self.schema.composites.get(*row) else {
                    return String::new();
                };
                let rules = &composite.components;
                let filled = self.filled(asks, rules, &composite.relations, Some(position));
                let mut parts: Vec<String> = Vec::new();
                let mut before: Option<(&str, String)> = None;
                for (component, rule) in (1u8..).zip(rules) {
                    let mut text = String::new();
                    if let ElementContent::Simple(simple) = &rule.content {
                        if filled & bit(component) != 0 {
                            let at = (position, Some(component));
                            text =
                                self.simple(asks, simple, &rule.name, at, before.as_ref(), content);
                        }
                        before = Some((&simple.dictionary, text.clone()));
                    }
                    parts.push(text);
                }
                while parts.last().is_some_and(String::is_empty) {
                    parts.pop();
                }
                parts.join(&COMPONENT.to_string())
            }
        }
    }

    /// The text of a simple element or component, noted when the map reads it.
    fn simple(
        &mut self,
        asks: &Asks<'a>,
        rule: &'a SimpleRule,
        name: &'a str,
        (position, component): (u8, Option<u8>),
        before: Option<&(&str, String)>,
        content: &mut Content<'a>,
    ) -> String {
        let here =
            |at: u8, of: Option<u8>| at == position && of.unwrap_or(1) == component.unwrap_or(1);
        let field = asks.fields.iter().find(|field| here(field.element, field.component));
        let mut lengths = None;
        let mut pattern: Option<Pattern> = None;
        for rule in &asks.rules {
            if !meets(&rule.condition, &content.elements) {
                continue;
            }
            match &rule.check {
                GuideCheck::Length(at, min, max)
                | GuideCheck::Deviation(Deviation::Length(at, min, max))
                    if here(at.element, at.component) =>
                {
                    lengths = Some((*min, *max));
                }
                GuideCheck::Pattern(at, named) if here(at.element, at.component) => {
                    pattern = Some(*named);
                }
                _ => {}
            }
        }
        let text = match self.code(asks, rule, field, &here, content) {
            Some(code) => code,
            None => {
                let before = before.map(|(of, text)| (*of, text.as_str()));
                let (segment, ordinal) = (asks.segment, asks.ordinal);
                let asked = Asked { rule, name, segment, before, ordinal, lengths, pattern };
                value::value(&mut self.chance, self.day, &asked)
            }
        };
        if let Some(Field { map: Some(map), object, .. }) = field {
            note(content, map, *object, rule, position, &text);
        }
        text
    }

    /// A code, where anything says which.
    fn code(
        &mut self,
        asks: &Asks<'a>,
        rule: &SimpleRule,
        field: Option<&Field<'a>>,
        here: &impl Fn(u8, Option<u8>) -> bool,
        content: &Content<'a>,
    ) -> Option<String> {
        let list = rule.codes.and_then(|row| self.schema.code_lists.get(row));
        let Bounds { forced, barred } = bounds(asks, here, content);
        let mapped = || {
            let map = field?.map?;
            let codes = map.translation.iter().flat_map(|pair| pair.codes.iter().take(1));
            let codes: Vec<String> = codes.cloned().collect();
            (!codes.is_empty()).then_some(codes)
        };
        let constant = field.and_then(|field| field.constant).map(|code| vec![code.to_owned()]);
        let listed = || list.map(|list| list.codes.iter().map(|(code, ..)| code.clone()).collect());
        let numeric = matches!(rule.kind, Kind::R | Kind::N(_) | Kind::Dt | Kind::Tm);
        let codes: Vec<String> = match forced.or(constant).or_else(mapped) {
            // Maps and guides name the usual code first.
            Some(codes) if self.size != Size::Full && self.chance.percent(60) => {
                codes.into_iter().take(1).collect()
            }
            Some(codes) => codes,
            None if numeric => return None,
            None => listed()?,
        };
        let fits = |code: &String| {
            let length = u32::try_from(code.chars().count()).unwrap_or(u32::MAX);
            let known = list.is_none_or(|list| {
                !list.closed || list.codes.iter().any(|(other, ..)| other == code)
            });
            known && (rule.min..=rule.max).contains(&length) && !barred.contains(code)
        };
        let codes: Vec<String> = codes.into_iter().filter(fits).collect();
        match self.chance.one(&codes) {
            Some(code) => Some(code.clone()),
            // Nothing of what was wished may stand there: any code that may.
            None => {
                let others: Vec<String> = listed()?.into_iter().filter(fits).collect();
                self.chance.one(&others).cloned()
            }
        }
    }
}

/// Which codes alone may stand in an element, and which may not.
#[derive(Default)]
struct Bounds {
    forced: Option<Vec<String>>,
    barred: Vec<String>,
}

/// What conditions and guides say of the codes of one element.
fn bounds<'a>(
    asks: &Asks<'a>,
    here: &impl Fn(u8, Option<u8>) -> bool,
    content: &Content<'a>,
) -> Bounds {
    let mut bounds = Bounds::default();
    for condition in asks.conditions.iter().filter(|one| here(one.element, one.component)) {
        match &condition.test {
            ConditionTest::Is(codes) => narrow(&mut bounds.forced, texts(codes)),
            ConditionTest::IsNot(codes) => bounds.barred.extend(texts(codes)),
            ConditionTest::Present | ConditionTest::Absent => {}
        }
    }
    for rule in &asks.rules {
        match &rule.check {
            GuideCheck::Codes(at, codes)
                if here(at.element, at.component) && meets(&rule.condition, &content.elements) =>
            {
                narrow(&mut bounds.forced, codes.clone());
            }
            GuideCheck::Deviation(Deviation::Code(at, codes)) if here(at.element, at.component) => {
                bounds.barred.extend(codes.iter().cloned());
            }
            GuideCheck::Forbid => {
                let own = rule.condition.iter().filter(|one| here(one.element, one.component));
                for condition in own {
                    if let ConditionTest::Is(codes) = &condition.test {
                        bounds.barred.extend(texts(codes));
                    }
                }
            }
            _ => {}
        }
    }
    bounds
}

/// A new object of a segment.
fn made<'a>(content: &mut Content<'a>, parent: usize, path: &'a [String]) -> usize {
    content.objects.push((parent, path));
    content.objects.len()
}

/// A line that speaks of one element; slots count from `first`.
fn field(line: &GroupLine, first: u8, object: usize) -> Option<Field<'_>> {
    let (slot, at, map, constant) = match line {
        GroupLine::Element(line) => (line.slot, line.at, Some(line), None),
        GroupLine::Constant(line) => (line.slot, line.at, None, Some(line.code.as_str())),
        GroupLine::Each(_) | GroupLine::Computed(_) => return None,
    };
    let element = if slot { first.saturating_add(at.element) } else { at.element };
    Some(Field { element, component: at.component, map, constant, object })
}

/// Notes a value that sums may need.
fn note<'a>(
    content: &mut Content<'a>,
    map: &'a ElementMap,
    object: usize,
    rule: &SimpleRule,
    element: u8,
    text: &str,
) {
    let word = map.translation.iter().find(|pair| pair.codes.iter().any(|code| code == text));
    if let Some(word) = word {
        content.notes.push(Note::Kind { object, word: &word.word });
    }
    if map.kind != ValueKind::Decimal {
        return;
    }
    let Ok(mut value) = text.parse::<Decimal>() else { return };
    if let Kind::N(decimals) = rule.kind {
        // A scale this small always fits.
        value.set_scale(u32::from(decimals)).unwrap_or_default();
    }
    content.notes.push(Note::Decimal { object, path: &map.target.path, value, element });
}

/// The length of bytes stands in the element before them (BIN, BDS).
fn measured(rules: &[ElementRule], elements: &mut [String]) {
    let binary = rules.iter().position(
        |rule| matches!(&rule.content, ElementContent::Simple(simple) if simple.kind == Kind::B),
    );
    let Some(at) = binary else { return };
    let length = elements.get(at).map_or(0, String::len);
    if let Some(before) = at.checked_sub(1).and_then(|before| elements.get_mut(before)) {
        *before = length.to_string();
    }
}

fn narrow(codes: &mut Option<Vec<String>>, to: Vec<String>) {
    match codes {
        Some(codes) => codes.retain(|code| to.contains(code)),
        None => *codes = Some(to),
    }
}

fn texts(codes: &[Box<[u8]>]) -> Vec<String> {
    codes.iter().map(|code| String::from_utf8_lossy(code).into_owned()).collect()
}
