//! A map's lines laid out: `use` put in, `for` decided, guide lines before the base lines, lines
//! of one segment and condition merged. What comes out says the same without the shorthand.

use std::collections::HashMap;

use super::Texts;
use crate::grammar::compile::wording::{self, did_you_mean};
use crate::grammar::error::GrammarError;
use crate::grammar::line::{ElementRef, Origin, ReleaseRange, Where};
use crate::grammar::map::{
    Computed, Define, Group, GroupLine, LevelMap, LoopMap, MapLine, SetLine, Target, TreeMap,
    Without,
};
use crate::limits::GRAMMAR_LINES;

/// Where a line stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct At {
    /// Row of the texts' names.
    pub(super) text: usize,
    pub(super) line: u32,
    pub(super) column: u32,
}

/// A line of a scope.
#[derive(Clone, Debug)]
pub(super) enum Laid {
    Group(LaidGroup),
    Loop(LaidLoop),
    Tree(LaidTree),
    Set(At, SetLine),
    Also(LaidGroup),
    Without(At, Without),
}

/// A segment with its element lines.
#[derive(Clone, Debug)]
pub(super) struct LaidGroup {
    pub(super) at: At,
    pub(super) id: String,
    pub(super) condition: Where,
    /// None, and `.`, write into the scope's object.
    pub(super) target: Option<Target>,
    pub(super) lines: Vec<LaidLine>,
}

/// A line of a group.
#[derive(Clone, Debug)]
pub(super) struct LaidLine {
    pub(super) at: At,
    pub(super) line: GroupLine,
}

/// A loop with its lines.
#[derive(Clone, Debug)]
pub(super) struct LaidLoop {
    pub(super) at: At,
    pub(super) name: String,
    pub(super) condition: Where,
    pub(super) target: Target,
    pub(super) lines: Vec<Laid>,
}

/// The tree with its levels.
#[derive(Clone, Debug)]
pub(super) struct LaidTree {
    pub(super) at: At,
    pub(super) name: String,
    pub(super) levels: Vec<LaidLevel>,
}

/// A level with its lines.
#[derive(Clone, Debug)]
pub(super) struct LaidLevel {
    pub(super) at: At,
    pub(super) code: String,
    pub(super) target: Target,
    pub(super) lines: Vec<Laid>,
}

impl LaidGroup {
    /// Whether it writes into the scope's object.
    pub(super) fn is_plain(&self) -> bool {
        self.target.as_ref().is_none_or(|target| target.path.is_empty())
    }
}

/// Names of the texts, by the rows of [`At`].
#[derive(Debug, Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// An error at a line.
    pub(super) fn error(&self, at: At, sentence: impl Into<String>) -> GrammarError {
        let file = self.0.get(at.text).map_or("", String::as_str);
        GrammarError::at(file, at.line, at.column, sentence)
    }

    /// `line 6`, with its text when that is another one.
    pub(super) fn line(&self, from: At, at: At) -> String {
        if from.text == at.text {
            return format!("line {}", at.line);
        }
        let file = self.0.get(at.text).map_or("", String::as_str);
        format!("{file}:{}", at.line)
    }
}

/// The lines in force for `release`, the names of their texts, and what is wrong with them.
pub(super) fn lay(texts: &Texts<'_>, release: &str) -> (Vec<Laid>, Names, Vec<GrammarError>) {
    let mut laying = Laying::new(texts, release);
    let base = laying.scope(MAP, 0, &texts.map.1.lines);
    let mut lines = merged(base);
    for (row, (_, guide)) in texts.guides.iter().enumerate() {
        let over = merged(laying.scope(GUIDES.saturating_add(row), 1, guide));
        lines = laying.overlay(lines, over);
    }
    (lines, laying.names, laying.faults)
}

/// Whether a grammar release lies in a range (GRAMMAR.md 2): by its six digits, and by its
/// implementation where a single release names one.
pub(super) fn in_range(release: &str, range: &ReleaseRange) -> bool {
    if let (Some(only), true) = (&range.from, range.from == range.to) {
        return release.starts_with(only.as_str());
    }
    let own = six(release);
    range.from.as_ref().is_none_or(|from| own >= six(from))
        && range.to.as_ref().is_none_or(|to| own <= six(to))
}

fn six(release: &str) -> &str {
    release.get(..6).unwrap_or(release)
}

/// Rows of the texts.
const MAP: usize = 0;
const PARTS: usize = 1;
const GUIDES: usize = 2;

