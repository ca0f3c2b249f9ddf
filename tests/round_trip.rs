//! The law of maps (GRAMMAR.md 6.6), over real files and samples: what was read is written, and
//! read again is the same record; and no segment is lost on the way.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::print_stdout,
    reason = "a test's own steps"
)]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use edigate::canonical::json;
use edigate::canonical::record::Object;
use edigate::grammar::library::{Library, Resolution};
use edigate::grammar::mapping::CompiledMap;
use edigate::grammar::sample::{self, Size, Source};
use edigate::x12::finding::{At, Level};
use edigate::x12::read::read;
use edigate::x12::report::{GroupHeader, InterchangeHeader, Screened, Sink};
use edigate::x12::screen::{Options, Rules, screen};
use edigate::x12::segment::{Segment, SetText};
use edigate::x12::write::{Address, Envelope, Outgoing, Own, write_interchange, write_set};
use jiff::civil::date;
use proptest::prelude::*;

/// The shipped grammars, without guides.
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

/// A set that was accepted and has a map.
struct Kept {
    name: String,
    record: Object<'static>,
    map: Arc<CompiledMap>,
    group: String,
    release: String,
    segments: Vec<Vec<String>>,
}

struct Keep<'r> {
    rules: &'r Shipped,
    name: &'r str,
    sets: Vec<Kept>,
    refused: usize,
}

fn keep<'r>(rules: &'r Shipped, name: &'r str) -> Keep<'r> {
    Keep { rules, name, sets: Vec::new(), refused: 0 }
}

impl Sink for Keep<'_> {
    fn set(&mut self, set: &Screened<'_>) {
        // A wrong SE01 refuses a set of which every segment is sound.
        let findings = set.report.details.iter().flat_map(|details| &details.findings);
        let mut inside = findings.filter(|finding| {
            finding.level == Level::Error && matches!(finding.at, At::Segment | At::Element)
        });
        if set.schema.is_none() || inside.next().is_some() {
            self.refused += 1;
            return;
        }
        let id = set.report.set.as_str();
        let resolution = self.rules.resolve(set.interchange, set.group, id, "");
        let Ok(map) = resolution.mapping() else { return };
        let record = read(set, &map).record.into_owned();
        self.sets.push(Kept {
            name: format!("{} {id} {}", self.name, set.report.control),
            record,
            map,
            group: set.group.element(1).to_owned(),
            release: set.group.element(8).to_owned(),
            segments: set.text.iter().map(|segment| normal(&set.text, &segment)).collect(),
        });
    }
}

/// Elements without what may change: blanks at the end, spelling of decimals and dates.
fn normal(set: &SetText<'_>, segment: &Segment<'_>) -> Vec<String> {
    let id = String::from_utf8_lossy(segment.id()).into_owned();
    let mut elements = vec![id.clone()];
    for position in 1..=segment.len() {
        let bytes = segment.element(position);
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => bytes.iter().copied().map(char::from).collect(),
        };
        let component = char::from(set.delimiters.component);
        let parts: Vec<String> = text.split(component).map(spelled).collect();
        let joined = parts.join("\u{1f}");
        elements.push(joined.trim_end_matches('\u{1f}').to_owned());
    }
    if id == "HL" {
        for position in [1, 2, 4] {
            if let Some(element) = elements.get_mut(position) {
                element.clear();
            }
        }
    }
    while elements.last().is_some_and(String::is_empty) {
        elements.pop();
    }
    elements
}

fn spelled(text: &str) -> String {
    let text = text.trim_end_matches(' ');
    if let Some((_, first)) = MANY_TO_ONE.iter().find(|(code, _)| *code == text) {
        return (*first).to_owned();
    }
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let number = !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        && digits.matches('.').count() <= 1;
    if !number {
        return text.to_owned();
    }
    // Six digits may be a date that is written with its century.
    if digits.len() == 8 && (digits.starts_with("19") || digits.starts_with("20")) {
        return digits[2..].trim_start_matches('0').to_owned();
    }
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = whole.trim_start_matches('0');
    let fraction = if fraction.is_empty() { String::new() } else { format!(".{fraction}") };
    format!("{sign}{whole}{fraction}")
}

