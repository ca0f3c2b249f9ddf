//! Performs one effect: each is safe to perform again, by the key `ledger::effect` writes down.

use std::io;
use std::sync::Arc;

use super::answering::{self, Draft, Question};
use super::collector::DROP;
use super::configuration::Configuration;
use super::mapping;
use super::naming;
use super::recorder::{Outcome, Recorder, Unrecorded};
use super::screening::{self, Examined};
use crate::ledger::document::Document;
use crate::ledger::effect::Order;
use crate::ledger::event::{self, Cause, DocumentFact, TransmissionFact};
use crate::ledger::record::{self, Claim};
use crate::ledger::sql;
use crate::ledger::statement::Statement;
use crate::ledger::transmission::{Terms, Transmission};
use crate::limits;
use crate::partner::profile::Duplicates;
use crate::ports::{
    Archive, Archived, Mailbox, Placement, Ports, Shelf, Sighting, Source, Store, Surroundings,
};
use crate::vocabulary::digest::Digest;
use crate::vocabulary::failure::{self, Failure};
use crate::vocabulary::ids::TransmissionId;

/// Performs what `claim` orders and records what came of it.
///
/// # Errors
///
/// [`Unrecorded`]: the effect stands, and is performed again.
pub async fn perform<P: Ports>(
    recorder: &Recorder<P>,
    configuration: &Arc<Configuration>,
    claim: &Claim,
) -> Result<(), Unrecorded> {
    let work = Work { recorder, configuration, claim };
    match &claim.order {
        Order::Release { transmission } => work.release(*transmission).await,
        Order::Screen { transmission } => work.screen(*transmission).await,
        Order::Answer { transmission } => work.answer(*transmission).await,
        Order::Place { transmission, partner, name, object } => {
            work.place(*transmission, partner, name, *object).await
        }
        Order::Map { transmission } => {
            mapping::map(recorder, configuration, claim, *transmission).await
        }
        Order::Deliver { document } => work.deliver(recorder.document(*document).await?).await,
    }
}

/// The bytes of an object that a fact names.
///
/// # Errors
///
/// When the archive fails, or has lost it.
pub async fn bytes_of<P: Ports>(ports: &P, object: Digest) -> Result<Source, Failure> {
    match ports.archive().read(object).await? {
        Some((_, source)) => Ok(source),
        None => Err(missing(object)),
    }
}

/// Runs work that keeps a core busy where it keeps nobody else from working.
///
/// # Errors
///
/// What the work fails with.
pub async fn busy<T: Send + 'static>(
    work: impl FnOnce() -> io::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    let failing = |text: String| Failure::passing(failure::Source::Archive, text);
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done.map_err(|cause| failing(format!("reading archived bytes: {cause}"))),
        Err(cause) => Err(failing(format!("reading archived bytes was broken off: {cause}"))),
    }
}

fn missing(object: Digest) -> Failure {
    let text = format!("the archive has lost object {object}: run edigate verify");
    Failure::until_mended(failure::Source::Archive, text)
}

struct Work<'w, P> {
    recorder: &'w Recorder<P>,
    configuration: &'w Arc<Configuration>,
    claim: &'w Claim,
}

