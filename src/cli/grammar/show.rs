//! `edigate grammar show`: the structure in force as a tree, on request with its elements; any
//! other text in its canonical form.

use std::fmt::Write as _;
use std::io::{self, IsTerminal};

use serde_json::{Value, json};

use super::Subject;
use crate::cli::exit::Exit;
use crate::grammar::companion::words::{self, rows};
use crate::grammar::library::Resolution;
use crate::grammar::print::print;
use crate::grammar::schema::{
    CompositeRule, ElementContent, ElementRule, Node, NodeId, NodeKind, Schema, SegmentRule,
};

/// Arguments of `edigate grammar show`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(flatten)]
    subject: Subject,
    /// Show the elements of these segments; of all with `--elements`.
    #[arg(value_name = "SEGMENT")]
    segments: Vec<String>,
    /// Show the elements of every segment.
    #[arg(long)]
    elements: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

/// Runs the command.
pub(super) fn run(arguments: &Arguments) -> Exit {
    if arguments.subject.is_text() {
        return text(arguments);
    }
    let (_, found) = match arguments.subject.resolve() {
        Ok(found) => found,
        Err(exit) => return exit,
    };
    let Some(schema) = &found.schema else { return Exit::Unreadable };
    if arguments.json {
        return super::print(&format!("{}\n", as_json(&found, schema)));
    }
    let mut wanted: Vec<&SegmentRule> = Vec::new();
    for name in &arguments.segments {
        match segments(schema).into_iter().find(|segment| segment.id == *name) {
            Some(segment) => wanted.push(segment),
            None => {
                let known = segments(schema).into_iter().map(|segment| segment.id.as_str());
                let hint = crate::vocabulary::suggest::nearest(name, known);
                let hint = hint.map_or_else(String::new, |near| format!("; did you mean {near}?"));
                let text = format!("{} has no segment {name}{hint}", schema.rule);
                return crate::cli::tell(&text, Exit::Unreadable);
            }
        }
    }
    if arguments.elements {
        wanted = segments(schema);
    }
    let paint = Paint { on: io::stdout().is_terminal() };
    let mut page = String::new();
    if arguments.segments.is_empty() {
        page.push_str(&head(schema, paint));
        tree(schema, NodeId::SET, "", paint, &mut page);
        page.push_str(&guide(schema));
    }
    for segment in wanted {
        page.push_str(&table(schema, segment, paint));
    }
    super::print(page.trim_start_matches('\n'))
}

/// A text that is no structure: `x12/850.map`, `canonical/invoice.record`.
fn text(arguments: &Arguments) -> Exit {
    let force = match arguments.subject.choice.load() {
        Ok(force) => force,
        Err(failure) => return failure.tell(),
    };
    let path = &arguments.subject.set;
    let library = force.library();
    match (library.text(path), library.source(path)) {
        (Some(text), _) if arguments.json => {
            let digest = crate::grammar::print::identity(text).to_string();
            let line = json!({ "path": path, "digest": digest, "text": print(text) });
            super::print(&format!("{line}\n"))
        }
        (Some(text), _) => super::print(&print(text)),
        (None, Some(source)) => {
            let errors: Vec<_> =
                library.check().into_iter().filter(|error| error.file == *path).collect();
            super::show_errors(&errors, |_| source)
        }
        (None, None) => {
            let hint = crate::vocabulary::suggest::nearest(path, library.paths());
            let hint = hint.map_or_else(String::new, |near| format!("; did you mean {near}?"));
            crate::cli::tell(&format!("there is no text {path}{hint}"), Exit::Unreadable)
        }
    }
}

/// Colours on a terminal.
#[derive(Clone, Copy)]
struct Paint {
    on: bool,
}

impl Paint {
    fn dim(self, text: &str) -> String {
        self.style(anstyle::Style::new().dimmed(), text)
    }

    fn bold(self, text: &str) -> String {
        self.style(anstyle::Style::new().bold(), text)
    }

