//! Words every layer shares: digests, short texts, decimals, instants, identities, failures.
//!
//! This layer knows nobody. It does no I/O, asks no clock and draws no randomness: what it
//! needs of those comes in as an argument.

pub mod digest;
pub mod failure;
pub mod ids;
pub mod inline;
pub mod instant;
pub mod suggest;
