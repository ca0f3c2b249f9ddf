//! Learns the separators of an interchange from its ISA.
