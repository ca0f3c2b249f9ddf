//! Partner folders on this machine: `drop/<partner>/in` and `out`, and the directory delivery
//! `delivered/<partner>`.
//!
//! **Removing** is in two moves, so that no byte is lost that we have not kept: the file is
//! renamed into `drop/<partner>/.taken/`, where nobody writes by name, its bytes are compared
//! with what the archive holds, and only then it is deleted. Whatever else is found there goes
//! back into `in` as a new arrival.
//!
//! **Placing** writes a hidden temporary file, syncs it, and links it under its name, which
//! never overwrites.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::limits;
use crate::ports::{Archived, Mailbox, Opened, Placement, Shelf, Sighting, Source};
use crate::vocabulary::digest::{Digest, Hasher};
use crate::vocabulary::failure::{self, Failure};

/// The drop folders and the delivery of one home.
#[derive(Clone, Debug)]
pub struct Directory {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    drop: PathBuf,
    delivered: PathBuf,
}

impl Directory {
    /// The folders below `drop` and `delivered`.
    #[must_use]
    pub fn new(drop: PathBuf, delivered: PathBuf) -> Self {
        Self { inner: Arc::new(Inner { drop, delivered }) }
    }

    /// Where a partner drops files.
    #[must_use]
    pub fn in_folder(&self, folder: &str) -> PathBuf {
        self.inner.in_folder(folder)
    }

    /// Names of what lies in a partner's folder and is no plain file: links, folders, pipes. None
    /// of it is ever taken; people want to know why.
    ///
    /// # Errors
    ///
    /// When the folder can't be listed.
    pub fn not_plain(&self, folder: &str) -> Result<Vec<String>, Failure> {
        self.inner.not_plain(folder)
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Inner) -> Result<T, Failure> + Send + 'static,
    ) -> Result<T, Failure> {
        let inner = Arc::clone(&self.inner);
        let ended = |_| {
            let text = "work in a mailbox was broken off".into();
            Failure::passing(failure::Source::Mailbox, text)
        };
        tokio::task::spawn_blocking(move || work(&inner)).await.map_err(ended)?
    }
}

impl Mailbox for Directory {
    async fn folders(&self) -> Result<Vec<String>, Failure> {
        self.blocking(Inner::folders).await
    }

    async fn list(&self, folder: &str) -> Result<Vec<Sighting>, Failure> {
        let folder = folder.to_owned();
        self.blocking(move |inner| inner.list(&folder)).await
    }

    async fn open(&self, file: &Sighting) -> Result<Option<Opened>, Failure> {
        let file = file.clone();
        self.blocking(move |inner| inner.open(&file)).await
    }

    async fn release(&self, file: &Sighting, archived: &Archived) -> Result<(), Failure> {
        let (file, object) = (file.clone(), archived.object());
        self.blocking(move |inner| inner.release(&file, object)).await
    }

    async fn place(
        &self,
        shelf: &Shelf,
        name: &str,
        archived: &Archived,
        source: Source,
    ) -> Result<Placement, Failure> {
        let (shelf, name, object) = (shelf.clone(), name.to_owned(), archived.object());
        self.blocking(move |inner| inner.place(&shelf, &name, object, source)).await
    }
}

impl Inner {
    fn in_folder(&self, folder: &str) -> PathBuf {
        self.drop.join(folder).join("in")
    }

    fn path(&self, file: &Sighting) -> PathBuf {
        self.in_folder(&file.folder).join(name_on_disk(&file.name))
    }

