//! Entry points of loading: from the path of a document to the contract.

use std::path::Path;

use crate::contract::Contract;
use crate::problem::Problem;
use crate::severity::Severity;

use super::files::Files;
use super::options::Options;
use super::{assemble, info, structure};

/// Loads, resolves and compiles the document at `path`, and returns all errors if that fails. A relative `path` is relative to
/// `root`, and files are named without `root`, so that records do not depend on the current directory.
pub fn load(root: &Path, path: &Path) -> Result<Contract, Vec<Problem>> {
    load_with(root, path, &Options::default())
}

/// Loads as [`load`] does, with overlays and local copies of remote documents.
pub fn load_with(root: &Path, path: &Path, options: &Options) -> Result<Contract, Vec<Problem>> {
    let mut files = Files::open(root, path, options)?;
    let openapi = info::version(&files.documents[0]).map_err(|problem| vec![problem])?;
    files.read_referenced();
    let breaches = match options.structure {
        true => structure::problems(&files.documents[0], openapi),
        false => Vec::new(),
    };
    match assemble::contract(files, openapi) {
        Ok(mut contract) => {
            let is_new = |breach: &Problem| !contract.errors.iter().any(|error| structure::reports(error, breach));
            let breaches = breaches.into_iter().filter(is_new).collect();
            structure::join(&mut contract.warnings, breaches);
            Ok(contract)
        }
        Err(mut problems) => {
            problems.retain(|problem| options.structure || problem.severity == Severity::Error);
            structure::join(&mut problems, breaches);
            Err(problems)
        }
    }
}
