//! Which texts are in force together: the chains of `extends`, `uses` and `narrows`, followed and
//! compiled; and a set's resolution.

use std::sync::Arc;

use super::release::{choose, is_implementation};
use super::shelf::{Shelf, segments_path};
use super::{Library, Notice, Resolution, Via};
use crate::grammar::codes::CodeLists;
use crate::grammar::compile::dictionary::{Dictionary, Source};
use crate::grammar::compile::faults::{Faults, Place};
use crate::grammar::compile::wording::did_you_mean;
use crate::grammar::compile::{compile, identity};
use crate::grammar::error::GrammarError;
use crate::grammar::guide::Guide;
use crate::grammar::map::{MapLine, MapText};
use crate::grammar::mapping::NoMap;
use crate::grammar::overlay::overlay;
use crate::grammar::schema::Schema;
use crate::grammar::segments::Segments;
use crate::grammar::structure::Structure;
use crate::grammar::syntax::Text;
use crate::limits::{EXTENDS_DEPTH, GUIDE_DEPTH};
use crate::vocabulary::digest::Digest;

/// Texts of one kind from the one inherited from to the own one.
type Chain<'a, T> = Vec<Source<'a, T>>;

/// Compiles the dictionary of a release.
pub(super) fn dictionary(shelf: &Shelf, release: &str, faults: &mut Faults) -> Option<Dictionary> {
    let segments = segments_chain(shelf, release, faults)?;
    let codes = codes_chain(shelf, release, faults)?;
    Some(Dictionary::compile(release, &segments, &codes, faults))
}

/// Compiles a structure, or a guide over its structure.
pub(super) fn schema(library: &Library, path: &str, faults: &mut Faults) -> Option<Schema> {
    if library.shelf.holds(&format!("{path}.guide")) {
        return guided(library, path, faults);
    }
    let shelf = &library.shelf;
    let file = format!("{path}.grammar");
    let structure = structure_chain(shelf, &file, faults)?;
    let release = dictionary_release(shelf, &structure, faults)?;
    let dictionary = match library.dictionary(&release) {
        Ok(dictionary) => dictionary,
        Err(errors) => {
            faults.adopt(&errors);
            return None;
        }
    };
    let mut texts: Vec<(String, Digest)> = Vec::new();
    let mut take = |path: &str| {
        texts.extend(shelf.digest(path).map(|(path, digest)| (path.to_owned(), digest)));
    };
    structure.iter().for_each(|source| take(source.path));
    let mut quiet = Faults::default();
    let segments = segments_chain(shelf, &release, &mut quiet).unwrap_or_default();
    let codes = codes_chain(shelf, &release, &mut quiet).unwrap_or_default();
    segments.iter().for_each(|source| take(source.path));
    codes.iter().for_each(|source| take(source.path));
    take(&segments_path("envelope"));
    let own = structure.last()?;
    let map = map_path(shelf, &own.text.release, &own.text.set);
    for path in map.iter().flat_map(|map| map_texts(shelf, map)) {
        take(&path);
    }
    texts.sort();
    compile(&dictionary, &structure, texts, faults)
}

/// A guide over the structure it narrows, the guides between them laid on first.
fn guided(library: &Library, path: &str, faults: &mut Faults) -> Option<Schema> {
    let guides = guide_chain(&library.shelf, path, faults)?;
    let standard = &guides.first()?.text.narrows;
    let base = match library.schema(standard) {
        Ok(schema) => schema,
        Err(errors) => {
            faults.adopt(&errors);
            return None;
        }
    };
    for guide in &guides {
        if guide.text.set != base.set {
            let at = Place { path: guide.path, line: guide.text.origin.line };
            let (set, rule) = (&guide.text.set, &base.rule);
            faults.say(at, format!("a guide for {set} cannot narrow {rule}"));
            return None;
        }
    }
    let mut schema = overlay(&base, &guides, faults)?;
    for guide in &guides {
        let digest = library.shelf.digest(guide.path);
        schema.texts.extend(digest.map(|(path, digest)| (path.to_owned(), digest)));
    }
    schema.texts.sort();
    schema.identity = identity(&schema.texts);
    Some(schema)
}

