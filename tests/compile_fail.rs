//! Proof can't be forged: programs that try do not compile, and the compiler says why.

#[test]
fn proof_tokens_come_only_from_what_proves() {
    trybuild::TestCases::new().compile_fail("tests/compile_fail/*.rs");
}
