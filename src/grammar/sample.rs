//! Valid synthetic messages from a schema and a seed.
