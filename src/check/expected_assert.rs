//! `expected-assert`: every assertion of the case is true.
//!
//! Requires: each expression of `expect.assert` to give `true`. It sees the case's variables, `request` and `response`
//! (`status`, `headers`, `body`). An expression that gives anything else, reads a member that is not there, or compares values of
//! different types is a breach too, and says so; `x is defined` asks whether there is an `x`.
//!
//! Why: some rules hold between members, or between the request and its answer, and no schema can state them.
//!
//! A breach:
//!
//! ```text
//! expect: { assert: [ "response.body.updated_at >= response.body.created_at" ] }
//! the target answered      response.body.created_at = "2026-01-31", response.body.updated_at = "2026-01-30"
//! ```
//!
//! Source: the case file, `expect.assert`.

use serde_json::Value;

use crate::contract::Location;
use crate::diff::brief;
use crate::difference::{AssertionFailure, Difference};
use crate::expression::Expression;
use crate::severity::Severity;

use super::{Context, Definition, Finding, Side};

/// Characters that an operand may have to be shown as it is.
const OPERAND: usize = 200;

pub(super) const CHECK: Definition = Definition {
    id: "expected-assert",
    side: Side::Case,
    severity: Severity::Error,
    source: include_str!("expected_assert.rs"),
    run,
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    if context.is_beyond_limits() {
        return Vec::new();
    }
    let assertions = context.expectation.assert.iter().enumerate();
    assertions.filter_map(|(index, assertion)| judge(context, index, assertion)).collect()
}

fn judge(context: &Context<'_>, index: usize, assertion: &Expression) -> Option<Finding> {
    let (failure, reason) = match assertion.evaluate(context.scope) {
        Ok(Value::Bool(true)) => return None,
        Ok(Value::Bool(false)) => (AssertionFailure::False, None),
        Ok(_) => (AssertionFailure::NotBoolean, None),
        Err(error) => (AssertionFailure::Errored, Some(error.to_string())),
    };
    let operands = assertion.operands(context.scope);
    let shown = operands.iter().map(|(name, value)| format!("{name} = {}", brief(value, OPERAND)));
    let shown = shown.collect::<Vec<_>>().join(", ");
    Some(Finding {
        difference: Difference::Assertion { failure, reason },
        expected: assertion.text().to_owned(),
        actual: (!shown.is_empty()).then_some(shown),
        ..CHECK.finding(Location::Response, context.case_place("/expect/assert").join(index))
    })
}
