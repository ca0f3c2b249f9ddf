//! Writing (6.7): order, envelopes, separators, and what is refused.

use crate::bench::{Bench, envelope};
use edigate::canonical::json;
use edigate::limits::{INTERCHANGE_SETS, WRITE_REFUSALS};
use edigate::x12::write::{Address, Envelope, Outgoing, Own, Separators, write_interchange};

fn bench() -> Bench {
    Bench::new(
        "heading
  010  TOP  must  1  Top
  020  REF  may  2  References
  030  MSG  may  any  Texts
",
        // Map order is not the order of the structure.
        "MSG.01  text[]
REF  references[]
  01  kind
  02  value
TOP
  01  number
  06  amount  decimal
  07  words
",
        "  number      may  text            Number
  amount      may  decimal         Amount
  words       may  text            Words
  text        may  list text       Text
  references  may  list reference  References
",
    )
}

#[test]
fn segments_stand_where_the_structure_has_them() {
    let record =
        r#"{"schema":"bench/1","text":["a","b"],"references":[{"kind":"AA"}],"number":"1"}"#;
    assert_eq!(bench().write(record).unwrap(), "TOP*1\nREF*AA\nMSG*a\nMSG*b");
}

#[test]
fn an_envelope_counts_and_numbers() {
    let record = r#"{"schema":"bench/1","number":"1"}"#;
    let written = bench().write_bytes(record, None, None).unwrap();
    assert_eq!(
        String::from_utf8(written.bytes).unwrap(),
        "ISA*00*          *00*          *ZZ*S              *ZZ*R              *260331*1405*^*00900*\
         000000001*0*T*:~GS*PO*S*R*20260331*1405*1*X*009000~ST*500*0001~TOP*1~SE*3*0001~GE*1*1~\
         IEA*1*000000001~"
    );
}

#[test]
fn a_separator_in_a_value_is_replaced_by_another() {
    let record = r#"{"schema":"bench/1","number":"1*~:^"}"#;
    let written = bench().write_bytes(record, None, None).unwrap();
    let read = bench().read_bytes(&written.bytes, None);
    assert_eq!(read.at("/number"), "\"1*~:^\"");
    let used = written.separators;
    for byte in [used.element, used.component, used.repetition, used.terminator] {
        assert!(!b"*~:^".contains(&byte));
    }
}

