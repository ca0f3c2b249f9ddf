//! The texts by path, parsed, with what is wrong with each alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::grammar::compile::faults::COLUMN_UNKNOWN;
use crate::grammar::error::GrammarError;
use crate::grammar::print;
use crate::grammar::syntax::{Text, parse_any};
use crate::vocabulary::digest::Digest;

/// The texts by path.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    texts: BTreeMap<String, Entry>,
    /// Releases by set.
    sets: BTreeMap<String, BTreeSet<String>>,
}

#[derive(Debug)]
struct Entry {
    source: String,
    parsed: Option<Arc<Text>>,
    digest: Digest,
    errors: Vec<GrammarError>,
}

impl Shelf {
    /// Puts a text at its path; what is wrong with it.
    pub(super) fn add(&mut self, path: &str, source: &str) -> &[GrammarError] {
        let (parsed, mut errors) = match parse_any(source, path) {
            Ok(text) => (Some(text), Vec::new()),
            Err(errors) => (None, errors),
        };
        if let Some(sentence) = parsed.as_ref().and_then(|text| misplaced(path, text)) {
            errors.push(placed(source, GrammarError::at(path, head(source), 1, sentence)));
        }
        // Only a structure that may be in force counts as knowing its set, faulty ones included:
        // a set is never checked by another release because its own text has an error.
        if let Some((release, set)) = structure_path(path) {
            self.sets.entry(set.to_owned()).or_default().insert(release.to_owned());
        }
        let digest = parsed.as_ref().map_or_else(|| Digest::of(source.as_bytes()), print::identity);
        let parsed = parsed.filter(|_| errors.is_empty()).map(Arc::new);
        let entry = Entry { source: source.to_owned(), parsed, digest, errors };
        self.texts.insert(path.to_owned(), entry);
        self.texts.get(path).map_or(&[], |entry| &entry.errors)
    }

    pub(super) fn paths(&self) -> impl Iterator<Item = &str> {
        self.texts.keys().map(String::as_str)
    }

    pub(super) fn errors(&self) -> impl Iterator<Item = &GrammarError> {
        self.texts.values().flat_map(|entry| &entry.errors)
    }

    pub(super) fn text(&self, path: &str) -> Option<&Text> {
        self.texts.get(path)?.parsed.as_deref()
    }

    /// The same, to keep.
    pub(super) fn shared(&self, path: &str) -> Option<Arc<Text>> {
        self.texts.get(path)?.parsed.clone()
    }

    /// The path as the shelf keeps it, and its digest: what an identity is made of.
    pub(super) fn digest(&self, path: &str) -> Option<(&str, Digest)> {
        self.texts.get_key_value(path).map(|(path, entry)| (path.as_str(), entry.digest))
    }

    /// Whether there is a text at a path, faulty or not.
    pub(super) fn holds(&self, path: &str) -> bool {
        self.texts.contains_key(path)
    }

    pub(super) fn source(&self, path: &str) -> Option<&str> {
        self.texts.get(path).map(|entry| entry.source.as_str())
    }

    /// Whether `path` is that of a structure or guide: `x12/004010/850`, `acme-retail/850`.
    pub(super) fn has(&self, path: &str) -> bool {
        self.holds(&format!("{path}.grammar")) || self.holds(&format!("{path}.guide"))
    }

    pub(super) fn has_dictionary(&self, release: &str) -> bool {
        self.holds(&segments_path(release))
    }

    /// Releases with a segments text.
    pub(super) fn dictionaries(&self) -> impl Iterator<Item = String> {
        let release = |path: &str| {
            let release = path.strip_prefix("x12/")?.strip_suffix("/segments.grammar")?;
            Some(release.to_owned())
        };
        let envelope = self.holds(ENVELOPE).then(|| "envelope".to_owned());
        self.paths().filter_map(release).chain(envelope)
    }

    /// `x12/004010/850` and the like.
    pub(super) fn structures(&self) -> impl Iterator<Item = String> {
        self.paths().filter_map(|path| {
            structure_path(path).map(|(release, set)| format!("x12/{release}/{set}"))
        })
    }

