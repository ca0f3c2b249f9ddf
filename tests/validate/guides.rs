//! Guide rules: what a partner asks beyond the standard, and what it lets in (GRAMMAR.md 4).

use crate::sets::{check, lines, told};
use crate::texts::{ORDER_TEXT, PAYMENT_TEXT, SHIPMENT_TEXT, guided};
use edigate::x12::codes::{Form, code_of};
use edigate::x12::finding::{Fault, Finding};

const NOTHING: [&str; 0] = [];

const GOOD: &str = "
    BEG*00*SA*PO1**20240229
    REF*IA*12
    PER*BD*Buyer
    N1*ST*Store
    PO1*1*5*EA*2.50**VN*A1*UP*036000291452
    PO1*2*7*EA*1
    CTT*2
    AMT*TT*19.5
";

/// What an 850 under these guide lines is told.
fn order(rules: &str, body: &str) -> Vec<String> {
    let schema = guided("004010", ORDER_TEXT, rules);
    lines(&schema, &check(&schema, body))
}

fn only(rules: &str, body: &str) -> Finding {
    let schema = guided("004010", ORDER_TEXT, rules);
    let mut found = check(&schema, body);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

fn in_999(finding: &Finding) -> &'static str {
    code_of(finding, Form::Implementation).unwrap().value
}

#[test]
fn a_required_segment_is_told_at_the_first_segment_of_its_instance() {
    let rules = "require REF where 01 is IA  Our supplier number";
    assert_eq!(order(rules, GOOD), NOTHING);
    let body = GOOD.replace("REF*IA", "REF*DP");
    assert_eq!(order(rules, &body), ["3 REF@1"]);
    let finding = only(rules, &body);
    assert_eq!(in_999(&finding), "I8");
    assert_eq!(&*finding.rule, "acme/850");
    let Fault::GuideRequires { expected, prose, of_loop, conditional } = &finding.fault else {
        panic!("{finding:?}")
    };
    assert_eq!((&**expected, &**prose), ("REF where 01 is IA", "Our supplier number"));
    assert!(!of_loop && !conditional);
}

#[test]
fn a_required_segment_of_a_loop_is_asked_of_every_instance() {
    let rules = "require PO1/PID";
    let body = GOOD.replace("PO1*2*7", "PID*F****Shirt\nPO1*2*7");
    assert_eq!(order(rules, &body), ["3 PID@8"]);
    assert_eq!(in_999(&only(rules, &body)), "I7");
    assert_eq!(&*only(rules, &body).loop_path, "PO1");
    let none = order(rules, GOOD);
    assert_eq!(none, ["3 PID@6", "3 PID@7"]);
}

#[test]
fn a_rule_with_when_holds_only_there_even_when_decided_later() {
    let rules = "require DTM when BEG.02 is RL";
    assert_eq!(order(rules, GOOD), NOTHING);
    let body = GOOD.replace("*SA*", "*RL*");
    assert_eq!(order(rules, &body), ["3 DTM@1"]);
    assert_eq!(in_999(&only(rules, &body)), "I6");
    // The date stands behind the reference that depends on it.
    let rules = "forbid REF where 01 is IA when DTM.01 is 010";
    let body = GOOD.replace("N1*ST", "DTM*010*20240301\nN1*ST");
    assert_eq!(order(rules, &body), ["2 REF@3"]);
    assert_eq!(order(rules, &body.replace("DTM*010", "DTM*002")), NOTHING);
}

#[test]
fn when_absent_counts_a_segment_that_is_not_there() {
    let rules = "require DTM when CTT.02 absent";
    assert_eq!(order(rules, GOOD), ["3 DTM@1"]);
    assert_eq!(order(rules, &GOOD.replace("CTT*2", "CTT*2*12")), NOTHING);
    assert_eq!(order(rules, &GOOD.replace("CTT*2\n    AMT*TT*19.5", "")), ["3 DTM@1"]);
}

