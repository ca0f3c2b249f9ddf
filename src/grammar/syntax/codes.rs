//! `codelists x12 RELEASE`: named code lists (GRAMMAR.md 3).

use super::lines::Block;
use super::segments::{extends, is_list, release_head};
use super::words::{Parsed, Words};
use super::{Reader, head_origin};
use crate::grammar::codes::{Code, CodeList, CodeLists};
use crate::grammar::error::GrammarError;
use crate::grammar::line::Origin;

/// Parses the code lists of a release.
///
/// # Errors
///
/// Everything that is wrong with the text, in the order of its lines.
pub fn parse_codes(text: &str, file: &str) -> Result<CodeLists, Vec<GrammarError>> {
    let mut reader = Reader::new(file);
    let blocks = reader.blocks(text);
    let mut lists = CodeLists::default();
    let Some((head, rest)) = blocks.split_first() else { return reader.finish(lists) };
    if let Some(release) = reader.leaf(head, |words| release_head(words, "codelists")) {
        lists.release = release;
    }
    let mut headers = Vec::new();
    for block in rest {
        match Words::new(block.text).peek() {
            "codes" => {
                let Some(list) = reader.code_list(block) else { continue };
                if lists.lists.iter().any(|other| other.name == list.name) {
                    let sentence = format!("codes {} is said twice", list.name);
                    reader.blame(block, sentence, "put all codes in one list");
                }
                lists.lists.push(list);
            }
            "extends" => {
                let value = reader.leaf(block, extends);
                reader.once(block, &mut lists.extends, value);
                headers.push(block);
            }
            _ => reader.unknown(block, "a line of this text", &["codes", "extends"]),
        }
    }
    lists.origin = head_origin(head, &headers);
    reader.finish(lists)
}

impl Reader<'_> {
    fn code_list(&mut self, block: &Block<'_>) -> Option<CodeList> {
        let origin = block.origin();
        let head = self.line(block, |words| {
            words.expect("codes")?;
            let name = words.word("the name of a code list", is_list)?;
            let closed = words.eat("closed");
            let extends = if words.eat("extends") {
                Some(words.word("the name of a code list", is_list)?)
            } else {
                None
            };
            Ok(CodeList { origin, name, closed, extends, codes: Vec::new() })
        });
        let codes = self.codes(&block.children);
        head.map(|head| CodeList { codes, ..head })
    }

    /// Code lines; each code once.
    pub(super) fn codes(&mut self, blocks: &[Block<'_>]) -> Vec<Code> {
        let mut seen = std::collections::BTreeSet::new();
        let mut codes = Vec::new();
        for block in blocks {
            let Some(line) = self.leaf(block, code_line) else { continue };
            if !seen.insert(line.code.clone()) {
                let sentence = format!("code {} is said twice", line.code);
                self.blame(block, sentence, "keep one of the lines");
            }
            codes.push(Code { origin: block.origin(), ..line });
        }
        codes
    }
}

/// `00  original  The first sending`.
pub(super) fn code_line(words: &mut Words<'_>) -> Parsed<Code> {
    let code = words.code("a code")?;
    let name = words.name("our word for the code")?;
    Ok(Code { origin: Origin::default(), code, name, prose: words.prose()? })
}
