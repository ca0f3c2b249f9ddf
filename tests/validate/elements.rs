//! Each type, each relation, each element code (GRAMMAR.md 3, 5.5, 5.6).

use crate::sets::{DELIMITERS, Lexed, check, check_with, framed, lines, told};
use crate::texts::{OLD_TYPES, ORDER, TYPES};
use edigate::x12::finding::{At, Fault, Finding};
use edigate::x12::segment::Delimiters;
use edigate::x12::validate::{Options, Validator};

const NOTHING: [&str; 0] = [];

/// What is told of these segments, which the grammar takes in any number.
fn of(body: &str) -> Vec<String> {
    told(&TYPES, body)
}

fn of_bytes(body: &[u8]) -> Vec<String> {
    let text = [b"ST*1*1~", body, b"~SE*1*1~"].concat();
    let found = Validator::new().check(Lexed::new(text).text(), &TYPES, &Options::default());
    lines(&TYPES, &found)
}

#[test]
fn text_has_a_shortest_and_a_longest_length() {
    assert_eq!(of("TAN*ab\nTAN*abcde*x"), NOTHING);
    assert_eq!(of("TAN*a"), ["4 TAN01@2"]);
    assert_eq!(of("TAN*abcdef"), ["5 TAN01@2"]);
    let found = check(&TYPES, "TAN*abcdef");
    assert_eq!(found[0].fault, Fault::TooLong { max: 5 });
    assert_eq!(check(&TYPES, "TAN*a")[0].fault, Fault::TooShort { min: 2 });
}

#[test]
fn an_absent_must_element_is_1() {
    assert_eq!(of("TAN**x"), ["1 TAN01@2"]);
    assert_eq!(of("TAN"), ["1 TAN01@2"]);
    let found = &check(&TYPES, "TAN**x")[0];
    assert_eq!((found.at, found.length, &*found.text), (At::Element, 0, ""));
    // Between the two separators: ST*000*0001~LF is 13 bytes, TAN* four more.
    assert_eq!((found.offset, &*found.dictionary), (17, "350"));
    let found = &check(&TYPES, "TAN")[0];
    assert_eq!(found.offset, 16);
}

#[test]
fn elements_beyond_the_last_are_one_3() {
    assert_eq!(of("TAN*ab*x*y*z"), ["3 TAN03@2"]);
    let found = &check(&TYPES, "TAN*ab*x*yy*z")[0];
    assert_eq!((found.offset, found.length, &*found.text), (22, 2, "yy"));
}

#[test]
fn empty_elements_at_the_end_are_a_warning() {
    assert_eq!(of("TAN*ab*"), ["~TrailingSeparators TAN@2"]);
    assert_eq!(of("TAN*ab****"), ["~TrailingSeparators TAN@2"]);
    let strict = Options { strict: true, ..Options::default() };
    assert_eq!(lines(&TYPES, &check_with(&TYPES, "TAN*ab*", strict)), ["8 TAN@2"]);
}

#[test]
fn blanks_at_the_end_are_cut_with_a_warning() {
    assert_eq!(of_bytes(b"TAN*abcd   "), ["~TrailingBlanks TAN01@2"]);
    assert_eq!(of_bytes(b"TNU*12  "), ["~TrailingBlanks TNU01@2"]);
    // What is left is checked: here it is too long by itself.
    assert_eq!(of_bytes(b"TAN*abcdef "), ["5 TAN01@2"]);
    assert_eq!(of_bytes(b"TAN*ab*x*y "), ["3 TAN03@2"]);
    let strict = Options { strict: true, ..Options::default() };
    let lexed = Lexed::new("ST*1*1~TAN*abc ~SE*1*1~");
    let found = Validator::new().check(lexed.text(), &TYPES, &strict);
    assert_eq!(lines(&TYPES, &found), ["6 TAN01@2"]);
}

#[test]
fn blanks_that_fill_up_to_the_minimum_belong_there() {
    assert_eq!(of_bytes(b"TAN*a "), NOTHING);
    assert_eq!(of_bytes(b"TAN*a  "), ["~TrailingBlanks TAN01@2"]);
}