#[test]
fn a_forbidden_segment_is_told_where_it_stands() {
    let rules = "forbid DTM  We do not read it";
    let body = GOOD.replace("N1*ST", "DTM*002*20240229\nN1*ST");
    assert_eq!(order(rules, GOOD), NOTHING);
    assert_eq!(order(rules, &body), ["2 DTM@5"]);
    assert_eq!(in_999(&only(rules, &body)), "I4");
    let rules = "forbid DTM where 01 is 002 when BEG.02 is NE  Not for new orders";
    assert_eq!(order(rules, &body), NOTHING);
    let body = body.replace("*SA*", "*NE*");
    assert_eq!(in_999(&only(rules, &body)), "I9");
    assert_eq!(order(rules, &body.replace("DTM*002", "DTM*010")), NOTHING);
}

#[test]
fn codes_narrow_what_the_standard_allows() {
    let rules = "codes BEG.02 SA NE";
    assert_eq!(order(rules, GOOD), NOTHING);
    let finding = only(rules, &GOOD.replace("*SA*", "*RL*"));
    assert_eq!(finding.fault, Fault::GuideCode { expected: "NE or SA".into() });
    assert_eq!((in_999(&finding), &*finding.text, finding.element), ("I6", "RL", Some(2)));
}

#[test]
fn lengths_and_patterns_narrow() {
    let rules = "length BEG.03 3..5\npattern BEG.03 upper";
    assert_eq!(order(rules, GOOD), NOTHING);
    assert_eq!(order(rules, &GOOD.replace("*PO1*", "*PO12345*")), ["5 BEG03@2"]);
    assert_eq!(order(rules, &GOOD.replace("*PO1*", "*P*")), ["4 BEG03@2"]);
    let finding = only(rules, &GOOD.replace("*PO1*", "*P-1*"));
    assert_eq!(finding.fault, Fault::GuidePattern { pattern: "upper".into() });
    assert_eq!(in_999(&finding), "I12");
    // Under a condition the row cannot say it.
    let rules = "length REF.02 where 01 is IA 3..4";
    assert_eq!(order(rules, GOOD), ["4 REF02@3"]);
    assert_eq!(order(rules, &GOOD.replace("REF*IA", "REF*DP")), NOTHING);
}

#[test]
fn check_digits_are_counted() {
    let rules = "pattern PO1.09 gtin";
    assert_eq!(order(rules, GOOD), NOTHING);
    assert_eq!(order(rules, &GOOD.replace("036000291452", "036000291453")), ["7 PO109@6"]);
}

#[test]
fn an_element_may_be_required_or_forbidden() {
    let rules = "require PO1.05 when PO1.04 present\nforbid BEG.04  Not used";
    assert_eq!(order(rules, GOOD), ["2 PO105@6", "2 PO105@7"]);
    let with = GOOD.replace("*2.50**", "*2.50*PE*").replace("*EA*1\n", "*EA*1*PE\n");
    assert_eq!(order(rules, &with), NOTHING);
    let finding = only(rules, &with.replace("PO1**2024", "PO1*R1*2024"));
    assert_eq!((in_999(&finding), finding.element, &*finding.text), ("I10", Some(4), "R1"));
}

#[test]
fn a_limit_lowers_a_maximum() {
    let rules = "limit REF 1";
    assert_eq!(order(rules, GOOD), NOTHING);
    let body = GOOD.replace("PER*BD", "REF*DP*1\nPER*BD");
    assert_eq!(order(rules, &body), ["5 REF@4"]);
    let rules = "limit REF where 01 is IA 1";
    assert_eq!(order(rules, &body), NOTHING);
    let body = body.replace("REF*DP", "REF*IA");
    assert_eq!(order(rules, &body), ["5 REF@4"]);
    assert_eq!(&*only(rules, &body).rule, "acme/850");
}

