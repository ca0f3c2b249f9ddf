//! The JSON Schema of a canonical record.
