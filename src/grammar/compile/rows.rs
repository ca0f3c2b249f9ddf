//! Rows of a schema from a drafted structure, and whether the walk can reach every one of them.

use super::condition::{self, disjoint};
use super::dictionary::Dictionary;
use super::draft::{Areas, Draft, Inner};
use super::faults::{Faults, Place};
use super::wording::{clauses, did_you_mean};
use crate::grammar::line::{ElementRef, Maximum, Requirement};
use crate::grammar::schema::{Condition, Node, NodeId, NodeKind, TreeRule};
use crate::grammar::structure::TreeLine;
use crate::limits::{LOOP_DEPTH, SCHEMA_NODES};

/// The rows of a structure and its trees.
#[derive(Debug)]
pub struct Rows {
    /// Row 0 is the set.
    pub nodes: Vec<Node>,
    /// Trees, by index.
    pub trees: Vec<TreeRule>,
}

/// Makes the rows of a set; what is wrong goes to `faults`, and the rows are then not to be used.
pub fn rows(dictionary: &Dictionary, areas: &Areas<'_>, prose: &str, faults: &mut Faults) -> Rows {
    let set = Node {
        kind: NodeKind::Set,
        id: "ST".to_owned(),
        segment: dictionary.segment("ST").unwrap_or_default(),
        parent: NodeId::SET,
        children: Vec::new(),
        position: 0,
        min: 1,
        max: 1,
        condition: Vec::new(),
        tree: None,
        prose: prose.to_owned(),
    };
    let mut builder =
        Builder { dictionary, rows: Rows { nodes: vec![set], trees: Vec::new() }, faults };
    for (area, offset) in areas.iter().zip((0_u32..).step_by(AREA_POSITIONS)) {
        builder.children(&Scope { parent: NodeId::SET, offset, depth: 0 }, area);
    }
    builder.rows
}

/// Where lines stand: in an area or in a loop.
struct Scope {
    parent: NodeId,
    /// What is added to positions: 100,000 times the area.
    offset: u32,
    /// Open loops.
    depth: usize,
}

struct Builder<'d, 'f> {
    dictionary: &'d Dictionary,
    rows: Rows,
    faults: &'f mut Faults,
}

