//! Says that bytes are durable without having asked an archive.

use edigate::ports::{Archived, Stored};
use edigate::vocabulary::digest::Digest;

fn main() {
    let stored = Stored { object: Digest::of(b"never kept"), length: 10 };
    let _forged = Archived { stored };
}
