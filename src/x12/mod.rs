//! X12 as bytes and trees: delimiters, segments, envelopes, validation, acknowledgments,
//! reading into and writing from canonical records.
//!
//! This layer never sees a socket, a file, a clock or a partner file: bytes and schemas come
//! in as arguments, findings and bytes go out.

pub mod acknowledge;
pub mod codes;
pub mod delimiters;
pub mod elements;
pub mod figures;
pub mod finding;
pub mod lexer;
pub mod read;
pub mod reader;
pub mod report;
pub mod screen;
pub mod segment;
pub mod tree;
pub mod validate;
pub mod wording;
pub mod write;
