//! What partners are told, and what of theirs is held, quarantined or a duplicate.

use std::fs;

use crate::home::{Home, acme, interchange, invoice_set, order, order_set};

#[test]
fn the_same_bytes_again_are_answered_as_a_duplicate_and_not_delivered_again() {
    let home = Home::new();
    home.drop("po.edi", &order(7, "4711"));
    home.once();
    home.drop("other-name.edi", &order(7, "4711"));
    home.once();
    assert_eq!(home.delivered().len(), 1);
    let row = home.newest();
    assert_eq!((&row["stage"], &row["name"]), (&"duplicate".into(), &"other-name.edi".into()));
    let out = home.out();
    assert_eq!(out.len(), 2);
    assert!(out[1].1.contains("TA1*000000007*260112*0805*R*025~"), "{}", out[1].1);
    assert!(!out[1].1.contains("AK1"), "its sets are not answered again");
}

#[test]
fn a_partner_who_wants_it_gets_the_same_answer_again() {
    let home = Home::new();
    let again = format!("duplicates = \"answer again\"\n{}", acme("none", "1 hour"));
    home.partner("acme", &again);
    for name in ["po.edi", "po2.edi"] {
        home.drop(name, &order(7, "4711"));
        home.once();
    }
    let out = home.out();
    assert_eq!((out.len(), home.delivered().len()), (2, 1));
    assert_eq!(out[0].1, out[1].1, "the same bytes, with the same control number");
}

#[test]
fn a_partner_whose_duplicates_are_held_gets_no_second_answer() {
    let home = Home::new();
    home.partner("acme", &format!("duplicates = \"hold\"\n{}", acme("none", "1 hour")));
    for name in ["po.edi", "po2.edi"] {
        home.drop(name, &order(7, "4711"));
        home.once();
    }
    assert_eq!((home.out().len(), home.delivered().len()), (1, 1));
    let row = home.newest();
    assert_eq!(row["stage"], "held");
    assert!(row["note"].as_str().unwrap().starts_with("same bytes as"), "{row}");
}

#[test]
fn an_unknown_sender_is_kept_in_quarantine_and_taken_once_they_are_known() {
    let home = Home::new();
    let text = interchange("STRANGER", "P", 1, &[("PO", &order_set("1"))]);
    home.drop("po.edi", &text);
    home.once();
    let row = home.newest();
    assert_eq!(row["stage"], "quarantined");
    let note = "interchange 000000001: no partner file names the sender ZZ:STRANGER";
    assert_eq!(row["note"], note);
    assert_eq!((home.out(), home.delivered()), (vec![], vec![]));
    assert_eq!(home.verify().0, 0, "its bytes are kept");

    let known = acme("none", "1 hour").replace("\"ZZ:ACME\"", "[\"ZZ:ACME\", \"ZZ:STRANGER\"]");
    home.partner("acme", &known);
    home.drop("po.edi", &text);
    home.once();
    assert_eq!(home.newest()["stage"], "settled");
    assert_eq!(home.delivered().len(), 1);
}

#[test]
fn a_file_in_another_partners_folder_is_not_taken_in_their_name() {
    let home = Home::new();
    let other = acme("none", "1 hour").replace("ZZ:ACME", "ZZ:OTHER");
    home.partner("other", &other);
    home.drop_into("other", "po.edi", &order(1, "1"));
    home.once();
    let row = home.newest();
    assert_eq!(row["stage"], "quarantined");
    assert!(row["note"].as_str().unwrap().contains("dropped into the folder of other"), "{row}");
    assert_eq!(home.out(), []);
}

#[test]
fn a_folder_no_partner_file_names_is_looked_into_all_the_same() {
    let home = Home::new();
    home.drop_into("nobody", "po.edi", &order(1, "1"));
    home.once();
    assert_eq!(home.newest()["stage"], "quarantined");
    let mailboxes = home.show("mailbox");
    assert!(mailboxes.iter().any(|row| row["folder"] == "nobody" && row["known"] == false));
}

