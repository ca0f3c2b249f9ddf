//! The archive in a directory: `objects/ab/cd/<sha256>`, write-once.
//!
//! A write goes: temporary file in `incoming/`, fsync, link under its digest (which never
//! overwrites), fsync of the directory. Only then is the object there. Any error of an fsync is
//! fatal for that write: the next attempt writes another file.
//!
//! The temporary name stays until a fact names the object. So after an interruption `incoming/`
//! holds exactly what may be unnamed, and recovery looks there instead of at every object.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::ports::{Archive, Source, Stored};
use crate::vocabulary::digest::{Digest, Hasher};
use crate::vocabulary::failure::{self, Failure};

/// Bytes read or written at once.
const PIECE: usize = 64 * 1024;

/// The archive of one home.
#[derive(Clone, Debug)]
pub struct Directory {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    next: AtomicU64,
    /// Temporary names of objects written by this program that no fact names yet.
    pending: Mutex<HashMap<Digest, Vec<PathBuf>>>,
}

/// Where an object lies below the archive's root: `objects/ab/cd/<sha256>`.
#[must_use]
pub fn place_of(object: Digest) -> PathBuf {
    let name = object.to_string();
    let part = |range| name.get(range).unwrap_or_default();
    Path::new("objects").join(part(0..2)).join(part(2..4)).join(&name)
}

impl Directory {
    /// Opens the archive at `root`, making its folders.
    ///
    /// # Errors
    ///
    /// When the folders can't be made.
    pub fn open(root: &Path) -> Result<Self, Failure> {
        for folder in ["objects", "incoming"] {
            let path = root.join(folder);
            fs::create_dir_all(&path).map_err(|cause| failed(&path, &cause))?;
        }
        sync(root).map_err(|cause| failed(root, &cause))?;
        let (next, pending) = (AtomicU64::new(0), Mutex::default());
        Ok(Self { inner: Arc::new(Inner { root: root.to_owned(), next, pending }) })
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let inner = Arc::clone(&self.inner);
        let ended = |_| {
            let text = "work in the archive was broken off".into();
            Failure::passing(failure::Source::Archive, text)
        };
        tokio::task::spawn_blocking(move || work(&inner)).await.map_err(ended)?
    }
}

impl Archive for Directory {
    async fn write(&self, source: Source) -> Result<Stored, Failure> {
        self.blocking(move |inner| inner.write(source)).await
    }

    async fn read(&self, object: Digest) -> Result<Option<(u64, Source)>, Failure> {
        self.blocking(move |inner| inner.read(object)).await
    }

    async fn recorded(&self, object: Digest) {
        let mut pending = self.inner.pending.lock().unwrap_or_else(PoisonError::into_inner);
        let names = pending.remove(&object).unwrap_or_default();
        drop(pending);
        for name in names {
            // One that stays is looked at again after the next start, and removed then.
            fs::remove_file(name).ok();
        }
    }

    async fn unrecorded(&self) -> Result<Vec<Stored>, Failure> {
        self.blocking(Inner::unrecorded).await
    }
}

impl Inner {
    fn write(&self, mut source: Source) -> Result<Stored, Failure> {
        let (path, mut file) = self.temporary()?;
        let written = copy(&mut source, &mut file).and_then(|stored| {
            read_only(&file)?;
            file.sync_all()?;
            self.link(&path, stored)?;
            Ok(stored)
        });
        match written {
            Ok(stored) => {
                let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
                pending.entry(stored.object).or_default().push(path);
                Ok(stored)
            }
            Err(cause) => {
                fs::remove_file(&path).ok();
                Err(failed(&path, &cause))
            }
        }
    }

    fn temporary(&self) -> Result<(PathBuf, File), Failure> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let name = format!("{}-{number}", std::process::id());
            let path = self.root.join("incoming").join(name);
            match OpenOptions::new().write(true).create_new(true).open(&path) {
                Ok(file) => return Ok((path, file)),
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
                Err(cause) => return Err(failed(&path, &cause)),
            }
        }
    }

    /// Gives the written file its name for good.
    fn link(&self, path: &Path, stored: Stored) -> io::Result<()> {
        let place = self.root.join(place_of(stored.object));
        let Some(folder) = place.parent() else { return Err(io::ErrorKind::InvalidInput.into()) };
        self.make_folder(folder)?;
        match fs::hard_link(path, &place) {
            Ok(()) => {}
            Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                // The same bytes again, unless what lies there was damaged since.
                if digest(&mut File::open(&place)?)? != stored {
                    let text = "what lies under this object's name is not it: run edigate verify";
                    return Err(io::Error::new(io::ErrorKind::InvalidData, text));
                }
            }
            Err(cause) => return Err(cause),
        }
        sync(folder)
    }

    /// Makes `objects/ab/cd` durable: each new folder is an entry of the one above.
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        if folder.is_dir() {
            return Ok(());
        }
        fs::create_dir_all(folder)?;
        for above in folder.ancestors().skip(1).take(2) {
            sync(above)?;
        }
        Ok(())
    }

    fn read(&self, object: Digest) -> Result<Option<(u64, Source)>, Failure> {
        let place = self.root.join(place_of(object));
        let opened = File::open(&place).and_then(|file| Ok((file.metadata()?.len(), file)));
        match opened {
            Ok((length, file)) => {
                let checked = Checked { file, hasher: Some(Hasher::new()), object };
                Ok(Some((length, Box::new(checked))))
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(failed(&place, &cause)),
        }
    }

    fn unrecorded(&self) -> Result<Vec<Stored>, Failure> {
        let incoming = self.root.join("incoming");
        let failing = |cause: io::Error| failed(&incoming, &cause);
        let mut found = Vec::new();
        for entry in fs::read_dir(&incoming).map_err(failing)? {
            let path = entry.map_err(failing)?.path();
            let stored = File::open(&path).and_then(|mut file| digest(&mut file));
            let Ok(stored) = stored else { continue };
            if self.root.join(place_of(stored.object)).exists() {
                let mut pending = self.pending.lock().unwrap_or_else(PoisonError::into_inner);
                pending.entry(stored.object).or_default().push(path);
                found.push(stored);
            } else {
                // Broken off before it had a name: nothing was promised for it.
                fs::remove_file(&path).map_err(failing)?;
            }
        }
        found.sort_by_key(|stored| stored.object);
        found.dedup();
        Ok(found)
    }
}

