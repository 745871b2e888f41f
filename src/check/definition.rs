//! Definition of a check: id, severity, text and how it finds violations.

use crate::contract::{Breach, Location, Rule, keyword};
use crate::difference::Difference;
use crate::pointer::Pointer;
use crate::severity::Severity;

use super::context::Context;
use super::finding::{Finding, Origin};

/// Whether a check belongs to the contract or to the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Applies to every response: a poll evaluates it for every attempt.
    Contract,
    /// Evaluates an expectation of the case: a poll repeats until it holds.
    Case,
}

/// How a check finds violations.
pub(super) enum Method {
    /// Reports the violations of one rule of the contract.
    Contract(Rule),
    /// Evaluates an expectation of the case.
    Case(fn(&Context<'_>) -> Vec<Finding>),
}

/// Definition of a check.
pub(crate) struct Definition {
    /// Its stable id.
    pub id: &'static str,
    /// Its severity unless configured.
    pub severity: Severity,
    /// How it finds violations.
    pub(super) method: Method,
    /// Source of its file; the header is the text of `signoff explain`.
    pub(super) source: &'static str,
}

impl Definition {
    /// Returns whether the check belongs to the contract or to the case.
    pub(crate) fn side(&self) -> Side {
        match self.method {
            Method::Contract(_) => Side::Contract,
            Method::Case(_) => Side::Case,
        }
    }

    /// Returns the rule of the contract whose violations the check reports.
    pub(super) fn rule(&self) -> Option<Rule> {
        match self.method {
            Method::Contract(rule) => Some(rule),
            Method::Case(_) => None,
        }
    }

    /// Returns the findings in an exchange.
    pub(super) fn run(&self, context: &Context<'_>) -> Vec<Finding> {
        match self.method {
            Method::Contract(rule) => {
                let breaches = context.judgement.breaches.iter().filter(|breach| breach.rule == rule);
                breaches.map(|breach| self.breach(breach)).collect()
            }
            Method::Case(run) => run(context),
        }
    }

    /// Returns the text of `signoff explain`: rule, rationale, example, perhaps a fix, and reference.
    pub(crate) fn text(&self) -> String {
        let header = self.source.lines().map_while(|line| line.strip_prefix("//!"));
        header.map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line))).collect()
    }

    #[cfg(test)]
    pub(super) fn source(&self) -> &'static str {
        self.source
    }

    /// Returns the first sentence of the text, without the id and the full stop.
    pub(crate) fn summary(&self) -> String {
        let first = self.source.lines().next().unwrap_or_default();
        first.split_once(": ").map_or(first, |(_, summary)| summary).trim_end_matches('.').to_owned()
    }

    /// Returns a section of the text on one line; empty if there is none.
    pub(crate) fn section(&self, label: &str) -> String {
        let text = self.text();
        let mut paragraphs =
            text.split("\n\n").filter_map(|paragraph| paragraph.strip_prefix(label)?.strip_prefix(": "));
        paragraphs.next().unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Returns a finding about `location` without details; its rule is at `at` in the file of the case.
    pub(super) fn finding(&self, location: Location, at: Pointer) -> Finding {
        Finding {
            check: self.id,
            severity: self.severity,
            keyword: None,
            location,
            origin: Origin::Case(at),
            expected: String::new(),
            actual: None,
            unexpected: false,
            literal: false,
            difference: Difference::Value,
            suggestion: None,
            not_listed: 0,
            branch_of: None,
        }
    }

    /// Converts a violation of the contract to a finding.
    pub(super) fn breach(&self, breach: &Breach) -> Finding {
        Finding {
            check: self.id,
            severity: self.severity,
            keyword: is_of_schema(breach.rule).then(|| breach.keyword.clone()),
            location: breach.location.clone(),
            origin: Origin::Contract(breach.anchor.clone()),
            expected: breach.expected.clone(),
            actual: breach.actual.clone(),
            unexpected: is_unexpected(breach),
            literal: false,
            difference: breach.difference.clone(),
            suggestion: breach.near.clone(),
            not_listed: 0,
            branch_of: breach.branch_of.clone(),
        }
    }
}

/// Whether the keyword of a schema distinguishes findings of the rule.
fn is_of_schema(rule: Rule) -> bool {
    matches!(rule, Rule::BodySchema | Rule::HeaderSchema | Rule::Discriminator)
}

/// Whether the location of the breach must not exist.
fn is_unexpected(breach: &Breach) -> bool {
    matches!(breach.rule, Rule::UndocumentedProperty | Rule::BodyAbsent)
        || keyword::names_unwanted(&breach.keyword)
        || matches!(breach.difference, Difference::Forbidden { .. })
}
