//! Where segments are placed, and each way not to fit (GRAMMAR.md 5.2 and 5.3).

use crate::sets::{check, places, told};
use crate::texts::{BOUNDED, ORDER, PAYMENT};
use edigate::x12::finding::{At, Fault, Level};

const GOOD_ORDER: &str = "
    BEG*00*SA*PO1**20240229
    REF*DP*12
    PER*BD*Buyer
    N1*ST*Store
    N3*Street 1
    N4*City
    N1*BY*Buyer
    PO1*1*5*EA*2.50
    PID*F****Shirt
    PO1*2*7*EA*1
    REF*LI*1
    CTT*2
    AMT*TT*19.5
";

const GOOD_PAYMENT: &str = "
    BPR*I*120
    N1*PR*Payer
    N3*Street 1
    REF*2U*1
    N1*PE*Payee
    LX*1
    CLP*A1*1
    CAS*PR*1*20
    NM1*QC*1*Doe
    SVC*HC:99213*100
    DTM*472*20240229
    CAS*CO*45*10
    LQ*HE*N14
    SVC*HC:99214*40
    CLP*A2*1
    NM1*82*1*Roe
    NM1*QC*1*Doe
    PLB*1
";

#[test]
fn a_sound_set_has_no_findings() {
    assert!(check(&ORDER, GOOD_ORDER).is_empty());
    assert!(check(&PAYMENT, GOOD_PAYMENT).is_empty());
}

#[test]
fn every_segment_is_placed_in_the_loop_it_belongs_to() {
    assert_eq!(
        places(&ORDER, GOOD_ORDER),
        [
            "ST",
            "BEG",
            "REF",
            "PER",
            "N1/N1",
            "N1/N3",
            "N1/N4",
            "N1/N1",
            "PO1/PO1",
            "PO1/PID/PID",
            "PO1/PO1",
            "PO1/REF",
            "CTT/CTT",
            "CTT/AMT",
            "ST",
        ]
    );
    let payment = places(&PAYMENT, GOOD_PAYMENT);
    assert_eq!(payment[3..6], ["1000A/N3", "1000A/REF", "1000B/N1"]);
    assert_eq!(payment[8], "2000/2100/CAS");
    assert_eq!(payment[10..13], ["2000/2100/2110/SVC", "2000/2100/2110/DTM", "2000/2100/2110/CAS"]);
}

#[test]
fn an_unknown_id_is_1_and_the_walk_goes_on() {
    let body = GOOD_ORDER.replace("N3*Street 1", "N3*Street 1\nZZ9*what");
    assert_eq!(told(&ORDER, &body), ["1 ZZ9@7"]);
    let body = GOOD_ORDER.replace("N3*Street 1", "N3*Street 1\nTOOLONGANID*what");
    assert_eq!(told(&ORDER, &body), ["1 TOOLONGANID@7"]);
    let body = GOOD_ORDER.replace("N3*Street 1", "N3*Street 1\n*what");
    assert_eq!(told(&ORDER, &body), ["1 @7"]);
}

#[test]
fn an_id_of_the_release_that_is_nowhere_in_the_set_is_6() {
    let body = GOOD_ORDER.replace("N3*Street 1", "XXX*1\nN3*Street 1");
    assert_eq!(told(&ORDER, &body), ["6 XXX@6"]);
}

#[test]
fn a_segment_beyond_its_maximum_is_5_and_its_elements_are_still_checked() {
    let body = GOOD_ORDER.replace("REF*DP*12", "REF*DP*12\nREF*A1*1\nREF*A2*1\nREF*A3\nREF*A4*1");
    assert_eq!(told(&ORDER, &body), ["5 REF@6", "2 REF02@6", "5 REF@7"]);
    let finding = check(&ORDER, &body).remove(0);
    assert_eq!(finding.fault, Fault::SegmentTooOften { max: 3 });
    assert_eq!((finding.level, finding.at), (Level::Error, At::Segment));
}

#[test]
fn a_loop_beyond_its_maximum_is_4_and_its_content_is_checked() {
    let body = GOOD_ORDER.replace("N1*BY*Buyer", "N1*BY*Buyer\nN1*SU*Seller\nN3*\nN4*City");
    assert_eq!(told(&ORDER, &body), ["4 N1@9", "~TrailingSeparators N3@10", "1 N301@10"]);
    let payment = GOOD_PAYMENT.replace("N1*PE*Payee", "N1*PE*Payee\nN1*PE*Again");
    assert_eq!(told(&PAYMENT, &payment), ["4 N1@7"]);
}

#[test]
fn a_segment_that_comes_late_is_7_alone() {
    let body = GOOD_ORDER.replace("PER*BD*Buyer\n", "");
    let body = body.replace("N1*BY*Buyer", "PER*BD*Buyer\n    N4*City");
    // What follows still belongs to the loop that was open.
    let body = body.replace("    N4*City\n    PER", "    PER");
    assert_eq!(told(&ORDER, &body), ["7 PER@6"]);
    assert_eq!(places(&ORDER, &body)[3..8], ["N1/N1", "N1/N3", "PER", "N1/N4", "PO1/PO1"]);
}

