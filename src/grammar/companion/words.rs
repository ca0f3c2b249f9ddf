//! What a schema says, in words for people who read no grammar text.

use crate::grammar::schema::{
    Condition, ConditionTest, Deviation, ElementRule, GuideCheck, GuideRule, Node, NodeKind,
    Pattern, RelationRule, Relaxation, Relaxed, Schema, SegmentRule, SimpleRule,
};
use crate::grammar::segments::{Kind, Relation};

/// `01 is ST or BT and 03 is sent`.
#[must_use]
pub fn conditions(conditions: &[Condition]) -> String {
    let one = |condition: &Condition| {
        let at = match condition.component {
            Some(component) => format!("{:02}.{component}", condition.element),
            None => format!("{:02}", condition.element),
        };
        match &condition.test {
            ConditionTest::Is(codes) => format!("{at} is {}", listed(&texts(codes), "or")),
            ConditionTest::IsNot(codes) => format!("{at} is not {}", listed(&texts(codes), "or")),
            ConditionTest::Present => format!("{at} is sent"),
            ConditionTest::Absent => format!("{at} is not sent"),
        }
    };
    conditions.iter().map(one).collect::<Vec<_>>().join(" and ")
}

fn texts(codes: &[Box<[u8]>]) -> Vec<String> {
    codes.iter().map(|code| String::from_utf8_lossy(code).into_owned()).collect()
}

/// `A`, `A or B`, `A, B or C`.
#[must_use]
pub fn listed(items: &[String], word: &str) -> String {
    match items.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} {word} {last}", before.join(", ")),
    }
}

/// The position of a node in its area, with as many digits as guides of the release print.
#[must_use]
pub fn position(schema: &Schema, node: &Node) -> String {
    let width = if schema.from_005010 { 4 } else { 3 };
    format!("{:0width$}", node.position % AREA)
}

/// Positions of one area: heading, detail and summary follow one another.
const AREA: u32 = 100_000;

/// `once`, `up to 5 times`, `any number of times`.
#[must_use]
pub fn times(max: u32) -> String {
    match max {
        1 => "once".to_owned(),
        u32::MAX => "any number of times".to_owned(),
        max => format!("up to {max} times"),
    }
}

/// `text`, `code`, `date CCYYMMDD`, `number with 2 implied decimals`.
#[must_use]
pub fn kind(rule: &SimpleRule) -> String {
    match rule.kind {
        Kind::An => "text".to_owned(),
        Kind::Id => "code".to_owned(),
        Kind::Dt if rule.min < 8 && rule.max >= 8 => "date CCYYMMDD or YYMMDD".to_owned(),
        Kind::Dt if rule.max < 8 => "date YYMMDD".to_owned(),
        Kind::Dt => "date CCYYMMDD".to_owned(),
        Kind::Tm => "time HHMM".to_owned(),
        Kind::R => "decimal number".to_owned(),
        Kind::N(0) => "whole number".to_owned(),
        Kind::N(1) => "number, the last digit is a decimal".to_owned(),
        Kind::N(decimals) => format!("number, the last {decimals} digits are decimals"),
        Kind::B => "bytes".to_owned(),
    }
}

/// `exactly 2`, `1 to 22`.
#[must_use]
pub fn lengths(min: u32, max: u32) -> String {
    if min == max { format!("exactly {min}") } else { format!("{min} to {max}") }
}

/// A relation of a segment, with the elements' names: `If 03 (unit) is sent, 02 (quantity) must
/// be too.`
#[must_use]
pub fn relation(elements: &[ElementRule], rule: &RelationRule) -> String {
    let name = |position: &u8| {
        let index = usize::from(*position).saturating_sub(1);
        match elements.get(index).map(|element| element.name.replace('_', " ")) {
            Some(name) if !name.is_empty() => format!("{position:02} ({name})"),
            _ => format!("{position:02}"),
        }
    };
    let names: Vec<String> = rule.positions.iter().map(name).collect();
    let (first, rest) = match names.split_first() {
        Some((first, rest)) => (first.as_str(), rest),
        None => ("", &[][..]),
    };
    match rule.relation {
        Relation::Together => format!("{} are sent together or not at all.", listed(&names, "and")),
        Relation::AtLeastOne => format!("At least one of {} must be sent.", listed(&names, "and")),
        Relation::OnlyOne => format!("Only one of {} may be sent.", listed(&names, "and")),
        Relation::Then => {
            format!("If {first} is sent, {} must be too.", listed(rest, "and"))
        }
        Relation::ThenOne => {
            format!("If {first} is sent, at least one of {} must be too.", listed(rest, "and"))
        }
    }
}

