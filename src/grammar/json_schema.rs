//! The JSON Schema (2020-12) of a record, from its `.record` text: what stands in a delivered
//! document, for whoever reads it with other tools.

use serde_json::{Map, Value, json};

use super::line::Requirement;
use super::record::{Field, FieldKind, Part, Record};

/// The schema of `record`; `shared` holds the parts all records use (`parts.record`).
///
/// ```
/// use edigate::grammar::{json_schema::json_schema, syntax::parse_record};
/// let text = "record greeting 1  Hello\n  word  must  text  What is said\n";
/// let schema = json_schema(&parse_record(text, "greeting.record").unwrap(), None);
/// assert_eq!(schema["properties"]["schema"]["const"], "greeting/1");
/// assert_eq!(schema["properties"]["word"]["description"], "What is said");
/// assert_eq!(schema["required"], serde_json::json!(["schema", "word"]));
/// ```
#[must_use]
pub fn json_schema(record: &Record, shared: Option<&Record>) -> Value {
    let name = format!("{}/{}", record.name, record.version);
    let mut root = object(&record.prose, &record.fields);
    if let Some(properties) = root.get_mut("properties").and_then(Value::as_object_mut) {
        let mut all = Map::new();
        all.insert("schema".to_owned(), json!({ "const": name }));
        all.append(properties);
        all.insert("envelope".to_owned(), json!({ "$ref": "#/$defs/envelope" }));
        all.insert("source".to_owned(), json!({ "$ref": "#/$defs/source" }));
        *properties = all;
    }
    let mut required = vec![Value::from("schema")];
    if let Some(Value::Array(fields)) = root.remove("required") {
        required.extend(fields);
    }
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert(
        "$id".to_owned(),
        json!(format!("urn:edigate:record:{}:{}", record.name, record.version)),
    );
    schema.insert("title".to_owned(), json!(record.name));
    schema.append(&mut root);
    schema.insert("required".to_owned(), Value::Array(required));
    schema.insert("$defs".to_owned(), Value::Object(definitions(record, shared)));
    Value::Object(schema)
}

/// The parts a record needs, its own before shared ones, and the shapes of every record.
fn definitions(record: &Record, shared: Option<&Record>) -> Map<String, Value> {
    let find = |name: &str| {
        let shared = shared.iter().flat_map(|shared| &shared.parts);
        record.parts.iter().chain(shared).find(|part| part.name == name)
    };
    let mut needed: Vec<&Part> = Vec::new();
    let mut open: Vec<&Field> = record.fields.iter().collect();
    while let Some(field) = open.pop() {
        let FieldKind::Part(name) = &field.kind else { continue };
        let Some(part) = find(name) else { continue };
        if !needed.iter().any(|known| known.name == part.name) {
            needed.push(part);
            open.extend(&part.fields);
        }
    }
    needed.sort_by(|a, b| a.name.cmp(&b.name));
    let parts = needed.into_iter().map(|part| {
        (format!("part_{}", part.name), Value::Object(object(&part.prose, &part.fields)))
    });
    parts.chain(fixed()).collect()
}

/// An object: its fields, and what every object may have.
fn object(prose: &str, fields: &[Field]) -> Map<String, Value> {
    let mut properties = Map::new();
    for field in fields {
        properties.insert(field.name.clone(), property(field));
    }
    properties.insert(
        "extra".to_owned(),
        json!({ "type": "object", "description": "Fields of one partner, named by its guide" }),
    );
    properties.insert("unmapped".to_owned(), json!({ "$ref": "#/$defs/unmapped" }));
    let required: Vec<&String> = fields
        .iter()
        .filter(|field| field.requirement == Requirement::Must)
        .map(|field| &field.name)
        .collect();
    let mut object = Map::new();
    object.insert("type".to_owned(), json!("object"));
    if !prose.is_empty() {
        object.insert("description".to_owned(), json!(prose));
    }
    object.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        object.insert("required".to_owned(), json!(required));
    }
    object.insert("additionalProperties".to_owned(), json!(false));
    object
}

fn property(field: &Field) -> Value {
    let mut one = kind(&field.kind);
    if field.list {
        one = json!({ "type": "array", "items": one, "minItems": 1 });
    }
    if let Some(schema) = one.as_object_mut()
        && !field.prose.is_empty()
    {
        schema.insert("description".to_owned(), json!(field.prose));
    }
    one
}