    fn folders(&self) -> Result<Vec<String>, Failure> {
        let failing = |cause: io::Error| failed(&self.drop, &cause);
        let entries = match fs::read_dir(&self.drop) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failing)?,
        };
        let mut folders = Vec::new();
        for entry in entries {
            let entry = entry.map_err(failing)?;
            // A name that is no text can't be a partner's, and can't be shown.
            let Ok(name) = entry.file_name().into_string() else { continue };
            if !name.starts_with('.') && entry.path().join("in").is_dir() {
                folders.push(name);
            }
        }
        folders.sort();
        Ok(folders)
    }

    fn list(&self, folder: &str) -> Result<Vec<Sighting>, Failure> {
        let mut found = Vec::new();
        for (name, about) in self.entries(folder)? {
            if about.is_file() {
                let (stamp, length) = (stamp(&about), about.len());
                found.push(Sighting { folder: folder.to_owned(), name, stamp, length });
            }
        }
        found.sort();
        Ok(found)
    }

    fn not_plain(&self, folder: &str) -> Result<Vec<String>, Failure> {
        let entries = self.entries(folder)?.into_iter();
        let mut names: Vec<String> =
            entries.filter(|(_, about)| !about.is_file()).map(|(name, _)| name).collect();
        names.sort();
        Ok(names)
    }

    /// What lies in a partner's folder, by its name in the ledger, within the bound of a look.
    fn entries(&self, folder: &str) -> Result<Vec<(String, fs::Metadata)>, Failure> {
        let place = self.in_folder(folder);
        let failing = |cause: io::Error| failed(&place, &cause);
        let entries = match fs::read_dir(&place) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(failing)?,
        };
        let mut found = Vec::new();
        for entry in entries.take(limits::LISTING_FILES) {
            let entry = entry.map_err(failing)?;
            // The entry itself, not what a link leads to: a partner's link could lead anywhere.
            match entry.metadata() {
                Ok(about) => found.push((name_in_ledger(&entry.file_name()), about)),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => {}
                Err(cause) => return Err(failing(cause)),
            }
        }
        Ok(found)
    }

    fn open(&self, file: &Sighting) -> Result<Option<Opened>, Failure> {
        let path = self.path(file);
        let opened = open_regular(&path).and_then(|mut opened| {
            let same = stamp(&opened.metadata()?) == file.stamp;
            Ok(if same { Some((ends(&mut opened, file.length)?, opened)) } else { None })
        });
        match opened {
            Ok(None) => Ok(None),
            Ok(Some(((head, tail), opened))) => {
                let steady = Steady { file: opened, stamp: file.stamp.clone() };
                Ok(Some(Opened { head, tail, source: Box::new(steady) }))
            }
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(cause) => Err(failed(&path, &cause)),
        }
    }

    fn release(&self, file: &Sighting, object: Digest) -> Result<(), Failure> {
        let path = self.path(file);
        let taken = self.drop.join(&file.folder).join(".taken");
        let key = Digest::of(format!("{}\n{}", file.name, file.stamp).as_bytes()).to_string();
        let place = taken.join(key);
        let remove = || {
            // What an interruption left between the two moves comes first.
            self.finish(&path, &place, object)?;
            match fs::symlink_metadata(&path) {
                Ok(about) if stamp(&about) == file.stamp => {}
                Ok(_) => return Ok(()),
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
                Err(cause) => return Err(cause),
            }
            fs::create_dir_all(&taken)?;
            match fs::rename(&path, &place) {
                Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
                moved => moved?,
            }
            self.finish(&path, &place, object)
        };
        remove().map_err(|cause| failed(&path, &cause))
    }

    /// Deletes what was taken when its bytes are the archived ones, else puts it back.
    fn finish(&self, path: &Path, place: &Path, object: Digest) -> io::Result<()> {
        let mut taken = match File::open(place) {
            Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(()),
            taken => taken?,
        };
        if digest(&mut taken)? == object {
            fs::remove_file(place)?;
        } else {
            self.put_back(path, place)?;
        }
        for folder in [path.parent(), place.parent()].into_iter().flatten() {
            sync(folder)?;
        }
        Ok(())
    }

    fn put_back(&self, path: &Path, place: &Path) -> io::Result<()> {
        for number in 1u32.. {
            let mut name = path.as_os_str().to_owned();
            if number > 1 {
                name.push(format!(".{number}"));
            }
            match fs::hard_link(place, PathBuf::from(name)) {
                Ok(()) => break,
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {}
                Err(cause) => return Err(cause),
            }
        }
        fs::remove_file(place)
    }

    fn place(
        &self,
        shelf: &Shelf,
        name: &str,
        object: Digest,
        mut source: Source,
    ) -> Result<Placement, Failure> {
        let folder = match shelf {
            Shelf::Out { folder } => self.drop.join(folder).join("out"),
            Shelf::Delivered { partner } => self.delivered.join(partner),
        };
        // The same placing has the same temporary name: what an interruption left is replaced.
        let key = Digest::of(format!("{name}\n{object}").as_bytes()).to_string();
        let temporary = folder.join(format!(".{key}.part"));
        let place = folder.join(name);
        let mut put = || {
            fs::create_dir_all(&folder)?;
            fs::remove_file(&temporary).or_else(absent_is_fine)?;
            if let Some(present) = already(&place, object)? {
                return Ok(present);
            }
            let mut file = OpenOptions::new().write(true).create_new(true).open(&temporary)?;
            if copy(&mut source, &mut file)? != object {
                return Err(io::Error::new(
                    io::ErrorKind::InvalidData,
                    "other bytes than archived",
                ));
            }
            file.sync_all()?;
            let placed = match fs::hard_link(&temporary, &place) {
                Ok(()) => Placement::Placed,
                Err(cause) if cause.kind() == io::ErrorKind::AlreadyExists => {
                    already(&place, object)?.unwrap_or(Placement::Occupied)
                }
                Err(cause) => return Err(cause),
            };
            fs::remove_file(&temporary)?;
            sync(&folder)?;
            Ok(placed)
        };
        let placed = put();
        if placed.is_err() {
            fs::remove_file(&temporary).ok();
        }
        placed.map_err(|cause| failed(&place, &cause))
    }
}

