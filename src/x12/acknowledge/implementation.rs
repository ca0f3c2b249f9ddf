//! 999 (005010X231A1): as a 997, with the implementation's codes and the context of a fault.

use super::answer::{Context, SetAnswer, TRIGGER};
use super::functional::{coded, located, named, placed};
use super::segments::SegmentWriter;
use crate::x12::codes::Form;

/// Writes AK2 to IK5.
pub(super) fn set(writer: &mut SegmentWriter, answer: &SetAnswer) {
    let set = (&*answer.set, &*answer.control, &*answer.implementation);
    named(writer, Form::Implementation, set);
    for segment in &answer.segments {
        located(writer.segment("IK3"), segment).end();
        for context in &segment.contexts {
            ctx(writer, context);
        }
        for element in &segment.elements {
            placed(writer.segment("IK4"), Form::Implementation, element).end();
            for context in &element.contexts {
                ctx(writer, context);
            }
        }
    }
    coded(writer.segment("IK5").element(answer.outcome.letter(), 1), &answer.codes).end();
}

fn ctx(writer: &mut SegmentWriter, context: &Context) {
    match context {
        Context::Trigger { segment, position, loop_id, element, component } => {
            let number =
                |value: &Option<u32>| value.map(|value| value.to_string()).unwrap_or_default();
            writer
                .segment("CTX")
                .element(TRIGGER, 35)
                .element(segment, 3)
                .number(*position)
                .element(loop_id, 4)
                .composite(&[&number(element), &number(component)], 2)
                .end();
        }
        Context::Unit { name, value } => {
            writer.segment("CTX").composite(&[name, value], 35).end();
        }
    }
}
