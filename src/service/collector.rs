//! Takes files from drop folders: list, archive, record. Removing is an effect that the record
//! orders, so a file leaves the partner's folder only after a durable fact says that we have it.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::readiness::{self, Patience, Waiting};
use super::recorder::{OURSELVES, Recorder};
use crate::ledger::event::{Arrival, Event, TransmissionFact};
use crate::ledger::query;
use crate::ledger::record;
use crate::ledger::sql;
use crate::ledger::statement::Statement;
use crate::ledger::transmission::{self, Terms};
use crate::limits;
use crate::partner::profile::Drop;
use crate::ports::{Archive, Archived, Mailbox, Ports, Refusal, Sighting, Store, Surroundings};
use crate::vocabulary::failure::{Failure, Source};
use crate::vocabulary::ids::TransmissionId;
use crate::vocabulary::instant::Instant;

/// The mailbox of facts about local drops.
pub const DROP: &str = "drop";

/// What one look into a folder came to.
#[derive(Debug, Default)]
pub struct Look {
    /// How many files were taken.
    pub taken: u64,
    /// What was not taken, and why.
    pub waiting: Vec<(Sighting, Waiting)>,
    /// Failures on the way; the files stay where they are.
    pub failures: Vec<Failure>,
}

impl Look {
    /// When a file that waits can be taken at the earliest.
    #[must_use]
    pub fn until(&self) -> Option<Instant> {
        self.waiting.iter().filter_map(|(_, waiting)| waiting.until()).min()
    }

    /// Whether a file only has to stand still a moment longer.
    #[must_use]
    pub fn settling(&self) -> bool {
        self.waiting.iter().any(|(_, waiting)| matches!(waiting, Waiting::Settling(_)))
    }
}

/// What became of one file.
#[derive(Debug)]
enum Took {
    Taken(TransmissionId),
    Waiting(Waiting),
    Gone,
}

/// Looks into `folder` and takes what is ready, several files at once so that their commits
/// share an fsync.
///
/// # Errors
///
/// When the folder can't be listed.
pub async fn look<P: Ports>(
    recorder: &Recorder<P>,
    folder: &str,
    rules: &Arc<Drop>,
    patience: &mut Patience,
) -> Result<Look, Failure> {
    let ports = recorder.ports();
    let seen = ports.mailbox().list(folder).await?;
    let now = ports.surroundings().now();
    patience.look(&seen, now);
    let mut look = Look::default();
    let mut working = JoinSet::new();
    for file in seen {
        let judged = readiness::by_name(&file.name, rules)
            .and_then(|()| patience.settled(&file, rules, now));
        if let Err(waiting) = judged {
            look.waiting.push((file, waiting));
            continue;
        }
        let given_up = patience.given_up(&file, rules, now);
        while working.len() >= limits::COLLECTED_AT_ONCE {
            settle(&mut look, working.join_next().await);
        }
        let recorder = recorder.clone();
        working.spawn(async move {
            let took = take(&recorder, &file, given_up).await;
            (file, took)
        });
    }
    while !working.is_empty() {
        settle(&mut look, working.join_next().await);
    }
    look.waiting.sort_by(|a, b| a.0.cmp(&b.0));
    Ok(look)
}

type Ended = Result<(Sighting, Result<Took, Failure>), tokio::task::JoinError>;

fn settle(look: &mut Look, ended: Option<Ended>) {
    match ended {
        Some(Ok((file, Ok(Took::Taken(id))))) => {
            look.taken = look.taken.saturating_add(1);
            let (transmission, bytes) = (id.short(), file.length);
            tracing::info!(folder = file.folder, transmission, bytes, "collected");
        }
        Some(Ok((file, Ok(Took::Waiting(waiting))))) => look.waiting.push((file, waiting)),
        Some(Ok((_, Ok(Took::Gone)))) | None => {}
        Some(Ok((_, Err(failure)))) => look.failures.push(failure),
        Some(Err(cause)) => {
            let text = format!("collecting a file was broken off: {cause}");
            look.failures.push(Failure::passing(Source::Mailbox, text));
        }
    }
}

/// Takes one file whose name and stillness are right.
async fn take<P: Ports>(
    recorder: &Recorder<P>,
    file: &Sighting,
    given_up: Result<(), Waiting>,
) -> Result<Took, Failure> {
    let ports = recorder.ports();
    if waits_for_removal(recorder, file).await? {
        return Ok(Took::Waiting(Waiting::Taken));
    }
    let Some(opened) = ports.mailbox().open(file).await? else { return Ok(Took::Gone) };
    if !readiness::is_whole(&opened.head, &opened.tail)
        && let Err(waiting) = given_up
    {
        return Ok(Took::Waiting(waiting));
    }
    let archived = Archived::put(ports.archive(), opened.source).await?;
    let taken = collected(recorder, file, &archived).await?;
    ports.archive().recorded(archived.object()).await;
    Ok(taken.map_or(Took::Waiting(Waiting::Taken), Took::Taken))
}

/// Whether a fact already says that we have this very file.
async fn waits_for_removal<P: Ports>(
    recorder: &Recorder<P>,
    file: &Sighting,
) -> Result<bool, Failure> {
    let params = [DROP, &file.folder, &file.name, &file.stamp].map(Into::into);
    let query = Statement::any(sql::TRANSMISSION_WAITING, params.into());
    Ok(!recorder.ports().store().rows(query).await?.is_empty())
}

/// Records that the bytes are ours; `None` when somebody else recorded this file first.
async fn collected<P: Ports>(
    recorder: &Recorder<P>,
    file: &Sighting,
    archived: &Archived,
) -> Result<Option<TransmissionId>, Failure> {
    let ports = recorder.ports();
    // The place of a keyed fingerprint, once objects are encrypted and their digests differ.
    let fingerprint = format!("sha256:{}", archived.object());
    for _ in 0..limits::CONFLICTS {
        let known = ports.store().rows(query::original(&fingerprint)).await?;
        let known = known.first().and_then(query::read_original);
        let now = ports.surroundings().now();
        let id = TransmissionId::new(now, ports.surroundings().random());
        let arrival = Arrival {
            mailbox: DROP.into(),
            folder: file.folder.clone(),
            name: file.name.clone(),
            stamp: file.stamp.clone(),
            object: archived.object(),
            length: archived.length(),
            fingerprint: fingerprint.clone(),
            duplicate_of: known.and_then(|(original, stands)| stands.then_some(original)),
        };
        let first = arrival.duplicate_of.is_none();
        let fact = TransmissionFact::Collected(arrival);
        let event = Event { subject: id, version: 1, at: now, actor: OURSELVES.into(), fact };
        let step = transmission::step(None, &event, &Terms::default(), now)
            .map_err(|illegal| Failure::until_mended(Source::Store, illegal.to_string()))?;
        let mut batch = record::transmission(&event, &step);
        if first {
            let before = known.map(|(original, _)| original);
            batch.push(record::stand_for(&fingerprint, id, before));
        }
        match recorder.commit(batch).await {
            Ok(_) => return Ok(Some(id)),
            Err(Refusal::Failed(failure)) => return Err(failure),
            // The same file was recorded by another collector, or the same bytes just came in
            // from elsewhere: look again.
            Err(Refusal::Conflict) if waits_for_removal(recorder, file).await? => return Ok(None),
            Err(Refusal::Conflict) => {}
        }
    }
    let text = "others kept recording the same bytes; it is tried again";
    Err(Failure::passing(Source::Store, text.into()))
}
