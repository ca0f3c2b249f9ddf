//! `split` divides a node by a code, so that its parts can be required and limited apart; and
//! `plus codes`, a partner's own codes.

use super::deviate::whole_set;
use super::{Overlay, Refusal, Scope};
use crate::grammar::codes::CodeList;
use crate::grammar::compile::condition::both;
use crate::grammar::compile::wording::{self, did_you_mean};
use crate::grammar::line::{Address, ElementRef, Maximum, Requirement};
use crate::grammar::schema::{
    CodeListRule, Condition, ConditionTest, Deviation, ElementContent, GuideCheck, GuideRule, Node,
    NodeId, NodeKind,
};
use crate::limits::SCHEMA_NODES;

use super::address::Found;

impl Overlay<'_, '_> {
    pub(super) fn split(
        &mut self,
        scope: &Scope,
        address: &Address,
        requirement: Requirement,
        maximum: Maximum,
        prose: &str,
    ) -> Result<(), Refusal> {
        whole_set(scope, "a split")?;
        let text = wording::address(address);
        let mut divided = false;
        for found in self.find(scope, address)? {
            let ([node], [asked]) = (found.nodes.as_slice(), found.condition.as_slice()) else {
                continue;
            };
            let ConditionTest::Is(codes) = &asked.test else { continue };
            divided = true;
            let rest = Condition { test: ConditionTest::IsNot(codes.clone()), ..asked.clone() };
            self.divide(*node, asked, rest, &text, (requirement, maximum), prose)?;
        }
        if divided {
            return Ok(());
        }
        Err(Refusal::new(format!("split {text} divides nothing"))
            .hint("name one line of the structure and one code test, as REF where 01 is IA"))
    }

    /// Puts a part that meets `asked` before `node`, which keeps what meets `rest`.
    fn divide(
        &mut self,
        node: NodeId,
        asked: &Condition,
        rest: Condition,
        text: &str,
        (requirement, maximum): (Requirement, Maximum),
        prose: &str,
    ) -> Result<(), Refusal> {
        let Some(whole) = self.node(node).cloned() else { return Ok(()) };
        let max = match maximum {
            Maximum::Any => u32::MAX,
            Maximum::Times(times) => times,
        };
        if max > whole.max || max == 0 {
            let (most, who) = (whole.max, self.who_said_node(node));
            let id = &whole.id;
            let sentence = format!("this widens: {id} stands at most {most} times in {who}");
            let most = if whole.max == u32::MAX { "any".to_owned() } else { most.to_string() };
            return Err(Refusal::new(sentence).hint(format!("let the part stand up to {most}")));
        }
        if self.is_trigger(node) {
            return Err(Refusal::new(format!("{text} starts its loop")).hint("split the loop"));
        }
        let copies = self.copy(node)?;
        let Some(&(_, part)) = copies.first() else { return Ok(()) };
        let min = u32::from(requirement == Requirement::Must);
        self.change_node(part, |row| {
            (row.min, row.max) = (min, max);
            row.condition = both(&whole.condition, std::slice::from_ref(asked));
            if !prose.is_empty() {
                prose.clone_into(&mut row.prose);
            }
        });
        self.change_node(node, |row| {
            row.min = 0;
            row.condition = both(&whole.condition, &[rest]);
        });
        self.copy_rules(&copies);
        let found = Found {
            scope: whole.parent,
            nodes: vec![part, node],
            condition: Vec::new(),
            within: Vec::new(),
        };
        // The parts together stand as often as the whole did.
        if whole.min > 0 && min == 0 {
            self.push(self.guide_rule(&found, whole.id.clone(), GuideCheck::Require), "");
        }
        if whole.max != u32::MAX {
            let rule = self.guide_rule(&found, whole.id.clone(), GuideCheck::Limit(whole.max));
            self.push(rule, "");
        }
        Ok(())
    }

    fn is_trigger(&self, id: NodeId) -> bool {
        let parent = self.parent(id);
        self.is_loop(parent) && self.trigger(parent) == id
    }

    /// Copies a row and all below it, and lists the copy before it; pairs of old and new rows.
    fn copy(&mut self, node: NodeId) -> Result<Vec<(NodeId, NodeId)>, Refusal> {
        let mut olds = vec![node];
        let mut next = 0;
        while let Some(&old) = olds.get(next) {
            olds.extend(self.children(old));
            next = next.saturating_add(1);
        }
        let first = self.schema.nodes.len();
        if first.saturating_add(olds.len()) > SCHEMA_NODES {
            let sentence = format!("a set has at most {SCHEMA_NODES} lines; this split makes more");
            return Err(Refusal::new(sentence));
        }
        let news = (first..).filter_map(|row| u16::try_from(row).ok()).map(NodeId);
        let pairs: Vec<_> = olds.into_iter().zip(news).collect();
        let new_of = |id: NodeId| pairs.iter().find(|(old, _)| *old == id).map(|&(_, new)| new);
        for &(old, _) in &pairs {
            let Some(row) = self.node(old) else { continue };
            let children = row.children.iter().filter_map(|&child| new_of(child)).collect();
            let parent = new_of(row.parent).unwrap_or(row.parent);
            let copy = Node { children, parent, ..row.clone() };
            self.schema.nodes.push(copy);
        }
        let parent = self.parent(node);
        if let (Some(part), Some(row)) = (new_of(node), self.schema.nodes.get_mut(parent.index())) {
            let at = row.children.iter().position(|&child| child == node).unwrap_or_default();
            row.children.insert(at, part);
        }
        Ok(pairs)
    }

