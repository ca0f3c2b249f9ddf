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

const DIFFERENCES: [Difference; 7] = [
    Difference {
        file: "004010x091a1-pyx12-x12testdata-bad-header-looping-source.edi",
        theirs: &["1 N1@39", "1 N1@42", "1 N3@40", "1 N4@41", "8 DTM02@5"],
        ours: &["7 N1@39", "7 N1@42", "8 DTM02@5"],
        because: "the parties come again behind the claims: 1 is for ids that are not known, but N1 \
                  is known and late, which is 7; N3 and N4 stand in the loop it opens",
    },
    Difference {
        file: "005010x221a1-pyedi-test-generic-formatter-1.edi",
        theirs: &["1 CAS@11", "1 CLP@8", "1 NM1@9", "1 SVC@10", "3 PER@7"],
        ours: &["3 LX@8", "3 PER@7"],
        because: "one thing is wrong: the claim lacks the LX before it; the four ids are known and \
                  stand rightly within the claim",
    },
    Difference {
        file: "005010x221a1-pyedi-test-new-formatter-0.edi",
        theirs: &["1 BPR16@2", "10 CLP10@10", "3 PER@8"],
        ours: &["1 BPR16@2", "3 PER@8", "I10 CLP10@10"],
        because: "an element the guide does not use is I10 in a 999; 10 is a relation broken",
    },
    Difference {
        file: "005010x221a1-pyedi-test-stringio-support-0.edi",
        theirs: &["3 PER@7", "5 BPR16@2", "8 BPR16@2"],
        ours: &["3 PER@7", "8 BPR16@2"],
        because: "a text that is no date is told once; its length follows from that",
    },
    Difference {
        file: "005010x221a1-x12parser-example-from-nth.edi",
        theirs: &["1 indented x11"],
        ours: &["7 SVC01-01 x84"],
        because: "indentation is tolerated with a warning, pyx12 goes no further; the procedure \
                  qualifier was made unreadable (XX), and the guide lists the codes it may have",
    },
    Difference {
        file: "005010x221a1-x12types-835-test-30.edi",
        theirs: &["6 REF02@24"],
        ours: &[],
        because: "a blank at the end of a text is tolerated with a warning; when strict it is 6",
    },
    Difference {
        file: "999999x999x9-x12parser-835-de-ident-01.edi",
        theirs: &[],
        ours: &["3 PER x1", "7 CAS01 x69", "7 SVC01-01 x351"],
        because: "pyx12 does not read the file at all; it lacks the technical contact, CR is no \
                  adjustment group of 005010 any more, and the procedure qualifier is unreadable",
    },
];

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
        let told: Vec<String> = messages.split(" | ").filter_map(their_message).collect();
        let file = columns.first().copied().unwrap_or_default();
        all.insert(file.to_owned(), brief(told));
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
        "SEG" if words.ends_with("leading space") => "indented".to_owned(),
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
    brief(told)
}

/// In order; of many at one place of a segment only how many.
fn brief(mut told: Vec<String>) -> Vec<String> {
    told.sort();
    if told.len() <= 8 {
        return told;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for line in &told {
        let what = line.split('@').next().unwrap_or_default();
        *counts.entry(what.to_owned()).or_default() += 1;
    }
    counts.into_iter().map(|(what, count)| format!("{what} x{count}")).collect()
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
