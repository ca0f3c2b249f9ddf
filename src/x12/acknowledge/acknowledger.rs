//! Writes acknowledgments while a file is screened.
//!
//! A set's answer is written as soon as the set was screened, so a group of a million sets needs
//! no more memory than the body it is written to. The ISA and a TA1 stand before the groups but
//! are only known after them (a wrong IEA refuses everything), so groups go to a [`Body`] first.

use std::io;

use super::answer::{GroupTotal, InterchangeAnswer, Outcome, SetAnswer};
use super::envelope::{self, Numbers};
use super::judge::{self, Tally};
use super::segments::SegmentWriter;
use super::{Due, Policy, functional, implementation, ta1};
use crate::x12::codes::Form;
use crate::x12::finding::Finding;
use crate::x12::report::{
    GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Screened, Sink,
};
use crate::x12::segment::Delimiters;
use jiff::civil::DateTime;

/// Where the groups of one acknowledgment are kept until its interchange is complete: memory, or
/// a file where a million sets are answered.
pub trait Body: io::Write {
    /// Hands all that was written to `to`, in order, and forgets it.
    ///
    /// # Errors
    ///
    /// What reading the body or writing `to` fails with.
    fn pour(&mut self, to: &mut dyn io::Write) -> io::Result<()>;

    /// Forgets what was written.
    ///
    /// # Errors
    ///
    /// What emptying the body fails with.
    fn forget(&mut self) -> io::Result<()>;
}

impl Body for Vec<u8> {
    fn pour(&mut self, to: &mut dyn io::Write) -> io::Result<()> {
        to.write_all(self)?;
        self.clear();
        Ok(())
    }

    fn forget(&mut self) -> io::Result<()> {
        self.clear();
        Ok(())
    }
}

/// What one acknowledgment interchange is, for whoever sends it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its ISA13.
    pub control: u32,
    /// The interchange it answers: ISA13 as received.
    pub answers: Box<str>,
    /// Its TA1, when it has one.
    pub interchange: Option<InterchangeAnswer>,
    /// Its groups: what each is and says.
    pub groups: Vec<WrittenGroup>,
}

/// One group of an acknowledgment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenGroup {
    /// Its GS06.
    pub control: u32,
    /// 997 or 999.
    pub form: Form,
    /// The group it answers: GS06 as received.
    pub answers: Box<str>,
    /// AK9.
    pub total: GroupTotal,
}

/// Takes what screening finds and writes the acknowledgments due, in file order.
///
/// One interchange is written for each received that has something to be answered; in it one
/// group, with one 997 or 999, for each group received. Acknowledgments are never acknowledged:
/// a group FA gets none, nor does a set 997 or 999 that strayed into another group, and an
/// interchange of nothing else gets no TA1 either. A group is only opened by its first set that
/// is answered; one whose sets are all left out is not answered.
#[derive(Debug)]
pub struct Acknowledger<B, W> {
    policy: Policy,
    numbers: Numbers,
    at: DateTime,
    body: B,
    output: W,
    open: Option<OpenInterchange>,
    written: Vec<Written>,
    failure: Option<io::Error>,
}

#[derive(Debug)]
struct OpenInterchange {
    header: InterchangeHeader,
    writer: SegmentWriter,
    /// Whether it carried TA1 segments, FA groups or sets 997 or 999.
    acknowledgments: bool,
    /// Groups that carried something else.
    groups: u32,
    group: Option<OpenGroup>,
    written: Vec<WrittenGroup>,
}

#[derive(Debug)]
struct OpenGroup {
    header: GroupHeader,
    /// None when groups are not answered.
    form: Option<Form>,
    /// GS06 of the answer, once its GS is written.
    control: Option<u32>,
    tally: Tally,
    /// Sets 997 and 999.
    acknowledgments: u32,
    /// Sets of any other kind.
    others: u32,
}

impl OpenGroup {
    /// Writes GS to AK1 unless they are written, and tells the GS06.
    fn open(
        &mut self,
        form: Form,
        writer: &mut SegmentWriter,
        numbers: &mut Numbers,
        at: DateTime,
    ) -> u32 {
        if let Some(control) = self.control {
            return control;
        }
        let control = numbers.take_group();
        let header = &self.header;
        envelope::gs(writer, header, form, control, at);
        writer.restart_count();
        let line = writer.segment("ST").element(form.set(), 3).element(SET_CONTROL, 9);
        match form {
            Form::Implementation => line.element(envelope::IMPLEMENTATION, 35).end(),
            _ => line.end(),
        }
        let answered = (header.element(1), header.element(6), header.element(8));
        functional::opening(writer, form, answered);
        self.control = Some(control);
        control
    }
}

impl<B: Body, W: io::Write> Acknowledger<B, W> {
    /// An acknowledger that writes to `output`, with control numbers counted from `numbers`, at
    /// this local date and time.
    pub const fn new(policy: Policy, numbers: Numbers, at: DateTime, body: B, output: W) -> Self {
        Self { policy, numbers, at, body, output, open: None, written: Vec::new(), failure: None }
    }

    /// What the agreement says for what follows: groups of one interchange may have several.
    pub const fn follow(&mut self, policy: Policy) {
        self.policy = policy;
    }

