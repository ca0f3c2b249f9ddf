//! Compiles a structure with its segments and codes into a schema.
