//! Why a case is not sent to a target, as far as that is known before the run.

use crate::case::Case;
use crate::contract::Contract;

use super::Target;

/// The reason that the case itself or the target gives: `skip`, `only_on`, `not_on`, or a method that is not allowed.
pub(super) fn reason(case: &Case, contract: &Contract, target: &Target) -> Option<String> {
    let is_here = |names: &[String]| names.contains(&target.name);
    if let Some(reason) = &case.skip {
        Some(reason.clone())
    } else if !case.only_on.is_empty() && !is_here(&case.only_on) {
        Some(format!("only on {}", case.only_on.join(", ")))
    } else if is_here(&case.not_on) {
        Some(format!("not on {}", target.name))
    } else {
        let operation = case.operation.and_then(|index| contract.operations.get(index));
        operation.filter(|_| case.request.method.is_none()).and_then(|operation| forbidden(&operation.method, target))
    }
}

/// The reason not to send a request of that method, when the target does not allow it.
pub(super) fn forbidden(method: &str, target: &Target) -> Option<String> {
    let allowed = target.allow.is_empty() || target.allow.iter().any(|held| held.eq_ignore_ascii_case(method));
    (!allowed).then(|| format!("the target allows only {}", target.allow.join(", ")))
}
