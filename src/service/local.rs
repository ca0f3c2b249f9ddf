//! The ports of one home on this machine: SQLite, a directory archive, drop folders.

use std::fs;

use super::configuration::Configuration;
use super::home::Places;
use crate::edge::archive;
use crate::edge::clock::Machine;
use crate::edge::mailbox;
use crate::edge::store::sqlite::Sqlite;
use crate::ports::{Ports, Surroundings};
use crate::vocabulary::failure::{Failure, Source};

/// The doors of a home.
#[derive(Debug)]
pub struct Local {
    store: Sqlite,
    archive: archive::directory::Directory,
    mailbox: mailbox::directory::Directory,
    machine: Machine,
}

impl Local {
    /// Opens a home to work in it, making what is missing of its folders.
    ///
    /// # Errors
    ///
    /// When another daemon works there, or the disk fails.
    pub fn open(places: &Places, configuration: &Configuration) -> Result<Self, Failure> {
        for (partner, _) in configuration.drops() {
            for folder in [places.drop_in(&partner), places.drop_out(&partner)] {
                // One partner's broken folder keeps nobody else from being served.
                if let Err(cause) = fs::create_dir_all(&folder) {
                    tracing::warn!(folder = %folder.display(), %cause, "can't be made");
                }
            }
        }
        let drop = places.root().join("drop");
        Ok(Self {
            store: Sqlite::open(&places.ledger(), Machine.now())?,
            archive: archive::directory::Directory::open(&places.archive())?,
            mailbox: mailbox::directory::Directory::new(drop, places.root().join("delivered")),
            machine: Machine,
        })
    }

    /// Opens a home to look at it; nothing is changed.
    ///
    /// # Errors
    ///
    /// When there is no ledger, or it can't be read.
    pub fn look(places: &Places) -> Result<Sqlite, Failure> {
        let ledger = places.ledger();
        if !ledger.is_file() {
            let text = format!(
                "{} has no ledger yet; edigate run --home {} makes it",
                places.root().display(),
                places.root().display()
            );
            return Err(Failure::until_mended(Source::Store, text));
        }
        Sqlite::look(&ledger)
    }

    /// Drop folders alone, to list them.
    #[must_use]
    pub fn folders(places: &Places) -> mailbox::directory::Directory {
        let root = places.root();
        mailbox::directory::Directory::new(root.join("drop"), root.join("delivered"))
    }

    /// The time.
    #[must_use]
    pub fn clock() -> Machine {
        Machine
    }
}

impl Ports for Local {
    type Store = Sqlite;
    type Archive = archive::directory::Directory;
    type Mailbox = mailbox::directory::Directory;
    type Surroundings = Machine;

    fn store(&self) -> &Sqlite {
        &self.store
    }

    fn archive(&self) -> &Self::Archive {
        &self.archive
    }

    fn mailbox(&self) -> &Self::Mailbox {
        &self.mailbox
    }

    fn surroundings(&self) -> &Machine {
        &self.machine
    }
}