#[test]
fn separators_a_partner_insists_on_are_kept_or_the_record_is_refused() {
    let own = Separators { element: b'|', component: b'>', repetition: b'^', terminator: b'\n' };
    let record = r#"{"schema":"bench/1","number":"1*2"}"#;
    let written = bench().write_bytes(record, None, Some(own)).unwrap();
    assert!(String::from_utf8(written.bytes).unwrap().contains("\nTOP|1*2\n"));
    let refused = bench().write_bytes(r#"{"schema":"bench/1","number":"1|2"}"#, None, Some(own));
    assert_eq!(
        refused.unwrap_err(),
        [
            "\"|\" stands in a value, and the partner wants it as a separator; change the value or agree on another separator"
        ]
    );
}

#[test]
fn what_cannot_be_written_is_refused_by_its_path() {
    let cases = [
        (
            r#"{"schema":"bench/1","number":"12345678901"}"#,
            "number: has 11 characters, and the element carries 10 (TOP.01)",
        ),
        (
            r#"{"schema":"bench/1","number":"1","amount":"1234567890"}"#,
            "amount: has 10 digits, and the element carries 9 (TOP.06)",
        ),
        (
            r#"{"schema":"bench/1","number":"1","amount":"ten"}"#,
            "amount: \"ten\" is no decimal (TOP.06)",
        ),
        (
            "{\"schema\":\"bench/1\",\"number\":\"1\",\"words\":\"a\\nb\"}",
            "words: holds the control character 000A (TOP.07)",
        ),
        (
            r#"{"schema":"bench/1","number":"1","references":[{"kind":"AA"},{"kind":"A"}]}"#,
            "references[1].kind: has 1 characters, and the element wants 2 (REF.01)",
        ),
        (
            r#"{"schema":"bench/1","number":"1","references":[{"kind":"AA"},{"kind":"BB"},{"kind":"CC"}]}"#,
            "references[2]: REF may stand 2 times here, and there are more",
        ),
        (
            r#"{"schema":"bench/1","number":"1","references":{"kind":"AA"}}"#,
            "references: is no list, and must be one",
        ),
        (
            r#"{"schema":"bench/1","number":["1"]}"#,
            "number: is a list where one value belongs (TOP.01)",
        ),
        (
            r#"{"schema":"bench/1","number":"1","unmapped":[{"at":"XX","segments":[["XX","1"]]}]}"#,
            "unmapped[0]: \"XX\" has no place here, or no room",
        ),
        (
            r#"{"schema":"bench/1","number":"1","unmapped":[{"at":"TOP/XX","elements":{}}]}"#,
            "unmapped[0]: \"TOP/XX\" names no place of 500",
        ),
        (
            r#"{"schema":"bench/1","number":"1","unmapped":[{"at":"MSG","segments":[["MSG","a\u001db"]]}]}"#,
            "unmapped[0]: MSG.01 holds the control character 001D",
        ),
        (
            r#"{"schema":"bench/1","number":"1","unmapped":[{"at":"TOP","elements":{"0x":"a"}}]}"#,
            "unmapped: \"0x\" names no element",
        ),
        (
            r#"{"schema":"other/1","number":"1"}"#,
            "the record is other/1, and the map of 500 writes bench/1",
        ),
    ];
    for (record, expected) in cases {
        assert_eq!(bench().write(record).err().unwrap_or_default(), [expected], "{record}");
    }
}

#[test]
fn fields_without_a_line_are_told() {
    let record = r#"{"schema":"bench/1","number":"1","references":[{"kind":"AA","text":"t"}],"colour":"red","envelope":{},"source":{}}"#;
    let written = bench().write_bytes(record, None, None).unwrap();
    assert_eq!(written.left_out, ["colour", "references[0].text"]);
}

#[test]
fn refusals_are_told_up_to_a_bound() {
    let bad: Vec<&str> = std::iter::repeat_n(r#""a\nb""#, WRITE_REFUSALS + 50).collect();
    let record = format!(r#"{{"schema":"bench/1","number":"1","text":[{}]}}"#, bad.join(","));
    let refused = bench().write(&record).unwrap_err();
    assert_eq!(refused.len(), WRITE_REFUSALS);
    assert_eq!(refused[7], "text[7]: holds the control character 000A (MSG.01)");
}

#[test]
fn an_interchange_has_a_bound_of_sets() {
    let (map, record) = (bench().map(None), json::parse(r#"{"schema":"bench/1"}"#).unwrap());
    let one = Outgoing {
        record: &record,
        map: &map,
        group: "PO",
        implementation: None,
        own: Own::default(),
    };
    let many = vec![one; INTERCHANGE_SETS + 1];
    let refused = write_interchange(&many, &envelope()).unwrap_err();
    assert_eq!(refused[0].to_string(), "envelope.set: an interchange has 1 to 100000 sets");
}

#[test]
fn an_envelope_that_cannot_be_made_is_refused_field_by_field() {
    let (map, record) = (bench().map(None), json::parse(r#"{"schema":"bench/1"}"#).unwrap());
    let one = Outgoing {
        record: &record,
        map: &map,
        group: "PO",
        implementation: None,
        own: Own::default(),
    };
    let wrong = Envelope {
        sender: Address { qualifier: "Z".into(), id: "S".into() },
        receiver: Address { qualifier: "ZZ".into(), id: "far too long an id".into() },
        release: "4010".into(),
        usage: 'X',
        interchange_control: 0,
        ..envelope()
    };
    let refused = write_interchange(&[one], &wrong).unwrap_err();
    let paths: Vec<&str> = refused.iter().map(|refusal| refusal.path.as_str()).collect();
    assert_eq!(
        paths,
        [
            "envelope.sender",
            "envelope.receiver",
            "envelope.release",
            "envelope.usage",
            "envelope.control"
        ]
    );
}
