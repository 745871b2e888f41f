//! The mock of one contract: its inputs, options and state. `respond` holds what it does with a request.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::contract::Contract;
use crate::contract::server::ServerPath;
use crate::sign::RequestVerifier;

use super::document::cache::ResponseCache;
use super::faults::fault::Fault;
use super::mutation::BehaviourMutation;
use super::notices::Notices;
use super::oauth::Issuer;
use super::routing;
use super::rules::added::AddedRules;
use super::rules::dependencies::Dependencies;
use super::rules::mock_rules::MockRules;
use super::rules::state::State;

/// A mock of one contract.
#[derive(Debug)]
pub struct Mock {
    pub(super) contract: Arc<Contract>,
    pub(super) rules: MockRules,
    /// What the rules read, by operation index.
    pub(super) dependencies: Vec<Dependencies>,
    /// Start of the mock's clock, in microseconds since 1970.
    pub(super) started: i64,
    pub(super) seed: u64,
    state: Mutex<State>,
    /// Rules that were added while it runs.
    added: Mutex<AddedRules>,
    /// Paths of the document's servers, which may precede the paths of its operations.
    pub(super) servers: Vec<ServerPath>,
    pub(super) options: MockOptions,
    pub(super) faults: Vec<Fault>,
    pub(super) cache: ResponseCache,
    pub(super) notices: Notices,
    /// Issues and checks access tokens.
    pub(super) tokens: Issuer,
    /// Credentials that are wrong, as requests have them.
    pub(super) refused: Vec<String>,
    /// Verifies the signatures of requests.
    pub(super) verifier: Option<RequestVerifier>,
    /// The fault that mutation testing has put in.
    pub(super) mutation: Option<BehaviourMutation>,
}

/// How a mock responds, beyond its contract and its rules.
#[derive(Debug, Clone, Copy, Default)]
pub struct MockOptions {
    /// Allows cross-origin requests.
    pub cors: bool,
    /// Whether clients connect by TLS, so that the mock's own URLs begin with `https`.
    pub tls: bool,
    /// Generates realistic data instead of returning the document's examples, unless the request prefers otherwise.
    pub dynamic: bool,
}

impl Mock {
    /// A mock in its initial state. `now()` derives from `started` (microseconds since 1970), random values from `seed`.
    pub fn new(contract: Arc<Contract>, rules: MockRules, started: i64, seed: u64) -> Self {
        let state = Mutex::new(State::new(rules.state.clone()));
        let servers = routing::server_paths(&contract);
        let indexes = contract.operations.iter().map(|operation| operation.index);
        let dependencies = indexes.map(|index| Dependencies::of_operation(&rules, index)).collect();
        let tokens = Issuer::new(&contract, rules.tokens.clone());
        let (options, cache, notices) = (MockOptions::default(), ResponseCache::default(), Notices::default());
        Self {
            contract,
            rules,
            dependencies,
            started,
            seed,
            state,
            servers,
            added: Mutex::default(),
            options,
            faults: Vec::new(),
            cache,
            notices,
            tokens,
            refused: Vec::new(),
            verifier: None,
            mutation: None,
        }
    }

    /// The same mock with other options.
    pub fn with_options(self, options: MockOptions) -> Self {
        Self { options, ..self }
    }

    /// The same mock with faults that may apply to any request.
    pub fn with_faults(self, faults: Vec<Fault>) -> Self {
        Self { faults, ..self }
    }

    /// The same mock, which refuses these credentials; see [`judge::credentials`](crate::contract::judge::credentials).
    pub(crate) fn with_refused(self, refused: Vec<String>) -> Self {
        Self { refused, ..self }
    }

    /// The same mock, which refuses requests without a valid signature.
    pub(crate) fn with_verifier(self, verifier: Option<RequestVerifier>) -> Self {
        Self { verifier, ..self }
    }

    /// The mocked contract.
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// Whether anything but the document may determine a response.
    pub(crate) fn has_rules(&self) -> bool {
        !self.rules.operations.is_empty() || self.rules.shared_responses().next().is_some()
    }

    pub(super) fn lock_state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The rules that were added while it runs. Lock the state first, if at all.
    pub(super) fn lock_added(&self) -> MutexGuard<'_, AddedRules> {
        self.added.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Current state of the rules.
    pub(super) fn state(&self) -> Arc<Value> {
        self.lock_state().share()
    }

    pub(super) fn set_state(&self, state: Value) {
        self.lock_state().replace(state);
    }

    /// Returns to the initial state, as if no request had been received.
    pub(super) fn reset_state(&self) {
        *self.lock_state() = State::new(self.rules.state.clone());
    }

    /// Returns to the initial state, that of faults included.
    pub(super) fn restart(&mut self) {
        self.reset_state();
        self.faults.iter_mut().for_each(Fault::reset);
        self.rules.reset_faults();
    }

    /// Takes over the rules that were added to `previous`, and its state if both have the same initial state.
    pub(super) fn inherit(&mut self, previous: &Self) {
        *self.lock_added() = previous.lock_added().recompiled(&self.contract);
        if self.rules.state == previous.rules.state {
            std::mem::swap(&mut *self.lock_state(), &mut *previous.lock_state());
        }
    }

    /// Seed of the realistic data for the request with that label.
    pub(super) fn seed_for(&self, label: &str) -> u64 {
        label.bytes().fold(self.seed, |seed, byte| seed.rotate_left(5) ^ u64::from(byte))
    }
}
