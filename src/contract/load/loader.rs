//! From the path of a document to the contract.

use std::path::Path;

use crate::contract::Contract;
use crate::problem::Problem;
use crate::severity::Severity;

use super::files::Files;
use super::options::Options;
use super::{assemble, info, structure};

/// Loads, resolves and compiles the document at `path`. Every problem is reported, not the first. A relative `path` is read
/// below `root`, and files are named without `root`, so that records do not depend on the current folder.
pub fn load(root: &Path, path: &Path) -> Result<Contract, Vec<Problem>> {
    load_with(root, path, &Options::default())
}

/// Loads as [`load`] does, with overlays and local resolver of what references name.
pub fn load_with(root: &Path, path: &Path, options: &Options) -> Result<Contract, Vec<Problem>> {
    let mut files = Files::open(root, path, options)?;
    let openapi = info::version(&files.documents[0]).map_err(|problem| vec![problem])?;
    files.follow()?;
    let breaches = match options.structure {
        true => structure::problems(&files.documents[0], openapi),
        false => Vec::new(),
    };
    match assemble::contract(files, openapi) {
        Ok(mut contract) => {
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
