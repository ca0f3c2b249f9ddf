//! What stands on the page, ready for the template.

use askama::Template;

use super::About;
use super::example::{Line, lines};
use super::reading::Reading;
use super::words::{self, rows};
use crate::grammar::diff::{Effect, schemas};
use crate::grammar::line::ElementRef;
use crate::grammar::sample::Source;
use crate::grammar::schema::{
    CodeListRule, Deviation, ElementContent, ElementRule, GuideCheck, GuideRule, Node, NodeId,
    NodeKind, Schema, SegmentRule, SimpleRule,
};

/// The page.
#[derive(Template)]
#[template(path = "grammar/companion/page.html")]
pub(super) struct Page<'a> {
    schema: &'a Schema,
    about: &'a About,
    title: String,
    areas: Vec<Area>,
    tree: Vec<Row>,
    segments: Vec<Segment>,
    asks: Vec<Said>,
    tolerates: Vec<Said>,
    changes: Vec<Said>,
    example: Vec<Line>,
    /// Whether there is a map, so that what we read can be told from what we keep.
    mapped: bool,
    /// `999` for implementations, else `997`; empty when the set is itself an answer.
    acknowledgment: &'static str,
    reports: Report,
}

/// Names of the segments in which an acknowledgment reports.
struct Report {
    segment: &'static str,
    element: &'static str,
    verdict: &'static str,
}

/// An area with the boxes that draw it.
struct Area {
    name: &'static str,
    boxes: Vec<Drawn>,
}

/// A segment or a loop of the picture.
#[derive(Template)]
#[template(path = "grammar/companion/box.html")]
struct Drawn {
    id: String,
    name: String,
    prose: String,
    must: bool,
    read: bool,
    times: String,
    link: String,
    /// Levels of colour, from 0.
    hue: usize,
    is_loop: bool,
    /// A guide forbids it.
    forbidden: bool,
    children: Vec<Self>,
}

/// A line of the structure.
struct Row {
    /// Loops it stands in.
    depth: usize,
    position: String,
    label: String,
    where_is: String,
    is_loop: bool,
    must: bool,
    read: bool,
    times: String,
    prose: String,
    link: String,
    area: Option<&'static str>,
    notes: Vec<String>,
    /// What a guide says of just this line.
    rules: Vec<Note>,
    forbidden: bool,
}

/// What a guide says, where it says it.
struct Note {
    sentence: String,
    /// It tolerates rather than asks.
    patient: bool,
}

/// A segment with its elements.
struct Segment {
    id: String,
    prose: String,
    anchor: String,
    /// Where it stands, when a guide made several of one segment.
    places: String,
    elements: Vec<Element>,
    relations: Vec<String>,
}

/// An element or component.
struct Element {
    at: String,
    name: String,
    prose: String,
    must: bool,
    kind: String,
    lengths: String,
    component: bool,
    codes: Vec<(String, String)>,
    closed: bool,
    fields: Vec<String>,
    repeats: String,
    rules: Vec<Note>,
}

/// A sentence of the guide with its reason.
struct Said {
    sentence: String,
    why: String,
    effect: &'static str,
}

impl<'a> Page<'a> {
    pub(super) fn new(source: &Source<'a>, standard: Option<&Schema>, about: &'a About) -> Self {
        let schema = source.schema;
        let reading = Reading::of(source);
        let title = match about.partner.as_str() {
            "" => format!("{} {}", schema.name, schema.set),
            partner => format!("{} {} for {partner}", schema.name, schema.set),
        };
        let (asks, tolerates) = guide(schema);
        let implementation = schema.from_005010 && schema.release.len() > 6;
        let answer = ["997", "999", "TA1"].contains(&schema.set.as_str());
        let (acknowledgment, reports) = if implementation {
            ("999", Report { segment: "IK3", element: "IK4", verdict: "IK5" })
        } else {
            ("997", Report { segment: "AK3", element: "AK4", verdict: "AK5" })
        };
        Self {
            schema,
            about,
            title,
            areas: areas(schema, &reading),
            tree: tree(schema, &reading),
            segments: segments(schema, &reading),
            asks,
            tolerates,
            changes: standard.map(|standard| changes(standard, schema)).unwrap_or_default(),
            example: lines(source),
            mapped: reading.known,
            acknowledgment: if answer { "" } else { acknowledgment },
            reports,
        }
    }

