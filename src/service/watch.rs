//! Looks into every drop folder when its time comes or its bell rings: one look at a time in
//! each folder, and none of them waits for another.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;

use super::collector::{self, Look};
use super::configuration::Configuration;
use super::readiness::Patience;
use super::recorder::Recorder;
use crate::edge::mailbox::wakes::{Rung, Wakes};
use crate::partner::profile::Drop;
use crate::ports::{Mailbox, Ports, Surroundings};
use crate::vocabulary::failure::Failure;
use crate::vocabulary::instant::Instant;

/// How often the folders themselves are listed, so that one no partner file names is seen.
const FOLDERS_EVERY: Duration = Duration::from_secs(60);

/// Rules for a folder that no partner file names: what lies there is kept, in quarantine.
#[must_use]
pub const fn rules_of_nobody() -> Drop {
    Drop {
        every: Duration::from_secs(10),
        settle: Duration::from_secs(2),
        incomplete: Duration::from_secs(600),
        matching: Vec::new(),
    }
}

/// The drop folders of a home and when each is looked into.
pub struct Watch<P> {
    recorder: Recorder<P>,
    configuration: Arc<Configuration>,
    folders: BTreeMap<String, Folder>,
}

struct Folder {
    rules: Arc<Drop>,
    /// What earlier looks saw; away while a look is under way.
    patience: Option<Patience>,
    next: Instant,
}

type Looked = (String, Patience, Result<Look, Failure>);

impl<P: Ports> Watch<P> {
    /// A watch over the folders partner files name, and others there are.
    pub const fn new(recorder: Recorder<P>, configuration: Arc<Configuration>) -> Self {
        Self { recorder, configuration, folders: BTreeMap::new() }
    }

    /// Learns which folders there are.
    ///
    /// # Errors
    ///
    /// When they can't be listed.
    pub async fn learn(&mut self) -> Result<(), Failure> {
        let named = self.configuration.drops();
        let found = self.recorder.ports().mailbox().folders().await?;
        let others = found.into_iter().map(|folder| (folder, Arc::new(rules_of_nobody())));
        let now = self.recorder.ports().surroundings().now();
        for (folder, rules) in named.into_iter().chain(others) {
            let new = || Folder { rules, patience: Some(Patience::default()), next: now };
            self.folders.entry(folder).or_insert_with(new);
        }
        Ok(())
    }

    /// How many folders are watched.
    #[must_use]
    pub fn count(&self) -> usize {
        self.folders.len()
    }

    /// Looks into every folder once, one after another.
    ///
    /// # Errors
    ///
    /// When a folder can't be listed.
    pub async fn look_once(&mut self) -> Result<Look, Failure> {
        let mut all = Look::default();
        for (name, folder) in &mut self.folders {
            let Some(patience) = &mut folder.patience else { continue };
            let look = collector::look(&self.recorder, name, &folder.rules, patience).await?;
            all.taken = all.taken.saturating_add(look.taken);
            all.waiting.extend(look.waiting);
            all.failures.extend(look.failures);
        }
        Ok(all)
    }

    /// Looks into folders until the future is dropped. `path_of` says where a folder's files
    /// lie, for wake-ups.
    pub async fn run(&mut self, wakes: &mut Wakes, path_of: impl Fn(&str) -> PathBuf) {
        let bell = wakes.bell();
        let mut looking: JoinSet<Looked> = JoinSet::new();
        let mut learn_at = self.now();
        loop {
            let now = self.now();
            if now >= learn_at {
                if let Err(failure) = self.learn().await {
                    tracing::warn!(%failure, "the drop folders can't be listed");
                }
                learn_at = now.after(FOLDERS_EVERY);
            }
            for (name, folder) in &mut self.folders {
                if folder.next > now {
                    continue;
                }
                let Some(mut patience) = folder.patience.take() else { continue };
                wakes.watch(&path_of(name));
                let (recorder, rules, name) =
                    (self.recorder.clone(), Arc::clone(&folder.rules), name.clone());
                looking.spawn(async move {
                    let look = collector::look(&recorder, &name, &rules, &mut patience).await;
                    (name, patience, look)
                });
            }
            let due = self.folders.values().filter(|folder| folder.patience.is_some());
            let due = due.map(|folder| folder.next).min().unwrap_or(learn_at).min(learn_at);
            let wait = due.since(self.now()).max(Duration::from_millis(10));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                rung = bell.rung() => self.ring(&rung, &path_of),
                Some(looked) = looking.join_next() => match looked {
                    Ok(looked) => self.looked(looked),
                    Err(cause) => {
                        tracing::error!(%cause, "looking into a folder broke off");
                        self.begin_again();
                    }
                },
            }
        }
    }

    fn now(&self) -> Instant {
        self.recorder.ports().surroundings().now()
    }

    /// Folders for which the bell rang are looked into now.
    fn ring(&mut self, rung: &Rung, path_of: &impl Fn(&str) -> PathBuf) {
        let now = self.now();
        for (name, folder) in &mut self.folders {
            if rung.everywhere || rung.folders.contains(&path_of(name)) {
                folder.next = now;
            }
        }
    }

    fn looked(&mut self, (name, patience, look): Looked) {
        let now = self.now();
        let Some(folder) = self.folders.get_mut(&name) else { return };
        folder.patience = Some(patience);
        // A ring that came during the look stands; else the next look comes in its time.
        let polled = now.after(folder.rules.every);
        let next = match look {
            Ok(look) => {
                for failure in &look.failures {
                    tracing::warn!(folder = name, %failure, "a file stays where it is for now");
                }
                look.until().unwrap_or(polled).min(polled)
            }
            Err(failure) => {
                tracing::warn!(folder = name, %failure, "a drop folder can't be read");
                polled
            }
        };
        folder.next = next;
    }

    /// After a look that broke off: what it had seen is forgotten, files settle anew.
    fn begin_again(&mut self) {
        let now = self.now();
        for folder in self.folders.values_mut().filter(|folder| folder.patience.is_none()) {
            folder.patience = Some(Patience::default());
            folder.next = now.after(folder.rules.every);
        }
    }
}
