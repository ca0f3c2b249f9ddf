//! What people see of a home: its mailboxes, transmissions, documents, partners.

use std::collections::BTreeMap;

use serde::Serialize;

use super::collector::DROP;
use super::configuration::Configuration;
use super::home::Places;
use super::local::Local;
use super::readiness::{self, Patience};
use crate::ledger::query::{AnswerRow, DocumentRow, TransmissionRow, TroubleRow};
use crate::ledger::statement::Statement;
use crate::ledger::{query, record, sql};
use crate::partner::profile::{Direction, Drop, Partner};
use crate::ports::{Mailbox, Store, Surroundings};
use crate::vocabulary::failure::Failure;
use crate::vocabulary::ids::{DocumentId, TransmissionId};
use crate::vocabulary::instant::Instant;

/// A drop folder and what lies in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MailboxView {
    /// The partner folder.
    pub folder: String,
    /// Whether a partner file names it.
    pub known: bool,
    /// When something last arrived; empty when nothing ever did.
    pub last_arrival: String,
    /// Transmissions so far.
    pub transmissions: u64,
    /// Files that lie there.
    pub files: Vec<FileView>,
}

/// A file in a drop folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FileView {
    /// Its name.
    pub name: String,
    /// Its length.
    pub length: u64,
    /// Why it was not taken yet.
    pub waiting: String,
}

/// A transmission with what it led to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TransmissionView {
    /// The transmission.
    #[serde(flatten)]
    pub transmission: TransmissionRow,
    /// The answers to it.
    pub answers: Vec<AnswerRow>,
    /// Its documents, cut at a screenful.
    pub documents: Vec<DocumentRow>,
    /// How many there are of each stage.
    pub document_stages: BTreeMap<String, u64>,
}

/// A partner in short.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PartnerView {
    /// The key: folders and guides go by it.
    pub partner: String,
    /// The name people use.
    pub name: String,
    /// How they sign.
    pub identity: Vec<String>,
    /// What they send.
    pub receives: Vec<String>,
    /// What we send.
    pub sends: Vec<String>,
    /// Whom to call.
    pub contact: String,
    /// Transmissions so far.
    pub transmissions: u64,
    /// When the last arrived; empty when none did.
    pub last_arrival: String,
}

/// Documents shown with one transmission.
const DOCUMENTS_SHOWN: u64 = 20;

/// Failed effects looked through for notes; the first ones say what is wrong with the rest.
const TROUBLES_SHOWN: u64 = 1_000;

/// A home opened to look at it.
pub struct Survey {
    places: Places,
    store: Option<crate::edge::store::sqlite::Sqlite>,
    runtime: tokio::runtime::Runtime,
}

impl Survey {
    /// Opens the home at `places`; one that never ran has nothing to show yet.
    ///
    /// # Errors
    ///
    /// When its ledger can't be read.
    pub fn open(places: &Places) -> Result<Self, Failure> {
        let store = places.ledger().is_file().then(|| Local::look(places)).transpose()?;
        Ok(Self { places: places.clone(), store, runtime: super::daemon::runtime()? })
    }

    /// The newest transmissions, at most `most`, newest first.
    ///
    /// # Errors
    ///
    /// When the ledger can't be read.
    pub fn transmissions(&self, most: u64) -> Result<Vec<TransmissionView>, Failure> {
        let rows = self.rows(query::transmissions(most))?;
        let troubles = self.troubles()?;
        rows.iter().map(|row| self.view(TransmissionRow::read(row), &troubles)).collect()
    }

    /// Transmissions after the one named, oldest first.
    ///
    /// # Errors
    ///
    /// When the ledger can't be read.
    pub fn transmissions_since(
        &self,
        id: &str,
        most: u64,
    ) -> Result<Vec<TransmissionView>, Failure> {
        let rows = self.rows(query::transmissions_since(id, most))?;
        let troubles = self.troubles()?;
        rows.iter().map(|row| self.view(TransmissionRow::read(row), &troubles)).collect()
    }

