//! `edigate write`: canonical records to the bytes of an interchange.
//!
//! What a record's own `envelope` says is used, options override it. What was written is screened
//! with the same grammar before it leaves: a set we would refuse ourselves is not printed.

use super::exit::Exit;
use super::explain::{self, source};
use super::grammars::{self, InForce};
use crate::canonical::record::{Object, Value};
use crate::grammar::mapping::{CompiledMap, NoMap};
use crate::service::clock;
use crate::x12::report::{GroupHeader, InterchangeHeader, Screened, Sink, Verdict};
use crate::x12::screen::{Options, Rules, screen};
use crate::x12::wording::{Around, words};
use crate::x12::write::{
    Address, Envelope, Interchange, Outgoing, Own, Refusal, Separators, write_interchange,
};
use jiff::civil::DateTime;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Arguments of `edigate write`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    /// The records: JSON documents, one after another; `-` is the standard input.
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
    /// Where the bytes go [default: the standard output].
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// One line of JSON that says what was written; the bytes go to --out, or stand in it.
    #[arg(long)]
    json: bool,
    /// A line break after each segment, for people.
    #[arg(long)]
    lines: bool,
    #[command(flatten)]
    envelope: Overrides,
    #[command(flatten)]
    grammars: grammars::Choice,
}

/// What overrides the records' own envelopes.
#[derive(Debug, Default, clap::Args)]
struct Overrides {
    /// Set to write: `850`.
    #[arg(long, value_name = "SET")]
    set: Option<String>,
    /// Release: `004010`, `005010X221A1`.
    #[arg(long, value_name = "GS08")]
    release: Option<String>,
    /// Sender, as `ZZ:ACME`.
    #[arg(long, value_name = "QUALIFIER:ID", value_parser = address)]
    sender: Option<Address>,
    /// Receiver, as `01:0012`.
    #[arg(long, value_name = "QUALIFIER:ID", value_parser = address)]
    receiver: Option<Address>,
    /// Code of the sender in the group, when it is not the sender's id.
    #[arg(long, value_name = "GS02")]
    application_sender: Option<String>,
    /// Code of the receiver in the group, when it is not the receiver's id.
    #[arg(long, value_name = "GS03")]
    application_receiver: Option<String>,
    /// `P` for production, `T` for test.
    #[arg(long, value_name = "P|T")]
    usage: Option<char>,
    /// Control number of the interchange.
    #[arg(long, value_name = "N")]
    control: Option<u32>,
    /// Control number of the first group, instead of the records' own; later ones count on.
    #[arg(long, value_name = "N")]
    group_control: Option<u32>,
    /// Control number of the first set, instead of the records' own; later ones count on.
    #[arg(long, value_name = "N")]
    set_control: Option<u32>,
    /// Ask for a TA1.
    #[arg(long)]
    ask_ta1: bool,
    /// Local date and time, as 2026-03-31T14:05 [default: now].
    #[arg(long, value_name = "DATE")]
    date: Option<DateTime>,
    /// Separators the partner wants: element, component, repetition, terminator, as `*:^~`
    /// [default: those, or others when a value holds one of them].
    #[arg(long, value_name = "FOUR", value_parser = separators)]
    separators: Option<Separators>,
}

fn address(text: &str) -> Result<Address, String> {
    Address::parse(text).ok_or_else(|| "write it as ZZ:ACME: qualifier, colon, id".to_owned())
}

fn separators(text: &str) -> Result<Separators, String> {
    match text.as_bytes() {
        &[element, component, repetition, terminator] => {
            Ok(Separators { element, component, repetition, terminator })
        }
        _ => Err("write four characters: element, component, repetition, terminator".to_owned()),
    }
}

/// Why nothing was written, and how the command ends.
struct Failure {
    sentences: Vec<String>,
    exit: Exit,
}

impl Failure {
    fn one(sentence: impl Into<String>, exit: Exit) -> Self {
        Self { sentences: vec![sentence.into()], exit }
    }
}

