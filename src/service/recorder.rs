//! Records facts: reads a subject's state, steps, commits, and does so again when somebody
//! else recorded a fact first.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError};

use tokio::sync::{Mutex, Notify, OwnedMutexGuard};

use crate::ledger::document::{self, Document};
use crate::ledger::event::{DocumentFact, Event, TransmissionFact};
use crate::ledger::query;
use crate::ledger::record::{self, Claim, Unfit};
use crate::ledger::statement::{Batch, Statement};
use crate::ledger::transmission::{self, Terms, Transmission};
use crate::limits;
use crate::ports::{Ports, Refusal, Store, Surroundings};
use crate::vocabulary::failure::{Failure, Source};
use crate::vocabulary::ids::{DocumentId, TransmissionId};

/// Who acts when nobody is named.
pub const OURSELVES: &str = "edigate";

/// Records facts through the ports of one world.
#[derive(Debug)]
pub struct Recorder<P> {
    ports: Arc<P>,
    /// Rings when effects may have been ordered.
    ordered: Arc<Notify>,
    turns: Arc<Turns>,
}

/// Whose turn it is to draw numbers for a partner, in this program.
type Turns = std::sync::Mutex<HashMap<String, Arc<Mutex<()>>>>;

impl<P> Clone for Recorder<P> {
    fn clone(&self) -> Self {
        let (ports, ordered) = (Arc::clone(&self.ports), Arc::clone(&self.ordered));
        Self { ports, ordered, turns: Arc::clone(&self.turns) }
    }
}

/// Why a fact was not recorded.
#[derive(Debug, thiserror::Error)]
pub enum Unrecorded {
    /// Another worker holds the effect now: what was done is its business.
    #[error("another worker has taken this over")]
    LeaseLost,
    /// The fact can't follow what is known; whatever it was about is settled otherwise.
    #[error(transparent)]
    Illegal(#[from] crate::ledger::effect::Illegal),
    /// What was read together with the state changed; the caller decides again.
    #[error("what this was decided on is no longer so")]
    Outdated,
    /// The world failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// A fact about a transmission, with what must hold for it beside the state.
pub struct Outcome<'a> {
    /// The fact.
    pub fact: TransmissionFact,
    /// What the agreement says.
    pub terms: Terms,
    /// The effect whose outcome this is.
    pub claim: Option<&'a Claim>,
    /// More that must become durable with it; refused, [`Unrecorded::Outdated`] comes back.
    pub besides: Vec<Statement>,
}

impl<P: Ports> Recorder<P> {
    /// A recorder; `ordered` rings after every commit that may have ordered effects.
    pub fn new(ports: Arc<P>, ordered: Arc<Notify>) -> Self {
        Self { ports, ordered, turns: Arc::default() }
    }

    /// Waits for the turn to draw control numbers for a partner. Only an economy: two who drew
    /// the same number are told by the ledger, and one of them writes its answer again.
    pub async fn turn(&self, partner: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(turns.entry(partner.to_owned()).or_default())
        };
        turn.lock_owned().await
    }

    /// The ports.
    #[must_use]
    pub fn ports(&self) -> &Arc<P> {
        &self.ports
    }

    /// Commits a batch and tells who waits for effects.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn commit(
        &self,
        batch: Batch,
    ) -> Result<Vec<crate::ledger::statement::Row>, Refusal> {
        let rows = self.ports.store().commit(batch).await?;
        self.ordered.notify_one();
        Ok(rows)
    }

    /// What is known of a transmission.
    ///
    /// # Errors
    ///
    /// When the ledger can't be read.
    pub async fn transmission(&self, id: TransmissionId) -> Result<Transmission, Failure> {
        let rows = self.ports.store().rows(query::events_of(&id.to_string())).await?;
        record::fold_transmission(id, &rows).map_err(|e| unfit(&e))?.ok_or_else(|| absent(&id))
    }

    /// What is known of a document.
    ///
    /// # Errors
    ///
    /// When the ledger can't be read.
    pub async fn document(&self, id: DocumentId) -> Result<Document, Failure> {
        let rows = self.ports.store().rows(query::events_of(&id.to_string())).await?;
        record::fold_document(id, &rows).map_err(|e| unfit(&e))?.ok_or_else(|| absent(&id))
    }

    /// Records a fact about a transmission.
    ///
    /// # Errors
    ///
    /// [`Unrecorded`].
    pub async fn record(
        &self,
        id: TransmissionId,
        outcome: Outcome<'_>,
    ) -> Result<Transmission, Unrecorded> {
        let Outcome { fact, terms, claim, besides } = outcome;
        for _ in 0..limits::CONFLICTS {
            let state = self.transmission(id).await?;
            let now = self.ports.surroundings().now();
            let version = state.version.saturating_add(1);
            let actor = OURSELVES.to_owned();
            let event = Event { subject: id, version, at: now, actor, fact: fact.clone() };
            let step = transmission::step(Some(&state), &event, &terms, now)?;
            let mut batch = record::transmission(&event, &step);
            batch.statements.extend(claim.map(Claim::finish));
            batch.statements.extend(besides.iter().cloned());
            match self.commit(batch).await {
                Ok(_) => return Ok(step.state),
                Err(Refusal::Failed(failure)) => return Err(failure.into()),
                Err(Refusal::Conflict) => self.still_ours(claim).await?,
            }
            if !besides.is_empty() && self.transmission(id).await?.version == state.version {
                return Err(Unrecorded::Outdated);
            }
        }
        Err(contended().into())
    }

    /// Records a fact about a document.
    ///
    /// # Errors
    ///
    /// [`Unrecorded`].
    pub async fn record_document(
        &self,
        id: DocumentId,
        fact: DocumentFact,
        claim: &Claim,
    ) -> Result<Document, Unrecorded> {
        for _ in 0..limits::CONFLICTS {
            let state = self.document(id).await?;
            let now = self.ports.surroundings().now();
            let version = state.version.saturating_add(1);
            let actor = OURSELVES.to_owned();
            let event = Event { subject: id, version, at: now, actor, fact: fact.clone() };
            let step = document::step(Some(&state), &event, now)?;
            let mut batch = record::document(&event, &step);
            batch.push(claim.finish());
            match self.commit(batch).await {
                Ok(_) => return Ok(step.state),
                Err(Refusal::Failed(failure)) => return Err(failure.into()),
                Err(Refusal::Conflict) => self.still_ours(Some(claim)).await?,
            }
        }
        Err(contended().into())
    }

    /// Whether the lease of `claim` is still held, after a batch was refused.
    async fn still_ours(&self, claim: Option<&Claim>) -> Result<(), Unrecorded> {
        let Some(claim) = claim else { return Ok(()) };
        let until = self.ports.surroundings().now().after(super::dispatcher::SHORT_LEASE);
        match self.ports.store().commit(claim.renew(until)).await {
            Ok(_) => Ok(()),
            Err(Refusal::Conflict) => Err(Unrecorded::LeaseLost),
            Err(Refusal::Failed(failure)) => Err(failure.into()),
        }
    }
}

