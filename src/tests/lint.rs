//! Every scenario of `tests/data/lint`: a document, perhaps with cases, and everything that `signoff check` says about them.
//!
//! A folder is called like the rule that it is about; what else is found in it belongs to the picture.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::rules::{self, Subject};
use crate::problem::Problem;
use crate::{case, contract};

#[test]
fn every_scenario_is_as_accepted() {
    for folder in folders() {
        let problems = problems(&folder);
        let name = folder.file_name().expect("named").to_string_lossy().into_owned();
        let rule = name.split('.').next().unwrap_or_default();
        assert!(problems.iter().any(|problem| problem.rule == Some(rule)), "{name}: {problems:#?}");
        assert!(problems.iter().all(|problem| problem.rule.and_then(rules::rule).is_some()), "{name}: {problems:#?}");
        let shown: String = problems.iter().map(shown).collect();
        insta::with_settings!({
            snapshot_path => &folder, prepend_module_to_snapshot => false, omit_expression => true, description => name,
        }, {
            insta::assert_snapshot!("accepted", shown);
        });
    }
}

#[test]
fn every_rule_for_documents_has_a_scenario() {
    let told: String =
        folders().iter().map(|folder| fs::read_to_string(folder.join("accepted.snap")).unwrap_or_default()).collect();
    let rules = rules::ALL.iter().filter(|rule| rule.subject == Subject::Document).map(|rule| rule.id);
    let without: Vec<_> = rules.filter(|id| !told.contains(&format!("[{id}] "))).collect();
    assert_eq!(without, Vec::<&str>::new());
}

/// Checks a vendor's real document: every reported problem is real, and no other is reported.
#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn the_problems_of_a_real_document_are_reported() {
    let data = PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set"));
    let file = Path::new("corpus/api-evangelist__imprint/imprint-openapi-original.yml");
    let options = contract::load::Options { structure: true, ..contract::load::Options::default() };
    let contract = contract::load::load_with(&data, file, &options).expect("it loads");
    let problems = contract.warnings.iter().cloned().chain(contract::lint::lint(&contract));
    let told: Vec<_> = problems
        .map(|problem| {
            let line = problem.at.map_or(0, |at| at.place.line);
            format!(
                "{line} {}: {}",
                problem.rule.unwrap_or("none"),
                problem.message.split(['`', '\'']).nth(1).unwrap_or("")
            )
        })
        .collect();
    insta::assert_debug_snapshot!(told);
}

fn folders() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/lint");
    let entries = fs::read_dir(root).expect("scenarios are readable").map(|entry| entry.expect("readable").path());
    let mut folders: Vec<_> = entries.collect();
    folders.sort();
    folders
}

/// What loading says, and what lint says where it loads.
fn problems(folder: &Path) -> Vec<Problem> {
    let overlays =
        [PathBuf::from("overlay.yaml")].into_iter().filter(|overlay| folder.join(overlay).exists()).collect();
    let options = contract::load::Options { overlays, structure: true, ..contract::load::Options::default() };
    let contract = match contract::load::load_with(folder, Path::new("spec.yaml"), &options) {
        Ok(contract) => contract,
        Err(problems) => return problems,
    };
    let warnings = contract.errors.iter().chain(&contract.warnings).cloned();
    let (structure, mut problems): (Vec<_>, Vec<_>) = warnings.partition(|problem| problem.rule == Some("structure"));
    problems.extend(contract::lint::lint(&contract));
    contract::load::join_structure(&mut problems, structure);
    let cases = ["cases", "cases.yaml"].into_iter().find(|name| folder.join(name).exists());
    if let Some(cases) = cases {
        let suite = case::load::load(folder, Path::new(cases), &contract).unwrap_or_else(|wrong| panic!("{wrong:#?}"));
        problems.extend(case::lint::lint(&suite, &contract));
    }
    problems
}

/// The problem as text: the message, the line and the marked part of it.
fn shown(problem: &Problem) -> String {
    let mut text = String::new();
    let rule = problem.rule.unwrap_or("none");
    writeln!(text, "{}[{rule}] {problem}", problem.severity.word()).expect("text is writable");
    if let Some(snippet) = &problem.at {
        let indent = " ".repeat(snippet.place.column as usize - 1);
        let caret = "^".repeat(snippet.width as usize);
        writeln!(text, "  {}\n  {indent}{caret}", snippet.line).expect("text is writable");
    }
    text
}
