//! One set: its header and trailer, the choice of its grammar, its validation.

use std::sync::Arc;

use super::super::codes::split_release;
use super::super::finding::{At, Fault, Finding, Level};
use super::super::reader::SetEnd;
use super::super::report::{Screened, SetDetails, SetReport, Sink, Verdict, verdict_of};
use super::super::segment::{Segment, SetText};
use super::super::validate::{self, printable};
use super::gather::Site;
use super::numbers::Seen;
use super::trailer::Trailer;
use super::{Rules, Screening, limit};
use crate::grammar::library::{Notice, Resolution};
use crate::grammar::schema::Schema;
use crate::limits;
use crate::vocabulary::inline::Inline;

impl<G: Rules, S: Sink> Screening<'_, G, S> {
    /// Screens a set and hands it to the sink.
    pub(super) fn screen_set(&mut self, text: &SetText<'_>, end: SetEnd, met: Vec<Finding>) {
        let Some(header) = text.segment(0) else { return };
        self.group.sets = self.group.sets.saturating_add(1);
        let resolution = self.resolve(&header);
        let schema = resolution.schema.as_deref();
        let mut findings = met;
        self.judge_header(&header, schema, &mut findings);
        notices(&resolution, &header, &mut findings);
        let broken = matches!(end, SetEnd::Broken(_));
        let checked = schema.filter(|_| !broken);
        if let Some(schema) = checked {
            let options = validate::Options {
                strict: self.options.strict,
                loose_dates: other_age(self.group.header.element(8), schema),
            };
            findings.append(&mut self.validator.check(*text, schema, &options));
        }
        self.judge_trailer(text, &header, end, &mut findings);
        let own = verdict_of(&findings);
        let verdict = if schema.is_none() { own.max(Verdict::Unsupported) } else { own };
        let implementation = printable(header.element(3));
        let detailed = !implementation.is_empty() || !findings.is_empty();
        let report = SetReport {
            set: Inline::new(header.element(1)),
            control: Inline::new(header.element(2).trim_ascii()),
            verdict,
            segments: match end {
                SetEnd::Broken(counted) => counted,
                SetEnd::Trailer | SetEnd::Missing => count(text.segments.len()),
            },
            details: detailed.then(|| Box::new(SetDetails { implementation, findings })),
        };
        self.group.worst = self.group.worst.max(Some(verdict));
        self.sink.set(&Screened {
            interchange: &self.interchange.header,
            group: &self.group.header,
            text: *text,
            schema: checked,
            placements: if checked.is_some() { self.validator.placements() } else { &[] },
            report: &report,
        });
    }

    /// The grammar of a set; asked once for sets alike that follow one another.
    fn resolve(&mut self, header: &Segment<'_>) -> Arc<Resolution> {
        let set = printable(header.element(1).trim_ascii());
        let implementation = printable(header.element(3).trim_ascii());
        if let Some((last, with, found)) = &self.group.resolved
            && *last == set
            && *with == implementation
        {
            return Arc::clone(found);
        }
        let (interchange, group) = (&self.interchange.header, &self.group.header);
        let found = self.rules.resolve(interchange, group, &set, &implementation);
        self.group.resolved = Some((set, implementation, Arc::clone(&found)));
        found
    }

    fn judge_header(
        &mut self,
        header: &Segment<'_>,
        schema: Option<&Schema>,
        findings: &mut Vec<Finding>,
    ) {
        let site = |element| Site::element(header, 1, element);
        let id = header.element(1).trim_ascii();
        let control = header.element(2).trim_ascii();
        if id.len() != 3 || !id.iter().all(u8::is_ascii_alphanumeric) {
            findings.push(site(1).finding(At::Set, Fault::SetId));
        } else if schema.is_none() {
            findings.push(site(1).warning(At::Set, Fault::NoGrammar));
        }
        if let Some(schema) = schema
            && schema.group != self.group.header.element(1)
        {
            let fault = Fault::SetNotOfGroup { expected: schema.group.as_str().into() };
            let finding = site(1).finding(At::Set, fault);
            findings.push(Finding { level: self.tolerated(), ..finding });
        }
        let plain = control.iter().all(|&byte| byte.is_ascii_graphic() || byte == b' ');
        if control.is_empty() || control.len() > 9 || !plain {
            findings.push(site(2).finding(At::Set, Fault::SetControl));
        } else {
            if control.len() < 4 {
                // The number still serves: it names the set in the answer.
                findings.push(site(2).warning(At::Set, Fault::SetControl));
            }
            self.judge_number(header, control, findings);
        }
        let (sent, release) = (printable(header.element(3)), self.group.header.element(8));
        if !sent.trim().is_empty() && sent.trim() != release {
            findings.push(site(3).warning(At::Set, Fault::ImplementationDiffers));
        }
    }

    fn judge_number(&mut self, header: &Segment<'_>, control: &[u8], findings: &mut Vec<Finding>) {
        let site = Site::element(header, 1, 2);
        match self.group.set_numbers.see(control) {
            Seen::New => {}
            Seen::Repeated => findings.push(site.finding(At::Set, Fault::SetControlRepeated)),
            Seen::Unknown if self.group.numbers_lost => {}
            Seen::Unknown => {
                self.group.numbers_lost = true;
                let fault = limit("control numbers remembered", limits::CONTROL_NUMBER_RUNS);
                self.group.findings.push(site.warning(At::Group, fault));
            }
        }
    }

    fn judge_trailer(
        &self,
        text: &SetText<'_>,
        header: &Segment<'_>,
        end: SetEnd,
        findings: &mut Vec<Finding>,
    ) {
        let Some(last) = text.segments.len().checked_sub(1) else { return };
        let Some(segment) = text.segment(last) else { return };
        let position = count(text.segments.len());
        match end {
            SetEnd::Trailer => {
                let trailer = Trailer {
                    segment: &segment,
                    position,
                    at: At::Set,
                    counted: position,
                    control: header.element(2),
                    strict: self.options.strict,
                };
                findings.extend(trailer.judge());
            }
            SetEnd::Missing => {
                let site = Site {
                    segment: "SE".into(),
                    position: position.saturating_add(1),
                    ..Site::place(text.file_offset(segment.span().end))
                };
                findings.push(site.finding(At::Set, Fault::MissingTrailer));
            }
            SetEnd::Broken(_) => {}
        }
    }
}

/// What the choice of the grammar has to say.
fn notices(resolution: &Resolution, header: &Segment<'_>, findings: &mut Vec<Finding>) {
    for notice in &resolution.notices {
        let fault = match notice {
            Notice::Nearest { used, .. } => Fault::NearestGrammar { used: used.as_str().into() },
            other => Fault::RuleNotice { sentence: other.to_string().into() },
        };
        let mut finding = Site::segment(header, 1).finding(At::Set, fault);
        finding.level = Level::Warning;
        findings.push(finding);
    }
}

/// Whether the grammar is of a time when dates had another length than in this release: since
/// 004010 they have eight digits.
fn other_age(release: &str, schema: &Schema) -> bool {
    let old = |release: &str| split_release(release).0.is_some_and(|number| number < "004010");
    old(release) != old(&schema.release)
}

fn count(segments: usize) -> u32 {
    u32::try_from(segments).unwrap_or(u32::MAX)
}
