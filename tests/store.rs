//! One suite for every engine behind the store's door: what the ledger relies on. A second
//! engine is one more line in `on_every_engine!`.

#![expect(clippy::unwrap_used, reason = "a store that fails is a failed test")]
#![expect(clippy::indexing_slicing, reason = "a row that is not there is a failed test")]

use std::time::Duration;

use edigate::edge::store::sqlite::Sqlite;
use edigate::ledger::effect::Order;
use edigate::ledger::event::{Arrival, Event, TransmissionFact};
use edigate::ledger::query;
use edigate::ledger::record::{self, Claim};
use edigate::ledger::statement::{Batch, Statement, Value};
use edigate::ledger::transmission::{self, Terms};
use edigate::ledger::{migrate, sql};
use edigate::limits;
use edigate::ports::{Refusal, Store};
use edigate::vocabulary::digest::Digest;
use edigate::vocabulary::ids::TransmissionId;
use edigate::vocabulary::instant::Instant;

const NOW: Instant = Instant::from_micros(1_000_000_000);

macro_rules! on_every_engine {
    ($($case:ident)*) => {
        mod sqlite {
            $(#[tokio::test]
            async fn $case() {
                let home = tempfile::tempdir().unwrap();
                let store = super::Sqlite::open(&home.path().join("ledger.db"), super::NOW).unwrap();
                super::$case(&store).await;
            })*
        }
    };
}

on_every_engine! {
    a_batch_is_durable_whole_or_not_at_all
    a_refused_batch_does_not_take_others_of_its_commit_with_it
    more_batches_than_fit_one_commit_all_become_facts_in_one_dense_order
    a_fact_decided_on_an_old_view_is_refused
    an_effect_is_claimed_by_one_worker_at_a_time
    a_worker_that_lost_its_lease_can_record_nothing
    effects_of_one_lane_are_claimed_one_after_another
    a_control_number_is_used_once
    the_same_bytes_have_one_original
    what_was_written_is_what_is_read
    facts_are_never_changed_or_removed
    a_file_that_still_lies_there_is_collected_once
}

fn id(number: u8) -> TransmissionId {
    TransmissionId::new(NOW, [number; 10])
}

fn arrival(name: &str) -> Arrival {
    Arrival {
        mailbox: "drop".into(),
        folder: "acme".into(),
        name: name.into(),
        stamp: "1:2:3".into(),
        object: Digest::of(name.as_bytes()),
        length: 3,
        fingerprint: name.into(),
        duplicate_of: None,
    }
}

fn collected(id: TransmissionId, name: &str) -> Batch {
    let fact = TransmissionFact::Collected(arrival(name));
    let event = Event { subject: id, version: 1, at: NOW, actor: "edigate".into(), fact };
    let step = transmission::step(None, &event, &Terms::default(), NOW).unwrap();
    record::transmission(&event, &step)
}

const fn refused<T>(outcome: &Result<T, Refusal>) -> bool {
    matches!(outcome, Err(Refusal::Conflict))
}

async fn claims(store: &impl Store, who: &str, now: Instant, lease: Duration) -> Vec<Claim> {
    let rows = store.commit(record::claim(who, now, now.after(lease), 10)).await.unwrap();
    let mut claims: Vec<_> = rows.iter().map(|row| Claim::read(row).unwrap()).collect();
    claims.sort_by_key(|claim| claim.seq);
    claims
}

async fn a_batch_is_durable_whole_or_not_at_all(store: &impl Store) {
    let mut batch = collected(id(1), "po.edi");
    batch.push(record::use_numbers("isa", Some(6), 7));
    assert!(refused(&store.commit(batch).await), "the sequence is not at 6");
    for query in [query::transmissions(10), query::events_of(&id(1).to_string())] {
        assert_eq!(store.rows(query).await.unwrap(), []);
    }
    assert!(claims(store, "a", NOW, Duration::from_secs(1)).await.is_empty());
    store.commit(collected(id(1), "po.edi")).await.unwrap();
    assert_eq!(store.rows(query::transmissions(10)).await.unwrap().len(), 1);
}

async fn a_refused_batch_does_not_take_others_of_its_commit_with_it(store: &impl Store) {
    let bad = Batch::of(record::use_numbers("isa", Some(6), 7));
    let (first, refusal, last) = tokio::join!(
        store.commit(collected(id(1), "1.edi")),
        store.commit(bad),
        store.commit(collected(id(2), "2.edi")),
    );
    assert!(first.is_ok() && last.is_ok() && refused(&refusal));
    assert_eq!(store.rows(query::transmissions(10)).await.unwrap().len(), 2);
}

