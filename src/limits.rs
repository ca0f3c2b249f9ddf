//! Every bound of the product in one place, each with its reason. A bound reached is a finding
//! or a refusal with a sentence, never a panic.

/// Bytes of a grammar text's line: a printed guide's row fits with room to spare.
pub const GRAMMAR_LINE_BYTES: usize = 200;
/// Lines of one grammar text: the largest printed guide has under 10,000 rows.
pub const GRAMMAR_LINES: usize = 20_000;
/// Nesting of a grammar text: the deepest published set (837) needs 7.
pub const GRAMMAR_DEPTH: usize = 12;
/// Words of prose on a grammar line: one sentence.
pub const GRAMMAR_PROSE_WORDS: usize = 64;
/// Guides narrowing guides.
pub const GUIDE_DEPTH: usize = 3;

/// Bytes of one segment; BIN and BDS are bounded by their own length.
pub const SEGMENT_BYTES: usize = 1 << 20;
/// Elements of one segment.
pub const SEGMENT_ELEMENTS: usize = 120;
/// Bytes of one transaction set, held in memory while it is checked.
pub const SET_BYTES: usize = 1 << 30;
/// Segments of one transaction set.
pub const SET_SEGMENTS: usize = 10_000_000;
/// Findings kept for one set; more are counted.
pub const SET_FINDINGS: usize = 1_000;
/// Findings kept for one envelope level (interchange, group, file); more are counted.
pub const ENVELOPE_FINDINGS: usize = 100;
/// Open loops at once.
pub const LOOP_DEPTH: usize = 16;
/// Nodes of one HL tree.
pub const TREE_NODES: usize = 1_000_000;
/// Bytes quoted of a partner's data in one finding.
pub const QUOTE_BYTES: usize = 80;
