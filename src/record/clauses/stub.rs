//! YAML stubs for a clause that is not met: a case that meets it, and an exclusion. A person completes both.

use serde_json::Value;

use crate::contract::clause::{Clause, Verb};
use crate::contract::{Contract, Operation, SecurityScheme};

use super::sentence::states;

/// A credential that no target accepts, hopefully. Redaction does not confuse it with other words.
const WRONG: &str = "wrong-credential-of-a-test";

/// A case that meets the clause of `operation` once its request is completed.
pub(super) fn case(contract: &Contract, operation: &Operation, clause: &Clause) -> String {
    let mut lines = vec![
        format!("- name: {}", text(&name(clause))),
        format!("  operation: {}", text(&clause.operation)),
        format!("  covers: [{}]", text(&clause.to_string())),
    ];
    match &clause.verb {
        Verb::RefusesWithoutSecurity | Verb::RefusesWithout(_) => {
            lines.push("  request: { auth: none } # and a valid request".to_owned());
            lines.push("  violates: security".to_owned());
            lines.extend(undocumented(operation));
        }
        Verb::RefusesWrong(scheme) => {
            let value = match contract.security_schemes.get(&**scheme) {
                Some(SecurityScheme::Basic) => format!("{{ username: wrong-user, password: {WRONG} }}"),
                _ => WRONG.to_owned(),
            };
            lines.push(format!("  request: {{ auth: {{ {}: {value} }} }} # and a valid request", text(scheme)));
            lines.push(undocumented(operation).unwrap_or_else(|| "  expect: { status: [401, 403] }".to_owned()));
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

/// The expectation of a refusal that the document does not declare.
fn undocumented(operation: &Operation) -> Option<String> {
    let is_declared = [401, 403].into_iter().any(|status| operation.response(status).is_some());
    let line = r#"  expect: { status: 401, undocumented: "the document declares no refusal" }"#;
    (!is_declared).then(|| line.to_owned())
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
