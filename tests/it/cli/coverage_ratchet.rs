//! The gate `uncovered-new` fails by what the cases no longer send, never by what a response happens to hold.

use std::fs;

use super::project::{Ended, Project};

/// Two operations on one list, whose content depends on the requests before.
const SPEC: &str = r##"openapi: 3.1.0
info: { title: Parcels, version: "1" }
paths:
  /parcels:
    get:
      operationId: listParcels
      responses:
        "200": { description: all, content: { application/json: { schema: { $ref: "#/components/schemas/List" } } } }
    post:
      operationId: createParcel
      requestBody:
        required: true
        content: { application/json: { schema: { $ref: "#/components/schemas/Parcel" } } }
      responses:
        "201": { description: made }
        "400": { description: refused }
components:
  schemas:
    List:
      type: object
      required: [items]
      properties: { items: { type: array, items: { $ref: "#/components/schemas/Parcel" } } }
    Parcel:
      type: object
      required: [size]
      properties:
        size: { enum: [small, large] }
        note: { type: [string, "null"] }
"##;

const RULES: &str = r#"state: { parcels: [] }
operations:
  listParcels:
    - respond: { status: 200, body: { items: "${state.parcels}" } }
  createParcel:
    - respond: { status: 201 }
      store: { parcels: "${state.parcels + [request.body]}" }
"#;

const CONFIG: &str = "spec: spec.yaml\ntargets: { mock: { mock: spec.mock.yaml } }\n";

const CREATES: &str = r#"cases:
  - name: creates
    operation: createParcel
    request: { body: { size: small, note: null } }
    expect: { status: 201 }
  - name: refuses a parcel without a size
    operation: createParcel
    request: { body: {} }
    violates: required body/size
    expect: { status: 400 }
"#;

const LISTS: &str = r#"cases:
  - name: lists
    operation: listParcels
    expect: { status: 200 }
  - name: lists again
    operation: listParcels
    expect: { status: 200 }
"#;

const GATED: [&str; 3] = ["run", "--fail-on", "uncovered-new"];

/// A project whose case files run in the order of their names.
fn project(first: &str, second: &str) -> Project {
    let cases = [("cases/a.yaml", first), ("cases/b.yaml", second)];
    Project::with(&[&[("spec.yaml", SPEC), ("spec.mock.yaml", RULES), ("signoff.yaml", CONFIG)], &cases[..]].concat())
}

fn passes(ended: &Ended) {
    assert_eq!(ended.code, 0, "{}", ended.err);
}

#[test]
fn the_order_of_case_files_does_not_matter() {
    for cases in [[CREATES, LISTS], [LISTS, CREATES]] {
        let project = project(cases[0], cases[1]);
        passes(&project.call(&["run", "-j", "1", "--update-baseline"]));
        let record = fs::read_to_string(project.path("reports/record.json")).unwrap();
        assert_eq!(record.contains(r#""clause":"listParcels receives 200 body/items/*""#), cases[0] == LISTS);
        for (name, text) in [("cases/a.yaml", cases[1]), ("cases/b.yaml", cases[0])] {
            project.write(name, text);
        }
        passes(&project.call(&[&GATED[..], &["-j", "1"]].concat()));
        for _ in 0..5 {
            let ended = crate::program().args(GATED).args(["-j", "16"]).current_dir(project.path("")).output().unwrap();
            assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
        }
    }
}

#[test]
fn a_request_that_is_no_longer_sent_fails_the_gate() {
    let project = project(CREATES, LISTS);
    passes(&project.call(&["run", "--update-baseline"]));
    project.write("cases/a.yaml", &CREATES.replace("small, note: null", "large"));
    let ended = project.call(&GATED);
    assert_eq!(ended.code, 1, "{}", ended.err);
    for clause in [
        "createParcel sends body/note",
        "createParcel sends body/note null",
        "createParcel sends body/size = \"small\"",
    ] {
        assert!(ended.err.contains(&format!("`{clause}`")), "{clause}: {}", ended.err);
    }
    let (refusal, _) = CREATES.split_once("  - name: refuses").unwrap();
    project.write("cases/a.yaml", refusal);
    let ended = project.call(&GATED);
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(ended.err.contains("`createParcel violates required body/size`"), "{}", ended.err);
}

#[test]
fn a_new_response_of_the_document_demands_no_case() {
    let project = project(CREATES, LISTS);
    passes(&project.call(&["run", "--update-baseline"]));
    let limited = r##""429": { description: slow down, content: { application/json: { schema: { $ref: "#/components/schemas/Error" } } } }"##;
    let error = "    Error: { type: object, properties: { code: { enum: [conflict, limited] } } }\n";
    let spec = SPEC.replace(
        "        \"400\": { description: refused }\n",
        &format!("        \"400\": {{ description: refused }}\n        {limited}\n"),
    );
    project.write("spec.yaml", &format!("{spec}{error}"));
    passes(&project.call(&GATED));
    let unmet = project.call(&["coverage", "--unmet"]).out;
    assert!(unmet.contains("receives 429"), "{unmet}");
}

#[test]
fn a_baseline_in_the_repository_stays_as_it_is() {
    let project = project(CREATES, LISTS);
    passes(&project.call(&["run", "--update-baseline"]));
    let stored = fs::read_dir(project.path("reports/baselines")).unwrap().next().unwrap().unwrap().path();
    fs::copy(stored, project.path("baseline.json")).unwrap();
    fs::remove_dir_all(project.path("reports")).unwrap();
    let accepted = project.read("baseline.json");
    let gated = [&GATED[..], &["--baseline", "baseline.json"]].concat();
    passes(&project.call(&gated));
    let (refusal, _) = CREATES.split_once("  - name: refuses").unwrap();
    project.write("cases/a.yaml", refusal);
    assert_eq!(project.call(&gated).code, 1);
    assert_eq!(project.read("baseline.json"), accepted);
    let exclusion = "{ clause: createParcel violates required body/size, reason: r, owner: o }";
    project.write("signoff.yaml", &format!("{CONFIG}coverage: {{ exclude: [{exclusion}] }}\n"));
    passes(&project.call(&gated));
}
