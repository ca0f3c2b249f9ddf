//! Collects the findings of one set: makes them whole (place, path, offset, quoted text) and keeps
//! them within bounds, errors before warnings.
//!
//! Everything here runs only when something is wrong.

use super::Options;
use crate::grammar::schema::{
    ConditionTest, ElementContent, ElementRule, Node, NodeId, NodeKind, Relaxation, Schema,
};
use crate::limits;
use crate::x12::elements;
use crate::x12::finding::{At, Fault, Finding, Level};
use crate::x12::segment::{Segment, SetText};
use std::fmt::Write as _;

/// A segment and the row it was placed at (or, for a stray, a row of the loop it stands in).
#[derive(Clone, Copy, Debug)]
pub(in crate::x12) struct Place {
    /// Index in the set, ST = 0.
    pub(in crate::x12) index: usize,
    /// The row.
    pub(in crate::x12) node: NodeId,
}

/// An element, component or repetition, and the bytes concerned.
#[derive(Clone, Copy, Debug)]
pub(in crate::x12) struct Site<'a> {
    /// Element, from 1.
    pub(in crate::x12) element: usize,
    /// Component, from 1; 0 for the element as a whole.
    pub(in crate::x12) component: usize,
    /// Repetition, from 1; 0 when the element does not repeat.
    pub(in crate::x12) repetition: usize,
    /// Dictionary number; empty when none.
    pub(in crate::x12) dictionary: &'a str,
    /// Offset in the set's bytes.
    pub(in crate::x12) start: usize,
    /// How many bytes.
    pub(in crate::x12) length: usize,
}

/// The findings of one set, and what is needed to make them.
#[derive(Debug)]
pub(in crate::x12) struct Gather<'a> {
    /// The set.
    pub(in crate::x12) text: SetText<'a>,
    /// What it is checked with.
    pub(in crate::x12) schema: &'a Schema,
    /// How it is judged.
    pub(in crate::x12) options: Options,
    errors: Vec<Finding>,
    warnings: Vec<Finding>,
    more_errors: u64,
    more_warnings: u64,
    /// The element of a segment of which `other_code` already told that its code does not fit.
    told: Option<(usize, usize, usize)>,
    /// The guide whose rule is broken, for the next finding.
    guide: Option<&'a str>,
    /// Whether a date was told that only a guide's `relax dates` admits.
    loosened: bool,
}

impl<'a> Gather<'a> {
    /// Nothing gathered yet.
    pub(in crate::x12) fn new(text: &SetText<'a>, schema: &'a Schema, options: Options) -> Self {
        Self {
            text: *text,
            schema,
            options,
            errors: Vec::new(),
            warnings: Vec::new(),
            more_errors: 0,
            more_warnings: 0,
            told: None,
            guide: None,
            loosened: false,
        }
    }

    /// The level of what is tolerated.
    pub(in crate::x12) fn tolerated(&self) -> Level {
        if self.options.strict { Level::Error } else { Level::Warning }
    }

    /// Whether no further error is kept.
    pub(super) fn is_full(&self) -> bool {
        self.errors.len() >= limits::SET_FINDINGS
    }

    /// Counts errors that are not kept.
    pub(in crate::x12) fn count_more(&mut self, errors: u64) {
        self.more_errors = self.more_errors.saturating_add(errors);
    }

    /// The next finding breaks a rule of this guide, not of the schema as a whole.
    pub(super) fn under(&mut self, guide: &'a str) -> &mut Self {
        self.guide = Some(guide);
        self
    }

    /// A finding about a whole segment.
    pub(in crate::x12) fn segment(&mut self, level: Level, place: Place, fault: Fault) {
        if self.skips(level) {
            return;
        }
        let Some(segment) = self.text.segment(place.index) else { return };
        let mut finding = self.blank(level, place, fault);
        finding.at = At::Segment;
        finding.length = u32::try_from(segment.bytes().len()).unwrap_or(u32::MAX);
        finding.text = printable(segment.bytes());
        self.keep(finding);
    }

    /// 3: a child of `loop_node` is absent; the walk passed its place with segment `index`.
    pub(in crate::x12) fn missing(&mut self, index: usize, loop_node: NodeId, child: NodeId) {
        let Some(row) = self.schema.nodes.get(child.index()) else { return };
        let fault = Fault::MissingSegment {
            expected: row.id.as_str().into(),
            prose: row.prose.as_str().into(),
        };
        self.absent(Level::Error, index, loop_node, child, fault);
    }

