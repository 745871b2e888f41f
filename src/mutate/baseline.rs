//! Compares two measurements in the mutation-testing-report schema: which faults were noticed before and are not noticed now.

use std::collections::{BTreeMap, HashMap};

use super::format::Mutant;
pub(crate) use super::format::Report;

/// Program that writes the reports which can be compared.
pub(crate) const FRAMEWORK: &str = "signoff";

/// A fault that was noticed before and is not noticed now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LostFault {
    /// `updateThing 200 body/name: removed`.
    pub change: String,
    /// Id of the operator.
    pub operator: String,
    /// `specs/things.yaml:12:7`.
    pub place: String,
    /// Ids of the cases that noticed it.
    pub noticed_by: Vec<String>,
    /// Whether no case receives such a response, or sends such a request, any more.
    pub is_unreached: bool,
}

/// Result of a comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Comparison {
    /// Faults that are not noticed any more, in the order of the report.
    pub lost: Vec<LostFault>,
    /// Number of faults that were noticed before, and were tried now.
    pub compared: usize,
    /// Number of faults that were noticed before, and were not tried now, or do not count now.
    pub not_tried: usize,
}

/// Parses a report. Errors: a sentence that says why it is not a report of signoff that can be compared.
pub(crate) fn parse(text: &[u8]) -> Result<Report, String> {
    let report: Report = serde_json::from_slice(text).map_err(|error| {
        let reason = error.to_string();
        format!("it is not a report of `signoff mutate --format json`: {reason}")
    })?;
    if report.framework.name != FRAMEWORK {
        return Err("it was written by another program than signoff".to_owned());
    }
    match report.config.is_some() {
        true => Ok(report),
        false => Err("it was written by a version of signoff whose faults cannot be compared".to_owned()),
    }
}

/// What is measured now, as far as an earlier report must be of the same.
pub(crate) struct Inputs<'a> {
    /// Name of the first document.
    pub document: String,
    /// Names of the operations.
    pub operations: Vec<&'a str>,
    /// The live target whose responses are changed; none for the mock.
    pub recorded_from: Option<&'a str>,
}

/// Checks that `before` is of the same document and target. Errors: a sentence that says why it is not.
pub(crate) fn check(before: &Report, now: &Inputs<'_>) -> Result<(), String> {
    let Some(old) = &before.config else { return Err("it has no configuration".to_owned()) };
    if old.document != now.document {
        return Err(format!("it is of another document: {}, not {}", old.document, now.document));
    }
    if old.recorded_from.as_deref() != now.recorded_from {
        let name = |target: Option<&str>| match target {
            Some(target) => format!("recorded from {target}"),
            None => "measured on the mock".to_owned(),
        };
        let (old, now) = (name(old.recorded_from.as_deref()), name(now.recorded_from));
        return Err(format!("it is of another target: {old}, not {now}"));
    }
    match old.operations.iter().any(|operation| now.operations.contains(&operation.as_str())) {
        true => Ok(()),
        false => Err(format!("it is of another document: none of its operations is in {}", now.document)),
    }
}

/// Compares the faults of `now` with those that `before` noticed.
pub(crate) fn compare(before: &Report, now: &Report) -> Comparison {
    let before: BTreeMap<&str, &Mutant> = before
        .files
        .values()
        .flat_map(|file| &file.mutants)
        .filter(|mutant| is_noticed(mutant))
        .map(|mutant| (mutant.id.as_str(), mutant))
        .collect();
    let now: HashMap<&str, (&str, &Mutant)> = now
        .files
        .iter()
        .flat_map(|(name, file)| file.mutants.iter().map(move |mutant| (mutant.id.as_str(), (name.as_str(), mutant))))
        .filter(|(_, (_, mutant))| mutant.status != "Ignored")
        .collect();
    let mut comparison = Comparison::default();
    for (id, noticed) in before {
        let Some((file, mutant)) = now.get(id) else {
            comparison.not_tried += 1;
            continue;
        };
        comparison.compared += 1;
        if !is_noticed(mutant) {
            let start = mutant.location.start;
            comparison.lost.push(LostFault {
                change: mutant.replacement.clone(),
                operator: mutant.mutator_name.clone(),
                place: format!("{file}:{}:{}", start.line, start.column),
                noticed_by: noticed.killed_by.clone(),
                is_unreached: mutant.status == "NoCoverage",
            });
        }
    }
    comparison
}

