//! The clauses that a message meets by what it holds. Whether it conforms, and what followed, is decided by coverage.

use std::cell::OnceCell;
use std::collections::HashSet;

use serde_json::Value;

use crate::contract::parameters::{self, Parsed, Wire};
use crate::contract::{Anchor, Contract, Judgement, Location, Operation, ParameterIn, Route, Rule, judge};
use crate::http::{Request, Response};

use super::branches::BranchValidators;
use super::id::{BranchId, ClauseId, PlaceId};
use super::set::OperationClauses;
use super::verb::Verb;
use super::walk::Walk;

/// The operation of a message.
#[derive(Clone, Copy)]
pub(crate) struct Observed<'c> {
    contract: &'c Contract,
    operation: usize,
    clauses: &'c OperationClauses,
    is_hidden: IsHidden<'c>,
}

/// Whether values under a name are hidden in the messages of an operation.
pub(crate) type IsHidden<'a> = &'a dyn Fn(&Operation, &str) -> bool;

impl<'c> Observed<'c> {
    /// The operation with that index; none where there is no such operation.
    pub(crate) fn new(contract: &'c Contract, operation: usize) -> Option<Self> {
        let clauses = contract.clauses().operations().get(operation)?;
        Some(Self { contract, operation, clauses, is_hidden: &|_, _| false })
    }

    /// The same; values under hidden names that are not declared meet no clause.
    pub(crate) fn hiding(self, is_hidden: IsHidden<'c>) -> Self {
        Self { is_hidden, ..self }
    }

    /// Its clauses.
    pub(crate) fn clauses(&self) -> &'c OperationClauses {
        self.clauses
    }

    /// Calls `meet` with each clause of group operations, parameters, requests and values that `request` is about, perhaps several
    /// times; also those of credentials that it has.
    pub(crate) fn sent(&self, request: &Request, judged: &Judgement, meet: &mut dyn FnMut(ClauseId)) {
        self.clauses.calls().into_iter().for_each(&mut *meet);
        self.called_with(request, meet);
        self.parameters(request, meet);
        let messages = &self.clauses.messages;
        if request.body.as_deref().unwrap_or_default().is_empty() {
            messages.omits_body.into_iter().for_each(&mut *meet);
        }
        let name = judged.media_type.as_deref();
        for body in messages.request.iter().filter(|body| Some(&*body.media_type) == name) {
            body.present.into_iter().for_each(&mut *meet);
            if let (Some(place), Some(value)) = (body.place, judged.value()) {
                self.value(place, value, &HashSet::new(), meet);
            }
        }
    }

    /// Calls `meet` with each clause that `response` is about, perhaps several times. A value that violates the
    /// contract meets none.
    pub(crate) fn received(&self, response: &Response, judgement: &Judgement, meet: &mut dyn FnMut(ClauseId)) {
        let Some(status) = judgement.status else { return };
        // What an object with a duplicate name is, is undefined.
        let is_ambiguous = judgement.breaches.iter().any(|breach| breach.rule == Rule::UniqueNames);
        let value = judgement.body.as_ref().filter(|_| !is_ambiguous);
        let invalid = value.map(|value| invalid_values(judgement, value)).unwrap_or_default();
        let is_header =
            |at: &Location, name: &str| matches!(at, Location::Header(held, _) if held.eq_ignore_ascii_case(name));
        let is_invalid = |name: &str| violated(judgement).any(|at| is_header(at, name));
        for declared in self.clauses.messages.responses.iter().filter(|declared| declared.status == status) {
            declared.present.into_iter().for_each(&mut *meet);
            for (name, id) in &declared.headers {
                if response.headers.get(name).is_some() && !is_invalid(name) {
                    meet(*id);
                }
            }
            let name = judgement.media_type.as_deref();
            for body in declared.content.iter().filter(|body| Some(&*body.media_type) == name) {
                body.present.into_iter().for_each(&mut *meet);
                if let (Some(place), Some(value)) = (body.place, value) {
                    self.value(place, value, &invalid, meet);
                }
            }
        }
    }

    fn called_with(&self, request: &Request, meet: &mut dyn FnMut(ClauseId)) {
        let Some(operation) = self.contract.operations.get(self.operation) else { return };
        for id in &self.clauses.messages.security {
            let Verb::CallsWith(names) = &self.clauses.entry(*id).clause.verb else { continue };
            let is_named = |schemes: &[String]| schemes.iter().map(String::as_str).eq(names.iter().map(|name| &**name));
            let mut named = operation.security.iter().filter(|one| is_named(&one.schemes));
            if named.any(|one| judge::has_credentials(self.contract, one, request)) {
                meet(*id);
            }
        }
    }

    fn parameters(&self, request: &Request, meet: &mut dyn FnMut(ClauseId)) {
        let Some(operation) = self.contract.operations.get(self.operation) else { return };
        let has_path = operation.parameters.iter().any(|parameter| parameter.location == ParameterIn::Path);
        let path = match has_path.then(|| judge::route(self.contract, &request.method, request.path())) {
            Some(Route::Found { parameters, .. }) => parameters,
            _ => Vec::new(),
        };
        let wire = Wire { path: &path, query: request.query(), headers: &request.headers };
        for (parameter, held) in operation.parameters.iter().zip(&self.clauses.messages.parameters) {
            match parameters::parse(parameter, &operation.parameters, &wire) {
                Parsed::Absent => held.absent.into_iter().for_each(&mut *meet),
                Parsed::Value(value) => self.value(held.place, &value, &HashSet::new(), meet),
                // Nothing is validated, but the value is the empty string.
                Parsed::Empty => self.value(held.place, &Value::String(String::new()), &HashSet::new(), meet),
                Parsed::Undefined(_) | Parsed::Malformed { .. } => {
                    self.clauses.messages.places.at(held.place).present.into_iter().for_each(&mut *meet);
                }
            }
        }
    }

    fn value(&self, place: PlaceId, value: &Value, invalid: &HashSet<*const Value>, meet: &mut dyn FnMut(ClauseId)) {
        let places = &self.clauses.messages.places;
        for (example, id) in &places.at(place).examples {
            if self.contract.value(example).is_some_and(|example| super::tree::is_same(example, value)) {
                meet(*id);
            }
        }
        let validators: OnceCell<&BranchValidators> = OnceCell::new();
        let is_of_branch = |branch: BranchId, value: &Value| {
            let validators = validators.get_or_init(|| self.contract.branch_validators());
            validators.is_valid(&self.contract.schemas, (self.operation, branch), value)
        };
        let operation = self.contract.operations.get(self.operation);
        let is_hidden = |name: &str| operation.is_some_and(|operation| (self.is_hidden)(operation, name));
        Walk::new(places, &is_of_branch, &is_hidden, invalid, meet).value(place, value);
    }
}

