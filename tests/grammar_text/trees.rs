//! Trees of every kind, as a parser could have given them: what is spelled the same in two ways
//! (`text` or nothing) stands in them once, and names avoid the words of the language.
//! Generators are boxed: unions of unions would not fit a test's stack.

use edigate::grammar::codes::{Code, CodeList, CodeLists};
use edigate::grammar::guide::{Guide, Rule, RuleKind, When};
use edigate::grammar::line::{
    Address, Clause, ElementRef, Maximum, Origin, ReleaseRange, Requirement, Test, Where,
};
use edigate::grammar::map::{
    Computed, Constant, Define, Each, ElementMap, Expression, ForLine, Group, GroupLine, LevelMap,
    LoopMap, MapLine, MapText, SetLine, Target, Translation, TreeMap, ValueKind, Without,
};
use edigate::grammar::record::{Field, FieldKind, Part, Record};
use edigate::grammar::segments::{
    Content, Definition, ElementLine, Kind, Note, Relation, Segments,
};
use edigate::grammar::structure::{
    Area, AreaKind, BoundedLine, Child, LevelLine, LoopLine, SegmentLine, Structure, TreeLine,
};
use edigate::grammar::syntax::Text;
use proptest::collection::{btree_map, btree_set, vec};
use proptest::option::of;
use proptest::prelude::*;
use proptest::sample::select;

fn origin() -> impl Strategy<Value = Origin> {
    let comment = "[ #a-zé\"]{0,20}".prop_map(|text| text.trim_end_matches(' ').to_owned());
    let comments = prop_oneof![4 => Just(Vec::new()), 1 => vec(comment, 1..3)];
    comments.prop_map(|comments| Origin { line: 0, comments })
}

fn prose() -> impl Strategy<Value = String> {
    let first = "[\"]?[A-Z]?[a-z][a-zé,;.]{1,6}";
    prop_oneof![
        1 => Just(String::new()),
        3 => (first, vec("[a-z#\"|.é]{1,7}", 0..5))
            .prop_map(|(first, rest)| [vec![first], rest].concat().join(" ")),
    ]
}

/// Prose that may follow a list of codes.
fn prose_after_codes() -> impl Strategy<Value = String> {
    prose().prop_map(|prose| prose.replace('"', "q"))
}

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z_]{2,8}".prop_filter("a word of the language", |name| {
        let kinds = ["text", "decimal", "integer", "date", "time", "moment", "word"];
        !kinds.contains(&name.as_str())
            && !["list", "first", "must", "may"].contains(&name.as_str())
    })
}

fn id() -> impl Strategy<Value = String> {
    "[A-Z][A-Z0-9]{1,2}"
}

fn loop_name() -> impl Strategy<Value = String> {
    prop_oneof![id(), "[12][0-9]{3}[A-F]{0,2}"]
}

fn release() -> impl Strategy<Value = String> {
    prop_oneof!["00[4-8]0[1-9]0", "005010X[1-3][0-9]{2}A1"]
}

fn code() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => "[A-Z0-9]{1,4}",
        1 => "[a-z]{1,3}",
        1 => "[A-Z#=][A-Z,|{} #é]{0,3}[A-Z]",
        1 => Just("none".to_owned()),
    ]
}

fn codes() -> impl Strategy<Value = Vec<String>> {
    vec(code(), 1..4)
}

fn requirement() -> impl Strategy<Value = Requirement> {
    select(vec![Requirement::Must, Requirement::May, Requirement::If])
}

fn presence() -> impl Strategy<Value = Requirement> {
    select(vec![Requirement::Must, Requirement::May])
}

fn maximum() -> impl Strategy<Value = Maximum> {
    prop_oneof![Just(Maximum::Any), (1u32..9999).prop_map(Maximum::Times)]
}

fn element() -> impl Strategy<Value = ElementRef> {
    (1u8..99, of(1u8..9)).prop_map(|(element, component)| ElementRef {
        element,
        component,
        last: None,
    })
}

fn run() -> impl Strategy<Value = ElementRef> {
    (element(), of(10u8..20))
        .prop_map(|(at, last)| ElementRef { last: last.filter(|_| at.component.is_some()), ..at })
}