/// The guides from the one that narrows the standard to the one at `path`.
fn guide_chain<'a>(shelf: &'a Shelf, path: &str, faults: &mut Faults) -> Option<Chain<'a, Guide>> {
    let mut chain: Chain<'a, Guide> = Vec::new();
    let mut next = path.to_owned();
    loop {
        let file = format!("{next}.guide");
        let (file, _) = shelf.digest(&file)?;
        // A text that does not parse has its errors already.
        let Some(Text::Guide(guide)) = shelf.text(file) else { return faulty(shelf, file, faults) };
        let narrows = &guide.narrows;
        chain.push(Source { path: file, text: guide });
        let at = Place { path: file, line: guide.origin.line };
        if chain.len() > GUIDE_DEPTH {
            let sentence =
                format!("guides narrow guides to depth {GUIDE_DEPTH}, this one is deeper");
            faults.say(at, sentence);
            return None;
        }
        if !shelf.has(narrows) {
            let known: Vec<String> = shelf.structures().chain(shelf.guides()).collect();
            let hint = did_you_mean(narrows, known.iter().map(String::as_str));
            faults.say_with(at, format!("it narrows {narrows}, which is not known"), hint);
            return None;
        }
        if shelf.holds(&format!("{narrows}.grammar")) {
            chain.reverse();
            return Some(chain);
        }
        next.clone_from(narrows);
    }
}

fn faulty<T>(shelf: &Shelf, path: &str, faults: &mut Faults) -> Option<T> {
    let errors: Vec<_> = shelf.errors().filter(|error| error.file == path).cloned().collect();
    faults.adopt(&errors);
    None
}

/// A structure and those it extends.
fn structure_chain<'a>(
    shelf: &'a Shelf,
    path: &str,
    faults: &mut Faults,
) -> Option<Chain<'a, Structure>> {
    let base = |text: &Structure| {
        text.extends.as_ref().map(|release| format!("x12/{release}/{}.grammar", text.set))
    };
    chain(shelf, path, faults, as_structure, base, |text| text.origin.line)
}

fn segments_chain<'a>(
    shelf: &'a Shelf,
    release: &str,
    faults: &mut Faults,
) -> Option<Chain<'a, Segments>> {
    let base = |text: &Segments| text.extends.as_deref().map(segments_path);
    let path = segments_path(release);
    chain(shelf, &path, faults, as_segments, base, |text| text.origin.line)
}

/// The code lists of a release; a release without its own takes those its segments extend.
fn codes_chain<'a>(
    shelf: &'a Shelf,
    release: &str,
    faults: &mut Faults,
) -> Option<Chain<'a, CodeLists>> {
    let codes_path = |release: &str| format!("x12/{release}/codes.grammar");
    let base = |text: &CodeLists| text.extends.as_deref().map(codes_path);
    let mut quiet = Faults::default();
    let segments = segments_chain(shelf, release, &mut quiet).unwrap_or_default();
    let releases = segments.iter().rev().map(|source| codes_path(&source.text.release));
    let Some(path) = releases.into_iter().find(|path| shelf.holds(path)) else {
        return Some(Vec::new());
    };
    chain(shelf, &path, faults, as_codes, base, |text| text.origin.line)
}

const fn as_structure(text: &Text) -> Option<&Structure> {
    if let Text::Structure(text) = text { Some(text) } else { None }
}

const fn as_segments(text: &Text) -> Option<&Segments> {
    if let Text::Segments(text) = text { Some(text) } else { None }
}

const fn as_codes(text: &Text) -> Option<&CodeLists> {
    if let Text::Codes(text) = text { Some(text) } else { None }
}