/// All relations of a segment; one that is repeated, shifted, is said once.
#[must_use]
pub fn relations(elements: &[ElementRule], rules: &[RelationRule]) -> Vec<String> {
    let mut said = Vec::new();
    let mut rest = rules;
    while let Some((first, after)) = rest.split_first() {
        let step = after.first().and_then(|next| shift(elements, first, next));
        let repeats = step.map_or(0, |step| {
            let pairs = rest.windows(2);
            let same = |pair: &&[RelationRule]| match pair {
                [one, next] => shift(elements, one, next) == Some(step),
                _ => false,
            };
            pairs.take_while(same).count()
        });
        let mut sentence = relation(elements, first);
        if let Some(last) = after.get(..repeats).and_then(<[RelationRule]>::last) {
            let positions = |rule: &RelationRule| {
                let words: Vec<String> =
                    rule.positions.iter().map(|position| format!("{position:02}")).collect();
                listed(&words, "and")
            };
            let to = if repeats > 1 { format!(", … {}", positions(last)) } else { String::new() };
            let next = after.first().map_or_else(String::new, positions);
            sentence.push_str(&format!(" Likewise {next}{to}."));
        }
        said.push(sentence);
        rest = after.get(repeats..).unwrap_or_default();
    }
    said
}

/// How far the second relation stands behind the first, when it is the same one shifted, about
/// elements of the same names.
fn shift(elements: &[ElementRule], one: &RelationRule, next: &RelationRule) -> Option<u8> {
    let name = |position: &u8| {
        elements.get(usize::from(*position).saturating_sub(1)).map(|element| &element.name)
    };
    let names = |rule: &RelationRule| rule.positions.iter().map(name).collect::<Vec<_>>();
    let alike = one.relation == next.relation && names(one) == names(next);
    let mut steps = one.positions.iter().zip(&next.positions).map(|(a, b)| b.checked_sub(*a));
    let step = steps.next()??;
    (alike && step > 0 && steps.all(|other| other == Some(step))).then_some(step)
}

/// What a rule of a guide asks, as a sentence: `REF where 01 is IA must be sent.`, `In loop HL
/// where 03 is O, PRF must be sent.`
#[must_use]
pub fn rule(schema: &Schema, rule: &GuideRule) -> String {
    let what = &rule.address;
    let said = match &rule.check {
        GuideCheck::Require | GuideCheck::RequireElement(_) => format!("{what} must be sent"),
        GuideCheck::Forbid | GuideCheck::ForbidElement(_) => format!("{what} must not be sent"),
        GuideCheck::Limit(most) => format!("{what} may be sent {}", times(*most)),
        GuideCheck::Codes(_, codes) => format!("{what} must be {}", listed(codes, "or")),
        GuideCheck::Length(_, min, max) => {
            format!("{what} must have {} characters", lengths(*min, *max))
        }
        GuideCheck::Pattern(_, named) => format!("{what} must be {}", pattern(*named)),
        GuideCheck::Deviation(deviation) => self::deviation(what, deviation),
    };
    let when = rule.when.as_ref().map_or_else(String::new, |when| format!(" when {}", when.text));
    let within: Vec<String> = rule
        .within
        .iter()
        .filter_map(|(node, conditions)| {
            let NodeKind::Loop(name) = &schema.nodes.get(node.index())?.kind else { return None };
            let conditions = self::conditions(conditions);
            let which = if conditions.is_empty() { "" } else { " where " };
            Some(format!("in loop {name}{which}{conditions}"))
        })
        .collect();
    match within.join(", ").strip_prefix("in ") {
        Some(within) => format!("In {within}, {said}{when}."),
        None => format!("{said}{when}."),
    }
}

/// `digits only`.
#[must_use]
pub const fn pattern(pattern: Pattern) -> &'static str {
    match pattern {
        Pattern::Digits => "digits only",
        Pattern::Letters => "letters only",
        Pattern::Alnum => "letters and digits only",
        Pattern::Upper => "capital letters and digits only",
        Pattern::Gtin => "a trade item number with its check digit (GTIN)",
        Pattern::Gln => "a location number with its check digit (GLN)",
        Pattern::Sscc => "a shipping container code with its check digit (SSCC)",
        Pattern::Npi => "a provider number with its check digit (NPI)",
        Pattern::Duns => "a D-U-N-S number",
    }
}

