//! Output that waits until it is known whether it is wanted: in memory, and in a file of its own
//! where it is large.

use crate::limits::SPOOL_MEMORY_BYTES;
use crate::x12::acknowledge::Body;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::atomic::{AtomicU32, Ordering};

/// What waits, in the order it was written.
#[derive(Debug, Default)]
pub(super) struct Spool {
    memory: Vec<u8>,
    file: Option<File>,
    /// Bytes in the file.
    spilled: u64,
}

impl Spool {
    /// Bytes that wait.
    pub(super) fn len(&self) -> u64 {
        self.spilled.saturating_add(u64::try_from(self.memory.len()).unwrap_or(u64::MAX))
    }

    /// Forgets what was written after the first `length` bytes.
    ///
    /// # Errors
    ///
    /// What shortening the file fails with.
    pub(super) fn shorten(&mut self, length: u64) -> io::Result<()> {
        if let Some(of_memory) = length.checked_sub(self.spilled) {
            self.memory.truncate(usize::try_from(of_memory).unwrap_or(usize::MAX));
            return Ok(());
        }
        self.memory.clear();
        self.spilled = length;
        if let Some(file) = &mut self.file {
            file.set_len(length)?;
            file.seek(SeekFrom::Start(length))?;
        }
        Ok(())
    }

    fn spill(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(nameless()?),
        };
        file.write_all(&self.memory)?;
        self.spilled = self.len();
        self.memory.clear();
        Ok(())
    }
}

impl Write for Spool {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.memory.extend_from_slice(bytes);
        if self.memory.len() > SPOOL_MEMORY_BYTES {
            self.spill()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Body for Spool {
    fn pour(&mut self, to: &mut dyn Write) -> io::Result<()> {
        if let Some(file) = &mut self.file {
            file.seek(SeekFrom::Start(0))?;
            io::copy(&mut Read::by_ref(file), to)?;
        }
        to.write_all(&self.memory)?;
        self.forget()
    }

    fn forget(&mut self) -> io::Result<()> {
        self.file = None;
        self.spilled = 0;
        self.memory.clear();
        Ok(())
    }
}

/// A file that is gone when it is closed.
fn nameless() -> io::Result<File> {
    static OPENED: AtomicU32 = AtomicU32::new(0);
    let number = OPENED.fetch_add(1, Ordering::Relaxed);
    let path = std::env::temp_dir().join(format!("edigate-{}-{number}", std::process::id()));
    let file = File::options().read(true).write(true).create_new(true).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poured(spool: &mut Spool) -> Vec<u8> {
        let mut all = Vec::new();
        spool.pour(&mut all).unwrap();
        all
    }

    #[test]
    fn a_spool_gives_back_what_was_written_however_much() {
        let mut spool = Spool::default();
        let piece = vec![b'x'; SPOOL_MEMORY_BYTES / 2];
        for _ in 0..3 {
            spool.write_all(&piece).unwrap();
        }
        spool.write_all(b"end").unwrap();
        let all = poured(&mut spool);
        assert_eq!(all.len(), piece.len() * 3 + 3);
        assert!(all.ends_with(b"xend"));
        spool.write_all(b"next").unwrap();
        spool.forget().unwrap();
        assert!(poured(&mut spool).is_empty());
    }

    #[test]
    fn a_spool_forgets_its_end_in_memory_and_in_the_file() {
        let mut spool = Spool::default();
        spool.write_all(b"kept").unwrap();
        let mark = spool.len();
        spool.write_all(b"dropped").unwrap();
        spool.shorten(mark).unwrap();
        spool.write_all(&vec![b'x'; SPOOL_MEMORY_BYTES + 1]).unwrap();
        spool.write_all(b"more").unwrap();
        spool.shorten(mark).unwrap();
        spool.write_all(b" again").unwrap();
        assert_eq!(poured(&mut spool), b"kept again");
        assert_eq!(spool.len(), 0);
    }
}
