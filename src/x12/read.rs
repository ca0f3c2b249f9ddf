//! Reads a screened set into a canonical record by its map.
