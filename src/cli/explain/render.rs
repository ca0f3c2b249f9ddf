//! What a person sees: each finding as a compiler would show it, and a summary of the file.

use super::gather::{Answered, Counts, GroupSummary, InterchangeSummary, Shown};
use crate::limits::EXPLAIN_NAMED;
use crate::x12::acknowledge::Outcome;
use crate::x12::codes::{Code, Form, Place};
use crate::x12::finding::{Fault, Level};
use crate::x12::report::Verdict;
use crate::x12::wording::lower_first;
use annotate_snippets::{
    AnnotationKind, Group, Level as Shade, Origin, Renderer, Snippet, renderer,
};
use std::fmt::Write as _;

/// Renders findings and summaries, with colours or without.
pub(super) struct Display {
    renderer: Renderer,
    coloured: bool,
}

impl Display {
    pub(super) const fn new(coloured: bool) -> Self {
        let renderer = if coloured { Renderer::styled() } else { Renderer::plain() };
        Self { renderer, coloured }
    }

    /// One finding, ended by a line break.
    pub(super) fn finding(&self, file: &str, shown: &Shown) -> String {
        let (shade, word) = match shown.finding.level {
            Level::Error => (Shade::ERROR, "refused"),
            Level::Warning => (Shade::WARNING, "warning"),
            Level::Business => (Shade::WARNING, "figures"),
        };
        let title = lower_first(shown.words.sentence.trim_end_matches('.'));
        let title = shade.clone().with_name(Some(word)).primary_title(title);
        let title = match shown.code {
            Some((code, form)) => title.id(format!("{}={}", code.carrier(form), code.value)),
            None => title,
        };
        let mut group = Group::with_title(title).element(Origin::path(place(file, shown)));
        let expected = &shown.words.expected;
        let mut below = String::new();
        if let Some(line) = &shown.line {
            let mark = AnnotationKind::Primary.span(line.mark.clone());
            let label = label(shown);
            let mark = if label.is_empty() { mark } else { mark.label(label) };
            let mut snippet = Snippet::source(&line.text)
                .line_numbering(line.first > 0)
                .line_start(line.first.max(1))
                .fold(false)
                .annotation(mark);
            if line.text.contains('\n') {
                snippet = snippet.annotation(AnnotationKind::Visible.span(0..0));
            }
            group = group.element(snippet);
        }
        if shown.line.is_none() || label(shown).is_empty() {
            expected.clone_into(&mut below);
        }
        let note =
            |name: &'static str, text: String| Shade::NOTE.with_name(Some(name)).message(text);
        if !below.is_empty() {
            group = group.element(note("expected", below));
        }
        if !shown.words.hint.is_empty() {
            let hint = shown.words.hint.clone();
            group = group.element(Shade::HELP.with_name(Some("next")).message(hint));
        }
        if let Some(answer) = answer(shown) {
            group = group.element(note("answer", answer));
        }
        if !shown.finding.rule.is_empty() {
            group = group.element(note("rule", shown.finding.rule.to_string()));
        }
        if shown.more > 0 {
            group = group.element(note("again", again(shown)));
        }
        let text = self.renderer.render(&[group]);
        let mut tidy: String =
            text.lines().filter(|line| !is_filler(line)).fold(String::new(), |mut text, line| {
                text.push_str(line.trim_end());
                text.push('\n');
                text
            });
        tidy.push('\n');
        tidy
    }

    /// The file as a whole: its verdict, counts, and what the sender is told.
    pub(super) fn summary(&self, file: &str, verdict: Verdict, summary: &Summary<'_>) -> String {
        let style = match verdict {
            Verdict::Accepted => renderer::AnsiColor::BrightGreen,
            Verdict::AcceptedWithFindings | Verdict::Unsupported => {
                renderer::AnsiColor::BrightYellow
            }
            Verdict::Refused | Verdict::Unreadable => renderer::AnsiColor::BrightRed,
        }
        .on_default()
        .bold();
        let word = spoken(verdict);
        let mut text = if self.coloured {
            format!("{file}: {style}{word}{style:#}")
        } else {
            format!("{file}: {word}")
        };
        let counts = counted(summary.counts);
        // Writing to a string cannot fail.
        writeln!(text, "{counts}").unwrap_or_default();
        if summary.unshown > 0 {
            writeln!(text, "  {} findings of other kinds are not shown", summary.unshown)
                .unwrap_or_default();
        }
        for interchange in summary.interchanges {
            interchange_lines(&mut text, interchange);
        }
        if summary.more_interchanges > 0 {
            writeln!(text, "  and {} more", number(summary.more_interchanges, "interchange"))
                .unwrap_or_default();
        }
        text
    }
}

