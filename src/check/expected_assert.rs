//! `expected-assert`: every assertion of the case is true.
//!
//! Rule: Each expression in `expect.assert` evaluates to `true`. It can read the variables of the case, `request` and `response`
//! (`status`, `headers`, `body`). Any other result fails, and so does an expression that reads a missing property or compares
//! values of different types. `x is defined` tests whether `x` exists.
//!
//! Rationale: Some rules relate several properties, or the request and its response. No schema can state them.
//!
//! Example:
//!
//! ```text
//! expect: { assert: [ "response.body.updated_at >= response.body.created_at" ] }
//! actual   response.body.created_at = "2026-01-31", response.body.updated_at = "2026-01-30"
//! ```
//!
//! Reference: the case file, `expect.assert`.

use serde_json::Value;

use crate::contract::Location;
use crate::diff::brief;
use crate::difference::{AssertionFailure, Difference};
use crate::expression::Expression;
use crate::rules;
use crate::severity::Severity;

use super::context::Context;
use super::definition::{Definition, Method};
use super::finding::Finding;

/// Characters that an operand may have to be shown as it is.
const OPERAND: usize = 200;

pub(super) const CHECK: Definition = Definition {
    id: rules::EXPECTED_ASSERT,
    severity: Severity::Error,
    method: Method::Case(run),
    source: include_str!("expected_assert.rs"),
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
    let shown = operands.iter().map(|(name, value)| format!("{name} = {}", brief(&**value, OPERAND)));
    let shown = shown.collect::<Vec<_>>().join(", ");
    Some(Finding {
        difference: Difference::Assertion { failure, reason },
        expected: assertion.text().to_owned(),
        actual: (!shown.is_empty()).then_some(shown),
        ..CHECK.finding(Location::Response, context.case_location("/expect/assert").join(index))
    })
}