fn condition() -> BoxedStrategy<Where> {
    prop_oneof![2 => Just(Where::new()), 1 => vec(clause(), 1..3)].boxed()
}

fn clause() -> impl Strategy<Value = Clause> {
    let test = prop_oneof![codes().prop_map(Test::Is), Just(Test::Present), Just(Test::Absent)];
    (element(), test).prop_map(|(at, test)| Clause { at, test })
}

fn address() -> BoxedStrategy<Address> {
    (vec(loop_name(), 0..2), loop_name(), of(run()), condition())
        .prop_map(|(loops, segment, element, condition)| Address {
            loops,
            segment,
            element,
            condition,
        })
        .boxed()
}

fn releases() -> BoxedStrategy<ReleaseRange> {
    prop_oneof![
        release().prop_map(|one| ReleaseRange { from: Some(one.clone()), to: Some(one) }),
        release().prop_map(|from| ReleaseRange { from: Some(from), to: None }),
        release().prop_map(|to| ReleaseRange { from: None, to: Some(to) }),
        Just(ReleaseRange { from: Some("004010".to_owned()), to: Some("005010".to_owned()) }),
    ]
    .boxed()
}

fn child() -> BoxedStrategy<Child> {
    let segment = segment_line().prop_map(Child::Segment);
    segment
        .prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                2 => loop_line(inner.clone()).prop_map(Child::Loop),
                1 => bounded_line(inner).prop_map(Child::Bounded),
            ]
        })
        .boxed()
}

/// All positions are equal, so that they rise wherever the line is put.
const POSITION: u16 = 50;

fn segment_line() -> impl Strategy<Value = SegmentLine> {
    (origin(), id(), condition(), presence(), maximum(), prose()).prop_map(
        |(origin, id, condition, requirement, maximum, prose)| SegmentLine {
            origin,
            position: POSITION,
            id,
            condition,
            requirement,
            maximum,
            prose,
        },
    )
}

fn loop_line(inner: impl Strategy<Value = Child>) -> impl Strategy<Value = LoopLine> {
    let trigger = (origin(), id(), condition(), prose());
    let head = (origin(), of(loop_name()), condition(), presence(), maximum(), prose());
    (head, trigger, of(tree()), vec(inner, 0..3)).prop_map(
        |((origin, name, condition, requirement, maximum, prose), trigger, tree, lines)| {
            let (own, id, only, words) = trigger;
            let first = SegmentLine {
                origin: own,
                position: POSITION,
                id: id.clone(),
                condition: only,
                requirement: Requirement::Must,
                maximum: Maximum::Times(1),
                prose: words,
            };
            let mut children = vec![Child::Segment(first)];
            children.extend(lines);
            let on = name.as_ref().map(|_| id.clone());
            let name = name.unwrap_or(id);
            LoopLine { origin, name, on, condition, requirement, maximum, prose, tree, children }
        },
    )
}

fn bounded_line(inner: impl Strategy<Value = Child>) -> impl Strategy<Value = BoundedLine> {
    (origin(), loop_name(), presence(), maximum(), prose(), vec(inner, 0..3)).prop_map(
        |(origin, name, requirement, maximum, prose, children)| BoundedLine {
            origin,
            name,
            first: POSITION,
            last: POSITION + 1,
            requirement,
            maximum,
            prose,
            children,
        },
    )
}

fn tree() -> BoxedStrategy<TreeLine> {
    let levels = btree_map(code(), (origin(), of(presence()), vec(code(), 0..3)), 0..4);
    (origin(), element(), element(), element(), of(element()), levels)
        .prop_map(|(origin, id, parent, level, child, levels)| TreeLine {
            origin,
            id,
            parent,
            level,
            child,
            levels: levels
                .into_iter()
                .map(|(code, (origin, requirement, under))| LevelLine {
                    origin,
                    code,
                    requirement,
                    under,
                })
                .collect(),
        })
        .boxed()
}

