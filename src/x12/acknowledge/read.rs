//! A partner's TA1, 997 or 999 read back into what it says.
//!
//! Read straight from segments rather than by a map: the answer must be had from an
//! acknowledgment that is itself faulty, and the order of its segments is all its structure.

use super::answer::{
    Context, ElementAnswer, GroupAnswer, GroupTotal, InterchangeAnswer, Outcome, SegmentAnswer,
    SetAnswer,
};
use super::implementation::TRIGGER;
use crate::x12::segment::{Segment, SetText, split};

/// Reads the elements of a TA1 segment; none when it does not even name an interchange.
#[must_use]
pub fn interchange(elements: &[Box<str>]) -> Option<InterchangeAnswer> {
    let element = |position: usize| elements.get(position).map_or("", |text| text.trim());
    if element(0).is_empty() {
        return None;
    }
    Some(InterchangeAnswer {
        control: element(0).into(),
        date: element(1).into(),
        time: element(2).into(),
        outcome: Outcome::from_letter(element(3).as_bytes()),
        note: element(4).into(),
    })
}

/// Reads a 997 or 999; none when it has no AK1, and so answers nothing.
#[must_use]
pub fn set(text: &SetText<'_>) -> Option<GroupAnswer> {
    let mut answer: Option<GroupAnswer> = None;
    for index in 0..text.segments.len() {
        let segment = text.segment(index)?;
        if segment.id() == b"AK1" && answer.is_none() {
            answer = Some(opening(&segment));
        } else if let Some(answer) = &mut answer {
            take(answer, &segment);
        }
    }
    answer
}

fn take(answer: &mut GroupAnswer, segment: &Segment<'_>) {
    match segment.id() {
        b"AK2" => answer.sets.push(SetAnswer {
            set: text(segment.element(1)),
            control: text(segment.element(2)),
            implementation: text(segment.element(3)),
            // Whatever stays without its AK5 was not accepted.
            outcome: Outcome::Refused,
            codes: Vec::new(),
            segments: Vec::new(),
        }),
        b"AK9" => answer.total = total(segment),
        _ => {
            if let Some(set) = answer.sets.last_mut() {
                take_in_set(set, segment);
            }
        }
    }
}

fn take_in_set(set: &mut SetAnswer, segment: &Segment<'_>) {
    match segment.id() {
        b"AK3" | b"IK3" => set.segments.push(SegmentAnswer {
            id: text(segment.element(1)),
            position: number(segment.element(2)).unwrap_or(0),
            loop_id: text(segment.element(3)),
            code: text(segment.element(4)),
            contexts: Vec::new(),
            elements: Vec::new(),
        }),
        b"AK4" | b"IK4" => {
            if let Some(last) = set.segments.last_mut() {
                last.elements.push(element(segment));
            }
        }
        b"CTX" => {
            if let Some(last) = set.segments.last_mut() {
                let contexts = match last.elements.last_mut() {
                    Some(element) => &mut element.contexts,
                    None => &mut last.contexts,
                };
                contexts.push(context(segment));
            }
        }
        b"AK5" | b"IK5" => {
            set.outcome = Outcome::from_letter(segment.element(1));
            set.codes = codes(segment, 2);
        }
        _ => {}
    }
}

fn opening(segment: &Segment<'_>) -> GroupAnswer {
    GroupAnswer {
        id: text(segment.element(1)),
        control: text(segment.element(2)),
        release: text(segment.element(3)),
        sets: Vec::new(),
        total: GroupTotal {
            outcome: Outcome::Refused,
            included: 0,
            received: 0,
            accepted: 0,
            codes: Vec::new(),
        },
    }
}

fn total(segment: &Segment<'_>) -> GroupTotal {
    let count = |position| number(segment.element(position)).unwrap_or(0);
    GroupTotal {
        outcome: Outcome::from_letter(segment.element(1)),
        included: count(2),
        received: count(3),
        accepted: count(4),
        codes: codes(segment, 5),
    }
}

fn element(segment: &Segment<'_>) -> ElementAnswer {
    ElementAnswer {
        position: number(segment.component(1, 1)).unwrap_or(0),
        component: number(segment.component(1, 2)),
        repetition: number(segment.component(1, 3)),
        dictionary: text(segment.element(2)),
        code: text(segment.element(3)),
        text: text(segment.element(4)),
        contexts: Vec::new(),
    }
}

/// A CTX that names no segment is the unit; its name may be anything but the trigger's.
fn context(segment: &Segment<'_>) -> Context {
    if segment.component(1, 1) == TRIGGER.as_bytes() {
        Context::Trigger {
            segment: text(segment.element(2)),
            position: number(segment.element(3)).unwrap_or(0),
            loop_id: text(segment.element(4)),
            element: number(segment.component(5, 1)),
            component: number(segment.component(5, 2)),
        }
    } else {
        let separator = segment.set().delimiters.component;
        let mut parts = split(segment.element(1), separator);
        let mut next = || text(parts.next().unwrap_or_default());
        Context::Unit { name: next(), value: next() }
    }
}

fn codes(segment: &Segment<'_>, from: usize) -> Vec<Box<str>> {
    (from..=segment.len()).map(|at| text(segment.element(at))).filter(|c| !c.is_empty()).collect()
}

fn text(bytes: &[u8]) -> Box<str> {
    String::from_utf8_lossy(bytes).trim().into()
}

fn number(bytes: &[u8]) -> Option<u32> {
    std::str::from_utf8(bytes).ok()?.trim().parse().ok()
}
