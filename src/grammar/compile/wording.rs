//! How faults of grammar texts name things: addresses, relations, the word that was meant.
//!
//! One spelling for everything, the one of the texts: `PO1.02`, `SVC.01.2`, `06 and 07 together`.

use crate::grammar::error::nearest;
use crate::grammar::line::{Address, Clause, ElementRef, Test};
use crate::grammar::segments::Relation;

/// `02`, `01.3`, `01.3..6`.
///
/// ```
/// use edigate::grammar::compile::wording::element;
/// use edigate::grammar::line::ElementRef;
/// assert_eq!(element(ElementRef { element: 1, component: Some(3), last: Some(6) }), "01.3..6");
/// ```
#[must_use]
pub fn element(at: ElementRef) -> String {
    let mut text = format!("{:02}", at.element);
    if let Some(component) = at.component {
        text.push_str(&format!(".{component}"));
        if let Some(last) = at.last {
            text.push_str(&format!("..{last}"));
        }
    }
    text
}

/// `01 is ST|BT and 03 present`, as after `where`.
#[must_use]
pub fn clauses(condition: &[Clause]) -> String {
    let one = |clause: &Clause| {
        let at = element(clause.at);
        match &clause.test {
            Test::Is(codes) => format!("{at} is {}", codes.join("|")),
            Test::Present => format!("{at} present"),
            Test::Absent => format!("{at} absent"),
        }
    };
    condition.iter().map(one).collect::<Vec<_>>().join(" and ")
}

/// `PO1/REF where 01 is IA`, `BEG.05`.
#[must_use]
pub fn address(address: &Address) -> String {
    let mut text = address.loops.join("/");
    if !text.is_empty() {
        text.push('/');
    }
    text.push_str(&address.segment);
    if let Some(at) = address.element {
        text.push('.');
        text.push_str(&element(at));
    }
    if !address.condition.is_empty() {
        text.push_str(" where ");
        text.push_str(&clauses(&address.condition));
    }
    text
}

/// A relation in the words of the texts: `if 03 then 02 and 05`.
#[must_use]
pub fn relation(relation: Relation, positions: &[u8]) -> String {
    let words: Vec<String> = positions.iter().map(|position| format!("{position:02}")).collect();
    let (first, rest) = match words.split_first() {
        Some((first, rest)) => (first.as_str(), rest),
        None => ("", words.as_slice()),
    };
    match relation {
        Relation::Together => format!("{} together", words.join(" and ")),
        Relation::AtLeastOne => format!("at least one of {}", words.join(" ")),
        Relation::OnlyOne => format!("only one of {}", words.join(" ")),
        Relation::Then => format!("if {first} then {}", rest.join(" and ")),
        Relation::ThenOne => format!("if {first} then one of {}", rest.join(" ")),
    }
}

/// `did you mean PO1?` when one of `known` is near to `word`: the hint of many errors.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<String> {
    nearest(word, known).map(|near| format!("did you mean {near}?"))
}

#[cfg(test)]
mod tests {
    use super::{address, relation};
    use crate::grammar::line::{Address, Clause, ElementRef, Test};
    use crate::grammar::segments::Relation;

    #[test]
    fn relations_read_as_they_are_written() {
        assert_eq!(relation(Relation::Together, &[6, 7]), "06 and 07 together");
        assert_eq!(relation(Relation::AtLeastOne, &[2, 3]), "at least one of 02 03");
        assert_eq!(relation(Relation::OnlyOne, &[2, 3]), "only one of 02 03");
        assert_eq!(relation(Relation::Then, &[3, 2, 5]), "if 03 then 02 and 05");
        assert_eq!(relation(Relation::ThenOne, &[5, 6, 7]), "if 05 then one of 06 07");
    }

    #[test]
    fn addresses_read_as_they_are_written() {
        let at = ElementRef { element: 1, component: None, last: None };
        let ia = Clause { at, test: Test::Is(vec!["IA".into(), "DP".into()]) };
        let whole = Address {
            loops: vec!["PO1".into()],
            segment: "REF".into(),
            element: None,
            condition: vec![ia],
        };
        assert_eq!(address(&whole), "PO1/REF where 01 is IA|DP");
    }
}
