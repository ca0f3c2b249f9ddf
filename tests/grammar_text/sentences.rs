//! What an analyst is told about a mistake, to the letter.

use edigate::grammar::line::Origin;
use edigate::grammar::syntax::{Text, decode, parse_any};
use edigate::limits::{
    GRAMMAR_DEPTH, GRAMMAR_LINE_BYTES, GRAMMAR_LINES, GRAMMAR_PROSE_WORDS, SEGMENT_ELEMENTS,
};

/// All errors of a text, as shown.
fn errors(text: &str) -> Vec<String> {
    match parse_any(text, "a") {
        Ok(read) => panic!("this was read without an error: {read:?}"),
        Err(errors) => errors.iter().map(ToString::to_string).collect(),
    }
}

/// Errors of a structure with these lines below its three header lines.
fn structure(lines: &str) -> Vec<String> {
    errors(&format!("grammar x12 004010 850\nname Order\ngroup PO\n{lines}"))
}

fn map(lines: &str) -> Vec<String> {
    errors(&format!("map 850 purchase_order\n{lines}"))
}

fn segments(lines: &str) -> Vec<String> {
    errors(&format!("segments x12 004010\n{lines}"))
}

fn guide(lines: &str) -> Vec<String> {
    errors(&format!("guide acme 850\nnarrows x12/004010/850\n{lines}"))
}

#[test]
fn a_text_says_all_that_is_wrong_with_it_in_the_order_of_its_lines() {
    let text = "\
heading
  020  BEG  mst  1
  030  cur  may  1
      040  REF  may  any
detail
  loop N1  may  any  Parties
    310  N2  must  1
   320  N3  may  1
  250  CTT  may  1
  240  SE  maybe  1
";
    assert_eq!(
        structure(text),
        [
            "a:5:13: \"mst\" is not a requirement; did you mean must?",
            "a:6:8: \"cur\" is not a segment id; did you mean CUR?",
            "a:7:1: depth jumps from 1 to 3; each level is two blanks",
            "a:9:3: loop N1 does not begin with N1; its first line must be N1, its trigger, \
             or say: on ID",
            "a:11:1: this line is indented by 3 blanks; each level is two blanks",
            "a:12:3: position 250 comes after 320 in detail; positions must rise",
            "a:13:12: \"maybe\" is not a requirement; it is one of: must, may",
        ]
    );
}

#[test]
fn a_loop_without_its_trigger_is_refused() {
    assert_eq!(
        structure("detail\n  loop N1 may 200\n"),
        ["a:5:3: loop N1 has no segments; its first line must be N1, its trigger"]
    );
    assert_eq!(
        structure("detail\n  loop 2100 on CLP may any\n    010 CLP must any\n"),
        ["a:5:3: CLP starts loop 2100 and is always must 1; say on line 6 must 1; the loop says \
          how often"]
    );
}

#[test]
fn areas_headers_and_levels_stand_once_and_in_turn() {
    assert_eq!(
        structure("name Again\nsummary\ndetail\n"),
        [
            "a:4:1: name is said twice; keep one of the lines",
            "a:6:1: detail stands here out of turn; each area stands once: heading, detail, summary",
        ]
    );
    let tree = "detail\n  loop HL may 1\n    level S under none\n    tree id 01 parent 02 level 03\n    \
                level O under S\n    level O under S\n    010 HL must 1\n";
    assert_eq!(
        structure(tree),
        [
            "a:6:5: a level stands before its tree; write tree first",
            "a:9:5: level O is said twice; keep one of the lines",
        ]
    );
    assert_eq!(
        errors("grammar x12 004010 850\n"),
        ["a:1:1: the text has no group line; add the GS01 code of the set, as in: group PO"]
    );
}

