//! Lists the response mutants of a group: every operator at every location of its responses.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::contract::{Contract, Operation, judge};
use crate::http::{Exchange, Response};

use super::facts::{Facts, SchemaGroup};
use super::groups::Group;
use super::operator::{Edit, Method, Operator, Part, Site};
use super::pattern::{Pattern, Token};
use super::response_mutant::{Location, ResponseMutant};
use super::specified::Specified;

/// Maximum number of locations of one group.
const MAX_LOCATIONS: usize = 2_000;

/// Maximum nesting of a location.
const MAX_DEPTH: usize = 24;

/// Longest name of a property in a location, in bytes: it occurs in every result.
const MAX_NAME: usize = 256;

/// Headers that belong to the transmission, not to the response: a client does not see them, or they have an operator of their own.
const TRANSMISSION: &[&str] =
    &["content-length", "content-type", "date", "connection", "transfer-encoding", "keep-alive", "server"];

fn is_of_transmission(name: &str) -> bool {
    // The mock reports violations of requests in headers of its own.
    TRANSMISSION.contains(&name) || name.starts_with("signoff-mock-")
}

/// The locations of a group with what the contract says about them.
struct Locations<'c> {
    contract: &'c Contract,
    found: BTreeMap<Pattern, (Facts, SchemaGroup<'c>)>,
    /// Number of values at other locations, beyond the limits.
    skipped: usize,
}

/// The mutants of a group.
pub(crate) struct Proposed {
    /// Without duplicates, in the order of the operators.
    pub mutants: Vec<ResponseMutant>,
    /// Mutants of what neither the document nor a case specifies.
    pub undeclared: Vec<ResponseMutant>,
    /// Number of values that are not changed, because the responses have too many locations.
    pub skipped: usize,
}

/// Lists the mutants of `operators` in the responses of a group.
pub(crate) fn mutants(contract: &Contract, group: &Group<'_>, operators: &[&'static Operator]) -> Proposed {
    let Some(operation) = contract.operations.get(group.operation) else {
        return Proposed { mutants: Vec::new(), undeclared: Vec::new(), skipped: 0 };
    };
    let mut locations = Locations { contract, found: BTreeMap::new(), skipped: 0 };
    for member in &group.members {
        let Exchange { request, response, .. } = &member.sent.exchange;
        let Some(body) = &member.sent.body else { continue };
        let schemas = root_schemas(contract, operation, &request.method, response);
        locations.walk(&Pattern::default(), schemas, body);
    }
    let declared: Vec<_> = locations.found.into_iter().map(|(at, (facts, _))| (at, Arc::new(facts))).collect();
    let specified = Specified { declared: operation.response(group.status), expected: &group.expected };
    let proposed =
        operators.iter().flat_map(|operator| of_operator((contract, operation), group, operator, &declared, specified));
    let (mutants, undeclared): (Vec<_>, Vec<_>) = proposed.partition(|(_, is_specified)| *is_specified);
    let mutants_of = |pairs: Vec<(ResponseMutant, bool)>| pairs.into_iter().map(|(mutant, _)| mutant).collect();
    Proposed { mutants: mutants_of(mutants), undeclared: mutants_of(undeclared), skipped: locations.skipped }
}

/// The schema of the media type that applies to a response.
fn root_schemas<'c>(
    contract: &'c Contract,
    operation: &Operation,
    method: &str,
    response: &Response,
) -> SchemaGroup<'c> {
    let applied = judge::response(contract, operation, method, response).media_type;
    let declared = operation.response(response.status).into_iter().flat_map(|response| &response.content);
    let media = declared.filter(|media| applied.as_ref() == Some(&media.name)).find_map(|media| media.schema.as_ref());
    let schemas: Vec<_> = media.and_then(|schema| contract.schema(&schema.anchor)).into_iter().collect();
    SchemaGroup::new(contract, &schemas)
}

