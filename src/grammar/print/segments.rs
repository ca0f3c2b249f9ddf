//! The canonical print of segments and composites.

use super::page::Row;
use super::{Printed, headers};
use crate::grammar::segments::{Content, Definition, ElementLine, Kind, Note, Relation, Segments};

const ELEMENTS: u8 = 2;

impl Printed for Segments {
    fn rows(&self) -> Vec<Row> {
        let head = format!("x12 {}", self.release);
        let mut rows = vec![Row::header(&self.origin.comments, "segments", head)];
        rows.extend(headers(&[("extends", self.extends.clone())]));
        rows.extend(self.items.iter().map(definition));
        rows
    }
}

fn definition(item: &Definition) -> Row {
    let word = if item.composite { "composite" } else { "segment" };
    let cells = vec![format!("{word} {}", item.id), item.prose.clone()];
    let mut lines: Vec<Row> = item.elements.iter().map(element).collect();
    lines.extend(item.notes.iter().map(|note| Row::free(&note.origin.comments, self::note(note))));
    Row::of(0, &item.origin.comments, cells).with(lines)
}

fn element(line: &ElementLine) -> Row {
    let at = match line.run {
        Some((last, step)) => format!("{:02}..{last:02} by {step}", line.first),
        None => format!("{:02}", line.first),
    };
    let (what, kind, lengths, codes) = match &line.content {
        Content::Simple { dictionary, kind, min, max, codes } => {
            let codes = codes.as_ref().map_or_else(String::new, |codes| format!("in {codes}"));
            (dictionary.clone(), kind.to_string(), format!("{min}..{max}"), codes)
        }
        Content::Composite(id) => {
            (id.clone(), "composite".to_owned(), String::new(), String::new())
        }
    };
    let repeats = if line.repeats == 1 { String::new() } else { format!("x{}", line.repeats) };
    let cells = vec![
        at,
        what,
        line.requirement.to_string(),
        kind,
        lengths,
        repeats,
        codes,
        line.name.clone(),
        line.prose.clone(),
    ];
    Row::of(ELEMENTS, &line.origin.comments, cells)
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::An => f.write_str("AN"),
            Self::Id => f.write_str("ID"),
            Self::Dt => f.write_str("DT"),
            Self::Tm => f.write_str("TM"),
            Self::R => f.write_str("R"),
            Self::N(decimals) => write!(f, "N{decimals}"),
            Self::B => f.write_str("B"),
        }
    }
}

/// A relation in words, as the text says it.
pub(crate) fn note(note: &Note) -> String {
    let all: Vec<String> = note.positions.iter().map(|at| format!("{at:02}")).collect();
    let (first, rest) = match all.split_first() {
        Some((first, rest)) => (first.as_str(), rest),
        None => ("", &[][..]),
    };
    let said = match note.relation {
        Relation::Together => format!("{} together", all.join(" and ")),
        Relation::AtLeastOne => format!("at least one of {}", all.join(" ")),
        Relation::OnlyOne => format!("only one of {}", all.join(" ")),
        Relation::Then => format!("if {first} then {}", rest.join(" and ")),
        Relation::ThenOne => format!("if {first} then one of {}", rest.join(" ")),
    };
    match note.repeat {
        Some((step, last)) => format!("{said} by {step} to {last:02}"),
        None => said,
    }
}
