//! The daemon: recovery, looks, effects, deadlines, until told to stop.
//!
//! There is no shutdown that matters: whatever is under way when it ends is owed by the ledger
//! and performed after the next start.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Notify;

use super::configuration::Configuration;
use super::deadline;
use super::dispatcher::{Dispatcher, Pending, SHORT_LEASE};
use super::home::Places;
use super::local::Local;
use super::readiness::Waiting;
use super::recorder::{OURSELVES, Recorder};
use super::watch::Watch;
use crate::edge::mailbox::wakes::Wakes;
use crate::ledger::query;
use crate::ledger::record;
use crate::ledger::transmission::Stage;
use crate::ports::{Archive, Ports, Refusal, Sighting, Store, Surroundings};
use crate::vocabulary::failure::{Failure, Source};

/// How often whoever waits for a round is told how far it is.
const TELL_EVERY: Duration = Duration::from_millis(50);

/// How long what is under way is waited for when the daemon is told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// The daemon over the doors of one world.
pub struct Daemon<P> {
    recorder: Recorder<P>,
    dispatcher: Dispatcher<P>,
    watch: Watch<P>,
}

/// What one round over everything came to.
#[derive(Debug)]
pub struct Round {
    /// Files taken.
    pub taken: u64,
    /// Files not taken, and why.
    pub waiting: Vec<(Sighting, Waiting)>,
    /// What failed; it is tried again by the next round or daemon.
    pub failures: Vec<Failure>,
    /// What is still owed.
    pub pending: Pending,
}

impl<P: Ports> Daemon<P> {
    /// A daemon over `ports`.
    pub fn new(ports: Arc<P>, configuration: &Arc<Configuration>) -> Self {
        let ordered = Arc::new(Notify::new());
        let recorder = Recorder::new(ports, Arc::clone(&ordered));
        let dispatcher = Dispatcher::new(recorder.clone(), Arc::clone(configuration), ordered);
        let watch = Watch::new(recorder.clone(), Arc::clone(configuration));
        Self { recorder, dispatcher, watch }
    }

    /// Makes good what an interruption left: effects nobody performs any more are taken back,
    /// objects that no fact names are named.
    ///
    /// # Errors
    ///
    /// When store or archive fail.
    pub async fn recover(&mut self) -> Result<(), Failure> {
        self.dispatcher.recover().await?;
        let ports = Arc::clone(self.recorder.ports());
        for stored in ports.archive().unrecorded().await? {
            if ports.store().rows(query::object_known(stored.object)).await?.is_empty() {
                let now = ports.surroundings().now();
                let batch = record::found(stored.object, stored.length, OURSELVES, now);
                match self.recorder.commit(batch).await {
                    Ok(_) | Err(Refusal::Conflict) => {}
                    Err(Refusal::Failed(failure)) => return Err(failure),
                }
                tracing::info!(object = %stored.object, "kept from an interrupted run");
            }
            ports.archive().recorded(stored.object).await;
        }
        self.watch.learn().await
    }

    /// Takes what is there, performs what is due, and what follows from it, then returns. Files
    /// that only have to stand still a moment longer are waited for.
    ///
    /// # Errors
    ///
    /// When the ledger fails, or a folder can't be listed.
    pub async fn once(&mut self) -> Result<Round, Failure> {
        let mut taken = 0u64;
        loop {
            let look = self.watch.look_once().await?;
            taken = taken.saturating_add(look.taken);
            self.dispatcher.drain().await?;
            deadline::check(&self.recorder).await?;
            if look.taken > 0 {
                continue;
            }
            if look.settling() {
                let now = self.recorder.ports().surroundings().now();
                let wait = look.until().map_or(Duration::ZERO, |until| until.since(now));
                tokio::time::sleep(wait).await;
                continue;
            }
            let pending = self.dispatcher.pending().await?;
            let (waiting, failures) = (look.waiting, look.failures);
            return Ok(Round { taken, waiting, failures, pending });
        }
    }

    /// The folders watched.
    #[must_use]
    pub fn folders(&self) -> usize {
        self.watch.count()
    }
}