    /// A digest short enough to compare by eye.
    fn short(digest: &crate::vocabulary::digest::Digest) -> String {
        digest.to_string().chars().take(12).collect()
    }
}

fn guide(schema: &Schema) -> (Vec<Said>, Vec<Said>) {
    let (mut asks, mut tolerates) = (Vec::new(), Vec::new());
    for rule in &schema.guide.rules {
        let sentence = words::rule(schema, rule);
        let said = Said { sentence, why: rule.prose.clone(), effect: "" };
        match rule.check {
            GuideCheck::Deviation(_) => tolerates.push(said),
            _ => asks.push(said),
        }
    }
    for relaxed in &schema.guide.relaxed {
        let sentence = words::relaxed(relaxed);
        tolerates.push(Said { sentence, why: relaxed.prose.clone(), effect: "" });
    }
    (asks, tolerates)
}

/// How the guide's tables differ from the standard's; what its rules say stands elsewhere.
fn changes(standard: &Schema, schema: &Schema) -> Vec<Said> {
    let changes = schemas(standard, schema);
    let told = changes.into_iter().filter(|change| !change.place.is_empty());
    let told = told.filter(|change| change.effect != Effect::Other);
    told.map(|change| Said {
        sentence: change.to_string(),
        why: String::new(),
        effect: change.effect.words(),
    })
    .collect()
}

fn areas(schema: &Schema, reading: &Reading) -> Vec<Area> {
    let Some(set) = schema.nodes.first() else { return Vec::new() };
    let mut areas: Vec<Area> = Vec::new();
    for id in &set.children {
        let Some(node) = schema.nodes.get(id.index()) else { continue };
        let name = area(node);
        if areas.last().is_none_or(|area| area.name != name) {
            areas.push(Area { name, boxes: Vec::new() });
        }
        if let (Some(area), Some(drawn)) = (areas.last_mut(), drawn(schema, reading, *id, 0)) {
            area.boxes.push(drawn);
        }
    }
    areas
}

fn drawn(schema: &Schema, reading: &Reading, id: NodeId, hue: usize) -> Option<Drawn> {
    let node = schema.nodes.get(id.index())?;
    let children = node.children.iter();
    Some(Drawn {
        id: node.id.clone(),
        name: label(node),
        prose: node.prose.clone(),
        must: node.min > 0,
        read: reading.reads(id),
        times: badge(node.max),
        link: anchor(schema, node.segment),
        hue: hue % HUES,
        is_loop: matches!(node.kind, NodeKind::Loop(_)),
        forbidden: forbidden(schema, id),
        children: children.filter_map(|child| drawn(schema, reading, *child, hue + 1)).collect(),
    })
}

/// Colours of loops within loops.
const HUES: usize = 5;

fn tree(schema: &Schema, reading: &Reading) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut last = "";
    let mut open: Vec<NodeId> = schema
        .nodes
        .first()
        .map_or_else(Vec::new, |set| set.children.iter().rev().copied().collect());
    while let Some(id) = open.pop() {
        let Some(node) = schema.nodes.get(id.index()) else { continue };
        let here = area(node);
        rows.push(Row {
            depth: depth(schema, node),
            position: words::position(schema, node),
            label: label(node),
            where_is: words::conditions(&node.condition),
            is_loop: matches!(node.kind, NodeKind::Loop(_)),
            must: node.min > 0,
            read: reading.reads(id),
            times: often(node.max),
            prose: node.prose.clone(),
            link: anchor(schema, node.segment),
            area: (here != last).then_some(here),
            notes: levels(schema, node),
            rules: rules(schema, id),
            forbidden: forbidden(schema, id),
        });
        last = here;
        open.extend(node.children.iter().rev());
    }
    rows
}

