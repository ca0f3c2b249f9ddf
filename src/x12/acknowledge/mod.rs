//! Answers to what was received: TA1, 997, 999, as a pure function of the findings.
