//! Maps rule by rule (GRAMMAR.md 6): on small texts of our own, in both directions.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test's own steps"
)]

mod bench;
mod claims;
mod computed;
mod guides;
mod ill_formed;
mod shipped;
mod trees;
mod values;
mod written;