/// Runs the command.
pub fn run(arguments: &Arguments) -> Exit {
    let rules = match arguments.grammars.load() {
        Ok(rules) => rules,
        Err(failure) => return failure.tell(),
    };
    match written(arguments, &rules).and_then(|pages| deliver(arguments, &pages)) {
        Ok(()) => Exit::Done,
        Err(failure) => {
            let name = explain::shown_name(&arguments.file);
            for sentence in &failure.sentences {
                super::tell(&format!("{name}: {sentence}"), failure.exit);
            }
            failure.exit
        }
    }
}

/// One interchange for each run of records with the same envelope.
fn written(arguments: &Arguments, rules: &InForce) -> Result<Vec<Interchange>, Failure> {
    let records = records(&arguments.file)?;
    let now = arguments.envelope.date.unwrap_or_else(clock::local);
    let mut pages: Vec<(Envelope, Vec<Page<'_>>)> = Vec::new();
    for (index, record) in records.iter().enumerate() {
        let page = page(record, &arguments.envelope, rules, now)
            .map_err(|failure| numbered(failure, index, records.len()))?;
        let envelope = Envelope { line_breaks: arguments.lines, ..page.0 };
        match pages.last_mut() {
            Some((known, list)) if together(known, &envelope) => {
                // The interchange's own version is the newest of its groups.
                known.release = known.release.clone().max(envelope.release);
                list.push(page.1);
            }
            _ => pages.push((envelope, vec![page.1])),
        }
    }
    let mut interchanges = Vec::new();
    for (envelope, list) in &pages {
        let outgoing: Vec<Outgoing<'_>> = list
            .iter()
            .map(|page| Outgoing {
                record: page.record,
                map: &page.map,
                group: &page.group,
                implementation: page.implementation,
                own: page.own(),
            })
            .collect();
        let interchange = write_interchange(&outgoing, envelope).map_err(|refusals| Failure {
            sentences: refusals.iter().map(Refusal::to_string).collect(),
            exit: Exit::Refused,
        })?;
        prove(&interchange, rules)?;
        for name in &interchange.left_out {
            let set = list.first().map_or("", |page| page.map.set.as_str());
            super::tell(
                &format!("{name} is not written: the map of {set} has no line for it"),
                Exit::Done,
            );
        }
        interchanges.push(interchange);
    }
    Ok(interchanges)
}

/// The records of a file.
fn records(path: &Path) -> Result<Vec<Object<'static>>, Failure> {
    let opened =
        source::open(path).map_err(|error| Failure::one(error.to_string(), Exit::Unreadable))?;
    let input = io::BufReader::new(opened.input);
    let stream = serde_json::Deserializer::from_reader(input).into_iter::<Object<'static>>();
    let records: Vec<Object<'static>> = stream.collect::<Result<_, _>>().map_err(|error| {
        let exit = if error.is_io() { Exit::World } else { Exit::Unreadable };
        Failure::one(error.to_string(), exit)
    })?;
    if records.is_empty() {
        return Err(Failure::one("there is no record in it", Exit::Unreadable));
    }
    Ok(records)
}

fn numbered(failure: Failure, index: usize, count: usize) -> Failure {
    if count == 1 {
        return failure;
    }
    let number = index.saturating_add(1);
    let sentences =
        failure.sentences.into_iter().map(|sentence| format!("record {number}: {sentence}"));
    Failure { sentences: sentences.collect(), exit: failure.exit }
}

/// A record with its map.
struct Page<'r> {
    record: &'r Object<'r>,
    map: Arc<CompiledMap>,
    group: String,
    implementation: Option<&'r str>,
    application_sender: String,
    application_receiver: String,
    release: String,
    group_control: Option<&'r str>,
    set_control: Option<&'r str>,
}

impl Page<'_> {
    fn own(&self) -> Own<'_> {
        Own {
            application_sender: Some(&self.application_sender),
            application_receiver: Some(&self.application_receiver),
            release: Some(&self.release),
            group_control: self.group_control,
            set_control: self.set_control,
        }
    }
}

