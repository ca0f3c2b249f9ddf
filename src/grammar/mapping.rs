//! Compiles a map against a schema and a record; refuses what cannot be read or written.
