//! `signoff explain`: explains a check or a lint rule.

use std::io::Write;

use crate::check;
use crate::problem::Problem;

use crate::cli::args::Explain;
use crate::cli::exit::Exit;
use crate::cli::rules::{self, Subject};
use crate::cli::session::{Failure, Session};
use crate::project::deserialize::with_suggestion;

/// Prints the text of one check or rule, or a list with one line each.
pub(super) fn run(args: &Explain, session: &mut Session<'_>) -> Result<Exit, Failure> {
    match &args.id {
        Some(id) => one(id, session),
        None => all(session),
    }
}

fn one(id: &str, session: &mut Session<'_>) -> Result<Exit, Failure> {
    if let Some(rule) = rules::rule(id) {
        write!(session.out, "{}", rule.text)?;
        return Ok(Exit::Passed);
    }
    let Some(check) = check::definition(id) else {
        let checks = check::ALL.iter().map(|check| check.id);
        let ids: Vec<_> = checks.chain(rules::ALL.iter().map(|rule| rule.id)).collect();
        let problem = Problem::new(format!("unknown check or rule `{id}`"));
        return Err(with_suggestion(problem, id, &ids, "checks and rules").into());
    };
    writeln!(
        session.out,
        "{}\n\nSeverity: {} (set by `severity` in signoff.yaml, or --severity).",
        check.text().trim(),
        check.severity.word()
    )?;
    Ok(Exit::Passed)
}

fn all(session: &mut Session<'_>) -> Result<Exit, Failure> {
    let ids = check::ALL.iter().map(|check| check.id).chain(rules::ALL.iter().map(|rule| rule.id));
    let width = ids.map(str::len).max().unwrap_or_default();
    writeln!(session.out, "checks of `signoff run`")?;
    for check in check::ALL {
        let text = check.text();
        let first = text.trim().lines().next().unwrap_or_default();
        let first = first.split_once(": ").map_or(first, |(_, summary)| summary);
        writeln!(session.out, "  {:width$}  {:7}  {}", check.id, check.severity.word(), first.trim_end_matches('.'))?;
    }
    for subject in Subject::ALL {
        writeln!(session.out, "\n{}", subject.title())?;
        for rule in rules::ALL.iter().filter(|rule| rule.subject == subject) {
            writeln!(session.out, "  {:width$}  {}", rule.id, rule.summary())?;
        }
    }
    Ok(Exit::Passed)
}
