//! Builds the head of a record from owned facts, so that records can be merged and compared.

use crate::check;
use crate::contract::{Amendment, Change, Contract, Operation, StatusKey};
use crate::coverage::{Coverage, OperationCoverage};
use crate::rules;
use crate::run::Target;

use super::counts::Counts;
use super::format::{
    CheckText, ClauseCoverage, Compared, ContractUsed, DeclaredResponse, Endpoint, Head, Inputs, Job, OverlayAction,
    OverlayChange, Place, Severity, Summary, TargetUsed, Tool, VERSION,
};
use super::groups::Listing;
use super::redact::Redactor;

/// The facts of a completed run, apart from its counts.
#[derive(Debug)]
pub struct HeadFacts {
    /// Start of the run, in microseconds since 1970.
    pub started: i64,
    /// Duration in seconds.
    pub seconds: f64,
    /// The random seed.
    pub seed: u64,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// The contract.
    pub contract: ContractUsed,
    /// What overlays changed.
    pub overlay: Vec<OverlayAction>,
    /// The target, not redacted.
    pub target: TargetUsed,
    /// Digests of the input files, names not redacted.
    pub inputs: Inputs,
    /// Coverage per operation, without counts of cases.
    pub coverage: Vec<Endpoint>,
    /// Coverage of the clauses of the contract.
    pub clauses: Option<ClauseCoverage>,
    /// The groups of findings.
    pub groups: Listing,
    /// The comparison with an earlier run.
    pub baseline: Option<Compared>,
    /// Whether findings of the baseline do not fail the run.
    pub tolerates_known: bool,
    /// The commit and the CI job, not redacted.
    pub job: Option<Job>,
    /// A probable cause, if cases failed; not redacted.
    pub note: Option<String>,
}

impl Head {
    /// Combines `facts` and counts, without secrets.
    pub fn new(facts: HeadFacts, counts: &Counts, redactor: &Redactor) -> Self {
        let Listing { groups, left_out, further, further_new } = facts.groups;
        let with_counts = |endpoint: Endpoint| {
            let summary = counts.operations.get(&endpoint.operation).copied().unwrap_or_default();
            Endpoint { summary, ..endpoint }
        };
        Self {
            record: VERSION,
            tool: Tool { name: env!("CARGO_PKG_NAME").to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            started: instant(facts.started),
            seconds: facts.seconds,
            seed: facts.seed,
            interrupted: facts.interrupted,
            contract: facts.contract,
            overlay: facts.overlay,
            target: TargetUsed {
                name: redactor.text(&facts.target.name),
                partner: facts.target.partner.map(|name| redactor.text(&name)),
                url: redactor.text(&facts.target.url),
                mock: facts.target.mock,
            },
            inputs: redacted(facts.inputs, redactor),
            redacted: redactor.counts(),
            baseline: facts.baseline,
            job: facts.job.map(|Job { commit, name, url }| {
                let text = |text: Option<String>| text.map(|text| redactor.text(&text));
                Job { commit: text(commit), name: text(name), url: text(url) }
            }),
            tolerates_known: facts.tolerates_known,
            summary: counts.summary,
            notes: facts.note.iter().filter(|_| counts.summary.failed > 0).map(|note| redactor.text(note)).collect(),
            skipped: counts.skipped(),
            errored: counts.errored(),
            not_checked: counts.not_checked(),
            groups,
            groups_left_out: left_out,
            further,
            further_new,
            checks: counts.checks.iter().filter_map(|id| Some((id.clone(), check_text(id)?))).collect(),
            coverage: facts.coverage.into_iter().map(with_counts).collect(),
            clauses: facts.clauses,
            mutation: None,
        }
    }
}

impl Head {
    /// Number of known failures, as far as they do not fail the run: of it, or of the part that `summary` counts.
    pub fn tolerated(&self, summary: &Summary) -> u64 {
        if self.tolerates_known { summary.known } else { 0 }
    }
}

impl ContractUsed {
    /// Describes `contract`.
    pub fn new(contract: &Contract) -> Self {
        Self {
            file: contract.documents.first().map(|document| document.name().to_string()).unwrap_or_default(),
            title: contract.title.clone(),
            version: contract.version.clone(),
            sha256: contract.sha256.clone(),
        }
    }
}

impl TargetUsed {
    /// Describes `target` of `partner`.
    pub fn new(target: &Target, partner: Option<String>) -> Self {
        Self { name: target.name.clone(), partner, url: target.url.clone(), mock: target.start_command.is_some() }
    }
}

impl OverlayAction {
    /// Lists the overlay actions that were applied to `contract`.
    pub fn of_contract(contract: &Contract) -> Vec<Self> {
        contract.amendments.iter().map(Self::from).collect()
    }
}

impl From<&Amendment> for OverlayAction {
    fn from(amendment: &Amendment) -> Self {
        let change =
            |change: &Change| OverlayChange { change: change.kind.word().to_owned(), at: change.at.to_string() };
        Self {
            place: Place::from(&amendment.place),
            target: amendment.target.clone(),
            description: amendment.description.clone(),
            changes: amendment.changes.iter().map(change).collect(),
        }
    }
}

impl Endpoint {
    /// Lists the operations of `contract` with their coverage.
    pub fn of_coverage(contract: &Contract, coverage: &Coverage) -> Vec<Self> {
        coverage.measure(contract).iter().map(|(operation, touched)| Self::new(operation, touched)).collect()
    }

    fn new(operation: &Operation, touched: &OperationCoverage) -> Self {
        let declared = |status: StatusKey| DeclaredResponse {
            status: status.to_string(),
            touched: touched.responses.contains(&status),
        };
        Self {
            operation: operation.name.clone(),
            method: operation.method.clone(),
            path: operation.path.clone(),
            exchanges: touched.exchanges,
            responses: operation.responses.iter().map(|response| declared(response.status)).collect(),
            summary: Summary::default(),
        }
    }
}

/// Formats `2026-11-20T10:06:58.25Z`; an instant beyond the range of the calendar becomes its nearest instant.
pub(crate) fn instant(microseconds: i64) -> String {
    let nearest = if microseconds < 0 { jiff::Timestamp::MIN } else { jiff::Timestamp::MAX };
    jiff::Timestamp::from_microsecond(microseconds).unwrap_or(nearest).to_string()
}

fn check_text(id: &str) -> Option<CheckText> {
    if id == rules::REQUEST {
        return Some(CheckText {
            severity: Severity::Warning,
            summary: "a client's request conforms to the contract".to_owned(),
            text: "A request that a client sent to the proxy violates the contract. With --strict this is an error."
                .to_owned(),
            rationale: "A target that tolerates the request today may refuse it tomorrow.".to_owned(),
        });
    }
    let definition = check::definition(id)?;
    Some(CheckText {
        severity: definition.severity.into(),
        summary: definition.summary(),
        text: definition.text(),
        rationale: definition.section("Rationale"),
    })
}

/// Redacts the names of the files.
pub(crate) fn redacted(mut inputs: Inputs, redactor: &Redactor) -> Inputs {
    let Inputs { document, overlays, cases, configuration, waivers, redact: _, severity: _ } = &mut inputs;
    let files = document.iter_mut().chain(overlays).chain(cases).chain(configuration).chain(waivers);
    for file in files {
        file.file = redactor.text(&file.file);
    }
    inputs
}
