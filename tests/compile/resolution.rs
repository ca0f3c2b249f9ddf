//! Which texts are in force for GS08, ST01 and an agreement's guide.

use std::sync::Arc;

use edigate::grammar::library::{Library, Notice, Via};
use edigate::limits::{RESOLUTION_KEY_BYTES, RESOLUTIONS};

use super::{ORDER, guide, library};

#[test]
fn shipped_sets_are_found_by_what_partners_send() {
    let library = Library::shipped();
    let table = [
        ("004010", "850", "x12/004010/850", Via::Exact, false),
        ("004010VICS", "850", "x12/004010/850", Via::Prefix, false),
        ("004010UCS", "856", "x12/004010/856", Via::Prefix, false),
        ("004010X358", "855", "x12/004010/855", Via::Prefix, true),
        ("004060", "856", "x12/004010/856", Via::Older, true),
        ("006020X304", "810", "x12/005010/810", Via::Older, true),
        ("003010", "850", "x12/004010/850", Via::Newer, true),
        ("002001", "856", "x12/004010/856", Via::Newer, true),
        ("002040CHRY", "997", "x12/004010/997", Via::Newer, true),
        ("005010X221A1", "835", "x12/005010X221A1/835", Via::Exact, false),
        ("005010X221", "835", "x12/005010X221A1/835", Via::Addendum, true),
        ("004010X091", "835", "x12/004010X091A1/835", Via::Addendum, true),
        ("999999X999X9", "835", "x12/005010X221A1/835", Via::Older, true),
        ("005010X231", "999", "x12/005010X231A1/999", Via::Addendum, true),
        ("005010X230", "997", "x12/005010/997", Via::Prefix, true),
        ("", "850", "x12/004010/850", Via::Newer, true),
        ("\u{1b}[31m~*\0", "850", "x12/004010/850", Via::Newer, true),
    ];
    for (gs08, set, rule, via, told) in table {
        let found = library.resolve(gs08, set, None);
        let schema = found.schema.as_ref().unwrap_or_else(|| panic!("{gs08} {set}"));
        assert_eq!((schema.rule.as_str(), found.via), (rule, via), "{gs08:?} {set}");
        assert_eq!(!found.notices.is_empty(), told, "{gs08:?} {set}: {:?}", found.notices);
    }
}

#[test]
fn a_set_nobody_described_is_unknown_in_any_release() {
    let library = Library::shipped();
    for (gs08, set) in
        [("004010", "999999"), ("004010", ""), ("005010", "85"), ("004010", "segments")]
    {
        let found = library.resolve(gs08, set, None);
        assert!(found.schema.is_none() && found.via == Via::Unknown, "{gs08} {set}");
        assert!(found.notices.is_empty() && found.map.is_none());
    }
}

#[test]
fn a_warning_says_which_grammar_was_used_and_hides_control_characters() {
    let library = library();
    let found = library.resolve("00\u{7}3040", "850", None);
    let said: Vec<String> = found.notices.iter().map(ToString::to_string).collect();
    assert_eq!(said, ["no grammar is known for 00?3040; x12/004010/850 was used instead"]);
}

#[test]
fn asking_again_gives_the_very_same_answer_and_made_up_releases_are_forgotten() {
    let library = library();
    let first = library.resolve("004010", "850", None);
    assert!(Arc::ptr_eq(&first, &library.resolve("004010", "850", None)));
    for made_up in 0..=RESOLUTIONS {
        let _none = library.resolve(&format!("{made_up:06}"), "850", None);
    }
    let again = library.resolve("004010", "850", None);
    assert!(!Arc::ptr_eq(&first, &again), "it was forgotten");
    assert!(Arc::ptr_eq(first.schema.as_ref().unwrap(), again.schema.as_ref().unwrap()));
}

#[test]
fn a_gs08_without_end_is_answered_but_not_remembered() {
    let library = library();
    let long = format!("004010{}", "X".repeat(RESOLUTION_KEY_BYTES));
    let first = library.resolve(&long, "850", None);
    assert_eq!(first.via, Via::Prefix);
    assert!(!Arc::ptr_eq(&first, &library.resolve(&long, "850", None)));
}

#[test]
fn a_guide_is_in_force_where_its_grammar_is() {
    let mut library = library();
    library.add("acme/850.guide", &guide("forbid CUR\n")).unwrap();
    library
        .add(
            "x12/005010/850.grammar",
            &ORDER
                .replace("group    PO", "group    PO\nuses     004010")
                .replace("x12 004010", "x12 005010"),
        )
        .unwrap();
    let rule = |gs08: &str, guide: &str| {
        let found = library.resolve(gs08, "850", Some(guide));
        (found.schema.as_ref().unwrap().rule.clone(), found.notices.clone())
    };
    assert_eq!(rule("004010", "acme/850"), ("acme/850".to_owned(), vec![]));
    assert_eq!(rule("004010VICS", "acme/850"), ("acme/850".to_owned(), vec![]));
    let elsewhere = Notice::GuideElsewhere {
        guide: "acme/850".to_owned(),
        narrows: "x12/004010/850".to_owned(),
        used: "x12/005010/850".to_owned(),
    };
    assert_eq!(rule("005010", "acme/850"), ("x12/005010/850".to_owned(), vec![elsewhere]));
    let unknown = Notice::GuideUnknown { guide: "acne/850".to_owned() };
    assert_eq!(rule("004010", "acne/850"), ("x12/004010/850".to_owned(), vec![unknown]));
}

#[test]
fn a_faulty_text_checks_nothing_and_is_told() {
    let mut library = library();
    library.add("acme/850.guide", &guide("forbid BEG\n")).unwrap();
    let found = library.resolve("004010", "850", Some("acme/850"));
    assert!(found.schema.is_none());
    assert_eq!(found.notices, [Notice::Faulty { text: "acme/850".to_owned() }]);

    let broken = ORDER.replace("  040  CUR       may ", "  040  CUR       mya ");
    assert!(library.add("x12/004010/850.grammar", &broken).is_err());
    let found = library.resolve("004010", "850", None);
    assert!(found.schema.is_none(), "an older text is not used in its place");
    assert_eq!(found.notices, [Notice::Faulty { text: "x12/004010/850".to_owned() }]);
    assert_eq!(library.check().len(), 1, "{:?}", library.check());
}

#[test]
fn a_homes_text_replaces_the_shipped_one_of_its_path() {
    let mut library = Library::shipped();
    let before = library.resolve("004010", "850", None).schema.as_ref().unwrap().identity;
    let text = library.source("x12/004010/850.grammar").unwrap().to_owned();
    library.add("x12/004010/850.grammar", &text.replace("# ", "#  ")).unwrap();
    let same = library.resolve("004010", "850", None).schema.as_ref().unwrap().identity;
    assert_eq!(before, same, "comments and layout change no identity");
    library.add("x12/004010/850.grammar", ORDER).unwrap();
    let after = library.resolve("004010", "850", None).schema.as_ref().unwrap().identity;
    assert_ne!(before, after);
}

#[test]
fn the_library_lists_what_it_knows() {
    let mut library = library();
    library.add("acme/850.guide", &guide("forbid CUR\n")).unwrap();
    assert_eq!(library.sets(), ["850", "856"]);
    assert_eq!(library.releases("850"), ["004010"]);
    assert_eq!(library.guides(), ["acme/850"]);
    assert!(library.text("x12/004010/850.grammar").is_some() && library.text("nothing").is_none());
}