impl Builder<'_, '_> {
    fn children(&mut self, scope: &Scope, drafts: &[Draft<'_>]) {
        // Nodes at the position reached, by line: only these can be mistaken for one another.
        let mut group: Vec<(NodeId, Place<'_>)> = Vec::new();
        let mut position = None;
        for draft in drafts {
            if position.replace(draft.position) != Some(draft.position) {
                group.clear();
            }
            let Some(id) = self.node(scope, draft) else { continue };
            self.reachable(id, draft, &group);
            group.push((id, draft.at));
            let Some(inner) = &draft.inner else { continue };
            let depth = scope.depth.saturating_add(1);
            if depth > LOOP_DEPTH {
                self.faults
                    .say(draft.at, format!("loops stand within loops to depth {LOOP_DEPTH}"));
                continue;
            }
            self.children(&Scope { parent: id, offset: scope.offset, depth }, &inner.children);
            self.tree(id, draft, inner);
        }
    }

    fn node(&mut self, scope: &Scope, draft: &Draft<'_>) -> Option<NodeId> {
        let Some(segment) = self.dictionary.segment(draft.id) else {
            let (id, release) = (draft.id, &self.dictionary.release);
            let known = self.dictionary.segments.iter().map(|rule| rule.id.as_str());
            let hint = did_you_mean(id, known);
            self.faults.say_with(draft.at, format!("{id} is no segment of {release}"), hint);
            return None;
        };
        if self.rows.nodes.len() >= SCHEMA_NODES {
            self.faults.say(draft.at, format!("a set has at most {SCHEMA_NODES} lines"));
            return None;
        }
        let id = NodeId(u16::try_from(self.rows.nodes.len()).ok()?);
        let mut condition = self.condition(draft.at, segment, draft);
        if let Some(trigger) = draft.inner.as_ref().and_then(|inner| inner.children.first()) {
            let more = self.condition(trigger.at, segment, trigger);
            if disjoint(&condition, &more) {
                let (loop_says, trigger_says) =
                    (clauses(&draft.condition), clauses(&trigger.condition));
                let sentence = format!(
                    "the loop takes {id} where {loop_says}, its trigger where {trigger_says}: never both",
                    id = draft.id
                );
                self.faults.say(trigger.at, sentence);
            }
            condition = condition::both(&condition, &more);
        }
        let min = u32::from(draft.requirement == Requirement::Must);
        let max = match draft.maximum {
            Maximum::Any => u32::MAX,
            Maximum::Times(times) => times,
        };
        let kind = match &draft.inner {
            Some(inner) => NodeKind::Loop(inner.name.to_owned()),
            None => NodeKind::Segment,
        };
        self.rows.nodes.push(Node {
            kind,
            id: draft.id.to_owned(),
            segment,
            parent: scope.parent,
            children: Vec::new(),
            position: scope.offset.saturating_add(u32::from(draft.position)),
            min,
            max,
            condition,
            tree: None,
            prose: draft.prose.to_owned(),
        });
        let parent = self.rows.nodes.get_mut(scope.parent.index());
        if let Some(parent) = parent {
            parent.children.push(id);
        }
        Some(id)
    }

    fn condition(&mut self, at: Place<'_>, segment: usize, draft: &Draft<'_>) -> Vec<Condition> {
        let elements = self.dictionary.elements();
        match condition::compile(elements, segment, &draft.condition) {
            Ok(condition) => condition,
            Err(sentences) => {
                for sentence in sentences {
                    self.faults.say(at, sentence);
                }
                Vec::new()
            }
        }
    }

    /// Refuses a node that an earlier one at the same position always takes the segments of.
    fn reachable(&mut self, id: NodeId, draft: &Draft<'_>, group: &[(NodeId, Place<'_>)]) {
        let nodes = &self.rows.nodes;
        let Some(node) = nodes.get(id.index()) else { return };
        let conflict = group.iter().find(|(other, _)| {
            nodes.get(other.index()).is_some_and(|other| {
                other.id == node.id && !disjoint(&other.condition, &node.condition)
            })
        });
        let Some((other, line)) = conflict else { return };
        let bare = nodes.get(other.index()).is_none_or(|other| other.condition.is_empty());
        let what = if bare {
            format!("every {}", draft.id)
        } else {
            format!("{} with some of its codes", draft.id)
        };
        let line = if line.path == draft.at.path {
            format!("line {}", line.line)
        } else {
            format!("{} line {}", line.path, line.line)
        };
        let sentence = format!(
            "the second {} can never be chosen: {line} takes {what} at the same place",
            draft.id
        );
        self.faults.say_with(draft.at, sentence, Some("add a where".to_owned()));
    }

    fn tree(&mut self, id: NodeId, draft: &Draft<'_>, inner: &Inner<'_>) {
        let Some(line) = inner.tree else { return };
        let at = Place { path: draft.at.path, line: line.origin.line };
        let segment = self.rows.nodes.get(id.index()).map_or(0, |node| node.segment);
        let elements = [Some(line.id), Some(line.parent), Some(line.level), line.child];
        for element in elements.into_iter().flatten() {
            let plain = ElementRef { component: None, last: None, ..element };
            if element != plain {
                let sentence = "a tree names whole elements, not components";
                self.faults.say(at, sentence);
            } else if let Err(sentence) = self.dictionary.elements().element(segment, element) {
                self.faults.say(at, sentence);
            }
        }
        self.levels(at, line);
        let index = self.rows.trees.len();
        let levels = line.levels.iter().map(|level| {
            let must = level.requirement == Some(Requirement::Must);
            (level.code.clone(), must, level.under.clone())
        });
        self.rows.trees.push(TreeRule {
            id: line.id.element,
            parent: line.parent.element,
            level: line.level.element,
            child: line.child.map(|child| child.element),
            levels: levels.collect(),
        });
        if let Some(node) = self.rows.nodes.get_mut(id.index()) {
            node.tree = Some(index);
        }
    }

    /// Levels stand under listed ones, and one of them is the top.
    fn levels(&mut self, tree: Place<'_>, line: &TreeLine) {
        for level in &line.levels {
            let at = Place { path: tree.path, line: level.origin.line };
            for under in &level.under {
                if !line.levels.iter().any(|other| other.code == *under) {
                    let code = &level.code;
                    let sentence =
                        format!("level {code} stands under {under}, which no line lists");
                    self.faults.say(at, sentence);
                }
            }
        }
        if !line.levels.iter().any(|level| level.under.is_empty()) {
            self.faults.say(tree, "no level is the top; one must stand under none");
        }
    }
}

/// What an area adds to positions, which are below it.
const AREA_POSITIONS: usize = 100_000;