    /// A finding about what does not stand in an instance of `loop_node`, told at segment `index`.
    pub(super) fn absent(
        &mut self,
        level: Level,
        index: usize,
        loop_node: NodeId,
        child: NodeId,
        fault: Fault,
    ) {
        let Some(row) = self.schema.nodes.get(child.index()) else { return };
        if self.skips(level) {
            return;
        }
        let mut finding = self.blank(level, Place { index, node: child }, fault);
        finding.segment = row.id.as_str().into();
        finding.loop_node = Some(loop_node).filter(|&node| node != NodeId::SET);
        finding.loop_path = self.path(loop_node);
        self.keep(finding);
    }

    /// 3 on the trigger of a tree loop: no instance has a level that must stand.
    pub(in crate::x12) fn missing_level(&mut self, index: usize, loop_node: NodeId, code: &str) {
        if self.skips(Level::Error) {
            return;
        }
        let Some(row) = self.schema.nodes.get(loop_node.index()) else { return };
        let fault = Fault::MissingSegment {
            expected: row.id.as_str().into(),
            prose: format!("level {code}").into(),
        };
        let mut finding = self.blank(Level::Error, Place { index, node: loop_node }, fault);
        finding.segment = row.id.as_str().into();
        self.keep(finding);
    }

    /// A bound of ours was reached.
    pub(in crate::x12) fn limit(&mut self, what: &str, max: usize) {
        if self.skips(Level::Error) {
            return;
        }
        let max = u64::try_from(max).unwrap_or(u64::MAX);
        let fault = Fault::Limit { what: what.into(), max };
        let finding = about_set(Level::Error, fault, &self.schema.rule);
        self.keep(finding);
    }

    /// A finding about an element or component.
    pub(in crate::x12) fn element(
        &mut self,
        level: Level,
        place: Place,
        site: Site<'_>,
        fault: Fault,
    ) {
        let told = self.told == Some((place.index, site.element, site.component));
        if self.skips(level) || told && matches!(fault, Fault::BadCode { .. }) {
            return;
        }
        let mut finding = self.blank(level, place, fault);
        finding.at = At::Element;
        finding.element = u8::try_from(site.element).ok();
        finding.component = u8::try_from(site.component).ok().filter(|&number| number > 0);
        finding.repetition = u16::try_from(site.repetition).ok().filter(|&number| number > 0);
        finding.dictionary = site.dictionary.into();
        finding.offset = self.offset(site.start);
        finding.length = u32::try_from(site.length).unwrap_or(u32::MAX);
        let end = site.start.saturating_add(site.length);
        finding.text = printable(self.text.bytes.get(site.start..end).unwrap_or_default());
        self.keep(finding);
    }

    /// 7 at the element whose code tells rows of one id apart: none of `nodes` has this one.
    pub(super) fn other_code(
        &mut self,
        place: Place,
        element: usize,
        component: usize,
        nodes: &[NodeId],
    ) {
        let Some(segment) = self.text.segment(place.index) else { return };
        let Some(rule) = self.schema.nodes.get(place.node.index()) else { return };
        let definition = self
            .schema
            .segments
            .get(rule.segment)
            .and_then(|segment| segment.elements.get(element.checked_sub(1)?));
        let value = match component {
            0 => segment.element(element),
            _ => segment.component(element, component),
        };
        // An absent element that must stand is told as absent, by the element check.
        if value.is_empty() && component == 0 && definition.is_some_and(|rule| rule.must) {
            return;
        }
        let dictionary = definition.map_or("", |rule| self.dictionary(rule, component));
        let start = segment.element_start(element);
        let whole = segment.element(element);
        let before = elements::component_offset(whole, component, &self.text.delimiters);
        let site = Site {
            element,
            component,
            repetition: 0,
            dictionary,
            start: usize::try_from(start).unwrap_or(usize::MAX).saturating_add(before),
            length: value.len(),
        };
        let expected = listing(self.codes(nodes, element, component).into_iter());
        self.element(Level::Error, place, site, Fault::BadCode { expected });
        self.told = Some((place.index, element, component));
    }

