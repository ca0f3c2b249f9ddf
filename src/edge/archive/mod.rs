//! Where bytes become durable.

pub mod directory;
