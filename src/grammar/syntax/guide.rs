//! `guide PARTNER SET`: rules that narrow the standard, or deviate from it (GRAMMAR.md 4).
//!
//! Codes and prose share a line in `codes` and `relax levels`: the list of codes ends at the
//! first word that has a small letter; a code with small letters is written in quotes.

use super::codes::code_line;
use super::lines::Block;
use super::map::first_line_takes;
use super::segments::is_list;
use super::structure::{name_line, revision};
use super::words::{Parsed, Words, is_number, is_partner, is_plain};
use super::{Reader, head_origin};
use crate::grammar::codes::{Code, CodeList};
use crate::grammar::error::GrammarError;
use crate::grammar::guide::{Guide, Rule, RuleKind, When};
use crate::grammar::line::{Clause, Origin};

/// Parses a guide.
///
/// # Errors
///
/// Everything that is wrong with the text, in the order of its lines.
pub fn parse_guide(text: &str, file: &str) -> Result<Guide, Vec<GrammarError>> {
    let mut reader = Reader::new(file);
    let blocks = reader.blocks(text);
    let mut guide = Guide::default();
    let Some((head, rest)) = blocks.split_first() else { return reader.finish(guide) };
    let line = reader.leaf(head, |words| {
        words.expect("guide")?;
        let partner = words.word("the name of a partner or guide", is_partner)?;
        Ok((partner, words.word("a set", is_plain)?))
    });
    if let Some((partner, set)) = line {
        (guide.partner, guide.set) = (partner, set);
    }
    let mut headers = Vec::new();
    let (mut name, mut narrows, mut map) = (None, None, None);
    for block in rest {
        match Words::new(block.text).peek() {
            "name" => {
                let value = reader.leaf(block, name_line);
                reader.once(block, &mut name, value);
                headers.push(block);
            }
            "revision" => {
                let value = reader.leaf(block, revision);
                reader.once(block, &mut guide.revision, value);
                headers.push(block);
            }
            "narrows" => {
                let value = reader.leaf(block, |words| {
                    words.expect("narrows")?;
                    words.word("the path of a text", is_text_path)
                });
                reader.once(block, &mut narrows, value);
                headers.push(block);
            }
            "map" => {
                reader.line(block, |words| words.expect("map"));
                let mut lines = reader.map_lines(&block.children);
                first_line_takes(&mut lines, &block.comments);
                reader.once(block, &mut map, Some(lines));
            }
            _ => guide.rules.extend(reader.rule(block)),
        }
    }
    if narrows.is_none() {
        let hint = "say which structure it is laid over, as in: narrows x12/004010/850";
        reader.blame(head, "the guide has no narrows line", hint);
    }
    guide.origin = head_origin(head, &headers);
    guide.name = name.unwrap_or_default();
    guide.narrows = narrows.unwrap_or_default();
    guide.map = map.unwrap_or_default();
    reader.finish(guide)
}

/// `x12/004010/850`, `acme-retail/850`.
fn is_text_path(word: &str) -> bool {
    word.split('/').count() >= 2 && word.split('/').all(is_partner)
}

const RULES: [&str; 12] = [
    "require", "forbid", "length", "codes", "limit", "pattern", "in", "plus", "deviate", "relax",
    "split", "refuse",
];

impl Reader<'_> {
    fn rule(&mut self, block: &Block<'_>) -> Option<Rule> {
        let origin = block.origin();
        let word = Words::new(block.text).peek();
        match word {
            "in" => {
                let line = self.line(block, |words| {
                    words.expect("in")?;
                    Ok((words.address()?, words.prose()?))
                });
                let rules: Vec<Rule> =
                    block.children.iter().filter_map(|child| self.rule(child)).collect();
                if block.children.is_empty() {
                    self.blame(block, "in has no rules", "write them below, deeper");
                }
                line.map(|(address, prose)| Rule {
                    origin,
                    kind: RuleKind::In(address, rules),
                    prose,
                })
            }
            "plus" => self.plus(block),
            "codes" => {
                let line = self.line(block, |words| {
                    words.expect("codes")?;
                    let address = words.address()?;
                    let codes = codes(words)?;
                    Ok((address, codes, words.prose()?))
                });
                let mut more = Vec::new();
                for child in &block.children {
                    more.extend(self.leaf(child, codes).unwrap_or_default());
                }
                let (address, mut codes, prose) = line?;
                codes.extend(more);
                if codes.is_empty() {
                    self.blame(block, "no code is allowed", "name at least one code");
                }
                Some(Rule { origin, kind: RuleKind::Codes(address, codes), prose })
            }
            _ if RULES.contains(&word) => self.leaf(block, |words| {
                let kind = rule_kind(words)?;
                Ok(Rule { origin, kind, prose: words.prose()? })
            }),
            _ => {
                self.unknown(block, "a rule", &RULES);
                None
            }
        }
    }

    /// `plus codes 98  Z7 consignee`, or with code lines below.
    fn plus(&mut self, block: &Block<'_>) -> Option<Rule> {
        let head = self.line(block, |words| {
            words.expect("plus")?;
            words.expect("codes")?;
            let name = words.word("the name of a code list", is_list)?;
            let code = if words.is_empty() { None } else { Some(code_line(words)?) };
            Ok((name, code))
        });
        let below = self.codes(&block.children);
        let (name, code) = head?;
        let origin = Origin { line: block.number, comments: Vec::new() };
        let here = code.map(|code| Code { origin: origin.clone(), ..code });
        let codes: Vec<Code> = here.into_iter().chain(below).collect();
        if codes.is_empty() && block.children.is_empty() {
            self.blame(block, "no code is added", "name a code and its word: Z7 consignee");
        }
        let list = CodeList { origin, name, closed: false, extends: None, codes };
        Some(Rule { origin: block.origin(), kind: RuleKind::Plus(list), prose: String::new() })
    }
}

