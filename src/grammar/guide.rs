//! A partner's implementation guide: it narrows the standard, or says `deviate`.

use super::codes::CodeList;
use super::line::{Address, Maximum, Origin, Requirement, TextPath, Where};
use super::map::MapLine;

/// A whole `.guide` text: `guide acme-retail 850`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guide {
    /// Of the first line.
    pub origin: Origin,
    /// Partner or guide name.
    pub partner: String,
    /// The set.
    pub set: String,
    /// `name` line, may be empty.
    pub name: String,
    /// `revision` line.
    pub revision: Option<u32>,
    /// `narrows x12/004010/850` or another guide `acme-retail/850`.
    pub narrows: TextPath,
    /// Its rules outside any `in`.
    pub rules: Vec<Rule>,
    /// `map` block: claims before the base lines.
    pub map: Vec<MapLine>,
}

/// One line of a guide.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Of the line.
    pub origin: Origin,
    /// What it says.
    pub kind: RuleKind,
    /// Our words for the partner.
    pub prose: String,
}

/// What a guide line says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RuleKind {
    /// `require ADDRESS [when COND]`.
    Require(Address, Option<When>),
    /// `forbid ADDRESS [when COND]`.
    Forbid(Address, Option<When>),
    /// `length BEG.03 8..10`.
    Length(Address, u32, u32),
    /// `codes BEG.02 SA NE`: only these.
    Codes(Address, Vec<String>),
    /// `limit N9 5`.
    Limit(Address, u32),
    /// `pattern BEG.03 digits`.
    Pattern(Address, String),
    /// `in HL where 03 is O` with rules for those loops only.
    In(Address, Vec<Rule>),
    /// `plus codes 98` with code lines (or one on the line).
    Plus(CodeList),
    /// `deviate BEG.05 may`: another requirement.
    DeviateRequirement(Address, Requirement),
    /// `deviate N9 any`: another maximum.
    DeviateMaximum(Address, Maximum),
    /// `deviate BEG.03 1..30`: other lengths.
    DeviateLength(Address, u32, u32),
    /// `deviate PO1/N9 before PO1/REF`: another order.
    DeviateOrder(Address, Address),
    /// `relax dates`, `relax levels S O P I`, `relax map`.
    Relax(String, Vec<String>),
    /// `split REF where 01 is IA must 1`: a `where` split of an undivided node.
    Split(Address, Requirement, Maximum),
    /// `refuse business`: business findings are errors for this partner.
    Refuse(String),
}

/// `when BEG.02 is RL`: a condition on another element of the set or loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct When {
    /// Segment, with the loops it is in.
    pub address: Address,
    /// The tests on it.
    pub condition: Where,
}
