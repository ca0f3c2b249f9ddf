//! Maps: lines that mean the same when a set is read into a record and when the record is
//! written as a set. There is no reading script and no writing script.

use super::line::{ElementRef, Origin, ReleaseRange, Where};

/// A whole `.map` text: `map 850 purchase_order`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MapText {
    /// Of the first line.
    pub origin: Origin,
    /// The set; `parts` for `parts.map`, which has only defines.
    pub set: String,
    /// The record.
    pub record: String,
    /// `for RANGE`.
    pub range: Option<ReleaseRange>,
    /// Its lines.
    pub lines: Vec<MapLine>,
}

/// A line of a scope (the set, a loop instance, a level).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MapLine {
    /// A segment's elements.
    Group(Group),
    /// A loop.
    Loop(LoopMap),
    /// The HL tree.
    Tree(TreeMap),
    /// `use NAME`.
    Use(Origin, String),
    /// `define NAME` with lines.
    Define(Define),
    /// `set kind tare`.
    Set(SetLine),
    /// `fill CTT.01 count(lines)` outside a group: carries its segment.
    Computed(Computed),
    /// `for 005010..` with lines.
    For(ForLine),
    /// `also REF.02 where 01 is PO  order_number`: read only.
    Also(Group),
    /// `without SEG[.el] [where]`: in guides only, drops a base line.
    Without(Without),
}

/// `REF where 01 is ZZ  target` with element lines below, or `REF.02 where ... target` in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// Of the line.
    pub origin: Origin,
    /// Segment id.
    pub id: String,
    /// Which segments of that id.
    pub condition: Where,
    /// Where the object goes; none writes into the scope's object.
    pub target: Option<Target>,
    /// Written as `SEG.el target` on one line: `lines` holds exactly that element.
    pub single: bool,
    /// Its lines.
    pub lines: Vec<GroupLine>,
}

/// A line of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GroupLine {
    /// An element to a field.
    Element(ElementMap),
    /// An element that is always written with this value.
    Constant(Constant),
    /// A walk over slots.
    Each(Each),
    /// A computed element.
    Computed(Computed),
}

/// `02  quantity  decimal`, `+0  type  { UP upc }`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ElementMap {
    /// Of the line.
    pub origin: Origin,
    /// `+`: counted from the slot's first element (0 is that element).
    pub slot: bool,
    /// The element; with `slot`, `element` is the distance.
    pub at: ElementRef,
    /// The field.
    pub target: Target,
    /// How the text is read.
    pub kind: ValueKind,
    /// Codes and words; empty without translation.
    pub translation: Vec<Translation>,
}

/// `02 = SA`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Constant {
    /// Of the line.
    pub origin: Origin,
    /// `+`.
    pub slot: bool,
    /// The element.
    pub at: ElementRef,
    /// The value written.
    pub code: String,
}

/// `each 06..25 by 2  product_ids[] first` with lines below.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Each {
    /// Of the line.
    pub origin: Origin,
    /// First element of the first slot.
    pub first: u8,
    /// Last element of the last slot.
    pub last: u8,
    /// Elements a slot.
    pub step: u8,
    /// The list.
    pub target: Target,
    /// `first`: when there is no room, those whose word stands first in the translation go.
    pub first_only: bool,
    /// Slot lines (`+`) and carried lines.
    pub lines: Vec<GroupLine>,
}

/// `.`, `field`, `a.b`, `list[]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// Field names; empty is `.`, the scope's own object.
    pub path: Vec<String>,
    /// Ends in `[]`.
    pub list: bool,
}

/// How an element's text becomes a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ValueKind {
    /// As is (also written `text`).
    #[default]
    Text,
    /// Canonical decimal.
    Decimal,
    /// Integer.
    Integer,
    /// Date.
    Date,
    /// Time.
    Time,
    /// Date and time in one.
    Moment,
    /// `period by 05`: the format qualifier's element chooses.
    Period(ElementRef),
}

/// `BP|IN buyer_part`: many codes, one word; the first code is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Translation {
    /// The codes.
    pub codes: Vec<String>,
    /// The word.
    pub word: String,
}

/// `loop N1 where 01 is ST  ship_to` with lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoopMap {
    /// Of the line.
    pub origin: Origin,
    /// Loop name.
    pub name: String,
    /// Tested on the trigger.
    pub condition: Where,
    /// Where the object goes; `.` makes none.
    pub target: Target,
    /// Its lines.
    pub lines: Vec<MapLine>,
}

/// `tree HL` with `level` lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeMap {
    /// Of the line.
    pub origin: Origin,
    /// Loop name.
    pub name: String,
    /// Its levels.
    pub levels: Vec<LevelMap>,
}

/// `level O  orders[]` with lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LevelMap {
    /// Of the line.
    pub origin: Origin,
    /// Level code.
    pub code: String,
    /// List in the parent node's object, or `.`.
    pub target: Target,
    /// Its lines.
    pub lines: Vec<MapLine>,
}

/// `define party` with lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Define {
    /// Of the line.
    pub origin: Origin,
    /// Its name.
    pub name: String,
    /// Its lines.
    pub lines: Vec<MapLine>,
}

/// `set kind tare`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SetLine {
    /// Of the line.
    pub origin: Origin,
    /// The field.
    pub path: Vec<String>,
    /// Its value.
    pub code: String,
}

/// `for 005010..` with lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForLine {
    /// Of the line.
    pub origin: Origin,
    /// The releases.
    pub range: ReleaseRange,
    /// Its lines.
    pub lines: Vec<MapLine>,
}

/// `without REF.02 where 01 is DP`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Without {
    /// Of the line.
    pub origin: Origin,
    /// Segment id, or a loop name.
    pub id: String,
    /// One element only.
    pub element: Option<ElementRef>,
    /// Which.
    pub condition: Where,
}

/// `fill 01 count(lines)`, `check CTT.02 sum(lines.quantity) or ... within 0.01`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Computed {
    /// Of the line.
    pub origin: Origin,
    /// `fill` (always written) or `check`.
    pub fill: bool,
    /// Segment id when the line stands outside a group.
    pub id: Option<String>,
    /// The element.
    pub at: ElementRef,
    /// The expression, and others that also pass.
    pub expressions: Vec<Expression>,
    /// `within 0.01`, as written.
    pub within: Option<String>,
}

/// Sums and products over decimals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expression {
    /// `count(path)`; `count(HL)` counts segments or loops of that id.
    Count(String),
    /// `sum(path)` or `sum(path * path)`.
    Sum(Vec<String>),
    /// `signed(path)`: allowances minus, charges plus.
    Signed(String),
    /// A field's own value.
    Value(String),
    /// `a + b` (true) or `a - b` (false), left to right.
    Plus(Box<Self>, bool, Box<Self>),
}