impl Daemon<Local> {
    /// Works until `stop` comes.
    pub async fn run(&mut self, stop: impl Future<Output = ()>) {
        let mut wakes = Wakes::new();
        let ports = Arc::clone(self.recorder.ports());
        let deadlines = async {
            loop {
                if let Err(failure) = deadline::check(&self.recorder).await {
                    tracing::warn!(%failure, "deadlines can't be looked at");
                }
                tokio::time::sleep(SHORT_LEASE).await;
            }
        };
        tokio::select! {
            () = stop => tracing::info!("told to stop"),
            () = self.watch.run(&mut wakes, |folder| ports.mailbox().in_folder(folder)) => {}
            () = self.dispatcher.run() => {}
            () = deadlines => {}
        }
    }
}

/// Whether the daemon goes on until told to stop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// One round, then it returns.
    Once,
    /// Until SIGTERM or SIGINT.
    UntilTold,
}

/// Runs the daemon in the home at `places`.
///
/// # Errors
///
/// What keeps it from running: a mistake in a file, another daemon, the disk.
pub fn run(
    places: &Places,
    configuration: Configuration,
    pace: Pace,
) -> Result<Option<Round>, Failure> {
    let runtime = runtime()?;
    let done = runtime.block_on(work(places, configuration, pace));
    runtime.shutdown_timeout(GRACE);
    done
}

/// One round in the home at `places`; `told` hears now and then how many transmissions after the
/// one named `since` are through.
///
/// # Errors
///
/// As [`run`].
pub fn round(
    places: &Places,
    configuration: Configuration,
    since: &str,
    told: &mut dyn FnMut(u64),
) -> Result<Round, Failure> {
    let runtime = runtime()?;
    let done = runtime.block_on(async {
        let configuration = Arc::new(configuration);
        let ports = Arc::new(Local::open(places, &configuration)?);
        let mut daemon = Daemon::new(Arc::clone(&ports), &configuration);
        daemon.recover().await?;
        let round = daemon.once();
        tokio::pin!(round);
        loop {
            match tokio::time::timeout(TELL_EVERY, &mut round).await {
                Ok(done) => return done,
                Err(_) => told(through(ports.store(), since).await?),
            }
        }
    });
    runtime.shutdown_timeout(GRACE);
    done
}

/// How many transmissions after `since` are owed nothing more.
async fn through(store: &impl Store, since: &str) -> Result<u64, Failure> {
    let rows = store.rows(query::transmissions_since(since, u64::MAX)).await?;
    let still = [Stage::Collected, Stage::Screened, Stage::Acknowledged].map(Stage::name);
    let done = rows.iter().map(query::TransmissionRow::read);
    let count = done.filter(|row| row.released && !still.contains(&row.stage.as_str())).count();
    Ok(u64::try_from(count).unwrap_or(u64::MAX))
}

/// A runtime of our own: commands have none.
///
/// # Errors
///
/// When the system gives no threads.
pub fn runtime() -> Result<Runtime, Failure> {
    let failing = |cause: std::io::Error| {
        Failure::passing(Source::Setting, format!("the system gives no threads: {cause}"))
    };
    Builder::new_multi_thread().enable_all().build().map_err(failing)
}

async fn work(
    places: &Places,
    configuration: Configuration,
    pace: Pace,
) -> Result<Option<Round>, Failure> {
    let configuration = Arc::new(configuration);
    let ports = Arc::new(Local::open(places, &configuration)?);
    let mut daemon = Daemon::new(ports, &configuration);
    daemon.recover().await?;
    if pace == Pace::Once {
        return daemon.once().await.map(Some);
    }
    let (home, partners) = (places.root().display(), configuration.directory.partners().len());
    tracing::info!(%home, partners, folders = daemon.folders(), "watching");
    daemon.run(told_to_stop()?).await;
    Ok(None)
}

/// Comes when the system or a person asks the daemon to end.
fn told_to_stop() -> Result<impl Future<Output = ()>, Failure> {
    let failing = |cause: std::io::Error| {
        Failure::passing(Source::Setting, format!("signals can't be received: {cause}"))
    };
    let mut terminate = signal(SignalKind::terminate()).map_err(failing)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(failing)?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