fn contended() -> Failure {
    let text = "others kept recording facts about the same subject; it is tried again";
    Failure::passing(Source::Store, text.into())
}

fn unfit(cause: &Unfit) -> Failure {
    let text = format!("the ledger holds a fact this program can't read: {cause}");
    Failure::until_mended(Source::Store, text)
}

fn absent(id: &dyn std::fmt::Display) -> Failure {
    Failure::until_mended(Source::Store, format!("the ledger knows nothing of {id}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::event::Arrival;
    use crate::ledger::statement::{Row, Value};
    use crate::ports::{Archived, Mailbox, Opened, Placement, Shelf, Sighting, Stored};
    use crate::vocabulary::digest::Digest;
    use crate::vocabulary::instant::Instant;
    use std::sync::atomic::{AtomicUsize, Ordering};

    /// A world in which somebody else always is a moment earlier.
    #[derive(Default)]
    struct Contended {
        attempts: AtomicUsize,
    }

    impl Ports for Contended {
        type Store = Self;
        type Archive = Self;
        type Mailbox = Self;
        type Surroundings = Self;

        fn store(&self) -> &Self {
            self
        }

        fn archive(&self) -> &Self {
            self
        }

        fn mailbox(&self) -> &Self {
            self
        }

        fn surroundings(&self) -> &Self {
            self
        }
    }

    impl Store for Contended {
        async fn commit(&self, _batch: Batch) -> Result<Vec<Row>, Refusal> {
            self.attempts.fetch_add(1, Ordering::Relaxed);
            Err(Refusal::Conflict)
        }

        async fn rows(&self, _query: Statement) -> Result<Vec<Row>, Failure> {
            let collected = TransmissionFact::Collected(Arrival {
                mailbox: "drop".into(),
                folder: "acme".into(),
                name: "po.edi".into(),
                stamp: String::new(),
                object: Digest::of(b""),
                length: 0,
                fingerprint: String::new(),
                duplicate_of: None,
            });
            let body = serde_json::to_string(&collected).unwrap();
            let (version, at): (Value, Value) = (1i64.into(), 0i64.into());
            Ok(vec![Row(vec![version, at, "edigate".into(), body.into()])])
        }
    }

    impl crate::ports::Archive for Contended {
        async fn write(&self, _: crate::ports::Source) -> Result<Stored, Failure> {
            Ok(Stored { object: Digest::of(b""), length: 0 })
        }

        async fn read(&self, _: Digest) -> Result<Option<(u64, crate::ports::Source)>, Failure> {
            Ok(None)
        }

        async fn recorded(&self, _: Digest) {}

        async fn unrecorded(&self) -> Result<Vec<Stored>, Failure> {
            Ok(Vec::new())
        }
    }

    impl Mailbox for Contended {
        async fn folders(&self) -> Result<Vec<String>, Failure> {
            Ok(Vec::new())
        }

        async fn list(&self, _: &str) -> Result<Vec<Sighting>, Failure> {
            Ok(Vec::new())
        }

        async fn open(&self, _: &Sighting) -> Result<Option<Opened>, Failure> {
            Ok(None)
        }

        async fn release(&self, _: &Sighting, _: &Archived) -> Result<(), Failure> {
            Ok(())
        }

        async fn place(
            &self,
            _: &Shelf,
            _: &str,
            _: &Archived,
            _: crate::ports::Source,
        ) -> Result<Placement, Failure> {
            Ok(Placement::Placed)
        }
    }

    impl Surroundings for Contended {
        fn now(&self) -> Instant {
            Instant::from_micros(0)
        }

        fn random(&self) -> [u8; 10] {
            [0; 10]
        }
    }

    #[tokio::test]
    async fn who_always_comes_second_gives_up_for_now_instead_of_trying_for_ever() {
        let ports = Arc::new(Contended::default());
        let recorder = Recorder::new(Arc::clone(&ports), Arc::default());
        let id = TransmissionId::new(Instant::from_micros(0), [0; 10]);
        let fact = TransmissionFact::Released;
        let outcome = Outcome { fact, terms: Terms::default(), claim: None, besides: Vec::new() };
        let refused = recorder.record(id, outcome).await.unwrap_err();
        assert!(matches!(&refused, Unrecorded::Failed(_)), "{refused}");
        assert_eq!(ports.attempts.load(Ordering::Relaxed), limits::CONFLICTS);
    }
}
