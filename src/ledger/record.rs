//! From steps to batches, and from rows back to states.

use super::document::{self, Document};
use super::effect::{Deadline, Effect, Illegal, Order, Step};
use super::event::{DocumentEvent, DocumentFact, Event, TransmissionEvent, TransmissionFact};
use super::sql;
use super::statement::{Batch, Row, Statement, Value};
use super::transmission::{self, Transmission};
use crate::vocabulary::digest::Digest;
use crate::vocabulary::ids::{DocumentId, TransmissionId};
use crate::vocabulary::instant::Instant;

/// An effect somebody holds under a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// Its idempotency key.
    pub key: String,
    /// What is to be done.
    pub order: Order,
    /// The fence: a claim with an older epoch can record nothing.
    pub epoch: i64,
    /// Which attempt this is, 1 the first.
    pub attempt: i64,
    /// Its place in the order of all effects.
    pub seq: i64,
}

impl Claim {
    /// Removes the effect from the outbox, if the lease is still held. It goes into the batch
    /// that records the outcome.
    #[must_use]
    pub fn finish(&self) -> Statement {
        let params = vec![self.key.as_str().into(), self.epoch.into()];
        Statement::one(sql::EFFECT_FINISH, params)
    }

    /// Keeps the lease.
    #[must_use]
    pub fn renew(&self, until: Instant) -> Batch {
        let params = vec![self.key.as_str().into(), self.epoch.into(), until.into()];
        Batch::of(Statement::one(sql::EFFECT_RENEW, params))
    }

    /// Gives the effect back, to be tried again at `due`; `trouble` says why.
    #[must_use]
    pub fn postpone(&self, due: Instant, trouble: &str) -> Batch {
        let params = vec![self.key.as_str().into(), self.epoch.into(), due.into(), trouble.into()];
        Batch::of(Statement::one(sql::EFFECT_POSTPONE, params))
    }

    /// Reads a row of `EFFECT_CLAIM`; `None` when its order can't be read.
    #[must_use]
    pub fn read(row: &Row) -> Option<Self> {
        Some(Self {
            key: row.text(0).to_owned(),
            order: serde_json::from_str(row.text(2)).ok()?,
            epoch: row.integer(3),
            attempt: row.integer(4),
            seq: row.integer(5),
        })
    }
}

/// Claims at most `most` due effects for `holder` until `until`.
#[must_use]
pub fn claim(holder: &str, now: Instant, until: Instant, most: u64) -> Batch {
    let params = vec![holder.into(), until.into(), now.into(), most.into()];
    Batch::of(Statement::any(sql::EFFECT_CLAIM, params))
}

/// Makes the fact, the new state, what it owes and what it waits for one batch.
///
/// # Panics
///
/// Never: the facts serialise by construction.
#[must_use]
pub fn transmission(event: &TransmissionEvent, step: &Step<Transmission>) -> Batch {
    let mut batch = append(event, event.fact.name(), body(&event.fact));
    let subject = event.subject.to_string();
    let state = &step.state;
    match &event.fact {
        TransmissionFact::Collected(arrival) => {
            batch.push(name_object(arrival.object, arrival.length, "received", &subject));
            batch.push(Statement::one(sql::TRANSMISSION_NEW, first_row(state)));
        }
        _ => batch.push(Statement::one(sql::TRANSMISSION_CHANGE, changed_row(state))),
    }
    match &event.fact {
        TransmissionFact::Answered { answers } => {
            for answer in answers {
                batch.push(name_object(answer.object, answer.length, "answer", &subject));
                batch.push(Statement::one(
                    sql::ANSWER_NEW,
                    vec![
                        subject.as_str().into(),
                        answer.partner.as_str().into(),
                        answer.name.as_str().into(),
                        format!("{} {}", answer.kind, answer.says).into(),
                        format!("{:09}", answer.control.0).into(),
                        answer.object.into(),
                    ],
                ));
            }
        }
        TransmissionFact::Placed { partner, name, placed } => {
            let params = [&subject, partner, name, placed].map(|text| text.as_str().into());
            batch.push(Statement::one(sql::ANSWER_PLACED, params.into()));
        }
        _ => {}
    }
    owe(&mut batch, &subject, &step.effects, &step.deadlines);
    batch
}

