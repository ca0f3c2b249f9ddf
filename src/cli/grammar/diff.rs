//! `edigate grammar diff`: what changed between two sets, guides or texts, in words; or which map
//! gives which field of a record.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal};
use std::path::Path;
use std::sync::Arc;

use serde_json::json;

use crate::cli::exit::Exit;
use crate::cli::grammars::{Choice, InForce};
use crate::grammar::diff::{Change, Effect, FieldLine, fields, schemas, texts};
use crate::grammar::library::Library;
use crate::grammar::map::MapText;
use crate::grammar::record::{FieldKind, Record};
use crate::grammar::schema::Schema;
use crate::grammar::syntax::{Text, decode, parse_any};

/// Arguments of `edigate grammar diff`.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// What was: a set (`x12/004010/850`), a guide (`acme-retail/850`), a text or a file.
    #[arg(value_name = "BEFORE", required_unless_present = "record", conflicts_with = "record")]
    before: Option<String>,
    /// What is.
    #[arg(value_name = "AFTER", required_unless_present = "record", conflicts_with = "record")]
    after: Option<String>,
    /// List which map gives which field of this record: `purchase_order`.
    #[arg(long, value_name = "RECORD")]
    record: Option<String>,
    /// Print one JSON object for each change, or for each field.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    choice: Choice,
}

/// Runs the command: 0 with or without changes.
pub(super) fn run(arguments: &Arguments) -> Exit {
    let force = match arguments.choice.load() {
        Ok(force) => force,
        Err(failure) => return failure.tell(),
    };
    match (&arguments.record, &arguments.before, &arguments.after) {
        (Some(record), ..) => record_fields(&force, record, arguments.json),
        (None, Some(before), Some(after)) => {
            match side(&force, before).and_then(|one| Ok((one, side(&force, after)?))) {
                Ok((before, after)) => compare(&before, &after, arguments),
                Err(exit) => exit,
            }
        }
        _ => Exit::Unreadable,
    }
}

/// One of the two things compared.
enum Side {
    Schema(Arc<Schema>),
    Text(Box<Text>),
}

fn side(force: &InForce, name: &str) -> Result<Side, Exit> {
    let library = force.library();
    let path = Path::new(name);
    if path.is_file() {
        return file(library, path);
    }
    if let Some(text) = library.text(name)
        && !matches!(text, Text::Structure(_) | Text::Guide(_))
    {
        return Ok(Side::Text(Box::new(text.clone())));
    }
    let found = super::resolve(force, name, None)?;
    found.schema.clone().map(Side::Schema).ok_or(Exit::Unreadable)
}

/// A file: a structure or a guide is compiled with the texts that are known.
fn file(library: &Library, path: &Path) -> Result<Side, Exit> {
    let name = path.display().to_string();
    let failed = |error: io::Error| crate::cli::tell(&format!("{name}: {error}"), Exit::Unreadable);
    let bytes = std::fs::read(path).map_err(failed)?;
    let text = decode(&bytes, &name).map_err(|error| {
        super::show_errors(&[error], |_| "");
        Exit::Refused
    })?;
    let parsed = parse_any(text, &name).map_err(|errors| {
        super::show_errors(&errors, |_| text);
        Exit::Refused
    })?;
    let place = match &parsed {
        Text::Structure(one) => format!("x12/{}/{}", one.release, one.set),
        Text::Guide(one) => format!("{}/{}", one.partner, one.set),
        _ => return Ok(Side::Text(Box::new(parsed))),
    };
    let end = if matches!(parsed, Text::Guide(_)) { "guide" } else { "grammar" };
    let mut other = Library::new();
    let known: Vec<(String, String)> = library
        .paths()
        .filter_map(|path| Some((path.to_owned(), library.source(path)?.to_owned())))
        .collect();
    for (path, text) in known.iter().map(|(path, text)| (path.as_str(), text.as_str())) {
        other.add(path, text).unwrap_or_default();
    }
    other.add(&format!("{place}.{end}"), text).unwrap_or_default();
    other.schema(&place).map(Side::Schema).map_err(|errors| super::tell_errors(&other, &errors))
}

fn compare(before: &Side, after: &Side, arguments: &Arguments) -> Exit {
    let changes = match (before, after) {
        (Side::Schema(one), Side::Schema(other)) => schemas(one, other),
        (Side::Text(one), Side::Text(other)) => texts(one, other),
        _ => {
            let text = "a structure or guide can't be compared with a text of another kind";
            return crate::cli::tell(text, Exit::Unreadable);
        }
    };
    if arguments.json {
        let lines: String = changes.iter().map(|change| format!("{}\n", as_json(change))).collect();
        return super::print(&lines);
    }
    super::print(&in_words(&changes))
}

fn as_json(change: &Change) -> serde_json::Value {
    let effect = match change.effect {
        Effect::Narrower => "narrower",
        Effect::Wider => "wider",
        Effect::Other => "other",
    };
    json!({ "effect": effect, "place": change.place, "sentence": change.sentence })
}

