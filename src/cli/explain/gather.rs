//! Takes what screening finds and keeps what a person is to see: each kind of finding once, with
//! how often it was found and where, and for each group what the sender is told.

use super::line::{self, Line};
use super::source::Glance;
use crate::limits::{EXPLAIN_KINDS, EXPLAIN_NAMED};
use crate::x12::acknowledge::{
    GroupTotal, Outcome, Policy, Tally, is_answered, judge_group, judge_interchange, judge_set,
    read_interchange, read_set,
};
use crate::x12::codes::{Code, Form, code_of};
use crate::x12::finding::{At, Finding, Level, Oddity};
use crate::x12::report::{
    GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Screened, Sink, Verdict,
};
use crate::x12::segment::Delimiters;
use crate::x12::wording::{
    Around, Instances, Words, group_answered, interchange_answered, kind, words,
};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// A finding with all that is shown of it, cut loose from its set.
#[derive(Clone, Debug)]
pub(super) struct Shown {
    pub(super) finding: Finding,
    pub(super) words: Words,
    pub(super) code: Option<(Code, Form)>,
    /// `set 850 no. 0001`, `group 1`, `interchange 000000905`; empty outside any.
    pub(super) whole: String,
    /// `order line 3`.
    pub(super) instance: String,
    pub(super) line: Option<Line>,
    pub(super) answered: Answered,
    /// How often the same was found beyond this one, and where first.
    pub(super) more: u64,
    pub(super) elsewhere: Vec<String>,
}

/// How what a finding stands in is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answered {
    /// By an acknowledgment with its code.
    Yes,
    /// It is an acknowledgment itself.
    Never,
    /// By the TA1 that rejects its interchange.
    ByInterchange,
    /// Not at all: there is nobody to answer.
    Nobody,
}

/// What is shown of an interchange when it is over.
#[derive(Clone, Debug)]
pub(super) struct InterchangeSummary {
    pub(super) control: String,
    pub(super) sender: String,
    pub(super) receiver: String,
    /// Note code and whether it refuses, when a TA1 is due.
    pub(super) ta1: Option<(Outcome, String)>,
    /// What its TA1 segments say.
    pub(super) says: Vec<String>,
    pub(super) groups: Vec<GroupSummary>,
    /// Groups beyond those kept.
    pub(super) more_groups: u64,
}

/// What is shown of a group when it is over.
#[derive(Clone, Debug)]
pub(super) struct GroupSummary {
    pub(super) id: String,
    pub(super) control: String,
    pub(super) release: String,
    /// What an acknowledgment of it is; none for one that holds acknowledgments.
    pub(super) form: Option<Form>,
    pub(super) total: GroupTotal,
    /// Sets refused, with AK5: `0001`, `R*5`.
    pub(super) refused: Vec<(String, String)>,
    /// Sets without a grammar.
    pub(super) unsupported: u64,
    /// What it says itself, when it holds acknowledgments: lines with their depth.
    pub(super) says: Vec<(usize, String)>,
}

/// Counts of a whole file.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counts {
    pub(super) errors: u64,
    pub(super) warnings: u64,
    pub(super) business: u64,
    pub(super) sets: u64,
    pub(super) refused: u64,
    pub(super) unsupported: u64,
}

/// By which findings are taken for the same.
type Key = (
    (std::mem::Discriminant<crate::x12::finding::Fault>, Option<Oddity>),
    Level,
    Box<str>,
    Option<u8>,
    Option<u8>,
    Box<str>,
    Box<str>,
);

/// The sink of `explain` for people.
pub(super) struct Gather<'g, F> {
    glance: &'g Glance,
    /// With `--all`, takes each finding at once; else what was gathered is asked for at the end.
    show: Option<F>,
    kinds: HashMap<Key, usize>,
    pub(super) shown: Vec<Shown>,
    /// Findings of kinds beyond those kept.
    pub(super) unshown: u64,
    pub(super) counts: Counts,
    pub(super) interchanges: Vec<InterchangeSummary>,
    pub(super) more_interchanges: u64,
    control: String,
    /// Whether the interchange says who sent it.
    named: bool,
    /// Where its findings begin among those shown.
    begun: usize,
    delimiters: Option<Delimiters>,
    says: Vec<String>,
    groups: Vec<GroupSummary>,
    more_groups: u64,
    group: Option<OpenGroup>,
}

struct OpenGroup {
    control: String,
    form: Form,
    acknowledgments: bool,
    tally: Tally,
    refused: Vec<(String, String)>,
    unsupported: u64,
    says: Vec<(usize, String)>,
}

