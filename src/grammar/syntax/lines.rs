//! The outermost layer: physical lines to blocks by indentation, comments set aside.
//!
//! A damaged line is reported and read as well as it can be, so that one slip does not hide the
//! other errors of a text.

use nom::branch::alt;
use nom::bytes::complete::{is_a, tag, take_till1};
use nom::combinator::{opt, recognize};
use nom::multi::many0_count;
use nom::{IResult, Parser};

use crate::grammar::error::GrammarError;
use crate::grammar::line::Origin;
use crate::limits::{GRAMMAR_DEPTH, GRAMMAR_LINE_BYTES, GRAMMAR_LINES};

/// A line with the deeper lines that belong to it.
#[derive(Debug, Default)]
pub(super) struct Block<'a> {
    /// Line from 1.
    pub(super) number: u32,
    /// The line without comment, indentation included.
    pub(super) text: &'a str,
    /// Comments above it and at its end.
    pub(super) comments: Vec<String>,
    /// Deeper lines.
    pub(super) children: Vec<Self>,
    /// Whether its indentation was already found wrong.
    pub(super) misplaced: bool,
}

impl Block<'_> {
    /// The origin of what this line says.
    pub(super) fn origin(&self) -> Origin {
        Origin { line: self.number, comments: self.comments.clone() }
    }
}

/// A physical line, taken apart.
struct Physical<'a> {
    indent: usize,
    /// Indentation and words, without trailing blanks.
    content: &'a str,
    comment: Option<&'a str>,
}

/// Reads `text` into its top-level blocks; what is wrong goes to `errors`.
pub(super) fn blocks<'a>(
    text: &'a str,
    file: &str,
    errors: &mut Vec<GrammarError>,
) -> Vec<Block<'a>> {
    let mut tree = Tree { open: Vec::new(), roots: Vec::new() };
    let mut comments = Vec::new();
    for (index, line) in text.split('\n').enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        if index == GRAMMAR_LINES && !text.is_empty() {
            let sentence = format!("a text has at most {GRAMMAR_LINES} lines");
            errors.push(GrammarError::at(file, number, 1, sentence));
            break;
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        let line = if index == 0 { line.strip_prefix('\u{feff}').unwrap_or(line) } else { line };
        let Some(physical) = check(line, number, file, errors) else { continue };
        comments.extend(physical.comment.map(str::to_owned));
        if physical.content.is_empty() {
            continue;
        }
        let before = errors.len();
        let depth = tree.depth(&physical, number, file, errors);
        let misplaced = errors.len() > before;
        let block = Block {
            number,
            text: physical.content,
            comments: std::mem::take(&mut comments),
            children: Vec::new(),
            misplaced,
        };
        tree.place(block, depth);
    }
    let mut roots = tree.finish();
    // Comments that precede nothing belong to the last line, so that formatting keeps them.
    if let Some(last) = last(&mut roots) {
        last.comments.extend(comments);
    }
    roots
}

/// Takes a line apart; none when it cannot be read at all.
fn check<'a>(
    line: &'a str,
    number: u32,
    file: &str,
    errors: &mut Vec<GrammarError>,
) -> Option<Physical<'a>> {
    // Checked before anything looks inside: what follows may pass over a line several times.
    if line.len() > 3 * GRAMMAR_LINE_BYTES {
        errors.push(too_long(file, number));
        return None;
    }
    if let Some(at) = line.chars().position(char::is_control) {
        let column = u32::try_from(at + 1).unwrap_or(u32::MAX);
        let (sentence, hint) = match line.chars().nth(at) {
            Some('\t') => ("a tab stands here", "indent and align with blanks"),
            _ => ("a control character stands here", "take it out"),
        };
        errors.push(GrammarError::at(file, number, column, sentence).hint(hint));
        return None;
    }
    let physical = physical(line);
    let comment = physical.comment.map_or(0, str::len);
    if physical.content.len() > GRAMMAR_LINE_BYTES || comment > GRAMMAR_LINE_BYTES {
        errors.push(too_long(file, number));
        return None;
    }
    Some(physical)
}

