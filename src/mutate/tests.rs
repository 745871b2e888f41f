//! Measurements of whole projects: no two mutants are the same.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::case::expand::Credentials;
use crate::case::{self, Suite};
use crate::check::{Severities, Waivers};
use crate::contract::load::{Options, load_with};
use crate::contract::{Contract, Operation};
use crate::expression::Scope;
use crate::mock::direct::Direct;
use crate::mock::mutation::{BehaviourMutation, RuleOutline};
use crate::mock::{Mock, MockRules};
use crate::pointer::Pointer;
use crate::run::{Filter, Inputs, Start, Stop, Target};
use crate::transport::network::Settings;

use super::behaviour;
use super::canonical;
use super::classify::classify;
use super::clock::paused_runtime;
use super::groups::{Group, groups};
use super::measured::{MutantResult, State};
use super::not_received;
use super::operator::{ALL, Family};
use super::propose;
use super::setup::Setup;
use super::unmutated::{self, Before, UnmutatedRun};
use super::unmutated_runs::unmutated_runs;
use super::{Redaction, measure};

/// 2025-02-13T19:08:07.000Z
const START: Start = Start { at: 1_739_473_687_000_000, seed: 7 };

/// A project with mock rules.
struct Project {
    contract: Arc<Contract>,
    suite: Suite,
    target: Target,
    /// Root, and the file of the rules.
    rules: (std::path::PathBuf, &'static str),
}

impl Project {
    fn load(root: &str, (spec, overlays): (&str, &[&str]), rules: &'static str, auth: (&str, &str)) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(root);
        let overlays = overlays.iter().map(|overlay| (*overlay).into()).collect();
        let contract = load_with(&root, Path::new(spec), &Options { overlays, ..Options::default() });
        let contract = contract.expect("the contract");
        let suite = case::load::load(&root, Path::new("cases"), &contract).expect("the cases");
        let customer = "BBB815E9-F654-438D-9AD3-3F7BB8136FC0".into();
        let credentials = Credentials {
            target: "mock".to_owned(),
            own: [(auth.0.to_owned(), auth.1.into())].into_iter().collect(),
            ..Credentials::default()
        };
        let vars = [("customer".to_owned(), customer)].into_iter().collect();
        let target = Target { name: "mock".to_owned(), vars, credentials, ..Target::default() };
        Self { contract: Arc::new(contract), suite, target, rules: (root, rules) }
    }

    fn rules(&self) -> MockRules {
        MockRules::load(&self.rules.0, Path::new(self.rules.1), &self.contract).expect("mock rules")
    }

    fn mock(&self, start: Start) -> Direct {
        let settings = Settings {
            url: "http://mock.example".parse().expect("a URL"),
            connect_timeout: Duration::from_secs(10),
            first_byte_timeout: Duration::from_secs(10),
            total_timeout: Duration::from_secs(10),
            max_body: 1_000_000,
            ca_pem: None,
            identities: Default::default(),
            proxy: None,
            connections: 1,
        };
        let mock = Mock::new(self.contract.clone(), self.rules(), start.at, start.seed);
        Direct::new(mock, settings).expect("valid settings")
    }

    /// The measured mutants, by what identifies each of them: what every response becomes, or what the mock does to the cases.
    fn mutants(&self) -> BTreeMap<u64, Vec<String>> {
        let (severities, waivers) = (Severities::default(), Waivers::default());
        let Self { contract, suite, target, .. } = self;
        let scope = Scope::new(START.at, START.seed, "run");
        let rules = self.rules();
        let outlines =
            |operation: usize| rules.operations.get(&operation).into_iter().flatten().map(RuleOutline::new).collect();
        let setup = Setup {
            inputs: Inputs { contract, suite, target, severities: &severities, waivers: &waivers, scope },
            filter: Filter::default(),
            start: START,
            mock: Some(&|start| Ok(self.mock(start))),
            recorded_from: None,
            reload: &|_, _| Err(Vec::new()),
            suggest: false,
            rules: &outlines,
            refusals: Vec::new(),
            has_rules: true,
            operators: ALL.iter().collect(),
            operations: None,
            is_unchanged: false,
            shard: None,
            exclusions: Vec::new(),
        };
        let measured = measure(&setup, None, &mut Nothing, &Stop::default(), &mut |_| {}).expect("it passes");
        let known = Known { contract, setup: &setup, forms: Vec::new() }.with_responses().with_behaviour(self);
        let mut found: BTreeMap<u64, Vec<String>> = BTreeMap::new();
        for result in &measured.mutants {
            // What no case sends changes nothing that could be compared.
            if result.family == Family::Response || result.state != State::NotReached {
                found.entry(known.form(result)).or_default().push(identity(result));
            }
        }
        found
    }
}

/// Redacts nothing.
struct Nothing;

impl Redaction for Nothing {
    fn hides(&mut self, _: Option<&Operation>, _: &Pointer) -> bool {
        false
    }

