//! What is wrong or odd about a document although it can be judged by: found by `signoff check`, one file a family of rules.
//!
//! Every rule is a warning. A document is walked once into its `Parts`; the rules look at those.

mod claims;
mod exchange;
mod formats;
mod grammar;
mod group;
mod ineffective;
mod leads;
mod links;
mod misspelt;
mod parts;
mod required;
mod role;
mod runtime;
mod trial;
mod unsatisfiable;

use std::collections::BTreeSet;

use crate::document::End;
use crate::place::Place;
use crate::problem::Problem;

use super::{Anchor, Contract};
pub(super) use misspelt::in_schema as misspelt_in;
use parts::Parts;

/// Everything odd about the document of `contract`, by place, without what loading it said already.
pub fn lint(contract: &Contract) -> Vec<Problem> {
    let parts = Parts::of(contract);
    let mut report = Report { contract, problems: Vec::new() };
    misspelt::check(&parts, &mut report);
    ineffective::check(&parts, &mut report);
    unsatisfiable::check(&parts, &mut report);
    required::check(&parts, &mut report);
    formats::check(&parts, &mut report);
    trial::check(&parts, &mut report);
    links::check(&parts, &mut report);
    report.finish()
}

/// The problems found so far.
struct Report<'d> {
    contract: &'d Contract,
    problems: Vec<Problem>,
}

impl Report<'_> {
    /// Notes a breach of `rule` by what stands at `anchor`.
    fn warn(&mut self, anchor: &Anchor, rule: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.note(anchor, Problem::new(message).rule(rule).help(help));
    }

    /// Notes `problem`, as a warning, of what stands at `anchor`.
    fn note(&mut self, anchor: &Anchor, problem: Problem) {
        let document = &self.contract.documents[anchor.document];
        let is_container = self.contract.value(anchor).is_some_and(|value| value.is_object() || value.is_array());
        let is_element = anchor.pointer.last().is_some_and(|token| token.parse::<usize>().is_ok());
        let end = if is_container || !is_element { End::Key } else { End::Value };
        self.problems.push(problem.as_warning().at(document.snippet(&anchor.pointer, end)));
    }

    /// Where `anchor` stands.
    fn place(&self, anchor: &Anchor) -> Place {
        self.contract.place(anchor)
    }

    fn finish(mut self) -> Vec<Problem> {
        self.problems.sort_by_cached_key(|problem| problem.at.as_ref().map(|snippet| snippet.place.clone()));
        let mut said: BTreeSet<_> = self.contract.warnings.iter().map(ToString::to_string).collect();
        self.problems.retain(|problem| said.insert(problem.to_string()));
        self.problems
    }
}
