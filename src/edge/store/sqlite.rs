//! The embedded ledger: one thread writes, anyone reads, WAL with a sync at every commit.
//!
//! **Group commit.** The writer takes every batch that waits, up to a bound, and commits them
//! under one `BEGIN IMMEDIATE`, each in its own savepoint: a refused batch is rolled back alone,
//! the others share one fsync. A caller is answered after that fsync, never before.
//!
//! **One daemon.** A lock file beside the ledger keeps a second daemon out. That is this
//! engine's business: nothing outside this file assumes one process.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use crate::ledger::migrate;
use crate::ledger::sql;
use crate::ledger::statement::{Batch, Expect, Row, Statement, Value};
use crate::limits;
use crate::ports::{Refusal, Store};
use crate::vocabulary::failure::{Failure, Source};
use crate::vocabulary::instant::Instant;

type Outcome = Result<Vec<Row>, Refusal>;
type Request = (Batch, oneshot::Sender<Outcome>);

/// A ledger in one SQLite file.
#[derive(Debug)]
pub struct Sqlite {
    writer: Option<mpsc::Sender<Request>>,
    readers: Arc<Readers>,
    _lock: Option<File>,
}

#[derive(Debug)]
struct Readers {
    path: PathBuf,
    idle: Mutex<Vec<Connection>>,
}

impl Sqlite {
    /// Opens the ledger for the daemon, making or migrating it as needed.
    ///
    /// # Errors
    ///
    /// When another daemon works with it, when it was written by a newer program, or when the
    /// disk fails.
    pub fn open(path: &Path, now: Instant) -> Result<Self, Failure> {
        let lock = lock(path)?;
        let mut connection = connect(path, OpenFlags::default())?;
        migrate(&mut connection, now)?;
        let (writer, requests) = mpsc::channel(limits::COMMIT_QUEUE);
        std::thread::Builder::new()
            .name("ledger".into())
            .spawn(move || write(&mut connection, requests))
            .map_err(|cause| failed(path, &cause))?;
        let readers = Readers { path: path.to_owned(), idle: Mutex::default() };
        Ok(Self { writer: Some(writer), readers: Arc::new(readers), _lock: Some(lock) })
    }

    /// Opens the ledger to look at it, beside a running daemon or without one.
    ///
    /// # Errors
    ///
    /// When there is none, or it can't be read.
    pub fn look(path: &Path) -> Result<Self, Failure> {
        let readers = Readers { path: path.to_owned(), idle: Mutex::default() };
        let mut connection = readers.take()?;
        let applied = query(&mut connection, &Statement::any(sql::MIGRATIONS_APPLIED, Vec::new()))
            .map_err(|cause| engine_failure(&cause))?;
        migrate::pending(&applied).map_err(|foreign| mended(path, &foreign))?;
        readers.give(connection);
        Ok(Self { writer: None, readers: Arc::new(readers), _lock: None })
    }
}

impl Store for Sqlite {
    async fn commit(&self, batch: Batch) -> Outcome {
        let closed = || Failure::passing(Source::Store, "the ledger is not open to write".into());
        let (answer, outcome) = oneshot::channel();
        let writer = self.writer.as_ref().ok_or_else(closed)?;
        writer.send((batch, answer)).await.map_err(|_| closed())?;
        outcome.await.map_err(|_| closed())?
    }

    async fn rows(&self, statement: Statement) -> Result<Vec<Row>, Failure> {
        let readers = Arc::clone(&self.readers);
        let read = move || {
            let mut connection = readers.take()?;
            let rows = query(&mut connection, &statement).map_err(|cause| engine_failure(&cause));
            readers.give(connection);
            rows
        };
        let ended = |_| Failure::passing(Source::Store, "reading the ledger was broken off".into());
        tokio::task::spawn_blocking(read).await.map_err(ended)?
    }
}