#[test]
fn nothing_but_blanks_is_no_text() {
    assert_eq!(of_bytes(b"TAN*   "), ["6 TAN01@2"]);
    assert_eq!(of_bytes(b"TID*  "), ["6 TID01@2"]);
}

#[test]
fn control_characters_are_6() {
    assert_eq!(of_bytes(b"TAN*a\x07b"), ["6 TAN01@2"]);
    assert_eq!(of_bytes(b"TAN*a\x7Fb*a\nb"), ["6 TAN01@2", "6 TAN02@2"]);
    let text = [&b"ST*1*1~TAN*a\x07b"[..], b"~SE*1*1~"].concat();
    let found = Validator::new().check(Lexed::new(text).text(), &TYPES, &Options::default());
    assert_eq!(&*found[0].text, "a?b");
}

#[test]
fn length_counts_characters() {
    assert_eq!(of("TAN*Zürich"), ["5 TAN01@2"]);
    assert_eq!(of("TAN*Zürch"), NOTHING);
    assert_eq!(of_bytes(b"TAN*Z\xFCrch"), NOTHING);
    assert_eq!(of_bytes(b"TAN*Z\xFCrich"), ["5 TAN01@2"]);
}

#[test]
fn codes_are_looked_up_only_in_closed_lists() {
    assert_eq!(of("TID*99\nTID**A\nTID**ZZZ\nTID*99*D"), NOTHING);
    assert_eq!(of("TID**B"), ["7 TID02@2"]);
    assert_eq!(of("TID**a"), ["7 TID02@2"]);
    assert_eq!(of("TID**ABCD"), ["5 TID02@2"]);
    let found = &check(&TYPES, "TID**B")[0];
    assert_eq!(found.fault, Fault::BadCode { expected: "A, D or ZZZ".into() });
    assert_eq!(of_bytes(b"TID**A "), ["~TrailingBlanks TID02@2"]);
}

#[test]
fn dates_are_real_days_of_their_length() {
    assert_eq!(of("TDT*20240229*240229"), NOTHING);
    assert_eq!(of("TDT*20230229"), ["8 TDT01@2"]);
    assert_eq!(of("TDT*240229"), ["8 TDT01@2"]);
    assert_eq!(of("TDT**20240229"), ["8 TDT02@2"]);
    assert_eq!(of("TDT*2024022X"), ["8 TDT01@2"]);
    assert_eq!(of("TDT**241301"), ["8 TDT02@2"]);
}

#[test]
fn dates_of_the_other_length_pass_when_the_grammar_is_of_another_age() {
    let loose = Options { loose_dates: true, ..Options::default() };
    let found = check_with(&TYPES, "TDT*240229*20240229\nTDT*240230", loose);
    assert_eq!(lines(&TYPES, &found), ["8 TDT01@3"]);
}

#[test]
fn times_are_real_times() {
    assert_eq!(of("TDT***0801\nTDT***235959\nTDT***2359599\nTDT***23595999"), NOTHING);
    assert_eq!(
        of("TDT***2400\nTDT***12345\nTDT***123456789"),
        ["9 TDT03@2", "9 TDT03@3", "9 TDT03@4"]
    );
}

#[test]
fn numbers_count_only_their_digits() {
    assert_eq!(of("TNU*-12.345\nTNU*+.50\nTNU*12E2"), NOTHING);
    assert_eq!(of("TNU*-1."), ["4 TNU01@2"]);
    assert_eq!(of("TNU*123.456"), ["5 TNU01@2"]);
    assert_eq!(
        of("TNU*1,50\nTNU*$15\nTNU*1.2.3\nTNU*--12"),
        ["6 TNU01@2", "6 TNU01@3", "6 TNU01@4", "6 TNU01@5"]
    );
    assert_eq!(of("TNU**-1234*12"), NOTHING);
    assert_eq!(of("TNU**12345"), ["5 TNU02@2"]);
    assert_eq!(of("TNU**12.5"), ["6 TNU02@2"]);
    assert_eq!(of("TNU***1"), ["4 TNU03@2"]);
    assert_eq!(of("TNU***1E2"), ["6 TNU03@2"]);
}

