//! The severity of checks, from configuration and overrides.

use std::collections::BTreeMap;

use crate::check::{self, Severities};
use crate::problem::Problem;
use crate::severity::Severity;

use super::deserialize::with_suggestion;
use super::format::Level;

/// The level of a check that does not run.
pub(super) const OFF: &str = "off";

/// Severity by check id; an override wins over the configured level.
pub(super) fn effective(
    configured: &BTreeMap<String, Level>,
    overrides: &[(String, String)],
) -> Result<Severities, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut severities: Severities = configured.iter().map(|(id, level)| (id.clone(), severity(*level))).collect();
    for (id, word) in overrides {
        match require_check(id).and_then(|()| parse_level(word)) {
            Ok(level) => drop(severities.insert(id.clone(), severity(level))),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() { Ok(severities) } else { Err(problems) }
}

/// Refuses an id that no check has.
pub(super) fn require_check(id: &str) -> Result<(), Problem> {
    let ids: Vec<_> = check::ALL.iter().map(|check| check.id).collect();
    if ids.contains(&id) {
        return Ok(());
    }
    Err(with_suggestion(Problem::new(format!("unknown check `{id}`")), id, &ids, "checks"))
}

fn parse_level(word: &str) -> Result<Level, Problem> {
    match word {
        "error" => Ok(Level::Error),
        "warning" => Ok(Level::Warning),
        OFF => Ok(Level::Off),
        _ => Err(Problem::new(format!("expected error, warning or off as severity, found `{word}`"))),
    }
}

fn severity(level: Level) -> Option<Severity> {
    match level {
        Level::Error => Some(Severity::Error),
        Level::Warning => Some(Severity::Warning),
        Level::Off => None,
    }
}
