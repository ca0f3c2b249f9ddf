//! Walks a set over its schema in one pass: places segments, collects findings.
