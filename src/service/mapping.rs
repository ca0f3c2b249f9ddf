//! Makes documents of the accepted sets of a transmission.
//!
//! The archived bytes are read once more, set by set, after the acknowledgment was ordered: how
//! long this takes delays nobody's answer. Records go through a bounded channel, are archived
//! and recorded in groups, and derive their identity from the set they came from: broken off and
//! begun again, what is there already stays as it is.

use std::collections::BTreeSet;
use std::io;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;

use super::configuration::Configuration;
use super::performing::{busy, bytes_of};
use super::reading::{self, Reading};
use super::recorder::{OURSELVES, Outcome, Recorder, Unrecorded};
use super::screening::refuses;
use crate::ledger::document;
use crate::ledger::event::{DocumentFact, Event, Record, TransmissionFact};
use crate::ledger::record::{self, Claim};
use crate::ledger::transmission::{Terms, Transmission};
use crate::limits;
use crate::partner::directory::Identified;
use crate::ports::{Archive, Archived, Ports, Refusal, Source, Surroundings};
use crate::vocabulary::failure::Failure;
use crate::vocabulary::ids::{DocumentId, TransmissionId};
use crate::x12::figures::{Figures, Wanted};
use crate::x12::report::{
    GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Screened, Sink, Verdict,
};
use crate::x12::screen::{self, Options};
use crate::x12::segment::Delimiters;

/// Makes the documents of a transmission and records that they are made.
///
/// # Errors
///
/// [`Unrecorded`]: some may be there already; doing it again makes the rest.
pub async fn map<P: Ports>(
    recorder: &Recorder<P>,
    configuration: &Arc<Configuration>,
    claim: &Claim,
    id: TransmissionId,
) -> Result<(), Unrecorded> {
    let state = recorder.transmission(id).await?;
    let shut = shut_envelopes(recorder, configuration, &state).await?;
    let source = bytes_of(recorder.ports().as_ref(), state.arrival.object).await?;
    let (sender, mut records) = mpsc::channel(limits::DOCUMENTS_AT_ONCE);
    let reading =
        tokio::spawn(read(Arc::clone(configuration), state.clone(), shut, source, sender));
    let (mut documents, mut held) = (0u64, 0u64);
    let mut group = Vec::new();
    while records.recv_many(&mut group, limits::DOCUMENTS_AT_ONCE).await > 0 {
        let count = u64::try_from(group.len()).unwrap_or(u64::MAX);
        documents = documents.saturating_add(count);
        let waiting = group.iter().filter(|reading| reading.hold.is_some()).count();
        held = held.saturating_add(u64::try_from(waiting).unwrap_or(0));
        accept(recorder, &state, std::mem::take(&mut group)).await?;
    }
    match reading.await {
        Ok(outcome) => outcome?,
        Err(cause) => std::panic::resume_unwind(cause.into_panic()),
    }
    let fact = TransmissionFact::Mapped { documents, held };
    let (terms, besides) = (Terms::default(), Vec::new());
    recorder.record(id, Outcome { fact, terms, claim: Some(claim), besides }).await?;
    Ok(())
}

/// Archives and records a group of documents; those that are there already stay.
async fn accept<P: Ports>(
    recorder: &Recorder<P>,
    state: &Transmission,
    group: Vec<Reading>,
) -> Result<(), Failure> {
    let mut working = JoinSet::new();
    for reading in group {
        while working.len() >= limits::COLLECTED_AT_ONCE {
            finished(working.join_next().await)?;
        }
        let (recorder, transmission) = (recorder.clone(), state.id);
        working.spawn(async move { accept_one(&recorder, transmission, reading).await });
    }
    while !working.is_empty() {
        finished(working.join_next().await)?;
    }
    Ok(())
}

type Finished = Option<Result<Result<(), Failure>, tokio::task::JoinError>>;

fn finished(one: Finished) -> Result<(), Failure> {
    match one {
        None => Ok(()),
        Some(Ok(outcome)) => outcome,
        Some(Err(cause)) => std::panic::resume_unwind(cause.into_panic()),
    }
}

async fn accept_one<P: Ports>(
    recorder: &Recorder<P>,
    transmission: TransmissionId,
    reading: Reading,
) -> Result<(), Failure> {
    let ports = recorder.ports();
    let source: Source = Box::new(io::Cursor::new(reading.bytes));
    let archived = Archived::put(ports.archive(), source).await?;
    let now = ports.surroundings().now();
    let fact = DocumentFact::Accepted(Record {
        transmission,
        ordinal: reading.ordinal,
        partner: reading.partner,
        kind: reading.kind,
        number: reading.number,
        set: reading.set,
        control: reading.control,
        object: archived.object(),
        length: archived.length(),
        hold: reading.hold,
    });
    let subject = DocumentId::of_set(transmission, reading.ordinal);
    let event = Event { subject, version: 1, at: now, actor: OURSELVES.to_owned(), fact };
    let step = document::step(None, &event, now).map_err(|illegal| {
        Failure::until_mended(crate::vocabulary::failure::Source::Store, illegal.to_string())
    })?;
    match recorder.commit(record::document(&event, &step)).await {
        // Refused is: an attempt that was broken off had come this far.
        Ok(_) | Err(Refusal::Conflict) => {}
        Err(Refusal::Failed(failure)) => return Err(failure),
    }
    ports.archive().recorded(archived.object()).await;
    Ok(())
}

