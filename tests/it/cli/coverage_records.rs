//! Records that `signoff coverage` reads: what they do not disclose, which are refused, and several together.

use serde_json::{Value, json};

use super::project::Project;

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Cards, version: "1" }
paths:
  /cards:
    post:
      operationId: makeCard
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                pin: { enum: [E1, E2, E3] }
                brand: { enum: [B1, B2, B3] }
      responses:
        "200":
          description: made
          content:
            application/json:
              example: { pin: E1, brand: B1 }
              schema:
                type: object
                properties:
                  pin: { enum: [E1, E2, E3] }
                  brand: { enum: [B1, B2, B3] }
"#;

const CASES: &str = "cases:
  - name: makes one
    operation: makeCard
    request: { body: { pin: E1, brand: B1 } }
  - name: makes another
    operation: makeCard
    request: { body: { pin: E1, brand: B2 } }
";

fn cards() -> Project {
    let project = Project::with(&[
        ("specs/cards.yaml", SPEC),
        ("cases/cards.yaml", CASES),
        ("signoff.yaml", "spec: specs/cards.yaml\nredact: [pin]\n"),
    ]);
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    project
}

fn record(project: &Project) -> Value {
    serde_json::from_str(&project.read("reports/record.json")).unwrap()
}

/// Whether a text tells of a clause about one value of a redacted property.
fn tells(text: &str) -> bool {
    ["pin = ", "`body/pin` is `"].iter().any(|part| text.contains(part))
}

#[test]
fn clauses_of_redacted_values_are_neither_counted_nor_listed() {
    let project = cards();
    let head = record(&project)["clauses"].to_string();
    assert!(!tells(&head) && head.contains("brand = "), "{head}");
    let page = project.read("reports/index.html") + &project.read("reports/endpoints/makeCard.md");
    assert!(!tells(&page));
    let values = &record(&project)["clauses"]["operations"][0]["groups"]["values"];
    // Of six brands these are met: B1 and B2 sent, B1 received. The six pins are withheld.
    assert_eq!(values, &json!({ "met": 3, "unmet": 3, "withheld": 6 }));
    for args in [&["coverage"][..], &["coverage", "--unmet"], &["coverage", "--format", "markdown"]] {
        let ended = project.call(args);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(!tells(&ended.out), "{args:?}: {}", ended.out);
    }
    let unmet = project.call(&["coverage", "--unmet"]).out;
    assert!(
        unmet.contains("6 clauses withheld and not counted: their states would disclose redacted values"),
        "{unmet}"
    );
    let shown: Value = serde_json::from_str(&project.call(&["coverage", "--format", "json"]).out).unwrap();
    assert_eq!(shown["groups"]["values"]["met"], 3);
    assert_eq!(shown["operations"], record(&project)["clauses"]["operations"]);
    let clauses = shown["clauses"].as_array().unwrap();
    let states: Vec<_> = clauses.iter().filter(|clause| tells(clause["clause"].as_str().unwrap())).collect();
    assert_eq!(states.len(), 6);
    assert!(states.iter().all(|clause| clause["state"] == "withheld" && clause.get("met_by").is_none()), "{states:?}");
    let one = project.call(&["coverage", "--clause", "makeCard sends body/pin = \"E1\""]).out;
    assert!(one.contains("withheld: its state would disclose a redacted value") && !one.contains("met by"), "{one}");
    // Another value of the property, or several of them, lead to the same coverage: sets, counts and cases.
    let before = record(&project)["clauses"].clone();
    for cases in [CASES.replace("E1", "E2"), CASES.replacen("E1", "E2", 1)] {
        project.write("cases/cards.yaml", &cases);
        assert_eq!(project.call(&["run"]).code, 0);
        assert_eq!(record(&project)["clauses"], before);
    }
}

/// An exclusion of each of the clauses.
fn excluding(clauses: &[&str]) -> String {
    let exclusion = |clause: &&str| format!("    - {{ clause: '{clause}', reason: is unused, owner: team }}\n");
    let exclusions: String = clauses.iter().map(exclusion).collect();
    format!("spec: specs/cards.yaml\nredact: [pin]\ncoverage:\n  exclude:\n{exclusions}")
}

#[test]
fn excluded_clauses_of_redacted_values_are_not_withheld() {
    let project = cards();
    let values = |args: &[&str]| {
        let ended = project.call(&[&["coverage", "--format", "json"], args].concat());
        assert_eq!(ended.code, 0, "{ended:?}");
        let shown: Value = serde_json::from_str(&ended.out).unwrap();
        shown["groups"]["values"].clone()
    };
    let (met, open) = ("makeCard sends body/pin = \"E1\"", "makeCard sends body/pin = \"E2\"");
    for excluded in [&[met][..], &[open], &[met, open]] {
        project.write("signoff.yaml", &excluding(excluded));
        let number = excluded.len();
        let expect = json!({ "met": 3, "unmet": 3, "excluded": number, "withheld": 6 - number });
        // An exclusion after the run changes the counts in the same way.
        assert_eq!(values(&[]), expect, "{excluded:?}");
        assert_eq!(project.call(&["run"]).code, 0);
        assert_eq!(record(&project)["clauses"]["operations"][0]["groups"]["values"], expect);
        assert_eq!(values(&["--from", "reports", "--from", "reports/record.json"]), expect, "{excluded:?}");
    }
}

