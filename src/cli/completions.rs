//! `signoff completions`: what a shell needs to complete our command line.

use std::io::Write;

use clap::CommandFactory;

use super::args::{Arguments, Completions};
use super::exit::Exit;
use super::session::{Failure, Session};

/// Prints the script for one shell.
pub fn run(args: &Completions, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Arguments::command(), "signoff", &mut script);
    session.out.write_all(&script)?;
    Ok(Exit::Kept)
}