fn is_noticed(mutant: &Mutant) -> bool {
    matches!(mutant.status.as_str(), "Killed" | "RuntimeError" | "Timeout")
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn report(statuses: &[(&str, &str)], config: &Value) -> Report {
        let mutant = |(id, status): &(&str, &str)| {
            let start = json!({ "line": 3, "column": 5 });
            json!({
                "id": id, "mutatorName": "value-null", "replacement": id, "status": status,
                "location": { "start": start, "end": start }, "killedBy": ["a.yaml::x"],
            })
        };
        let mutants: Vec<_> = statuses.iter().map(mutant).collect();
        let text = json!({
            "schemaVersion": "2", "framework": { "name": "signoff" }, "config": config,
            "files": { "spec.yaml": { "language": "yaml", "source": "", "mutants": mutants } },
        });
        parse(text.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn only_faults_that_were_noticed_and_are_tried_now_are_compared() {
        let config = json!({ "document": "spec.yaml", "operations": ["a"], "recordedFrom": null });
        let before = [("a", "Killed"), ("b", "Survived"), ("c", "Timeout"), ("d", "RuntimeError"), ("e", "Killed")];
        let now = [("a", "Survived"), ("b", "Survived"), ("c", "NoCoverage"), ("e", "Ignored"), ("f", "Survived")];
        let compared = compare(&report(&before, &config), &report(&now, &config));
        assert_eq!((compared.compared, compared.not_tried), (2, 2));
        let lost = |change: &str, is_unreached| LostFault {
            change: change.to_owned(),
            operator: "value-null".to_owned(),
            place: "spec.yaml:3:5".to_owned(),
            noticed_by: vec!["a.yaml::x".to_owned()],
            is_unreached,
        };
        assert_eq!(compared.lost, [lost("a", false), lost("c", true)]);
    }

    #[test]
    fn reports_of_other_inputs_are_refused() {
        let checked = |document: &str, operation: &str, target: Option<&str>| {
            let before = json!({ "document": document, "operations": [operation], "recordedFrom": target });
            let now = Inputs { document: "spec.yaml".to_owned(), operations: vec!["a"], recorded_from: None };
            check(&report(&[], &before), &now)
        };
        assert_eq!(checked("spec.yaml", "a", None), Ok(()));
        for (refused, reason) in [
            (checked("other.yaml", "a", None), "another document: other.yaml, not spec.yaml"),
            (checked("spec.yaml", "b", None), "none of its operations is in spec.yaml"),
            (checked("spec.yaml", "a", Some("sandbox")), "recorded from sandbox, not measured on the mock"),
        ] {
            let refused = refused.unwrap_err();
            assert!(refused.contains(reason), "{refused}");
        }
    }

    #[test]
    fn other_files_are_refused() {
        for (text, reason) in [
            ("", "it is not a report of `signoff mutate --format json`"),
            ("[]", "it is not a report"),
            (r#"{"schemaVersion":"2","files":{},"framework":{"name":"StrykerJS"}}"#, "another program than signoff"),
            (r#"{"schemaVersion":"2","files":{},"framework":{"name":"signoff"}}"#, "a version of signoff"),
            (&"[".repeat(100_000), "it is not a report"),
        ] {
            let refused = parse(text.as_bytes()).unwrap_err();
            assert!(refused.contains(reason), "{refused}");
        }
    }
}