/// What lies at `place` already, if anything does.
fn already(place: &Path, object: Digest) -> io::Result<Option<Placement>> {
    match open_regular(place) {
        Ok(mut file) => {
            if digest(&mut file)? != object {
                return Ok(Some(Placement::Occupied));
            }
            // An earlier attempt may have been broken off before the name was durable.
            place.parent().map_or(Ok(()), sync)?;
            Ok(Some(Placement::Present))
        }
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => match fs::symlink_metadata(place) {
            // Something that is no file lies there.
            Ok(_) => Ok(Some(Placement::Occupied)),
            Err(_) => Err(cause),
        },
    }
}

/// A dropped file being read: reading fails at the end when it changed meanwhile, so that a
/// half-written file is never taken for a whole one.
struct Steady {
    file: File,
    stamp: String,
}

impl Read for Steady {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read(into)?;
        if count == 0 && !into.is_empty() && stamp(&self.file.metadata()?) != self.stamp {
            return Err(io::Error::other("the file changed meanwhile"));
        }
        Ok(count)
    }
}

/// Opens a regular file, refusing links, folders and pipes a partner may have put there.
fn open_regular(path: &Path) -> io::Result<File> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "not a regular file"));
    }
    File::open(path)
}

fn ends(file: &mut File, length: u64) -> io::Result<(Vec<u8>, Vec<u8>)> {
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    Read::by_ref(file).take(limits::GLIMPSE_BYTES).read_to_end(&mut head)?;
    file.seek(SeekFrom::Start(length.saturating_sub(limits::GLIMPSE_BYTES)))?;
    Read::by_ref(file).take(limits::GLIMPSE_BYTES).read_to_end(&mut tail)?;
    file.rewind()?;
    Ok((head, tail))
}

/// What tells a file from a later one of its name: where it is, how long, when last written.
fn stamp(about: &fs::Metadata) -> String {
    let (device, inode, length) = (about.dev(), about.ino(), about.len());
    format!("{device}:{inode}:{length}:{}.{:09}", about.mtime(), about.mtime_nsec())
}

/// A name as the ledger and logs have it: text, with `%`, control characters and bytes that
/// are no UTF-8 as `%XX`.
fn name_in_ledger(name: &std::ffi::OsStr) -> String {
    let mut text = String::new();
    for chunk in name.as_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            if character == '%' || character.is_control() {
                let mut buffer = [0; 4];
                escape(&mut text, character.encode_utf8(&mut buffer).as_bytes());
            } else {
                text.push(character);
            }
        }
        escape(&mut text, chunk.invalid());
    }
    text
}

fn escape(text: &mut String, bytes: &[u8]) {
    for byte in bytes {
        text.push_str(&format!("%{byte:02X}"));
    }
}

/// The reverse of [`name_in_ledger`].
fn name_on_disk(name: &str) -> OsString {
    let mut bytes = Vec::with_capacity(name.len());
    let mut rest = name.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        bytes.push(escaped.unwrap_or(*first));
        rest = if escaped.is_some() { after.get(2..).unwrap_or_default() } else { after };
    }
    OsString::from_vec(bytes)
}

