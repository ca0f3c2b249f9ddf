//! What a partner file says, after it was read: identity, endpoints, agreements.

use std::fmt;
use std::time::Duration;

/// An interchange identity: ISA05/06 or ISA07/08, written `01:001903202`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PartyId {
    /// The qualifier, two characters.
    pub qualifier: String,
    /// The id, blanks at the end cut.
    pub id: String,
}

impl PartyId {
    /// From elements as sent; blanks at the ends do not count.
    #[must_use]
    pub fn new(qualifier: &str, id: &str) -> Self {
        Self { qualifier: qualifier.trim().to_owned(), id: id.trim().to_owned() }
    }
}

impl fmt::Display for PartyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.qualifier, self.id)
    }
}

/// One partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// The file's name without `.toml`; folders and guides go by it.
    pub key: String,
    /// The name people use.
    pub name: String,
    /// IANA time zone of their working day.
    pub timezone: String,
    /// Whom to call, in words.
    pub contact: String,
    /// How they sign what they send.
    pub identity: Vec<PartyId>,
    /// Their GS02, when it is checked.
    pub group: Vec<String>,
    /// How they know us.
    pub ours: Vec<PartyId>,
    /// Where files come from and go to.
    pub endpoints: Vec<Endpoint>,
    /// What they send and what we send.
    pub agreements: Vec<Agreement>,
    /// What happens to a set without a grammar.
    pub unsupported: Unsupported,
    /// What happens to what was received before.
    pub duplicates: Duplicates,
}

/// A place where files are exchanged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Its name in the file: `drop` of `[endpoint.drop]`.
    pub name: String,
    /// How it is reached.
    pub kind: EndpointKind,
}

/// How an endpoint is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointKind {
    /// A folder of the home: `drop/<partner>/in` and `out`.
    Directory(Drop),
}

/// The local drop of one partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drop {
    /// How often the folder is looked at; a wake-up only makes it sooner.
    pub every: Duration,
    /// How long size and time must stand still before a file is taken.
    pub settle: Duration,
    /// How long an interchange without its end is waited for before it is taken as it is.
    pub incomplete: Duration,
    /// File names taken: patterns with `*` and `?`; empty takes all but temporary names.
    pub matching: Vec<String>,
}

/// One transaction set in one direction, and what was agreed on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Whether they send it or we do.
    pub direction: Direction,
    /// `850`.
    pub set: String,
    /// `004010`; none for any.
    pub release: Option<String>,
    /// `acme-retail/850`.
    pub guide: Option<String>,
    /// Endpoint names.
    pub over: Vec<String>,
    /// Who answers for it in our house.
    pub owner: String,
    /// Test or production.
    pub environment: Environment,
    /// Who is right when the two differ.
    pub source_of_truth: SourceOfTruth,
    /// How soon it must be through.
    pub latency: Latency,
    /// How it is acknowledged.
    pub acknowledge: Acknowledge,
    /// Where accepted documents go.
    pub deliver: Delivery,
    /// Tolerated oddities are errors.
    pub strict: bool,
    /// Business findings (balance, totals) hold delivery.
    pub hold_business: bool,
    /// Line of the file, for the register and problems.
    pub line: usize,
}

/// The way of a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Direction {
    /// They send, we accept.
    Receive,
    /// We send, they accept.
    Send,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Receive => "receive",
            Self::Send => "send",
        })
    }
}

/// ISA15 = T goes to a test agreement only, P to a production one only.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Environment {
    /// Test documents.
    Test,
    /// Real ones.
    Production,
}

impl Environment {
    /// The environment ISA15 names; `I` (information) counts as production.
    #[must_use]
    pub fn of_usage(usage: &str) -> Self {
        if usage.trim() == "T" { Self::Test } else { Self::Production }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Test => "test",
            Self::Production => "production",
        })
    }
}

/// Who is right when the partner's document and Odoo differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceOfTruth {
    /// What the partner sent.
    Partner,
    /// What Odoo holds.
    Odoo,
}

impl fmt::Display for SourceOfTruth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Partner => "partner",
            Self::Odoo => "odoo",
        })
    }
}

/// How soon a document must be through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Latency {
    /// Within minutes.
    Minutes,
    /// Within hours.
    Hours,
    /// By the next business day.
    Daily,
}

impl fmt::Display for Latency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Minutes => "minutes",
            Self::Hours => "hours",
            Self::Daily => "daily",
        })
    }
}

/// How a set is acknowledged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledge {
    /// With which set.
    pub with: AcknowledgeWith,
    /// Over which endpoint; none answers where it came from.
    pub over: Option<String>,
    /// By when, after it was received (or, for what we send, by when we expect it).
    pub within: Option<Duration>,
}

/// The acknowledging set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AcknowledgeWith {
    /// 999 when GS08 names an implementation, else 997.
    Fitting,
    /// 997.
    Functional,
    /// 999.
    Implementation,
    /// None (a TA1 is still sent when ISA14 asks).
    Nothing,
}

impl fmt::Display for AcknowledgeWith {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Fitting => "997 or 999",
            Self::Functional => "997",
            Self::Implementation => "999",
            Self::Nothing => "nothing",
        })
    }
}

/// Where accepted documents go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// `delivered/<partner>/`, one canonical JSON file a document.
    Directory,
}

impl fmt::Display for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Directory => "directory",
        })
    }
}

/// What happens to a set without a grammar.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsupported {
    /// Kept and counted, not answered.
    #[default]
    Keep,
    /// Rejected as not supported (AK502 1).
    Reject,
}

/// What happens to what was received before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Duplicates {
    /// Refused: answered with a TA1 that says so (025), and not read again.
    #[default]
    Refuse,
    /// Answered again with the same bytes.
    AnswerAgain,
    /// Held for a person.
    Hold,
}
