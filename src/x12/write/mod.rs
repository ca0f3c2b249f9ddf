//! Writes a canonical record as a transaction set by its map.
