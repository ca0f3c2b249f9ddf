//! Sets made to hurt: bounds hold, the work stays in proportion, nothing panics.

use crate::sets::{Lexed, lines, told};
use crate::texts::{ORDER, PAYMENT, SHIPMENT, TYPES};
use edigate::limits;
use edigate::x12::finding::{At, Fault, Level};
use edigate::x12::validate::{Options, Validator};

fn check(
    schema: &edigate::grammar::schema::Schema,
    text: String,
) -> Vec<edigate::x12::finding::Finding> {
    Validator::new().check(Lexed::new(text).text(), schema, &Options::default())
}

#[test]
fn more_findings_than_are_kept_are_counted() {
    let strays = 200_000;
    let text = format!("ST*850*1~{}SE*1*1~", "ZZ9*1~".repeat(strays));
    let found = check(&ORDER, text);
    assert_eq!(found.len(), limits::SET_FINDINGS + 1);
    let last = found.last().unwrap();
    let Fault::MoreFindings { count } = last.fault else { panic!("{last:?}") };
    // The strays, and three absent segments.
    assert_eq!(usize::try_from(count).unwrap(), strays + 3 - limits::SET_FINDINGS);
    assert_eq!((last.level, last.at), (Level::Error, At::Set));
}

#[test]
fn an_error_is_kept_before_any_number_of_warnings() {
    let text = format!("ST*999*1~{}TAN*a~SE*1*1~", "TAN*ab*~".repeat(5_000));
    let found = check(&TYPES, text);
    assert_eq!(found.len(), limits::SET_FINDINGS + 1);
    assert!(found.iter().any(|finding| finding.fault == Fault::TooShort { min: 2 }));
    let last = found.last().unwrap();
    assert_eq!(last.fault, Fault::MoreFindings { count: 4_001 });
    assert_eq!(last.level, Level::Warning);
}

#[test]
fn a_set_that_opens_the_same_loop_forever_is_walked_in_one_pass() {
    let text = format!("ST*835*1~{}SE*1*1~", "SVC*HC:1*1~".repeat(300_000));
    let found = check(&PAYMENT, text);
    // The absent heading, group and claim first, then every service beyond the thousandth.
    assert_eq!(found.len(), limits::SET_FINDINGS + 1);
}

#[test]
fn a_tree_of_equal_ids_is_resolved_in_proportion() {
    let text = format!("ST*856*1~BSN*00*12~HL*1**S~{}SE*1*1~", "HL*1*1*O~".repeat(200_000));
    let found = check(&SHIPMENT, text);
    assert_eq!(found.len(), limits::SET_FINDINGS + 1);
    assert!(found.iter().take(1_000).all(|finding| finding.fault == Fault::TreeId));
}

#[test]
fn a_tree_beyond_its_bound_is_told() {
    let text =
        format!("ST*856*1~BSN*00*12~HL*1**S~{}SE*1*1~", "HL*2*1*O~".repeat(limits::TREE_NODES));
    let found = check(&SHIPMENT, text);
    assert!(found.iter().any(|finding| matches!(finding.fault, Fault::Limit { .. })));
}

#[test]
fn a_validator_remembers_nothing_of_the_set_before() {
    let mut validator = Validator::new();
    let good = Lexed::new("ST*999*1~TAN*ab~SE*3*1~");
    let bad = Lexed::new("ST*999*1~TAN*a~ZZ9~SE*4*1~");
    for _ in 0..3 {
        let found = validator.check(bad.text(), &TYPES, &Options::default());
        assert_eq!(lines(&TYPES, &found), ["4 TAN01@2", "1 ZZ9@3"]);
        assert!(validator.check(good.text(), &TYPES, &Options::default()).is_empty());
        assert_eq!(validator.placements().len(), 3);
        let notice = Lexed::new("ST*856*1~BSN*00*12~HL*1**S~HL*2*1*O~SE*1*1~");
        assert!(validator.check(notice.text(), &SHIPMENT, &Options::default()).is_empty());
    }
}

#[test]
fn a_set_of_nothing_is_no_panic() {
    let empty = Lexed::new("");
    assert!(Validator::new().check(empty.text(), &ORDER, &Options::default()).is_empty());
    let alone = Lexed::new("ST*850*1~");
    let found = Validator::new().check(alone.text(), &ORDER, &Options::default());
    assert_eq!(lines(&ORDER, &found), ["3 BEG@2", "3 PER@2", "3 PO1@2"]);
}

#[test]
fn separators_where_text_should_be_are_no_panic() {
    for body in ["***", "PO1", "PO1*", "PO1*:::^^^:", "^", ":", "BEG*^*:*^:*:^"] {
        assert!(!told(&ORDER, body).is_empty(), "{body}");
    }
}