#[test]
fn a_loop_that_comes_late_is_7_and_opened() {
    let body = GOOD_PAYMENT.replace("N1*PR*Payer\n    N3*Street 1\n    REF*2U*1\n", "");
    let body = body.replace("N1*PE*Payee", "N1*PE*Payee\nN1*PR*Payer\nN3*Street 1\nREF*2U*1");
    assert_eq!(told(&PAYMENT, &body), ["7 N1@4"]);
}

#[test]
fn a_late_segment_does_not_hide_what_is_absent_behind_it() {
    let body = "BEG*00*SA*PO1**20240229\nN1*ST*S\nREF*DP*1\nPO1*1\nCTT*1\nAMT*TT*1";
    assert_eq!(told(&ORDER, body), ["3 PER@3", "7 REF@4"]);
}

#[test]
fn a_code_that_no_place_of_the_id_expects_is_one_element_finding() {
    let body = GOOD_PAYMENT.replace("N1*PE*Payee", "N1*XX*Payee");
    assert_eq!(told(&PAYMENT, &body), ["7 N101@6"]);
    let finding = check(&PAYMENT, &body).remove(0);
    assert_eq!(finding.fault, Fault::BadCode { expected: "PE".into() });
    assert_eq!((&*finding.text, &*finding.dictionary, &*finding.loop_path), ("XX", "98", "1000B"));

    let body = GOOD_PAYMENT.replace("CAS*PR*1*20", "CAS*PR*1*20\nREF*ZZ*1");
    let body = body.replace("NM1*QC*1*Doe\n    SVC", "SVC");
    // REF stands at 040, so the patient of 030 is passed and absent.
    assert_eq!(told(&PAYMENT, &body), ["3 NM1@10", "7 REF01@10"]);
    let finding = check(&PAYMENT, &body).remove(1);
    assert_eq!(finding.fault, Fault::BadCode { expected: "1L, EA or 6R".into() });
}

#[test]
fn an_absent_code_is_told_as_absent_once() {
    let body = GOOD_PAYMENT.replace("DTM*472*20240229", "DTM**20240229");
    assert_eq!(told(&PAYMENT, &body), ["1 DTM01@12"]);
}

#[test]
fn a_code_padded_with_blanks_is_still_that_code() {
    let body = GOOD_PAYMENT.replace("N1*PE*Payee", "N1*PE *Payee");
    assert_eq!(told(&PAYMENT, &body), ["~TrailingBlanks N101@6"]);
}

#[test]
fn a_claim_without_its_group_is_3_for_the_group_and_no_cascade() {
    let body = GOOD_PAYMENT.replace("LX*1\n", "");
    assert_eq!(told(&PAYMENT, &body), ["3 LX@7"]);
    let finding = check(&PAYMENT, &body).remove(0);
    assert_eq!(&*finding.loop_path, "2000");
    let (claim, _) = framed_offset(&body, "CLP*A1");
    assert_eq!((finding.offset, finding.length, &*finding.text), (claim, 0, ""));
}

#[test]
fn a_service_without_claim_and_group_is_3_for_each() {
    let body = "BPR*I*1\nN1*PR*P\nN3*S\nN1*PE*P\nSVC*HC:99213*1\nDTM*150*20240101";
    assert_eq!(told(&PAYMENT, body), ["3 LX@6", "3 CLP@6", "3 NM1@6"]);
}

#[test]
fn what_fits_nowhere_is_2_and_a_stray() {
    let body = GOOD_ORDER.replace("PER*BD*Buyer", "PER*BD*Buyer\nMEA*WT");
    assert_eq!(told(&ORDER, &body), ["2 MEA@5"]);
    assert_eq!(places(&ORDER, &body)[4], "?");
    // A stray's elements are not looked at, and it stands in the innermost open loop.
    let body = GOOD_ORDER.replace("N3*Street 1", "N3*Street 1\nMEA*TOOLONG*1*2*3");
    assert_eq!(told(&ORDER, &body), ["2 MEA@7"]);
    assert_eq!(&*check(&ORDER, &body)[0].loop_path, "N1");
}

#[test]
fn an_absent_segment_is_told_where_the_walk_passed_it() {
    let body = GOOD_ORDER.replace("PER*BD*Buyer\n", "");
    assert_eq!(told(&ORDER, &body), ["3 PER@4"]);
    let finding = check(&ORDER, &body).remove(0);
    let Fault::MissingSegment { expected, prose } = &finding.fault else { panic!("{finding:?}") };
    assert_eq!((&**expected, &**prose), ("PER", "Contact"));
    assert_eq!((finding.loop_node, &*finding.loop_path), (None, ""));
    assert_eq!(&*finding.rule, "x12/004010/850");
}