impl<'c> Locations<'c> {
    fn walk(&mut self, at: &Pattern, schemas: SchemaGroup<'c>, value: &Value) {
        if !self.found.contains_key(at) {
            if self.found.len() == MAX_LOCATIONS || at.0.len() > MAX_DEPTH || at.name().len() > MAX_NAME {
                self.skipped += 1;
                return;
            }
            let facts = Facts::new(self.contract, &schemas.schemas);
            self.found.insert(at.clone(), (facts, schemas));
        }
        let Some((facts, schemas)) = self.found.get_mut(at) else { return };
        if !value.is_array() && !value.is_object() {
            facts.observe(value);
        }
        let schemas = schemas.clone();
        match value {
            Value::Array(items) if !items.is_empty() => {
                let (at, schemas) = (at.join(Token::Item), schemas.items(self.contract));
                items.iter().for_each(|item| self.walk(&at, schemas.clone(), item));
            }
            Value::Object(properties) => {
                for (name, value) in properties {
                    let (token, schemas) = schemas.property(self.contract, name);
                    self.walk(&at.join(token), schemas, value);
                }
            }
            _ => {}
        }
    }
}

/// The mutants of an operator, each with whether what it changes is specified.
fn of_operator(
    (contract, operation): (&Contract, &Operation),
    group: &Group<'_>,
    operator: &'static Operator,
    declared: &[(Pattern, Arc<Facts>)],
    specified: Specified<'_>,
) -> Vec<(ResponseMutant, bool)> {
    let Method::Response(part, propose) = operator.method else { return Vec::new() };
    let none = Arc::new(Facts::default());
    let mut mutants: Vec<(ResponseMutant, bool)> = Vec::new();
    let mut add = |at: &Location, facts: &Arc<Facts>, edits: Vec<Edit>| {
        for Edit { variant, phrase, change } in edits {
            let (at, facts) = (at.clone(), Arc::clone(facts));
            let (operation, status) = (group.operation, group.status);
            if !mutants.iter().rev().take_while(|(known, _)| known.at == at).any(|(known, _)| known.variant == variant)
            {
                let mutant = ResponseMutant { operator, operation, status, at, variant, phrase, facts };
                mutants.push((mutant, specified.includes(&change)));
            }
        }
    };
    let site = |exchange: &'_ Exchange, name: &'_ str, value: &'_ Value, facts: &'_ Facts, is_property: bool| {
        let Exchange { request, response, .. } = exchange;
        propose(&Site { contract, operation, request, response, name, value, facts, is_property })
    };
    match part {
        Part::Message => {
            for member in &group.members {
                add(&Location::Message, &none, site(&member.sent.exchange, "", &Value::Null, &none, false));
            }
        }
        Part::Header => {
            let lines = |member: &super::groups::Member<'_>| {
                let headers = member.sent.exchange.response.headers.iter();
                headers.map(|(name, _)| name.to_ascii_lowercase()).collect::<Vec<_>>()
            };
            let names: BTreeSet<String> = group.members.iter().flat_map(lines).collect();
            for name in names.into_iter().filter(|name| !is_of_transmission(name)) {
                for member in &group.members {
                    let Some(value) = member.sent.exchange.response.headers.get(&name) else { continue };
                    let edits = site(&member.sent.exchange, &name, &Value::from(value), &none, false);
                    add(&Location::Header(name.clone()), &none, edits);
                }
            }
        }
        Part::Value => {
            for (pattern, facts) in declared {
                let at = Location::Body(pattern.clone());
                for member in &group.members {
                    let Some(body) = &member.sent.body else { continue };
                    for location in pattern.locations(body) {
                        let Some(value) = location.of(body) else { continue };
                        let is_property = pattern.is_property();
                        add(&at, facts, site(&member.sent.exchange, pattern.name(), value, facts, is_property));
                    }
                }
            }
        }
    }
    mutants
}
