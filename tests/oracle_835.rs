//! Our findings about foreign 835 files beside those of pyx12, an independent validator of the same
//! implementation guides.
//!
//! Where both say the same, a file needs no row here. Where they differ, the table says what they
//! say, what we say, and why the guide is on our side: a change of either is seen. The files and
//! pyx12's answers (ORACLE.tsv) are not ours to ship; `EDIGATE_CORPUS` says where they lie.

#![expect(clippy::unwrap_used, reason = "a corpus that cannot be read has failed the test")]
#![expect(clippy::print_stderr, reason = "an absent corpus is said in one line")]

use edigate::grammar::library::{Library, Resolution};
use edigate::x12::codes::{Form, code_of};
use edigate::x12::finding::{At, Finding};
use edigate::x12::report::{FileReport, GroupHeader, InterchangeHeader};
use edigate::x12::screen::{Collect, Options, Rules, screen};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A file about which the two differ.
struct Difference {
    file: &'static str,
    theirs: &'static [&'static str],
    ours: &'static [&'static str],
    because: &'static str,
}

const DIFFERENCES: [Difference; 0] = [];

struct Shipped(Library);

impl Rules for Shipped {
    fn resolve(
        &self,
        _: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        _: &str,
    ) -> Arc<Resolution> {
        self.0.resolve(group.element(8), set, None)
    }
}

fn corpus() -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "the corpus is found by its variable alone")]
    let folder = std::env::var("EDIGATE_CORPUS").ok();
    if folder.is_none() {
        eprintln!("not run: EDIGATE_CORPUS is not set, so pyx12's answers were not compared");
    }
    folder.map(PathBuf::from)
}

/// pyx12's messages about segments and elements, as `3 PER@8` and `8 BPR16@2`.
///
/// It counts lines from ISA, we count from ST. ST03, which had to be added for it to read the files
/// at all, is left out, and so are its envelope messages.
fn theirs(corpus: &Path) -> BTreeMap<String, Vec<String>> {
    let text = std::fs::read_to_string(corpus.join("ORACLE.tsv")).unwrap();
    let mut all = BTreeMap::new();
    for row in text.lines().filter(|row| row.starts_with("835/")) {
        let columns: Vec<&str> = row.split('\t').collect();
        let messages = columns.get(3).copied().unwrap_or_default();
        let mut told: Vec<String> = messages.split(" | ").filter_map(their_message).collect();
        told.sort();
        all.insert(columns.first().copied().unwrap_or_default().to_owned(), told);
    }
    all
}

fn their_message(message: &str) -> Option<String> {
    let (line, rest) = message.strip_prefix("Line:")?.split_once(' ')?;
    let position = line.parse::<u32>().ok()?.checked_sub(2)?;
    let (code, words) = rest.split_once(" - ")?;
    let (kind, code) = code.split_once(':')?;
    let named = |before: char, after: char| {
        let inside = words.split(before).skip(1).filter_map(|part| part.split_once(after));
        inside.map(|(name, _)| name).find(|name| name.len() < 7 && !name.contains(' '))
    };
    let place = match kind {
        "ELE" => named('(', ')')?.to_owned(),
        "SEG" if words.starts_with("Mandatory segment") => named('(', ')')?.to_owned(),
        "SEG" => words.strip_prefix("Segment ")?.split(['*', ' ']).next()?.to_owned(),
        _ => return None,
    };
    (place != "ST03").then(|| format!("{code} {place}@{position}"))
}

fn ours(file: &Path, rules: &Shipped) -> Vec<String> {
    let bytes = std::fs::read(file).unwrap();
    let mut sink = Collect::new();
    let verdict = screen(&*bytes, rules, &Options::default(), &mut sink).unwrap();
    let report: FileReport = sink.finish(verdict);
    let groups = report.interchanges.iter().flat_map(|interchange| &interchange.groups);
    let sets = groups.flat_map(|group| {
        let form = Form::for_release(group.header.element(8));
        group.sets.iter().map(move |set| (form, set))
    });
    let mut told = Vec::new();
    for (form, set) in sets {
        let findings = set.details.iter().flat_map(|details| &details.findings);
        told.extend(findings.filter_map(|finding| our_finding(finding, form)));
    }
    told.sort();
    told
}

fn our_finding(finding: &Finding, form: Form) -> Option<String> {
    if !matches!(finding.at, At::Segment | At::Element) {
        return None;
    }
    let code = code_of(finding, form)?.value;
    let element = finding.element.map(|element| format!("{element:02}")).unwrap_or_default();
    let component = finding.component.map(|component| format!("-{component:02}"));
    let component = component.unwrap_or_default();
    Some(format!("{code} {}{element}{component}@{}", finding.segment, finding.position))
}

#[test]
fn we_say_what_pyx12_says_or_the_table_says_why_not() {
    let Some(corpus) = corpus() else { return };
    let rules = Shipped(Library::shipped());
    let mut seen = 0;
    let mut wrong = Vec::new();
    for (file, theirs) in theirs(&corpus) {
        seen += 1;
        let ours = ours(&corpus.join(&file), &rules);
        let row = DIFFERENCES.iter().find(|row| file.ends_with(row.file));
        match row {
            None if ours == theirs => {}
            None => wrong.push(format!("{file}\n  theirs {theirs:?}\n  ours   {ours:?}")),
            Some(row) if ours == theirs => {
                wrong.push(format!("{}: both agree, the row is not needed", row.file));
            }
            Some(row) => {
                assert!(!row.because.is_empty());
                if row.theirs != theirs || row.ours != ours {
                    wrong.push(format!("{file} changed\n  theirs {theirs:?}\n  ours   {ours:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen >= 27, "ORACLE.tsv names only {seen} files of 835");
}
