//! The other side of the doors: adapters for store, archive, mailboxes, clock.
