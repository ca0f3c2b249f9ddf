//! What is wrong with a grammar text: line, column, sentence, suggestion.
//!
//! An analyst reads these without us beside them, so a sentence says what stands there and what
//! must stand there, in the words of the language; nothing here names a Rust type. Parser and
//! compiler report through the same type, and all errors of a text are reported, not the first.

use std::fmt;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

pub use crate::vocabulary::suggest::nearest;

/// One thing wrong with one text.
///
/// ```
/// use edigate::grammar::error::GrammarError;
/// let error = GrammarError::at("850.grammar", 12, 1, "depth jumps from 1 to 3")
///     .hint("each level is two blanks");
/// assert_eq!(
///     error.to_string(),
///     "850.grammar:12:1: depth jumps from 1 to 3; each level is two blanks"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GrammarError {
    /// The text's name, as given to the parser.
    pub file: String,
    /// Line from 1; 0 when the text as a whole is meant.
    pub line: u32,
    /// Column from 1, in characters.
    pub column: u32,
    /// What is wrong, without a full stop.
    pub sentence: String,
    /// What to do about it.
    pub hint: Option<String>,
    /// Characters underlined, at least 1.
    pub length: u32,
}

impl GrammarError {
    /// An error at a place, one character long and without hint.
    #[must_use]
    pub fn at(file: &str, line: u32, column: u32, sentence: impl Into<String>) -> Self {
        Self {
            file: file.to_owned(),
            line,
            column,
            sentence: sentence.into(),
            hint: None,
            length: 1,
        }
    }

    /// The same with a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same, underlining `length` characters.
    #[must_use]
    pub fn length(mut self, length: u32) -> Self {
        self.length = length.max(1);
        self
    }

    /// The error as a compiler shows it: the line of `text`, a caret below it, the hint as help.
    ///
    /// ```
    /// use edigate::grammar::error::GrammarError;
    /// let shown = GrammarError::at("a.grammar", 1, 6, "\"mst\" is not a requirement")
    ///     .hint("did you mean must?")
    ///     .length(3)
    ///     .render("010  mst\n", false);
    /// assert!(shown.contains("a.grammar:1:6") && shown.contains("^^^ did you mean must?"));
    /// ```
    #[must_use]
    pub fn render(&self, text: &str, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let title = Level::ERROR.primary_title(self.sentence.as_str());
        let Some((source, span)) = self.source(text) else {
            return format!("error: {self}");
        };
        let mut annotation = AnnotationKind::Primary.span(span);
        if let Some(hint) = &self.hint {
            annotation = annotation.label(hint.as_str());
        }
        let snippet = Snippet::source(source)
            .line_start(usize::try_from(self.line).unwrap_or(1))
            .path(self.file.as_str())
            .annotation(annotation);
        renderer.render(&[Group::with_title(title).element(snippet)])
    }

    /// The line meant and the bytes of it to underline.
    fn source<'a>(&self, text: &'a str) -> Option<(&'a str, std::ops::Range<usize>)> {
        let index = usize::try_from(self.line.checked_sub(1)?).ok()?;
        let line = text.split('\n').nth(index)?.trim_end_matches('\r');
        let place = |column: u32| {
            let characters = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
            line.char_indices().nth(characters).map_or(line.len(), |(at, _)| at)
        };
        let start = place(self.column);
        Some((line, start..place(self.column.saturating_add(self.length)).max(start)))
    }
}

impl fmt::Display for GrammarError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.line, self.column, self.sentence)?;
        match &self.hint {
            Some(hint) => write!(f, "; {hint}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for GrammarError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_caret_stands_under_characters_not_bytes() {
        let error = GrammarError::at("a.grammar", 2, 4, "wrong").length(2);
        let shown = error.render("one\nöö mst\nthree", false);
        let lines: Vec<&str> = shown.lines().collect();
        let at = lines.iter().position(|line| line.contains("öö mst")).unwrap();
        let column = |line: &str, what: char| line.chars().position(|c| c == what).unwrap();
        assert_eq!(column(lines[at], 'm'), column(lines[at + 1], '^'));
    }

    #[test]
    fn an_error_past_the_end_of_its_text_still_renders() {
        let error = GrammarError::at("a.grammar", 9, 70, "wrong").length(50);
        assert!(error.render("one\n", false).contains("a.grammar:9:70: wrong"));
        assert!(GrammarError::at("a", 1, 70, "wrong").render("one\n", false).contains("wrong"));
    }
}
