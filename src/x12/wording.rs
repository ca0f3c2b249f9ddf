//! The sentence and the hint a person reads for each finding.
