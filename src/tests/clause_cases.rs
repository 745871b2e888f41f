//! Cases for clauses: each is valid, and passes on the mock of the document if it says so.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::case;
use crate::case::expand::Credentials;
use crate::case::format::WholeFile;
use crate::check::{Severities, Waivers};
use crate::contract::load::{Options, load_with};
use crate::contract::{Contract, SecurityScheme};
use crate::expression::Scope;
use crate::generate::clause_case::build;
use crate::mock::direct::Direct;
use crate::mock::{Mock, MockRules};
use crate::run::{self, Event, Filter, Inputs, Limits, PreparedRun, Sink, Stop, Target, Verdict};
use crate::transport::network::Settings;

use super::corpus::documents;

/// 2025-02-13T19:08:07.000Z
const STARTED: i64 = 1_739_473_687_000_000;

/// What became of the clauses of one document.
#[derive(Debug, Default)]
struct Tried {
    clauses: usize,
    built: usize,
    reachable: usize,
    passed: usize,
    /// Clauses without a case, by verb.
    without: BTreeMap<String, usize>,
    /// Reachable cases that do not pass, with the reason.
    failed: Vec<String>,
}

#[derive(Default)]
struct Last(Option<String>);

impl Sink for Last {
    fn take(&mut self, event: Event<'_>) {
        let Event::Finished(outcome) = event else { return };
        self.0 = match &outcome.verdict {
            Verdict::Passed => None,
            Verdict::Failed => {
                outcome.findings.first().map(|finding| format!("{} {:?}", finding.check, finding.difference))
            }
            verdict => Some(format!("{verdict:?}")),
        };
    }
}

/// Builds the case of every clause whose number is a multiple of `step`, and runs it on the mock of the document.
fn tried(contract: &Arc<Contract>, step: usize) -> Tried {
    let mut tried = Tried::default();
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
        let file = WholeFile { cases: vec![built.case], ..WholeFile::default() };
        let text = case::write::render(&file).expect("it can be written");
        let failure = failure(contract, &text);
        tried.reachable += usize::from(built.is_reachable);
        tried.passed += usize::from(failure.is_none());
        if let Some(failure) = failure.filter(|_| built.is_reachable) {
            tried.failed.push(format!("{}: {failure}\n{text}", entry.clause));
        }
    }
    tried
}

/// Why the case does not pass on the mock.
fn failure(contract: &Arc<Contract>, text: &str) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let suite = match case::load::load_text(folder, Path::new("clause.yaml"), text.to_owned(), contract) {
        Ok(suite) => suite,
        Err(problems) => return Some(format!("{problems:?}")),
    };
    let credential = |scheme: &SecurityScheme| match scheme {
        SecurityScheme::Basic => serde_json::json!({ "username": "user", "password": "password" }),
        _ => "a-key-of-the-target".into(),
    };
    let own = contract.security_schemes.iter().map(|(name, scheme)| (name.clone(), credential(scheme))).collect();
    let credentials = Credentials { target: "mock".to_owned(), own, ..Credentials::default() };
    let url = "http://127.0.0.1:4010";
    let target = Target { name: "mock".to_owned(), url: url.to_owned(), credentials, ..Target::default() };
    let (severities, waivers) = (Severities::default(), Waivers::default());
    let scope = Scope::new(STARTED, 1, "run");
    let inputs = Inputs { contract, suite: &suite, target: &target, severities: &severities, waivers: &waivers, scope };
    let prepared = match PreparedRun::new(inputs, &Filter::default()) {
        Ok(prepared) => prepared,
        Err(problems) => return Some(format!("{problems:?}")),
    };
    let runtime =
        tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let mock = Mock::new(Arc::clone(contract), MockRules::empty(), STARTED, 1);
        let direct = Direct::new(mock, settings(url)).expect("a mock");
        let limits = Limits { jobs: 1, fail_fast: false, grace: Duration::ZERO };
        let mut last = Last(Some("nothing was run".to_owned()));
        run::run(&prepared, &direct, &limits, &Stop::default(), &mut last).await;
        last.0
    })
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
        identity_pem: None,
        proxy: None,
        connections: 1,
    }
}

fn report(name: &str, tried: &Tried) -> String {
    let Tried { clauses, built, reachable, passed, without, failed } = tried;
    let mut text = format!(
        "{name}: {clauses} clauses, {built} cases, {reachable} of them reachable on the mock, {passed} pass; {} fail\n",
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
        for (sum, number) in all.iter_mut().zip([tried.clauses, tried.built, tried.reachable, tried.failed.len()]) {
            *sum += number;
        }
    }
    let [clauses, built, reachable, failed] = all;
    let text = format!("{clauses} clauses, {built} cases, {reachable} reachable, {failed} fail\n{text}");
    if let Some(file) = std::env::var_os("SIGNOFF_REPORT") {
        std::fs::write(file, &text).expect("written");
    }
    assert!(built * 2 > clauses && failed * 20 <= reachable, "{text}");
}
