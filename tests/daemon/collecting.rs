//! What is taken from a drop folder, when, and what becomes of it there.

use std::fs;

use edigate::edge::store::sqlite::Sqlite;
use edigate::ledger::query;
use edigate::limits;
use edigate::ports::Store;
use edigate::vocabulary::digest::Digest;

use crate::home::{Home, acme, order, until};

#[test]
fn a_dropped_order_is_kept_answered_delivered_and_gone_from_the_folder() {
    let home = Home::new();
    let text = order(7, "4711");
    home.drop("po.edi", &text);
    assert_eq!(home.once(), "took 1 file; 0 waiting; 0 owed\n");

    let object = Digest::of(text.as_bytes()).to_string();
    let kept = home.path().join(format!(
        "archive/objects/{}/{}/{object}",
        object.get(..2).unwrap(),
        object.get(2..4).unwrap()
    ));
    assert_eq!(fs::read_to_string(kept).unwrap(), text);
    assert_eq!(home.texts("drop/acme/in"), []);
    let out = home.out();
    assert_eq!(out[0].0, "997-000000001.edi");
    assert!(out[0].1.contains("AK9*A*1*1*1~"), "{}", out[0].1);
    let delivered = home.delivered();
    assert_eq!(delivered[0].0, "purchase_order-4711.json");
    assert!(delivered[0].1.contains("\"unit_price\": \"2.50\""), "{}", delivered[0].1);

    let row = home.newest();
    assert_eq!((&row["stage"], &row["verdict"]), (&"settled".into(), &"accepted".into()));
    assert_eq!(row["contents"], "850 Purchase order");
    assert_eq!(row["documents"][0]["place"], "delivered/acme/purchase_order-4711.json");
    assert_eq!(home.verify().0, 0);
}

#[test]
fn a_temporary_name_is_left_alone_until_it_is_renamed() {
    let home = Home::new();
    let folder = home.path().join("drop/acme/in");
    for name in [".po.edi", "po.edi.part", "~po.edi"] {
        fs::write(folder.join(name), order(1, "1")).unwrap();
    }
    let said = home.once();
    assert!(said.starts_with("took 0 files; 3 waiting"), "{said}");
    assert!(said.contains("po.edi.part: its name says it is still being written"), "{said}");
    fs::rename(folder.join("po.edi.part"), folder.join("po.edi")).unwrap();
    assert!(home.once().starts_with("took 1 file; 2 waiting"));
}

