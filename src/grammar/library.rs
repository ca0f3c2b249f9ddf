//! The texts that are known, and which of them are in force for a set.
