//! The structure of one transaction set in one release: areas, segments, loops, trees.
//!
//! This is the text as written (`grammars/x12/004010/850.grammar`), before it is compiled.

use super::line::{ElementRef, Maximum, Origin, Requirement, Where};

/// A whole `.grammar` text: `grammar x12 RELEASE SET`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Structure {
    /// Of the `grammar` line.
    pub origin: Origin,
    /// `004010`, `005010X221A1`.
    pub release: String,
    /// `850`.
    pub set: String,
    /// `name` line: what the set is, in our words.
    pub name: String,
    /// `group` line: the GS01 code the set belongs to.
    pub group: String,
    /// `revision` line.
    pub revision: Option<u32>,
    /// `extends` line: release of the same set whose lines are inherited.
    pub extends: Option<String>,
    /// `uses` line: release whose segments and codes are taken.
    pub uses: Option<String>,
    /// Heading, detail, summary; those present, in that order.
    pub areas: Vec<Area>,
}

/// One of the three areas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// Of the area line.
    pub origin: Origin,
    /// Which one.
    pub kind: AreaKind,
    /// Its lines.
    pub children: Vec<Child>,
}

/// The three areas of a printed guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AreaKind {
    /// `heading`.
    Heading,
    /// `detail`.
    Detail,
    /// `summary`.
    Summary,
}

/// A line of an area or loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Child {
    /// A segment.
    Segment(SegmentLine),
    /// A loop.
    Loop(LoopLine),
    /// A loop between LS and LE.
    Bounded(BoundedLine),
}

/// `020  BEG  must  1  Purpose, type, number`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SegmentLine {
    /// Of the line.
    pub origin: Origin,
    /// Position in the area; equal positions may come in any order.
    pub position: u16,
    /// Segment id.
    pub id: String,
    /// `where`, telling it apart from others of its id.
    pub condition: Where,
    /// `must` or `may`.
    pub requirement: Requirement,
    /// How often.
    pub maximum: Maximum,
    /// Our words.
    pub prose: String,
}

/// `loop 2100 on CLP  must any  A claim`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopLine {
    /// Of the line.
    pub origin: Origin,
    /// Its name; the trigger's id unless `on` is written.
    pub name: String,
    /// Trigger id when it is not the name.
    pub on: Option<String>,
    /// `where`: claims the trigger with these values.
    pub condition: Where,
    /// `must` or `may`.
    pub requirement: Requirement,
    /// How often.
    pub maximum: Maximum,
    /// Our words.
    pub prose: String,
    /// `tree` line, for HL.
    pub tree: Option<TreeLine>,
    /// Lines of the loop; the first is the trigger.
    pub children: Vec<Child>,
}

/// `bounded 2700  270 to 290  may 1  prose`: LS ... LE with the name as identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundedLine {
    /// Of the line.
    pub origin: Origin,
    /// The loop's name and the value of LS01 and LE01.
    pub name: String,
    /// Position of LS.
    pub first: u16,
    /// Position of LE.
    pub last: u16,
    /// `must` or `may`.
    pub requirement: Requirement,
    /// How often.
    pub maximum: Maximum,
    /// Our words.
    pub prose: String,
    /// What stands between LS and LE.
    pub children: Vec<Child>,
}

/// `tree id 01 parent 02 level 03 child 04` and its `level` lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeLine {
    /// Of the line.
    pub origin: Origin,
    /// Element with the node's id.
    pub id: ElementRef,
    /// Element with the parent's id.
    pub parent: ElementRef,
    /// Element with the level code.
    pub level: ElementRef,
    /// Element with the child flag.
    pub child: Option<ElementRef>,
    /// Which level may stand under which.
    pub levels: Vec<LevelLine>,
}

/// `level O  must under S T P`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelLine {
    /// Of the line.
    pub origin: Origin,
    /// The level code.
    pub code: String,
    /// `must` when at least one is required, `may` when written so.
    pub requirement: Option<Requirement>,
    /// Level codes it may stand under; empty for `none`, the top.
    pub under: Vec<String>,
}
