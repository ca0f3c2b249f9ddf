//! The compiled form of a map: rows that reading and writing both follow.
//!
//! Everything that can be looked up before a set is there has been looked up: which lines may
//! claim what stands at a node, where a field lies in its object, how an element's text becomes
//! a value. So reading is one table look-up a segment and one a element, and writing walks the
//! same rows the other way.

use rust_decimal::Decimal;

use crate::grammar::error::GrammarError;
use crate::grammar::map::Expression;
use crate::grammar::schema::{Condition, NodeId};
use crate::grammar::segments::Kind;

/// A map compiled against the schema of one set in one release and one record text.
#[derive(Clone, Debug)]
pub struct CompiledMap {
    /// The set: `850`.
    pub set: String,
    /// The record: `purchase_order`.
    pub record: String,
    /// The first field of every record: `purchase_order/1`.
    pub schema: String,
    /// What the author should know, without being an error.
    pub warnings: Vec<GrammarError>,
    /// Levels from the outermost in which a tree is written, when a guide says so.
    pub levels: Vec<String>,
    /// Scope 0 is the set.
    pub(crate) scopes: Vec<Scope>,
    pub(crate) groups: Vec<GroupPlan>,
    pub(crate) layouts: Vec<Layout>,
    pub(crate) trees: Vec<TreePlan>,
    pub(crate) computed: Vec<ComputedPlan>,
    /// By node of the schema.
    pub(crate) nodes: Vec<NodePlan>,
}

/// What the map needs of a node.
#[derive(Clone, Debug)]
pub(crate) struct NodePlan {
    pub(crate) parent: NodeId,
    /// Its place among its parent's children.
    pub(crate) ordinal: usize,
    /// For loops: the segment that starts them.
    pub(crate) trigger: Option<NodeId>,
    /// Whether it starts its loop.
    pub(crate) is_trigger: bool,
    pub(crate) position: u32,
    pub(crate) min: u32,
    pub(crate) max: u32,
    /// Its own conditions; for a loop its trigger's as well.
    pub(crate) condition: Vec<Condition>,
    /// Segment id, or loop name.
    pub(crate) name: String,
    /// Which of its siblings with the same name it is, from 1.
    pub(crate) nth: u32,
    /// Whether it has siblings of the same name.
    pub(crate) shares_name: bool,
    /// Children in order of position.
    pub(crate) children: Vec<NodeId>,
    /// The position of an element of bytes.
    pub(crate) binary: Option<u8>,
}

/// Where a value lies in the object that is being read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Slot(pub(crate) u16);

impl Slot {
    pub(crate) fn index(self) -> usize {
        usize::from(self.0)
    }
}

/// The fields of one kind of object, in the order of the map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) places: Vec<Place>,
    /// By slot: the field's path, for sentences.
    pub(crate) names: Vec<String>,
}

/// A field of an object.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) content: PlaceContent,
}

/// What a field holds.
#[derive(Clone, Debug)]
pub(crate) enum PlaceContent {
    Slot(Slot),
    /// An object that several lines fill by dotted paths.
    Nested(Vec<Place>),
}

/// The lines that hold in an instance of a loop, in a level, or in the set.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    /// The loop, or the set.
    pub(crate) node: NodeId,
    /// Of the object its lines fill.
    pub(crate) layout: usize,
    /// What `at` of an unmapped entry begins with: empty, or `CTT/` for a loop without an object.
    pub(crate) prefix: String,
    pub(crate) lines: Vec<Line>,
    /// By ordinal of a child of `node`: the lines that may claim what is placed there.
    pub(crate) table: Vec<Vec<u16>>,
    /// Lines that only look.
    pub(crate) also: Vec<AlsoPlan>,
    /// `set` lines: reading gives these words, writing asks for them.
    pub(crate) sets: Vec<(Slot, String)>,
    /// What is written, in order.
    pub(crate) feeds: Vec<Feed>,
    /// The group that writes the trigger when no line produced one.
    pub(crate) trigger: Option<usize>,
    /// For the scopes of a tree and the scope around it: slots of the tree's lists.
    pub(crate) tree_slots: Vec<Option<Slot>>,
}

/// An `also` line: read when the field is empty, never written.
#[derive(Clone, Debug)]
pub(crate) struct AlsoPlan {
    pub(crate) nodes: Vec<NodeId>,
    pub(crate) condition: Vec<Condition>,
    pub(crate) fields: Vec<(u8, Option<u8>, FieldPlan)>,
}

/// A line of a scope.
#[derive(Clone, Debug)]
pub(crate) enum Line {
    Group { group: usize, once: Option<u8> },
    Loop(LoopPlan),
    Tree(usize),
}

/// A `loop` line.
#[derive(Clone, Debug)]
pub(crate) struct LoopPlan {
    pub(crate) condition: Vec<Condition>,
    pub(crate) once: Option<u8>,
    /// Where its object goes; none for `.`.
    pub(crate) target: Option<Slot>,
    pub(crate) list: bool,
    /// The scope for each node of that name.
    pub(crate) variants: Vec<(NodeId, usize)>,
}

/// One step of writing a scope.
#[derive(Clone, Debug)]
pub(crate) enum Feed {
    /// A line that writes once: from the object itself, or from a single field.
    Line(usize),
    /// A list with the lines that may write its items, in order.
    List(Slot, Vec<usize>),
}

/// Where the values of a group go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Goes {
    /// Goes the scope's object; claims one segment an instance.
    Owner,
    /// An object in that field; claims one segment.
    Object(Slot),
    /// An object for each segment.
    List(Slot),
    /// A bare value for each segment that has nothing else in it.
    Bare(Slot),
    /// The slots of each segment that is covered wholly.
    Packed(Slot),
}