    fn style(self, style: anstyle::Style, text: &str) -> String {
        if self.on { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }
}

fn head(schema: &Schema, paint: Paint) -> String {
    let name = paint.bold(&schema.name);
    let (rule, group) = (&schema.rule, &schema.group);
    let identity = paint.dim(&format!("identity {}", schema.identity));
    format!("{rule}  {name}  (group {group}, release {})\n{identity}\n", schema.release)
}

/// The lines below a node, drawn with branches.
fn tree(schema: &Schema, of: NodeId, indent: &str, paint: Paint, page: &mut String) {
    let Some(node) = schema.nodes.get(of.index()) else { return };
    let rows: Vec<(NodeId, &Node)> = node
        .children
        .iter()
        .filter_map(|id| schema.nodes.get(id.index()).map(|node| (*id, node)))
        .collect();
    let width = rows.iter().map(|(_, row)| label(schema, row).chars().count()).max().unwrap_or(0);
    let mut area = None;
    for (index, (id, row)) in rows.iter().enumerate() {
        let here = row.position / AREA;
        if of == NodeId::SET && area != Some(here) {
            area = Some(here);
            let name = AREAS.get(usize::try_from(here).unwrap_or(0)).copied().unwrap_or("");
            page.push_str(&format!("\n{}\n", paint.bold(name)));
        }
        let last = rows
            .get(index + 1)
            .is_none_or(|(_, next)| of == NodeId::SET && next.position / AREA != here);
        let (branch, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        let label = label(schema, row);
        let must = if row.min > 0 { "must" } else { "may " };
        let most = if row.max == u32::MAX { "any".to_owned() } else { row.max.to_string() };
        let bold =
            if matches!(row.kind, NodeKind::Loop(_)) { paint.bold(&label) } else { label.clone() };
        let blanks = " ".repeat(width.saturating_sub(label.chars().count()));
        let line = format!("{indent}{branch}{bold}{blanks}  {must}  {most:<6}  {}", row.prose);
        page.push_str(line.trim_end());
        page.push('\n');
        if matches!(row.kind, NodeKind::Loop(_)) {
            let deeper = format!("{indent}{below}");
            levels(schema, row, &deeper, page);
            tree(schema, *id, &deeper, paint, page);
        }
    }
}

/// `020 BEG`, `loop N1`, `REF where 01 is IA`.
fn label(schema: &Schema, node: &Node) -> String {
    let condition = match words::conditions(&node.condition) {
        text if text.is_empty() => text,
        text => format!(" where {text}"),
    };
    match &node.kind {
        NodeKind::Loop(name) if *name == node.id => format!("loop {name}{condition}"),
        NodeKind::Loop(name) => format!("loop {name} on {}{condition}", node.id),
        NodeKind::Segment | NodeKind::Set => {
            format!("{} {}{condition}", words::position(schema, node), node.id)
        }
    }
}

fn levels(schema: &Schema, node: &Node, indent: &str, page: &mut String) {
    let Some(rule) = node.tree.and_then(|tree| schema.trees.get(tree)) else { return };
    for (code, must, under) in &rule.levels {
        let must = if *must { ", must stand" } else { "" };
        let under = match under.as_slice() {
            [] => "at the top".to_owned(),
            under => format!("under {}", words::listed(under, "or")),
        };
        page.push_str(&format!("{indent}· level {code} {under}{must}\n"));
    }
}

/// What the guides in force say beyond the tree.
fn guide(schema: &Schema) -> String {
    let mut page = String::new();
    for path in &schema.guide.paths {
        page.push_str(&format!("\n{path} says\n"));
        for rule in schema.guide.rules.iter().filter(|rule| rule.guide == *path) {
            let why =
                if rule.prose.is_empty() { String::new() } else { format!(" {}.", rule.prose) };
            page.push_str(&format!("  {}{why}\n", words::rule(schema, rule)));
        }
        for relaxed in schema.guide.relaxed.iter().filter(|relaxed| relaxed.guide == *path) {
            page.push_str(&format!("  {}\n", words::relaxed(relaxed)));
        }
    }
    page
}

/// The segments that stand in the set, each once.
fn segments(schema: &Schema) -> Vec<&SegmentRule> {
    let mut seen = std::collections::BTreeSet::new();
    let nodes = schema.nodes.iter().filter(|node| node.kind == NodeKind::Segment);
    let fresh = nodes.filter(|node| seen.insert(node.segment));
    fresh.filter_map(|node| schema.segments.get(node.segment)).collect()
}

/// The elements of a segment.
fn table(schema: &Schema, segment: &SegmentRule, paint: Paint) -> String {
    let mut page = format!("\n{}  {}\n", paint.bold(&segment.id), segment.prose);
    let mut cells: Vec<[String; 5]> = Vec::new();
    for row in rows(segment) {
        cells.push(element(schema, row.rule, &row.positions()));
        if let Some(composite) = composite(schema, row.rule) {
            for (index, part) in composite.components.iter().enumerate() {
                cells.push(element(schema, part, &format!("  .{}", index + 1)));
            }
        }
    }
    let width = |column: usize| {
        let lengths =
            cells.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        lengths.max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..4).map(width).collect();
    for row in &cells {
        let mut line = " ".to_owned();
        for (cell, width) in row.iter().zip(widths.iter().chain(&[0])) {
            // Writing to a text never fails.
            let _ = write!(line, " {cell:<width$} ").ok();
        }
        page.push_str(line.trim_end());
        page.push('\n');
    }
    for sentence in words::relations(&segment.elements, &segment.relations) {
        page.push_str(&format!("  {sentence}\n"));
    }
    page
}

fn composite<'a>(schema: &'a Schema, rule: &ElementRule) -> Option<&'a CompositeRule> {
    match rule.content {
        ElementContent::Composite(row) => schema.composites.get(row),
        ElementContent::Simple(_) | ElementContent::Unused => None,
    }
}

