//! `signoff mutate`: score, survivors, gates, and invalid inputs.

use std::collections::BTreeSet;
use std::time::{SystemTime, UNIX_EPOCH};

use super::project::{CASES, CONFIG, Project, SPEC};

#[test]
fn a_survivor_is_a_sentence_with_the_expectation_that_notices_it() {
    let ended = Project::new().call(&["mutate"]);
    assert_eq!(ended.code, 0);
    assert!(ended.err.starts_with("not added to reports/index.html: there is no "), "{}", ended.err);
    insta::assert_snapshot!("mutate", ended.out);
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let project = Project::new();
    let call = |seed: &str| project.call(&["mutate", "--seed", seed]).out + &project.read("reports/mutation.json");
    assert_eq!(call("7"), call("7"));
}

#[test]
fn a_score_below_the_minimum_fails() {
    let project = Project::new();
    assert_eq!(project.call(&["mutate", "--min-score", "100"]).code, 1);
    assert_eq!(project.call(&["mutate", "--min-score", "1%"]).code, 0);
    assert_eq!(project.call(&["mutate", "--operator", "body-truncated", "--min-score", "100"]).code, 0);
}

#[test]
fn an_unknown_operator_is_named_with_the_nearest() {
    let ended = Project::new().call(&["mutate", "--operator", "valu-null"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("unknown operator `valu-null`"), "{}", ended.err);
    assert!(ended.err.contains("did you mean `value-null`?"), "{}", ended.err);
}

#[test]
fn a_suite_that_fails_without_a_mutant_is_invalid() {
    let failing = CASES.replace("name: one", "name: other");
    let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", &failing), ("signoff.yaml", CONFIG)];
    let ended = Project::with(&files).call(&["mutate"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    assert!(ended.err.contains("the case fails without a fault: cases/things.yaml::gets a thing"), "{}", ended.err);
}

#[test]
fn a_fault_of_several_operations_is_listed_once() {
    let project = Project::new();
    let credentials = "credentials-not-required,wrong-credentials-accepted";
    let ended = project.call(&["mutate", "--quiet", "--operator", credentials]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let malformed = "malformed credentials accepted; no case sends such a request";
    assert_eq!(ended.out.matches(malformed).count(), 1, "{}", ended.out);
    assert_eq!(ended.out.matches("and at 1 more operation").count(), 2, "{}", ended.out);
    assert!(!ended.out.contains("--verbose lists all"), "{}", ended.out);
    let all = project.call(&["mutate", "--verbose", "--operator", credentials]).out;
    assert_eq!(all.matches(malformed).count(), 2, "{all}");
}

/// The case that `signoff explain` shows notices the fault.
#[test]
fn the_explanation_of_accepted_credentials_has_the_case() {
    let project = Project::new();
    let explained = project.call(&["explain", "wrong-credentials-accepted"]).out;
    let case = "  - name: refuses malformed credentials\n    operation: OPERATION\n    violates: security\n    request: { auth: none, headers: { Authorization: Bearer } }\n    expect: { status: 401 }\n";
    assert!(explained.contains(case), "{explained}");
    let spec = SPEC.replacen("        \"200\":", "        \"401\": { description: refused }\n        \"200\":", 1);
    project.write("specs/things.yaml", &spec);
    let case = case.replace("OPERATION", "getThing").replace("{ auth", "{ path: { id: t1 }, auth");
    project.write("cases/things.yaml", &format!("{CASES}{case}"));
    let args = ["mutate", "--operator", "wrong-credentials-accepted", "--verbose"];
    let ended = project.call(&args);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(ended.out.starts_with("would the cases notice? 1 of 2 faults"), "{}", ended.out);
}

#[test]
fn a_case_that_fails_on_another_day_is_invalid() {
    let day = 86_400;
    let check = |days: u64| {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let expect = format!("expect: {{ assert: [\"now() < time('1970-01-01T00:00:00Z') + {}\"], ", now + days * day);
        let cases = CASES.replacen("expect: { ", &expect, 1);
        Project::with(&[("specs/things.yaml", SPEC), ("cases/things.yaml", &cases), ("signoff.yaml", CONFIG)])
            .call(&["mutate", "--quiet"])
    };
    // The runs with shifted clocks are 40 and 411 days later.
    let ended = check(500);
    assert_eq!(ended.code, 0, "{}", ended.err);
    for days in [100, 20] {
        let ended = check(days);
        assert_eq!((ended.code, ended.out.as_str()), (2, ""));
        let message = "the case fails without a fault, with another seed and clock: cases/things.yaml::gets a thing";
        assert!(ended.err.contains(message), "{}", ended.err);
    }
}

#[test]
fn a_suite_that_sends_nothing_is_invalid() {
    let skipped = CASES.replace("    operation:", "    skip: not yet\n    operation:");
    let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", &skipped), ("signoff.yaml", CONFIG)];
    let ended = Project::with(&files).call(&["mutate"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("the cases send nothing"), "{}", ended.err);
}

#[test]
fn nothing_is_suggested_from_the_examples_of_the_document() {
    let ended = Project::new().call(&["mutate", "--suggest"]);
    assert_eq!((ended.code, ended.out.as_str()), (0, ""));
    let reason = "14 survivors without a suggestion: neither the request nor a mock rule determines what was changed";
    assert!(ended.err.contains(reason), "{}", ended.err);
    assert!(ended.err.contains("nothing to suggest: the patch is empty, which `git apply` accepts"), "{}", ended.err);
}

/// Faults noticed and tried.
fn tried(project: &Project) -> (usize, usize) {
    let text = project.call(&["mutate"]).out;
    let numbers: Vec<usize> = text.split(' ').filter_map(|word| word.parse().ok()).take(2).collect();
    (numbers[0], numbers[1])
}

#[test]
fn a_whole_result_becomes_a_part_of_the_record_and_of_the_page() {
    let project = Project::new();
    assert_eq!(project.call(&["run"]).code, 0);
    assert!(project.read("reports/index.html").contains("Not measured for this run."));
    let (part, before) = (project.call(&["mutate", "--operator", "value-null"]), project.read("reports/record.json"));
    assert!(part.err.contains("not added to reports/index.html: only a part of the faults was tried"), "{}", part.err);
    assert_eq!(before, project.read("reports/record.json"));

    let whole = project.call(&["mutate"]);
    assert_eq!(whole.err, "added to reports/index.html\n");
    let record: serde_json::Value = serde_json::from_str(&project.read("reports/record.json")).unwrap();
    let counts = &record["mutation"]["counts"];
    assert_eq!((counts["killed"].as_u64(), counts["tried"].as_u64()), (Some(38), Some(62)));
    let page = project.read("reports/index.html");
    assert!(page.contains("faults noticed: 38 of 62 (61 %)"), "{page}");
    assert_eq!(project.call(&["report", "render"]).code, 0);
    assert_eq!(page, project.read("reports/index.html"));

    project.call(&["run"]);
    assert!(!project.read("reports/record.json").contains("\"mutation\""));
}

#[test]
fn a_result_is_not_added_to_the_record_of_other_inputs() {
    let check = |change: &dyn Fn(&Project), reason: &str| {
        let project = Project::new();
        project.call(&["run"]);
        change(&project);
        let before = project.read("reports/record.json");
        let ended = project.call(&["mutate"]);
        assert_eq!((ended.code, ended.err), (0, format!("not added to reports/index.html: {reason}\n")));
        assert_eq!(before, project.read("reports/record.json"));
    };
    check(
        &|project| project.write("cases/things.yaml", &CASES.replace("gets a", "returns a")),
        "its run had another set of cases",
    );
    check(
        &|project| project.write("signoff.yaml", &format!("{CONFIG}# changed\n")),
        "its run had another configuration",
    );
    check(&|project| project.write("specs/things.yaml", &format!("{SPEC}# changed\n")), "its run had another document");
    let hide = |project: &Project| drop(project.call(&["run", "--redact", "name"]));
    check(&hide, "its run had another set of redacted names");
    let ignore = |project: &Project| drop(project.call(&["run", "--severity", "body-schema=off"]));
    check(&ignore, "its run had another set of severities");
    let waivers = |project: &Project| project.write("waivers.yaml", "[]\n");
    check(&waivers, "its run had another set of waivers");
    let replace = |from: &'static str, to: &'static str| {
        move |project: &Project| {
            project.write("reports/record.json", &project.read("reports/record.json").replacen(from, to, 1))
        }
    };
    check(
        &replace("\"record\": 1", "\"record\": 2"),
        "cannot read record.json: expected a record of version 1, found version 2",
    );
    check(&replace("\"interrupted\": false", "\"interrupted\": true"), "its run was interrupted");
}

#[test]
fn what_only_the_mock_sends_is_changed_where_a_case_expects_it() {
    let check = |expect: &str, parts: &[&str], undeclared: u64| {
        let cases = format!(
            "{CASES}  - name: refuses\n    operation: makeThing\n    request: {{ auth: none, body: {{ name: x }} }}\n    \
             violates: security\n    expect: {{ status: 401, undocumented: common{expect} }}\n"
        );
        let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", &cases), ("signoff.yaml", CONFIG)];
        let project = Project::with(&files);
        assert_eq!(project.call(&["run"]).code, 0);
        let ended = project.call(&["mutate"]);
        let report: serde_json::Value = serde_json::from_str(&project.read("reports/mutation.json")).unwrap();
        let mutants = report["files"]["specs/things.yaml"]["mutants"].as_array().unwrap();
        let ids = mutants.iter().filter_map(|mutant| mutant["id"].as_str()?.strip_prefix("makeThing 401 "));
        let changed: BTreeSet<_> = ids.map(|id| id.split([':', '/']).next().unwrap()).collect();
        assert_eq!(changed, parts.iter().copied().collect(), "{expect}");
        assert_eq!(report["config"]["undeclared"], undeclared, "{expect}");
        let line = format!("{undeclared} faults not tried: the document does not declare the response or header");
        assert!(ended.out.contains(&line), "{}", ended.out);
        let record: serde_json::Value = serde_json::from_str(&project.read("reports/record.json")).unwrap();
        assert_eq!(record["mutation"]["undeclared"], undeclared);
        assert!(project.read("reports/index.html").contains(&line));
    };
    check("", &["response"], 45);
    check(", headers: { WWW-Authenticate: Bearer }", &["response", "header"], 42);
    check(", assert: \"response.headers['www-authenticate'] == 'Bearer'\"", &["response", "header"], 40);
    check(", body: { status: 401 }", &["response", "body"], 5);
}

#[test]
fn a_result_without_the_cases_of_some_methods_is_not_added_to_the_record() {
    let project = Project::new();
    project.call(&["run"]);
    let before = project.read("reports/record.json");
    let ended = project.call(&["mutate", "--allow", "GET"]);
    assert_eq!(ended.err, "not added to reports/index.html: only a part of the faults was tried\n");
    assert_eq!(before, project.read("reports/record.json"));
}

#[test]
fn the_parts_of_a_shard_are_the_whole() {
    let project = Project::new();
    let whole = tried(&project);
    let count = |part: &str| {
        let text = project.call(&["mutate", "--shard", part]).out;
        text.split(' ').filter_map(|word| word.parse::<usize>().ok()).nth(1).expect("a number")
    };
    assert_eq!(count("1/3") + count("2/3") + count("3/3"), whole.1);
    let equivalent = |args: &[&str]| {
        let text = project.call(&[&["mutate", "--format", "json"], args].concat()).out;
        let report: serde_json::Value = serde_json::from_str(&text).unwrap();
        report["config"]["equivalent"].as_u64().unwrap()
    };
    let parts = ["1/3", "2/3", "3/3"].map(|part| equivalent(&["--shard", part]));
    assert_eq!(parts.iter().sum::<u64>(), equivalent(&[]));
    assert!(equivalent(&[]) > 0);
    assert_eq!(project.call(&["mutate", "--shard", "4/3"]).code, 2);
}

#[test]
fn exclusions_have_a_reason_and_an_owner() {
    let check = |entry: &str, code: u8, message: &str| {
        let config = format!("{CONFIG}mutate: {{ exclude: [ {entry} ] }}\n");
        let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", CASES), ("signoff.yaml", &config)];
        let ended = Project::with(&files).call(&["mutate"]);
        assert_eq!(ended.code, code, "{}", ended.err);
        assert!(ended.err.contains(message), "{}", ended.err);
        ended.out
    };
    let text =
        check("{ operator: property-added, reason: no client reads it, owner: me }", 0, "of 62 faults are excluded");
    assert!(text.contains("2 excluded"), "{text}");
    check("{ operator: property-added, owner: me }", 2, "missing field `reason`");
    check("{ operator: property-addd, reason: x, owner: me }", 2, "did you mean `property-added`?");
    let config = format!("{CONFIG}mutate: {{ exclude: [ {{ operator: property-addd, reason: x, owner: me }} ] }}\n");
    let files = [("specs/things.yaml", SPEC), ("cases/things.yaml", CASES), ("signoff.yaml", &config)];
    let checked = Project::with(&files).call(&["check"]);
    assert_eq!(checked.code, 2);
    let problem = "error[configuration]: unknown operator `property-addd`\n --> signoff.yaml:2:24\n";
    assert!(checked.err.contains(problem) && checked.err.contains("did you mean `property-added`?"), "{}", checked.err);
    check("{ operator: property-added, reason: x, owner: '' }", 2, "`owner` must not be empty");
    check("{ reason: x, owner: me }", 2, "this excludes everything");
    check("{ operator: money-units, reason: x, owner: me }", 0, "this excludes no fault");
}

#[test]
fn only_operations_that_changed_are_tested() {
    let project = Project::new();
    let git = |args: &[&str]| {
        let mut git = std::process::Command::new("git");
        git.current_dir(project.path(".")).args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(args);
        assert!(git.output().expect("git").status.success(), "{args:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "."]);
    git(&["commit", "-qm", "first"]);
    let none = project.call(&["mutate", "--in-diff", "HEAD"]);
    assert!(none.out.starts_with("would the cases notice? no fault was tried\n"), "{}", none.out);
    assert!(none.err.starts_with("no operation has changed since HEAD: nothing to try\n"), "{}", none.err);
    assert_eq!(project.call(&["mutate", "--in-diff", "HEAD", "--min-score", "100"]).code, 0);
    project.write(
        "specs/things.yaml",
        &SPEC.replace("operationId: makeThing", "operationId: makeThing\n      summary: New"),
    );
    let one = project.call(&["mutate", "--in-diff", "HEAD"]);
    let line = "1 of 2 operations has changed since HEAD: makeThing (specs/things.yaml#/paths/~1things/post)\n";
    assert!(one.err.starts_with(line), "{}", one.err);
    assert!(one.out.contains("\nmakeThing\n") && !one.out.contains("\ngetThing\n"), "{}", one.out);
    assert_eq!(project.call(&["mutate", "--in-diff", "--upload-pack=x"]).code, 2);
    let unknown = project.call(&["mutate", "--in-diff", "no-such-revision"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("the git repository has no revision `no-such-revision`"), "{}", unknown.err);
}

/// A document with paths, components and a referenced document.
const DOCUMENT: &str = "openapi: 3.1.0
info: { title: T, version: '1' }
paths:
  /a:
    get: { operationId: getA, responses: { '200': { $ref: '#/components/responses/Ok' } } }
    parameters: [ { name: q, in: query, schema: { type: integer } } ]
    put: { operationId: putA, responses: { '200': { description: ok } } }
  /b: { get: { operationId: getB, responses: { '200': { $ref: 'more.yaml#/B' } } } }
  /c: { get: { operationId: getC, responses: { '200': { description: ok } } } }
components:
  securitySchemes: { k: { type: apiKey, in: header, name: x-k } }
  responses: { Ok: { description: ok } }
";

/// Its project, with a table and a used file.
const FILES: &[(&str, &str)] = &[
    ("specs/things.yaml", DOCUMENT),
    ("specs/more.yaml", "B: { description: ok }\n"),
    ("cases/a.yaml", "story: a\ncases:\n  - { name: a, operation: getA }\n  - { name: p, operation: putA }\n"),
    ("cases/b.yaml", "story: b\ntable: b.csv\nsetup: [ { use: _c.yaml } ]\ncases: [ { name: b, operation: getB } ]\n"),
    ("cases/b.csv", "v\n1\n"),
    ("cases/_c.yaml", "cases: [ { name: c, operation: getC } ]\n"),
    ("signoff.yaml", CONFIG),
];

#[test]
fn a_change_selects_every_operation_that_it_may_concern() {
    let check = |change: &dyn Fn(&Project), expected: &[&str]| {
        let project = Project::with(FILES);
        for args in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "first"]] {
            let mut git = std::process::Command::new("git");
            git.current_dir(project.path(".")).args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(args);
            assert!(git.output().expect("git").status.success(), "{args:?}");
        }
        change(&project);
        let ended = project.call(&["mutate", "--in-diff", "HEAD"]);
        assert_eq!(ended.code, 0, "{}", ended.err);
        let report = project.read("reports/mutation.json");
        let names = ["getA", "putA", "getB", "getC"].into_iter().filter(|name| report.contains(&format!("{name} ")));
        assert_eq!(names.collect::<Vec<_>>(), expected, "{report}");
        ended.err
    };
    let edit = |file: &'static str, from: &'static str, to: &'static str| {
        move |project: &Project| {
            let text = FILES.iter().find(|(name, _)| *name == file).map_or("", |(_, text)| text);
            project.write(file, &text.replace(from, to));
        }
    };
    let remove = |file: &'static str| move |project: &Project| std::fs::remove_file(project.path(file)).unwrap();
    let all = &["getA", "putA", "getB", "getC"];
    check(&|_| {}, &[]);
    check(&remove("cases/a.yaml"), &["getA", "putA"]);
    check(&remove("cases/b.yaml"), &["getB", "getC"]);
    let rename =
        |project: &Project| std::fs::rename(project.path("cases/a.yaml"), project.path("cases/z.yaml")).unwrap();
    check(&rename, &["getA", "putA"]);
    let add =
        |project: &Project| project.write("cases/new.yaml", "story: n\ncases: [ { name: n, operation: getC } ]\n");
    check(&add, &["getC"]);
    check(&edit("cases/a.yaml", "  - { name: p, operation: putA }\n", ""), &["getA", "putA"]);
    check(&edit("cases/b.csv", "1", "2"), &["getB", "getC"]);
    check(&edit("cases/_c.yaml", "name: c", "name: d"), &["getB", "getC"]);
    check(&edit("specs/more.yaml", "ok", "fine"), &["getB"]);
    check(&edit("specs/things.yaml", "q, in", "r, in"), &["getA", "putA"]);
    check(&edit("specs/things.yaml", "Ok: { description: ok", "Ok: { description: fine"), &["getA"]);
    check(&edit("specs/things.yaml", "operationId: putA", "summary: put, operationId: putA"), &["putA"]);
    check(&edit("specs/things.yaml", "name: x-k", "name: x-l"), all);
    check(&edit("specs/things.yaml", "paths:", "security: [ { } ]\npaths:"), all);
    let text = check(&|project| project.write("signoff.yaml", &format!("{CONFIG}redact: [ x ]\n")), all);
    assert!(text.starts_with("every operation is tested: signoff.yaml has changed since HEAD\n"), "{text}");
}

#[test]
fn without_a_git_repository_there_is_no_difference() {
    let ended = Project::new().call(&["mutate", "--in-diff", "HEAD"]);
    assert_eq!(ended.code, 2);
    let expected =
        "error: --in-diff: the project is not in a git repository\nhelp: leave out --in-diff to test every operation\n";
    assert!(ended.err.starts_with(expected), "{}", ended.err);
}

#[test]
fn without_a_fault_there_is_no_score() {
    let project = Project::new();
    let ended = project.call(&["mutate", "--operator", "money-units", "--min-score", "50"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("--min-score 50: no fault was tried, so there is no score"), "{}", ended.err);
    // Of many parts some are empty, but not the whole.
    let shard = project.call(&["mutate", "--operator", "body-truncated", "--min-score", "50", "--shard", "1/50"]);
    assert_eq!(shard.code, 0, "{}", shard.err);
}

#[test]
fn redacted_values_occur_in_no_survivor() {
    let spec = SPEC.replace("name: two", "name: Ada Lovelace");
    let config = format!("{CONFIG}redact: [ name ]\n");
    let files = [("specs/things.yaml", spec.as_str()), ("cases/things.yaml", CASES), ("signoff.yaml", &config)];
    let project = Project::with(&files);
    let ended = project.call(&["mutate", "--verbose"]);
    assert!(ended.out.contains("body/name: emptied"), "{}", ended.out);
    let suggested = project.call(&["mutate", "--suggest"]);
    let report: serde_json::Value = serde_json::from_str(&project.read("reports/mutation.json")).unwrap();
    let mutants = report["files"]["specs/things.yaml"]["mutants"].to_string();
    for text in [&ended.out, &ended.err, &suggested.out, &mutants] {
        assert!(!text.contains("Lovelace"), "{text}");
    }
}
