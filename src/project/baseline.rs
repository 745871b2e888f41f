//! Finds, reads and stores the record that a run is compared with: one per contract and target.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::contract::Contract;
use crate::input_file;
use crate::output_file;
use crate::problem::{Problem, reason};
use crate::record::{self, Baseline, ClauseCoverage, Group, Head, Since};

use super::format::FailOn;
use super::overrides::BaselineSource;
use super::settings::Settings;
use super::urls::canonical_name;

/// Loads the named record, all of whose findings are known; else the stored baseline of the same contract on the same target. If that one
/// cannot be read, the problem is a warning.
pub(super) fn load(settings: &Settings, contract: &Contract, target: &str) -> Result<Option<Baseline>, Problem> {
    match &settings.overrides.results.baseline {
        BaselineSource::None => Ok(None),
        BaselineSource::File(file) => {
            let name = settings.relative_to_root(file);
            read(&name, &settings.absolute(&name), true).map(Some)
        }
        BaselineSource::Stored | BaselineSource::Update => {
            let file = path(settings, contract, target);
            if !file.is_file() {
                return Ok(None);
            }
            let name = file.strip_prefix(&settings.file.root).unwrap_or(&file);
            read(name, &file, false).map(Some).map_err(Problem::as_warning)
        }
    }
}

/// What a run changed in the stored baseline.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stored {
    /// Number of findings that became known.
    pub accepted: u64,
    /// Whether there was no baseline before.
    pub is_first: bool,
    /// Number of clauses that are not met, if it had no clauses before.
    pub open_clauses: Option<u64>,
}

/// Stores the head of a run as the baseline of later ones. Its new findings stay new there, unless the run updates the baseline, or is the
/// first one and does not tolerate known findings. The same holds for clauses that are not met and the gate `uncovered-new`.
///
/// A first run that is not complete is not stored without being asked for: findings of the cases and checks that did not run would be new.
pub(crate) fn store(
    settings: &Settings,
    contract: &Contract,
    target: &str,
    head: &Head,
    before: Option<&Baseline>,
) -> Result<Stored, Problem> {
    let is_accepted = |group: &&Group| group.finding.since != Some(Since::Known) && group.waived.is_none();
    let accepted = head.groups.iter().filter(is_accepted).count() as u64;
    let is_update = match settings.overrides.results.baseline {
        BaselineSource::Stored => false,
        BaselineSource::Update => !head.interrupted,
        // Its findings were compared with others, or with none.
        BaselineSource::File(_) | BaselineSource::None => return Ok(Stored::default()),
    };
    let has_all_cases = settings.overrides.cases.is_none() && head.summary.not_run == 0;
    // Findings of cases that could not be run would be new, and the clauses that they meet are not known.
    let is_complete = !head.interrupted && has_all_cases && head.summary.errored == 0 && !settings.disables_checks();
    let gates_clauses = settings.fail_on().contains(&FailOn::UncoveredNew);
    let (head, accepts) = match &head.baseline {
        _ if is_update => (Cow::Owned(head.as_baseline(true)), true),
        Some(_) => (with_ratchet(head, before, gates_clauses), false),
        None if is_complete => {
            let head = head.as_baseline(!head.tolerates_known);
            (Cow::Owned(with_ratchet(&head, None, gates_clauses).into_owned()), !head.tolerates_known)
        }
        None => return Ok(Stored::default()),
    };
    let had_clauses = before.is_some_and(|before| before.head().clauses.is_some());
    let (head, file) = (head.into_owned().stored(), path(settings, contract, target));
    let is_same = before.is_some_and(|before| {
        // Otherwise only the start would change.
        *before.head() == Head { started: before.head().started.clone(), ..head.clone() }
    });
    let unwritable = |error: String| Problem::new(format!("cannot write {}: {error}", file.display()));
    if !is_same {
        let text = serde_json::to_string(&head).map_err(|error| unwritable(error.to_string()))?;
        output_file::write(&file, &text).map_err(|error| unwritable(reason(&error)))?;
    }
    let open = |clauses: &ClauseCoverage| {
        let counts = clauses.counts(None);
        counts.unmet.saturating_add(counts.contradicted)
    };
    Ok(Stored {
        accepted: if accepts { accepted } else { 0 },
        is_first: before.is_none(),
        open_clauses: head.clauses.as_ref().filter(|_| !had_clauses).map(open),
    })
}

/// The head with clauses that are newly uncovered as if they were met, so that they stay new. Without clauses of an earlier run it has
/// none if the gate `uncovered-new` is set (`is_gated`): the gate accepts nothing.
fn with_ratchet<'h>(head: &'h Head, before: Option<&Baseline>, is_gated: bool) -> Cow<'h, Head> {
    let before = before.and_then(|before| before.head().clauses.as_ref());
    match (&head.clauses, before) {
        (Some(clauses), Some(_)) => {
            Cow::Owned(Head { clauses: Some(clauses.clone().without_newly_uncovered()), ..head.clone() })
        }
        // A run without clauses must not make all of them new.
        (None, Some(before)) => Cow::Owned(Head { clauses: Some(before.clone()), ..head.clone() }),
        (Some(_), None) if is_gated => Cow::Owned(Head { clauses: None, ..head.clone() }),
        _ => Cow::Borrowed(head),
    }
}

/// `reports/baselines/sandbox-1f3a5b7c.json`.
fn path(settings: &Settings, contract: &Contract, target: &str) -> PathBuf {
    let target = canonical_name(target);
    let document = contract.documents.first().map(|document| document.name().to_string()).unwrap_or_default();
    let digest = Sha256::digest(format!("{document}\n{target}"));
    let digest: String = digest.iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
    let name: String = target.chars().take(40).map(|c| if is_plain(c) { c } else { '-' }).collect();
    settings.reports().join("baselines").join(format!("{name}-{digest}.json"))
}

fn read(name: &Path, path: &Path, accepts_new: bool) -> Result<Baseline, Problem> {
    let name = name.display().to_string();
    let unreadable = |message: String| Problem::new(format!("cannot compare with {name}: {message}"));
    if path.is_dir() {
        let help = format!("name a record, such as {name}/record.json");
        return Err(unreadable("it is a folder".to_owned()).help(help));
    }
    let file = input_file::open(path).map_err(|error| unreadable(reason(&error)))?;
    let head = record::read_head(file).map_err(unreadable)?;
    Ok(Baseline::new(name, head, accepts_new))
}
