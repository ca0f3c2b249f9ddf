//! ISA to IEA around written sets: fixed widths, control numbers, counts, separators that occur
//! in no value (X12.5).

use std::collections::HashSet;

use jiff::civil::DateTime;

use super::neutral::{Neutral, Separators};
use super::refusal::Refusal;
use super::{Body, write_set};
use crate::canonical::record::Object;
use crate::grammar::mapping::CompiledMap;
use crate::limits::INTERCHANGE_SETS;

/// A qualifier and an id: `ZZ:ACME`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// ISA05 or ISA07.
    pub qualifier: String,
    /// ISA06 or ISA08.
    pub id: String,
}

impl Address {
    /// Reads `ZZ:ACME`; an id may hold colons, a qualifier has two characters.
    ///
    /// ```
    /// use edigate::x12::write::Address;
    /// let address = Address::parse("01:0012").unwrap();
    /// assert_eq!((address.qualifier.as_str(), address.id.as_str()), ("01", "0012"));
    /// assert!(Address::parse("ACME").is_none());
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (qualifier, id) = text.split_once(':')?;
        (qualifier.len() == 2 && !id.is_empty())
            .then(|| Self { qualifier: qualifier.to_owned(), id: id.to_owned() })
    }
}

/// Who sends what to whom, under which numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Envelope {
    /// ISA05, ISA06.
    pub sender: Address,
    /// ISA07, ISA08.
    pub receiver: Address,
    /// GS02, when it is not the sender's id.
    pub application_sender: Option<String>,
    /// GS03, when it is not the receiver's id.
    pub application_receiver: Option<String>,
    /// GS08 of what has none of its own, and ISA12: `004010`, `005010X221A1`.
    pub release: String,
    /// ISA15: `P` or `T`.
    pub usage: char,
    /// ISA14: whether a TA1 is wanted.
    pub acknowledge: bool,
    /// Local date and time of ISA09, ISA10, GS04, GS05.
    pub at: DateTime,
    /// ISA13.
    pub interchange_control: u32,
    /// GS06 of the first group that has none of its own; later ones count on.
    pub group_control: u32,
    /// ST02 of the first set that has none of its own; later ones count on.
    pub set_control: u32,
    /// Separators the partner wants; when a value holds one of them, the record is refused. None
    /// lets the usual ones be replaced by others that no value holds.
    pub separators: Option<Separators>,
    /// Whether a line break follows each segment, for people.
    pub line_breaks: bool,
}

/// A record to be sent.
#[derive(Clone, Copy, Debug)]
pub struct Outgoing<'a> {
    /// The record.
    pub record: &'a Object<'a>,
    /// The map of its set.
    pub map: &'a CompiledMap,
    /// GS01.
    pub group: &'a str,
    /// ST03, where the guide wants it.
    pub implementation: Option<&'a str>,
    /// What it brings along from where it was read.
    pub own: Own<'a>,
}

/// What a record says of its own group and set. What is absent comes from the [`Envelope`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Own<'a> {
    /// GS02.
    pub application_sender: Option<&'a str>,
    /// GS03.
    pub application_receiver: Option<&'a str>,
    /// GS08.
    pub release: Option<&'a str>,
    /// GS06, to the letter: `000005` stays `000005`.
    pub group_control: Option<&'a str>,
    /// ST02, to the letter: it is AN, `A001` is as good as `0001`.
    pub set_control: Option<&'a str>,
}

impl Outgoing<'_> {
    /// Whether it travels in the group that `first` began. What says nothing of its group joins.
    fn joins(&self, first: &Self) -> bool {
        let agrees = |own: Option<&str>, opened: Option<&str>| own.is_none() || own == opened;
        self.group == first.group
            && self.own.application_sender == first.own.application_sender
            && self.own.application_receiver == first.own.application_receiver
            && self.own.release == first.own.release
            && agrees(self.own.group_control, first.own.group_control)
    }
}

/// A written interchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interchange {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its separators.
    pub separators: Separators,
    /// Groups in it.
    pub groups: u32,
    /// Sets in it.
    pub sets: u32,
    /// Fields of the records that were not written, because no line of the map writes them.
    pub left_out: Vec<String>,
}

