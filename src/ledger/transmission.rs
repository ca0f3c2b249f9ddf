//! The stages of a transmission, and what follows from each fact about one.
//!
//! ```text
//!             ┌► quarantined      (nobody known sent it; its bytes stay)
//! collected ──┼► held             (waits for a person)
//!     │       └► screened ──► acknowledged ──► settled
//!     └ duplicate                 (same bytes as another: answered, not read again)
//! ```
//!
//! Beside the stage stands what is still owed; a transmission settles when nothing is.

use std::collections::BTreeSet;
use std::time::Duration;

use super::effect::{Deadline, Effect, Illegal, Order, Step};
use super::event::{Cause, Interchange, Screening, TransmissionEvent, TransmissionFact};
use crate::vocabulary::digest::Digest;
use crate::vocabulary::ids::TransmissionId;
use crate::vocabulary::instant::Instant;

/// Where a transmission stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// Its bytes are durable.
    Collected,
    /// Its bytes are those of an earlier one.
    Duplicate,
    /// Nobody known sent it.
    Quarantined,
    /// It waits for a person.
    Held,
    /// It was read and checked.
    Screened,
    /// Its answers are written.
    Acknowledged,
    /// Nothing more is owed.
    Settled,
}

/// Something still owed for a transmission.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Owed {
    /// Removing what the partner placed.
    Release,
    /// Reading it.
    Screening,
    /// Writing the answers.
    Answer,
    /// Placing one answer: partner and name.
    Placement(String, String),
    /// Making documents.
    Mapping,
}

/// What is known of a transmission.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transmission {
    /// Which.
    pub id: TransmissionId,
    /// How many facts are known.
    pub version: i64,
    /// Where it stands.
    pub stage: Stage,
    /// What is still owed.
    pub owed: BTreeSet<Owed>,
    /// How it came in.
    pub arrival: super::event::Arrival,
    /// When.
    pub arrived: Instant,
    /// When the partner's file was removed.
    pub released: Option<Instant>,
    /// What screening found.
    pub screening: Option<Screening>,
    /// The answers written, with the name each lies under once placed.
    pub answers: Vec<(super::event::Answer, Option<String>)>,
    /// Why it waits, when it does.
    pub cause: Option<Cause>,
    /// Deadlines that passed.
    pub overdue: Vec<String>,
}

/// What the agreement in force says that a step needs to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Terms {
    /// An answer is to lie in the partner's folder this long after arrival.
    pub answer_within: Option<Duration>,
}

/// What follows from `event`. Pure: `now` comes in.
///
/// # Errors
///
/// [`Illegal`] when the fact can't follow what is known.
pub fn step(
    state: Option<&Transmission>,
    event: &TransmissionEvent,
    terms: &Terms,
    now: Instant,
) -> Result<Step<Transmission>, Illegal> {
    let after = apply(state, event)?;
    let effects = owed_by(&after, &event.fact, now);
    let mut deadlines = Vec::new();
    let key = format!("answer/{}", after.id);
    if let (TransmissionFact::Screened(_), Some(within)) = (&event.fact, terms.answer_within) {
        let what = "the acknowledgment in the partner's folder".to_owned();
        let due = after.arrived.after(within);
        deadlines.push(Deadline::Set { key: key.clone(), what, due });
    }
    let unanswered = |owed: &Owed| matches!(owed, Owed::Answer | Owed::Placement(..));
    let answered = after.screening.is_some() && !after.owed.iter().any(unanswered);
    if answered || matches!(event.fact, TransmissionFact::Overdue { .. }) {
        deadlines.push(Deadline::Met { key });
    }
    Ok(Step { state: after, effects, deadlines })
}

/// The state after `event`, from the facts alone: folding this over a transmission's events
/// gives its state whatever the partner files say today.
///
/// # Errors
///
/// [`Illegal`] when the fact can't follow what is known.
pub fn apply(
    state: Option<&Transmission>,
    event: &TransmissionEvent,
) -> Result<Transmission, Illegal> {
    let illegal = |stage: &'static str| Illegal {
        fact: event.fact.name(),
        version: event.version.saturating_sub(1),
        stage,
    };
    let Some(before) = state else {
        return match &event.fact {
            TransmissionFact::Collected(arrival) if event.version == 1 => {
                Ok(Transmission::collected(event, arrival.clone()))
            }
            _ => Err(illegal("nothing")),
        };
    };
    if event.version != before.version.saturating_add(1) || event.subject != before.id {
        return Err(illegal(before.stage.name()));
    }
    let mut after = before.clone();
    after.version = event.version;
    if !after.take(event) {
        return Err(illegal(before.stage.name()));
    }
    if after.stage == Stage::Acknowledged && after.owed.is_empty() {
        after.stage = Stage::Settled;
    }
    Ok(after)
}

impl Transmission {
    fn collected(event: &TransmissionEvent, arrival: super::event::Arrival) -> Self {
        let (stage, next) = match arrival.duplicate_of {
            None => (Stage::Collected, Owed::Screening),
            Some(_) => (Stage::Duplicate, Owed::Answer),
        };
        Self {
            id: event.subject,
            version: event.version,
            stage,
            owed: BTreeSet::from([Owed::Release, next]),
            arrival,
            arrived: event.at,
            released: None,
            screening: None,
            answers: Vec::new(),
            cause: None,
            overdue: Vec::new(),
        }
    }