impl<P: Ports> Work<'_, P> {
    fn ports(&self) -> &P {
        self.recorder.ports()
    }

    async fn record(
        &self,
        id: TransmissionId,
        fact: TransmissionFact,
        terms: Terms,
        besides: Vec<Statement>,
    ) -> Result<Transmission, Unrecorded> {
        let outcome = Outcome { fact, terms, claim: Some(self.claim), besides };
        self.recorder.record(id, outcome).await
    }

    async fn archived(&self, object: Digest) -> Result<Archived, Failure> {
        Archived::find(self.ports().archive(), object).await?.ok_or_else(|| missing(object))
    }

    async fn release(&self, id: TransmissionId) -> Result<(), Unrecorded> {
        let state = self.recorder.transmission(id).await?;
        let arrival = &state.arrival;
        if arrival.mailbox == DROP {
            let archived = self.archived(arrival.object).await?;
            let file = Sighting {
                folder: arrival.folder.clone(),
                name: arrival.name.clone(),
                stamp: arrival.stamp.clone(),
                length: arrival.length,
            };
            self.ports().mailbox().release(&file, &archived).await?;
        }
        self.record(id, TransmissionFact::Released, Terms::default(), Vec::new()).await?;
        Ok(())
    }

    async fn screen(&self, id: TransmissionId) -> Result<(), Unrecorded> {
        let state = self.recorder.transmission(id).await?;
        let mut strict = false;
        let fact = loop {
            let source = bytes_of(self.ports(), state.arrival.object).await?;
            let configuration = Arc::clone(self.configuration);
            let folder = state.arrival.folder.clone();
            let look = move || screening::examine(&configuration, &folder, source, strict);
            match busy(look).await? {
                Examined::As(fact) => break fact,
                Examined::Strictly => strict = true,
            }
        };
        let terms = self.terms(&fact);
        let state = self.record(id, fact, terms, Vec::new()).await?;
        let verdict = state.screening.as_ref().map_or("", |found| &found.verdict);
        tracing::info!(transmission = id.short(), stage = state.stage.name(), verdict, "screened");
        Ok(())
    }

    /// The shortest time any agreement with the partner allows for an answer.
    fn terms(&self, fact: &TransmissionFact) -> Terms {
        let TransmissionFact::Screened(found) = fact else { return Terms::default() };
        let partner = self.configuration.directory.partner(&found.partner);
        let within = partner
            .iter()
            .flat_map(|partner| &partner.agreements)
            .filter_map(|agreement| agreement.acknowledge.within)
            .min();
        Terms { answer_within: within }
    }

    async fn answer(&self, id: TransmissionId) -> Result<(), Unrecorded> {
        let state = self.recorder.transmission(id).await?;
        let strict = state.screening.as_ref().is_some_and(|found| found.strict);
        let Some(original) = state.arrival.duplicate_of else {
            return self.write_answers(&state, Question::Received { strict }).await;
        };
        let first = self.recorder.transmission(original).await?;
        let partner = first.screening.as_ref().map_or("", |found| &found.partner);
        let partner = self.configuration.directory.partner(partner);
        match partner.map(|partner| partner.duplicates).unwrap_or_default() {
            Duplicates::Refuse => self.write_answers(&state, Question::Repeated).await,
            Duplicates::AnswerAgain => self.answer_again(&state, &first).await,
            Duplicates::Hold => {
                let cause = Cause {
                    reason: format!("same bytes as {}", original.short()),
                    owner: partner.map_or_else(String::new, |partner| partner.name.clone()),
                    next: "ask the partner whether they meant to send it twice".into(),
                };
                let fact = TransmissionFact::Held(cause);
                self.record(id, fact, Terms::default(), Vec::new()).await?;
                Ok(())
            }
        }
    }

    async fn write_answers(
        &self,
        state: &Transmission,
        question: Question,
    ) -> Result<(), Unrecorded> {
        let _turn = self.recorder.turn(&state.arrival.folder).await;
        for _ in 0..limits::CONFLICTS {
            let drafts = self.draft(state, question).await?;
            let mut answers = Vec::with_capacity(drafts.len());
            let mut numbers = Vec::with_capacity(drafts.len());
            for draft in drafts {
                for drawn in std::iter::once(&draft.interchanges).chain(&draft.groups) {
                    numbers.push(record::use_numbers(&drawn.sequence, drawn.before, drawn.last));
                }
                answers.push(self.keep(draft).await?);
            }
            let objects: Vec<_> = answers.iter().map(|answer| answer.object).collect();
            let fact = TransmissionFact::Answered { answers };
            match self.record(state.id, fact, Terms::default(), numbers).await {
                // Somebody else used these numbers: write again with the next ones.
                Err(Unrecorded::Outdated) => continue,
                recorded => recorded?,
            };
            for object in objects {
                self.ports().archive().recorded(object).await;
            }
            return Ok(());
        }
        Err(Unrecorded::Outdated)
    }

    /// Writes the answers with the next control numbers.
    async fn draft(&self, state: &Transmission, question: Question) -> Result<Vec<Draft>, Failure> {
        let source = bytes_of(self.ports(), state.arrival.object).await?;
        let configuration = Arc::clone(self.configuration);
        let folder = state.arrival.folder.clone();
        let now = self.ports().surroundings().now();
        let ports = Arc::clone(self.recorder.ports());
        let runtime = tokio::runtime::Handle::current();
        busy(move || {
            let mut last_used = |sequence: &str| {
                let query = Statement::any(sql::CONTROL_LAST, vec![sequence.into()]);
                let rows = runtime.block_on(ports.store().rows(query)).map_err(io::Error::other)?;
                Ok(rows.first().map(|row| row.count(0)))
            };
            answering::answer(&configuration, &folder, source, question, &mut last_used, now)
        })
        .await
    }

    /// Makes the bytes of an answer durable: what is sent later is what is kept now.
    async fn keep(&self, draft: Draft) -> Result<event::Answer, Failure> {
        let source: Source = Box::new(io::Cursor::new(draft.bytes));
        let archived = Archived::put(self.ports().archive(), source).await?;
        Ok(event::Answer {
            partner: draft.partner,
            name: draft.stem,
            kind: draft.kind,
            says: draft.says.to_owned(),
            object: archived.object(),
            length: archived.length(),
            sequence: draft.interchanges.sequence,
            control: (draft.interchanges.first, draft.interchanges.last),
        })
    }

    /// The same bytes as the first time, under names of this time.
    async fn answer_again(
        &self,
        state: &Transmission,
        first: &Transmission,
    ) -> Result<(), Unrecorded> {
        if first.answers.is_empty() && !first.owed.is_empty() {
            let text = "the first of these same bytes is not answered yet".into();
            return Err(Failure::passing(failure::Source::Store, text).into());
        }
        let again = first.answers.iter().map(|(answer, _)| event::Answer {
            name: format!("{}-again-{}", answer.name, state.id.short()),
            ..answer.clone()
        });
        let fact = TransmissionFact::Answered { answers: again.collect() };
        self.record(state.id, fact, Terms::default(), Vec::new()).await?;
        Ok(())
    }

    async fn place(
        &self,
        id: TransmissionId,
        partner: &str,
        name: &str,
        object: Digest,
    ) -> Result<(), Unrecorded> {
        let shelf = Shelf::Out { folder: partner.to_owned() };
        let names = naming::candidates(name, "edi", &id.short(), &id.to_string());
        let placed = self.put(&shelf, &names, object).await?;
        let fact = TransmissionFact::Placed {
            partner: partner.to_owned(),
            name: name.to_owned(),
            placed: placed.clone(),
        };
        let state = self.record(id, fact, Terms::default(), Vec::new()).await?;
        tracing::info!(transmission = id.short(), stage = state.stage.name(), "answered");
        Ok(())
    }

    async fn deliver(&self, document: Document) -> Result<(), Unrecorded> {
        let record = &document.record;
        let shelf = Shelf::Delivered { partner: record.partner.clone() };
        let number = if record.number.is_empty() { &record.control } else { &record.number };
        let stem = format!("{}-{}", record.kind, naming::safe(number));
        let (short, full) = (document.id.short(), document.id.to_string());
        let names = naming::candidates(&stem, "json", &short, &full);
        let placed = self.put(&shelf, &names, record.object).await?;
        let place = format!("delivered/{}/{placed}", record.partner);
        let fact = DocumentFact::Delivered { place };
        self.recorder.record_document(document.id, fact, self.claim).await?;
        tracing::info!(document = short, kind = record.kind, "delivered");
        Ok(())
    }

    /// Puts an object on a shelf under the first of `names` that is free.
    async fn put(
        &self,
        shelf: &Shelf,
        names: &[String],
        object: Digest,
    ) -> Result<String, Failure> {
        let archived = self.archived(object).await?;
        for name in names {
            let source = bytes_of(self.ports(), object).await?;
            match self.ports().mailbox().place(shelf, name, &archived, source).await? {
                Placement::Placed | Placement::Present => return Ok(name.clone()),
                Placement::Occupied => {}
            }
        }
        let text = format!("other files lie under each of the {} names tried", names.len());
        Err(Failure::until_mended(failure::Source::Mailbox, text))
    }
}
