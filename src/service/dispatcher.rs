//! Claims what is owed to the outside, performs it, records what came of it.
//!
//! A claim is a lease: whoever is silent too long loses it, and with it the right to record.
//! Nothing here remembers anything between two claims, so starting is recovering.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::configuration::Configuration;
use super::performing;
use super::recorder::{Recorder, Unrecorded};
use crate::ledger::record::{self, Claim};
use crate::ledger::retry::{self, Verdict};
use crate::ledger::sql;
use crate::ledger::statement::{Batch, Statement};
use crate::ports::{Ports, Refusal, Store, Surroundings};
use crate::vocabulary::failure::{Failure, Source};
use crate::vocabulary::instant::Instant;

/// What a worker keeps of its lease while it finds out whether it still has it.
pub const SHORT_LEASE: Duration = Duration::from_secs(10);

/// Performs effects until told to stop.
pub struct Dispatcher<P> {
    recorder: Recorder<P>,
    configuration: Arc<Configuration>,
    ordered: Arc<Notify>,
    holder: String,
}

/// What stands in the outbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pending {
    /// How many effects.
    pub count: u64,
    /// When the first is due.
    pub due: Instant,
}

impl<P: Ports> Dispatcher<P> {
    /// A dispatcher; `ordered` rings when effects may have been ordered.
    pub fn new(
        recorder: Recorder<P>,
        configuration: Arc<Configuration>,
        ordered: Arc<Notify>,
    ) -> Self {
        let holder = configuration.settings.node.clone();
        Self { recorder, configuration, ordered, holder }
    }

    /// Takes back what this node held when it was interrupted: nobody performs it any more.
    ///
    /// # Errors
    ///
    /// When the ledger can't be written.
    pub async fn recover(&self) -> Result<(), Failure> {
        let params = vec![self.holder.as_str().into()];
        let batch = Batch::of(Statement::any(sql::EFFECT_RECLAIM, params));
        match self.recorder.commit(batch).await {
            Ok(_) | Err(Refusal::Conflict) => Ok(()),
            Err(Refusal::Failed(failure)) => Err(failure),
        }
    }

    /// Performs what is due, and what becomes due by it, until nothing is.
    ///
    /// # Errors
    ///
    /// When the ledger can't be read or written.
    pub async fn drain(&self) -> Result<(), Failure> {
        let mut working = JoinSet::new();
        loop {
            let room = self.configuration.settings.at_once.saturating_sub(working.len());
            let claims = match self.claim(room).await {
                Ok(claims) => claims,
                Err(failure) => {
                    // What is under way ends first: dropped, its leases would have to run out.
                    while ended(working.join_next().await).is_some() {}
                    return Err(failure);
                }
            };
            let idle = claims.is_empty();
            for claim in claims {
                self.begin(&mut working, claim);
            }
            if idle && working.is_empty() {
                return Ok(());
            }
            if idle || working.len() >= self.configuration.settings.at_once {
                // Something long under way must not keep what is ordered meanwhile waiting.
                tokio::select! {
                    finished = working.join_next() => {
                        ended(finished);
                    }
                    () = self.ordered.notified(), if idle => {}
                }
            }
        }
    }

    /// Performs effects as they become due, until the future is dropped.
    pub async fn run(&self) {
        loop {
            if let Err(failure) = self.drain().await {
                tracing::error!(%failure, "effects wait: the ledger failed");
                tokio::time::sleep(SHORT_LEASE).await;
                continue;
            }
            let wait = self.wait().await.min(SHORT_LEASE);
            // A ring may have come meanwhile; then this returns at once.
            tokio::time::timeout(wait, self.ordered.notified()).await.ok();
        }
    }

    /// What stands in the outbox.
    ///
    /// # Errors
    ///
    /// When the ledger can't be read.
    pub async fn pending(&self) -> Result<Pending, Failure> {
        let query = Statement::any(sql::EFFECT_PENDING, Vec::new());
        let rows = self.recorder.ports().store().rows(query).await?;
        let row = rows.first().cloned().unwrap_or_default();
        Ok(Pending { count: row.count(0), due: Instant::from_micros(row.integer(1)) })
    }

