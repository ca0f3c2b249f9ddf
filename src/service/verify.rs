//! Checks a home: every object against its name, every object that facts name against the
//! archive, the archive against what facts name, and the ledger's rows against its facts.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use serde::Serialize;

use super::home::Places;
use super::local::Local;
use crate::edge::archive::directory::place_of;
use crate::ledger::query::{self, ObjectRow};
use crate::ledger::record::{self, Unfit};
use crate::ledger::statement::{Row, Statement};
use crate::ports::Store;
use crate::vocabulary::digest::{Digest, Hasher};
use crate::vocabulary::failure::{Failure, Source};
use crate::vocabulary::ids::{DocumentId, TransmissionId};

/// Rows of the ledger read at once.
const ROWS: u64 = 10_000;

/// What was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Report {
    /// Objects looked at.
    pub objects: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Whether there was a ledger to compare with.
    pub ledger: bool,
    /// What is wrong, by path.
    pub wrong: Vec<Wrong>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Wrong {
    /// The path below what was verified.
    pub path: String,
    /// What.
    pub what: What,
    /// In one sentence.
    pub sentence: String,
}

/// How an object can be wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// Its bytes are not those its name says.
    Changed,
    /// A fact names it and it is not there.
    Missing,
    /// It is there and no fact names it, or it is no object at all.
    Extra,
    /// It can't be read.
    Unreadable,
}

/// Told how far it is: objects done, objects in all when known.
pub type Progress<'a> = dyn FnMut(u64, Option<u64>) + 'a;

/// Verifies a home, or an archive without its ledger.
///
/// # Errors
///
/// When `path` is neither, or its ledger can't be read.
pub fn verify(path: &Path, progress: &mut Progress<'_>) -> Result<Report, Failure> {
    let (archive, ledger) = parts(path)?;
    let facts = ledger.as_ref().map(Facts::open).transpose()?;
    let (named, contradictions) = match &facts {
        Some(facts) => (Some(facts.named()?), facts.contradictions()?),
        None => (None, Vec::new()),
    };
    let mut found = Found {
        base: path.to_owned(),
        report: Report { ledger: named.is_some(), ..Report::default() },
        total: named.as_ref().and_then(|named| u64::try_from(named.len()).ok()),
        named,
        in_flight: in_flight(&archive),
        unnamed: Vec::new(),
    };
    found.walk(&archive.join("objects"), progress);
    found.missing(&archive);
    found.extra(facts.as_ref())?;
    found.report.wrong.extend(contradictions);
    found.report.wrong.sort();
    Ok(found.report)
}

/// The archive of `path`, and its ledger when it has one.
fn parts(path: &Path) -> Result<(PathBuf, Option<Places>), Failure> {
    let places = Places::new(path);
    if places.archive().join("objects").is_dir() {
        let ledger = places.ledger().is_file().then_some(places);
        return Ok((path.join("archive"), ledger));
    }
    if path.join("objects").is_dir() {
        // The archive of a home knows its ledger.
        let home = path
            .parent()
            .map(Places::new)
            .filter(|home| home.archive() == path && home.ledger().is_file());
        return Ok((path.to_owned(), home));
    }
    let text = format!("{} is no home and no archive: it has no objects", path.display());
    Err(Failure::until_mended(Source::Archive, text))
}

/// The ledger of a home, to be compared with itself and with the archive.
struct Facts {
    store: crate::edge::store::sqlite::Sqlite,
    runtime: tokio::runtime::Runtime,
}

impl Facts {
    fn open(places: &Places) -> Result<Self, Failure> {
        Ok(Self { store: Local::look(places)?, runtime: super::daemon::runtime()? })
    }

    fn rows(&self, query: Statement) -> Result<Vec<Row>, Failure> {
        self.runtime.block_on(self.store.rows(query))
    }

