//! YAML stubs for a clause that is not met: a case that meets it, and an exclusion. A person completes both.

use serde_json::Value;

use crate::contract::clause::{Clause, Verb};

use super::sentence::states;

/// A case that meets the clause once its request is completed.
pub(super) fn case(clause: &Clause) -> String {
    let mut lines = vec![
        format!("- name: {}", text(&name(clause))),
        format!("  operation: {}", text(&clause.operation)),
        format!("  covers: [{}]", text(&clause.to_string())),
    ];
    match &clause.verb {
        Verb::RefusesWithoutSecurity | Verb::RefusesWithout(_) => {
            lines.push("  request: { auth: none } # and a valid request".to_owned());
            lines.push("  violates: security".to_owned());
        }
        Verb::RefusesWrong(scheme) => {
            lines.push(format!("  request: {{ auth: {{ {}: wrong }} }} # and a valid request", text(scheme)));
            lines.push("  expect: { status: 401 }".to_owned());
        }
        Verb::Violates(keyword, location) => {
            let rule = location.as_ref().map_or_else(|| (*keyword).to_owned(), |at| format!("{keyword} {at}"));
            lines.push("  request: {} # valid, but for this violation".to_owned());
            lines.push(format!("  violates: {}", text(&rule)));
        }
        Verb::Receives(status)
        | Verb::ReceivesMediaType(status, _)
        | Verb::ReceivesHeader(status, _)
        | Verb::ReceivesAt(status, ..) => {
            lines.push("  request: {} # one that leads to this response".to_owned());
            let status = status.to_string();
            let is_plain = status.parse::<u16>().is_ok() || status.ends_with("XX");
            lines.extend(is_plain.then(|| format!("  expect: {{ status: {status} }}")));
        }
        _ => lines.push("  request: {} # a valid request".to_owned()),
    }
    lines.join("\n") + "\n"
}

/// An entry of `exclude` in `signoff.yaml`, to be completed.
pub(super) fn exclusion(clause: &Clause) -> String {
    let clause = text(&clause.to_string());
    format!(
        "- clause: {clause}\n  reason: \"\" # why it is not tested\n  owner: \"\" # the person or team responsible\n"
    )
}

/// The name of the case: the statement without the marks of code, as templates and `::` mean something in names.
fn name(clause: &Clause) -> String {
    let states = states(clause).replace('`', "").replace("${", "$ {").replace("::", ":");
    states.chars().map(|c| if c.is_control() { ' ' } else { c }).take(120).collect()
}

/// A string of YAML, which is one of JSON too.
fn text(value: &str) -> String {
    Value::from(value).to_string()
}
