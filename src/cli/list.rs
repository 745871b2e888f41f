//! `signoff list`: lists cases by operation, and operations without a case.

use std::io::Write;

use crate::case::Case;
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
    session.print_problems(&contract.notices())?;
    let selection = args.selection.filter().select(&contract, &suite)?;
    let chosen: Vec<_> = selection.cases(&suite).collect();
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
    let text = summary(chosen.len(), selection.surrounding(&suite), selection.files(&suite), &contract);
    writeln!(session.err, "{text}")?;
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

/// Formats the numbers as `check` and `run` count: with the cases of setup and teardown, which no filter selects.
fn summary(listed: usize, surrounding: usize, files: usize, contract: &Contract) -> String {
    let not_listed = if surrounding > 0 { format!(" ({surrounding} of setup and teardown)") } else { String::new() };
    format!(
        "{}{not_listed} in {}, {} in the contract",
        count((listed + surrounding) as u64, "case"),
        count(files as u64, "file"),
        count(contract.operations.len() as u64, "operation")
    )
}
