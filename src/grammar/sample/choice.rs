//! Which elements of a segment are filled, so that all its relations hold.

use super::chance::Chance;
use crate::grammar::schema::{ElementContent, ElementRule, RelationRule};
use crate::grammar::segments::Relation;

/// What is known about the elements before chance is asked: bit `n` for position `n`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Masks {
    /// Filled whatever else.
    pub(super) on: u128,
    /// Left empty whatever else.
    pub(super) off: u128,
    /// Filled mostly.
    pub(super) likely: u128,
    /// Percent of the others.
    pub(super) others: u32,
}

/// The bit of a position.
pub(super) fn bit(position: u8) -> u128 {
    1u128.checked_shl(u32::from(position)).unwrap_or(0)
}

/// The positions to fill.
pub(super) fn choose(
    chance: &mut Chance,
    elements: &[ElementRule],
    relations: &[RelationRule],
    masks: Masks,
) -> u128 {
    let mut choice = Masks { likely: 0, others: 0, ..masks };
    let mut filled = 0;
    for (position, element) in (1u8..).zip(elements) {
        let bit = bit(position);
        if matches!(element.content, ElementContent::Unused) {
            choice.off |= bit;
        } else if element.must {
            choice.on |= bit;
        }
        let wished = if masks.likely & bit != 0 { LIKELY } else { masks.others };
        if chance.percent(wished) {
            filled |= bit;
        }
    }
    choice.off &= !choice.on;
    filled = (filled | choice.on) & !choice.off;
    for _ in 0..ROUNDS {
        let before = filled;
        for relation in relations {
            filled = settled(filled, relation, choice);
        }
        if filled == before {
            return filled;
        }
    }
    filled
}

/// Percent of samples in which what the map reads is there.
const LIKELY: u32 = 85;
/// Relations pull one another: after so many rounds the sample is given as it is. No published
/// segment needs more than four.
const ROUNDS: usize = 12;

/// The filled positions, changed so that one relation holds.
fn settled(filled: u128, relation: &RelationRule, masks: Masks) -> u128 {
    let mask = relation.mask;
    let found = filled & mask;
    let first = relation.positions.first().map_or(0, |first| bit(*first));
    let rest = mask & !first;
    // Of several, the first position as written that may be filled.
    let one = |of: u128| {
        let bits = relation.positions.iter().map(|position| bit(*position));
        bits.into_iter().find(|bit| bit & of & !masks.off != 0).unwrap_or(0)
    };
    match relation.relation {
        Relation::Together if found == 0 || found == mask => filled,
        Relation::Together if mask & masks.off == 0 => filled | mask,
        Relation::Together => filled & !(mask & !masks.on),
        Relation::AtLeastOne if found == 0 => filled | one(mask),
        Relation::OnlyOne if found.count_ones() > 1 => {
            let bits = relation.positions.iter().map(|position| bit(*position));
            let kept = bits.into_iter().filter(|bit| bit & found != 0);
            let kept = kept.max_by_key(|bit| bit & masks.on != 0).unwrap_or(0);
            filled & !(mask & !kept & !masks.on)
        }
        Relation::Then if found & first != 0 && found & rest != rest => {
            if rest & masks.off == 0 || first & masks.on != 0 {
                filled | (rest & !masks.off)
            } else {
                filled & !first
            }
        }
        Relation::ThenOne if found & first != 0 && found & rest == 0 => match one(rest) {
            0 => filled & !(first & !masks.on),
            bit => filled | bit,
        },
        Relation::AtLeastOne | Relation::OnlyOne | Relation::Then | Relation::ThenOne => filled,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn relation(relation: Relation, positions: &[u8]) -> RelationRule {
        let mask = positions.iter().fold(0, |mask, position| mask | bit(*position));
        RelationRule { relation, positions: positions.to_vec(), mask }
    }

    #[test]
    fn each_relation_is_made_to_hold() {
        let masks = Masks::default();
        let filled = |rule: Relation, of: &[u8], now: &[u8]| {
            let now = now.iter().fold(0, |mask, position| mask | bit(*position));
            settled(now, &relation(rule, of), masks)
        };
        assert_eq!(filled(Relation::Together, &[2, 3], &[2]), bit(2) | bit(3));
        assert_eq!(filled(Relation::AtLeastOne, &[2, 3], &[]), bit(2));
        assert_eq!(filled(Relation::OnlyOne, &[2, 3], &[2, 3]).count_ones(), 1);
        assert_eq!(filled(Relation::Then, &[2, 3, 4], &[2]), bit(2) | bit(3) | bit(4));
        assert_eq!(filled(Relation::ThenOne, &[2, 3, 4], &[2]), bit(2) | bit(3));
        assert_eq!(filled(Relation::Then, &[2, 3], &[3]), bit(3));
    }

    #[test]
    fn what_must_stay_empty_empties_its_pair() {
        let masks = Masks { off: bit(3), ..Masks::default() };
        let together = relation(Relation::Together, &[2, 3]);
        assert_eq!(settled(bit(2), &together, masks), 0);
        let then = relation(Relation::Then, &[2, 3]);
        assert_eq!(settled(bit(2), &then, masks), 0);
    }
}
