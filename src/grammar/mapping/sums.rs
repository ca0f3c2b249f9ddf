//! Expressions of `fill` and `check` as a person writes them.

use crate::grammar::map::Expression;

/// `count(lines) or sum(lines.quantity * lines.unit_price) + signed(allowances.amount)`.
pub(super) fn text(expressions: &[Expression]) -> String {
    expressions.iter().map(one).collect::<Vec<_>>().join(" or ")
}

fn one(expression: &Expression) -> String {
    match expression {
        Expression::Count(path) => format!("count({path})"),
        Expression::Sum(paths) => format!("sum({})", paths.join(" * ")),
        Expression::Signed(path) => format!("signed({path})"),
        Expression::Value(path) => path.clone(),
        Expression::Plus(left, plus, right) => {
            format!("{} {} {}", one(left), if *plus { "+" } else { "-" }, one(right))
        }
    }
}

/// The paths an expression reads.
pub(super) fn paths<'e>(expression: &'e Expression, found: &mut Vec<&'e str>) {
    match expression {
        Expression::Count(path) | Expression::Signed(path) | Expression::Value(path) => {
            found.push(path);
        }
        Expression::Sum(factors) => found.extend(factors.iter().map(String::as_str)),
        Expression::Plus(left, _, right) => {
            paths(left, found);
            paths(right, found);
        }
    }
}