    /// The newest documents, at most `most`, newest first.
    ///
    /// # Errors
    ///
    /// When the ledger can't be read.
    pub fn documents(&self, most: u64) -> Result<Vec<DocumentRow>, Failure> {
        let troubles = self.troubles()?;
        let mut documents: Vec<_> =
            self.rows(query::documents(most))?.iter().map(DocumentRow::read).collect();
        for document in &mut documents {
            self.advise_document(document)?;
            tell(&mut document.note, &document.id, &troubles);
        }
        Ok(documents)
    }

    /// Adds who is to act on a held document, and how.
    fn advise_document(&self, document: &mut DocumentRow) -> Result<(), Failure> {
        if document.stage != "held" {
            return Ok(());
        }
        let Some(id) = DocumentId::parse(&document.id) else { return Ok(()) };
        let facts = self.rows(query::events_of(&document.id))?;
        // What can't be read back is a matter for `verify`; the reason is shown all the same.
        let cause = record::fold_document(id, &facts).ok().flatten().and_then(|known| known.cause);
        if let Some(cause) = cause {
            (document.owner, document.next) = (cause.owner, cause.next);
        }
        Ok(())
    }

    /// Adds who is to act on a transmission that is held or in quarantine, and how.
    fn advise_transmission(&self, transmission: &mut TransmissionRow) -> Result<(), Failure> {
        if !matches!(transmission.stage.as_str(), "held" | "quarantined") {
            return Ok(());
        }
        let Some(id) = TransmissionId::parse(&transmission.id) else { return Ok(()) };
        let facts = self.rows(query::events_of(&transmission.id))?;
        let known = record::fold_transmission(id, &facts).ok().flatten();
        if let Some(cause) = known.and_then(|known| known.cause) {
            (transmission.owner, transmission.next) = (cause.owner, cause.next);
        }
        Ok(())
    }

    /// Effects that failed and are tried again.
    fn troubles(&self) -> Result<Vec<TroubleRow>, Failure> {
        Ok(self.rows(query::troubles(TROUBLES_SHOWN))?.iter().map(TroubleRow::read).collect())
    }

    /// Drop folders, and what lies in them and why.
    ///
    /// # Errors
    ///
    /// When a folder or the ledger can't be read.
    pub fn mailboxes(&self, configuration: &Configuration) -> Result<Vec<MailboxView>, Failure> {
        let mailbox = Local::folders(&self.places);
        let named = configuration.drops();
        let mut folders: Vec<String> = named.iter().map(|(folder, _)| folder.clone()).collect();
        folders.extend(self.runtime.block_on(mailbox.folders())?);
        folders.sort();
        folders.dedup();
        let arrived = self.arrivals()?;
        let mut views = Vec::with_capacity(folders.len());
        for folder in folders {
            let rules = named.iter().find(|(name, _)| *name == folder).map(|(_, rules)| rules);
            let nobodys = super::watch::rules_of_nobody();
            let rules_here = rules.map_or(&nobodys, |rules| rules);
            let mut files = self.files(&mailbox, &folder, rules_here)?;
            files.extend(mailbox.not_plain(&folder)?.into_iter().map(|name| FileView {
                name,
                length: 0,
                waiting: "not a plain file: links, folders and pipes are never taken".to_owned(),
            }));
            let (transmissions, last) = arrived.get(&folder).copied().unwrap_or_default();
            views.push(MailboxView {
                known: rules.is_some(),
                last_arrival: said(last),
                transmissions,
                files,
                folder,
            });
        }
        Ok(views)
    }

