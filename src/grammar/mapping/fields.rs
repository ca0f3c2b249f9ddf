//! Fields: what the record text says of a path, and where its value lies in an object.

use std::collections::HashMap;

use super::laid::At;
use super::plan::{Layout, Place, PlaceContent, Slot};
use crate::grammar::compile::wording::did_you_mean;
use crate::grammar::map::{Target, ValueKind};
use crate::grammar::record::{Field, FieldKind, Part, Record};

/// What an object may hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum Shape<'a> {
    /// The fields of a record or part, with its name.
    Fields(&'a str, &'a [Field]),
    /// Anything: below `extra`.
    Free,
}

/// What a path leads to, without going through lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    /// None below `extra`.
    pub(super) kind: Option<&'a FieldKind>,
    pub(super) list: bool,
}

/// The record text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Types<'a> {
    record: &'a Record,
    shared: &'a [Part],
}

impl<'a> Types<'a> {
    pub(super) fn new(record: &'a Record, shared: Option<&'a Record>) -> Self {
        Self { record, shared: shared.map_or(&[], |shared| &shared.parts) }
    }

    /// The record itself.
    pub(super) fn root(self) -> Shape<'a> {
        Shape::Fields(&self.record.name, &self.record.fields)
    }

    /// The part a field holds.
    pub(super) fn part(self, kind: Option<&FieldKind>) -> Result<Shape<'a>, String> {
        let Some(kind) = kind else { return Ok(Shape::Free) };
        let FieldKind::Part(name) = kind else {
            return Err(format!("it holds a {}, not an object", word(kind)));
        };
        let mut parts = self.record.parts.iter().chain(self.shared);
        let part: Option<&Part> = parts.find(|part| part.name == *name);
        match part {
            Some(part) => Ok(Shape::Fields(&part.name, &part.fields)),
            None => Err(format!("no part is called {name}")),
        }
    }

    /// The lists an object of `shape` may hold.
    pub(super) fn list_names(self, shape: Shape<'a>) -> Vec<&'a str> {
        let Shape::Fields(_, fields) = shape else { return Vec::new() };
        fields.iter().filter(|field| field.list).map(|field| field.name.as_str()).collect()
    }

    /// Whether a path of an expression leads somewhere; it may go through lists.
    pub(super) fn reach(self, shape: Shape<'a>, path: &str) -> Result<(), String> {
        let mut shape = shape;
        let mut names = path.split('.').peekable();
        while let Some(name) = names.next() {
            let Shape::Fields(owner, fields) = shape else { return Ok(()) };
            let field = fields.iter().find(|field| field.name == name);
            let field = field.ok_or_else(|| no_field(owner, fields, name))?;
            if names.peek().is_some() {
                shape = self.part(Some(&field.kind)).map_err(|why| format!("{name}: {why}"))?;
            }
        }
        Ok(())
    }

    /// What `path` leads to in an object of `shape`; a sentence when nowhere.
    pub(super) fn find(self, shape: Shape<'a>, path: &[String]) -> Result<Found<'a>, String> {
        let mut shape = shape;
        let mut found = Found { kind: None, list: false };
        for (index, name) in path.iter().enumerate() {
            let Shape::Fields(owner, fields) = shape else { return Ok(FREE) };
            if index == 0 && name == "extra" {
                return Ok(FREE);
            }
            let Some(field) = fields.iter().find(|field| field.name == *name) else {
                return Err(no_field(owner, fields, name));
            };
            found = Found { kind: Some(&field.kind), list: field.list };
            if index.saturating_add(1) < path.len() {
                if field.list {
                    return Err(format!("{owner}.{name} is a list, and a path goes into none"));
                }
                shape = self.part(found.kind).map_err(|why| format!("{owner}.{name}: {why}"))?;
            }
        }
        Ok(found)
    }
}

const FREE: Found<'static> = Found { kind: None, list: false };

/// `purchase_order has no field "adress"; did you mean address? It has: ...`
fn no_field(owner: &str, fields: &[Field], name: &str) -> String {
    let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
    let hint = did_you_mean(name, names.iter().copied());
    let hint = hint.map_or_else(String::new, |hint| format!("; {hint}"));
    let joint = if hint.is_empty() { "; it has" } else { " It has" };
    format!("{owner} has no field \"{name}\"{hint}{joint}: {}", names.join(" "))
}

/// Whether a value of that kind may lie in a field of that type; a sentence when not.
pub(super) fn fits(
    path: &[String],
    field: Option<&FieldKind>,
    kind: &ValueKind,
    translated: bool,
) -> Result<(), String> {
    let Some(field) = field else { return Ok(()) };
    let fits = match kind {
        ValueKind::Text => matches!(field, FieldKind::Text | FieldKind::Word),
        ValueKind::Decimal => *field == FieldKind::Decimal,
        ValueKind::Integer => *field == FieldKind::Integer,
        ValueKind::Date => *field == FieldKind::Date,
        ValueKind::Time => *field == FieldKind::Time,
        ValueKind::Moment => *field == FieldKind::Moment,
        ValueKind::Period(_) => matches!(field, FieldKind::Text | FieldKind::Moment),
    };
    let name = path.join(".");
    if translated && *kind != ValueKind::Text {
        return Err(format!("{name} has a translation, and only text is translated"));
    }
    if fits {
        return Ok(());
    }
    if let FieldKind::Part(part) = field {
        return Err(format!("{name} holds a {part}, not a value; name one of its fields"));
    }
    let type_word = word(field);
    let said = if *kind == ValueKind::Text {
        format!("write: {name}  {type_word}")
    } else {
        "the line says another type".to_owned()
    };
    Err(format!("{name} is a {type_word} in the record; {said}"))
}

fn word(kind: &FieldKind) -> &str {
    match kind {
        FieldKind::Text => "text",
        FieldKind::Decimal => "decimal",
        FieldKind::Integer => "integer",
        FieldKind::Date => "date",
        FieldKind::Time => "time",
        FieldKind::Moment => "moment",
        FieldKind::Word => "word",
        FieldKind::Part(part) => part,
    }
}

/// The line of an `also`: it reads what another line writes.
pub(super) const ONLY_READ: usize = 0;
/// The line of a `set`: several may give one field, each in its scope.
pub(super) const SET: usize = 1;

/// A layout while lines add to it.
#[derive(Clone, Debug, Default)]
pub(super) struct Draft {
    places: Vec<Place>,
    names: Vec<String>,
    /// By path: who writes it, and whether as a list.
    writers: HashMap<String, Writer>,
}

#[derive(Clone, Copy, Debug)]
struct Writer {
    at: At,
    /// Tells two lines apart even when a define puts the same line in twice.
    line: usize,
    list: bool,
    slot: Slot,
}

/// Why a path has no place: the line that has it, and what is wrong.
#[derive(Clone, Debug)]
pub(super) enum Clash {
    /// Another line writes it.
    Taken(At),
    /// Once a list, once not.
    ListOrNot(At),
    /// It is a value and an object.
    Inside(String),
}

impl Draft {
    /// The place of a path that the line `line` writes: lines are told apart by their address,
    /// or are [`ONLY_READ`] or [`SET`].
    pub(super) fn slot(&mut self, target: &Target, at: At, line: usize) -> Result<Slot, Clash> {
        let path = target.path.join(".");
        if let Some(writer) = self.writers.get(&path) {
            if writer.list != target.list {
                return Err(Clash::ListOrNot(writer.at));
            }
            let (known, slot) = (writer.line, writer.slot);
            let alone = known == line || known == ONLY_READ || line == ONLY_READ;
            if !alone && !writer.list {
                return Err(Clash::Taken(writer.at));
            }
            if known == ONLY_READ {
                self.writers.insert(path, Writer { at, line, list: target.list, slot });
            }
            return Ok(slot);
        }
        let slot = Slot(u16::try_from(self.names.len()).unwrap_or(u16::MAX));
        place(&mut self.places, &target.path, slot).map_err(|()| Clash::Inside(path.clone()))?;
        self.names.push(path.clone());
        self.writers.insert(path, Writer { at, line, list: target.list, slot });
        Ok(slot)
    }

    /// The layout, free fields last.
    pub(super) fn seal(self) -> Layout {
        let mut places = self.places;
        places.sort_by_key(|place| place.name == "extra");
        Layout { places, names: self.names }
    }
}

fn place(places: &mut Vec<Place>, path: &[String], slot: Slot) -> Result<(), ()> {
    let Some((name, rest)) = path.split_first() else { return Err(()) };
    let known = places.iter_mut().find(|place| place.name == *name);
    if rest.is_empty() {
        if known.is_some() {
            return Err(());
        }
        places.push(Place { name: name.clone(), content: PlaceContent::Slot(slot) });
        return Ok(());
    }
    match known {
        Some(Place { content: PlaceContent::Nested(inner), .. }) => place(inner, rest, slot),
        Some(_) => Err(()),
        None => {
            let mut inner = Vec::new();
            place(&mut inner, rest, slot)?;
            places.push(Place { name: name.clone(), content: PlaceContent::Nested(inner) });
            Ok(())
        }
    }
}
