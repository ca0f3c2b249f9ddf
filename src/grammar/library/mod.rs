//! The texts that are known, and which of them are in force for a set.
//!
//! Reading files is not done here: texts come in with their path below `grammars/` or
//! `partners/`, as `x12/004010/850.grammar` or `acme-retail/850.guide`. A text that is faulty is
//! kept with its errors, so that it is never silently replaced by another one.

mod force;
mod release;
mod resolution;
mod shelf;
mod shipped;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::compile::dictionary::Dictionary;
use super::compile::faults::Faults;
use super::error::GrammarError;
use super::schema::Schema;
use super::syntax::Text;
pub use resolution::{LazyMap, Notice, Resolution, Via};
use shelf::Shelf;

use crate::limits::{RESOLUTION_KEY_BYTES, RESOLUTIONS};

/// The texts that are known.
///
/// ```
/// use edigate::grammar::library::{Library, Via};
/// let library = Library::shipped();
/// let found = library.resolve("004010VICS", "850", None);
/// assert_eq!(found.via, Via::Prefix);
/// assert!(found.schema.as_ref().is_some_and(|schema| schema.rule == "x12/004010/850"));
/// assert!(library.resolve("004010", "999999", None).schema.is_none());
/// ```
#[derive(Debug, Default)]
pub struct Library {
    shelf: Shelf,
    made: Mutex<Made>,
}

/// What was compiled so far.
#[derive(Debug, Default)]
struct Made {
    dictionaries: HashMap<String, Outcome<Dictionary>>,
    schemas: HashMap<String, Outcome<Schema>>,
    resolutions: HashMap<String, Arc<Resolution>>,
    /// By path of the structure or guide.
    maps: HashMap<String, Arc<LazyMap>>,
}

/// A compiled thing, or why there is none.
type Outcome<T> = Result<Arc<T>, Arc<Vec<GrammarError>>>;

impl Library {
    /// A library without texts.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The texts that come with the program.
    #[must_use]
    pub fn shipped() -> Self {
        let mut library = Self::new();
        for (path, text) in shipped::texts() {
            // What is wrong with a shipped text is told by `check`, as of any other.
            library.shelf.add(&path, &text);
        }
        library
    }

    /// Adds a text, or replaces the one of that path.
    ///
    /// # Errors
    ///
    /// Everything wrong with the text alone: what does not parse, a head line that does not fit
    /// the path. The text is kept all the same, so that sets it governs are not checked by an
    /// older one; what only shows beside other texts is told by [`Library::check`].
    pub fn add(&mut self, path: &str, text: &str) -> Result<(), Vec<GrammarError>> {
        *self.made.get_mut().unwrap_or_else(PoisonError::into_inner) = Made::default();
        let errors = self.shelf.add(path, text);
        if errors.is_empty() { Ok(()) } else { Err(errors.to_vec()) }
    }

    /// Everything that is wrong with any text, alone or beside the others, sorted by path and
    /// line: every release, structure and guide is compiled, and every map for all of them.
    #[must_use]
    pub fn check(&self) -> Vec<GrammarError> {
        let mut errors: Vec<GrammarError> = self.shelf.errors().cloned().collect();
        let mut add = |list: Option<Arc<Vec<GrammarError>>>| {
            for error in list.iter().flat_map(|list| list.iter()) {
                if !errors.contains(error) {
                    errors.push(error.clone());
                }
            }
        };
        for release in self.shelf.dictionaries() {
            add(self.dictionary(&release).err());
        }
        for path in self.shelf.structures().chain(self.shelf.guides()) {
            match self.schema(&path) {
                Ok(schema) => add(force::map_errors(self, &path, &schema)),
                Err(errors) => add(Some(errors)),
            }
        }
        errors.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        errors
    }

