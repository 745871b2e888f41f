//! Reads an OpenAPI document and everything it refers to from disk: the only I/O of the contract.

mod build;
mod files;
mod info;
mod lint;
mod media;
mod node;
mod operations;
mod parameters;
mod schemas;
mod security;
mod shape;

use std::path::Path;

use crate::location::Problem;

use super::Contract;
use files::Files;

/// Loads, resolves and compiles the document at `path`. Every problem is reported, not the first. A relative `path` is read
/// below `root`, and files are named without `root`, so that records do not depend on the current folder.
pub fn load(root: &Path, path: &Path) -> Result<Contract, Vec<Problem>> {
    let mut files = Files::open(root, path)?;
    let openapi = info::version(&files.documents[0]).map_err(|problem| vec![problem])?;
    files.follow()?;
    build::contract(files, &openapi)
}
