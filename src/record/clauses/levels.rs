//! Test coverage levels as `signoff coverage --format json` shows them.

use serde::Serialize;

use crate::coverage::{Level, levels as measured, reached};

use super::table::ClauseTable;

/// The level, and how far each criterion is met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Levels {
    /// The highest level of which, and of those below it, everything is met.
    pub level: u8,
    /// What each level adds to those below it.
    pub criteria: Vec<Criterion>,
}

/// What a level adds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Criterion {
    /// Its level.
    pub level: u8,
    /// Its name.
    pub criterion: &'static str,
    /// How many items of the document are met.
    pub met: usize,
    /// How many there are; null for a level that is not measured.
    pub total: Option<usize>,
}

/// Measures `table`.
pub(super) fn levels(table: &ClauseTable<'_>) -> Levels {
    let levels = measured(table.contract, &|operation, id| table.shown(operation, id));
    let criterion = |level: &Level| Criterion {
        level: level.number,
        criterion: level.criteria,
        met: level.met,
        total: level.total,
    };
    Levels { level: reached(&levels), criteria: levels.iter().skip(1).map(criterion).collect() }
}