#[test]
fn elements_and_relations_are_checked_against_each_other() {
    let text = "\
segment PO1
  01  350  may  AM  1..20  number
  02  330  if  R  9..1  quantity
  03  355  may  ID  2..2
  04..09 by 2  234  may  AN  1..48  product
  05  212  may  R  1..17  Price
  05  212  may  R  1..17  price
  05  212  may  R  1..17  price
  06 and 27 together
";
    assert_eq!(
        segments(text),
        [
            "a:3:17: \"AM\" is not an element type; did you mean AN?",
            "a:4:19: \"9..1\" is not a range of lengths; both numbers go from 1, the smaller \
             first",
            "a:5:25: the line ends where an element name is expected; a name has small letters, \
             digits and _ only",
            "a:6:3: steps of 2 from 04 do not reach 09; the last number is the last position of \
             the run",
            "a:7:27: \"Price\" is not an element name; a name has small letters, digits and _ only",
            "a:9:3: element 05 is already taken by line 8; each position is said once",
            "a:10:3: PO1 says \"06 and 27 together\", but has 5 elements; mend the numbers, or \
             add the elements",
        ]
    );
}

#[test]
fn codes_are_said_once_and_have_words() {
    let text = "codelists x12 004010\ncodes 353\n  00 original\n  00 again\n  01\n\ncodes 353\n";
    assert_eq!(
        errors(text),
        [
            "a:4:3: code 00 is said twice; keep one of the lines",
            "a:5:5: the line ends where our word for the code is expected; a name has small \
             letters, digits and _ only",
            "a:7:1: codes 353 is said twice; put all codes in one list",
        ]
    );
}