/// An object being read: what is handed on is what its name says, or reading fails at the end.
struct Checked {
    file: File,
    hasher: Option<Hasher>,
    object: Digest,
}

impl Read for Checked {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        if count == 0 && !into.is_empty() {
            let finished = self.hasher.take().map(Hasher::finish);
            if finished.is_some_and(|digest| digest != self.object) {
                let text = format!("object {} is damaged", self.object);
                return Err(io::Error::new(io::ErrorKind::InvalidData, text));
            }
        }
        if let Some(hasher) = &mut self.hasher {
            hasher.update(into.get(..count).unwrap_or_default());
        }
        Ok(count)
    }
}

fn copy(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<Stored> {
    let mut hasher = Hasher::new();
    let mut length = 0u64;
    let mut piece = vec![0; PIECE];
    loop {
        let count = match from.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(cause),
        };
        let bytes = piece.get(..count).unwrap_or_default();
        hasher.update(bytes);
        to.write_all(bytes)?;
        length = length.saturating_add(u64::try_from(count).unwrap_or(0));
    }
    Ok(Stored { object: hasher.finish(), length })
}

fn digest(file: &mut File) -> io::Result<Stored> {
    copy(file, &mut io::sink())
}

fn read_only(file: &File) -> io::Result<()> {
    let mut permissions = file.metadata()?.permissions();
    permissions.set_readonly(true);
    file.set_permissions(permissions)
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn failed(path: &Path, cause: &io::Error) -> Failure {
    let text = format!("the archive failed at {}: {cause}", path.display());
    match cause.kind() {
        io::ErrorKind::InvalidData | io::ErrorKind::PermissionDenied => {
            Failure::until_mended(failure::Source::Archive, text)
        }
        _ => Failure::passing(failure::Source::Archive, text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(bytes: &[u8]) -> Source {
        Box::new(io::Cursor::new(bytes.to_vec()))
    }

    fn archive() -> (tempfile::TempDir, Directory) {
        let home = tempfile::tempdir().unwrap();
        let archive = Directory::open(home.path()).unwrap();
        (home, archive)
    }

    #[tokio::test]
    async fn bytes_lie_under_their_digest_and_can_only_be_read() {
        let (home, archive) = archive();
        let stored = archive.write(source(b"ISA*00*")).await.unwrap();
        assert_eq!(stored, Stored { object: Digest::of(b"ISA*00*"), length: 7 });
        let place = home.path().join(place_of(stored.object));
        assert_eq!(fs::read(&place).unwrap(), b"ISA*00*");
        assert!(fs::metadata(&place).unwrap().permissions().readonly());
    }

    #[tokio::test]
    async fn the_same_bytes_are_one_object_and_a_damaged_one_is_not_taken_for_them() {
        let (home, archive) = archive();
        let stored = archive.write(source(b"abc")).await.unwrap();
        assert_eq!(archive.write(source(b"abc")).await.unwrap(), stored);
        let place = home.path().join(place_of(stored.object));
        fs::remove_file(&place).unwrap();
        fs::write(&place, b"abd").unwrap();
        assert!(archive.write(source(b"abc")).await.is_err());
        let (_, mut damaged) = archive.read(stored.object).await.unwrap().unwrap();
        assert!(damaged.read_to_end(&mut Vec::new()).is_err());
    }

    #[tokio::test]
    async fn what_no_fact_names_is_found_after_an_interruption_and_nothing_else() {
        let (home, archive) = archive();
        let named = archive.write(source(b"named")).await.unwrap();
        archive.recorded(named.object).await;
        let unnamed = archive.write(source(b"unnamed")).await.unwrap();
        fs::write(home.path().join("incoming/torn"), b"half of").unwrap();
        let after = Directory::open(home.path()).unwrap();
        assert_eq!(after.unrecorded().await.unwrap(), [unnamed]);
        after.recorded(unnamed.object).await;
        assert_eq!(fs::read_dir(home.path().join("incoming")).unwrap().count(), 0);
    }

    #[tokio::test]
    async fn a_source_that_fails_leaves_nothing_behind() {
        struct Broken;
        impl Read for Broken {
            fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
                Err(io::Error::other("the file changed meanwhile"))
            }
        }
        let (home, archive) = archive();
        let failure = archive.write(Box::new(Broken)).await.unwrap_err();
        assert!(failure.operator_text.contains("changed meanwhile"), "{failure}");
        assert_eq!(fs::read_dir(home.path().join("incoming")).unwrap().count(), 0);
        assert_eq!(fs::read_dir(home.path().join("objects")).unwrap().count(), 0);
    }
}
