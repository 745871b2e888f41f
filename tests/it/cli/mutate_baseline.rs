//! `signoff mutate --baseline`: a fault that was noticed must stay noticed.

use std::fs;

use super::project::{Ended, Project};

const SPEC: &str = r##"openapi: 3.1.0
info: { title: Parcels, version: "1" }
paths:
  /parcels/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
    get:
      operationId: getParcel
      responses:
        "200": { description: it, content: { application/json: { schema: { $ref: "#/components/schemas/Parcel" } } } }
    put:
      operationId: moveParcel
      requestBody: { required: true, content: { application/json: { schema: { $ref: "#/components/schemas/Parcel" } } } }
      responses:
        "200": { description: moved, content: { application/json: { schema: { $ref: "#/components/schemas/Parcel" } } } }
        "400": { description: refused }
        "409": { description: too late }
components:
  schemas:
    Parcel:
      type: object
      required: [status]
      properties: { status: { enum: [open, moved, lost] } }
"##;

const RULES: &str = r#"state: { parcels: { p1: { status: open } } }
operations:
  getParcel:
    - respond: { status: 200, body: "${state.parcels[request.path.id]}" }
  moveParcel:
    - when: request.body.status == "open"
      respond: { status: 409 }
    - respond: { status: 200, body: "${request.body}" }
      store: { parcels: { "${request.path.id}": "${request.body}" } }
"#;

const CONFIG: &str = "spec: spec.yaml\ntargets: { mock: { mock: spec.mock.yaml } }\n";

const CASES: &str = r#"cases:
  - name: moves
    operation: moveParcel
    request: { path: { id: p1 }, body: { status: moved } }
    expect: { status: 200, body: { status: moved } }
  - name: is moved
    operation: getParcel
    request: { path: { id: p1 } }
    expect: { status: 200, body: { status: moved } }
  - name: is not opened again
    operation: moveParcel
    request: { path: { id: p1 }, body: { status: open } }
    expect: { status: 409 }
  - name: is not moved without a status
    operation: moveParcel
    violates: required body/status
    request: { path: { id: p1 }, body: {} }
    expect: { status: 400 }
"#;

/// A project, and the report of its cases in `base.json`.
fn measured() -> Project {
    let files =
        [("spec.yaml", SPEC), ("spec.mock.yaml", RULES), ("signoff.yaml", CONFIG), ("cases/parcels.yaml", CASES)];
    let project = Project::with(&files);
    let ended = project.call(&["mutate", "--quiet"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    fs::copy(project.path("reports/mutation.json"), project.path("base.json")).unwrap();
    project
}

fn compare(project: &Project, args: &[&str]) -> Ended {
    project.call(&[&["mutate", "--baseline", "base.json"], args].concat())
}

#[track_caller]
fn passes(ended: &Ended, number: usize) {
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.err.contains("that were noticed still are"), "{}", ended.err);
    let compared = ended.err.split_once("baseline: ").unwrap().1.split(' ').next().unwrap();
    assert!(compared.parse::<usize>().unwrap() >= number, "{}", ended.err);
}

#[track_caller]
fn fails(ended: &Ended, lines: &[&str]) {
    assert_eq!(ended.code, 1, "{}", ended.err);
    assert!(lines.iter().all(|line| ended.err.contains(line)), "{}", ended.err);
}

/// The only check that a change is stored is removed: a percentage hides it.
#[test]
fn a_weakened_case_is_found_also_where_a_percentage_is_not_missed() {
    let project = measured();
    passes(&compare(&project, &[]), 20);
    let weak = CASES.replacen(
        "expect: { status: 200, body: { status: moved } }\n  - name: is not",
        "expect: { status: 200 }\n  - name: is not",
        1,
    );
    assert_ne!(weak, CASES);
    project.write("cases/parcels.yaml", &weak);
    let lost = [
        "error: --baseline base.json: ",
        "that were noticed are not noticed now",
        "getParcel 200 body/status: replaced by \"open\" [enum-other] (spec.yaml:",
        "noticed before by cases/parcels.yaml::is moved",
        "[write-lost] (spec.yaml:",
    ];
    fails(&compare(&project, &["--min-score", "50"]), &lost);
    // What is not measured is not compared.
    fails(&compare(&project, &["--operation", "getParcel"]), &lost[..4]);
    passes(&compare(&project, &["--operator", "body-truncated"]), 1);
    let exclude = "mutate: { exclude: [{ operation: getParcel, reason: r, owner: o }, { operator: write-lost, reason: r, owner: o }] }\n";
    project.write("signoff.yaml", &format!("{CONFIG}{exclude}"));
    passes(&compare(&project, &[]), 10);
}

#[test]
fn one_operation_is_compared_with_the_cases_of_all() {
    let project = measured();
    // Only a case of the other operation notices that the change is lost.
    passes(&compare(&project, &["--operation", "moveParcel"]), 10);
    let ended = compare(&project, &["--operation", "movParcel"]);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("did you mean `moveParcel`?"), "{}", ended.err);
    let ended = compare(&project, &["is moved"]);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("--baseline needs all cases"), "{}", ended.err);
}