/// Loops around a node, itself among them; as many as the page has bars for.
fn depth(schema: &Schema, node: &Node) -> usize {
    let mut depth = usize::from(matches!(node.kind, NodeKind::Loop(_)));
    let mut parent = node.parent;
    while parent != NodeId::SET {
        depth += 1;
        parent = schema.nodes.get(parent.index()).map_or(NodeId::SET, |node| node.parent);
    }
    depth.min(BARS)
}

/// Loops within loops that the page tells apart.
pub(super) const BARS: usize = 8;

/// Rules of the guides that name just this node, but for those about one element.
fn rules(schema: &Schema, id: NodeId) -> Vec<Note> {
    let own = schema.guide.rules.iter();
    own.filter(|rule| rule.nodes == [id] && element_of(rule).is_none())
        .map(|rule| note(schema, rule))
        .collect()
}

fn note(schema: &Schema, rule: &GuideRule) -> Note {
    let patient = matches!(rule.check, GuideCheck::Deviation(_));
    Note { sentence: words::rule(schema, rule), patient }
}

/// The element a rule is about, when it is about one.
fn element_of(rule: &GuideRule) -> Option<ElementRef> {
    match &rule.check {
        GuideCheck::RequireElement(at)
        | GuideCheck::ForbidElement(at)
        | GuideCheck::Codes(at, _)
        | GuideCheck::Length(at, ..)
        | GuideCheck::Pattern(at, _)
        | GuideCheck::Deviation(
            Deviation::ElementAbsent(at) | Deviation::Length(at, ..) | Deviation::Code(at, _),
        ) => Some(*at),
        GuideCheck::Require
        | GuideCheck::Forbid
        | GuideCheck::Limit(_)
        | GuideCheck::Deviation(
            Deviation::Absent | Deviation::MoreThan(_) | Deviation::Before(_),
        ) => None,
    }
}

/// Rules about an element of a segment row.
fn element_rules(schema: &Schema, row: usize, element: u8, component: Option<u8>) -> Vec<Note> {
    let here = |rule: &&GuideRule| {
        let at = element_of(rule);
        let stands =
            |id: &NodeId| schema.nodes.get(id.index()).is_some_and(|node| node.segment == row);
        at.is_some_and(|at| at.element == element && at.component == component)
            && rule.nodes.iter().any(stands)
    };
    schema.guide.rules.iter().filter(here).map(|rule| note(schema, rule)).collect()
}

/// Whether a guide always forbids the node.
fn forbidden(schema: &Schema, id: NodeId) -> bool {
    schema.guide.rules.iter().any(|rule| {
        rule.check == GuideCheck::Forbid
            && rule.nodes.contains(&id)
            && rule.condition.is_empty()
            && rule.within.is_empty()
            && rule.when.is_none()
    })
}

/// `once`, `up to 5`, `any number`.
fn often(max: u32) -> String {
    match max {
        1 => "once".to_owned(),
        u32::MAX => "any number".to_owned(),
        max => format!("up to {max}"),
    }
}

fn levels(schema: &Schema, node: &Node) -> Vec<String> {
    let rule = node.tree.and_then(|tree| schema.trees.get(tree));
    let levels = rule.into_iter().flat_map(|rule| &rule.levels);
    levels
        .map(|(code, must, under)| {
            let must = if *must { "; at least one must stand" } else { "" };
            match under.as_slice() {
                [] => format!("Level {code} stands at the top{must}."),
                under => format!("Level {code} stands under {}{must}.", words::listed(under, "or")),
            }
        })
        .collect()
}

/// `loop N1`, `loop 2100`, `REF`.
fn label(node: &Node) -> String {
    match &node.kind {
        NodeKind::Loop(name) => name.clone(),
        NodeKind::Segment | NodeKind::Set => node.id.clone(),
    }
}

fn badge(max: u32) -> String {
    match max {
        1 => String::new(),
        u32::MAX => "×∞".to_owned(),
        max => format!("×{max}"),
    }
}

const AREA: u32 = 100_000;

fn area(node: &Node) -> &'static str {
    match node.position / AREA {
        0 => "Heading",
        1 => "Detail",
        _ => "Summary",
    }
}

