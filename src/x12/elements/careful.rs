//! The close look at one segment: every finding about its elements, in order.

use super::text;
use crate::grammar::schema::{
    CodeListRule, ElementContent, ElementRule, RelationRule, SegmentRule, SimpleRule,
};
use crate::grammar::segments::{Kind, Relation};
use crate::x12::finding::{Fault, Level, Oddity};
use crate::x12::segment::Segment;
use crate::x12::validate::{Gather, Place, Site, listing};

/// Tells everything that is wrong with the elements of the segment at `place`, which is checked
/// by row `rule` of the schema's segments.
#[cold]
pub(in crate::x12) fn examine(gather: &mut Gather<'_>, place: Place, rule: usize) {
    let Some(segment) = gather.text.segment(place.index) else { return };
    let Some(rule) = gather.schema.segments.get(rule) else { return };
    Examination { gather, place, segment, rule }.run();
}

/// What a separator splits, with offsets.
type Parts<'a> = Vec<(usize, &'a [u8])>;

struct Examination<'a, 'b> {
    gather: &'b mut Gather<'a>,
    place: Place,
    segment: Segment<'a>,
    rule: &'a SegmentRule,
}

impl<'a> Examination<'a, '_> {
    fn run(mut self) {
        let mut filled = Filled::default();
        for (position, rule) in (1usize..).zip(&self.rule.elements) {
            if self.element(position, rule) {
                filled.set(position);
            } else if rule.must {
                let dictionary = self.gather.dictionary(rule, 0);
                let start = offset(self.segment.element_start(position));
                let site = Site { dictionary, ..self.site(position, start, 0) };
                self.gather.element(Level::Error, self.place, site, Fault::MissingElement);
                filled.tell(position);
            }
        }
        self.superfluous();
        for relation in &self.rule.relations {
            if let Some((at, fault)) = broken(relation, &mut filled) {
                let dictionary = self
                    .rule
                    .elements
                    .get(at.wrapping_sub(1))
                    .map_or("", |rule| self.gather.dictionary(rule, 0));
                let start = offset(self.segment.element_start(at));
                let length = self.segment.element(at).len();
                let site = Site { dictionary, ..self.site(at, start, length) };
                self.gather.element(Level::Error, self.place, site, fault);
            }
        }
    }

    /// Checks one element; whether it holds anything.
    fn element(&mut self, position: usize, rule: &'a ElementRule) -> bool {
        let value = self.segment.element(position);
        if value.is_empty() {
            return false;
        }
        let start = offset(self.segment.element_start(position));
        let delimiters = self.gather.text.delimiters;
        let binary = matches!(
            &rule.content,
            ElementContent::Simple(simple) if simple.kind == Kind::B
        );
        if binary {
            self.binary(position, start, value);
            return true;
        }
        if let ElementContent::Unused = rule.content {
            let fault = Fault::GuideForbidsElement { prose: "".into(), conditional: false };
            let site = self.site(position, start, value.len());
            self.gather.element(Level::Error, self.place, site, fault);
            return true;
        }
        let (repetitions, trailing) = match delimiters.repetition {
            Some(separator) if value.contains(&separator) => parts(value, start, separator),
            _ => return self.repetition(rule, self.site(position, start, value.len()), value),
        };
        let several = repetitions.len() > 1;
        if repetitions.len() > usize::try_from(rule.repeats.max(1)).unwrap_or(usize::MAX) {
            let dictionary = self.gather.dictionary(rule, 0);
            let site = Site { dictionary, ..self.site(position, start, value.len()) };
            let fault = Fault::TooManyRepetitions { max: rule.repeats };
            self.gather.element(Level::Error, self.place, site, fault);
        }
        let mut holds = false;
        for (number, &(start, value)) in (1usize..).zip(&repetitions) {
            let repetition = if several { number } else { 0 };
            let site = Site { repetition, ..self.site(position, start, value.len()) };
            holds |= self.repetition(rule, site, value);
        }
        if trailing {
            self.trailing_separator(position, start, value);
        }
        holds
    }

    /// Checks one repetition of an element, or all of one that does not repeat.
    fn repetition(&mut self, rule: &'a ElementRule, site: Site<'_>, value: &'a [u8]) -> bool {
        match &rule.content {
            _ if value.is_empty() => false,
            ElementContent::Simple(simple) => self.plain(site, simple, value),
            ElementContent::Composite(row) => self.composite(site, *row, value),
            ElementContent::Unused => false,
        }
    }

    /// A simple element, which must not be split into components.
    fn plain(&mut self, site: Site<'_>, rule: &'a SimpleRule, value: &'a [u8]) -> bool {
        let separator = self.gather.text.delimiters.component;
        if !value.contains(&separator) {
            let site = Site { dictionary: &rule.dictionary, ..site };
            self.simple(site, rule, value);
            return true;
        }
        let (components, trailing) = parts(value, site.start, separator);
        if trailing {
            self.trailing_separator(site.element, site.start, value);
        }
        match components.as_slice() {
            [] => false,
            [(_, value)] => {
                let site = Site { dictionary: &rule.dictionary, length: value.len(), ..site };
                self.simple(site, rule, value);
                true
            }
            _ => {
                let expected = "no component separator: this element has no components".into();
                let site = Site { dictionary: &rule.dictionary, ..site };
                self.gather.element(
                    Level::Error,
                    self.place,
                    site,
                    Fault::BadCharacter { expected },
                );
                true
            }
        }
    }

    fn composite(&mut self, site: Site<'_>, row: usize, value: &'a [u8]) -> bool {
        let Some(rule) = self.gather.schema.composites.get(row) else { return false };
        let separator = self.gather.text.delimiters.component;
        let (components, trailing) = parts(value, site.start, separator);
        if trailing {
            self.trailing_separator(site.element, site.start, value);
        }
        if components.is_empty() {
            return false;
        }
        let mut filled = Filled::default();
        for (number, component) in (1usize..).zip(&rule.components) {
            let (start, value) = match components.get(number.wrapping_sub(1)) {
                Some(&(start, value)) => (start, value),
                None => (site.start.saturating_add(value.len()), &[][..]),
            };
            let dictionary = match &component.content {
                ElementContent::Simple(simple) => simple.dictionary.as_str(),
                ElementContent::Composite(_) | ElementContent::Unused => "",
            };
            let site = Site { component: number, dictionary, start, length: value.len(), ..site };
            if !value.is_empty() {
                filled.set(number);
                self.component(site, component, value);
            } else if component.must {
                self.gather.element(Level::Error, self.place, site, Fault::MissingElement);
                filled.tell(number);
            }
        }
        if let Some(&(start, value)) = components.get(rule.components.len()) {
            let component = rule.components.len().saturating_add(1);
            let site = Site { component, dictionary: "", start, length: value.len(), ..site };
            self.gather.element(Level::Error, self.place, site, Fault::TooManyComponents);
        }
        for relation in &rule.relations {
            if let Some((at, fault)) = broken(relation, &mut filled) {
                let dictionary = match rule.components.get(at.wrapping_sub(1)).map(|c| &c.content) {
                    Some(ElementContent::Simple(simple)) => simple.dictionary.as_str(),
                    _ => "",
                };
                let end = site.start.saturating_add(value.len());
                let (start, value) =
                    components.get(at.wrapping_sub(1)).copied().unwrap_or((end, &[]));
                let site = Site { component: at, dictionary, start, length: value.len(), ..site };
                self.gather.element(Level::Error, self.place, site, fault);
            }
        }
        true
    }

    fn component(&mut self, site: Site<'_>, rule: &'a ElementRule, value: &'a [u8]) {
        match &rule.content {
            ElementContent::Simple(simple) => self.simple(site, simple, value),
            ElementContent::Composite(_) => {}
            ElementContent::Unused => {
                let fault = Fault::GuideForbidsElement { prose: "".into(), conditional: false };
                self.gather.element(Level::Error, self.place, site, fault);
            }
        }
    }

    /// The text of an element or component: one code, and a warning for blanks cut.
    fn simple(&mut self, site: Site<'_>, rule: &'a SimpleRule, value: &'a [u8]) {
        let trimmed = value.strip_suffix(b" ").map_or(value, |_| {
            let blanks = value.iter().rev().take_while(|&&byte| byte == b' ').count();
            value.get(..value.len().saturating_sub(blanks)).unwrap_or_default()
        });
        let fault = self.judge(site, rule, trimmed, value.len());
        let padding = value.len() > trimmed.len();
        // Blanks that fill a text up to its minimum belong there (X12.6 3.5.1.4).
        let superfluous = padding && value.len() > wide(rule.min);
        if let Some(fault) = fault {
            self.gather.element(Level::Error, self.place, site, fault);
        } else if superfluous {
            let level = self.gather.tolerated();
            self.gather.element(level, self.place, site, Fault::TrailingBlanks);
        }
    }

    fn judge(
        &mut self,
        site: Site<'_>,
        rule: &'a SimpleRule,
        value: &[u8],
        sent: usize,
    ) -> Option<Fault> {
        let length = match rule.kind {
            Kind::An | Kind::Id => {
                if value.is_empty() || value.iter().any(u8::is_ascii_control) {
                    let expected = "printable characters, not only blanks".into();
                    return Some(Fault::BadCharacter { expected });
                }
                text::characters(value).max(sent.min(wide(rule.min)))
            }
            Kind::R => match text::real(value) {
                Some(digits) => digits,
                None => {
                    let expected = "a decimal number such as 12.50".into();
                    return Some(Fault::BadCharacter { expected });
                }
            },
            Kind::N(_) => match text::number(value) {
                Some(digits) => digits,
                None => {
                    let expected = "a whole number".into();
                    return Some(Fault::BadCharacter { expected });
                }
            },
            Kind::Dt => {
                let fits = (wide(rule.min)..=wide(rule.max)).contains(&value.len());
                let passes = text::is_date(value)
                    && (fits
                        || self.gather.options.loose_dates
                        || value.len() == 6 && self.gather.loosens_dates(self.place, site));
                if !passes {
                    return Some(Fault::BadDate);
                }
                wide(rule.min)
            }
            Kind::Tm if !text::is_time(value) => return Some(Fault::BadTime),
            Kind::Tm | Kind::B => value.len(),
        };
        if length > wide(rule.max) {
            return Some(Fault::TooLong { max: rule.max });
        }
        if length < wide(rule.min) {
            return Some(Fault::TooShort { min: rule.min });
        }
        let list = rule.codes.and_then(|row| self.gather.schema.code_lists.get(row))?;
        let listed = |value: &[u8]| list.codes.iter().any(|(code, _, _)| code.as_bytes() == value);
        (list.closed && !listed(value)).then(|| Fault::BadCode { expected: codes(list) })
    }

    /// BIN and BDS: the element before says how many bytes this one has.
    fn binary(&mut self, position: usize, start: usize, value: &[u8]) {
        let before = self.segment.element(position.wrapping_sub(1));
        let declared = std::str::from_utf8(before).ok().and_then(|text| text.parse().ok());
        if declared == Some(value.len()) {
            return;
        }
        let expected = format!("as many bytes as element {:02} says", position.wrapping_sub(1));
        let site = self.site(position, start, value.len());
        let fault = Fault::BadCharacter { expected: expected.into() };
        self.gather.element(Level::Error, self.place, site, fault);
    }

    /// Elements beyond the last defined one, and separators at the end with nothing behind.
    fn superfluous(&mut self) {
        let defined = self.rule.elements.len();
        let extra = (defined.saturating_add(1)..=self.segment.len())
            .find(|&position| !self.segment.element(position).is_empty());
        if let Some(position) = extra {
            let start = offset(self.segment.element_start(position));
            let site = self.site(position, start, self.segment.element(position).len());
            self.gather.element(Level::Error, self.place, site, Fault::TooManyElements);
        }
        if !self.segment.is_empty() && self.segment.element(self.segment.len()).is_empty() {
            let level = self.gather.tolerated();
            let fault = Fault::Tolerated(Oddity::TrailingSeparators);
            self.gather.segment(level, self.place, fault);
        }
    }

    fn trailing_separator(&mut self, position: usize, start: usize, value: &[u8]) {
        let level = self.gather.tolerated();
        let site = self.site(position, start, value.len());
        let fault = Fault::Tolerated(Oddity::TrailingSeparators);
        self.gather.element(level, self.place, site, fault);
    }

    fn site(&self, element: usize, start: usize, length: usize) -> Site<'static> {
        Site { element, component: 0, repetition: 0, dictionary: "", start, length }
    }
}

