//! `map SET RECORD`: lines that read and write (GRAMMAR.md 6.1).
//!
//! Two kinds of line may be too long for a page: translations and checks with several sums.
//! Both may go on in deeper lines, each beginning with `{` or `or`; the canonical print does so
//! when a line would be wider than a page.

use nom::bytes::complete::tag;

use super::expression::{expression, is_path};
use super::lines::Block;
use super::words::{Parsed, Words, element_word, is_id, is_loop_name, is_number, is_plain};
use super::{Reader, head_origin};
use crate::grammar::error::GrammarError;
use crate::grammar::line::{ElementRef, Origin};
use crate::grammar::map::{
    Computed, Constant, Define, Each, ElementMap, ForLine, Group, GroupLine, LevelMap, LoopMap,
    MapLine, MapText, SetLine, Target, Translation, TreeMap, ValueKind, Without,
};

/// Parses a map.
///
/// # Errors
///
/// Everything that is wrong with the text, in the order of its lines.
pub fn parse_map(text: &str, file: &str) -> Result<MapText, Vec<GrammarError>> {
    let mut reader = Reader::new(file);
    let blocks = reader.blocks(text);
    let mut map = MapText::default();
    let Some((head, rest)) = blocks.split_first() else { return reader.finish(map) };
    let line = reader.leaf(head, |words| {
        words.expect("map")?;
        let set = words.word("a set", is_plain)?;
        let record = words.name("the name of a record")?;
        let range = if words.eat("for") { Some(words.releases()?) } else { None };
        Ok((set, record, range))
    });
    if let Some((set, record, range)) = line {
        (map.set, map.record, map.range) = (set, record, range);
    }
    map.origin = head_origin(head, &[]);
    map.lines = reader.map_lines(rest);
    reader.finish(map)
}

const KEYWORDS: [&str; 10] =
    ["loop", "tree", "use", "define", "set", "fill", "check", "for", "also", "without"];

