//! Lines that narrow: `require`, `forbid`, `length`, `codes`, `limit`, `pattern`. They need no
//! other word; what would widen is refused with the deviation that would say it.

use super::address::Found;
use super::{Overlay, Refusal, Scope};
use crate::grammar::compile::elements::Elements;
use crate::grammar::compile::wording::{self, did_you_mean};
use crate::grammar::guide::When;
use crate::grammar::line::{Address, ElementRef};
use crate::grammar::schema::{ElementContent, GuideCheck, GuideRule, NodeId, Pattern};

impl Overlay<'_, '_> {
    pub(super) fn require(
        &mut self,
        scope: &Scope,
        address: &Address,
        when: Option<&When>,
        prose: &str,
    ) -> Result<(), Refusal> {
        let check = address.element.map_or(GuideCheck::Require, GuideCheck::RequireElement);
        self.presence("require", scope, address, when, &check, prose)
    }

    pub(super) fn forbid(
        &mut self,
        scope: &Scope,
        address: &Address,
        when: Option<&When>,
        prose: &str,
    ) -> Result<(), Refusal> {
        let check = address.element.map_or(GuideCheck::Forbid, GuideCheck::ForbidElement);
        self.presence("forbid", scope, address, when, &check, prose)
    }

    fn presence(
        &mut self,
        word: &str,
        scope: &Scope,
        address: &Address,
        when: Option<&When>,
        check: &GuideCheck,
        prose: &str,
    ) -> Result<(), Refusal> {
        let text = wording::address(address);
        let found = match address.element {
            Some(at) => self.find_element(scope, address, at)?,
            None => self.find(scope, address)?,
        };
        for one in found {
            let when = when.map(|when| self.when(&one, when)).transpose()?;
            if matches!(check, GuideCheck::Forbid | GuideCheck::ForbidElement(_)) {
                self.forbiddable(&one, address)?;
            }
            let condition = when.as_ref().map_or("", |when| &when.text);
            self.once(format!("{word} {text} when {condition} {:?} {:?}", one.scope, one.within))?;
            let rule = self.guide_rule(&one, text.clone(), check.clone());
            self.push(GuideRule { when, ..rule }, prose);
        }
        Ok(())
    }

    /// What the standard demands cannot be forbidden.
    fn forbiddable(&self, found: &Found, address: &Address) -> Result<(), Refusal> {
        let text = wording::address(address);
        for &node in &found.nodes {
            let (must, who) = match address.element {
                Some(at) => (self.element(node, at)?.must, self.who_said_element(node, at)),
                None => {
                    let must = self.node(node).is_some_and(|node| node.min > 0);
                    // A part of a must node can be missing while the node is there.
                    (must && found.condition.is_empty(), self.who_said_node(node))
                }
            };
            if must {
                return Err(Refusal::new(format!("this widens: {text} is must in {who}"))
                    .hint(format!("write deviate {text} may, and why")));
            }
        }
        Ok(())
    }

    pub(super) fn length(
        &mut self,
        scope: &Scope,
        address: &Address,
        (min, max): (u32, u32),
        prose: &str,
    ) -> Result<(), Refusal> {
        let at = element_of(address, "length", "8..10")?;
        let text = wording::address(address);
        if min == 0 || min > max {
            return Err(Refusal::new(format!("{min}..{max} is no length")));
        }
        for found in self.find_element(scope, address, at)? {
            for &node in &found.nodes {
                let simple = self.simple(node, at)?;
                if min < simple.min || max > simple.max {
                    let who = self.who_said_element(node, at);
                    let (low, high) = (simple.min, simple.max);
                    return Err(Refusal::new(format!(
                        "this widens: {text} is {low}..{high} in {who}"
                    ))
                    .hint(format!("write deviate {text} {min}..{max}, and why")));
                }
            }
            self.once(format!("length {text} {:?} {:?}", found.scope, found.within))?;
            if found.is_plain() {
                self.change_element(&found.nodes, at, |element| {
                    if let ElementContent::Simple(simple) = &mut element.content {
                        (simple.min, simple.max) = (min, max);
                    }
                });
            } else {
                let rule = self.guide_rule(&found, text.clone(), GuideCheck::Length(at, min, max));
                self.push(rule, prose);
            }
        }
        Ok(())
    }

    pub(super) fn codes(
        &mut self,
        scope: &Scope,
        address: &Address,
        codes: &[String],
        prose: &str,
    ) -> Result<(), Refusal> {
        let at = element_of(address, "codes", "SA NE")?;
        let text = wording::address(address);
        let mut sorted = codes.to_vec();
        sorted.sort();
        sorted.dedup();
        if sorted.is_empty() {
            return Err(Refusal::new(format!("codes {text} allows none")).hint("name at least one"));
        }
        for found in self.find_element(scope, address, at)? {
            for &node in &found.nodes {
                self.codes_narrow(node, at, &text, &sorted)?;
            }
            self.once(format!("codes {text} {:?} {:?}", found.scope, found.within))?;
            if found.is_plain() {
                self.replace_codes(&found.nodes, at);
            }
            let rule = self.guide_rule(&found, text.clone(), GuideCheck::Codes(at, sorted.clone()));
            self.push(rule, prose);
        }
        Ok(())
    }

