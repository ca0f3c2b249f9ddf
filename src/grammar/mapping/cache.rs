//! Compiled maps, each made when first asked for.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::{CompiledMap, of_resolution};
use crate::grammar::error::GrammarError;
use crate::grammar::library::Resolution;
use crate::limits::RESOLUTIONS;

/// Why there is no map for a set.
#[derive(Clone, Debug)]
pub enum NoMap {
    /// No map text names the set, or its record is not known.
    Unknown,
    /// The texts are faulty.
    Faulty(Arc<Vec<GrammarError>>),
}

/// Maps by resolution.
#[derive(Debug, Default)]
pub struct Maps {
    made: Mutex<HashMap<usize, Made>>,
}

#[derive(Debug)]
struct Made {
    /// Kept, so that no other resolution can come to lie at its address.
    _resolution: Arc<Resolution>,
    map: Result<Arc<CompiledMap>, NoMap>,
}

impl Maps {
    /// A cache that holds nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The map of a resolution. Cheap when asked again for the same one.
    ///
    /// # Errors
    ///
    /// Why there is none.
    pub fn of(&self, resolution: &Arc<Resolution>) -> Result<Arc<CompiledMap>, NoMap> {
        let key = Arc::as_ptr(resolution).addr();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = made.get(&key) {
            return known.map.clone();
        }
        let map = match of_resolution(resolution) {
            None => Err(NoMap::Unknown),
            Some(Ok(map)) => Ok(Arc::new(map)),
            Some(Err(errors)) => Err(NoMap::Faulty(Arc::new(errors))),
        };
        if made.len() >= RESOLUTIONS {
            made.clear();
        }
        made.insert(key, Made { _resolution: Arc::clone(resolution), map: map.clone() });
        map
    }
}
