//! Folders of case files, loaded against one contract: snapshots of every problem, or of every request, one file per story.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::case::expand::{self, Credentials, TargetDefaults};
use crate::case::{Case, Story, intent, load};
use crate::cli::rules;
use crate::contract::{self, Contract};
use crate::expression::Scope;
use crate::http::Headers;
use crate::problem::Problem;
use serde_json::{Value, json};

#[test]
fn every_scenario_is_as_accepted() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/case");
    let contract = contract::load::load(&root, Path::new("spec.yaml")).expect("the contract loads");
    for folder in folders(&root) {
        match load::load(&folder, Path::new("cases"), &contract) {
            Ok(suite) => suite.stories.iter().for_each(|story| accept(&folder, &name(story), shown(story, &contract))),
            Err(problems) => accept(&folder, "problems", problems.iter().map(problem).collect()),
        }
    }
}

fn accept(folder: &Path, name: &str, shown: String) {
    insta::with_settings!({ snapshot_path => folder, prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, shown);
    });
}

/// `cases/orders.yaml#2` becomes `orders-2`.
fn name(story: &Story) -> String {
    story.id.trim_start_matches("cases/").replace(".yaml", "").replace(['#', '/'], "-")
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(root).expect("scenarios are readable").map(|entry| entry.expect("readable").path());
    let mut folders: Vec<_> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    assert!(!folders.is_empty());
    folders
}

/// The problem as users see it: message, line and marker.
fn problem(problem: &Problem) -> String {
    let rule = problem.rule.expect("a rule");
    assert!(rules::rule(rule).is_some(), "{rule}");
    let Some(snippet) = &problem.at else { return format!("[{rule}] {problem}\n") };
    let indent = " ".repeat(snippet.place.column as usize - 1);
    format!("[{rule}] {problem}\n  {}\n  {indent}{}\n", snippet.line, "^".repeat(snippet.width as usize))
}

fn shown(story: &Story, contract: &Contract) -> String {
    let mut text = String::new();
    let given = BTreeMap::from([("customer".to_owned(), json!("C-1"))]);
    let scope = expand::story_scope(story, &given, &Scope::new(1_700_000_000_000_000, 1, "")).expect("vars expand");
    for case in story.every() {
        writeln!(text, "{} [{:?}] at {}", case.id, case.role, place(case, story)).expect("text is writable");
        text.push_str(&facts(case));
        text.push_str(&request(case, contract, &scope));
        text.push('\n');
    }
    text
}

fn place(case: &Case, story: &Story) -> String {
    case.file(story).snippet(&case.at).place.to_string()
}

fn facts(case: &Case) -> String {
    let lists = [("needs", &case.needs), ("tags", &case.tags), ("only on", &case.only_on), ("not on", &case.not_on)];
    let lists =
        lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(key, list)| format!("  {key}: {list:?}\n"));
    let uses =
        case.uses.iter().map(|one| format!("  uses: {} of {} ({})\n", one.variable, one.captured_by, one.in_request));
    let waits =
        case.poll.iter().map(|one| format!("  {one:?}\n")).chain(case.retry.iter().map(|one| format!("  {one:?}\n")));
    lists.chain(uses).chain(waits).collect()
}

/// The request as it would be sent, and whether its intent is verified.
fn request(case: &Case, contract: &Contract, scope: &Scope) -> String {
    let mut scope = expand::case_scope(case, scope);
    case.uses.iter().for_each(|used| scope.set(&used.variable, &json!(format!("captured {}", used.variable))));
    let (credentials, headers) = (credentials(), Headers::default());
    let defaults = TargetDefaults { credentials: &credentials, headers: &headers, signer: None };
    let request = match expand::request(case, contract, &scope, defaults) {
        Ok(request) => request,
        Err(error) => return format!("  errored at {}: {error}\n", error.at),
    };
    let mut text = format!("  {} {}\n", request.method, request.url);
    request.headers.iter().for_each(|(name, value)| text.push_str(&format!("  {name}: {value}\n")));
    let body = request.body.as_ref().map(|body| String::from_utf8_lossy(body).escape_debug().to_string());
    body.iter().for_each(|body| text.push_str(&format!("  body {body}\n")));
    let operation = case.operation.map(|index| &contract.operations[index]);
    let judged = intent::judge(contract, operation, &request);
    text + &intent::prove(&case.violates, &judged)
        .map_or_else(|wrong| format!("  {wrong}\n"), |()| "  proven\n".to_owned())
}

fn credentials() -> Credentials {
    let own = [
        ("basic", json!({ "username": "ann", "password": "secret" })),
        ("bearer", json!("token-1")),
        ("key", json!("key 1")),
        ("session", json!("sid-1")),
    ];
    let other: BTreeMap<String, Value> = [("basic".to_owned(), json!({ "username": "bob", "password": "p" }))].into();
    Credentials {
        target: "sandbox".to_owned(),
        own: own.into_iter().map(|(name, value)| (name.to_owned(), value)).collect(),
        named: [("other".to_owned(), other)].into(),
        ..Credentials::default()
    }
}