/// Segments of `before` that are not in `after`, but for those the map computes; values may move
/// within the segments of one id, for slots are filled from the left and packed ones share.
fn lost(before: &[Vec<String>], after: &[Vec<String>]) -> Vec<String> {
    let mut count: HashMap<&[String], i64> = HashMap::new();
    for segment in after {
        *count.entry(segment).or_default() += 1;
    }
    let mut missing: Vec<&[String]> = Vec::new();
    for segment in before {
        match count.get_mut(segment.as_slice()) {
            Some(left) if *left > 0 => *left -= 1,
            _ => missing.push(segment),
        }
    }
    let mut values: HashMap<(&str, &str), i64> = HashMap::new();
    for (segment, left) in &count {
        for value in segment[1..].iter().flat_map(|element| element.split('\u{1f}')) {
            *values.entry((segment[0].as_str(), value)).or_default() += left;
        }
    }
    let mut lost = Vec::new();
    for segment in missing {
        if ["ST", "SE", "CTT"].contains(&segment[0].as_str()) {
            continue;
        }
        let mut gone: Vec<&str> = Vec::new();
        let parts = segment[1..].iter().flat_map(|element| element.split('\u{1f}'));
        for value in parts.filter(|value| !value.is_empty()) {
            let left = values.entry((segment[0].as_str(), value)).or_default();
            *left -= 1;
            if *left < 0 {
                gone.push(value);
            }
        }
        // Carried elements stand once where packed segments were several.
        let carried = ["CAS", "PLB", "SDQ"].contains(&segment[0].as_str()) && gone.len() <= 2;
        if !gone.is_empty() && !carried {
            lost.push(format!("{} ({gone:?})", segment.join("*")));
        }
    }
    lost
}

fn envelope(kept: &Kept) -> Envelope {
    let address = |id: &str| Address { qualifier: "ZZ".into(), id: id.into() };
    Envelope {
        sender: address("SENDER"),
        receiver: address("RECEIVER"),
        application_sender: None,
        application_receiver: None,
        release: kept.release.clone(),
        usage: 'T',
        acknowledge: false,
        at: date(2026, 3, 31).at(14, 5, 0, 0),
        interchange_control: 1,
        group_control: 1,
        set_control: 1,
        separators: None,
        line_breaks: false,
    }
}

/// Whatever breaks the law for one set.
fn broken(rules: &Shipped, kept: &Kept) -> Option<String> {
    let outgoing = Outgoing {
        record: &kept.record,
        map: &kept.map,
        group: &kept.group,
        implementation: None,
        own: Own::default(),
    };
    let written = match write_interchange(&[outgoing], &envelope(kept)) {
        Ok(written) => written,
        Err(refusals) => {
            let refusals: Vec<String> = refusals.iter().map(ToString::to_string).collect();
            return Some(format!("not written: {}", refusals.join("; ")));
        }
    };
    let mut again = keep(rules, "again");
    screen(written.bytes.as_slice(), rules, &Options::default(), &mut again).unwrap();
    let shown = String::from_utf8_lossy(&written.bytes).into_owned();
    let [second] = again.sets.as_slice() else {
        let mut told = edigate::x12::screen::Collect::new();
        let verdict =
            screen(written.bytes.as_slice(), rules, &Options::default(), &mut told).unwrap();
        let report = told.finish(verdict);
        let findings: Vec<String> = report
            .interchanges
            .iter()
            .flat_map(|interchange| &interchange.groups)
            .flat_map(|group| &group.sets)
            .flat_map(|set| set.details.iter().flat_map(|details| details.findings.clone()))
            .map(|finding| format!("{} {} {:?}", finding.position, finding.segment, finding.fault))
            .collect();
        return Some(format!("written, then refused: {}\n{shown}", findings.join("; ")));
    };
    if second.record != kept.record {
        let (before, after) = (json::to_string(&kept.record), json::to_string(&second.record));
        let same = before.bytes().zip(after.bytes()).take_while(|(a, b)| a == b).count();
        let around = |text: &str| {
            let bytes = text.as_bytes();
            let (from, to) = (same.saturating_sub(300), bytes.len().min(same + 200));
            String::from_utf8_lossy(&bytes[from..to]).into_owned()
        };
        return Some(format!(
            "not the same:\n  {}\n  {}\n{shown}",
            around(&before),
            around(&after)
        ));
    }
    let lost = lost(&kept.segments, &second.segments);
    if !lost.is_empty() {
        return Some(format!("lost: {}\n{shown}", lost.join("; ")));
    }
    if !written.left_out.is_empty() {
        return Some(format!("left out: {}", written.left_out.join("; ")));
    }
    None
}

