//! The head of a record, made when the run is over.

use crate::check;
use crate::contract::{Amendment, Change, Contract, Operation};
use crate::coverage::{Coverage, OperationCoverage};
use crate::run::Target;
use crate::severity;

use super::entry::place;
use super::groups::Listing;
use super::{
    CheckText, Compared, ContractUsed, DeclaredResponse, Endpoint, Head, OverlayAction, OverlayChange, Redactor,
    Severity, Tally, TargetUsed, Tool, VERSION,
};

/// What the head tells beside the counts.
pub struct Facts<'a> {
    /// The run's start, microseconds since 1970.
    pub started: i64,
    /// Seconds it took.
    pub seconds: f64,
    /// The seed.
    pub seed: u64,
    /// The contract.
    pub contract: &'a Contract,
    /// The target.
    pub target: &'a Target,
    /// What was touched.
    pub coverage: &'a Coverage,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// The findings in groups.
    pub groups: Listing,
    /// The run that this one was compared with.
    pub baseline: Option<Compared>,
}

impl Head {
    /// The head over `facts` and what was counted, without secrets.
    pub fn of(facts: Facts<'_>, tally: &Tally, redactor: &Redactor) -> Self {
        let measured = facts.coverage.measure(facts.contract);
        let Listing { groups, left_out, further } = facts.groups;
        Self {
            record: VERSION,
            tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            started: instant(facts.started),
            seconds: facts.seconds,
            seed: facts.seed,
            interrupted: facts.interrupted,
            contract: contract_used(facts.contract),
            overlay: facts.contract.amendments.iter().map(overlay_action).collect(),
            target: TargetUsed { name: redactor.text(&facts.target.name), url: redactor.text(&facts.target.url) },
            redacted: redactor.told(),
            baseline: facts.baseline,
            summary: tally.summary,
            skipped: tally.skipped(),
            groups,
            groups_left_out: left_out,
            further,
            checks: tally.checks.iter().filter_map(|id| Some((id.clone(), check_text(id)?))).collect(),
            coverage: measured.iter().map(|(operation, touched)| endpoint(operation, touched, tally)).collect(),
        }
    }
}

/// `2026-11-20T10:06:58.25Z`; an instant out of the calendar's range becomes the calendar's nearest.
fn instant(microseconds: i64) -> String {
    let nearest = if microseconds < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_microsecond(microseconds).unwrap_or(nearest).to_string()
}

fn contract_used(contract: &Contract) -> ContractUsed {
    ContractUsed {
        file: contract.documents.first().map(|document| document.name().to_string()).unwrap_or_default(),
        title: contract.title.clone(),
        version: contract.version.clone(),
        sha256: contract.sha256.clone(),
    }
}

fn overlay_action(amendment: &Amendment) -> OverlayAction {
    let change = |change: &Change| OverlayChange { change: change.kind.word().to_owned(), at: change.at.to_string() };
    OverlayAction {
        place: place(&amendment.place),
        target: amendment.target.clone(),
        description: amendment.description.clone(),
        changes: amendment.changes.iter().map(change).collect(),
    }
}

fn check_text(id: &str) -> Option<CheckText> {
    let definition = check::definition(id)?;
    Some(CheckText {
        severity: definition.severity.into(),
        summary: definition.summary(),
        text: definition.text(),
        rationale: definition.section("Rationale"),
    })
}

fn endpoint(operation: &Operation, touched: &OperationCoverage, tally: &Tally) -> Endpoint {
    let declared = |status: crate::contract::StatusKey| DeclaredResponse {
        status: status.to_string(),
        touched: touched.responses.contains(&status),
    };
    Endpoint {
        operation: operation.name.clone(),
        method: operation.method.clone(),
        path: operation.path.clone(),
        exchanges: touched.exchanges,
        responses: operation.responses.iter().map(|response| declared(response.status)).collect(),
        summary: tally.operations.get(&operation.name).copied().unwrap_or_default(),
    }
}

impl From<severity::Severity> for Severity {
    fn from(severity: severity::Severity) -> Self {
        match severity {
            severity::Severity::Warning => Self::Warning,
            severity::Severity::Error => Self::Error,
        }
    }
}