fn copy(from: &mut dyn Read, to: &mut dyn Write) -> io::Result<Digest> {
    let mut hasher = Hasher::new();
    let mut piece = vec![0; 64 * 1024];
    loop {
        match from.read(&mut piece) {
            Ok(0) => return Ok(hasher.finish()),
            Ok(count) => {
                let bytes = piece.get(..count).unwrap_or_default();
                hasher.update(bytes);
                to.write_all(bytes)?;
            }
            Err(cause) if cause.kind() == io::ErrorKind::Interrupted => {}
            Err(cause) => return Err(cause),
        }
    }
}

fn digest(file: &mut File) -> io::Result<Digest> {
    copy(file, &mut io::sink())
}

fn sync(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn absent_is_fine(cause: io::Error) -> io::Result<()> {
    if cause.kind() == io::ErrorKind::NotFound { Ok(()) } else { Err(cause) }
}

/// Names the folder, not the file: failures go to the log, and a partner's file name may hold
/// anything. `edigate show mailbox` names the files.
fn failed(path: &Path, cause: &io::Error) -> Failure {
    let folder = if path.is_dir() { Some(path) } else { path.parent() };
    let text = format!("{}: {cause}", folder.unwrap_or(path).display());
    Failure::passing(failure::Source::Mailbox, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edge::mailbox::directory::Directory as Drop;

    fn mailbox() -> (tempfile::TempDir, Drop, PathBuf) {
        let home = tempfile::tempdir().unwrap();
        let mailbox = Drop::new(home.path().join("drop"), home.path().join("delivered"));
        let place = mailbox.in_folder("acme");
        fs::create_dir_all(&place).unwrap();
        (home, mailbox, place)
    }

    #[test]
    fn any_name_a_disk_can_hold_comes_back_as_it_was() {
        for name in [&b"po.edi"[..], b"50%.edi", b"a\nb", b"\xff\xfe.edi", "Gr\u{fc}n".as_bytes()] {
            let text = name_in_ledger(std::ffi::OsStr::from_bytes(name));
            assert!(!text.chars().any(char::is_control), "{text}");
            assert_eq!(name_on_disk(&text).as_bytes(), name);
        }
    }

    #[test]
    fn a_file_that_changed_since_it_was_seen_is_not_read() {
        let (_home, mailbox, place) = mailbox();
        fs::write(place.join("po.edi"), "ISA").unwrap();
        let seen = mailbox.inner.list("acme").unwrap().remove(0);
        let mut opened = mailbox.inner.open(&seen).unwrap().unwrap();
        fs::write(place.join("po.edi"), "ISA*00").unwrap();
        let error = opened.source.read_to_end(&mut Vec::new()).unwrap_err();
        assert!(error.to_string().contains("changed"), "{error}");
        assert!(mailbox.inner.open(&seen).unwrap().is_none());
    }

    #[test]
    fn releasing_removes_what_was_kept_and_nothing_else() {
        let (_home, mailbox, place) = mailbox();
        fs::write(place.join("po.edi"), "first").unwrap();
        let seen = mailbox.inner.list("acme").unwrap().remove(0);
        // The partner put another file under the name before we removed the first.
        fs::write(place.join("other"), "second").unwrap();
        fs::rename(place.join("other"), place.join("po.edi")).unwrap();
        mailbox.inner.release(&seen, Digest::of(b"first")).unwrap();
        assert_eq!(fs::read(place.join("po.edi")).unwrap(), b"second");
        let again = mailbox.inner.list("acme").unwrap().remove(0);
        mailbox.inner.release(&again, Digest::of(b"second")).unwrap();
        mailbox.inner.release(&again, Digest::of(b"second")).unwrap();
        assert!(mailbox.inner.list("acme").unwrap().is_empty());
    }

    #[test]
    fn bytes_that_were_not_kept_come_back_as_a_new_arrival() {
        let (_home, mailbox, place) = mailbox();
        fs::write(place.join("po.edi"), "kept, then rewritten in place").unwrap();
        let seen = mailbox.inner.list("acme").unwrap().remove(0);
        mailbox.inner.release(&seen, Digest::of(b"what was kept")).unwrap();
        assert_eq!(fs::read(place.join("po.edi")).unwrap(), b"kept, then rewritten in place");
    }

    #[test]
    fn an_interruption_between_the_two_moves_is_made_good() {
        let (home, mailbox, place) = mailbox();
        fs::write(place.join("po.edi"), "kept").unwrap();
        let seen = mailbox.inner.list("acme").unwrap().remove(0);
        let key = Digest::of(format!("{}\n{}", seen.name, seen.stamp).as_bytes()).to_string();
        let taken = home.path().join("drop/acme/.taken");
        fs::create_dir_all(&taken).unwrap();
        fs::rename(place.join("po.edi"), taken.join(key)).unwrap();
        mailbox.inner.release(&seen, Digest::of(b"kept")).unwrap();
        assert_eq!(fs::read_dir(taken).unwrap().count(), 0);
    }

    #[test]
    fn placing_again_is_placing_once_and_other_bytes_are_never_overwritten() {
        let (home, mailbox, _place) = mailbox();
        let shelf = Shelf::Out { folder: "acme".into() };
        let put = |bytes: &'static [u8]| {
            let source = Box::new(io::Cursor::new(bytes));
            mailbox.inner.place(&shelf, "997.edi", Digest::of(bytes), source).unwrap()
        };
        assert_eq!(put(b"ours"), Placement::Placed);
        assert_eq!(put(b"ours"), Placement::Present);
        assert_eq!(put(b"another"), Placement::Occupied);
        let out = home.path().join("drop/acme/out");
        assert_eq!(fs::read(out.join("997.edi")).unwrap(), b"ours");
        assert_eq!(fs::read_dir(out).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn what_an_interrupted_placing_left_does_not_stay() {
        let (home, mailbox, _place) = mailbox();
        let out = home.path().join("drop/acme/out");
        let object = Digest::of(b"ours");
        let key = Digest::of(format!("997.edi\n{object}").as_bytes());
        fs::create_dir_all(&out).unwrap();
        let shelf = Shelf::Out { folder: "acme".into() };
        // Before the link and after it.
        for expected in [Placement::Placed, Placement::Present] {
            fs::write(out.join(format!(".{key}.part")), "ou").unwrap();
            let source = Box::new(io::Cursor::new(b"ours"));
            let placed = mailbox.inner.place(&shelf, "997.edi", object, source).unwrap();
            assert_eq!(placed, expected);
            assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
        }
    }

    #[test]
    fn a_link_a_partner_placed_is_not_followed() {
        let (_home, mailbox, place) = mailbox();
        std::os::unix::fs::symlink("/etc/hostname", place.join("po.edi")).unwrap();
        fs::create_dir(place.join("older")).unwrap();
        assert!(mailbox.inner.list("acme").unwrap().is_empty());
        assert_eq!(mailbox.not_plain("acme").unwrap(), ["older", "po.edi"]);
    }

    #[test]
    fn a_glimpse_shows_both_ends_within_its_bound() {
        let (_home, mailbox, place) = mailbox();
        let bound = usize::try_from(limits::GLIMPSE_BYTES).unwrap();
        let text = format!("ISA{}IEA", "x".repeat(3 * bound));
        fs::write(place.join("long.edi"), &text).unwrap();
        let seen = mailbox.inner.list("acme").unwrap().remove(0);
        let opened = mailbox.inner.open(&seen).unwrap().unwrap();
        assert_eq!((opened.head.len(), opened.tail.len()), (bound, bound));
        assert!(opened.head.starts_with(b"ISA") && opened.tail.ends_with(b"IEA"));
    }

    #[test]
    fn one_scan_takes_no_more_than_its_bound_and_the_next_takes_the_rest() {
        let (_home, mailbox, place) = mailbox();
        for number in 0..=limits::LISTING_FILES {
            fs::write(place.join(number.to_string()), "").unwrap();
        }
        let seen = mailbox.inner.list("acme").unwrap();
        assert_eq!(seen.len(), limits::LISTING_FILES);
        for file in &seen {
            fs::remove_file(place.join(&file.name)).unwrap();
        }
        assert_eq!(mailbox.inner.list("acme").unwrap().len(), 1);
    }
}
