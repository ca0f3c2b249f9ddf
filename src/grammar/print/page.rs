//! Rows to text: indentation, columns, blank lines, comments (GRAMMAR.md 1, canonical print).

use crate::limits::GRAMMAR_LINE_BYTES;

/// Characters after which a list goes on in deeper lines.
pub(super) const PAGE_WIDTH: usize = 100;

/// A line of the page with what stands deeper.
#[derive(Debug, Default)]
pub struct Row {
    /// Rows of one block with the same key share their columns; 0 shares with none.
    pub(super) key: u8,
    /// A header line: a blank line follows the last of them.
    pub(super) header: bool,
    /// Columns; empty ones are left out, or padded when others of the block have them.
    pub(super) cells: Vec<String>,
    /// Comment lines above.
    pub(super) comments: Vec<String>,
    /// Deeper lines.
    pub(super) children: Vec<Self>,
}

impl Row {
    /// A row that is aligned with none.
    pub(super) fn free(comments: &[String], line: impl Into<String>) -> Self {
        Self::of(0, comments, vec![line.into()])
    }

    pub(super) fn of(key: u8, comments: &[String], cells: Vec<String>) -> Self {
        Self { key, header: false, cells, comments: comments.to_vec(), children: Vec::new() }
    }

    pub(super) fn header(comments: &[String], word: &str, rest: impl Into<String>) -> Self {
        let cells = vec![word.to_owned(), rest.into()];
        Self { header: true, ..Self::of(1, comments, cells) }
    }

    pub(super) fn with(self, children: Vec<Self>) -> Self {
        Self { children, ..self }
    }
}

/// The page of some top-level rows.
pub(super) fn page(rows: &[Row], comments: bool) -> String {
    let mut page = Page { text: String::new(), comments };
    let mut rest = rows;
    let mut first = true;
    while !rest.is_empty() {
        if !first {
            page.text.push('\n');
        }
        first = false;
        let (block, after) = rest.split_at(run(rest));
        match block {
            // A header alone has nothing to be aligned with.
            [alone] if alone.header && alone.children.is_empty() => {
                let cells = vec![alone.cells.join(" ")];
                page.block(&[Row::of(0, &alone.comments, cells)], 0);
            }
            block => page.block(block, 0),
        }
        rest = after;
    }
    page.text
}

/// How many rows stand together at the top level: a line with deeper lines stands alone.
fn run(rows: &[Row]) -> usize {
    let together = |pair: &[Row]| match pair {
        [above, below] => {
            above.children.is_empty() && below.children.is_empty() && above.header == below.header
        }
        _ => false,
    };
    1 + rows.windows(2).take_while(|pair| together(pair)).count()
}

struct Page {
    text: String,
    comments: bool,
}

impl Page {
    fn block(&mut self, rows: &[Row], depth: usize) {
        let widths = widths(rows);
        for row in rows {
            if self.comments {
                for comment in &row.comments {
                    self.line(depth, format!("# {comment}").trim_end_matches(' '));
                }
            }
            let of_key = widths.iter().find(|(key, _)| *key == row.key && row.key != 0);
            let line = fitted(row, of_key.map_or(&[][..], |(_, widths)| widths), depth);
            self.line(depth, &line);
            self.block(&row.children, depth + 1);
        }
    }

    fn line(&mut self, depth: usize, line: &str) {
        for _ in 0..depth {
            self.text.push_str("  ");
        }
        self.text.push_str(line);
        self.text.push('\n');
    }
}

/// The widest cell of each column, for each key.
fn widths(rows: &[Row]) -> Vec<(u8, Vec<usize>)> {
    let mut keys: Vec<(u8, Vec<usize>)> = Vec::new();
    for row in rows.iter().filter(|row| row.key != 0) {
        let at = match keys.iter().position(|(key, _)| *key == row.key) {
            Some(at) => at,
            None => {
                keys.push((row.key, Vec::new()));
                keys.len() - 1
            }
        };
        let Some((_, widths)) = keys.get_mut(at) else { continue };
        widths.resize(widths.len().max(row.cells.len()), 0);
        for (width, cell) in widths.iter_mut().zip(&row.cells) {
            *width = (*width).max(cell.chars().count());
        }
    }
    keys
}

/// The row in columns; when that is longer than a line may be, closer together.
fn fitted(row: &Row, widths: &[usize], depth: usize) -> String {
    let padded = padded(&row.cells, widths);
    let room = GRAMMAR_LINE_BYTES.saturating_sub(2 * depth);
    if padded.len() <= room {
        return padded;
    }
    let cells: Vec<&str> =
        row.cells.iter().map(String::as_str).filter(|cell| !cell.is_empty()).collect();
    let close = cells.join("  ");
    if close.len() <= room { close } else { cells.join(" ") }
}

fn padded(cells: &[String], widths: &[usize]) -> String {
    let mut line = String::new();
    for (index, cell) in cells.iter().enumerate() {
        let width = widths.get(index).copied().unwrap_or_else(|| cell.chars().count());
        if width == 0 {
            continue;
        }
        line.push_str(cell);
        let blanks = width.saturating_sub(cell.chars().count()) + 2;
        line.extend(std::iter::repeat_n(' ', blanks));
    }
    line.truncate(line.trim_end_matches(' ').len());
    line
}
