//! `signoff completions`: prints shell completion scripts.

use std::io::Write;

use clap::CommandFactory;

use crate::cli::args::{Arguments, Completions};
use crate::cli::exit::Exit;
use crate::cli::session::{Failure, Session};

/// Prints the script for one shell.
pub(super) fn run(args: &Completions, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "signoff", &mut script);
    session.out.write_all(&script)?;
    Ok(Exit::Passed)
}