    /// Whether each code could stand there without the line.
    fn codes_narrow(
        &self,
        node: NodeId,
        at: ElementRef,
        text: &str,
        codes: &[String],
    ) -> Result<(), Refusal> {
        let simple = self.simple(node, at)?;
        let elements = Elements::of(&self.schema);
        for code in codes {
            let Err(why) = elements.code_fits(simple, code) else { continue };
            let who = self.who_said_element(node, at);
            let refusal =
                Refusal::new(format!("this widens: {text} is never {code} in {who}: {why}"));
            let list = simple.codes.and_then(|row| self.schema.code_lists.get(row));
            return Err(match list {
                Some(list) => {
                    refusal.hint(format!("write plus codes {} {code}, and its word", list.name))
                }
                None => refusal,
            });
        }
        for rule in self.schema.guide.rules.iter().filter(|rule| rule.nodes.contains(&node)) {
            if let GuideCheck::Codes(there, allowed) = &rule.check
                && *there == at
                && rule.condition.is_empty()
                && rule.within.is_empty()
                && let Some(code) = codes.iter().find(|code| !allowed.contains(code))
                && rule.guide != self.name
            {
                let (allowed, guide) = (allowed.join(" "), &rule.guide);
                let sentence = format!("this widens: {text} is {allowed} in {guide}, not {code}");
                return Err(Refusal::new(sentence));
            }
        }
        Ok(())
    }

    /// Takes `nodes` out of the code rules of narrowed guides, for a shorter list follows.
    fn replace_codes(&mut self, nodes: &[NodeId], at: ElementRef) {
        let name = self.name;
        for rule in &mut self.schema.guide.rules {
            let same = matches!(&rule.check, GuideCheck::Codes(there, _) if *there == at);
            if same && rule.guide != name {
                rule.nodes.retain(|node| !nodes.contains(node));
            }
        }
        self.schema.guide.rules.retain(|rule| !rule.nodes.is_empty());
    }

    pub(super) fn limit(
        &mut self,
        scope: &Scope,
        address: &Address,
        max: u32,
        prose: &str,
    ) -> Result<(), Refusal> {
        let text = wording::address(address);
        if address.element.is_some() {
            let sentence = format!("limit {text}: a limit is for segments and loops");
            return Err(Refusal::new(sentence));
        }
        if max == 0 {
            return Err(Refusal::new(format!("limit {text} 0 lets none stand"))
                .hint(format!("write forbid {text}")));
        }
        for found in self.find(scope, address)? {
            let own = found.nodes.iter().all(|&node| self.parent(node) == found.scope);
            let rows = found.nodes.iter().filter_map(|&node| self.node(node));
            let most = rows.fold(0_u32, |most, node| most.saturating_add(node.max));
            if own && max > most {
                let who = self.who_said_node(found.nodes.first().copied().unwrap_or(NodeId::SET));
                let sentence = format!("this widens: {text} stands at most {most} times in {who}");
                return Err(
                    Refusal::new(sentence).hint(format!("write deviate {text} {max}, and why"))
                );
            }
            self.once(format!("limit {text} {:?} {:?}", found.scope, found.within))?;
            match found.nodes.as_slice() {
                [node] if own && found.is_plain() => {
                    self.change_node(*node, |row| row.max = max);
                }
                _ => {
                    let rule = self.guide_rule(&found, text.clone(), GuideCheck::Limit(max));
                    self.push(rule, prose);
                }
            }
        }
        Ok(())
    }

    pub(super) fn pattern(
        &mut self,
        scope: &Scope,
        address: &Address,
        name: &str,
        prose: &str,
    ) -> Result<(), Refusal> {
        let at = element_of(address, "pattern", "digits")?;
        let text = wording::address(address);
        let Some(pattern) = Pattern::named(name) else {
            let known = Pattern::NAMES.iter().map(|(name, _)| *name);
            let hint = did_you_mean(name, known.clone()).unwrap_or_else(|| {
                format!("the patterns are {}", known.collect::<Vec<_>>().join(" "))
            });
            return Err(Refusal::new(format!("there is no pattern {name}")).hint(hint));
        };
        for found in self.find_element(scope, address, at)? {
            for &node in &found.nodes {
                self.simple(node, at)?;
            }
            self.once(format!("pattern {name} {text} {:?} {:?}", found.scope, found.within))?;
            let rule = self.guide_rule(&found, text.clone(), GuideCheck::Pattern(at, pattern));
            self.push(rule, prose);
        }
        Ok(())
    }
}

/// The element a line must name.
pub(super) fn element_of(
    address: &Address,
    word: &str,
    example: &str,
) -> Result<ElementRef, Refusal> {
    address.element.ok_or_else(|| {
        let text = wording::address(address);
        Refusal::new(format!("{word} {text} names no element"))
            .hint(format!("write it as {word} {}.03 {example}", address.segment))
    })
}