/// The locations of what the message violates: of a violation in a branch, also that of the composition.
fn violated(judgement: &Judgement) -> impl Iterator<Item = &Location> {
    let binding = judgement.breaches.iter().filter(|breach| breach.rule.is_binding());
    binding.flat_map(|breach| {
        std::iter::once(&breach.location).chain(breach.branch_of.as_ref().map(|branch| &branch.location))
    })
}

/// The addresses of the values of a body that violate the contract; where a property is missing, that of the object.
fn invalid_values(judgement: &Judgement, body: &Value) -> HashSet<*const Value> {
    let found = violated(judgement).filter_map(|at| match at {
        Location::Body(at) => at.of(body).or_else(|| at.parent()?.of(body)),
        _ => None,
    });
    found.map(std::ptr::from_ref).collect()
}

impl Contract {
    /// Whether `value` conforms to the schema of a branch in the messages of an operation; none if its clauses do not include the branch.
    pub(crate) fn is_of_branch(&self, operation: &Operation, branch: &Anchor, value: &Value) -> Option<bool> {
        let branches = &self.clauses().operations().get(operation.index)?.messages.places.branches;
        let id = BranchId(u32::try_from(branches.iter().position(|held| held == branch)?).ok()?);
        Some(self.branch_validators().is_valid(&self.schemas, (operation.index, id), value))
    }

    /// The validators of branches, compiled when the first value of a composition is observed.
    fn branch_validators(&self) -> &BranchValidators {
        let clauses = self.clauses();
        clauses.validators.get_or_init(|| {
            let branches = clauses.operations().iter().map(|operation| &*operation.messages.places.branches);
            BranchValidators::new(&self.schemas, self.refs(), branches)
        })
    }
}
