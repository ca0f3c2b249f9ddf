//! `grammar x12 RELEASE SET`: areas, segments, loops, bounded loops, trees (GRAMMAR.md 3).

use super::lines::Block;
use super::words::{Parsed, Words, is_id, is_loop_name, is_number, is_plain};
use super::{Reader, head_origin};
use crate::grammar::error::GrammarError;
use crate::grammar::line::{Maximum, Requirement};
use crate::grammar::structure::{
    Area, AreaKind, BoundedLine, Child, LevelLine, LoopLine, SegmentLine, Structure, TreeLine,
};

/// Parses a structure.
///
/// ```
/// use edigate::grammar::syntax::parse_structure;
/// let text = "grammar x12 004010 850\ngroup PO\nheading\n  020 BEG mst 1 Purpose\n";
/// let errors = parse_structure(text, "850.grammar").unwrap_err();
/// assert_eq!(
///     errors[0].to_string(),
///     "850.grammar:4:11: \"mst\" is not a requirement; did you mean must?"
/// );
/// ```
///
/// # Errors
///
/// Everything that is wrong with the text, in the order of its lines.
pub fn parse_structure(text: &str, file: &str) -> Result<Structure, Vec<GrammarError>> {
    let mut reader = Reader::new(file);
    let blocks = reader.blocks(text);
    let mut structure = Structure::default();
    let Some((head, rest)) = blocks.split_first() else { return reader.finish(structure) };
    if let Some((release, set)) = reader.leaf(head, head_line) {
        structure.release = release;
        structure.set = set;
    }
    let mut headers = Vec::new();
    let (mut name, mut group) = (None, None);
    for block in rest {
        match Words::new(block.text).peek() {
            "heading" | "detail" | "summary" => {
                reader.area(block, &mut structure.areas);
                continue;
            }
            "name" => {
                let value = reader.leaf(block, name_line);
                reader.once(block, &mut name, value);
            }
            "group" => {
                let value = reader.leaf(block, |words| {
                    words.expect("group")?;
                    words.word("a group id (GS01)", is_id)
                });
                reader.once(block, &mut group, value);
            }
            "revision" => {
                let value = reader.leaf(block, revision);
                reader.once(block, &mut structure.revision, value);
            }
            "extends" => {
                let value = reader.leaf(block, |words| {
                    words.expect("extends")?;
                    words.release()
                });
                reader.once(block, &mut structure.extends, value);
            }
            "uses" => {
                let value = reader.leaf(block, |words| {
                    words.expect("uses")?;
                    words.release()
                });
                reader.once(block, &mut structure.uses, value);
            }
            _ => reader.unknown(block, "a line of a grammar", &HEADERS),
        }
        headers.push(block);
    }
    if group.is_none() && structure.extends.is_none() {
        let hint = "add the GS01 code of the set, as in: group PO";
        reader.blame(head, "the text has no group line", hint);
    }
    structure.origin = head_origin(head, &headers);
    structure.name = name.unwrap_or_default();
    structure.group = group.unwrap_or_default();
    reader.finish(structure)
}

const HEADERS: [&str; 8] =
    ["name", "group", "revision", "extends", "uses", "heading", "detail", "summary"];

fn head_line(words: &mut Words<'_>) -> Parsed<(String, String)> {
    words.expect("grammar")?;
    family(words)?;
    Ok((words.release()?, words.word("a set", is_plain)?))
}

/// `x12`: the one family of texts so far.
pub(super) fn family(words: &mut Words<'_>) -> Parsed<()> {
    words.one_of("a family of texts", &[("x12", ())])
}

/// `name Purchase order`.
pub(super) fn name_line(words: &mut Words<'_>) -> Parsed<String> {
    words.expect("name")?;
    words.needed_prose("a name")
}

/// `revision 3`.
pub(super) fn revision(words: &mut Words<'_>) -> Parsed<u32> {
    words.expect("revision")?;
    words.number("a revision", 1, 999_999)
}

