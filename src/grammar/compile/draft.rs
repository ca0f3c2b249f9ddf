//! A structure before it becomes rows: `extends` merged, bounded loops written out, every line
//! with the text it stands in.

use super::dictionary::Source;
use super::faults::{Faults, Place};
use crate::grammar::line::{Clause, ElementRef, Maximum, Origin, Requirement, Test, Where};
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
pub fn areas<'a>(sources: &[Source<'a, Structure>], faults: &mut Faults) -> Areas<'a> {
    let mut merged: Areas<'a> = Default::default();
    let mut first = true;
    for source in sources {
        let mut own: Areas<'a> = Default::default();
        let mut last = None;
        for area in &source.text.areas {
            let at = Place { path: source.path, line: area.origin.line };
            if last >= Some(area.kind) {
                faults.say(at, "the areas are heading, detail, summary, once each, in that order");
            }
            last = last.max(Some(area.kind));
            let drafts = lines(source.path, &area.children, faults, 0);
            own_area(&mut own, area.kind).extend(drafts);
        }
        if first {
            merged = own;
        } else {
            for (base, over) in merged.iter_mut().zip(own) {
                merge(base, over, faults);
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

fn lines<'a>(
    path: &'a str,
    children: &'a [Child],
    faults: &mut Faults,
    depth: usize,
) -> Vec<Draft<'a>> {
    let mut drafts = Vec::with_capacity(children.len());
    for child in children {
        if depth >= GRAMMAR_DEPTH && !matches!(child, Child::Segment(_)) {
            let at = Place { path, line: origin(child).line };
            faults.say(at, format!("loops stand within loops to depth {GRAMMAR_DEPTH}"));
            continue;
        }
        drafts.extend(match child {
            Child::Segment(line) => Some(segment(path, line)),
            Child::Loop(line) => looped(path, line, faults, depth),
            Child::Bounded(line) => Some(bounded(path, line, faults, depth)),
        });
    }
    drafts
}

const fn origin(child: &Child) -> &Origin {
    match child {
        Child::Segment(line) => &line.origin,
        Child::Loop(line) => &line.origin,
        Child::Bounded(line) => &line.origin,
    }
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

/// A loop, when its first line is its trigger.
fn looped<'a>(
    path: &'a str,
    line: &'a LoopLine,
    faults: &mut Faults,
    depth: usize,
) -> Option<Draft<'a>> {
    let at = Place { path, line: line.origin.line };
    let trigger = line.on.as_deref().unwrap_or(&line.name);
    let children = lines(path, &line.children, faults, depth.saturating_add(1));
    let Some(first) = children.first() else {
        let name = &line.name;
        faults.say(
            at,
            format!("loop {name} has no segments; its first line must be {trigger}, its trigger"),
        );
        return None;
    };
    if first.id != trigger || first.inner.is_some() {
        let (name, what) = (&line.name, first.id);
        let what =
            if first.inner.is_some() { format!("a loop on {what}") } else { what.to_owned() };
        let sentence = format!(
            "loop {name} begins with {what}; its first line must be {trigger}, its trigger"
        );
        faults.say(first.at, sentence);
        return None;
    }
    if first.requirement != Requirement::Must || first.maximum != Maximum::Times(1) {
        let name = &line.name;
        faults.say(first.at, format!("{trigger} starts each loop {name}, so it is must 1"));
    }
    Some(Draft {
        at,
        position: first.position,
        id: trigger,
        condition: line.condition.clone(),
        requirement: line.requirement,
        maximum: line.maximum,
        prose: &line.prose,
        inner: Some(Inner { name: &line.name, tree: line.tree.as_ref(), children }),
    })
}

/// `bounded 2700`: a loop on LS with LE as its last line, both with the name as identifier.
fn bounded<'a>(
    path: &'a str,
    line: &'a BoundedLine,
    faults: &mut Faults,
    depth: usize,
) -> Draft<'a> {
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
    children.extend(lines(path, &line.children, faults, depth.saturating_add(1)));
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
/// `where` (a loop: the same name and `where`) stands in place of the inherited one, `may 0` takes
/// it away, any other is added at its position.
fn merge<'a>(base: &mut Vec<Draft<'a>>, over: Vec<Draft<'a>>, faults: &mut Faults) {
    for mut draft in over {
        let row = base.iter().position(|known| same_line(known, &draft));
        let removes = draft.maximum == Maximum::Times(0);
        match row.and_then(|row| base.get_mut(row).map(|known| (row, known))) {
            Some((row, _)) if removes => {
                base.remove(row);
            }
            Some((_, known)) => {
                if let (Some(theirs), Some(ours)) = (&mut known.inner, &mut draft.inner) {
                    let children = std::mem::take(&mut ours.children);
                    merge(&mut theirs.children, children, faults);
                    theirs.tree = ours.tree.or(theirs.tree);
                    let inner = known.inner.take();
                    *known = Draft { inner, ..draft };
                } else {
                    *known = draft;
                }
            }
            None if removes => {
                let id = draft.id;
                faults
                    .say(draft.at, format!("no inherited {id} stands here, so 0 removes nothing"));
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
