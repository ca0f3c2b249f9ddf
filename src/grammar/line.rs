//! What lines of every kind of grammar text share: where they stood, addresses, conditions.

/// Where a line stood in its text and the comment lines above it.
///
/// Two origins are equal when their comments are: a text and its canonical print describe the
/// same thing on different lines.
#[derive(Clone, Debug, Default)]
pub struct Origin {
    /// Line number from 1; 0 for what no text says.
    pub line: u32,
    /// Comment lines above, without `#` and the blank after it.
    pub comments: Vec<String>,
}

impl PartialEq for Origin {
    fn eq(&self, other: &Self) -> bool {
        self.comments == other.comments
    }
}

impl Eq for Origin {}

/// A position in a segment: `02`, `01.3`, or the run of components `01.3..6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ElementRef {
    /// Element position from 1.
    pub element: u8,
    /// First component from 1, when the reference goes inside a composite.
    pub component: Option<u8>,
    /// Last component of a run; only with `component`.
    pub last: Option<u8>,
}

/// One test on one element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    /// The element tested.
    pub at: ElementRef,
    /// What it is tested for.
    pub test: Test,
}

/// What a [`Clause`] asks of its element.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// `is A|B`: the value is one of these codes.
    Is(Vec<String>),
    /// `present`.
    Present,
    /// `absent`.
    Absent,
}

/// `where C and C`: all clauses hold; none means always.
pub type Where = Vec<Clause>;

/// How much an element, segment or loop is required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Requirement {
    /// `must`: mandatory.
    Must,
    /// `may`: optional.
    May,
    /// `if`: governed by a relation of the segment.
    If,
}

/// How often a segment or loop may stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Maximum {
    /// At most so often.
    Times(u32),
    /// `any`.
    Any,
}

/// `[LOOP/]... SEG [where]` or `[LOOP/]... SEG.el`, as guides and `unmapped` say it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// Loop names from the outermost named to the nearest.
    pub loops: Vec<String>,
    /// Segment id, or the name of a loop.
    pub segment: String,
    /// The element, when the address names one.
    pub element: Option<ElementRef>,
    /// Which of several nodes of that id.
    pub condition: Where,
}

/// A release or a span of releases; `004010`, `004010..005010`, `005010..`, `..004010`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleaseRange {
    /// The first release, none when open.
    pub from: Option<String>,
    /// The last release, none when open; equal to `from` for a single one.
    pub to: Option<String>,
}

impl ReleaseRange {
    /// Whether a release lies in the span; implementations count as the release they are made
    /// from.
    ///
    /// ```
    /// use edigate::grammar::line::ReleaseRange;
    /// let range = ReleaseRange { from: Some("005010".into()), to: None };
    /// assert!(range.contains("005010X221A1") && !range.contains("004010VICS"));
    /// ```
    #[must_use]
    pub fn contains(&self, release: &str) -> bool {
        let version = |text: &str| text.get(..6).unwrap_or(text).to_owned();
        let release = version(release);
        self.from.as_deref().is_none_or(|from| version(from) <= release)
            && self.to.as_deref().is_none_or(|to| release <= version(to))
    }
}

/// What a grammar text, a guide or a map is about, by its path: `x12/004010/850`.
pub type TextPath = String;
