//! The shape of `record.json` (design: reports): a head, entries, a summary, coverage.

use serde::{Deserialize, Serialize};

use crate::contract::Contract;
use crate::coverage::Coverage;
use crate::run::{Outcome, Target};

use super::Redactor;

/// Everything of the record but its outcomes. Made when the run is over, because it carries the source lines that the entries
/// refer to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Head {
    // to be filled: record, tool, started, seconds, seed, contract, target, summary, checks (id → text), lines, coverage
}

/// Counts over all entries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// All cases, setup and teardown included.
    pub cases: u64,
    /// Passed.
    pub passed: u64,
    /// Failed.
    pub failed: u64,
    /// Errored.
    pub errored: u64,
    /// Skipped.
    pub skipped: u64,
    /// Rules that could not be judged.
    pub unjudged: u64,
    /// Findings of severity warning.
    pub warnings: u64,
    /// Findings that cases acknowledged.
    pub acknowledged: u64,
    /// Cases that claim nothing about their request (`violates: unchecked`).
    pub unchecked: u64,
}

/// One finished case, redacted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    // to be filled after design §8
}

impl Entry {
    /// Writes down one outcome. The only place where redaction happens.
    pub fn of(outcome: &Outcome<'_>, contract: &Contract, target: &Target, redactor: &mut Redactor) -> Self {
        let _ = (outcome, contract, target, redactor);
        todo!()
    }
}

/// What the head needs beside the entries.
pub struct Facts<'a> {
    /// The run's start, microseconds since 1970.
    pub started: i64,
    /// Seconds it took.
    pub seconds: f64,
    /// The seed.
    pub seed: u64,
    /// The contract.
    pub contract: &'a Contract,
    /// The target.
    pub target: &'a Target,
    /// What was touched.
    pub coverage: &'a Coverage,
    /// The counts.
    pub summary: Summary,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
}

/// The JSON Schema of `record.json`.
pub fn json_schema() -> serde_json::Value {
    todo!()
}
