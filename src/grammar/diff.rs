//! What changed between two grammars, guides or maps, in words.
