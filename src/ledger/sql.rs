//! Every statement of the ledger by name, one file each: one text for SQLite and PostgreSQL.
//!
//! Rules that make it one text: columns are TEXT and BIGINT, parameters `$n`, no `NOW()`, no
//! randomness, no sequences, no JSON operators.

/// One answer file is owed.
pub const ANSWER_NEW: &str = include_str!("sql/answer_new.sql");
/// An answer lies in the partner's folder.
pub const ANSWER_PLACED: &str = include_str!("sql/answer_placed.sql");
/// The answers to one transmission.
pub const ANSWERS_OF: &str = include_str!("sql/answers_of.sql");
/// Uses control numbers, unless someone else did meanwhile.
pub const CONTROL_ADVANCE: &str = include_str!("sql/control_advance.sql");
/// Starts a sequence.
pub const CONTROL_FIRST: &str = include_str!("sql/control_first.sql");
/// The last number used.
pub const CONTROL_LAST: &str = include_str!("sql/control_last.sql");
/// What was waited for came.
pub const DEADLINE_MET: &str = include_str!("sql/deadline_met.sql");
/// Deadlines that passed.
pub const DEADLINE_PASSED: &str = include_str!("sql/deadline_passed.sql");
/// Waits for something.
pub const DEADLINE_SET: &str = include_str!("sql/deadline_set.sql");
/// The next version of a document.
pub const DOCUMENT_CHANGE: &str = include_str!("sql/document_change.sql");
/// How many documents of a transmission stand where.
pub const DOCUMENT_COUNTS: &str = include_str!("sql/document_counts.sql");
/// The first version of a document.
pub const DOCUMENT_NEW: &str = include_str!("sql/document_new.sql");
/// Where each document stands, in order of identity.
pub const DOCUMENT_STAGES: &str = include_str!("sql/document_stages.sql");
/// Newest documents first.
pub const DOCUMENTS: &str = include_str!("sql/documents.sql");
/// Documents of one transmission.
pub const DOCUMENTS_OF: &str = include_str!("sql/documents_of.sql");
/// Claims due effects under a lease. The lease condition stands again in the outer
/// `WHERE`: PostgreSQL checks only that again after waiting for a row.
pub const EFFECT_CLAIM: &str = include_str!("sql/effect_claim.sql");
/// The outcome is a fact now.
pub const EFFECT_FINISH: &str = include_str!("sql/effect_finish.sql");
/// Orders an effect.
pub const EFFECT_ORDER: &str = include_str!("sql/effect_order.sql");
/// How many effects stand, the next due and the first lease to end.
pub const EFFECT_PENDING: &str = include_str!("sql/effect_pending.sql");
/// Tries again later.
pub const EFFECT_POSTPONE: &str = include_str!("sql/effect_postpone.sql");
/// Takes back what this node held before it was restarted.
pub const EFFECT_RECLAIM: &str = include_str!("sql/effect_reclaim.sql");
/// Keeps a lease.
pub const EFFECT_RENEW: &str = include_str!("sql/effect_renew.sql");
/// Effects that failed at least once.
pub const EFFECT_TROUBLES: &str = include_str!("sql/effect_troubles.sql");
/// Appends a fact at the place `log_advance` made.
pub const EVENT_APPEND: &str = include_str!("sql/event_append.sql");
/// How many facts there are, and which places of the log they have.
pub const EVENT_SPAN: &str = include_str!("sql/event_span.sql");
/// The facts of one subject.
pub const EVENTS_OF: &str = include_str!("sql/events_of.sql");
/// Makes the next place in the log; serialises appends.
pub const LOG_ADVANCE: &str = include_str!("sql/log_advance.sql");
/// A migration was applied.
pub const MIGRATION_RECORD: &str = include_str!("sql/migration_record.sql");
/// Where applied migrations are listed.
pub const MIGRATION_TABLE: &str = include_str!("sql/migration_table.sql");
/// Applied migrations.
pub const MIGRATIONS_APPLIED: &str = include_str!("sql/migrations_applied.sql");
/// Whether a fact names an object.
pub const OBJECT_KNOWN: &str = include_str!("sql/object_known.sql");
/// A fact names an object.
pub const OBJECT_NAME: &str = include_str!("sql/object_name.sql");
/// Objects that facts name, in order of digest.
pub const OBJECTS_AFTER: &str = include_str!("sql/objects_after.sql");
/// This transmission stands for these bytes.
pub const ORIGINAL_CLAIM: &str = include_str!("sql/original_claim.sql");
/// Which transmission stands for these bytes.
pub const ORIGINAL_FIND: &str = include_str!("sql/original_find.sql");
/// Takes over from one that never took effect.
pub const ORIGINAL_INHERIT: &str = include_str!("sql/original_inherit.sql");
/// The next version of a transmission.
pub const TRANSMISSION_CHANGE: &str = include_str!("sql/transmission_change.sql");
/// How many transmissions stand where.
pub const TRANSMISSION_COUNTS: &str = include_str!("sql/transmission_counts.sql");
/// The first version of a transmission.
pub const TRANSMISSION_NEW: &str = include_str!("sql/transmission_new.sql");
/// Where each transmission stands, in order of identity.
pub const TRANSMISSION_STAGES: &str = include_str!("sql/transmission_stages.sql");
/// The transmission whose file still lies where it was found.
pub const TRANSMISSION_WAITING: &str = include_str!("sql/transmission_waiting.sql");
/// Newest transmissions first.
pub const TRANSMISSIONS: &str = include_str!("sql/transmissions.sql");
/// Transmissions after one, oldest first.
pub const TRANSMISSIONS_SINCE: &str = include_str!("sql/transmissions_since.sql");

/// SQLite's guard against changing facts.
pub const SQLITE_APPEND_ONLY: &str = include_str!("sql/sqlite/append_only.sql");
