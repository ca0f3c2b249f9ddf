//! The daemon: wires ports to tasks and is the only place that spawns.
//!
//! A look into a drop folder ([`collector`]) makes facts; facts order effects; the
//! [`dispatcher`] claims effects, performs them and records what came of it, which orders more.
//! There is no other flow, so starting again after any interruption is going on.

pub mod answering;
pub mod check;
pub mod clock;
pub mod collector;
pub mod configuration;
pub mod daemon;
pub mod deadline;
pub mod dispatcher;
pub mod home;
pub mod local;
pub mod mapping;
pub mod naming;
pub mod performing;
pub mod readiness;
pub mod reading;
pub mod recorder;
pub mod screening;
pub mod settings;
pub mod survey;
pub mod telemetry;
pub mod verify;
pub mod watch;
