//! The results in the mutation-testing-report schema (version 2), which dashboards and the `mutation-test-elements` page read.

use std::collections::{BTreeMap, HashMap};

use serde_json::{Value, json};

use crate::contract::Contract;
use crate::place::Snippet;

use super::measured::{Measured, MutantResult, State};
use super::sentence;

/// Scores that readers of the report show as high and as low, in percent.
const THRESHOLDS: (u64, u64) = (90, 70);

/// Renders the report: the mutants per document of the contract, at the location that each of them concerns.
pub(crate) fn render(measured: &Measured, contract: &Contract) -> String {
    let mut files: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    let mut names: HashMap<String, usize> = HashMap::new();
    for result in &measured.mutants {
        let Some(anchor) = &result.anchor else { continue };
        let mut value = mutant(result, contract, &contract.snippet(anchor));
        let name = name(result, contract);
        let number = names.entry(name.clone()).and_modify(|number| *number += 1).or_insert(1);
        value["id"] = if *number == 1 { name } else { format!("{name} #{number}") }.into();
        files.entry(anchor.document).or_default().push(value);
    }
    let file = |(document, mutants): (usize, Vec<Value>)| {
        let document = &contract.documents[document];
        let name = document.name().to_string();
        let language = if name.ends_with(".json") { "json" } else { "yaml" };
        let source = document.text().to_owned();
        (name, json!({ "language": language, "source": source, "mutants": mutants }))
    };
    let files: BTreeMap<String, Value> = files.into_iter().map(file).collect();
    let counts = measured.counts(None);
    let report = json!({
        "schemaVersion": "2",
        "thresholds": { "high": THRESHOLDS.0, "low": THRESHOLDS.1 },
        "files": files,
        "testFiles": tests(measured),
        "framework": { "name": "signoff", "version": env!("CARGO_PKG_VERSION") },
        "config": {
            "document": contract.documents.first().map(|document| document.name().to_string()),
            "operations": contract.operations.iter().map(|operation| operation.name.as_str()).collect::<Vec<_>>(),
            "score": counts.percent(),
            "noticed": counts.noticed(),
            "tried": counts.tried,
            "unspecified": counts.unspecified,
            "limits": counts.limits,
            "equivalent": counts.equivalent,
            "interrupted": measured.interrupted,
            "leftOut": measured.left_out,
            "undeclared": measured.undeclared,
            "skippedValues": measured.skipped,
            "skippedViolations": measured.skipped_violations,
            "recordedFrom": measured.recorded_from,
            "tooLarge": measured.too_large,
        },
    });
    // The report may be embedded in a page. In JSON, `<` occurs only inside strings.
    let text = serde_json::to_string_pretty(&report).unwrap_or_default();
    format!("{}\n", text.replace('<', "\\u003c"))
}

/// The name of a fault, by which it is found in another measurement. It has no line of a file and no received value: these change
/// without the fault.
fn name(result: &MutantResult, contract: &Contract) -> String {
    let operation = operation(result, contract);
    let operator = result.operator;
    match &result.condition {
        None => format!("{operation} {} [{operator}]", sentence::change(result)),
        Some(condition) => {
            let condition = condition.split_whitespace().collect::<Vec<_>>().join(" ");
            format!("{operation} rule when {condition}: {} [{operator}]", result.phrase)
        }
    }
}

fn operation<'c>(result: &MutantResult, contract: &'c Contract) -> &'c str {
    contract.operations.get(result.operation).map_or("", |operation| operation.name.as_str())
}

fn mutant(result: &MutantResult, contract: &Contract, at: &Snippet) -> Value {
    let (status, reason, case) = match &result.state {
        State::Killed(case, check) if !result.matters() => {
            ("Ignored", Some(format!("unspecified, but noticed: {check} in {case}")), None)
        }
        _ if !result.matters() => ("Ignored", Some("unspecified: no case can know it".to_owned()), None),
        State::Killed(case, check) => ("Killed", Some(format!("{check} in {case}")), Some(case)),
        State::Errored(case, reason) => ("RuntimeError", Some(format!("{reason} in {case}")), Some(case)),
        State::TimedOut(case, reason) => ("Timeout", Some(format!("{reason} in {case}")), Some(case)),
        State::Survived => ("Survived", result.kill.as_ref().map(|kill| kill.lines().join("\n")), None),
        State::NotReached => ("NoCoverage", None, None),
        State::Excluded(reason) => ("Ignored", Some(reason.clone()), None),
    };
    let reason = match &result.state {
        State::Excluded(reason) => Some(reason.clone()),
        _ => reason,
    };
    let replacement = format!("{} {}", operation(result, contract), sentence::change(result));
    let (line, column) = (at.place.line.max(1), at.place.column.max(1));
    let mut value = json!({
        "mutatorName": result.operator,
        "replacement": replacement,
        "location": {
            "start": { "line": line, "column": column },
            "end": { "line": line, "column": column.saturating_add(at.width.max(1)) },
        },
        "status": status,
    });
    if let Some(reason) = reason {
        value["statusReason"] = reason.into();
    }
    if let Some(case) = case {
        value["killedBy"] = json!([case]);
    }
    value
}

/// The cases by file; an id begins with its file.
fn tests(measured: &Measured) -> Value {
    let mut files: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for id in &measured.cases {
        let (file, name) = id.split_once("::").unwrap_or(("", id));
        files.entry(file).or_default().push(json!({ "id": id, "name": name }));
    }
    files.into_iter().map(|(file, tests)| (file.to_owned(), json!({ "tests": tests }))).collect()
}