impl Reader<'_> {
    /// A line whose first word belongs to nothing.
    pub(super) fn unknown(&mut self, block: &Block<'_>, what: &str, words: &[&str]) {
        self.report(block, Words::new(block.text).expected_one(what, words));
    }

    fn area(&mut self, block: &Block<'_>, areas: &mut Vec<Area>) {
        let kinds = [
            ("heading", AreaKind::Heading),
            ("detail", AreaKind::Detail),
            ("summary", AreaKind::Summary),
        ];
        let Some(kind) = self.line(block, |words| words.one_of("an area", &kinds)) else { return };
        if areas.iter().any(|area| area.kind >= kind) {
            let word = block.text;
            let hint = "each area stands once: heading, detail, summary";
            self.blame(block, format!("{word} stands here out of turn"), hint);
        }
        let children = self.children(&block.children, block.text);
        areas.push(Area { origin: block.origin(), kind, children });
    }

    /// Lines of an area or loop named `scope`.
    fn children(&mut self, blocks: &[Block<'_>], scope: &str) -> Vec<Child> {
        let mut last = 0;
        blocks.iter().filter_map(|block| self.ordered(block, scope, &mut last)).collect()
    }

    /// A line of `scope`, whose position is not before `last`.
    fn ordered(&mut self, block: &Block<'_>, scope: &str, last: &mut u16) -> Option<Child> {
        let child = self.child(block)?;
        match position(&child) {
            Some(at) if at < *last => {
                let sentence = format!("position {at:03} comes after {last:03} in {scope}");
                self.blame(block, sentence, "positions must rise");
            }
            Some(at) => *last = at,
            None => {}
        }
        Some(child)
    }

    fn child(&mut self, block: &Block<'_>) -> Option<Child> {
        match Words::new(block.text).peek() {
            "loop" => self.loop_line(block).map(Child::Loop),
            "bounded" => self.bounded(block).map(Child::Bounded),
            word if is_number(word) => self.segment(block).map(Child::Segment),
            "tree" | "level" => {
                self.blame(block, "a tree stands only in a loop", "write it below loop HL");
                None
            }
            _ => {
                self.unknown(block, "a position, loop or bounded", &["loop", "bounded"]);
                None
            }
        }
    }

    fn segment(&mut self, block: &Block<'_>) -> Option<SegmentLine> {
        let origin = block.origin();
        self.leaf(block, |words| {
            Ok(SegmentLine {
                origin,
                position: structure_position(words)?,
                id: words.id()?,
                condition: words.condition()?,
                requirement: words.presence()?,
                maximum: words.maximum()?,
                prose: words.prose()?,
            })
        })
    }

    fn loop_line(&mut self, block: &Block<'_>) -> Option<LoopLine> {
        let origin = block.origin();
        let line = self.line(block, |words| {
            words.expect("loop")?;
            let name = words.word("a loop name", is_loop_name)?;
            let on = if words.eat("on") { Some(words.id()?) } else { None };
            Ok(LoopLine {
                origin,
                name,
                on,
                condition: words.condition()?,
                requirement: words.presence()?,
                maximum: words.maximum()?,
                prose: words.prose()?,
                tree: None,
                children: Vec::new(),
            })
        });
        let name = line.as_ref().map_or("the loop", |line| line.name.as_str()).to_owned();
        let (tree, lines): (Vec<&Block<'_>>, Vec<&Block<'_>>) = block
            .children
            .iter()
            .partition(|child| matches!(Words::new(child.text).peek(), "tree" | "level"));
        let tree = self.tree(&tree);
        let mut children = Vec::new();
        let mut last = 0;
        for child in lines {
            children.extend(self.ordered(child, &name, &mut last));
        }
        let line = line?;
        self.trigger(block, &line, children.first());
        Some(LoopLine { tree, children, ..line })
    }

    /// A loop begins with its trigger, which is `must 1`.
    fn trigger(&mut self, block: &Block<'_>, line: &LoopLine, first: Option<&Child>) {
        let id = line.on.as_deref().unwrap_or(&line.name);
        let name = &line.name;
        match first {
            None if block.children.is_empty() => {
                let sentence = format!("loop {name} has no segments");
                self.blame(block, sentence, &format!("its first line must be {id}, its trigger"));
            }
            // Its lines were there and had errors of their own.
            None => {}
            Some(Child::Segment(segment)) if segment.id == id => {
                let once = segment.maximum == Maximum::Times(1);
                if !once || segment.requirement != Requirement::Must {
                    let sentence = format!("{id} starts loop {name} and is always must 1");
                    let line = segment.origin.line;
                    let hint = format!("say on line {line} must 1; the loop says how often");
                    self.blame(block, sentence, &hint);
                }
            }
            Some(_) => {
                let sentence = format!("loop {name} does not begin with {id}");
                let hint = format!("its first line must be {id}, its trigger, or say: on ID");
                self.blame(block, sentence, &hint);
            }
        }
    }

    fn bounded(&mut self, block: &Block<'_>) -> Option<BoundedLine> {
        let origin = block.origin();
        let line = self.line(block, |words| {
            words.expect("bounded")?;
            let name = words.word("a loop name", is_loop_name)?;
            let first = structure_position(words)?;
            words.expect("to")?;
            Ok(BoundedLine {
                origin,
                name,
                first,
                last: structure_position(words)?,
                requirement: words.presence()?,
                maximum: words.maximum()?,
                prose: words.prose()?,
                children: Vec::new(),
            })
        });
        let name = line.as_ref().map_or("the loop", |line| line.name.as_str()).to_owned();
        let children = self.children(&block.children, &name);
        let line = line?;
        let inside =
            |child: &Child| position(child).is_none_or(|at| (line.first..=line.last).contains(&at));
        if line.first >= line.last || !children.iter().all(inside) {
            let sentence = format!("what stands in {name} is not between its positions");
            self.blame(block, sentence, "LS is first and LE last");
        }
        Some(BoundedLine { children, ..line })
    }

    /// The `tree` line of a loop and its `level` lines.
    fn tree(&mut self, blocks: &[&Block<'_>]) -> Option<TreeLine> {
        let mut tree: Option<TreeLine> = None;
        for block in blocks {
            if Words::new(block.text).peek() == "tree" {
                let line = self.tree_line(block);
                self.once(block, &mut tree, line);
                continue;
            }
            let Some(level) = self.level(block) else { continue };
            match &mut tree {
                Some(tree) if tree.levels.iter().any(|other| other.code == level.code) => {
                    let sentence = format!("level {} is said twice", level.code);
                    self.blame(block, sentence, "keep one of the lines");
                }
                Some(tree) => tree.levels.push(level),
                None => self.blame(block, "a level stands before its tree", "write tree first"),
            }
        }
        tree
    }

    fn tree_line(&mut self, block: &Block<'_>) -> Option<TreeLine> {
        let origin = block.origin();
        self.leaf(block, |words| {
            words.expect("tree")?;
            words.expect("id")?;
            let id = words.element()?;
            words.expect("parent")?;
            let parent = words.element()?;
            words.expect("level")?;
            let level = words.element()?;
            let child = if words.eat("child") { Some(words.element()?) } else { None };
            Ok(TreeLine { origin, id, parent, level, child, levels: Vec::new() })
        })
    }

    fn level(&mut self, block: &Block<'_>) -> Option<LevelLine> {
        let origin = block.origin();
        self.leaf(block, |words| {
            words.expect("level")?;
            let code = words.code("a level code")?;
            let requirement = if words.peek() == "under" { None } else { Some(words.presence()?) };
            words.expect("under")?;
            let mut under = Vec::new();
            if !words.eat("none") {
                under.push(words.code("a level code, or none")?);
                while !words.is_empty() {
                    under.push(words.code("a level code")?);
                }
            }
            Ok(LevelLine { origin, code, requirement, under })
        })
    }
}

/// A position of a printed guide.
fn structure_position(words: &mut Words<'_>) -> Parsed<u16> {
    let number = words.number("a position", 0, 9_999)?;
    Ok(u16::try_from(number).unwrap_or(u16::MAX))
}

/// Where a line stands; a loop stands where its trigger does.
fn position(child: &Child) -> Option<u16> {
    match child {
        Child::Segment(line) => Some(line.position),
        Child::Loop(line) => line.children.first().and_then(position),
        Child::Bounded(line) => Some(line.first),
    }
}