impl Readers {
    fn take(&self) -> Result<Connection, Failure> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        if let Some(connection) = idle {
            return Ok(connection);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        // A ledger on a read-only medium can be looked at too.
        let connection = connect(&self.path, flags).or_else(|_| {
            connect(&self.path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        })?;
        connection.pragma_update(None, "query_only", true).map_err(|e| engine_failure(&e))?;
        Ok(connection)
    }

    fn give(&self, connection: Connection) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
    }
}

fn lock(path: &Path) -> Result<File, Failure> {
    let beside = path.with_extension("lock");
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(&beside)
        .map_err(|cause| failed(&beside, &cause))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(Failure::until_mended(
            Source::Store,
            format!("another edigate already works with {}; stop it first", path.display()),
        )),
        Err(TryLockError::Error(cause)) => Err(failed(&beside, &cause)),
    }
}

fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, Failure> {
    let open = || {
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(Duration::from_secs(10))?;
        connection.set_prepared_statement_cache_capacity(64);
        if flags.contains(OpenFlags::SQLITE_OPEN_CREATE) {
            connection.pragma_update(None, "journal_mode", "wal")?;
        }
        // FULL: a commit that was answered survives power loss, also in WAL mode.
        connection.pragma_update(None, "synchronous", "full")?;
        Ok(connection)
    };
    open().map_err(|cause: rusqlite::Error| {
        let mut failure = engine_failure(&cause);
        failure.operator_text = format!("{}: {}", path.display(), failure.operator_text);
        failure
    })
}

fn migrate(connection: &mut Connection, now: Instant) -> Result<(), Failure> {
    let engine = |cause: rusqlite::Error| engine_failure(&cause);
    connection.execute_batch(sql::MIGRATION_TABLE).map_err(engine)?;
    let applied =
        query(connection, &Statement::any(sql::MIGRATIONS_APPLIED, Vec::new())).map_err(engine)?;
    let pending = migrate::pending(&applied).map_err(|foreign| mended(Path::new(""), &foreign))?;
    for migration in pending {
        let change = connection.transaction().map_err(engine)?;
        change.execute_batch(migration.sql).map_err(engine)?;
        for statement in migrate::record(migration, now).statements {
            run(&change, &statement, &mut Vec::new()).map_err(|refused| match refused {
                Refused::Conflict => {
                    Failure::passing(Source::Store, "another program is migrating".into())
                }
                Refused::Engine(cause) => engine_failure(&cause),
            })?;
        }
        change.commit().map_err(engine)?;
    }
    connection.execute_batch(sql::SQLITE_APPEND_ONLY).map_err(engine)
}

/// The writer: takes what waits, commits it together, answers.
fn write(connection: &mut Connection, mut requests: mpsc::Receiver<Request>) {
    let mut waiting = Vec::new();
    while requests.blocking_recv_many(&mut waiting, limits::COMMIT_BATCHES) > 0 {
        let (batches, answers): (Vec<_>, Vec<_>) = waiting.drain(..).unzip();
        let outcomes = commit(connection, &batches);
        for (answer, outcome) in answers.into_iter().zip(outcomes) {
            // Who no longer waits for the answer finds the facts when it reads again.
            answer.send(outcome).ok();
        }
    }
}

/// Commits batches under one transaction; each that is refused is left out alone.
fn commit(connection: &mut Connection, batches: &[Batch]) -> Vec<Outcome> {
    let all_failed = |cause: &rusqlite::Error| {
        batches.iter().map(|_| Err(engine_failure(cause).into())).collect::<Vec<Outcome>>()
    };
    let begin = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate);
    let mut together = match begin {
        Ok(transaction) => transaction,
        Err(cause) => return all_failed(&cause),
    };
    let mut outcomes = Vec::with_capacity(batches.len());
    for batch in batches {
        match alone(&mut together, batch) {
            Ok(rows) => outcomes.push(Ok(rows)),
            Err(Refused::Conflict) => outcomes.push(Err(Refusal::Conflict)),
            // A full disk or a broken file ends the transaction: then nothing of it is durable.
            Err(Refused::Engine(cause)) if together.is_autocommit() => return all_failed(&cause),
            Err(Refused::Engine(cause)) => outcomes.push(Err(engine_failure(&cause).into())),
        }
    }
    match together.commit() {
        Ok(()) => outcomes,
        Err(cause) => all_failed(&cause),
    }
}

