//! `signoff mutate --suggest`: prints the patch of the case files, and how many survivors have no suggestion.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::contract::Contract;
use crate::mutate::{Measured, NoSuggestion, score};
use crate::pointer::Pointer;
use crate::project::config_file::canonical;
use crate::quantity::count;
use crate::record::Redactor;

use super::output::mask;
use super::session::Session;

/// A name and the start of its value, in YAML or JSON.
static ASSIGNED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?<name>[\w-]+)["']?\s*:\s+["']?(?<value>[^\s{\["']\S?)"#).expect("the pattern is valid")
});

/// Prints the patch to the standard output, the score and the reasons to the standard error. `root` is the directory of the project.
pub(super) fn print(
    measured: &Measured,
    (root, contract): (&Path, &Contract),
    redactor: &mut Redactor,
    session: &mut Session<'_>,
) -> io::Result<()> {
    let files = measured.patch.as_ref().map(|patch| patch.render(&below_repository(root))).unwrap_or_default();
    // A patch with a placeholder in it would not apply.
    let mut is_shown =
        |file: &String| redactor.text(file) == *file && !file.lines().any(|line| is_hidden(line, contract, redactor));
    let (shown, hidden): (Vec<_>, Vec<_>) = files.into_iter().partition(|file| is_shown(file));
    session.out.write_all(shown.concat().as_bytes())?;
    writeln!(session.err, "{}", score(measured.counts(None)))?;
    let noticed = measured.patch.as_ref().map_or(0, |patch| patch.noticed);
    if !shown.is_empty() {
        let noticed = count(noticed as u64, "survivor");
        let files = count(shown.len() as u64, "case file");
        writeln!(session.err, "the patch of {files} notices {noticed}: apply it at the root of the repository")?;
    } else {
        writeln!(
            session.err,
            "nothing to suggest: the patch is empty, which `git apply` accepts with `--allow-empty`"
        )?;
    }
    if !hidden.is_empty() {
        let files = count(hidden.len() as u64, "case file");
        writeln!(session.err, "{files} not in the patch: lines next to the change are redacted")?;
    }
    let mut reasons: BTreeMap<NoSuggestion, u64> = BTreeMap::new();
    for reason in measured.mutants.iter().filter_map(|mutant| mutant.no_suggestion) {
        *reasons.entry(reason).or_default() += 1;
    }
    for (reason, number) in reasons {
        writeln!(session.err, "{} without a suggestion: {}", count(number, "survivor"), reason.text())?;
    }
    Ok(())
}

/// Whether a line of a case file has a value that the rules hide by its name, also of a case that is not run, or that may be a credential.
fn is_hidden(line: &str, contract: &Contract, redactor: &mut Redactor) -> bool {
    let mut is_named = |name: &str| redactor.hides(contract, None, &Pointer::root().join(name));
    mask::hides(line)
        || ASSIGNED.captures_iter(line).any(|found| !found["value"].starts_with("${") && is_named(&found["name"]))
}

/// The directory of the project below the root of its repository; empty without a repository.
fn below_repository(root: &Path) -> PathBuf {
    let Ok(root) = canonical(root) else { return PathBuf::new() };
    let repository = root.ancestors().find(|directory| directory.join(".git").exists());
    repository.and_then(|repository| root.strip_prefix(repository).ok()).map(Path::to_owned).unwrap_or_default()
}
