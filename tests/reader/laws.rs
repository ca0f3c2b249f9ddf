//! Laws that hold for any bytes.

use std::io::{self, Read};

use edigate::x12::lexer::{Bounds, Lexer, Stop, Until};
use edigate::x12::reader::Limits;
use edigate::x12::report::{Screened, Sink};
use edigate::x12::screen::{Collect, Options, screen_within};
use edigate::x12::segment::Delimiters;
use proptest::prelude::*;
use proptest::sample::Index;

use crate::support::{Shipped, fixtures, report, report_within, screen_into};

/// Gives its bytes in pieces of these sizes, in turn.
struct Pieces<'a> {
    bytes: &'a [u8],
    sizes: Vec<usize>,
    turn: usize,
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let size = self.sizes[self.turn % self.sizes.len()];
        self.turn += 1;
        let count = size.min(self.bytes.len()).min(into.len());
        into[..count].copy_from_slice(&self.bytes[..count]);
        self.bytes = &self.bytes[count..];
        Ok(count)
    }
}

/// A change to a file: at a place, drop some bytes and put others there.
#[derive(Clone, Debug)]
struct Change {
    at: Index,
    drop: usize,
    put: Vec<u8>,
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let piece = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..4),
        proptest::sample::select(vec![
            "~",
            "*",
            "\n",
            "\r\n",
            ">",
            "ISA*",
            "~ISA*00*",
            "~SE*1*1~",
            "~ST*850*0001~",
            "~GS*PO*",
            "~GE*1*1~",
            "~IEA*1*1~",
            "~BIN*5*",
            "~BIN*99999999*",
            "~TA1*",
            "  ",
            "\u{feff}",
            "\0",
            "\u{d6}",
            "~~",
            "***********************",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    let change =
        (any::<Index>(), 0usize..40, piece).prop_map(|(at, drop, put)| Change { at, drop, put });
    proptest::collection::vec(change, 0..5)
}

/// A fixture with some changes.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let files: Vec<Vec<u8>> = fixtures("").into_iter().map(|(_, bytes)| bytes).collect();
    (proptest::sample::select(files), changes()).prop_map(|(mut bytes, changes)| {
        for Change { at, drop, put } in changes {
            let at = at.index(bytes.len() + 1);
            let end = (at + drop).min(bytes.len());
            bytes.splice(at..end, put);
        }
        bytes
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_read_to_the_end(bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        report(&bytes, false);
        report(&[b"ISA*00*          *00*          *ZZ*ACME           *01*0012           *260131*0915\
            *U*00401*000000905*0*P*>~", bytes.as_slice()].concat(), true);
    }

    #[test]
    fn how_a_file_arrives_changes_nothing(
        bytes in damaged(),
        chunk in 1usize..300,
        sizes in proptest::collection::vec(1usize..50, 1..5),
    ) {
        let whole = report(&bytes, false);
        let limits = Limits { chunk, ..Limits::default() };
        prop_assert_eq!(&report_within(&bytes, false, limits), &whole);
        let mut sink = Collect::new();
        let pieces = Pieces { bytes: &bytes, sizes, turn: 0 };
        let options = Options::default();
        let verdict = screen_within(pieces, &Shipped, &options, limits, &mut sink).unwrap();
        prop_assert_eq!(sink.finish(verdict), whole);
    }

    #[test]
    fn how_a_file_arrives_changes_nothing_at_the_bounds_either(
        bytes in damaged(),
        chunks in (1usize..300, 1usize..300),
        bounds in (5u32..60, 2u32..12, 30u32..200, 1u32..8),
    ) {
        let (segment_bytes, segment_elements, set_bytes, set_segments) = bounds;
        let bounds = Bounds { segment_bytes, segment_elements, set_bytes, set_segments };
        let one = report_within(&bytes, false, Limits { chunk: chunks.0, bounds });
        let other = report_within(&bytes, false, Limits { chunk: chunks.1, bounds });
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_strict_look_finds_all_that_a_lenient_one_finds(bytes in damaged()) {
        let (lenient, strict) = (report(&bytes, false), report(&bytes, true));
        prop_assert!(strict.verdict >= lenient.verdict);
        prop_assert_eq!(strict.interchanges.len(), lenient.interchanges.len());
    }

    #[test]
    fn the_lexer_splits_as_a_plain_split_does(
        text in "([A-Z]{0,3}(\\*[ -)+-}é]{0,30}){0,4}~(\n|\r\n| |)){0,60}[A-Z*]{0,5}",
        step in 1usize..200,
        until in proptest::sample::select(vec![Until::Any, Until::Envelope]),
    ) {
        let delimiters = Delimiters {
            element: b'*',
            component: b':',
            repetition: None,
            terminator: b'~',
            terminator_rest: [0; 3],
        };
        let mut lexer = Lexer::new(delimiters, Bounds::default());
        let bytes = text.as_bytes();
        for end in (step..bytes.len()).step_by(step).chain([bytes.len()]) {
            let last = end == bytes.len();
            while lexer.scan(&bytes[..end], until, last) == Stop::Segment {}
        }
        lexer.finish(bytes, until);
        let found: Vec<Vec<&[u8]>> = lexer
            .text(bytes, 0, &[])
            .iter()
            .map(|segment| std::iter::once(segment.id()).chain(segment.elements()).collect())
            .collect();
        let expected: Vec<Vec<&[u8]>> = bytes
            .split(|&byte| byte == b'~')
            .map(<[u8]>::trim_ascii_start)
            .filter(|segment| !segment.is_empty() && !segment.starts_with(b"BIN*"))
            .filter(|segment| !segment.starts_with(b"BDS*"))
            .map(|segment| segment.split(|&byte| byte == b'*').collect())
            .collect();
        let found: Vec<_> = found
            .into_iter()
            .filter(|segment| !(segment.len() > 1 && matches!(segment[0], b"BIN" | b"BDS")))
            .collect();
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn segments_and_elements_come_out_as_they_went_in(
        set in proptest::collection::vec(
            ("[A-Z][A-Z0-9]{1,2}", proptest::collection::vec("[ -)+-}]{0,90}|é", 1..20)),
            0..40,
        ),
        layout in proptest::sample::select(vec!["", "\n", "\r\n", "\n  "]),
        chunk in 1usize..300,
    ) {
        let reserved = ["ISA", "GS", "ST", "SE", "GE", "IEA", "TA1", "BIN", "BDS"];
        let free = |id: &String| !reserved.contains(&id.as_str());
        let set: Vec<_> = set.into_iter().filter(|(id, _)| free(id)).collect();
        let mut expected: Vec<Vec<String>> = vec![vec!["ST".into(), "998".into(), "0001".into()]];
        expected.extend(set.into_iter().map(|(id, elements)| {
            std::iter::once(id).chain(elements).collect()
        }));
        expected.push(vec!["SE".into(), (expected.len() + 1).to_string(), "0001".into()]);
        let mut file = "ISA*00*          *00*          *ZZ*ACME           *01*0012           *260131*0915*U\
            *00401*000000905*0*P*>~GS*PO*A*B*20260131*0915*1*X*004010~".to_owned();
        let start = file.len();
        let segments: Vec<String> = expected.iter().map(|segment| segment.join("*")).collect();
        file.push_str(&segments.join(&format!("~{layout}")));
        let end = file.len();
        file.push_str("~GE*1*1~IEA*1*000000905~");
        let mut seen = Seen::default();
        screen_into(file.as_bytes(), Limits { chunk, ..Limits::default() }, &mut seen);
        prop_assert_eq!(&seen.segments, &expected);
        prop_assert_eq!(seen.offset, start as u64);
        prop_assert!(seen.bytes.starts_with(&file.as_bytes()[start..end]));
    }
}

/// What the only set of a file holds.
#[derive(Default)]
struct Seen {
    segments: Vec<Vec<String>>,
    offset: u64,
    bytes: Vec<u8>,
}

impl Sink for Seen {
    fn set(&mut self, set: &Screened<'_>) {
        self.offset = set.text.offset;
        self.bytes = set.text.bytes.to_vec();
        for segment in set.text.iter() {
            let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
            let elements = (1..=segment.len()).map(|number| text(segment.element(number)));
            self.segments.push(std::iter::once(text(segment.id())).chain(elements).collect());
        }
    }
}

/// Shapes that make readers slow: each is read in one pass or the test does not end.
#[test]
fn hostile_shapes_take_no_more_than_one_pass() {
    let isa = "ISA*00*          *00*          *ZZ*ACME           *01*0012           *260131*0915*U\
        *00401*000000905*0*P*>~";
    let open = format!("{isa}GS*PO*A*B*20260131*0915*1*X*004010~ST*998*0001~");
    let wrapped = {
        let text = format!("{open}SE*2*0001~GE*1*1~IEA*1*000000905~");
        let lines: Vec<_> = text.as_bytes().chunks(80).collect();
        String::from_utf8(lines.join(&b'\n')).unwrap() + "\n"
    };
    let shapes = [
        ("ISA".repeat(200_000), 0),
        ("ISA*00*".repeat(100_000), 0),
        (isa.repeat(5_000), 5_000),
        (isa[..100].repeat(5_000), 1),
        (wrapped.repeat(2_000), 2_000),
        (format!("{open}{}", "ISA*~".repeat(200_000)), 1),
        (format!("{open}{}", "~".repeat(1_000_000)), 1),
        (format!("{open}{}", "*".repeat(1_000_000)), 1),
        (format!("{open}{}", "BIN*999999999*~".repeat(60_000)), 1),
        (format!("{open}{}", "BIN*10*~SE*1*1~*~".repeat(60_000)), 1),
        (format!("{open}{}", " \n".repeat(500_000)), 1),
        (format!("{isa}{}", "\n".repeat(1_000_000)), 1),
        (format!("{isa}{}", "GS*".repeat(300_000)), 1),
        (format!("{isa}{}", "GS~ST~".repeat(100_000)), 1),
        (format!("{isa}{}", "X~".repeat(500_000)), 1),
    ];
    for (text, interchanges) in shapes {
        let report = report(text.as_bytes(), false);
        assert_eq!(report.interchanges.len(), interchanges, "{}", &text[..text.len().min(300)]);
    }
}
