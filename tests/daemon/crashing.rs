//! kill -9 at points of the way, again and again: nothing is lost, nothing is answered,
//! numbered or delivered twice.
//!
//! The points are things that can be seen from outside (an object appears, a file leaves the
//! folder, an answer lies there, a document lies there), each met after a growing number of
//! them, so that the kill falls between the steps of different files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::home::{Home, order, until};

const FILES: u32 = 60;

/// What has come about so far, from outside.
fn count(home: &Home, point: &str) -> usize {
    let below = |folder: &str| walk(&home.path().join(folder));
    match point {
        "object" => below("archive/objects"),
        "removed" => usize::try_from(FILES).unwrap() - below("drop/acme/in"),
        "answer" => below("drop/acme/out"),
        _ => below("delivered/acme"),
    }
}

fn walk(folder: &Path) -> usize {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let count = |entry: fs::DirEntry| match entry.file_type() {
        Ok(kind) if kind.is_dir() => walk(&entry.path()),
        _ => 1,
    };
    entries.filter_map(Result::ok).map(count).sum()
}

fn killed_at(point: &str) {
    let home = Home::new();
    for number in 1..=FILES {
        home.drop(&format!("po{number}.edi"), &order(number, &format!("PO{number}")));
    }
    // A file makes three objects: itself, its answer, its record.
    let last = usize::try_from(if point == "object" { FILES * 3 } else { FILES }).unwrap();
    let mut kills = 0;
    // Each run gets a little farther before it is killed, until one comes to the end.
    for round in 1.. {
        let before = count(&home, point);
        let enough = before + round * 2;
        if enough > last {
            break;
        }
        let mut daemon = home.start();
        until(point, || (count(&home, point) >= enough || daemon.ended()).then_some(()));
        assert!(!daemon.ended(), "the daemon goes on until it is killed");
        daemon.kill();
        kills += 1;
    }
    assert!(kills >= 2, "{kills} kills are no crash loop");
    home.once();
    is_whole(&home);
}

/// The oracle: from the files dropped and what lies outside, not from the daemon's own view.
fn is_whole(home: &Home) {
    let (code, said) = home.verify();
    assert_eq!(code, 0, "{said}");
    assert_eq!(home.texts("drop/acme/in"), []);

    let mut answered: BTreeMap<String, u32> = BTreeMap::new();
    let mut numbers = Vec::new();
    for (name, text) in home.out() {
        let isa = text.get(90..99).unwrap().to_owned();
        assert!(name.contains(&isa), "{name} is named by its number {isa}");
        numbers.push(isa.parse::<u32>().unwrap());
        let answers = text.split("AK1*PO*").nth(1).unwrap();
        assert!(text.contains("AK9*A*1*1*1~"), "{text}");
        let group = answers.split('~').next().unwrap();
        *answered.entry(format!("{group}/{name}")).or_default() += 1;
    }
    numbers.sort_unstable();
    assert_eq!(numbers.len(), usize::try_from(FILES).unwrap(), "one answer a file");
    assert_eq!(numbers, (1..=FILES).collect::<Vec<_>>(), "no number twice, none lost");

    let mut orders: Vec<String> = home
        .delivered()
        .iter()
        .map(|(_, text)| {
            let record: Value = serde_json::from_str(text).unwrap();
            record["number"].as_str().unwrap().to_owned()
        })
        .collect();
    orders.sort();
    let mut expected: Vec<_> = (1..=FILES).map(|number| format!("PO{number}")).collect();
    expected.sort();
    assert_eq!(orders, expected, "each order once");

    let rows = home.show("transmissions");
    assert_eq!(rows.len(), usize::try_from(FILES).unwrap(), "each file is one transmission");
    assert!(rows.iter().all(|row| row["stage"] == "settled"));
}

#[test]
fn killed_when_bytes_have_just_become_durable() {
    killed_at("object");
}

#[test]
fn killed_when_a_file_has_just_left_the_folder() {
    killed_at("removed");
}

#[test]
fn killed_when_an_answer_has_just_been_placed() {
    killed_at("answer");
}

#[test]
fn killed_when_a_document_has_just_been_delivered() {
    killed_at("document");
}
