//! The earlier run that a run is compared with.

use std::fs::File;
use std::path::Path;

use crate::contract::Contract;
use crate::problem::Problem;
use crate::record::{self, Baseline, Head};

use crate::cli::args::Output;
use crate::project::settings::Settings;

/// The run that was asked for; else the one whose record lies where this run's will, when it is a whole run of the same contract
/// against the same target. A record that nobody named and that cannot be read is a warning.
pub fn load(
    settings: &Settings,
    output: &Output,
    contract: &Contract,
    target: &str,
) -> Result<Option<Baseline>, Problem> {
    if let Some(typed) = &output.baseline {
        let named = settings.seen_from_root(typed);
        return Ok(Some(read(&named, &settings.absolute(&named))?));
    }
    let file = settings.reports(output).join("record.json");
    if output.no_baseline || !file.is_file() {
        return Ok(None);
    }
    let named = file.strip_prefix(&settings.file.root).unwrap_or(&file);
    let baseline = read(named, &file).map_err(Problem::as_warning)?;
    Ok(Some(baseline).filter(|baseline| is_like(baseline.head(), contract, target)))
}

fn read(name: &Path, path: &Path) -> Result<Baseline, Problem> {
    let name = name.display().to_string();
    let wrong = |message: String| Problem::new(format!("cannot compare with {name}: {message}"));
    let file = File::open(path).map_err(|error| wrong(error.to_string()))?;
    let head = record::read_head(file).map_err(wrong)?;
    Ok(Baseline::new(name, head))
}

/// Whether what is missing there is new here.
fn is_like(head: &Head, contract: &Contract, target: &str) -> bool {
    let document = contract.documents.first().map(|document| document.name());
    let is_same = document.is_some_and(|name| **name == *head.contract.file) && head.target.name == target;
    is_same && !head.interrupted && head.summary.not_run == 0
}