impl<'f> Reader<'f> {
    /// Lines of a scope.
    pub(super) fn map_lines(&mut self, blocks: &[Block<'_>]) -> Vec<MapLine> {
        blocks.iter().filter_map(|block| self.map_line(block)).collect()
    }

    fn map_line(&mut self, block: &Block<'_>) -> Option<MapLine> {
        let origin = block.origin();
        match Words::new(block.text).peek() {
            "loop" => self.loop_map(block).map(MapLine::Loop),
            "tree" => self.tree_map(block).map(MapLine::Tree),
            "use" => self.leaf(block, |words| {
                words.expect("use")?;
                Ok(MapLine::Use(origin, words.name("the name of a define")?))
            }),
            "define" => {
                let name = self.line(block, |words| {
                    words.expect("define")?;
                    words.name("a name for these lines")
                });
                let lines = self.map_lines(&block.children);
                name.map(|name| MapLine::Define(Define { origin, name, lines }))
            }
            "set" => self
                .leaf(block, set_line)
                .map(|(path, code)| MapLine::Set(SetLine { origin, path, code })),
            "fill" | "check" => self.computed(block, true).map(MapLine::Computed),
            "for" => {
                let range = self.line(block, |words| {
                    words.expect("for")?;
                    words.releases()
                });
                let lines = self.map_lines(&block.children);
                range.map(|range| MapLine::For(ForLine { origin, range, lines }))
            }
            "also" => self.single(block, true).map(MapLine::Also),
            "without" => self.leaf(block, |words| without(words, origin)).map(MapLine::Without),
            word if is_id(word) => self.group(block).map(MapLine::Group),
            word if word.split_once('.').is_some_and(|(id, _)| is_id(id)) => {
                self.single(block, false).map(MapLine::Group)
            }
            _ => {
                self.unknown(block, "a segment or a word of maps", &KEYWORDS);
                None
            }
        }
    }

    fn loop_map(&mut self, block: &Block<'_>) -> Option<LoopMap> {
        let origin = block.origin();
        let line = self.line(block, |words| {
            words.expect("loop")?;
            let name = words.word("a loop name", is_loop_name)?;
            let condition = words.condition()?;
            Ok(LoopMap { origin, name, condition, target: target(words)?, lines: Vec::new() })
        });
        let lines = self.map_lines(&block.children);
        line.map(|line| LoopMap { lines, ..line })
    }

    fn tree_map(&mut self, block: &Block<'_>) -> Option<TreeMap> {
        let name = self.line(block, |words| {
            words.expect("tree")?;
            words.word("a loop name", is_loop_name)
        });
        let mut levels: Vec<LevelMap> = Vec::new();
        for child in &block.children {
            let line = self.line(child, |words| {
                words.expect("level")?;
                Ok((words.code("a level code")?, target(words)?))
            });
            let lines = self.map_lines(&child.children);
            let Some((code, target)) = line else { continue };
            if levels.iter().any(|level| level.code == code) {
                self.blame(child, format!("level {code} is said twice"), "keep one of them");
            }
            levels.push(LevelMap { origin: child.origin(), code, target, lines });
        }
        name.map(|name| TreeMap { origin: block.origin(), name, levels })
    }

    /// `REF where 01 is ZZ  target` with lines below.
    fn group(&mut self, block: &Block<'_>) -> Option<Group> {
        let head = self.line(block, |words| {
            let id = words.id()?;
            let condition = words.condition()?;
            let goes = if words.is_empty() { None } else { Some(target(words)?) };
            Ok((id, condition, goes))
        });
        let lines = self.group_lines(&block.children, false);
        let (id, condition, target) = head?;
        if block.children.is_empty() {
            let hint = format!("add lines below, or name one element: {id}.02");
            self.blame(block, format!("{id} has no element lines"), &hint);
        }
        Some(Group { origin: block.origin(), id, condition, target, single: false, lines })
    }

    /// `REF.02 where 01 is DP  department`, perhaps after `also`.
    fn single(&mut self, block: &Block<'_>, also: bool) -> Option<Group> {
        let mut head = None;
        let line = self.element(block, |words| {
            if also {
                words.expect("also")?;
            }
            let before = *words;
            let address = words.bare_address()?;
            let found = address.element.filter(|_| address.loops.is_empty());
            let Some(at) = found.filter(|_| is_id(&address.segment)) else {
                return Err(before.expected("an element").hint("write it as REF.02"));
            };
            head = Some((address.segment, words.condition()?));
            Ok((false, at))
        })?;
        let (id, condition) = head?;
        let line = match line {
            // The line's comments are the group's.
            GroupLine::Element(line) => {
                GroupLine::Element(ElementMap { origin: plain(block), ..line })
            }
            GroupLine::Constant(line) => {
                GroupLine::Constant(Constant { origin: plain(block), ..line })
            }
            other @ (GroupLine::Each(_) | GroupLine::Computed(_)) => other,
        };
        let origin = block.origin();
        Some(Group { origin, id, condition, target: None, single: true, lines: vec![line] })
    }

    fn group_lines(&mut self, blocks: &[Block<'_>], slots: bool) -> Vec<GroupLine> {
        blocks.iter().filter_map(|block| self.group_line(block, slots)).collect()
    }

    fn group_line(&mut self, block: &Block<'_>, slots: bool) -> Option<GroupLine> {
        let word = Words::new(block.text).peek();
        match word {
            "each" if !slots => self.each(block).map(GroupLine::Each),
            "fill" | "check" if !slots => self.computed(block, false).map(GroupLine::Computed),
            _ if word.starts_with('+') || word.starts_with(|c: char| c.is_ascii_digit()) => self
                .element(block, |words| {
                    let before = *words;
                    let (slot, at) = slot(words)?;
                    if slot && !slots {
                        let fault =
                            before.fault("+ counts from a slot, and stands below each only");
                        return Err(fault.hint("write the element's own position"));
                    }
                    Ok((slot, at))
                }),
            _ => {
                let words: &[&str] = if slots { &[] } else { &["each", "fill", "check"] };
                self.unknown(block, "an element position", words);
                None
            }
        }
    }

    fn each(&mut self, block: &Block<'_>) -> Option<Each> {
        let line = self.line(block, |words| {
            words.expect("each")?;
            let before = *words;
            let (first, last) = words.range("a run of positions", 1, 99)?;
            words.expect("by")?;
            let step = words.number("a step", 1, 99)?;
            if (last - first + 1) % step != 0 {
                let sentence = format!("{first:02}..{last:02} is no whole number of {step}");
                return Err(before
                    .fault(sentence)
                    .hint("the last number is the last slot's last element"));
            }
            let before = *words;
            let target = target(words)?;
            if !target.list {
                return Err(before.fault("each gives a list").hint("end its target in []"));
            }
            let narrow = |number: u32| u8::try_from(number).unwrap_or(u8::MAX);
            Ok(Each {
                origin: Origin::default(),
                first: narrow(first),
                last: narrow(last),
                step: narrow(step),
                target,
                first_only: words.eat("first"),
                lines: Vec::new(),
            })
        });
        let lines = self.group_lines(&block.children, true);
        let line = line?;
        if block.children.is_empty() {
            self.blame(block, "each has no lines", "add lines below, as in: +0  type");
        }
        let outside = |line: &GroupLine, step: u8| match line {
            GroupLine::Element(line) => line.slot && line.at.element >= step,
            GroupLine::Constant(line) => line.slot && line.at.element >= step,
            GroupLine::Each(_) | GroupLine::Computed(_) => false,
        };
        if lines.iter().any(|slot| outside(slot, line.step)) {
            let highest = line.step.saturating_sub(1);
            let sentence = format!("a slot of {} has no element so far on", line.step);
            self.blame(block, sentence, &format!("its lines go from +0 to +{highest}"));
        }
        Some(Each { origin: block.origin(), lines, ..line })
    }

    /// A line that ends in a target with type and translation, or in a constant.
    fn element<'a>(
        &mut self,
        block: &Block<'a>,
        at: impl FnOnce(&mut Words<'a>) -> Parsed<(bool, ElementRef)>,
    ) -> Option<GroupLine> {
        let origin = block.origin();
        let line = self.line(block, |words| {
            let (slot, at) = at(words)?;
            if words.eat("=") {
                let code = words.code("a code")?;
                return Ok(GroupLine::Constant(Constant { origin, slot, at, code }));
            }
            let before = *words;
            let target = target(words)?;
            if target.path.is_empty() {
                return Err(before.expected("a field"));
            }
            let kind = value_kind(words)?;
            let translation = if words.is_empty() { Vec::new() } else { translation(words)? };
            Ok(GroupLine::Element(ElementMap { origin, slot, at, target, kind, translation }))
        });
        let mut more = Vec::new();
        if !matches!(line, Some(GroupLine::Constant(_))) {
            for child in &block.children {
                more.extend(self.leaf(child, translation).unwrap_or_default());
            }
        } else {
            self.no_children(block);
        }
        let mut line = line?;
        if let GroupLine::Element(line) = &mut line {
            line.translation.extend(more);
        }
        Some(line)
    }

    /// `fill 01 count(lines)`, or `fill CTT.01 count(lines)` outside a group.
    fn computed(&mut self, block: &Block<'_>, scope: bool) -> Option<Computed> {
        let origin = block.origin();
        let line = self.line(block, |words| {
            let fill = words.one_of("a line", &[("fill", true), ("check", false)])?;
            let (id, at) = if scope {
                let before = *words;
                let address = words.bare_address()?;
                match address.element.filter(|_| address.loops.is_empty()) {
                    Some(at) if is_id(&address.segment) => (Some(address.segment), at),
                    _ => return Err(before.expected("an element").hint("write it as CTT.01")),
                }
            } else {
                (None, words.element()?)
            };
            let mut expressions = vec![expression(words)?];
            let within = alternatives(words, &mut expressions)?;
            Ok(Computed { origin, fill, id, at, expressions, within })
        });
        let mut more = Vec::new();
        let mut within = None;
        for child in &block.children {
            let found = self.leaf(child, |words| {
                if words.peek() != "or" && words.peek() != "within" {
                    return Err(words.expected_one("or, or within", &["or", "within"]));
                }
                alternatives(words, &mut more)
            });
            within = found.flatten().or(within);
        }
        let mut line = line?;
        line.expressions.extend(more);
        line.within = line.within.or(within);
        Some(line)
    }
}

/// Gives comments that stand above a scope's lines to the first of them.
pub(super) fn first_line_takes(lines: &mut [MapLine], comments: &[String]) {
    let origin = match lines.first_mut() {
        None => return,
        Some(MapLine::Group(line) | MapLine::Also(line)) => &mut line.origin,
        Some(MapLine::Loop(line)) => &mut line.origin,
        Some(MapLine::Tree(line)) => &mut line.origin,
        Some(MapLine::Use(origin, _)) => origin,
        Some(MapLine::Define(line)) => &mut line.origin,
        Some(MapLine::Set(line)) => &mut line.origin,
        Some(MapLine::Computed(line)) => &mut line.origin,
        Some(MapLine::For(line)) => &mut line.origin,
        Some(MapLine::Without(line)) => &mut line.origin,
    };
    origin.comments.splice(0..0, comments.iter().cloned());
}

/// The origin of the second thing a line says: the first keeps the comments.
fn plain(block: &Block<'_>) -> Origin {
    Origin { line: block.number, comments: Vec::new() }
}

/// `{"or" expression} ["within" decimal]`.
fn alternatives(
    words: &mut Words<'_>,
    expressions: &mut Vec<crate::grammar::map::Expression>,
) -> Parsed<Option<String>> {
    while words.eat("or") {
        expressions.push(expression(words)?);
    }
    if !words.eat("within") {
        return Ok(None);
    }
    words.word("a decimal", is_decimal).map(Some).map_err(|fault| fault.hint("write it as 0.01"))
}

fn is_decimal(word: &str) -> bool {
    match word.split_once('.') {
        Some((whole, part)) => is_number(whole) && is_number(part),
        None => is_number(word),
    }
}

fn set_line(words: &mut Words<'_>) -> Parsed<(Vec<String>, String)> {
    words.expect("set")?;
    let path = words.word("a path of fields", is_path)?;
    let code = words.code("a value")?;
    Ok((path.split('.').map(str::to_owned).collect(), code))
}

fn without(words: &mut Words<'_>, origin: Origin) -> Parsed<Without> {
    words.expect("without")?;
    let before = *words;
    let address = words.address()?;
    if !address.loops.is_empty() {
        let fault = before.expected("a segment or loop of this scope");
        return Err(fault.hint("write the line below its loop"));
    }
    let (id, element, condition) = (address.segment, address.element, address.condition);
    Ok(Without { origin, id, element, condition })
}

/// `.`, `field`, `a.b`, `list[]`.
fn target(words: &mut Words<'_>) -> Parsed<Target> {
    let fits = |word: &str| word == "." || is_path(word.strip_suffix("[]").unwrap_or(word));
    let word = words
        .word("a field", fits)
        .map_err(|fault| fault.hint("write it as name, a.b or list[]"))?;
    if word == "." {
        return Ok(Target { path: Vec::new(), list: false });
    }
    let path = word.strip_suffix("[]").unwrap_or(&word);
    let path = path.split('.').map(str::to_owned).collect();
    Ok(Target { path, list: word.ends_with("[]") })
}

/// `02`, `01.3`, `+0`, `+0.1`.
fn slot(words: &mut Words<'_>) -> Parsed<(bool, ElementRef)> {
    let word = words.peek();
    let Some(distance) = word.strip_prefix('+') else { return Ok((false, words.element()?)) };
    match element_word(distance) {
        Some(at) => {
            words.eat(word);
            Ok((true, at))
        }
        None => Err(words.expected("an element of a slot").hint("write it as +0 or +0.1")),
    }
}

fn value_kind(words: &mut Words<'_>) -> Parsed<ValueKind> {
    if words.is_empty() || words.rest().starts_with('{') {
        return Ok(ValueKind::Text);
    }
    let kinds = ["text", "decimal", "integer", "date", "time", "moment", "period"];
    let kind = match words.peek() {
        "text" => ValueKind::Text,
        "decimal" => ValueKind::Decimal,
        "integer" => ValueKind::Integer,
        "date" => ValueKind::Date,
        "time" => ValueKind::Time,
        "moment" => ValueKind::Moment,
        "period" => {
            words.eat("period");
            words.expect("by")?;
            return Ok(ValueKind::Period(words.element()?));
        }
        _ => return Err(words.expected_one("a type or a translation in { }", &kinds)),
    };
    words.eat(words.peek());
    Ok(kind)
}

/// `{ 00 original, BP|IN buyer_part }`.
fn translation(words: &mut Words<'_>) -> Parsed<Vec<Translation>> {
    if words.apply(tag("{")).is_none() {
        return Err(words
            .expected("a translation")
            .hint("write it as { 00 original, 01 cancellation }"));
    }
    let mut list = Vec::new();
    loop {
        let codes = words.alternatives("a code")?;
        list.push(Translation { codes, word: words.code("the word for the code")? });
        if words.apply(tag("}")).is_some() {
            return Ok(list);
        }
        if words.apply(tag(",")).is_none() {
            return Err(words.expected("a comma or the closing }"));
        }
    }
}