fn structure() -> BoxedStrategy<Structure> {
    let kinds = vec![AreaKind::Heading, AreaKind::Detail, AreaKind::Summary];
    let areas = btree_map(select(kinds), (origin(), vec(child(), 0..4)), 0..4);
    let headers = (prose(), id(), of(1u32..99), of(release()), of(release()));
    (origin(), release(), "[0-9]{3}", headers, areas)
        .prop_map(|(origin, release, set, (name, group, revision, extends, uses), areas)| {
            Structure {
                origin,
                release,
                set,
                name,
                group,
                revision,
                extends,
                uses,
                areas: areas
                    .into_iter()
                    .map(|(kind, (origin, children))| Area { origin, kind, children })
                    .collect(),
            }
        })
        .boxed()
}

fn element_lines() -> BoxedStrategy<Vec<ElementLine>> {
    let kinds = vec![Kind::An, Kind::Id, Kind::Dt, Kind::Tm, Kind::R, Kind::N(0), Kind::N(2)];
    let simple = ("[I]?[0-9]{1,4}", select(kinds), 1u32..9, 9u32..9999, of("[0-9]{3}|[a-z]{3,9}"));
    let content = prop_oneof![
        3 => simple.prop_map(|(dictionary, kind, min, max, codes)| Content::Simple {
            dictionary, kind, min, max, codes
        }),
        1 => "C[0-9]{3}".prop_map(Content::Composite),
    ];
    let line = (origin(), content, requirement(), 1u32..4, name(), prose(), any::<bool>());
    vec(line, 0..6)
        .prop_map(|lines| {
            // Ten positions a line, so that runs do not meet.
            let line = |(index, (origin, content, requirement, repeats, name, prose, run))| {
                let first = u8::try_from(index * 10 + 1).unwrap_or(1);
                let run = bool::then(run, || (first + 6, 2));
                ElementLine { origin, first, run, content, requirement, repeats, name, prose }
            };
            lines.into_iter().enumerate().map(line).collect()
        })
        .boxed()
}

fn note() -> impl Strategy<Value = Note> {
    let relations = vec![
        Relation::Together,
        Relation::AtLeastOne,
        Relation::OnlyOne,
        Relation::Then,
        Relation::ThenOne,
    ];
    (origin(), select(relations), any::<bool>(), any::<bool>()).prop_map(
        |(origin, relation, three, repeated)| {
            let three = three || relation == Relation::ThenOne;
            let positions = if three { vec![1, 2, 3] } else { vec![2, 3] };
            let first = positions.first().copied().unwrap_or(1);
            Note { origin, relation, positions, repeat: repeated.then_some((2, first + 4)) }
        },
    )
}

fn definition() -> BoxedStrategy<Definition> {
    let ids = prop_oneof![id().prop_map(|id| (false, id)), "C[0-9]{3}".prop_map(|id| (true, id)),];
    (origin(), ids, prose(), element_lines(), vec(note(), 0..3))
        .prop_map(|(origin, (composite, id), prose, elements, notes)| {
            // A relation speaks of elements that are there.
            let last = elements.last().map_or(0, |line| line.run.map_or(line.first, |run| run.0));
            let notes = if last >= 10 { notes } else { Vec::new() };
            Definition { origin, composite, id, prose, elements, notes }
        })
        .boxed()
}

fn segments() -> BoxedStrategy<Segments> {
    let releases = prop_oneof![release(), Just("envelope".to_owned())];
    (origin(), releases, of(release()), vec(definition(), 0..4))
        .prop_map(|(origin, release, extends, items)| {
            let mut seen = std::collections::BTreeSet::new();
            let items = items.into_iter().filter(|item| seen.insert(item.id.clone())).collect();
            Segments { origin, release, extends, items }
        })
        .boxed()
}

fn code_lines() -> impl Strategy<Value = Vec<Code>> {
    btree_map(code(), (origin(), name(), prose()), 0..5).prop_map(|codes| {
        let line = |(code, (origin, name, prose))| Code { origin, code, name, prose };
        codes.into_iter().map(line).collect()
    })
}

