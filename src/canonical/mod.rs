//! Canonical records: what Odoo flows and maps share, as a stable, versioned JSON.

pub mod document;
pub mod json;
pub mod record;
pub mod ship_notice;
