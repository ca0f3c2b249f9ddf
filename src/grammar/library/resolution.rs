//! What a resolution says: the grammar in force, how GS08 led to it, what a warning must tell.

use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::grammar::map::{MapLine, MapText};
use crate::grammar::mapping::{self, CompiledMap, NoMap};
use crate::grammar::record::Record;
use crate::grammar::schema::Schema;

/// Which texts are in force for one set of one group, under one guide.
#[derive(Clone, Debug, Default)]
pub struct Resolution {
    /// The compiled structure with its guide; none when no grammar is known for the set.
    pub schema: Option<Arc<Schema>>,
    /// How GS08 led to it.
    pub via: Via,
    /// What a warning must say, in the order it was met.
    pub notices: Vec<Notice>,
    /// The map of the set in that release, when there is one.
    pub map: Option<Arc<MapText>>,
    /// Its path, as errors name it: `x12/850.map`; empty without a map.
    pub map_path: String,
    /// `parts.map`: the defines every map may use.
    pub parts: Option<Arc<MapText>>,
    /// Map lines of the guides, the guide nearest the standard first, with its path.
    pub guide_map: Vec<(String, Arc<Vec<MapLine>>)>,
    /// The record text the map names.
    pub record: Option<Arc<Record>>,
    /// `parts.record`: the parts every record may use.
    pub record_parts: Option<Arc<Record>>,
    /// The map compiled, see [`Resolution::mapping`]; all resolutions to one grammar share it,
    /// for GS08 could be made up without end.
    pub compiled: Arc<LazyMap>,
}

impl Resolution {
    /// The map with its guides' lines, compiled against the schema when asked for the first time.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn mapping(&self) -> Result<Arc<CompiledMap>, NoMap> {
        let made = self.compiled.0.get_or_init(|| match mapping::of_resolution(self) {
            None => Err(NoMap::Unknown),
            Some(Ok(map)) => Ok(Arc::new(map)),
            Some(Err(errors)) => Err(NoMap::Faulty(Arc::new(errors))),
        });
        made.clone()
    }
}

/// A place for a compiled map, filled on first use.
#[derive(Debug, Default)]
pub struct LazyMap(OnceLock<Result<Arc<CompiledMap>, NoMap>>);

/// How GS08 led to a grammar (GRAMMAR.md 1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Via {
    /// GS08 as it stands.
    Exact,
    /// The same implementation with another addendum, or without one.
    Addendum,
    /// The longest known prefix: `004010VICS` uses `004010`.
    Prefix,
    /// The nearest older release that has the set.
    Older,
    /// The nearest newer one.
    Newer,
    /// None is known.
    #[default]
    Unknown,
}

/// What about a resolution is told as a warning.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The grammar used is not the one GS08 names.
    Nearest {
        /// GS08 as sent.
        asked: String,
        /// The path of the grammar used.
        used: String,
    },
    /// The agreement names a guide that is not known.
    GuideUnknown {
        /// Its path.
        guide: String,
    },
    /// The agreement's guide narrows another grammar than the one in force, so it is not applied.
    GuideElsewhere {
        /// Its path.
        guide: String,
        /// What it narrows.
        narrows: String,
        /// What is in force.
        used: String,
    },
    /// A text in force is faulty, so the set cannot be checked with it.
    Faulty {
        /// Its path.
        text: String,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nearest { asked, used } => {
                write!(f, "no grammar is known for {asked}; {used} was used instead")
            }
            Self::GuideUnknown { guide } => write!(f, "the guide {guide} is not known"),
            Self::GuideElsewhere { guide, narrows, used } => write!(
                f,
                "the guide {guide} narrows {narrows}, but {used} is in force; it was not applied"
            ),
            Self::Faulty { text } => write!(f, "{text} has errors, so nothing was checked by it"),
        }
    }
}