/// A fragment ST to SE in an envelope of the release its name begins with.
fn enveloped(name: &str, bytes: Vec<u8>) -> Vec<u8> {
    let groups = [("850", "PO"), ("855", "PR"), ("856", "SH"), ("810", "IN"), ("835", "HP")];
    let group = groups.iter().find(|(set, _)| bytes.starts_with(format!("ST*{set}*").as_bytes()));
    let Some((_, group)) = group else { return bytes };
    let release = name[..6].to_owned();
    let isa = format!(
        "ISA*00*          *00*          *ZZ*SENDER         *ZZ*RECEIVER       *200101*1200*{}*{}*\
         000000001*0*T*:~GS*{group}*S*R*20200101*1200*1*X*{release}~",
        if release == "004010" { "U" } else { "^" },
        &release[..5]
    );
    [isa.as_bytes(), &bytes, b"GE*1*1~IEA*1*000000001~"].concat()
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    let mut entries: Vec<PathBuf> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    entries.sort();
    for entry in entries {
        if entry.is_dir() {
            files(&entry, found);
        } else if entry.extension().is_some_and(|extension| extension == "edi") {
            found.push(entry);
        }
    }
}

#[test]
fn every_accepted_set_of_the_corpus_survives_reading_and_writing() {
    let Some(corpus) = std::env::var_os("EDIGATE_CORPUS") else {
        println!("EDIGATE_CORPUS is not set: real files were not read and written");
        return;
    };
    let rules = Shipped(Library::shipped());
    let mut paths = Vec::new();
    files(Path::new(&corpus), &mut paths);
    let mut failures = Vec::new();
    let mut counts: HashMap<String, (usize, usize)> = HashMap::new();
    for path in paths {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let mut keep = Keep { rules: &rules, name: &name, sets: Vec::new(), refused: 0 };
        let bytes = enveloped(&name, std::fs::read(&path).unwrap());
        screen(bytes.as_slice(), &rules, &Options::default(), &mut keep).unwrap();
        for kept in &keep.sets {
            let count = counts.entry(kept.map.set.clone()).or_default();
            count.0 += 1;
            match broken(&rules, kept) {
                None => count.1 += 1,
                Some(why) => failures.push(format!("{}: {why}", kept.name)),
            }
        }
    }
    println!("{counts:?}");
    assert!(failures.is_empty(), "{} failures\n{}", failures.len(), failures.join("\n"));
    assert!(!counts.is_empty());
}

