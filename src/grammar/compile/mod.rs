//! Compiles a structure with its segments and codes into a schema, and says what is wrong.
//!
//! The texts say what a printed guide says; the schema says it in the rows a validator walks.
//! Everything that can be found wrong without a partner's file is found here, so that a walk
//! never meets a grammar it cannot follow (GRAMMAR.md 3 and 10).

pub mod condition;
pub mod dictionary;
pub mod draft;
pub mod elements;
pub mod faults;
pub mod rows;
pub mod wording;

use dictionary::{Dictionary, Source};
use faults::{Faults, Place};

use super::schema::{GuideRules, Schema};
use super::structure::Structure;
use super::walk::LazyWalk;
use crate::vocabulary::digest::{Digest, Hasher};

/// Compiles the structure of a set; `structure` holds its texts, the one inherited from first,
/// `texts` the path and digest of every text that is in force.
///
/// None when anything is wrong: what it is has gone to `faults`.
///
/// ```
/// use edigate::grammar::compile::{compile, dictionary::{Dictionary, Source}, faults::Faults};
/// use edigate::grammar::structure::Structure;
///
/// let text = Structure { release: "004010".into(), set: "850".into(), ..Structure::default() };
/// let mut faults = Faults::default();
/// let dictionary = Dictionary::compile("004010", &[], &[], &mut faults);
/// let source = Source { path: "x12/004010/850.grammar", text: &text };
/// assert!(compile(&dictionary, &[source], Vec::new(), &mut faults).is_none());
/// let said: Vec<String> = faults.into_list().iter().map(ToString::to_string).collect();
/// assert_eq!(said, [
///     "x12/004010/850.grammar:0:0: the text has no group line; it says which GS01 carries the set",
///     "x12/004010/850.grammar:0:0: the text has no segments",
/// ]);
/// ```
#[must_use]
pub fn compile(
    dictionary: &Dictionary,
    structure: &[Source<'_, Structure>],
    texts: Vec<(String, Digest)>,
    faults: &mut Faults,
) -> Option<Schema> {
    let own = structure.last()?;
    let before = faults.count();
    let areas = draft::areas(structure);
    let at = Place { path: own.path, line: own.text.origin.line };
    // A line of the text itself counts before an inherited one.
    let inherited = |of: fn(&Structure) -> &String| {
        let said = structure.iter().rev().map(|source| of(source.text));
        said.into_iter().find(|text| !text.is_empty()).cloned().unwrap_or_default()
    };
    let group = inherited(|text| &text.group);
    group_code(at, &group, faults);
    if areas.iter().all(Vec::is_empty) {
        faults.say(at, "the text has no segments");
    }
    let name = inherited(|text| &text.name);
    let rows = rows::rows(dictionary, &areas, &name, faults);
    let release = own.text.release.clone();
    let schema = Schema {
        rule: format!("x12/{release}/{}", own.text.set),
        from_005010: release.get(..6).is_some_and(|version| version >= "005010"),
        set: own.text.set.clone(),
        release,
        group,
        name,
        identity: identity(&texts),
        texts,
        nodes: rows.nodes,
        segments: dictionary.segments.clone(),
        composites: dictionary.composites.clone(),
        code_lists: dictionary.code_lists.clone(),
        trees: rows.trees,
        guide: GuideRules::default(),
        walk: LazyWalk::default(),
    };
    (faults.count() == before).then_some(schema)
}

/// GS01 is two characters (X12.5).
fn group_code(at: Place<'_>, group: &str, faults: &mut Faults) {
    let hint = Some("it says which GS01 carries the set".to_owned());
    if group.is_empty() {
        faults.say_with(at, "the text has no group line", hint);
    } else if group.len() != 2 || !group.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        faults.say_with(at, format!("{group} is no functional group id of two letters"), hint);
    }
}

/// The identity of what is in force: SHA-256 over the lines `path SP digest LF`, sorted by path.
///
/// ```
/// use edigate::grammar::compile::identity;
/// use edigate::vocabulary::digest::Digest;
/// let a = ("x12/850.map".to_owned(), Digest::of(b"a"));
/// let b = ("x12/004010/850.grammar".to_owned(), Digest::of(b"b"));
/// let lines = format!("{} {}\n{} {}\n", b.0, b.1, a.0, a.1);
/// assert_eq!(identity(&[a, b]), Digest::of(lines.as_bytes()));
/// ```
#[must_use]
pub fn identity(texts: &[(String, Digest)]) -> Digest {
    let mut sorted: Vec<_> = texts.iter().collect();
    sorted.sort();
    let mut hasher = Hasher::new();
    for (path, digest) in sorted {
        hasher.update(format!("{path} {digest}\n").as_bytes());
    }
    hasher.finish()
}
