//! What is refused, and in which words: one case a sentence.

use super::{ORDER, errors_of, guide, structure};

/// What each of these lines of a set is refused with; the lines begin at line 6.
const STRUCTURES: &[(&str, &str)] = &[
    (
        "  010  BEG  must  1\n  310  N1  may  1\n  loop N1  may  9\n    310  N1  must  1\n",
        "8:3: the second N1 can never be chosen: line 7 takes every N1 at the same place; add a where",
    ),
    (
        "  310  N1 where 01 is ST|BY  may  1\n  310  N1 where 01 is BY  may  1\n",
        "7:3: the second N1 can never be chosen: line 6 takes N1 with some of its codes at the same place; add a where",
    ),
    ("  010  PO2  must  1\n", "6:3: PO2 is no segment of 004010; did you mean PO1?"),
    ("  010  CUR where 05 is X  must  1\n", "6:3: CUR.05: CUR has 2 elements"),
    ("  010  BEG where 04 present  must  1\n", "6:3: BEG.04 is not used in the standard"),
    (
        "  010  BEG where 02 is ZZ  must  1\n",
        "6:3: BEG.02 is ZZ can never hold: code list 92 is closed and has no ZZ",
    ),
    (
        "  010  CUR where 02 is EURO  must  1\n",
        "6:3: CUR.02 is EURO can never hold: its length is 3..3",
    ),
    (
        "  010  SVC where 01 is AB  must  1\n",
        "6:3: SVC.01 is a composite; name a component, as 01.1",
    ),
    ("  010  SVC where 01.3 is AB  must  1\n", "6:3: SVC.01.3: C003 has 2 elements"),
    ("  010  CUR where 02.2 is AB  must  1\n", "6:3: CUR.02 has no components"),
    (
        "  loop N1 where 01 is ST  may  1\n    310  N1 where 01 is BY  must  1\n",
        "7:5: the loop takes N1 where 01 is ST, its trigger where 01 is BY: never both",
    ),
    (
        "  loop HL  may  1\n    tree id 01 parent 02 level 03 child 09\n    level S  under none\n    010  HL  must  1\n",
        "7:5: HL.09: HL has 4 elements",
    ),
    (
        "  loop HL  may  1\n    tree id 01 parent 02 level 03\n    level S  under none\n    level O  under T\n    010  HL  must  1\n",
        "9:5: level O stands under T, which no line lists",
    ),
    (
        "  loop HL  may  1\n    tree id 01 parent 02 level 03\n    level S  under O\n    level O  under S\n    010  HL  must  1\n",
        "7:5: no level is the top; one must stand under none",
    ),
];

