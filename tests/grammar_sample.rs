//! Samples are what they claim to be: valid, sums included, whatever the set, the seed, the size
//! and the guide; and the same for the same seed.
#![expect(clippy::unwrap_used, reason = "a sample that can't be made has failed")]

use std::sync::{Arc, LazyLock};

use edigate::grammar::library::{Library, Resolution};
use edigate::grammar::sample::{Options, Size, Source, interchange, write_at_least};
use edigate::x12::report::{FileReport, GroupHeader, InterchangeHeader, Verdict};
use edigate::x12::screen::{Collect, Options as Looking, Rules, screen};
use proptest::prelude::*;

/// Compiled once: the properties ask it many times.
static LIBRARY: LazyLock<Library> = LazyLock::new(Library::shipped);

/// One resolution for every set.
struct Always(Arc<Resolution>);

impl Rules for Always {
    fn resolve(&self, _: &InterchangeHeader, _: &GroupHeader, _: &str, _: &str) -> Arc<Resolution> {
        Arc::clone(&self.0)
    }
}

fn screened(bytes: &[u8], found: &Arc<Resolution>) -> FileReport {
    let mut sink = Collect::default();
    let rules = Always(Arc::clone(found));
    let verdict = screen(bytes, &rules, &Looking { strict: true }, &mut sink).unwrap();
    sink.finish(verdict)
}

/// Every set of every release, by path.
fn shipped(library: &Library) -> Vec<(String, String)> {
    let releases =
        |set: String| library.releases(&set).into_iter().map(move |one| (one, set.clone()));
    library.sets().into_iter().flat_map(releases).collect()
}

fn valid(found: &Arc<Resolution>, options: &Options, what: &str) {
    let source = Source::of(found).unwrap();
    let sample = interchange(&source, options);
    let report = screened(&sample.bytes, found);
    assert_eq!(
        report.verdict,
        Verdict::Accepted,
        "{what}, {options:?}:\n{:#?}\n{}",
        report,
        String::from_utf8_lossy(&sample.bytes)
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_shipped_set_has_valid_samples_for_every_seed(
        which in any::<prop::sample::Index>(),
        seed in any::<u64>(),
        size in prop_oneof![Just(Size::Small), Just(Size::Full), (1u32..20).prop_map(Size::Lines)],
        sets in 1u32..4,
    ) {
        let all = shipped(&LIBRARY);
        let (release, set) = &all[which.index(all.len())];
        let found = LIBRARY.resolve(release, set, None);
        valid(&found, &Options { seed, size, sets, ..Options::default() }, &format!("{release}/{set}"));
    }
}

#[test]
fn every_shipped_set_has_a_sample_of_each_size() {
    let library = Library::shipped();
    let all = shipped(&library);
    assert!(all.len() >= 15, "{all:?}");
    for (release, set) in all {
        let found = library.resolve(&release, &set, None);
        for size in [Size::Small, Size::Full, Size::Lines(3)] {
            valid(&found, &Options { size, ..Options::default() }, &format!("{release}/{set}"));
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_another_seed_others() {
    let library = Library::shipped();
    let found = library.resolve("004010", "850", None);
    let source = Source::of(&found).unwrap();
    let of = |seed| interchange(&source, &Options { seed, ..Options::default() }).bytes;
    assert_eq!(of(7), of(7));
    assert_ne!(of(7), of(8));
}

#[test]
fn a_damaged_sample_is_refused_and_says_where_it_was_damaged() {
    let library = Library::shipped();
    for set in ["850", "856", "810", "835"] {
        let found = library.resolve("004010", set, None);
        let source = Source::of(&found).unwrap();
        for seed in 0..20 {
            let options = Options { seed, defects: 1, ..Options::default() };
            let sample = interchange(&source, &options);
            let report = screened(&sample.bytes, &found);
            let [defect] = sample.defects.as_slice() else { panic!("no defect was put in") };
            assert_eq!(report.verdict, Verdict::Refused, "{defect:?}");
        }
    }
}

#[test]
fn a_sample_grows_to_the_size_that_was_asked_for() {
    let library = Library::shipped();
    let found = library.resolve("005010X221A1", "835", None);
    let source = Source::of(&found).unwrap();
    let mut bytes = Vec::new();
    let options = Options { size: Size::Lines(5), ..Options::default() };
    let sets = write_at_least(&source, &options, 100_000, &mut bytes).unwrap();
    assert!((100_000..200_000).contains(&bytes.len()) && sets > 1);
    assert_eq!(screened(&bytes, &found).verdict, Verdict::Accepted);
}

#[test]
fn a_guide_is_kept_by_its_samples() {
    let guide = "\
guide acme-retail 850
narrows x12/004010/850

require REF where 01 is IA  Our supplier number
require N1 where 01 is ST
codes BEG.02 SA NE
length BEG.03 8..10
pattern BEG.03 digits
forbid CUR
forbid DTM where 01 is 002
require PO1.03
limit N9 1
deviate BEG.05 may  Old stores send no order date
deviate BEG.04 1..60  Their release numbers are long
deviate PO1 any  They order more lines than anybody
deviate PO1/N9 before PO1/TD5  They send notes first
deviate PER 9  Everybody is named
plus codes 98  Z9 store_room  Room behind the store
";
    let mut library = Library::shipped();
    library.add("acme-retail/850.guide", guide).unwrap();
    let found = library.resolve("004010", "850", Some("acme-retail/850"));
    assert!(found.schema.as_ref().is_some_and(|schema| schema.rule == "acme-retail/850"));
    for seed in 0..60 {
        let size = if seed % 2 == 0 { Size::Small } else { Size::Full };
        let options = Options { seed, size, ..Options::default() };
        let source = Source::of(&found).unwrap();
        let text = String::from_utf8(interchange(&source, &options).bytes).unwrap();
        assert!(text.contains("\nREF*IA*"), "{text}");
        valid(&found, &options, "acme-retail/850");
    }
}
