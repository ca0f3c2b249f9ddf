//! The canonical print of a map. A translation or a check that is wider than a page goes on in
//! deeper lines.

use super::Printed;
use super::guide::filled;
use super::page::{PAGE_WIDTH, Row};
use super::words::{alternatives, code, condition};
use crate::grammar::line::{ElementRef, Origin};
use crate::grammar::map::{
    Computed, Constant, Each, ElementMap, Expression, Group, GroupLine, LevelMap, MapLine, MapText,
    Translation, TreeMap, ValueKind,
};

const ELEMENTS: u8 = 2;
const COMPUTED: u8 = 3;

impl Printed for MapText {
    fn rows(&self) -> Vec<Row> {
        let range = self.range.as_ref().map_or_else(String::new, |range| format!(" for {range}"));
        let head = format!("{} {}{range}", self.set, self.record);
        let mut rows = vec![Row::header(&self.origin.comments, "map", head)];
        rows.extend(map_rows(&self.lines));
        rows
    }
}

/// The lines of a scope.
pub(super) fn map_rows(lines: &[MapLine]) -> Vec<Row> {
    lines.iter().map(map_row).collect()
}

fn map_row(line: &MapLine) -> Row {
    let free = |origin: &Origin, line: String| Row::free(&origin.comments, line);
    match line {
        MapLine::Group(line) => group(line, ""),
        MapLine::Also(line) => group(line, "also "),
        MapLine::Loop(line) => {
            let head = format!("loop {}{}", line.name, condition(&line.condition));
            let cells = vec![head, line.target.to_string()];
            Row::of(0, &line.origin.comments, cells).with(map_rows(&line.lines))
        }
        MapLine::Tree(line) => tree(line),
        MapLine::Use(origin, name) => free(origin, format!("use {name}")),
        MapLine::Define(line) => {
            free(&line.origin, format!("define {}", line.name)).with(map_rows(&line.lines))
        }
        MapLine::Set(line) => {
            let path = line.path.join(".");
            free(&line.origin, format!("set {path} {}", code(&line.code)))
        }
        MapLine::Computed(line) => computed(line),
        MapLine::For(line) => {
            free(&line.origin, format!("for {}", line.range)).with(map_rows(&line.lines))
        }
        MapLine::Without(line) => {
            let element = line.element.map_or_else(String::new, |at| format!(".{at}"));
            let condition = condition(&line.condition);
            free(&line.origin, format!("without {}{element}{condition}", line.id))
        }
    }
}

fn tree(line: &TreeMap) -> Row {
    let level = |level: &LevelMap| {
        let cells = vec![format!("level {}", code(&level.code)), level.target.to_string()];
        Row::of(0, &level.origin.comments, cells).with(map_rows(&level.lines))
    };
    Row::free(&line.origin.comments, format!("tree {}", line.name))
        .with(line.levels.iter().map(level).collect())
}

fn group(group: &Group, before: &str) -> Row {
    let condition = condition(&group.condition);
    let comments = &group.origin.comments;
    let single = if group.single { group.lines.first() } else { None };
    match single {
        Some(GroupLine::Element(line)) => {
            element(line, comments, format!("{before}{}.{}{condition}", group.id, line.at))
        }
        Some(GroupLine::Constant(line)) => {
            constant(line, comments, format!("{before}{}.{}{condition}", group.id, line.at))
        }
        _ => {
            let target = group.target.as_ref().map(ToString::to_string).unwrap_or_default();
            let cells = vec![format!("{}{condition}", group.id), target];
            Row::of(0, comments, cells).with(group_rows(&group.lines))
        }
    }
}

fn group_rows(lines: &[GroupLine]) -> Vec<Row> {
    let row = |line: &GroupLine| match line {
        GroupLine::Element(line) => element(line, &line.origin.comments, at(line.slot, line.at)),
        GroupLine::Constant(line) => constant(line, &line.origin.comments, at(line.slot, line.at)),
        GroupLine::Each(line) => each(line),
        GroupLine::Computed(line) => computed(line),
    };
    lines.iter().map(row).collect()
}

