//! Computed elements: sums and products over the fields of a record (GRAMMAR.md 6.4).

use nom::bytes::complete::{tag, take_while1};

use super::words::{Parsed, Words, is_id, is_loop_name, is_name};
use crate::grammar::map::Expression;

/// Terms of one expression: every published balance rule has under ten.
const TERMS: usize = 40;

/// `a + b - c`, taken from left to right.
pub(super) fn expression(words: &mut Words<'_>) -> Parsed<Expression> {
    let mut left = term(words)?;
    for _ in 0..TERMS {
        let plus = match words.peek() {
            "+" => true,
            "-" => false,
            _ => return Ok(left),
        };
        words.eat(if plus { "+" } else { "-" });
        left = Expression::Plus(Box::new(left), plus, Box::new(term(words)?));
    }
    Err(words.fault(format!("an expression has at most {TERMS} terms")))
}

fn term(words: &mut Words<'_>) -> Parsed<Expression> {
    let before = *words;
    let name = dotted(words)?;
    if !words.rest().starts_with('(') {
        return if is_path(&name) { Ok(Expression::Value(name)) } else { Err(wrong_path(&before)) };
    }
    open(words)?;
    let inner = *words;
    let term = match name.as_str() {
        "count" => Expression::Count(dotted(words)?),
        "signed" => Expression::Signed(path(words)?),
        "sum" => {
            let mut factors = vec![path(words)?];
            while words.apply(tag("*")).is_some() {
                factors.push(path(words)?);
            }
            Expression::Sum(factors)
        }
        _ => return Err(before.expected_one("a sum", &["count", "sum", "signed"])),
    };
    if let Expression::Count(counted) = &term
        && !(is_path(counted) || is_id(counted) || is_loop_name(counted))
    {
        return Err(wrong_path(&inner));
    }
    match words.apply(tag(")")) {
        Some(_) => Ok(term),
        None => Err(words.expected("the closing )")),
    }
}

fn open(words: &mut Words<'_>) -> Parsed<()> {
    words.apply(tag("(")).map(|_| ()).ok_or_else(|| words.expected("an opening ("))
}

/// Letters, digits, `_` and points.
fn dotted(words: &mut Words<'_>) -> Parsed<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    let word = words.apply(take_while1(fits));
    word.map(str::to_owned).ok_or_else(|| words.expected("a field or a sum"))
}

fn path(words: &mut Words<'_>) -> Parsed<String> {
    let before = *words;
    let path = dotted(words)?;
    if is_path(&path) { Ok(path) } else { Err(wrong_path(&before)) }
}

fn wrong_path(words: &Words<'_>) -> super::Fault {
    words.expected("a path of fields").hint("write it as lines.quantity")
}

/// `path = name {"." name}`.
pub(super) fn is_path(word: &str) -> bool {
    word.split('.').all(is_name)
}
