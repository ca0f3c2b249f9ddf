//! Where facts become durable.

pub mod sqlite;
