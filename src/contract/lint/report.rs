//! Collector of the problems that the rules find.

use std::collections::BTreeSet;

use crate::contract::{Anchor, Contract};
use crate::document::End;
use crate::place::Place;
use crate::problem::Problem;

/// Problems found so far.
pub(super) struct Report<'d> {
    /// The contract whose document is checked.
    pub contract: &'d Contract,
    problems: Vec<Problem>,
}

impl<'d> Report<'d> {
    /// An empty report.
    pub(super) fn new(contract: &'d Contract) -> Self {
        Self { contract, problems: Vec::new() }
    }
}

impl Report<'_> {
    /// Adds a warning about the node at `anchor`.
    pub(super) fn warn(
        &mut self,
        anchor: &Anchor,
        rule: &'static str,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.note(anchor, Problem::new(message).rule(rule).help(help));
    }

    /// Adds `problem` as a warning about the node at `anchor`.
    pub(super) fn note(&mut self, anchor: &Anchor, problem: Problem) {
        let document = &self.contract.documents[anchor.document];
        let is_container = self.contract.value(anchor).is_some_and(|value| value.is_object() || value.is_array());
        let is_element = anchor.pointer.last().is_some_and(|token| token.parse::<usize>().is_ok());
        let end = if is_container || !is_element { End::Key } else { End::Value };
        self.problems.push(problem.as_warning().at(document.snippet(&anchor.pointer, end)));
    }

    /// Adds `problem`, unless loading reported the same rule at `anchor`.
    pub(super) fn note_once(&mut self, anchor: &Anchor, problem: Problem) {
        let place = self.place(anchor);
        let reported = self.contract.warnings.iter().chain(&self.contract.warnings_aside);
        let is_same = |held: &Problem| {
            held.rule == problem.rule && held.at.as_ref().is_some_and(|snippet| snippet.place == place)
        };
        if !reported.into_iter().any(is_same) {
            self.note(anchor, problem);
        }
    }

    /// Whether loading reported a problem of `rule`.
    pub(super) fn has_loaded_with(&self, rule: &str) -> bool {
        let Contract { errors, warnings, warnings_aside, .. } = self.contract;
        errors.iter().chain(warnings).chain(warnings_aside).any(|problem| problem.rule == Some(rule))
    }

    /// File, line and column of `anchor`.
    pub(super) fn place(&self, anchor: &Anchor) -> Place {
        self.contract.place(anchor)
    }

    /// Returns the problems in order of location, with those of webhooks and callbacks, without those reported by loading.
    pub(super) fn finish(mut self) -> Vec<Problem> {
        self.problems.extend(self.contract.warnings_aside.iter().cloned());
        self.problems.sort_by_cached_key(|problem| problem.at.as_ref().map(|snippet| snippet.place.clone()));
        let mut said: BTreeSet<_> = self.contract.warnings.iter().map(ToString::to_string).collect();
        let errors = &self.contract.errors;
        self.problems
            .retain(|problem| !errors.iter().any(|error| error.is_alike(problem)) && said.insert(problem.to_string()));
        self.problems
    }
}
