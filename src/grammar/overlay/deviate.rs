//! Lines that let more in than the standard does: `deviate`, `plus codes`, `relax`; and `refuse`.
//!
//! Rows are widened, so that a walk lets it pass, and a rule is added that tells it as a warning.

use super::address::Found;
use super::narrow::element_of;
use super::{Overlay, Refusal, Scope};
use crate::grammar::compile::condition::disjoint;
use crate::grammar::compile::wording::{self, did_you_mean};
use crate::grammar::guide::{Rule, RuleKind};
use crate::grammar::line::{Address, Maximum, Requirement};
use crate::grammar::schema::{
    Deviation, ElementContent, GuideCheck, NodeId, Relaxation, Relaxed, TreeRule,
};

impl Overlay<'_, '_> {
    pub(super) fn deviate(&mut self, scope: &Scope, rule: &Rule) -> Result<(), Refusal> {
        whole_set(scope, "a deviation")?;
        let prose = rule.prose.as_str();
        let (address, how) = match &rule.kind {
            RuleKind::DeviateRequirement(address, requirement) => {
                (address, requirement_word(*requirement).to_owned())
            }
            RuleKind::DeviateMaximum(address, maximum) => (address, maximum_word(*maximum)),
            RuleKind::DeviateLength(address, min, max) => (address, format!("{min}..{max}")),
            RuleKind::DeviateOrder(address, other) => {
                (address, format!("before {}", wording::address(other)))
            }
            _ => return Ok(()),
        };
        let text = wording::address(address);
        if prose.is_empty() {
            return Err(Refusal::new(format!("deviate {text} {how} gives no reason"))
                .hint("say why, in words the partner reads"));
        }
        self.once(format!("deviate {text} {}", how.split('.').next().unwrap_or_default()))?;
        match &rule.kind {
            RuleKind::DeviateRequirement(_, requirement) => {
                self.deviate_requirement(scope, address, *requirement, prose)
            }
            RuleKind::DeviateMaximum(_, maximum) => {
                self.deviate_maximum(scope, address, *maximum, prose)
            }
            RuleKind::DeviateLength(_, min, max) => {
                self.deviate_length(scope, address, (*min, *max), prose)
            }
            RuleKind::DeviateOrder(_, other) => self.deviate_order(scope, address, other, prose),
            _ => Ok(()),
        }
    }

    fn deviate_requirement(
        &mut self,
        scope: &Scope,
        address: &Address,
        requirement: Requirement,
        prose: &str,
    ) -> Result<(), Refusal> {
        let text = wording::address(address);
        match requirement {
            Requirement::May => {}
            Requirement::Must => {
                let sentence = format!("deviate {text} must narrows");
                return Err(Refusal::new(sentence).hint(format!("write require {text}")));
            }
            Requirement::If => {
                return Err(Refusal::new("a deviation is to may, a maximum, a length or an order"));
            }
        }
        if let Some(at) = address.element {
            let mut deviates = None;
            for found in self.find_element(scope, address, at)? {
                self.whole_node(&found, &text)?;
                let dropped = self.drop_required(&found, &GuideCheck::RequireElement(at));
                let mut musts = Vec::new();
                for &node in &found.nodes {
                    if self.element(node, at)?.must {
                        musts.push(node);
                    }
                }
                self.change_element(&musts, at, |element| element.must = false);
                if dropped || !musts.is_empty() {
                    deviates = Some(at);
                    let check = GuideCheck::Deviation(Deviation::ElementAbsent(at));
                    self.push(self.guide_rule(&found, text.clone(), check), prose);
                }
            }
            return deviates.map(|_| ()).ok_or_else(|| nothing(&text, "may", self.in_force()));
        }
        let mut deviates = false;
        for found in self.find(scope, address)? {
            self.whole_node(&found, &text)?;
            deviates |= self.segment_may(&found, &text, prose)?;
        }
        if deviates { Ok(()) } else { Err(nothing(&text, "may", self.in_force())) }
    }

    /// Makes rows optional; whether one was not.
    fn segment_may(&mut self, found: &Found, text: &str, prose: &str) -> Result<bool, Refusal> {
        let mut musts = Vec::new();
        for &id in &found.nodes {
            let is_trigger = id != NodeId::SET && self.trigger(self.parent(id)) == id;
            if is_trigger && self.is_loop(self.parent(id)) {
                let sentence = format!("{text} starts its loop, so it cannot be absent");
                return Err(Refusal::new(sentence).hint("let the loop be may"));
            }
            if self.node(id).is_some_and(|node| node.min > 0) {
                musts.push(id);
            }
        }
        let dropped = self.drop_required(found, &GuideCheck::Require);
        for &id in &musts {
            self.change_node(id, |node| node.min = 0);
            let one = Found { scope: self.parent(id), nodes: vec![id], ..found.clone() };
            let check = GuideCheck::Deviation(Deviation::Absent);
            self.push(self.guide_rule(&one, text.to_owned(), check), prose);
        }
        if dropped && musts.is_empty() {
            let check = GuideCheck::Deviation(Deviation::Absent);
            self.push(self.guide_rule(found, text.to_owned(), check), prose);
        }
        Ok(dropped || !musts.is_empty())
    }

