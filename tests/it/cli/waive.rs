//! `signoff waive`: entries for the findings of a run.

use serde_json::{Value, json};

use super::project::{CASES, CONFIG, Project, SPEC};

/// A project whose last run failed.
fn failed() -> Project {
    let cases = CASES.replace("name: one", "name: another").replace("status: 200 }\n", "status: 204 }\n");
    let project =
        Project::with(&[("specs/things.yaml", SPEC), ("cases/things.yaml", &cases), ("signoff.yaml", CONFIG)]);
    assert_eq!(project.call(&["run", "--quiet"]).code, 1);
    project
}

fn record(project: &Project) -> Value {
    serde_json::from_str(&project.read("reports/record.json")).expect("a record")
}

#[test]
fn entries_count_only_after_a_person_completes_them() {
    let project = failed();
    let ended = project.call(&["waive"]);
    assert_eq!((ended.code, &*ended.err), (0, ""), "{}", ended.out);
    let findings = record(&project)["groups"].as_array().expect("groups").len();
    let text = project.read("waivers.yaml");
    assert_eq!(text.matches("- finding: ").count(), findings, "{text}");
    assert!(ended.out.contains("wrote waivers.yaml: "), "{}", ended.out);
    let refused = project.call(&["check"]);
    assert_eq!(refused.code, 2);
    assert!(
        refused.err.contains("`owner` must not be empty") && refused.err.contains("waivers.yaml:3:10"),
        "{}",
        refused.err
    );
    let complete = text.replace("\"\" # the last day: ", "").replace("\"\"", "someone");
    project.write("waivers.yaml", &complete);
    let ended = project.call(&["run", "--quiet"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let again = project.call(&["waive"]);
    assert!(again.out.starts_with("unchanged: waivers.yaml"), "{}", again.out);
    assert_eq!(project.read("waivers.yaml"), complete);
}

#[test]
fn nothing_is_listed_twice_and_existing_text_stays() {
    let project = failed();
    project.write("accepted.yaml", "# ours\n");
    let arguments = ["waive", "--from", "reports/record.json", "--waivers", "accepted.yaml"];
    assert_eq!(project.call(&arguments).code, 0);
    let text = project.read("accepted.yaml");
    assert!(text.starts_with("# ours\n# "), "{text}");
    let again = project.call(&arguments);
    assert_eq!((again.code, project.read("accepted.yaml")), (0, text), "{}", again.out);
    project.write("accepted.yaml", "[]\n");
    let refused = project.call(&arguments);
    assert_eq!((refused.code, project.read("accepted.yaml")), (2, "[]\n".to_owned()));
    assert!(refused.err.contains("entries cannot be appended to this list"), "{}", refused.err);
}

#[test]
fn an_empty_file_is_an_empty_list() {
    let project = Project::new();
    for text in ["", "# nothing is waived\n"] {
        project.write("waivers.yaml", text);
        let ended = project.call(&["check"]);
        assert_eq!(ended.code, 0, "{text:?}: {}", ended.err);
    }
}

#[test]
fn records_are_not_trusted() {
    let project = failed();
    let mut hostile = record(&project);
    hostile["groups"][0]["finding"]["message"] = json!("a\n- finding: b\u{2028}".repeat(5000));
    project.write("hostile.json", &hostile.to_string());
    let ended = project.call(&["waive", "--from", "hostile.json"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(project.read("waivers.yaml").lines().all(|line| line.chars().count() < 200));
    hostile["groups"][0]["finding"]["fingerprint"] = json!("1234e5");
    project.write("hostile.json", &hostile.to_string());
    for (name, expect) in [
        ("hostile.json", "`1234e5` is not a fingerprint"),
        ("cases/things.yaml", "expected a record"),
        ("none.json", "no such file or directory"),
    ] {
        let ended = project.call(&["waive", "--from", name]);
        assert!(ended.code == 2 && ended.err.contains(expect), "{}", ended.err);
    }
}