struct Laying<'a> {
    names: Names,
    /// By text: its defines.
    defines: Vec<HashMap<&'a str, &'a Define>>,
    release: &'a str,
    /// Defines being put in, outermost first.
    open: Vec<&'a str>,
    /// Lines laid so far: defines that use defines may grow without end.
    laid: usize,
    faults: Vec<GrammarError>,
}

impl<'a> Laying<'a> {
    fn new(texts: &Texts<'a>, release: &'a str) -> Self {
        let (parts_name, parts) =
            texts.parts.map_or(("", &[][..]), |(name, text)| (name, text.lines.as_slice()));
        let mut names = vec![texts.map.0.to_owned(), parts_name.to_owned()];
        names.extend(texts.guides.iter().map(|(name, _)| (*name).to_owned()));
        let mut laying = Self {
            names: Names(names),
            defines: Vec::new(),
            release,
            open: Vec::new(),
            laid: 0,
            faults: Vec::new(),
        };
        let guides = texts.guides.iter().map(|(_, lines)| *lines);
        for (text, lines) in
            [texts.map.1.lines.as_slice(), parts].into_iter().chain(guides).enumerate()
        {
            let defines = laying.defined(text, lines);
            laying.defines.push(defines);
        }
        laying
    }

    fn defined(&mut self, text: usize, lines: &'a [MapLine]) -> HashMap<&'a str, &'a Define> {
        let mut defines: HashMap<&str, &Define> = HashMap::new();
        for line in lines {
            let MapLine::Define(define) = line else { continue };
            if let Some(first) = defines.insert(&define.name, define) {
                let at = At { text, line: define.origin.line, column: 1 };
                let sentence =
                    format!("{} is already defined on line {}", define.name, first.origin.line);
                self.faults.push(self.names.error(at, sentence));
            }
        }
        defines
    }

    fn at(&self, text: usize, depth: u32, origin: &Origin) -> At {
        At { text, line: origin.line, column: depth.saturating_mul(2).saturating_add(1) }
    }

    fn blame(&mut self, at: At, sentence: impl Into<String>) {
        let error = self.names.error(at, sentence);
        self.faults.push(error);
    }

    fn scope(&mut self, text: usize, depth: u32, lines: &'a [MapLine]) -> Vec<Laid> {
        let mut laid = Vec::new();
        for line in lines {
            self.line(text, depth, line, &mut laid);
        }
        laid
    }

    fn line(&mut self, text: usize, depth: u32, line: &'a MapLine, laid: &mut Vec<Laid>) {
        self.laid = self.laid.saturating_add(1);
        if self.laid > GRAMMAR_LINES {
            if self.laid == GRAMMAR_LINES.saturating_add(1) {
                let at = At { text, line: 1, column: 1 };
                self.blame(
                    at,
                    format!("with its defines put in, it has over {GRAMMAR_LINES} lines"),
                );
            }
            return;
        }
        match line {
            MapLine::Group(group) => laid.push(Laid::Group(self.group(text, depth, group))),
            MapLine::Also(group) => laid.push(Laid::Also(self.group(text, depth, group))),
            MapLine::Loop(line) => laid.push(Laid::Loop(self.looped(text, depth, line))),
            MapLine::Tree(line) => laid.push(Laid::Tree(self.tree(text, depth, line))),
            MapLine::Use(origin, name) => {
                let at = self.at(text, depth, origin);
                self.put_in(at, name, laid);
            }
            // Those of the outermost depth were collected; one elsewhere is never found.
            MapLine::Define(_) => {}
            MapLine::Set(set) => {
                laid.push(Laid::Set(self.at(text, depth, &set.origin), set.clone()));
            }
            MapLine::Computed(computed) => {
                let at = self.at(text, depth, &computed.origin);
                laid.extend(computed_group(at, computed));
            }
            MapLine::For(block) => {
                if in_range(self.release, &block.range) {
                    laid.extend(self.scope(text, depth.saturating_add(1), &block.lines));
                }
            }
            MapLine::Without(line) => {
                laid.push(Laid::Without(self.at(text, depth, &line.origin), line.clone()));
            }
        }
    }

