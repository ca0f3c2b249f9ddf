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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::event::{Answer, Arrival, Event};
    use proptest::prelude::*;

    fn id() -> TransmissionId {
        TransmissionId::new(Instant::from_micros(1_000_000), [7; 10])
    }

    fn arrival(duplicate_of: Option<TransmissionId>) -> Arrival {
        Arrival {
            mailbox: "drop".into(),
            folder: "acme".into(),
            name: "po.edi".into(),
            stamp: "1:2:3:4.0".into(),
            object: Digest::of(b"ISA"),
            length: 3,
            fingerprint: "sha256:x".into(),
            duplicate_of,
        }
    }

    fn screened(accepted: u64) -> TransmissionFact {
        TransmissionFact::Screened(Screening { accepted, ..Screening::default() })
    }

    fn answered(names: &[&str]) -> TransmissionFact {
        let answer = |name: &&str| Answer {
            partner: "acme".into(),
            name: (*name).into(),
            kind: "997".into(),
            says: "accepted".into(),
            object: Digest::of(name.as_bytes()),
            length: 1,
            sequence: "isa".into(),
            control: (1, 1),
        };
        TransmissionFact::Answered { answers: names.iter().map(answer).collect() }
    }

    fn placed(name: &str) -> TransmissionFact {
        let name = name.to_owned();
        TransmissionFact::Placed { partner: "acme".into(), placed: name.clone(), name }
    }

    fn cause() -> Cause {
        Cause { reason: "why".into(), owner: "who".into(), next: "what".into() }
    }

    fn mapped() -> TransmissionFact {
        TransmissionFact::Mapped { documents: 1, held: 0 }
    }

    /// Steps through facts; the last step, or the fact that could not follow.
    fn through(facts: &[TransmissionFact]) -> Result<Step<Transmission>, Illegal> {
        let terms = Terms { answer_within: Some(Duration::from_secs(3_600)) };
        let mut last: Option<Step<Transmission>> = None;
        for (fact, version) in facts.iter().zip(1..) {
            let now = Instant::from_micros(version * 1_000_000);
            let actor = "edigate".into();
            let event = Event { subject: id(), version, at: now, actor, fact: fact.clone() };
            last = Some(step(last.as_ref().map(|step| &step.state), &event, &terms, now)?);
        }
        Ok(last.expect("at least one fact"))
    }

    fn orders(step: &Step<Transmission>) -> Vec<&'static str> {
        step.effects.iter().map(|effect| effect.order.name()).collect()
    }

    #[test]
    fn what_is_durable_may_leave_the_folder_and_is_read() {
        let step = through(&[TransmissionFact::Collected(arrival(None))]).unwrap();
        assert_eq!(orders(&step), ["release", "screen"]);
        assert_eq!(step.state.stage, Stage::Collected);
    }

    #[test]
    fn the_same_bytes_again_are_answered_and_never_read() {
        let facts = [TransmissionFact::Collected(arrival(Some(id())))];
        let step = through(&facts).unwrap();
        assert_eq!(
            (orders(&step), step.state.stage),
            (vec!["release", "answer"], Stage::Duplicate)
        );
        let reading = through(&[facts[0].clone(), screened(1)]).unwrap_err();
        assert_eq!(reading.to_string(), "screened cannot follow version 1 (duplicate)");
    }

    #[test]
    fn an_answer_does_not_wait_for_documents_nor_they_for_it() {
        let facts = [TransmissionFact::Collected(arrival(None)), screened(2)];
        assert_eq!(orders(&through(&facts).unwrap()), ["answer", "map"]);
    }

    #[test]
    fn a_refused_file_is_answered_and_makes_no_documents() {
        let facts = [TransmissionFact::Collected(arrival(None)), screened(0)];
        assert_eq!(orders(&through(&facts).unwrap()), ["answer"]);
    }

    #[test]
    fn it_settles_when_the_last_thing_owed_is_done_in_whatever_order() {
        let start =
            [TransmissionFact::Collected(arrival(None)), screened(1), answered(&["a", "b"])];
        let rest = [TransmissionFact::Released, placed("b"), mapped(), placed("a")];
        for turn in 0..rest.len() {
            let mut facts = start.to_vec();
            let mut order = rest.to_vec();
            order.rotate_left(turn);
            facts.extend(order);
            assert_eq!(through(&facts).unwrap().state.stage, Stage::Settled, "turn {turn}");
            facts.pop();
            assert_eq!(through(&facts).unwrap().state.stage, Stage::Acknowledged, "turn {turn}");
        }
    }

    #[test]
    fn nothing_is_done_twice() {
        let start = [TransmissionFact::Collected(arrival(None)), screened(1), answered(&["a"])];
        for twice in [TransmissionFact::Released, placed("a"), mapped()] {
            let mut facts = start.to_vec();
            facts.extend([twice.clone(), twice.clone()]);
            assert!(through(&facts).is_err(), "{twice:?}");
        }
        let mut facts = start.to_vec();
        facts.push(placed("never answered"));
        assert!(through(&facts).is_err());
    }

    #[test]
    fn what_is_quarantined_or_held_does_not_stand_for_its_bytes() {
        for (fact, stage) in [
            (TransmissionFact::Quarantined(cause()), Stage::Quarantined),
            (TransmissionFact::Held(cause()), Stage::Held),
        ] {
            let step = through(&[TransmissionFact::Collected(arrival(None)), fact]).unwrap();
            assert_eq!((step.state.stage, step.state.note().as_str()), (stage, "why"));
            assert!(!Stage::stands(stage.name()) && step.effects.is_empty());
        }
        assert!(Stage::stands(Stage::Collected.name()) && Stage::stands(Stage::Settled.name()));
    }

    #[test]
    fn an_answer_is_waited_for_until_it_lies_there() {
        let mut facts = vec![TransmissionFact::Collected(arrival(None)), screened(0)];
        let due = Instant::from_micros(3_601_000_000);
        let step = through(&facts).unwrap();
        assert!(matches!(&step.deadlines[..], [Deadline::Set { due: at, .. }] if *at == due));
        facts.push(answered(&["a"]));
        assert_eq!(through(&facts).unwrap().deadlines, []);
        facts.push(placed("a"));
        assert!(matches!(through(&facts).unwrap().deadlines[..], [Deadline::Met { .. }]));
    }

    #[test]
    fn silence_is_shown_and_loses_no_place() {
        let overdue = TransmissionFact::Overdue { what: "the acknowledgment".into() };
        let facts = [TransmissionFact::Collected(arrival(None)), screened(0), overdue];
        let step = through(&facts).unwrap();
        assert_eq!(step.state.stage, Stage::Screened);
        assert_eq!(step.state.note(), "overdue: the acknowledgment");
        assert!(matches!(step.deadlines[..], [Deadline::Met { .. }]), "it is told once");
    }

    #[test]
    fn a_fact_decided_on_an_old_version_cannot_follow() {
        let collected = through(&[TransmissionFact::Collected(arrival(None))]).unwrap().state;
        for version in [0, 1, 3] {
            let at = Instant::from_micros(0);
            let fact = TransmissionFact::Released;
            let event = Event { subject: id(), version, at, actor: String::new(), fact };
            assert!(apply(Some(&collected), &event).is_err(), "version {version}");
        }
    }

    fn any_fact() -> impl Strategy<Value = TransmissionFact> {
        prop_oneof![
            Just(TransmissionFact::Collected(arrival(None))),
            Just(TransmissionFact::Released),
            Just(TransmissionFact::Quarantined(cause())),
            Just(TransmissionFact::Held(cause())),
            (0..3u64).prop_map(screened),
            Just(answered(&[])),
            Just(answered(&["a", "b"])),
            Just(placed("a")),
            Just(placed("b")),
            Just(mapped()),
            Just(TransmissionFact::Overdue { what: "it".into() }),
        ]
    }

    proptest! {
        /// Whatever facts are tried in whatever order: what can't follow changes nothing, each
        /// effect is ordered once, and settled means that nothing is owed.
        #[test]
        fn no_order_of_facts_breaks_the_stages(
            duplicate in any::<bool>(),
            facts in prop::collection::vec(any_fact(), 0..40),
        ) {
            let first = TransmissionFact::Collected(arrival(duplicate.then(id)));
            let mut taken = vec![first];
            let mut keys = BTreeSet::new();
            let mut step = through(&taken).unwrap();
            for fact in facts {
                for effect in &step.effects {
                    prop_assert!(keys.insert(effect.key.clone()), "{} twice", effect.key);
                }
                taken.push(fact);
                match through(&taken) {
                    Ok(next) => step = next,
                    Err(_) => {
                        taken.pop();
                        step.effects.clear();
                    }
                }
                let settled = step.state.stage == Stage::Settled;
                prop_assert!(!settled || step.state.owed.is_empty());
                prop_assert_eq!(step.state.version, i64::try_from(taken.len()).unwrap());
            }
        }
    }
}