#[test]
fn what_is_no_plain_file_is_shown_as_waiting_with_the_reason() {
    let home = Home::new();
    let folder = home.path().join("drop/acme/in");
    fs::create_dir(folder.join("older")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", folder.join("link.edi")).unwrap();
    let shown = &home.show("mailbox")[0];
    let files = shown["files"].as_array().unwrap();
    for name in ["older", "link.edi"] {
        let file = files.iter().find(|file| file["name"] == name).unwrap();
        assert!(file["waiting"].as_str().unwrap().starts_with("not a plain file"), "{file}");
    }
}

#[test]
fn an_interchange_without_its_end_waits_and_the_folder_says_why() {
    let home = Home::new();
    let text = order(7, "4711");
    let (most, end) = text.split_at(text.find("IEA").unwrap());
    home.drop("po.edi", most);
    let said = home.once();
    assert!(said.contains("its interchange has no IEA yet"), "{said}");
    let shown = &home.show("mailbox")[0];
    assert!(shown["files"][0]["waiting"].as_str().unwrap().contains("no IEA"), "{shown}");
    assert!(home.show("transmissions").is_empty());
    home.drop("po.edi", &(most.to_owned() + end));
    assert!(home.once().starts_with("took 1 file"));
    assert_eq!(home.newest()["verdict"], "accepted");
}

#[test]
fn an_interchange_whose_end_never_comes_is_taken_as_it_is_and_refused() {
    let home = Home::new();
    home.partner("acme", &acme("none", "1 second"));
    let text = order(7, "4711");
    home.drop("po.edi", text.split_at(text.find("IEA").unwrap()).0);
    let daemon = home.start();
    let out = until("an answer", || home.out().pop());
    assert!(out.1.contains("TA1*000000007*260112*0805*R*023~"), "{}", out.1);
    assert_eq!(daemon.stop(), Some(0));
    assert_eq!(home.delivered(), []);
}

#[test]
fn a_file_still_being_written_is_taken_when_it_stands_still() {
    let home = Home::new();
    home.partner("acme", &acme("1 second", "10 minutes"));
    home.drop("po.edi", &order(7, "4711"));
    assert!(home.once().starts_with("took 1 file"), "a round waits for a file to settle");
}

#[test]
fn a_running_daemon_takes_what_comes_and_stops_when_told() {
    let home = Home::new();
    let mut daemon = home.start();
    for number in 1..=3u32 {
        home.drop(&format!("po{number}.edi"), &order(number, &number.to_string()));
        until("the delivery", || {
            home.delivered()
                .iter()
                .any(|(name, _)| name.contains(&number.to_string()))
                .then_some(())
        });
    }
    assert!(!daemon.ended());
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn a_second_daemon_in_a_home_is_refused() {
    let home = Home::new();
    let daemon = home.start();
    until("the ledger", || home.path().join("ledger.lock").exists().then_some(()));
    let told = until("the refusal", || {
        let output = home.edigate(&["run", "--once"]);
        (!output.status.success()).then_some(output)
    });
    assert_eq!(told.status.code(), Some(3));
    let sentence = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(sentence.contains("another edigate already works"), "{sentence}");
    assert_eq!(daemon.stop(), Some(0));
}

#[test]
fn nothing_runs_on_a_partner_file_with_a_mistake() {
    let home = Home::new();
    home.partner("acme", &acme("none", "1 hour").replace("timezone", "timezon"));
    home.drop("po.edi", &order(1, "1"));
    let output = home.edigate(&["run", "--once"]);
    assert_eq!(output.status.code(), Some(2));
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(told.contains("acme.toml:3:1") && told.contains("did you mean timezone?"), "{told}");
    assert_eq!(home.texts("drop/acme/in").len(), 1, "the file stays where it is");
}

#[test]
fn a_folder_that_is_no_home_is_said_to_be_none() {
    let home = tempfile::tempdir().unwrap();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_edigate"))
        .args(["run", "--home"])
        .arg(home.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is no home"));
    assert_eq!(fs::read_dir(home.path()).unwrap().count(), 0, "nothing is made there");
}

#[test]
fn more_files_than_are_taken_at_once_are_all_taken() {
    let home = Home::new();
    let count = u32::try_from(limits::COLLECTED_AT_ONCE).unwrap() * 2 + 1;
    for number in 1..=count {
        home.drop(&format!("{number}.edi"), &order(number, &number.to_string()));
    }
    assert_eq!(home.once(), format!("took {count} files; 0 waiting; 0 owed\n"));
    assert_eq!(home.delivered().len(), usize::try_from(count).unwrap());
}

#[test]
fn a_file_of_many_interchanges_is_one_transmission_with_an_answer_to_each() {
    let home = Home::new();
    let count = u32::try_from(limits::EVENT_INTERCHANGES).unwrap() + 5;
    let text: String = (1..=count).map(|number| order(number, &number.to_string())).collect();
    home.drop("many.edi", &text);
    home.once();
    assert_eq!(home.delivered().len(), usize::try_from(count).unwrap());
    let out = home.out();
    assert_eq!((out.len(), out[0].1.matches("ISA*").count()), (1, usize::try_from(count).unwrap()));
    // The fact names a bounded number of them, and says how many there are.
    let id = home.newest()["id"].as_str().unwrap().to_owned();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let store = Sqlite::look(&home.path().join("ledger.db")).unwrap();
    let facts = runtime.block_on(store.rows(query::events_of(&id))).unwrap();
    let screened = facts.iter().find(|row| row.text(3).contains("\"screened\"")).unwrap();
    let fact: serde_json::Value = serde_json::from_str(screened.text(3)).unwrap();
    assert_eq!(fact["interchanges"].as_array().unwrap().len(), limits::EVENT_INTERCHANGES);
    assert_eq!(fact["count"], count);
}