    /// The lines of a define: of the same text, else of the map, else of the parts.
    fn put_in(&mut self, at: At, name: &'a str, laid: &mut Vec<Laid>) {
        let texts = [at.text, MAP, PARTS];
        let found = texts.into_iter().find_map(|text| {
            let define = self.defines.get(text)?.get(name)?;
            Some((text, *define))
        });
        let Some((text, define)) = found else {
            let known = texts.iter().filter_map(|&text| self.defines.get(text));
            let hint = did_you_mean(name, known.flat_map(HashMap::keys).copied());
            let error = self.names.error(at, format!("no define is called {name}"));
            self.faults.push(match hint {
                Some(hint) => error.hint(hint),
                None => error,
            });
            return;
        };
        if self.open.contains(&name) {
            self.blame(at, format!("define {name} uses itself"));
            return;
        }
        self.open.push(name);
        laid.extend(self.scope(text, 1, &define.lines));
        self.open.pop();
    }

    fn group(&self, text: usize, depth: u32, group: &Group) -> LaidGroup {
        let at = self.at(text, depth, &group.origin);
        let below = if group.single { depth } else { depth.saturating_add(1) };
        let lines = group
            .lines
            .iter()
            .map(|line| LaidLine { at: self.at(text, below, origin(line)), line: line.clone() });
        LaidGroup {
            at,
            id: group.id.clone(),
            condition: group.condition.clone(),
            target: group.target.clone(),
            lines: lines.collect(),
        }
    }

    fn looped(&mut self, text: usize, depth: u32, line: &'a LoopMap) -> LaidLoop {
        LaidLoop {
            at: self.at(text, depth, &line.origin),
            name: line.name.clone(),
            condition: line.condition.clone(),
            target: line.target.clone(),
            lines: merged(self.scope(text, depth.saturating_add(1), &line.lines)),
        }
    }

    fn tree(&mut self, text: usize, depth: u32, line: &'a TreeMap) -> LaidTree {
        let below = depth.saturating_add(1);
        let levels = line.levels.iter().map(|level| self.level(text, below, level)).collect();
        LaidTree { at: self.at(text, depth, &line.origin), name: line.name.clone(), levels }
    }

    fn level(&mut self, text: usize, depth: u32, level: &'a LevelMap) -> LaidLevel {
        LaidLevel {
            at: self.at(text, depth, &level.origin),
            code: level.code.clone(),
            target: level.target.clone(),
            lines: merged(self.scope(text, depth.saturating_add(1), &level.lines)),
        }
    }

    /// Guide lines laid before the base lines of the same scope (GRAMMAR.md 7.5).
    fn overlay(&mut self, mut base: Vec<Laid>, over: Vec<Laid>) -> Vec<Laid> {
        let mut front = Vec::new();
        for line in over {
            match line {
                Laid::Without(at, without) => self.leave_out(at, &without, &mut base),
                Laid::Group(group) => front.push(Laid::Group(joined(group, &mut base))),
                Laid::Loop(line) => {
                    let same = |other: &Laid| {
                        matches!(other, Laid::Loop(other) if other.name == line.name
                            && other.condition == line.condition && other.target == line.target)
                    };
                    let found = base.iter().position(same).map(|at| base.remove(at));
                    let lines = match found {
                        Some(Laid::Loop(found)) => self.overlay(found.lines, line.lines),
                        _ => line.lines,
                    };
                    front.push(Laid::Loop(LaidLoop { lines, ..line }));
                }
                Laid::Tree(tree) => {
                    let same = |other: &Laid| matches!(other, Laid::Tree(t) if t.name == tree.name);
                    match base.iter().position(same).map(|at| base.remove(at)) {
                        Some(Laid::Tree(found)) => front.push(Laid::Tree(self.levels(found, tree))),
                        _ => front.push(Laid::Tree(tree)),
                    }
                }
                line @ (Laid::Set(..) | Laid::Also(_)) => front.push(line),
            }
        }
        front.append(&mut base);
        front
    }

    fn levels(&mut self, mut base: LaidTree, over: LaidTree) -> LaidTree {
        for level in over.levels {
            match base.levels.iter().position(|known| known.code == level.code) {
                Some(row) => {
                    let known = base.levels.remove(row);
                    let lines = self.overlay(known.lines, level.lines);
                    base.levels.insert(row, LaidLevel { lines, ..level });
                }
                None => base.levels.push(level),
            }
        }
        base
    }

