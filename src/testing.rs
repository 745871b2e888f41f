//! The cases as libtest tests, for `cargo test` and nextest.