    /// Every object that facts name, with its length.
    fn named(&self) -> Result<BTreeMap<Digest, u64>, Failure> {
        let mut named = BTreeMap::new();
        self.each(query::objects_after, |row| {
            named.extend(ObjectRow::read(row).map(|row| (row.digest, row.length)));
            Ok(())
        })?;
        Ok(named)
    }

    /// Goes through a listing by its first column.
    fn each(
        &self,
        page: fn(&str, u64) -> Statement,
        mut act: impl FnMut(&Row) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut last = String::new();
        loop {
            let rows = self.rows(page(&last, ROWS))?;
            let Some(end) = rows.last() else { return Ok(()) };
            end.text(0).clone_into(&mut last);
            rows.iter().try_for_each(&mut act)?;
        }
    }

    /// The facts of a subject up to the version its row has: a running daemon may have added
    /// more since the row was read.
    fn facts_of(&self, row: &Row) -> Result<Vec<Row>, Failure> {
        let mut facts = self.rows(query::events_of(row.text(0)))?;
        facts.retain(|fact| fact.integer(0) <= row.integer(1));
        Ok(facts)
    }

    /// Where the ledger is not what its facts say: a gap in their order, a row that folding
    /// them does not give.
    fn contradictions(&self) -> Result<Vec<Wrong>, Failure> {
        let mut wrong = Vec::new();
        let mut tell = |what: String, sentence: String| {
            wrong.push(Wrong { path: format!("ledger.db: {what}"), what: What::Changed, sentence });
        };
        let span = self.rows(query::event_span())?.pop().unwrap_or_default();
        let (count, first, last, next) =
            (span.integer(0), span.integer(1), span.integer(2), span.integer(3));
        if first != 0 || last.checked_add(1) != Some(count) || next != count {
            let sentence =
                format!("there should be {next} facts, from 0 on, and there are {count}");
            tell("the order of facts".into(), sentence);
        }
        self.each(query::transmission_stages, |row| {
            let Some(id) = TransmissionId::parse(row.text(0)) else { return Ok(()) };
            let facts = self.facts_of(row)?;
            let folded = record::fold_transmission(id, &facts).map(|state| {
                state.map(|state| {
                    let object = state.arrival.object.to_string();
                    (state.version, state.stage.name(), object)
                })
            });
            if let Some(sentence) = differs(row, folded) {
                tell(format!("transmission {id}"), sentence);
            }
            Ok(())
        })?;
        self.each(query::document_stages, |row| {
            let Some(id) = DocumentId::parse(row.text(0)) else { return Ok(()) };
            let facts = self.facts_of(row)?;
            let folded = record::fold_document(id, &facts).map(|state| {
                state.map(|state| {
                    let object = state.record.object.to_string();
                    (state.version, state.stage.name(), object)
                })
            });
            if let Some(sentence) = differs(row, folded) {
                tell(format!("document {id}"), sentence);
            }
            Ok(())
        })?;
        Ok(wrong)
    }
}