fn rule_kind(words: &mut Words<'_>) -> Parsed<RuleKind> {
    let word = words.peek();
    words.eat(word);
    Ok(match word {
        "require" => RuleKind::Require(words.address()?, when(words)?),
        "forbid" => RuleKind::Forbid(words.address()?, when(words)?),
        "length" => {
            let address = words.address()?;
            let (min, max) = words.range("a range of lengths", 1, u32::MAX)?;
            RuleKind::Length(address, min, max)
        }
        "limit" => {
            let address = words.address()?;
            RuleKind::Limit(address, words.number("a maximum", 1, 9_999_999)?)
        }
        "pattern" => {
            let address = words.address()?;
            RuleKind::Pattern(address, words.name("the name of a pattern")?)
        }
        "deviate" => deviate(words)?,
        "relax" => {
            let what = words.name("what is relaxed")?;
            let levels = if what == "levels" { codes(words)? } else { Vec::new() };
            RuleKind::Relax(what, levels)
        }
        "split" => RuleKind::Split(words.address()?, words.presence()?, words.maximum()?),
        "refuse" => RuleKind::Refuse(words.name("what is refused")?),
        _ => return Err(words.expected_one("a rule", &RULES)),
    })
}

/// `deviate ADDRESS` and what holds instead.
fn deviate(words: &mut Words<'_>) -> Parsed<RuleKind> {
    let address = words.address()?;
    if words.eat("before") {
        return Ok(RuleKind::DeviateOrder(address, words.address()?));
    }
    let word = words.peek();
    if word.contains("..") {
        let (min, max) = words.range("a range of lengths", 1, u32::MAX)?;
        return Ok(RuleKind::DeviateLength(address, min, max));
    }
    if word == "any" || is_number(word) {
        return Ok(RuleKind::DeviateMaximum(address, words.maximum()?));
    }
    match words.requirement() {
        Ok(requirement) => Ok(RuleKind::DeviateRequirement(address, requirement)),
        Err(fault) if fault.hint.as_deref().is_some_and(|hint| hint.starts_with("did")) => {
            Err(fault)
        }
        Err(_) => {
            let hint = "write may, a maximum, a range of lengths, or before and an address";
            Err(words.expected("what holds instead").hint(hint))
        }
    }
}

/// `when BEG.02 is RL and 03 present`.
fn when(words: &mut Words<'_>) -> Parsed<Option<When>> {
    if !words.eat("when") {
        return Ok(None);
    }
    let before = *words;
    let mut address = words.bare_address()?;
    let Some(at) = address.element.take().filter(|at| at.last.is_none()) else {
        return Err(before.expected("an element").hint("write it as BEG.02"));
    };
    let test = words.test()?;
    let mut condition = vec![Clause { at, test }];
    if words.eat("and") {
        condition.extend(words.clauses()?);
    }
    Ok(Some(When { address, condition }))
}

/// Codes up to the first word with a small letter.
fn codes(words: &mut Words<'_>) -> Parsed<Vec<String>> {
    let mut codes = Vec::new();
    loop {
        let word = words.peek();
        let prose = !word.starts_with('"') && word.chars().any(char::is_lowercase);
        if words.is_empty() || prose {
            return Ok(codes);
        }
        codes.push(words.code("a code")?);
    }
}