fn too_long(file: &str, number: u32) -> GrammarError {
    let sentence = format!("this line is longer than {GRAMMAR_LINE_BYTES} bytes");
    GrammarError::at(file, number, 1, sentence)
        .hint("shorten its prose; lists of codes may go on in deeper lines")
}

/// Indentation, words and comment of a line. Nothing in it fails: every line has these parts.
fn physical(line: &str) -> Physical<'_> {
    let blanks = line.len() - line.trim_start_matches(' ').len();
    let content = content(line);
    let rest = line.get(content.len()..).unwrap_or("").trim_start_matches(' ');
    let comment = rest
        .strip_prefix('#')
        .map(|comment| comment.strip_prefix(' ').unwrap_or(comment).trim_end_matches(' '));
    Physical { indent: blanks, content: content.trim_end_matches(' '), comment }
}

/// The part of a line before its comment: `#` begins one at the start or after two blanks, but
/// not inside a quoted code.
fn content(line: &str) -> &str {
    let mut rest = line;
    loop {
        let words = rest.trim_start_matches(' ');
        let gap = rest.len() - words.len();
        let first = rest.len() == line.len();
        if words.is_empty() || (words.starts_with('#') && (gap >= 2 || first)) {
            return line.get(..line.len() - rest.len()).unwrap_or(line);
        }
        rest = match word(words) {
            Ok((after, _)) => after,
            Err(_) => return line,
        };
    }
}

/// A word as comments see it: quoted codes and what is between them.
fn word(input: &str) -> IResult<&str, &str> {
    let opening = recognize((is_a("|,{"), opt(quoted)));
    let plain = take_till1(|c| matches!(c, ' ' | '|' | ',' | '{'));
    recognize((opt(quoted), many0_count(alt((opening, plain))))).parse(input)
}

fn quoted(input: &str) -> IResult<&str, &str> {
    recognize((tag("\""), take_till1(|c| c == '"'), tag("\""))).parse(input)
}

/// Blocks being built: the open ones from the outermost inward.
struct Tree<'a> {
    open: Vec<Block<'a>>,
    roots: Vec<Block<'a>>,
}

impl<'a> Tree<'a> {
    /// The depth at which a line is placed, after saying what is wrong with its indentation.
    fn depth(
        &self,
        line: &Physical<'_>,
        number: u32,
        file: &str,
        errors: &mut Vec<GrammarError>,
    ) -> usize {
        let depth = line.indent / 2;
        let mut report = |sentence: String, hint: &str| {
            errors.push(GrammarError::at(file, number, 1, sentence).hint(hint));
        };
        if !line.indent.is_multiple_of(2) {
            let blanks = line.indent;
            report(format!("this line is indented by {blanks} blanks"), "each level is two blanks");
        } else if depth > GRAMMAR_DEPTH {
            report(format!("depth {depth} is more than {GRAMMAR_DEPTH}"), "nest less deeply");
        } else if self.open.is_empty() && depth > 0 {
            report("the first line is indented".to_owned(), "begin it at the margin");
        } else if depth > self.open.len() {
            let above = self.open.len().saturating_sub(1);
            report(format!("depth jumps from {above} to {depth}"), "each level is two blanks");
        }
        depth.min(self.open.len()).min(GRAMMAR_DEPTH)
    }

    fn place(&mut self, block: Block<'a>, depth: usize) {
        while self.open.len() > depth {
            self.close();
        }
        self.open.push(block);
    }

    fn close(&mut self) {
        let Some(block) = self.open.pop() else { return };
        match self.open.last_mut() {
            Some(parent) => parent.children.push(block),
            None => self.roots.push(block),
        }
    }

    fn finish(mut self) -> Vec<Block<'a>> {
        while !self.open.is_empty() {
            self.close();
        }
        self.roots
    }
}

/// The last line of the text.
fn last<'b, 'a>(blocks: &'b mut [Block<'a>]) -> Option<&'b mut Block<'a>> {
    let block = blocks.last_mut()?;
    if block.children.is_empty() { Some(block) } else { last(&mut block.children) }
}
