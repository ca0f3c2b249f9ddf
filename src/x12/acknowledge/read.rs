//! A partner's TA1, 997 or 999 read back into what it says.
//!
//! Read straight from segments rather than by a map: the answer must be had from an
//! acknowledgment that is itself faulty, and the order of its segments is all its structure.

use super::answer::{
    Context, ElementAnswer, GroupAnswer, GroupTotal, InterchangeAnswer, Outcome, SegmentAnswer,
    SetAnswer, TRIGGER,
};
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::library::{Library, Resolution};
    use crate::x12::acknowledge::segments::SegmentWriter;
    use crate::x12::acknowledge::{Numbers, envelope, functional, implementation, ta1};
    use crate::x12::codes::Form;
    use crate::x12::report::{GroupHeader, InterchangeHeader, Screened, Sink};
    use crate::x12::screen::{Options, Rules, screen};
    use crate::x12::segment::Delimiters;
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use std::sync::Arc;

    /// Reads whatever is an acknowledgment.
    #[derive(Default)]
    struct Said {
        interchanges: Vec<InterchangeAnswer>,
        groups: Vec<GroupAnswer>,
    }

    impl Sink for Said {
        fn ta1(&mut self, elements: &[Box<str>]) {
            self.interchanges.extend(interchange(elements));
        }

        fn set(&mut self, screened: &Screened<'_>) {
            self.groups.extend(set(&screened.text));
        }
    }

    struct NoGrammar;

    impl Rules for NoGrammar {
        fn resolve(
            &self,
            _: &InterchangeHeader,
            group: &GroupHeader,
            set: &str,
            _: &str,
        ) -> Arc<Resolution> {
            Library::new().resolve(group.element(8), set, None)
        }
    }

    fn code() -> impl Strategy<Value = Box<str>> {
        "[1-9I][0-9]?".prop_map(Into::into)
    }

    fn word(pattern: &'static str) -> impl Strategy<Value = Box<str>> {
        pattern.prop_map(|text: String| text.trim().into())
    }

    fn outcome() -> impl Strategy<Value = Outcome> {
        use Outcome::*;
        prop_oneof![
            Just(Accepted),
            Just(Noted),
            Just(Partly),
            Just(Refused),
            Just(Unauthenticated),
            Just(Unassured),
            Just(Undecrypted)
        ]
    }

    fn contexts(form: Form) -> impl Strategy<Value = Vec<Context>> {
        let unit = (word("[A-Z]{3}0[1-9]"), word("[A-Z0-9][A-Z0-9 .-]{0,30}"))
            .prop_map(|(name, value)| Context::Unit { name, value });
        let trigger = (word("[A-Z0-9]{2,3}"), 1u32..9_999, option::of(1u32..30)).prop_map(
            |(segment, position, element)| Context::Trigger {
                segment,
                position,
                loop_id: "2100".into(),
                element,
                component: element.filter(|element| element % 3 == 0),
            },
        );
        let most = if form == Form::Implementation { 3 } else { 1 };
        vec(prop_oneof![unit, trigger], 0..most)
    }

    fn element(form: Form) -> impl Strategy<Value = ElementAnswer> {
        let text = word("[A-Za-z0-9][A-Za-z0-9 ,.!/()-]{0,60}|");
        let place = (1u32..99, option::of(1u32..20), option::of(2u32..9));
        (place, word("[0-9]{0,4}"), code(), text, contexts(form)).prop_map(
            move |((position, component, repetition), dictionary, code, text, contexts)| {
                let repetition = repetition.filter(|_| form != Form::Functional);
                ElementAnswer { position, component, repetition, dictionary, code, text, contexts }
            },
        )
    }

    fn segment(form: Form) -> impl Strategy<Value = SegmentAnswer> {
        let place = (word("[A-Z0-9]{2,3}"), 1u32..999_999, word("[A-Z0-9]{0,4}"));
        (place, code(), contexts(form), vec(element(form), 0..4)).prop_map(
            |((id, position, loop_id), code, contexts, elements)| SegmentAnswer {
                id,
                position,
                loop_id,
                code,
                contexts,
                elements,
            },
        )
    }

    fn set_answer(form: Form) -> impl Strategy<Value = SetAnswer> {
        let named = (word("[0-9]{3}"), word("[0-9A-Z]{4,9}"), word("[0-9X]{0,12}"));
        (named, outcome(), vec(code(), 0..=5), vec(segment(form), 0..4)).prop_map(
            move |((set, control, implementation), outcome, codes, segments)| SetAnswer {
                set,
                control,
                implementation: if form == Form::Functional { "".into() } else { implementation },
                outcome,
                codes,
                segments,
            },
        )
    }

    fn group_answer(form: Form) -> impl Strategy<Value = GroupAnswer> {
        let named = (word("[A-Z]{2}"), word("[1-9][0-9]{0,8}"), word("[0-9X]{1,12}"));
        let counts = (0u32..999_999, 0u32..999_999, 0u32..999_999);
        let total = (outcome(), counts, vec(code(), 0..=5));
        (named, vec(set_answer(form), 0..5), total).prop_map(
            move |((id, control, release), sets, (outcome, counts, codes))| GroupAnswer {
                id,
                control,
                release: if form == Form::Functional { "".into() } else { release },
                sets,
                total: GroupTotal {
                    outcome,
                    included: counts.0,
                    received: counts.1,
                    accepted: counts.2,
                    codes,
                },
            },
        )
    }

    fn any_form() -> impl Strategy<Value = (Form, GroupAnswer)> {
        prop_oneof![
            Just(Form::Functional),
            Just(Form::Functional005010),
            Just(Form::Implementation)
        ]
        .prop_flat_map(|form| group_answer(form).prop_map(move |answer| (form, answer)))
    }

    fn separators() -> impl Strategy<Value = Delimiters> {
        let some = |element, component, repetition, terminator| Delimiters {
            element,
            component,
            repetition,
            terminator,
            terminator_rest: [0; 3],
        };
        prop_oneof![
            Just(some(b'*', b':', Some(b'^'), b'~')),
            Just(some(b'|', b'>', None, b'\n')),
            Just(some(0x1d, 0x1f, Some(0x1c), 0x1e)),
            Just(some(b'~', b'<', None, b'$')),
        ]
    }

    fn headers() -> (InterchangeHeader, GroupHeader) {
        let isa = [
            "00",
            "",
            "00",
            "",
            "ZZ",
            "ACME",
            "01",
            "0012",
            "260309",
            "0815",
            "U",
            "00501",
            "000000417",
            "0",
            "P",
            ":",
        ];
        let gs = ["PO", "ACME", "0012", "20260309", "0815", "17", "X", "005010"];
        (
            InterchangeHeader { elements: isa.map(Into::into), offset: 0 },
            GroupHeader { elements: gs.map(Into::into), offset: 106 },
        )
    }

    /// An interchange with a TA1 and one group.
    fn written(
        delimiters: Delimiters,
        form: Form,
        ta1: &InterchangeAnswer,
        answer: &GroupAnswer,
    ) -> Vec<u8> {
        let at = jiff::civil::date(2026, 3, 31).at(14, 5, 0, 0);
        let (interchange, group) = headers();
        let mut numbers = Numbers::from(7);
        let mut writer = SegmentWriter::new(delimiters);
        envelope::isa(&mut writer, &interchange, numbers.take_interchange(), at);
        ta1::write(&mut writer, ta1);
        envelope::gs(&mut writer, &group, form, numbers.take_group(), at);
        writer.restart_count();
        writer.segment("ST").element(form.set(), 3).element("0001", 9).end();
        functional::opening(&mut writer, form, (&answer.id, &answer.control, &answer.release));
        for set in &answer.sets {
            match form {
                Form::Implementation => implementation::set(&mut writer, set),
                _ => functional::set(&mut writer, form, set),
            }
        }
        functional::closing(&mut writer, &answer.total);
        let count = writer.count() + 1;
        writer.segment("SE").number(count).element("0001", 9).end();
        envelope::ge(&mut writer, 1, 7);
        envelope::iea(&mut writer, 1, 7);
        writer.take()
    }

    proptest! {
        #[test]
        fn what_is_said_is_read_back_the_same(
            delimiters in separators(),
            (form, answer) in any_form(),
            outcome in outcome(),
        ) {
            let ta1 = InterchangeAnswer {
                control: "000000417".into(),
                date: "260309".into(),
                time: "0815".into(),
                outcome,
                note: "001".into(),
            };
            let bytes = written(delimiters, form, &ta1, &answer);
            let mut said = Said::default();
            screen(bytes.as_slice(), &NoGrammar, &Options::default(), &mut said).unwrap();
            prop_assert_eq!(said.interchanges, vec![ta1]);
            prop_assert_eq!(said.groups, vec![answer]);
        }
    }

    #[test]
    fn a_set_without_its_verdict_was_not_accepted() {
        let bytes = b"ISA*00*          *00*          *ZZ*ACME           *01*0012           \
            *260309*0815*U*00401*000000417*0*P*:~GS*FA*ACME*0012*20260309*0815*17*X*004010~\
            ST*997*0001~AK1*PO*17~AK2*850*0001~AK2*850*0002~AK5*A~SE*6*0001~GE*1*17~\
            IEA*1*000000417~";
        let mut said = Said::default();
        screen(bytes.as_slice(), &NoGrammar, &Options::default(), &mut said).unwrap();
        let outcomes: Vec<_> = said.groups[0].sets.iter().map(|set| set.outcome).collect();
        assert_eq!(outcomes, [Outcome::Refused, Outcome::Accepted]);
        assert_eq!(said.groups[0].total.outcome, Outcome::Refused, "nor was the group");
    }

    #[test]
    fn a_ta1_that_names_no_interchange_answers_nothing() {
        assert_eq!(interchange(&[]), None);
        assert_eq!(interchange(&["".into(), "260309".into()]), None);
    }
}