#[test]
fn each_fault_of_a_structure_is_told_in_words() {
    let mut differ = Vec::new();
    for (lines, expected) in STRUCTURES {
        let errors = errors_of(&[("x12/004010/900.grammar", &structure(lines))]);
        if errors != [format!("x12/004010/900.grammar:{expected}")] {
            differ.push(format!("{lines}says {errors:#?}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// What each of these segments is refused with; they begin at line 3.
const DEFINITIONS: &[(&str, &str)] = &[
    (
        "segment ZZ1  Odd\n  01  1  must  AN 1..2  one\n  03  2  may  AN 1..2  two\n  if 03 then 02\n",
        "6:3: ZZ1 says \"if 03 then 02\", but ZZ1.02 is not used",
    ),
    ("segment ZZ1  Odd\n  01  C999  must  composite  one\n", "4:3: C999 is no composite of 004030"),
    (
        "segment ZZ1  Odd\n  01  1  must  ID 1..2  in units  one\n",
        "4:3: 004030 has no code list units",
    ),
    (
        "segment ZZ1  Odd\n  01  1  must  DT 7..7  one\n",
        "4:3: 7..7 does not fit the type: a date has 6..6 or 8..8",
    ),
];

#[test]
fn each_fault_of_a_segment_is_told_in_words() {
    let mut differ = Vec::new();
    for (lines, expected) in DEFINITIONS {
        let text = format!("segments  x12 004030\n\n{lines}");
        let errors = errors_of(&[("x12/004030/segments.grammar", &text)]);
        if errors != [format!("x12/004030/segments.grammar:{expected}")] {
            differ.push(format!("{lines}says {errors:#?}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn repetitions_need_a_release_that_has_them() {
    let text = "segments  x12 003050\n\nsegment ZZ1  Odd\n  01  1  must  AN 1..2 x5  one\n";
    assert_eq!(
        errors_of(&[("x12/003050/segments.grammar", text)]),
        ["x12/003050/segments.grammar:4:3: x5 needs 004020 or later, not 003050"]
    );
}

#[test]
fn a_composite_inside_a_composite_is_refused() {
    let text = "segments  x12 004030\n\ncomposite C001  One\n  01  1  must  AN 1..2  one\n\n\
                composite C002  Two\n  01  C001  must  composite  one\n";
    assert_eq!(
        errors_of(&[("x12/004030/segments.grammar", text)]),
        ["x12/004030/segments.grammar:7:3: C002 is a composite, and composites hold none"]
    );
}

#[test]
fn a_code_list_extends_one_above_it() {
    let text =
        "codelists  x12 004010\n\ncodes 98 extends 89\n  ST  ship_to\n\ncodes 92\n  SA  alone\n";
    assert_eq!(
        errors_of(&[("x12/004010/codes.grammar", text)]),
        ["x12/004010/codes.grammar:3:1: there is no code list 89 above this line"]
    );
}

#[test]
fn texts_stand_where_their_head_line_says() {
    let swapped = ORDER.replace("004010 850", "004010 855");
    assert_eq!(
        errors_of(&[("x12/004010/850.grammar", &swapped)]),
        ["x12/004010/850.grammar:1:1: the text says \"grammar x12 004010 855\", so it belongs at \
          x12/004010/855.grammar"]
    );
    let guide = "guide    acme 855\nnarrows  x12/004010/850\n";
    assert_eq!(
        errors_of(&[("acme/850.guide", guide)]),
        ["acme/850.guide:1:1: the text says \"guide acme 855\", so it belongs at acme/855.guide"]
    );
}

#[test]
fn chains_of_texts_end_at_texts_that_are_known() {
    let uses = "grammar  x12 005010X221A1 835\ngroup    HP\nuses     005011\n\nheading\n  010  BEG  must  1\n";
    assert_eq!(
        errors_of(&[("x12/005010X221A1/835.grammar", uses)]),
        ["x12/005010X221A1/835.grammar:1:1: it uses 005011, which has no segments.grammar; \
          releases with segments are 004010"]
    );
    let bare = uses.replace("uses     005011\n", "");
    assert_eq!(
        errors_of(&[("x12/005010X221A1/835.grammar", &bare)]),
        [
            "x12/005010X221A1/835.grammar:1:1: 005010X221A1 has no segments.grammar, and the text no \
          uses line; write uses 005010"
        ]
    );
    let itself = ORDER.replace("group    PO\n", "group    PO\nextends  004010\n");
    assert_eq!(
        errors_of(&[("x12/004010/850.grammar", &itself)]),
        [
            "x12/004010/850.grammar:1:1: x12/004010/850.grammar extends itself, or more than 12 texts"
        ]
    );
    let lost = itself.replace("extends  004010", "extends  003040");
    assert_eq!(
        errors_of(&[("x12/004010/850.grammar", &lost)]),
        ["x12/004010/850.grammar:1:1: there is no text x12/003040/850.grammar; did you mean \
          x12/004010/850.grammar?"]
    );
}

#[test]
fn guides_narrow_what_is_known_of_their_own_set_to_a_depth() {
    let wrong_set = "guide    acme 850\nnarrows  x12/004010/856\n";
    assert_eq!(
        errors_of(&[("acme/850.guide", wrong_set)]),
        ["acme/850.guide:1:1: a guide for 850 cannot narrow x12/004010/856"]
    );
    let unknown = "guide    acme 850\nnarrows  x12/004011/850\n";
    assert_eq!(
        errors_of(&[("acme/850.guide", unknown)]),
        ["acme/850.guide:1:1: it narrows x12/004011/850, which is not known; did you mean \
          x12/004010/850?"]
    );
    let chain = |name: &str, narrows: &str| format!("guide    {name} 850\nnarrows  {narrows}\n");
    assert_eq!(
        errors_of(&[
            ("a/850.guide", &chain("a", "x12/004010/850")),
            ("b/850.guide", &chain("b", "a/850")),
            ("c/850.guide", &chain("c", "b/850")),
            ("d/850.guide", &chain("d", "c/850")),
        ]),
        ["a/850.guide:1:1: guides narrow guides to depth 3, this one is deeper"]
    );
    assert_eq!(
        errors_of(&[("a/850.guide", &chain("a", "a/850"))]),
        ["a/850.guide:1:1: guides narrow guides to depth 3, this one is deeper"]
    );
}

/// What each of these lines of a guide is refused with; the lines begin at line 4.
const GUIDES: &[(&str, &str)] = &[
    (
        "forbid   BEG.05\n",
        "4:1: this widens: BEG.05 is must in x12/004010; write deviate BEG.05 may, and why",
    ),
    (
        "forbid   BEG\n",
        "4:1: this widens: BEG is must in x12/004010/850; write deviate BEG may, and why",
    ),
    (
        "length   BEG.03 8..30\n",
        "4:1: this widens: BEG.03 is 1..22 in x12/004010; write deviate BEG.03 8..30, and why",
    ),
    (
        "codes    BEG.02 SA KN\n",
        "4:1: this widens: BEG.02 is never KN in x12/004010: code list 92 is closed and has no KN; write plus codes 92 KN, and its word",
    ),
    (
        "limit    REF 20\n",
        "4:1: this widens: REF stands at most 12 times in x12/004010/850; write deviate REF 20, and why",
    ),
    (
        "split    REF where 01 is IA  must 13\n",
        "4:1: this widens: REF stands at most 12 times in x12/004010/850; let the part stand up to 12",
    ),
    ("require  CUR\nforbid   CUR\n", "5:1: CUR is both required (line 4) and forbidden"),
    (
        "forbid   REF\nrequire  REF where 01 is IA\n",
        "5:1: REF where 01 is IA is both forbidden (line 4) and required",
    ),
    (
        "require  N1.04\nforbid   N1.04 when BEG.02 is RL\n",
        "5:1: N1.04 is both required (line 4) and forbidden",
    ),
    ("require  CUR\nrequire  CUR\n", "5:1: line 4 already says this"),
    ("require  FOB\n", "4:1: FOB stands nowhere in x12/004010/850"),
    ("require  DTN\n", "4:1: DTN stands nowhere in x12/004010/850; did you mean DTM?"),
    ("require  PO2/REF\n", "4:1: x12/004010/850 has no loop PO2 here; did you mean PO1?"),
    ("require  PO1/CUR\n", "4:1: PO1/CUR stands nowhere here in x12/004010/850"),
    ("require  CUR.07\n", "4:1: CUR.07: CUR has 2 elements"),
    ("length   CUR 1..2\n", "4:1: length CUR names no element; write it as length CUR.03 8..10"),
    ("limit    CUR.02 1\n", "4:1: limit CUR.02: a limit is for segments and loops"),
    ("pattern  BEG.03 digit\n", "4:1: there is no pattern digit; did you mean digits?"),
    (
        "pattern  BEG.03 nonsense\n",
        "4:1: there is no pattern nonsense; the patterns are digits letters alnum upper gtin gln sscc npi duns",
    ),
    (
        "require  REF when FOB.01 is A\n",
        "4:1: when FOB.01 is A: FOB stands in no loop around this line's; a rule depends on a segment of its own loop or one outside it",
    ),
    ("in BEG\n  require REF\n", "4:1: in BEG: in names a loop, not a segment"),
    (
        "deviate  BEG.05 may\n",
        "4:1: deviate BEG.05 may gives no reason; say why, in words the partner reads",
    ),
    (
        "deviate  CUR may  Why not\n",
        "4:1: this deviates from nothing: CUR is may in x12/004010/850; drop the line",
    ),
    ("deviate  CUR must  Always\n", "4:1: deviate CUR must narrows; write require CUR"),
    ("deviate  REF 3  Few\n", "4:1: deviate REF 3 narrows; write limit REF 3"),
    ("deviate  BEG.03 2..5  Short\n", "4:1: deviate BEG.03 2..5 narrows; write length BEG.03 2..5"),
    (
        "deviate  REF where 01 is IA any  Many\n",
        "4:1: x12/004010/850 does not tell REF where 01 is IA from others of its kind; a deviation concerns whole lines of the structure; write it without where",
    ),
    (
        "deviate  N1/N1 may  Never\n",
        "4:1: N1/N1 starts its loop, so it cannot be absent; let the loop be may",
    ),
    (
        "deviate  CUR before REF  First\n",
        "4:1: this deviates from nothing: CUR is before REF in x12/004010/850; drop the line",
    ),
    ("deviate  PO1/REF before CUR  First\n", "4:1: PO1/REF and CUR stand in different loops"),
    (
        "in PO1 where 03 is EA\n  deviate REF any  Many\n",
        "5:3: a deviation holds for the whole set; write it outside in, at the left",
    ),
    ("relax    date\n", "4:1: date cannot be relaxed; did you mean dates?"),
    ("relax    levels S O\n", "4:1: x12/004010/850 has no tree of levels"),
    ("refuse   everything\n", "4:1: everything cannot be refused by a word; write refuse business"),
    ("plus codes 9999  ST elsewhere\n", "4:1: no element of x12/004010/850 has code list 9999"),
    (
        "split    CUR  must 1\n",
        "4:1: split CUR divides nothing; name one line of the structure and one code test, as REF where 01 is IA",
    ),
];

#[test]
fn each_fault_of_a_guide_is_told_in_words() {
    let mut differ = Vec::new();
    for (lines, expected) in GUIDES {
        let errors = errors_of(&[("acme/850.guide", &guide(lines))]);
        if errors != [format!("acme/850.guide:{expected}")] {
            differ.push(format!("{lines}says {errors:#?}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}
