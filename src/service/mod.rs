//! The daemon: wires ports to tasks and is the only place that spawns.
//!
//! A look into a drop folder ([`collector`]) makes facts; facts order effects; the
//! [`dispatcher`] claims effects, performs them and records what came of it, which orders more.
//! There is no other flow, so starting again after any interruption is going on.

pub mod answering;
pub mod collector;
pub mod configuration;
pub mod dispatcher;
pub mod home;
pub mod mapping;
pub mod naming;
pub mod readiness;
pub mod recorder;
pub mod screening;
pub mod settings;