    /// Whether a guide in force accepts dates of six digits; told once a set, at the first.
    pub(in crate::x12) fn loosens_dates(&mut self, place: Place, site: Site<'_>) -> bool {
        let relaxed = &self.schema.guide.relaxed;
        let Some(line) = relaxed.iter().find(|line| line.what == Relaxation::Dates) else {
            return false;
        };
        if !self.loosened {
            self.loosened = true;
            let fault = Fault::Deviation { prose: line.prose.as_str().into() };
            self.under(&line.guide).element(Level::Warning, place, site, fault);
        }
        true
    }

    /// All findings in order of position.
    pub(in crate::x12) fn finish(mut self) -> Vec<Finding> {
        if self.errors.is_empty() && self.warnings.is_empty() {
            return Vec::new();
        }
        let room = limits::SET_FINDINGS.saturating_sub(self.errors.len());
        let cut = self.warnings.len().saturating_sub(room);
        self.more_warnings = self.more_warnings.saturating_add(u64::try_from(cut).unwrap_or(0));
        self.warnings.truncate(room);
        let mut all = self.errors;
        all.append(&mut self.warnings);
        // Stable: what was found first at one place stays first.
        all.sort_by_key(|finding| {
            (finding.position, finding.element, finding.component, finding.repetition)
        });
        // One code per element: a tree or a guide may say again what the element check said.
        all.dedup_by(|later, earlier| same_element(earlier, later));
        let count = self.more_errors.saturating_add(self.more_warnings);
        if count > 0 {
            let level = if self.more_errors > 0 { Level::Error } else { Level::Warning };
            all.push(about_set(level, Fault::MoreFindings { count }, &self.schema.rule));
        }
        all
    }

    /// The dictionary number of an element or of its component; composites have none.
    pub(in crate::x12) fn dictionary(&self, rule: &'a ElementRule, component: usize) -> &'a str {
        match &rule.content {
            ElementContent::Simple(simple) => &simple.dictionary,
            ElementContent::Composite(row) => {
                let Some(composite) = self.schema.composites.get(*row) else { return "" };
                let part = component.checked_sub(1).and_then(|at| composite.components.get(at));
                match part.map(|part| &part.content) {
                    Some(ElementContent::Simple(simple)) => &simple.dictionary,
                    _ => "",
                }
            }
            ElementContent::Unused => "",
        }
    }

    /// A finding with its segment, place and rule, at the segment's first byte.
    fn blank(&mut self, level: Level, place: Place, fault: Fault) -> Finding {
        let segment = self.text.segment(place.index);
        let parent = self.schema.nodes.get(place.node.index()).map_or(NodeId::SET, |n| n.parent);
        let id = segment.as_ref().map(Segment::id).unwrap_or_default();
        let start = segment.map(|segment| segment.span().start);
        let start = start.and_then(|start| usize::try_from(start).ok());
        Finding {
            level,
            at: At::Segment,
            fault,
            segment: printable(id),
            position: u32::try_from(place.index).unwrap_or(u32::MAX).saturating_add(1),
            loop_node: Some(parent).filter(|&node| node != NodeId::SET),
            loop_path: self.path(parent),
            element: None,
            component: None,
            repetition: None,
            dictionary: Box::default(),
            offset: self.offset(start.unwrap_or(self.text.bytes.len())),
            length: 0,
            text: Box::default(),
            rule: self.guide.take().unwrap_or(&self.schema.rule).into(),
        }
    }

    fn offset(&self, start: usize) -> u64 {
        self.text.file_offset(u32::try_from(start).unwrap_or(u32::MAX))
    }

    /// Names of the loops from the outermost to `node`.
    fn path(&self, node: NodeId) -> Box<str> {
        let mut names = Vec::new();
        let mut at = node;
        while let Some(Node { kind: NodeKind::Loop(name), parent, .. }) =
            self.schema.nodes.get(at.index())
            && names.len() < limits::LOOP_DEPTH
        {
            names.push(name.as_str());
            at = *parent;
        }
        names.reverse();
        names.join("/").into()
    }

    /// The codes the conditions of `nodes` ask at one element.
    fn codes(&self, nodes: &[NodeId], element: usize, component: usize) -> Vec<&'a [u8]> {
        let schema: &'a Schema = self.schema;
        let mut codes = Vec::new();
        for node in nodes.iter().filter_map(|node| schema.nodes.get(node.index())) {
            let trigger = node.children.first().and_then(|child| schema.nodes.get(child.index()));
            for condition in [Some(node), trigger].into_iter().flatten().flat_map(|n| &n.condition)
            {
                let here = usize::from(condition.element) == element
                    && condition.component.map_or(0, usize::from) == component;
                if let (true, ConditionTest::Is(listed)) = (here, &condition.test) {
                    codes.extend(listed.iter().map(|code| &**code));
                }
            }
        }
        codes
    }

