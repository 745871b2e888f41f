//! `signoff list`: lists cases by operation, and operations without a case.

use std::io::Write;

use crate::case::{Case, Suite};
use crate::contract::{Contract, Operation};

use crate::cli::args::List;
use crate::cli::exit::Exit;
use crate::cli::session::{Failure, Session};
use crate::project::loaded::Project;
use crate::project::settings::Settings;
use crate::quantity::count;

/// Prints the ids of the selected cases, grouped by operation.
pub(super) fn run(args: &List, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let settings = Settings::load(args.inputs.overrides(&session.global))?;
    let Project { contract, suite } = Project::load(&settings)?;
    let chosen: Vec<_> = args.selection.filter().select(&contract, &suite)?.cases(&suite).collect();
    for operation in &contract.operations {
        let own: Vec<_> = chosen.iter().filter(|case| case.operation == Some(operation.index)).copied().collect();
        if !own.is_empty() || args.selection.is_everything() {
            write_operation(operation, &own, session)?;
        }
    }
    let routeless: Vec<_> = chosen.iter().filter(|case| case.operation.is_none()).copied().collect();
    if !routeless.is_empty() {
        writeln!(session.out, "without an operation")?;
        write_cases(&routeless, session)?;
    }
    writeln!(session.err, "{}", summary(&chosen, &contract, &suite))?;
    Ok(Exit::Passed)
}

fn write_operation(operation: &Operation, cases: &[&Case], session: &mut Session<'_>) -> Result<(), Failure> {
    writeln!(session.out, "{}  {} {}", operation.name, operation.method, operation.path)?;
    if cases.is_empty() {
        writeln!(session.out, "  (no cases)")?;
    }
    write_cases(cases, session)
}

fn write_cases(cases: &[&Case], session: &mut Session<'_>) -> Result<(), Failure> {
    for case in cases {
        let tags = if case.tags.is_empty() { String::new() } else { format!("  [{}]", case.tags.join(", ")) };
        let skip = case.skip.as_ref().map(|reason| format!("  skipped: {reason}")).unwrap_or_default();
        writeln!(session.out, "  {}{tags}{skip}", case.id)?;
    }
    Ok(())
}

fn summary(chosen: &[&Case], contract: &Contract, suite: &Suite) -> String {
    format!(
        "{} in {}, {} in the contract",
        count(chosen.len() as u64, "case"),
        count(suite.files.len() as u64, "file"),
        count(contract.operations.len() as u64, "operation")
    )
}
