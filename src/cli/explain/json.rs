//! `explain --json`: one line for each file, written while the file is screened, so that a
//! million sets need no memory. What is only known at the end of a level follows its lists.

use super::gather::{around, party};
use crate::limits::ENVELOPE_FINDINGS;
use crate::x12::codes::{Form, code_of};
use crate::x12::finding::{At, Finding, Level};
use crate::x12::report::{
    GroupHeader, GroupReport, InterchangeHeader, InterchangeReport, Screened, Sink, Verdict,
};
use crate::x12::segment::Delimiters;
use crate::x12::wording::{Around, Instances, words};
use serde::Serialize;
use std::io::{self, Write};

/// One file's line.
pub(super) struct JsonLine<W: Write> {
    output: W,
    failure: Option<io::Error>,
    open: Open,
    /// Whether something stands before at the levels of interchanges, groups, sets.
    before: [bool; 3],
    form: Form,
    strays: Vec<Row>,
}

/// How deep the line is open, so that it is one line whatever happens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Open {
    File,
    Interchange,
    Group,
}

#[derive(Serialize)]
struct Row {
    at: &'static str,
    level: &'static str,
    code: Option<&'static str>,
    segment: Box<str>,
    position: Option<u32>,
    r#loop: Box<str>,
    element: Option<u8>,
    component: Option<u8>,
    repetition: Option<u16>,
    offset: u64,
    length: u32,
    text: Box<str>,
    sentence: String,
    expected: String,
    hint: String,
    rule: Box<str>,
}

#[derive(Serialize)]
struct SetRow<'a> {
    set: &'a str,
    control: &'a str,
    verdict: &'static str,
    segments: u32,
    findings: Vec<Row>,
}

#[derive(Serialize)]
struct Closing<'a> {
    verdict: &'static str,
    findings: &'a [Row],
}

impl<W: Write> JsonLine<W> {
    /// Begins the line of a file called `file`.
    pub(super) fn begin(output: W, file: &str) -> Self {
        let mut line = Self {
            output,
            failure: None,
            open: Open::File,
            before: [false; 3],
            form: Form::Functional,
            strays: Vec::new(),
        };
        line.write(|output| {
            output.write_all(b"{\"file\":")?;
            serde_json::to_writer(&mut *output, file)?;
            output.write_all(b",\"interchanges\":[")
        });
        line
    }

    /// Ends the line, whatever is still open.
    pub(super) fn finish(mut self, verdict: Verdict, failure: Option<&str>) -> io::Result<()> {
        let cut = Closing { verdict: word(Verdict::Unreadable), findings: &[] };
        while self.open > Open::File {
            self.close(&cut);
        }
        let findings = std::mem::take(&mut self.strays);
        let closing = Closing { verdict: word(verdict), findings: &findings };
        self.write(|output| {
            output.write_all(b"]")?;
            rest(output, &closing)?;
            if let Some(failure) = failure {
                output.write_all(b",\"failure\":")?;
                serde_json::to_writer(&mut *output, failure)?;
            }
            output.write_all(b"}\n")?;
            output.flush()
        });
        self.failure.map_or(Ok(()), Err)
    }

    fn close(&mut self, closing: &Closing<'_>) {
        self.write(|output| {
            output.write_all(b"]")?;
            rest(output, closing)?;
            output.write_all(b"}")
        });
        self.open = if self.open == Open::Group { Open::Interchange } else { Open::File };
    }

    fn write(&mut self, act: impl FnOnce(&mut W) -> io::Result<()>) {
        if self.failure.is_none() {
            self.failure = act(&mut self.output).err();
        }
    }

    /// Opens an object in the list of `level`, with what is known of it so far and a list.
    fn open(&mut self, level: usize, known: &impl Serialize, list: &'static str) {
        let comma =
            self.before.get_mut(level).is_some_and(|before| std::mem::replace(before, true));
        self.write(|output| {
            if comma {
                output.write_all(b",")?;
            }
            let mut object = serde_json::to_vec(known)?;
            object.pop();
            output.write_all(&object)?;
            write!(output, ",\"{list}\":[")
        });
        for deeper in self.before.iter_mut().skip(level.saturating_add(1)) {
            *deeper = false;
        }
    }
}

