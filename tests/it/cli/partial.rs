//! An error in the document affects the operations that it belongs to, and hides no other problem.

use serde_json::Value;

use super::project::Project;

const SPEC: &str = "\
openapi: 3.1.0
info: { title: t, version: '1' }
paths:
  /good: { get: { operationId: good, responses: { '200': { description: ok, content: { application/json: { schema: { type: object }, example: {} } } } } } }
  /bad: { get: { operationId: bad, responses: { '200': { description: ok, content: { application/json: { schema: { $ref: '#/components/schemas/Bad' } } } } } } }
components: { schemas: { Bad: { type: strng, minLength: x }, Unused: { maximum: '1' } } }
";

fn project() -> Project {
    let cases = "cases:\n  - { name: works, operation: good }\n  - { name: fails, operation: bad, request: { query: { x: 1 } } }\n";
    Project::with(&[("signoff.yaml", "spec: spec.yaml\n"), ("spec.yaml", SPEC), ("cases/a.yaml", cases)])
}

#[test]
fn cases_of_other_operations_run() {
    let project = project();
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 2, "{ended:?}");
    let note = "warning[schema]: the document has 2 errors, the first at spec.yaml:6:33: 1 of 2 operations cannot be checked (bad)\n";
    assert_eq!(ended.err.matches(note).count(), 1, "{}", ended.err);
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).expect("a record");
    let outcome = |index: usize| (&record["outcomes"][index]["outcome"], record["outcomes"][index]["reason"].as_str());
    assert_eq!(outcome(0), (&"passed".into(), None));
    let reason = outcome(1).1.expect("a reason");
    assert!(reason.starts_with("the document has an error at spec.yaml:6:"), "{reason}");
    assert_eq!((&record["summary"]["passed"], &record["summary"]["invalid"]), (&1.into(), &1.into()));
    assert_eq!(project.call(&["run", "works"]).code, 0);
    let listed = project.call(&["list"]);
    assert!(listed.code == 0 && listed.err.contains(note), "{listed:?}");
}

#[test]
fn check_reports_everything() {
    let project = project();
    project.write(
        "signoff.yaml",
        "spec: spec.yaml\nseverity: { body-shema: error }\ntargets: { a: { rate: x, url: 'http://a' } }\n",
    );
    project
        .write("cases/b.yaml", "cases: [ { name: a, operaton: good }, { name: b, operation: good, needs: [ c ] } ]\n");
    project.write("cases/c.yaml", "cases: [ { name: a, operation: good, violates: path, expect: { status: 404 } } ]\n");
    project.write("waivers.yaml", "- { check: nothing }\n");
    let ended = project.call(&["check"]);
    assert_eq!(ended.code, 2);
    let expected = [
        "unknown type `strng`",
        "minLength",
        "maximum",
        "unknown check `body-shema`",
        "signoff.yaml:3",
        "unknown key `operaton`",
        "error[needs]",
        "cases/c.yaml:1",
        "waivers.yaml:1",
    ];
    let missing: Vec<_> = expected.iter().filter(|text| !ended.err.contains(**text)).collect();
    assert!(missing.is_empty(), "{missing:?}\n{}", ended.err);
    project.write("spec.yaml", "openapi: 3.1.0\npaths: [");
    let ended = project.call(&["check"]);
    let expected = ["spec.yaml:2", "unknown check `body-shema`", "unknown key `operaton`", "waivers.yaml:1"];
    let missing: Vec<_> = expected.iter().filter(|text| !ended.err.contains(**text)).collect();
    assert!(missing.is_empty(), "{missing:?}\n{}", ended.err);
}

#[test]
fn files_in_the_place_of_others_are_recognised() {
    let project = project();
    let check = |args: &[&str], expected: [&str; 2]| {
        let ended = project.call(args);
        assert_eq!(ended.code, 2, "{args:?}");
        let missing: Vec<_> = expected.iter().filter(|text| !ended.err.contains(**text)).collect();
        assert!(missing.is_empty(), "{args:?} {missing:?}\n{}", ended.err);
    };
    let cases = ["this is a case file, not an OpenAPI document", "pass it with --cases FILE"];
    check(&["check", "--spec", "cases/a.yaml"], cases);
    check(&["run", "--spec", "cases/a.yaml"], cases);
    let document = ["this is an OpenAPI document, not a case file", "pass it with --spec FILE"];
    check(&["check", "--cases", "spec.yaml"], document);
    check(&["run", "--cases", "spec.yaml"], document);
    let configuration = ["this is a configuration of signoff, not a", "pass it with --config FILE"];
    check(&["run", "--cases", "signoff.yaml"], configuration);
    check(&["mock", "--spec", "signoff.yaml"], configuration);
    check(&["run", "--config", "spec.yaml"], ["not a configuration of signoff", "pass it with --spec FILE"]);
}

#[test]
fn problems_as_json_name_files_from_the_current_directory() {
    let project = project();
    project.write("cases/a.yaml", "cases: [ { nam: a } ]\n");
    let ended = project.call_in("cases", &["check", "--format", "json"]);
    assert!(
        ended.out.contains(r#""file":"a.yaml""#) && ended.out.contains(r#""file":"../spec.yaml""#),
        "{}",
        ended.out
    );
}
