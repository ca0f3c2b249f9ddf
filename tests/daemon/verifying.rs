//! `edigate verify`: whatever was done to the archive is named.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::home::{Home, order};

fn kept() -> (Home, Vec<PathBuf>) {
    let home = Home::new();
    home.drop("po.edi", &order(1, "4711"));
    home.once();
    let mut objects = Vec::new();
    let mut folders = vec![home.path().join("archive/objects")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { objects.push(path) }
        }
    }
    objects.sort();
    assert_eq!(objects.len(), 3, "the file, the answer, the record");
    (home, objects)
}

fn named(home: &Home, what: &str, path: &std::path::Path) {
    let (code, said) = home.verify();
    let path = path.strip_prefix(home.path()).unwrap().display();
    assert_eq!(code, 1, "{said}");
    assert!(
        said.contains(&format!("{what}: ./{path}")) || said.contains(&format!("{what}: {path}")),
        "{said}"
    );
    assert!(said.ends_with("1 thing is wrong\n"), "{said}");
}

#[test]
fn an_untouched_home_is_as_it_was_kept() {
    let (home, _) = kept();
    let (code, said) = home.verify();
    assert_eq!(code, 0);
    assert!(said.starts_with("3 objects, ") && said.contains("the ledger agree"), "{said}");
}

#[test]
fn a_flipped_bit_is_named() {
    let (home, objects) = kept();
    for object in &objects {
        let before = fs::read(object).unwrap();
        let mut bytes = before.clone();
        bytes[0] ^= 1;
        fs::set_permissions(object, fs::Permissions::from_mode(0o600)).unwrap();
        fs::write(object, bytes).unwrap();
        named(&home, "changed", object);
        fs::write(object, before).unwrap();
    }
}

#[test]
fn a_truncated_or_emptied_object_is_named() {
    let (home, objects) = kept();
    fs::set_permissions(&objects[0], fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&objects[0], "").unwrap();
    named(&home, "changed", &objects[0]);
}

#[test]
fn a_deleted_object_is_named() {
    let (home, objects) = kept();
    fs::remove_file(&objects[1]).unwrap();
    named(&home, "missing", &objects[1]);
}

#[test]
fn two_objects_exchanged_are_both_named() {
    let (home, objects) = kept();
    let aside = home.path().join("aside");
    fs::rename(&objects[0], &aside).unwrap();
    fs::rename(&objects[1], &objects[0]).unwrap();
    fs::rename(&aside, &objects[1]).unwrap();
    let (code, said) = home.verify();
    let changed = said.lines().filter(|line| line.starts_with("changed: ")).count();
    assert_eq!((code, changed), (1, 2), "{said}");
}

#[test]
fn an_object_no_fact_names_and_a_file_that_is_no_object_are_named() {
    let (home, objects) = kept();
    let stray = objects[0].with_file_name("notes.txt");
    fs::write(&stray, "x").unwrap();
    named(&home, "extra", &stray);
    fs::remove_file(&stray).unwrap();
    let digest = "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0";
    let folder = home.path().join("archive/objects/98/34");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join(digest), "aaa").unwrap();
    named(&home, "extra", &folder.join(digest));
}

#[test]
fn a_row_removed_from_the_ledger_shows_as_an_object_no_fact_names() {
    let (home, objects) = kept();
    let ledger = rusqlite_open(&home);
    let digest = objects[2].file_name().unwrap().to_str().unwrap();
    ledger.execute("DELETE FROM object WHERE digest = ?1", [digest]).unwrap();
    drop(ledger);
    named(&home, "extra", &objects[2]);
}

#[test]
fn a_row_or_a_fact_changed_in_the_ledger_is_named() {
    for (change, told) in [
        ("UPDATE transmission SET stage = 'held'", "its facts say settled in version"),
        ("UPDATE document SET version = 9", "its facts say delivered in version 2"),
        ("DELETE FROM event WHERE seq = 0", "there should be"),
        ("UPDATE event SET body = replace(body, '4711', '4712')", ""),
        ("UPDATE event SET body = '{}' WHERE seq = 1", "its facts can't be followed"),
    ] {
        let (home, _) = kept();
        let ledger = rusqlite_open(&home);
        // Whoever changes a ledger by hand removes what guards it first.
        ledger
            .execute_batch("DROP TRIGGER event_never_changes; DROP TRIGGER event_never_goes")
            .unwrap();
        ledger.execute(change, []).unwrap();
        drop(ledger);
        let (code, said) = home.verify();
        // That a fact's own words were changed is for the signed log to show.
        let seen = !told.is_empty();
        assert_eq!(
            (code == 1, said.contains("ledger.db: ") && said.contains(told)),
            (seen, seen),
            "{change}: {said}"
        );
    }
}

fn rusqlite_open(home: &Home) -> rusqlite::Connection {
    rusqlite::Connection::open(home.path().join("ledger.db")).unwrap()
}

#[test]
fn an_archive_without_its_ledger_is_checked_against_its_names() {
    let (home, objects) = kept();
    let elsewhere = tempfile::tempdir().unwrap();
    let copied = std::process::Command::new("cp")
        .arg("-r")
        .arg(home.path().join("archive"))
        .arg(elsewhere.path())
        .status()
        .unwrap();
    assert!(copied.success());
    let verify = |path: &std::path::Path| {
        let output = home.edigate(&["verify", "--json", path.to_str().unwrap()]);
        let said = String::from_utf8(output.stdout).unwrap();
        (output.status.code(), serde_json::from_str::<serde_json::Value>(&said).unwrap())
    };
    let archive = elsewhere.path().join("archive");
    let (code, report) = verify(&archive);
    assert_eq!((code, &report["objects"], &report["ledger"]), (Some(0), &3.into(), &false.into()));
    let inside = objects[0].strip_prefix(home.path().join("archive")).unwrap();
    let copy = archive.join(inside);
    fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&copy, "changed").unwrap();
    let (code, report) = verify(&archive);
    assert_eq!((code, &report["wrong"][0]["what"]), (Some(1), &"changed".into()));
}

#[test]
fn what_is_no_home_has_nothing_to_verify() {
    let home = Home::new();
    let output = home.edigate(&["verify", "partners"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_running_daemon_is_no_contradiction() {
    let home = Home::new();
    let daemon = home.start();
    for number in 1..=40 {
        home.drop(&format!("{number}.edi"), &order(number, &number.to_string()));
        if number % 8 == 0 {
            let (code, said) = home.verify();
            assert!(code == 0 || said.is_empty(), "{said}");
        }
    }
    crate::home::until("all", || (home.delivered().len() == 40).then_some(()));
    assert_eq!(daemon.stop(), Some(0));
    home.once();
    assert_eq!(home.verify().0, 0);
}
