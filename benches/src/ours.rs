//! Edigate's side of each contest, through the library as the command line uses it.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::Arc;

use edigate::canonical::record::Object;
use edigate::grammar::library::{Library, Resolution};
use edigate::grammar::mapping::{CompiledMap, of_resolution};
use edigate::x12::acknowledge::{Acknowledger, Numbers, Policy};
use edigate::x12::delimiters::Learned;
use edigate::x12::finding::Finding;
use edigate::x12::read::read as read_set;
use edigate::x12::reader::{self, InterchangeEnd, Limits, Place, SetEnd, Visit};
use edigate::x12::report::{GroupHeader, InterchangeHeader, Screened, Sink, Verdict};
use edigate::x12::screen::{Options, Rules, screen};
use edigate::x12::segment::{Segment, SetText};
use edigate::x12::write::write_set;

/// The shipped texts and, for contests that need them, compiled maps.
pub struct Prepared {
    library: Library,
    map: Option<CompiledMap>,
    records: Vec<Object<'static>>,
}

impl Rules for Prepared {
    fn resolve(
        &self,
        _: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        _: &str,
    ) -> Arc<Resolution> {
        self.library.resolve(group.element(8), set, None)
    }
}

/// What is made once, as a daemon does when it starts: not part of the time.
pub fn prepare(contender: &str, path: &Path) -> Prepared {
    let library = Library::shipped();
    let mut map = None;
    if matches!(contender, "edigate-read" | "edigate-write") {
        let remittance = path.to_string_lossy().contains("Remittance");
        let (release, set) = if remittance { ("005010X221A1", "835") } else { ("004010", "850") };
        let resolution = library.resolve(release, set, None);
        map = Some(of_resolution(&resolution).expect("a map").expect("a sound map"));
    }
    let mut prepared = Prepared { library, map, records: Vec::new() };
    if contender == "edigate-write" {
        struct Keep<'m>(&'m CompiledMap, Vec<Object<'static>>);
        impl Sink for Keep<'_> {
            fn set(&mut self, set: &Screened<'_>) {
                self.1.push(read_set(set, self.0).record.into_owned());
            }
        }
        let mut keep = Keep(prepared.map.as_ref().expect("a map"), Vec::new());
        let file = File::open(path).expect("the input");
        screen(file, &prepared, &Options::default(), &mut keep).expect("readable");
        prepared.records = keep.1;
    }
    prepared
}

/// Writes every record as the segments of its set.
pub fn write(prepared: &Prepared) -> usize {
    let map = prepared.map.as_ref().expect("prepared for writing");
    let written = |record| write_set(record, map).expect("what was read can be written");
    prepared.records.iter().map(|record| std::hint::black_box(written(record))).count()
}

/// Cuts the bytes into sets and segments and counts the elements that are not empty.
pub fn tokenise(bytes: &[u8]) -> usize {
    struct Count(usize);
    impl Visit for Count {
        fn interchange(&mut self, _: &Learned<'_>, _: u64) {}
        fn ta1(&mut self, _: &Segment<'_>) {}
        fn group(&mut self, _: &Segment<'_>) {}
        fn set(&mut self, set: &SetText<'_>, _: SetEnd, _: Vec<Finding>) {
            for segment in set.iter() {
                for element in 1..=segment.len() {
                    self.0 += usize::from(!segment.element(element).is_empty());
                }
            }
        }
        fn group_end(&mut self, _: Option<&Segment<'_>>, _: u64) {}
        fn interchange_end(&mut self, _: InterchangeEnd<'_>, _: u64) {}
        fn tell(&mut self, _: Place, _: Finding) {}
    }
    let mut count = Count(0);
    reader::read(bytes, Limits::default(), &mut count).expect("memory is readable");
    count.0
}

/// Screens the file and writes its acknowledgment.
pub fn acknowledge(rules: &Prepared, path: &Path) -> usize {
    let file = File::open(path).expect("the input");
    let (verdict, bytes) = answered(rules, file);
    assert!(verdict != Verdict::Unreadable);
    bytes
}

fn answered(rules: &Prepared, input: impl io::Read) -> (Verdict, usize) {
    let mut written = Vec::new();
    let at = jiff::civil::date(2026, 11, 22).at(8, 17, 0, 0);
    let mut sink =
        Acknowledger::new(Policy::default(), Numbers::from(1), at, Vec::new(), &mut written);
    let verdict = screen(input, rules, &Options::default(), &mut sink).expect("readable");
    sink.finish().expect("memory is writable");
    (verdict, written.len())
}

/// Screens the file and reads every set into its record.
pub fn read(rules: &Prepared, path: &Path) -> usize {
    struct Records<'m>(&'m CompiledMap, usize);
    impl Sink for Records<'_> {
        fn set(&mut self, set: &Screened<'_>) {
            self.1 += read_set(set, self.0).record.fields.len();
        }
    }
    let map = rules.map.as_ref().expect("prepared for reading");
    let mut records = Records(map, 0);
    let file = File::open(path).expect("the input");
    screen(file, rules, &Options::default(), &mut records).expect("readable");
    records.1
}

/// Screens and acknowledges each of the small interchanges by itself.
pub fn small(rules: &Prepared, path: &Path) -> usize {
    let bytes = std::fs::read(path).expect("the input");
    let end = b"IEA*1*000000001~";
    let mut rest = bytes.as_slice();
    let mut answered_bytes = 0;
    while !rest.is_empty() {
        let length = rest.windows(end.len()).position(|window| window == end).expect("an end");
        let (one, others) = rest.split_at(length + end.len());
        answered_bytes += answered(rules, one).1;
        rest = others;
    }
    answered_bytes
}
