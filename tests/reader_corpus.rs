//! The envelopes of real files: what each gives is a reviewed table, and where it differs from
//! the strict envelope check of the corpus' manifest, a reason stands here.
//!
//! The corpus is found through `EDIGATE_CORPUS`; it is not part of the repository, and the table
//! holds its file names and our findings' names only.
#![expect(clippy::unwrap_used, reason = "a file that can't be read is a failed test")]
#![expect(clippy::print_stdout, reason = "what was not run is said")]
#![expect(clippy::indexing_slicing, reason = "a short row of the manifest is a failed test")]

#[path = "reader/support.rs"]
#[expect(dead_code, reason = "shared with the tests of invented files")]
mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use edigate::x12::finding::{At, Fault, Finding, Level, Oddity};
use edigate::x12::report::FileReport;

/// What the manifest's check and ours call by these names.
const COMPARED: [&str; 15] = [
    "ISA widths",
    "no ISA",
    "no IEA",
    "no GE",
    "no SE",
    "outside",
    "terminator",
    "SE01",
    "SE02",
    "ST02 repeated",
    "GE01",
    "GE02",
    "IEA01",
    "IEA02",
    "GS01",
];

fn corpus() -> Option<PathBuf> {
    let found = std::env::var_os("EDIGATE_CORPUS").map(PathBuf::from);
    if found.is_none() {
        println!("EDIGATE_CORPUS is not set: no envelopes of real files were read");
    }
    found
}

/// Path and columns of the manifest's X12 files.
fn manifest(corpus: &std::path::Path) -> Vec<(String, String)> {
    let text = std::fs::read_to_string(corpus.join("MANIFEST.tsv")).unwrap();
    let rows = text.lines().skip(1).map(|line| line.split('\t').collect::<Vec<_>>());
    let x12 = rows.filter(|row| row[0].ends_with(".edi"));
    x12.map(|row| (row[0].to_owned(), row[5].to_owned())).collect()
}

/// What our findings are called: by the manifest's names where it has one.
fn name(finding: &Finding) -> String {
    let oddity = |oddity| finding.fault == Fault::Tolerated(oddity);
    match &finding.fault {
        Fault::Tolerated(Oddity::IsaWidths) => "ISA widths".into(),
        Fault::Tolerated(Oddity::Fragment) | Fault::NoInterchange => "no ISA".into(),
        Fault::Interchange { note: 23, .. } => "no IEA".into(),
        Fault::Interchange { note: 22 | 24, .. } if finding.at == At::Interchange => {
            if finding.segment.is_empty() { "no IEA".into() } else { "outside".into() }
        }
        Fault::Interchange { note: 4, .. } => "terminator".into(),
        Fault::Interchange { note: 21, .. } => "IEA01".into(),
        Fault::Interchange { note: 1, .. } => "IEA02".into(),
        Fault::Interchange { .. } => {
            let level = if finding.level == Level::Error { "" } else { " (warning)" };
            format!("{}{:02}{level}", finding.segment, finding.element.unwrap_or(0))
        }
        Fault::SegmentCount { .. } => "SE01".into(),
        Fault::SetControlDiffers { .. } => "SE02".into(),
        Fault::SetControlRepeated => "ST02 repeated".into(),
        Fault::MissingTrailer => "no SE".into(),
        Fault::SetCount { .. } => "GE01".into(),
        Fault::GroupControlDiffers { .. } => "GE02".into(),
        Fault::MissingGroupTrailer => "no GE".into(),
        Fault::GroupControl => "GS06".into(),
        Fault::GroupControlRepeated => "GS06 repeated".into(),
        Fault::SetNotOfGroup { .. } => "GS01".into(),
        _ if oddity(Oddity::LeadingZeros) => format!("{}02 zeros", finding.segment),
        Fault::Tolerated(oddity) => format!("{oddity:?}"),
        other => format!("{other:?}"),
    }
}

/// Names of the envelope findings of a file, each once, in order.
fn envelope(report: &FileReport) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut add = |finding: &Finding| {
        let name = name(finding);
        if !found.contains(&name) {
            found.push(name);
        }
    };
    report.findings.iter().for_each(&mut add);
    for interchange in &report.interchanges {
        interchange.findings.iter().for_each(&mut add);
        for group in &interchange.groups {
            group.findings.iter().for_each(&mut add);
            let details = group.sets.iter().filter_map(|set| set.details.as_ref());
            let findings = details.flat_map(|details| &details.findings);
            // Which grammar is known, and what it finds, is another table's matter.
            let grammar = |finding: &&Finding| {
                let chosen = matches!(
                    finding.fault,
                    Fault::NoGrammar | Fault::NearestGrammar { .. } | Fault::RuleNotice { .. }
                );
                finding.at == At::Set && !chosen
            };
            findings.filter(grammar).for_each(&mut add);
        }
    }
    found
}

