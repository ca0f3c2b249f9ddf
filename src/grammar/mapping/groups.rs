//! A segment line with its element lines, compiled: where its segments may stand, what they
//! fill, whether what was read can be written.

use super::elements::{Filling, Goal};
use super::laid::{At, LaidGroup};
use super::plan::{ElementPlan, Goes, GroupPlan};
use super::scopes::{Compiler, Site};
use super::table::Table;
use crate::grammar::compile::{condition, wording};
use crate::grammar::line::{Clause, ElementRef, Test, Where};
use crate::grammar::map::GroupLine;
use crate::grammar::schema::{Condition, ConditionTest, ElementRule, NodeId, NodeKind};

impl<'a> Compiler<'a> {
    /// Compiles a group; none when it cannot be, which is then noted.
    pub(super) fn group(&mut self, site: &Site<'a>, group: &LaidGroup) -> Option<GroupPlan> {
        let (nodes, condition) = self.placed(site, group)?;
        let segment = self.schema.nodes.get(nodes.first()?.index())?.segment;
        let (target, goal) = self.target(site, group)?;
        let mut filling = Filling::new(self.schema, segment, goal);
        let on_trigger = nodes.iter().any(|&node| Some(node) == self.trigger(site.node));
        let outer: &[Condition] = if on_trigger { &site.codes } else { &[] };
        if on_trigger {
            self.claim_tree(&mut filling, site.node, group.at);
        }
        self.claim_codes(&mut filling, outer, site.at.unwrap_or(group.at));
        self.claim_codes(&mut filling, &condition, group.at);
        for line in &group.lines {
            self.line(&mut filling, line.at, &line.line);
        }
        let fills = self.computed_lines(&mut filling);
        self.structural(&mut filling.table, &nodes);
        self.choices(group, &filling.table, &nodes, outer.iter().chain(&condition));
        self.musts(group, &filling.table);
        let goes = self.goes(target, &filling, group)?;
        let must = nodes.iter().any(|node| {
            let node = self.plan.nodes.get(node.index());
            node.is_some_and(|node| node.min > 0 && !node.is_trigger)
        });
        Some(GroupPlan {
            id: group.id.clone(),
            nodes,
            condition,
            goes,
            layout: goal.draft,
            elements: filling.table.elements,
            slots: filling.slots,
            at: label(&group.id, &group.condition),
            fills,
            leaders: filling.leaders,
            lists: filling.lists,
            must,
        })
    }

    /// The nodes a group's segments may stand at, and its condition.
    pub(super) fn placed(
        &mut self,
        site: &Site<'a>,
        group: &LaidGroup,
    ) -> Option<(Vec<NodeId>, Vec<Condition>)> {
        let of_id = self.segments_of(site.node, &group.id);
        let here = self.place_name(site.node);
        let Some(first) = of_id.first() else {
            let sentence = format!("cannot be placed: {here} has no segment {}", group.id);
            self.blame(group.at, sentence);
            return None;
        };
        let segment = self.schema.nodes.get(first.index())?.segment;
        let condition = match condition::compile(self.elements, segment, &group.condition) {
            Ok(condition) => condition,
            Err(sentences) => {
                for sentence in sentences {
                    self.blame(group.at, format!("cannot be placed: {sentence}"));
                }
                return None;
            }
        };
        let nodes: Vec<NodeId> = of_id
            .into_iter()
            .filter(|node| {
                let node = self.plan.nodes.get(node.index());
                node.is_some_and(|node| !condition::disjoint(&node.condition, &condition))
            })
            .collect();
        if nodes.is_empty() {
            let clauses = wording::clauses(&group.condition);
            let sentence = format!("cannot be placed: no {} of {here} has {clauses}", group.id);
            self.blame(group.at, sentence);
            return None;
        }
        Some((nodes, condition))
    }

    fn segments_of(&self, node: NodeId, id: &str) -> Vec<NodeId> {
        let is_it = |node: &NodeId| {
            self.schema
                .nodes
                .get(node.index())
                .is_some_and(|node| node.kind == NodeKind::Segment && node.id == id)
        };
        self.children(node).iter().copied().filter(is_it).collect()
    }

    /// Where the values go: the scope's object, or an object of their own.
    fn target(&mut self, site: &Site<'a>, group: &LaidGroup) -> Option<(Option<Goes>, Goal<'a>)> {
        let Some(target) = group.target.as_ref().filter(|_| !group.is_plain()) else {
            return Some((None, Goal { draft: site.draft, shape: site.shape, only_read: false }));
        };
        let line = std::ptr::from_ref(group).addr();
        let (slot, shape) = self.object(site, target, group.at, line)?;
        let into = if target.list { Goes::List(slot) } else { Goes::Object(slot) };
        Some((Some(into), Goal { draft: self.new_draft(), shape, only_read: false }))
    }

    /// The elements of an HL segment that its tree fills.
    fn claim_tree(&mut self, filling: &mut Filling<'a>, node: NodeId, at: At) {
        let node = self.schema.nodes.get(node.index());
        let Some(rule) = node.and_then(|node| self.schema.trees.get(node.tree?)) else { return };
        for element in [Some(rule.id), Some(rule.parent), Some(rule.level), rule.child] {
            let Some(element) = element else { continue };
            let place = ElementRef { element, component: None, last: None };
            self.take(&mut filling.table, place, at, &ElementPlan::Tree);
        }
    }

    /// Elements that a condition of one code names are claimed, and written, by it.
    fn claim_codes(&mut self, filling: &mut Filling<'a>, condition: &[Condition], at: At) {
        for clause in condition {
            let Some(code) = single_code(clause) else { continue };
            let place = place_of(clause);
            if filling.table.code(place) != Some(code.as_str()) {
                self.take(&mut filling.table, place, at, &ElementPlan::Code(code));
            }
        }
    }

