//! Removes a partner's file without proof that its bytes are kept.

use edigate::ports::{Mailbox, Sighting, Stored};

async fn remove(mailbox: &impl Mailbox, file: &Sighting, stored: Stored) {
    mailbox.release(file, &stored).await.unwrap();
}

fn main() {}
