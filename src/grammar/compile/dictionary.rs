//! The dictionary of a release: its segments, composites and code lists, compiled once for all
//! sets of the release.
//!
//! A release that `extends` another inherits all of it and replaces by id: a segment, composite or
//! code list that it defines stands in place of the inherited one. What a text gets wrong alone
//! (a position said twice, a relation beyond the segment) the parser has refused.

use std::collections::HashMap;

use super::elements::{Elements, nth};
use super::faults::{Faults, Place};
use super::wording::{self, did_you_mean};
use crate::grammar::codes::{CodeList, CodeLists};
use crate::grammar::line::Requirement;
use crate::grammar::schema::{
    CodeListRule, CompositeRule, ElementContent, ElementRule, RelationRule, SegmentRule, SimpleRule,
};
use crate::grammar::segments::{Content, Definition, ElementLine, Kind, Note, Segments};

/// A text with its path, as `x12/004010/segments.grammar`.
#[derive(Debug)]
pub struct Source<'a, T> {
    /// Its path.
    pub path: &'a str,
    /// What it says.
    pub text: &'a T,
}

// Written out, for a derived one would ask `T: Copy`.
impl<T> Clone for Source<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Source<'_, T> {}

/// Segments, composites and code lists of a release.
#[derive(Clone, Debug, Default)]
pub struct Dictionary {
    /// The release, as `x12/004010` names it: `004010`.
    pub release: String,
    /// Segments, one row an id; ST and SE among them.
    pub segments: Vec<SegmentRule>,
    /// Composites, one row an id.
    pub composites: Vec<CompositeRule>,
    /// Code lists, one row a name.
    pub code_lists: Vec<CodeListRule>,
    by_id: HashMap<String, usize>,
}

impl Dictionary {
    /// The row of a segment.
    #[must_use]
    pub fn segment(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// For looking up elements.
    #[must_use]
    pub fn elements(&self) -> Elements<'_> {
        Elements {
            segments: &self.segments,
            composites: &self.composites,
            code_lists: &self.code_lists,
        }
    }

    /// Compiles the texts of a release; of each kind the inherited ones come first.
    #[must_use]
    pub fn compile(
        release: &str,
        segments: &[Source<'_, Segments>],
        codes: &[Source<'_, CodeLists>],
        faults: &mut Faults,
    ) -> Self {
        let definitions = merged(segments);
        let mut compiler = Compiler {
            dictionary: Self { release: release.to_owned(), ..Self::default() },
            lists: HashMap::new(),
            composites: HashMap::new(),
            faults,
        };
        compiler.code_lists(codes);
        // Composites first: elements of segments refer to them by row.
        for (path, definition) in definitions.iter().filter(|(_, it)| it.composite) {
            compiler.composite(path, definition);
        }
        for (path, definition) in definitions.iter().filter(|(_, it)| !it.composite) {
            compiler.segment(path, definition);
        }
        compiler.control_segments();
        compiler.dictionary
    }
}

/// The definitions in force: inherited ones in their order, replaced where they are defined anew.
fn merged<'a>(sources: &[Source<'a, Segments>]) -> Vec<(&'a str, &'a Definition)> {
    let mut definitions: Vec<(&str, &Definition)> = Vec::new();
    let mut rows: HashMap<&str, usize> = HashMap::new();
    for source in sources {
        for definition in &source.text.items {
            let row = *rows.entry(&definition.id).or_insert(definitions.len());
            match definitions.get_mut(row) {
                Some(inherited) => *inherited = (source.path, definition),
                None => definitions.push((source.path, definition)),
            }
        }
    }
    definitions
}

struct Compiler<'f> {
    dictionary: Dictionary,
    lists: HashMap<String, usize>,
    composites: HashMap<String, usize>,
    faults: &'f mut Faults,
}

