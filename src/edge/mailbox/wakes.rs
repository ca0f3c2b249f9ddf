//! Wake-ups from drop folders. A wake-up is a hint and makes a look sooner; polling is the
//! truth, and nothing is lost when a wake-up never comes: a network folder gives none, a
//! full queue drops some, a folder removed and made again is watched anew at the next look.

use std::collections::HashMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

/// Watches folders and wakes whoever waits.
pub struct Wakes {
    watcher: Option<RecommendedWatcher>,
    bell: Arc<Notify>,
    /// The folders watched, with the inode each had: another inode is another folder.
    watched: HashMap<PathBuf, u64>,
}

impl Wakes {
    /// Watches nothing yet.
    #[must_use]
    pub fn new() -> Self {
        let bell = Arc::new(Notify::new());
        let ring = Arc::clone(&bell);
        // An error of the watch (a full queue) is a wake-up too: a look shows what was missed.
        // Reading a file is none: we read ourselves, and would wake ourselves for ever.
        let watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
            let reading = |event: &notify::Event| {
                use notify::event::{AccessKind, AccessMode, EventKind};
                let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
                event.kind.is_access() && event.kind != written
            };
            if !event.as_ref().is_ok_and(|event| reading(event) || event.kind.is_remove()) {
                ring.notify_one();
            }
        });
        if let Err(cause) = &watcher {
            tracing::warn!(%cause, "no wake-ups from drop folders; they are polled");
        }
        Self { watcher: watcher.ok(), bell, watched: HashMap::new() }
    }

    /// The bell that rings when something may have arrived.
    #[must_use]
    pub fn bell(&self) -> Arc<Notify> {
        Arc::clone(&self.bell)
    }

    /// Watches `folder`, again when it was made anew.
    pub fn watch(&mut self, folder: &Path) {
        let Some(watcher) = &mut self.watcher else { return };
        let Ok(about) = fs::metadata(folder) else {
            self.watched.remove(folder);
            return;
        };
        if self.watched.get(folder) == Some(&about.ino()) {
            return;
        }
        // An old watch under this path is for a folder that is gone.
        watcher.unwatch(folder).ok();
        match watcher.watch(folder, RecursiveMode::NonRecursive) {
            Ok(()) => {
                self.watched.insert(folder.to_owned(), about.ino());
                // What arrived before the watch stood is seen by a look now.
                self.bell.notify_one();
            }
            Err(cause) => {
                tracing::debug!(%cause, "a drop folder gives no wake-ups; it is polled");
            }
        }
    }
}

impl Default for Wakes {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Wakes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Wakes").field("watched", &self.watched).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// Waits for a ring; the bound is there so that a failing test ends.
    async fn rings(bell: &Notify) -> bool {
        tokio::time::timeout(Duration::from_secs(20), bell.notified()).await.is_ok()
    }

    #[tokio::test]
    async fn a_file_renamed_into_a_folder_rings_also_after_the_folder_was_made_anew() {
        let home = tempfile::tempdir().unwrap();
        let folder = home.path().join("in");
        let mut wakes = Wakes::new();
        let bell = wakes.bell();
        for round in 0..2 {
            fs::create_dir(&folder).unwrap();
            wakes.watch(&folder);
            assert!(rings(&bell).await, "round {round}: a new watch asks for a look");
            fs::write(home.path().join("outside"), "ISA").unwrap();
            fs::rename(home.path().join("outside"), folder.join("po.edi")).unwrap();
            assert!(rings(&bell).await, "round {round}: an arrival rings");
            fs::remove_dir_all(&folder).unwrap();
            wakes.watch(&folder);
        }
    }
}
