//! The memory of the system: events, pure steps, effects, statements. No I/O.
