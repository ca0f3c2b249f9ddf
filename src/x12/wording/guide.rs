//! Words for a partner's own rules, and for business rules.

use super::elements::code_words;
use super::names::{Around, lower_first};
use super::{Words, quoted};
use crate::x12::finding::{Fault, Finding, Level};

pub(super) fn words(finding: &Finding, around: &Around<'_>) -> Words {
    let guide = guide(finding);
    match &finding.fault {
        Fault::GuideRequires { expected, prose, .. } => Words::new(
            format!("{expected} is missing from {}; {guide} asks for it.", around.whole()),
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
        Fault::Balance { rule, sent, computed } => balance(finding, (rule, sent, computed)),
        _ => Words::default(),
    }
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

fn balance(finding: &Finding, (rule, sent, computed): (&str, &str, &str)) -> Words {
    let sentence = match (sent, computed) {
        ("", "") => format!("The figures do not agree: {rule}."),
        _ => format!(
            "The figures do not agree: {} was sent, {} is the sum.",
            quoted(sent),
            quoted(computed)
        ),
    };
    let hint = if finding.level == Level::Error {
        "This partner's guide refuses documents whose figures do not agree. The sender must \
         correct and send it again."
    } else {
        "The document is accepted in the acknowledgment; whoever settles it must decide which \
         figure holds, and ask the sender."
    };
    Words::new(sentence, rule, hint)
}
