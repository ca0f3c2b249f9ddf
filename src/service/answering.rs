//! Writes the answers to a transmission: TA1, 997, 999 by what each agreement says, one file
//! for each pair of sender and receiver in it.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::io;
use std::rc::Rc;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::configuration::Configuration;
use crate::partner::directory::Identified;
use crate::partner::profile::{AcknowledgeWith, Agreement, Direction, Partner, Unsupported};
use crate::ports::Source;
use crate::vocabulary::instant::Instant;
use crate::x12::acknowledge::{self, Acknowledger, Numbers, Outcome, Policy, Written};
use crate::x12::codes::Form;
use crate::x12::figures::{Figures, Wanted};
use crate::x12::finding::{At, Fault, Finding, Level};
use crate::x12::report::{
    GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Screened, Sink,
};
use crate::x12::screen::{self, Options};
use crate::x12::segment::Delimiters;

/// TA105 of an interchange whose control number was received before.
const RECEIVED_BEFORE: u16 = 25;

/// One answer file, not yet archived.
#[derive(Debug)]
pub struct Draft {
    /// Whose folder it goes to.
    pub partner: String,
    /// The name it is to have, without ending.
    pub stem: String,
    /// `997`, `TA1`, `TA1 and 997`.
    pub kind: String,
    /// What it says.
    pub says: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its interchange control numbers.
    pub interchanges: Drawn,
    /// Its group control numbers; none when it has no groups.
    pub groups: Option<Drawn>,
}

/// Control numbers of one sequence that an answer uses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    /// The sequence they come from.
    pub sequence: String,
    /// The number used last before, if any ever was.
    pub before: Option<u64>,
    /// The first number used.
    pub first: u64,
    /// The last.
    pub last: u64,
}

/// What is to be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// What was received, by its findings.
    Received {
        /// Whether it was read strictly.
        strict: bool,
    },
    /// That it was received before.
    Repeated,
}

/// Tells the number used last of a sequence.
pub type LastUsed<'a> = dyn FnMut(&str) -> io::Result<Option<u64>> + 'a;

/// Writes the answers to the bytes of a transmission that lay in `folder`.
///
/// # Errors
///
/// What reading the bytes or the numbers fails with.
pub fn answer(
    configuration: &Configuration,
    folder: &str,
    source: Source,
    question: Question,
    last_used: &mut LastUsed<'_>,
    now: Instant,
) -> io::Result<Vec<Draft>> {
    let answers = Answers {
        configuration,
        folder,
        question,
        now,
        last_used,
        writers: BTreeMap::new(),
        open: None,
        answered: false,
        failure: None,
    };
    let options = Options { strict: question == Question::Received { strict: true } };
    let rules = configuration.rules(folder);
    let mut sink = Figures::new(&rules, Wanted::Refusing, answers);
    let verdict = screen::screen(source, &rules, &options, &mut sink)?;
    let (answers, _) = sink.finish(verdict);
    answers.finish()
}

/// Who answers whom: ISA13 and GS06 are unique for each pair of sender and receiver, each in a
/// sequence of its own, since an interchange may have any number of groups.
fn pair(header: &InterchangeHeader) -> String {
    let [theirs, ours] = [(5, 6), (7, 8)].map(|(qualifier, id)| {
        format!("{}:{}", header.element(qualifier).trim(), header.element(id).trim())
    });
    format!("{ours} to {theirs}")
}

/// A sequence before numbers are drawn from it.
struct Sequence {
    name: String,
    before: Option<u64>,
}

impl Sequence {
    fn read(name: String, last_used: &mut LastUsed<'_>) -> io::Result<Self> {
        let before = last_used(&name)?;
        Ok(Self { name, before })
    }

    fn next(&self) -> u32 {
        u32::try_from(self.before.unwrap_or(0).saturating_add(1)).unwrap_or(1)
    }

    fn drawn(self, first: u32, last: u32) -> Drawn {
        let Self { name: sequence, before } = self;
        Drawn { sequence, before, first: first.into(), last: last.into() }
    }
}

