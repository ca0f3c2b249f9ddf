//! The interface register: one row an agreement, for the people who answer for interfaces.

use super::directory::Directory;
use super::phrase::say;

/// One row of the register.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Row {
    /// Partner key.
    pub partner: String,
    /// `receive` or `send`.
    pub direction: String,
    /// The set.
    pub set: String,
    /// The release, or `any`.
    pub release: String,
    /// The guide, or empty.
    pub guide: String,
    /// Endpoints, by comma.
    pub over: String,
    /// Test or production.
    pub environment: String,
    /// Who answers for it.
    pub owner: String,
    /// Who is right when the two differ.
    pub source_of_truth: String,
    /// How soon.
    pub latency: String,
    /// How it is acknowledged, and by when.
    pub acknowledge: String,
    /// Where it goes.
    pub deliver: String,
}

/// The register of all agreements, by partner, direction and set.
#[must_use]
pub fn register(directory: &Directory) -> Vec<Row> {
    let mut rows = Vec::new();
    for partner in directory.partners() {
        for agreement in &partner.agreements {
            let within = agreement
                .acknowledge
                .within
                .map_or_else(String::new, |within| format!(" within {}", say(within)));
            rows.push(Row {
                partner: partner.key.clone(),
                direction: agreement.direction.to_string(),
                set: agreement.set.clone(),
                release: agreement.release.clone().unwrap_or_else(|| "any".to_owned()),
                guide: agreement.guide.clone().unwrap_or_default(),
                over: agreement.over.join(", "),
                environment: agreement.environment.to_string(),
                owner: agreement.owner.clone(),
                source_of_truth: agreement.source_of_truth.to_string(),
                latency: agreement.latency.to_string(),
                acknowledge: format!("{}{within}", agreement.acknowledge.with),
                deliver: agreement.deliver.to_string(),
            });
        }
    }
    rows.sort_by(|a, b| {
        (&a.partner, &a.direction, &a.set).cmp(&(&b.partner, &b.direction, &b.set))
    });
    rows
}
