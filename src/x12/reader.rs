//! Cuts a stream of bytes into interchanges, groups and sets, in bounded memory.