/// What a guide tolerates beyond the standard.
fn deviation(what: &str, deviation: &Deviation) -> String {
    match deviation {
        Deviation::ElementAbsent(_) | Deviation::Absent => {
            format!("{what} may be left out, though the standard asks for it")
        }
        Deviation::MoreThan(most) => {
            format!("{what} may be sent more than {most} times, the most the standard allows")
        }
        Deviation::Length(_, min, max) => {
            format!("{what} may be outside the {} characters of the standard", lengths(*min, *max))
        }
        Deviation::Before(_) => format!("{what} may come earlier than in the standard"),
        Deviation::Code(_, codes) => {
            format!("{what} may also be {}, which the standard does not list", listed(codes, "or"))
        }
    }
}

/// What a `relax` line lets in.
#[must_use]
pub fn relaxed(relaxed: &Relaxed) -> String {
    match &relaxed.what {
        Relaxation::Dates => "Dates may have six digits where the standard has eight.".to_owned(),
        Relaxation::Levels(levels) => {
            format!("The hierarchy has the levels {}, from the outside in.", listed(levels, "and"))
        }
        Relaxation::Map => "What is sent beyond this guide is kept, but not understood.".to_owned(),
    }
}

/// `PO1 06..24`: names a run of alike elements once. Rows are expanded in a schema; those that
/// differ only in position are put together again, as printed guides do.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a> {
    /// First position, from 1.
    pub first: u8,
    /// Last position and step, for a run.
    pub run: Option<(u8, u8)>,
    /// The element.
    pub rule: &'a ElementRule,
}

impl Row<'_> {
    /// The step of the run, or the one it would have with this position as its second.
    fn step_to(&self, position: u8) -> u8 {
        match self.run {
            Some((_, step)) => step,
            None => position.saturating_sub(self.first),
        }
    }

    /// `02`, `06, 08 to 24`.
    #[must_use]
    pub fn positions(&self) -> String {
        match self.run {
            None => format!("{:02}", self.first),
            Some((last, step)) => {
                format!("{:02}, {:02} to {last:02}", self.first, self.first.saturating_add(step))
            }
        }
    }
}

/// The elements of a segment, runs of the same name put together.
#[must_use]
pub fn rows(segment: &SegmentRule) -> Vec<Row<'_>> {
    let mut rows: Vec<Row<'_>> = Vec::new();
    for (position, rule) in (1u8..).zip(&segment.elements) {
        if rule.name.is_empty() {
            continue;
        }
        let same = |row: &&mut Row<'_>| {
            let alike = row.rule.name == rule.name && row.rule.must == rule.must;
            let step = row.step_to(position);
            let last = row.run.map_or(row.first, |(last, _)| last);
            alike && position.saturating_sub(last) == step
        };
        match rows.iter_mut().rev().find(same) {
            Some(row) => {
                let step = row.step_to(position);
                row.run = Some((position, step));
            }
            None => rows.push(Row { first: position, run: None, rule }),
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::library::Library;

    #[test]
    fn a_relation_is_a_sentence_with_names() {
        let found = Library::shipped().resolve("004010", "850", None);
        let schema = found.schema.as_ref().unwrap();
        let po1 = schema.segments.iter().find(|segment| segment.id == "PO1").unwrap();
        let said: Vec<String> =
            po1.relations.iter().take(2).map(|rule| relation(&po1.elements, rule)).collect();
        assert!(
            said.contains(&"If 03 (unit) is sent, 02 (quantity) must be too.".to_owned()),
            "{said:?}"
        );
    }

    #[test]
    fn a_repeated_relation_is_said_once() {
        let found = Library::shipped().resolve("004010", "850", None);
        let schema = found.schema.as_ref().unwrap();
        let po1 = schema.segments.iter().find(|segment| segment.id == "PO1").unwrap();
        let said = relations(&po1.elements, &po1.relations);
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[2].ends_with("Likewise 08 and 09, … 24 and 25."), "{said:?}");
    }

    #[test]
    fn pairs_of_alike_elements_are_two_rows() {
        let found = Library::shipped().resolve("004010", "850", None);
        let schema = found.schema.as_ref().unwrap();
        let po1 = schema.segments.iter().find(|segment| segment.id == "PO1").unwrap();
        let rows = rows(po1);
        assert_eq!(rows.len(), 7);
        assert_eq!(rows[5].positions(), "06, 08 to 24");
        assert_eq!(rows[6].positions(), "07, 09 to 25");
    }
}