#[test]
fn one_element_has_one_code() {
    // Not a number and too long; too long and not listed.
    assert_eq!(of("TNU*ABCDEFGH"), ["6 TNU01@2"]);
    assert_eq!(of("TID**BBBBBB"), ["5 TID02@2"]);
}

#[test]
fn bytes_are_as_many_as_announced() {
    assert_eq!(of_bytes(b"BIN*4*\x00\x01:^"), NOTHING);
    assert_eq!(of_bytes(b"BIN*5*\x00\x01:^"), ["6 BIN02@2"]);
}

#[test]
fn components_are_checked_one_by_one() {
    assert_eq!(of("TCO*HC:99213\nTCO*HC:99213:25:1.5\nTCO**x"), NOTHING);
    assert_eq!(of("TCO*HCX:99213"), ["5 TCO01.1@2"]);
    assert_eq!(of("TCO*HC"), ["1 TCO01.2@2"]);
    assert_eq!(of("TCO*:99213"), ["1 TCO01.1@2"]);
    assert_eq!(of("TCO*HC:99213:25:abc"), ["6 TCO01.4@2"]);
    let found = &check(&TYPES, "TCO*HC:123456789")[0];
    assert_eq!((found.offset, found.length, &*found.text), (20, 9, "123456789"));
    assert_eq!((&*found.dictionary, found.element, found.component), ("234", Some(1), Some(2)));
}

#[test]
fn components_have_relations_of_their_own() {
    assert_eq!(of("TCO*HC:99213:25"), ["2 TCO01.4@2"]);
    assert_eq!(of("TCO*HC:99213::1"), ["2 TCO01.3@2"]);
}

#[test]
fn too_many_components_are_13_and_before_005010_they_are_3() {
    assert_eq!(of("TCO*HC:99213:25:1:x:y"), ["13 TCO01.5@2"]);
    assert_eq!(told(&OLD_TYPES, "TCO*HC:99213:25:1:x:y"), ["3 TCO01.5@2"]);
    // A composite has no number in the dictionary.
    assert_eq!(&*check(&TYPES, "TCO*HC:99213:25:1:x")[0].dictionary, "");
}

#[test]
fn empty_components_at_the_end_are_a_warning() {
    assert_eq!(of("TCO*HC:99213::"), ["~TrailingSeparators TCO01@2"]);
    // Only separators are nothing at all.
    assert_eq!(of("TCO*::*x"), ["~TrailingSeparators TCO01@2"]);
}

#[test]
fn a_simple_element_has_no_components() {
    assert_eq!(of("TAN*a:b"), ["6 TAN01@2"]);
    assert_eq!(of("TAN*ab:"), ["~TrailingSeparators TAN01@2"]);
}

#[test]
fn repetitions_are_checked_one_by_one() {
    assert_eq!(of("TRE*a^b^c"), NOTHING);
    assert_eq!(of("TRE*a^toolong^c"), ["5 TRE01^2@2"]);
    assert_eq!(of("TRE*a^^c"), NOTHING);
    assert_eq!(of("TRE*a^b^"), ["~TrailingSeparators TRE01@2"]);
    assert_eq!(of("TRE*a^b^c^d"), ["12 TRE01@2"]);
    assert_eq!(of("TRE**HC:1^HC:2"), ["12 TRE02@2"]);
    assert_eq!(of("TRE***a^b"), ["12 TRE03@2"]);
    assert_eq!(check(&TYPES, "TRE*a^b^c^d")[0].fault, Fault::TooManyRepetitions { max: 3 });
}