#[test]
fn what_is_no_edi_at_all_is_held_with_a_next_step() {
    let home = Home::new();
    home.drop("photo.jpg", "\u{fffd}JFIF not an order");
    home.once();
    let row = home.newest();
    assert_eq!(row["stage"], "held");
    assert_eq!(row["note"], "no X12 interchange can be made out in it");
    assert_eq!(row["owner"], "whoever looks after this partner");
    assert!(row["next"].as_str().unwrap().contains("what it is"), "{row}");
}

#[test]
fn a_test_order_on_a_production_agreement_is_answered_and_held() {
    let home = Home::new();
    home.drop("po.edi", &interchange("ACME", "T", 1, &[("PO", &order_set("1"))]));
    home.once();
    assert_eq!(home.delivered(), []);
    assert!(home.out()[0].1.contains("AK9*A*1*1*1~"));
    let document = &home.show("documents")[0];
    assert_eq!(document["stage"], "held");
    let note = "it is a test document, and the agreement is for production";
    assert_eq!(document["note"], note);
    assert_ne!(document["owner"], "");
    assert!(document["next"].as_str().unwrap().ends_with("which they meant"), "{document}");
}

#[test]
fn a_test_invoice_on_a_test_agreement_is_delivered() {
    let home = Home::new();
    home.drop("in.edi", &interchange("ACME", "T", 1, &[("IN", &invoice_set("I1", 1250))]));
    home.once();
    assert_eq!(home.delivered()[0].0, "invoice-I1.json");
}

#[test]
fn figures_that_do_not_agree_never_change_the_answer_and_hold_where_agreed() {
    let home = Home::new();
    home.drop("in.edi", &interchange("ACME", "T", 1, &[("IN", &invoice_set("I1", 9999))]));
    home.once();
    assert!(home.out()[0].1.contains("AK9*A*1*1*1~"), "{}", home.out()[0].1);
    assert_eq!(home.delivered(), []);
    let document = &home.show("documents")[0];
    assert_eq!(document["stage"], "held");
    assert!(document["note"].as_str().unwrap().contains("99.99"), "{document}");
    assert!(document["next"].as_str().unwrap().ends_with("for a corrected one"), "{document}");
}

#[test]
fn figures_that_do_not_agree_are_refused_where_the_guide_refuses_business() {
    let home = Home::new();
    fs::create_dir_all(home.path().join("partners/acme")).unwrap();
    let guide = "guide acme 810\nnarrows x12/004010/810\n\nrefuse business\n";
    fs::write(home.path().join("partners/acme/810.guide"), guide).unwrap();
    let agreed = acme("none", "10 minutes").replace("\"810\"", "\"810\"\nguide = \"acme/810\"");
    home.partner("acme", &agreed);
    let sets = [("IN", invoice_set("I1", 9999)), ("IN", invoice_set("I2", 1250))];
    let sets: Vec<_> = sets.iter().map(|(group, set)| (*group, set.as_str())).collect();
    home.drop("in.edi", &interchange("ACME", "T", 1, &sets));
    home.once();
    let out = &home.out()[0].1;
    assert!(out.contains("AK9*R*1*1*0~") && out.contains("AK9*A*1*1*1~"), "{out}");
    assert_eq!(home.newest()["verdict"], "refused");
    let names: Vec<_> = home.delivered().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["invoice-I2.json"]);
    assert_eq!(home.show("documents").len(), 1, "nothing of the refused one is held either");
}

#[test]
fn a_set_nobody_agreed_on_is_answered_and_held() {
    let home = Home::new();
    let response = "ST*855*0001~\nBAK*00*AC*4711*20260112~\nSE*3*0001~\n";
    home.drop("r.edi", &interchange("ACME", "P", 1, &[("PR", response)]));
    home.once();
    assert!(home.out()[0].1.contains("AK9*A*1*1*1~"), "{}", home.out()[0].1);
    let document = &home.show("documents")[0];
    assert_eq!((&document["stage"], &document["kind"]), (&"held".into(), &"order_response".into()));
    assert_eq!(document["note"], "no agreement names this set");
    assert_eq!(document["owner"], "whoever keeps the partner files");
    assert!(document["next"].as_str().unwrap().contains("set = \"855\""), "{document}");
}

