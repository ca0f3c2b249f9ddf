//! The TA1, AK and IK code each finding becomes.
