//! Rows for people: a drawn table on a terminal, tab-separated lines anywhere else.

use std::io::{self, Write};

use comfy_table::{ContentArrangement, Table, presets};

/// Writes `rows` under `header`. `terminal` says whether a person looks at it.
///
/// # Errors
/// What `out` fails with.
pub fn write<R: AsRef<str>>(
    out: &mut impl Write,
    terminal: bool,
    header: &[&str],
    rows: &[Vec<R>],
) -> io::Result<()> {
    if terminal {
        let mut table = Table::new();
        table
            .load_style(presets::UTF8_FULL_CONDENSED)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_header(header);
        for row in rows {
            table.add_row(row.iter().map(AsRef::as_ref));
        }
        return writeln!(out, "{table}");
    }
    writeln!(out, "{}", header.join("\t"))?;
    for row in rows {
        let cells = row.iter().map(|cell| cell.as_ref().replace(['\t', '\n'], " "));
        writeln!(out, "{}", cells.collect::<Vec<_>>().join("\t"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::write;

    fn written(terminal: bool) -> String {
        let mut out = Vec::new();
        write(&mut out, terminal, &["set", "verdict"], &[vec!["850", "accepted\twith"]]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_pipe_gets_one_line_a_row_and_no_stray_tab() {
        assert_eq!(written(false), "set\tverdict\n850\taccepted with\n");
    }

    #[test]
    fn a_terminal_gets_a_drawn_table() {
        assert!(written(true).contains('│'));
    }
}
