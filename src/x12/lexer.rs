//! Bytes of one transaction set to segments and element ends, without copying.
