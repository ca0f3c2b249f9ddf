//! Lays a guide over a compiled structure: rows are narrowed or deviate, rules that rows cannot
//! carry are added (GRAMMAR.md 4).
//!
//! A guide may only narrow, unless it says `deviate`, `plus codes` or `relax` and why. So a partner
//! never gets from us, unseen, what the standard forbids; and what a deviation admits is told with
//! every set that uses it. What a row can say is said by the row, so that the walk, the samples and
//! the maps see one truth; the rest are [`GuideRule`]s.

mod address;
mod contradiction;
mod deviate;
mod narrow;
mod rows;
mod split;

use std::collections::HashMap;

use super::compile::dictionary::Source;
use super::compile::faults::{Faults, Place};
use super::compile::wording;
use super::guide::{Guide, Rule, RuleKind, When};
use super::line::{Address, ElementRef};
use super::schema::{Condition, GuideCheck, GuideRule, GuideWhen, NodeId, Schema};

/// Lays `guides`, the one nearest the standard first, over `standard`.
///
/// None when anything is wrong: what it is has gone to `faults`.
#[must_use]
pub fn overlay(
    standard: &Schema,
    guides: &[Source<'_, Guide>],
    faults: &mut Faults,
) -> Option<Schema> {
    let before = faults.count();
    let mut schema = standard.clone();
    let mut said = HashMap::new();
    for source in guides {
        let name = format!("{}/{}", source.text.partner, source.text.set);
        schema.guide.paths.push(name.clone());
        let mut overlay = Overlay {
            standard: &standard.rule,
            place: Place { path: source.path, line: source.text.origin.line },
            name: &name,
            said,
            lines: HashMap::new(),
            schema,
            faults,
        };
        overlay.guide(source.text);
        (said, schema) = (overlay.said, overlay.schema);
        schema.rule = name;
    }
    contradiction::check(&schema, guides, faults);
    (faults.count() == before).then_some(schema)
}

/// What a guide may change about a row, for saying who last did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Fact {
    /// How often a node may or must stand, or where.
    Node(NodeId),
    /// What an element of a node may hold.
    Element(NodeId, ElementRef),
}

/// One guide being laid over what is in force without it.
struct Overlay<'s, 'f> {
    /// `x12/004010/850`.
    standard: &'s str,
    /// The line being read.
    place: Place<'s>,
    /// `acme-retail/850`.
    name: &'s str,
    /// Guides that changed a row.
    said: HashMap<Fact, String>,
    /// Lines of this guide by what they say, to refuse a second of the same.
    lines: HashMap<String, u32>,
    schema: Schema,
    faults: &'f mut Faults,
}

/// The loop whose instances lines speak of, and what the `in` blocks around ask.
#[derive(Clone, Debug)]
struct Scope {
    node: NodeId,
    within: Vec<(NodeId, Vec<Condition>)>,
}

/// What a line changes first: a line may speak of what a later one makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pass {
    /// `plus codes`.
    Codes,
    /// `split`.
    Splits,
    /// `deviate`, `relax`, `refuse`.
    Deviations,
    /// Everything else.
    Rules,
}

/// Why a line is refused, and what to do about it.
#[derive(Debug)]
struct Refusal {
    sentence: String,
    hint: Option<String>,
}

impl Refusal {
    fn new(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), hint: None }
    }

    fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }
}

impl From<String> for Refusal {
    fn from(sentence: String) -> Self {
        Self::new(sentence)
    }
}

impl Overlay<'_, '_> {
    fn guide(&mut self, guide: &Guide) {
        let set = Scope { node: NodeId::SET, within: Vec::new() };
        for pass in [Pass::Codes, Pass::Splits, Pass::Deviations, Pass::Rules] {
            self.rules(&set, &guide.rules, pass);
        }
    }

    fn rules(&mut self, scope: &Scope, rules: &[Rule], pass: Pass) {
        for rule in rules {
            self.place.line = rule.origin.line;
            if let Err(refusal) = self.rule(scope, rule, pass) {
                self.faults.say_with(self.place, refusal.sentence, refusal.hint);
            }
        }
    }

