//! Scopes and claims (6.2), slots and packed segments (6.3), what stays unmapped (6.6).

use crate::bench::{Bench, at};

const PARTIES: &str = "heading
  010  TOP  must  1  Top
  020  REF  may  any  References
  loop N1  may  any  Parties
    030  N1  must  1  Party
    040  N3  may  2  Streets
";

const PARTY_FIELDS: &str = "  number      may  text            Number
  department  may  text            Department
  ship_to     may  party           Place
  parties     may  list party      Parties
  references  may  list reference  References
";

fn parties() -> Bench {
    Bench::new(
        PARTIES,
        "TOP.01  number
REF.02 where 01 is DP  department
REF  references[]
  01  kind
  02  value
  03  text
loop N1 where 01 is ST  ship_to
  use party
loop N1  parties[]
  N1.01  role  { BY buyer }
  use party
define party
  N1.02  name
  N3  streets[]
    01  line
    02  line2
",
        PARTY_FIELDS,
    )
}

#[test]
fn a_second_party_of_a_role_that_is_taken_goes_to_the_rest() {
    let (record, _) = parties().there_and_back(
        "TOP*1
         N1*BY*A
         N1*ST*B
         N3*Street*Door
         N1*ST*C",
    );
    assert_eq!(at(&record, "/ship_to/name"), "\"B\"");
    assert_eq!(at(&record, "/ship_to/streets/0/line2"), "\"Door\"");
    assert_eq!(at(&record, "/parties/0/role"), "\"buyer\"");
    assert_eq!(at(&record, "/parties/1"), r#"{"role":"ST","name":"C"}"#);
}

#[test]
fn a_claimed_segment_with_nothing_to_read_is_remembered() {
    let (record, written) = parties().there_and_back("TOP*1\nREF*DP\nREF*DP*x");
    assert_eq!(at(&record, "/unmapped"), r#"[{"at":"REF[01=DP]","elements":{}}]"#);
    assert_eq!(at(&record, "/references/0/kind"), "\"DP\"");
    assert_eq!(written, "TOP*1\nREF*DP\nREF*DP*x");
}

#[test]
fn unnamed_elements_and_segments_stay_where_they_stood() {
    let (record, written) = parties().there_and_back(
        "TOP*1*20240229
         REF*DP*men*why
         N1*ST*B*92*77
         N3*s",
    );
    assert_eq!(
        at(&record, "/unmapped"),
        r#"[{"at":"TOP","elements":{"02":"20240229"}},{"at":"REF[01=DP]","elements":{"03":"why"}}]"#
    );
    assert_eq!(
        at(&record, "/ship_to/unmapped"),
        r#"[{"at":"N1","elements":{"03":"92","04":"77"}}]"#
    );
    assert_eq!(written, "TOP*1*20240229\nREF*DP*men*why\nN1*ST*B*92*77\nN3*s");
}

#[test]
fn a_loop_nobody_names_stays_whole() {
    let bench = Bench::new(PARTIES, "TOP.01  number\n", PARTY_FIELDS);
    let (record, written) = bench.there_and_back("TOP*1\nREF*AB*c\nN1*ST*B\nN3*s\nN3*t\nN1*BY*C");
    assert_eq!(
        at(&record, "/unmapped"),
        r#"[{"at":"REF","segments":[["REF","AB","c"]]},{"at":"N1","segments":[["N1","ST","B"],["N3","s"],["N3","t"]]},{"at":"N1","segments":[["N1","BY","C"]]}]"#
    );
    assert_eq!(written, "TOP*1\nREF*AB*c\nN1*ST*B\nN3*s\nN3*t\nN1*BY*C");
}

#[test]
fn the_order_of_what_stays_is_that_of_writing() {
    // REF and MSG stand at one position: claimed ones are written first.
    let bench = Bench::new(
        "heading
  010  TOP  must  1  Top
  020  REF  may  any  References
  020  MSG  may  any  Texts
",
        "TOP.01  number\nREF.02 where 01 is DP  department\n",
        PARTY_FIELDS,
    );
    let (record, written) = bench.there_and_back("TOP*1\nMSG*a\nREF*DP*d*why\nREF*XX");
    assert_eq!(
        at(&record, "/unmapped"),
        r#"[{"at":"REF[01=DP]","elements":{"03":"why"}},{"at":"MSG","segments":[["MSG","a"]]},{"at":"REF","segments":[["REF","XX"]]}]"#
    );
    assert_eq!(written, "TOP*1\nREF*DP*d*why\nMSG*a\nREF*XX");
}

#[test]
fn several_nodes_of_one_id_are_told_apart_by_number() {
    let bench = Bench::new(
        "heading
  010  TOP  must  1  Top
  020  REF where 01 is AA  may  2  First
  030  MSG  may  any  Text
  040  REF  may  any  Second
",
        "TOP.01  number\nREF  references[]\n  01  kind\n  02  value\n",
        PARTY_FIELDS,
    );
    let (record, written) = bench.there_and_back("TOP*1\nREF*AA*1\nMSG*m\nREF*AA*2\nREF*BB*3");
    // What stands at the second node although the first would take it keeps its place.
    assert_eq!(
        at(&record, "/unmapped"),
        r##"[{"at":"MSG","segments":[["MSG","m"]]},{"at":"REF#2","segments":[["REF","AA","2"]]}]"##
    );
    assert_eq!(at(&record, "/references/1/kind"), "\"BB\"");
    assert_eq!(written, "TOP*1\nREF*AA*1\nMSG*m\nREF*BB*3\nREF*AA*2");
}

#[test]
fn a_bare_list_takes_segments_with_nothing_else_in_them() {
    let bench = Bench::new(
        "heading\n  010  TOP  must  1  Top\n  020  MSG  may  any  Text\n",
        "TOP.01  number\nMSG.01  text[]\n",
        "  number  may  text  Number\n  text  may  list text  Text\n",
    );
    let (record, written) = bench.there_and_back("TOP*1\nMSG*a\nMSG*b*SS\nMSG*c");
    assert_eq!(at(&record, "/text"), r#"["a","c"]"#);
    assert_eq!(at(&record, "/unmapped"), r#"[{"at":"MSG","segments":[["MSG","b","SS"]]}]"#);
    assert_eq!(written, "TOP*1\nMSG*a\nMSG*c\nMSG*b*SS");
}

#[test]
fn a_loop_without_an_object_fills_the_one_around_it() {
    let bench = Bench::new(
        "heading
  010  TOP  must  1  Top
summary
  loop CTT  may  1  Totals
    010  CTT  must  1  Totals
    020  AMT  may  any  Amounts
",
        "TOP.01  number\nloop CTT  .\n  CTT.02  hash  decimal\n  CTT.01  lines  decimal\n  AMT.02 where 01 is TT  total  decimal\n",
        "  number  may  text  Number\n  hash  may  decimal  H\n  lines  may  decimal  L\n  total  may  decimal  T\n",
    );
    let (record, written) = bench.there_and_back("TOP*1\nCTT*1\nAMT*TT*5.00\nAMT*TT*6\nAMT*X*7");
    assert_eq!(
        at(&record, "/unmapped"),
        r#"[{"at":"CTT/AMT","segments":[["AMT","TT","6"]]},{"at":"CTT/AMT","segments":[["AMT","X","7"]]}]"#
    );
    assert_eq!(at(&record, "/total"), "\"5.00\"");
    assert_eq!(written, "TOP*1\nCTT*1\nAMT*TT*5.00\nAMT*TT*6\nAMT*X*7");
    let (_, none) = bench.there_and_back("TOP*1");
    assert_eq!(none, "TOP*1");
}

fn items() -> Bench {
    Bench::new(
        "heading\n  010  TOP  must  1  Top\n  020  LIN  may  1  Item\n  030  WID  may  1  Widths\n",
        "TOP.01  number
LIN
  01  line
  each 02..07 by 2  ids[]
    +0  type  { UP upc, BP|IN buyer_part }
    +1  id
WID
  each 01..06 by 3  widths[]
    +0  unit
    +1  width  decimal
",
        "  number  may  text  Number
  line  may  text  Line
  ids  may  list identifier  Ids
  widths  may  list width  Widths

part width  A width
  unit   may  word     Unit
  width  may  decimal  Width
",
    )
}

#[test]
fn slots_fill_from_the_left_and_half_ones_are_kept() {
    let (record, written) = items().there_and_back("TOP*1\nLIN**UP***XX*IN*7");
    assert_eq!(
        at(&record, "/ids"),
        r#"[{"type":"upc"},{"id":"XX"},{"type":"buyer_part","id":"7"}]"#
    );
    assert_eq!(written, "TOP*1\nLIN**UP***XX*BP*7");
    let (_, written) = items().there_and_back("TOP*1\nLIN*1*****BP*7");
    assert_eq!(written, "TOP*1\nLIN*1*BP*7");
}

#[test]
fn what_a_slot_has_besides_stays_with_its_object() {
    let (record, written) = items().there_and_back("TOP*1\nWID****EA*5*note");
    assert_eq!(
        at(&record, "/widths"),
        r#"[{"unit":"EA","width":"5","unmapped":[{"at":"WID","elements":{"+2":"note"}}]}]"#
    );
    assert_eq!(written, "TOP*1\nWID*EA*5*note");
}

#[test]
fn too_many_objects_for_the_slots_are_refused_by_name() {
    let four = r#"{"schema":"bench/1","number":"1","ids":[{"id":"11"},{"id":"22"},{"id":"33"},{"id":"44"}]}"#;
    assert_eq!(items().write(four).unwrap_err(), ["ids: has 4 items, and LIN carries 3"]);
}

#[test]
fn first_writes_those_whose_word_stands_first() {
    let bench = Bench::new(
        "heading\n  010  TOP  must  1  Top\n  loop N1  may  1  Party\n    020  N1  must  1  Party\n",
        "TOP.01  number
loop N1  ship_to
  N1.01  role
  N1.02  name
  N1
    each 03..04 by 2  identifiers[]  first
      +0  type  { UL gln, 1 duns }
      +1  id
",
        "  number  may  text  Number\n  ship_to  may  party  Party\n",
    );
    let record = r#"{"schema":"bench/1","number":"1","ship_to":{"role":"ST","identifiers":[{"type":"ZZ","id":"own"},{"type":"duns","id":"123456789"}]}}"#;
    let written = bench.write_bytes(record, None, None).unwrap();
    let text = String::from_utf8(written.bytes).unwrap();
    assert!(text.contains("N1*ST**1*123456789~"), "{text}");
    assert_eq!(written.left_out, ["ship_to.identifiers[0]"]);
}

fn adjusted() -> Bench {
    Bench::new(
        "heading
  010  TOP  must  1  Top
  020  CAS  may  any  Adjustments
  030  PLB  may  any  Provider adjustments
  040  SDQ  may  any  Destinations
",
        "TOP.01  number
CAS
  each 02..10 by 3  adjustments[]
    01  group  { CO contractual, PR patient }
    +0  reason
    +1  amount    decimal
    +2  quantity  decimal
PLB
  each 03..08 by 2  provider_adjustments[]
    01    provider
    02    year_end  date
    +0.1  reason
    +0.2  reference
    +1    amount    decimal
SDQ
  each 03..08 by 2  destinations[]
    01  unit
    +0  id
    +1  quantity  decimal
",
        "  number  may  text  Number
  adjustments  may  list adjustment  A
  provider_adjustments  may  list provider_adjustment  P
  destinations  may  list destination  D

part adjustment  A
  group     may  word     G
  reason    may  text     R
  amount    may  decimal  A
  quantity  may  decimal  Q

part provider_adjustment  P
  provider   may  text     P
  year_end   may  date     Y
  reason     may  word     R
  reference  may  text     F
  amount     may  decimal  A

part destination  D
  unit      may  word     U
  id        may  text     I
  quantity  may  decimal  Q
",
    )
}

#[test]
fn packed_triplets_carry_their_group_and_share_segments_again() {
    let (record, written) = adjusted()
        .there_and_back("TOP*1\nCAS*CO*1*5.00**2*-.06*3\nCAS*CO*3*1\nCAS*PR*1*2\nCAS*CO*9*9");
    assert_eq!(
        at(&record, "/adjustments"),
        r#"[{"group":"contractual","reason":"1","amount":"5.00"},{"group":"contractual","reason":"2","amount":"-0.06","quantity":"3"},{"group":"contractual","reason":"3","amount":"1"},{"group":"patient","reason":"1","amount":"2"},{"group":"contractual","reason":"9","amount":"9"}]"#
    );
    assert_eq!(written, "TOP*1\nCAS*CO*1*5.00**2*-0.06*3*3*1\nCAS*PR*1*2\nCAS*CO*9*9");
}

#[test]
fn a_packed_segment_of_which_something_would_be_left_stays_whole() {
    let (record, written) = adjusted()
        .there_and_back("TOP*1\nCAS*CO\nPLB*123*20241231\nSDQ*EA*92*0001*5\nSDQ*EA**0001*5");
    assert_eq!(at(&record, "/destinations"), r#"[{"unit":"EA","id":"0001","quantity":"5"}]"#);
    assert_eq!(
        at(&record, "/unmapped"),
        r#"[{"at":"CAS","segments":[["CAS","CO"]]},{"at":"PLB","segments":[["PLB","123","20241231"]]},{"at":"SDQ","segments":[["SDQ","EA","92","0001","5"]]}]"#
    );
    assert_eq!(written, "TOP*1\nCAS*CO\nPLB*123*20241231\nSDQ*EA**0001*5\nSDQ*EA*92*0001*5");
}

#[test]
fn a_packed_composite_is_read_by_its_components() {
    let (record, written) = adjusted().there_and_back("TOP*1\nPLB*123*20241231*AB:ref*5*CD*6.50");
    assert_eq!(
        at(&record, "/provider_adjustments/0"),
        r#"{"provider":"123","year_end":"2024-12-31","reason":"AB","reference":"ref","amount":"5"}"#
    );
    assert_eq!(written, "TOP*1\nPLB*123*20241231*AB:ref*5*CD*6.50");
}

#[test]
fn a_segment_is_written_as_often_as_packed_objects_need() {
    let items: Vec<String> =
        (1..=7).map(|n| format!(r#"{{"unit":"EA","id":"{n:04}","quantity":"{n}"}}"#)).collect();
    let record =
        format!(r#"{{"schema":"bench/1","number":"1","destinations":[{}]}}"#, items.join(","));
    assert_eq!(
        adjusted().write(&record).unwrap(),
        "TOP*1\nSDQ*EA**0001*1*0002*2*0003*3\nSDQ*EA**0004*4*0005*5*0006*6\nSDQ*EA**0007*7"
    );
}

#[test]
fn a_condition_of_several_codes_is_written_from_the_field() {
    let bench = Bench::new(
        PARTIES,
        "TOP.01  number\nREF where 01 is AA|BB  references[]\n  01  kind\n  02  value\nREF.02  department\n",
        PARTY_FIELDS,
    );
    // The last line cannot be written: nothing says which REF it is.
    let errors = bench_errors("TOP.01  number\nREF where 01 is AA|BB  references[]\n  02  value\n");
    assert_eq!(
        errors,
        [
            "x12/500.map:3:1: cannot be written: REF.01 may be AA or BB and no line says which",
            "x12/500.map:3:1: cannot be written: REF.01 must stand and no line gives it",
        ]
    );
    assert!(bench.errors()[0].contains("REF.01 must stand"));
}

fn bench_errors(map: &str) -> Vec<String> {
    Bench::new(PARTIES, map, PARTY_FIELDS).errors()
}

#[test]
fn an_item_goes_to_the_line_that_knows_its_fields_and_codes() {
    let bench = Bench::new(
        PARTIES,
        "TOP.01  number
REF where 01 is AA|BB  references[]
  01  kind
  03  text
REF  references[]
  01  kind
  02  value
",
        PARTY_FIELDS,
    );
    let record = r#"{"schema":"bench/1","number":"1","references":[{"kind":"AA","text":"t"},{"kind":"CC","value":"v"},{"kind":"CC","text":"lost"}]}"#;
    let written = bench.write_bytes(record, None, None).unwrap();
    let text = String::from_utf8(written.bytes).unwrap();
    assert!(text.contains("REF*AA**t~REF*CC*v~REF*CC~"), "{text}");
    assert_eq!(written.left_out, ["references[2].text"]);
}

#[test]
fn also_reads_when_the_field_is_empty_and_is_never_written() {
    let bench = Bench::new(
        PARTIES,
        "TOP.01  number\nTOP.07  department\nalso REF.02 where 01 is DP  department\n",
        PARTY_FIELDS,
    );
    let (record, written) = bench.there_and_back("TOP*1\nREF*DP*men\nREF*DP*women");
    assert_eq!(at(&record, "/department"), "\"men\"");
    assert_eq!(written, "TOP*1******men\nREF*DP*men\nREF*DP*women");
    let (record, _) = bench.there_and_back("TOP*1******own\nREF*DP*men");
    assert_eq!(at(&record, "/department"), "\"own\"");
}

#[test]
fn set_gives_a_word_and_asks_for_it() {
    let bench = Bench::new(
        PARTIES,
        "TOP.01  number
loop N1 where 01 is BY  parties[]
  set role buyer
  N1.02  name
loop N1 where 01 is SU  parties[]
  set role seller
  N1.02  name
",
        PARTY_FIELDS,
    );
    let (record, written) = bench.there_and_back("TOP*1\nN1*SU*a\nN1*BY*b\nN1*SU*c");
    assert_eq!(at(&record, "/parties/0"), r#"{"role":"seller","name":"a"}"#);
    assert_eq!(written, "TOP*1\nN1*SU*a\nN1*BY*b\nN1*SU*c");
    let other = r#"{"schema":"bench/1","number":"1","parties":[{"role":"other"}]}"#;
    assert_eq!(
        bench.write(other).unwrap_err(),
        ["parties[0]: no line of the map writes it: its codes fit none, or there is no room"]
    );
}

#[test]
fn strays_are_shown_and_never_written() {
    let bench = parties();
    let read = bench.read("TOP*1\nMSG*nowhere");
    assert!(!read.accepted);
    assert_eq!(read.at("/unmapped"), r#"[{"at":"?","segments":[["MSG","nowhere"]]}]"#);
    assert_eq!(bench.write(&read.record).unwrap(), "TOP*1");
}