#[test]
fn a_map_line_says_what_it_lacks() {
    let text = "\
BEG
REF.02 where 01 si DP  department
REF  references[]
  01  kind  desimal
  02  value  { AB one, CD two
  +0  slot
lop N1  parties[]
loop N1
PO1
  each 06..24 by 2  ids[]
    +0  type
  each 06..25 by 2  ids
    +0  type
CTT.01
fill 01 count(lines)
check CTT.02 summ(lines.quantity)
check CTT.02 sum(lines.quantity
";
    assert_eq!(
        map(text),
        [
            "a:2:1: BEG has no element lines; add lines below, or name one element: BEG.02",
            "a:3:17: \"si\" is not a condition; did you mean is?",
            "a:5:13: \"desimal\" is not a type or a translation in { }; did you mean decimal?",
            "a:6:30: the line ends where a comma or the closing } is expected",
            "a:7:3: + counts from a slot, and stands below each only; write the element's own \
             position",
            "a:8:1: \"lop\" is not a segment or a word of maps; did you mean loop?",
            "a:9:8: the line ends where a field is expected; write it as name, a.b or list[]",
            "a:11:8: 06..24 is no whole number of 2; the last number is the last slot's last \
             element",
            "a:13:21: each gives a list; end its target in []",
            "a:15:7: the line ends where a field is expected; write it as name, a.b or list[]",
            "a:16:6: \"01\" is not an element; write it as CTT.01",
            "a:17:14: \"summ(lines.quantity)\" is not a sum; it is one of: count, sum, signed",
            "a:18:32: the line ends where the closing ) is expected",
        ]
    );
}

#[test]
fn a_guide_line_says_what_it_lacks() {
    assert_eq!(
        guide(
            "requir REF\nlength BEG.03 8\ndeviate BEG.05 mai\ndeviate BEG.05\nin HL\nplus codes 98\n"
        ),
        [
            "a:3:1: \"requir\" is not a rule; did you mean require?",
            "a:4:15: \"8\" is not a range of lengths; write it as 1..35",
            "a:5:16: \"mai\" is not a requirement; did you mean may?",
            "a:6:15: the line ends where what holds instead is expected; write may, a maximum, a \
             range of lengths, or before and an address",
            "a:7:1: in has no rules; write them below, deeper",
            "a:8:1: no code is added; name a code and its word: Z7 consignee",
        ]
    );
    assert_eq!(
        errors("guide acme 850\n"),
        ["a:1:1: the guide has no narrows line; say which structure it is laid over, as in: \
          narrows x12/004010/850"]
    );
}

#[test]
fn a_record_has_each_field_and_part_once() {
    assert_eq!(
        errors("record order 1\n  number must text\n  number may text\n\npart text\n  x if text\n"),
        [
            "a:3:3: field number is said twice; keep one of the lines",
            "a:5:1: text is already a type; give the part another name",
            "a:6:5: \"if\" is for elements only; write must or may",
        ]
    );
}

#[test]
fn blanks_words_and_bytes_that_no_text_has_are_named() {
    assert_eq!(
        errors(""),
        ["a:1:1: the text is empty; begin it with one of: grammar, segments, \
                             codelists, guide, map, record"]
    );
    assert_eq!(
        structure("heading\n\t020 BEG must 1\n  020 BEG must 1\u{7}\n"),
        [
            "a:5:1: a tab stands here; indent and align with blanks",
            "a:6:17: a control character stands here; take it out",
        ]
    );
    let error = decode(b"grammar\nn\xc3\xa4m\xff", "a").unwrap_err();
    assert_eq!(error.to_string(), "a:2:4: this is not UTF-8; save the text as UTF-8");
}

#[test]
fn a_windows_text_with_a_byte_order_mark_is_read() {
    let text = "\u{feff}codelists x12 004010\r\ncodes 353\r\n  00 original  The first\r\n";
    assert!(matches!(parse_any(text, "a"), Ok(Text::Codes(lists)) if lists.lists.len() == 1));
}

#[test]
fn comments_stay_with_what_they_precede_and_quotes_hide_none() {
    let text = "# first\n#second\nmap 850 order  # third\n\n# above\nBEG\n  # deep\n  01 = \"A  #B\"  # at \
                the end\n# last\n";
    let Ok(Text::Map(map)) = parse_any(text, "a") else { panic!("this is a map") };
    let comments = |origin: &Origin| origin.comments.join("|");
    assert_eq!(comments(&map.origin), "first|second|third");
    let printed = edigate::grammar::print::print(&map);
    assert_eq!(
        printed,
        "# first\n# second\n# third\nmap 850 order\n\n# above\nBEG\n  # deep\n  # at the end\n  \
         # last\n  01  = \"A  #B\"\n"
    );
}

#[test]
fn each_bound_of_a_text_is_a_sentence() {
    let long = format!("heading\n  020 BEG must 1 {}\n", "x".repeat(GRAMMAR_LINE_BYTES));
    assert_eq!(
        structure(&long),
        ["a:5:1: this line is longer than 200 bytes; shorten its prose; lists of codes may go on \
          in deeper lines"]
    );
    let wordy = format!("heading\n  020 BEG must 1{}\n", " x".repeat(GRAMMAR_PROSE_WORDS + 1));
    assert_eq!(structure(&wordy), ["a:5:18: prose has at most 64 words; one sentence is enough"]);
    let many = "codelists x12 004010\n".repeat(GRAMMAR_LINES + 1);
    assert!(errors(&many).contains(&"a:20001:1: a text has at most 20000 lines".to_owned()));
    let mut deep = String::new();
    for depth in 1..=GRAMMAR_DEPTH + 1 {
        deep.push_str(&format!("{}loop N1 may 1\n", "  ".repeat(depth)));
    }
    let said = structure(&format!("detail\n{deep}"));
    assert!(
        said.contains(&"a:17:1: depth 13 is more than 12; nest less deeply".to_owned()),
        "{said:?}"
    );
    let beyond = format!("segment PO1\n  {}  350 may AN 1..2 number\n", SEGMENT_ELEMENTS + 1);
    assert_eq!(
        segments(&beyond),
        ["a:3:3: \"121\" is not an element position; it goes from 1 to 120"]
    );
}

#[test]
fn long_lists_go_on_in_deeper_lines() {
    let text = "map 850 order\nN1\n  01  role\n    { BY buyer, SU supplier }\n    { ST ship_to }\n";
    let one = "map 850 order\nN1\n  01  role  { BY buyer, SU supplier, ST ship_to }\n";
    assert_eq!(parse_any(text, "a"), parse_any(one, "b"));
    let text = "map 810 invoice\nTDS\n  check 01 sum(a.b)\n    or total\n    within 0.01\n";
    let one = "map 810 invoice\nTDS\n  check 01 sum(a.b) or total within 0.01\n";
    assert_eq!(parse_any(text, "a"), parse_any(one, "b"));
    let head = "guide acme 850\nnarrows x12/004010/850\n";
    let text = format!("{head}codes BEG.02  Only these\n  SA NE\n  RL\n");
    let one = format!("{head}codes BEG.02 SA NE RL  Only these\n");
    assert_eq!(parse_any(&text, "a"), parse_any(&one, "b"));
}