/// What a summary is made of.
pub(super) struct Summary<'s> {
    pub(super) counts: Counts,
    pub(super) unshown: u64,
    pub(super) interchanges: &'s [InterchangeSummary],
    pub(super) more_interchanges: u64,
}

/// `po.edi, set 850 no. 0001, segment 14, order line 3 (loop PO1)`.
fn place(file: &str, shown: &Shown) -> String {
    let finding = &shown.finding;
    let mut place = file.to_owned();
    let mut add = |text: &str| {
        place.push_str(", ");
        place.push_str(text);
    };
    if !shown.whole.is_empty() {
        add(&shown.whole);
    }
    if finding.position > 0 {
        add(&format!("segment {}", finding.position));
    } else {
        add(&format!("byte {}", finding.offset));
    }
    match (shown.instance.is_empty(), finding.loop_path.is_empty()) {
        (false, _) => add(&format!("{} (loop {})", shown.instance, finding.loop_path)),
        (true, false) => add(&format!("loop {}", finding.loop_path)),
        (true, true) => {}
    }
    place
}

/// What stands beside the mark: what was expected, when that is short.
fn label(shown: &Shown) -> String {
    let expected = &shown.words.expected;
    if expected.is_empty() || expected.chars().count() > LABEL {
        return String::new();
    }
    match shown.finding.fault {
        Fault::MissingSegment { .. } => format!("expected {expected}"),
        _ => format!("expected: {expected}"),
    }
}

/// What the finding means for what the sender is told; a warning means nothing for it.
fn answer(shown: &Shown) -> Option<String> {
    let Some((code, form)) = shown.code else { return unsaid(shown).map(str::to_owned) };
    match shown.answered {
        Answered::Yes => {}
        Answered::Never => return Some("none: an acknowledgment is never acknowledged".into()),
        Answered::ByInterchange => {
            return Some("the TA1 rejects the interchange as a whole, and says no more".into());
        }
        Answered::Nobody => return Some(NOBODY.into()),
    }
    let Code { place, value } = code;
    let (set, carrier) = (form.set(), code.carrier(form));
    Some(match place {
        Place::Segment => {
            format!(
                "the {set} names this segment with code {value} ({carrier}) and rejects the set"
            )
        }
        Place::Element => {
            format!(
                "the {set} names this element with code {value} ({carrier}) and rejects the set"
            )
        }
        Place::Set => format!("the {set} rejects the set with code {value} ({carrier})"),
        Place::Group => format!("the {set} rejects the whole group with code {value} ({carrier})"),
        Place::Interchange => {
            format!("the TA1 rejects the whole interchange with note {value} ({carrier})")
        }
    })
}

fn unsaid(shown: &Shown) -> Option<&'static str> {
    match (shown.finding.level, &shown.finding.fault) {
        (Level::Error, _) if shown.answered == Answered::Nobody => Some(NOBODY),
        (Level::Error, _) => Some("no code of its own; what it stands in is rejected"),
        (Level::Business, _) => {
            Some("none; the document waits for a person where the agreement says so")
        }
        (Level::Warning, Fault::NoGrammar) => {
            Some("rejected as not supported, or accepted and kept, as the agreement says")
        }
        (Level::Warning, _) => None,
    }
}

fn again(shown: &Shown) -> String {
    let named = u64::try_from(shown.elsewhere.len()).unwrap_or(u64::MAX);
    let places = shown.elsewhere.join("; ");
    let times = if shown.more == 1 { "once".to_owned() } else { format!("{} times", shown.more) };
    match shown.more.saturating_sub(named) {
        0 => format!("{times} more: {places}"),
        _ => format!("{times} more: {places}; … (--all shows each)"),
    }
}

/// A line the renderer puts between a place and a snippet that has no path of its own.
fn is_filler(line: &str) -> bool {
    let mut visible = String::new();
    let mut inside = false;
    for character in line.chars() {
        match character {
            '\u{1b}' => inside = true,
            'm' if inside => inside = false,
            _ if inside => {}
            _ => visible.push(character),
        }
    }
    visible.trim() == ":::"
}

/// A verdict as one says it.
pub(super) const fn spoken(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Accepted => "accepted",
        Verdict::AcceptedWithFindings => "accepted, with findings",
        Verdict::Unsupported => "not supported",
        Verdict::Refused => "refused",
        Verdict::Unreadable => "unreadable",
    }
}