#[test]
fn faults_at_a_redacted_location_do_not_tell_its_value() {
    let project = cards();
    for format in ["text", "json"] {
        let ended = project.call(&["mutate", "--operator", "enum-other", "--format", format]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        let shown = ended.out.replace('\\', "");
        let has = |value: &str| shown.contains(&format!("replaced by \"{value}\""));
        assert!(shown.matches("replaced by another value").count() >= 2, "{shown}");
        assert!(has("B2") && has("B3") && !has("E2") && !has("E3"), "{shown}");
    }
}

#[test]
fn every_case_that_met_a_clause_is_named() {
    let project = cards();
    let clause = |name: &str| project.call(&["coverage", "--clause", name]).out;
    let both = clause("makeCard receives 200 body/brand = \"B1\"");
    assert!(both.contains("met by") && both.contains("::makes one") && both.contains("::makes another"), "{both}");
    let one = clause("makeCard sends body/brand = \"B2\"");
    assert!(one.contains("only by") && !one.contains("::makes one") && one.contains("::makes another"), "{one}");
    assert!(one.contains("reports/record.json: run of 20") && one.contains(" on mock"), "{one}");
}

#[test]
fn edited_records_are_refused() {
    let project = cards();
    let check = |path: &str, value: Value, expect: &str| {
        let mut edited = record(&project);
        *edited.pointer_mut(path).unwrap() = value;
        project.write("edited.json", &edited.to_string());
        let ended = project.call(&["coverage", "--from", "edited.json"]);
        assert_eq!(ended.code, 2, "{path}: {}", ended.out);
        assert!(ended.err.contains("cannot read edited.json: clauses.") && ended.err.contains(expect), "{}", ended.err);
    };
    let operation = "/clauses/operations/0";
    check(&format!("{operation}/met"), json!("/////////////////////w=="), "`met` has bits beyond the");
    check(&format!("{operation}/met"), json!("AQ=="), "but `met` and `contradicted` show");
    check(&format!("{operation}/met"), json!("no"), "`met` is invalid: expected a bit set in base64");
    check(
        &format!("{operation}/operation"),
        json!("makeCards"),
        "is `makeCards`, but the document has `makeCard` there",
    );
    check(&format!("{operation}/groups/values/met"), json!(4), "`groups` counts 4 met clauses");
    check(&format!("{operation}/withheld"), json!(""), "`groups` counts");
    check("/clauses/operations", json!([]), "has 0 operations, but the document has 1");
    check("/clauses/cases/0/operations", json!({ "7": "AQ==" }), "names an operation that is not there");
}

#[test]
fn the_digest_that_differs_is_named() {
    let project = cards();
    let mut other = record(&project);
    other["clauses"]["sha256"] = json!("f".repeat(64));
    project.write("other.json", &other.to_string());
    let ended = project.call(&["coverage", "--from", "other.json"]);
    assert_eq!(ended.code, 2);
    let expect =
        "other.json has other clauses of the same document: clauses with SHA-256 ffffffffffff, but this project";
    assert!(ended.err.contains(expect), "{}", ended.err);
    let ended = project.call(&["coverage", "--from", "reports/record.json", "--from", "other.json"]);
    assert!(ended.err.contains("the records have different clauses of the same document"), "{}", ended.err);
}

#[test]
fn the_directory_of_reports_stands_for_its_record() {
    let project = cards();
    let (named, found) = (project.call(&["coverage", "--from", "reports"]), project.call(&["coverage"]));
    assert_eq!(named, found);
    assert!(found.out.contains("reports/record.json: run of 20") && found.out.contains(" on mock\n"), "{}", found.out);
    let ended = project.call(&["coverage", "--from", "."]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("cannot read .: it is a directory without record.json"), "{}", ended.err);
    // After a run that could not start, the record of the earlier one is read, and named.
    project.write("cases/wrong.yaml", "cases: 1\n");
    assert_eq!(project.call(&["run"]).code, 2);
    let earlier = project.call(&["coverage", "--unmet"]).out;
    assert!(earlier.contains("reports/record.earlier.json: run of 20"), "{earlier}");
}

#[test]
fn a_refusal_counts_only_with_a_request_that_the_same_target_accepted() {
    let project = cards();
    let mut refusing = record(&project);
    // Only the refusal of a request without a body, clause 1, was met.
    let whole: Value = serde_json::from_str(&project.call(&["coverage", "--format", "json"]).out).unwrap();
    assert_eq!(whole["clauses"][1]["clause"], "makeCard violates required body");
    refusing["target"]["name"] = json!("sandbox");
    let operation = &mut refusing["clauses"]["operations"][0];
    operation["met"] = json!("Ag==");
    for group in operation["groups"].as_object_mut().unwrap().values_mut() {
        let number = |counts: &Value, state: &str| counts.get(state).and_then(Value::as_u64).unwrap_or_default();
        let all = number(group, "met") + number(group, "unmet");
        let others = ["impossible", "withheld"].map(|state| number(group, state));
        *group = json!({ "unmet": all, "impossible": others[0], "withheld": others[1] });
    }
    refusing["clauses"]["cases"] = json!([]);
    project.write("sandbox.json", &refusing.to_string());
    let state = |args: &[&str]| {
        let args = [&["coverage", "--format", "json", "--from", "sandbox.json"], args].concat();
        let ended = project.call(&args);
        assert_eq!(ended.code, 0, "{}", ended.err);
        let shown: Value = serde_json::from_str(&ended.out).unwrap();
        shown["clauses"][1]["state"].clone()
    };
    assert_eq!(state(&[]), "unmet");
    assert_eq!(state(&["--from", "reports/record.json"]), "unmet");
    // Two records of the same target are one run in parts.
    refusing["target"]["name"] = json!("mock");
    project.write("sandbox.json", &refusing.to_string());
    assert_eq!(state(&["--from", "reports/record.json"]), "met");
}
