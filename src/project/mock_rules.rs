//! Loads the mock rules of a target.

use std::path::Path;

use crate::contract::Contract;
use crate::mock::MockRules;
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::settings::Settings;

/// Loads the rules in `file`, relative to the root; no rules if the path is empty. Problems without a location get that of `key`,
/// the configuration key that names the file.
pub(crate) fn load(
    settings: &Settings,
    contract: &Contract,
    file: &Path,
    key: Option<&Pointer>,
) -> Result<MockRules, Vec<Problem>> {
    if file.as_os_str().is_empty() {
        return Ok(MockRules::empty());
    }
    let placed = |problem: Problem| match (&problem.at, key) {
        (None, Some(key)) => settings.file.placed(key, problem),
        _ => problem,
    };
    MockRules::load(&settings.file.root, file, contract)
        .map_err(|problems| problems.into_iter().map(placed).collect::<Vec<_>>())
}