/// Makes the fact about a document, its new state and what it owes one batch.
#[must_use]
pub fn document(event: &DocumentEvent, step: &Step<Document>) -> Batch {
    let mut batch = append(event, event.fact.name(), body(&event.fact));
    let subject = event.subject.to_string();
    let state = &step.state;
    let note = state.cause.as_ref().map_or("", |cause| &cause.reason);
    if let DocumentFact::Accepted(record) = &event.fact {
        batch.push(name_object(record.object, record.length, "record", &subject));
        batch.push(Statement::one(
            sql::DOCUMENT_NEW,
            vec![
                subject.as_str().into(),
                state.version.into(),
                state.stage.name().into(),
                record.transmission.to_string().into(),
                record.ordinal.into(),
                record.partner.as_str().into(),
                record.kind.as_str().into(),
                record.number.as_str().into(),
                record.set.as_str().into(),
                record.control.as_str().into(),
                record.object.into(),
                note.into(),
                state.accepted.into(),
            ],
        ));
    } else {
        batch.push(Statement::one(
            sql::DOCUMENT_CHANGE,
            vec![
                subject.as_str().into(),
                state.version.into(),
                state.stage.name().into(),
                state.place.as_deref().unwrap_or_default().into(),
                note.into(),
            ],
        ));
    }
    owe(&mut batch, &subject, &step.effects, &step.deadlines);
    batch
}

/// Records that an object was found in the archive that no fact names: an interruption left it
/// there between its becoming durable and its fact.
#[must_use]
pub fn found(object: Digest, length: u64, actor: &str, now: Instant) -> Batch {
    let subject = format!("archive/{object}");
    let fact = format!("{{\"fact\":\"found\",\"object\":\"{object}\",\"length\":{length}}}");
    let event =
        Event { subject: subject.clone(), version: 1, at: now, actor: actor.to_owned(), fact: () };
    let mut batch = append(&event, "found", fact);
    batch.push(name_object(object, length, "unclaimed", &subject));
    batch
}

/// Says that a transmission stands for its bytes from now on, in the place of `before` when
/// that one never took effect. Refused when somebody else was first.
#[must_use]
pub fn stand_for(
    fingerprint: &str,
    transmission: TransmissionId,
    before: Option<TransmissionId>,
) -> Statement {
    let mut params: Vec<Value> = vec![fingerprint.into(), transmission.to_string().into()];
    match before {
        None => Statement::one(sql::ORIGINAL_CLAIM, params),
        Some(before) => {
            params.push(before.to_string().into());
            Statement::one(sql::ORIGINAL_INHERIT, params)
        }
    }
}

/// Uses the control numbers of a sequence up to `last`. `before` is what was read; the batch is
/// refused when it is no longer so, and nobody uses a number twice.
#[must_use]
pub fn use_numbers(sequence: &str, before: Option<u64>, last: u64) -> Statement {
    match before {
        None => Statement::one(sql::CONTROL_FIRST, vec![sequence.into(), last.into()]),
        Some(before) => {
            Statement::one(sql::CONTROL_ADVANCE, vec![sequence.into(), last.into(), before.into()])
        }
    }
}

/// Why facts read from a store make no state.
#[derive(Debug, thiserror::Error)]
pub enum Unfit {
    /// A body that can't be read.
    #[error("version {version} of {subject} can't be read: {cause}")]
    Body {
        /// The subject.
        subject: String,
        /// The version.
        version: i64,
        /// What serde says.
        cause: serde_json::Error,
    },
    /// A fact that can't follow the one before.
    #[error("{subject}: {cause}")]
    Order {
        /// The subject.
        subject: String,
        /// What the step says.
        cause: Illegal,
    },
}

/// The state of a transmission from the rows of `EVENTS_OF`; `None` when there are none.
///
/// # Errors
///
/// [`Unfit`] when the rows are not what this program wrote.
pub fn fold_transmission(id: TransmissionId, rows: &[Row]) -> Result<Option<Transmission>, Unfit> {
    let mut state = None;
    for row in rows {
        let event: TransmissionEvent = read(id, row)?;
        let next = transmission::apply(state.as_ref(), &event)
            .map_err(|cause| Unfit::Order { subject: id.to_string(), cause })?;
        state = Some(next);
    }
    Ok(state)
}