impl<W: Write> Sink for JsonLine<W> {
    fn interchange(&mut self, header: &InterchangeHeader, _delimiters: Delimiters) {
        #[derive(Serialize)]
        struct Known<'a> {
            control: &'a str,
            sender: String,
            receiver: String,
            usage: &'a str,
        }
        let known = Known {
            control: header.element(13),
            sender: party(header, 5),
            receiver: party(header, 7),
            usage: header.element(15),
        };
        self.open(0, &known, "groups");
        self.open = Open::Interchange;
    }

    fn group(&mut self, header: &GroupHeader) {
        #[derive(Serialize)]
        struct Known<'a> {
            control: &'a str,
            id: &'a str,
            release: &'a str,
        }
        self.form = Form::for_release(header.element(8));
        let known =
            Known { control: header.element(6), id: header.element(1), release: header.element(8) };
        self.open(1, &known, "sets");
        self.open = Open::Group;
    }

    fn set(&mut self, set: &Screened<'_>) {
        // A set without its envelope still stands where consumers look for sets.
        if self.open < Open::Interchange {
            self.interchange(set.interchange, set.text.delimiters);
        }
        if self.open < Open::Group {
            self.group(set.group);
        }
        let report = set.report;
        let mut instances = Instances::new(set);
        let findings = report.details.iter().flat_map(|details| &details.findings);
        let findings = findings
            .map(|finding| {
                let instance = instances.of(finding);
                row(finding, &around(set, finding, &instance), self.form)
            })
            .collect();
        let row = SetRow {
            set: report.set.as_str(),
            control: report.control.as_str(),
            verdict: word(report.verdict),
            segments: report.segments,
            findings,
        };
        let comma = self.before.get_mut(2).is_some_and(|before| std::mem::replace(before, true));
        self.write(|output| {
            if comma {
                output.write_all(b",")?;
            }
            Ok(serde_json::to_writer(output, &row)?)
        });
    }

    fn group_end(&mut self, report: &GroupReport) {
        if self.open < Open::Group {
            return;
        }
        let findings = rows(&report.findings, self.form);
        self.close(&Closing { verdict: word(report.verdict), findings: &findings });
    }

    fn interchange_end(&mut self, report: &InterchangeReport) {
        if self.open < Open::Interchange {
            return;
        }
        let findings = rows(&report.findings, Form::Functional);
        self.close(&Closing { verdict: word(report.verdict), findings: &findings });
    }

    fn stray(&mut self, finding: &Finding) {
        if self.strays.len() < ENVELOPE_FINDINGS {
            // What is outside any interchange is in no acknowledgment.
            let row = row(finding, &Around::default(), Form::Functional);
            self.strays.push(Row { code: None, ..row });
        }
    }
}

/// `,"verdict":…,"findings":…`.
fn rest(output: &mut impl Write, closing: &Closing<'_>) -> io::Result<()> {
    let object = serde_json::to_vec(closing)?;
    let inner = object.get(1..object.len().saturating_sub(1)).unwrap_or_default();
    output.write_all(b",")?;
    output.write_all(inner)
}

fn rows(findings: &[Finding], form: Form) -> Vec<Row> {
    findings.iter().map(|finding| row(finding, &Around::default(), form)).collect()
}

fn row(finding: &Finding, around: &Around<'_>, form: Form) -> Row {
    let words = words(finding, around);
    Row {
        at: match finding.at {
            At::Interchange => "interchange",
            At::Group => "group",
            At::Set => "set",
            At::Segment => "segment",
            At::Element => "element",
            At::Business => "business",
        },
        level: match finding.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Business => "business",
        },
        code: code_of(finding, form).map(|code| code.value),
        segment: finding.segment.clone(),
        position: Some(finding.position).filter(|&position| position > 0),
        r#loop: finding.loop_path.clone(),
        element: finding.element,
        component: finding.component,
        repetition: finding.repetition,
        offset: finding.offset,
        length: finding.length,
        text: finding.text.clone(),
        sentence: words.sentence,
        expected: words.expected,
        hint: words.hint,
        rule: finding.rule.clone(),
    }
}

/// The verdicts of the contract.
pub(in crate::cli) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::AcceptedWithFindings => "accepted_with_findings",
        Verdict::Unsupported => "unsupported",
        Verdict::Refused => "refused",
        Verdict::Unreadable => "unreadable",
    }
}