async fn more_batches_than_fit_one_commit_all_become_facts_in_one_dense_order(store: &impl Store) {
    let count = limits::COMMIT_QUEUE + limits::COMMIT_BATCHES + 1;
    let batch = |number: usize| {
        let mut random = [0; 10];
        random[..8].copy_from_slice(&u64::try_from(number).unwrap().to_be_bytes());
        collected(TransmissionId::new(NOW, random), &number.to_string())
    };
    let mut waiting: Vec<_> =
        (0..count).map(|number| Box::pin(store.commit(batch(number)))).collect();
    // All are handed in before the first is waited for, as many files at once are.
    std::future::poll_fn(|context| {
        waiting.retain_mut(|one| match one.as_mut().poll(context) {
            std::task::Poll::Ready(outcome) => {
                outcome.unwrap();
                false
            }
            std::task::Poll::Pending => true,
        });
        if waiting.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    let most = u64::try_from(count).unwrap() * 2;
    assert_eq!(store.rows(query::transmissions(most)).await.unwrap().len(), count);
    let numbers = Statement::any("SELECT seq FROM event ORDER BY seq", Vec::new());
    let numbers = store.rows(numbers).await.unwrap();
    assert!(numbers.iter().zip(0..).all(|(row, expected)| row.integer(0) == expected));
    assert_eq!(numbers.len(), count);
}

async fn a_fact_decided_on_an_old_view_is_refused(store: &impl Store) {
    store.commit(collected(id(1), "po.edi")).await.unwrap();
    let rows = store.rows(query::events_of(&id(1).to_string())).await.unwrap();
    let state = record::fold_transmission(id(1), &rows).unwrap().unwrap();
    let next = |fact| {
        let event = Event { subject: id(1), version: 2, at: NOW, actor: "edigate".into(), fact };
        let step = transmission::step(Some(&state), &event, &Terms::default(), NOW).unwrap();
        record::transmission(&event, &step)
    };
    store.commit(next(TransmissionFact::Released)).await.unwrap();
    let late = TransmissionFact::Overdue { what: "it".into() };
    assert!(refused(&store.commit(next(late)).await));
    assert_eq!(store.rows(query::events_of(&id(1).to_string())).await.unwrap().len(), 2);
}

async fn an_effect_is_claimed_by_one_worker_at_a_time(store: &impl Store) {
    let minute = Duration::from_secs(60);
    store.commit(collected(id(1), "po.edi")).await.unwrap();
    let first = claims(store, "a", NOW, minute).await;
    assert_eq!(first.len(), 2, "removing and reading are owed");
    assert!(claims(store, "b", NOW.after(minute / 2), minute).await.is_empty());
    let second = claims(store, "b", NOW.after(minute), minute).await;
    assert_eq!(second.len(), 2, "a lease that ran out is free");
    assert!(second.iter().all(|claim| claim.attempt == 2 && claim.epoch == 2));
}

async fn a_worker_that_lost_its_lease_can_record_nothing(store: &impl Store) {
    let minute = Duration::from_secs(60);
    store.commit(collected(id(1), "po.edi")).await.unwrap();
    let old = claims(store, "a", NOW, minute).await;
    let new = claims(store, "b", NOW.after(minute), minute).await;
    let until = NOW.after(10 * minute);
    assert!(refused(&store.commit(Batch::of(old[0].finish())).await));
    assert!(refused(&store.commit(old[0].renew(until)).await));
    assert!(refused(&store.commit(old[0].postpone(until, "late")).await));
    store.commit(new[0].renew(until)).await.unwrap();
    store.commit(Batch::of(new[0].finish())).await.unwrap();
    assert!(
        refused(&store.commit(Batch::of(new[0].finish())).await),
        "an outcome is recorded once"
    );
}

async fn effects_of_one_lane_are_claimed_one_after_another(store: &impl Store) {
    let minute = Duration::from_secs(60);
    for number in 1..=2 {
        let mut batch = collected(id(number), &number.to_string());
        batch.statements.retain(|statement| statement.sql != sql::EFFECT_ORDER);
        let effect = Order::Map { transmission: id(number) }.due(NOW);
        let order = serde_json::to_string(&effect.order).unwrap();
        let params: Vec<Value> =
            vec![effect.key.into(), "x".into(), "the lane".into(), order.into(), NOW.into()];
        batch.push(Statement::one(sql::EFFECT_ORDER, params));
        store.commit(batch).await.unwrap();
    }
    let first = claims(store, "a", NOW, minute).await;
    assert_eq!(first.len(), 1);
    assert_eq!(first[0].order, Order::Map { transmission: id(1) });
    assert!(claims(store, "b", NOW, minute).await.is_empty(), "the first is under way");
    store.commit(Batch::of(first[0].finish())).await.unwrap();
    let second = claims(store, "b", NOW, minute).await;
    assert_eq!(second[0].order, Order::Map { transmission: id(2) });
}

async fn a_control_number_is_used_once(store: &impl Store) {
    let first = |last| Batch::of(record::use_numbers("isa", None, last));
    store.commit(first(1)).await.unwrap();
    assert!(refused(&store.commit(first(1)).await));
    let next = || Batch::of(record::use_numbers("isa", Some(1), 3));
    let (one, other) = tokio::join!(store.commit(next()), store.commit(next()));
    assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|done| **done).count(), 1);
    let last = store.rows(Statement::any(sql::CONTROL_LAST, vec!["isa".into()])).await.unwrap();
    assert_eq!(last[0].integer(0), 3);
}

