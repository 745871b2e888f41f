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
pub(super) mod shape;

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

#[cfg(test)]
mod tests {
    use super::*;

    fn repository() -> &'static Path {
        Path::new(env!("CARGO_MANIFEST_DIR"))
    }

    #[test]
    #[ignore = "needs SIGNOFF_DATA"]
    fn real_documents_load_or_say_why() {
        let data = std::path::PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set"));
        for folder in ["corpus", "validity", "specmatic", "prism", "recorded"] {
            for path in documents(&data.join(folder)) {
                let name = path.strip_prefix(&data).expect("below").to_path_buf();
                match load(&data, &name) {
                    Ok(contract) => {
                        println!("ok {} {} operations", name.display(), contract.operations.len());
                        contract.warnings.iter().for_each(|warning| println!("   {warning}"));
                    }
                    Err(problems) => {
                        println!("NO {}", name.display());
                        problems.iter().for_each(|problem| println!("   {problem}"));
                    }
                }
            }
        }
    }

    fn documents(folder: &Path) -> Vec<std::path::PathBuf> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            match path.extension().and_then(|extension| extension.to_str()) {
                _ if path.is_dir() => found.extend(documents(&path)),
                Some("json" | "yaml" | "yml") => found.push(path),
                _ => {}
            }
        }
        found.sort();
        found
    }

    #[test]
    fn the_first_contract_loads() {
        let contract = load(repository(), Path::new("specs/imprint.yaml")).expect("it loads");
        assert_eq!(contract.warnings, []);
        let names: Vec<_> = contract.operations.iter().map(|operation| operation.name.as_str()).collect();
        assert_eq!(names, ["linkCustomerAccount", "updateCustomer"]);
        assert_eq!(contract.documents[0].name().as_ref(), "specs/imprint.yaml");
    }
}
