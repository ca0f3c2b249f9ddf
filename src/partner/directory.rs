//! All partners together: who sent this, under which agreement, and what contradicts what.

use std::collections::HashMap;
use std::sync::Arc;

use super::load::load;
use super::profile::{
    AcknowledgeWith, Agreement, Direction, EndpointKind, Environment, Partner, PartyId,
};
use super::table::Problem;

/// All partners of a home, by key. Immutable: a reload makes a new one.
#[derive(Clone, Debug, Default)]
pub struct Directory {
    partners: Vec<Arc<Partner>>,
    /// Sender identity to index in `partners`.
    senders: HashMap<PartyId, usize>,
}

/// The partner whose identity an interchange carried. Only [`Directory::identify`] makes one:
/// what delivers or answers demands it, so nothing is done in the name of an unknown sender.
#[derive(Clone, Debug)]
pub struct Identified {
    partner: Arc<Partner>,
}

impl Identified {
    /// The partner.
    #[must_use]
    pub fn partner(&self) -> &Partner {
        &self.partner
    }
}

/// Why nobody claims an interchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unidentified {
    /// No partner file names this sender.
    UnknownSender(PartyId),
    /// The sender is known, but is not the partner whose folder it came from.
    OtherPartner {
        /// Whose identity it carries.
        sender: String,
        /// Whose folder it came from.
        folder: String,
    },
    /// The partner does not know us by this receiver.
    UnknownReceiver(PartyId),
}

impl std::fmt::Display for Unidentified {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::UnknownSender(id) => write!(f, "no partner file names the sender {id}"),
            Self::OtherPartner { sender, folder } => {
                write!(f, "it is signed by {sender}, but was dropped into the folder of {folder}")
            }
            Self::UnknownReceiver(id) => {
                write!(f, "it is addressed to {id}, which the partner file does not call ours")
            }
        }
    }
}

/// Why no agreement covers a set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoAgreement {
    /// None for this set and direction.
    Set,
    /// One for the set, in another release only.
    Release,
    /// One for the set, but a test document met a production agreement, or the reverse.
    Environment(Environment),
}

impl std::fmt::Display for NoAgreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Set => f.write_str("no agreement names this set"),
            Self::Release => f.write_str("the agreement on this set is for another release"),
            Self::Environment(Environment::Test) => {
                f.write_str("it is a test document, and the agreement is for production")
            }
            Self::Environment(Environment::Production) => {
                f.write_str("it is a production document, and the agreement is for tests")
            }
        }
    }
}

impl Directory {
    /// Reads all partner files, given as name (`acme-retail.toml`) and text, and cross-checks
    /// them.
    ///
    /// # Errors
    /// Every problem of every file.
    pub fn load<'a>(
        files: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, Vec<Problem>> {
        let mut directory = Self::default();
        let mut problems = Vec::new();
        for (file, text) in files {
            match load(file, text) {
                Ok(partner) => directory.partners.push(Arc::new(partner)),
                Err(more) => problems.extend(more),
            }
        }
        directory.partners.sort_by(|a, b| a.key.cmp(&b.key));
        problems.extend(directory.index());
        problems.extend(directory.partners.iter().flat_map(|partner| overlaps(partner)));
        if problems.is_empty() { Ok(directory) } else { Err(problems) }
    }

    /// All partners, by key.
    #[must_use]
    pub fn partners(&self) -> &[Arc<Partner>] {
        &self.partners
    }

    /// The partner called `key`.
    #[must_use]
    pub fn partner(&self, key: &str) -> Option<&Arc<Partner>> {
        self.partners.iter().find(|partner| partner.key == key)
    }

    /// Who sent an interchange: ISA05/06 name the sender, ISA07/08 the receiver; `folder` is the
    /// partner in whose folder it was dropped, when it was.
    ///
    /// # Errors
    /// Why nobody claims it: it goes to quarantine.
    pub fn identify(
        &self,
        sender: &PartyId,
        receiver: &PartyId,
        folder: Option<&str>,
    ) -> Result<Identified, Unidentified> {
        let partner = self
            .senders
            .get(sender)
            .and_then(|index| self.partners.get(*index))
            .ok_or_else(|| Unidentified::UnknownSender(sender.clone()))?;
        if let Some(folder) = folder.filter(|folder| *folder != partner.key) {
            return Err(Unidentified::OtherPartner {
                sender: partner.key.clone(),
                folder: folder.to_owned(),
            });
        }
        if !partner.ours.contains(receiver) {
            return Err(Unidentified::UnknownReceiver(receiver.clone()));
        }
        Ok(Identified { partner: Arc::clone(partner) })
    }

