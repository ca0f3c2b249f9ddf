//! What is wrong with a partner's data, where, and the acknowledgment code it becomes.
//!
//! A finding is data, never an error of ours: it is collected, acknowledged and shown. The
//! sentences strangers read are made from [`Fault`] in one place (`x12/wording.rs`).

use crate::grammar::schema::NodeId;

/// How grave a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Tolerated, said, never in an acknowledgment.
    Warning,
    /// A business rule (balance, totals): shown, may hold delivery, never in TA1/997/999.
    Business,
    /// Refuses what it stands in.
    Error,
}

/// The level of the envelope at which a finding belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// ISA to IEA.
    Interchange,
    /// GS to GE.
    Group,
    /// ST to SE as a whole.
    Set,
    /// One segment.
    Segment,
    /// One element or component.
    Element,
    /// A business rule.
    Business,
}

/// One finding. Positions count segments from ST = 1; offsets count bytes in the file.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// How grave.
    pub level: Level,
    /// Where it belongs.
    pub at: At,
    /// What is wrong.
    pub fault: Fault,
    /// Segment id, empty when none.
    pub segment: Box<str>,
    /// Segment position, ST = 1; 0 when none.
    pub position: u32,
    /// The loop's node in the schema the set was checked with.
    pub loop_node: Option<NodeId>,
    /// Loop names from outermost, `PO1/PID`; empty at the set's own level.
    pub loop_path: Box<str>,
    /// Element position, from 1.
    pub element: Option<u8>,
    /// Component position, from 1.
    pub component: Option<u8>,
    /// Repetition, from 1, when the element repeats.
    pub repetition: Option<u16>,
    /// Dictionary number of the element (AK402), empty when none.
    pub dictionary: Box<str>,
    /// Byte offset in the file.
    pub offset: u64,
    /// Bytes concerned; 0 marks a place between bytes.
    pub length: u32,
    /// The bytes concerned, cut at `limits::QUOTE_BYTES`, made printable.
    pub text: Box<str>,
    /// The rule it breaks: `x12/004010/850`, `acme-retail/850`, or empty for the envelope.
    pub rule: Box<str>,
}

