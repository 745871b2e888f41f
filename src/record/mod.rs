//! The run written down: each finished case becomes a redacted entry, and every report is rendered from those.

mod baseline;
mod body;
pub(crate) mod curl;
mod entry;
mod finding;
mod format;
mod groups;
mod head;
mod peek;
mod read;
mod redact;
mod request_id;
mod spool;
mod tally;

pub use baseline::{Baseline, Comparison};
pub use format::{
    Acknowledged, Body, BranchOf, CheckText, Compared, ContractUsed, DeclaredResponse, Endpoint, Entry, Exchange,
    Finding, Fixed, Group, Head, Met, NotChecked, OverlayAction, OverlayChange, Part, Place, Redacted, Request,
    Response, Role, Severity, Since, Skipped, Summary, TargetUsed, Timings, Tool, VERSION, Verdict, Waived, Waiver,
    json_schema,
};
pub use groups::Listing;
pub use head::Facts;
pub use peek::read_head;
pub use read::Stored;
pub use redact::{Redactor, Rules, Secret};
pub use spool::Spool;
pub use tally::Tally;