    /// Drops what a narrowed guide requires of exactly these rows; whether it did.
    fn drop_required(&mut self, found: &Found, check: &GuideCheck) -> bool {
        let name = self.name;
        let rules = &mut self.schema.guide.rules;
        let before = rules.len();
        rules
            .retain(|rule| rule.check != *check || rule.guide == name || rule.nodes != found.nodes);
        rules.len() < before
    }

    fn deviate_maximum(
        &mut self,
        scope: &Scope,
        address: &Address,
        maximum: Maximum,
        prose: &str,
    ) -> Result<(), Refusal> {
        let text = wording::address(address);
        if address.element.is_some() {
            let sentence = format!("deviate {text}: a maximum is for segments and loops");
            return Err(Refusal::new(sentence));
        }
        let max = match maximum {
            Maximum::Any => u32::MAX,
            Maximum::Times(times) => times,
        };
        let mut deviates = false;
        for found in self.find(scope, address)? {
            self.whole_node(&found, &text)?;
            for &id in &found.nodes {
                let Some(before) = self.node(id).map(|node| node.max) else { continue };
                if max < before {
                    return Err(Refusal::new(format!("deviate {text} {max} narrows"))
                        .hint(format!("write limit {text} {max}")));
                }
                if max == before {
                    continue;
                }
                deviates = true;
                self.change_node(id, |node| node.max = max);
                let one = Found { scope: self.parent(id), nodes: vec![id], ..found.clone() };
                let check = GuideCheck::Deviation(Deviation::MoreThan(before));
                self.push(self.guide_rule(&one, text.clone(), check), prose);
            }
        }
        if deviates { Ok(()) } else { Err(nothing(&text, &maximum_word(maximum), self.in_force())) }
    }

    fn deviate_length(
        &mut self,
        scope: &Scope,
        address: &Address,
        (min, max): (u32, u32),
        prose: &str,
    ) -> Result<(), Refusal> {
        let at = element_of(address, "deviate", "1..30")?;
        let text = wording::address(address);
        if min == 0 || min > max {
            return Err(Refusal::new(format!("{min}..{max} is no length")));
        }
        for found in self.find_element(scope, address, at)? {
            self.whole_node(&found, &text)?;
            for &id in &found.nodes {
                let simple = self.simple(id, at)?;
                let before = (simple.min, simple.max);
                if min >= before.0 && max <= before.1 {
                    return Err(Refusal::new(format!("deviate {text} {min}..{max} narrows"))
                        .hint(format!("write length {text} {min}..{max}")));
                }
                self.change_element(&[id], at, |element| {
                    if let ElementContent::Simple(simple) = &mut element.content {
                        (simple.min, simple.max) = (min, max);
                    }
                });
                let one = Found { nodes: vec![id], ..found.clone() };
                let check = GuideCheck::Deviation(Deviation::Length(at, before.0, before.1));
                self.push(self.guide_rule(&one, text.clone(), check), prose);
            }
        }
        Ok(())
    }

    /// `deviate A before B`: A moves to B's position, listed before it, so both orders pass and
    /// A is written first.
    fn deviate_order(
        &mut self,
        scope: &Scope,
        address: &Address,
        other: &Address,
        prose: &str,
    ) -> Result<(), Refusal> {
        let texts = (wording::address(address), wording::address(other));
        if address.element.is_some() || other.element.is_some() {
            return Err(Refusal::new("an order is of segments and loops, not of elements"));
        }
        let (moved, before) = (self.one_line(scope, address)?, self.one_line(scope, other)?);
        let parent = self.parent(moved);
        if parent != self.parent(before) {
            let sentence = format!("{} and {} stand in different loops", texts.0, texts.1);
            return Err(Refusal::new(sentence));
        }
        if [moved, before].contains(&self.trigger(parent)) {
            return Err(Refusal::new("the first segment of a loop starts it and cannot be moved"));
        }
        let place = |id| self.node(id).map_or(0, |node| node.position);
        let (from, to) = (place(moved), place(before));
        if from <= to {
            let how = format!("before {}", texts.1);
            return Err(nothing(&texts.0, &how, self.in_force()));
        }
        self.still_told_apart(moved, parent, to)?;
        self.change_node(moved, |node| node.position = to);
        let parent_row = self.schema.nodes.get_mut(parent.index());
        if let Some(row) = parent_row {
            row.children.retain(|&child| child != moved);
            let at = row.children.iter().position(|&child| child == before).unwrap_or_default();
            row.children.insert(at, moved);
        }
        let found =
            Found { scope: parent, nodes: vec![moved], condition: Vec::new(), within: Vec::new() };
        let check = GuideCheck::Deviation(Deviation::Before(vec![before]));
        self.push(self.guide_rule(&found, texts.0, check), prose);
        Ok(())
    }

