//! The name and the documented responses of an operation.

use maud::{Markup, html};

use crate::record::{DeclaredResponse, Endpoint};

use super::text::seen;

/// `POST /v2/customers/{customer_id}`, the method apart.
pub fn name(endpoint: &Endpoint) -> Markup {
    html! { span.method { (seen(&endpoint.method)) } " " span.path { (seen(&endpoint.path)) } }
}

/// The declared statuses; one that never came is said so, not only drawn so.
pub fn responses(responses: &[DeclaredResponse]) -> Markup {
    html! {
        ul.statuses {
            @for response in responses {
                @if response.touched { li { (seen(&response.status)) } }
                @else { li.never title="never came" { s { (seen(&response.status)) } span.unseen { " never came" } } }
            }
        }
    }
}
