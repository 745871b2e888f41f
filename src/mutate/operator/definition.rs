//! Definition of an operator: id, family, text and how it changes a response or the mock.

use serde_json::Value;

use crate::contract::{Contract, Operation};
use crate::http::{Request, Response};
use crate::mock::mutation::{BehaviourFault, RuleFault, RuleOutline};
use crate::mutate::facts::Facts;
use crate::mutate::refusals::Refusal;

/// What an operator changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    /// A response on its way to the case.
    Response,
    /// What the mock does with a request.
    Behaviour,
}

impl Family {
    /// As it is printed.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Response => "response",
            Self::Behaviour => "behaviour",
        }
    }
}

/// Part of a response that an operator changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// The response as a whole: status, content type, bytes of the body.
    Message,
    /// One header.
    Header,
    /// A value in a JSON body.
    Value,
}

/// How an operator makes its mutants.
pub(crate) enum Method {
    /// Changes a part of a response.
    Response(Part, fn(&Site<'_>) -> Vec<Edit>),
    /// Changes the mock.
    Behaviour(fn(&OperationSite<'_>) -> Vec<BehaviourEdit>),
}

/// Definition of an operator.
pub(crate) struct Operator {
    /// Its stable id.
    pub(crate) id: &'static str,
    /// How it makes its mutants.
    pub(crate) method: Method,
    /// Source of its file; the header is the text of `signoff explain`.
    pub(crate) source: &'static str,
}

impl Operator {
    /// What it changes.
    pub(crate) fn family(&self) -> Family {
        match self.method {
            Method::Response(..) => Family::Response,
            Method::Behaviour(_) => Family::Behaviour,
        }
    }

    /// Returns the text of `signoff explain`.
    pub(crate) fn text(&self) -> String {
        let header = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        header.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
    }

    /// Returns the first sentence of the text, without the id and the full stop.
    pub(crate) fn summary(&self) -> String {
        let first = self.source.lines().next().unwrap_or_default();
        first.split_once(": ").map_or(first, |(_, summary)| summary).trim_end_matches('.').to_owned()
    }
}

/// A part of one response that an operator may change.
pub(crate) struct Site<'s> {
    /// The contract.
    pub contract: &'s Contract,
    /// The operation.
    pub operation: &'s Operation,
    /// The request.
    pub request: &'s Request,
    /// The response, unchanged.
    pub response: &'s Response,
    /// Name of the header, or of the property (of an item: that of its list).
    pub name: &'s str,
    /// Whether the value is that of one property, not an item of a list or any of the undeclared properties.
    pub is_property: bool,
    /// The value in the body; of a header its string; null for the response as a whole.
    pub value: &'s Value,
    /// What the contract says about the value.
    pub facts: &'s Facts,
}

impl Site<'_> {
    /// The value, if it is a string that is not empty.
    pub(crate) fn text(&self) -> Option<&str> {
        self.value.as_str().filter(|text| !text.is_empty())
    }
}

/// One change that an operator proposes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Edit {
    /// Tells the changes of one operator at one location apart; empty if there is only one.
    pub variant: String,
    /// The change.
    pub change: Change,
    /// What it does, as the end of a sentence: `removed`, `replaced by null`. Never an observed value.
    pub phrase: String,
}

impl Edit {
    /// The only change of an operator at a location.
    pub(crate) fn new(change: Change, phrase: impl Into<String>) -> Self {
        Self { variant: String::new(), change, phrase: phrase.into() }
    }

    /// Replaces the value.
    pub(crate) fn value(value: impl Into<Value>, phrase: impl Into<String>) -> Self {
        Self::new(Change::Value(value.into()), phrase)
    }

    /// The same change under a name of its own.
    pub(crate) fn variant(self, variant: impl Into<String>) -> Self {
        Self { variant: variant.into(), ..self }
    }
}

/// A change of a response.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// Another status.
    Status(u16),
    /// Another value of the header.
    Header(String, String),
    /// The header removed.
    RemoveHeader(String),
    /// Other bytes as the body.
    Body(Vec<u8>),
    /// Another value at the location.
    Value(Value),
    /// The property or item removed.
    Remove,
}

/// An operation of the mock.
pub(crate) struct OperationSite<'s> {
    /// The operation.
    pub operation: &'s Operation,
    /// Its rules, in the order in which they are tried.
    pub rules: &'s [RuleOutline],
    /// Each violation that the mock refuses.
    pub refusals: &'s [Refusal],
}

/// One fault of the mock that an operator proposes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BehaviourEdit {
    /// The fault.
    pub fault: BehaviourFault,
    /// Where it is.
    pub at: String,
    /// What the mock does, as the end of a sentence.
    pub phrase: String,
}

impl BehaviourEdit {
    /// A fault of one rule.
    pub(crate) fn rule(index: usize, rule: &RuleOutline, fault: RuleFault, phrase: &str) -> Self {
        let fault = BehaviourFault::Rule(index, fault);
        Self { fault, at: format!("rule {}", rule.place), phrase: phrase.to_owned() }
    }
}
