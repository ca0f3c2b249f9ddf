//! Turns silence into facts: a deadline that passed is recorded once, shown and logged, and
//! never a reason to lose the place.

use super::recorder::{Outcome, Recorder, Unrecorded};
use crate::ledger::event::TransmissionFact;
use crate::ledger::query;
use crate::ledger::transmission::Terms;
use crate::limits;
use crate::ports::{Ports, Store, Surroundings};
use crate::vocabulary::failure::Failure;
use crate::vocabulary::ids::TransmissionId;

/// Records the deadlines that have passed, a bounded number at once.
///
/// # Errors
///
/// When the ledger can't be read or written.
pub async fn check<P: Ports>(recorder: &Recorder<P>) -> Result<(), Failure> {
    let now = recorder.ports().surroundings().now();
    let most = u64::try_from(limits::COMMIT_BATCHES).unwrap_or(u64::MAX);
    for row in recorder.ports().store().rows(query::deadlines_passed(now, most)).await? {
        let Some(id) = TransmissionId::parse(row.text(1)) else { continue };
        let what = row.text(2).to_owned();
        tracing::warn!(transmission = id.short(), what, "overdue");
        let fact = TransmissionFact::Overdue { what };
        let outcome = Outcome { fact, terms: Terms::default(), claim: None, besides: Vec::new() };
        match recorder.record(id, outcome).await {
            Ok(_) => {}
            Err(Unrecorded::Failed(failure)) => return Err(failure),
            // Met or recorded by somebody else meanwhile: the next check sees what is left.
            Err(cause) => tracing::debug!(%cause, "a deadline was settled otherwise"),
        }
    }
    Ok(())
}
