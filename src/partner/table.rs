//! Strict reading of TOML tables: unknown keys are refused with line, column and a suggestion,
//! wrong values say what would be right, and all problems are collected.
//!
//! `serde` would stop at the first problem and lose the place of a value that is well-formed
//! but wrong; people fix files fastest when they see everything at once.

use std::fmt;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeArray, DeTable, DeValue};

use crate::vocabulary::suggest::nearest;

/// A problem in a settings or partner file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// File name as given.
    pub file: String,
    /// Line from 1; 0 when the file as a whole is meant.
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// What is wrong, in one sentence.
    pub sentence: String,
    /// What to do; may be empty.
    pub hint: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if self.line > 0 {
            write!(f, ":{}:{}", self.line, self.column)?;
        }
        write!(f, ": {}", self.sentence)?;
        if self.hint.is_empty() { Ok(()) } else { write!(f, "; {}", self.hint) }
    }
}

/// Reads one file; keeps its problems.
#[derive(Debug)]
pub struct Reader<'t> {
    file: String,
    text: &'t str,
    problems: Vec<Problem>,
}

/// A table of the file and the words by which problems call it (`[endpoint.drop]`).
#[derive(Clone, Copy, Debug)]
pub struct Table<'a, 't> {
    values: &'a DeTable<'t>,
    place: &'a str,
    at: usize,
}

/// A value with the byte offset where it stands, so that later checks can point at it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed<T> {
    /// The value.
    pub value: T,
    /// Byte offset in the file.
    pub at: usize,
}

impl<'t> Reader<'t> {
    /// A reader of `text`, called `file` in problems.
    #[must_use]
    pub fn new(file: &str, text: &'t str) -> Self {
        Self { file: file.to_owned(), text, problems: Vec::new() }
    }