fn page<'r>(
    record: &'r Object<'r>,
    overrides: &Overrides,
    rules: &InForce,
    now: DateTime,
) -> Result<(Envelope, Page<'r>), Failure> {
    let own = match record.get("envelope") {
        Some(Value::Object(envelope)) => Some(envelope),
        _ => None,
    };
    let text = |name: &str| own.and_then(|own| own.text(name));
    let envelope = envelope(&text, overrides, now)?;
    let kind = record.text("schema").and_then(|schema| schema.split('/').next()).unwrap_or("");
    let set = match overrides.set.as_deref().or_else(|| text("set")) {
        Some(set) => set.to_owned(),
        None => set_of(kind, &envelope.release, rules)?,
    };
    let header = GroupHeader {
        elements: std::array::from_fn(|index| {
            if index == 7 { envelope.release.as_str().into() } else { "".into() }
        }),
        offset: 0,
    };
    let resolution = rules.resolve(&InterchangeHeader::default(), &header, &set, "");
    let Some(schema) = &resolution.schema else {
        let sentence = format!("no grammar is known for set {set} in release {}", envelope.release);
        return Err(Failure::one(sentence, Exit::Refused));
    };
    // A record's own group is that of its own set.
    let own_group = text("group").filter(|_| overrides.set.is_none());
    let group = own_group.map_or_else(|| schema.group.clone(), str::to_owned);
    let map = resolution.mapping().map_err(|none| match none {
        NoMap::Unknown => Failure::one(format!("no map is known for set {set}"), Exit::Refused),
        NoMap::Faulty(errors) => Failure {
            sentences: errors.iter().map(ToString::to_string).collect(),
            exit: Exit::Refused,
        },
    })?;
    let code = |code: &Option<String>, party: &Address| {
        code.clone().unwrap_or_else(|| party.id.trim_end().to_owned())
    };
    let page = Page {
        record,
        map,
        group,
        implementation: text("implementation"),
        application_sender: code(&envelope.application_sender, &envelope.sender),
        application_receiver: code(&envelope.application_receiver, &envelope.receiver),
        release: envelope.release.clone(),
        group_control: text("group_control").filter(|_| overrides.group_control.is_none()),
        set_control: text("set_control").filter(|_| overrides.set_control.is_none()),
    };
    Ok((envelope, page))
}

/// The set that carries a kind of record, when no envelope says it.
fn set_of(kind: &str, release: &str, rules: &InForce) -> Result<String, Failure> {
    let library = rules.library();
    let carries = |set: &String| {
        let map = library.resolve(release, set, None).map.clone();
        map.is_some_and(|map| map.record == kind)
    };
    let sets: Vec<String> = library.sets().into_iter().filter(carries).collect();
    match sets.as_slice() {
        [set] => Ok(set.clone()),
        [] => Err(Failure::one(format!("no set carries a record \"{kind}\""), Exit::Refused)),
        several => {
            let sentence =
                format!("{kind} is carried by {}; say which with --set", several.join(", "));
            Err(Failure::one(sentence, Exit::Unreadable))
        }
    }
}

/// The envelope of a record, options first.
fn envelope<'r>(
    text: &dyn Fn(&str) -> Option<&'r str>,
    overrides: &Overrides,
    now: DateTime,
) -> Result<Envelope, Failure> {
    let missing = |name: &str, option: &str| {
        let sentence = format!("the record has no envelope.{name}; say it with {option}");
        Failure::one(sentence, Exit::Unreadable)
    };
    let party = |name: &str, over: &Option<Address>| match over {
        Some(address) => Ok(address.clone()),
        None => {
            let own = text(name);
            let option = format!("--{name} QUALIFIER:ID");
            let own = own.ok_or_else(|| missing(name, &option))?;
            Address::parse(own).ok_or_else(|| {
                let sentence = format!("envelope.{name} \"{own}\" is not written as ZZ:ACME");
                Failure::one(sentence, Exit::Unreadable)
            })
        }
    };
    let number = |name: &str, over: Option<u32>| match (over, text(name)) {
        (Some(number), _) => Ok(number),
        (None, None) => Ok(1),
        (None, Some(own)) => own.parse::<u32>().map_err(|_| {
            let option = name.replace('_', "-");
            let sentence =
                format!("envelope.{name} \"{own}\" is no number; say it with --{option}");
            Failure::one(sentence, Exit::Unreadable)
        }),
    };
    let code =
        |name: &str, over: &Option<String>| over.clone().or_else(|| text(name).map(str::to_owned));
    // Application codes are the record's own only beside its own parties.
    let of = |own: bool, name: &str, over: &Option<String>| {
        if own { code(name, over) } else { over.clone() }
    };
    let release = overrides.release.clone().or_else(|| text("release").map(str::to_owned));
    let usage = overrides.usage.or_else(|| text("usage").and_then(|usage| usage.chars().next()));
    Ok(Envelope {
        sender: party("sender", &overrides.sender)?,
        receiver: party("receiver", &overrides.receiver)?,
        application_sender: of(
            overrides.sender.is_none(),
            "application_sender",
            &overrides.application_sender,
        ),
        application_receiver: of(
            overrides.receiver.is_none(),
            "application_receiver",
            &overrides.application_receiver,
        ),
        release: release.ok_or_else(|| missing("release", "--release 004010"))?,
        // What does not say production is a test.
        usage: usage.unwrap_or('T'),
        acknowledge: overrides.ask_ta1,
        at: now,
        interchange_control: number("control", overrides.control)?,
        // What records bring along stays with them; these number what has none.
        group_control: overrides.group_control.unwrap_or(1),
        set_control: overrides.set_control.unwrap_or(1),
        separators: overrides.separators,
        line_breaks: false,
    })
}