/// A text and those it extends, the one inherited from first.
fn chain<'a, T>(
    shelf: &'a Shelf,
    path: &str,
    faults: &mut Faults,
    kind: impl Fn(&'a Text) -> Option<&'a T>,
    base: impl Fn(&T) -> Option<String>,
    line: impl Fn(&T) -> u32,
) -> Option<Chain<'a, T>> {
    let mut chain: Chain<'a, T> = Vec::new();
    let mut next = path.to_owned();
    loop {
        let above = chain.last().copied();
        let Some((file, _)) = shelf.digest(&next) else {
            let at = above.map_or(Place { path, line: 0 }, |source| Place {
                path: source.path,
                line: line(source.text),
            });
            let known = did_you_mean(&next, shelf.paths());
            faults.say_with(at, format!("there is no text {next}"), known);
            return None;
        };
        let Some(text) = shelf.text(file).and_then(&kind) else {
            return faulty(shelf, file, faults);
        };
        if chain.len() >= EXTENDS_DEPTH || chain.iter().any(|source| source.path == file) {
            let at = Place { path: file, line: line(text) };
            faults.say(at, format!("{file} extends itself, or more than {EXTENDS_DEPTH} texts"));
            return None;
        }
        chain.push(Source { path: file, text });
        match base(text) {
            Some(base) => next = base,
            None => break,
        }
    }
    chain.reverse();
    Some(chain)
}