/// Interchanges and groups, by their order in the file, whose sets were all refused.
type Shut = BTreeSet<(u64, Option<u64>)>;

/// Whether an envelope is refused is only known at its end, so a file in which something was
/// refused is looked through once before its sets are read.
async fn shut_envelopes<P: Ports>(
    recorder: &Recorder<P>,
    configuration: &Arc<Configuration>,
    state: &Transmission,
) -> Result<Shut, Failure> {
    if state.screening.as_ref().is_none_or(|found| found.refused == 0) {
        return Ok(Shut::new());
    }
    let source = bytes_of(recorder.ports().as_ref(), state.arrival.object).await?;
    let (configuration, state) = (Arc::clone(configuration), state.clone());
    busy(move || {
        let envelopes = look(&configuration, &state, source, Envelopes::default())?;
        Ok(envelopes.shut)
    })
    .await
}

#[derive(Default)]
struct Envelopes {
    interchange: u64,
    group: u64,
    shut: Shut,
}

impl Sink for Envelopes {
    fn interchange(&mut self, _header: &InterchangeHeader, _delimiters: Delimiters) {
        self.interchange = self.interchange.saturating_add(1);
        self.group = 0;
    }

    fn group(&mut self, _header: &GroupHeader) {
        self.group = self.group.saturating_add(1);
    }

    fn group_end(&mut self, report: &GroupReport) {
        if refuses(&report.findings) {
            self.shut.insert((self.interchange, Some(self.group)));
        }
    }

    fn interchange_end(&mut self, report: &InterchangeReport) {
        if refuses(&report.findings) {
            self.shut.insert((self.interchange, None));
        }
    }
}

/// Goes through the bytes as screening did, and gives `sink` back.
fn look<S: Sink>(
    configuration: &Configuration,
    state: &Transmission,
    source: Source,
    sink: S,
) -> io::Result<S> {
    let strict = state.screening.as_ref().is_some_and(|found| found.strict);
    let rules = configuration.rules(&state.arrival.folder);
    let mut sink = Figures::new(&rules, Wanted::Refusing, sink);
    let verdict = screen::screen(source, &rules, &Options { strict }, &mut sink)?;
    Ok(sink.finish(verdict).0)
}

async fn read(
    configuration: Arc<Configuration>,
    state: Transmission,
    shut: Shut,
    source: Source,
    records: mpsc::Sender<Reading>,
) -> Result<(), Failure> {
    busy(move || {
        let sink = Documents {
            configuration: &configuration,
            folder: &state.arrival.folder,
            file: &state.arrival.name,
            shut,
            records,
            sender: None,
            ordinal: 0,
            envelopes: Envelopes::default(),
        };
        look(&configuration, &state, source, sink).map(|_| ())
    })
    .await
}

struct Documents<'c> {
    configuration: &'c Configuration,
    folder: &'c str,
    file: &'c str,
    shut: Shut,
    records: mpsc::Sender<Reading>,
    sender: Option<Identified>,
    ordinal: u64,
    envelopes: Envelopes,
}

impl Sink for Documents<'_> {
    fn interchange(&mut self, header: &InterchangeHeader, delimiters: Delimiters) {
        self.envelopes.interchange(header, delimiters);
        self.sender = self.configuration.identify(header, self.folder).ok();
    }

    fn group(&mut self, header: &GroupHeader) {
        self.envelopes.group(header);
    }

    fn set(&mut self, set: &Screened<'_>) {
        self.ordinal = self.ordinal.saturating_add(1);
        let accepted =
            matches!(set.report.verdict, Verdict::Accepted | Verdict::AcceptedWithFindings);
        let (interchange, group) = (self.envelopes.interchange, self.envelopes.group);
        let shut = [None, Some(group)].iter().any(|g| self.shut.contains(&(interchange, *g)));
        let Some(sender) = self.sender.as_ref().filter(|_| accepted && !shut) else { return };
        let from = reading::From { sender, folder: self.folder, file: self.file };
        let reading = reading::read(self.configuration, from, set, self.ordinal);
        // Nobody takes it when recording failed: then all of this is done again.
        self.records.blocking_send(reading).ok();
    }
}
