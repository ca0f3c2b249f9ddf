//! The canonical print of every kind of grammar text, and its digest.