/// The release whose segments a structure takes: what it `uses`, else its own, else that of what
/// it extends.
fn dictionary_release(
    shelf: &Shelf,
    structure: &[Source<'_, Structure>],
    faults: &mut Faults,
) -> Option<String> {
    let own = structure.last()?;
    for source in structure.iter().rev() {
        if let Some(release) = &source.text.uses {
            if shelf.has_dictionary(release) {
                return Some(release.clone());
            }
            let at = Place { path: source.path, line: source.text.origin.line };
            let known: Vec<String> = shelf.dictionaries().collect();
            let hint = Some(format!("releases with segments are {}", known.join(" ")));
            faults.say_with(at, format!("it uses {release}, which has no segments.grammar"), hint);
            return None;
        }
        if shelf.has_dictionary(&source.text.release) {
            return Some(source.text.release.clone());
        }
    }
    let at = Place { path: own.path, line: own.text.origin.line };
    let release = &own.text.release;
    let hint = release.get(..6).map(|version| format!("write uses {version}"));
    let sentence = format!("{release} has no segments.grammar, and the text no uses line");
    faults.say_with(at, sentence, hint);
    None
}

/// A set's resolution.
pub(super) fn resolve(library: &Library, gs08: &str, set: &str, guide: Option<&str>) -> Resolution {
    let shelf = &library.shelf;
    let mut found = Resolution::default();
    let releases: Vec<&str> = shelf.releases(set).collect();
    let Some((release, via)) = choose(gs08, &releases) else { return found };
    found.via = via;
    let used = format!("x12/{release}/{set}");
    if worth_telling(gs08, via) {
        found.notices.push(Notice::Nearest { asked: printable(gs08), used: used.clone() });
    }
    let path = guide.and_then(|guide| applied(shelf, guide, &used, &mut found)).unwrap_or(used);
    match library.schema(&path) {
        Ok(schema) => found.schema = Some(schema),
        Err(_) => found.notices.push(Notice::Faulty { text: path.clone() }),
    }
    mapped(library, release, set, &path, &mut found);
    found
}

/// What is wrong with the map of a structure or guide.
pub(super) fn map_errors(
    library: &Library,
    path: &str,
    schema: &Arc<Schema>,
) -> Option<Arc<Vec<GrammarError>>> {
    let mut found = Resolution { schema: Some(Arc::clone(schema)), ..Resolution::default() };
    mapped(library, &schema.release, &schema.set, path, &mut found);
    match found.mapping() {
        Err(NoMap::Faulty(errors)) => Some(errors),
        Ok(_) | Err(NoMap::Unknown) => None,
    }
}

/// The guide's path, when it can be laid over `used`.
fn applied(shelf: &Shelf, guide: &str, used: &str, found: &mut Resolution) -> Option<String> {
    if !shelf.holds(&format!("{guide}.guide")) {
        found.notices.push(Notice::GuideUnknown { guide: printable(guide) });
        return None;
    }
    let mut quiet = Faults::default();
    let chain = guide_chain(shelf, guide, &mut quiet);
    let narrows = chain.as_ref().and_then(|chain| chain.first()).map(|first| &first.text.narrows);
    match narrows {
        Some(narrows) if narrows != used => {
            found.notices.push(Notice::GuideElsewhere {
                guide: guide.to_owned(),
                narrows: narrows.clone(),
                used: used.to_owned(),
            });
            None
        }
        // A faulty guide is in force all the same: without it too much would be accepted.
        Some(_) | None => Some(guide.to_owned()),
    }
}

/// Adds the map, its record, and the map lines of the guides in force.
fn mapped(library: &Library, release: &str, set: &str, path: &str, found: &mut Resolution) {
    let shelf = &library.shelf;
    let map = |path: &str| match shelf.shared(path).as_deref() {
        Some(Text::Map(map)) => Some(Arc::new(map.clone())),
        _ => None,
    };
    let record = |path: &str| match shelf.shared(path).as_deref() {
        Some(Text::Record(record)) => Some(Arc::new(record.clone())),
        _ => None,
    };
    if found.schema.is_some() {
        found.compiled = library.lazy_map(path);
    }
    let file = map_path(shelf, release, set);
    found.map = file.as_deref().and_then(map);
    found.map_path = file.unwrap_or_default();
    found.parts = map(PARTS_MAP);
    let of: Option<&MapText> = found.map.as_deref();
    found.record = of.and_then(|map| record(&record_path(&map.record)));
    found.record_parts = record(PARTS_RECORD);
    let mut quiet = Faults::default();
    let guides = guide_chain(shelf, path, &mut quiet).unwrap_or_default();
    for guide in guides.iter().filter(|guide| !guide.text.map.is_empty()) {
        let name = guide.path.trim_end_matches(".guide").to_owned();
        let lines: Vec<MapLine> = guide.text.map.clone();
        found.guide_map.push((name, Arc::new(lines)));
    }
}

/// The map of a set in a release: the release's own, else the one for all that covers it.
fn map_path(shelf: &Shelf, release: &str, set: &str) -> Option<String> {
    let own = format!("x12/{release}/{set}.map");
    if shelf.holds(&own) {
        return Some(own);
    }
    let shared = format!("x12/{set}.map");
    let covers = match shelf.text(&shared) {
        Some(Text::Map(map)) => map.range.as_ref().is_none_or(|range| range.contains(release)),
        _ => shelf.holds(&shared),
    };
    covers.then_some(shared)
}

/// A map with all it is read by: parts, record, parts of records.
fn map_texts(shelf: &Shelf, path: &str) -> Vec<String> {
    let record = match shelf.text(path) {
        Some(Text::Map(map)) => Some(record_path(&map.record)),
        _ => None,
    };
    let shared = [path, PARTS_MAP, PARTS_RECORD].map(str::to_owned);
    shared.into_iter().chain(record).collect()
}

fn record_path(name: &str) -> String {
    format!("canonical/{name}.record")
}

/// Whether a warning tells which grammar was used: industry suffixes (`004010VICS`) are how GS08
/// is meant to be used and tell nothing.
fn worth_telling(gs08: &str, via: Via) -> bool {
    match via {
        Via::Exact | Via::Unknown => false,
        Via::Prefix => is_implementation(gs08.trim()),
        Via::Addendum | Via::Older | Via::Newer => true,
    }
}

/// A partner's text, cut and without what could disturb a terminal.
fn printable(text: &str) -> String {
    text.chars().take(LONGEST_SHOWN).map(|c| if c.is_control() { '?' } else { c }).collect()
}

/// Characters shown of a GS08, which has at most 12.
const LONGEST_SHOWN: usize = 40;
const PARTS_MAP: &str = "x12/parts.map";
const PARTS_RECORD: &str = "canonical/parts.record";