    /// Refuses a move next to a line that takes the same segments: one of both would be lost.
    fn still_told_apart(&self, moved: NodeId, parent: NodeId, to: u32) -> Result<(), Refusal> {
        let Some(row) = self.node(moved) else { return Ok(()) };
        let clash = self.children(parent).into_iter().filter_map(|id| self.node(id)).any(|other| {
            let there = other.position == to && other.id == row.id;
            there && !disjoint(&other.condition, &row.condition)
        });
        if clash {
            let id = &row.id;
            return Err(Refusal::new(format!(
                "another {id} stands there and takes the same segments"
            )));
        }
        Ok(())
    }

    /// The one row an address means as a whole.
    fn one_line(&self, scope: &Scope, address: &Address) -> Result<NodeId, Refusal> {
        let text = wording::address(address);
        let found = self.find(scope, address)?;
        match found.as_slice() {
            [one] => {
                self.whole_node(one, &text)?;
                match one.nodes.as_slice() {
                    [node] => Ok(*node),
                    _ => Err(several(&text, self.in_force())),
                }
            }
            _ => Err(several(&text, self.in_force())),
        }
    }

    /// A deviation changes rows, so it concerns them as a whole.
    fn whole_node(&self, found: &Found, text: &str) -> Result<(), Refusal> {
        if found.condition.is_empty() {
            return Ok(());
        }
        let rule = self.in_force();
        Err(Refusal::new(format!("{rule} does not tell {text} from others of its kind"))
            .hint("a deviation concerns whole lines of the structure; write it without where"))
    }

    pub(super) fn relax(
        &mut self,
        scope: &Scope,
        what: &str,
        words: &[String],
        prose: &str,
    ) -> Result<(), Refusal> {
        whole_set(scope, "relax")?;
        let relaxation = match what {
            "dates" => Relaxation::Dates,
            "map" => Relaxation::Map,
            "levels" => {
                self.relax_levels(words)?;
                Relaxation::Levels(words.to_vec())
            }
            _ => {
                let refusal = Refusal::new(format!("{what} cannot be relaxed"));
                let hint = did_you_mean(what, ["dates", "levels", "map"]);
                return Err(refusal
                    .hint(hint.unwrap_or_else(|| "one can relax dates, levels, map".to_owned())));
            }
        };
        if !matches!(relaxation, Relaxation::Levels(_)) && !words.is_empty() {
            return Err(Refusal::new(format!("relax {what} takes no codes")));
        }
        self.once(format!("relax {what}"))?;
        self.schema.guide.relaxed.push(Relaxed {
            guide: self.name.to_owned(),
            line: self.place.line,
            what: relaxation,
            prose: prose.to_owned(),
        });
        Ok(())
    }

    /// Lets each level stand under the one named before it, and the first at the top.
    fn relax_levels(&mut self, levels: &[String]) -> Result<(), Refusal> {
        if levels.is_empty() {
            let refusal = Refusal::new("relax levels names no level");
            return Err(refusal.hint("write it as relax levels S O P I"));
        }
        if self.schema.trees.is_empty() {
            return Err(Refusal::new(format!("{} has no tree of levels", self.in_force())));
        }
        for tree in &mut self.schema.trees {
            shape(tree, levels);
        }
        Ok(())
    }

    pub(super) fn refuse(&mut self, scope: &Scope, what: &str) -> Result<(), Refusal> {
        whole_set(scope, "refuse")?;
        if what != "business" {
            let refusal = Refusal::new(format!("{what} cannot be refused by a word"));
            return Err(refusal.hint("write refuse business"));
        }
        self.schema.guide.business_refused = true;
        Ok(())
    }
}

/// Rows hold for the whole set, so what changes them stands outside `in ... where`.
pub(super) fn whole_set(scope: &Scope, what: &str) -> Result<(), Refusal> {
    if scope.within.is_empty() {
        return Ok(());
    }
    Err(Refusal::new(format!("{what} holds for the whole set"))
        .hint("write it outside in, at the left"))
}

fn nothing(text: &str, how: &str, rule: &str) -> Refusal {
    Refusal::new(format!("this deviates from nothing: {text} is {how} in {rule}"))
        .hint("drop the line")
}

fn several(text: &str, rule: &str) -> Refusal {
    Refusal::new(format!("{text} means several lines of {rule}"))
        .hint("name the loop or add a where")
}

const fn requirement_word(requirement: Requirement) -> &'static str {
    match requirement {
        Requirement::Must => "must",
        Requirement::May => "may",
        Requirement::If => "if",
    }
}

fn maximum_word(maximum: Maximum) -> String {
    match maximum {
        Maximum::Any => "any".to_owned(),
        Maximum::Times(times) => times.to_string(),
    }
}

fn shape(tree: &mut TreeRule, levels: &[String]) {
    for (level, above) in levels.iter().zip(std::iter::once(None).chain(levels.iter().map(Some))) {
        let row = tree.levels.iter_mut().find(|(code, _, _)| code == level);
        match (row, above) {
            (Some((_, _, under)), None) => under.clear(),
            (Some((_, _, under)), Some(above)) => {
                if !under.contains(above) {
                    under.push(above.clone());
                }
            }
            (None, above) => {
                tree.levels.push((level.clone(), false, above.cloned().into_iter().collect()));
            }
        }
    }
    for (code, must, _) in &mut tree.levels {
        *must &= levels.contains(code);
    }
}
