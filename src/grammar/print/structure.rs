//! The canonical print of a structure.

use super::page::Row;
use super::words::{code, condition};
use super::{Printed, headers, said};
use crate::grammar::structure::{AreaKind, BoundedLine, Child, LevelLine, Structure, TreeLine};

/// Lines of a loop or area, whatever they are.
const LINES: u8 = 2;
const LEVELS: u8 = 3;

impl Printed for Structure {
    fn rows(&self) -> Vec<Row> {
        let head = format!("x12 {} {}", self.release, self.set);
        let mut rows = vec![Row::header(&self.origin.comments, "grammar", head)];
        rows.extend(headers(&[
            ("name", said(&self.name)),
            ("group", said(&self.group)),
            ("revision", self.revision.map(|revision| revision.to_string())),
            ("extends", self.extends.clone()),
            ("uses", self.uses.clone()),
        ]));
        rows.extend(self.areas.iter().map(|area| {
            let word = match area.kind {
                AreaKind::Heading => "heading",
                AreaKind::Detail => "detail",
                AreaKind::Summary => "summary",
            };
            Row::free(&area.origin.comments, word)
                .with(children(&area.children, digits(&self.release)))
        }));
        rows
    }
}

/// Digits of a position in printed guides: four since 005010.
fn digits(release: &str) -> usize {
    if release < "005010" { 3 } else { 4 }
}

fn children(lines: &[Child], digits: usize) -> Vec<Row> {
    lines.iter().map(|line| child(line, digits)).collect()
}

fn child(child: &Child, digits: usize) -> Row {
    match child {
        Child::Segment(line) => {
            let condition = condition(&line.condition);
            let head = format!("{:0digits$}  {}{condition}", line.position, line.id);
            let cells = vec![
                head,
                line.requirement.to_string(),
                line.maximum.to_string(),
                line.prose.clone(),
            ];
            Row::of(LINES, &line.origin.comments, cells)
        }
        Child::Loop(line) => {
            let on = line.on.as_ref().map_or_else(String::new, |on| format!(" on {on}"));
            let head = format!("loop {}{on}{}", line.name, condition(&line.condition));
            let cells = vec![
                head,
                line.requirement.to_string(),
                line.maximum.to_string(),
                line.prose.clone(),
            ];
            let mut below = line.tree.as_ref().map_or_else(Vec::new, tree);
            below.extend(children(&line.children, digits));
            Row::of(LINES, &line.origin.comments, cells).with(below)
        }
        Child::Bounded(line) => {
            let BoundedLine { name, first, last, .. } = line;
            let head = format!("bounded {name}  {first:0digits$} to {last:0digits$}");
            let cells = vec![
                head,
                line.requirement.to_string(),
                line.maximum.to_string(),
                line.prose.clone(),
            ];
            Row::of(LINES, &line.origin.comments, cells).with(children(&line.children, digits))
        }
    }
}

fn tree(line: &TreeLine) -> Vec<Row> {
    let child = line.child.map_or_else(String::new, |child| format!(" child {child}"));
    let TreeLine { id, parent, level, .. } = line;
    let head = format!("tree id {id} parent {parent} level {level}{child}");
    let mut rows = vec![Row::free(&line.origin.comments, head)];
    rows.extend(line.levels.iter().map(self::level));
    rows
}

fn level(line: &LevelLine) -> Row {
    let requirement = line.requirement.map(|requirement| requirement.to_string());
    let under: Vec<String> = line.under.iter().map(|other| code(other)).collect();
    let under = if under.is_empty() { "none".to_owned() } else { under.join(" ") };
    let cells = vec![
        format!("level {}", code(&line.code)),
        requirement.unwrap_or_default(),
        format!("under {under}"),
    ];
    Row::of(LEVELS, &line.origin.comments, cells)
}