fn in_words(changes: &[Change]) -> String {
    if changes.is_empty() {
        return "nothing changes for whoever sends\n".to_owned();
    }
    let mut page = String::new();
    for effect in [Effect::Narrower, Effect::Wider, Effect::Other] {
        let these: Vec<&Change> = changes.iter().filter(|change| change.effect == effect).collect();
        if these.is_empty() {
            continue;
        }
        let many = if these.len() == 1 { "change" } else { "changes" };
        page.push_str(&format!("{} ({} {many})\n", effect.words(), these.len()));
        for change in these {
            page.push_str(&format!("  {change}\n"));
        }
    }
    page
}

/// Which map gives which field.
fn record_fields(force: &InForce, name: &str, json: bool) -> Exit {
    let library = force.library();
    let path = format!("canonical/{name}.record");
    let Some(Text::Record(record)) = library.text(&path) else {
        return super::unknown_record(library, name);
    };
    let shared = match library.text("canonical/parts.record") {
        Some(Text::Record(parts)) => Some(parts),
        _ => None,
    };
    let parts = match library.text("x12/parts.map") {
        Some(Text::Map(parts)) => Some(parts),
        _ => None,
    };
    let maps: Vec<(&str, &MapText)> = library
        .paths()
        .filter_map(|path| match library.text(path) {
            Some(Text::Map(map)) if map.record == name => Some((path, map)),
            _ => None,
        })
        .collect();
    let mut given: BTreeMap<String, Vec<(&str, FieldLine)>> = BTreeMap::new();
    for (path, map) in &maps {
        for line in fields(map, parts).into_iter().filter(|line| !line.field.is_empty()) {
            given
                .entry(line.field.trim_end_matches("[]").to_owned())
                .or_default()
                .push((path, line));
        }
    }
    let rows: Vec<Row> = in_record(record, shared, "", 0)
        .into_iter()
        .map(|(field, must)| {
            let lines = given.get(&field).cloned().unwrap_or_default();
            let lines = lines.into_iter().map(|(path, line)| (path.to_owned(), line)).collect();
            Row { field, must, lines }
        })
        .collect();
    if json {
        let lines: String = rows.iter().map(|row| format!("{}\n", row.as_json())).collect();
        return super::print(&lines);
    }
    let mut cells: Vec<Vec<String>> = Vec::new();
    for row in &rows {
        let must = if row.must { "must" } else { "" };
        match row.lines.as_slice() {
            [] => {
                cells.push(vec![row.field.clone(), must.to_owned(), String::new(), String::new()]);
            }
            lines => cells.extend(lines.iter().map(|(path, line)| {
                vec![row.field.clone(), must.to_owned(), path.clone(), line.place.clone()]
            })),
        }
    }
    let mut out = Vec::new();
    let header = ["field", "", "map", "from"];
    match crate::cli::table::write(&mut out, io::stdout().is_terminal(), &header, &cells) {
        Ok(()) => super::print_bytes(&out),
        Err(error) => crate::cli::tell(&error.to_string(), Exit::World),
    }
}

/// A field of the record and the lines that give it.
struct Row {
    field: String,
    must: bool,
    lines: Vec<(String, FieldLine)>,
}

impl Row {
    fn as_json(&self) -> serde_json::Value {
        let lines = self
            .lines
            .iter()
            .map(|(path, line)| json!({ "map": path, "place": line.place, "how": line.how }));
        json!({
            "field": self.field,
            "must": self.must,
            "given": lines.collect::<Vec<_>>(),
        })
    }
}

/// Fields of a record down to the plain ones, as maps spell them.
fn in_record(
    record: &Record,
    shared: Option<&Record>,
    of: &str,
    depth: usize,
) -> Vec<(String, bool)> {
    fields_of(record, shared, &record.fields, of, depth)
}

fn fields_of(
    record: &Record,
    shared: Option<&Record>,
    fields: &[crate::grammar::record::Field],
    of: &str,
    depth: usize,
) -> Vec<(String, bool)> {
    let mut found = Vec::new();
    for field in fields {
        let list = if field.list { "[]" } else { "" };
        let name = format!("{of}{}", field.name);
        let must = field.requirement == crate::grammar::line::Requirement::Must;
        let part = match &field.kind {
            FieldKind::Part(part) => Some(part),
            _ => None,
        };
        let part = part.and_then(|name| {
            let own = record.parts.iter().chain(shared.into_iter().flat_map(|text| &text.parts));
            own.into_iter().find(|part| part.name == *name)
        });
        match part {
            // Parts may hold themselves (packs in packs): so deep nothing new comes.
            Some(part) if depth < PART_DEPTH => {
                let inner = format!("{name}{list}.");
                found.extend(fields_of(record, shared, &part.fields, &inner, depth + 1));
            }
            Some(_) => {}
            None => found.push((name, must)),
        }
    }
    found
}

/// Parts within parts that are listed.
const PART_DEPTH: usize = 4;
