//! Screens a file: reads its envelopes, validates each set, hands all to a sink.
//!
//! This is the door everything goes through: `explain`, `ack`, `read` and the daemon hand in
//! bytes and a sink, and get the verdict. Findings follow from the bytes, the rules and the
//! options alone, so that the same file always gets the same answer.

mod collect;
mod gather;
mod header;
mod numbers;
mod set;
mod trailer;

use std::io::{self, Read};
use std::sync::Arc;

pub use collect::Collect;

use super::delimiters::Learned;
use super::finding::{At, Fault, Finding, Level, Oddity};
use super::reader::{InterchangeEnd, Limits, Place, SetEnd, Visit, read};
use super::report::{
    GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Sink, Verdict, verdict_of,
};
use super::segment::{Delimiters, Segment, SetText};
use super::validate::{Validator, printable};
use crate::grammar::library::Resolution;
use crate::limits;
use gather::{Findings, Site};
use numbers::{Numbers, Seen};
use trailer::Trailer;

/// How to look at a file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether what is tolerated is an error.
    pub strict: bool,
}

/// Says which grammar is in force for a set.
pub trait Rules {
    /// The grammar for `set` (ST01) in this group; `implementation` is ST03, empty when absent.
    fn resolve(
        &self,
        interchange: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        implementation: &str,
    ) -> Arc<Resolution>;
}

/// Reads `input` to its end, screens every set, and hands all to `sink` in file order.
///
/// # Errors
///
/// Only what `input` fails with: whatever is wrong with the bytes is a finding.
pub fn screen(
    input: impl Read,
    rules: &impl Rules,
    options: &Options,
    sink: &mut impl Sink,
) -> io::Result<Verdict> {
    screen_within(input, rules, options, Limits::default(), sink)
}

/// As [`screen`], with limits of the caller's.
///
/// # Errors
///
/// As [`screen`].
pub fn screen_within(
    input: impl Read,
    rules: &impl Rules,
    options: &Options,
    limits: Limits,
    sink: &mut impl Sink,
) -> io::Result<Verdict> {
    let mut screening = Screening {
        rules,
        options: *options,
        sink,
        validator: Validator::new(),
        verdict: Verdict::Accepted,
        told: 0,
        untold: 0,
        untold_worst: None,
        interchange: OpenInterchange::default(),
        group: OpenGroup::default(),
    };
    let any = read(input, limits, &mut screening)?;
    screening.finish();
    Ok(if any { screening.verdict } else { Verdict::Unreadable })
}

/// The state of one screening.
struct Screening<'a, G, S> {
    rules: &'a G,
    options: Options,
    sink: &'a mut S,
    validator: Validator,
    /// The worst so far.
    verdict: Verdict,
    /// Findings about the file that were told.
    told: usize,
    untold: u64,
    untold_worst: Option<Level>,
    interchange: OpenInterchange,
    group: OpenGroup,
}

#[derive(Default)]
struct OpenInterchange {
    header: InterchangeHeader,
    delimiters: Option<Delimiters>,
    findings: Findings,
    ta1s: Vec<Vec<Box<str>>>,
    ta1s_counted: usize,
    groups: u32,
    group_numbers: Numbers,
    worst: Option<Verdict>,
}

#[derive(Default)]
struct OpenGroup {
    header: GroupHeader,
    findings: Findings,
    sets: u32,
    set_numbers: Numbers,
    /// Whether it was told that repeated numbers are no longer found.
    numbers_lost: bool,
    worst: Option<Verdict>,
    /// The last resolution, with its ST01 and ST03.
    resolved: Option<(Box<str>, Box<str>, Arc<Resolution>)>,
}

impl<G: Rules, S: Sink> Screening<'_, G, S> {
    /// Tells how many findings about the file were not.
    fn finish(&mut self) {
        if let Some(more) = gather::more(At::Interchange, self.untold, self.untold_worst) {
            self.sink.stray(&more);
        }
    }

    /// The level of what is tolerated.
    fn tolerated(&self) -> Level {
        if self.options.strict { Level::Error } else { Level::Warning }
    }
}

