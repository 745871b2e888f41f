//! `signoff man`: writes the manual pages, which packages install.

use std::fs;

use clap::CommandFactory;

use super::args::{Arguments, Man};
use super::exit::Exit;
use super::session::{Failure, Session};

/// Writes one page per subcommand to a directory.
pub(super) fn run(args: &Man, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let directory = session.directory().join(&args.pages);
    fs::create_dir_all(&directory)?;
    clap_mangen::generate_to(Arguments::command(), directory)?;
    Ok(Exit::Passed)
}
