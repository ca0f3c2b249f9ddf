//! Canonical records: what Odoo flows and maps share, as a stable, versioned JSON.

pub mod record;
