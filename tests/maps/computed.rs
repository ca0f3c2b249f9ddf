//! `fill` and `check` (6.4).

use crate::bench::{Bench, at};

const ORDER: &str = "heading
  010  TOP  must  1  Top
  020  AMT  may   1  Total
detail
  loop LIN  may  any  Lines
    010  LIN  must  1  Line
    020  QTY  may  1  Quantity
    030  AMT  may  any  Amounts
summary
  010  CTT  may  1  Totals
";

const FIELDS: &str = "  number      may  text       Number
  lines       may  list line  Lines
  total       may  decimal    Total

part line  Line
  number      may  text            Number
  quantity    may  decimal         Quantity
  allowances  may  list allowance  Allowances

part allowance  A
  kind    may  word     K
  amount  may  decimal  A
";

fn order(totals: &str) -> Bench {
    Bench::new(
        ORDER,
        &format!(
            "TOP.01  number
loop LIN  lines[]
  LIN.01  number
  QTY.01  quantity  decimal
  AMT  allowances[]
    01  kind  {{ A allowance, C charge }}
    02  amount  decimal
{totals}"
        ),
        FIELDS,
    )
}

const SOUND: &str = "TOP*1\nLIN*1\nQTY*2\nAMT*A*0.50\nLIN*2\nQTY*3.5\nAMT*C*1.00";

#[test]
fn a_fill_is_checked_dropped_and_always_written() {
    let bench = order("fill CTT.01 count(lines)\n");
    let read = bench.read(&format!("{SOUND}\nCTT*2"));
    assert_eq!((read.findings.len(), read.at("/unmapped")), (0, "-".to_owned()));
    let wrong = bench.read(&format!("{SOUND}\nCTT*5"));
    assert_eq!(wrong.findings, [("count(lines)".into(), "5".into(), "2".into())]);
    assert_eq!(wrong.record, read.record);
    let (_, written) = bench.there_and_back(SOUND);
    assert!(written.ends_with("CTT*2"), "{written}");
}

#[test]
fn a_check_is_checked_and_not_written() {
    let bench = order("CTT.01  number2  decimal\n".replace("number2", "total").as_str());
    assert!(bench.errors().is_empty());
    let bench = order("fill CTT.01 count(lines)\ncheck CTT.02 sum(lines.quantity)\n");
    assert!(bench.read(&format!("{SOUND}\nCTT*2*5.50")).findings.is_empty());
    let wrong = bench.read(&format!("{SOUND}\nCTT*2*7"));
    assert_eq!(wrong.findings, [("sum(lines.quantity)".into(), "7".into(), "5.5".into())]);
    assert!(wrong.accepted);
    let (_, written) = bench.there_and_back(&format!("{SOUND}\nCTT*2*5.5"));
    assert!(written.ends_with("CTT*2"), "{written}");
}

#[test]
fn alternatives_and_tolerance_pass() {
    let bench = order(
        "AMT
  01 = TT
  02  total  decimal
  check 02 sum(lines.quantity) + signed(lines.allowances.amount) or sum(lines.quantity) within 0.01
",
    );
    for (total, found) in [("6.00", 0), ("5.5", 0), ("6.01", 0), ("5.99", 0), ("6.02", 1)] {
        let read = bench.read(&SOUND.replace("TOP*1", &format!("TOP*1\nAMT*TT*{total}")));
        assert_eq!(read.findings.len(), found, "{total}");
        assert_eq!(read.at("/total"), format!("\"{total}\""));
    }
    let wrong = bench.read(&SOUND.replace("TOP*1", "TOP*1\nAMT*TT*9"));
    // The first sum is the one that is told.
    assert_eq!(wrong.findings[0].2, "6.00");
}

#[test]
fn a_number_that_cannot_be_compared_stays() {
    let bench = Bench::new(
        "heading\n  010  TOP  must  1  Top\n",
        "TOP\n  01  number\n  check 07 count(TOP)\n",
        "  number  may  text  N\n",
    );
    let (record, written) = bench.there_and_back("TOP*1******many");
    assert_eq!(at(&record, "/unmapped"), r#"[{"at":"TOP","elements":{"07":"many"}}]"#);
    assert_eq!(written, "TOP*1******many");
    assert!(bench.read("TOP*1******1").findings.is_empty());
    assert_eq!(bench.read("TOP*1******2").findings.len(), 1);
}

#[test]
fn a_check_fills_what_must_stand_and_the_record_lacks() {
    let bench = Bench::new(
        "heading\n  010  TOP  must  1  Top\n  020  AMT  must  1  Total\n  loop LIN  may  any  Lines\n    030  LIN  must  1  Line\n    040  QTY  may  1  Quantity\n",
        "TOP.01  number
AMT
  01 = TT
  02  total  decimal
  check 02 sum(lines.quantity)
loop LIN  lines[]
  LIN.01  number
  QTY
    01  quantity  decimal
    check 01 count(QTY)
",
        FIELDS,
    );
    let record = r#"{"schema":"bench/1","number":"1","lines":[{"number":"1","quantity":"2.50"},{"number":"2"}]}"#;
    assert_eq!(bench.write(record).unwrap(), "TOP*1\nAMT*TT*2.50\nLIN*1\nQTY*2.50\nLIN*2");
}
