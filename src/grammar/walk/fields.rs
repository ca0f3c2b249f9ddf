//! Elements and components as the quick check reads them: classes, lengths, bit masks.

use super::{narrow, widen};
use crate::grammar::schema::{ElementContent, ElementRule, RelationRule, Schema};
use crate::grammar::segments::{Kind, Relation};

/// The elements of a segment or the components of a composite.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields {
    /// By position, 01 first.
    pub(crate) rows: Vec<Field>,
    /// Bit `n` for every position `n` that must be there.
    pub(crate) musts: u64,
    /// Relations that may be broken when nothing is there, then the others by their lowest position.
    relations: Vec<FieldRelation>,
    /// Whether a position does not fit the bit masks: then the slow check judges alone.
    pub(crate) wide: bool,
}

/// An element or component.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field {
    /// How its text is checked.
    pub(crate) class: Class,
    /// Shortest length.
    pub(crate) min: u32,
    /// Longest length less the shortest.
    pub(crate) room: u32,
    /// Row of the closed code list, or of the composite.
    pub(crate) row: u32,
}

impl Field {
    /// Whether a length is within what is allowed.
    #[inline]
    pub(crate) fn fits(&self, length: usize) -> bool {
        length.wrapping_sub(widen(self.min)) <= widen(self.room)
    }
}

/// How a text is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// AN, and ID without a closed list: characters and length.
    Text,
    /// With a closed list.
    Code,
    /// R.
    Real,
    /// N0 to N9.
    Number,
    /// DT.
    Date,
    /// TM.
    Time,
    /// A composite.
    Composite,
    /// B, and positions the standard leaves out: the slow check judges.
    Other,
}

/// A relation on bit masks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct FieldRelation {
    relation: Relation,
    first: u64,
    rest: u64,
    /// With nothing at or above this bit the relation holds.
    lowest: u64,
}

impl FieldRelation {
    #[inline]
    fn holds(self, present: u64) -> bool {
        let rest = present & self.rest;
        let all = present & (self.first | self.rest);
        match self.relation {
            Relation::Together => all == 0 || all == self.first | self.rest,
            Relation::AtLeastOne => all != 0,
            Relation::OnlyOne => all & all.wrapping_sub(1) == 0,
            Relation::Then => present & self.first == 0 || rest == self.rest,
            Relation::ThenOne => present & self.first == 0 || rest != 0,
        }
    }
}

impl Fields {
    /// Whether what must be there is, and all relations hold, for the positions that are filled.
    #[inline]
    pub(crate) fn holds(&self, present: u64) -> bool {
        if present & self.musts != self.musts {
            return false;
        }
        for relation in &self.relations {
            if relation.lowest > present {
                return true;
            }
            if !relation.holds(present) {
                return false;
            }
        }
        true
    }

    pub(super) fn new(
        schema: &Schema,
        elements: &[ElementRule],
        relations: &[RelationRule],
    ) -> Self {
        let mut musts = 0;
        let mut wide = elements.len() > 63;
        for (position, element) in (1u32..).zip(elements) {
            if element.must {
                musts |= 1u64.checked_shl(position).unwrap_or(0);
            }
        }
        let mut relations: Vec<FieldRelation> = relations
            .iter()
            .map(|relation| {
                wide |= relation.positions.iter().any(|&position| position > 63);
                let bit = |position: &u8| 1u64.checked_shl(u32::from(*position)).unwrap_or(0);
                let (first, rest) = relation.positions.split_at(relation.positions.len().min(1));
                let first = first.iter().map(bit).sum();
                let rest = rest.iter().fold(0, |mask, position| mask | bit(position));
                let lowest = match relation.relation {
                    Relation::AtLeastOne => 0,
                    // A condition is void without its first position.
                    Relation::Then | Relation::ThenOne => first,
                    Relation::Together | Relation::OnlyOne => {
                        1u64.checked_shl((first | rest).trailing_zeros()).unwrap_or(0)
                    }
                };
                FieldRelation { relation: relation.relation, first, rest, lowest }
            })
            .collect();
        relations.sort_by_key(|relation| relation.lowest);
        let rows = elements.iter().map(|element| field(schema, element)).collect();
        Self { rows, musts, relations, wide }
    }
}

fn field(schema: &Schema, element: &ElementRule) -> Field {
    match &element.content {
        ElementContent::Simple(simple) => {
            let closed = simple
                .codes
                .filter(|&row| schema.code_lists.get(row).is_some_and(|list| list.closed));
            let class = match (simple.kind, closed) {
                (Kind::An | Kind::Id, Some(_)) => Class::Code,
                (Kind::An | Kind::Id, None) => Class::Text,
                (_, Some(_)) | (Kind::B, None) => Class::Other,
                (Kind::R, None) => Class::Real,
                (Kind::N(_), None) => Class::Number,
                (Kind::Dt, None) => Class::Date,
                (Kind::Tm, None) => Class::Time,
            };
            let room = simple.max.saturating_sub(simple.min);
            Field { class, min: simple.min, room, row: narrow(closed.unwrap_or(0)) }
        }
        ElementContent::Composite(row) => {
            Field { class: Class::Composite, min: 0, room: 0, row: narrow(*row) }
        }
        ElementContent::Unused => Field { class: Class::Other, min: 0, room: 0, row: 0 },
    }
}
