//! The compiled form of a structure with its guide: flat rows that validation walks and maps
//! are checked against.
//!
//! Row 0 is the set itself. Loops and segments are rows of one array; the fields every layer
//! reads are public, what only the walk needs is added beside them by the compiler.

use super::line::ElementRef;
use super::segments::{Kind, Relation};
use super::walk::{LazyWalk, Walk};
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
    /// Segments the release knows. Several rows may share an id: the first is the release's own,
    /// the others are what a guide made of it at certain nodes, so a placed segment is checked by
    /// its node's row, and the first row of an id only tells that the id is known.
    pub segments: Vec<SegmentRule>,
    /// Composites, by index.
    pub composites: Vec<CompositeRule>,
    /// Code lists, by index.
    pub code_lists: Vec<CodeListRule>,
    /// Trees, by index.
    pub trees: Vec<TreeRule>,
    /// What the guides in force ask beyond the rows; empty without a guide.
    pub guide: GuideRules,
    /// The walk's tables, made from all of the above on first use: start with `LazyWalk::default()`
    /// and never change a row after the schema was first used.
    pub walk: LazyWalk,
}

impl Schema {
    /// The walk's tables.
    #[must_use]
    pub(crate) fn walk(&self) -> &Walk {
        self.walk.of(self)
    }
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
    /// None of these codes (an absent element meets it): what a guide's `split` leaves of the
    /// node it divides.
    IsNot(Vec<Box<[u8]>>),
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

impl CodeListRule {
    /// Our word for `code`, when the list has it.
    #[must_use]
    pub fn name(&self, code: &str) -> Option<&str> {
        let row = self.codes.binary_search_by(|(listed, _, _)| listed.as_str().cmp(code)).ok()?;
        self.codes.get(row).map(|(_, name, _)| name.as_str())
    }
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

/// What guides say that rows cannot carry. Whatever can be said by a row (a lower maximum, shorter
/// lengths, a deviation's wider ones) is already in the rows of the schema.
#[derive(Clone, Debug, Default)]
pub struct GuideRules {
    /// Paths of the guides in force, the one nearest the standard first.
    pub paths: Vec<String>,
    /// The rules, in the order of the guides and of their lines.
    pub rules: Vec<GuideRule>,
    /// `relax` lines, by guide.
    pub relaxed: Vec<Relaxed>,
    /// `refuse business`: business findings are errors for this partner.
    pub business_refused: bool,
}

/// A rule that is judged on placed segments, after or during the walk.
///
/// It concerns the segments placed at one of `nodes` that meet `condition`, within open loops that
/// meet `within`, in instances where `when` holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideRule {
    /// The guide's path, as findings name it: `acme-retail/850`.
    pub guide: String,
    /// Line of the guide.
    pub line: u32,
    /// The address as a person writes it: `PO1/REF where 01 is IA`, `BEG.05`.
    pub address: String,
    /// The guide's words.
    pub prose: String,
    /// `in` blocks: each names a loop that is open and what its trigger must meet.
    pub within: Vec<(NodeId, Vec<Condition>)>,
    /// The dependency, none when the rule always holds.
    pub when: Option<GuideWhen>,
    /// The loop (or the set) on whose every instance a presence rule is judged: the parent of
    /// `nodes`. A finding about an absent segment stands at the instance's first segment.
    pub scope: NodeId,
    /// Rows concerned. Rules about elements name segment rows (of a loop its trigger); rules
    /// about presence name loop rows where a loop is meant.
    pub nodes: Vec<NodeId>,
    /// What a segment (a loop's trigger) must meet to be concerned.
    pub condition: Vec<Condition>,
    /// What is asked.
    pub check: GuideCheck,
}

/// `when BEG.02 is RL`: holds in an instance of `scope` when one of its segments placed at one of
/// `nodes` meets `condition`. For `when X absent` the absence of the whole segment counts as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuideWhen {
    /// The nearest loop (or the set) that contains the rule's nodes and these: its instance around
    /// the rule's is looked at.
    pub scope: NodeId,
    /// Rows looked at.
    pub nodes: Vec<NodeId>,
    /// What one of them must meet.
    pub condition: Vec<Condition>,
    /// The condition is on the very segment the rule concerns (`require N1.04 when N1.03
    /// present`), not on any of its kind in the instance.
    pub same_segment: bool,
    /// As a person writes it: `BEG.02 is RL`.
    pub text: String,
}

/// What a [`GuideRule`] asks.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GuideCheck {
    /// At least one in every instance of `scope`.
    Require,
    /// None in any instance of `scope`.
    Forbid,
    /// At most so many in an instance of `scope` (only with a condition, `in` or `when`; a plain
    /// limit is the row's maximum).
    Limit(u32),
    /// The element must be there.
    RequireElement(ElementRef),
    /// The element must not be there.
    ForbidElement(ElementRef),
    /// Only these codes; sorted.
    Codes(ElementRef, Vec<String>),
    /// Lengths, where the row cannot say it (condition, `in`).
    Length(ElementRef, u32, u32),
    /// How the text looks.
    Pattern(ElementRef, Pattern),
    /// Tolerated by `deviate`: a warning (`Fault::Deviation`) when met.
    Deviation(Deviation),
}

