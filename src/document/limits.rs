//! Limits that several readers share.

/// Maximum nesting depth of a YAML document; JSON ends at 127.
pub const MAX_DEPTH: usize = 200;
