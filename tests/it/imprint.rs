//! The repository's own contract and cases: kept by the mock, and each fault of the broken mock found by the check that names it.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::mock::Served;

/// `signoff.yaml`, specs, cases and schemas in a folder of their own, so that a run's reports stay out of the repository.
pub fn copy_of_the_repository() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    ["signoff.yaml", "specs", "cases", "schemas"]
        .iter()
        .for_each(|name| copy(&root.join(name), &folder.path().join(name)));
    folder
}

fn copy(from: &Path, to: &Path) {
    if from.is_file() {
        fs::copy(from, to).expect("a copy");
        return;
    }
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let name = entry.expect("an entry").file_name();
        copy(&from.join(&name), &to.join(&name));
    }
}

/// Runs the program against a target of `signoff.yaml`; its exit code and the record.
fn run(target: &str) -> (Option<i32>, Value) {
    run_in(copy_of_the_repository().path(), &["--target", target])
}

/// The same in a project, with any arguments of `run`.
pub fn run_in(project: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_signoff"));
    let status = program.current_dir(project).arg("run").args(arguments).output().expect("the program").status;
    let record = fs::read_to_string(project.join("reports/record.json")).expect("a record");
    (status.code(), serde_json::from_str(&record).expect("JSON"))
}

pub fn outcomes(record: &Value) -> &Vec<Value> {
    record["outcomes"].as_array().expect("outcomes")
}

#[test]
fn the_mock_keeps_every_case() {
    let (code, record) = run("mock");
    let kept = outcomes(&record).iter().filter(|outcome| outcome["outcome"] == "passed").count();
    assert_eq!((code, kept), (Some(0), outcomes(&record).len()));
    assert!(kept >= 25, "{kept} cases");
}

#[test]
fn what_rests_on_the_overlay_is_told() {
    let (_, record) = run("mock");
    let action = &record["overlay"][0];
    assert_eq!(action["place"]["file"], "specs/imprint.overlay.yaml");
    let added: Vec<_> = action["changes"].as_array().expect("changes").iter().map(|change| &change["at"]).collect();
    let responses = "/paths/~1v2~1customers~1{customer_id}/post/responses";
    assert_eq!(added, [&*format!("{responses}/400"), &*format!("{responses}/404")]);
    for outcome in outcomes(&record) {
        let status = outcome["exchange"]["response"]["status"].as_u64();
        let is_assumed = outcome["operation"] == "updateCustomer" && matches!(status, Some(400 | 404));
        assert_eq!(outcome["assumed"].is_array(), is_assumed, "{}", outcome["name"]);
    }
}

#[test]
fn each_fault_is_found_by_the_check_that_names_it() {
    let (code, record) = run("broken");
    assert_eq!(code, Some(1));
    let findings: Vec<String> = outcomes(&record).iter().flat_map(findings).collect();
    insta::assert_snapshot!(findings.join("\n"));
}

#[test]
fn a_fault_is_found_by_its_case_alone() {
    let project = copy_of_the_repository();
    let found = |arguments: &[&str]| {
        let (_, record) = run_in(project.path(), &[&["--target", "broken"], arguments].concat());
        outcomes(&record).iter().flat_map(findings).collect::<Vec<_>>()
    };
    let case = |finding: &String| finding.lines().next().expect("the case").to_owned();
    let together = found(&[]);
    for alone in together.chunk_by(|a, b| case(a) == case(b)) {
        assert_eq!(found(&[&case(&alone[0])]), alone);
    }
}

/// Every case on `signoff mock` as a process of its own; the version of HTTP that each answer came in.
fn kept_over(scheme: &str, flags: &[&str], keys: &str) -> Vec<String> {
    let project = copy_of_the_repository();
    let served = Served::start(project.path(), &[&["--quiet"], flags].concat());
    let config = project.path().join("signoff.yaml");
    let text = fs::read_to_string(&config).expect("the configuration");
    let url = format!("{scheme}://{}", served.address);
    let reached = format!("url: {url}\n    auth: {{ bearerAuth: a-key }}{keys}");
    fs::write(&config, text.replacen("mock: specs/imprint.mock.yaml", &reached, 1)).expect("written");
    let (code, record) = run_in(project.path(), &["--target", "mock"]);
    let kept = outcomes(&record).iter().filter(|outcome| outcome["outcome"] == "passed").count();
    assert_eq!((code, kept), (Some(0), outcomes(&record).len()));
    assert_eq!(record["target"]["url"], url);
    let version = |outcome: &Value| outcome["exchange"]["response"]["version"].as_str().map(str::to_owned);
    outcomes(&record).iter().filter_map(version).collect()
}

#[test]
fn the_mock_as_a_program_of_its_own_keeps_every_case() {
    let versions = kept_over("http", &[], "");
    assert!(versions.len() >= 25 && versions.iter().all(|version| version == "HTTP/1.1"), "{versions:?}");
    let versions = kept_over("https", &["--tls", "--save-certificate", "mock.pem"], "\n    ca_file: mock.pem");
    assert!(versions.len() >= 25 && versions.iter().all(|version| version == "HTTP/2.0"), "{versions:?}");
}

/// A line a finding: the case, the check, and where its rule stands with the line that stands there.
fn findings(outcome: &Value) -> Vec<String> {
    let found = outcome["findings"].as_array().into_iter().flatten();
    let case = outcome["name"].as_str().unwrap_or_default();
    found.map(|finding| format!("{case}\n    {}", rule(finding))).collect()
}

fn rule(finding: &Value) -> String {
    let place = &finding["place"];
    let file = place["file"].as_str().expect("a file");
    let number = place["line"].as_u64().and_then(|line| usize::try_from(line).ok()).expect("a line");
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("the file");
    let line = text.lines().nth(number - 1).expect("the line").trim();
    let check = finding["check"].as_str().expect("a check");
    let keyword = finding["keyword"].as_str().map(|keyword| format!(": {keyword}")).unwrap_or_default();
    format!("{check}{keyword}  {file}:{number}:{}  {line}", place["column"])
}