/// The named patterns of `pattern BEG.03 digits`. No regular expressions: a partner reads them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Pattern {
    /// `0` to `9`.
    Digits,
    /// `A` to `Z`, `a` to `z`.
    Letters,
    /// Digits and letters.
    Alnum,
    /// Digits and upper-case letters.
    Upper,
    /// 8, 12, 13 or 14 digits with their check digit (GS1).
    Gtin,
    /// 13 digits with their check digit (GS1).
    Gln,
    /// 18 digits, or 20 led by `00`, with their check digit (GS1).
    Sscc,
    /// 10 digits that start with 1 or 2 and their Luhn check digit over `80840` (NPI).
    Npi,
    /// 9 digits, or 13 with a suffix of 4 (D-U-N-S).
    Duns,
}

impl Pattern {
    /// The patterns by the names guides call them.
    pub const NAMES: [(&'static str, Self); 9] = [
        ("digits", Self::Digits),
        ("letters", Self::Letters),
        ("alnum", Self::Alnum),
        ("upper", Self::Upper),
        ("gtin", Self::Gtin),
        ("gln", Self::Gln),
        ("sscc", Self::Sscc),
        ("npi", Self::Npi),
        ("duns", Self::Duns),
    ];

    /// The pattern of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|&(_, pattern)| pattern)
    }

    /// Its name.
    ///
    /// ```
    /// use edigate::grammar::schema::Pattern;
    /// assert!(Pattern::NAMES.iter().all(|&(name, pattern)| pattern.name() == name));
    /// ```
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, known)| *known == self).map_or("", |&(name, _)| name)
    }

    /// Whether a text looks like that. Check digits are counted, so a mistyped number is seen.
    ///
    /// ```
    /// use edigate::grammar::schema::Pattern;
    /// assert!(Pattern::Gtin.matches(b"4006381333931"));
    /// assert!(!Pattern::Gtin.matches(b"4006381333913"), "two digits swapped");
    /// assert!(Pattern::Npi.matches(b"1234567893") && !Pattern::Npi.matches(b"1234567890"));
    /// assert!(Pattern::Digits.matches(b"007") && !Pattern::Digits.matches(b"7.0"));
    /// ```
    #[must_use]
    pub fn matches(self, text: &[u8]) -> bool {
        let digits =
            |count: &[usize]| count.contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
        match self {
            Self::Digits => text.iter().all(u8::is_ascii_digit),
            Self::Letters => text.iter().all(u8::is_ascii_alphabetic),
            Self::Alnum => text.iter().all(u8::is_ascii_alphanumeric),
            Self::Upper => {
                text.iter().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase())
            }
            Self::Gtin => digits(&[8, 12, 13, 14]) && gs1(text),
            Self::Gln => digits(&[13]) && gs1(text),
            Self::Sscc => {
                let bare = if text.len() == 20 { text.strip_prefix(b"00") } else { Some(text) };
                digits(&[18, 20]) && bare.is_some_and(gs1)
            }
            Self::Npi => digits(&[10]) && matches!(text.first(), Some(b'1' | b'2')) && npi(text),
            Self::Duns => digits(&[9, 13]),
        }
    }
}

/// GS1's check digit: weights 3 and 1 from the right, the sum a multiple of 10.
fn gs1(digits: &[u8]) -> bool {
    let weights = [1_u32, 3].into_iter().cycle();
    let sum: u32 = digits.iter().rev().zip(weights).map(|(&d, w)| u32::from(d & 15) * w).sum();
    sum.is_multiple_of(10)
}

/// Luhn's check digit over the number led by 80840, which adds 24.
fn npi(digits: &[u8]) -> bool {
    let luhn = |(nth, &digit): (usize, &u8)| {
        let digit = u32::from(digit & 15);
        if nth % 2 == 0 { digit } else { digit * 2 / 10 + digit * 2 % 10 }
    };
    let sum: u32 = digits.iter().rev().enumerate().map(luhn).sum();
    (sum + 24).is_multiple_of(10)
}

/// What only a deviation admits; the schema's rows already let it pass.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Deviation {
    /// The element the standard demands is absent.
    ElementAbsent(ElementRef),
    /// The segment or loop the standard demands is absent from an instance of `scope`.
    Absent,
    /// There are more in an instance of `scope` than the standard allows.
    MoreThan(u32),
    /// The element's length is outside what the standard allows.
    Length(ElementRef, u32, u32),
    /// One stands before one of these nodes in the same instance of `scope`.
    Before(Vec<NodeId>),
    /// A code that only `plus codes` brings into a closed list; sorted.
    Code(ElementRef, Vec<String>),
}

/// `relax dates`, `relax levels S O P I`, `relax map`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Relaxed {
    /// The guide's path.
    pub guide: String,
    /// Line of the guide.
    pub line: u32,
    /// What is relaxed.
    pub what: Relaxation,
    /// The guide's words.
    pub prose: String,
}

/// What a `relax` line lets in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Relaxation {
    /// Six-digit dates where eight digits stand in the standard (a warning each set).
    Dates,
    /// Levels of the tree from the outermost, the shape that is written; the tree's rows allow it.
    Levels(Vec<String>),
    /// The guide's map may leave out what the base map claims.
    Map,
}
