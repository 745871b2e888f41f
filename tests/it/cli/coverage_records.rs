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
fn clauses_of_redacted_values_are_counted_and_not_listed() {
    let project = cards();
    let head = record(&project)["clauses"].to_string();
    assert!(!tells(&head) && head.contains("brand = "), "{head}");
    let page = project.read("reports/index.html") + &project.read("reports/endpoints/makeCard.md");
    assert!(!tells(&page));
    let values = &record(&project)["clauses"]["operations"][0]["groups"]["values"];
    // Of twelve values these are met: pin E1 and brand B1 and B2 sent, pin E1 and brand B1 received.
    assert_eq!((&values["met"], &values["unmet"]), (&json!(5), &json!(7)));
    for args in [&["coverage"][..], &["coverage", "--unmet"], &["coverage", "--format", "markdown"]] {
        let ended = project.call(args);
        assert_eq!(ended.code, 0, "{ended:?}");
        assert!(!tells(&ended.out), "{args:?}: {}", ended.out);
    }
    let unmet = project.call(&["coverage", "--unmet"]).out;
    assert!(unmet.contains("6 clauses counted but not listed: their states would disclose redacted values"), "{unmet}");
    let shown: Value = serde_json::from_str(&project.call(&["coverage", "--format", "json"]).out).unwrap();
    assert_eq!(shown["groups"]["values"]["met"], 5);
    assert_eq!(shown["operations"], record(&project)["clauses"]["operations"]);
    let clauses = shown["clauses"].as_array().unwrap();
    let states: Vec<_> = clauses.iter().filter(|clause| tells(clause["clause"].as_str().unwrap())).collect();
    assert_eq!(states.len(), 6);
    assert!(states.iter().all(|clause| clause["state"] == "withheld" && clause.get("met_by").is_none()), "{states:?}");
    let one = project.call(&["coverage", "--clause", "makeCard sends body/pin = \"E1\""]).out;
    assert!(one.contains("withheld: its state would disclose a redacted value") && !one.contains("met by"), "{one}");
    // The sets of operations and cases do not tell it either: another value of the property leads to the same ones.
    let sets = |project: &Project| {
        let clauses = &record(project)["clauses"];
        let operation = &clauses["operations"][0];
        (operation["met"].clone(), operation["contradicted"].clone(), clauses["cases"].clone(), clauses["open"].clone())
    };
    let before = sets(&project);
    project.write("cases/cards.yaml", &CASES.replace("E1", "E2"));
    assert_eq!(project.call(&["run"]).code, 0);
    assert_eq!(sets(&project), before);
}

/// An exclusion of each of the clauses.
fn excluding(clauses: &[&str]) -> String {
    let exclusion = |clause: &&str| format!("    - {{ clause: '{clause}', reason: is unused, owner: team }}\n");
    let exclusions: String = clauses.iter().map(exclusion).collect();
    format!("spec: specs/cards.yaml\nredact: [pin]\ncoverage:\n  exclude:\n{exclusions}")
}

#[test]
fn excluded_clauses_of_redacted_values_are_not_counted() {
    let project = cards();
    let values = |args: &[&str]| {
        let ended = project.call(&[&["coverage", "--format", "json"], args].concat());
        assert_eq!(ended.code, 0, "{ended:?}");
        let shown: Value = serde_json::from_str(&ended.out).unwrap();
        let count = |name: &str| shown["groups"]["values"].get(name).map_or(0, |number| number.as_u64().unwrap());
        (count("met"), count("unmet"), count("excluded"))
    };
    let (met, open) = ("makeCard sends body/pin = \"E1\"", "makeCard sends body/pin = \"E2\"");
    for (excluded, counts) in [(&[met][..], (4, 7, 1)), (&[open], (5, 6, 1)), (&[met, open], (4, 6, 2))] {
        project.write("signoff.yaml", &excluding(excluded));
        assert_eq!(project.call(&["run"]).code, 0);
        let record = record(&project);
        let groups = &record["clauses"]["operations"][0]["groups"]["values"];
        assert_eq!((&groups["met"], &groups["unmet"]), (&json!(counts.0), &json!(counts.1)));
        assert_eq!(values(&[]), counts, "{excluded:?}");
        assert_eq!(values(&["--from", "reports", "--from", "reports/record.json"]), counts, "{excluded:?}");
    }
    // Which of the clauses are met is not known after the run: a later exclusion does not leave more of them than are met.
    project.write("signoff.yaml", &excluding(&[met]));
    assert_eq!(values(&[]), (4, 7, 1), "one was excluded in the run, the other is excluded no more");
    project.write("signoff.yaml", &excluding(&[]).replace("coverage:\n  exclude:\n", ""));
    assert_eq!(project.call(&["run"]).code, 0);
    project.write("signoff.yaml", &excluding(&[open]));
    assert_eq!(values(&[]), (4, 7, 1));
    let all: Vec<String> = ["E1", "E2", "E3"].map(|pin| format!("makeCard sends body/pin = \"{pin}\"")).into();
    project.write("signoff.yaml", &excluding(&all.iter().map(String::as_str).collect::<Vec<_>>()));
    assert_eq!(values(&[]), (3, 6, 3), "brands, of which three of six are met");
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
    check(&format!("{operation}/groups/values/met"), json!(6), "`groups` counts 6 met clauses");
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
        let impossible = number(group, "impossible");
        *group = json!({ "unmet": all, "impossible": impossible });
    }
    for withheld in operation["withheld_groups"].as_object_mut().unwrap().values_mut() {
        *withheld = json!({ "unmet": 6 });
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
