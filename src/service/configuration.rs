//! What people wrote, read and checked: settings, partners, grammars. Immutable; a reload makes
//! a new one.

use std::sync::Arc;

use super::check::inspect;
use super::home::{Places, Texts};
use super::settings::Settings;
use crate::grammar::library::{Library, Resolution};
use crate::partner::directory::{Directory, Identified, NoAgreement, Unidentified};
use crate::partner::profile::{Agreement, Direction, Drop, EndpointKind, Environment, PartyId};
use crate::partner::table::Problem;
use crate::vocabulary::failure::{Failure, Source};
use crate::x12::report::{GroupHeader, InterchangeHeader};
use crate::x12::screen::Rules;

/// What is in force.
#[derive(Debug)]
pub struct Configuration {
    /// `edigate.toml`.
    pub settings: Settings,
    /// `partners/*.toml`.
    pub directory: Directory,
    /// Shipped grammars, the home's own and the partners' guides.
    pub library: Library,
}

impl Configuration {
    /// Reads the home at `places`.
    ///
    /// # Errors
    ///
    /// Every problem of every file, one a line: nothing runs on half a configuration.
    pub fn read(places: &Places) -> Result<Self, Failure> {
        let mended = |text: String| Failure::until_mended(Source::Setting, text);
        if let Some(sentence) = places.no_home() {
            return Err(mended(sentence));
        }
        let texts = places.read().map_err(|cause| mended(cause.to_string()))?;
        Self::of(&texts).map_err(|problems| {
            let told: Vec<_> = problems.iter().map(ToString::to_string).collect();
            mended(told.join("\n"))
        })
    }

    /// What the texts of a home say.
    ///
    /// # Errors
    ///
    /// Every problem of every text.
    pub fn of(texts: &Texts) -> Result<Self, Vec<Problem>> {
        let found = inspect(texts);
        if !found.problems.is_empty() {
            return Err(found.problems);
        }
        let settings = Settings::read("edigate.toml", &texts.settings)?;
        let directory = found.directory.unwrap_or_default();
        Ok(Self { settings, directory, library: found.library })
    }

    /// The drop folders to look into, with their rules.
    #[must_use]
    pub fn drops(&self) -> Vec<(String, Arc<Drop>)> {
        let mut drops = Vec::new();
        for partner in self.directory.partners() {
            for endpoint in &partner.endpoints {
                let EndpointKind::Directory(rules) = &endpoint.kind;
                drops.push((partner.key.clone(), Arc::new(rules.clone())));
            }
        }
        drops.dedup_by(|a, b| a.0 == b.0);
        drops
    }

    /// Who sent an interchange that lay in `folder`.
    ///
    /// # Errors
    ///
    /// Why nobody did.
    pub fn identify(
        &self,
        header: &InterchangeHeader,
        folder: &str,
    ) -> Result<Identified, Unidentified> {
        let sender = PartyId::new(header.element(5), header.element(6));
        let receiver = PartyId::new(header.element(7), header.element(8));
        self.directory.identify(&sender, &receiver, Some(folder))
    }

    /// Under which agreement a set was sent.
    ///
    /// # Errors
    ///
    /// Why under none.
    pub fn agreement<'p>(
        &self,
        identified: &'p Identified,
        header: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
    ) -> Result<&'p Agreement, NoAgreement> {
        let environment = Environment::of_usage(header.element(15));
        let partner = identified.partner();
        partner.agreement(Direction::Receive, set, group.element(8), environment)
    }

    /// What an agreement says on how a set is checked and answered, whatever the environment: a
    /// test document on a production agreement is held, and is checked and answered by it all
    /// the same.
    #[must_use]
    pub fn nearest_agreement<'p>(
        &self,
        identified: &'p Identified,
        header: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
    ) -> Option<&'p Agreement> {
        let partner = identified.partner();
        let wanted = Environment::of_usage(header.element(15));
        let other = match wanted {
            Environment::Test => Environment::Production,
            Environment::Production => Environment::Test,
        };
        [wanted, other].into_iter().find_map(|environment| {
            partner.agreement(Direction::Receive, set, group.element(8), environment).ok()
        })
    }

    /// The rules for files that lay in `folder`.
    #[must_use]
    pub const fn rules<'c>(&'c self, folder: &'c str) -> FolderRules<'c> {
        FolderRules { configuration: self, folder }
    }
}

/// Which grammar and guide is in force for what lay in one folder.
#[derive(Clone, Copy, Debug)]
pub struct FolderRules<'c> {
    configuration: &'c Configuration,
    folder: &'c str,
}

impl Rules for FolderRules<'_> {
    fn resolve(
        &self,
        interchange: &InterchangeHeader,
        group: &GroupHeader,
        set: &str,
        _implementation: &str,
    ) -> Arc<Resolution> {
        let configuration = self.configuration;
        let identified = configuration.identify(interchange, self.folder).ok();
        let agreement = identified.as_ref().and_then(|identified| {
            configuration.nearest_agreement(identified, interchange, group, set)
        });
        let guide = agreement.and_then(|agreement| agreement.guide.as_deref());
        configuration.library.resolve(group.element(8), set, guide)
    }
}
