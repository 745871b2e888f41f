//! A position in a file, in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A position in a file; line and column count characters from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The path, with `/` between directories.
    pub file: String,
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}
