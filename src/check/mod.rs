//! Checks: one rule each that a finished exchange must keep. A check never sends, waits or remembers.

mod body_absent;
mod body_present;
mod body_schema;
mod body_well_formed;
mod content_type_documented;
mod definition;
mod expected_assert;
mod expected_body;
mod expected_capture;
mod expected_headers;
mod expected_schema;
mod expected_status;
mod expected_time;
mod finding;
mod fingerprint;
mod header_schema;
mod status_documented;
mod undocumented_property;
mod violation_refused;
mod waiver;

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

pub use definition::{Definition, Side};
pub use expected_capture::captured;
pub use finding::{Finding, Origin};
pub use fingerprint::Fingerprint;
pub use waiver::{Waiver, Waivers};

use crate::case::Case;
use crate::case::expand::Expectation;
use crate::contract::{Contract, Judgement, Location, Operation, value_summary};
use crate::diff::{NumberLiterals, Written};
use crate::expression::Scope;
use crate::http::Exchange;
use crate::pointer::Pointer;
use crate::severity::Severity;

/// Everything a check may look at.
pub struct Context<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The operation, when the case has one.
    pub operation: Option<&'a Operation>,
    /// The case.
    pub case: &'a Case,
    /// Its expectation, expanded.
    pub expectation: &'a Expectation,
    /// Variables, with `request` and `response` set, for assertions.
    pub scope: &'a Scope,
    /// What was sent and what came.
    pub exchange: &'a Exchange,
    /// The response, judged by the contract.
    pub judgement: &'a Judgement,
}

impl Context<'_> {
    /// The text of the response's body, empty where it is none.
    fn body(&self) -> &str {
        std::str::from_utf8(&self.exchange.response.body).unwrap_or_default()
    }

    /// Whether there is a body of which nobody can say what is in it; the case has no verdict then, whatever it expects of it.
    fn is_beyond_limits(&self) -> bool {
        self.judgement.beyond_limits.is_some()
    }

    /// The place of `within` (`/expect/status`) in the case's file.
    fn case_place(&self, within: &str) -> Pointer {
        Pointer::parse(within).map_or_else(|| self.case.at.clone(), |tail| self.case.at.concat(&tail))
    }
}

/// Every check, contract first.
pub const ALL: &[Definition] = &[
    status_documented::CHECK,
    content_type_documented::CHECK,
    body_present::CHECK,
    body_absent::CHECK,
    body_well_formed::CHECK,
    body_schema::CHECK,
    header_schema::CHECK,
    undocumented_property::CHECK,
    violation_refused::CHECK,
    expected_status::CHECK,
    expected_headers::CHECK,
    expected_body::CHECK,
    expected_schema::CHECK,
    expected_assert::CHECK,
    expected_time::CHECK,
    expected_capture::CHECK,
];

/// Severity by check id; `None` switches the check off. Checks that are not named keep their own.
pub type Severities = BTreeMap<String, Option<Severity>>;

/// Every finding of every check of `side`.
pub fn run(side: Side, context: &Context<'_>, severities: &Severities) -> Vec<Finding> {
    let judged = |check: &Definition| {
        let severity = severities.get(check.id).copied().unwrap_or(Some(check.severity))?;
        let findings = (check.run)(context).into_iter().map(move |finding| Finding { severity, ..finding });
        Some(findings)
    };
    let mut findings = ALL.iter().filter(|check| check.side == side).filter_map(judged).flatten().collect::<Vec<_>>();
    as_sent(context, &mut findings);
    findings
}

/// Gives what came in a body the digits that its numbers were sent with: it was written from the value, which does not hold them.
fn as_sent(context: &Context<'_>, findings: &mut [Finding]) {
    let Some(body) = context.judgement.body.as_ref().filter(|_| !findings.is_empty()) else { return };
    let digits = NumberLiterals::parse(context.body());
    for finding in findings {
        let Location::Body(at) = &finding.location else { continue };
        if let (Some(value), Some(digits)) = (body.pointer(at.as_str()), digits.at(at)) {
            let sent = || Written::new(value, digits).to_string();
            // What is long is only described.
            let is_whole = |actual: &str| {
                actual == value_summary::json(value) && serde_json::from_str::<IgnoredAny>(actual).is_ok()
            };
            finding.actual = finding.actual.take().map(|actual| if is_whole(&actual) { sent() } else { actual });
        }
    }
}

/// The definition of that id.
pub fn definition(id: &str) -> Option<&'static Definition> {
    ALL.iter().find(|check| check.id == id)
}
