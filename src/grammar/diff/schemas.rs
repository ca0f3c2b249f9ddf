//! Changes of structures: what must and may stand, how often, in which order.

use std::collections::BTreeMap;

use super::elements::{Compared, narrower_if};
use super::{Change, Effect};
use crate::grammar::companion::words;
use crate::grammar::schema::{
    Condition, ConditionTest, GuideCheck, Node, NodeId, NodeKind, Schema, TreeRule,
};

/// What changed from one structure to another, guides included.
///
/// ```
/// use edigate::grammar::diff::{Effect, schemas};
/// use edigate::grammar::library::Library;
/// let library = Library::shipped();
/// let (old, new) = (library.schema("x12/004010/850"), library.schema("x12/005010/850"));
/// let changes = schemas(&old.unwrap(), &new.unwrap());
/// assert!(changes.iter().any(|change| change.effect == Effect::Wider));
/// ```
#[must_use]
pub fn schemas(before: &Schema, after: &Schema) -> Vec<Change> {
    let mut compared = Compared { before, after, changes: Vec::new() };
    let mut segments: Pairs = BTreeMap::new();
    compared.children(NodeId::SET, NodeId::SET, "", &mut segments);
    compared.all_segments(&segments);
    compared.guides();
    compared.changes
}

/// Which rows of segments stand at the same place, and where.
type Pairs = BTreeMap<String, Vec<(usize, usize, String)>>;

