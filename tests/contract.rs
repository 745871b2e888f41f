//! Runs the repository's own cases as tests, against the mock or the target in `SIGNOFF_TARGET`.

use std::process::ExitCode;

fn main() -> ExitCode {
    signoff::testing::main(signoff::testing::Options::new(env!("CARGO_MANIFEST_DIR")))
}