    /// The partners, with what came from each.
    ///
    /// # Errors
    ///
    /// When the ledger can't be read.
    pub fn partners(&self, configuration: &Configuration) -> Result<Vec<PartnerView>, Failure> {
        let arrived = self.arrivals()?;
        let view = |partner: &std::sync::Arc<Partner>| {
            let sets = |direction| {
                let of = partner.agreements.iter().filter(move |a| a.direction == direction);
                of.map(|agreement| agreement.set.clone()).collect::<Vec<_>>()
            };
            let (transmissions, last) = arrived.get(&partner.key).copied().unwrap_or_default();
            PartnerView {
                partner: partner.key.clone(),
                name: partner.name.clone(),
                identity: partner.identity.iter().map(ToString::to_string).collect(),
                receives: sets(Direction::Receive),
                sends: sets(Direction::Send),
                contact: partner.contact.clone(),
                transmissions,
                last_arrival: said(last),
            }
        };
        Ok(configuration.directory.partners().iter().map(view).collect())
    }

    fn view(
        &self,
        mut transmission: TransmissionRow,
        troubles: &[TroubleRow],
    ) -> Result<TransmissionView, Failure> {
        self.advise_transmission(&mut transmission)?;
        tell(&mut transmission.note, &transmission.id, troubles);
        let answers = self.rows(query::answers_of(&transmission.id))?;
        let documents = self.rows(query::documents_of(&transmission.id, DOCUMENTS_SHOWN))?;
        let stages = self.rows(query::document_counts(&transmission.id))?;
        Ok(TransmissionView {
            document_stages: stages
                .iter()
                .map(|row| (row.text(0).to_owned(), row.count(1)))
                .collect(),
            answers: answers.iter().map(AnswerRow::read).collect(),
            documents: documents.iter().map(DocumentRow::read).collect(),
            transmission,
        })
    }

    fn files(
        &self,
        mailbox: &impl Mailbox,
        folder: &str,
        rules: &Drop,
    ) -> Result<Vec<FileView>, Failure> {
        let seen = self.runtime.block_on(mailbox.list(folder))?;
        let now = Local::clock().now();
        let mut patience = Patience::default();
        patience.look(&seen, now);
        let mut views = Vec::with_capacity(seen.len());
        for file in seen {
            let params = [DROP, &file.folder, &file.name, &file.stamp].map(Into::into);
            let taken = Statement::any(sql::TRANSMISSION_WAITING, params.into());
            let waiting = if !self.rows(taken)?.is_empty() {
                readiness::Waiting::Taken.sentence()
            } else if let Err(waiting) = readiness::by_name(&file.name, rules) {
                waiting.sentence()
            } else {
                match self.runtime.block_on(mailbox.open(&file))? {
                    None => continue,
                    Some(opened) if !readiness::is_whole(&opened.head, &opened.tail) => {
                        let limit = crate::partner::phrase::say(rules.incomplete);
                        format!("its interchange has no IEA yet; waited for {limit} at most")
                    }
                    Some(_) => "new; taken once it has stood still".to_owned(),
                }
            };
            views.push(FileView { name: file.name, length: file.length, waiting });
        }
        Ok(views)
    }

    /// Transmissions and last arrival by folder.
    fn arrivals(&self) -> Result<BTreeMap<String, (u64, i64)>, Failure> {
        let mut found = BTreeMap::new();
        for row in self.rows(query::counts())? {
            let entry: &mut (u64, i64) = found.entry(row.text(0).to_owned()).or_default();
            entry.0 = entry.0.saturating_add(row.count(2));
            entry.1 = entry.1.max(row.integer(3));
        }
        Ok(found)
    }

    fn rows(&self, query: Statement) -> Result<Vec<crate::ledger::statement::Row>, Failure> {
        match &self.store {
            Some(store) => self.runtime.block_on(store.rows(query)),
            None => Ok(Vec::new()),
        }
    }
}

/// Notes what keeps failing for a subject.
fn tell(note: &mut String, id: &str, troubles: &[TroubleRow]) {
    if let Some(trouble) = troubles.iter().find(|trouble| trouble.subject == id) {
        let effect = trouble.effect.split('/').next().unwrap_or_default();
        let times = if trouble.attempts == 1 { "once" } else { "again and again" };
        *note = format!("{effect} failed {times}, tried until it works: {}", trouble.trouble);
    }
}

fn said(micros: i64) -> String {
    if micros == 0 { String::new() } else { Instant::from_micros(micros).readable() }
}
