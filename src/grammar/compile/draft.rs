//! A structure before it becomes rows: `extends` merged, bounded loops written out, every line
//! with the text it stands in.
//!
//! What a text can get wrong alone (positions that fall, a loop without its trigger) the parser
//! has refused; here is only what depends on other texts.

use super::dictionary::Source;
use super::faults::Place;
use crate::grammar::line::{Clause, ElementRef, Maximum, Requirement, Test, Where};
use crate::grammar::structure::{
    AreaKind, BoundedLine, Child, LoopLine, SegmentLine, Structure, TreeLine,
};
use crate::limits::GRAMMAR_DEPTH;

/// A line of a structure.
#[derive(Clone, Debug)]
pub struct Draft<'a> {
    /// Where it stands.
    pub at: Place<'a>,
    /// Position within its area; of a loop that of its first line.
    pub position: u16,
    /// Segment id, or that of the trigger.
    pub id: &'a str,
    /// Its `where`.
    pub condition: Where,
    /// `must` or `may`.
    pub requirement: Requirement,
    /// How often.
    pub maximum: Maximum,
    /// Our words.
    pub prose: &'a str,
    /// What it holds, when it is a loop.
    pub inner: Option<Inner<'a>>,
}

/// What makes a line a loop.
#[derive(Clone, Debug)]
pub struct Inner<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its `tree`.
    pub tree: Option<&'a TreeLine>,
    /// Its lines; the first is the trigger.
    pub children: Vec<Draft<'a>>,
}

/// The areas of a set with their lines, in the order heading, detail, summary.
pub type Areas<'a> = [Vec<Draft<'a>>; 3];

/// Drafts a structure from its texts, the one inherited from first.
#[must_use]
pub fn areas<'a>(sources: &[Source<'a, Structure>]) -> Areas<'a> {
    let mut merged: Areas<'a> = Default::default();
    let mut first = true;
    for source in sources {
        let mut own: Areas<'a> = Default::default();
        for area in &source.text.areas {
            own_area(&mut own, area.kind).extend(lines(source.path, &area.children, 0));
        }
        if first {
            merged = own;
        } else {
            for (base, over) in merged.iter_mut().zip(own) {
                merge(base, over);
            }
        }
        first = false;
    }
    merged
}

fn own_area<'s, 'a>(areas: &'s mut Areas<'a>, kind: AreaKind) -> &'s mut Vec<Draft<'a>> {
    let [heading, detail, summary] = areas;
    match kind {
        AreaKind::Heading => heading,
        AreaKind::Detail => detail,
        AreaKind::Summary => summary,
    }
}

/// Drafts lines; deeper than the parser lets texts be, nothing is taken.
fn lines<'a>(path: &'a str, children: &'a [Child], depth: usize) -> Vec<Draft<'a>> {
    let depth = depth.saturating_add(1);
    if depth > GRAMMAR_DEPTH {
        return Vec::new();
    }
    children
        .iter()
        .filter_map(|child| match child {
            Child::Segment(line) => Some(segment(path, line)),
            Child::Loop(line) => looped(path, line, depth),
            Child::Bounded(line) => Some(bounded(path, line, depth)),
        })
        .collect()
}

fn segment<'a>(path: &'a str, line: &'a SegmentLine) -> Draft<'a> {
    Draft {
        at: Place { path, line: line.origin.line },
        position: line.position,
        id: &line.id,
        condition: line.condition.clone(),
        requirement: line.requirement,
        maximum: line.maximum,
        prose: &line.prose,
        inner: None,
    }
}

fn looped<'a>(path: &'a str, line: &'a LoopLine, depth: usize) -> Option<Draft<'a>> {
    let children = lines(path, &line.children, depth);
    Some(Draft {
        at: Place { path, line: line.origin.line },
        position: children.first()?.position,
        id: line.on.as_deref().unwrap_or(&line.name),
        condition: line.condition.clone(),
        requirement: line.requirement,
        maximum: line.maximum,
        prose: &line.prose,
        inner: Some(Inner { name: &line.name, tree: line.tree.as_ref(), children }),
    })
}

/// `bounded 2700`: a loop on LS with LE as its last line, both with the name as identifier.
fn bounded<'a>(path: &'a str, line: &'a BoundedLine, depth: usize) -> Draft<'a> {
    let at = Place { path, line: line.origin.line };
    let named = Clause {
        at: ElementRef { element: 1, component: None, last: None },
        test: Test::Is(vec![line.name.clone()]),
    };
    let edge = |id: &'a str, position, prose: &'a str| Draft {
        at,
        position,
        id,
        condition: vec![named.clone()],
        requirement: Requirement::Must,
        maximum: Maximum::Times(1),
        prose,
        inner: None,
    };
    let mut children = vec![edge("LS", line.first, "Opens the loop")];
    children.extend(lines(path, &line.children, depth));
    children.push(edge("LE", line.last, "Closes the loop"));
    Draft {
        at,
        position: line.first,
        id: "LS",
        condition: vec![named],
        requirement: line.requirement,
        maximum: line.maximum,
        prose: &line.prose,
        inner: Some(Inner { name: &line.name, tree: None, children }),
    }
}

/// Lays the lines of an extending text over inherited ones: a line with the same position, id and
/// `where` (a loop: the same name and `where`) stands in place of the inherited one, any other is
/// added at its position. A set that lost lines in a later release is written out.
fn merge<'a>(base: &mut Vec<Draft<'a>>, over: Vec<Draft<'a>>) {
    for mut draft in over {
        match base.iter_mut().find(|known| same_line(known, &draft)) {
            Some(known) => {
                if let (Some(theirs), Some(ours)) = (&mut known.inner, &mut draft.inner) {
                    let mut children = std::mem::take(&mut ours.children).into_iter();
                    // The trigger is one, wherever and under whichever condition each has it.
                    if let (Some(trigger), Some(own)) =
                        (theirs.children.first_mut(), children.next())
                    {
                        *trigger = own;
                    }
                    merge(&mut theirs.children, children.collect());
                    theirs.tree = ours.tree.or(theirs.tree);
                    draft.inner = known.inner.take();
                }
                *known = draft;
            }
            None => base.push(draft),
        }
    }
    base.sort_by_key(|draft| draft.position);
}

fn same_line(known: &Draft<'_>, draft: &Draft<'_>) -> bool {
    match (&known.inner, &draft.inner) {
        (Some(known_inner), Some(inner)) => {
            known_inner.name == inner.name && known.condition == draft.condition
        }
        (None, None) => {
            known.position == draft.position
                && known.id == draft.id
                && known.condition == draft.condition
        }
        (Some(_), None) | (None, Some(_)) => false,
    }
}
