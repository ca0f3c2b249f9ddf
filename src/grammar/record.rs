//! The fields of a canonical record (`grammars/canonical/purchase_order.record`): the contract
//! that maps are checked against and the JSON Schema is made from.

use super::line::{Origin, Requirement};

/// A whole `.record` text: `record purchase_order 1`, then its fields, then its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record {
    /// Of the first line.
    pub origin: Origin,
    /// `purchase_order`.
    pub name: String,
    /// 1; `schema` is `purchase_order/1`.
    pub version: u32,
    /// What the record is, in our words.
    pub prose: String,
    /// Its fields.
    pub fields: Vec<Field>,
    /// `part NAME prose` blocks of this file; parts of `parts.record` are shared by all.
    pub parts: Vec<Part>,
}

/// A shape used by several fields: `part party  Somebody with a name`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Of the line.
    pub origin: Origin,
    /// `party`.
    pub name: String,
    /// Our words.
    pub prose: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// `lines  must list line  What is ordered`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// Of the line.
    pub origin: Origin,
    /// The JSON name.
    pub name: String,
    /// `must` or `may`.
    pub requirement: Requirement,
    /// Whether it is a list.
    pub list: bool,
    /// What it holds.
    pub kind: FieldKind,
    /// Our words.
    pub prose: String,
}

/// The type of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FieldKind {
    /// Any text.
    Text,
    /// An exact decimal, as a string.
    Decimal,
    /// A JSON integer.
    Integer,
    /// `2024-02-29`.
    Date,
    /// `14:05`, `14:05:09`, `14:05:09.25`.
    Time,
    /// Date and time in one, with zone when sent.
    Moment,
    /// A word of a translation, or the code as sent.
    Word,
    /// A part by its name.
    Part(String),
}