/// Writes records as one interchange: consecutive ones of the same group facts
/// (GS01, GS02, GS03, GS06, GS08) share a group.
///
/// # Errors
///
/// Everything that stands in the way: fields that do not fit, an envelope that cannot be made,
/// separators that occur in values.
pub fn write_interchange(
    documents: &[Outgoing<'_>],
    envelope: &Envelope,
) -> Result<Interchange, Vec<Refusal>> {
    let mut refusals = checked(documents, envelope);
    refusals.extend(documents.iter().flat_map(own_checked));
    if documents.len() > INTERCHANGE_SETS {
        return Err(refusals);
    }
    let mut bodies = Vec::with_capacity(documents.len());
    for (index, document) in documents.iter().enumerate() {
        match write_set(document.record, document.map) {
            Ok(body) => bodies.push((document, body)),
            Err(found) => refusals.extend(found.into_iter().map(|refusal| {
                if documents.len() == 1 {
                    return refusal;
                }
                Refusal {
                    path: format!("record {}: {}", index.saturating_add(1), refusal.path),
                    ..refusal
                }
            })),
        }
    }
    if !refusals.is_empty() {
        return Err(refusals);
    }
    let separators = separators(&bodies, envelope).map_err(|refusal| vec![refusal])?;
    Ok(assembled(&bodies, envelope, separators))
}

/// What is wrong with the envelope itself.
fn checked(documents: &[Outgoing<'_>], envelope: &Envelope) -> Vec<Refusal> {
    let mut refusals = Vec::new();
    let mut refuse = |path: &str, sentence: String| {
        refusals.push(Refusal { path: format!("envelope.{path}"), sentence });
    };
    for (name, address) in [("sender", &envelope.sender), ("receiver", &envelope.receiver)] {
        if address.qualifier.len() != 2 || !is_plain(&address.qualifier) {
            refuse(name, format!("the qualifier \"{}\" has not two characters", address.qualifier));
        }
        if address.id.trim_end().is_empty() || address.id.len() > 15 || !is_plain(&address.id) {
            refuse(name, format!("\"{}\" is no id of 1 to 15 characters of ASCII", address.id));
        }
    }
    let codes = [
        ("application_sender", &envelope.application_sender),
        ("application_receiver", &envelope.application_receiver),
    ];
    for (name, code) in codes {
        if let Some(code) = code
            && !((1..=15).contains(&code.len()) && is_plain(code))
        {
            refuse(name, format!("\"{code}\" is no code of 1 to 15 characters of ASCII"));
        }
    }
    if !is_release(&envelope.release) {
        refuse("release", no_release(&envelope.release));
    }
    if !matches!(envelope.usage, 'P' | 'T' | 'I') {
        refuse("usage", format!("\"{}\" is neither P nor T", envelope.usage));
    }
    for (name, control) in [
        ("control", envelope.interchange_control),
        ("group_control", envelope.group_control),
        ("set_control", envelope.set_control),
    ] {
        if !(1..=999_999_999).contains(&control) {
            refuse(name, format!("{control} is no control number of 1 to 9 digits"));
        }
    }
    if documents.is_empty() || documents.len() > INTERCHANGE_SETS {
        refuse("set", format!("an interchange has 1 to {INTERCHANGE_SETS} sets"));
    }
    refusals
}

/// What is wrong with the facts a record brings along.
fn own_checked(document: &Outgoing<'_>) -> Vec<Refusal> {
    let own = &document.own;
    let fits = |text: &str, most: usize| {
        (1..=most).contains(&text.len()) && is_plain(text) && text.trim() == text
    };
    let texts = [
        ("group", Some(document.group), 2),
        ("application_sender", own.application_sender, 15),
        ("application_receiver", own.application_receiver, 15),
        ("group_control", own.group_control, 9),
        ("set_control", own.set_control, 9),
    ];
    let mut refusals: Vec<Refusal> = texts
        .into_iter()
        .filter_map(|(name, text, most)| {
            let text = text.filter(|text| !fits(text, most))?;
            Some(Refusal {
                path: format!("envelope.{name}"),
                sentence: format!("\"{text}\" is not 1 to {most} characters of ASCII"),
            })
        })
        .collect();
    if let Some(release) = own.release.filter(|release| !is_release(release)) {
        let path = "envelope.release".to_owned();
        refusals.push(Refusal { path, sentence: no_release(release) });
    }
    refusals
}

fn is_release(text: &str) -> bool {
    let six = text.as_bytes().get(..6);
    six.is_some_and(|six| six.iter().all(u8::is_ascii_digit)) && text.len() <= 12 && is_plain(text)
}

fn no_release(text: &str) -> String {
    format!("\"{text}\" is no release as 004010 or 005010X221A1")
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// Separators that occur in no value: those asked for, else the usual ones, else others.
fn separators(
    bodies: &[(&Outgoing<'_>, Body)],
    envelope: &Envelope,
) -> Result<Separators, Refusal> {
    let mut used = [false; 256];
    for (document, body) in bodies {
        body.text.used(&mut used);
        mark(&mut used, document.implementation.unwrap_or_default());
        mark(&mut used, document.group);
        let Own { application_sender, application_receiver, release, group_control, set_control } =
            document.own;
        for text in [application_sender, application_receiver, release, group_control, set_control]
        {
            mark(&mut used, text.unwrap_or_default());
        }
    }
    for text in header_texts(envelope) {
        mark(&mut used, text);
    }
    // Digits, letters and blanks stand in every envelope.
    mark(&mut used, "0123456789 ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
    let is_used = |byte: u8| used.get(usize::from(byte)).copied().unwrap_or(true);
    let repeats = bodies.iter().any(|(_, body)| body.text.repeats());
    if repeats && version(&envelope.release) < "00402" {
        return Err(Refusal::whole(format!(
            "an element repeats, and {} has no repetitions",
            envelope.release
        )));
    }
    if let Some(asked) = envelope.separators {
        return fixed(asked, &is_used);
    }
    let mut taken = HashSet::new();
    let mut choose = |usual: u8| {
        let others =
            [b'|', b'>', b'<', b'\\', b'^', b'!', b'{', b'}', b'`', b'_', b'=', b';', b'@'];
        // Control characters stand in no value: they are refused.
        let never = [0x1c, 0x1d, 0x1e, 0x1f];
        let all = std::iter::once(usual).chain(others).chain(never);
        let free = all.into_iter().find(|&byte| !is_used(byte) && !taken.contains(&byte));
        let free = free.unwrap_or(0x1d);
        taken.insert(free);
        free
    };
    let usual = Separators::USUAL;
    Ok(Separators {
        element: choose(usual.element),
        terminator: choose(usual.terminator),
        component: choose(usual.component),
        repetition: choose(usual.repetition),
    })
}

/// Separators a partner insists on.
fn fixed(asked: Separators, is_used: &dyn Fn(u8) -> bool) -> Result<Separators, Refusal> {
    let all = asked.all();
    let distinct: HashSet<u8> = all.into_iter().collect();
    if distinct.len() < all.len() {
        return Err(Refusal::whole("two of the four separators are the same character"));
    }
    for byte in all {
        if byte.is_ascii_alphanumeric() || byte == b' ' || !byte.is_ascii() {
            return Err(Refusal::whole(format!(
                "{} cannot be a separator: values need it",
                shown(byte)
            )));
        }
        if is_used(byte) {
            return Err(Refusal::whole(format!(
                "{} stands in a value, and the partner wants it as a separator; change the value \
                 or agree on another separator",
                shown(byte)
            )));
        }
    }
    Ok(asked)
}

fn shown(byte: u8) -> String {
    if byte.is_ascii_graphic() {
        format!("\"{}\"", char::from(byte))
    } else {
        format!("the byte {byte:02X}")
    }
}

fn mark(used: &mut [bool; 256], text: &str) {
    for byte in text.bytes() {
        if let Some(place) = used.get_mut(usize::from(byte)) {
            *place = true;
        }
    }
}

fn header_texts(envelope: &Envelope) -> Vec<&str> {
    let codes = [&envelope.application_sender, &envelope.application_receiver];
    let mut texts = vec![
        envelope.sender.qualifier.as_str(),
        &envelope.sender.id,
        &envelope.receiver.qualifier,
        &envelope.receiver.id,
        &envelope.release,
    ];
    texts.extend(codes.into_iter().flatten().map(String::as_str));
    texts
}

/// ISA12 of a release: `00401` of `004010`.
fn version(release: &str) -> &str {
    release.get(..5).unwrap_or("00401")
}

/// Writes everything: it is known to fit.
fn assembled(
    bodies: &[(&Outgoing<'_>, Body)],
    envelope: &Envelope,
    separators: Separators,
) -> Interchange {
    let mut text = Text { bytes: Vec::new(), separators, line_breaks: envelope.line_breaks };
    isa(&mut text, envelope);
    let mut numbers = Numbers {
        groups: Numbering::new(envelope.group_control, bodies, |own| own.group_control),
        sets: Numbering::new(envelope.set_control, bodies, |own| own.set_control),
    };
    let mut groups = 0u32;
    let sets = u32::try_from(bodies.len()).unwrap_or(u32::MAX);
    let mut rest = bodies;
    while let Some((first, _)) = rest.first() {
        let length = rest.iter().take_while(|(document, _)| document.joins(first)).count();
        // The first opens its group, whatever it says.
        let (group, after) = rest.split_at_checked(length.max(1)).unwrap_or((rest, &[]));
        rest = after;
        self::group(&mut text, group, envelope, &mut numbers);
        groups = groups.saturating_add(1);
    }
    let control = format!("{:09}", envelope.interchange_control);
    text.segment(&["IEA", &groups.to_string(), &control]);
    let left_out = bodies.iter().flat_map(|(_, body)| body.left_out.clone()).collect();
    Interchange { bytes: text.bytes, separators, groups, sets, left_out }
}

fn isa(text: &mut Text, envelope: &Envelope) {
    let Separators { component, repetition, .. } = text.separators;
    let date = envelope.at.strftime("%y%m%d").to_string();
    let time = envelope.at.strftime("%H%M").to_string();
    let version = version(&envelope.release);
    let standard = if version < "00402" { b'U' } else { repetition };
    let sender = format!("{:<15}", envelope.sender.id);
    let receiver = format!("{:<15}", envelope.receiver.id);
    let control = format!("{:09}", envelope.interchange_control);
    let blank = " ".repeat(10);
    text.segment(&[
        "ISA",
        "00",
        &blank,
        "00",
        &blank,
        &envelope.sender.qualifier,
        &sender,
        &envelope.receiver.qualifier,
        &receiver,
        &date,
        &time,
        &char::from(standard).to_string(),
        version,
        &control,
        if envelope.acknowledge { "1" } else { "0" },
        &envelope.usage.to_string(),
        &char::from(component).to_string(),
    ]);
}

/// Numbers for what has none of its own.
struct Numbers {
    groups: Numbering,
    sets: Numbering,
}

/// Counts on, past the numbers that records of the interchange bring along.
struct Numbering {
    next: u32,
    taken: HashSet<u32>,
}

impl Numbering {
    fn new(
        first: u32,
        bodies: &[(&Outgoing<'_>, Body)],
        own: impl for<'a> Fn(&Own<'a>) -> Option<&'a str>,
    ) -> Self {
        let numbers = bodies.iter().filter_map(|(document, _)| own(&document.own)?.parse().ok());
        Self { next: first, taken: numbers.collect() }
    }

    fn next(&mut self) -> u32 {
        while self.taken.contains(&self.next) {
            self.next = self.next.saturating_add(1);
        }
        let number = self.next;
        self.next = number.saturating_add(1);
        number
    }
}

fn group(
    text: &mut Text,
    sets: &[(&Outgoing<'_>, Body)],
    envelope: &Envelope,
    numbers: &mut Numbers,
) {
    let Some((first, _)) = sets.first() else { return };
    let own = &first.own;
    let release = own.release.unwrap_or(&envelope.release);
    let sender = envelope.application_sender.as_deref().unwrap_or(&envelope.sender.id);
    let receiver = envelope.application_receiver.as_deref().unwrap_or(&envelope.receiver.id);
    let control =
        own.group_control.map_or_else(|| numbers.groups.next().to_string(), str::to_owned);
    // Before 004010 the group's date had six digits.
    let long = release.get(..6).is_some_and(|release| release >= "004010");
    let date = envelope.at.strftime(if long { "%Y%m%d" } else { "%y%m%d" }).to_string();
    text.segment(&[
        "GS",
        first.group,
        own.application_sender.unwrap_or(sender).trim_end(),
        own.application_receiver.unwrap_or(receiver).trim_end(),
        &date,
        &envelope.at.strftime("%H%M").to_string(),
        &control,
        "X",
        release,
    ]);
    for (document, body) in sets {
        let number = document
            .own
            .set_control
            .map_or_else(|| format!("{:04}", numbers.sets.next()), str::to_owned);
        let mut opening = vec!["ST", document.map.set.as_str(), &number];
        opening.extend(document.implementation);
        text.segment(&opening);
        text.body(&body.text);
        text.segment(&["SE", &body.text.len().saturating_add(2).to_string(), &number]);
    }
    text.segment(&["GE", &sets.len().to_string(), &control]);
}

/// The interchange while it is written.
struct Text {
    bytes: Vec<u8>,
    separators: Separators,
    line_breaks: bool,
}

impl Text {
    fn segment(&mut self, elements: &[&str]) {
        for (index, element) in elements.iter().enumerate() {
            if index > 0 {
                self.bytes.push(self.separators.element);
            }
            self.bytes.extend_from_slice(element.as_bytes());
        }
        self.bytes.push(self.separators.terminator);
        if self.line_breaks {
            self.bytes.push(b'\n');
        }
    }

    fn body(&mut self, body: &Neutral) {
        body.write(self.separators, self.line_breaks, &mut self.bytes);
    }
}
