//! The daemon: wires ports to tasks and is the only place that spawns.

pub mod check;
pub mod clock;
pub mod home;