/// The state of a document from the rows of `EVENTS_OF`; `None` when there are none.
///
/// # Errors
///
/// [`Unfit`] when the rows are not what this program wrote.
pub fn fold_document(id: DocumentId, rows: &[Row]) -> Result<Option<Document>, Unfit> {
    let mut state = None;
    for row in rows {
        let event: DocumentEvent = read(id, row)?;
        let next = document::apply(state.as_ref(), &event)
            .map_err(|cause| Unfit::Order { subject: id.to_string(), cause })?;
        state = Some(next);
    }
    Ok(state)
}

fn read<S: ToString, F: serde::de::DeserializeOwned>(
    subject: S,
    row: &Row,
) -> Result<Event<S, F>, Unfit> {
    let version = row.integer(0);
    let fact = serde_json::from_str(row.text(3)).map_err(|cause| Unfit::Body {
        subject: subject.to_string(),
        version,
        cause,
    })?;
    let at = Instant::from_micros(row.integer(1));
    Ok(Event { subject, version, at, actor: row.text(2).to_owned(), fact })
}

fn append<S: ToString, F>(event: &Event<S, F>, name: &str, body: String) -> Batch {
    let mut batch = Batch::of(Statement::one(sql::LOG_ADVANCE, Vec::new()));
    batch.push(Statement::one(
        sql::EVENT_APPEND,
        vec![
            event.subject.to_string().into(),
            event.version.into(),
            event.at.into(),
            event.actor.as_str().into(),
            name.into(),
            body.into(),
        ],
    ));
    batch
}

/// JSON of a fact or an order. Ours have no map with keys that are no text, the only way in
/// which this could fail.
fn body<T: serde::Serialize>(fact: &T) -> String {
    serde_json::to_string(fact).unwrap_or_default()
}

fn name_object(digest: Digest, length: u64, role: &str, subject: &str) -> Statement {
    let params = vec![digest.into(), length.into(), role.into(), subject.into()];
    Statement::any(sql::OBJECT_NAME, params)
}

fn owe(batch: &mut Batch, subject: &str, effects: &[Effect], deadlines: &[Deadline]) {
    for effect in effects {
        let params = vec![
            effect.key.as_str().into(),
            subject.into(),
            effect.lane.as_str().into(),
            body(&effect.order).into(),
            effect.due.into(),
        ];
        batch.push(Statement::one(sql::EFFECT_ORDER, params));
    }
    for deadline in deadlines {
        batch.push(match deadline {
            Deadline::Set { key, what, due } => Statement::any(
                sql::DEADLINE_SET,
                vec![key.as_str().into(), subject.into(), what.as_str().into(), (*due).into()],
            ),
            Deadline::Met { key } => Statement::any(sql::DEADLINE_MET, vec![key.as_str().into()]),
        });
    }
}

fn first_row(state: &Transmission) -> Vec<Value> {
    let arrival = &state.arrival;
    vec![
        state.id.to_string().into(),
        state.version.into(),
        state.stage.name().into(),
        "".into(),
        "".into(),
        "".into(),
        state.note().into(),
        arrival.mailbox.as_str().into(),
        arrival.folder.as_str().into(),
        arrival.name.as_str().into(),
        arrival.stamp.as_str().into(),
        arrival.object.into(),
        arrival.length.into(),
        arrival.fingerprint.as_str().into(),
        state.arrived.into(),
        owed(state),
    ]
}

fn changed_row(state: &Transmission) -> Vec<Value> {
    let screening = state.screening.as_ref();
    vec![
        state.id.to_string().into(),
        state.version.into(),
        state.stage.name().into(),
        screening.map_or("", |found| &found.verdict).into(),
        screening.map_or("", |found| &found.partner).into(),
        screening.map_or("", |found| &found.contents).into(),
        state.note().into(),
        state.released.map_or(0, Instant::micros).into(),
        owed(state),
    ]
}

fn owed(state: &Transmission) -> Value {
    u64::try_from(state.owed.len()).unwrap_or(u64::MAX).into()
}
