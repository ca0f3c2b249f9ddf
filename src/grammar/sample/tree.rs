//! Hierarchies (HL): a tree of levels as the rule allows, written depth first.

use super::Size;
use super::draft::{Draft, Goes};
use super::scope::{Scope, Want};
use crate::grammar::schema::{Condition, ConditionTest, NodeId, Relaxation, TreeRule};

/// A node being written.
struct Branch<'a, 't> {
    id: NodeId,
    trigger: NodeId,
    rule: &'a TreeRule,
    /// Level codes from the top to the lowest.
    levels: &'t [String],
}

impl<'a> Draft<'a> {
    /// Writes a tree below the innermost open loop.
    pub(super) fn tree(&mut self, id: NodeId) {
        let Some(node) = self.node(id) else { return };
        let rule = node.tree.and_then(|tree| self.schema.trees.get(tree));
        let (Some(rule), Some(trigger)) = (rule, node.children.first().copied()) else { return };
        let levels = self.levels(rule);
        let frame = self.frames.last();
        let scope = frame.map_or_else(Scope::default, |frame| frame.scope.clone());
        let mut count = 0;
        let branch = Branch { id, trigger, rule, levels: &levels };
        let object = frame.map_or(0, |frame| frame.object);
        self.branch(&branch, 0, &scope, (object, ""), &mut count);
    }

    /// A chain of levels, each allowed under the one before: the rule lists them from the outside
    /// in, and all that must stand do.
    fn levels(&mut self, rule: &TreeRule) -> Vec<String> {
        let shaped = self.schema.guide.relaxed.iter().find_map(|relaxed| match &relaxed.what {
            Relaxation::Levels(levels) => Some(levels.clone()),
            Relaxation::Dates | Relaxation::Map => None,
        });
        if let Some(levels) = shaped {
            return levels;
        }
        let Some((top, ..)) = rule.levels.iter().find(|(.., under)| under.is_empty()) else {
            return Vec::new();
        };
        let mut chain = vec![top.clone()];
        let last = match rule.levels.iter().find(|(code, ..)| code == ITEM) {
            Some((item, ..)) => Some(item),
            None => rule.levels.last().map(|(code, ..)| code),
        };
        for (code, must, under) in &rule.levels {
            let fits = chain.last().is_some_and(|above| under.contains(above));
            let common = COMMON.contains(&code.as_str());
            let wished = *must || Some(code) == last || (common && self.chance.percent(60));
            if fits && !chain.contains(code) && (wished || self.size == Size::Full) {
                chain.push(code.clone());
            }
            if Some(code) == last {
                break;
            }
        }
        chain
    }

    /// One node and all below it; `parent` is the object above and the id of its node.
    fn branch(
        &mut self,
        branch: &Branch<'a, '_>,
        depth: usize,
        scope: &Scope<'a>,
        (parent, above): (usize, &str),
        count: &mut u32,
    ) {
        let Some(level) = branch.levels.get(depth) else { return };
        let times = self.siblings(branch, depth);
        for ordinal in 1..=times {
            *count += 1;
            let id = count.to_string();
            let below = depth + 1 < branch.levels.len();
            let want = Want {
                conditions: links(branch.rule, &id, above, level, below),
                ..Want::default()
            };
            let lines = scope.levels.get(level.as_str()).copied();
            let own = self.defines.scope(lines.as_slice());
            let path = scope.level_targets.get(level.as_str()).copied().unwrap_or_default();
            // A tree is what the set is about: its nodes are kept wherever they stand.
            let goes = Goes { parent, path, ordinal };
            let object = self.start(branch.id, branch.trigger, &want, own, &goes, true);
            let object = object.unwrap_or(parent);
            self.branch(branch, depth + 1, scope, (object, &id), count);
        }
    }

    fn siblings(&mut self, branch: &Branch<'a, '_>, depth: usize) -> u32 {
        let lowest = depth + 1 == branch.levels.len();
        match self.size {
            _ if depth == 0 => 1,
            Size::Lines(lines) if lowest => lines,
            Size::Lines(_) => 1,
            Size::Small => self.chance.between(1, 2),
            // Every level doubles the tree, so that a full one has few nodes more.
            Size::Full => self.chance.between(1, 1 + u32::from(lowest || depth == 1)),
        }
    }
}

/// What the trigger of a node says: its id, its parent, its level, whether nodes stand below.
fn links(rule: &TreeRule, id: &str, above: &str, level: &str, below: bool) -> Vec<Condition> {
    let is = |element: u8, text: &str| Condition {
        element,
        component: None,
        test: ConditionTest::Is(vec![text.as_bytes().into()]),
    };
    let mut links = vec![is(rule.id, id), is(rule.level, level)];
    links.push(match above {
        "" => Condition { element: rule.parent, component: None, test: ConditionTest::Absent },
        above => is(rule.parent, above),
    });
    links.extend(rule.child.map(|child| is(child, if below { "1" } else { "0" })));
    links
}

/// The level that says what is shipped (735): a tree that has it ends there.
const ITEM: &str = "I";
/// Levels between shipment and item that most partners send: order, tare, pack.
const COMMON: [&str; 3] = ["O", "T", "P"];