/// What `separator` separates, with offsets, without empty parts at the end; whether there were
/// such.
fn parts(value: &[u8], start: usize, separator: u8) -> (Parts<'_>, bool) {
    let mut parts = Vec::new();
    let mut at = start;
    for part in value.split(|&byte| byte == separator) {
        parts.push((at, part));
        at = at.saturating_add(part.len()).saturating_add(1);
    }
    let all = parts.len();
    while parts.last().is_some_and(|(_, part)| part.is_empty()) {
        parts.pop();
    }
    let trailing = parts.len() < all;
    (parts, trailing)
}

/// Which positions hold something, and of which a finding told already.
#[derive(Clone, Copy, Debug, Default)]
struct Filled {
    present: u128,
    told: u128,
}

impl Filled {
    fn set(&mut self, position: usize) {
        self.present |= bit(position);
    }

    fn tell(&mut self, position: usize) {
        self.told |= bit(position);
    }

    fn has(self, position: usize) -> bool {
        self.present & bit(position) != 0
    }

    /// Whether nothing was told of the position yet; from now on it was.
    fn is_news(&mut self, position: usize) -> bool {
        let news = self.told & bit(position) == 0;
        self.tell(position);
        news
    }
}

fn bit(position: usize) -> u128 {
    u32::try_from(position).ok().and_then(|shift| 1u128.checked_shl(shift)).unwrap_or(0)
}

