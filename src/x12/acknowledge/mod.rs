//! TA1, 997 and 999: what a partner is told about what was received, and what partners tell us.
//!
//! An acknowledgment follows from findings alone, never from what Odoo makes of a document: so
//! it can be written while a file is screened, and the same file always gets the same answer but
//! for control numbers and date. [`Acknowledger`] is the sink that writes; [`read_set`] gets the same
//! values back from a partner's acknowledgment.
//!
//! What is said where: TA1 of an interchange (ISA and IEA only), AK9 of a group, AK5 or IK5 of a
//! set, AK3 or IK3 of a segment, AK4 or IK4 of an element. A 999 also says in which claim a fault
//! is (CTX). When an interchange is refused its TA1 is all that is said, since a 997 that accepts
//! a set of a refused interchange would be believed.

mod acknowledger;
mod answer;
mod context;
mod envelope;
mod functional;
mod implementation;
mod judge;
mod read;
mod segments;
mod ta1;

pub use acknowledger::{Acknowledger, Body, Written, WrittenGroup};
pub use answer::{
    Context, ElementAnswer, GroupAnswer, GroupTotal, InterchangeAnswer, Outcome, SegmentAnswer,
    SetAnswer,
};
pub use envelope::Numbers;
pub use judge::{Tally, group as judge_group, is_answered, set as judge_set};
pub use read::{interchange as read_interchange, set as read_set};
pub use ta1::judge as judge_interchange;

use super::codes::Form;

/// What an agreement says about acknowledging.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// What is to be written.
    pub due: Due,
    /// The form agreed on, where none stands for the fitting one; only asked when `due` is as
    /// agreed.
    pub agreed: Option<Form>,
    /// What a set without a grammar is told.
    pub unsupported: Unsupported,
    /// Whether warnings are told with an `E`; by default nobody but us sees them.
    pub warnings_told: bool,
}

/// What is to be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Due {
    /// A 999 where GS08 names an implementation, else a 997; a TA1 when ISA14 asks for it or the
    /// interchange is faulty.
    #[default]
    AsAgreed,
    /// TA1 for every interchange, and nothing else.
    Interchange,
    /// 997 for every group, and no TA1.
    Functional,
    /// 999 for every group, and no TA1.
    Implementation,
}

/// What a set without a grammar is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unsupported {
    /// `R` with code 1: not supported.
    #[default]
    Refuse,
    /// Nothing: it is kept and a person looks at it. It gets no AK2 and counts nowhere in AK9, and
    /// a group of nothing else gets no 997: `A` would claim a validation that never happened.
    Keep,
}

impl Policy {
    /// The form that answers a group of this GS08; none when groups are not answered.
    #[must_use]
    pub fn form(&self, release: &str) -> Option<Form> {
        let natural = Form::for_release(release);
        let functional = match natural {
            Form::Implementation => Form::Functional005010,
            Form::Functional | Form::Functional005010 => natural,
        };
        match (self.due, self.agreed) {
            (Due::AsAgreed, None) => Some(natural),
            (Due::Interchange, _) => None,
            (Due::Implementation, _) | (Due::AsAgreed, Some(Form::Implementation)) => {
                Some(Form::Implementation)
            }
            (Due::Functional, _)
            | (Due::AsAgreed, Some(Form::Functional | Form::Functional005010)) => Some(functional),
        }
    }
}
