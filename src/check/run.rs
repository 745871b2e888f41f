//! Runs the checks of one side over an exchange.

use std::collections::BTreeMap;

use serde::de::IgnoredAny;

use crate::contract::{Location, value_summary};
use crate::diff::{NumberLiterals, VerbatimValue};
use crate::severity::Severity;

use super::context::Context;
use super::definition::{Definition, Side};
use super::finding::Finding;
use super::registry::ALL;

/// Severity by check id; `None` disables the check. Other checks have their default severity.
pub(crate) type Severities = BTreeMap<String, Option<Severity>>;

/// Returns the findings of all checks of `side`.
pub(crate) fn run(side: Side, context: &Context<'_>, severities: &Severities) -> Vec<Finding> {
    let judged = |check: &Definition| {
        let severity = severities.get(check.id).copied().unwrap_or(Some(check.severity))?;
        let findings = check.run(context).into_iter().map(move |finding| Finding { severity, ..finding });
        Some(findings)
    };
    let mut findings = ALL.iter().filter(|check| check.side() == side).filter_map(judged).flatten().collect::<Vec<_>>();
    as_sent(context, &mut findings);
    findings
}

/// Restores the original spelling of numbers in actual values: parsed values do not keep it.
fn as_sent(context: &Context<'_>, findings: &mut [Finding]) {
    let Some(body) = context.json.filter(|_| !findings.is_empty()) else { return };
    let literals = NumberLiterals::parse(context.body());
    for finding in findings {
        let Location::Body(at) = &finding.location else { continue };
        if let (Some(value), Some(literals)) = (body.pointer(at.as_str()), literals.at(at)) {
            let sent = || VerbatimValue::new(value, literals).to_string();
            // Long values are described, not printed.
            let is_whole = |actual: &str| {
                actual == value_summary::json(value) && serde_json::from_str::<IgnoredAny>(actual).is_ok()
            };
            finding.actual = finding.actual.take().map(|actual| if is_whole(&actual) { sent() } else { actual });
        }
    }
}
