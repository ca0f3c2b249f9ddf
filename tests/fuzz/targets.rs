//! What fuzzing feeds: each target takes any bytes and must neither panic nor break its law.

#![allow(dead_code, reason = "each fuzz binary uses one target")]

use std::sync::{Arc, OnceLock};

use edigate::grammar::library::{Library, Resolution};
use edigate::grammar::print::print;
use edigate::grammar::syntax::parse_any;
use edigate::partner::load::load;
use edigate::x12::acknowledge::{Acknowledger, Numbers, Policy};
use edigate::x12::report::{GroupHeader, InterchangeHeader, Screened, Sink, Verdict};
use edigate::x12::screen::{Options, Rules, screen as screen_file};

/// The shipped texts, without any agreement.
struct Shipped(Library);

impl Rules for Shipped {
    fn resolve(
        &self,
        _interchange: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        _implementation: &str,
    ) -> Arc<Resolution> {
        self.0.resolve(group.element(8), set, None)
    }
}

fn shipped() -> &'static Shipped {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    SHIPPED.get_or_init(|| Shipped(Library::shipped()))
}

/// Any bytes as a file: screened and acknowledged, strictly and not; strict never accepts what
/// tolerance refuses, and the same bytes get the same answer.
pub(crate) fn screen(bytes: &[u8]) {
    let (tolerant, answer) = answered(bytes, false);
    let (strict, _) = answered(bytes, true);
    if strict == Verdict::Accepted {
        assert_eq!(tolerant, Verdict::Accepted, "strict accepts what tolerance does not");
    }
    assert_eq!((tolerant, answer), answered(bytes, false), "the same bytes, another answer");
}

fn answered(bytes: &[u8], strict: bool) -> (Verdict, Vec<u8>) {
    let mut answer = Vec::new();
    let at = jiff_date();
    let numbers = Numbers::from(1);
    let mut sink = Acknowledger::new(Policy::default(), numbers, at, Vec::new(), &mut answer);
    let verdict = screen_file(bytes, shipped(), &Options { strict }, &mut sink)
        .unwrap_or(Verdict::Unreadable);
    let _written = sink.finish();
    (verdict, answer)
}

fn jiff_date() -> jiff::civil::DateTime {
    jiff::civil::date(2026, 11, 22).at(8, 17, 0, 0)
}

/// Any bytes between the envelopes of an 850: the lexer and the walk see them as segments.
pub(crate) fn lexer(bytes: &[u8]) {
    let mut file = HEAD.to_vec();
    file.extend_from_slice(bytes);
    file.extend_from_slice(b"~SE*3*0001~GE*1*1~IEA*1*000000001~");
    struct Count(usize);
    impl Sink for Count {
        fn set(&mut self, set: &Screened<'_>) {
            // A set without a grammar is not walked.
            let walked = if set.schema.is_some() { set.text.segments.len() } else { 0 };
            assert_eq!(set.placements.len(), walked);
            for segment in set.text.iter() {
                assert!(set.text.bytes.len() >= segment.bytes().len());
                self.0 += 1;
            }
        }
    }
    let mut count = Count(0);
    let _verdict = screen_file(file.as_slice(), shipped(), &Options::default(), &mut count);
}

const HEAD: &[u8] = b"ISA*00*          *00*          *ZZ*FUZZ           *ZZ*US             \
*261122*0817*U*00401*000000001*0*P*>~GS*PO*FUZZ*US*20261122*0817*1*X*004010~ST*850*0001~";

/// Any bytes as a grammar text: what parses prints, and the print parses to the same.
pub(crate) fn grammar(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(parsed) = parse_any(text, "fuzz") else { return };
    let printed = print(&parsed);
    let again = parse_any(&printed, "fuzz").expect("a print parses");
    assert_eq!(again, parsed);
    assert_eq!(print(&again), printed);
}

/// Any bytes as a partner file: read or refused with every problem at a place of the file.
pub(crate) fn partner(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Err(problems) = load("fuzz.toml", text) {
        assert!(!problems.is_empty());
        let lines = text.lines().count().max(1);
        assert!(problems.iter().all(|problem| problem.line <= lines + 1));
    }
}
