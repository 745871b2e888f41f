//! Proven intent: what a request breaks must be exactly what its case declares.

use crate::contract::judge::Judgement;

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

/// Compares what a case declares with what its request breaks (design: Intent).
pub fn prove(violates: &Violates, judgement: &Judgement) -> Result<(), Disagreement> {
    let _ = (violates, judgement);
    todo!()
}