/// Bytes that a writer and we hold together.
#[derive(Clone, Debug, Default)]
struct Shared(Rc<RefCell<Vec<u8>>>);

impl io::Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The answers of one pair.
struct Writer {
    partner: String,
    acknowledger: Acknowledger<Vec<u8>, Shared>,
    bytes: Shared,
    interchanges: Sequence,
    groups: Sequence,
}

/// The interchange being read.
struct Open {
    sender: Identified,
    header: InterchangeHeader,
    pair: String,
}

struct Answers<'c> {
    configuration: &'c Configuration,
    folder: &'c str,
    question: Question,
    now: Instant,
    last_used: &'c mut LastUsed<'c>,
    writers: BTreeMap<String, Writer>,
    open: Option<Open>,
    /// Whether the group being read is answered.
    answered: bool,
    failure: Option<io::Error>,
}

impl Answers<'_> {
    fn finish(self) -> io::Result<Vec<Draft>> {
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        let mut drafts: Vec<Draft> = Vec::new();
        for writer in self.writers.into_values() {
            let (written, _) = writer.acknowledger.finish()?;
            let (Some(first), Some(last)) = (written.first(), written.last()) else { continue };
            let (first, last) = (first.control, last.control);
            let mut groups = written.iter().flat_map(|one| &one.groups).map(|group| group.control);
            let groups = groups.next().map(|first| (first, groups.next_back().unwrap_or(first)));
            let kind = kind_of(&written);
            let mut stem = format!("{}-{first:09}", kind.replace(" and ", "-"));
            if drafts.iter().any(|draft| draft.stem == stem && draft.partner == writer.partner) {
                stem = format!("{stem}-{}", drafts.len());
            }
            drafts.push(Draft {
                partner: writer.partner,
                stem,
                kind,
                says: match self.question {
                    Question::Received { .. } => says_of(&written),
                    Question::Repeated => "received before",
                },
                bytes: writer.bytes.0.take(),
                interchanges: writer.interchanges.drawn(first, last),
                groups: groups.map(|(first, last)| writer.groups.drawn(first, last)),
            });
        }
        Ok(drafts)
    }

    fn begin(&mut self, header: &InterchangeHeader) -> io::Result<()> {
        self.open = None;
        let Ok(sender) = self.configuration.identify(header, self.folder) else { return Ok(()) };
        let pair = pair(header);
        if !self.writers.contains_key(&pair) {
            let interchanges = Sequence::read(format!("isa {pair}"), self.last_used)?;
            let groups = Sequence::read(format!("gs {pair}"), self.last_used)?;
            let bytes = Shared::default();
            let acknowledger = Acknowledger::new(
                policy(sender.partner(), None),
                Numbers { interchange: interchanges.next(), group: groups.next() },
                local(self.now, sender.partner()),
                Vec::new(),
                bytes.clone(),
            );
            let partner = sender.partner().key.clone();
            let writer = Writer { partner, acknowledger, bytes, interchanges, groups };
            self.writers.insert(pair.clone(), writer);
        }
        self.open = Some(Open { sender, header: header.clone(), pair });
        Ok(())
    }

    /// The writer of the interchange being read.
    fn writer(&mut self) -> Option<&mut Acknowledger<Vec<u8>, Shared>> {
        let open = self.open.as_ref()?;
        self.writers.get_mut(&open.pair).map(|writer| &mut writer.acknowledger)
    }

    /// The agreement a group falls under: that on a set whose grammar names this GS01.
    fn agreement(&self, group: &GroupHeader) -> Option<Agreement> {
        let open = self.open.as_ref()?;
        let partner = open.sender.partner();
        let of_group = |agreement: &&Agreement| {
            let set = agreement.set.as_str();
            let library = &self.configuration.library;
            let resolution = library.resolve(group.element(8), set, agreement.guide.as_deref());
            let fits = resolution.schema.as_ref().map(|schema| schema.group == group.element(1));
            agreement.direction == Direction::Receive && fits == Some(true)
        };
        let candidate = partner.agreements.iter().find(of_group)?;
        self.configuration
            .nearest_agreement(&open.sender, &open.header, group, &candidate.set)
            .cloned()
    }
}

