//! Statuses that refuse the violations of a case.

use std::ops::RangeInclusive;

use crate::case::{Violates, Violation, refusals};

use super::context::Context;

/// Whether the status does not refuse the violations of the case.
pub(super) fn is_missing(context: &Context<'_>) -> bool {
    let Violates::These(violations) = &context.case.violates else { return false };
    !statuses(context, violations).iter().any(|range| range.contains(&context.exchange.response.status))
}

/// The statuses that the case states, else those that refuse its violations.
pub(super) fn statuses(context: &Context<'_>, violations: &[Violation]) -> Vec<RangeInclusive<u16>> {
    let stated = &context.case.expect.status;
    if stated.is_empty() { all_refusals(violations) } else { stated.clone() }
}

/// The statuses that refuse at least one of the violations, ascending.
fn all_refusals(violations: &[Violation]) -> Vec<RangeInclusive<u16>> {
    let mut statuses: Vec<u16> = violations.iter().flat_map(refusals).copied().collect();
    statuses.sort_unstable();
    statuses.dedup();
    statuses.into_iter().map(|status| status..=status).collect()
}