fn code_lists() -> BoxedStrategy<CodeLists> {
    let list = (origin(), any::<bool>(), of("[0-9]{1,4}"), code_lines());
    (origin(), release(), of(release()), btree_map("[0-9]{1,4}|[a-z]{3,8}", list, 0..4))
        .prop_map(|(origin, release, extends, lists)| {
            let list = |(name, (origin, closed, extends, codes))| CodeList {
                origin,
                name,
                closed,
                extends,
                codes,
            };
            CodeLists { origin, release, extends, lists: lists.into_iter().map(list).collect() }
        })
        .boxed()
}

fn rule_kind() -> BoxedStrategy<RuleKind> {
    let when = || {
        let clause = clause();
        let place = (vec(loop_name(), 0..2), id()).prop_map(|(loops, segment)| Address {
            loops,
            segment,
            element: None,
            condition: Where::new(),
        });
        of((place, vec(clause, 1..3)).prop_map(|(address, condition)| When { address, condition }))
    };
    let range = || (1u32..9, 9u32..99);
    prop_oneof![
        (address(), when()).prop_map(|(at, when)| RuleKind::Require(at, when)),
        (address(), when()).prop_map(|(at, when)| RuleKind::Forbid(at, when)),
        (address(), range()).prop_map(|(at, (min, max))| RuleKind::Length(at, min, max)),
        (address(), vec(code(), 1..40)).prop_map(|(at, codes)| RuleKind::Codes(at, codes)),
        (address(), 1u32..99).prop_map(|(at, most)| RuleKind::Limit(at, most)),
        (address(), name()).prop_map(|(at, name)| RuleKind::Pattern(at, name)),
        (address(), requirement()).prop_map(|(at, how)| RuleKind::DeviateRequirement(at, how)),
        (address(), maximum()).prop_map(|(at, most)| RuleKind::DeviateMaximum(at, most)),
        (address(), range()).prop_map(|(at, (min, max))| RuleKind::DeviateLength(at, min, max)),
        (address(), address()).prop_map(|(one, other)| RuleKind::DeviateOrder(one, other)),
        Just(RuleKind::Relax("dates".to_owned(), Vec::new())),
        codes().prop_map(|levels| RuleKind::Relax("levels".to_owned(), levels)),
        (address(), presence(), maximum())
            .prop_map(|(at, how, most)| RuleKind::Split(at, how, most)),
        name().prop_map(RuleKind::Refuse),
    ]
    .boxed()
}

fn rule() -> BoxedStrategy<Rule> {
    let narrow = (origin(), rule_kind(), prose_after_codes())
        .prop_map(|(origin, kind, prose)| Rule { origin, kind, prose });
    let plus =
        (origin(), "[0-9]{1,4}", code_lines().prop_filter("none", |codes| !codes.is_empty()))
            .prop_map(|(origin, name, codes)| {
                let list = CodeList {
                    origin: Origin::default(),
                    name,
                    closed: false,
                    extends: None,
                    codes,
                };
                Rule { origin, kind: RuleKind::Plus(list), prose: String::new() }
            });
    prop_oneof![5 => narrow, 1 => plus]
        .prop_recursive(2, 8, 3, |inner| {
            (origin(), address(), vec(inner, 1..3), prose_after_codes()).prop_map(
                |(origin, at, rules, prose)| Rule { origin, kind: RuleKind::In(at, rules), prose },
            )
        })
        .boxed()
}

fn guide() -> BoxedStrategy<Guide> {
    let headers = (prose(), of(1u32..99));
    let map = prop_oneof![Just(Vec::new()), vec(map_line(), 1..3)];
    (origin(), "[a-z][a-z-]{1,8}", "[0-9]{3}", headers, vec(rule(), 0..6), map)
        .prop_map(|(origin, partner, set, (name, revision), rules, map)| Guide {
            origin,
            narrows: format!("x12/004010/{set}"),
            partner,
            set,
            name,
            revision,
            rules,
            map,
        })
        .boxed()
}

fn target() -> impl Strategy<Value = Target> {
    (vec(name(), 1..3), any::<bool>()).prop_map(|(path, list)| Target { path, list })
}

fn scope_target() -> impl Strategy<Value = Target> {
    prop_oneof![3 => target(), 1 => Just(Target { path: Vec::new(), list: false })]
}