    fn rule(&mut self, scope: &Scope, rule: &Rule, pass: Pass) -> Result<(), Refusal> {
        if let RuleKind::In(address, rules) = &rule.kind {
            let line = self.place.line;
            for inner in self.in_block(scope, address)? {
                self.rules(&inner, rules, pass);
            }
            self.place.line = line;
            return Ok(());
        }
        if pass_of(&rule.kind) != pass {
            return Ok(());
        }
        match &rule.kind {
            RuleKind::Plus(list) => self.plus(scope, list, &rule.prose),
            RuleKind::Split(address, requirement, maximum) => {
                self.split(scope, address, *requirement, *maximum, &rule.prose)
            }
            RuleKind::DeviateRequirement(..)
            | RuleKind::DeviateMaximum(..)
            | RuleKind::DeviateLength(..)
            | RuleKind::DeviateOrder(..) => self.deviate(scope, rule),
            RuleKind::Relax(what, words) => self.relax(scope, what, words, &rule.prose),
            RuleKind::Refuse(what) => self.refuse(scope, what),
            RuleKind::Require(address, when) => {
                self.require(scope, address, when.as_ref(), &rule.prose)
            }
            RuleKind::Forbid(address, when) => {
                self.forbid(scope, address, when.as_ref(), &rule.prose)
            }
            RuleKind::Length(address, min, max) => {
                self.length(scope, address, (*min, *max), &rule.prose)
            }
            RuleKind::Codes(address, codes) => self.codes(scope, address, codes, &rule.prose),
            RuleKind::Limit(address, max) => self.limit(scope, address, *max, &rule.prose),
            RuleKind::Pattern(address, name) => self.pattern(scope, address, name, &rule.prose),
            RuleKind::In(..) => Ok(()),
        }
    }

    /// The loops an `in` block is about.
    fn in_block(&self, scope: &Scope, address: &Address) -> Result<Vec<Scope>, Refusal> {
        if address.element.is_some() {
            let text = wording::address(address);
            return Err(Refusal::new(format!("in {text}: in names a loop, not an element")));
        }
        let mut scopes = Vec::new();
        for found in self.find(scope, address)? {
            for &node in &found.nodes {
                if !self.is_loop(node) {
                    let text = wording::address(address);
                    return Err(Refusal::new(format!("in {text}: in names a loop, not a segment")));
                }
                let mut within = scope.within.clone();
                if !found.condition.is_empty() {
                    within.push((node, found.condition.clone()));
                }
                scopes.push(Scope { node, within });
            }
        }
        Ok(scopes)
    }

    /// A rule of this guide's present line, about `nodes` in the instances of `scope`.
    fn guide_rule(&self, found: &address::Found, text: String, check: GuideCheck) -> GuideRule {
        GuideRule {
            guide: self.name.to_owned(),
            line: self.place.line,
            address: text,
            prose: String::new(),
            within: found.within.clone(),
            when: None,
            scope: found.scope,
            nodes: found.nodes.clone(),
            condition: found.condition.clone(),
            check,
        }
    }

    fn push(&mut self, rule: GuideRule, prose: &str) {
        self.schema.guide.rules.push(GuideRule { prose: prose.to_owned(), ..rule });
    }

    /// Refuses a line that says again what an earlier one said.
    fn once(&mut self, key: String) -> Result<(), Refusal> {
        let line = self.place.line;
        match self.lines.insert(key, line) {
            Some(earlier) if earlier != line => {
                Err(Refusal::new(format!("line {earlier} already says this")))
            }
            _ => Ok(()),
        }
    }

    /// Compiles a `when`, looked for in the rule's own loop first, then outward.
    fn when(&self, found: &address::Found, when: &When) -> Result<GuideWhen, Refusal> {
        let asked = Address { condition: Vec::new(), element: None, ..when.address.clone() };
        let text =
            format!("{}.{}", wording::address(&when.address), wording::clauses(&when.condition));
        for node in self.outward(found.scope) {
            let scope = Scope { node, within: Vec::new() };
            let Some(known) = self.near(&scope, &asked) else { continue };
            let nodes: Vec<NodeId> = known.iter().map(|&node| self.trigger(node)).collect();
            let first = nodes.first().copied().unwrap_or(NodeId::SET);
            let condition = self.conditions(first, &when.condition)?;
            let ours: Vec<NodeId> = found.nodes.iter().map(|&node| self.trigger(node)).collect();
            let same_segment =
                when.address.loops.is_empty() && nodes.iter().any(|n| ours.contains(n));
            return Ok(GuideWhen { scope: node, nodes, condition, same_segment, text });
        }
        let id = &when.address.segment;
        let near = format!("when {text}: {id} stands in no loop around this line's");
        Err(Refusal::new(near)
            .hint("a rule depends on a segment of its own loop or one outside it"))
    }
}

const fn pass_of(kind: &RuleKind) -> Pass {
    match kind {
        RuleKind::Plus(_) => Pass::Codes,
        RuleKind::Split(..) => Pass::Splits,
        RuleKind::DeviateRequirement(..)
        | RuleKind::DeviateMaximum(..)
        | RuleKind::DeviateLength(..)
        | RuleKind::DeviateOrder(..)
        | RuleKind::Relax(..)
        | RuleKind::Refuse(_) => Pass::Deviations,
        RuleKind::Require(..)
        | RuleKind::Forbid(..)
        | RuleKind::Length(..)
        | RuleKind::Codes(..)
        | RuleKind::Limit(..)
        | RuleKind::Pattern(..)
        | RuleKind::In(..) => Pass::Rules,
    }
}
