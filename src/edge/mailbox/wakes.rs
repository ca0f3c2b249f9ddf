//! Wake-ups from drop folders. A wake-up is a hint and makes a look sooner; polling is the
//! truth, and nothing is lost when a wake-up never comes: a network folder gives none, a
//! full queue drops some, a folder removed and made again is watched anew at the next look.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use notify::event::{AccessKind, AccessMode, EventKind};
use notify::{Event, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::sync::Notify;

/// Watches folders and wakes whoever waits.
pub struct Wakes {
    watcher: Option<RecommendedWatcher>,
    bell: Arc<Bell>,
    /// The folders watched, with the inode each had: another inode is another folder.
    watched: HashMap<PathBuf, u64>,
}

/// Rings when something may have arrived, and says where.
#[derive(Debug, Default)]
pub struct Bell {
    notify: Notify,
    rung: Mutex<Rung>,
}

/// For which folders the bell rang.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rung {
    /// Some hints were lost: any folder may have something.
    pub everywhere: bool,
    /// Folders that may have something.
    pub folders: HashSet<PathBuf>,
}

impl Bell {
    /// Waits for a ring, and says what rang since the last one.
    pub async fn rung(&self) -> Rung {
        self.notify.notified().await;
        std::mem::take(&mut *self.rung.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn ring(&self, folder: Option<&Path>) {
        let mut rung = self.rung.lock().unwrap_or_else(PoisonError::into_inner);
        match folder {
            Some(folder) => {
                rung.folders.insert(folder.to_owned());
            }
            None => rung.everywhere = true,
        }
        drop(rung);
        self.notify.notify_one();
    }

    fn hear(&self, event: &notify::Result<Event>) {
        match event {
            // An error of the watch, such as a full queue, is a ring too: a look shows what was
            // missed.
            Err(_) => self.ring(None),
            Ok(event) if event.need_rescan() => self.ring(None),
            Ok(event) if may_bring(event) => {
                for path in &event.paths {
                    self.ring(path.parent());
                }
            }
            Ok(_) => {}
        }
    }
}

/// Whether an event may bring a file. Reading and removing do not: we read and remove
/// ourselves, and would wake ourselves for ever.
fn may_bring(event: &Event) -> bool {
    let written = EventKind::Access(AccessKind::Close(AccessMode::Write));
    (!event.kind.is_access() || event.kind == written) && !event.kind.is_remove()
}

impl Wakes {
    /// Watches nothing yet.
    #[must_use]
    pub fn new() -> Self {
        let bell = Arc::new(Bell::default());
        let hears = Arc::clone(&bell);
        let watcher = notify::recommended_watcher(move |event| hears.hear(&event));
        if let Err(cause) = &watcher {
            tracing::warn!(%cause, "no wake-ups from drop folders; they are polled");
        }
        Self { watcher: watcher.ok(), bell, watched: HashMap::new() }
    }

    /// The bell that rings when something may have arrived.
    #[must_use]
    pub fn bell(&self) -> Arc<Bell> {
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
                self.bell.ring(Some(folder));
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

    /// Waits for a ring at `folder`; the bound is there so that a failing test ends.
    async fn rings_at(bell: &Bell, folder: &Path) -> bool {
        let heard = async { while !bell.rung().await.folders.contains(folder) {} };
        tokio::time::timeout(Duration::from_secs(20), heard).await.is_ok()
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
            assert!(rings_at(&bell, &folder).await, "round {round}: a new watch asks for a look");
            fs::write(home.path().join("outside"), "ISA").unwrap();
            fs::rename(home.path().join("outside"), folder.join("po.edi")).unwrap();
            assert!(rings_at(&bell, &folder).await, "round {round}: an arrival rings");
            fs::remove_dir_all(&folder).unwrap();
            wakes.watch(&folder);
        }
    }

    #[tokio::test]
    async fn a_lost_hint_is_a_hint_for_every_folder() {
        let bell = Bell::default();
        bell.hear(&Err(notify::Error::generic("queue overflow")));
        assert!(bell.rung().await.everywhere);
    }
}
