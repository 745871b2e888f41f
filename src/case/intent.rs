//! Proven intent: what a request breaks must be exactly what its case declares.

use crate::contract::judge::Judgement;
use crate::contract::{Contract, Operation};
use crate::http::Request;

use super::Violates;

/// Where a declaration and a judgement disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Declared, but not broken: `required body/partner_customer_id`.
    pub missing: Vec<String>,
    /// Broken, but not declared: the violation to write and the breach's message.
    pub undeclared: Vec<(String, String)>,
}

impl std::fmt::Display for Disagreement {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let _ = f;
        todo!()
    }
}

/// Judges the request of a case, also of one that names no operation (`method` and `url` given): then by the operation that it
/// routes to, and where it routes to none, `path` or `method` is its only breach.
pub fn judge(contract: &Contract, operation: Option<&Operation>, request: &Request) -> Judgement {
    let _ = (contract, operation, request);
    todo!()
}

/// Compares what a case declares with what its request breaks (design: Intent).
pub fn prove(violates: &Violates, judgement: &Judgement) -> Result<(), Disagreement> {
    let _ = (violates, judgement);
    todo!()
}