/// `02`, `+0.1`.
fn at(slot: bool, at: ElementRef) -> String {
    if !slot {
        return at.to_string();
    }
    let component = at.component.map_or_else(String::new, |component| format!(".{component}"));
    let last = at.last.map_or_else(String::new, |last| format!("..{last}"));
    format!("+{}{component}{last}", at.element)
}

fn each(line: &Each) -> Row {
    let Each { first, last, step, target, .. } = line;
    let only = if line.first_only { " first" } else { "" };
    let cells = vec![format!("each {first:02}..{last:02} by {step}"), format!("{target}{only}")];
    Row::of(0, &line.origin.comments, cells).with(group_rows(&line.lines))
}

fn constant(line: &Constant, comments: &[String], at: String) -> Row {
    Row::of(ELEMENTS, comments, vec![at, format!("= {}", code(&line.code))])
}

fn element(line: &ElementMap, comments: &[String], at: String) -> Row {
    let kind = line.kind.to_string();
    let pairs: Vec<String> = line.translation.iter().map(pair).collect();
    let braces = |pairs: &str| format!("{{ {pairs} }}");
    let whole = match pairs.as_slice() {
        [] => String::new(),
        pairs => braces(&pairs.join(", ")),
    };
    let target = line.target.to_string();
    let wide = at.len() + target.len() + kind.len() + whole.len() + 6 > PAGE_WIDTH;
    if wide && !pairs.is_empty() {
        let lines = filled(&pairs, ", ");
        let below = lines.iter().map(|line| Row::free(&[], braces(line))).collect();
        return Row::of(ELEMENTS, comments, vec![at, target, kind]).with(below);
    }
    let separator = if kind.is_empty() || whole.is_empty() { "" } else { "  " };
    Row::of(ELEMENTS, comments, vec![at, target, format!("{kind}{separator}{whole}")])
}

fn pair(pair: &Translation) -> String {
    format!("{} {}", alternatives(&pair.codes), code(&pair.word))
}

impl std::fmt::Display for ValueKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text => Ok(()),
            Self::Decimal => f.write_str("decimal"),
            Self::Integer => f.write_str("integer"),
            Self::Date => f.write_str("date"),
            Self::Time => f.write_str("time"),
            Self::Moment => f.write_str("moment"),
            Self::Period(at) => write!(f, "period by {at}"),
        }
    }
}

fn computed(line: &Computed) -> Row {
    let word = if line.fill { "fill" } else { "check" };
    let at = match &line.id {
        Some(id) => format!("{id}.{}", line.at),
        None => line.at.to_string(),
    };
    let expressions: Vec<String> = line.expressions.iter().map(ToString::to_string).collect();
    let within = line.within.as_ref().map(|within| format!("within {within}"));
    let whole = expressions.join(" or ");
    let length = whole.len() + within.as_ref().map_or(0, String::len) + at.len() + word.len();
    let comments = &line.origin.comments;
    if length <= PAGE_WIDTH {
        let whole = match within {
            Some(within) => format!("{whole} {within}"),
            None => whole,
        };
        return Row::of(COMPUTED, comments, vec![word.to_owned(), at, whole]);
    }
    let (first, rest) = match expressions.split_first() {
        Some((first, rest)) => (first.clone(), rest),
        None => (String::new(), &[][..]),
    };
    let mut below: Vec<Row> = rest.iter().map(|sum| Row::free(&[], format!("or {sum}"))).collect();
    below.extend(within.map(|within| Row::free(&[], within)));
    Row::of(COMPUTED, comments, vec![word.to_owned(), at, first]).with(below)
}

impl std::fmt::Display for Expression {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Count(path) => write!(f, "count({path})"),
            Self::Sum(factors) => write!(f, "sum({})", factors.join(" * ")),
            Self::Signed(path) => write!(f, "signed({path})"),
            Self::Value(path) => f.write_str(path),
            Self::Plus(left, plus, right) => {
                write!(f, "{left} {} {right}", if *plus { '+' } else { '-' })
            }
        }
    }
}
