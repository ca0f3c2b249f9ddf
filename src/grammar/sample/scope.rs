//! What a map would like to see in a sample: its lines say which of the many optional segments a
//! partner really sends, with which codes, and into which fields they go.

use std::collections::BTreeMap;

use crate::grammar::line::{Clause, Test};
use crate::grammar::map::{Computed, Group, LoopMap, MapLine, MapText};
use crate::grammar::schema::{Condition, ConditionTest, Node, NodeKind};

/// The lines of a map that hold in one scope, with `use` and `for` put in.
#[derive(Clone, Debug, Default)]
pub(in crate::grammar) struct Scope<'a> {
    pub(in crate::grammar) groups: Vec<&'a Group>,
    pub(in crate::grammar) loops: Vec<&'a LoopMap>,
    pub(in crate::grammar) levels: BTreeMap<&'a str, &'a [MapLine]>,
    pub(in crate::grammar) level_targets: BTreeMap<&'a str, &'a [String]>,
    pub(in crate::grammar) computed: Vec<&'a Computed>,
}

/// Where `use` looks.
#[derive(Clone, Debug, Default)]
pub(in crate::grammar) struct Defines<'a> {
    by_name: BTreeMap<&'a str, &'a [MapLine]>,
    release: String,
}

impl<'a> Defines<'a> {
    /// The defines of a map and of `parts.map`; the map's own win.
    pub(in crate::grammar) fn new(texts: &[&'a MapText], release: &str) -> Self {
        let mut by_name = BTreeMap::new();
        for text in texts.iter().rev() {
            for line in &text.lines {
                if let MapLine::Define(define) = line {
                    by_name.insert(define.name.as_str(), define.lines.as_slice());
                }
            }
        }
        Self { by_name, release: release.to_owned() }
    }

    /// The scope of some lines.
    pub(in crate::grammar) fn scope(&self, lines: &[&'a [MapLine]]) -> Scope<'a> {
        let mut scope = Scope::default();
        for lines in lines {
            self.take(lines, &mut scope, 0);
        }
        scope
    }

    fn take(&self, lines: &'a [MapLine], scope: &mut Scope<'a>, depth: usize) {
        for line in lines {
            match line {
                MapLine::Group(group) => scope.groups.push(group),
                MapLine::Loop(line) => scope.loops.push(line),
                MapLine::Computed(line) => scope.computed.push(line),
                MapLine::Tree(tree) => {
                    for level in &tree.levels {
                        scope.levels.insert(&level.code, &level.lines);
                        scope.level_targets.insert(&level.code, &level.target.path);
                    }
                }
                MapLine::Use(_, name) => {
                    // Defines do not recurse; whoever writes such a map hears it elsewhere.
                    if let Some(lines) = self.by_name.get(name.as_str())
                        && depth < USE_DEPTH
                    {
                        self.take(lines, scope, depth + 1);
                    }
                }
                MapLine::For(line) if line.range.contains(&self.release) => {
                    self.take(&line.lines, scope, depth);
                }
                MapLine::For(_)
                | MapLine::Define(_)
                | MapLine::Set(_)
                | MapLine::Also(_)
                | MapLine::Without(_) => {}
            }
        }
    }
}

/// `use` within `use`.
const USE_DEPTH: usize = 8;

/// One instance of a node that is wanted.
#[derive(Clone, Debug, Default)]
pub(in crate::grammar) struct Want<'a> {
    /// What its segment (a loop's trigger) must meet, beyond what the node says.
    pub(in crate::grammar) conditions: Vec<Condition>,
    /// Lines that read its elements.
    pub(in crate::grammar) groups: Vec<&'a Group>,
    /// For a loop: the line that reads it.
    pub(in crate::grammar) line: Option<&'a LoopMap>,
    /// Whether more than one may stand.
    pub(in crate::grammar) list: bool,
    /// Whether a guide demands it.
    pub(in crate::grammar) needed: bool,
}

impl<'a> Scope<'a> {
    /// The instances of `node` that the scope's lines name.
    pub(in crate::grammar) fn wants(&self, node: &Node) -> Vec<Want<'a>> {
        let wants: Vec<Want<'a>> = match &node.kind {
            NodeKind::Loop(name) => self.loops_named(name),
            NodeKind::Segment => self.groups_of(&node.id),
            NodeKind::Set => Vec::new(),
        };
        let meets = |want: &Want<'_>| compatible(&node.condition, &want.conditions);
        wants.into_iter().filter(meets).collect()
    }

    fn loops_named(&self, name: &str) -> Vec<Want<'a>> {
        let named = self.loops.iter().filter(|line| line.name == name);
        named
            .map(|line| Want {
                conditions: compiled(&line.condition),
                line: Some(line),
                list: line.target.list,
                ..Want::default()
            })
            .collect()
    }

    /// Groups of one segment; those with the same `where` are one want.
    fn groups_of(&self, id: &str) -> Vec<Want<'a>> {
        let mut wants: Vec<(&Vec<Clause>, Want<'a>)> = Vec::new();
        for group in self.groups.iter().copied().filter(|group| group.id == id) {
            let list = group.target.as_ref().is_some_and(|target| target.list);
            match wants.iter_mut().find(|(clauses, _)| **clauses == group.condition) {
                Some((_, want)) => want.groups.push(group),
                None => {
                    let conditions = compiled(&group.condition);
                    let want = Want { conditions, groups: vec![group], list, ..Want::default() };
                    wants.push((&group.condition, want));
                }
            }
        }
        if wants.is_empty() && self.computed.iter().any(|line| line.id.as_deref() == Some(id)) {
            return vec![Want { needed: true, ..Want::default() }];
        }
        wants.into_iter().map(|(_, want)| want).collect()
    }
}

fn compiled(clauses: &[Clause]) -> Vec<Condition> {
    let test = |test: &Test| match test {
        Test::Is(codes) => {
            ConditionTest::Is(codes.iter().map(|code| code.as_bytes().into()).collect())
        }
        Test::Present => ConditionTest::Present,
        Test::Absent => ConditionTest::Absent,
    };
    let condition = |clause: &Clause| Condition {
        element: clause.at.element,
        component: clause.at.component,
        test: test(&clause.test),
    };
    clauses.iter().map(condition).collect()
}

/// Whether one segment can meet both.
pub(in crate::grammar) fn compatible(one: &[Condition], other: &[Condition]) -> bool {
    use ConditionTest::{Absent, Is, IsNot, Present};
    one.iter().all(|a| {
        let same = other.iter().filter(|b| b.element == a.element && b.component == a.component);
        same.into_iter().all(|b| match (&a.test, &b.test) {
            (Is(a), Is(b)) => a.iter().any(|code| b.contains(code)),
            (Is(codes), IsNot(not)) | (IsNot(not), Is(codes)) => {
                codes.iter().any(|code| !not.contains(code))
            }
            (Absent, Is(_) | Present) | (Is(_) | Present, Absent) => false,
            _ => true,
        })
    })
}