    /// Takes a fact; whether it could follow.
    fn take(&mut self, event: &TransmissionEvent) -> bool {
        match (&event.fact, self.stage) {
            (TransmissionFact::Released, _) => {
                self.released = Some(event.at);
                self.owed.remove(&Owed::Release)
            }
            (TransmissionFact::Quarantined(cause), Stage::Collected) => {
                self.stop(Stage::Quarantined, cause)
            }
            (TransmissionFact::Held(cause), Stage::Collected) => self.stop(Stage::Held, cause),
            (TransmissionFact::Held(cause), Stage::Duplicate) => {
                self.stage = Stage::Held;
                self.cause = Some(cause.clone());
                self.owed.remove(&Owed::Answer)
            }
            (TransmissionFact::Screened(screening), Stage::Collected) => {
                self.stage = Stage::Screened;
                self.owed.insert(Owed::Answer);
                if screening.accepted > 0 {
                    self.owed.insert(Owed::Mapping);
                }
                self.screening = Some(screening.clone());
                self.owed.remove(&Owed::Screening)
            }
            (TransmissionFact::Answered { answers }, Stage::Screened | Stage::Duplicate) => {
                if self.stage == Stage::Screened {
                    self.stage = Stage::Acknowledged;
                }
                for answer in answers {
                    let owed = Owed::Placement(answer.partner.clone(), answer.name.clone());
                    self.owed.insert(owed);
                    self.answers.push((answer.clone(), None));
                }
                self.owed.remove(&Owed::Answer)
            }
            (TransmissionFact::Placed { partner, name, placed }, _) => {
                let lies = |(answer, _): &&mut (super::event::Answer, Option<String>)| {
                    answer.partner == *partner && answer.name == *name
                };
                if let Some((_, place)) = self.answers.iter_mut().find(lies) {
                    *place = Some(placed.clone());
                }
                self.owed.remove(&Owed::Placement(partner.clone(), name.clone()))
            }
            (TransmissionFact::Mapped { .. }, _) => self.owed.remove(&Owed::Mapping),
            (TransmissionFact::Overdue { what }, _) => {
                self.overdue.push(what.clone());
                true
            }
            (
                TransmissionFact::Collected(_)
                | TransmissionFact::Quarantined(_)
                | TransmissionFact::Held(_)
                | TransmissionFact::Screened(_)
                | TransmissionFact::Answered { .. },
                _,
            ) => false,
        }
    }

    fn stop(&mut self, stage: Stage, cause: &Cause) -> bool {
        self.stage = stage;
        self.cause = Some(cause.clone());
        self.owed.remove(&Owed::Screening)
    }

    /// What people read beside the stage: the cause, or what is overdue.
    #[must_use]
    pub fn note(&self) -> String {
        match (&self.cause, self.arrival.duplicate_of, self.overdue.last()) {
            (Some(cause), _, _) => cause.reason.clone(),
            (None, Some(original), _) => format!("same bytes as {}", original.short()),
            (None, None, Some(what)) => format!("overdue: {what}"),
            (None, None, None) => String::new(),
        }
    }

    /// The interchanges screening found.
    #[must_use]
    pub fn interchanges(&self) -> &[Interchange] {
        self.screening.as_ref().map_or(&[], |screening| &screening.interchanges)
    }
}

/// What the outside must do because of a fact.
fn owed_by(after: &Transmission, fact: &TransmissionFact, now: Instant) -> Vec<Effect> {
    let transmission = after.id;
    match fact {
        TransmissionFact::Collected(arrival) => {
            let next = match arrival.duplicate_of {
                None => Order::Screen { transmission },
                Some(_) => Order::Answer { transmission },
            };
            vec![Order::Release { transmission }.due(now), next.due(now)]
        }
        TransmissionFact::Screened(screening) => {
            let mut effects = vec![Order::Answer { transmission }.due(now)];
            if screening.accepted > 0 {
                effects.push(Order::Map { transmission }.due(now));
            }
            effects
        }
        TransmissionFact::Answered { answers } => {
            answers.iter().map(|answer| place(transmission, answer).due(now)).collect()
        }
        TransmissionFact::Released
        | TransmissionFact::Quarantined(_)
        | TransmissionFact::Placed { .. }
        | TransmissionFact::Mapped { .. }
        | TransmissionFact::Held(_)
        | TransmissionFact::Overdue { .. } => Vec::new(),
    }
}

fn place(transmission: TransmissionId, answer: &super::event::Answer) -> Order {
    let object: Digest = answer.object;
    Order::Place {
        transmission,
        partner: answer.partner.clone(),
        name: answer.name.clone(),
        object,
    }
}

impl Stage {
    /// Every stage, in the order a transmission may pass them.
    pub const ALL: [Self; 7] = [
        Self::Collected,
        Self::Duplicate,
        Self::Quarantined,
        Self::Held,
        Self::Screened,
        Self::Acknowledged,
        Self::Settled,
    ];

    /// Its name, as the ledger's column has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Collected => "collected",
            Self::Duplicate => "duplicate",
            Self::Quarantined => "quarantined",
            Self::Held => "held",
            Self::Screened => "screened",
            Self::Acknowledged => "acknowledged",
            Self::Settled => "settled",
        }
    }

    /// Whether a transmission here stands for its bytes, so that the same bytes again are a
    /// duplicate. What never took effect does not: it may be sent again once its cause is gone.
    #[must_use]
    pub fn stands(name: &str) -> bool {
        ![Self::Quarantined.name(), Self::Held.name()].contains(&name)
    }
}
