//! The bytes of a file while it is screened, and again when a line of it is to be shown.
//!
//! A file is opened a second time and looked at where a finding stands; of the standard input
//! as much is kept as is sensible.

use std::cell::RefCell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::rc::Rc;

/// A way to look again at bytes that were read.
#[derive(Debug)]
pub(in crate::cli) enum Glance {
    /// A file, opened for looking only.
    File(RefCell<File>),
    /// What was kept of the standard input.
    Kept(Rc<RefCell<Vec<u8>>>),
}

/// A file opened for screening, how large it is when that is known, and a way to look again.
pub(in crate::cli) struct Opened {
    /// The bytes, once through.
    pub(in crate::cli) input: Box<dyn Read>,
    /// Bytes in all.
    pub(in crate::cli) size: Option<u64>,
    /// For lines that are shown.
    pub(in crate::cli) glance: Glance,
}

/// Opens `path`; `-` is the standard input.
pub(in crate::cli) fn open(path: &Path) -> io::Result<Opened> {
    if path.as_os_str() == "-" {
        let kept = Rc::new(RefCell::new(Vec::new()));
        let input = Keeping { input: io::stdin().lock(), kept: Rc::clone(&kept) };
        return Ok(Opened { input: Box::new(input), size: None, glance: Glance::Kept(kept) });
    }
    let file = File::open(path)?;
    let metadata = file.metadata()?;
    if metadata.is_dir() {
        return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a folder, not a file"));
    }
    if metadata.is_file() {
        let again = RefCell::new(File::open(path)?);
        let size = Some(metadata.len());
        return Ok(Opened { input: Box::new(file), size, glance: Glance::File(again) });
    }
    // A pipe can be read once only.
    let kept = Rc::new(RefCell::new(Vec::new()));
    let input = Keeping { input: file, kept: Rc::clone(&kept) };
    Ok(Opened { input: Box::new(input), size: None, glance: Glance::Kept(kept) })
}

impl Glance {
    /// Up to `length` bytes from `offset`; fewer at the end, none where nothing was kept.
    pub(in crate::cli) fn bytes(&self, offset: u64, length: usize) -> Vec<u8> {
        match self {
            Self::File(file) => {
                let mut bytes = Vec::new();
                let mut file = file.borrow_mut();
                let limit = u64::try_from(length).unwrap_or(u64::MAX);
                // A file that can't be read again only costs the line that would be shown.
                let read = file
                    .seek(SeekFrom::Start(offset))
                    .and_then(|_| Read::by_ref(&mut *file).take(limit).read_to_end(&mut bytes));
                read.map(|_| bytes).unwrap_or_default()
            }
            Self::Kept(kept) => {
                let kept = kept.borrow();
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(kept.len());
                let end = start.saturating_add(length).min(kept.len());
                kept.get(start..end).unwrap_or_default().to_vec()
            }
        }
    }
}

/// Keeps what passes, up to a bound.
struct Keeping<R> {
    input: R,
    kept: Rc<RefCell<Vec<u8>>>,
}

impl<R: Read> Read for Keeping<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        let mut kept = self.kept.borrow_mut();
        let room = crate::limits::KEPT_INPUT_BYTES.saturating_sub(kept.len());
        kept.extend_from_slice(buffer.get(..length.min(room)).unwrap_or_default());
        Ok(length)
    }
}
