//! Limits that several readers share.

/// Maximum nesting depth of a YAML document; JSON ends at 127.
pub(crate) const MAX_DEPTH: usize = 200;