/// The position at which a relation is broken, and how; none when it holds, or when a finding
/// stands there already.
fn broken(rule: &RelationRule, filled: &mut Filled) -> Option<(usize, Fault)> {
    let positions: Vec<usize> = rule.positions.iter().map(|&p| usize::from(p)).collect();
    let (&first, rest) = positions.split_first()?;
    let count = positions.iter().filter(|&&position| filled.has(position)).count();
    let absent = |among: &[usize]| among.iter().copied().find(|&p| !filled.has(p));
    let at = match rule.relation {
        Relation::Together if count == 0 => None,
        Relation::Together => absent(&positions),
        Relation::AtLeastOne => (count == 0).then_some(first),
        Relation::OnlyOne => positions.iter().copied().filter(|&p| filled.has(p)).nth(1),
        Relation::Then if filled.has(first) => absent(rest),
        Relation::ThenOne if filled.has(first) && !rest.iter().any(|&p| filled.has(p)) => {
            rest.first().copied()
        }
        Relation::Then | Relation::ThenOne => None,
    }?;
    let relation = words(rule.relation, &rule.positions);
    let fault = match rule.relation {
        Relation::OnlyOne => Fault::Excluded { relation },
        _ => Fault::RelationBroken { relation },
    };
    filled.is_news(at).then_some((at, fault))
}

/// A relation as grammar texts write it.
fn words(relation: Relation, positions: &[u8]) -> Box<str> {
    let number = |position: &u8| format!("{position:02}");
    let all = |positions: &[u8], between: &str| {
        positions.iter().map(number).collect::<Vec<_>>().join(between)
    };
    let (first, rest) = positions.split_at(positions.len().min(1));
    match relation {
        Relation::Together => format!("{} together", all(positions, " and ")),
        Relation::AtLeastOne => format!("at least one of {}", all(positions, " ")),
        Relation::OnlyOne => format!("only one of {}", all(positions, " ")),
        Relation::Then => format!("if {} then {}", all(first, ""), all(rest, " and ")),
        Relation::ThenOne => format!("if {} then one of {}", all(first, ""), all(rest, " ")),
    }
    .into()
}

fn codes(list: &CodeListRule) -> Box<str> {
    listing(list.codes.iter().map(|(code, _, _)| code.as_bytes()))
}

fn offset(start: u32) -> usize {
    usize::try_from(start).unwrap_or(usize::MAX)
}

fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
