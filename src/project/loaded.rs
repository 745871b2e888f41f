//! Loads the contract and the cases.

use std::sync::Arc;

use crate::case::{self, Suite};
use crate::contract::Contract;
use crate::problem::Problem;

use super::settings::Settings;

/// The contract and the cases of a run.
#[derive(Debug)]
pub(crate) struct Project {
    /// The contract.
    pub contract: Arc<Contract>,
    /// The cases.
    pub suite: Suite,
}

impl Project {
    /// Loads both; problems of the cases are reported only if the contract has none.
    pub(crate) fn load(settings: &Settings) -> Result<Self, Vec<Problem>> {
        let contract = settings.contract()?;
        let suite = case::load::load(&settings.file.root, &settings.cases, &contract)?;
        Ok(Self { contract: Arc::new(contract), suite })
    }
}