#[test]
fn an_absent_last_segment_is_told_at_the_segment_that_closes_its_loop() {
    let body = GOOD_ORDER.replace("    AMT*TT*19.5\n", "");
    assert_eq!(told(&ORDER, &body), ["3 AMT@14"]);
    let body = GOOD_PAYMENT.replace("    NM1*QC*1*Doe\n    PLB*1\n", "    PLB*1\n");
    assert_eq!(told(&PAYMENT, &body), ["3 NM1@18"]);
    assert_eq!(&*check(&PAYMENT, &body)[0].loop_path, "2000/2100");
}

#[test]
fn an_absent_loop_is_told_once_by_its_trigger() {
    let body = "BEG*00*SA*PO1**20240229\nPER*BD*Buyer\nCTT*0\nAMT*TT*0";
    assert_eq!(told(&ORDER, body), ["3 PO1@4"]);
    assert_eq!(told(&ORDER, ""), ["3 BEG@2", "3 PER@2", "3 PO1@2"]);
}

#[test]
fn a_set_without_trailer_is_checked_to_its_end() {
    use crate::sets::{Lexed, lines};
    use edigate::x12::validate::{Options, Validator};
    let lexed = Lexed::new("ST*850*1~BEG*00*SA*PO1**20240229~PER*BD*B~");
    let found = Validator::new().check(lexed.text(), &ORDER, &Options::default());
    assert_eq!(lines(&ORDER, &found), ["3 PO1@4"]);
    assert_eq!((found[0].offset, &*found[0].segment), (42, "PO1"));
}

#[test]
fn an_id_in_lower_case_is_placed_with_a_warning() {
    let body = GOOD_ORDER.replace("N3*Street", "n3*Street");
    assert_eq!(told(&ORDER, &body), ["~LowerCase n3@6"]);
    assert_eq!(places(&ORDER, &body)[5], "N1/N3");
}

#[test]
fn rows_of_one_position_may_come_in_any_order() {
    let body = GOOD_PAYMENT
        .replace("NM1*QC*1*Doe\n    SVC", "NM1*QC*1*D\nREF*6R*1\nREF*1L*1\nREF*EA*2\n    SVC");
    assert_eq!(told(&PAYMENT, &body), [""; 0]);
    let body = body.replace("REF*6R*1", "REF*6R*1\nREF*6R*2");
    assert_eq!(told(&PAYMENT, &body), ["5 REF@12"]);
}

const GOOD_BOUNDED: &str = "
    INS*Y
    REF*0F*1
    LS*2700
    LX*1
    N1*75*Reason
    REF*17*1
    LX*2
    LE*2700
    INS*N
";

#[test]
fn a_bounded_loop_stands_between_ls_and_le() {
    assert_eq!(told(&BOUNDED, GOOD_BOUNDED), [""; 0]);
    let places = places(&BOUNDED, GOOD_BOUNDED);
    assert_eq!(places[6], "2000/2700/2710/2750/REF");
    assert_eq!(places[8], "2000/2700/LE");
}

#[test]
fn a_lost_le_is_one_3() {
    let body = GOOD_BOUNDED.replace("    LE*2700\n", "");
    assert_eq!(told(&BOUNDED, &body), ["3 LE@9"]);
}

#[test]
fn a_wrong_le_is_one_element_finding() {
    let body = GOOD_BOUNDED.replace("LE*2700", "LE*2800");
    assert_eq!(told(&BOUNDED, &body), ["7 LE01@9"]);
}

#[test]
fn an_le_without_ls_is_2() {
    let body = "INS*Y\nLE*2700\nINS*N";
    assert_eq!(told(&BOUNDED, body), ["2 LE@3"]);
}

#[test]
fn a_wrong_ls_is_one_element_finding_and_its_content_is_placed() {
    let body = GOOD_BOUNDED.replace("LS*2700", "LS*2800");
    assert_eq!(told(&BOUNDED, &body), ["7 LS01@4"]);
}

#[test]
fn a_lost_ls_is_one_3() {
    let body = GOOD_BOUNDED.replace("    LS*2700\n", "");
    assert_eq!(told(&BOUNDED, &body), ["3 LS@4"]);
}

/// Where `part` stands in the framed body, and how long its segment is.
fn framed_offset(body: &str, part: &str) -> (u64, u32) {
    let text = crate::sets::framed(body);
    let at = text.find(part).unwrap();
    let length = text[at..].find('~').unwrap();
    (u64::try_from(at).unwrap(), u32::try_from(length).unwrap())
}

#[test]
fn a_finding_about_a_segment_quotes_it_with_its_offset() {
    let body = GOOD_ORDER.replace("N3*Street 1", "XXX*1\nN3*Street 1");
    let finding = check(&ORDER, &body).remove(0);
    let (offset, length) = framed_offset(&body, "XXX");
    assert_eq!((finding.offset, finding.length, &*finding.text), (offset, length, "XXX*1"));
}