impl OpenGroup {
    /// Counts a set, and keeps what is said of a refused one.
    fn take(&mut self, set: &Screened<'_>) {
        let report = set.report;
        let room = EXPLAIN_NAMED.saturating_sub(self.says.len());
        if self.acknowledgments && room > 0 {
            let answer = read_set(&set.text);
            self.says.extend(answer.iter().flat_map(|answer| group_answered(answer, room)));
        }
        if !is_answered(report, &Policy::default()) {
            return;
        }
        if report.verdict < Verdict::Unsupported {
            self.tally.count(Outcome::Accepted);
            return;
        }
        self.tally.count(Outcome::Refused);
        if report.verdict == Verdict::Unsupported {
            self.unsupported = self.unsupported.saturating_add(1);
        }
        if self.refused.len() < EXPLAIN_NAMED {
            let answer = judge_set(set, self.form, &Policy::default());
            let codes = answer.codes.iter().map(|code| format!("*{code}"));
            let said = format!("{}{}", answer.outcome.letter(), codes.collect::<String>());
            self.refused.push((report.control.to_string(), said));
        }
    }
}

impl<'g, F: FnMut(&Shown)> Gather<'g, F> {
    pub(super) fn new(glance: &'g Glance, show: Option<F>) -> Self {
        Self {
            glance,
            show,
            kinds: HashMap::new(),
            shown: Vec::new(),
            unshown: 0,
            counts: Counts::default(),
            interchanges: Vec::new(),
            more_interchanges: 0,
            control: String::new(),
            named: false,
            begun: 0,
            delimiters: None,
            says: Vec::new(),
            groups: Vec::new(),
            more_groups: 0,
            group: None,
        }
    }

    fn count(&mut self, finding: &Finding) {
        let count = match finding.level {
            Level::Error => &mut self.counts.errors,
            Level::Warning => &mut self.counts.warnings,
            Level::Business => &mut self.counts.business,
        };
        *count = count.saturating_add(1);
    }

    /// Keeps or shows a finding; `make` gives what is shown of it, at some cost.
    fn take(&mut self, finding: &Finding, place: &str, make: impl FnOnce() -> Shown) {
        self.count(finding);
        if let Some(show) = &mut self.show {
            show(&make());
            return;
        }
        let key = (
            kind(&finding.fault),
            finding.level,
            finding.segment.clone(),
            finding.element,
            finding.component,
            finding.loop_path.clone(),
            finding.rule.clone(),
        );
        match self.kinds.entry(key) {
            Entry::Occupied(kept) => {
                let Some(shown) = self.shown.get_mut(*kept.get()) else { return };
                shown.more = shown.more.saturating_add(1);
                if shown.elsewhere.len() < ELSEWHERE {
                    shown.elsewhere.push(place.to_owned());
                }
            }
            Entry::Vacant(_) if self.shown.len() >= EXPLAIN_KINDS => {
                self.unshown = self.unshown.saturating_add(1);
            }
            Entry::Vacant(place) => {
                place.insert(self.shown.len());
                self.shown.push(make());
            }
        }
    }

    fn of_envelope(&mut self, findings: &[Finding], whole: &str, form: Form, answered: Answered) {
        for finding in findings {
            let (glance, delimiters) = (self.glance, self.delimiters);
            self.take(finding, whole, || Shown {
                words: words(finding, &Around::default()),
                // Where nobody is answered, no acknowledgment carries a code.
                code: code_of(finding, form)
                    .filter(|_| answered != Answered::Nobody)
                    .map(|code| (code, form)),
                whole: whole.to_owned(),
                instance: String::new(),
                line: line::in_file(glance, delimiters, finding),
                answered,
                more: 0,
                elsewhere: Vec::new(),
                finding: finding.clone(),
            });
        }
    }
}

