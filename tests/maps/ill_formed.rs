//! Ill-formed maps (6.8): found when compiled, with the lines that conflict.

use crate::bench::Bench;
use edigate::limits::MAP_SINGLE_LINES;

const STRUCTURE: &str = "heading
  010  TOP  must  1  Top
  020  REF  may  any  References
  030  SV   may  any  Services
  loop N1  may  any  Parties
    040  N1  must  1  Party
    050  N3  may  2  Streets
  loop CTT  may  2  Totals
    060  CTT  must  1  Totals
";

const FIELDS: &str = "  number      may  text            Number
  address     may  party           Place
  amount      may  decimal         Amount
  day         may  date            Day
  parties     may  list party      Parties
  references  may  list reference  References
";

fn errors(map: &str) -> Vec<String> {
    Bench::new(STRUCTURE, map, FIELDS).errors()
}

/// A map, and what must be told of it.
const FAULTS: [(&str, &str); 23] = [
    (
        "TOP\n  01  number\n  01  amount  decimal\n",
        "x12/500.map:4:3: 01 is already taken by line 3",
    ),
    (
        "TOP.01  number\nREF where 01 is DP  references[]\n  01  kind\n",
        "x12/500.map:4:3: 01 is already taken by line 3",
    ),
    (
        "TOP.01  number\nREF  references[]\n  01  kind\nREF where 01 is DP  references[]\n  02  value\n",
        "x12/500.map:5:1: this line can never be reached: line 3 takes every REF",
    ),
    (
        "TOP.01  number\nloop N1  parties[]\n  N1.01  role\nloop N1 where 01 is ST  address\n  N1.02  name\n",
        "x12/500.map:5:1: this line can never be reached: line 3 takes every loop N1",
    ),
    (
        "TOP.01  number\nloop N1  address\n  N3.01  streets[]\n",
        "x12/500.map:4:3: streets holds a street, not a value; name one of its fields",
    ),
    (
        "TOP.01  number\nloop N1  parties[]\n  N1.02  name\n",
        "x12/500.map:4:3: cannot be written: N1.01 must stand and no line gives it",
    ),
    ("TOP.01  number\nN9.01  amount\n", "x12/500.map:3:1: cannot be placed: 500 has no segment N9"),
    (
        "TOP.01  number\nloop N9  parties[]\n  N9.01  role\n",
        "x12/500.map:3:1: cannot be placed: 500 has no loop N9; did you mean N1?",
    ),
    (
        "TOP\n  01  number\n  12  amount  decimal\n",
        "x12/500.map:4:3: cannot be placed: the segment has no element 12",
    ),
    (
        "TOP\n  01  number\n  02  amount  decimal\n",
        "x12/500.map:4:3: no decimal can be read from 02",
    ),
    (
        "TOP.01  number\nREF.02 where 01 is AA  number\n",
        "x12/500.map:3:1: number is already written by line 2; one of them must be also",
    ),
    (
        "TOP\n  01  number\n  06  amount\n",
        "x12/500.map:4:3: amount is a decimal in the record; write: amount  decimal",
    ),
    (
        "TOP\n  01  number\n  07  amount  date\n",
        "x12/500.map:4:3: amount is a decimal in the record; the line says another type",
    ),
    (
        "TOP\n  01  number\n  07  parties\n",
        "x12/500.map:4:3: parties is a list in the record; write parties[]",
    ),
    (
        "TOP\n  01  adress.name\n",
        "x12/500.map:3:3: bench has no field \"adress\"; did you mean address? It has: number address amount day parties references",
    ),
    (
        "TOP\n  01  number  { A B, B C }\n",
        "x12/500.map:3:3: B is a word and a code of one translation",
    ),
    ("TOP\n  01  number  { A x, A y }\n", "x12/500.map:3:3: A is translated twice"),
    (
        "TOP.01  number\nSV.01  amount  decimal\n",
        "x12/500.map:3:1: 01 is a composite; name a component, as 01.1",
    ),
    ("TOP.01  number\nuse nothing\n", "x12/500.map:3:1: no define is called nothing"),
    (
        "TOP.01  number\nuse a\ndefine a\n  use b\ndefine b\n  use a\n",
        "x12/500.map:7:3: define a uses itself",
    ),
    (
        "TOP\n  01  number\n  check 09 sum(lines.quantity)\n",
        "x12/500.map:4:3: bench has no field \"lines\"; it has: number address amount day parties references",
    ),
    (
        "TOP\n  01  number\n  check 09 count(ZZ)\n",
        "x12/500.map:4:3: count(ZZ): 500 has no segment ZZ",
    ),
    (
        "TOP\n  01  number\n  08 = LONG\n",
        "x12/500.map:4:3: LONG cannot stand here: its length is 2..2",
    ),
];

#[test]
fn each_fault_is_told_with_its_line_and_the_line_in_its_way() {
    for (map, expected) in FAULTS {
        let errors = errors(map);
        assert!(errors.iter().any(|error| error == expected), "{map}\n{errors:#?}\n{expected}");
    }
}

#[test]
fn a_second_single_line_for_other_codes_is_reached() {
    let map = "TOP.01  number
REF where 01 is AA|BB  references[]
  01  kind
REF  references[]
  01  kind
loop N1 where 01 is ST  address
  N1.02  name
loop N1  parties[]
  N1.01  role
";
    assert_eq!(errors(map), Vec::<String>::new());
}

#[test]
fn a_loop_that_may_repeat_without_a_line_for_the_rest_is_a_warning() {
    let bench =
        Bench::new(STRUCTURE, "TOP.01  number\nloop CTT  .\n  CTT.01  amount  decimal\n", FIELDS);
    let warnings: Vec<String> = bench.map(None).warnings.iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        ["x12/500.map:3:1: loop CTT may repeat, and the second stays in unmapped"]
    );
}

#[test]
fn lines_hold_for_their_releases() {
    let map = "TOP.01  number\nfor ..004010\n  N9.01  amount\nfor 005010..\n  TOP.06  amount  decimal\nfor 009000\n  TOP.02  day  date\n";
    let bench = Bench::new(STRUCTURE, map, FIELDS);
    let read = bench.read("TOP*1*20240101****5");
    assert_eq!(read.at("/amount"), "\"5\"");
    assert_eq!(read.at("/day"), "\"2024-01-01\"");
}

#[test]
fn a_scope_has_a_bound_of_lines_that_claim_once() {
    let map = |lines: usize| {
        let codes = (0..lines).map(|n| format!("A{n:02X}"));
        let lines = codes.map(|code| format!("REF.02 where 01 is {code}  extra.f{code}\n"));
        format!(
            "TOP.01  number\n{}",
            lines
                .collect::<String>()
                .to_lowercase()
                .replace("where 01 is a", "where 01 is A")
                .replace("ref.02", "REF.02")
        )
    };
    // TOP is one of them.
    assert_eq!(errors(&map(MAP_SINGLE_LINES - 1)), Vec::<String>::new());
    let expected = format!("500 has over {MAP_SINGLE_LINES} lines that claim once");
    let errors = errors(&map(MAP_SINGLE_LINES));
    assert!(errors[0].ends_with(&expected), "{errors:?}");
}
