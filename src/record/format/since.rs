//! Whether a finding is new, in the record.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Whether a finding is in the baseline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Since {
    /// It is not in the baseline.
    New,
    /// It is in the baseline.
    Known,
}
