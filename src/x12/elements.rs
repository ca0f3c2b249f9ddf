//! Checks the elements of a placed segment: presence, type, length, codes, relations.
