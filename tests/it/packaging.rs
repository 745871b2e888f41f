//! Files of packages, workflows and other programs that no compiler reads.

use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;
use serde_json::Value;

use crate::cli::project::{CASES, CONFIG, Project, SPEC};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn yaml(path: &Path) -> Value {
    let text = fs::read_to_string(path).expect("readable");
    serde_yaml::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The action and the workflows of this repository.
fn workflows() -> Vec<(PathBuf, Value)> {
    let entries = fs::read_dir(root().join(".github/workflows")).expect("a folder");
    let files = entries.map(|entry| entry.expect("an entry").path()).chain([root().join("action.yml")]);
    let read: Vec<_> = files.map(|path| (path.clone(), yaml(&path))).collect();
    assert!(read.len() >= 3);
    read
}

/// The values of all properties of this name, at any depth.
fn values<'a>(value: &'a Value, name: &str, found: &mut Vec<&'a Value>) {
    if let Some(object) = value.as_object() {
        found.extend(object.get(name));
    }
    let children = value.as_object().into_iter().flat_map(|object| object.values());
    children.chain(value.as_array().into_iter().flatten()).for_each(|child| values(child, name, found));
}

#[test]
fn no_value_of_a_workflow_becomes_part_of_a_script() {
    for (path, workflow) in workflows() {
        let mut scripts = Vec::new();
        values(&workflow, "run", &mut scripts);
        let scripts: Vec<_> = scripts.into_iter().filter_map(Value::as_str).collect();
        assert!(!scripts.is_empty(), "{}", path.display());
        let unsafe_scripts: Vec<_> = scripts.into_iter().filter(|script| script.contains("${{")).collect();
        assert_eq!(unsafe_scripts, Vec::<&str>::new(), "{}: pass it through `env`", path.display());
    }
}

#[test]
fn actions_are_pinned_and_permissions_are_minimal() {
    let pinned = Regex::new(r"^[\w./-]+@(v\d+|release/v\d+|[0-9a-f]{40})$").expect("a pattern");
    for (path, workflow) in workflows() {
        let mut uses = Vec::new();
        values(&workflow, "uses", &mut uses);
        let loose: Vec<_> =
            uses.iter().filter_map(|name| name.as_str()).filter(|name| !pinned.is_match(name)).collect();
        assert_eq!(loose, Vec::<&str>::new(), "{}", path.display());
        if workflow.get("jobs").is_some() {
            assert_eq!(workflow["permissions"], serde_json::json!({ "contents": "read" }), "{}", path.display());
        }
    }
}

#[test]
fn the_problem_matcher_reads_what_check_prints() {
    let text = fs::read_to_string(root().join("packaging/problem-matcher.json")).expect("readable");
    let matcher: Value = serde_json::from_str(&text).expect("JSON");
    let patterns = matcher["problemMatcher"][0]["pattern"].as_array().expect("patterns");
    let regexes: Vec<_> = patterns
        .iter()
        .map(|line| Regex::new(line["regexp"].as_str().expect("a string")).expect("a pattern"))
        .collect();
    let spec = SPEC.replace("type: string", "type: strin");
    let project =
        Project::with(&[("specs/things.yaml", &spec), ("cases/things.yaml", CASES), ("signoff.yaml", CONFIG)]);
    let printed = project.call(&["check"]).err;
    let lines: Vec<_> = printed.lines().collect();
    let found: Vec<Vec<&str>> = lines
        .windows(2)
        .filter_map(|pair| {
            let (first, second) = (regexes[0].captures(pair[0])?, regexes[1].captures(pair[1])?);
            let group = |at: &Value| usize::try_from(at.as_u64().expect("a number")).expect("small");
            let [head, place] = [&patterns[0], &patterns[1]];
            Some(vec![
                first.get(group(&head["severity"]))?.as_str(),
                first.get(group(&head["code"]))?.as_str(),
                second.get(group(&place["file"]))?.as_str(),
                second.get(group(&place["line"]))?.as_str(),
                second.get(group(&place["column"]))?.as_str(),
            ])
        })
        .collect();
    assert!(!found.is_empty(), "{printed}");
    for problem in found {
        assert_eq!((problem[0], problem[2]), ("error", "specs/things.yaml"), "{problem:?}");
        assert!(problem[3..].iter().all(|number| number.parse::<u32>().is_ok()), "{problem:?}");
    }
}

#[test]
fn hooks_of_pre_commit_call_check() {
    let hooks = yaml(&root().join(".pre-commit-hooks.yaml"));
    let hooks = hooks.as_array().expect("a list");
    assert!(!hooks.is_empty());
    for hook in hooks {
        let entry = hook["entry"].as_str().and_then(|entry| entry.strip_prefix("signoff ")).expect("a call of signoff");
        let ended = Project::new().call(&entry.split(' ').collect::<Vec<_>>());
        assert_eq!((ended.code, &hook["pass_filenames"]), (0, &Value::Bool(false)), "{}", ended.err);
    }
}

#[test]
fn examples_use_the_action_of_this_version() {
    for page in ["README.md", "docs/install.md"] {
        let text = fs::read_to_string(root().join(page)).expect("readable");
        let action = format!("uses: signoff-testing/signoff@v{}\n", env!("CARGO_PKG_VERSION"));
        assert!(text.contains(&action), "{page}: {action}");
    }
}

/// A step after a failed one does not run by itself, but what explains the failure must.
#[test]
fn steps_of_documented_workflows_run_after_a_failed_gate() {
    let page = fs::read_to_string(root().join("docs/install.md")).expect("readable");
    let workflows: Vec<_> = page.split("```yaml\n# .github/workflows/").skip(1).collect();
    assert_eq!(workflows.len(), 2);
    let mut after_gates = 0;
    for workflow in workflows {
        let text = format!("# {}", workflow.split("\n```").next().expect("the end of the block"));
        let workflow: Value = serde_yaml::from_str(&text).expect("YAML");
        let mut steps = Vec::new();
        values(&workflow, "steps", &mut steps);
        let steps: Vec<_> = steps.into_iter().flat_map(|steps| steps.as_array().expect("a list")).collect();
        let is_action = |step: &&Value| step["uses"].as_str().is_some_and(|uses| uses.starts_with("signoff-testing/"));
        for step in steps.into_iter().skip_while(|step| !is_action(step)).skip(1) {
            after_gates += 1;
            assert!(step["if"].as_str().is_some_and(|when| when.contains("!cancelled()")), "{step}");
        }
    }
    assert_eq!(after_gates, 2);
}