fn value_kind() -> impl Strategy<Value = ValueKind> {
    prop_oneof![
        Just(ValueKind::Text),
        Just(ValueKind::Decimal),
        Just(ValueKind::Integer),
        Just(ValueKind::Date),
        Just(ValueKind::Time),
        Just(ValueKind::Moment),
        run().prop_map(ValueKind::Period),
    ]
}

fn translations() -> impl Strategy<Value = Vec<Translation>> {
    let one = (codes(), prop_oneof![name(), code()])
        .prop_map(|(codes, word)| Translation { codes, word })
        .boxed();
    prop_oneof![2 => Just(Vec::new()), 1 => vec(one.clone(), 1..4), 1 => vec(one, 9..16)]
}

fn element_map(slot: bool) -> BoxedStrategy<ElementMap> {
    (origin(), run(), target(), value_kind(), translations())
        .prop_map(move |(origin, at, target, kind, translation)| {
            let at = if slot { ElementRef { element: at.element % 2, ..at } } else { at };
            ElementMap { origin, slot, at, target, kind, translation }
        })
        .boxed()
}

fn constant(slot: bool) -> impl Strategy<Value = Constant> {
    (origin(), element(), code()).prop_map(move |(origin, at, code)| {
        let at = if slot { ElementRef { element: at.element % 2, ..at } } else { at };
        Constant { origin, slot, at, code }
    })
}

fn expression() -> BoxedStrategy<Expression> {
    let path = || vec(name(), 1..3).prop_map(|path| path.join("."));
    let term = prop_oneof![
        prop_oneof![path(), id()].prop_map(Expression::Count),
        vec(path(), 1..3).prop_map(Expression::Sum),
        path().prop_map(Expression::Signed),
        path().prop_map(Expression::Value),
    ];
    (term.clone(), vec((any::<bool>(), term), 0..2))
        .prop_map(|(first, more)| {
            more.into_iter().fold(first, |left, (plus, right)| {
                Expression::Plus(Box::new(left), plus, Box::new(right))
            })
        })
        .boxed()
}

fn computed(scope: bool) -> BoxedStrategy<Computed> {
    let within = of(select(vec!["0.01".to_owned(), "1".to_owned()]));
    (origin(), any::<bool>(), id(), run(), vec(expression(), 1..3), within)
        .prop_map(move |(origin, fill, id, at, expressions, within)| Computed {
            origin,
            fill,
            id: scope.then_some(id),
            at,
            expressions,
            within,
        })
        .boxed()
}

fn each() -> BoxedStrategy<Each> {
    let lines = prop_oneof![
        element_map(true).prop_map(GroupLine::Element),
        element_map(false).prop_map(GroupLine::Element),
        constant(true).prop_map(GroupLine::Constant),
    ];
    (origin(), 1u8..20, 1u8..9, target(), any::<bool>(), vec(lines, 1..4))
        .prop_map(|(origin, first, slots, target, first_only, lines)| Each {
            origin,
            first,
            last: first + slots * 2 - 1,
            step: 2,
            target: Target { list: true, ..target },
            first_only,
            lines,
        })
        .boxed()
}

fn group_line() -> BoxedStrategy<GroupLine> {
    prop_oneof![
        4 => element_map(false).prop_map(GroupLine::Element),
        1 => constant(false).prop_map(GroupLine::Constant),
        1 => computed(false).prop_map(GroupLine::Computed),
        1 => each().prop_map(GroupLine::Each),
    ]
    .boxed()
}

fn single() -> BoxedStrategy<Group> {
    let line = prop_oneof![
        4 => element_map(false).prop_map(GroupLine::Element),
        1 => constant(false).prop_map(GroupLine::Constant),
    ];
    (origin(), id(), condition(), line)
        .prop_map(|(origin, id, condition, mut line)| {
            if let GroupLine::Element(ElementMap { origin, .. })
            | GroupLine::Constant(Constant { origin, .. }) = &mut line
            {
                *origin = Origin::default();
            }
            Group { origin, id, condition, target: None, single: true, lines: vec![line] }
        })
        .boxed()
}

