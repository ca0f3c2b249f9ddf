//! Compiles a map against the schema of a set and the text of a record (GRAMMAR.md 6).
//!
//! A map is a list of lines that mean the same when a set is read into a record and when the
//! record is written as a set. Compiling finds everything that can be known without a partner's
//! file: lines that claim the same element, lines that are never reached, what could be read but
//! not written, fields the record has not. What comes out is [`CompiledMap`], which
//! `x12::read` and `x12::write` follow.

mod elements;
mod fields;
mod groups;
mod laid;
mod plan;
mod reach;
mod scopes;
mod sums;
mod table;
mod trees;

pub use plan::CompiledMap;
pub(crate) use plan::{
    ComputedPlan, EachPlan, ElementForm, ElementPlan, Feed, FieldPlan, Form, Goes, GroupPlan,
    Layout, Line, LoopPlan, NodePlan, Place, PlaceContent, Scope, Slot, TreePlan,
};

use std::sync::Arc;

use fields::Types;
use scopes::{Compiler, Site};

use super::compile::elements::Elements;
use super::error::GrammarError;
use super::library::Resolution;
use super::map::{MapLine, MapText};
use super::record::Record;
use super::schema::{NodeId, Relaxation, Schema};

/// The texts a map is compiled from, each with the name its errors show.
#[derive(Clone, Debug)]
pub struct Texts<'a> {
    /// The map of the set.
    pub map: (&'a str, &'a MapText),
    /// `parts.map`: defines every map may use.
    pub parts: Option<(&'a str, &'a MapText)>,
    /// Map lines of the guides, the one nearest the standard first.
    pub guides: Vec<(&'a str, &'a [MapLine])>,
    /// The record text the map names.
    pub record: &'a Record,
    /// `parts.record`: the parts every record may use.
    pub record_parts: Option<&'a Record>,
}

/// Why there is no map for a set.
#[derive(Clone, Debug)]
pub enum NoMap {
    /// No map text names the set, or its record is not known.
    Unknown,
    /// The texts are faulty.
    Faulty(Arc<Vec<GrammarError>>),
}

/// Compiles a map for the set and release of `schema`.
///
/// # Errors
///
/// Everything that is wrong with the texts, by line.
pub fn compile(texts: &Texts<'_>, schema: &Schema) -> Result<CompiledMap, Vec<GrammarError>> {
    let (lines, names, faults) = laid::lay(texts, &schema.release);
    let record = texts.record;
    let plan = CompiledMap {
        set: schema.set.clone(),
        record: record.name.clone(),
        schema: format!("{}/{}", record.name, record.version),
        warnings: Vec::new(),
        levels: levels(schema),
        scopes: Vec::new(),
        groups: Vec::new(),
        layouts: Vec::new(),
        trees: Vec::new(),
        computed: Vec::new(),
        nodes: scopes::nodes(schema),
    };
    let mut compiler = Compiler {
        schema,
        elements: Elements::of(schema),
        types: Types::new(record, texts.record_parts),
        names,
        drafts: Vec::new(),
        plan,
        faults,
    };
    let draft = compiler.new_draft();
    let root = Site {
        node: NodeId::SET,
        draft,
        shape: compiler.types.root(),
        prefix: String::new(),
        codes: Vec::new(),
        at: None,
    };
    compiler.scope(&root, &lines);
    let Compiler { drafts, mut plan, mut faults, .. } = compiler;
    if !faults.is_empty() {
        // Loops of one name are compiled once for each node: what is wrong is said once.
        let mut seen = std::collections::HashSet::new();
        faults.retain(|fault| seen.insert(fault.to_string()));
        return Err(faults);
    }
    let deep: Vec<String> = plan.trees.iter().flat_map(|tree| tree.lists.clone()).collect();
    for computed in &mut plan.computed {
        computed.deep.clone_from(&deep);
    }
    plan.layouts = drafts.into_iter().map(fields::Draft::seal).collect();
    Ok(plan)
}

/// Compiles the map of a resolution, with its guides' lines; none when it has no map, no record
/// or no schema.
///
/// # Errors
///
/// Everything that is wrong with the texts, by line.
pub fn of_resolution(resolution: &Resolution) -> Option<Result<CompiledMap, Vec<GrammarError>>> {
    let schema = resolution.schema.as_deref()?;
    let map = resolution.map.as_deref()?;
    let record = resolution.record.as_deref()?;
    let guides = resolution.guide_map.iter().map(|(path, lines)| (path.as_str(), lines.as_slice()));
    let texts = Texts {
        map: (&resolution.map_path, map),
        parts: resolution.parts.as_deref().map(|parts| ("x12/parts.map", parts)),
        guides: guides.collect(),
        record,
        record_parts: resolution.record_parts.as_deref(),
    };
    Some(compile(&texts, schema))
}

/// The shape a guide wants trees written in: the last one said.
fn levels(schema: &Schema) -> Vec<String> {
    let relaxed = schema.guide.relaxed.iter().rev();
    let mut levels = relaxed.filter_map(|relaxed| match &relaxed.what {
        Relaxation::Levels(levels) => Some(levels.clone()),
        _ => None,
    });
    levels.next().unwrap_or_default()
}
