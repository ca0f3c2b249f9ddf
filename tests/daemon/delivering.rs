//! Which documents come out, and under which names.

use std::fs;

use edigate::limits;

use crate::home::{Home, interchange, order, order_set};

#[test]
fn only_the_sound_sets_of_a_file_are_delivered() {
    let home = Home::new();
    let broken = order_set("2").replace("PO1*1*5*EA*2.50**VN*A-1~\n", "").replace("SE*5", "SE*4");
    let sets = [("PO", order_set("1")), ("PO", broken), ("PO", order_set("3"))];
    let sets: Vec<_> = sets.iter().map(|(group, set)| (*group, set.as_str())).collect();
    home.drop("po.edi", &interchange("ACME", "P", 1, &sets));
    home.once();
    let names: Vec<_> = home.delivered().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["purchase_order-1.json", "purchase_order-3.json"]);
    assert_eq!(home.newest()["verdict"], "refused", "the worst counts for the file");
}

#[test]
fn nothing_of_a_refused_interchange_or_group_is_delivered_though_its_sets_are_sound() {
    let home = Home::new();
    let refused = order(1, "1").replace("IEA*1*000000001", "IEA*1*000000009");
    let shut = order(2, "2").replace("GE*1*1", "GE*7*1");
    home.drop("po.edi", &(refused + &shut + &order(3, "3")));
    home.once();
    let names: Vec<_> = home.delivered().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["purchase_order-3.json"]);
    let out = &home.out()[0].1;
    assert!(out.contains("TA1*000000001*260112*0805*R*"), "{out}");
    assert!(out.contains("AK9*R*7*1*0*5~"), "{out}");
}

#[test]
fn nothing_of_a_group_without_its_end_is_delivered() {
    let home = Home::new();
    let sets = [("PO", order_set("1")), ("PO", order_set("2"))];
    let sets: Vec<_> = sets.iter().map(|(group, set)| (*group, set.as_str())).collect();
    home.drop("po.edi", &interchange("ACME", "P", 1, &sets).replace("GE*1*1~\n", ""));
    home.drop("last.edi", &order(2, "3").replace("GE*1*1~\n", ""));
    home.once();
    let names: Vec<_> = home.delivered().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["purchase_order-2.json"]);
    assert_eq!(home.show("documents").len(), 1);
}

#[test]
fn a_number_made_of_path_and_control_characters_stays_in_its_folder() {
    let home = Home::new();
    home.drop("po.edi", &order(1, "../../PO 1"));
    home.once();
    assert_eq!(home.delivered()[0].0, "purchase_order-_._.._PO_1.json");
}

#[test]
fn two_documents_of_one_number_both_lie_there() {
    let home = Home::new();
    for control in 1..=3 {
        home.drop("po.edi", &order(control, "4711"));
        home.once();
    }
    let delivered = home.delivered();
    assert_eq!(delivered.len(), 3);
    assert!(delivered.iter().all(|(name, _)| name.starts_with("purchase_order-4711")));
    let places: Vec<_> = home.show("documents").iter().map(|row| row["place"].clone()).collect();
    assert_eq!(places.len(), 3);
    assert!(places.iter().all(|place| home.path().join(place.as_str().unwrap()).is_file()));
}

#[test]
fn a_file_somebody_else_put_there_is_never_overwritten() {
    let home = Home::new();
    let folder = home.path().join("delivered/acme");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("purchase_order-4711.json"), "theirs").unwrap();
    fs::create_dir_all(home.path().join("drop/acme/out")).unwrap();
    fs::write(home.path().join("drop/acme/out/997-000000001.edi"), "theirs").unwrap();
    home.drop("po.edi", &order(1, "4711"));
    home.once();
    for folder in ["delivered/acme", "drop/acme/out"] {
        let texts = home.texts(folder);
        assert_eq!(texts.len(), 2, "{folder}");
        assert_eq!(texts.iter().filter(|(_, text)| text == "theirs").count(), 1, "{folder}");
    }
}

#[test]
fn a_file_of_more_sets_than_are_recorded_at_once_delivers_each() {
    let home = Home::new();
    let count = limits::DOCUMENTS_AT_ONCE * 2 + 7;
    let sets: String = (1..=count)
        .map(|number| order_set(&format!("{number:05}")).replace("0001~", &format!("{number:04}~")))
        .collect();
    let text =
        interchange("ACME", "P", 1, &[("PO", &sets)]).replace("GE*1*1", &format!("GE*{count}*1"));
    home.drop("po.edi", &text);
    home.once();
    assert_eq!(home.delivered().len(), count);
    assert_eq!(home.newest()["stage"], "settled");
    assert_eq!(home.verify().0, 0);
}

#[test]
fn an_out_folder_that_fails_delays_no_document_and_is_answered_into_once_it_works() {
    let home = Home::new();
    fs::create_dir_all(home.path().join("drop/acme")).unwrap();
    fs::write(home.path().join("drop/acme/out"), "a file in the place of the folder").unwrap();
    home.drop("po.edi", &order(1, "4711"));
    let mut codes = vec![home.edigate(&["run", "--once"]).status.code()];
    assert_eq!(home.delivered().len(), 1);
    let note = home.newest()["note"].as_str().unwrap().to_owned();
    assert!(note.starts_with("place failed") && note.contains("drop/acme"), "{note}");
    fs::remove_file(home.path().join("drop/acme/out")).unwrap();
    crate::home::until("the answer", || {
        codes.push(home.edigate(&["run", "--once"]).status.code());
        home.out().pop()
    });
    assert_eq!((codes[0], codes.pop().unwrap()), (Some(3), Some(0)));
    assert_eq!((&home.newest()["stage"], &home.newest()["note"]), (&"settled".into(), &"".into()));
}