impl<F: FnMut(&Shown)> Sink for Gather<'_, F> {
    fn interchange(&mut self, header: &InterchangeHeader, delimiters: Delimiters) {
        header.element(13).clone_into(&mut self.control);
        self.named = !header.element(6).is_empty() || !header.element(8).is_empty();
        self.begun = self.shown.len();
        self.delimiters = Some(delimiters);
        self.says.clear();
        self.groups.clear();
        self.more_groups = 0;
    }

    fn ta1(&mut self, elements: &[Box<str>]) {
        if self.says.len() < EXPLAIN_NAMED {
            let answer = read_interchange(elements);
            self.says.extend(answer.iter().map(interchange_answered));
        }
    }

    fn group(&mut self, header: &GroupHeader) {
        self.group = Some(OpenGroup {
            control: header.element(6).to_owned(),
            form: Form::for_release(header.element(8)),
            acknowledgments: header.element(1) == "FA",
            tally: Tally::default(),
            refused: Vec::new(),
            unsupported: 0,
            says: Vec::new(),
        });
    }

    fn set(&mut self, set: &Screened<'_>) {
        self.counts.sets = self.counts.sets.saturating_add(1);
        let report = set.report;
        match report.verdict {
            Verdict::Unsupported => {
                self.counts.unsupported = self.counts.unsupported.saturating_add(1);
            }
            Verdict::Refused | Verdict::Unreadable => {
                self.counts.refused = self.counts.refused.saturating_add(1);
            }
            Verdict::Accepted | Verdict::AcceptedWithFindings => {}
        }
        let form = Form::for_release(set.group.element(8));
        if let Some(group) = &mut self.group {
            group.take(set);
        }
        let answered = match &self.group {
            _ if !self.named => Answered::Nobody,
            Some(group) if group.acknowledgments => Answered::Never,
            // A stray acknowledgment is not acknowledged either, whatever its group.
            _ if !is_answered(report, &Policy::default()) => Answered::Never,
            _ => Answered::Yes,
        };
        let Some(details) = &report.details else { return };
        let mut instances = Instances::new(set);
        for finding in &details.findings {
            let instance = instances.of(finding);
            let whole = format!("set {} no. {}", report.set, report.control);
            let place = match finding.position {
                0 => whole.clone(),
                position => format!("{whole}, segment {position}"),
            };
            self.take(finding, &place, || Shown {
                answered,
                ..shown(set, finding, form, (whole.clone(), instance))
            });
        }
    }

    fn group_end(&mut self, report: &GroupReport) {
        let Some(group) = self.group.take() else { return };
        let whole = format!("group {}", group.control);
        let answered = if group.acknowledgments { Answered::Never } else { Answered::Yes };
        self.of_envelope(&report.findings, &whole, group.form, answered);
        if self.groups.len() >= EXPLAIN_NAMED {
            self.more_groups = self.more_groups.saturating_add(1);
            return;
        }
        self.groups.push(GroupSummary {
            id: report.header.element(1).to_owned(),
            control: group.control,
            release: report.header.element(8).to_owned(),
            form: (!group.acknowledgments).then_some(group.form),
            total: judge_group(report, group.form, group.tally),
            refused: group.refused,
            unsupported: group.unsupported,
            says: group.says,
        });
    }

    fn interchange_end(&mut self, report: &InterchangeReport) {
        let whole = match self.control.as_str() {
            "" => String::new(),
            control => format!("interchange {control}"),
        };
        let answered = if self.named { Answered::Yes } else { Answered::Nobody };
        let own = self.shown.len();
        self.of_envelope(&report.findings, &whole, Form::Functional, answered);
        let header = &report.header;
        let ta1 = judge_interchange(header, &report.findings);
        let refused = ta1.outcome == Outcome::Refused;
        if refused {
            for shown in self.shown.iter_mut().take(own).skip(self.begun) {
                shown.answered = Answered::ByInterchange;
            }
        }
        if self.interchanges.len() >= EXPLAIN_NAMED {
            self.more_interchanges = self.more_interchanges.saturating_add(1);
            return;
        }
        let due = self.named && (refused || header.element(14) == "1");
        self.interchanges.push(InterchangeSummary {
            control: std::mem::take(&mut self.control),
            sender: party(header, 5),
            receiver: party(header, 7),
            ta1: due.then(|| (ta1.outcome, ta1.note.into())),
            says: std::mem::take(&mut self.says),
            groups: std::mem::take(&mut self.groups),
            more_groups: std::mem::take(&mut self.more_groups),
        });
        self.delimiters = None;
    }

    fn stray(&mut self, finding: &Finding) {
        self.of_envelope(std::slice::from_ref(finding), "", Form::Functional, Answered::Nobody);
    }
}

/// `ZZ:ACME`.
pub(super) fn party(header: &InterchangeHeader, qualifier: usize) -> String {
    let id = header.element(qualifier.saturating_add(1));
    format!("{}:{id}", header.element(qualifier))
}

/// What is around a finding in a set.
pub(super) fn around<'a>(set: &Screened<'a>, finding: &Finding, instance: &'a str) -> Around<'a> {
    let index = usize::try_from(finding.position).ok().and_then(|at| at.checked_sub(1));
    Around {
        schema: set.schema,
        segment: index.and_then(|index| set.text.segment(index)),
        node: index.and_then(|index| set.placements.get(index)).copied(),
        instance,
    }
}

fn shown(
    set: &Screened<'_>,
    finding: &Finding,
    form: Form,
    (whole, instance): (String, String),
) -> Shown {
    let words = words(finding, &around(set, finding, &instance));
    let line = match finding.at {
        At::Interchange | At::Group => None,
        At::Set | At::Segment | At::Element | At::Business => line::in_set(&set.text, finding),
    };
    Shown {
        words,
        code: code_of(finding, form).map(|code| (code, form)),
        whole,
        line,
        answered: Answered::Yes,
        more: 0,
        elsewhere: Vec::new(),
        finding: finding.clone(),
        instance,
    }
}

/// Places named for a finding that was found again.
const ELSEWHERE: usize = 3;
