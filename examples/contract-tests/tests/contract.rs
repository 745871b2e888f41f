//! Every case in `cases/` as a test. `SIGNOFF_TARGET` selects a target of `signoff.yaml`; without it, the mock.

use std::process::ExitCode;

use signoff::testing::{self, Options};

fn main() -> ExitCode {
    testing::main(Options::new(env!("CARGO_MANIFEST_DIR")))
}
