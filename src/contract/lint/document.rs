//! Runs all rules on a document.

use crate::contract::Contract;
use crate::problem::Problem;

use super::objects::DocumentObjects;
use super::report::Report;
use super::{dialects, endless, examples, formats, ineffective, links, misspelt, required, unresolved, unsatisfiable};

/// Returns the warnings about the document of `contract` in order of location, without those reported by loading.
pub fn lint(contract: &Contract) -> Vec<Problem> {
    let objects = DocumentObjects::from_contract(contract);
    let mut report = Report::new(contract);
    misspelt::check(&objects, &mut report);
    ineffective::check(&objects, &mut report);
    unsatisfiable::check(&objects, &mut report);
    endless::check(&objects, &mut report);
    required::check(&objects, &mut report);
    formats::check(&objects, &mut report);
    dialects::check(&mut report);
    examples::check(&objects, &mut report);
    links::check(&objects, &mut report);
    unresolved::check(&objects, &mut report);
    report.finish()
}
