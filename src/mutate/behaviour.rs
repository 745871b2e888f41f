//! Behaviour mutants: one fault of the mock in one operation.

use std::collections::BTreeSet;

use crate::case::intent;
use crate::contract::{Contract, Judgement, Operation, Rule};
use crate::mock::direct::Direct;
use crate::mock::mutation::{BehaviourFault, BehaviourMutation, RuleFault, RuleOutline, is_at};

use super::operator::{BehaviourEdit, Method, OperationSite, Operator};
use super::refusals::{Refusals, refusals};
use super::unmutated::{Sent, UnmutatedRun};
use super::worker::Touched;

/// One fault of the mock.
pub(crate) struct BehaviourMutant {
    /// The operator.
    pub operator: &'static Operator,
    /// The fault.
    pub mutation: BehaviourMutation,
    /// Where it is: a violation of a request, or a rule.
    pub at: String,
    /// What the mock does, as the end of a sentence.
    pub phrase: String,
    /// Condition of the rule that it changes; empty for a rule without one.
    pub condition: Option<String>,
}

/// Lists the behaviour mutants of an operation, whose rules are `rules`, and returns the number of violations without one.
pub(crate) fn mutants(
    contract: &Contract,
    operation: &Operation,
    rules: &[RuleOutline],
    operators: &[&'static Operator],
) -> (Vec<BehaviourMutant>, usize) {
    let Refusals { listed, left_out } = refusals(contract, operation);
    let site = OperationSite { operation, rules, refusals: &listed };
    let of_operator = |operator: &&'static Operator| {
        let operator: &'static Operator = operator;
        let edits = match operator.method {
            Method::Behaviour(propose) => propose(&site),
            Method::Response(..) => Vec::new(),
        };
        edits.into_iter().map(move |BehaviourEdit { fault, at, phrase }| {
            let mutation = BehaviourMutation { operation: operation.index, fault };
            let condition = match mutation.fault {
                BehaviourFault::Rule(index, _) => rules.get(index).map(|rule| rule.when.clone().unwrap_or_default()),
                _ => None,
            };
            BehaviourMutant { operator, mutation, at, phrase, condition }
        })
    };
    (operators.iter().flat_map(of_operator).collect(), left_out)
}

/// The requests of an unmutated run of one operation, validated again: which of them a fault may concern.
pub(crate) struct Requests {
    /// Lane, story, position in the story, and the judgement of the request.
    found: Vec<(usize, usize, usize, Judgement, bool)>,
}

impl Requests {
    /// The requests of `operation`. The mock knows wrong credentials, which are well-formed.
    pub(crate) fn new(
        (contract, mock): (&Contract, Option<&Direct>),
        run: &UnmutatedRun,
        operation: &Operation,
    ) -> Self {
        let mut found = Vec::new();
        for (lane, stories) in run.lanes.iter().enumerate() {
            for (story, run) in stories.iter().enumerate() {
                let is_of = |(_, sent): &(usize, &Sent)| sent.operation == Some(operation.index);
                for (position, sent) in run.sent.iter().enumerate().filter(is_of) {
                    let request = &sent.exchange.request;
                    let mut judged = intent::judge(contract, Some(operation), request);
                    if let Some(mock) = mock {
                        mock.check_credentials(operation, request, sent.elapsed, &mut judged);
                    }
                    let has_credentials = request.headers.get("authorization").is_some();
                    found.push((lane, story, position, judged, has_credentials));
                }
            }
        }
        Self { found }
    }

    /// Number of requests that the stories send in which the operation occurs: what a fault of it costs at most, as long as no case
    /// depends on what an earlier story of its lane did.
    pub(crate) fn replayed(&self, run: &UnmutatedRun) -> usize {
        let stories: BTreeSet<_> = self.found.iter().map(|(lane, story, ..)| (*lane, *story)).collect();
        stories.into_iter().map(|(lane, story)| run.lanes[lane][story].sent.len()).sum()
    }

    /// The stories that a fault concerns, by lane, with the position of the first request that it concerns.
    pub(crate) fn touched(&self, fault: &BehaviourFault) -> Vec<(usize, Touched)> {
        let mut lanes: Vec<(usize, Touched)> = Vec::new();
        let concerned =
            self.found.iter().filter(|(.., judged, has_credentials)| concerns(fault, judged, *has_credentials));
        for (lane, story, position, ..) in concerned {
            if lanes.last().is_none_or(|(last, _)| last != lane) {
                lanes.push((*lane, Vec::new()));
            }
            if let Some((_, stories)) = lanes.last_mut()
                && stories.last().is_none_or(|(last, _)| last != story)
            {
                stories.push((*story, *position));
            }
        }
        lanes
    }
}

fn concerns(fault: &BehaviourFault, judged: &Judgement, has_credentials: bool) -> bool {
    let is_refused = || judged.breaches.iter().any(|breach| breach.rule == Rule::Security);
    match fault {
        BehaviourFault::AcceptViolation(keyword, location) => {
            judged.breaches.iter().any(|breach| is_at(breach, keyword, location.as_ref()))
        }
        BehaviourFault::RefuseValid => judged.breaches.is_empty(),
        BehaviourFault::AcceptMissingCredentials => is_refused() && !has_credentials,
        BehaviourFault::AcceptMalformedCredentials => is_refused() && has_credentials,
        BehaviourFault::Rule(_, RuleFault::UpdatesOnError) => true,
        BehaviourFault::Rule(..) => judged.breaches.is_empty(),
    }
}
