//! The contract and the cases of a call, loaded from where the settings say.

use std::sync::Arc;

use crate::case::{self, Suite};
use crate::contract::Contract;
use crate::problem::Problem;

use crate::project::settings::Settings;

/// What a run is made of.
#[derive(Debug)]
pub struct Project {
    /// The contract.
    pub contract: Arc<Contract>,
    /// The cases.
    pub suite: Suite,
}

impl Project {
    /// Loads both; the problems of the cases are known only when the contract is sound.
    pub fn load(settings: &Settings) -> Result<Self, Vec<Problem>> {
        let contract = settings.contract()?;
        let suite = case::load::load(&settings.file.root, &settings.cases, &contract)?;
        Ok(Self { contract: Arc::new(contract), suite })
    }
}
