//! Where partners drop and take files.

pub mod directory;
pub mod wakes;