    async fn wait(&self) -> Duration {
        match self.pending().await {
            Ok(Pending { count: 0, .. }) | Err(_) => SHORT_LEASE,
            Ok(Pending { due, .. }) => {
                let now = self.recorder.ports().surroundings().now();
                // What is due and not claimed is held by another node, or waits in its lane.
                due.since(now).max(Duration::from_millis(200))
            }
        }
    }

    async fn claim(&self, most: usize) -> Result<Vec<Claim>, Failure> {
        let now = self.recorder.ports().surroundings().now();
        let until = now.after(self.configuration.settings.lease);
        let most = u64::try_from(most).unwrap_or(0);
        let batch = record::claim(&self.holder, now, until, most);
        let rows = match self.recorder.ports().store().commit(batch).await {
            Ok(rows) => rows,
            Err(Refusal::Conflict) => Vec::new(),
            Err(Refusal::Failed(failure)) => return Err(failure),
        };
        let mut claims = Vec::with_capacity(rows.len());
        for row in &rows {
            match Claim::read(row) {
                Some(claim) => claims.push(claim),
                None => tracing::error!(
                    effect = row.text(0),
                    "an effect can't be read; a newer edigate may have ordered it"
                ),
            }
        }
        claims.sort_by_key(|claim| claim.seq);
        Ok(claims)
    }

    fn begin(&self, working: &mut JoinSet<()>, claim: Claim) {
        let recorder = self.recorder.clone();
        let configuration = Arc::clone(&self.configuration);
        working.spawn(async move {
            let outcome = perform(&recorder, &configuration, &claim).await;
            if let Err(cause) = outcome {
                postpone(&recorder, &claim, cause).await;
            }
        });
    }
}

/// Performs one effect and keeps its lease meanwhile.
async fn perform<P: Ports>(
    recorder: &Recorder<P>,
    configuration: &Arc<Configuration>,
    claim: &Claim,
) -> Result<(), Unrecorded> {
    let lease = configuration.settings.lease;
    let work = performing::perform(recorder, configuration, claim);
    tokio::pin!(work);
    loop {
        match tokio::time::timeout(lease / 3, &mut work).await {
            Ok(outcome) => return outcome,
            Err(_) => {
                let until = recorder.ports().surroundings().now().after(lease);
                match recorder.ports().store().commit(claim.renew(until)).await {
                    Ok(_) => {}
                    Err(Refusal::Conflict) => return Err(Unrecorded::LeaseLost),
                    Err(Refusal::Failed(failure)) => return Err(failure.into()),
                }
            }
        }
    }
}

/// Gives an effect back that did not come to an end.
async fn postpone<P: Ports>(recorder: &Recorder<P>, claim: &Claim, cause: Unrecorded) {
    let effect = claim.order.name();
    let failure = match cause {
        Unrecorded::Failed(failure) => failure,
        Unrecorded::LeaseLost => {
            tracing::warn!(effect, "another worker has taken this over");
            return;
        }
        Unrecorded::Outdated => {
            Failure::passing(Source::Store, "what this was decided on changed".into())
        }
        Unrecorded::Illegal(illegal) => {
            Failure::until_mended(Source::Store, format!("this can't be: {illegal}"))
        }
    };
    let now = recorder.ports().surroundings().now();
    let due = match retry::next(&failure, claim.attempt, now) {
        Verdict::Again(due) => {
            tracing::warn!(effect, attempt = claim.attempt, %failure, "tried again later");
            due
        }
        Verdict::Stuck(due) => {
            tracing::error!(effect, attempt = claim.attempt, %failure, "a person must mend this");
            due
        }
    };
    let batch = claim.postpone(due, &failure.operator_text);
    if let Err(Refusal::Failed(failure)) = recorder.ports().store().commit(batch).await {
        // The lease runs out by itself; then it is tried again.
        tracing::error!(effect, %failure, "could not be given back");
    }
}

/// Says when a task broke: its lease runs out, and the effect is performed again.
fn ended(finished: Option<Result<(), tokio::task::JoinError>>) -> Option<()> {
    if let Err(cause) = finished? {
        tracing::error!(%cause, "an effect broke off; it is tried again when its lease ends");
    }
    Some(())
}