#[test]
fn what_a_deviation_admits_is_a_warning_with_its_words() {
    let rules = "deviate BEG.05 may  Old stores send no date";
    assert_eq!(order(rules, GOOD), NOTHING);
    let finding = only(rules, &GOOD.replace("**20240229", ""));
    assert_eq!(finding.fault, Fault::Deviation { prose: "Old stores send no date".into() });

    let rules = "deviate PER may  Nobody to call";
    assert_eq!(order(rules, &GOOD.replace("PER*BD*Buyer\n", "")), ["~Deviation PER@1"]);

    let rules = "deviate REF 9  Many references";
    let body = GOOD.replace("PER*BD", "REF*A1*1\nREF*A2*1\nREF*A3*1\nREF*A4*1\nPER*BD");
    assert_eq!(order(rules, &body), ["~Deviation REF@6"]);

    let rules = "deviate BEG.03 1..30  Long numbers";
    let body = GOOD.replace("*PO1*", "*PO12345678901234567890123*");
    assert_eq!(order(rules, &body), ["~Deviation BEG03@2"]);

    let rules = "deviate PER before REF  They introduce themselves first";
    assert_eq!(order(rules, GOOD), NOTHING);
    let body = "BEG*00*SA*PO1**20240229\nPER*BD*B\nREF*IA*1\nPO1*1\nCTT*1\nAMT*TT*1";
    assert_eq!(order(rules, body), ["~Deviation PER@3"]);
    assert_eq!(told(&guided("004010", ORDER_TEXT, "forbid DTM"), body), ["7 REF@4"]);
}

#[test]
fn relaxed_dates_are_one_warning_a_set() {
    let rules = "relax dates  Old stores";
    assert_eq!(order(rules, GOOD), NOTHING);
    let body = GOOD.replace("20240229", "240229").replace("N1*ST", "DTM*002*240301\nN1*ST");
    assert_eq!(order(rules, &body), ["~Deviation BEG05@2"]);
    assert_eq!(
        order(rules, &body.replace("240301", "240231")),
        ["~Deviation BEG05@2", "8 DTM02@5"]
    );
}

#[test]
fn in_narrows_only_the_loops_it_names() {
    let rules = "in HL where 03 is I\n  require LIN\nin HL where 03 is O\n  forbid LIN";
    let schema = guided("004010", SHIPMENT_TEXT, rules);
    let good = "BSN*00*12\nHL*1**S\nHL*2*1*O\nHL*3*2*I\nLIN**UP*1\nCTT*1";
    assert_eq!(told(&schema, good), NOTHING);
    let bad = "BSN*00*12\nHL*1**S\nHL*2*1*O\nLIN**UP*1\nHL*3*2*I\nHL*4*2*I\nLIN**UP*1\nCTT*1";
    assert_eq!(told(&schema, bad), ["2 LIN@5", "3 LIN@6"]);
}

#[test]
fn loops_told_apart_by_the_grammar_are_told_apart_by_the_guide() {
    let rules = "require 2000/2100/2110\ncodes 2110/LQ.01 HE";
    let schema = guided("005010", PAYMENT_TEXT, rules);
    let body = "BPR*I*1\nN1*PR*P\nN3*S\nN1*PE*P\nLX*1\nCLP*1*1\nNM1*QC*1\nSVC*HC:1*1\nLQ*RX\n\
                CLP*2*1\nNM1*QC*1";
    assert_eq!(told(&schema, body), ["7 LQ01@10", "3 SVC@11"]);
}

#[test]
fn a_guide_judges_each_set_anew() {
    let schema = guided("004010", ORDER_TEXT, "require PO1/PID when BEG.02 is RL");
    let rl = GOOD.replace("*SA*", "*RL*");
    for _ in 0..2 {
        assert_eq!(told(&schema, &rl), ["3 PID@6", "3 PID@7"]);
        assert_eq!(told(&schema, GOOD), NOTHING);
    }
}
