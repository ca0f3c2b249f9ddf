//! The canonical print of a guide.

use super::map::map_rows;
use super::page::{PAGE_WIDTH, Row};
use super::words::{clauses, code, listed};
use super::{Printed, codes, headers, said};
use crate::grammar::codes::CodeList;
use crate::grammar::guide::{Guide, Rule, RuleKind, When};

const RULES: u8 = 2;

impl Printed for Guide {
    fn rows(&self) -> Vec<Row> {
        let head = format!("{} {}", self.partner, self.set);
        let mut rows = vec![Row::header(&self.origin.comments, "guide", head)];
        rows.extend(headers(&[
            ("name", said(&self.name)),
            ("revision", self.revision.map(|revision| revision.to_string())),
            ("narrows", said(&self.narrows)),
        ]));
        rows.extend(self.rules.iter().map(rule));
        if !self.map.is_empty() {
            rows.push(Row::free(&[], "map").with(map_rows(&self.map)));
        }
        rows
    }
}

fn rule(rule: &Rule) -> Row {
    let row = |word: &str, rest: String| {
        let cells = vec![word.to_owned(), rest, rule.prose.clone()];
        Row::of(RULES, &rule.origin.comments, cells)
    };
    match &rule.kind {
        RuleKind::Require(address, when) => {
            row("require", format!("{address}{}", self::when(when)))
        }
        RuleKind::Forbid(address, when) => row("forbid", format!("{address}{}", self::when(when))),
        RuleKind::Length(address, min, max) => row("length", format!("{address} {min}..{max}")),
        RuleKind::Limit(address, most) => row("limit", format!("{address} {most}")),
        RuleKind::Pattern(address, name) => row("pattern", format!("{address} {name}")),
        RuleKind::Codes(address, codes) => {
            let codes: Vec<String> = codes.iter().map(|code| listed(code)).collect();
            let joined = codes.join(" ");
            if joined.len() <= PAGE_WIDTH / 2 {
                return row("codes", format!("{address} {joined}"));
            }
            let lines = filled(&codes, " ").into_iter().map(|line| Row::free(&[], line));
            row("codes", address.to_string()).with(lines.collect())
        }
        RuleKind::In(address, rules) => {
            let cells = vec![format!("in {address}"), rule.prose.clone()];
            Row::of(0, &rule.origin.comments, cells).with(rules.iter().map(self::rule).collect())
        }
        RuleKind::Plus(list) => plus(rule, list),
        RuleKind::DeviateRequirement(address, requirement) => {
            row("deviate", format!("{address} {requirement}"))
        }
        RuleKind::DeviateMaximum(address, maximum) => {
            row("deviate", format!("{address} {maximum}"))
        }
        RuleKind::DeviateLength(address, min, max) => {
            row("deviate", format!("{address} {min}..{max}"))
        }
        RuleKind::DeviateOrder(one, other) => row("deviate", format!("{one} before {other}")),
        RuleKind::Relax(what, levels) => {
            let levels: String = levels.iter().map(|level| format!(" {}", listed(level))).collect();
            row("relax", format!("{what}{levels}"))
        }
        RuleKind::Split(address, requirement, maximum) => {
            row("split", format!("{address} {requirement} {maximum}"))
        }
        RuleKind::Refuse(what) => row("refuse", what.clone()),
    }
}

/// One code stands on the line itself, more below it.
fn plus(rule: &Rule, list: &CodeList) -> Row {
    let head = format!("codes {}", list.name);
    let comments = &rule.origin.comments;
    match list.codes.as_slice() {
        [one] if one.origin.comments.is_empty() => {
            let rest = format!("{head} {} {}", code(&one.code), one.name);
            Row::of(RULES, comments, vec!["plus".to_owned(), rest, one.prose.clone()])
        }
        codes => Row::free(comments, format!("plus {head}"))
            .with(codes.iter().map(codes::code).collect()),
    }
}

/// ` when BEG.02 is RL and 03 present`.
fn when(when: &Option<When>) -> String {
    let Some(When { address, condition }) = when else { return String::new() };
    format!(" when {address}.{}", clauses(condition))
}

/// Items joined to lines of about a page.
pub(super) fn filled(items: &[String], separator: &str) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for item in items {
        match lines.last_mut() {
            Some(line) if line.len() + item.len() < PAGE_WIDTH - 30 => {
                line.push_str(separator);
                line.push_str(item);
            }
            _ => lines.push(item.clone()),
        }
    }
    lines
}
