//! Mock rules: the file format, its compiler and lint, the state, and the handler that answers by them.

pub(crate) mod compile;
pub(crate) mod dependencies;
pub(crate) mod format;
pub(crate) mod handler;
pub mod lint;
pub mod mock_rules;
pub(crate) mod rule;
pub(crate) mod state;
pub(crate) mod state_update;
