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

/// Visits the terms of an expression.
pub(super) fn each(expression: &Expression, visit: &mut dyn FnMut(&Expression)) {
    if let Expression::Plus(left, _, right) = expression {
        each(left, visit);
        each(right, visit);
    } else {
        visit(expression);
    }
}
