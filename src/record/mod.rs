//! The run written down: each finished case becomes a redacted entry, and every report is rendered from those.

mod entry;
mod redact;
mod spool;

pub use entry::{Entry, Head, Summary, json_schema};
pub use redact::{Redactor, Rules, Secret};
pub use spool::Spool;
