//! Who we trade with, as written in `partners/*.toml`: one file a partner, read aloud by an
//! analyst, with everything about that partner and no secret.
//!
//! Texts come in as arguments; reading files is the service's work. Every problem of a file is
//! reported with line, column and what was meant, not only the first.

pub mod directory;
pub mod load;
pub mod phrase;
pub mod profile;
pub mod register;
pub mod table;