    /// `without REF.02 where 01 is DP`.
    fn leave_out(&mut self, at: At, without: &Without, base: &mut Vec<Laid>) {
        let mut found = false;
        base.retain_mut(|line| match line {
            Laid::Group(group) | Laid::Also(group)
                if group.id == without.id && group.condition == without.condition =>
            {
                let Some(element) = without.element else {
                    found = true;
                    return false;
                };
                let before = group.lines.len();
                group.lines.retain(|line| !covers(&line.line, element));
                found |= group.lines.len() < before;
                !group.lines.is_empty()
            }
            Laid::Loop(line) if line.name == without.id && line.condition == without.condition => {
                let whole = without.element.is_none();
                found |= whole;
                !whole
            }
            _ => true,
        });
        if !found {
            let element =
                without.element.map_or_else(String::new, |at| format!(".{}", wording::element(at)));
            let condition = wording::clauses(&without.condition);
            let condition =
                if condition.is_empty() { condition } else { format!(" where {condition}") };
            let what = format!("{}{element}{condition}", without.id);
            self.blame(at, format!("there is no line {what} here to leave out"));
        }
    }
}

/// A guide's group with what is left of the base group of the same segment and target.
fn joined(mut group: LaidGroup, base: &mut Vec<Laid>) -> LaidGroup {
    let same = |other: &Laid| {
        matches!(other, Laid::Group(other) if other.id == group.id
            && other.condition == group.condition
            && (other.target == group.target || other.is_plain() && group.is_plain()))
    };
    if let Some(at) = base.iter().position(same)
        && let Laid::Group(found) = base.remove(at)
    {
        let said = group.lines.clone();
        let left = found
            .lines
            .into_iter()
            .filter(|line| !said.iter().any(|other| same_element(&other.line, &line.line)));
        group.lines.extend(left);
    }
    group
}

/// Groups of one scope with equal segment and condition and no target are one group.
fn merged(lines: Vec<Laid>) -> Vec<Laid> {
    let mut merged: Vec<Laid> = Vec::new();
    for line in lines {
        let Laid::Group(group) = line else {
            merged.push(line);
            continue;
        };
        let same = merged.iter_mut().find_map(|other| match other {
            Laid::Group(other)
                if other.id == group.id
                    && other.condition == group.condition
                    && other.is_plain()
                    && group.is_plain() =>
            {
                Some(other)
            }
            _ => None,
        });
        match same {
            Some(other) => other.lines.extend(group.lines),
            None => merged.push(Laid::Group(group)),
        }
    }
    merged
}

/// `fill CTT.01 count(lines)` as a group of one line.
fn computed_group(at: At, computed: &Computed) -> Option<Laid> {
    let id = computed.id.clone()?;
    let line = LaidLine { at, line: GroupLine::Computed(computed.clone()) };
    Some(Laid::Group(LaidGroup { at, id, condition: Vec::new(), target: None, lines: vec![line] }))
}

fn origin(line: &GroupLine) -> &Origin {
    match line {
        GroupLine::Element(line) => &line.origin,
        GroupLine::Constant(line) => &line.origin,
        GroupLine::Each(line) => &line.origin,
        GroupLine::Computed(line) => &line.origin,
    }
}

/// Whether a group's line is about that element.
fn covers(line: &GroupLine, element: ElementRef) -> bool {
    match line {
        GroupLine::Element(line) => line.at == element,
        GroupLine::Constant(line) => line.at == element,
        GroupLine::Computed(line) => line.at == element,
        GroupLine::Each(line) => (line.first..=line.last).contains(&element.element),
    }
}

/// Whether a guide's line takes the place of a base line. A check beside a field stays.
fn same_element(over: &GroupLine, base: &GroupLine) -> bool {
    match (over, base) {
        (GroupLine::Computed(over), GroupLine::Computed(base)) => over.at == base.at,
        (GroupLine::Computed(over), base) => over.fill && covers(base, over.at),
        (GroupLine::Element(_) | GroupLine::Constant(_), GroupLine::Computed(base)) => {
            base.fill && covers(over, base.at)
        }
        (GroupLine::Element(over), base) => covers(base, over.at),
        (GroupLine::Constant(over), base) => covers(base, over.at),
        (GroupLine::Each(over), GroupLine::Each(base)) => {
            over.first <= base.last && base.first <= over.last
        }
        (GroupLine::Each(over), GroupLine::Element(base)) => {
            (over.first..=over.last).contains(&base.at.element)
        }
        (GroupLine::Each(over), GroupLine::Constant(base)) => {
            (over.first..=over.last).contains(&base.at.element)
        }
        (GroupLine::Each(_), GroupLine::Computed(_)) => false,
    }
}
