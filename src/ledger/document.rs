//! The stages of a document, and what follows from each fact about one.
//!
//! ```text
//! accepted ──► delivered
//!     └► held                (waits for a person)
//! ```

use super::effect::{Effect, Illegal, Order, Step};
use super::event::{Cause, DocumentEvent, DocumentFact, Record};
use crate::vocabulary::ids::DocumentId;
use crate::vocabulary::instant::Instant;

/// Where a document stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Its record is durable, its delivery owed.
    Accepted,
    /// It waits for a person.
    Held,
    /// It lies where it was to go.
    Delivered,
}

/// What is known of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which.
    pub id: DocumentId,
    /// How many facts are known.
    pub version: i64,
    /// Where it stands.
    pub stage: Stage,
    /// Its record and where it came from.
    pub record: Record,
    /// When it was accepted.
    pub accepted: Instant,
    /// Where it lies, once delivered.
    pub place: Option<String>,
    /// Why it waits, when it does.
    pub cause: Option<Cause>,
}

/// What follows from `event`. Pure: `now` comes in.
///
/// # Errors
///
/// [`Illegal`] when the fact can't follow what is known.
pub fn step(
    state: Option<&Document>,
    event: &DocumentEvent,
    now: Instant,
) -> Result<Step<Document>, Illegal> {
    let after = apply(state, event)?;
    let effects = match (&event.fact, after.stage) {
        (DocumentFact::Accepted(record), Stage::Accepted) => vec![deliver(after.id, record, now)],
        _ => Vec::new(),
    };
    Ok(Step { state: after, effects, deadlines: Vec::new() })
}

/// The state after `event`, from the facts alone.
///
/// # Errors
///
/// [`Illegal`] when the fact can't follow what is known.
pub fn apply(state: Option<&Document>, event: &DocumentEvent) -> Result<Document, Illegal> {
    let illegal = |stage: &'static str| Illegal {
        fact: event.fact.name(),
        version: event.version.saturating_sub(1),
        stage,
    };
    let Some(before) = state else {
        return match &event.fact {
            DocumentFact::Accepted(record) if event.version == 1 => Ok(Document {
                id: event.subject,
                version: event.version,
                stage: if record.hold.is_some() { Stage::Held } else { Stage::Accepted },
                record: record.clone(),
                accepted: event.at,
                place: None,
                cause: record.hold.clone(),
            }),
            _ => Err(illegal("nothing")),
        };
    };
    if event.version != before.version.saturating_add(1) || event.subject != before.id {
        return Err(illegal(before.stage.name()));
    }
    let mut after = before.clone();
    after.version = event.version;
    match (&event.fact, before.stage) {
        (DocumentFact::Delivered { place }, Stage::Accepted) => {
            after.stage = Stage::Delivered;
            after.place = Some(place.clone());
        }
        (DocumentFact::Held(cause), Stage::Accepted) => {
            after.stage = Stage::Held;
            after.cause = Some(cause.clone());
        }
        (DocumentFact::Accepted(_) | DocumentFact::Delivered { .. } | DocumentFact::Held(_), _) => {
            return Err(illegal(before.stage.name()));
        }
    }
    Ok(after)
}

/// Documents of one partner, kind and number go out in the order they came.
fn deliver(document: DocumentId, record: &Record, now: Instant) -> Effect {
    let mut effect = Order::Deliver { document }.due(now);
    if !record.number.is_empty() {
        effect.lane = format!("deliver/{}/{}/{}", record.partner, record.kind, record.number);
    }
    effect
}

impl Stage {
    /// Its name, as the ledger's column has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Held => "held",
            Self::Delivered => "delivered",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::event::Event;
    use crate::vocabulary::digest::Digest;
    use crate::vocabulary::ids::TransmissionId;

    fn record(number: &str, hold: Option<Cause>) -> Record {
        Record {
            transmission: TransmissionId::new(Instant::from_micros(0), [1; 10]),
            ordinal: 1,
            partner: "acme".into(),
            kind: "purchase_order".into(),
            number: number.into(),
            set: "850".into(),
            control: "0001".into(),
            object: Digest::of(b"{}"),
            length: 2,
            hold,
        }
    }

    fn event(version: i64, fact: DocumentFact) -> DocumentEvent {
        let transmission = TransmissionId::new(Instant::from_micros(0), [1; 10]);
        let subject = DocumentId::of_set(transmission, 1);
        Event { subject, version, at: Instant::from_micros(version), actor: String::new(), fact }
    }

    fn delivered() -> DocumentFact {
        DocumentFact::Delivered { place: "delivered/acme/purchase_order-1.json".into() }
    }

    fn cause() -> Cause {
        Cause { reason: "a test".into(), owner: "Ann".into(), next: "ask".into() }
    }

    #[test]
    fn an_accepted_document_is_delivered_once() {
        let now = Instant::from_micros(5);
        let first = event(1, DocumentFact::Accepted(record("1", None)));
        let step = step(None, &first, now).unwrap();
        assert_eq!(step.effects.len(), 1);
        let after = apply(Some(&step.state), &event(2, delivered())).unwrap();
        assert_eq!(after.stage, Stage::Delivered);
        assert!(apply(Some(&after), &event(3, delivered())).is_err());
    }

    #[test]
    fn one_business_key_keeps_its_order_and_others_do_not_wait_for_it() {
        let now = Instant::from_micros(5);
        let lane = |number: &str| {
            let first = event(1, DocumentFact::Accepted(record(number, None)));
            step(None, &first, now).unwrap().effects.remove(0).lane
        };
        assert_eq!(lane("4711"), lane("4711"));
        assert_ne!(lane("4711"), lane("4712"));
    }

    #[test]
    fn what_waits_for_a_person_is_not_delivered() {
        let now = Instant::from_micros(5);
        let first = event(1, DocumentFact::Accepted(record("1", Some(cause()))));
        let step = step(None, &first, now).unwrap();
        assert_eq!((step.state.stage, step.effects.len()), (Stage::Held, 0));
        assert!(apply(Some(&step.state), &event(2, delivered())).is_err());
    }
}
