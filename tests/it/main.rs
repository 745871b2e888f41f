//! The integration tests, one binary.

use std::env;
use std::process::Command;

mod architecture;
mod cli;
mod commands;
mod diffs;
mod formats;
mod imprint;
mod leaks;
mod library;
mod memory;
mod mock;
mod mutual_tls;
mod packaging;
mod page;
mod prism;
mod proxy;
mod reaching;
mod readme;
mod recorded;
mod response_signatures;
mod secrets;
mod signature_kinds;
mod signatures;
mod tls;
mod tokens;

/// The program of this build, or the one that `SIGNOFF_PROGRAM` names: memory is limited in release builds too.
fn program() -> Command {
    Command::new(env::var_os("SIGNOFF_PROGRAM").unwrap_or_else(|| env!("CARGO_BIN_EXE_signoff").into()))
}