    /// The compiled structure or guide of a path: `x12/004010/850`, `acme-retail/850`.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the texts it is made from.
    pub fn schema(&self, path: &str) -> Result<Arc<Schema>, Arc<Vec<GrammarError>>> {
        if let Some(known) = self.made(|made| made.schemas.get(path).cloned()) {
            return known;
        }
        let mut faults = Faults::default();
        let schema = force::schema(self, path, &mut faults);
        let outcome = self.outcome(schema, faults);
        // A path nobody has a text for is not remembered: it may be made up.
        if self.shelf.has(path) {
            self.made(|made| made.schemas.insert(path.to_owned(), outcome.clone()));
        }
        outcome
    }

    /// The segments, composites and code lists of a release; of `envelope` the control segments.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the texts it is made from.
    pub fn dictionary(&self, release: &str) -> Result<Arc<Dictionary>, Arc<Vec<GrammarError>>> {
        if let Some(known) = self.made(|made| made.dictionaries.get(release).cloned()) {
            return known;
        }
        let mut faults = Faults::default();
        let dictionary = force::dictionary(&self.shelf, release, &mut faults);
        let outcome = self.outcome(dictionary, faults);
        if self.shelf.has_dictionary(release) {
            self.made(|made| made.dictionaries.insert(release.to_owned(), outcome.clone()));
        }
        outcome
    }

    /// The place of the map that is compiled for a structure or guide.
    fn lazy_map(&self, path: &str) -> Arc<LazyMap> {
        self.made(|made| Arc::clone(made.maps.entry(path.to_owned()).or_default()))
    }

    /// Which texts are in force for a set: by GS08 (the partner's bytes, whatever they are), ST01
    /// and the path of the agreement's guide. Cheap when asked again.
    #[must_use]
    pub fn resolve(&self, gs08: &str, set: &str, guide: Option<&str>) -> Arc<Resolution> {
        let key = format!("{gs08}\n{set}\n{}", guide.unwrap_or_default());
        if let Some(known) = self.made(|made| made.resolutions.get(&key).cloned()) {
            return known;
        }
        let resolution = Arc::new(force::resolve(self, gs08, set, guide));
        if key.len() > RESOLUTION_KEY_BYTES {
            return resolution;
        }
        self.made(|made| {
            if made.resolutions.len() >= RESOLUTIONS {
                made.resolutions.clear();
            }
            made.resolutions.insert(key, Arc::clone(&resolution));
        });
        resolution
    }

    /// The sets of which a structure is known, sorted.
    #[must_use]
    pub fn sets(&self) -> Vec<String> {
        self.shelf.sets().map(str::to_owned).collect()
    }

    /// The releases in which a set is known, sorted.
    #[must_use]
    pub fn releases(&self, set: &str) -> Vec<String> {
        self.shelf.releases(set).map(str::to_owned).collect()
    }

    /// The guides that are known: `acme-retail/850`, sorted.
    #[must_use]
    pub fn guides(&self) -> Vec<String> {
        self.shelf.guides().collect()
    }

    /// The paths of all texts, faulty ones too, sorted: `x12/004010/850.grammar`.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.shelf.paths()
    }

    /// The parsed text of a path, when it parses.
    #[must_use]
    pub fn text(&self, path: &str) -> Option<&Text> {
        self.shelf.text(path)
    }

    /// The text of a path as it was added: errors are shown with its lines.
    #[must_use]
    pub fn source(&self, path: &str) -> Option<&str> {
        self.shelf.source(path)
    }

    fn made<T>(&self, act: impl FnOnce(&mut Made) -> T) -> T {
        // Only finished work is put in, so a panic elsewhere leaves nothing half made.
        act(&mut self.made.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn outcome<T>(&self, made: Option<T>, faults: Faults) -> Outcome<T> {
        let errors = faults.into_list();
        match made {
            Some(made) if errors.is_empty() => Ok(Arc::new(made)),
            _ => Err(Arc::new(errors.into_iter().map(|error| self.shelf.placed(error)).collect())),
        }
    }
}