impl Compared<'_> {
    fn children(&mut self, one: NodeId, other: NodeId, place: &str, segments: &mut Pairs) {
        let (Some(was), Some(is)) = (
            self.before.nodes.get(one.index()).cloned(),
            self.after.nodes.get(other.index()).cloned(),
        ) else {
            return;
        };
        let before = keyed(self.before, &was);
        let after = keyed(self.after, &is);
        for (key, id) in &before {
            if after.iter().all(|(other, _)| other != key) {
                let row = self.before.nodes.get(id.index());
                let label = row.map(label).unwrap_or_default();
                self.say(Effect::Narrower, &join(place, &label), "may no longer be sent");
            }
        }
        for (key, id) in &after {
            let Some(row) = self.after.nodes.get(id.index()).cloned() else { continue };
            let here = join(place, &label(&row));
            let Some((_, old)) = before.iter().find(|(other, _)| other == key) else {
                if row.min > 0 {
                    self.say(Effect::Narrower, &here, "is new and must be sent");
                } else {
                    let often = words::times(row.max);
                    self.say(Effect::Wider, &here, format!("is new and may be sent {often}"));
                }
                continue;
            };
            self.node(*old, *id, &here, segments);
        }
        self.order(&before, &after, place);
    }

    fn node(&mut self, old: NodeId, new: NodeId, place: &str, segments: &mut Pairs) {
        let (Some(was), Some(is)) = (
            self.before.nodes.get(old.index()).cloned(),
            self.after.nodes.get(new.index()).cloned(),
        ) else {
            return;
        };
        match (was.min > 0, is.min > 0) {
            (false, true) => self.say(Effect::Narrower, place, "must be sent; it was optional"),
            (true, false) => self.say(Effect::Wider, place, "may be left out; it was required"),
            _ => {}
        }
        if was.max != is.max {
            let (now, before) = (words::times(is.max), words::times(was.max));
            let sentence = format!("may be sent {now}; it was {before}");
            self.say(narrower_if(is.max < was.max), place, sentence);
        }
        if matches!(is.kind, NodeKind::Loop(_)) {
            let tree = |schema: &Schema, node: &Node| {
                node.tree.and_then(|tree| schema.trees.get(tree).cloned())
            };
            let trees = (tree(self.before, &was), tree(self.after, &is));
            if let (Some(was), Some(is)) = trees {
                self.levels(&was, &is, place);
            }
            self.children(old, new, place, segments);
        } else {
            let pairs = segments.entry(is.id.clone()).or_default();
            pairs.push((was.segment, is.segment, place.to_owned()));
        }
    }

    /// Lines that stand in another order than before.
    fn order(&mut self, before: &[(String, NodeId)], after: &[(String, NodeId)], place: &str) {
        let places: Vec<usize> = after
            .iter()
            .filter_map(|(key, _)| before.iter().position(|(other, _)| other == key))
            .collect();
        let kept = rising(&places);
        for (index, (place_was, stays)) in places.iter().zip(&kept).enumerate() {
            if *stays {
                continue;
            }
            let name = |at: usize| {
                let id = before.get(at).map(|(_, id)| *id)?;
                self.before.nodes.get(id.index()).map(label)
            };
            let moved = name(*place_was).unwrap_or_default();
            let earlier = index.checked_sub(1).and_then(|at| places.get(at));
            let sentence = match earlier.and_then(|at| name(*at)) {
                Some(earlier) => format!("comes after {earlier} now"),
                None => "comes first now".to_owned(),
            };
            self.say(Effect::Other, &join(place, &moved), sentence);
        }
    }

    fn levels(&mut self, before: &TreeRule, after: &TreeRule, place: &str) {
        for (code, must, under) in &after.levels {
            let Some((_, was_must, was_under)) =
                before.levels.iter().find(|(other, ..)| other == code)
            else {
                self.say(Effect::Wider, place, format!("level {code} is new"));
                continue;
            };
            if must != was_must {
                let words = if *must { "must stand" } else { "may be missing" };
                self.say(narrower_if(*must), place, format!("level {code} {words} now"));
            }
            let gone: Vec<String> =
                was_under.iter().filter(|level| !under.contains(level)).cloned().collect();
            let new: Vec<String> =
                under.iter().filter(|level| !was_under.contains(level)).cloned().collect();
            if !gone.is_empty() {
                let levels = words::listed(&gone, "or");
                let sentence = format!("level {code} may no longer stand under {levels}");
                self.say(Effect::Narrower, place, sentence);
            }
            if !new.is_empty() {
                let levels = words::listed(&new, "or");
                let sentence = format!("level {code} may also stand under {levels}");
                self.say(Effect::Wider, place, sentence);
            }
        }
        for (code, ..) in &before.levels {
            if after.levels.iter().all(|(other, ..)| other != code) {
                self.say(Effect::Narrower, place, format!("level {code} may no longer stand"));
            }
        }
    }

    /// Segments that stand at the same places; one that changed alike everywhere is said once.
    fn all_segments(&mut self, segments: &Pairs) {
        for (id, pairs) in segments {
            let mut rows: Vec<(usize, usize)> =
                pairs.iter().map(|(one, other, _)| (*one, *other)).collect();
            rows.sort_unstable();
            rows.dedup();
            for (one, other) in &rows {
                let (Some(was), Some(is)) =
                    (self.before.segments.get(*one), self.after.segments.get(*other))
                else {
                    continue;
                };
                let place = match rows.len() {
                    1 => id.clone(),
                    _ => {
                        let of = pairs.iter().find(|pair| (pair.0, pair.1) == (*one, *other));
                        of.map_or_else(|| id.clone(), |(.., place)| place.clone())
                    }
                };
                self.segment(was, is, &place);
            }
        }
    }

    fn guides(&mut self) {
        let rules = |schema: &Schema| -> Vec<(String, String, bool)> {
            let rules = schema.guide.rules.iter().map(|rule| {
                let tolerates = matches!(rule.check, GuideCheck::Deviation(_));
                (rule.guide.clone(), words::rule(schema, rule), tolerates)
            });
            let relaxed = schema.guide.relaxed.iter();
            let relaxed = relaxed.map(|line| (line.guide.clone(), words::relaxed(line), true));
            rules.chain(relaxed).collect()
        };
        let (was, is) = (rules(self.before), rules(self.after));
        for (guide, sentence, tolerates) in is.iter().filter(|rule| !was.contains(rule)) {
            let effect = if *tolerates { Effect::Wider } else { Effect::Narrower };
            self.say(effect, "", format!("{guide} says: {sentence}"));
        }
        for (guide, sentence, tolerates) in was.iter().filter(|rule| !is.contains(rule)) {
            let effect = if *tolerates { Effect::Narrower } else { Effect::Wider };
            self.say(effect, "", format!("{guide} no longer says: {sentence}"));
        }
    }
}

/// Children by what makes them the same line: name and condition, and which of several it is.
fn keyed(schema: &Schema, node: &Node) -> Vec<(String, NodeId)> {
    let mut seen: BTreeMap<String, u32> = BTreeMap::new();
    let rows =
        node.children.iter().filter_map(|id| schema.nodes.get(id.index()).map(|row| (*id, row)));
    rows.map(|(id, row)| {
        let key = label(row);
        let number = seen.entry(key.clone()).or_default();
        *number += 1;
        (format!("{key}#{number}"), id)
    })
    .collect()
}