impl<G: Rules, S: Sink> Visit for Screening<'_, G, S> {
    fn interchange(&mut self, learned: &Learned<'_>, offset: u64) {
        let header = header::interchange(learned, offset);
        let mut findings = Findings::default();
        header::judge_interchange(learned, &header, self.options.strict, &mut findings);
        self.sink.interchange(&header, learned.delimiters);
        self.interchange = OpenInterchange {
            header,
            delimiters: Some(learned.delimiters),
            findings,
            ..OpenInterchange::default()
        };
    }

    fn ta1(&mut self, segment: &Segment<'_>) {
        let elements: Vec<Box<str>> =
            (1..=segment.len().min(8)).map(|n| printable(segment.element(n))).collect();
        self.sink.ta1(&elements);
        let open = &mut self.interchange;
        open.ta1s_counted = open.ta1s_counted.saturating_add(1);
        if open.ta1s.len() < limits::INTERCHANGE_TA1S {
            open.ta1s.push(elements);
        } else if open.ta1s_counted == limits::INTERCHANGE_TA1S.saturating_add(1) {
            let fault = limit("TA1 segments of one interchange", limits::INTERCHANGE_TA1S);
            open.findings.push(Site::segment(segment, 0).warning(At::Interchange, fault));
        }
    }

    fn group(&mut self, segment: &Segment<'_>) {
        let header = header::group(segment);
        let mut findings = Findings::default();
        header::judge_group(segment, &header, self.options.strict, &mut findings);
        let open = &mut self.interchange;
        open.groups = open.groups.saturating_add(1);
        match open.group_numbers.see(header.element(6).as_bytes()) {
            Seen::New => {}
            Seen::Repeated => {
                let site = Site::element(segment, 0, 6);
                findings.push(site.finding(At::Group, Fault::GroupControlRepeated));
            }
            Seen::Unknown => {
                let fault = limit("control numbers remembered", limits::CONTROL_NUMBER_RUNS);
                findings.push(Site::element(segment, 0, 6).warning(At::Group, fault));
            }
        }
        self.sink.group(&header);
        self.group = OpenGroup { header, findings, ..OpenGroup::default() };
    }

    fn set(&mut self, text: &SetText<'_>, end: SetEnd, met: Vec<Finding>) {
        self.screen_set(text, end, met);
    }

    fn group_end(&mut self, trailer: Option<&Segment<'_>>, offset: u64) {
        let mut open = std::mem::take(&mut self.group);
        match trailer {
            Some(segment) => {
                let trailer = Trailer {
                    segment,
                    position: 0,
                    at: At::Group,
                    counted: open.sets,
                    control: open.header.element(6).as_bytes(),
                    strict: self.options.strict,
                };
                trailer.judge().for_each(|finding| open.findings.push(finding));
            }
            None => {
                let site = Site::place(offset);
                open.findings.push(site.finding(At::Group, Fault::MissingGroupTrailer));
            }
        }
        let findings = open.findings.finish(At::Group);
        let own = verdict_of(&findings);
        let verdict = open.worst.map_or(own, |worst| worst.max(own));
        let declared = trailer.map_or_else(|| "".into(), |segment| printable(segment.element(1)));
        let report =
            GroupReport { header: open.header, verdict, declared, findings, sets: Vec::new() };
        self.interchange.worst = self.interchange.worst.max(Some(verdict));
        self.sink.group_end(&report);
    }

    fn interchange_end(&mut self, end: InterchangeEnd<'_>, offset: u64) {
        let mut open = std::mem::take(&mut self.interchange);
        let Some(delimiters) = open.delimiters else { return };
        let note = |note| Fault::Interchange { note, expected: "".into() };
        match end {
            InterchangeEnd::Trailer(segment) => {
                let trailer = Trailer {
                    segment,
                    position: 0,
                    at: At::Interchange,
                    counted: open.groups,
                    control: open.header.element(13).as_bytes(),
                    strict: self.options.strict,
                };
                trailer.judge().for_each(|finding| open.findings.push(finding));
                if open.groups == 0 && open.ta1s_counted == 0 {
                    let fault = Fault::Tolerated(Oddity::EmptyInterchange);
                    let finding = Site::segment(segment, 0).finding(At::Interchange, fault);
                    open.findings.push(Finding { level: self.tolerated(), ..finding });
                }
            }
            InterchangeEnd::Next => {
                open.findings.push(Site::place(offset).finding(At::Interchange, note(22)));
            }
            InterchangeEnd::EndOfFile => {
                open.findings.push(Site::place(offset).finding(At::Interchange, note(23)));
            }
            InterchangeEnd::Unusable => {}
        }
        let findings = open.findings.finish(At::Interchange);
        let own = verdict_of(&findings);
        let verdict = open.worst.map_or(own, |worst| worst.max(own));
        self.verdict = self.verdict.max(verdict);
        let report = InterchangeReport {
            header: open.header,
            delimiters,
            verdict,
            findings,
            ta1s: open.ta1s,
            groups: Vec::new(),
        };
        self.sink.interchange_end(&report);
    }

    fn tell(&mut self, place: Place, mut finding: Finding) {
        if matches!(finding.fault, Fault::Tolerated(_)) {
            finding.level = finding.level.max(self.tolerated());
        }
        match place {
            Place::Interchange => self.interchange.findings.push(finding),
            Place::File => {
                self.verdict = self.verdict.max(verdict_of(std::slice::from_ref(&finding)));
                if self.told < limits::ENVELOPE_FINDINGS {
                    self.told = self.told.saturating_add(1);
                    self.sink.stray(&finding);
                } else {
                    self.untold = self.untold.saturating_add(1);
                    self.untold_worst = self.untold_worst.max(Some(finding.level));
                }
            }
        }
    }
}

fn limit(what: &str, max: usize) -> Fault {
    Fault::Limit { what: what.into(), max: u64::try_from(max).unwrap_or(u64::MAX) }
}
