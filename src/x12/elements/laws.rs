//! The quick check and the close look agree: whatever [`clean`] passes, [`examine`] finds nothing
//! in.

use super::{Classes, Words, clean, examine};
use crate::grammar::library::Library;
use crate::grammar::schema::{ElementContent, ElementRule, NodeId, Schema};
use crate::grammar::segments::Kind;
use crate::x12::segment::{Delimiters, SetText, Span};
use crate::x12::validate::{Gather, Options, Place};
use proptest::prelude::*;
use std::sync::{Arc, LazyLock};

static SCHEMAS: LazyLock<Vec<Arc<Schema>>> = LazyLock::new(|| {
    let library = Library::shipped();
    [("004010", "850"), ("005010", "856"), ("005010X221A1", "835")]
        .iter()
        .map(|(release, set)| library.resolve(release, set, None).schema.clone().unwrap())
        .collect()
});

const DELIMITERS: Delimiters = Delimiters {
    element: b'*',
    component: b':',
    repetition: Some(b'^'),
    terminator: b'~',
    terminator_rest: [0; 3],
};

/// Texts for one element: mostly of its type, sometimes anything.
fn value(rule: &ElementRule, schema: &Schema) -> BoxedStrategy<String> {
    let right = match &rule.content {
        ElementContent::Simple(simple) => {
            let list = simple.codes.and_then(|row| schema.code_lists.get(row));
            let codes: Vec<String> =
                list.into_iter().flat_map(|l| &l.codes).map(|(code, _, _)| code.clone()).collect();
            let length = simple.min.max(1)..=simple.max.min(6).max(simple.min.max(1));
            match simple.kind {
                Kind::An | Kind::Id if !codes.is_empty() => prop::sample::select(codes).boxed(),
                Kind::An | Kind::Id | Kind::B => length
                    .prop_map(|n| {
                        "AB1 CD2x".chars().cycle().take(usize::try_from(n).unwrap()).collect()
                    })
                    .boxed(),
                Kind::Dt => prop::sample::select(vec!["20240229", "240229", "20240230", "0"])
                    .prop_map(str::to_owned)
                    .boxed(),
                Kind::Tm => prop::sample::select(vec!["1200", "235959", "23595999", "2460"])
                    .prop_map(str::to_owned)
                    .boxed(),
                Kind::R => "[-+]?[0-9]{0,4}[.]?[0-9]{0,3}(E[0-9])?".boxed(),
                Kind::N(_) => "-?[0-9]{0,4}".boxed(),
            }
        }
        ElementContent::Composite(row) => {
            let parts: Vec<BoxedStrategy<String>> =
                schema.composites[*row].components.iter().map(|part| value(part, schema)).collect();
            (parts, 1..8usize)
                .prop_map(|(parts, count)| {
                    parts.iter().take(count).cloned().collect::<Vec<_>>().join(":")
                })
                .boxed()
        }
        ElementContent::Unused => Just(String::new()).boxed(),
    };
    let must = if rule.must { 1 } else { 20 };
    prop_oneof![
        40 => right,
        must => Just(String::new()),
        1 => "[ -)+-}]{0,6}",
        1 => "[A-Zü:^ ]{0,6}",
    ]
    .boxed()
}

/// A schema, the row of a segment, its text.
fn segment() -> impl Strategy<Value = (usize, usize, String)> {
    (0..SCHEMAS.len(), any::<prop::sample::Index>(), 0..30usize).prop_flat_map(
        |(which, row, count)| {
            let schema = &SCHEMAS[which];
            let row = row.index(schema.segments.len());
            let rule = &schema.segments[row];
            let elements: Vec<BoxedStrategy<String>> =
                rule.elements.iter().take(count.max(1)).map(|it| value(it, schema)).collect();
            let id = rule.id.clone();
            (Just(which), Just(row), elements, 0..40u8).prop_map(move |(which, row, all, more)| {
                let mut text = id.clone();
                for element in all {
                    text.push('*');
                    text.push_str(&element);
                }
                if more > 0 {
                    text.truncate(text.trim_end_matches(['*', ' ']).len());
                }
                (which, row, text)
            })
        },
    )
}

/// Whether the quick check passes it, and what the close look finds.
fn both(schema: &Schema, row: usize, text: &str) -> (bool, usize) {
    let bytes = text.as_bytes();
    let mut ends: Vec<u32> =
        (0u32..).zip(bytes).filter(|(_, b)| **b == b'*').map(|p| p.0).collect();
    ends.push(u32::try_from(bytes.len()).unwrap());
    let span = Span { start: 0, end: u32::try_from(bytes.len()).unwrap(), first_end: 0 };
    let segments = [span];
    let set = SetText {
        bytes,
        offset: 0,
        dropped: &[],
        delimiters: DELIMITERS,
        segments: &segments,
        ends: &ends,
    };
    let words = Words::new(&set, &span, u32::try_from(ends.len()).unwrap());
    let walk = schema.walk();
    let passed = clean(walk, &walk.segments[row], &words, &Classes::new(&DELIMITERS));
    let mut gather = Gather::new(&set, schema, Options::default());
    examine(&mut gather, Place { index: 0, node: NodeId::SET }, row);
    (passed, gather.finish().len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]
    #[test]
    fn what_the_quick_check_passes_has_no_findings((which, row, text) in segment()) {
        let (passed, found) = both(&SCHEMAS[which], row, &text);
        prop_assert!(!passed || found == 0, "{text}");
    }
}

#[test]
fn sound_segments_pass_the_quick_check() {
    let schema = &SCHEMAS[2];
    for text in [
        "CLP*A1*1*150*100*20*12*7722337*11*1",
        "SVC*HC:99213:25*100*80**1",
        "NM1*QC*1*DOE*ALEX****MI*W1",
        "CAS*CO*45*30.00",
        "DTM*472*20261101",
    ] {
        let id = text.split('*').next().unwrap();
        let row = schema.segments.iter().position(|segment| segment.id == id).unwrap();
        assert_eq!(both(schema, row, text), (true, 0), "{text}");
    }
}