async fn the_same_bytes_have_one_original(store: &impl Store) {
    for number in 1..=2 {
        store.commit(collected(id(number), &number.to_string())).await.unwrap();
    }
    let stand = |number, before| Batch::of(record::stand_for("bytes", id(number), before));
    store.commit(stand(1, None)).await.unwrap();
    assert!(refused(&store.commit(stand(2, None)).await));
    store.commit(stand(2, Some(id(1)))).await.unwrap();
    assert!(refused(&store.commit(stand(1, Some(id(1)))).await));
    let found = store.rows(query::original("bytes")).await.unwrap();
    assert_eq!(query::read_original(&found[0]), Some((id(2), true)));
}

async fn what_was_written_is_what_is_read(store: &impl Store) {
    let texts = ["", "'; --", "Gr\u{fc}n \u{1f4e6}", "a\nb\tc", "$1 ? :name"];
    for (text, number) in texts.iter().zip(1..) {
        store.commit(collected(id(number), text)).await.unwrap();
    }
    let rows = store.rows(query::transmissions(10)).await.unwrap();
    let mut names: Vec<_> = rows.iter().map(|row| query::TransmissionRow::read(row).name).collect();
    names.reverse();
    assert_eq!(names, texts);
    for number in [i64::MIN, -1, 0, i64::MAX] {
        let echo = Statement::any("SELECT CAST($1 AS BIGINT)", vec![number.into()]);
        assert_eq!(store.rows(echo).await.unwrap()[0].integer(0), number);
    }
}

async fn facts_are_never_changed_or_removed(store: &impl Store) {
    store.commit(collected(id(1), "po.edi")).await.unwrap();
    for sql in ["UPDATE event SET body = ''", "DELETE FROM event"] {
        let outcome = store.commit(Batch::of(Statement::any(sql, Vec::new()))).await;
        assert!(matches!(outcome, Err(Refusal::Failed(_))), "{sql}");
    }
    let facts = store.rows(query::events_of(&id(1).to_string())).await.unwrap();
    assert!(facts[0].text(3).contains("collected"));
}

async fn a_file_that_still_lies_there_is_collected_once(store: &impl Store) {
    store.commit(collected(id(1), "po.edi")).await.unwrap();
    assert!(refused(&store.commit(collected(id(2), "po.edi")).await));
}

#[tokio::test]
async fn a_second_daemon_in_the_same_home_is_told_so() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("ledger.db");
    let first = Sqlite::open(&path, NOW).unwrap();
    let second = Sqlite::open(&path, NOW).unwrap_err();
    assert!(second.operator_text.contains("another edigate already works"), "{second}");
    Sqlite::look(&path).expect("looking is allowed beside a daemon");
    drop(first);
    Sqlite::open(&path, NOW).expect("and working after it ended");
}

#[tokio::test]
async fn a_ledger_keeps_what_it_has_when_it_is_opened_again() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("ledger.db");
    let first = Sqlite::open(&path, NOW).unwrap();
    first.commit(collected(id(1), "po.edi")).await.unwrap();
    drop(first);
    let again = Sqlite::open(&path, NOW).unwrap();
    assert_eq!(again.rows(query::transmissions(10)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_ledger_of_a_newer_program_is_not_touched() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("ledger.db");
    let store = Sqlite::open(&path, NOW).unwrap();
    let newer = migrate::Migration { number: 99, name: "future", sql: "" };
    store.commit(migrate::record(&newer, NOW)).await.unwrap();
    drop(store);
    for opened in [Sqlite::open(&path, NOW), Sqlite::look(&path)] {
        let failure = opened.unwrap_err();
        assert!(failure.operator_text.contains("run the newer edigate"), "{failure}");
    }
}