enum Refused {
    Conflict,
    Engine(rusqlite::Error),
}

impl From<rusqlite::Error> for Refused {
    fn from(cause: rusqlite::Error) -> Self {
        Self::Engine(cause)
    }
}

fn alone(together: &mut rusqlite::Transaction<'_>, batch: &Batch) -> Result<Vec<Row>, Refused> {
    let savepoint = together.savepoint()?;
    let mut rows = Vec::new();
    for statement in &batch.statements {
        run(&savepoint, statement, &mut rows)?;
    }
    savepoint.commit()?;
    Ok(rows)
}

fn run(to: &Connection, statement: &Statement, rows: &mut Vec<Row>) -> Result<(), Refused> {
    let before = rows.len();
    let mut prepared = to.prepare_cached(statement.sql)?;
    bind(&mut prepared, &statement.params)?;
    let touched = if prepared.column_count() > 0 {
        collect(&mut prepared, rows)?;
        rows.len().saturating_sub(before)
    } else {
        prepared.raw_execute()?
    };
    match statement.expect {
        Expect::Exactly(wanted) if u64::try_from(touched) != Ok(wanted) => Err(Refused::Conflict),
        Expect::Exactly(_) | Expect::Any => Ok(()),
    }
}

fn query(connection: &mut Connection, statement: &Statement) -> rusqlite::Result<Vec<Row>> {
    let mut rows = Vec::new();
    let mut prepared = connection.prepare_cached(statement.sql)?;
    bind(&mut prepared, &statement.params)?;
    collect(&mut prepared, &mut rows)?;
    Ok(rows)
}

/// SQLite takes `$1` for a name: bound by name, so that repeated use and any order are fine.
fn bind(prepared: &mut rusqlite::CachedStatement<'_>, params: &[Value]) -> rusqlite::Result<()> {
    for (number, value) in (1usize..).zip(params) {
        let Some(index) = prepared.parameter_index(&format!("${number}"))? else { continue };
        match value {
            Value::Text(text) => prepared.raw_bind_parameter(index, text)?,
            Value::Integer(integer) => prepared.raw_bind_parameter(index, integer)?,
        }
    }
    Ok(())
}

fn collect(
    prepared: &mut rusqlite::CachedStatement<'_>,
    rows: &mut Vec<Row>,
) -> rusqlite::Result<()> {
    let width = prepared.column_count();
    let mut found = prepared.raw_query();
    while let Some(row) = found.next()? {
        let mut values = Vec::with_capacity(width);
        for column in 0..width {
            values.push(match row.get_ref(column)? {
                rusqlite::types::ValueRef::Integer(number) => Value::Integer(number),
                other => Value::Text(other.as_str().unwrap_or_default().to_owned()),
            });
        }
        rows.push(Row(values));
    }
    Ok(())
}

fn engine_failure(cause: &rusqlite::Error) -> Failure {
    let text = format!("the ledger failed: {cause}");
    match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase | ErrorCode::CannotOpen) => {
            Failure::until_mended(Source::Store, text)
        }
        _ => Failure::passing(Source::Store, text),
    }
}

fn failed(path: &Path, cause: &std::io::Error) -> Failure {
    Failure::until_mended(Source::Store, format!("{}: {cause}", path.display()))
}

fn mended(path: &Path, foreign: &migrate::Foreign) -> Failure {
    let place =
        if path.as_os_str().is_empty() { String::new() } else { path.display().to_string() };
    let text = if place.is_empty() { foreign.to_string() } else { format!("{place}: {foreign}") };
    Failure::until_mended(Source::Store, text)
}
