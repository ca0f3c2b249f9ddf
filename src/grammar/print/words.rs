//! The spelling of what lines share: elements, conditions, addresses, codes.

use std::fmt;

use crate::grammar::line::{
    Address, Clause, ElementRef, Maximum, ReleaseRange, Requirement, Test, Where,
};
use crate::grammar::map::Target;

impl fmt::Display for ElementRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.element)?;
        if let Some(component) = self.component {
            write!(f, ".{component}")?;
        }
        match self.last {
            Some(last) => write!(f, "..{last}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Must => "must",
            Self::May => "may",
            Self::If => "if",
        })
    }
}

impl fmt::Display for Maximum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Times(times) => write!(f, "{times}"),
            Self::Any => f.write_str("any"),
        }
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(codes) => write!(f, "is {}", alternatives(codes)),
            Self::Present => f.write_str("present"),
            Self::Absent => f.write_str("absent"),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.at, self.test)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for name in &self.loops {
            write!(f, "{name}/")?;
        }
        f.write_str(&self.segment)?;
        if let Some(element) = self.element {
            write!(f, ".{element}")?;
        }
        f.write_str(&condition(&self.condition))
    }
}

impl fmt::Display for ReleaseRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from.is_some() && self.from == self.to {
            return f.write_str(self.from.as_deref().unwrap_or_default());
        }
        let (from, to) = (self.from.as_deref(), self.to.as_deref());
        write!(f, "{}..{}", from.unwrap_or_default(), to.unwrap_or_default())
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() {
            return f.write_str(".");
        }
        write!(f, "{}{}", self.path.join("."), if self.list { "[]" } else { "" })
    }
}

/// ` where C and C`, with the blank before it; empty without clauses.
pub(crate) fn condition(clauses: &Where) -> String {
    if clauses.is_empty() { String::new() } else { format!(" where {}", self::clauses(clauses)) }
}

/// `C and C`.
pub(super) fn clauses(clauses: &[Clause]) -> String {
    clauses.iter().map(Clause::to_string).collect::<Vec<_>>().join(" and ")
}

/// `A|B`.
pub(super) fn alternatives(codes: &[String]) -> String {
    codes.iter().map(|code| self::code(code)).collect::<Vec<_>>().join("|")
}

/// A code, in quotes when it would read as something else.
pub(super) fn code(code: &str) -> String {
    let plain = !code.is_empty()
        && !code.starts_with(['"', '#'])
        && !code.contains([' ', ',', '|', '{', '}'])
        && code != "none";
    if plain { code.to_owned() } else { format!("\"{code}\"") }
}

/// A code in a list that prose may follow: small letters would read as prose.
pub(super) fn listed(code: &str) -> String {
    if code.chars().any(char::is_lowercase) { format!("\"{code}\"") } else { self::code(code) }
}
