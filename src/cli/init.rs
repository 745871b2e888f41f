//! `signoff init`: writes a configuration, a first case file, and their JSON Schemas for editors.

use crate::contract::{self, MAX_NAMES};
use crate::import::starter::Starter;
use crate::problem::Problem;
use crate::project::config_file::canonical;
use crate::project::settings::refuse_url;
use crate::rules;

use super::args::Init;
use super::exit::Exit;
use super::project_files::ProjectFiles;
use super::session::{Failure, Session};

/// Cases in the first file.
const CASES: usize = 3;

/// Writes the files that do not exist; overwrites nothing.
pub(super) fn run(args: &Init, session: &mut Session<'_>) -> Result<Exit, Failure> {
    refuse_url(Some(&args.spec))?;
    let root = session.directory();
    session.root = Some(canonical(&root)?);
    let contract = contract::load::load(&root, &args.spec)?;
    session.print_problems(contract.fault(MAX_NAMES).as_slice())?;
    if contract.operations.is_empty() {
        let problem = Problem::new(format!("{} has no operations, so there is nothing to test", args.spec.display()));
        return Err(vec![problem.rule(rules::NO_OPERATIONS)].into());
    }
    let starter = Starter::new(&contract, CASES, &|_| false);
    session.receive_signals()?;
    ProjectFiles { spec: &args.spec, overlay: None, starter: &starter, examples: None }.write(session)?;
    Ok(Exit::Passed)
}
