//! Names of files in the repository of a job of GitHub Actions.

use std::collections::BTreeMap;
use std::path::Path;

/// Environment variable with the directory of the repository.
const REPOSITORY: &str = "GITHUB_WORKSPACE";

/// Path of `root` in the repository, as `api/`; empty if it is the repository itself or outside of it.
pub(crate) fn prefix(root: &Path, env: &BTreeMap<String, String>) -> String {
    let canonical = |path: &Path| path.canonicalize().ok();
    let repository = env.get(REPOSITORY).and_then(|path| canonical(Path::new(path)));
    let below = repository.and_then(|repository| Some(canonical(root)?.strip_prefix(repository).ok()?.to_owned()));
    let parts = below.iter().flat_map(|path| path.components());
    parts.map(|part| format!("{}/", part.as_os_str().to_string_lossy())).collect()
}

/// The name in the repository of a `file` that is relative to the root with that prefix: `../` leads out of the prefix.
pub(crate) fn name(prefix: &str, file: &str) -> String {
    let (mut folder, mut file) = (prefix.trim_end_matches('/'), file);
    while let Some(rest) = file.strip_prefix("../").filter(|_| !folder.is_empty()) {
        (folder, file) = (folder.rsplit_once('/').map_or("", |(parent, _)| parent), rest);
    }
    if folder.is_empty() || Path::new(file).is_absolute() { file.to_owned() } else { format!("{folder}/{file}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_start_at_the_repository() {
        for (prefix, file, expect) in [
            ("", "a.yaml", "a.yaml"),
            ("services/shop/", "cases/a.yaml", "services/shop/cases/a.yaml"),
            ("services/shop/", "../common/a.yaml", "services/common/a.yaml"),
            ("services/shop/", "../../a.yaml", "a.yaml"),
            ("services/", "/etc/a.yaml", "/etc/a.yaml"),
        ] {
            assert_eq!(name(prefix, file), expect, "{prefix} {file}");
        }
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path().join("services/shop");
        std::fs::create_dir_all(&root).expect("created");
        let env = BTreeMap::from([(REPOSITORY.to_owned(), folder.path().display().to_string())]);
        assert_eq!(prefix(&root, &env), "services/shop/");
        assert_eq!(prefix(folder.path(), &env), "");
        assert_eq!(prefix(&root, &BTreeMap::new()), "");
    }
}
