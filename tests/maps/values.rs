//! Values (6.3): from the text of an element and back.

use crate::bench::{Bench, at};

const TOP: &str = "heading\n  010  TOP  must  1  Top\n  020  DTP  may  any  Periods\n  030  SV  may  any  Services\n";

fn bench(map: &str, record: &str) -> Bench {
    Bench::new(
        TOP,
        &format!("TOP.01  number\n{map}"),
        &format!("  number  may  text  Number\n{record}"),
    )
}

#[test]
fn decimals_and_dates_come_in_one_spelling() {
    let bench = bench(
        "TOP
  02  day     date
  03  clock   time
  05  cents   decimal
  06  amount  decimal
  09  count   integer
  10  short   date
",
        "  day  may  date  D
  clock  may  time  T
  cents  may  decimal  C
  amount  may  decimal  A
  count  may  integer  N
  short  may  date  S
",
    );
    let (record, written) =
        bench.there_and_back("TOP*1*20240229*140509**12345*+007.50***0042*700101");
    assert_eq!(
        record,
        r#"{"schema":"bench/1","number":"1","day":"2024-02-29","clock":"14:05:09","cents":"123.45","amount":"7.50","count":42,"short":"1970-01-01"}"#
    );
    assert_eq!(written, "TOP*1*20240229*140509**12345*7.50***42*700101");
}