/// Names of what the manifest's check found.
fn expected(verdict: &str) -> BTreeSet<String> {
    let after = |mark: &str| verdict.split_once(mark).map(|(_, rest)| rest);
    let reasons = after("strict envelope check): ")
        .or_else(|| after("check finds: "))
        .or_else(|| after("envelope check: "))
        .or_else(|| after("unknown: fragment without envelope").map(|_| "fragment"));
    let names = reasons.unwrap_or_default().split("; ").filter_map(|reason| {
        let starts = |text: &str| reason.starts_with(text);
        Some(match reason {
            _ if starts("fragment") || starts("does not begin") || starts("ISA has") => "no ISA",
            _ if starts("ISA not fixed") => "ISA widths",
            _ if starts("no segment terminator") => "terminator",
            _ if starts("missing SE") => "no SE",
            _ if starts("missing GE") => "no GE",
            _ if starts("missing IEA") => "no IEA",
            _ if starts("segment ") => "outside",
            _ if starts("ST02 repeated") => "ST02 repeated",
            _ if starts("GS01") => "GS01",
            _ => COMPARED.iter().find(|name| starts(name))?,
        })
    });
    names.map(str::to_owned).collect()
}

#[test]
fn envelopes_of_real_files_give_what_was_reviewed() {
    let Some(corpus) = corpus() else { return };
    let mut table = String::new();
    for (path, _) in manifest(&corpus) {
        let report = support::report(&std::fs::read(corpus.join(&path)).unwrap(), false);
        table.push_str(&format!("{path}: {}\n", envelope(&report).join(", ")));
    }
    insta::assert_snapshot!("envelopes", table);
}

#[test]
fn envelopes_differ_from_the_manifest_where_a_reason_is_known() {
    let Some(corpus) = corpus() else { return };
    let reasons: BTreeMap<&str, &str> = REASONS.iter().copied().collect();
    let mut unexplained = Vec::new();
    let mut explained = BTreeSet::new();
    for (path, verdict) in manifest(&corpus) {
        let report = support::report(&std::fs::read(corpus.join(&path)).unwrap(), false);
        let found = envelope(&report);
        let compared = |name: &&String| COMPARED.contains(&name.as_str());
        let ours: BTreeSet<String> = found.iter().filter(compared).cloned().collect();
        let theirs = expected(&verdict);
        if ours == theirs {
            continue;
        }
        explained.insert(path.clone());
        if !reasons.contains_key(path.as_str()) {
            unexplained.push(format!("{path}\n    ours {ours:?}\n    theirs {theirs:?}"));
        }
    }
    assert!(unexplained.is_empty(), "{}", unexplained.join("\n"));
    let stale: Vec<_> = reasons.keys().filter(|path| !explained.contains(**path)).collect();
    assert!(stale.is_empty(), "these do not differ: {stale:?}");
}

/// Files whose envelope we judge otherwise than the manifest, and why.
const REASONS: [(&str, &str); 19] = [
    (
        "270/004010x092a1-imsweb-x270.edi",
        "SE02 differs from ST02 by a leading zero only: told as a warning of its own",
    ),
    (
        "270/005010x279a1-x12types-270-test-1.edi",
        "no grammar for 270 is shipped, so the group it belongs to is not known",
    ),
    (
        "820/005010x218-x12types-820-test-0.edi",
        "no grammar for 820 is shipped, so the group it belongs to is not known",
    ),
    (
        "832/004010-stupidedi-sc832-fail-2.edi",
        "no grammar for 832 is shipped, so the group it belongs to is not known",
    ),
    (
        "837/005010x222a1-imsweb-x12-multiple-transactions.edi",
        "ST02 repeats in other interchanges only, and must be new in its own group alone",
    ),
    (
        "other-sets/940-004010-ediengine-multiple-interchanges-and-groups.edi",
        "ST02 repeats in other groups only, and must be new in its own alone",
    ),
    (
        "837/005010x222a1-imsweb-x12-no-isa-line.edi",
        "without ISA nothing is an interchange: unreadable, and its sets are not counted",
    ),
    (
        "mixed/004060-gozer-x12-wrong-isa.edi",
        "XXX for ISA: unreadable, and what follows is not counted",
    ),
    (
        "850/004010-edinet-x12-850-issue135.edi",
        "ISA16 is missing and ~ is the terminator, not the line end: one segment lacks it, so \
         SE01 is one too many, while GE02 and IEA02 are right",
    ),
    (
        "850/004010-x12parser-example4-adobe-shrink-wrapped.edi",
        "the line end is the terminator and the blank before it layout, not the other way round",
    ),
    (
        "broken/004010-x12types-940-test-6.edi",
        "~ is made out as terminator from the segments after ISA, which lacks it and ISA16",
    ),
    (
        "broken/004010-x12types-940-test-7.edi",
        "one separator of ISA is overwritten: its fields are read by their places, and refused",
    ),
    (
        "broken/005010-x12types-837-test-8.edi",
        "all segments are comments, IEA too, so there is no IEA either",
    ),
    (
        "broken/isa00401-edireader-edireader-test-textblock2.edi",
        "all segments begin with a backslash and an r, IEA too, so there is no IEA either",
    ),
    (
        "broken/005010-stupidedi-hp835-health-care-claim-paym-case-1.edi",
        "the prose before ISA is passed over as what belongs to no interchange",
    ),
    (
        "broken/noversion-gozer-x12-no-line-break-no-delim.edi",
        "no terminator can be made out, so nothing behind ISA is read",
    ),
    (
        "mixed/004060-gozer-x12-base-no-line-breaks-odd-char.edi",
        "a letter outside ASCII is the terminator; it is tolerated",
    ),
    (
        "other-sets/180-005040-x12parser-from-lowes.edi",
        "widths are counted in bytes, and ISA08 holds a character of three",
    ),
    (
        "other-sets/275-005010-x12types-275-test-1.edi",
        "the manifest's check did not count segments where there is binary data; SE01 is wrong",
    ),
];
