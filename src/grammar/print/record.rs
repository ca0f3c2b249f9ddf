//! The canonical print of a record.

use super::Printed;
use super::page::Row;
use crate::grammar::record::{Field, FieldKind, Record};

const FIELDS: u8 = 2;

impl Printed for Record {
    fn rows(&self) -> Vec<Row> {
        let head = vec![format!("record {} {}", self.name, self.version), self.prose.clone()];
        let head = Row::of(0, &self.origin.comments, head).with(fields(&self.fields));
        let mut rows = vec![Row { header: true, ..head }];
        rows.extend(self.parts.iter().map(|part| {
            let cells = vec![format!("part {}", part.name), part.prose.clone()];
            Row::of(0, &part.origin.comments, cells).with(fields(&part.fields))
        }));
        rows
    }
}

fn fields(fields: &[Field]) -> Vec<Row> {
    fields.iter().map(field).collect()
}

fn field(field: &Field) -> Row {
    let list = if field.list { "list " } else { "" };
    let cells = vec![
        field.name.clone(),
        field.requirement.to_string(),
        format!("{list}{}", field.kind),
        field.prose.clone(),
    ];
    Row::of(FIELDS, &field.origin.comments, cells)
}

impl std::fmt::Display for FieldKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::Date => "date",
            Self::Time => "time",
            Self::Moment => "moment",
            Self::Word => "word",
            Self::Part(name) => name,
        })
    }
}
