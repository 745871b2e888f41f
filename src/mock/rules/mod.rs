//! Mock rules: file format, compiler, lint, state, and the handler that responds by them.

pub(crate) mod added;
mod compile;
pub(crate) mod dependencies;
mod format;
pub(crate) mod handler;
mod lint;
mod load;
pub(crate) mod mock_rules;
pub(crate) mod rule;
pub(crate) mod state;
mod state_update;
mod static_response;

pub(crate) use lint::lint;
#[cfg(test)]
pub(crate) use load::json_schema;
