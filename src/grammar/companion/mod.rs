//! The companion guide a partner reads: one self-contained HTML page.

pub mod words;