    /// Counts instead of keeping when there is no room.
    fn skips(&mut self, level: Level) -> bool {
        let (kept, more) = match level {
            Level::Error => (self.errors.len(), &mut self.more_errors),
            Level::Warning | Level::Business => (self.warnings.len(), &mut self.more_warnings),
        };
        let full = kept >= limits::SET_FINDINGS;
        if full {
            *more = more.saturating_add(1);
            self.guide = None;
        }
        full
    }

    fn keep(&mut self, finding: Finding) {
        match finding.level {
            Level::Error => self.errors.push(finding),
            Level::Warning | Level::Business => self.warnings.push(finding),
        }
    }
}

/// Codes as a person reads them: `PE`, `PE or PR`, `01, 02, 03 and 40 more`.
pub(in crate::x12) fn listing<'a>(codes: impl Iterator<Item = &'a [u8]>) -> Box<str> {
    let mut words: Vec<Box<str>> = Vec::new();
    let mut more = 0u32;
    for code in codes {
        let code = printable(code);
        if words.contains(&code) {
            continue;
        }
        if words.len() < LISTED {
            words.push(code);
        } else {
            more = more.saturating_add(1);
        }
    }
    let mut text = String::new();
    let last = words.len().saturating_sub(1);
    for (index, word) in words.iter().enumerate() {
        text.push_str(match index {
            0 => "",
            _ if index == last && more == 0 => " or ",
            _ => ", ",
        });
        text.push_str(word);
    }
    if more > 0 {
        // Writing to a string cannot fail.
        write!(text, " and {more} more").unwrap_or_default();
    }
    text.into()
}

/// Bytes of a partner as text, cut at `limits::QUOTE_BYTES`: UTF-8 as it is, else as Latin-1, and
/// `?` for what cannot be shown.
pub(in crate::x12) fn printable(bytes: &[u8]) -> Box<str> {
    let cut = bytes.get(..limits::QUOTE_BYTES).unwrap_or(bytes);
    let sound = match std::str::from_utf8(cut) {
        Ok(text) => Some(text),
        // A character cut in two at the end is no fault of the text.
        Err(error) if error.error_len().is_none() && bytes.len() > cut.len() => {
            std::str::from_utf8(cut.get(..error.valid_up_to()).unwrap_or_default()).ok()
        }
        Err(_) => None,
    };
    let shown = |character: char| if character.is_control() { '?' } else { character };
    let mut text = String::with_capacity(cut.len());
    let characters: &mut dyn Iterator<Item = char> = match sound {
        Some(sound) => &mut sound.chars(),
        None => &mut cut.iter().map(|&byte| char::from(byte)),
    };
    for character in characters.map(shown) {
        if text.len().saturating_add(character.len_utf8()) > limits::QUOTE_BYTES {
            break;
        }
        text.push(character);
    }
    text.into()
}

fn same_element(earlier: &Finding, later: &Finding) -> bool {
    earlier.level == Level::Error
        && later.level == Level::Error
        && earlier.at == At::Element
        && later.at == At::Element
        && earlier.position == later.position
        && earlier.element == later.element
        && earlier.component == later.component
        && earlier.repetition == later.repetition
}

fn about_set(level: Level, fault: Fault, rule: &str) -> Finding {
    Finding {
        level,
        at: At::Set,
        fault,
        segment: Box::default(),
        position: 0,
        loop_node: None,
        loop_path: Box::default(),
        element: None,
        component: None,
        repetition: None,
        dictionary: Box::default(),
        offset: 0,
        length: 0,
        text: Box::default(),
        rule: rule.into(),
    }
}

/// Codes named before a listing ends in a number.
const LISTED: usize = 12;