/// `REF where 01 is IA`, `loop 2100`. What a guide's split leaves of a node is still that node.
fn label(node: &Node) -> String {
    let own = |condition: &&Condition| !matches!(condition.test, ConditionTest::IsNot(_));
    let conditions: Vec<Condition> = node.condition.iter().filter(own).cloned().collect();
    let condition = match words::conditions(&conditions) {
        text if text.is_empty() => text,
        text => format!(" where {text}"),
    };
    match &node.kind {
        NodeKind::Loop(name) => format!("loop {name}{condition}"),
        NodeKind::Segment | NodeKind::Set => format!("{}{condition}", node.id),
    }
}

fn join(place: &str, label: &str) -> String {
    match place {
        "" => label.to_owned(),
        place => format!("{place}/{}", label.strip_prefix("loop ").unwrap_or(label)),
    }
}

/// Which of the numbers belong to a longest rising sequence: the others have moved.
fn rising(numbers: &[usize]) -> Vec<bool> {
    // Tails of the best sequences by length (patience sorting), and for each number the one
    // before it in its sequence.
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::new();
    let at = |index: usize| numbers.get(index).copied().unwrap_or(usize::MAX);
    for index in 0..numbers.len() {
        let length = tails.partition_point(|tail| at(*tail) < at(index));
        before.push(length.checked_sub(1).and_then(|one| tails.get(one).copied()));
        match tails.get_mut(length) {
            Some(tail) => *tail = index,
            None => tails.push(index),
        }
    }
    let mut kept = vec![false; numbers.len()];
    let mut next = tails.last().copied();
    while let Some(index) = next {
        if let Some(place) = kept.get_mut(index) {
            *place = true;
        }
        next = before.get(index).copied().flatten();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::library::Library;

    /// What changes when `from` becomes `to` in the shipped 850.
    fn changed(from: &str, to: &str) -> Vec<String> {
        let mut library = Library::shipped();
        let before = library.schema("x12/004010/850").unwrap();
        let path = "x12/004010/850.grammar";
        let text = library.source(path).unwrap().replacen(from, to, 1);
        library.add(path, &text).unwrap();
        let after = library.schema("x12/004010/850").unwrap();
        let show = |change: &Change| format!("{}: {change}", change.effect.words());
        schemas(&before, &after).iter().map(show).collect()
    }

    #[test]
    fn nothing_changes_between_equals() {
        assert_eq!(changed("BEG", "BEG"), [""; 0]);
    }

    #[test]
    fn a_raised_requirement_and_a_lowered_maximum_refuse_more() {
        assert_eq!(
            changed("CUR  may   1 ", "CUR  must  1 "),
            ["refuses more: CUR: must be sent; it was optional"]
        );
        assert_eq!(
            changed("PER  may   3 ", "PER  may   2 "),
            ["refuses more: PER: may be sent up to 2 times; it was up to 3 times"]
        );
    }

    #[test]
    fn a_moved_segment_is_said_once() {
        let moved = changed("  040  CUR  may   1     Currency\n", "");
        assert_eq!(moved, ["refuses more: CUR: may no longer be sent"]);
        assert_eq!(rising(&[0, 2, 3, 1]), [true, true, true, false]);
    }

    #[test]
    fn a_guide_narrows_and_deviates_in_words() {
        let mut library = Library::shipped();
        let guide = "guide acme 850\nnarrows x12/004010/850\ncodes BEG.02 SA NE\nforbid CUR\n\
                     length BEG.03 8..10\nrequire REF where 01 is IA\ndeviate BEG.05 may  Old stores\n";
        library.add("acme/850.guide", guide).unwrap();
        let before = library.schema("x12/004010/850").unwrap();
        let after = library.schema("acme/850").unwrap();
        let said: Vec<String> =
            schemas(&before, &after).iter().map(|c| format!("{}: {c}", c.effect.words())).collect();
        let has = |part: &str| said.iter().any(|line| line.contains(part));
        assert!(has("refuses more") && has("BEG.03"), "{said:#?}");
        assert!(has("accepts more") && has("BEG.05"), "{said:#?}");
    }
}