impl Compiler<'_> {
    /// Code lists by name; a list that extends one of its own name extends the inherited one.
    fn code_lists(&mut self, sources: &[Source<'_, CodeLists>]) {
        for source in sources {
            for list in &source.text.lists {
                let rule = self.code_list(source.path, list);
                let rows = &mut self.dictionary.code_lists;
                let row = *self.lists.entry(list.name.clone()).or_insert(rows.len());
                match rows.get_mut(row) {
                    Some(inherited) => *inherited = rule,
                    None => rows.push(rule),
                }
            }
        }
    }

    fn code_list(&mut self, path: &str, list: &CodeList) -> CodeListRule {
        let own = list.codes.iter();
        let mut codes: Vec<(String, String, String)> =
            own.map(|code| (code.code.clone(), code.name.clone(), code.prose.clone())).collect();
        codes.sort();
        codes.dedup_by(|later, earlier| later.0 == earlier.0);
        if let Some(base) = &list.extends {
            let known = self.lists.get(base).and_then(|&row| self.dictionary.code_lists.get(row));
            match known {
                Some(base) => {
                    for code in &base.codes {
                        if let Err(at) = codes.binary_search_by(|(own, _, _)| own.cmp(&code.0)) {
                            codes.insert(at, code.clone());
                        }
                    }
                }
                None => self.faults.say_with(
                    Place { path, line: list.origin.line },
                    format!("there is no code list {base} above this line"),
                    did_you_mean(base, self.lists.keys().map(String::as_str)),
                ),
            }
        }
        CodeListRule { name: list.name.clone(), closed: list.closed, codes }
    }

    fn composite(&mut self, path: &str, definition: &Definition) {
        let components = self.elements(path, definition);
        let relations = self.relations(path, definition, &components);
        self.composites.insert(definition.id.clone(), self.dictionary.composites.len());
        self.dictionary.composites.push(CompositeRule {
            id: definition.id.clone(),
            prose: definition.prose.clone(),
            components,
            relations,
        });
    }

    fn segment(&mut self, path: &str, definition: &Definition) {
        let elements = self.elements(path, definition);
        let relations = self.relations(path, definition, &elements);
        self.add_segment(SegmentRule {
            id: definition.id.clone(),
            prose: definition.prose.clone(),
            elements,
            relations,
        });
    }

    fn add_segment(&mut self, rule: SegmentRule) {
        let rows = self.dictionary.segments.len();
        self.dictionary.by_id.entry(rule.id.clone()).or_insert(rows);
        self.dictionary.segments.push(rule);
    }

    /// The elements by position: runs expanded, positions nobody names unused.
    fn elements(&mut self, path: &str, definition: &Definition) -> Vec<ElementRule> {
        let mut rows = Vec::new();
        for line in &definition.elements {
            let rule = self.element(Place { path, line: line.origin.line }, definition, line);
            let (last, step) = line.run.unwrap_or((line.first, 1));
            for position in (line.first..=last).step_by(usize::from(step.max(1))) {
                let row = usize::from(position).saturating_sub(1);
                if rows.len() <= row {
                    rows.resize_with(row.saturating_add(1), unused);
                }
                if let Some(slot) = rows.get_mut(row) {
                    slot.clone_from(&rule);
                }
            }
        }
        if rows.is_empty() {
            let at = Place { path, line: definition.origin.line };
            self.faults.say(at, format!("{} has no elements", definition.id));
        }
        rows
    }

    fn element(
        &mut self,
        at: Place<'_>,
        definition: &Definition,
        line: &ElementLine,
    ) -> ElementRule {
        let content = match &line.content {
            Content::Composite(id) => self.composite_content(at, definition, id),
            Content::Simple { dictionary, kind, min, max, codes } => {
                self.length(at, *kind, *min, *max);
                let codes = match codes {
                    Some(name) => self.named_list(at, name),
                    None => self.lists.get(dictionary).copied(),
                };
                ElementContent::Simple(SimpleRule {
                    dictionary: dictionary.clone(),
                    kind: *kind,
                    min: *min,
                    max: *max,
                    codes,
                })
            }
        };
        self.repeats(at, definition, line.repeats);
        ElementRule {
            must: line.requirement == Requirement::Must,
            repeats: line.repeats.max(1),
            content,
            name: line.name.clone(),
            prose: line.prose.clone(),
        }
    }

    fn composite_content(
        &mut self,
        at: Place<'_>,
        definition: &Definition,
        id: &str,
    ) -> ElementContent {
        if definition.composite {
            let sentence = format!("{} is a composite, and composites hold none", definition.id);
            self.faults.say(at, sentence);
            return ElementContent::Unused;
        }
        if let Some(&row) = self.composites.get(id) {
            return ElementContent::Composite(row);
        }
        let hint = did_you_mean(id, self.composites.keys().map(String::as_str));
        let release = &self.dictionary.release;
        self.faults.say_with(at, format!("{id} is no composite of {release}"), hint);
        ElementContent::Unused
    }

    fn named_list(&mut self, at: Place<'_>, name: &str) -> Option<usize> {
        let row = self.lists.get(name).copied();
        if row.is_none() {
            let hint = did_you_mean(name, self.lists.keys().map(String::as_str));
            let release = &self.dictionary.release;
            self.faults.say_with(at, format!("{release} has no code list {name}"), hint);
        }
        row
    }

    fn length(&mut self, at: Place<'_>, kind: Kind, min: u32, max: u32) {
        let allowed = match kind {
            Kind::Dt => matches!((min, max), (6, 6) | (8, 8) | (6, 8)),
            Kind::Tm => min >= 4 && max <= 8,
            Kind::An | Kind::Id | Kind::R | Kind::N(_) | Kind::B => true,
        };
        if !allowed {
            let what =
                if kind == Kind::Dt { "a date has 6..6 or 8..8" } else { "a time has 4 to 8" };
            self.faults.say(at, format!("{min}..{max} does not fit the type: {what}"));
        }
    }

    fn repeats(&mut self, at: Place<'_>, definition: &Definition, repeats: u32) {
        if repeats <= 1 {
            return;
        }
        if definition.composite {
            self.faults.say(at, "components do not repeat");
        } else if !has_repetitions(&self.dictionary.release) {
            let release = &self.dictionary.release;
            self.faults.say(at, format!("x{repeats} needs 004020 or later, not {release}"));
        }
    }

    fn relations(
        &mut self,
        path: &str,
        definition: &Definition,
        elements: &[ElementRule],
    ) -> Vec<RelationRule> {
        let mut rules = Vec::new();
        for note in &definition.notes {
            let at = Place { path, line: note.origin.line };
            for positions in shifted(note) {
                if let Some(gap) = positions.iter().find(|&&position| !is_used(elements, position))
                {
                    let (id, says) = (&definition.id, wording::relation(note.relation, &positions));
                    let sentence = format!("{id} says \"{says}\", but {id}.{gap:02} is not used");
                    self.faults.say(at, sentence);
                }
                let bit = |&position: &u8| 1_u128.checked_shl(u32::from(position)).unwrap_or(0);
                let mask = positions.iter().map(bit).fold(0, |mask, bit| mask | bit);
                rules.push(RelationRule { relation: note.relation, positions, mask });
            }
        }
        rules
    }

    /// ST and SE frame every set; an envelope text replaces these.
    fn control_segments(&mut self) {
        let simple = |dictionary: &str, kind, must, min, max, name: &str| ElementRule {
            must,
            repeats: 1,
            content: ElementContent::Simple(SimpleRule {
                dictionary: dictionary.to_owned(),
                kind,
                min,
                max,
                codes: None,
            }),
            name: name.to_owned(),
            prose: String::new(),
        };
        let control = || simple("329", Kind::An, true, 4, 9, "control");
        let set = simple("143", Kind::Id, true, 3, 3, "set");
        let implementation = simple("1705", Kind::An, false, 1, 35, "implementation");
        let count = simple("96", Kind::N(0), true, 1, 10, "segments");
        let rows = [
            ("ST", "Opens a transaction set", vec![set, control(), implementation]),
            ("SE", "Closes a transaction set", vec![count, control()]),
        ];
        for (id, prose, elements) in rows {
            if self.dictionary.segment(id).is_none() {
                self.add_segment(SegmentRule {
                    id: id.to_owned(),
                    prose: prose.to_owned(),
                    elements,
                    relations: Vec::new(),
                });
            }
        }
    }
}

/// `by 2 to 24`: the positions of a note and of its repeats.
fn shifted(note: &Note) -> Vec<Vec<u8>> {
    let first = note.positions.first().copied().unwrap_or_default();
    let (step, last) = note.repeat.unwrap_or((1, first));
    let shift = |start: u8| {
        let by = start.saturating_sub(first);
        note.positions.iter().map(|position| position.saturating_add(by)).collect()
    };
    (first..=last).step_by(usize::from(step.max(1))).map(shift).collect()
}

fn is_used(elements: &[ElementRule], position: u8) -> bool {
    nth(elements, position).is_some_and(|rule| !matches!(rule.content, ElementContent::Unused))
}

/// A position the standard leaves out.
fn unused() -> ElementRule {
    ElementRule {
        must: false,
        repeats: 1,
        content: ElementContent::Unused,
        name: String::new(),
        prose: String::new(),
    }
}

/// Whether elements may repeat: 004020 brought the repetition separator (X12.5, ISA11).
fn has_repetitions(release: &str) -> bool {
    release.get(..6).is_some_and(|version| version >= "004020")
}