fn kind(kind: &FieldKind) -> Value {
    match kind {
        FieldKind::Text | FieldKind::Word => json!({ "type": "string", "minLength": 1 }),
        FieldKind::Decimal => json!({ "$ref": "#/$defs/decimal" }),
        FieldKind::Integer => json!({ "type": "integer" }),
        FieldKind::Date => json!({ "type": "string", "format": "date" }),
        FieldKind::Time => json!({ "$ref": "#/$defs/time" }),
        FieldKind::Moment => json!({ "$ref": "#/$defs/moment" }),
        FieldKind::Part(name) => json!({ "$ref": format!("#/$defs/part_{name}") }),
    }
}

/// Shapes that are the same in every record.
fn fixed() -> Vec<(String, Value)> {
    let time = "[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,2})?)?";
    let day = "[0-9]{4}-[0-9]{2}-[0-9]{2}";
    let decimal = json!({
        "type": "string",
        "pattern": "^-?(0|[1-9][0-9]*)(\\.[0-9]+)?$",
        "description": "An exact decimal: no sign but minus, a digit before the point",
    });
    let moment = json!({ "type": "string", "pattern": format!("^{day}(T{time}Z?)?$") });
    let source = json!({ "type": "object", "description": "Where the document was read from" });
    let shapes = [
        ("decimal", decimal),
        ("time", json!({ "type": "string", "pattern": format!("^{time}$") })),
        ("moment", moment),
        ("unmapped", unmapped()),
        ("envelope", envelope()),
        ("source", source),
    ];
    shapes.into_iter().map(|(name, shape)| (name.to_owned(), shape)).collect()
}

fn unmapped() -> Value {
    let text = json!({ "type": "string" });
    let composite = json!({ "type": "array", "items": text });
    let element = json!({ "anyOf": [text, composite, { "type": "array", "items": composite }] });
    json!({
        "type": "array",
        "minItems": 1,
        "description": "What the partner sent and no field holds; it is written back",
        "items": {
            "type": "object",
            "required": ["at"],
            "properties": {
                "at": { "type": "string" },
                "elements": { "type": "object", "additionalProperties": element },
                "segments": {
                    "type": "array",
                    "items": { "type": "array", "minItems": 1, "items": element },
                },
            },
            "additionalProperties": false,
            "oneOf": [{ "required": ["elements"] }, { "required": ["segments"] }],
        },
    })
}

fn envelope() -> Value {
    let names = [
        "set",
        "release",
        "group",
        "sender",
        "receiver",
        "application_sender",
        "application_receiver",
        "usage",
        "control",
        "group_control",
        "set_control",
        "implementation",
    ];
    let text = |name: &str| (name.to_owned(), json!({ "type": "string" }));
    json!({
        "type": "object",
        "description": "Who sent it to whom, under which numbers",
        "properties": names.into_iter().map(text).collect::<Map<String, Value>>(),
        "additionalProperties": false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::syntax::parse_record;

    fn schema(record: &str, shared: &str) -> Value {
        let record = parse_record(record, "r").unwrap();
        json_schema(&record, Some(&parse_record(shared, "parts").unwrap()))
    }

    #[test]
    fn a_part_that_holds_itself_is_defined_once() {
        let schema = schema(
            "record tree 1  A tree\n  tops  may  list node  Tops\n",
            "record parts 1\n\npart node  A node\n  nodes  may  list node  Below\n\npart other  Not used\n  a  may  text  A\n",
        );
        let nodes = &schema["$defs"]["part_node"]["properties"]["nodes"];
        assert_eq!(nodes["items"]["$ref"], "#/$defs/part_node");
        assert!(schema["$defs"].get("part_other").is_none());
    }

    #[test]
    fn every_type_has_its_shape_and_lists_are_never_empty() {
        let schema = schema(
            "record all 1  All\n  a  must  decimal  A\n  b  may  date  B\n  c  may  list text  C\n  d  may  integer  D\n",
            "record parts 1\n",
        );
        let properties = &schema["properties"];
        assert_eq!(properties["a"]["$ref"], "#/$defs/decimal");
        assert_eq!(properties["b"]["format"], "date");
        assert_eq!(properties["c"]["minItems"], 1);
        assert_eq!(properties["d"]["type"], "integer");
        assert_eq!(schema["required"], json!(["schema", "a"]));
        assert_eq!(schema["additionalProperties"], json!(false));
    }
}
