//! `signoff explain`: what a check requires, why, and where that is written.

use std::io::Write;

use crate::check;
use crate::location::Problem;

use super::args::Explain;
use super::config::suggested;
use super::exit::Exit;
use super::session::{Failure, Session};

/// Prints the text of one check, or one line for each.
pub fn run(args: &Explain, session: &mut Session<'_>) -> Result<Exit, Failure> {
    match &args.id {
        Some(id) => one(id, session),
        None => all(session),
    }
}

fn one(id: &str, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let Some(check) = check::definition(id) else {
        let ids: Vec<_> = check::ALL.iter().map(|check| check.id).collect();
        return Err(suggested(Problem::new(format!("unknown check `{id}`")), id, &ids, "checks").into());
    };
    writeln!(
        session.out,
        "{}\n\nSeverity: {}, unless `severity` says otherwise.",
        check.text().trim(),
        check.severity.word()
    )?;
    Ok(Exit::Kept)
}

fn all(session: &mut Session<'_>) -> Result<Exit, Failure> {
    let width = check::ALL.iter().map(|check| check.id.len()).max().unwrap_or_default();
    for check in check::ALL {
        let text = check.text();
        let first = text.trim().lines().next().unwrap_or_default();
        let first = first.split_once(": ").map_or(first, |(_, summary)| summary);
        writeln!(session.out, "{:width$}  {:7}  {first}", check.id, check.severity.word())?;
    }
    Ok(Exit::Kept)
}
