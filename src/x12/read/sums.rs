//! `fill` and `check`: sums over a record (GRAMMAR.md 6.4).
//!
//! Paths start at the object of the scope the line stands in. A path that begins with a list of
//! a tree finds its objects at every depth, for a tree nests as the partner nested it.

use std::str::FromStr;

use rust_decimal::Decimal;

use crate::canonical::record::{Object, Value};
use crate::grammar::map::Expression;
use crate::grammar::mapping::ComputedPlan;

/// What was computed, when no alternative comes within the tolerance of what was sent; none when
/// one does, or when the record lacks what the sums need.
pub(super) fn differs(
    plan: &ComputedPlan,
    sent: &str,
    object: &Object<'_>,
    count: &dyn Fn(&str) -> usize,
) -> Option<String> {
    let sent = number(sent)?;
    let mut first = None;
    for expression in &plan.expressions {
        let computed = evaluate(expression, plan, object, count)?;
        let distance = computed.checked_sub(sent)?.abs();
        if distance <= plan.within {
            return None;
        }
        first = first.or(Some(computed));
    }
    first.map(|computed| computed.to_string())
}

/// The value of the first alternative.
pub(crate) fn computed(
    plan: &ComputedPlan,
    object: &Object<'_>,
    count: &dyn Fn(&str) -> usize,
) -> Option<Decimal> {
    evaluate(plan.expressions.first()?, plan, object, count)
}

/// The id whose segments the first alternative counts, when it is nothing but such a count: it is
/// known only when the whole set is written.
pub(crate) fn counted_id(plan: &ComputedPlan) -> Option<&str> {
    match plan.expressions.first()? {
        Expression::Count(id) if is_id(id) => Some(id),
        _ => None,
    }
}

/// Whether a count is of segments or loops, not of a field: fields are written small.
fn is_id(path: &str) -> bool {
    !path.starts_with(|first: char| first.is_ascii_lowercase())
}

fn evaluate(
    expression: &Expression,
    plan: &ComputedPlan,
    object: &Object<'_>,
    count: &dyn Fn(&str) -> usize,
) -> Option<Decimal> {
    match expression {
        Expression::Count(id) if is_id(id) => Some(Decimal::from(count(id))),
        Expression::Count(path) => {
            let mut total = 0usize;
            walk(object, path, plan, &mut |_, _| total = total.saturating_add(1));
            Some(Decimal::from(total))
        }
        Expression::Sum(factors) => match factors.as_slice() {
            [path] => sum(object, path, plan),
            factors => products(object, factors, plan),
        },
        Expression::Signed(path) => signed(object, path, plan),
        Expression::Value(path) => {
            let mut found = None;
            walk(object, path, plan, &mut |_, value| found = found.or_else(|| text(value)));
            found.and_then(number)
        }
        Expression::Plus(left, plus, right) => {
            let left = evaluate(left, plan, object, count)?;
            let right = evaluate(right, plan, object, count)?;
            if *plus { left.checked_add(right) } else { left.checked_sub(right) }
        }
    }
}

/// The sum of a field; objects that lack it count nothing.
fn sum(object: &Object<'_>, path: &str, plan: &ComputedPlan) -> Option<Decimal> {
    let mut total = Some(Decimal::ZERO);
    walk(object, path, plan, &mut |_, value| {
        total = total.and_then(|sum| sum.checked_add(text(value).and_then(number)?));
    });
    total
}

/// Allowances minus, charges plus, by the `kind` beside the field.
fn signed(object: &Object<'_>, path: &str, plan: &ComputedPlan) -> Option<Decimal> {
    let mut total = Some(Decimal::ZERO);
    walk(object, path, plan, &mut |holder, value| {
        let amount = text(value).and_then(number);
        total = match (total, amount, holder.text("kind")) {
            (Some(sum), Some(amount), Some("allowance")) => sum.checked_sub(amount),
            (Some(sum), Some(amount), Some("charge")) => sum.checked_add(amount),
            (sum, Some(_), _) => sum,
            (_, None, _) => None,
        };
    });
    total
}

