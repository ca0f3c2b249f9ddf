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
/// Rows of a compiled set: the largest published one (837) has under 1,000.
pub const SCHEMA_NODES: usize = 9_000;
/// Texts extending texts of other releases: 004010 to 008030 are fewer releases.
pub const EXTENDS_DEPTH: usize = 12;
/// Resolutions remembered: GS08 and ST01 are the partner's bytes and could be made up without end.
pub const RESOLUTIONS: usize = 4_096;
/// Bytes of GS08, ST01 and guide that are remembered with a resolution: GS08 has 12, ST01 has 3.
pub const RESOLUTION_KEY_BYTES: usize = 128;
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
/// Runs of control numbers remembered to find repeated ones; numbers that follow one another
/// are one run, so only a partner who numbers at random comes near it.
pub const CONTROL_NUMBER_RUNS: usize = 65_536;
/// Findings kept for one set about segments larger than we hold; more are counted.
pub const SEGMENT_LIMITS: usize = 10;
/// TA1 segments of one interchange kept in its report.
pub const INTERCHANGE_TA1S: usize = 1_000;
/// Open loops at once: the deepest published set (837) has 7.
pub const LOOP_DEPTH: usize = 10;
/// Nodes of one HL tree.
pub const TREE_NODES: usize = 1_000_000;
/// Bytes quoted of a partner's data in one finding.
pub const QUOTE_BYTES: usize = 80;

/// Bytes read from each end of a dropped file to judge whether it is whole: an ISA is 106, an
/// IEA under 32, and some partners pad the end with blanks or empty lines.
pub const GLIMPSE_BYTES: u64 = 4_096;
/// Files looked at in one scan of one drop folder; the rest wait for the next scan.
pub const LISTING_FILES: usize = 10_000;
/// Bytes of a file name that every disk can hold.
pub const FILE_NAME_BYTES: usize = 255;
/// Bytes of a file name of ours that came from a partner's number.
pub const PLACED_NAME_BYTES: usize = 100;
/// Interchanges named one by one in the fact that a file was screened; more are counted.
pub const EVENT_INTERCHANGES: usize = 100;
/// Batches that share one commit: beyond this a single caller would wait too long.
pub const COMMIT_BATCHES: usize = 256;
/// Batches waiting for the writer: enough to fill several commits, bounded in memory.
pub const COMMIT_QUEUE: usize = 1_024;
/// Effects performed at once in one daemon.
pub const EFFECTS_AT_ONCE: usize = 16;
/// Files collected at once: their commits share an fsync.
pub const COLLECTED_AT_ONCE: usize = 16;
/// Documents of one transmission recorded in one go.
pub const DOCUMENTS_AT_ONCE: usize = 256;
/// Times a batch refused because of a newer fact is decided again before giving up for now.
pub const CONFLICTS: usize = 16;
/// Names tried for a file before giving up: the wanted one, with a short, with a full identity.
pub const PLACED_NAMES: usize = 3;
/// Codes of one AK5, IK5 or AK9: the segments have five places.
pub const ACK_CODES: usize = 5;
/// AK3 or IK3 loops of one set: whoever mends a thousand faults sends the set again anyway.
pub const ACK_SEGMENTS: usize = 1_000;
/// AK4 or IK4 of one segment: a 997 has room for 99.
pub const ACK_ELEMENTS: usize = 99;
/// Bytes of the standard input kept to show lines of it: what a person pipes by hand.
pub const KEPT_INPUT_BYTES: usize = 64 << 20;
/// Kinds of findings `explain` shows one by one; more are counted.
pub const EXPLAIN_KINDS: usize = 500;
/// Characters of a segment `explain` shows around a finding: a terminal's width.
pub const EXPLAIN_LINE: usize = 110;
/// Refused groups and sets `explain` names in its summary; more are counted.
pub const EXPLAIN_NAMED: usize = 10;
/// Bytes of an acknowledgment, or of records whose interchange has not ended, kept in memory before
/// a file takes them.
pub const SPOOL_MEMORY_BYTES: usize = 16 << 20;
/// Lines of a map's scope that claim once an instance: they are kept as the bits of one number.
pub const MAP_SINGLE_LINES: usize = 127;
/// Nesting of a canonical record: trees of real ship notices need 6; a reader of JSON stops at 128.
pub const RECORD_DEPTH: usize = 40;
/// Refusals told of one record that cannot be written: who mends a hundred asks again.
pub const WRITE_REFUSALS: usize = 100;
/// Sets of one interchange that is written: SE, GE and control numbers have room for more.
pub const INTERCHANGE_SETS: usize = 100_000;
