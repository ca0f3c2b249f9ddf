//! Our acknowledgments beside those another validator (pyx12) gave to the same files: the same
//! segments and elements with the same codes, or a reason why not.
//!
//! Its answers are part of the corpus, which is not part of the repository; without
//! `EDIGATE_CORPUS` there is nothing to do. They never name loops, and some of them were cut
//! short by an exception of the other program, so what follows their last note is not compared.

#![expect(clippy::unwrap_used, reason = "a corpus that can't be read has failed the test")]
#![expect(clippy::print_stdout, reason = "what was not run, and how much was, is to be seen")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Notes of an answer: `DTM 5 8` for a segment, `DTM 5 2 8` for an element.
type Notes = BTreeSet<String>;

/// What one side says and the other does not, and why that is right.
struct Difference {
    file: &'static str,
    theirs: &'static [&'static str],
    ours: &'static [&'static str],
    why: &'static str,
}

/// Reviewed by hand, each against the implementation guide and GRAMMAR.md.
const REVIEWED: &[Difference] = &[
    Difference {
        file: "835/004010x091a1-pyx12-x12testdata-bad-header-looping-source.edi",
        theirs: &["N1 39 1", "N1 42 1", "N3 40 1", "N4 41 1"],
        ours: &["N1 39 7", "N1 42 7"],
        why: "N1 is a segment of the set, so it is not unknown (1) but out of sequence (7); its \
              loop is opened all the same, and N3 and N4 stand rightly in it",
    },
    Difference {
        file: "835/005010x221a1-pyedi-test-generic-formatter-1.edi",
        theirs: &["CAS 11 1", "CLP 8 1", "NM1 9 1", "SVC 10 1"],
        ours: &["LX 8 3"],
        why: "one segment is missing, the LX before the claim; the claim itself is sound",
    },
    Difference {
        file: "835/005010x221a1-pyedi-test-new-formatter-0.edi",
        theirs: &["CLP 10 10 10"],
        ours: &["CLP 10 10 I10"],
        why: "the standard has CLP10 and the guide leaves it unused: a 999 says that with I10",
    },
    Difference {
        file: "835/005010x221a1-pyedi-test-stringio-support-0.edi",
        theirs: &["BPR 2 16 5"],
        ours: &[],
        why: "an element is told once: what is no date (8) has no length",
    },
    Difference {
        file: "835/005010x221a1-x12types-835-test-30.edi",
        theirs: &["REF 24 2 6", "REF 24 8"],
        ours: &[],
        why: "a blank at the end of a value is cut with a warning, and an error when strict",
    },
    Difference {
        file: "837/004010x098a1-pyx12-x12testdata-loop-counting-source.edi",
        theirs: &["LX 385 4", "LX 392 4", "LX 399 4", "LX 406 4"],
        ours: &[],
        why: "no grammar of 837 is shipped: the set is answered as not supported",
    },
];

/// Files of which nothing can be compared, and why.
const APART: &[(&str, &str)] = &[(
    "835/005010x221a1-x12parser-example-from-nth.edi",
    "theirs lost its place at the first segment and calls all that follows unknown",
)];

fn notes(segments: impl Iterator<Item = String>, element: char, component: char) -> Notes {
    let mut notes = Notes::new();
    let mut place = String::new();
    for segment in segments {
        let parts: Vec<&str> = segment.trim().split(element).collect();
        match parts.as_slice() {
            ["AK3" | "IK3", id, position, rest @ ..] => {
                place = format!("{id} {position}");
                notes.insert(format!("{place} {}", rest.get(1).unwrap_or(&"")));
            }
            ["AK4" | "IK4", at, _, code, ..] => {
                let at: Vec<_> = at.split(component).take(2).collect();
                notes.insert(format!("{place} {} {code}", at.join("-")));
            }
            _ => {}
        }
    }
    notes
}

/// The notes of our answer, whether the interchange would be refused as a whole or not.
fn ours(corpus: &Path, file: &str) -> Notes {
    let with = if file.contains("/004010") { "997" } else { "999" };
    let output = Command::new(env!("CARGO_BIN_EXE_edigate"))
        .current_dir(corpus)
        .args(["ack", "--with", with, "--date", "2026-03-31T14:05", file])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut sent = text.chars();
    let (Some(element), Some(component), Some(terminator)) =
        (sent.nth(3), sent.nth(100), sent.next())
    else {
        return Notes::new();
    };
    notes(text.split(terminator).map(str::to_owned), element, component)
}

/// Files with their answers: rows of the oracle's table, and answers kept beside their sources.
fn answers(corpus: &Path) -> BTreeMap<String, Notes> {
    let mut answers = BTreeMap::new();
    let table = std::fs::read_to_string(corpus.join("ORACLE.tsv")).unwrap();
    for row in table.lines().skip(1) {
        let mut cells = row.split('\t');
        let (Some(file), Some(_), Some(said)) = (cells.next(), cells.next(), cells.next()) else {
            continue;
        };
        if file.starts_with("835/") && !said.is_empty() {
            let segments = said.split('~').map(str::to_owned);
            answers.insert(file.to_owned(), notes(segments, '*', ':'));
        }
    }
    for entry in std::fs::read_dir(corpus.join("997")).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some((stem, "res997.edi")) = name.rsplit_once('-') else { continue };
        let title = stem.trim_start_matches("004010-");
        for folder in ["834", "835", "837", "270"] {
            let sources = std::fs::read_dir(corpus.join(folder)).unwrap();
            for source in sources {
                let source = source.unwrap().file_name().into_string().unwrap();
                if source.ends_with(&format!("{title}-source.edi")) {
                    let said = std::fs::read_to_string(corpus.join("997").join(&name)).unwrap();
                    let segments = said.split('~').map(str::to_owned);
                    answers.insert(format!("{folder}/{source}"), notes(segments, '*', ':'));
                }
            }
        }
    }
    answers
}

#[test]
fn we_agree_with_pyx12_or_say_why_not() {
    let Some(corpus) = std::env::var_os("EDIGATE_CORPUS").map(PathBuf::from) else {
        println!("EDIGATE_CORPUS is not set: acknowledgments were not compared with pyx12's");
        return;
    };
    let answers = answers(&corpus);
    assert!(answers.len() >= 25, "only {} answers in the corpus", answers.len());
    let mut same = 0;
    for (file, theirs) in &answers {
        if APART.iter().any(|(apart, _)| apart == file) {
            continue;
        }
        let ours = ours(&corpus, file);
        let reviewed = REVIEWED.iter().find(|reviewed| reviewed.file == file);
        let expected = |list: Option<&'static [&'static str]>| {
            list.unwrap_or_default().iter().map(|note| (*note).to_owned()).collect::<Notes>()
        };
        let only = |these: &Notes, those: &Notes| these - those;
        assert_eq!(
            only(theirs, &ours),
            expected(reviewed.map(|reviewed| reviewed.theirs)),
            "{file}: what only theirs say"
        );
        assert_eq!(
            only(&ours, theirs),
            expected(reviewed.map(|reviewed| reviewed.ours)),
            "{file}: what only ours say"
        );
        match reviewed {
            Some(reviewed) => println!("{file} differs: {}", reviewed.why),
            None => same += 1,
        }
    }
    println!("{} of {} files have the same notes in both answers", same, answers.len());
}
