//! The compiled form of a structure with its guide: flat rows that validation walks and maps
//! are checked against.
//!
//! Row 0 is the set itself. Loops and segments are rows of one array; the fields every layer
//! reads are public, what only the walk needs is added beside them by the compiler.

use super::segments::{Kind, Relation};
use crate::vocabulary::digest::Digest;

/// A row of [`Schema::nodes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(pub u16);

impl NodeId {
    /// The set itself.
    pub const SET: Self = Self(0);
    /// A segment that fits nowhere.
    pub const STRAY: Self = Self(u16::MAX);

    /// The row's index.
    #[must_use]
    pub fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// A compiled structure.
#[derive(Clone, Debug)]
pub struct Schema {
    /// `850`.
    pub set: String,
    /// The release of the grammar (`004010`), not of GS08.
    pub release: String,
    /// GS01 that fits.
    pub group: String,
    /// What the set is, in our words.
    pub name: String,
    /// How findings name it: `x12/004010/850` or `acme-retail/850`.
    pub rule: String,
    /// Identity of all texts in force (GRAMMAR.md 1).
    pub identity: Digest,
    /// The paths and digests the identity is made of, sorted by path.
    pub texts: Vec<(String, Digest)>,
    /// Whether the release is 005010 or later (codes 12, 13, 23; repetitions).
    pub from_005010: bool,
    /// The rows.
    pub nodes: Vec<Node>,
    /// Segments the release knows, by [`SegmentRule::id`]; those in the set are in `nodes`.
    pub segments: Vec<SegmentRule>,
    /// Composites, by index.
    pub composites: Vec<CompositeRule>,
    /// Code lists, by index.
    pub code_lists: Vec<CodeListRule>,
    /// Trees, by index.
    pub trees: Vec<TreeRule>,
}

/// A loop, a segment, or the set.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it is.
    pub kind: NodeKind,
    /// Segment id; for loops the trigger's; `ST` for the set.
    pub id: String,
    /// Row of `segments`; for loops the trigger's.
    pub segment: usize,
    /// The loop it stands in.
    pub parent: NodeId,
    /// Its children in order of position; the trigger of a loop first.
    pub children: Vec<NodeId>,
    /// Area (0 heading, 1 detail, 2 summary) times 100,000 plus position.
    pub position: u32,
    /// Times it must stand.
    pub min: u32,
    /// Times it may stand; `u32::MAX` for any.
    pub max: u32,
    /// All hold for a segment that is placed here (for loops: on the trigger).
    pub condition: Vec<Condition>,
    /// Tree rule when this loop is the tree's.
    pub tree: Option<usize>,
    /// Our words.
    pub prose: String,
}

/// What a row is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NodeKind {
    /// The set: row 0.
    Set,
    /// A loop, by name.
    Loop(String),
    /// A segment.
    Segment,
}

/// A compiled clause.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// Element, from 1.
    pub element: u8,
    /// Component, from 1.
    pub component: Option<u8>,
    /// The test.
    pub test: ConditionTest,
}

/// What a [`Condition`] asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ConditionTest {
    /// One of these codes.
    Is(Vec<Box<[u8]>>),
    /// Present.
    Present,
    /// Absent.
    Absent,
}

/// A segment of the release.
#[derive(Clone, Debug)]
pub struct SegmentRule {
    /// `PO1`.
    pub id: String,
    /// Our words.
    pub prose: String,
    /// Elements by position; runs expanded; index 0 is element 01.
    pub elements: Vec<ElementRule>,
    /// Relations, repeats expanded.
    pub relations: Vec<RelationRule>,
}

/// A composite of the release.
#[derive(Clone, Debug)]
pub struct CompositeRule {
    /// `C003`.
    pub id: String,
    /// Our words.
    pub prose: String,
    /// Components by position.
    pub components: Vec<ElementRule>,
    /// Relations between components.
    pub relations: Vec<RelationRule>,
}

/// An element or component.
#[derive(Clone, Debug)]
pub struct ElementRule {
    /// Whether it must be there.
    pub must: bool,
    /// How often it may repeat.
    pub repeats: u32,
    /// What stands there; none for a position the grammar leaves out (never used).
    pub content: ElementContent,
    /// The word by which maps and findings call it.
    pub name: String,
    /// Our words.
    pub prose: String,
}

/// What an element holds.
#[derive(Clone, Debug)]
pub enum ElementContent {
    /// A simple element.
    Simple(SimpleRule),
    /// A row of `composites`.
    Composite(usize),
    /// The standard leaves the position out.
    Unused,
}

/// A simple element.
#[derive(Clone, Debug)]
pub struct SimpleRule {
    /// Dictionary number.
    pub dictionary: String,
    /// Type.
    pub kind: Kind,
    /// Shortest.
    pub min: u32,
    /// Longest.
    pub max: u32,
    /// Row of `code_lists`.
    pub codes: Option<usize>,
}

/// A relation with its positions as a bit mask as well.
#[derive(Clone, Debug)]
pub struct RelationRule {
    /// Which relation.
    pub relation: Relation,
    /// Positions as written.
    pub positions: Vec<u8>,
    /// Bit `n` for position `n`.
    pub mask: u128,
}

/// A code list.
#[derive(Clone, Debug)]
pub struct CodeListRule {
    /// Its name or dictionary number.
    pub name: String,
    /// Whether others are refused.
    pub closed: bool,
    /// Code, our word, our prose; sorted by code.
    pub codes: Vec<(String, String, String)>,
}

/// A tree.
#[derive(Clone, Debug)]
pub struct TreeRule {
    /// Element with the id.
    pub id: u8,
    /// Element with the parent's id.
    pub parent: u8,
    /// Element with the level code.
    pub level: u8,
    /// Element with the child flag.
    pub child: Option<u8>,
    /// Level code, whether required, the levels it may stand under (empty: the top).
    pub levels: Vec<(String, bool, Vec<String>)>,
}
