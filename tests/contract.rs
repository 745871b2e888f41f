//! The repository's own cases as tests: against the mock, or the target that `SIGNOFF_TARGET` names.

use std::process::ExitCode;

fn main() -> ExitCode {
    signoff::testing::main(signoff::testing::Options::new(env!("CARGO_MANIFEST_DIR")))
}
