//! What holds for every set, sound or not.

use crate::sets::{Lexed, framed};
use crate::texts::{ORDER, PAYMENT, SHIPMENT, TYPES};
use edigate::grammar::schema::{NodeId, Schema};
use edigate::x12::finding::Finding;
use edigate::x12::validate::{Options, Validator};
use proptest::prelude::*;

/// Segments of the test grammars with anything in them.
fn body() -> impl Strategy<Value = Vec<String>> {
    let id = prop::sample::select(vec![
        "BEG", "REF", "PER", "DTM", "N1", "N3", "N4", "PO1", "PID", "CTT", "AMT", "BPR", "LX",
        "CLP", "CAS", "NM1", "SVC", "LQ", "PLB", "BSN", "HL", "LIN", "TAN", "TID", "TDT", "TNU",
        "TCO", "TRE", "XXX", "ZZ9", "GAP", "RUN", "RCC",
    ]);
    let element = prop_oneof![
        Just(String::new()),
        prop::sample::select(vec![
            "PR", "PE", "QC", "82", "S", "O", "I", "1", "2", "3", "20240229", "1200", "HC:1", "A",
            "12.50", "a^b", "EA", "6R", " ", "ab ", "00",
        ])
        .prop_map(str::to_owned),
        "[ -)+-}]{0,8}",
    ];
    let segment = (id, prop::collection::vec(element, 0..8))
        .prop_map(|(id, elements)| format!("{id}*{}", elements.join("*")));
    prop::collection::vec(segment, 0..40)
}

fn schemas() -> [&'static Schema; 4] {
    [&ORDER, &PAYMENT, &SHIPMENT, &TYPES]
}

fn check(validator: &mut Validator, schema: &Schema, text: &str) -> Vec<Finding> {
    validator.check(Lexed::new(text).text(), schema, &Options::default())
}

proptest! {
    #[test]
    fn every_segment_is_placed_and_every_finding_has_its_place(segments in body()) {
        let text = framed(&segments.join("\n"));
        for schema in schemas() {
            let mut validator = Validator::new();
            let lexed = Lexed::new(text.as_str());
            let found = validator.check(lexed.text(), schema, &Options::default());
            let placements = validator.placements();
            prop_assert_eq!(placements.len(), lexed.text().segments.len());
            prop_assert_eq!(placements[0], NodeId::SET);
            prop_assert_eq!(*placements.last().unwrap(), NodeId::SET);
            for finding in &found {
                let position = usize::try_from(finding.position).unwrap();
                prop_assert!((2..=placements.len()).contains(&position));
                let segment = lexed.text().segment(position - 1).unwrap();
                let start = u64::from(segment.span().start);
                let end = u64::from(segment.span().end);
                prop_assert!((start..=end).contains(&finding.offset));
                prop_assert!(finding.offset + u64::from(finding.length) <= end);
                prop_assert!(finding.text.len() <= edigate::limits::QUOTE_BYTES);
            }
            prop_assert!(found.is_sorted_by_key(|finding| finding.position));
        }
    }

    #[test]
    fn a_used_validator_finds_what_a_new_one_finds(sets in prop::collection::vec(body(), 1..5)) {
        let mut used = Validator::new();
        for segments in sets {
            let text = framed(&segments.join("\n"));
            for schema in schemas() {
                let again = check(&mut used, schema, &text);
                prop_assert_eq!(again, check(&mut Validator::new(), schema, &text));
            }
        }
    }

    #[test]
    fn removing_a_stray_removes_its_finding_and_nothing_else(
        segments in body(),
        at in any::<prop::sample::Index>(),
    ) {
        let with: Vec<String> = {
            let mut with = segments.clone();
            with.insert(at.index(segments.len() + 1), "Q9Q*1".to_owned());
            with
        };
        for schema in schemas() {
            let mut validator = Validator::new();
            let mut without = check(&mut validator, schema, &framed(&segments.join("\n")));
            let mut found = check(&mut validator, schema, &framed(&with.join("\n")));
            found.retain(|finding| &*finding.segment != "Q9Q");
            let what = |findings: &mut Vec<Finding>| {
                findings.iter().map(|f| (f.segment.clone(), f.fault.clone())).collect::<Vec<_>>()
            };
            prop_assert_eq!(what(&mut found), what(&mut without));
        }
    }
}