type Folded = Result<Option<(i64, &'static str, String)>, Unfit>;

/// How a row differs from what folding its facts gives.
fn differs(row: &Row, folded: Folded) -> Option<String> {
    match folded {
        Err(unfit) => Some(format!("its facts can't be followed: {unfit}")),
        Ok(None) => Some("its facts are gone".into()),
        Ok(Some((version, stage, object))) => {
            let same = row.integer(1) == version && row.text(2) == stage && row.text(3) == object;
            (!same).then(|| format!("its facts say {stage} in version {version}"))
        }
    }
}

/// Objects being written just now, which a running daemon has not named yet.
fn in_flight(archive: &Path) -> Vec<(u64, u64)> {
    use std::os::unix::fs::MetadataExt;
    let Ok(entries) = fs::read_dir(archive.join("incoming")) else { return Vec::new() };
    let about = entries.filter_map(|entry| entry.ok()?.metadata().ok());
    about.map(|about| (about.dev(), about.ino())).collect()
}

struct Found {
    base: PathBuf,
    report: Report,
    total: Option<u64>,
    /// What facts name and was not met yet; none without a ledger.
    named: Option<BTreeMap<Digest, u64>>,
    in_flight: Vec<(u64, u64)>,
    /// Objects that no fact named when the ledger was read.
    unnamed: Vec<(Digest, PathBuf)>,
}

impl Found {
    /// Looks at every file below `objects`, wherever it lies.
    fn walk(&mut self, objects: &Path, progress: &mut Progress<'_>) {
        let mut folders = vec![objects.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                Err(cause) => {
                    self.wrong(&folder, What::Unreadable, cause.to_string());
                    continue;
                }
            };
            for entry in entries.filter_map(Result::ok) {
                let path = entry.path();
                if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                    folders.push(path);
                } else {
                    self.object(objects, &path);
                    progress(self.report.objects, self.total);
                }
            }
        }
    }

    fn object(&mut self, objects: &Path, path: &Path) {
        let name = path.file_name().and_then(|name| name.to_str()).and_then(Digest::parse);
        let place = name.and_then(|name| Some(objects.parent()?.join(place_of(name))));
        let Some(name) = name.filter(|_| place.as_deref() == Some(path)) else {
            let sentence = "this is no object: its name is not a SHA-256 in its place";
            return self.wrong(path, What::Extra, sentence.into());
        };
        self.report.objects = self.report.objects.saturating_add(1);
        let known = self.named.as_mut().map(|named| named.remove(&name));
        match digest(path) {
            Err(cause) => self.wrong(path, What::Unreadable, cause.to_string()),
            Ok((digest, length)) => {
                self.report.bytes = self.report.bytes.saturating_add(length);
                if digest != name {
                    let sentence = format!("its bytes were changed: they are {digest} now");
                    self.wrong(path, What::Changed, sentence);
                } else if known.flatten().is_some_and(|recorded| recorded != length) {
                    let sentence = "the ledger was changed: it says another length".to_owned();
                    self.wrong(path, What::Changed, sentence);
                } else if known == Some(None) && !self.is_in_flight(path) {
                    self.unnamed.push((name, path.to_owned()));
                }
            }
        }
    }

    fn is_in_flight(&self, path: &Path) -> bool {
        use std::os::unix::fs::MetadataExt;
        fs::metadata(path).is_ok_and(|about| self.in_flight.contains(&(about.dev(), about.ino())))
    }

    /// Objects that no fact names. A running daemon may have named some since: asked again.
    fn extra(&mut self, facts: Option<&Facts>) -> Result<(), Failure> {
        for (object, path) in std::mem::take(&mut self.unnamed) {
            let named = match facts {
                Some(facts) => !facts.rows(query::object_known(object))?.is_empty(),
                None => true,
            };
            if !named {
                let sentence = "no fact in the ledger names it: something else put it here";
                self.wrong(&path, What::Extra, sentence.into());
            }
        }
        Ok(())
    }

    fn missing(&mut self, archive: &Path) {
        for object in self.named.take().unwrap_or_default().into_keys() {
            let sentence = "a fact in the ledger names it, and it is not there".to_owned();
            self.wrong(&archive.join(place_of(object)), What::Missing, sentence);
        }
    }

    fn wrong(&mut self, path: &Path, what: What, sentence: String) {
        let path = path.strip_prefix(&self.base).unwrap_or(path).display().to_string();
        self.report.wrong.push(Wrong { path, what, sentence });
    }
}

fn digest(path: &Path) -> io::Result<(Digest, u64)> {
    let mut file = fs::File::open(path)?;
    let mut hasher = Hasher::new();
    let mut piece = vec![0; 64 * 1024];
    let mut length = 0u64;
    loop {
        let count = file.read(&mut piece)?;
        if count == 0 {
            return Ok((hasher.finish(), length));
        }
        hasher.update(piece.get(..count).unwrap_or_default());
        length = length.saturating_add(u64::try_from(count).unwrap_or(0));
    }
}
