//! The values of a sample as its map would read them, so that sums can be made to hold.
//!
//! This is no reader: values are noted while they are made, and only decimals and kinds are kept.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::grammar::map::{Computed, Expression};

/// The record being made: objects in one list, the first of them the record itself.
#[derive(Debug)]
pub(super) struct Noted<'a> {
    objects: Vec<Object>,
    checks: Vec<Check<'a>>,
    /// Object and index of the decimal in an element of a segment.
    places: BTreeMap<(usize, u8), (usize, usize)>,
    /// How often each id stands, for `count(HL)`.
    pub(super) ids: BTreeMap<String, u32>,
}

#[derive(Debug, Default)]
struct Object {
    depth: u32,
    children: Vec<(String, usize)>,
    /// Path and value.
    decimals: Vec<(String, Decimal)>,
    /// An allowance counts minus, a charge plus.
    allowance: Option<bool>,
}

/// An element that must agree with others.
#[derive(Debug)]
struct Check<'a> {
    object: usize,
    line: usize,
    rule: &'a Computed,
}

/// A value that must be put into an element.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Correction {
    /// Index of the segment.
    pub(super) line: usize,
    pub(super) element: u8,
    pub(super) value: Decimal,
    /// Whether the element is written even when the sample left it out.
    pub(super) fill: bool,
}

impl<'a> Noted<'a> {
    pub(super) fn new() -> Self {
        Self {
            objects: vec![Object::default()],
            checks: Vec::new(),
            places: BTreeMap::new(),
            ids: BTreeMap::new(),
        }
    }

    /// A new object at `path` of `parent`.
    pub(super) fn object(&mut self, parent: usize, path: &[String]) -> usize {
        let number = self.objects.len();
        let depth = self.objects.get(parent).map_or(0, |object| object.depth + 1);
        self.objects.push(Object { depth, ..Object::default() });
        if let Some(parent) = self.objects.get_mut(parent) {
            parent.children.push((path.join("."), number));
        }
        number
    }

    /// Notes a decimal of `object`.
    pub(super) fn decimal(
        &mut self,
        object: usize,
        path: &[String],
        value: Decimal,
        place: (usize, u8),
    ) {
        if let Some(of) = self.objects.get_mut(object) {
            self.places.insert(place, (object, of.decimals.len()));
            of.decimals.push((path.join("."), value));
        }
    }

    /// Notes whether an object is an allowance or a charge.
    pub(super) fn kind(&mut self, object: usize, word: &str) {
        let allowance = match word {
            "allowance" => Some(true),
            "charge" => Some(false),
            _ => None,
        };
        if let Some(object) = self.objects.get_mut(object) {
            object.allowance = allowance.or(object.allowance);
        }
    }

    /// Notes that an element of segment `line` is computed.
    pub(super) fn check(&mut self, object: usize, line: usize, rule: &'a Computed) {
        self.checks.push(Check { object, line, rule });
    }

    /// All corrections, the innermost sums first: outer ones use what inner ones gave.
    pub(super) fn corrections(mut self) -> Vec<Correction> {
        let depth = |check: &Check<'_>| self.objects.get(check.object).map_or(0, |one| one.depth);
        let mut checks: Vec<(u32, Check<'a>)> = Vec::new();
        for check in std::mem::take(&mut self.checks) {
            checks.push((depth(&check), check));
        }
        checks.sort_by_key(|(depth, _)| std::cmp::Reverse(*depth));
        let mut corrections = Vec::new();
        for (_, check) in checks {
            let Some(sum) = check.rule.expressions.first() else { continue };
            let Some(value) = self.evaluate(check.object, sum) else { continue };
            let element = check.rule.at.element;
            self.replace(check.line, element, value);
            let fill = check.rule.fill;
            corrections.push(Correction { line: check.line, element, value, fill });
        }
        corrections
    }

    /// What other sums will see in the element.
    fn replace(&mut self, line: usize, element: u8, value: Decimal) {
        let Some((object, index)) = self.places.get(&(line, element)) else { return };
        let object = self.objects.get_mut(*object);
        if let Some((_, place)) = object.and_then(|object| object.decimals.get_mut(*index)) {
            *place = value;
        }
    }

    fn evaluate(&self, object: usize, sum: &Expression) -> Option<Decimal> {
        match sum {
            Expression::Count(path) => match self.ids.get(path) {
                Some(count) => Some(Decimal::from(*count)),
                None => Some(Decimal::from(self.at(object, path).len())),
            },
            Expression::Sum(paths) => self.products(object, paths),
            Expression::Signed(path) => self.signed(object, path),
            Expression::Value(path) => self.decimals(object, path).first().copied(),
            Expression::Plus(left, plus, right) => {
                let (left, right) = (self.evaluate(object, left)?, self.evaluate(object, right)?);
                if *plus { left.checked_add(right) } else { left.checked_sub(right) }
            }
        }
    }

    /// Objects at `path`.
    fn at(&self, object: usize, path: &str) -> Vec<usize> {
        let Some(this) = self.objects.get(object) else { return Vec::new() };
        let mut found = Vec::new();
        for (name, child) in &this.children {
            if name == path {
                found.push(*child);
            } else if let Some(rest) = beyond(path, name) {
                found.extend(self.at(*child, rest));
            }
        }
        found
    }

    /// Decimals at `path`.
    fn decimals(&self, object: usize, path: &str) -> Vec<Decimal> {
        let Some(this) = self.objects.get(object) else { return Vec::new() };
        let own = this.decimals.iter().filter(|(name, _)| name == path);
        let mut found: Vec<Decimal> = own.map(|(_, value)| *value).collect();
        for (name, child) in &this.children {
            if let Some(rest) = beyond(path, name) {
                found.extend(self.decimals(*child, rest));
            }
        }
        found
    }

    /// The sum over objects of the product of their fields.
    fn products(&self, object: usize, paths: &[String]) -> Option<Decimal> {
        let (first, others) = paths.split_first()?;
        if others.is_empty() {
            return total(self.decimals(object, first));
        }
        let (of, _) = first.rsplit_once('.')?;
        let mut sum = Decimal::ZERO;
        for item in self.at(object, of) {
            let mut product = Decimal::ONE;
            for path in paths {
                let (_, field) = path.rsplit_once('.')?;
                let value = self.decimals(item, field).first().copied().unwrap_or_default();
                product = product.checked_mul(value)?;
            }
            sum = sum.checked_add(product)?;
        }
        Some(sum)
    }

    fn signed(&self, object: usize, path: &str) -> Option<Decimal> {
        let (of, field) = path.rsplit_once('.')?;
        let mut sum = Decimal::ZERO;
        for item in self.at(object, of) {
            let value = total(self.decimals(item, field))?;
            sum = match self.objects.get(item)?.allowance {
                Some(true) => sum.checked_sub(value)?,
                Some(false) => sum.checked_add(value)?,
                None => sum,
            };
        }
        Some(sum)
    }
}

/// What follows `name.` in `path`.
fn beyond<'p>(path: &'p str, name: &str) -> Option<&'p str> {
    path.strip_prefix(name)?.strip_prefix('.')
}

fn total(values: Vec<Decimal>) -> Option<Decimal> {
    values.into_iter().try_fold(Decimal::ZERO, |sum, value| sum.checked_add(value))
}
