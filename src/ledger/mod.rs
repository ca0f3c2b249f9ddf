//! The memory of the system: facts, two pure step functions, what they owe to the outside,
//! and the statements that make all of it durable at once. No I/O, no clock, no engine.
//!
//! A fact is an [`event::Event`]. [`transmission::step`] and [`document::step`] say what
//! follows from it; [`record`] turns that into one [`statement::Batch`], which a store commits
//! whole or refuses. Whoever is refused reads again and steps again: nothing is held between.

pub mod document;
pub mod effect;
pub mod event;
pub mod migrate;
pub mod query;
pub mod record;
pub mod retry;
pub mod sql;
pub mod statement;
pub mod transmission;
