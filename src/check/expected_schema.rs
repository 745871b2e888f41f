//! `expected-schema`: the body conforms to the schema of the case.
//!
//! Rule: Every keyword of `expect.schema` is satisfied. It is a JSON Schema (2020-12) without external references. Formats are
//! validated.
//!
//! Rationale: A document often allows more than the API sends: a `string` is always a timestamp, an array is never empty. A case
//! can require this without a change to the vendor's document.
//!
//! Example:
//!
//! ```text
//! expect: { schema: { properties: { created_at: { format: date-time } } } }
//!
//! -   "created_at": string(date-time)        expected-schema: format     cases/imprint/link.yaml:21:51
//! +   "created_at": "31.01.2026",
//! ```
//!
//! Reference: the case file, `expect.schema`; JSON Schema 2020-12 Validation.

use crate::contract::{Breach, CaseSchema, Location, NotChecked};
use crate::difference::{Difference, Element};
use crate::pointer::Pointer;
use crate::rules;
use crate::severity::Severity;

use super::context::Context;
use super::definition::{Definition, Method};
use super::finding::{Finding, Origin};

pub(super) const CHECK: Definition = Definition {
    id: rules::EXPECTED_SCHEMA,
    severity: Severity::Error,
    method: Method::Case(run),
    source: include_str!("expected_schema.rs"),
};

fn run(context: &Context<'_>) -> Vec<Finding> {
    let schema = context.case.expect.schema.as_deref().filter(|_| !context.is_beyond_limits());
    schema.map(|schema| judge(context, schema)).unwrap_or_default()
}

fn judge(context: &Context<'_>, schema: &CaseSchema) -> Vec<Finding> {
    let Some(body) = context.json else {
        let missing = Difference::Missing { element: Element::JsonBody, name: None };
        return vec![whole(context, "JSON", missing)];
    };
    let (breaches, not_checked) = schema.judge(body, context.body().as_bytes());
    let broken = breaches.iter().map(|breach| finding(context, breach));
    broken.chain(not_checked.into_iter().map(|not_checked| undecided(context, not_checked))).collect()
}

/// A breach of a keyword that the case file states.
fn finding(context: &Context<'_>, breach: &Breach) -> Finding {
    let at = context.case_location("/expect/schema").concat(&breach.anchor.pointer);
    Finding { origin: Origin::Case(at), ..CHECK.breach(breach) }
}

/// A case that expects what cannot be checked does not pass.
fn undecided(context: &Context<'_>, not_checked: NotChecked) -> Finding {
    whole(context, "a schema that can be judged", Difference::NotChecked { reason: not_checked.reason })
}

fn whole(context: &Context<'_>, expected: &str, difference: Difference) -> Finding {
    let finding = CHECK.finding(Location::Body(Pointer::root()), context.case_location("/expect/schema"));
    Finding { expected: expected.to_owned(), difference, ..finding }
}
