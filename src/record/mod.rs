//! The record of a run: each completed case becomes a redacted entry, and every report is rendered from the entries.

mod baseline;
mod body;
pub(crate) mod clauses;
mod convert;
mod counts;
pub(crate) mod curl;
mod entry;
mod exchange;
mod finding_writer;
mod format;
mod groups;
mod head;
mod read;
mod read_head;
mod redact;
mod request_id;
mod sentence;
mod shell_variables;
mod shell_word;
mod spool;
mod spool_line;

pub use baseline::{Baseline, Comparison};
pub use counts::Counts;
pub use format::{
    Acknowledged, Body, BranchOf, Carried, CaseClauses, CheckText, ClauseCounts, ClauseCoverage, Compared,
    ContractUsed, DeclaredResponse, EarlierAttempt, Endpoint, Entry, Errored, Exchange, FaultCounts, FaultGroup,
    Finding, Fixed, GROUPS, Gap, Group, Head, InputFile, Inputs, Job, Met, MetAlone, Mutation, NewlyUncovered,
    NotChecked, NotReached, OpenClause, OpenState, OperationClauses, OverlayAction, OverlayChange, Part, Place,
    Redacted, Request, Response, Role, RuleNotChecked, Severity, Since, Skipped, Summary, Survivor, TargetUsed,
    Timings, Tool, VERSION, Verdict, Waived, Waiver, json_schema,
};
pub use groups::Listing;
pub use head::HeadFacts;
pub(crate) use head::{instant, redacted as redacted_inputs};
pub use read::StoredRecord;
pub use read_head::read_head;
pub(crate) use redact::JournaledMessage;
pub use redact::{Redactor, Rules, Secret};
pub use spool::Spool;
