//! Which grammar each set of the corpus of real files resolves to, by what its group says in GS08,
//! against a table that people reviewed.
//!
//! The corpus is not part of the repository; without `EDIGATE_CORPUS` there is nothing to do.
#![expect(clippy::unwrap_used, reason = "a test that cannot read its files has failed")]
#![expect(clippy::print_stdout, reason = "what could not be run is said")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use edigate::grammar::library::{Library, Resolution};
use edigate::x12::report::{GroupHeader, InterchangeHeader};
use edigate::x12::screen::{Collect, Options, Rules, screen};

/// GS08 and ST01; what they resolve to, and how often.
type Seen = BTreeMap<(String, String), (String, u32)>;

/// Rules that note what they were asked and answered.
struct Noted {
    library: Library,
    seen: RefCell<Seen>,
}

impl Rules for Noted {
    fn resolve(
        &self,
        _interchange: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        _implementation: &str,
    ) -> Arc<Resolution> {
        let gs08 = group.element(8);
        let found = self.library.resolve(gs08, set, None);
        let rule = found.schema.as_ref().map_or("-", |schema| &schema.rule);
        let told = if found.notices.is_empty() { "" } else { " told" };
        let answer = format!("{rule} {:?}{told}", found.via);
        let key = (gs08.escape_default().to_string(), set.to_owned());
        self.seen.borrow_mut().entry(key).or_insert((answer, 0)).1 += 1;
        found
    }
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn every_set_of_the_corpus_resolves_as_reviewed() {
    let Some(corpus) = std::env::var_os("EDIGATE_CORPUS").map(PathBuf::from) else {
        println!("EDIGATE_CORPUS is not set: the corpus of real files was not run");
        return;
    };
    let rules = Noted { library: Library::shipped(), seen: RefCell::default() };
    let mut paths = Vec::new();
    files(&corpus, &mut paths);
    for path in paths.iter().filter(|path| path.extension().is_some_and(|end| end == "edi")) {
        let bytes = std::fs::read(path).unwrap();
        screen(bytes.as_slice(), &rules, &Options::default(), &mut Collect::new()).unwrap();
    }
    let row = |((gs08, set), (answer, times)): (&(String, String), &(String, u32))| {
        format!("{gs08}\t{set}\t{answer}\t{times}\n").replace(' ', "\t")
    };
    let seen = rules.seen.borrow();
    let table: String = seen.iter().map(row).collect();
    insta::assert_snapshot!(table);
}
