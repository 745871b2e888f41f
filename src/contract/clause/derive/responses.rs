//! Clauses of responses: statuses, media types, headers, and the values of bodies.

use std::sync::Arc;

use crate::contract::clause::impossible::Impossible;
use crate::contract::clause::location::{ClauseLocation, Part};
use crate::contract::clause::tree::{BodyPlace, ResponsePlace};
use crate::contract::clause::verb::Verb;
use crate::contract::{MediaTypeObject, Operation, ResponseObject, StatusKey};

use super::collector::object;
use super::side::{Side, Writing};
use super::subject::{Derived, Subject};
use super::walker::Walkers;

/// Adds the clauses of the responses of `operation`.
pub(super) fn clauses(walkers: &Walkers<'_>, operation: &Operation, derived: &mut Derived) {
    for response in &operation.responses {
        let status = response.status;
        let present = derived.found.add(Verb::Receives(status), object(&response.anchor));
        let mut headers = Vec::new();
        for header in &response.headers {
            let verb = Verb::ReceivesHeader(status, header.name.to_lowercase().into());
            headers.extend(derived.found.add(verb, object(&header.anchor)).map(|id| (header.name.clone(), id)));
        }
        let content = content(walkers, operation, response, derived);
        derived.messages.responses.push(ResponsePlace { status, present, headers, content });
    }
}

fn content(
    walkers: &Walkers<'_>,
    operation: &Operation,
    response: &ResponseObject,
    derived: &mut Derived,
) -> Vec<BodyPlace> {
    let status = response.status;
    let impossible = is_without_content(operation, status).then_some(Impossible::NoContent);
    let mut places = Vec::new();
    for content in &response.content {
        let verb = Verb::ReceivesMediaType(status, Arc::clone(&content.name));
        let present = derived.found.add_unless(verb, object(&content.anchor), impossible);
        let schema = content.schema.as_ref().filter(|_| impossible.is_none() && is_descended(content));
        let place = schema.map(|schema| {
            let (side, writing) = (Side::Response(status), Writing::Json);
            walkers.walk(derived, Subject { side, writing, at: ClauseLocation::new(Part::Body) }, &schema.anchor)
        });
        places.push(BodyPlace { media_type: Arc::clone(&content.name), present, place });
    }
    places
}

/// Whether the values of the content are descended: only those of JSON are known.
fn is_descended(content: &MediaTypeObject) -> bool {
    content.media_type.is_json() || content.media_type.is_range()
}

/// Whether such responses have no content (RFC 9110 §6.4.1).
fn is_without_content(operation: &Operation, status: StatusKey) -> bool {
    let by_status = matches!(status, StatusKey::Exact(100..=199 | 204 | 205 | 304) | StatusKey::Range(1));
    by_status || operation.method == "HEAD"
}
