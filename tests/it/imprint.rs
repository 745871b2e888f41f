//! The repository's own contract and cases: all pass on the mock, and the intended check finds each fault of the broken mock.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::mock::Served;

/// Copies `signoff.yaml`, specs, cases and schemas to a temporary folder, so that no run writes reports into the repository.
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

/// Runs the program against a target of `signoff.yaml`; returns its exit code and the record.
fn run(target: &str) -> (Option<i32>, Value) {
    run_in(copy_of_the_repository().path(), &["--target", target])
}

/// Runs the program in `project`, with any arguments of `run`.
pub fn run_in(project: &Path, arguments: &[&str]) -> (Option<i32>, Value) {
    let mut program = crate::program();
    let status = program.current_dir(project).arg("run").args(arguments).output().expect("the program").status;
    let record = fs::read_to_string(project.join("reports/record.json")).expect("a record");
    (status.code(), serde_json::from_str(&record).expect("JSON"))
}

pub fn outcomes(record: &Value) -> &Vec<Value> {
    record["outcomes"].as_array().expect("outcomes")
}

#[test]
fn every_case_passes_on_the_mock() {
    let (code, record) = run("mock");
    let passed = outcomes(&record).iter().filter(|outcome| outcome["outcome"] == "passed").count();
    assert_eq!((code, passed), (Some(0), outcomes(&record).len()));
    assert!(passed >= 25, "{passed} cases");
}

#[test]
fn check_list_and_run_count_the_same_cases() {
    let project = copy_of_the_repository();
    let said = |command: &str| {
        let mut program = crate::program();
        let ended = program.current_dir(project.path()).arg(command).output().expect("the program");
        String::from_utf8([ended.stdout, ended.stderr].concat()).expect("UTF-8")
    };
    let cases = outcomes(&run("mock").1).len();
    assert!(said("check").starts_with(&format!("2 operations and {cases} cases in 3 files: ")), "{}", said("check"));
    let listed = said("list");
    let own = listed.lines().filter(|line| line.contains(".yaml::")).count();
    let expect =
        format!("{cases} cases ({} of setup and teardown) in 3 files, 2 operations in the contract\n", cases - own);
    assert!(listed.ends_with(&expect), "{listed}");
}

#[test]
fn verdicts_that_depend_on_the_overlay_are_marked() {
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
fn each_fault_is_found_by_the_intended_check() {
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

/// Runs every case against `signoff mock` as a separate process; returns the HTTP version of each response.
fn versions_over(scheme: &str, flags: &[&str], keys: &str) -> Vec<String> {
    let project = copy_of_the_repository();
    let served = Served::start(project.path(), &[&["--quiet"], flags].concat());
    let config = project.path().join("signoff.yaml");
    let text = fs::read_to_string(&config).expect("the configuration");
    let url = format!("{scheme}://{}", served.address);
    let reached = format!("url: {url}\n    auth: {{ bearerAuth: a-key }}{keys}");
    fs::write(&config, text.replacen("mock: specs/imprint.mock.yaml", &reached, 1)).expect("written");
    let (code, record) = run_in(project.path(), &["--target", "mock"]);
    let passed = outcomes(&record).iter().filter(|outcome| outcome["outcome"] == "passed").count();
    assert_eq!((code, passed), (Some(0), outcomes(&record).len()));
    assert_eq!(record["target"]["url"], url);
    let version = |outcome: &Value| outcome["exchange"]["response"]["version"].as_str().map(str::to_owned);
    outcomes(&record).iter().filter_map(version).collect()
}

#[test]
fn every_case_passes_on_the_standalone_mock() {
    let versions = versions_over("http", &[], "");
    assert!(versions.len() >= 25 && versions.iter().all(|version| version == "HTTP/1.1"), "{versions:?}");
    let versions = versions_over("https", &["--tls", "--save-certificate", "mock.pem"], "\n    ca_file: mock.pem");
    assert!(versions.len() >= 25 && versions.iter().all(|version| version == "HTTP/2.0"), "{versions:?}");
}

/// One line per finding: the case, the check, and the location and source line of its rule.
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

#[test]
fn the_cases_notice_a_mutant_like_each_fault_of_the_broken_mock() {
    // Fault 9, an object with a duplicate key, is a warning: JSON leaves its meaning undefined.
    let like = [
        "linkCustomerAccount 200 body/customer_id: replaced by the id of another resource [other-id]",
        "linkCustomerAccount 200 body/updated_at: emptied [string-emptied]",
        "linkCustomerAccount 200 body/status: changed in letter case [letter-case]",
        "linkCustomerAccount 200 body/created_at: removed [property-removed]",
        "linkCustomerAccount 200 body/partner_customer_id: replaced by a number [string-as-number]",
        "linkCustomerAccount 409 response: content-type replaced by text/html [content-type-changed]",
        "linkCustomerAccount 409 body/error/message: removed [property-removed]",
        "linkCustomerAccount violates type body/metadata: accepted [violation-accepted]",
        "linkCustomerAccount 400 response: body truncated [body-truncated]",
        "linkCustomerAccount 400 response: body emptied [body-emptied]",
        "linkCustomerAccount 400 response: status replaced by 418 [status-undeclared]",
        "linkCustomerAccount 400 body/status: replaced by a string [number-as-string]",
        "updateCustomer 200 body/date_of_birth/year: replaced by a string [number-as-string]",
        "updateCustomer 200 body/created_at: emptied [string-emptied]",
        "updateCustomer 400 response: status replaced by 500 [status-server-error]",
    ];
    let project = copy_of_the_repository();
    let mut program = crate::program();
    let output =
        program.current_dir(project.path()).args(["mutate", "--format", "json"]).output().expect("the program");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let mutants = report["files"]["specs/imprint.yaml"]["mutants"].as_array().expect("mutants");
    let is_noticed = |id: &str| {
        let mutant = mutants.iter().find(|mutant| mutant["id"] == id).expect("a mutant");
        // A time is unspecified, and a case may expect its format all the same.
        mutant["status"] == "Killed" || mutant["statusReason"].as_str().is_some_and(|why| why.contains("but noticed"))
    };
    let not_noticed: Vec<_> = like.iter().filter(|id| !is_noticed(id)).collect();
    assert!(not_noticed.is_empty(), "{not_noticed:#?}");
    assert_eq!(report["config"]["limits"], 0);
}
