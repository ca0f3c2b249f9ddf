//! Numbered migrations, checked by digest: a ledger written by another text than ours is
//! refused, not guessed at.

use super::sql;
use super::statement::{Batch, Row, Statement};
use crate::vocabulary::digest::Digest;
use crate::vocabulary::instant::Instant;

/// One step of the schema.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// 1 is the first; dense.
    pub number: i64,
    /// In a word.
    pub name: &'static str,
    /// Its statements.
    pub sql: &'static str,
}

/// All of them, in order. A published one is never edited: its digest is in every ledger.
pub const MIGRATIONS: &[Migration] =
    &[Migration { number: 1, name: "ledger", sql: include_str!("sql/migrations/0001_ledger.sql") }];

/// Why a ledger is not ours to open.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Foreign {
    /// A newer program was here.
    #[error(
        "the ledger has schema {found}, this program knows {known}: run the newer edigate that \
         wrote it"
    )]
    Newer {
        /// The schema found.
        found: i64,
        /// The newest known here.
        known: i64,
    },
    /// The text differs from the one that made it.
    #[error("schema step {number} of the ledger was made by another text than this program has")]
    Differs {
        /// Which.
        number: i64,
    },
}

/// What is still to be applied to a ledger with these `applied` rows (`MIGRATIONS_APPLIED`).
///
/// # Errors
///
/// [`Foreign`] when the ledger was written by something else.
pub fn pending(applied: &[Row]) -> Result<&'static [Migration], Foreign> {
    let known = MIGRATIONS.last().map_or(0, |last| last.number);
    for row in applied {
        let number = row.integer(0);
        let Some(migration) = MIGRATIONS.iter().find(|migration| migration.number == number) else {
            return Err(Foreign::Newer { found: number, known });
        };
        if row.text(1) != Digest::of(migration.sql.as_bytes()).to_string() {
            return Err(Foreign::Differs { number });
        }
    }
    Ok(MIGRATIONS.get(applied.len()..).unwrap_or_default())
}

/// Records that `migration` was applied.
#[must_use]
pub fn record(migration: &Migration, now: Instant) -> Batch {
    let digest = Digest::of(migration.sql.as_bytes());
    let params = vec![migration.number.into(), migration.name.into(), digest.into(), now.into()];
    Batch::of(Statement::one(sql::MIGRATION_RECORD, params))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::statement::Value;

    fn row(number: i64, digest: &str) -> Row {
        Row(vec![Value::Integer(number), digest.into()])
    }

    #[test]
    fn a_new_ledger_gets_every_step_and_a_current_one_none() {
        assert_eq!(pending(&[]).unwrap().len(), MIGRATIONS.len());
        let applied: Vec<_> = MIGRATIONS
            .iter()
            .map(|step| row(step.number, &Digest::of(step.sql.as_bytes()).to_string()))
            .collect();
        assert!(pending(&applied).unwrap().is_empty());
    }

    #[test]
    fn a_ledger_of_a_newer_program_or_another_text_is_refused() {
        let newer = pending(&[row(99, "")]).unwrap_err();
        assert!(newer.to_string().contains("newer edigate"), "{newer}");
        assert_eq!(pending(&[row(1, "00")]).unwrap_err(), Foreign::Differs { number: 1 });
    }
}
