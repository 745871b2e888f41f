//! The format of `record.json`, the source of every report.

mod baseline;
mod clauses;
mod entry;
mod exchange;
mod finding;
mod group;
mod head;
mod inputs;
mod mutation;
mod place;
mod schema;
mod since;

pub use baseline::{Carried, Compared, Fixed};
pub use clauses::{
    CaseClauses, ClauseCounts, ClauseCoverage, GROUPS, Gap, MetAlone, NewlyUncovered, OpenClause, OpenState,
    OperationClauses,
};
pub use entry::{EarlierAttempt, Entry, Role, Verdict};
pub use exchange::{Body, Exchange, Request, Response, Timings};
pub use finding::{Acknowledged, BranchOf, Finding, NotChecked, Part, Severity, Waived, Waiver};
pub use group::{Group, Met};
pub use head::{
    CheckText, ContractUsed, DeclaredResponse, Endpoint, Errored, Head, Job, OverlayAction, OverlayChange, Redacted,
    RuleNotChecked, Skipped, Summary, TargetUsed, Tool,
};
pub use inputs::{InputFile, Inputs};
pub use mutation::{FaultCounts, FaultGroup, Mutation, NotReached, Survivor};
pub use place::Place;
pub use schema::{VERSION, json_schema};
pub use since::Since;
