//! Reads an OpenAPI document and everything it refers to from disk: the only I/O of the contract.

use std::path::Path;

use crate::location::Problem;

use super::Contract;

/// Loads, resolves and compiles the document at `path`. Every problem is reported, not the first. A relative `path` is read
/// below `root`, and files are named without `root`, so that records do not depend on the current folder.
pub fn load(root: &Path, path: &Path) -> Result<Contract, Vec<Problem>> {
    let _ = (root, path);
    todo!()
}
