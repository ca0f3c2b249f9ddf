//! From grammar texts to a schema, from text to a lexed set, from findings to short lines.

use edigate::grammar::schema::{NodeId, Schema};
use edigate::x12::codes::{Form, code_of};
use edigate::x12::finding::{Finding, Level};
use edigate::x12::segment::{Delimiters, SetText, Span};
use edigate::x12::validate::{Options, Validator};

pub(crate) const DELIMITERS: Delimiters = Delimiters {
    element: b'*',
    component: b':',
    repetition: Some(b'^'),
    terminator: b'~',
    terminator_rest: [0; 3],
};

/// A set cut into segments and elements, for tests only: `~` ends a segment, line ends after it
/// are skipped.
pub(crate) struct Lexed {
    bytes: Vec<u8>,
    segments: Vec<Span>,
    ends: Vec<u32>,
    delimiters: Delimiters,
}

impl Lexed {
    pub(crate) fn new(bytes: impl Into<Vec<u8>>) -> Self {
        Self::with(bytes, DELIMITERS)
    }

    pub(crate) fn with(bytes: impl Into<Vec<u8>>, delimiters: Delimiters) -> Self {
        let bytes = bytes.into();
        let (mut segments, mut ends) = (Vec::new(), Vec::new());
        let mut start = 0;
        while let Some(length) = bytes[start..].iter().position(|&b| b == delimiters.terminator) {
            let end = start + length;
            let skipped = bytes[start..end].iter().take_while(|b| b.is_ascii_whitespace()).count();
            let first = start + skipped;
            let first_end = u32::try_from(ends.len()).unwrap();
            let number = |at: usize| u32::try_from(at).unwrap();
            ends.extend((first..end).filter(|&at| bytes[at] == delimiters.element).map(number));
            ends.push(number(end));
            segments.push(Span { start: number(first), end: number(end), first_end });
            start = end + 1;
        }
        Self { bytes, segments, ends, delimiters }
    }

    pub(crate) fn text(&self) -> SetText<'_> {
        SetText {
            bytes: &self.bytes,
            offset: 0,
            dropped: &[],
            delimiters: self.delimiters,
            segments: &self.segments,
            ends: &self.ends,
        }
    }
}

/// A set of these segments, framed by ST and SE.
pub(crate) fn framed(body: &str) -> String {
    let segments = body.lines().map(str::trim).filter(|line| !line.is_empty());
    let body: String = segments.map(|line| format!("{line}~\n")).collect();
    format!("ST*000*0001~\n{body}SE*0*0001~\n")
}

pub(crate) fn check(schema: &Schema, body: &str) -> Vec<Finding> {
    check_with(schema, body, Options::default())
}

pub(crate) fn check_with(schema: &Schema, body: &str, options: Options) -> Vec<Finding> {
    Validator::new().check(Lexed::new(framed(body)).text(), schema, &options)
}

/// What was found, a line each: `3 N1@5`, `6 PO102@4`, `7 SVC01.2@9`, `~TrailingBlanks BEG03@2`.
/// Positions count from ST = 1.
pub(crate) fn told(schema: &Schema, body: &str) -> Vec<String> {
    lines(schema, &check(schema, body))
}

pub(crate) fn lines(schema: &Schema, findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| line(schema, finding)).collect()
}

fn line(schema: &Schema, finding: &Finding) -> String {
    let form = if schema.from_005010 { Form::Functional005010 } else { Form::Functional };
    let what = match finding.level {
        Level::Error => code_of(finding, form).map_or("-", |code| code.value).to_owned(),
        Level::Warning | Level::Business => {
            let fault = format!("{:?}", finding.fault);
            let name: String =
                fault.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '(').collect();
            format!("~{}", name.replace("Tolerated(", ""))
        }
    };
    let element = finding.element.map(|element| format!("{element:02}")).unwrap_or_default();
    let component = finding.component.map(|component| format!(".{component}"));
    let repetition = finding.repetition.map(|repetition| format!("^{repetition}"));
    format!(
        "{what} {}{element}{}{}@{}",
        finding.segment,
        component.unwrap_or_default(),
        repetition.unwrap_or_default(),
        finding.position
    )
}

/// Where each segment was placed, as `LOOP/SEGMENT`; `?` for strays.
pub(crate) fn places(schema: &Schema, body: &str) -> Vec<String> {
    let lexed = Lexed::new(framed(body));
    let mut validator = Validator::new();
    drop(validator.check(lexed.text(), schema, &Options::default()));
    let placements = validator.placements();
    assert_eq!(placements.len(), lexed.text().segments.len());
    placements.iter().map(|&node| place(schema, node)).collect()
}

fn place(schema: &Schema, node: NodeId) -> String {
    use edigate::grammar::schema::NodeKind;
    if node == NodeId::STRAY {
        return "?".to_owned();
    }
    let mut path = schema.nodes[node.index()].id.clone();
    let mut at = schema.nodes[node.index()].parent;
    while let NodeKind::Loop(name) = &schema.nodes[at.index()].kind {
        path = format!("{name}/{path}");
        at = schema.nodes[at.index()].parent;
    }
    path
}
