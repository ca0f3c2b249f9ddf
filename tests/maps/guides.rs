//! Map lines of guides (7.5).

use crate::bench::Bench;

const STRUCTURE: &str = "heading
  010  TOP  must  1  Top
  020  REF  may  any  References
  loop N1  may  any  Parties
    030  N1  must  1  Party
";

const FIELDS: &str = "  number      may  text            Number
  department  may  text            Department
  parties     may  list party      Parties
  references  may  list reference  References
";

fn bench(guide_map: &str) -> Bench {
    Bench::new(
        STRUCTURE,
        "TOP
  01  number
  07  department
REF  references[]
  01  kind
  02  value
loop N1  parties[]
  N1.01  role
  N1.02  name
",
        FIELDS,
    )
    .with("acme/500.guide", &format!("guide acme 500\nnarrows x12/009000/500\nmap\n{guide_map}"))
}

const GUIDE: Option<&str> = Some("acme/500");

fn segment_of(bench: &Bench, record: &str, start: &str) -> String {
    let bytes = bench.write_bytes(record, GUIDE, None).unwrap().bytes;
    let text = String::from_utf8(bytes).unwrap();
    text.split('~').find(|segment| segment.starts_with(start)).unwrap_or("").to_owned()
}

#[test]
fn a_guides_line_claims_before_the_base_lines() {
    let bench = bench("  REF.02 where 01 is ZZ  extra.contract\n");
    let read = bench.read_under("TOP*1\nREF*ZZ*c-1\nREF*AA*v", GUIDE);
    assert_eq!(read.at("/extra"), r#"{"contract":"c-1"}"#);
    assert_eq!(read.at("/references"), r#"[{"kind":"AA","value":"v"}]"#);
    // Free fields stand last.
    assert!(read.record.ends_with(r#""extra":{"contract":"c-1"}}"#), "{}", read.record);
    assert_eq!(segment_of(&bench, &read.record, "REF*ZZ"), "REF*ZZ*c-1");
}

#[test]
fn a_line_of_the_same_element_replaces_the_base_line() {
    let bench = bench("  TOP.07  extra.words\n");
    let read = bench.read_under("TOP*1******w", GUIDE);
    assert_eq!((read.at("/extra/words"), read.at("/department")), ("\"w\"".into(), "-".into()));
    assert_eq!(segment_of(&bench, &read.record, "TOP"), "TOP*1******w");
}

#[test]
fn a_line_in_a_loop_of_the_base_joins_its_scope() {
    let bench = bench("  loop N1  parties[]\n    N1.04  extra.store\n");
    let read = bench.read_under("TOP*1\nN1*ST*Name*92*0007", GUIDE);
    assert_eq!(read.at("/parties/0/name"), "\"Name\"");
    assert_eq!(read.at("/parties/0/extra/store"), "\"0007\"");
}

#[test]
fn without_leaves_a_line_out_and_what_it_read_stays() {
    let dropped = bench("  without TOP.07\n").read_under("TOP*1******w", GUIDE);
    assert_eq!(dropped.at("/unmapped"), r#"[{"at":"TOP","elements":{"07":"w"}}]"#);
    let dropped = bench("  without N1\n").read_under("TOP*1\nN1*ST*x", GUIDE);
    assert_eq!(dropped.at("/unmapped"), r#"[{"at":"N1","segments":[["N1","ST","x"]]}]"#);
}

#[test]
fn without_a_line_that_is_not_there_is_an_error() {
    let bench = bench("  without REF.03 where 01 is QQ\n");
    let resolution = bench.resolve(GUIDE);
    let errors = edigate::grammar::mapping::of_resolution(&resolution).unwrap().unwrap_err();
    let told = errors[0].to_string();
    assert!(told.contains("there is no line REF.03 where 01 is QQ here to leave out"), "{told}");
}
