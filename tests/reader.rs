//! Reading X12: every tolerance, every envelope finding, and the laws of the reader.
#![expect(clippy::unwrap_used, reason = "tests of invented files")]

use std::sync::Arc;

use edigate::grammar::library::Resolution;
use edigate::x12::report::{FileReport, GroupHeader, InterchangeHeader, Verdict};
use edigate::x12::screen::{Collect, Options, Rules, screen};

/// Rules that know no grammar: every set is unsupported, and only envelopes are judged.
struct NoGrammar;

impl Rules for NoGrammar {
    fn resolve(
        &self,
        _interchange: &InterchangeHeader,
        _group: &GroupHeader,
        _set: &str,
        _implementation: &str,
    ) -> Arc<Resolution> {
        Arc::new(Resolution::default())
    }
}

fn report(bytes: &[u8], strict: bool) -> FileReport {
    let mut sink = Collect::new();
    let verdict = screen(bytes, &NoGrammar, &Options { strict }, &mut sink).unwrap();
    sink.finish(verdict)
}

#[test]
fn an_envelope_that_is_sound_has_no_findings_but_the_missing_grammar() {
    let file = b"ISA*00*          *00*          *ZZ*ACME           *01*0012           *260131*0915*U*00401*000000905*0*P*>~GS*PO*ACME*0012*20260131*0915*1*X*004010~ST*850*0001~BEG*00*SA*1**20260131~SE*3*0001~GE*1*1~IEA*1*000000905~";
    let report = report(file, false);
    assert_eq!(report.verdict, Verdict::Unsupported);
    let interchange = &report.interchanges[0];
    assert!(interchange.findings.is_empty() && interchange.groups[0].findings.is_empty());
    let set = &interchange.groups[0].sets[0];
    assert_eq!((set.set.as_str(), set.control.as_str(), set.segments), ("850", "0001", 3));
}
