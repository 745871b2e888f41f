//! The parts of the mutation-testing-report schema that a comparison of two measurements reads.

use std::collections::BTreeMap;

use serde::Deserialize;

/// A report of `signoff mutate --format json`.
#[derive(Debug, Deserialize)]
pub(crate) struct Report {
    /// The documents by name.
    pub files: BTreeMap<String, File>,
    /// The program that wrote it.
    pub framework: Framework,
    /// What was measured; reports of old versions have less.
    #[serde(default, deserialize_with = "config")]
    pub config: Option<Config>,
}

/// A program.
#[derive(Debug, Deserialize)]
pub(crate) struct Framework {
    /// Its name.
    pub name: String,
}

/// What was measured.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Config {
    /// Name of the first document.
    pub document: String,
    /// Names of all its operations.
    pub operations: Vec<String>,
    /// The live target whose responses were changed; none for the mock.
    pub recorded_from: Option<String>,
}

/// A document.
#[derive(Debug, Deserialize)]
pub(crate) struct File {
    /// Its faults.
    pub mutants: Vec<Mutant>,
}

/// A fault.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Mutant {
    /// Its name, which does not depend on lines of the document.
    pub id: String,
    /// Id of its operator.
    pub mutator_name: String,
    /// The operation and what was changed.
    pub replacement: String,
    /// How it ended.
    pub status: String,
    /// Where it is in the document.
    pub location: Location,
    /// Ids of the cases that noticed it.
    #[serde(default)]
    pub killed_by: Vec<String>,
}

/// A range of a document.
#[derive(Debug, Deserialize)]
pub(crate) struct Location {
    /// Its start.
    pub start: Start,
}

/// A position in a document; both from 1.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Start {
    /// The line.
    pub line: u64,
    /// The column.
    pub column: u64,
}

/// Reads the configuration; none without the fields that a comparison needs.
fn config<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Config>, D::Error> {
    #[derive(Deserialize)]
    #[serde(rename_all = "camelCase")]
    struct Fields {
        document: Option<String>,
        operations: Option<Vec<String>>,
        recorded_from: Option<String>,
    }
    let Fields { document, operations, recorded_from } = Fields::deserialize(deserializer)?;
    Ok(document.zip(operations).map(|(document, operations)| Config { document, operations, recorded_from }))
}