    /// `acme-retail/850` and the like.
    pub(super) fn guides(&self) -> impl Iterator<Item = String> {
        self.paths().filter_map(|path| path.strip_suffix(".guide").map(str::to_owned))
    }

    pub(super) fn sets(&self) -> impl Iterator<Item = &str> {
        self.sets.keys().map(String::as_str)
    }

    pub(super) fn releases(&self, set: &str) -> impl DoubleEndedIterator<Item = &str> {
        self.sets.get(set).into_iter().flatten().map(String::as_str)
    }

    /// Gives an error of the compiler, which knows lines only, its column.
    pub(super) fn placed(&self, error: GrammarError) -> GrammarError {
        match self.source(&error.file) {
            Some(source) if error.column == COLUMN_UNKNOWN => placed(source, error),
            _ => error,
        }
    }
}

/// Where the segments of a release stand.
pub(super) fn segments_path(release: &str) -> String {
    match release {
        "envelope" => ENVELOPE.to_owned(),
        _ => format!("x12/{release}/segments.grammar"),
    }
}

/// Release and set of a structure's path.
fn structure_path(path: &str) -> Option<(&str, &str)> {
    let (release, set) = path.strip_prefix("x12/")?.strip_suffix(".grammar")?.split_once('/')?;
    (!set.contains('/') && !matches!(set, "segments" | "codes")).then_some((release, set))
}

/// Why the head line does not fit the path, when it does not.
fn misplaced(path: &str, text: &Text) -> Option<String> {
    let (says, belongs) = match text {
        Text::Structure(text) => {
            let belongs = format!("x12/{}/{}.grammar", text.release, text.set);
            (format!("grammar x12 {} {}", text.release, text.set), vec![belongs])
        }
        Text::Segments(text) => {
            (format!("segments x12 {}", text.release), vec![segments_path(&text.release)])
        }
        Text::Codes(text) => {
            let belongs = format!("x12/{}/codes.grammar", text.release);
            (format!("codelists x12 {}", text.release), vec![belongs])
        }
        Text::Guide(text) => {
            let belongs = format!("{}/{}.guide", text.partner, text.set);
            (format!("guide {} {}", text.partner, text.set), vec![belongs])
        }
        Text::Map(text) => {
            // A map of one release stands beside that release's structure.
            let set = &text.set;
            let own = path.strip_prefix("x12/").and_then(|rest| rest.strip_suffix(".map"));
            let own = own.and_then(|rest| rest.split_once('/')).map(|(release, _)| release);
            let mut belongs = vec![format!("x12/{set}.map")];
            belongs.extend(own.map(|release| format!("x12/{release}/{set}.map")));
            (format!("map {set}"), belongs)
        }
        Text::Record(text) => {
            (format!("record {}", text.name), vec![format!("canonical/{}.record", text.name)])
        }
    };
    if belongs.iter().any(|belongs| belongs == path) {
        return None;
    }
    let belongs = belongs.first()?;
    Some(format!("the text says \"{says}\", so it belongs at {belongs}"))
}

/// The number of the first line that says something.
fn head(source: &str) -> u32 {
    let says = |line: &str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let lines = (1_u32..).zip(source.split('\n'));
    lines.into_iter().find(|(_, line)| says(line)).map_or(1, |(number, _)| number)
}

/// An error with the column and length of what its line says.
fn placed(source: &str, mut error: GrammarError) -> GrammarError {
    let index = usize::try_from(error.line.max(1)).unwrap_or(1).saturating_sub(1);
    let Some(line) = source.split('\n').nth(index) else { return error };
    let says = line.trim();
    let blanks = line.chars().take_while(|letter| letter.is_whitespace()).count();
    error.line = error.line.max(1);
    error.column = u32::try_from(blanks.saturating_add(1)).unwrap_or(1);
    error.length = u32::try_from(says.chars().count()).unwrap_or(1).max(1);
    error
}

/// Control segments, the same for all releases.
const ENVELOPE: &str = "x12/envelope.grammar";