/// A segment line of a map with its element lines.
#[derive(Clone, Debug)]
pub(crate) struct GroupPlan {
    pub(crate) id: String,
    /// Where its segments may be placed, in order.
    pub(crate) nodes: Vec<NodeId>,
    pub(crate) condition: Vec<Condition>,
    pub(crate) goes: Goes,
    /// Of the object its elements fill.
    pub(crate) layout: usize,
    /// By position less one.
    pub(crate) elements: Vec<ElementPlan>,
    pub(crate) slots: Vec<EachPlan>,
    /// `REF[01=DP]`: how unmapped elements name it.
    pub(crate) at: String,
    /// Whether it has a `fill`, so that it is always written.
    pub(crate) fills: bool,
    /// Elements that are read together with another one, or fill a list by position: they must
    /// be looked at before the rest.
    pub(crate) leaders: Vec<u8>,
    pub(crate) lists: Vec<Slot>,
    /// Whether the standard demands the segment there.
    pub(crate) must: bool,
}

/// What a map says of one element or component.
#[derive(Clone, Debug)]
pub(crate) enum ElementPlan {
    /// No line names it: it stays in `unmapped`.
    Free,
    /// A field.
    Field(Box<FieldPlan>),
    /// Always this value: a constant or a `where`.
    Code(String),
    /// A composite of which some components are named; by position less one.
    Composite(Vec<Self>),
    /// A component of a run that fills a list.
    Run(Box<FieldPlan>),
    /// Part of the slots of an `each`.
    Slot(usize),
    /// Computed, in no field.
    Computed(usize),
    /// Read together with another element, which fills the field.
    Follows,
    /// HL ids and the level: the tree fills them.
    Tree,
}

/// An element that fills a field.
#[derive(Clone, Debug)]
pub(crate) struct FieldPlan {
    pub(crate) slot: Slot,
    pub(crate) form: Form,
    /// Whether the field is a list that takes one item from each such element.
    pub(crate) list: bool,
    pub(crate) rule: ElementForm,
    pub(crate) words: Vec<(Vec<String>, String)>,
    /// A `check` on it.
    pub(crate) check: Option<usize>,
}

/// What the standard says of the element, as far as writing needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ElementForm {
    pub(crate) kind: Kind,
    pub(crate) min: u32,
    pub(crate) max: u32,
}

/// How the text of an element becomes a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Text,
    Decimal,
    Integer,
    Date,
    Time,
    /// Date here, time and zone in the next two elements; which of them the segment has.
    Moment {
        time: Option<ElementForm>,
        zone: bool,
    },
    /// The element `by` says which format.
    Period {
        by: u8,
    },
}

/// An `each` line.
#[derive(Clone, Debug)]
pub(crate) struct EachPlan {
    pub(crate) first: u8,
    pub(crate) last: u8,
    pub(crate) step: u8,
    /// The list.
    pub(crate) slot: Slot,
    /// Layout of its objects.
    pub(crate) layout: usize,
    /// By distance from the slot's first element.
    pub(crate) parts: Vec<ElementPlan>,
    /// `first`: the objects whose word stands first go when there is no room for all.
    pub(crate) first_only: bool,
}

impl EachPlan {
    /// How many slots there are.
    pub(crate) fn room(&self) -> usize {
        let span = usize::from(self.last.saturating_sub(self.first)).saturating_add(1);
        span.checked_div(usize::from(self.step)).unwrap_or(0)
    }
}

/// A `tree` line.
#[derive(Clone, Debug)]
pub(crate) struct TreePlan {
    /// The loop.
    pub(crate) node: NodeId,
    /// Its name.
    pub(crate) name: String,
    /// Elements with id, parent and level, and the child flag when there is one.
    pub(crate) id: u8,
    pub(crate) parent: u8,
    pub(crate) level: u8,
    pub(crate) child: Option<u8>,
    /// Whether the child flag is demanded.
    pub(crate) child_must: bool,
    /// Names of the lists levels go to, in the order of the lines.
    pub(crate) lists: Vec<String>,
    pub(crate) levels: Vec<LevelPlan>,
    /// By code: the levels it may stand under (none: the top), for the fallback of an empty
    /// parent.
    pub(crate) rules: Vec<(String, Vec<String>)>,
}

impl TreePlan {
    /// The level line whose nodes are the scope's own object.
    pub(crate) fn own_level(&self) -> Option<usize> {
        self.levels.iter().position(|level| level.list.is_none())
    }
}

/// A `level` line.
#[derive(Clone, Debug)]
pub(crate) struct LevelPlan {
    pub(crate) code: String,
    pub(crate) scope: usize,
    /// Row of the tree's lists; none for `.`.
    pub(crate) list: Option<usize>,
    /// Whether the standard demands the level.
    pub(crate) must: bool,
}

/// A `fill` or `check` line.
#[derive(Clone, Debug)]
pub(crate) struct ComputedPlan {
    pub(crate) fill: bool,
    pub(crate) element: u8,
    pub(crate) component: Option<u8>,
    pub(crate) rule: ElementForm,
    pub(crate) expressions: Vec<Expression>,
    pub(crate) within: Decimal,
    /// As the map writes it.
    pub(crate) text: String,
    /// Names of the lists of a tree, sought at every depth.
    pub(crate) deep: Vec<String>,
    /// Whether the standard or the guide demands the element.
    pub(crate) must: bool,
}