#[test]
fn generated_samples_of_every_set_survive_reading_and_writing() {
    let rules = Shipped(Library::shipped());
    let mut failures = Vec::new();
    let mut sets = 0;
    for set in rules.0.sets() {
        for release in rules.0.releases(&set) {
            let found = rules.0.resolve(&release, &set, None);
            if found.map.is_none() {
                continue;
            }
            let source = Source::of(&found).unwrap();
            for seed in 0..SEEDS {
                let size = if seed % 2 == 0 { Size::Small } else { Size::Full };
                let options = sample::Options { seed, size, ..sample::Options::default() };
                let sample = sample::interchange(&source, &options);
                let name = format!("{release} {set} seed {seed}");
                let mut keep = keep(&rules, &name);
                screen(sample.bytes.as_slice(), &rules, &Options::default(), &mut keep).unwrap();
                assert_eq!(keep.refused, 0, "{name} was refused");
                for kept in &keep.sets {
                    sets += 1;
                    if let Some(why) = broken(&rules, kept) {
                        let sent = String::from_utf8_lossy(&sample.bytes);
                        failures.push(format!("{}: {why}\n{sent}", kept.name));
                    }
                }
            }
        }
    }
    let first: Vec<&String> = failures.iter().take(3).collect();
    assert!(failures.is_empty(), "{} of {sets} fail\n{first:#?}", failures.len());
    assert!(sets > 100);
}

/// Samples of each set and release.
const SEEDS: u64 = 20;
proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Damaged sets: what is still accepted keeps the law, what is not breaks nothing.
    #[test]
    fn damage_never_breaks_reading_or_writing(
        which in any::<prop::sample::Index>(),
        seed in 0u64..1_000,
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0u8..128), 0..12),
    ) {
        let rules = shipped();
        let paths: Vec<(String, String)> = rules
            .0
            .sets()
            .into_iter()
            .flat_map(|set| {
                let releases = rules.0.releases(&set);
                releases.into_iter().map(move |release| (release, set.clone()))
            })
            .collect();
        let (release, set) = which.get(&paths);
        let found = rules.0.resolve(release, set, None);
        prop_assume!(found.map.is_some());
        let source = Source::of(&found).unwrap();
        let options = sample::Options { seed, size: Size::Full, ..sample::Options::default() };
        let mut bytes = sample::interchange(&source, &options).bytes;
        let start = bytes.windows(3).position(|window| window == b"ST*").unwrap();
        for (place, byte) in damage {
            let index = start + place.index(bytes.len() - start);
            bytes[index] = byte;
        }
        let mut all = Everything { rules };
        screen(bytes.as_slice(), rules, &Options::default(), &mut all).unwrap();
        let name = format!("{release} {set} seed {seed}");
        let mut keep = keep(rules, &name);
        screen(bytes.as_slice(), rules, &Options::default(), &mut keep).unwrap();
        for kept in &keep.sets {
            let broken = broken(rules, kept);
            prop_assert!(broken.is_none(), "{}", broken.unwrap());
        }
    }
}

/// Compiled once for all cases.
fn shipped() -> &'static Shipped {
    static SHIPPED: std::sync::OnceLock<Shipped> = std::sync::OnceLock::new();
    SHIPPED.get_or_init(|| Shipped(Library::shipped()))
}

/// Reads and writes every set, also refused ones.
struct Everything<'r> {
    rules: &'r Shipped,
}

impl Sink for Everything<'_> {
    fn set(&mut self, set: &Screened<'_>) {
        let id = set.report.set.as_str();
        let resolution = self.rules.resolve(set.interchange, set.group, id, "");
        let Ok(map) = resolution.mapping() else { return };
        if set.schema.is_some() {
            let record = read(set, &map).record;
            // A refused set may hold what cannot be written; told it is, and that is all.
            if let Err(refusals) = write_set(&record, &map) {
                assert!(!refusals.is_empty());
            }
        }
    }
}

/// Codes that our maps give the word of another code, which is the one written.
const MANY_TO_ONE: [(&str, &str); 6] =
    [("IN", "BP"), ("AK", "AD"), ("AT", "AD"), ("AE", "AC"), ("RD", "RJ"), ("RF", "RJ")];