    /// Parses the text; syntax errors become problems and give `None`.
    pub fn parse(&mut self) -> Option<DeTable<'t>> {
        match DeTable::parse(self.text) {
            Ok(table) => Some(table.into_inner()),
            Err(error) => {
                let at = error.span().map_or(0, |span| span.start);
                let sentence = error.message().lines().next().unwrap_or("no TOML").to_owned();
                self.problem(at, format!("this is not TOML: {sentence}"), "");
                None
            }
        }
    }

    /// The problems so far, in order of place.
    #[must_use]
    pub fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_key(|problem| (problem.line, problem.column));
        self.problems
    }

    /// Notes a problem at byte offset `at`.
    pub fn problem(&mut self, at: usize, sentence: impl Into<String>, hint: impl Into<String>) {
        let (line, column) = self.place(at);
        self.problems.push(Problem {
            file: self.file.clone(),
            line,
            column,
            sentence: sentence.into(),
            hint: hint.into(),
        });
    }

    /// Line and column, from 1, of a byte offset.
    #[must_use]
    pub fn place(&self, at: usize) -> (usize, usize) {
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count().saturating_add(1);
        let start = before.rfind('\n').map_or(0, |newline| newline.saturating_add(1));
        let column = before.get(start..).map_or(0, |text| text.chars().count()).saturating_add(1);
        (line, column)
    }

    /// Refuses keys of `table` that are not in `known`, with a suggestion.
    pub fn known(&mut self, table: Table<'_, '_>, known: &[&str]) {
        for key in table.values.keys() {
            let name: &str = key.get_ref();
            if known.contains(&name) {
                continue;
            }
            let hint = nearest(name, known.iter().copied()).map_or_else(
                || format!("known here: {}", known.join(", ")),
                |near| format!("did you mean {near}?"),
            );
            let sentence = format!("{} has no key \"{name}\"", table.place);
            self.problem(key.span().start, sentence, hint);
        }
    }

    /// The value of `key`.
    fn value<'a>(&self, table: Table<'a, 't>, key: &str) -> Option<&'a Spanned<DeValue<'t>>> {
        table.values.iter().find(|(name, _)| name.get_ref() == key).map(|(_, value)| value)
    }

    /// A text that may be absent.
    pub fn text(&mut self, table: Table<'_, 't>, key: &str) -> Option<Placed<String>> {
        let value = self.value(table, key)?;
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => {
                Some(Placed { value: text.to_owned(), at: value.span().start })
            }
            Some(_) => self.wrong(value.span(), key, "a text that is not empty"),
            None => self.wrong(value.span(), key, "a text in quotes"),
        }
    }

    /// A text that must be there; `why` completes "is missing: ".
    pub fn required(&mut self, table: Table<'_, 't>, key: &str, why: &str) -> Placed<String> {
        if let Some(text) = self.text(table, key) {
            return text;
        }
        if self.value(table, key).is_none() {
            self.problem(table.at, format!("{} needs {key}", table.place), why);
        }
        Placed { value: String::new(), at: table.at }
    }

    /// One of several words that may be absent.
    pub fn word<T: Copy>(
        &mut self,
        table: Table<'_, 't>,
        key: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        let text = self.text(table, key)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text.value) {
            return Some(*value);
        }
        let all = words.iter().map(|(word, _)| *word).collect::<Vec<_>>();
        let near = nearest(&text.value, all.iter().copied());
        let hint = near.map_or_else(
            || format!("it is one of: {}", all.join(", ")),
            |near| format!("did you mean \"{near}\"?"),
        );
        self.problem(text.at, format!("{key} can't be \"{}\"", text.value), hint);
        None
    }

    /// One of several words that must be there.
    pub fn required_word<T: Copy>(
        &mut self,
        table: Table<'_, 't>,
        key: &str,
        words: &[(&str, T)],
    ) -> Option<T> {
        if self.value(table, key).is_none() {
            let all = words.iter().map(|(word, _)| *word).collect::<Vec<_>>();
            let hint = format!("one of: {}", all.join(", "));
            self.problem(table.at, format!("{} needs {key}", table.place), hint);
            return None;
        }
        self.word(table, key, words)
    }

    /// A yes or no that may be absent.
    pub fn flag(&mut self, table: Table<'_, 't>, key: &str) -> Option<bool> {
        let value = self.value(table, key)?;
        value.get_ref().as_bool().or_else(|| self.wrong(value.span(), key, "true or false"))
    }

    /// A whole number from 0 that may be absent.
    pub fn number(&mut self, table: Table<'_, 't>, key: &str) -> Option<u64> {
        let value = self.value(table, key)?;
        let number = value.get_ref().as_integer().and_then(|integer| {
            u64::from_str_radix(&integer.as_str().replace('_', ""), integer.radix()).ok()
        });
        number.or_else(|| self.wrong(value.span(), key, "a whole number"))
    }

    /// A text or a list of texts; empty when absent.
    pub fn texts(&mut self, table: Table<'_, 't>, key: &str) -> Vec<Placed<String>> {
        let Some(value) = self.value(table, key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            return self.text(table, key).into_iter().collect();
        };
        let mut texts = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_str() {
                Some(text) => {
                    texts.push(Placed { value: text.to_owned(), at: item.span().start });
                }
                None => {
                    let _: Option<()> = self.wrong(item.span(), key, "a list of texts in quotes");
                }
            }
        }
        texts
    }

    /// A sub-table that may be absent.
    pub fn table<'a>(
        &mut self,
        table: Table<'a, 't>,
        key: &str,
        place: &'a str,
    ) -> Option<Table<'a, 't>> {
        let value = self.value(table, key)?;
        match value.get_ref().as_table() {
            Some(values) => Some(Table { values, place, at: value.span().start }),
            None => self.wrong(value.span(), key, "a table"),
        }
    }

    /// The tables of `[[key]]`; empty when absent.
    pub fn tables<'a>(
        &mut self,
        table: Table<'a, 't>,
        key: &str,
        place: &'a str,
    ) -> Vec<Table<'a, 't>> {
        let Some(value) = self.value(table, key) else { return Vec::new() };
        let Some(items) = value.get_ref().as_array() else {
            let _: Option<()> = self.wrong(value.span(), key, "written as [[double brackets]]");
            return Vec::new();
        };
        self.members(items, key, place)
    }

    fn members<'a>(
        &mut self,
        items: &'a DeArray<'t>,
        key: &str,
        place: &'a str,
    ) -> Vec<Table<'a, 't>> {
        let mut tables = Vec::new();
        for item in items.iter() {
            match item.get_ref().as_table() {
                Some(values) => tables.push(Table { values, place, at: item.span().start }),
                None => {
                    let _: Option<()> = self.wrong(item.span(), key, "a list of tables");
                }
            }
        }
        tables
    }

    fn wrong<T>(&mut self, span: Range<usize>, key: &str, expected: &str) -> Option<T> {
        self.problem(span.start, format!("{key} must be {expected}"), "");
        None
    }
}

impl<'a, 't> Table<'a, 't> {
    /// The whole file as a table.
    #[must_use]
    pub const fn root(values: &'a DeTable<'t>, place: &'a str) -> Self {
        Self { values, place, at: 0 }
    }

    /// Its keys and where each stands.
    pub fn keys(&self) -> impl Iterator<Item = (String, usize)> {
        self.values.keys().map(|key| (key.get_ref().to_string(), key.span().start))
    }

    /// Byte offset of the table.
    #[must_use]
    pub const fn at(&self) -> usize {
        self.at
    }
}
