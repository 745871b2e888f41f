//! The name and the documented responses of an operation.

use maud::{Markup, html};

use crate::record::{DeclaredResponse, Endpoint};

use super::text::seen;

/// Renders method and path: `POST /v2/customers/{customer_id}`. A line may break before each segment but the first.
pub(super) fn name(endpoint: &Endpoint) -> Markup {
    html! {
        span.method { (seen(&endpoint.method)) } " "
        span.path { @for (index, segment) in seen(&endpoint.path).split_inclusive('/').enumerate() { @if index > 1 { wbr; } (segment) } }
    }
}

/// Renders the documented statuses. One that is not covered is also labelled so for screen readers.
pub(super) fn responses(responses: &[DeclaredResponse]) -> Markup {
    html! {
        ul.statuses {
            @for response in responses {
                @if response.touched { li { (seen(&response.status)) } }
                @else { li.not-covered title="not covered" { s { (seen(&response.status)) } span.visually-hidden { " not covered" } } }
            }
        }
    }
}