    /// What partner files say that does not go together. All of it loads, so it is a warning.
    #[must_use]
    pub fn contradictions(&self) -> Vec<Problem> {
        self.partners.iter().flat_map(|partner| contradictions(partner)).collect()
    }

    /// Notes who owns each sender identity; two owners of one are a problem of both files.
    fn index(&mut self) -> Vec<Problem> {
        let mut problems = Vec::new();
        for (index, partner) in self.partners.iter().enumerate() {
            for id in &partner.identity {
                let Some(earlier) = self.senders.insert(id.clone(), index) else { continue };
                let other = self.partners.get(earlier).map_or("", |other| &other.key);
                let sentence = if earlier == index {
                    format!("the interchange identity {id} is named twice")
                } else {
                    format!("the interchange identity {id} is also that of {other}.toml")
                };
                let hint = "one identity belongs to one partner, else nobody can tell who sent";
                problems.push(whole_file(partner, 0, sentence, hint));
            }
        }
        problems
    }
}

impl Partner {
    /// The agreement under which a set is exchanged.
    ///
    /// # Errors
    /// What is missing: the set, the release, or the environment.
    pub fn agreement(
        &self,
        direction: Direction,
        set: &str,
        release: &str,
        environment: Environment,
    ) -> Result<&Agreement, NoAgreement> {
        let of_set = |a: &&Agreement| a.direction == direction && a.set == set;
        if !self.agreements.iter().any(|a| of_set(&a)) {
            return Err(NoAgreement::Set);
        }
        let of_release = |a: &&Agreement| covers(a.release.as_deref(), release);
        if !self.agreements.iter().any(|a| of_set(&a) && of_release(&a)) {
            return Err(NoAgreement::Release);
        }
        self.agreements
            .iter()
            .filter(of_set)
            .filter(of_release)
            .filter(|a| a.environment == environment)
            .max_by_key(|a| a.release.as_ref().map_or(0, String::len))
            .ok_or(NoAgreement::Environment(environment))
    }
}

/// Whether an agreement's release covers GS08: `004010` covers `004010VICS`, none covers all.
fn covers(agreed: Option<&str>, sent: &str) -> bool {
    agreed.is_none_or(|agreed| sent.starts_with(agreed))
}

/// Two agreements on the same set, release and environment: nobody could say which holds.
fn overlaps(partner: &Partner) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (index, one) in partner.agreements.iter().enumerate() {
        let same = |other: &&Agreement| {
            (other.direction, &other.set, &other.release, other.environment)
                == (one.direction, &one.set, &one.release, one.environment)
        };
        if let Some(first) = partner.agreements.iter().take(index).find(same) {
            let release = one.release.as_deref().unwrap_or("any release");
            let sentence = format!(
                "{} {} in {release} ({}) is already agreed in line {}",
                one.direction, one.set, one.environment, first.line
            );
            problems.push(whole_file(partner, one.line, sentence, "keep one of the two"));
        }
    }
    problems
}

/// What one partner file says that does not go together.
fn contradictions(partner: &Partner) -> Vec<Problem> {
    let mut found = Vec::new();
    for id in partner.identity.iter().filter(|id| partner.ours.contains(id)) {
        let sentence = format!("the identity {id} is named as theirs and as ours");
        found.push(whole_file(partner, 0, sentence, "say in `ours` how they address us"));
    }
    let mut folders = partner.endpoints.iter().map(|endpoint| match &endpoint.kind {
        EndpointKind::Directory(_) => &endpoint.name,
    });
    if let Some(first) = folders.next() {
        for second in folders {
            let sentence = format!(
                "the endpoints {first} and {second} are both the folder drop/{}; {second} is \
                 never used",
                partner.key
            );
            found.push(whole_file(partner, 0, sentence, "keep one directory endpoint"));
        }
    }
    for agreement in &partner.agreements {
        let mut warn = |sentence: &str, hint| {
            found.push(whole_file(partner, agreement.line, sentence.to_owned(), hint));
        };
        let acknowledge = &agreement.acknowledge;
        if acknowledge.with == AcknowledgeWith::Nothing && acknowledge.within.is_some() {
            let sentence = "within says by when, and with = \"nothing\" that no answer is due";
            warn(sentence, "leave out one of the two");
        }
        let older = agreement.release.as_deref().is_some_and(|release| release < "005010");
        if acknowledge.with == AcknowledgeWith::Implementation && older {
            let sentence = "the 999 came with 005010, and the agreement is on an older release";
            warn(sentence, "acknowledge with \"997\"");
        }
    }
    found
}

