//! What a guide both requires and forbids, alone or with the guide it narrows.

use std::collections::HashMap;

use crate::grammar::compile::condition::{disjoint, implies};
use crate::grammar::compile::dictionary::Source;
use crate::grammar::compile::faults::{Faults, Place};
use crate::grammar::guide::Guide;
use crate::grammar::line::ElementRef;
use crate::grammar::schema::{GuideCheck, GuideRule, NodeId, Schema};

/// Says every `require` that a `forbid` leaves no way to meet.
pub(super) fn check(schema: &Schema, guides: &[Source<'_, Guide>], faults: &mut Faults) {
    let mut forbids: HashMap<NodeId, Vec<&GuideRule>> = HashMap::new();
    for rule in &schema.guide.rules {
        if matches!(rule.check, GuideCheck::Forbid | GuideCheck::ForbidElement(_)) {
            for &node in &rule.nodes {
                forbids.entry(node).or_default().push(rule);
            }
        }
    }
    for required in &schema.guide.rules {
        let Some(first) = required.nodes.first() else { continue };
        let mut rules = forbids.get(first).into_iter().flatten();
        if let Some(forbidden) = rules.find(|forbidden| clash(required, forbidden)) {
            say(required, forbidden, guides, faults);
        }
    }
}

fn clash(required: &GuideRule, forbidden: &GuideRule) -> bool {
    let same_thing = match (&required.check, &forbidden.check) {
        (GuideCheck::Require, GuideCheck::Forbid) => true,
        (GuideCheck::RequireElement(a), GuideCheck::ForbidElement(b)) => same_element(*a, *b),
        _ => false,
    };
    let covered = required.nodes.iter().all(|node| forbidden.nodes.contains(node))
        && implies(&required.condition, &forbidden.condition);
    // Two different dependencies may never hold together; one without any always does.
    let together = match (&required.when, &forbidden.when) {
        (Some(a), Some(b)) => a.nodes == b.nodes && implies(&a.condition, &b.condition),
        _ => true,
    };
    let apart = required.within.iter().any(|(node, ours)| {
        forbidden.within.iter().any(|(other, theirs)| node == other && disjoint(ours, theirs))
    });
    same_thing && covered && together && !apart
}

fn same_element(a: ElementRef, b: ElementRef) -> bool {
    a.element == b.element && (b.component.is_none() || a.component == b.component)
}

/// Blames the later line and names the earlier.
fn say(a: &GuideRule, b: &GuideRule, guides: &[Source<'_, Guide>], faults: &mut Faults) {
    let file = |rule: &GuideRule| {
        let named = |source: &&Source<'_, Guide>| {
            rule.guide == format!("{}/{}", source.text.partner, source.text.set)
        };
        guides.iter().enumerate().find(|(_, source)| named(source))
    };
    let (Some((rank_a, source_a)), Some((rank_b, source_b))) = (file(a), file(b)) else { return };
    let (there, source, required_there) = if (rank_a, a.line) > (rank_b, b.line) {
        (b, source_a, false)
    } else {
        (a, source_b, true)
    };
    let at = Place { path: source.path, line: a.line.max(b.line) };
    let line = if rank_a == rank_b {
        format!("line {}", there.line)
    } else {
        format!("{} line {}", there.guide, there.line)
    };
    let at = if rank_a == rank_b {
        at
    } else {
        Place { line: if required_there { b.line } else { a.line }, ..at }
    };
    let text = &a.address;
    faults.say(
        at,
        if required_there {
            format!("{text} is both required ({line}) and forbidden")
        } else {
            format!("{text} is both forbidden ({line}) and required")
        },
    );
}