#[test]
fn without_a_repetition_separator_the_byte_is_text() {
    let delimiters = Delimiters { repetition: None, ..DELIMITERS };
    let lexed = Lexed::with("ST*1*1~TRE***a^b~SE*1*1~", delimiters);
    let found = Validator::new().check(lexed.text(), &OLD_TYPES, &Options::default());
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn a_position_left_out_must_be_empty() {
    assert_eq!(of("GAP*a**c"), NOTHING);
    assert_eq!(of("GAP*a*b*c"), ["10 GAP02@2"]);
}

#[test]
fn together_means_all_or_none() {
    assert_eq!(of("RPP*a*b*c"), NOTHING);
    assert_eq!(of("RPP*a**c"), ["2 RPP02@2"]);
    assert_eq!(of("RPP***c"), ["2 RPP01@2"]);
    let words = Fault::RelationBroken { relation: "01 and 02 and 03 together".into() };
    assert_eq!(check(&TYPES, "RPP***c")[0].fault, words);
}

#[test]
fn of_some_one_must_be_there() {
    assert_eq!(of("RRR*a\nRRR**b\nRRR*a*b"), NOTHING);
    assert_eq!(of("RRR***c"), ["2 RRR01@2"]);
    let words = Fault::RelationBroken { relation: "at least one of 01 02".into() };
    assert_eq!(check(&TYPES, "RRR***c")[0].fault, words);
}

#[test]
fn of_some_only_one_may_be_there() {
    assert_eq!(of("REE*a\nREE***c"), NOTHING);
    assert_eq!(of("REE*a**c"), ["10 REE03@2"]);
    assert_eq!(of("REE**b*c"), ["10 REE03@2"]);
    let words = Fault::Excluded { relation: "only one of 01 02 03".into() };
    assert_eq!(check(&TYPES, "REE*a*b*c")[0].fault, words);
}

#[test]
fn one_element_may_need_others() {
    assert_eq!(of("RCC*a*b*c\nRCC**b\nRCC***c"), NOTHING);
    assert_eq!(of("RCC*a**c"), ["2 RCC02@2"]);
    assert_eq!(of("RCC*a"), ["2 RCC02@2"]);
    let words = Fault::RelationBroken { relation: "if 01 then 02 and 03".into() };
    assert_eq!(check(&TYPES, "RCC*a*b")[0].fault, words);
}

#[test]
fn one_element_may_need_one_of_others() {
    assert_eq!(of("RLL*a*b\nRLL*a**c\nRLL**b"), NOTHING);
    assert_eq!(of("RLL*a"), ["2 RLL02@2"]);
    let words = Fault::RelationBroken { relation: "if 01 then one of 02 03".into() };
    assert_eq!(check(&TYPES, "RLL*a")[0].fault, words);
}

#[test]
fn a_half_filled_pair_is_one_finding() {
    assert_eq!(of("RUN*UP*1*VN**BP*2"), ["2 RUN04@2"]);
    assert_eq!(of("RUN*UP*1**x"), ["2 RUN03@2"]);
    assert_eq!(told(&ORDER, "PO1*1**EA").last().unwrap(), "2 PO102@2");
}

#[test]
fn every_element_finding_has_its_place_and_text() {
    let body = "BEG*00*SA*PO1**20240230";
    let text = framed(body);
    let found: Vec<Finding> = check(&ORDER, body);
    let date = found.iter().find(|finding| finding.fault == Fault::BadDate).unwrap();
    let offset = u64::try_from(text.find("20240230").unwrap()).unwrap();
    assert_eq!((date.position, date.element, date.component), (2, Some(5), None));
    assert_eq!((date.offset, date.length, &*date.text), (offset, 8, "20240230"));
    assert_eq!((&*date.segment, &*date.dictionary), ("BEG", "373"));
    assert_eq!(&*date.rule, "x12/004010/850");
}

#[test]
fn quotes_are_cut_and_printable() {
    let long = "x".repeat(500);
    let found = check(&TYPES, &format!("TAN*{long}"));
    assert_eq!((found[0].text.len(), found[0].length), (80, 500));
    let wide = "ü".repeat(79) + "x";
    let found = check(&TYPES, &format!("TAN*a{wide}"));
    assert_eq!(found[0].text.chars().filter(|&c| c == 'ü').count(), 39);
}
