//! Segments and composites of a release: elements, types, lengths, relations between elements.

use super::line::{Origin, Requirement};

/// A whole `segments.grammar` text, opened by `segments x12 RELEASE`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Segments {
    /// Of the first line.
    pub origin: Origin,
    /// The release, or `envelope`.
    pub release: String,
    /// `extends RELEASE`: everything of that release that this text does not replace by id.
    pub extends: Option<String>,
    /// Segments and composites in the order written.
    pub items: Vec<Definition>,
}

/// `segment PO1  Order line` or `composite C003  Procedure` with its lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Definition {
    /// Of the line.
    pub origin: Origin,
    /// Whether it is a composite.
    pub composite: bool,
    /// `PO1`, `C003`.
    pub id: String,
    /// Our words.
    pub prose: String,
    /// Element lines in the order written.
    pub elements: Vec<ElementLine>,
    /// Relations in the order written.
    pub notes: Vec<Note>,
}

/// `06..24 by 2  235  if  ID 2..2  product_qualifier  prose`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementLine {
    /// Of the line.
    pub origin: Origin,
    /// First position.
    pub first: u8,
    /// Last position and step, for a run of alike elements.
    pub run: Option<(u8, u8)>,
    /// What stands there.
    pub content: Content,
    /// `must`, `may`, `if`.
    pub requirement: Requirement,
    /// How often the element may repeat (`x5`); 1 unless written.
    pub repeats: u32,
    /// The word by which maps, findings and the console call it.
    pub name: String,
    /// Our words; may be empty.
    pub prose: String,
}

/// What an element line holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A simple element.
    Simple {
        /// Dictionary number, a fact (`235`, or `I05` style numbers of control segments).
        dictionary: String,
        /// Type.
        kind: Kind,
        /// Shortest length.
        min: u32,
        /// Longest length.
        max: u32,
        /// `in CODESET`.
        codes: Option<String>,
    },
    /// A composite: its id.
    Composite(String),
}

/// X12 element types (X12.6 3.5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text.
    An,
    /// Code.
    Id,
    /// Date.
    Dt,
    /// Time.
    Tm,
    /// Decimal with a written point.
    R,
    /// Number with that many implied decimals.
    N(u8),
    /// Bytes.
    B,
}

/// A relation between elements of one segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Of the line.
    pub origin: Origin,
    /// Which relation.
    pub relation: Relation,
    /// The positions, first as written.
    pub positions: Vec<u8>,
    /// `by STEP to LAST`: repeated, shifted, until the first position is `LAST`.
    pub repeat: Option<(u8, u8)>,
}

/// The five relations of X12.6, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// `06 and 07 together`: P, all or none.
    Together,
    /// `at least one of 02 03`: R.
    AtLeastOne,
    /// `only one of 02 03`: E, at most one.
    OnlyOne,
    /// `if 03 then 02 and 05`: C, all of them.
    Then,
    /// `if 05 then one of 06 07`: L, at least one of them.
    ThenOne,
}
