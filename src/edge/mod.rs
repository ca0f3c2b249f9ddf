//! The other side of the doors: adapters for store, archive, mailboxes, clock.
//!
//! An adapter knows its port and nothing of its neighbours; what they do together is decided
//! in `service`.

pub mod archive;
pub mod clock;
pub mod mailbox;
pub mod store;
