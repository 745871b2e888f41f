//! Clauses of the request body of an operation.

use std::sync::Arc;

use crate::contract::clause::location::{ClauseLocation, Part};
use crate::contract::clause::tree::BodyPlace;
use crate::contract::clause::verb::Verb;
use crate::contract::{MediaTypeObject, Operation};

use super::collector::{keyword, object};
use super::form_fields::FormFields;
use super::side::{Side, Writing};
use super::subject::{Derived, Subject};
use super::walker::Walkers;

/// Adds the clauses of the request body.
pub(super) fn clauses(walkers: &Walkers<'_>, operation: &Operation, derived: &mut Derived) {
    let Some(body) = &operation.request_body else { return };
    let at = || ClauseLocation::new(Part::Body);
    if body.required {
        derived.found.add(Verb::Violates("required", Some(at())), keyword(&body.anchor, "required"));
    } else {
        derived.messages.omits_body = derived.found.add(Verb::Omits(at()), object(&body.anchor));
    }
    let is_any = |content: &MediaTypeObject| content.media_type.kind == "*";
    if !body.content.is_empty() && !body.content.iter().any(is_any) {
        derived.found.add(Verb::Violates("content-type", None), keyword(&body.anchor, "content"));
    }
    for content in &body.content {
        let present = derived.found.add(Verb::SendsMediaType(Arc::clone(&content.name)), object(&content.anchor));
        if let Some(rule) = syntax(content) {
            derived.found.add(Verb::Violates(rule, None), object(&content.anchor));
        }
        let form = FormFields::new(walkers.contract, content);
        let writing = writing(content, form.as_ref());
        let place = content.schema.as_ref().zip(writing).map(|(schema, writing)| {
            walkers.walk(derived, Subject { side: Side::Request, writing, at: at() }, &schema.anchor)
        });
        // Examples of content that is not descended are not compared.
        for (name, value) in content.examples.iter().filter(|_| writing.is_some()) {
            let id = derived.found.add(Verb::SendsExample(name.as_str().into()), object(value));
            let example = id.map(|id| (Arc::new(value.clone()), id));
            if let Some(place) = place {
                derived.messages.places.at_mut(place).examples.extend(example);
            }
        }
        derived.messages.request.push(BodyPlace { media_type: Arc::clone(&content.name), present, place });
    }
}

/// How the values of the content are written; none for content that is not descended: text, binary data, sequences.
fn writing<'c>(content: &MediaTypeObject, form: Option<&'c FormFields<'c>>) -> Option<Writing<'c>> {
    let media_type = &content.media_type;
    let is_like_json = media_type.is_json() || media_type.is_range() || media_type.is_xml();
    if is_like_json { Some(Writing::Json) } else { form.map(Writing::Form) }
}

/// The rule that content violates which does not have the syntax of its media type.
fn syntax(content: &MediaTypeObject) -> Option<&'static str> {
    let media_type = &content.media_type;
    match &*media_type.kind {
        _ if media_type.is_range() => None,
        _ if media_type.is_json() => Some("json"),
        _ if media_type.is_xml() => Some("xml"),
        "multipart" => Some("multipart"),
        _ => None,
    }
}