    fn hides_header(&mut self, _: &str) -> bool {
        false
    }

    fn hides_query(&mut self, _: &str) -> bool {
        false
    }
}

fn identity(result: &MutantResult) -> String {
    let MutantResult { operation, status, at, phrase, operator, .. } = result;
    format!("{operation} {status:?} {at}: {phrase} [{operator}]")
}

/// The canonical form of every mutant that can be proposed, by its identity.
struct Known<'k, 'a> {
    contract: &'k Contract,
    setup: &'k Setup<'a>,
    forms: Vec<(String, u64)>,
}

impl Known<'_, '_> {
    fn form(&self, result: &MutantResult) -> u64 {
        let identity = identity(result);
        let found = self.forms.iter().find(|(known, _)| *known == identity);
        found.unwrap_or_else(|| panic!("no form of {identity}")).1
    }

    fn with_responses(mut self) -> Self {
        let (_, runs) = unmutated_runs(self.setup, None).expect("unmutated runs");
        let received = groups(&runs, self.setup.inputs.suite);
        self.add(&received);
        for operation in &self.contract.operations {
            let statuses: Vec<_> =
                received.iter().filter(|group| group.operation == operation.index).map(|group| group.status).collect();
            for sent in not_received::responses(self.contract, operation, &statuses) {
                self.add(&[Group::unreached(operation.index, &sent)]);
            }
        }
        self
    }

    fn add(&mut self, groups: &[Group<'_>]) {
        for group in groups {
            for mutant in propose::mutants(self.contract, group, &self.setup.operators).mutants {
                let Some(classified) = classify(self.contract, group, &mutant) else { continue };
                let (status, at) = (Some(mutant.status), &mutant.at);
                let (operation, phrase, id) = (mutant.operation, &mutant.phrase, mutant.operator.id);
                self.forms.push((format!("{operation} {status:?} {at}: {phrase} [{id}]"), classified.digest));
            }
        }
    }

    /// Runs all cases on the mock with each fault: its form is what they receive, and the state in the end.
    fn with_behaviour(mut self, project: &Project) -> Self {
        let (lanes, _) = unmutated_runs(self.setup, None).expect("unmutated runs");
        let runtime = paused_runtime().expect("a runtime");
        let mut direct = runtime.block_on(async { project.mock(START) });
        for operation in &self.contract.operations {
            let rules = (self.setup.rules)(operation.index);
            let (mutants, _) = behaviour::mutants(self.contract, operation, &rules, &self.setup.operators);
            for mutant in mutants {
                direct.mock_mut().set_mutation(Some(mutant.mutation.clone()));
                let run = runtime.block_on(unmutated::run(&lanes, self.contract, &mut direct, Before::Initial));
                let status: Option<u16> = None;
                let (at, phrase, id) = (&mutant.at, &mutant.phrase, mutant.operator.id);
                let BehaviourMutation { operation, .. } = mutant.mutation;
                self.forms.push((format!("{operation} {status:?} {at}: {phrase} [{id}]"), form(&run)));
            }
        }
        self
    }
}

fn form(run: &UnmutatedRun) -> u64 {
    let mut hasher = DefaultHasher::new();
    for sent in run.sent() {
        canonical::digest(&sent.exchange.response, sent.body.as_ref()).hash(&mut hasher);
    }
    run.after.iter().for_each(|state| state.to_string().hash(&mut hasher));
    hasher.finish()
}

fn assert_distinct(project: &Project, at_least: usize) {
    let mutants = project.mutants();
    let same: Vec<_> = mutants.values().filter(|same| same.len() > 1).collect();
    assert!(same.is_empty(), "{same:#?}");
    assert!(mutants.len() >= at_least, "{} mutants", mutants.len());
}

#[test]
fn no_two_mutants_of_the_imprint_contract_are_the_same() {
    let spec = ("specs/imprint.yaml", &["specs/imprint.overlay.yaml"][..]);
    assert_distinct(&Project::load("", spec, "specs/imprint.mock.yaml", ("bearerAuth", "a-key")), 600);
}

#[test]
fn no_two_mutants_of_a_contract_for_every_operator_are_the_same() {
    assert_distinct(&Project::load("tests/data/mutate", ("spec.yaml", &[]), "rules.yaml", ("key", "right")), 200);
}
