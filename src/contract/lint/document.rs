//! All rules of the document in turn.

use crate::contract::Contract;
use crate::problem::Problem;

use super::parts::Parts;
use super::report::Report;
use super::{formats, ineffective, links, misspelt, required, trial, unsatisfiable};

/// Everything odd about the document of `contract`, by place, without what loading it said already.
pub fn lint(contract: &Contract) -> Vec<Problem> {
    let parts = Parts::of(contract);
    let mut report = Report::new(contract);
    misspelt::check(&parts, &mut report);
    ineffective::check(&parts, &mut report);
    unsatisfiable::check(&parts, &mut report);
    required::check(&parts, &mut report);
    formats::check(&parts, &mut report);
    trial::check(&parts, &mut report);
    links::check(&parts, &mut report);
    report.finish()
}
