//! Arguments of `signoff schema`.

use clap::{Args, ValueEnum};

/// `signoff schema`.
#[derive(Debug, Clone, Args)]
pub(crate) struct Schema {
    /// File format
    #[arg(value_name = "FORMAT")]
    pub of: SchemaOf,
}

/// File formats with a JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaOf {
    /// Case file
    Case,
    /// signoff.yaml
    Config,
    /// Mock rules
    MockRules,
    /// record.json
    Record,
    /// waivers.yaml
    Waivers,
}
