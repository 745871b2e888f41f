//! Third-party documents: each loads, or is refused with locations; official valid and invalid examples are distinguished.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::contract::load::{Options, load_with};
use crate::problem::Problem;
use crate::severity::Severity;

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn right_documents_are_accepted_and_wrong_ones_refused() {
    let data = data();
    let mut told = String::new();
    for path in documents(&data.join("validity")) {
        let errors = errors(&data, &path);
        let expected = path.components().any(|part| part.as_os_str() == "fail");
        if errors.is_empty() == expected {
            let shown: Vec<_> = errors.iter().map(ToString::to_string).collect();
            writeln!(told, "{}: {}", path.display(), shown.join("; ")).expect("writable");
        }
    }
    assert_eq!(told, "");
}

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn real_documents_load_or_are_refused_with_places() {
    let data = data();
    let mut refused = Vec::new();
    let all = documents(&data.join("corpus"));
    for path in &all {
        let errors = errors(&data, path);
        assert!(errors.iter().all(|problem| problem.at.is_some()), "{errors:?}");
        refused.extend(errors.iter().map(ToString::to_string));
    }
    assert!(refused.len() < all.len() / 4, "{}", refused.join("\n"));
}

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn clauses_of_real_documents_are_derived_quickly() {
    let data = data();
    let mut slow = Vec::new();
    for path in documents(&data.join("corpus")) {
        let path = path.strip_prefix(&data).expect("below");
        let Ok(contract) = load_with(&data, path, &Options::default()) else { continue };
        let start = std::time::Instant::now();
        let count = contract.clauses().len();
        // A tenth of it with optimisations.
        if start.elapsed().as_secs() >= 3 {
            slow.push(format!("{}: {count} clauses in {:?}", path.display(), start.elapsed()));
        }
    }
    assert_eq!(slow, Vec::<String>::new());
}

fn data() -> PathBuf {
    PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set"))
}

/// What is wrong with the document at `path`, warnings left aside.
fn errors(data: &Path, path: &Path) -> Vec<Problem> {
    let options = Options { structure: true, ..Options::default() };
    let loaded = load_with(data, path.strip_prefix(data).expect("below"), &options);
    let problems = loaded.map_or_else(|problems| problems, |contract| contract.warnings);
    problems.into_iter().filter(|problem| problem.severity == Severity::Error).collect()
}

/// Every document at or below `folder`, in order.
pub fn documents(folder: &Path) -> Vec<PathBuf> {
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
