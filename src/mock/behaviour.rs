//! The behaviour file: initial state, and rules for each operation.

use serde_json::Value;

use crate::contract::Contract;
use crate::document::Document;
use crate::location::Problem;

/// A behaviour file, checked against its contract.
#[derive(Debug)]
pub struct Behaviour {
    _private: (),
}

impl Behaviour {
    /// Reads a behaviour; every problem at once, with places.
    pub fn parse(document: Document, contract: &Contract) -> Result<Self, Vec<Problem>> {
        let _ = (document, contract);
        todo!()
    }

    /// A behaviour without state or rules.
    pub fn empty() -> Self {
        todo!()
    }
}

/// The JSON Schema of a behaviour file (`schemas/behaviour.json`).
pub fn json_schema() -> Value {
    todo!()
}
