//! Changes of segments: elements, codes, relations.

use super::{Change, Effect};
use crate::grammar::companion::words;
use crate::grammar::schema::{
    CodeListRule, ElementContent, ElementRule, RelationRule, Schema, SegmentRule, SimpleRule,
};

/// Two schemas being compared, and what was found.
pub(super) struct Compared<'a> {
    pub(super) before: &'a Schema,
    pub(super) after: &'a Schema,
    pub(super) changes: Vec<Change>,
}

/// Elements of a segment or components of a composite.
#[derive(Clone, Copy)]
struct Parts<'a> {
    elements: &'a [ElementRule],
    relations: &'a [RelationRule],
}

impl Compared<'_> {
    pub(super) fn say(&mut self, effect: Effect, place: &str, sentence: impl Into<String>) {
        let change = Change::new(effect, place, sentence);
        if !self.changes.contains(&change) {
            self.changes.push(change);
        }
    }

    /// Compares two rows of segments under the name of the segment.
    pub(super) fn segment(&mut self, before: &SegmentRule, after: &SegmentRule, place: &str) {
        let before = Parts { elements: &before.elements, relations: &before.relations };
        let after = Parts { elements: &after.elements, relations: &after.relations };
        self.parts(before, after, place, |position| format!("{place}.{position:02}"));
    }

    fn parts(
        &mut self,
        before: Parts<'_>,
        after: Parts<'_>,
        place: &str,
        name: impl Fn(usize) -> String,
    ) {
        for index in 0..before.elements.len().max(after.elements.len()) {
            let used = |elements: &[ElementRule]| {
                let element = elements.get(index).cloned();
                element.filter(|element| !matches!(element.content, ElementContent::Unused))
            };
            let at = name(index + 1);
            match (used(before.elements), used(after.elements)) {
                (Some(one), Some(other)) => self.element(&one, &other, &at),
                (Some(gone), None) => {
                    let called = gone.name.replace('_', " ");
                    self.say(Effect::Narrower, &at, format!("may no longer be sent ({called})"));
                }
                (None, Some(new)) => {
                    let called = new.name.replace('_', " ");
                    if new.must {
                        self.say(
                            Effect::Narrower,
                            &at,
                            format!("is new and must be sent ({called})"),
                        );
                    } else {
                        self.say(Effect::Wider, &at, format!("is new and may be sent ({called})"));
                    }
                }
                (None, None) => {}
            }
        }
        self.relations(before, after, place);
    }

    fn relations(&mut self, before: Parts<'_>, after: Parts<'_>, place: &str) {
        let said = |parts: Parts<'_>, others: Parts<'_>| -> Vec<String> {
            let new = parts.relations.iter().filter(|rule| {
                !others.relations.iter().any(|other| {
                    other.relation == rule.relation && other.positions == rule.positions
                })
            });
            let new: Vec<RelationRule> = new.cloned().collect();
            words::relations(parts.elements, &new)
        };
        for sentence in said(after, before) {
            self.say(Effect::Narrower, place, format!("new: {sentence}"));
        }
        for sentence in said(before, after) {
            self.say(Effect::Wider, place, format!("no longer asked: {sentence}"));
        }
    }

    fn element(&mut self, before: &ElementRule, after: &ElementRule, at: &str) {
        match (before.must, after.must) {
            (false, true) => self.say(Effect::Narrower, at, "must be sent; it was optional"),
            (true, false) => self.say(Effect::Wider, at, "may be left out; it was required"),
            _ => {}
        }
        if before.repeats != after.repeats {
            let effect = narrower_if(after.repeats < before.repeats);
            let (now, was) = (words::times(after.repeats), words::times(before.repeats));
            self.say(effect, at, format!("may stand {now}; it was {was}"));
        }
        match (&before.content, &after.content) {
            (ElementContent::Simple(one), ElementContent::Simple(other)) => {
                self.simple(one, other, at);
            }
            (ElementContent::Composite(one), ElementContent::Composite(other)) => {
                let one = self.before.composites.get(*one);
                let other = self.after.composites.get(*other);
                if let (Some(one), Some(other)) = (one, other) {
                    let parts = |elements, relations| Parts { elements, relations };
                    let before = parts(&one.components, &one.relations);
                    let after = parts(&other.components, &other.relations);
                    self.parts(before, after, at, |position| format!("{at}.{position}"));
                }
            }
            (ElementContent::Simple(_), _) => {
                self.say(Effect::Other, at, "is now made of components");
            }
            (_, _) => self.say(Effect::Other, at, "is no longer made of components"),
        }
    }

    fn simple(&mut self, before: &SimpleRule, after: &SimpleRule, at: &str) {
        if before.kind != after.kind {
            let (now, was) = (words::kind(after), words::kind(before));
            let (now, was) = if now == was {
                (after.kind.to_string(), before.kind.to_string())
            } else {
                (now, was)
            };
            self.say(Effect::Other, at, format!("is now {now}; it was {was}"));
        }
        if (before.min, before.max) != (after.min, after.max) {
            let effect = match (after.min > before.min, after.max < before.max) {
                (false, false) => Effect::Wider,
                (true, true) => Effect::Narrower,
                (true, false) if after.max == before.max => Effect::Narrower,
                (false, true) if after.min == before.min => Effect::Narrower,
                _ => Effect::Other,
            };
            let (now, was) =
                (words::lengths(after.min, after.max), words::lengths(before.min, before.max));
            self.say(effect, at, format!("has a length of {now}; it was {was}"));
        }
        let list = |schema: &Schema, rule: &SimpleRule| {
            rule.codes.and_then(|row| schema.code_lists.get(row).cloned())
        };
        let (one, other) = (list(self.before, before), list(self.after, after));
        self.codes(one.as_ref(), other.as_ref(), at);
    }

    fn codes(&mut self, before: Option<&CodeListRule>, after: Option<&CodeListRule>, at: &str) {
        let closed = |list: Option<&CodeListRule>| list.is_some_and(|list| list.closed);
        let named = |list: Option<&CodeListRule>| -> Vec<String> {
            let codes = list.into_iter().flat_map(|list| &list.codes);
            codes.map(|(code, ..)| code.clone()).collect()
        };
        let (was, is) = (named(before), named(after));
        let only = |these: &[String], others: &[String]| -> Vec<String> {
            these.iter().filter(|code| !others.contains(code)).cloned().collect()
        };
        let (gone, new) = (only(&was, &is), only(&is, &was));
        match (closed(before), closed(after)) {
            (false, true) => {
                let codes = words::listed(&is, "or");
                self.say(Effect::Narrower, at, format!("must be {codes}; any code was accepted"));
            }
            (true, false) => {
                let codes = words::listed(&was, "or");
                self.say(Effect::Wider, at, format!("may be any code; it had to be {codes}"));
            }
            (true, true) => {
                if !gone.is_empty() {
                    let codes = words::listed(&gone, "or");
                    self.say(Effect::Narrower, at, format!("may no longer be {codes}"));
                }
                if !new.is_empty() {
                    let codes = words::listed(&new, "or");
                    self.say(Effect::Wider, at, format!("may also be {codes}"));
                }
            }
            (false, false) => {
                if !new.is_empty() {
                    let codes = words::listed(&new, "and");
                    self.say(Effect::Other, at, format!("codes that now have a name: {codes}"));
                }
                if !gone.is_empty() {
                    let codes = words::listed(&gone, "and");
                    self.say(Effect::Other, at, format!("codes without a name now: {codes}"));
                }
            }
        }
    }
}

/// Which effect a bound has.
pub(super) const fn narrower_if(narrower: bool) -> Effect {
    if narrower { Effect::Narrower } else { Effect::Wider }
}
