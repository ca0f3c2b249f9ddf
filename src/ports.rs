//! The few traits that are the only doors to the outside.
//!
//! | door | what stands behind it |
//! |---|---|
//! | [`Store`] | where facts become durable: SQLite now, PostgreSQL later |
//! | [`Archive`] | where bytes become durable: a directory now, S3 later |
//! | [`Mailbox`] | where partners drop and take files |
//! | [`Surroundings`] | the clock and randomness |
//!
//! Methods give futures that are `Send`, so that one service runs over any of them and over a
//! simulated world. [`Archived`] is proof: what demands it can't be called before the bytes are
//! durable.

use std::future::Future;
use std::io::Read;

use crate::ledger::statement::{Batch, Row, Statement};
use crate::vocabulary::digest::Digest;
use crate::vocabulary::failure::Failure;
use crate::vocabulary::instant::Instant;

/// Bytes read once, from wherever they are.
pub type Source = Box<dyn Read + Send>;

/// Every door of one world.
pub trait Ports: Send + Sync + 'static {
    /// Where facts go.
    type Store: Store;
    /// Where bytes go.
    type Archive: Archive;
    /// Where partners drop and take files.
    type Mailbox: Mailbox;
    /// The clock and randomness.
    type Surroundings: Surroundings;

    /// The store.
    fn store(&self) -> &Self::Store;
    /// The archive.
    fn archive(&self) -> &Self::Archive;
    /// The mailbox.
    fn mailbox(&self) -> &Self::Mailbox;
    /// The surroundings.
    fn surroundings(&self) -> &Self::Surroundings;
}

/// Where facts become durable.
pub trait Store: Send + Sync + 'static {
    /// Commits a batch whole and durably, or refuses it whole. Rows that its statements
    /// return come back in order.
    fn commit(&self, batch: Batch) -> impl Future<Output = Result<Vec<Row>, Refusal>> + Send;

    /// Rows of a statement that reads.
    fn rows(&self, query: Statement) -> impl Future<Output = Result<Vec<Row>, Failure>> + Send;
}

/// Why a batch was not committed.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// A statement touched another number of rows than it must: what the batch was decided on
    /// is no longer so. Read again, step again.
    #[error("what this was decided on is no longer so")]
    Conflict,
    /// The store failed.
    #[error(transparent)]
    Failed(#[from] Failure),
}

/// Where bytes become durable: named by their digest, never changed, never overwritten.
pub trait Archive: Send + Sync + 'static {
    /// Makes bytes durable and returns their name. The same bytes again are the same object.
    /// The object counts as unrecorded until [`Archive::recorded`].
    fn write(&self, source: Source) -> impl Future<Output = Result<Stored, Failure>> + Send;

    /// The bytes of an object; `None` when it is not there.
    fn read(
        &self,
        object: Digest,
    ) -> impl Future<Output = Result<Option<(u64, Source)>, Failure>> + Send;

    /// Says that a durable fact names the object.
    fn recorded(&self, object: Digest) -> impl Future<Output = ()> + Send;

    /// Objects that were written and not said to be recorded: what an interruption left.
    fn unrecorded(&self) -> impl Future<Output = Result<Vec<Stored>, Failure>> + Send;
}

/// The name and length of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name: the SHA-256 of the stored bytes.
    pub object: Digest,
    /// How many bytes.
    pub length: u64,
}

/// Proof that bytes are durable in the archive. Only [`Archived::put`] and [`Archived::find`]
/// make it, and both have asked an archive.
///
/// ```compile_fail
/// use edigate::{ports::{Archived, Stored}, vocabulary::digest::Digest};
/// let forged = Archived { stored: Stored { object: Digest::of(b""), length: 0 } };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archived {
    stored: Stored,
}

impl Archived {
    /// Makes bytes durable.
    ///
    /// # Errors
    ///
    /// When the archive can't: nothing may be acknowledged then.
    pub async fn put<A: Archive>(archive: &A, source: Source) -> Result<Self, Failure> {
        Ok(Self { stored: archive.write(source).await? })
    }

    /// Finds bytes made durable earlier; `None` when the archive does not have them.
    ///
    /// # Errors
    ///
    /// When the archive can't be read.
    pub async fn find<A: Archive>(archive: &A, object: Digest) -> Result<Option<Self>, Failure> {
        let found = archive.read(object).await?;
        Ok(found.map(|(length, _)| Self { stored: Stored { object, length } }))
    }

    /// The object's name.
    #[must_use]
    pub const fn object(&self) -> Digest {
        self.stored.object
    }

    /// How many bytes.
    #[must_use]
    pub const fn length(&self) -> u64 {
        self.stored.length
    }
}

/// Where partners drop and take files.
pub trait Mailbox: Send + Sync + 'static {
    /// The partner folders there are, whether a partner file names them or not.
    fn folders(&self) -> impl Future<Output = Result<Vec<String>, Failure>> + Send;

    /// What lies in the in-folder of `folder` now, at most `limits::LISTING_FILES`; nothing
    /// when there is no such folder.
    fn list(&self, folder: &str) -> impl Future<Output = Result<Vec<Sighting>, Failure>> + Send;

    /// A file's ends and bytes; `None` when it is gone or no longer the one sighted.
    fn open(&self, file: &Sighting)
    -> impl Future<Output = Result<Option<Opened>, Failure>> + Send;

    /// Removes a file whose bytes are durable. Absent counts as done; other bytes under the
    /// name stay, they are a new arrival.
    fn release(
        &self,
        file: &Sighting,
        archived: &Archived,
    ) -> impl Future<Output = Result<(), Failure>> + Send;

    /// Puts durable bytes where somebody takes them, whole or not at all, never over another
    /// file.
    fn place(
        &self,
        shelf: &Shelf,
        name: &str,
        archived: &Archived,
        source: Source,
    ) -> impl Future<Output = Result<Placement, Failure>> + Send;
}

/// A file seen in a mailbox.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sighting {
    /// The partner folder.
    pub folder: String,
    /// The name in it.
    pub name: String,
    /// What tells it from a later file of the same name.
    pub stamp: String,
    /// How long it is.
    pub length: u64,
}

/// A file opened: its ends, to judge whether it is whole, and its bytes.
pub struct Opened {
    /// The first bytes, at most `limits::GLIMPSE_BYTES`.
    pub head: Vec<u8>,
    /// The last bytes, at most `limits::GLIMPSE_BYTES`.
    pub tail: Vec<u8>,
    /// All bytes. Reading fails when the file changes meanwhile.
    pub source: Source,
}

/// Where something is put for somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shelf {
    /// A partner's out-folder.
    Out {
        /// The partner folder.
        folder: String,
    },
    /// The directory delivery of a partner's documents.
    Delivered {
        /// The partner.
        partner: String,
    },
}

/// How placing went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// It lies there now.
    Placed,
    /// The same bytes lay there already: it was placed before.
    Present,
    /// Other bytes lie there: take another name.
    Occupied,
}

/// The clock and randomness.
pub trait Surroundings: Send + Sync + 'static {
    /// The time.
    fn now(&self) -> Instant;

    /// Random bytes for an identity.
    fn random(&self) -> [u8; 10];
}
