//! The canonical print of code lists.

use super::page::Row;
use super::{Printed, headers, words};
use crate::grammar::codes::{Code, CodeList, CodeLists};

const CODES: u8 = 2;

impl Printed for CodeLists {
    fn rows(&self) -> Vec<Row> {
        let head = format!("x12 {}", self.release);
        let mut rows = vec![Row::header(&self.origin.comments, "codelists", head)];
        rows.extend(headers(&[("extends", self.extends.clone())]));
        rows.extend(self.lists.iter().map(list));
        rows
    }
}

fn list(list: &CodeList) -> Row {
    let closed = if list.closed { " closed" } else { "" };
    let extends = list.extends.as_ref().map_or_else(String::new, |base| format!(" extends {base}"));
    let head = format!("codes {}{closed}{extends}", list.name);
    Row::free(&list.origin.comments, head).with(list.codes.iter().map(code).collect())
}

/// `00  original  The first sending`.
pub(super) fn code(line: &Code) -> Row {
    let cells = vec![words::code(&line.code), line.name.clone(), line.prose.clone()];
    Row::of(CODES, &line.origin.comments, cells)
}
