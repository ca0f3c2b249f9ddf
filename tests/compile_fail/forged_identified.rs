//! Acts in the name of a partner that no identification found.

use std::sync::Arc;

use edigate::partner::directory::Identified;
use edigate::partner::profile::Partner;

fn in_the_name_of(partner: Arc<Partner>) -> Identified {
    Identified { partner }
}

fn main() {}
