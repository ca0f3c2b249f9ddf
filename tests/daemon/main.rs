//! The daemon from outside: files go into drop folders, the binary runs, and what a partner, an
//! operator or the next program would see is looked at.

#![expect(clippy::unwrap_used, reason = "a home that can't be read is a failed test")]
#![expect(clippy::indexing_slicing, reason = "absent JSON fields read as null")]

mod answering;
mod collecting;
mod crashing;
mod delivering;
mod home;
mod verifying;
