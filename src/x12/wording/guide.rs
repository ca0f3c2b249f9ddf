//! Words for a partner's own rules, and for business rules.

use super::elements::code_words;
use super::names::{Around, lower_first};
use super::{Words, quoted};
use crate::x12::finding::{Fault, Finding, Level};

pub(super) fn words(finding: &Finding, around: &Around<'_>) -> Words {
    let guide = guide(finding);
    match &finding.fault {
        Fault::GuideRequires { expected, prose, .. } => Words::new(
            format!(
                "{} is missing from {}; {guide} asks for it.",
                addressed(expected, around),
                around.whole()
            ),
            said(prose),
            "The sender must add it.",
        ),
        Fault::GuideForbids { prose, .. } => Words::new(
            format!(
                "{} may not be sent{}; {guide} forbids it.",
                around.segment(finding),
                around.inside()
            ),
            said(prose),
            "The sender must leave it out.",
        ),
        Fault::GuideRequiresElement { prose, .. } => Words::new(
            format!("{} is missing; {guide} asks for it.", around.element(finding)),
            said(prose),
            "The sender must fill it.",
        ),
        Fault::GuideForbidsElement { prose, .. } => Words::new(
            format!(
                "{} may not be sent ({}); {guide} forbids it.",
                around.element(finding),
                quoted(&finding.text)
            ),
            said(prose),
            "The sender must leave it empty.",
        ),
        Fault::GuideCode { expected } => Words::new(
            format!(
                "{} is not a code that {guide} allows for {}.",
                quoted(&finding.text),
                around.element(finding)
            ),
            code_words(finding, around, expected),
            "The sender must use one of these; if this one is meant too, add it to the guide.",
        ),
        Fault::GuidePattern { pattern } => Words::new(
            format!(
                "{} does not look as {guide} asks: {}.",
                around.element(finding),
                quoted(&finding.text)
            ),
            pattern_words(pattern),
            "The sender must correct it; a wrong check digit means that a digit is wrong.",
        ),
        Fault::Deviation { prose } => Words::new(
            format!(
                "{} lets something pass that the standard does not: {}.",
                guide,
                lower_first(prose)
            ),
            "",
            "Nothing is to be done: the guide says so on purpose.",
        ),
        Fault::Balance { rule, sent, computed } => balance(finding, around, (rule, sent, computed)),
        _ => Words::default(),
    }
}

/// `the segment REF (reference) where 01 is IA`.
fn addressed(address: &str, around: &Around<'_>) -> String {
    let (path, condition) = address.split_once(' ').unwrap_or((address, ""));
    let id = path.rsplit('/').next().unwrap_or(path);
    let condition = if condition.is_empty() { String::new() } else { format!(" {condition}") };
    format!("{}{condition}", around.segment_called(id, ""))
}

/// `the guide acme-retail/850`.
fn guide(finding: &Finding) -> String {
    if finding.rule.is_empty() {
        "the guide".to_owned()
    } else {
        format!("the guide {}", finding.rule)
    }
}

/// The guide's own words, which the partner agreed to.
fn said(prose: &str) -> String {
    if prose.is_empty() { String::new() } else { format!("{prose} (the guide's words)") }
}

fn pattern_words(pattern: &str) -> String {
    match pattern {
        "digits" => "digits only".to_owned(),
        "letters" => "letters only".to_owned(),
        "alnum" => "letters and digits only".to_owned(),
        "upper" => "digits and capital letters only".to_owned(),
        "gtin" => "a GTIN: 8, 12, 13 or 14 digits, the last a check digit".to_owned(),
        "gln" => "a GLN: 13 digits, the last a check digit".to_owned(),
        "sscc" => "an SSCC: 18 digits, the last a check digit".to_owned(),
        "npi" => "an NPI: 10 digits, the last a check digit".to_owned(),
        "duns" => "a D-U-N-S number: 9 digits, or 13 with a suffix".to_owned(),
        other => other.to_owned(),
    }
}

fn balance(
    finding: &Finding,
    around: &Around<'_>,
    (rule, sent, computed): (&str, &str, &str),
) -> Words {
    let of =
        if around.instance.is_empty() { String::new() } else { format!(" of {}", around.instance) };
    let sentence = format!(
        "{}{of} does not agree with the rest: {} was sent, {} comes out.",
        around.element(finding),
        figure(sent),
        figure(computed)
    );
    let hint = if finding.level == Level::Error {
        "This partner's guide refuses documents whose figures do not agree. The sender must \
         correct and send it again."
    } else {
        "Ask the sender which figure holds. The acknowledgment accepts the document all the same."
    };
    Words::new(sentence, formula(rule), hint)
}

fn figure(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { text.to_owned() }
}

/// A computed line in words: `the sum of quantity of lines times unit price of lines`.
fn formula(rule: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in rule.split(' ') {
        let said = match word {
            "+" => "plus".to_owned(),
            "-" => "minus".to_owned(),
            "*" => "times".to_owned(),
            "or" => "\u{2014} or".to_owned(),
            "" => continue,
            other => operand(other),
        };
        words.push(said);
    }
    words.join(" ")
}

/// `sum(lines.quantity`, `lines.unit_price)`, `count(lines)`, `charge`.
fn operand(word: &str) -> String {
    let (function, inner) = match word.split_once('(') {
        Some((function, inner)) => (function, inner),
        None => ("", word),
    };
    let path = path(inner.trim_end_matches(')'));
    match function {
        "sum" => format!("the sum of {path}"),
        "signed" => format!("{path} (charges added, allowances taken off)"),
        "count" => format!("the number of {path}"),
        "" => path,
        other => format!("{other} of {path}"),
    }
}

/// `unit price of lines` for `lines.unit_price`.
fn path(path: &str) -> String {
    let parts: Vec<_> = path.rsplit('.').map(|part| part.replace('_', " ")).collect();
    parts.join(" of ")
}

#[cfg(test)]
mod tests {
    use super::formula;

    #[test]
    fn a_computed_line_reads_as_a_sentence_does() {
        assert_eq!(
            formula("sum(lines.quantity * lines.unit_price) + signed(allowances.amount)"),
            "the sum of quantity of lines times unit price of lines plus amount of allowances \
             (charges added, allowances taken off)"
        );
        assert_eq!(formula("count(lines)"), "the number of lines");
    }
}