#[test]
fn what_does_not_fit_stays_and_is_written_back() {
    let bench = bench("TOP.07  amount  decimal\n", "  amount  may  decimal  A\n");
    let (record, written) = bench.there_and_back("TOP*1******12 pcs");
    assert_eq!(at(&record, "/amount"), "-");
    assert_eq!(at(&record, "/unmapped"), r#"[{"at":"TOP","elements":{"07":"12 pcs"}}]"#);
    assert_eq!(written, "TOP*1******12 pcs");
}

#[test]
fn translations_go_both_ways_and_unknown_codes_pass() {
    let bench =
        bench("TOP.08  purpose  { 00|01 original, 05 replacement }\n", "  purpose  may  word  P\n");
    let cases = [("00", "original", "00"), ("01", "original", "00"), ("ZZ", "ZZ", "ZZ")];
    for (sent, word, back) in cases {
        let (record, written) = bench.there_and_back(&format!("TOP*1*******{sent}"));
        assert_eq!(at(&record, "/purpose"), format!("\"{word}\""));
        assert_eq!(written, format!("TOP*1*******{back}"));
    }
}

#[test]
fn a_code_that_looks_like_one_of_the_words_does_not_fit() {
    let bench = bench("TOP.07  words  { A yes, B no }\n", "  words  may  word  W\n");
    let (record, written) = bench.there_and_back("TOP*1******yes");
    assert_eq!(at(&record, "/words"), "-");
    assert_eq!(written, "TOP*1******yes");
}

#[test]
fn a_constant_is_written_with_its_segment_and_another_value_wins() {
    let bench = bench("TOP\n  07 = FIX\n  06  amount  decimal\n", "  amount  may  decimal  A\n");
    let (record, written) = bench.there_and_back("TOP*1*****5*OTHER");
    assert_eq!(at(&record, "/unmapped"), r#"[{"at":"TOP","elements":{"07":"OTHER"}}]"#);
    assert_eq!(written, "TOP*1*****5*OTHER");
    let (record, written) = bench.there_and_back("TOP*1*****5");
    assert_eq!(at(&record, "/unmapped"), "-");
    assert_eq!(written, "TOP*1*****5*FIX");
}

#[test]
fn a_moment_takes_date_time_and_zone() {
    let bench = bench("TOP.02  at  moment\n", "  at  may  moment  M\n");
    for (segment, moment, left) in [
        ("TOP*1*20240229*1405*UT", "\"2024-02-29T14:05Z\"", "-"),
        ("TOP*1*20240229*1405*ET", "\"2024-02-29T14:05\"", r#"{"04":"ET"}"#),
        ("TOP*1*20240229", "\"2024-02-29\"", "-"),
        ("TOP*1**1405", "-", r#"{"03":"1405"}"#),
    ] {
        let (record, written) = bench.there_and_back(segment);
        assert_eq!(at(&record, "/at"), moment);
        assert_eq!(at(&record, "/unmapped/0/elements"), left);
        assert_eq!(written, segment);
    }
}

#[test]
fn a_period_is_read_by_its_format_and_chooses_it_again() {
    let bench = bench(
        "DTP  periods[]\n  01  kind\n  03  period  period by 02\n",
        "  periods  may  list span  P\n\npart span  S\n  kind  may  word  K\n  period  may  text  P\n",
    );
    for (segment, period) in [
        ("DTP*472*D8*20240101", "\"2024-01-01\""),
        ("DTP*472*RD8*20240101-20240131", "\"2024-01-01/2024-01-31\""),
        ("DTP*472*TM*1405", "\"14:05\""),
        ("DTP*472*DT*202401011405", "\"2024-01-01T14:05\""),
        ("DTP*472*XX*somewhen", "-"),
        ("DTP*472*D8*20240199", "-"),
    ] {
        let (record, written) = bench.there_and_back(&format!("TOP*1\n{segment}"));
        assert_eq!(at(&record, "/periods/0/period"), period);
        assert_eq!(written, format!("TOP*1\n{segment}"));
    }
}

fn services() -> Bench {
    bench(
        "SV  services[]
  01.1     procedure.list
  01.2     procedure.code
  01.3..5  procedure.modifiers[]
  02       charge  decimal
",
        "  services  may  list service  S

part service  S
  procedure  may  procedure  P
  charge     may  decimal    C

part procedure  P
  list       may  word       L
  code       may  text       C
  modifiers  may  list text  M
",
    )
}

#[test]
fn components_fill_dotted_paths_and_runs_fill_lists() {
    let (record, written) =
        services().there_and_back("TOP*1\nSV*HC:99213:25::59:in words*100\nSV*HC:1");
    assert_eq!(
        at(&record, "/services/0"),
        r#"{"procedure":{"list":"HC","code":"99213","modifiers":["25","59"]},"charge":"100","unmapped":[{"at":"SV","elements":{"01.6":"in words"}}]}"#
    );
    assert_eq!(written, "TOP*1\nSV*HC:99213:25:59::in words*100\nSV*HC:1");
}

#[test]
fn too_many_items_for_a_run_are_refused_with_their_path() {
    let record = r#"{"schema":"bench/1","number":"1","services":[{"procedure":{"list":"HC","code":"1","modifiers":["11","22","33","44"]}}]}"#;
    assert_eq!(
        services().write(record).unwrap_err(),
        ["services[0].procedure.modifiers: has 4 items, and SV carries 3"]
    );
}

#[test]
fn a_repeated_element_stays_as_lists_of_lists() {
    let bench = bench("TOP.11  several\n", "  several  may  text  S\n");
    let (record, written) = bench.there_and_back("TOP*1**********a^b^c");
    assert_eq!(at(&record, "/unmapped"), r#"[{"at":"TOP","elements":{"11":[["a"],["b"],["c"]]}}]"#);
    assert_eq!(written, "TOP*1**********a^b^c");
}

#[test]
fn lists_by_position_are_read_whole_or_not_at_all() {
    let bench = Bench::new(
        "heading\n  010  TOP  must  1  Top\n  020  N3  may  1  Street\n",
        "TOP.01  number\nN3\n  01  lines[]\n  02  lines[]\n",
        "  number  may  text  N\n  lines  may  list text  L\n",
    );
    let (record, written) = bench.there_and_back("TOP*1\nN3*a*b");
    assert_eq!(at(&record, "/lines"), r#"["a","b"]"#);
    assert_eq!(written, "TOP*1\nN3*a*b");
    let three = r#"{"schema":"bench/1","number":"1","lines":["a","b","c"]}"#;
    assert_eq!(bench.write(three).unwrap_err(), ["lines: has 3 items, and N3 carries 2"]);
}

#[test]
fn text_in_latin_letters_comes_back_as_utf_8() {
    let bench = bench("TOP.07  words\n", "  words  may  text  W\n");
    let mut bytes = b"ISA*00*          *00*          *ZZ*S              *ZZ*R              *240101*1200*^*00900*000000001*0*T*:~GS*PO*S*R*20240101*1200*1*X*009000~ST*500*0001~TOP*1******M".to_vec();
    bytes.push(0xFC);
    bytes.extend_from_slice(b"ller~SE*3*0001~GE*1*1~IEA*1*000000001~");
    let read = bench.read_bytes(&bytes, None);
    assert_eq!(read.at("/words"), "\"Müller\"");
    assert_eq!(bench.write(&read.record).unwrap(), "TOP*1******Müller");
}

#[test]
fn empty_components_at_the_end_say_nothing() {
    let bench = bench("TOP.07  words\n", "  words  may  text  W\n");
    let (record, written) = bench.there_and_back("TOP*1******w::");
    assert_eq!(at(&record, "/words"), "\"w\"");
    assert_eq!(written, "TOP*1******w");
}
