//! YAML stubs for a clause that is not met: a case file with a case that meets it, and an exclusion.

use serde_json::Value;

use crate::case::format::WholeFile;
use crate::case::write::render;
use crate::contract::clause::{Clause, Entry};
use crate::contract::{Contract, Operation};
use crate::generate::clause_case;

use super::sentence::states;

/// Largest case file that is shown, in bytes.
pub(super) const MAX_CASE: usize = 8 << 10;

/// First line of a case file: the keys of another file, such as `base`, would apply to the case.
const PLACE: &str = "# a new case file: in a file with `base`, the request would be another one\n";

/// Returns why the case of a case file does not pass on the mock of the project; none if it does.
pub(crate) type Trial<'t> = &'t dyn Fn(&str) -> Option<String>;

/// A case file with a verified case that meets the clause of `entry`; empty if none can be built. A comment states why it does not pass on
/// the mock.
pub(super) fn case(contract: &Contract, operation: &Operation, entry: &Entry, trial: Trial<'_>) -> String {
    let Some(built) = clause_case::build(contract, operation, entry, &name(&entry.clause)) else {
        return String::new();
    };
    let file = WholeFile { cases: vec![built], ..WholeFile::default() };
    let text = render(&file).unwrap_or_default();
    if text.is_empty() || text.len() > MAX_CASE {
        return String::new();
    }
    let note = trial(&text).map(|why| format!("# does not pass on the mock: {why}; a mock rule can change that\n"));
    format!("{PLACE}{}{text}", note.unwrap_or_default())
}

/// The part of `signoff.yaml` that excludes a clause, to be completed.
pub(super) fn exclusion(clause: &Clause) -> String {
    let clause = text(&clause.to_string());
    format!(
        "coverage:\n  exclude:\n    - clause: {clause}\n      reason: \"\" # why it is not tested\n      owner: \"\" # the person or team responsible\n"
    )
}

/// The name of the case, which no stub of another operation has: the statement without the marks of code, as templates and `::` mean something in names.
pub(super) fn name(clause: &Clause) -> String {
    let states =
        format!("{}: {}", clause.operation, states(clause)).replace('`', "").replace("${", "$ {").replace("::", ":");
    states.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

/// A string of YAML, which is one of JSON too.
fn text(value: &str) -> String {
    Value::from(value).to_string()
}