    /// What the structure alone says of an element: `loop 1000A on N1 where 01 is PR`.
    fn structural(&self, table: &mut Table, nodes: &[NodeId]) {
        let mut rest = nodes.iter().filter_map(|node| self.plan.nodes.get(node.index()));
        let Some(first) = rest.next() else { return };
        let others: Vec<_> = rest.collect();
        for clause in &first.condition {
            let Some(code) = single_code(clause) else { continue };
            let place = place_of(clause);
            let same = others.iter().all(|node| node.condition.contains(clause));
            if same && matches!(table.plan(place), Some(ElementPlan::Free)) {
                table.imply(place, ElementPlan::Code(code));
            }
        }
    }

    /// Where a condition leaves a choice, a line must say which.
    fn choices<'c>(
        &mut self,
        group: &LaidGroup,
        table: &Table,
        nodes: &[NodeId],
        asked: impl Iterator<Item = &'c Condition>,
    ) {
        let mut clauses: Vec<Condition> = asked.cloned().collect();
        for node in nodes {
            let node = self.plan.nodes.get(node.index());
            clauses.extend(node.into_iter().flat_map(|node| node.condition.iter().cloned()));
        }
        let mut open: Vec<(ElementRef, Vec<String>)> = Vec::new();
        for clause in &clauses {
            let place = place_of(clause);
            let codes: Vec<String> = match &clause.test {
                ConditionTest::Is(codes) => {
                    codes.iter().map(|code| String::from_utf8_lossy(code).into_owned()).collect()
                }
                ConditionTest::Present => vec!["anything".to_owned()],
                ConditionTest::Absent | ConditionTest::IsNot(_) => continue,
            };
            if !matches!(table.plan(place), Some(ElementPlan::Free)) {
                continue;
            }
            match open.iter_mut().find(|(known, _)| *known == place) {
                Some((_, known)) => known.extend(codes),
                None => open.push((place, codes)),
            }
        }
        for (place, mut codes) in open {
            codes.sort();
            codes.dedup();
            let here = format!("{}.{}", group.id, wording::element(place));
            let codes = codes.join(" or ");
            let sentence =
                format!("cannot be written: {here} may be {codes} and no line says which");
            self.blame(group.at, sentence);
        }
    }

    /// Every element the standard demands is given by a line, a constant or a condition.
    fn musts(&mut self, group: &LaidGroup, table: &Table) {
        let mut missing: Vec<String> = Vec::new();
        for (element, rule, parts) in table.rules() {
            let place = ElementRef { element, component: None, last: None };
            match table.plan(place) {
                Some(ElementPlan::Free) if rule.must => missing.push(wording::element(place)),
                Some(ElementPlan::Composite(plans)) => {
                    let absent = |(plan, part): &(&ElementPlan, &ElementRule)| {
                        part.must && matches!(plan, ElementPlan::Free)
                    };
                    let found =
                        (1u8..).zip(plans.iter().zip(parts)).filter(|(_, pair)| absent(pair));
                    missing.extend(found.map(|(component, _)| {
                        wording::element(ElementRef { component: Some(component), ..place })
                    }));
                }
                _ => {}
            }
        }
        for element in missing {
            let here = format!("{}.{element}", group.id);
            let sentence = format!("cannot be written: {here} must stand and no line gives it");
            self.blame(group.at, sentence);
        }
    }

    /// How the group claims and what its segments become.
    fn goes(
        &mut self,
        target: Option<Goes>,
        filling: &Filling<'a>,
        group: &LaidGroup,
    ) -> Option<Goes> {
        let each =
            group.lines.iter().filter(|line| matches!(line.line, GroupLine::Each(_))).count();
        let constants =
            group.lines.iter().filter(|line| matches!(line.line, GroupLine::Constant(_))).count();
        let lone = group.lines.len().saturating_sub(constants) == 1;
        if filling.carries {
            let slot = filling.slots.first().map(|each| each.slot)?;
            if target.is_some() || each != 1 || !lone {
                let sentence = "lines without + are carried into every object of a segment; such \
                                an each stands alone in a group without target";
                self.blame(group.at, sentence);
                return None;
            }
            return Some(Goes::Packed(slot));
        }
        if let Some(target) = target {
            return Some(target);
        }
        let bare = lone && each == 0 && !filling.lists.is_empty();
        Some(match filling.lists.first() {
            Some(&slot) if bare => Goes::Bare(slot),
            _ => Goes::Owner,
        })
    }
}

/// The code a clause leaves, when it leaves one.
fn single_code(clause: &Condition) -> Option<String> {
    match &clause.test {
        ConditionTest::Is(codes) => match codes.as_slice() {
            [code] => Some(String::from_utf8_lossy(code).into_owned()),
            _ => None,
        },
        _ => None,
    }
}

fn place_of(clause: &Condition) -> ElementRef {
    ElementRef { element: clause.element, component: clause.component, last: None }
}

/// `REF[01=DP]`: how `unmapped` names the segments of a line.
pub(super) fn label(id: &str, condition: &Where) -> String {
    if condition.is_empty() {
        return id.to_owned();
    }
    let clause = |clause: &Clause| {
        let at = wording::element(clause.at);
        match &clause.test {
            Test::Is(codes) => format!("{at}={}", codes.join("|")),
            Test::Present => at,
            Test::Absent => format!("!{at}"),
        }
    };
    let clauses: Vec<String> = condition.iter().map(clause).collect();
    format!("{id}[{}]", clauses.join(","))
}