#[test]
fn a_set_without_a_grammar_is_kept_and_counted_and_not_answered() {
    let home = Home::new();
    let set = "ST*846*0001~\nBIA*00*SI*1*20260112~\nSE*3*0001~\n";
    let both = [("PO", order_set("1")), ("IB", set.to_owned())];
    let both: Vec<_> = both.iter().map(|(group, set)| (*group, set.as_str())).collect();
    home.drop("x.edi", &interchange("ACME", "P", 1, &both));
    home.once();
    assert_eq!(home.delivered().len(), 1, "the order beside it goes its way");
    assert!(home.newest()["contents"].as_str().unwrap().contains("850"));
    let out = home.out();
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].1.matches("AK1*").count(), 1, "{}", out[0].1);
    assert!(out[0].1.contains("AK2*850*"), "{}", out[0].1);
}

#[test]
fn an_agreement_without_acknowledgments_gets_none_but_a_ta1_that_is_asked_for() {
    let home = Home::new();
    let silent = acme("none", "1 hour").replacen(
        "latency = \"minutes\"",
        "latency = \"minutes\"\nacknowledge.with = \"nothing\"",
        1,
    );
    home.partner("acme", &silent);
    home.drop("po.edi", &order(1, "1"));
    home.once();
    assert_eq!((home.out(), home.newest()["stage"].clone()), (vec![], "settled".into()));
    home.drop("po2.edi", &order(2, "2").replace("*0*P*>", "*1*P*>"));
    home.once();
    let out = home.out();
    assert!(out[0].1.contains("TA1*000000002") && !out[0].1.contains("AK1"), "{}", out[0].1);
    assert_eq!(home.delivered().len(), 2);
}

#[test]
fn control_numbers_rise_by_one_over_all_answers_to_a_partner() {
    let home = Home::new();
    for number in 1..=5 {
        home.drop(&format!("{number}.edi"), &order(number, &number.to_string()));
    }
    home.once();
    home.drop("6.edi", &order(1, "1"));
    home.once();
    let names: Vec<_> = home.out().into_iter().map(|(name, _)| name).collect();
    let numbers: Vec<_> = (1..=5).map(|number| format!("997-{number:09}.edi")).collect();
    assert_eq!(names[..5], numbers);
    assert_eq!(names[5..], ["TA1-000000006.edi"]);
}

#[test]
fn group_numbers_to_a_partner_never_repeat_however_many_groups_an_answer_has() {
    let home = Home::new();
    let sets: Vec<_> = (1..=5).map(|number| order_set(&number.to_string())).collect();
    let files = [&sets[..2], &sets[2..3], &sets[3..]];
    for (file, control) in files.iter().zip(1..) {
        let groups: Vec<_> = file.iter().map(|set| ("PO", set.as_str())).collect();
        home.drop(&format!("{control}.edi"), &interchange("ACME", "P", control, &groups));
        home.once();
    }
    let out = home.out();
    let numbers = |id: &str, place: usize| -> Vec<u32> {
        let segments = out.iter().flat_map(|(_, text)| text.split('~')).map(str::trim);
        let elements = segments.map(|segment| segment.split('*').collect::<Vec<_>>());
        elements.filter(|of| of[0] == id).map(|of| of[place].parse().unwrap()).collect()
    };
    assert_eq!(numbers("ISA", 13), [1, 2, 3]);
    assert_eq!(numbers("GS", 6), [1, 2, 3, 4, 5]);
    assert_eq!(numbers("GE", 2), [1, 2, 3, 4, 5]);
}
