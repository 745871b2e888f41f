//! Undeclared properties with redacted names: coverage is the same whatever their values are.

use serde_json::{Value, json};

use super::project::Project;

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Cards, version: "1" }
paths:
  /cards:
    post:
      operationId: makeCard
      parameters:
        - name: filter
          in: query
          style: deepObject
          schema: { type: object, additionalProperties: { enum: [E1, E2] } }
      requestBody:
        required: true
        content:
          application/json:
            schema:
              type: object
              properties:
                cards:
                  type: array
                  items:
                    oneOf:
                      - { patternProperties: { "^s": { const: E1 } }, required: [ssn] }
                      - { patternProperties: { "^s": { const: E2 } }, required: [ssn] }
              additionalProperties: { enum: [E1, E2] }
      responses:
        "200":
          description: made
          content:
            application/json:
              schema: { type: object, additionalProperties: { enum: [E1, E2, P1] } }
"#;

const CASES: &str = r#"cases:
  - name: makes one
    operation: makeCard
    request: { query: { filter: { ssn: E1 } }, body: { ssn: E1, token: E1, cards: [{ ssn: E1 }] } }
"#;

const RULES: &str = r#"operations:
  makeCard:
    - respond: { status: 200, body: { ssn: "${request.body.ssn}", plain: P1 } }
"#;

/// Runs a case with `value` at every redacted name. Returns the groups, sets and cases of clauses in the record.
fn clauses(value: &str) -> (Project, Value) {
    let project = Project::with(&[
        ("specs/cards.yaml", SPEC),
        ("cases/cards.yaml", &CASES.replace("E1", value)),
        ("rules.yaml", RULES),
        ("signoff.yaml", "spec: specs/cards.yaml\nredact: [ssn]\ntargets: { mock: { mock: rules.yaml } }\n"),
    ]);
    let ended = project.call(&["run", "--target", "mock"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).unwrap();
    let clauses = &record["clauses"];
    let held = json!([clauses["operations"], clauses["cases"], clauses["open"]]);
    (project, held)
}

#[test]
fn values_under_redacted_names_change_nothing_in_coverage() {
    let (project, one) = clauses("E1");
    assert_eq!(one, clauses("E2").1);
    // The value under another name is counted.
    let state = |clause: &str| project.call(&["coverage", "--clause", &format!("makeCard {clause}")]).out;
    let (shown, hidden) = (state("receives 200 body/* = \"P1\""), state("sends body/* = \"E1\""));
    assert!(shown.contains("met on"), "{shown}");
    assert!(!hidden.contains("met on"), "{hidden}");
}