/// Whether two records travel in one interchange: what a group says may differ.
fn together(a: &Envelope, b: &Envelope) -> bool {
    let alike = Envelope {
        application_sender: a.application_sender.clone(),
        application_receiver: a.application_receiver.clone(),
        release: a.release.clone(),
        ..b.clone()
    };
    *a == alike
}

/// Screens what was written: what we would refuse ourselves is not sent.
fn prove(interchange: &Interchange, rules: &InForce) -> Result<(), Failure> {
    let mut faults = Faults::default();
    let verdict = screen(interchange.bytes.as_slice(), rules, &Options::default(), &mut faults)
        .map_err(|error| Failure::one(error.to_string(), Exit::World))?;
    if matches!(verdict, Verdict::Accepted | Verdict::AcceptedWithFindings) {
        return Ok(());
    }
    let mut sentences = faults.sentences;
    sentences.insert(0, "the record cannot be written as its grammar demands".to_owned());
    Err(Failure { sentences, exit: Exit::Refused })
}

#[derive(Default)]
struct Faults {
    sentences: Vec<String>,
}

impl Sink for Faults {
    fn set(&mut self, set: &Screened<'_>) {
        let findings = set.report.details.iter().flat_map(|details| &details.findings);
        for finding in findings.filter(|finding| finding.level == crate::x12::finding::Level::Error)
        {
            let at = usize::try_from(finding.position).unwrap_or(usize::MAX).saturating_sub(1);
            let around = Around {
                schema: set.schema,
                segment: set.text.segment(at),
                node: set.placements.get(at).copied(),
                instance: "",
            };
            self.sentences.push(words(finding, &around).sentence);
        }
    }
}

/// Prints the bytes, or where they went.
fn deliver(arguments: &Arguments, interchanges: &[Interchange]) -> Result<(), Failure> {
    let world = |error: io::Error| Failure::one(error.to_string(), Exit::World);
    let bytes: Vec<u8> = interchanges.iter().flat_map(|page| page.bytes.iter().copied()).collect();
    if let Some(path) = &arguments.out {
        std::fs::write(path, &bytes)
            .map_err(|error| Failure::one(format!("{}: {error}", path.display()), Exit::World))?;
    }
    let mut output = io::stdout().lock();
    let outcome = if arguments.json {
        let sets: u32 = interchanges.iter().map(|page| page.sets).sum();
        let left_out: Vec<&String> = interchanges.iter().flat_map(|page| &page.left_out).collect();
        let text = arguments.out.is_none().then(|| String::from_utf8_lossy(&bytes).into_owned());
        let line = serde_json::json!({
            "file": arguments.file.to_string_lossy(),
            "out": arguments.out.as_ref().map(|path| path.to_string_lossy()),
            "interchanges": interchanges.len(),
            "sets": sets,
            "bytes": bytes.len(),
            "left_out": left_out,
            "text": text,
        });
        writeln!(output, "{line}")
    } else if arguments.out.is_none() {
        output.write_all(&bytes)
    } else {
        Ok(())
    };
    match outcome.and_then(|()| output.flush()) {
        // Whoever reads has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        outcome => outcome.map_err(world),
    }
}