#[test]
fn a_removed_case_is_named_and_moved_lines_change_nothing() {
    let project = measured();
    project.write("spec.yaml", &format!("# A comment.\n\n{SPEC}"));
    let first = "    - when: request.body.status == \"never\"\n      respond: { status: 409 }\n";
    project.write(
        "spec.mock.yaml",
        &format!("# Another.\n{}", RULES.replace("  moveParcel:\n", &format!("  moveParcel:\n{first}"))),
    );
    passes(&compare(&project, &[]), 20);
    let (start, end) = CASES.split_once("  - name: is not opened").unwrap();
    let end = &end[end.find("  - name").unwrap()..];
    project.write("cases/parcels.yaml", &format!("{start}{end}"));
    let lost =
        ["noticed before by cases/parcels.yaml::is not opened again", "reached by no case now", "not compared: "];
    fails(&compare(&project, &[]), &lost[..2]);
    // Faults of a value that the document no longer has.
    project.write("cases/parcels.yaml", CASES);
    project.write("spec.yaml", &SPEC.replace("moved, lost", "moved"));
    let ended = compare(&project, &[]);
    passes(&ended, 20);
    assert!(ended.err.contains("more were not tried now)"), "{}", ended.err);
}

#[test]
fn at_most_twenty_faults_are_listed() {
    let project = measured();
    project.write(
        "cases/parcels.yaml",
        "cases:\n  - name: reads\n    operation: getParcel\n    request: { path: { id: p1 } }\n",
    );
    let ended = compare(&project, &[]);
    let number = ended.err.split_once("base.json: ").unwrap().1.split(' ').next().unwrap();
    let number: usize = number.parse().unwrap();
    assert!(number > 20, "{}", ended.err);
    assert_eq!(ended.err.matches("noticed before by cases/parcels.yaml::").count(), 20, "{}", ended.err);
    fails(&ended, &[&format!(" and {} more\n", number - 20)]);
}

#[test]
fn files_that_cannot_be_compared_are_refused_before_the_measurement() {
    let project = measured();
    let base = project.read("base.json");
    let refused = |text: &str, reason: &str| {
        project.write("base.json", text);
        let ended = compare(&project, &[]);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""), "{}", ended.err);
        assert!(ended.err.contains(&format!("cannot compare with base.json: {reason}")), "{}", ended.err);
        assert!(!ended.err.contains('\u{1b}'), "{}", ended.err);
    };
    refused("", "it is not a report of `signoff mutate --format json`");
    refused(&base[..base.len() / 2], "it is not a report of `signoff mutate --format json`");
    refused(&"[".repeat(1 << 20), "it is not a report of");
    refused(&base.replace("\"signoff\"", "\"StrykerJS\""), "it was written by another program than signoff");
    refused(&base.replace("\"spec.yaml\"", "\"\\u001b[31m.yaml\""), "it is of another document: ");
    refused(
        &base.replace("\"getParcel\"", "\"a\"").replace("\"moveParcel\"", "\"b\""),
        "it is of another document: none",
    );
    refused(&base.replace("\"recordedFrom\": null", "\"recordedFrom\": \"sandbox\""), "it is of another target");
    refused(&project.read("signoff.yaml"), "it is not a report of");
    let huge = fs::File::create(project.path("base.json")).unwrap();
    huge.set_len(1 << 32).unwrap();
    let ended = compare(&project, &[]);
    assert_eq!(ended.code, 2, "{}", ended.err);
    assert!(ended.err.contains("it is larger than 256 MB"), "{}", ended.err);
    let own = project.call(&["mutate", "--baseline", "reports/mutation.json"]);
    assert_eq!(own.code, 2, "{}", own.err);
    assert!(own.err.contains("would overwrite the file"), "{}", own.err);
    let missing = project.call(&["mutate", "--baseline", "none.json"]);
    assert_eq!(missing.code, 2, "{}", missing.err);
    assert!(missing.err.contains("cannot compare with none.json: no such file"), "{}", missing.err);
}