fn counted(counts: Counts) -> String {
    let found: Vec<_> = [
        (counts.errors, "error"),
        (counts.warnings, "warning"),
        (counts.business, "business finding"),
    ]
    .into_iter()
    .filter(|(count, _)| *count > 0)
    .map(|(count, word)| number(count, word))
    .collect();
    let sets = number(counts.sets, "set");
    match (found.is_empty(), counts.sets) {
        (true, _) => format!(" ({sets}, nothing found)"),
        (false, 0) => format!(" ({})", found.join(", ")),
        (false, _) => format!(" ({} in {sets})", found.join(", ")),
    }
}

fn number(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

fn interchange_lines(text: &mut String, interchange: &InterchangeSummary) {
    let InterchangeSummary { control, sender, receiver, ta1, says, groups, more_groups } =
        interchange;
    writeln!(text, "  interchange {control} from {sender} to {receiver}").unwrap_or_default();
    match ta1 {
        Some((Outcome::Refused, note)) => {
            writeln!(
                text,
                "    the TA1 rejects the interchange with note {note}; nothing in it is taken"
            )
            .unwrap_or_default();
            return;
        }
        Some(_) => {
            writeln!(text, "    the TA1 it asks for accepts the interchange").unwrap_or_default();
        }
        None => {}
    }
    for said in says {
        writeln!(text, "    a TA1 in it: {said}").unwrap_or_default();
    }
    for group in groups {
        writeln!(text, "    {}", group_line(group)).unwrap_or_default();
        for (depth, said) in &group.says {
            writeln!(text, "      {:1$}{said}", "", depth.saturating_mul(2)).unwrap_or_default();
        }
    }
    if *more_groups > 0 {
        writeln!(text, "    and {} more", number(*more_groups, "group")).unwrap_or_default();
    }
}

fn group_line(group: &GroupSummary) -> String {
    let GroupSummary { id, control, release, form, total, refused, unsupported, .. } = group;
    let named = format!("group {control} ({id}, {release})");
    let Some(form) = form else {
        return format!("{named} holds acknowledgments, which are never acknowledged");
    };
    let said = match form {
        Form::Implementation => ("999", "IK5"),
        Form::Functional | Form::Functional005010 => ("997", "AK5"),
    };
    let received = u64::from(total.received);
    let accepted = u64::from(total.accepted);
    if !total.codes.is_empty() {
        let codes = total.codes.join(", ");
        return format!("{named}: the {} rejects the whole group with code {codes}", said.0);
    }
    if total.outcome == Outcome::Refused && refused.is_empty() {
        return format!("{named}: the {} rejects the whole group", said.0);
    }
    if refused.is_empty() {
        let sets = match received {
            1 => "the set".to_owned(),
            2 => "both sets".to_owned(),
            more => format!("the {more} sets"),
        };
        return format!("{named}: the {} accepts {sets}", said.0);
    }
    let mut text = format!("{named}: the {} rejects {}", said.0, sets_refused(refused, said.1));
    let more = received.saturating_sub(accepted);
    let more = more.saturating_sub(u64::try_from(refused.len()).unwrap_or(0));
    if more > 0 && refused.len() >= EXPLAIN_NAMED {
        write!(text, ", and {more} more").unwrap_or_default();
    }
    match accepted {
        0 => {}
        1 => text.push_str("; the other is accepted"),
        _ => write!(text, "; the other {accepted} are accepted").unwrap_or_default(),
    }
    if *unsupported > 0 {
        let sets = number(*unsupported, "set");
        write!(text, " ({sets} not supported: an agreement may say to keep them)")
            .unwrap_or_default();
    }
    text
}

/// `set 0002 with AK5*R*5`, `sets 0002 and 0003 with AK5*R*5 each`, `sets 0002 (AK5*R*5) and 0003
/// (AK5*R*4)`.
fn sets_refused(refused: &[(String, String)], carrier: &str) -> String {
    let alike = refused.iter().all(|(_, said)| Some(said) == refused.first().map(|(_, said)| said));
    match refused {
        [(control, said)] => format!("set {control} with {carrier}*{said}"),
        [first @ .., (control, said)] if alike => {
            let first: Vec<_> = first.iter().map(|(control, _)| control.as_str()).collect();
            format!("sets {} and {control} with {carrier}*{said} each", first.join(", "))
        }
        [first @ .., last] => {
            let one = |(control, said): &(String, String)| format!("{control} ({carrier}*{said})");
            let first: Vec<_> = first.iter().map(one).collect();
            format!("sets {} and {}", first.join(", "), one(last))
        }
        [] => String::new(),
    }
}

/// Why there is no answer at all.
const NOBODY: &str = "none: it does not say who sent it, so nobody can be answered";
/// Characters of what was expected that fit beside the mark.
const LABEL: usize = 72;