fn whole_file(partner: &Partner, line: usize, sentence: String, hint: &str) -> Problem {
    Problem {
        file: format!("{}.toml", partner.key),
        line,
        column: usize::from(line > 0),
        sentence,
        hint: hint.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Directory, NoAgreement, Unidentified};
    use crate::partner::profile::{Direction, Environment, PartyId};

    fn file(identity: &str, environment: &str) -> String {
        format!(
            r#"
name = "A"
timezone = "UTC"
contact = "a@a.example"
identity.interchange = "{identity}"
ours.interchange = "ZZ:US"
endpoint.drop.kind = "directory"
[[receive]]
set = "850"
release = "004010"
owner = "me"
environment = "{environment}"
source_of_truth = "odoo"
latency = "daily"
"#
        )
    }

    fn directory() -> Directory {
        let (a, b) = (file("ZZ:A", "production"), file("ZZ:B", "test"));
        Directory::load([("a.toml", a.as_str()), ("b.toml", b.as_str())]).unwrap()
    }

    #[test]
    fn a_sender_is_found_by_qualifier_and_id_with_blanks_cut() {
        let us = PartyId::new("ZZ", "US             ");
        let found = directory().identify(&PartyId::new("ZZ", "B       "), &us, Some("b")).unwrap();
        assert_eq!(found.partner().key, "b");
    }

    #[test]
    fn a_file_in_another_partners_folder_is_not_taken_in_the_names_of_either() {
        let us = PartyId::new("ZZ", "US");
        let error = directory().identify(&PartyId::new("ZZ", "A"), &us, Some("b")).unwrap_err();
        assert_eq!(
            error,
            Unidentified::OtherPartner { sender: "a".to_owned(), folder: "b".to_owned() }
        );
    }

    #[test]
    fn an_interchange_for_somebody_else_is_not_ours() {
        let them = PartyId::new("ZZ", "THEM");
        let error = directory().identify(&PartyId::new("ZZ", "A"), &them, None).unwrap_err();
        assert_eq!(error, Unidentified::UnknownReceiver(them));
    }

    #[test]
    fn a_test_document_never_meets_a_production_agreement() {
        let directory = directory();
        let a = directory.partner("a").unwrap();
        let asked = |set, release, environment| {
            a.agreement(Direction::Receive, set, release, environment).map(|found| found.line)
        };
        assert!(asked("850", "004010VICS", Environment::Production).is_ok());
        assert_eq!(
            asked("850", "004010", Environment::Test),
            Err(NoAgreement::Environment(Environment::Test))
        );
        assert_eq!(asked("850", "005010", Environment::Production), Err(NoAgreement::Release));
        assert_eq!(asked("855", "004010", Environment::Production), Err(NoAgreement::Set));
    }

    #[test]
    fn two_partners_cannot_share_an_identity() {
        let (a, b) = (file("ZZ:A", "test"), file("ZZ:A", "test"));
        let problems =
            Directory::load([("a.toml", a.as_str()), ("b.toml", b.as_str())]).unwrap_err();
        assert_eq!(problems.len(), 1);
        assert!(problems[0].to_string().contains("ZZ:A is also that of a.toml"), "{problems:?}");
    }

    #[test]
    fn two_agreements_on_the_same_thing_are_refused_with_both_lines() {
        let one = file("ZZ:A", "test");
        let twice = one.clone() + one.split_at(one.find("[[receive]]").unwrap()).1;
        let problems = Directory::load([("a.toml", twice.as_str())]).unwrap_err();
        assert!(problems[0].to_string().contains("already agreed in line"), "{problems:?}");
    }
}
