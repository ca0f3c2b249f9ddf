//! Fixtures, the shipped grammars, and a short form of reports.

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use edigate::grammar::library::{Library, Resolution};
use edigate::x12::finding::{Finding, Level};
use edigate::x12::reader::Limits;
use edigate::x12::report::{FileReport, GroupHeader, InterchangeHeader, Sink};
use edigate::x12::screen::{Collect, Options, Rules, screen_within};

static SHIPPED: LazyLock<Library> = LazyLock::new(Library::shipped);

/// The grammars that are shipped.
pub(crate) struct Shipped;

impl Rules for Shipped {
    fn resolve(
        &self,
        _interchange: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        _implementation: &str,
    ) -> Arc<Resolution> {
        SHIPPED.resolve(group.element(8), set, None)
    }
}

pub(crate) fn report(bytes: &[u8], strict: bool) -> FileReport {
    report_within(bytes, strict, Limits::default())
}

pub(crate) fn report_within(bytes: &[u8], strict: bool, limits: Limits) -> FileReport {
    let mut sink = Collect::new();
    let options = Options { strict };
    let verdict = screen_within(bytes, &Shipped, &options, limits, &mut sink).unwrap();
    sink.finish(verdict)
}

pub(crate) fn screen_into(bytes: &[u8], limits: Limits, sink: &mut impl Sink) {
    screen_within(bytes, &Shipped, &Options::default(), limits, sink).unwrap();
}

/// Name and bytes of the fixtures below `folder`, by name.
pub(crate) fn fixtures(folder: &str) -> Vec<(String, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/x12/envelope");
    let mut found = Vec::new();
    let mut folders = vec![root.join(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "edi") {
                let name = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                found.push((name, fs::read(path).unwrap()));
            }
        }
    }
    found.sort();
    assert!(!found.is_empty());
    found
}

/// The verdict, and a line for each finding.
pub(crate) fn describe(report: &FileReport) -> Vec<String> {
    let mut lines = vec![format!("{:?}", report.verdict)];
    let mut add = |place: &str, finding: &Finding| lines.push(line(place, finding));
    report.findings.iter().for_each(|finding| add("file", finding));
    for interchange in &report.interchanges {
        interchange.findings.iter().for_each(|finding| add("interchange", finding));
        for group in &interchange.groups {
            group.findings.iter().for_each(|finding| add("group", finding));
            for set in &group.sets {
                let findings = set.details.iter().flat_map(|details| &details.findings);
                findings.for_each(|finding| add(&format!("set {}", set.control), finding));
            }
        }
    }
    lines
}

fn line(place: &str, finding: &Finding) -> String {
    let level = match finding.level {
        Level::Warning => "warning",
        Level::Business => "business",
        Level::Error => "error",
    };
    let element = finding.element.map(|number| format!("{number:02}")).unwrap_or_default();
    format!(
        "{place}: {level} {}{element} {:?} at {}+{} \"{}\"",
        finding.segment, finding.fault, finding.offset, finding.length, finding.text
    )
}