/// What is wrong. Each variant has one code per acknowledgment (`x12/codes.rs`) and one sentence
/// (`x12/wording.rs`).
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    // ---- segments (AK304 / IK304)
    /// 1: the release has no such segment.
    UnknownSegment,
    /// 2: known, but not here.
    UnexpectedSegment,
    /// 3: a must segment or loop is absent; the id expected.
    MissingSegment {
        /// Trigger or segment id expected.
        expected: Box<str>,
        /// Its prose from the grammar.
        prose: Box<str>,
    },
    /// 4: a loop more often than allowed.
    LoopTooOften {
        /// How often it may stand.
        max: u32,
    },
    /// 5: a segment more often than allowed.
    SegmentTooOften {
        /// How often it may stand.
        max: u32,
    },
    /// 6: known to the release, not part of this set.
    SegmentNotInSet,
    /// 7: at a position before one already passed.
    OutOfOrder,
    /// 8: placed, but elements have findings (implied; made by the acknowledgment itself).
    ElementFaults,

    // ---- elements (AK403 / IK403)
    /// 1: must element absent.
    MissingElement,
    /// 2: required by a relation; the relation in words.
    RelationBroken {
        /// `06 and 07 together`.
        relation: Box<str>,
    },
    /// 3: more elements than the segment has.
    TooManyElements,
    /// 4: shorter than allowed.
    TooShort {
        /// Shortest length allowed.
        min: u32,
    },
    /// 5: longer than allowed.
    TooLong {
        /// Longest length allowed.
        max: u32,
    },
    /// 6: a character the type does not allow, or a format that is not of the type.
    BadCharacter {
        /// What the type allows, in words.
        expected: Box<str>,
    },
    /// 7: not in the closed list, or no `where` of the place is met.
    BadCode {
        /// Codes allowed, in words.
        expected: Box<str>,
    },
    /// 8: no real date.
    BadDate,
    /// 9: no real time.
    BadTime,
    /// 10: an element the relation excludes.
    Excluded {
        /// `only one of 02 03`.
        relation: Box<str>,
    },
    /// 12: more repetitions than allowed.
    TooManyRepetitions {
        /// How many are allowed.
        max: u32,
    },
    /// 13: more components than the composite has.
    TooManyComponents,
    /// Trailing blanks cut (warning).
    TrailingBlanks,

    // ---- trees (8 with element code 7 at the element)
    /// HL id empty or repeated.
    TreeId,
    /// HL parent names no earlier id.
    TreeParent,
    /// Level code not listed.
    TreeLevel {
        /// Levels listed.
        expected: Box<str>,
    },
    /// Level may not stand under its parent's.
    TreeUnder {
        /// Level of the parent.
        parent: Box<str>,
    },
    /// Parent empty below the top: the nearest earlier node taken (warning).
    TreeParentEmpty,
    /// Wrong child flag (warning).
    TreeChildFlag,

    // ---- guide rules
    /// `require`; 999 I8 (loop I7, with `when` I6), 997 3.
    GuideRequires {
        /// Address required.
        expected: Box<str>,
        /// The guide's words.
        prose: Box<str>,
        /// Whether it is a loop.
        of_loop: bool,
        /// Whether the rule has a `when`.
        conditional: bool,
    },
    /// `forbid` of a segment; 999 I4 (with `when` I9), 997 2.
    GuideForbids {
        /// The guide's words.
        prose: Box<str>,
        /// Whether the rule has a `when`.
        conditional: bool,
    },
    /// `require` of an element with `when`: 997 2, 999 I9; without: 1 and 1.
    GuideRequiresElement {
        /// The guide's words.
        prose: Box<str>,
        /// Whether the rule has a `when`.
        conditional: bool,
    },
    /// `forbid` of an element; 997 10, 999 I10 (with `when` I13).
    GuideForbidsElement {
        /// The guide's words.
        prose: Box<str>,
        /// Whether the rule has a `when`.
        conditional: bool,
    },
    /// `codes`: 997 7, 999 I6.
    GuideCode {
        /// Codes the guide allows.
        expected: Box<str>,
    },
    /// `pattern`: 997 7, 999 I12.
    GuidePattern {
        /// The pattern's name.
        pattern: Box<str>,
    },
    /// Something only a deviation admits (warning).
    Deviation {
        /// What the guide deviates from.
        prose: Box<str>,
    },

    // ---- sets (AK502 / IK502)
    /// 1: no grammar for the set and release.
    NoGrammar,
    /// 2: no SE.
    MissingTrailer,
    /// 3: SE02 differs from ST02.
    SetControlDiffers {
        /// ST02.
        expected: Box<str>,
    },
    /// 4: SE01 is not the number of segments counted.
    SegmentCount {
        /// What was counted.
        counted: u32,
    },
    /// 6: ST01 absent or unknown.
    SetId,
    /// 7: ST02 absent or malformed.
    SetControl,
    /// 18: ST01 does not belong to GS01.
    SetNotOfGroup {
        /// GS01 that fits.
        expected: Box<str>,
    },
    /// 23 (7 before 005010): ST02 repeated in the group.
    SetControlRepeated,
    /// ST03 does not agree with GS08 (warning).
    ImplementationDiffers,
    /// The grammar used is not the one GS08 names (warning).
    NearestGrammar {
        /// Its path.
        used: Box<str>,
    },
    /// What else is to be told about the choice of grammar and guide (warning).
    RuleNotice {
        /// The whole sentence.
        sentence: Box<str>,
    },
    /// More findings than are kept.
    MoreFindings {
        /// How many were not kept.
        count: u64,
    },
    /// A bound of ours was reached.
    Limit {
        /// Which bound, in words.
        what: Box<str>,
        /// The bound.
        max: u64,
    },

    // ---- groups (AK905)
    /// 1: GS01 unknown.
    GroupId,
    /// 2: GS08 unknown.
    GroupRelease,
    /// 3: no GE.
    MissingGroupTrailer,
    /// 4: GE02 differs from GS06.
    GroupControlDiffers {
        /// GS06.
        expected: Box<str>,
    },
    /// 5: GE01 is not the number of sets.
    SetCount {
        /// What was counted.
        counted: u32,
    },
    /// 6: GS06 malformed.
    GroupControl,
    /// 19: GS06 repeated in the interchange.
    GroupControlRepeated,

    // ---- interchanges (TA105); the number is the note code
    /// A faulty interchange: note code 001 to 031 and what it is, in our words.
    Interchange {
        /// TA105.
        note: u16,
        /// What was expected, in words; may be empty.
        expected: Box<str>,
    },

    // ---- files (no acknowledgment can be made)
    /// Nothing in the file is an interchange.
    NoInterchange,

    // ---- tolerated (warnings; errors when strict)
    /// Something partners really send and we accept.
    Tolerated(Oddity),

    // ---- business (never in an acknowledgment)
    /// A `check` or `fill` that does not hold.
    Balance {
        /// The rule in words.
        rule: Box<str>,
        /// What was sent.
        sent: Box<str>,
        /// What was computed.
        computed: Box<str>,
    },
}

/// Oddities the reader tolerates and reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Oddity {
    /// ISA elements not of their fixed widths.
    IsaWidths,
    /// ISA16 or the terminator had to be inferred.
    IsaShort,
    /// A byte order mark.
    ByteOrderMark,
    /// UTF-16 transcoded.
    Utf16,
    /// Bytes beyond ASCII used as a delimiter.
    WideTerminator,
    /// A segment terminator other than `~` and the control character FS.
    UnusualTerminator,
    /// An element separator that others use as terminator: `~`.
    UnusualSeparator,
    /// CR LF after terminators. LF alone is not told: most tools print X12 so for people.
    LineBreaks,
    /// The last segment of the file ends without a terminator.
    NoFinalTerminator,
    /// The length a binary segment declares does not lead to a terminator.
    BinaryLength,
    /// Lines wrapped at a fixed width and joined.
    Wrapped,
    /// Blanks before segments.
    Indented,
    /// Blanks at the end of segments or of the file.
    TrailingBlanks,
    /// Bytes between interchanges that belong to none.
    Garbage,
    /// An empty segment between two terminators.
    EmptySegment,
    /// Control numbers equal but for leading zeros or blanks.
    LeadingZeros,
    /// IEA01 0 with no group.
    EmptyInterchange,
    /// Segment id in lower case.
    LowerCase,
    /// Trailing separators at the end of a segment.
    TrailingSeparators,
    /// A set, group or interchange without its envelope (a fragment ST to SE).
    Fragment,
}
