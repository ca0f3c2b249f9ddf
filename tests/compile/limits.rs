//! Every bound of the compiler is reached, and told.

use std::fmt::Write as _;

use edigate::limits::{EXTENDS_DEPTH, GUIDE_DEPTH, LOOP_DEPTH, SCHEMA_NODES};

use super::{errors_of, library, structure};

/// So many lines at rising positions; the first is a `REF`.
fn lines(count: usize) -> String {
    (1..=count).fold(String::new(), |mut lines, position| {
        let id = if position == 1 { "REF" } else { "CUR" };
        let _infallible = writeln!(lines, "  {position:04}  {id}  may  1");
        lines
    })
}

#[test]
fn a_set_has_no_more_lines_than_rows_are_for() {
    // The set itself is a row.
    let fits = structure(&lines(SCHEMA_NODES - 1));
    assert_eq!(errors_of(&[("x12/004010/900.grammar", &fits)]), Vec::<String>::new());
    let more = structure(&lines(SCHEMA_NODES));
    let line = SCHEMA_NODES + 5;
    assert_eq!(
        errors_of(&[("x12/004010/900.grammar", &more)]),
        [format!("x12/004010/900.grammar:{line}:3: a set has at most {SCHEMA_NODES} lines")]
    );
    let split = "guide    acme 900\nnarrows  x12/004010/900\n\nsplit REF where 01 is IA  may 1\n";
    assert_eq!(
        errors_of(&[("x12/004010/900.grammar", &fits), ("acme/900.guide", split)]),
        [format!(
            "acme/900.guide:4:1: a set has at most {SCHEMA_NODES} lines; this split makes more"
        )]
    );
}

#[test]
fn loops_stand_within_loops_to_a_depth() {
    let nested = |depth: usize| {
        let line = |level: usize| {
            let blanks = "  ".repeat(level);
            let position = level * 10;
            format!("{blanks}loop L{level} on N1  may  1\n{blanks}  {position:03}  N1  must  1\n")
        };
        structure(&(1..=depth).map(line).collect::<String>())
    };
    assert_eq!(errors_of(&[("x12/004010/900.grammar", &nested(LOOP_DEPTH))]), Vec::<String>::new());
    let line = 6 + 2 * LOOP_DEPTH;
    let column = 3 + 2 * LOOP_DEPTH;
    assert_eq!(
        errors_of(&[("x12/004010/900.grammar", &nested(LOOP_DEPTH + 1))]),
        [format!(
            "x12/004010/900.grammar:{line}:{column}: loops stand within loops to depth {LOOP_DEPTH}"
        )]
    );
}

#[test]
fn texts_extend_texts_to_a_depth() {
    let mut library = library();
    let release = |nth: usize| format!("{:06}", 4020 + nth);
    for nth in 0..=EXTENDS_DEPTH {
        let base = if nth == 0 { "004010".to_owned() } else { release(nth - 1) };
        let (own, head) = (release(nth), format!("grammar  x12 {} 850", release(nth)));
        let text = format!("{head}\nextends  {base}\n\nheading\n  020  BEG  must  1\n");
        library.add(&format!("x12/{own}/850.grammar"), &text).unwrap();
    }
    // 004010 itself is the first of the chain.
    assert!(library.schema(&format!("x12/{}/850", release(EXTENDS_DEPTH - 2))).is_ok());
    let errors = library.schema(&format!("x12/{}/850", release(EXTENDS_DEPTH - 1))).unwrap_err();
    let sentence = format!("extends itself, or more than {EXTENDS_DEPTH} texts");
    assert!(errors[0].to_string().ends_with(&sentence), "{}", errors[0]);
}

#[test]
fn guides_narrow_guides_to_a_depth() {
    let mut library = library();
    for nth in 1..=GUIDE_DEPTH + 1 {
        let base = if nth == 1 { "x12/004010/850".to_owned() } else { format!("g{}/850", nth - 1) };
        let text = format!("guide    g{nth} 850\nnarrows  {base}\n\nlimit N1 {}\n", 20 - nth);
        library.add(&format!("g{nth}/850.guide"), &text).unwrap();
    }
    let deepest = library.schema(&format!("g{GUIDE_DEPTH}/850")).unwrap();
    assert_eq!(deepest.guide.paths.len(), GUIDE_DEPTH);
    assert!(library.schema(&format!("g{}/850", GUIDE_DEPTH + 1)).is_err());
}
