//! The few traits that are the only doors to the outside.
