//! Text wrapped at a fixed width, as mainframes and mail programs do: told from text whose lines
//! end where segments do.

use super::super::delimiters::Learned;
use super::super::segment::Delimiters;

/// Shortest width at which lines are taken to be wrapped.
const LEAST: usize = 40;

/// Whether the text that begins with ISA is cut into lines of one width.
///
/// All lines must be equally long but for the first, which may begin before ISA, and the last;
/// and one of them at least must end inside a segment. `learned` is what was made out of the ISA
/// with its line ends in it.
pub(super) fn is_wrapped(view: &[u8], learned: Option<&Learned<'_>>) -> bool {
    let sign = learned.filter(|learned| learned.usable).map(|learned| learned.delimiters);
    let (mut from, mut first, mut width) = (0usize, None, None);
    let mut inside = false;
    for at in memchr::memchr_iter(b'\n', view) {
        let line = view.get(from..at).unwrap_or_default();
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        from = at.saturating_add(1);
        let least = width.or(first).unwrap_or(0);
        if line.len() < least && is_last(view.get(from..).unwrap_or_default()) {
            break;
        }
        inside |= !sign.is_some_and(|sign| ends_segment(line, sign));
        match (first, width) {
            (None, _) => first = Some(line.len()),
            (Some(_), None) => width = Some(line.len()),
            (Some(_), Some(width)) if line.len() != width => return false,
            _ => {}
        }
    }
    let (Some(first), true) = (first, inside) else { return false };
    let in_header = learned.is_none_or(|learned| first < learned.length);
    let rest = view.get(from..).unwrap_or_default().split(|&byte| byte == b'\n').next();
    let rest = rest.unwrap_or_default().trim_ascii_end().len();
    match width {
        Some(width) => width >= LEAST && first <= width && rest <= width,
        None => in_header && first >= LEAST && rest <= first,
    }
}

/// Whether the line before was the last of an interchange.
fn is_last(rest: &[u8]) -> bool {
    let rest = rest.trim_ascii_start();
    rest.is_empty() || rest.starts_with(b"ISA")
}

fn ends_segment(line: &[u8], sign: Delimiters) -> bool {
    let last = sign.terminator_rest.iter().rev().find(|&&byte| byte != 0);
    let last = *last.unwrap_or(&sign.terminator);
    matches!(last, b'\n' | b'\r') || line.trim_ascii_end().last() == Some(&last)
}

#[cfg(test)]
mod tests {
    use super::super::super::delimiters::learn;
    use super::*;

    const ISA: &str = "ISA*00*          *00*          *ZZ*ACME           *01*0012           \
                       *260131*0915*U*00401*000000905*0*P*>~";

    fn wrapped(text: &str) -> bool {
        is_wrapped(text.as_bytes(), learn(text.as_bytes()).as_ref())
    }

    fn at(width: usize, text: &str) -> String {
        let lines: Vec<_> = text.as_bytes().chunks(width).collect();
        String::from_utf8(lines.join(&b'\n')).unwrap()
    }

    #[test]
    fn lines_of_one_width_are_wrapped_text() {
        let text =
            format!("{ISA}GS*PO*A*B*20260131*0915*1*X*004010~{}", "N1*ST*SOMEONE~".repeat(30));
        for width in [72, 80, 106, 128, 132] {
            assert!(wrapped(&at(width, &text)), "{width}");
            assert!(wrapped(&(at(width, &text) + "\n")), "{width}");
        }
        assert!(!wrapped(&text));
    }

    #[test]
    fn lines_that_are_segments_are_not_even_if_equally_long() {
        let line = format!("REF*{}~", "X".repeat(100));
        assert!(!wrapped(&format!("{ISA}\n{line}\n{line}\n{line}\n")));
        let sign = ISA.replace('~', "\n");
        let line = format!("REF*{}\n", "X".repeat(101));
        assert!(!wrapped(&format!("{sign}{line}{line}{line}")));
    }

    #[test]
    fn a_line_end_inside_an_element_is_no_wrapping() {
        assert!(!wrapped(&format!("{ISA}\nGS*PO*A*B~\nN1*ST*SOME\nONE~\nN3*A STREET~\n")));
    }
}