    /// What was written, in order, and the numbers that come next.
    ///
    /// # Errors
    ///
    /// The first failure to write.
    pub fn finish(mut self) -> io::Result<(Vec<Written>, Numbers)> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        self.output.flush()?;
        Ok((self.written, self.numbers))
    }

    fn attempt(&mut self, act: impl FnOnce(&mut Self) -> io::Result<()>) {
        if self.failure.is_none() {
            self.failure = act(self).err();
        }
    }

    fn begin_group(&mut self, header: &GroupHeader) {
        let Some(open) = &mut self.open else { return };
        open.group = None;
        if header.element(1) == "FA" {
            open.acknowledgments = true;
            return;
        }
        open.group = Some(OpenGroup {
            header: header.clone(),
            form: self.policy.form(header.element(8)),
            control: None,
            tally: Tally::default(),
            acknowledgments: 0,
            others: 0,
        });
    }

    fn answer_set(&mut self, screened: &Screened<'_>) {
        let Some(OpenInterchange { writer, group: Some(group), .. }) = &mut self.open else {
            return;
        };
        let report = screened.report;
        let of_kind = match report.set.as_str() {
            "997" | "999" => &mut group.acknowledgments,
            _ => &mut group.others,
        };
        *of_kind = of_kind.saturating_add(1);
        if !judge::is_answered(report, &self.policy) {
            group.tally.leave_out();
            return;
        }
        let Some(form) = group.form else { return };
        group.open(form, writer, &mut self.numbers, self.at);
        let outcome = judge::outcome(report, &self.policy);
        group.tally.count(outcome);
        if outcome == Outcome::Accepted {
            let implementation = judge::implementation_of(report);
            let named = (report.set.as_str(), report.control.as_str(), implementation);
            functional::accepted(writer, form, named);
        } else {
            write_set(writer, form, &judge::set(screened, form, &self.policy));
        }
    }

    fn end_group(&mut self, report: &GroupReport) {
        let Some(open) = &mut self.open else { return };
        let Some(mut group) = open.group.take() else { return };
        if group.acknowledgments > 0 {
            open.acknowledgments = true;
        }
        if group.acknowledgments == 0 || group.others > 0 {
            open.groups = open.groups.saturating_add(1);
        }
        let Some(form) = group.form else { return };
        if group.tally.received == 0 && group.tally.left_out > 0 {
            return;
        }
        let writer = &mut open.writer;
        let control = group.open(form, writer, &mut self.numbers, self.at);
        let total = judge::group(report, form, group.tally);
        functional::closing(writer, &total);
        let count = writer.count().saturating_add(1);
        writer.segment("SE").number(count).element(SET_CONTROL, 9).end();
        envelope::ge(writer, 1, control);
        open.written.push(WrittenGroup {
            control,
            form,
            answers: report.header.element(6).into(),
            total,
        });
    }

    /// Moves what was written to the body.
    fn spill(&mut self) -> io::Result<()> {
        if let Some(open) = &mut self.open {
            self.body.write_all(open.writer.written())?;
            open.writer.clear();
        }
        Ok(())
    }

    fn end_interchange(&mut self, findings: &[Finding]) -> io::Result<()> {
        let Some(mut open) = self.open.take() else { return Ok(()) };
        let ta1 = ta1::judge(&open.header, findings);
        let refused = ta1.outcome == Outcome::Refused;
        let only_acknowledgments = open.acknowledgments && open.groups == 0;
        let due = !only_acknowledgments
            && match self.policy.due {
                Due::AsAgreed => refused || open.header.element(14) == "1",
                Due::Interchange => true,
                Due::Functional | Due::Implementation => false,
            };
        // Where the interchange is refused nothing of it was taken: its sets get no answer that
        // could be read as one.
        if refused && self.policy.due == Due::AsAgreed {
            self.body.forget()?;
            open.written.clear();
        }
        if !due && open.written.is_empty() {
            return self.body.forget();
        }
        let control = self.numbers.take_interchange();
        envelope::isa(&mut open.writer, &open.header, control, self.at);
        if due {
            ta1::write(&mut open.writer, &ta1);
        }
        self.output.write_all(&open.writer.take())?;
        self.body.pour(&mut self.output)?;
        let groups = u32::try_from(open.written.len()).unwrap_or(u32::MAX);
        envelope::iea(&mut open.writer, groups, control);
        self.output.write_all(&open.writer.take())?;
        self.written.push(Written {
            control,
            answers: open.header.element(13).into(),
            interchange: due.then_some(ta1),
            groups: open.written,
        });
        Ok(())
    }
}

impl<B: Body, W: io::Write> Sink for Acknowledger<B, W> {
    fn interchange(&mut self, header: &InterchangeHeader, delimiters: Delimiters) {
        // Nobody can be answered who did not say who they are.
        let named = !header.element(6).is_empty() || !header.element(8).is_empty();
        self.open = named.then(|| OpenInterchange {
            header: header.clone(),
            writer: SegmentWriter::new(delimiters),
            acknowledgments: false,
            groups: 0,
            group: None,
            written: Vec::new(),
        });
    }

    fn ta1(&mut self, _elements: &[Box<str>]) {
        if let Some(open) = &mut self.open {
            open.acknowledgments = true;
        }
    }

    fn group(&mut self, header: &GroupHeader) {
        self.begin_group(header);
    }

    fn set(&mut self, set: &Screened<'_>) {
        self.answer_set(set);
        self.attempt(Self::spill);
    }

    fn group_end(&mut self, report: &GroupReport) {
        self.end_group(report);
        self.attempt(Self::spill);
    }

    fn interchange_end(&mut self, report: &InterchangeReport) {
        self.attempt(|this| this.end_interchange(&report.findings));
    }
}

fn write_set(writer: &mut SegmentWriter, form: Form, answer: &SetAnswer) {
    match form {
        Form::Implementation => implementation::set(writer, answer),
        Form::Functional | Form::Functional005010 => functional::set(writer, form, answer),
    }
}

/// Every group has one acknowledgment set.
const SET_CONTROL: &str = "0001";
