//! Screens a file: reads its envelopes, validates each set, hands all to a sink.