fn element(schema: &Schema, rule: &ElementRule, at: &str) -> [String; 5] {
    let must = if rule.must { "must" } else { "may" };
    let (kind, codes) = match &rule.content {
        ElementContent::Simple(simple) => {
            let kind = format!("{} {}..{}", simple.kind, simple.min, simple.max);
            let list = simple.codes.and_then(|row| schema.code_lists.get(row));
            let codes = list.map_or_else(String::new, |list| {
                let codes: Vec<&str> = list.codes.iter().map(|(code, ..)| code.as_str()).collect();
                let open = if list.closed { "" } else { " …" };
                format!("[{}{open}]", codes.join(" "))
            });
            (kind, codes)
        }
        ElementContent::Composite(_) => ("composite".to_owned(), String::new()),
        ElementContent::Unused => ("not used".to_owned(), String::new()),
    };
    let said =
        if codes.is_empty() { rule.prose.clone() } else { format!("{} {codes}", rule.prose) };
    [at.to_owned(), must.to_owned(), kind, rule.name.clone(), said.trim().to_owned()]
}

fn as_json(found: &Resolution, schema: &Schema) -> Value {
    json!({
        "rule": schema.rule,
        "name": schema.name,
        "set": schema.set,
        "release": schema.release,
        "group": schema.group,
        "identity": schema.identity.to_string(),
        "texts": schema.texts.iter().map(|(path, digest)| json!({
            "path": path, "digest": digest.to_string(),
        })).collect::<Vec<_>>(),
        "record": found.record.as_ref().map(|record| format!("{}/{}", record.name, record.version)),
        "children": children(schema, NodeId::SET),
        "segments": segments(schema).into_iter().map(|segment| json!({
            "id": segment.id,
            "prose": segment.prose,
            "elements": elements(schema, &segment.elements),
            "relations": words::relations(&segment.elements, &segment.relations),
        })).collect::<Vec<_>>(),
        "guides": schema.guide.paths,
        "rules": schema.guide.rules.iter().map(|rule| json!({
            "guide": rule.guide, "line": rule.line, "sentence": words::rule(schema, rule),
            "prose": rule.prose,
        })).collect::<Vec<_>>(),
    })
}

fn children(schema: &Schema, of: NodeId) -> Value {
    let Some(node) = schema.nodes.get(of.index()) else { return Value::Null };
    let child = |id: &NodeId| {
        let row = schema.nodes.get(id.index())?;
        let most = if row.max == u32::MAX { Value::Null } else { json!(row.max) };
        let mut value = json!({
            "id": row.id, "position": row.position % AREA,
            "area": AREAS.get(usize::try_from(row.position / AREA).unwrap_or(0)),
            "must": row.min > 0, "max": most, "prose": row.prose,
        });
        let fields = value.as_object_mut()?;
        if !row.condition.is_empty() {
            fields.insert("where".to_owned(), json!(words::conditions(&row.condition)));
        }
        if let NodeKind::Loop(name) = &row.kind {
            fields.insert("loop".to_owned(), json!(name));
            fields.insert("children".to_owned(), children(schema, *id));
        }
        Some(value)
    };
    Value::Array(node.children.iter().filter_map(child).collect())
}

fn elements(schema: &Schema, rules: &[ElementRule]) -> Vec<Value> {
    let element = |(index, rule): (usize, &ElementRule)| {
        let mut value = json!({
            "position": index + 1, "name": rule.name, "must": rule.must,
            "repeats": rule.repeats, "prose": rule.prose,
        });
        let fields = value.as_object_mut()?;
        match &rule.content {
            ElementContent::Simple(simple) => {
                fields.insert("type".to_owned(), json!(simple.kind.to_string()));
                fields.insert("min".to_owned(), json!(simple.min));
                fields.insert("max".to_owned(), json!(simple.max));
                fields.insert("dictionary".to_owned(), json!(simple.dictionary));
                if let Some(list) = simple.codes.and_then(|row| schema.code_lists.get(row)) {
                    let codes: Vec<&str> =
                        list.codes.iter().map(|(code, ..)| code.as_str()).collect();
                    fields.insert("codes".to_owned(), json!(codes));
                    fields.insert("closed".to_owned(), json!(list.closed));
                }
            }
            ElementContent::Composite(row) => {
                let composite = schema.composites.get(*row)?;
                fields.insert("composite".to_owned(), json!(composite.id));
                let parts = elements(schema, &composite.components);
                fields.insert("components".to_owned(), Value::Array(parts));
            }
            ElementContent::Unused => return None,
        }
        Some(value)
    };
    rules.iter().enumerate().filter_map(element).collect()
}

/// Positions of one area.
const AREA: u32 = 100_000;
const AREAS: [&str; 3] = ["heading", "detail", "summary"];
