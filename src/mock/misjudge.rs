//! Makes the mock misjudge requests by a fault of mutation testing.

use crate::contract::{Breach, Judgement, Location, Operation, Rule as ContractRule};
use crate::difference::Difference;
use crate::http::Request;
use crate::pointer::Pointer;

use super::model::Mock;
use super::mutation::{BehaviourFault, BehaviourMutation, is_at};

impl Mock {
    /// Responds with this fault from now on.
    pub(crate) fn set_mutation(&mut self, mutation: Option<BehaviourMutation>) {
        self.mutation = mutation;
    }

    /// Generates data in place of the document's examples, or not.
    pub(crate) fn set_dynamic(&mut self, dynamic: bool) {
        self.options.dynamic = dynamic;
    }

    /// The fault in an operation.
    pub(super) fn fault_of(&self, operation: &Operation) -> Option<&BehaviourFault> {
        let mutation = self.mutation.as_ref().filter(|mutation| mutation.operation == operation.index);
        mutation.map(|mutation| &mutation.fault)
    }

    /// Changes the judgement of a request by the fault in the operation.
    pub(super) fn misjudge(&self, operation: &Operation, request: &Request, judgement: &mut Judgement) {
        match self.fault_of(operation) {
            Some(BehaviourFault::AcceptViolation(keyword, location)) => {
                judgement.breaches.retain(|breach| !is_at(breach, keyword, location.as_ref()));
            }
            Some(BehaviourFault::AcceptMissingCredentials) if request.headers.get("authorization").is_none() => {
                judgement.breaches.retain(|breach| breach.rule != ContractRule::Security);
            }
            Some(BehaviourFault::AcceptMalformedCredentials) if request.headers.get("authorization").is_some() => {
                judgement.breaches.retain(|breach| breach.rule != ContractRule::Security);
            }
            Some(BehaviourFault::RefuseValid) if judgement.breaches.is_empty() => {
                judgement.breaches.push(refusal(operation));
            }
            _ => {}
        }
    }
}

/// A breach that the request does not have.
fn refusal(operation: &Operation) -> Breach {
    Breach {
        rule: ContractRule::BodySchema,
        keyword: "schema".to_owned(),
        location: Location::Body(Pointer::root()),
        anchor: operation.anchor.clone(),
        expected: "another request".to_owned(),
        actual: None,
        difference: Difference::Value,
        near: None,
        branch_of: None,
    }
}
