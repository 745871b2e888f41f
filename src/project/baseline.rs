//! Finds and reads the record that a run is compared with.

use std::fs::File;
use std::path::Path;

use crate::contract::Contract;
use crate::problem::Problem;
use crate::record::{self, Baseline, Head};

use super::overrides::BaselineSource;
use super::settings::Settings;

/// Loads the named record; else the one in the reports directory if it is of a complete run of the same contract on the same
/// target. If that one cannot be read, the problem is a warning.
pub(super) fn load(settings: &Settings, contract: &Contract, target: &str) -> Result<Option<Baseline>, Problem> {
    match &settings.overrides.results.baseline {
        BaselineSource::None => Ok(None),
        BaselineSource::File(file) => {
            let name = settings.relative_to_root(file);
            read(&name, &settings.absolute(&name)).map(Some)
        }
        BaselineSource::PreviousRun => {
            let file = settings.reports().join("record.json");
            if !file.is_file() {
                return Ok(None);
            }
            let name = file.strip_prefix(&settings.file.root).unwrap_or(&file);
            let baseline = read(name, &file).map_err(Problem::as_warning)?;
            Ok(Some(baseline).filter(|baseline| is_comparable(baseline.head(), contract, target)))
        }
    }
}

fn read(name: &Path, path: &Path) -> Result<Baseline, Problem> {
    let name = name.display().to_string();
    let unreadable = |message: String| Problem::new(format!("cannot compare with {name}: {message}"));
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let head = record::read_head(file).map_err(unreadable)?;
    Ok(Baseline::new(name, head))
}

/// Whether a finding that the record lacks is new in this run.
fn is_comparable(head: &Head, contract: &Contract, target: &str) -> bool {
    let document = contract.documents.first().map(|document| document.name());
    let is_same = document.is_some_and(|name| **name == *head.contract.file) && head.target.name == target;
    is_same && !head.interrupted && head.summary.not_run == 0
}
