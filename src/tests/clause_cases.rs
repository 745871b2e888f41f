//! Cases for clauses: each is valid, and passes on the mock of the document if that can respond as the case expects.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::case;
use crate::case::expand::Credentials;
use crate::case::format::WholeFile;
use crate::contract::clause::Verb;
use crate::contract::load::{Options, load_with};
use crate::contract::{Contract, SecurityScheme};
use crate::generate::clause_case::{build, success};
use crate::mock::MockRules;
use crate::project::connect::Embedded;
use crate::project::mock_trial::TrialMock;
use crate::run::Target;
use crate::transport::network::Settings;

use super::corpus::documents;

/// What became of the clauses of one document.
#[derive(Debug, Default)]
struct Tried {
    clauses: usize,
    built: usize,
    passed: usize,
    /// Clauses without a case, by verb.
    without: BTreeMap<String, usize>,
    /// Cases that do not pass, with the reason, without those of responses, wrong credentials and operations without a success.
    failed: Vec<String>,
}

/// Builds the case of every clause whose number is a multiple of `step`, and runs it on the mock of the document.
fn tried(contract: &Arc<Contract>, step: usize) -> Tried {
    let mut tried = Tried::default();
    let (mut mock, folder) = (mock(contract), Path::new(env!("CARGO_MANIFEST_DIR")));
    let entries = contract.clauses().operations().iter().zip(&contract.operations);
    let entries =
        entries.flat_map(|(clauses, operation)| clauses.entries().iter().map(move |entry| (operation, entry)));
    for (operation, entry) in entries.filter(|(_, entry)| entry.impossible.is_none()).step_by(step) {
        tried.clauses += 1;
        let Some(built) = build(contract, operation, entry, "a case") else {
            let verb = entry.clause.to_string().split(' ').skip(1).take(2).collect::<Vec<_>>().join(" ");
            *tried.without.entry(verb.split('/').next().unwrap_or_default().to_owned()).or_default() += 1;
            continue;
        };
        tried.built += 1;
        let file = WholeFile { cases: vec![built], ..WholeFile::default() };
        let text = case::write::render(&file).expect("it can be written");
        let failure = mock.failure(folder, contract, &text);
        tried.passed += usize::from(failure.is_none());
        // A mock without rules refuses what violates the document, and responds with its first success, if one is documented.
        let is_response = matches!(entry.clause.verb, Verb::RefusesWrong(_)) || is_response(&entry.clause.verb);
        let is_impossible = is_accepted(&entry.clause.verb) && success(operation).is_none();
        if let Some(failure) = failure.filter(|_| !is_response && !is_impossible) {
            tried.failed.push(format!("{}: {failure}\n{text}", entry.clause));
        }
    }
    tried
}

fn is_accepted(verb: &Verb) -> bool {
    use Verb::{Calls, CallsWith, Omits, Sends, SendsExample, SendsMediaType};
    matches!(verb, Calls | CallsWith(_) | SendsMediaType(_) | SendsExample(_) | Sends(..) | Omits(_))
}

fn is_response(verb: &Verb) -> bool {
    matches!(verb, Verb::Receives(_) | Verb::ReceivesMediaType(..) | Verb::ReceivesHeader(..) | Verb::ReceivesAt(..))
}

/// The mock of the document, without rules.
fn mock(contract: &Arc<Contract>) -> TrialMock {
    let credential = |scheme: &SecurityScheme| match scheme {
        SecurityScheme::Basic => serde_json::json!({ "username": "user", "password": "password" }),
        _ => "a-key-of-the-target".into(),
    };
    let own = contract.security_schemes.iter().map(|(name, scheme)| (name.clone(), credential(scheme))).collect();
    let credentials = Credentials { target: "mock".to_owned(), own, ..Credentials::default() };
    let url = "http://127.0.0.1:4010";
    let target = Target { name: "mock".to_owned(), url: url.to_owned(), credentials, ..Target::default() };
    let embedded = Embedded { target, settings: settings(url), refused: Vec::new(), verifier: None };
    TrialMock::new(contract, MockRules::empty(), embedded).expect("valid settings")
}

fn settings(url: &str) -> Settings {
    let timeout = Duration::from_secs(10);
    Settings {
        url: url.parse().expect("a URL"),
        connect_timeout: timeout,
        first_byte_timeout: timeout,
        total_timeout: timeout,
        max_body: 10_000_000,
        ca_pem: None,
        identities: Default::default(),
        proxy: None,
        connections: 1,
    }
}

fn report(name: &str, tried: &Tried) -> String {
    let Tried { clauses, built, passed, without, failed } = tried;
    let mut text = format!(
        "{name}: {clauses} clauses, {built} cases, {passed} pass on the mock; {} that should do not\n",
        failed.len()
    );
    let _ = writeln!(text, "  without a case: {without:?}");
    text + &failed.iter().take(5).map(|failed| format!("  {failed}\n")).collect::<String>()
}

#[test]
fn a_case_of_a_clause_passes_on_the_mock() {
    let options = Options { overlays: vec!["specs/imprint.overlay.yaml".into()], ..Options::default() };
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let contract = Arc::new(load_with(root, Path::new("specs/imprint.yaml"), &options).expect("the contract"));
    let tried = tried(&contract, 13);
    assert!(tried.built * 10 > tried.clauses * 6, "{}", report("imprint", &tried));
    assert!(tried.failed.is_empty(), "{}", report("imprint", &tried));
}

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn cases_of_clauses_of_real_documents() {
    let data = std::path::PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set"));
    let (mut text, mut all) = (String::new(), [0; 4]);
    let small =
        |path: &std::path::PathBuf| std::fs::metadata(path).is_ok_and(|file| (8_000..120_000).contains(&file.len()));
    for path in documents(&data.join("corpus")).into_iter().filter(small) {
        let path = path.strip_prefix(&data).expect("below");
        let Ok(contract) = load_with(&data, path, &Options::default()) else { continue };
        let contract = Arc::new(contract);
        let tried = tried(&contract, (contract.clauses().len() / 25).max(1));
        text += &report(&path.display().to_string(), &tried);
        for (sum, number) in all.iter_mut().zip([tried.clauses, tried.built, tried.passed, tried.failed.len()]) {
            *sum += number;
        }
    }
    let [clauses, built, passed, failed] = all;
    let text = format!("{clauses} clauses, {built} cases, {passed} pass, {failed} fail\n{text}");
    if let Some(file) = std::env::var_os("SIGNOFF_REPORT") {
        std::fs::write(file, &text).expect("written");
    }
    assert!(built * 2 > clauses && failed * 20 <= passed, "{text}");
}
