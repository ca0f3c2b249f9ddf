//! Changes of maps, and which line gives which field of a record.

use std::collections::BTreeMap;

use super::{Change, Effect};
use crate::grammar::line::{ElementRef, Where};
use crate::grammar::map::{
    Computed, Each, ElementMap, Group, GroupLine, MapLine, MapText, Target, ValueKind,
};
use crate::grammar::print::condition;

/// A line of a map that gives a field, or computes an element.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FieldLine {
    /// The field from the record's own object on: `lines[].product_ids[].type`. Empty for an
    /// element that is computed, or always the same.
    pub field: String,
    /// Where it comes from: `loop PO1/PO1.06`, `REF.02 where 01 is DP`.
    pub place: String,
    /// How it is read: type, translation, constant, sum.
    pub how: String,
}

/// All fields a map gives, in the order of its lines; `parts` is `parts.map`.
#[must_use]
pub fn fields(map: &MapText, parts: Option<&MapText>) -> Vec<FieldLine> {
    let mut flat = Flat { defines: BTreeMap::new(), lines: Vec::new() };
    for text in parts.into_iter().chain([map]) {
        for line in &text.lines {
            if let MapLine::Define(define) = line {
                flat.defines.insert(&define.name, &define.lines);
            }
        }
    }
    flat.scope(&map.lines, "", "", 0);
    flat.lines
}

/// What changed from one map to another.
#[must_use]
pub fn maps(before: &MapText, after: &MapText, parts: Option<&MapText>) -> Vec<Change> {
    let (was, is) = (fields(before, parts), fields(after, parts));
    let mut changes = Vec::new();
    let what = |line: &FieldLine| match line.field.as_str() {
        "" => line.how.clone(),
        field if line.how.is_empty() => field.to_owned(),
        field => format!("{field}, {}", line.how),
    };
    for line in &was {
        if !is.contains(line) {
            let now: Vec<&FieldLine> = is.iter().filter(|new| new.place == line.place).collect();
            let sentence = match now.as_slice() {
                [] => format!("no longer gives {}", what(line)),
                [new] if !was.contains(new) => {
                    format!("gives {}; it gave {}", what(new), what(line))
                }
                _ => format!("no longer gives {}", what(line)),
            };
            changes.push(Change::new(Effect::Other, &line.place, sentence));
        }
    }
    for line in is.iter().filter(|line| !was.contains(line)) {
        let replaced =
            was.iter().filter(|old| old.place == line.place && !is.contains(old)).count();
        if replaced != 1 {
            let sentence = format!("gives {}", what(line));
            changes.push(Change::new(Effect::Other, &line.place, sentence));
        }
    }
    changes
}

/// A map being made flat.
struct Flat<'a> {
    defines: BTreeMap<&'a str, &'a [MapLine]>,
    lines: Vec<FieldLine>,
}

impl<'a> Flat<'a> {
    fn scope(&mut self, lines: &'a [MapLine], place: &str, object: &str, depth: usize) {
        if depth > DEPTH {
            return;
        }
        for line in lines {
            match line {
                MapLine::Group(group) => self.group(group, place, object),
                MapLine::Also(group) => self.group(group, &format!("{place}also "), object),
                MapLine::Loop(line) => {
                    let name = format!("{place}{}{}/", line.name, condition(&line.condition));
                    self.scope(&line.lines, &name, &inside(object, &line.target), depth + 1);
                }
                MapLine::Tree(tree) => {
                    // A level's object stands in that of the level above, which the map does not
                    // fix; the path names the level's own list.
                    for level in &tree.levels {
                        let name = format!("{place}{}[{}]/", tree.name, level.code);
                        let object = inside(object, &level.target);
                        self.scope(&level.lines, &name, &object, depth + 1);
                    }
                }
                MapLine::Use(_, name) => {
                    if let Some(lines) = self.defines.get(name.as_str()).copied() {
                        self.scope(lines, place, object, depth + 1);
                    }
                }
                MapLine::For(line) => {
                    let name = format!("{place}for {} ", line.range);
                    self.scope(&line.lines, &name, object, depth + 1);
                }
                MapLine::Computed(line) => {
                    let id = line.id.as_deref().unwrap_or_default();
                    self.computed(line, &format!("{place}{id}"));
                }
                MapLine::Set(line) => {
                    let field = format!("{object}{}", line.path.join("."));
                    let how = format!("always {}", line.code);
                    self.push(field, place.trim_end_matches('/').to_owned(), how);
                }
                MapLine::Define(_) | MapLine::Without(_) => {}
            }
        }
    }