/// Where the page explains a segment: by id, and by row when a guide made several of one id.
fn anchor(schema: &Schema, row: usize) -> String {
    let Some(rule) = schema.segments.get(row) else { return String::new() };
    let first = schema.segments.iter().position(|other| other.id == rule.id);
    if first == Some(row) { rule.id.clone() } else { format!("{}-{row}", rule.id) }
}

fn segments(schema: &Schema, reading: &Reading) -> Vec<Segment> {
    let mut seen: Vec<usize> = Vec::new();
    for node in schema.nodes.iter().filter(|node| node.kind == NodeKind::Segment) {
        if !seen.contains(&node.segment) {
            seen.push(node.segment);
        }
    }
    let found = seen.iter().filter_map(|row| Some((*row, schema.segments.get(*row)?)));
    found.map(|(row, rule)| segment(schema, reading, row, rule, &seen)).collect()
}

fn segment(
    schema: &Schema,
    reading: &Reading,
    row: usize,
    rule: &SegmentRule,
    shown: &[usize],
) -> Segment {
    let same = |other: &&usize| schema.segments.get(**other).is_some_and(|one| one.id == rule.id);
    let places = if shown.iter().filter(same).count() < 2 {
        String::new()
    } else {
        let nodes = schema.nodes.iter();
        let here = nodes.filter(|node| node.kind == NodeKind::Segment && node.segment == row);
        let names: Vec<String> = here.map(|node| place(schema, node)).collect();
        words::listed(&names, "and")
    };
    let mut elements = Vec::new();
    for element in rows(rule) {
        let fields = |component| reading.fields(row, element.first, component);
        let rules = element_rules(schema, row, element.first, None);
        let whole = described(schema, element.rule, element.positions(), fields(None));
        elements.push(Element { rules, ..whole });
        if let ElementContent::Composite(composite) = element.rule.content
            && let Some(composite) = schema.composites.get(composite)
        {
            for (position, part) in (1u8..).zip(&composite.components) {
                let at = format!("{:02}.{position}", element.first);
                let rules = element_rules(schema, row, element.first, Some(position));
                let described = described(schema, part, at, fields(Some(position)));
                elements.push(Element { component: true, rules, ..described });
            }
        }
    }
    Segment {
        id: rule.id.clone(),
        prose: rule.prose.clone(),
        anchor: anchor(schema, row),
        places,
        elements,
        relations: words::relations(&rule.elements, &rule.relations),
    }
}

/// `in loop N1`, `at the top`.
fn place(schema: &Schema, node: &Node) -> String {
    match schema.nodes.get(node.parent.index()).map(|parent| &parent.kind) {
        Some(NodeKind::Loop(name)) => format!("in loop {name}"),
        _ => "outside loops".to_owned(),
    }
}

fn described(schema: &Schema, rule: &ElementRule, at: String, fields: Vec<String>) -> Element {
    let list = |simple: &SimpleRule| -> Option<&CodeListRule> {
        simple.codes.and_then(|row| schema.code_lists.get(row))
    };
    let (kind, lengths, codes) = match &rule.content {
        ElementContent::Simple(simple) => {
            (words::kind(simple), words::lengths(simple.min, simple.max), list(simple))
        }
        ElementContent::Composite(_) => ("several parts".to_owned(), String::new(), None),
        ElementContent::Unused => ("not used".to_owned(), String::new(), None),
    };
    let meaning = |(code, name, prose): &(String, String, String)| {
        let words = if prose.is_empty() { name.replace('_', " ") } else { prose.clone() };
        (code.clone(), words)
    };
    Element {
        at,
        name: rule.name.replace('_', " "),
        prose: rule.prose.clone(),
        must: rule.must,
        kind,
        lengths,
        component: false,
        codes: codes.map(|list| list.codes.iter().map(meaning).collect()).unwrap_or_default(),
        closed: codes.is_some_and(|list| list.closed),
        fields,
        rules: Vec::new(),
        repeats: if rule.repeats > 1 { words::times(rule.repeats) } else { String::new() },
    }
}
