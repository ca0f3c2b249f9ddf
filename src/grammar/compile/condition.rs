//! `where` clauses compiled, and when two of them can never hold together.

use super::elements::Elements;
use super::wording;
use crate::grammar::line::{Clause, Test};
use crate::grammar::schema::{Condition, ConditionTest, ElementContent};

/// Compiles the clauses of a `where` on segment row `segment`; sentences say what is wrong.
///
/// # Errors
///
/// One sentence for each clause that names an element the segment has not, or a code that can
/// never stand there.
pub fn compile(
    elements: Elements<'_>,
    segment: usize,
    clauses: &[Clause],
) -> Result<Vec<Condition>, Vec<String>> {
    let mut conditions = Vec::new();
    let mut sentences = Vec::new();
    for clause in clauses {
        match one(elements, segment, clause) {
            Ok(condition) => conditions.push(condition),
            Err(sentence) => sentences.push(sentence),
        }
    }
    if sentences.is_empty() { Ok(conditions) } else { Err(sentences) }
}

fn one(elements: Elements<'_>, segment: usize, clause: &Clause) -> Result<Condition, String> {
    let id = elements.id(segment);
    let at = wording::element(clause.at);
    if clause.at.last.is_some() {
        return Err(format!("a condition tests one component, and {id}.{at} names several"));
    }
    let rule = elements.element(segment, clause.at)?;
    let test = match &clause.test {
        Test::Present => ConditionTest::Present,
        Test::Absent => ConditionTest::Absent,
        Test::Is(codes) => {
            let ElementContent::Simple(simple) = &rule.content else {
                return Err(format!("{id}.{at} is a composite; name a component, as {at}.1"));
            };
            for code in codes {
                elements
                    .code_fits(simple, code)
                    .map_err(|why| format!("{id}.{at} is {code} can never hold: {why}"))?;
            }
            let mut codes: Vec<Box<[u8]>> =
                codes.iter().map(|code| code.as_bytes().into()).collect();
            codes.sort();
            codes.dedup();
            ConditionTest::Is(codes)
        }
    };
    Ok(Condition { element: clause.at.element, component: clause.at.component, test })
}

/// Whether no segment can meet both.
#[must_use]
pub fn disjoint(a: &[Condition], b: &[Condition]) -> bool {
    a.iter().any(|one| b.iter().any(|other| same_place(one, other) && exclude(one, other)))
}

/// Whether every segment that meets `a` meets `b`.
#[must_use]
pub fn implies(a: &[Condition], b: &[Condition]) -> bool {
    b.iter().all(|asked| a.iter().any(|given| same_place(given, asked) && grants(given, asked)))
}

/// `a` and whatever of `b` it does not already say.
#[must_use]
pub fn both(a: &[Condition], b: &[Condition]) -> Vec<Condition> {
    let rest = b.iter().filter(|&clause| !a.contains(clause)).cloned();
    a.iter().cloned().chain(rest).collect()
}

fn same_place(a: &Condition, b: &Condition) -> bool {
    // Component 1 and the whole element are one place to a simple element.
    a.element == b.element && a.component.unwrap_or(1) == b.component.unwrap_or(1)
}

fn exclude(a: &Condition, b: &Condition) -> bool {
    use ConditionTest::{Absent, Is, IsNot, Present};
    match (&a.test, &b.test) {
        (Is(ours), Is(theirs)) => !ours.iter().any(|code| theirs.contains(code)),
        (Is(codes), IsNot(not)) | (IsNot(not), Is(codes)) => {
            codes.iter().all(|code| not.contains(code))
        }
        (Absent, Is(_) | Present) | (Is(_) | Present, Absent) => true,
        (Present | IsNot(_), Present | IsNot(_))
        | (Is(_), Present)
        | (Present, Is(_))
        | (Absent, Absent | IsNot(_))
        | (IsNot(_), Absent) => false,
    }
}

fn grants(given: &Condition, asked: &Condition) -> bool {
    use ConditionTest::{Absent, Is, IsNot, Present};
    match (&given.test, &asked.test) {
        (Is(codes), Is(allowed)) => codes.iter().all(|code| allowed.contains(code)),
        (Is(codes), IsNot(not)) => !codes.iter().any(|code| not.contains(code)),
        (Is(_) | Present, Present) | (Absent, Absent | IsNot(_)) => true,
        (IsNot(more), IsNot(less)) => less.iter().all(|code| more.contains(code)),
        (Is(_) | Present | IsNot(_), Absent)
        | (Absent | IsNot(_), Present)
        | (Present | Absent | IsNot(_), Is(_))
        | (Present, IsNot(_)) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::{disjoint, implies};
    use crate::grammar::schema::{Condition, ConditionTest};
    use proptest::prelude::{Strategy, any, prop_assert, prop_oneof, proptest};

    fn tests() -> impl Strategy<Value = ConditionTest> {
        let codes = proptest::collection::vec("[A-C]", 1..3).prop_map(|codes| {
            codes.into_iter().map(|code| code.into_bytes().into()).collect::<Vec<Box<[u8]>>>()
        });
        prop_oneof![
            codes.clone().prop_map(ConditionTest::Is),
            codes.prop_map(ConditionTest::IsNot),
            any::<bool>().prop_map(|present| {
                if present { ConditionTest::Present } else { ConditionTest::Absent }
            }),
        ]
    }

    fn conditions() -> impl Strategy<Value = Vec<Condition>> {
        let one = (1_u8..3, tests()).prop_map(|(element, test)| Condition {
            element,
            component: None,
            test,
        });
        proptest::collection::vec(one, 0..3)
    }

    /// The meaning of a condition, as the walk has it.
    fn meets(value: [&[u8]; 2], conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| {
            let text = value[usize::from(condition.element) - 1];
            match &condition.test {
                ConditionTest::Is(codes) => codes.iter().any(|code| **code == *text),
                ConditionTest::IsNot(codes) => !codes.iter().any(|code| **code == *text),
                ConditionTest::Present => !text.is_empty(),
                ConditionTest::Absent => text.is_empty(),
            }
        })
    }

    proptest! {
        #[test]
        fn disjoint_and_implied_conditions_mean_what_they_say(
            a in conditions(),
            b in conditions(),
            first in "[A-D]?",
            second in "[A-D]?",
        ) {
            let value = [first.as_bytes(), second.as_bytes()];
            let (meets_a, meets_b) = (meets(value, &a), meets(value, &b));
            prop_assert!(!(disjoint(&a, &b) && meets_a && meets_b));
            prop_assert!(!(implies(&a, &b) && meets_a && !meets_b));
        }
    }
}