    fn push(&mut self, field: String, place: String, how: String) {
        self.lines.push(FieldLine { field, place, how });
    }

    fn group(&mut self, group: &'a Group, place: &str, object: &str) {
        let object = match &group.target {
            Some(target) => inside(object, target),
            None => object.to_owned(),
        };
        for line in &group.lines {
            self.line(line, group, place, &object, 0);
        }
    }

    fn line(&mut self, line: &'a GroupLine, group: &Group, place: &str, object: &str, first: u8) {
        let at = |slot: bool, at: ElementRef| {
            let element = if slot { first.saturating_add(at.element) } else { at.element };
            spot(place, group, ElementRef { element, ..at }, &group.condition)
        };
        match line {
            GroupLine::Element(line) => {
                let field = format!("{object}{}", line.target);
                let place = at(line.slot, line.at);
                self.push(field, place, how(line));
            }
            GroupLine::Constant(line) => {
                let place = at(line.slot, line.at);
                self.push(String::new(), place, format!("always {}", line.code));
            }
            GroupLine::Computed(line) => self.computed(line, &format!("{place}{}", group.id)),
            GroupLine::Each(each) => self.each(each, group, place, object),
        }
    }

    fn each(&mut self, each: &'a Each, group: &Group, place: &str, object: &str) {
        let object = inside(object, &each.target);
        for line in &each.lines {
            self.line(line, group, place, &object, each.first);
        }
    }

    fn computed(&mut self, line: &Computed, id: &str) {
        let sums: Vec<String> = line.expressions.iter().map(ToString::to_string).collect();
        let word = if line.fill { "filled with" } else { "checked against" };
        let how = format!("{word} {}", sums.join(" or "));
        self.push(String::new(), format!("{id}.{}", line.at), how);
    }
}

/// `use` and loops within one another: texts are not nested deeper.
const DEPTH: usize = 16;

fn spot(place: &str, group: &Group, at: ElementRef, clauses: &Where) -> String {
    format!("{place}{}.{at}{}", group.id, condition(clauses))
}

/// The path of what stands in an object: with a point at its end, so that names follow.
fn inside(object: &str, target: &Target) -> String {
    if target.path.is_empty() { object.to_owned() } else { format!("{object}{target}.") }
}

fn how(line: &ElementMap) -> String {
    let mut parts = Vec::new();
    if line.kind != ValueKind::Text {
        parts.push(line.kind.to_string());
    }
    let pairs: Vec<String> = line
        .translation
        .iter()
        .map(|pair| format!("{} {}", pair.codes.join("|"), pair.word))
        .collect();
    if !pairs.is_empty() {
        parts.push(format!("{{ {} }}", pairs.join(", ")));
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::syntax::parse_map;

    const MAP: &str = "\
map 850 order

BEG
  01  purpose  { 00 original }
  03  number

loop PO1  lines[]
  PO1
    02  quantity  decimal
    each 06..25 by 2  ids[]
      +0  type
      +1  id
  use note

define note
  NTE.02 where 01 is AB  text
";

    #[test]
    fn every_field_has_its_place_and_its_reading() {
        let map = parse_map(MAP, "850.map").unwrap();
        let said: Vec<(String, String, String)> =
            fields(&map, None).into_iter().map(|line| (line.field, line.place, line.how)).collect();
        let expected = [
            ("purpose", "BEG.01", "{ 00 original }"),
            ("number", "BEG.03", ""),
            ("lines[].quantity", "PO1/PO1.02", "decimal"),
            ("lines[].ids[].type", "PO1/PO1.06", ""),
            ("lines[].ids[].id", "PO1/PO1.07", ""),
            ("lines[].text", "PO1/NTE.02 where 01 is AB", ""),
        ];
        let expected = expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned()));
        assert_eq!(said, expected);
    }

    #[test]
    fn a_changed_line_is_one_change() {
        let before = parse_map(MAP, "a").unwrap();
        let after =
            MAP.replace("03  number", "03  order_number").replace("quantity  decimal", "quantity");
        let after = parse_map(&after, "b").unwrap();
        let said: Vec<String> =
            maps(&before, &after, None).iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                "BEG.03: gives order_number; it gave number",
                "PO1/PO1.02: gives lines[].quantity; it gave lines[].quantity, decimal",
            ]
        );
    }
}