    /// Lets rules about copied rows hold for the copies as well.
    fn copy_rules(&mut self, pairs: &[(NodeId, NodeId)]) {
        let new_of = |id: NodeId| pairs.iter().find(|(old, _)| *old == id).map(|&(_, new)| new);
        let mut copies = Vec::new();
        for rule in &mut self.schema.guide.rules {
            let inside = new_of(rule.scope).is_some()
                || rule.within.iter().any(|(node, _)| new_of(*node).is_some());
            if inside {
                copies.push(moved(rule, new_of));
                continue;
            }
            let more: Vec<_> = rule.nodes.iter().filter_map(|&node| new_of(node)).collect();
            rule.nodes.extend(more);
            if let Some(when) = &mut rule.when {
                let more: Vec<_> = when.nodes.iter().filter_map(|&node| new_of(node)).collect();
                when.nodes.extend(more);
            }
        }
        self.schema.guide.rules.extend(copies);
    }

    pub(super) fn plus(
        &mut self,
        scope: &Scope,
        list: &CodeList,
        prose: &str,
    ) -> Result<(), Refusal> {
        whole_set(scope, "plus codes")?;
        let own = list
            .codes
            .iter()
            .map(|code| (code.code.clone(), code.name.clone(), code.prose.clone()));
        let Some(row) = self.schema.code_lists.iter().position(|rule| rule.name == list.name)
        else {
            let mut codes: Vec<_> = own.collect();
            codes.sort();
            return self.new_list(&list.name, codes);
        };
        let Some(rule) = self.schema.code_lists.get_mut(row) else { return Ok(()) };
        let mut added = Vec::new();
        for code in own {
            match rule.codes.binary_search_by(|known| known.0.cmp(&code.0)) {
                // The partner's word for a code stands in place of ours.
                Ok(there) => {
                    if let Some(known) = rule.codes.get_mut(there) {
                        *known = code;
                    }
                }
                Err(at) => {
                    added.push(code.0.clone());
                    rule.codes.insert(at, code);
                }
            }
        }
        if rule.closed && !added.is_empty() {
            self.admitted(row, &added, prose);
        }
        Ok(())
    }

    /// A list of the partner's own: it names codes of every element of that number.
    fn new_list(
        &mut self,
        name: &str,
        codes: Vec<(String, String, String)>,
    ) -> Result<(), Refusal> {
        let row = self.schema.code_lists.len();
        let rules = self.schema.segments.iter_mut().flat_map(|rule| &mut rule.elements);
        let components = self.schema.composites.iter_mut().flat_map(|rule| &mut rule.components);
        let mut used = false;
        for element in rules.chain(components) {
            if let ElementContent::Simple(simple) = &mut element.content
                && simple.dictionary == name
                && simple.codes.is_none()
            {
                simple.codes = Some(row);
                used = true;
            }
        }
        if !used {
            let known = self.schema.code_lists.iter().map(|list| list.name.as_str());
            let sentence = format!("no element of {} has code list {name}", self.in_force());
            return Err(Refusal { sentence, hint: did_you_mean(name, known) });
        }
        self.schema.code_lists.push(CodeListRule { name: name.to_owned(), closed: false, codes });
        Ok(())
    }

    /// Codes the standard's closed list refuses are told where they are sent.
    fn admitted(&mut self, list: usize, codes: &[String], prose: &str) {
        let mut places = Vec::new();
        for (index, node) in (0..).map(NodeId).zip(&self.schema.nodes) {
            if node.kind != NodeKind::Segment {
                continue;
            }
            let rule = self.schema.segments.get(node.segment);
            for (position, element) in (1..).zip(rule.into_iter().flat_map(|rule| &rule.elements)) {
                let whole = ElementRef { element: position, component: None, last: None };
                match &element.content {
                    ElementContent::Simple(simple) if simple.codes == Some(list) => {
                        places.push((index, whole));
                    }
                    ElementContent::Composite(row) => {
                        let composite = self.schema.composites.get(*row);
                        let parts = composite.into_iter().flat_map(|rule| &rule.components);
                        for (component, part) in (1..).zip(parts) {
                            if let ElementContent::Simple(simple) = &part.content
                                && simple.codes == Some(list)
                            {
                                let component = Some(component);
                                places.push((index, ElementRef { component, ..whole }));
                            }
                        }
                    }
                    ElementContent::Simple(_) | ElementContent::Unused => {}
                }
            }
        }
        for (node, at) in places {
            let id = self.node(node).map_or("", |node| &node.id);
            let text = format!("{id}.{}", wording::element(at));
            let found = Found {
                scope: self.parent(node),
                nodes: vec![node],
                condition: Vec::new(),
                within: Vec::new(),
            };
            let check = GuideCheck::Deviation(Deviation::Code(at, codes.to_vec()));
            self.push(self.guide_rule(&found, text, check), prose);
        }
    }
}

/// A rule about rows that were copied, for the copies.
fn moved(rule: &GuideRule, new_of: impl Fn(NodeId) -> Option<NodeId>) -> GuideRule {
    let renamed = |id: NodeId| new_of(id).unwrap_or(id);
    let mut copy = rule.clone();
    copy.scope = renamed(rule.scope);
    copy.nodes = rule.nodes.iter().map(|&node| renamed(node)).collect();
    for (node, _) in &mut copy.within {
        *node = renamed(*node);
    }
    if let Some(when) = &mut copy.when {
        when.scope = renamed(when.scope);
        when.nodes = when.nodes.iter().map(|&node| renamed(node)).collect();
    }
    copy
}
