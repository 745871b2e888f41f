//! `signoff mutate --suggest`: prints the patch of the case files, and how many survivors have no suggestion.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use regex::Regex;

use crate::case::CaseFile;
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
    let repository = repository(root);
    let name = |file: &CaseFile| name_in_patch(&repository, file);
    let files = measured.patch.as_ref().map(|patch| patch.render(name)).unwrap_or_default();
    let unnamed = files.iter().filter(|file| file.is_none()).count();
    let files: Vec<_> = files.into_iter().flatten().collect();
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
    if unnamed > 0 {
        let files = count(unnamed as u64, "case file");
        writeln!(session.err, "{files} not in the patch: the name or the encoding is one that git cannot apply")?;
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

/// The root of the repository that the project is in; of the project without one.
fn repository(root: &Path) -> PathBuf {
    let root = canonical(root).unwrap_or_else(|_| root.to_owned());
    let mut directories = root.ancestors();
    directories.find(|directory| directory.join(".git").exists()).unwrap_or(&root).to_owned()
}

/// The name of a case file in a patch: below the repository, without symbolic links. None if git would quote it, or if the file is not
/// the text that a patch changes: it has another encoding.
fn name_in_patch(repository: &Path, file: &CaseFile) -> Option<String> {
    let path = canonical(&file.path).ok()?;
    let name = path.strip_prefix(repository).ok()?.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
    let bytes = std::fs::read(&path).ok()?;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&bytes);
    let is_plain = !name.contains(|c: char| c.is_control() || c == '"' || c == '\\');
    (is_plain && bytes == file.bytes()).then_some(name)
}