fn map_line() -> BoxedStrategy<MapLine> {
    let group = (origin(), id(), condition(), of(scope_target()), vec(group_line(), 1..4));
    let group = group.prop_map(|(origin, id, condition, target, lines)| {
        MapLine::Group(Group { origin, id, condition, target, single: false, lines })
    });
    let without = (origin(), id(), of(run()), condition());
    let flat = prop_oneof![
        3 => group,
        3 => single().prop_map(MapLine::Group),
        1 => single().prop_map(MapLine::Also),
        1 => (origin(), name()).prop_map(|(origin, name)| MapLine::Use(origin, name)),
        1 => (origin(), vec(name(), 1..3), code())
            .prop_map(|(origin, path, code)| MapLine::Set(SetLine { origin, path, code })),
        1 => computed(true).prop_map(MapLine::Computed),
        1 => without.prop_map(|(origin, id, element, condition)| {
            MapLine::Without(Without { origin, id, element, condition })
        }),
    ];
    flat.prop_recursive(3, 16, 4, |inner| {
        let lines = || vec(inner.clone(), 0..3);
        let level = (origin(), scope_target(), lines());
        prop_oneof![
            (origin(), loop_name(), condition(), scope_target(), lines()).prop_map(
                |(origin, name, condition, target, lines)| MapLine::Loop(LoopMap {
                    origin,
                    name,
                    condition,
                    target,
                    lines
                })
            ),
            (origin(), btree_map(code(), level, 0..3)).prop_map(|(origin, levels)| {
                let level =
                    |(code, (origin, target, lines))| LevelMap { origin, code, target, lines };
                let levels = levels.into_iter().map(level).collect();
                MapLine::Tree(TreeMap { origin, name: "HL".to_owned(), levels })
            }),
            (origin(), name(), lines()).prop_map(|(origin, name, lines)| MapLine::Define(Define {
                origin,
                name,
                lines
            })),
            (origin(), releases(), lines())
                .prop_map(|(origin, range, lines)| MapLine::For(ForLine { origin, range, lines })),
        ]
    })
    .boxed()
}

fn map_text() -> BoxedStrategy<MapText> {
    (origin(), "[0-9]{3}", name(), of(releases()), vec(map_line(), 0..6))
        .prop_map(|(origin, set, record, range, lines)| MapText {
            origin,
            set,
            record,
            range,
            lines,
        })
        .boxed()
}

fn fields() -> BoxedStrategy<Vec<Field>> {
    let kind = prop_oneof![
        select(vec![
            FieldKind::Text,
            FieldKind::Decimal,
            FieldKind::Integer,
            FieldKind::Date,
            FieldKind::Time,
            FieldKind::Moment,
            FieldKind::Word,
        ]),
        name().prop_map(FieldKind::Part),
    ];
    btree_map(name(), (origin(), presence(), any::<bool>(), kind, prose()), 0..6)
        .prop_map(|fields| {
            let field = |(name, (origin, requirement, list, kind, prose))| Field {
                origin,
                name,
                requirement,
                list,
                kind,
                prose,
            };
            fields.into_iter().map(field).collect()
        })
        .boxed()
}

fn record() -> BoxedStrategy<Record> {
    let names = btree_set(name(), 0..4);
    let parts = (names, vec((origin(), prose(), fields()), 4));
    (origin(), name(), 1u32..9, prose(), fields(), parts)
        .prop_map(|(origin, name, version, prose, fields, (names, parts))| {
            let part = |(name, (origin, prose, fields))| Part { origin, name, prose, fields };
            let parts = names.into_iter().zip(parts).map(part).collect();
            Record { origin, name, version, prose, fields, parts }
        })
        .boxed()
}

/// A text of any kind.
pub(crate) fn text() -> BoxedStrategy<Text> {
    prop_oneof![
        structure().prop_map(Text::Structure),
        segments().prop_map(Text::Segments),
        code_lists().prop_map(Text::Codes),
        guide().prop_map(Text::Guide),
        map_text().prop_map(Text::Map),
        record().prop_map(Text::Record),
    ]
    .boxed()
}