/// The sum of products of fields of the same object; unknown when one lacks a factor.
fn products(object: &Object<'_>, factors: &[String], plan: &ComputedPlan) -> Option<Decimal> {
    let split = |path: &'_ String| match path.rsplit_once('.') {
        Some((list, field)) => (list.to_owned(), field.to_owned()),
        None => (String::new(), path.clone()),
    };
    let (list, _) = split(factors.first()?);
    let mut total = Some(Decimal::ZERO);
    let mut multiply = |holder: &Object<'_>| {
        let mut product = Some(Decimal::ONE);
        for factor in factors {
            let (_, field) = split(factor);
            product = product.and_then(|so_far| so_far.checked_mul(number(holder.text(&field)?)?));
        }
        total = total.and_then(|sum| sum.checked_add(product?));
    };
    if factors.iter().any(|factor| split(factor).0 != list) {
        return None;
    }
    if list.is_empty() {
        multiply(object);
    } else {
        walk(object, &list, plan, &mut |_, value| {
            if let Value::Object(item) = value {
                multiply(item);
            }
        });
    }
    total
}

/// Visits every value a path leads to, with the object that holds it.
fn walk<'o>(
    object: &'o Object<'o>,
    path: &str,
    plan: &ComputedPlan,
    visit: &mut dyn FnMut(&'o Object<'o>, &'o Value<'o>),
) {
    let (first, rest) = path.split_once('.').unwrap_or((path, ""));
    if !plan.deep.iter().any(|list| list == first) {
        return step(object, first, rest, visit);
    }
    // Nodes of a tree are nested no deeper than a record may be, so a stack of them is small.
    let mut open = vec![object];
    while let Some(node) = open.pop() {
        step(node, first, rest, visit);
        for list in plan.deep.iter().rev() {
            let items = node.list(list).iter().rev();
            open.extend(items.filter_map(|item| match item {
                Value::Object(item) => Some(item),
                Value::Text(_) | Value::Integer(_) | Value::List(_) => None,
            }));
        }
    }
}

fn step<'o>(
    object: &'o Object<'o>,
    name: &str,
    rest: &str,
    visit: &mut dyn FnMut(&'o Object<'o>, &'o Value<'o>),
) {
    let Some(value) = object.get(name) else { return };
    let one = std::slice::from_ref(value);
    let values = match value {
        Value::List(items) => items.as_slice(),
        Value::Text(_) | Value::Integer(_) | Value::Object(_) => one,
    };
    for value in values {
        match value {
            _ if rest.is_empty() => visit(object, value),
            Value::Object(inner) => {
                let (next, rest) = rest.split_once('.').unwrap_or((rest, ""));
                step(inner, next, rest, visit);
            }
            Value::Text(_) | Value::Integer(_) | Value::List(_) => {}
        }
    }
}

fn text<'o>(value: &'o Value<'_>) -> Option<&'o str> {
    match value {
        Value::Text(text) => Some(text),
        Value::Integer(_) | Value::List(_) | Value::Object(_) => None,
    }
}

/// A canonical decimal; most fit a machine word.
pub(crate) fn number(text: &str) -> Option<Decimal> {
    let bytes = text.as_bytes();
    let digits = bytes.strip_prefix(b"-").unwrap_or(bytes);
    if digits.len() > 18 || digits.is_empty() {
        return Decimal::from_str(text).ok();
    }
    let mut mantissa = 0i64;
    let mut scale = None;
    for &byte in digits {
        match byte {
            b'0'..=b'9' => {
                mantissa = mantissa.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
                scale = scale.map(|scale: u32| scale.saturating_add(1));
            }
            b'.' if scale.is_none() => scale = Some(0),
            _ => return None,
        }
    }
    if digits.len() < bytes.len() {
        mantissa = mantissa.checked_neg()?;
    }
    Some(Decimal::new(mantissa, scale.unwrap_or(0)))
}
