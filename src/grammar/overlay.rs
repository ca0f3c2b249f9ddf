//! Lays a partner's guide over a structure: narrowing, or a declared deviation.
