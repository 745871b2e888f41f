//! YAML stubs for a clause that is not met: a case that meets it, and an exclusion.

use serde_json::Value;

use crate::case::format::WholeFile;
use crate::case::write::render;
use crate::contract::clause::{Clause, Entry};
use crate::contract::{Contract, Operation};
use crate::generate::clause_case;

use super::sentence::states;

/// Largest case that is shown, in bytes.
const MAX_CASE: usize = 8 << 10;

/// A verified case that meets the clause of `entry`, as an item of `cases`; empty if none can be built.
pub(super) fn case(contract: &Contract, operation: &Operation, entry: &Entry) -> String {
    let Some(built) = clause_case::build(contract, operation, entry, &name(&entry.clause)) else {
        return String::new();
    };
    let note = match built.is_reachable {
        true => "",
        false => "# not reachable on the generated mock: add a mock rule with this response\n",
    };
    let file = WholeFile { cases: vec![built.case], ..WholeFile::default() };
    let text = render(&file).unwrap_or_default();
    match text.strip_prefix("cases:\n") {
        Some(item) if item.len() <= MAX_CASE => format!("{note}{item}"),
        _ => String::new(),
    }
}

/// An entry of `exclude` in `signoff.yaml`, to be completed.
pub(super) fn exclusion(clause: &Clause) -> String {
    let clause = text(&clause.to_string());
    format!(
        "- clause: {clause}\n  reason: \"\" # why it is not tested\n  owner: \"\" # the person or team responsible\n"
    )
}

/// The name of the case, which no stub of another operation has: the statement without the marks of code, as templates and `::` mean something in names.
fn name(clause: &Clause) -> String {
    let states =
        format!("{}: {}", clause.operation, states(clause)).replace('`', "").replace("${", "$ {").replace("::", ":");
    states.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

/// A string of YAML, which is one of JSON too.
fn text(value: &str) -> String {
    Value::from(value).to_string()
}