impl Sink for Answers<'_> {
    fn interchange(&mut self, header: &InterchangeHeader, delimiters: Delimiters) {
        if let Err(failure) = self.begin(header) {
            self.failure.get_or_insert(failure);
        }
        if let Some(writer) = self.writer() {
            writer.interchange(header, delimiters);
        }
    }

    fn ta1(&mut self, elements: &[Box<str>]) {
        if let Some(writer) = self.writer() {
            writer.ta1(elements);
        }
    }

    fn group(&mut self, header: &GroupHeader) {
        let agreement = self.agreement(header);
        let wanted = agreement.as_ref().map(|agreement| agreement.acknowledge.with);
        self.answered = wanted != Some(AcknowledgeWith::Nothing);
        let Some(open) = &self.open else { return };
        let policy = policy(open.sender.partner(), wanted);
        // Of a group of acknowledgments the writer must know, to leave it unanswered.
        if (self.answered || header.element(1) == "FA")
            && let Some(writer) = self.writer()
        {
            writer.follow(policy);
            writer.group(header);
        }
    }

    fn set(&mut self, set: &Screened<'_>) {
        if self.answered
            && let Some(writer) = self.writer()
        {
            writer.set(set);
        }
    }

    fn group_end(&mut self, report: &GroupReport) {
        if self.answered
            && let Some(writer) = self.writer()
        {
            writer.group_end(report);
        }
    }

    fn interchange_end(&mut self, report: &InterchangeReport) {
        let repeated = (self.question == Question::Repeated).then(|| {
            let mut report = report.clone();
            report.findings.push(received_before());
            report
        });
        if let Some(writer) = self.writer() {
            writer.interchange_end(repeated.as_ref().unwrap_or(report));
        }
    }
}

/// What a partner's file and an agreement say on answering.
fn policy(partner: &Partner, with: Option<AcknowledgeWith>) -> Policy {
    let agreed = match with {
        Some(AcknowledgeWith::Functional) => Some(Form::Functional),
        Some(AcknowledgeWith::Implementation) => Some(Form::Implementation),
        Some(AcknowledgeWith::Fitting | AcknowledgeWith::Nothing) | None => None,
    };
    let unsupported = match partner.unsupported {
        Unsupported::Keep => acknowledge::Unsupported::Keep,
        Unsupported::Reject => acknowledge::Unsupported::Refuse,
    };
    Policy { agreed, unsupported, ..Policy::default() }
}

fn received_before() -> Finding {
    Finding {
        level: Level::Error,
        at: At::Interchange,
        fault: Fault::Interchange { note: RECEIVED_BEFORE, expected: "".into() },
        segment: "ISA".into(),
        position: 0,
        loop_node: None,
        loop_path: "".into(),
        element: Some(13),
        component: None,
        repetition: None,
        dictionary: "".into(),
        offset: 0,
        length: 0,
        text: "".into(),
        rule: "".into(),
    }
}

/// The moment on the partner's clock, as their staff will read it.
fn local(now: Instant, partner: &Partner) -> DateTime {
    let zone = TimeZone::get(&partner.timezone).unwrap_or(TimeZone::UTC);
    let moment = Timestamp::from_microsecond(now.micros()).unwrap_or(Timestamp::UNIX_EPOCH);
    moment.to_zoned(zone).datetime()
}

fn kind_of(written: &[Written]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for one in written {
        kinds.extend(one.interchange.as_ref().map(|_| "TA1"));
        kinds.extend(one.groups.iter().map(|group| group.form.set()));
    }
    kinds.sort_unstable_by_key(|kind| (*kind != "TA1", *kind));
    kinds.dedup();
    kinds.join(" and ")
}

/// The gravest thing said.
fn says_of(written: &[Written]) -> &'static str {
    let interchanges = written.iter().filter_map(|one| one.interchange.as_ref());
    let groups = written.iter().flat_map(|one| &one.groups);
    interchanges
        .map(|answer| answer.outcome)
        .chain(groups.map(|group| group.total.outcome))
        .max()
        .map_or("", Outcome::word)
}
