//! The walk of a transaction set over its schema: every way in which a set can be wrong is told
//! once, at its place, with the code its acknowledgment carries, and nothing else is told.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a fixture that is not as the test means it has failed the test"
)]

mod elements;
mod guides;
mod hostile;
mod laws;
mod placing;
mod sets;
mod texts;
mod trees;
