//! Statements and batches: transactions without a conversation.
//!
//! The decision and the write are one batch. A store runs it whole or refuses it whole; no lock
//! is held while anybody thinks. The same texts serve SQLite and PostgreSQL.

/// A value of a column: the ledger has no other kinds, and no NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// TEXT.
    Text(String),
    /// BIGINT.
    Integer(i64),
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u64> for Value {
    /// Counts and lengths; beyond what a column holds they stay at its greatest value.
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<crate::vocabulary::digest::Digest> for Value {
    fn from(digest: crate::vocabulary::digest::Digest) -> Self {
        Self::Text(digest.to_string())
    }
}

impl From<crate::vocabulary::instant::Instant> for Value {
    fn from(instant: crate::vocabulary::instant::Instant) -> Self {
        Self::Integer(instant.micros())
    }
}

/// How many rows a statement must touch; otherwise its batch is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expect {
    /// Just so many.
    Exactly(u64),
    /// Any number.
    Any,
}

/// One statement with its parameters, `$1` first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// The text: one of `ledger::sql`.
    pub sql: &'static str,
    /// Its parameters.
    pub params: Vec<Value>,
    /// What it must touch.
    pub expect: Expect,
}

impl Statement {
    /// A statement that must touch exactly one row.
    #[must_use]
    pub const fn one(sql: &'static str, params: Vec<Value>) -> Self {
        Self { sql, params, expect: Expect::Exactly(1) }
    }

    /// A statement that may touch any number of rows.
    #[must_use]
    pub const fn any(sql: &'static str, params: Vec<Value>) -> Self {
        Self { sql, params, expect: Expect::Any }
    }
}

/// Statements that become durable together, or not at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Batch {
    /// In order.
    pub statements: Vec<Statement>,
}

impl Batch {
    /// A batch of one.
    #[must_use]
    pub fn of(statement: Statement) -> Self {
        Self { statements: vec![statement] }
    }

    /// Adds a statement.
    pub fn push(&mut self, statement: Statement) {
        self.statements.push(statement);
    }

    /// Adds the statements of another batch.
    pub fn extend(&mut self, other: Self) {
        self.statements.extend(other.statements);
    }
}

/// One row read, with columns in the order of the statement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Row(pub Vec<Value>);

impl Row {
    /// Text of column `index`; empty when it is no text.
    #[must_use]
    pub fn text(&self, index: usize) -> &str {
        match self.0.get(index) {
            Some(Value::Text(text)) => text,
            _ => "",
        }
    }

    /// Number of column `index`; 0 when it is no number.
    #[must_use]
    pub fn integer(&self, index: usize) -> i64 {
        match self.0.get(index) {
            Some(Value::Integer(number)) => *number,
            _ => 0,
        }
    }

    /// Count or length of column `index`; 0 when it is none.
    #[must_use]
    pub fn count(&self, index: usize) -> u64 {
        u64::try_from(self.integer(index)).unwrap_or(0)
    }
}
