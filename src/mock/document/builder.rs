//! Builds one declared response: its media type, an example or a generated value, and its headers. Nothing is returned that does not
//! conform to the contract.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::contract::{Anchor, Direction, MediaTypeObject, ResponseObject, judge};
use crate::generate::{Unsatisfied, ValueStyle, content, solver};
use crate::http::{MediaType, Response};
use crate::mock::problem_details;

use super::context::ResponseContext;
use super::response::DocumentedResponse;
use super::{error_example, headers};

/// Number of generated items of a sequence, so that a client has to tell them apart.
const ITEMS: u64 = 3;

/// Generated content of a media type without a known structure.
const PLACEHOLDER: &str = "example";

/// Tries the content of one declared response until one conforms.
pub(crate) struct ResponseBuilder<'a> {
    context: ResponseContext<'a>,
    status: u16,
    declared: &'a ResponseObject,
    /// How the request violates the contract, for error responses that mention it.
    violations: &'a [String],
    /// Whether content was tried that mentions the violations: the response is for this request alone.
    is_specific: bool,
    /// Whether the body of the response mentions the violations.
    lists_violations: bool,
    /// Why content was rejected, one line each.
    failures: Vec<String>,
    /// The rejected examples, one line each.
    discarded: Vec<String>,
    /// A response whose only flaw is undocumented properties, used if there is no better one.
    fallback: Option<Response>,
}

impl<'a> ResponseBuilder<'a> {
    pub(crate) fn new(
        context: ResponseContext<'a>,
        status: u16,
        declared: &'a ResponseObject,
        violations: &'a [String],
    ) -> Self {
        Self {
            context,
            status,
            declared,
            violations,
            is_specific: false,
            lists_violations: false,
            failures: Vec::new(),
            discarded: Vec::new(),
            fallback: None,
        }
    }

    /// The response; none if no content conforms.
    pub(crate) fn build(&mut self) -> Option<DocumentedResponse> {
        if self.declared.content.is_empty() || matches!(self.status, 204 | 205 | 304) {
            let response = self.conforming(problem_details::response(self.status, None, ""), None, &[]);
            return response.map(DocumentedResponse::from);
        }
        let found = self.acceptable().into_iter().find_map(|media| Some((self.with_content(media)?, media)));
        if let Some((response, media)) = found {
            let mut notes = std::mem::take(&mut self.discarded);
            notes.extend(self.other_type(media));
            return Some(DocumentedResponse { response, lists_violations: self.lists_violations, notes });
        }
        self.fallback.take().map(DocumentedResponse::from)
    }

    /// A note if the client accepts other media types only.
    fn other_type(&self, sent: &MediaTypeObject) -> Option<String> {
        let ResponseContext { preferences, operation, .. } = self.context;
        let is_followed = self.status >= 400 || preferences.weight(&sent.media_type) > 0.0;
        let (accepted, name, status) = (preferences.accepted(), &operation.name, self.status);
        (!is_followed).then(|| {
            format!(
                "Accept: {accepted} was not followed: {name} documents no such content of {status}, sent {}",
                sent.name
            )
        })
    }

    pub(crate) fn status(&self) -> u16 {
        self.status
    }

    pub(crate) fn is_specific(&self) -> bool {
        self.is_specific
    }

    /// Why the first content that was tried was rejected.
    pub(crate) fn first_failure(&self) -> Option<String> {
        self.failures.first().cloned()
    }

    /// Whether the client accepts none of the declared media types.
    pub(crate) fn is_unacceptable(&self) -> bool {
        !self.declared.content.is_empty() && self.acceptable().is_empty()
    }

    pub(crate) fn declared_media_types(&self) -> String {
        self.declared.content.iter().map(|media| media.media_type.to_string()).collect::<Vec<_>>().join(", ")
    }

    /// The declared media types to try, the most acceptable first: those that the client accepts, else those of the same syntax,
    /// else all. A server may disregard `Accept` (RFC 9110 §12.5.1); only an operation that documents 406 does not. Errors are sent
    /// in any media type rather than not at all (RFC 9110 §12.1).
    fn acceptable(&self) -> Vec<&'a MediaTypeObject> {
        let preferences = self.context.preferences;
        let weights = |media: &MediaTypeObject| {
            (preferences.weight(&media.media_type), preferences.syntax_weight(&media.media_type))
        };
        let mut acceptable: Vec<_> = self.declared.content.iter().collect();
        acceptable.sort_by(|one, other| {
            let ((one, one_syntax), (other, other_syntax)) = (weights(one), weights(other));
            other.total_cmp(&one).then(other_syntax.total_cmp(&one_syntax))
        });
        if self.status < 400 {
            let is_accepted = |media: &&MediaTypeObject| weights(media).0 > 0.0;
            let is_readable = |media: &&MediaTypeObject| weights(media).1 > 0.0;
            if acceptable.iter().any(is_accepted) {
                acceptable.retain(is_accepted);
            } else if acceptable.iter().any(is_readable) {
                acceptable.retain(is_readable);
            } else if self.context.documents(406) {
                acceptable.clear();
            }
        }
        if acceptable.iter().any(|media| self.preferred_example(media).is_some()) {
            acceptable.retain(|media| self.preferred_example(media).is_some());
        }
        acceptable
    }

    fn preferred_example(&self, media: &'a MediaTypeObject) -> Option<&'a (String, Anchor)> {
        let preferred = self.context.preferences.example.as_deref()?;
        media.examples.iter().find(|(name, _)| name == preferred)
    }

    /// The preferred example and nothing else; or the first conforming example; or a generated value.
    fn with_content(&mut self, media: &'a MediaTypeObject) -> Option<Response> {
        let contract = self.context.contract;
        if let Some((name, anchor)) = self.preferred_example(media) {
            let applied = format!("example={}", quoted(name));
            return self.with_value(media, contract.value(anchor)?, &[applied]);
        }
        if self.style() != ValueStyle::Plain {
            return self.generated(media, &["dynamic=true".to_owned()]);
        }
        self.example(media).or_else(|| self.generated(media, &[]))
    }

    /// The example that is named like the request's, else the first; those that violate the contract are skipped.
    fn example(&mut self, media: &'a MediaTypeObject) -> Option<Response> {
        let ResponseContext { contract, operation, example, .. } = self.context;
        let is_selected = |(name, _): &&(String, Anchor)| example == Some(name.as_str());
        let selected = media.examples.iter().filter(is_selected);
        for (name, anchor) in selected.chain(media.examples.iter().filter(|one| !is_selected(one))) {
            let Some(value) = contract.value(anchor) else { continue };
            let response = self.with_value(media, value, &[]);
            if response.is_some() {
                return response;
            }
            let reason = self.failures.last().map_or_else(|| contract.place(anchor).to_string(), String::clone);
            let (operation, status) = (&operation.name, self.status);
            self.discarded.push(format!("the example {name:?} of {status} of {operation} was not sent: {reason}"));
        }
        None
    }

    fn style(&self) -> ValueStyle {
        if self.context.preferences.dynamic == Some(true) {
            ValueStyle::Realistic(self.context.seed)
        } else {
            ValueStyle::Plain
        }
    }

    /// A response with a generated value; if it is an error with properties for that, they describe the violations.
    fn generated(&mut self, media: &'a MediaTypeObject, applied: &[String]) -> Option<Response> {
        let generated = self.value(media).map_err(|error| self.reject(&error.anchor, &error.why)).ok()?;
        if !self.violations.is_empty() {
            self.is_specific = true;
            let filled = error_example::filled(&generated, self.status, self.violations);
            let response = self.with_value(media, &filled, applied);
            if response.is_some() {
                self.lists_violations = filled != generated;
                return response;
            }
        }
        self.with_value(media, &generated, applied)
    }

    /// The generated value of the content. A sequence has several items; those of realistic data differ.
    fn value(&self, media: &MediaTypeObject) -> Result<Value, Unsatisfied> {
        let ResponseContext { cache, contract, .. } = self.context;
        let generate = |schema| cache.value(contract, schema, self.style());
        if let Some(items) = &media.items {
            let item = |index| cache.value(contract, items, self.style().nth(index));
            return (0..ITEMS).map(item).collect::<Result<_, _>>().map(Value::Array);
        }
        let value = media.schema.as_ref().map(generate).transpose()?;
        let bytes = Value::from(PLACEHOLDER);
        let conforms = |schema| judge::body_value(contract, schema, Direction::Response, &bytes).is_empty();
        match value {
            Some(Value::String(text)) if !text.is_empty() => Ok(text.into()),
            _ if is_opaque(&content::concrete(&media.media_type)) && media.schema.as_ref().is_none_or(conforms) => {
                Ok(bytes)
            }
            Some(value) => Ok(value),
            None if media.media_type.kind == "text" || media.media_type.is_range() => Ok("".into()),
            None => Ok(Map::new().into()),
        }
    }

    fn with_value(&mut self, media: &MediaTypeObject, value: &Value, applied: &[String]) -> Option<Response> {
        let ResponseContext { contract, preferences, .. } = self.context;
        let range = Some(&media.media_type).filter(|range| range.is_range());
        let preferred = range.and_then(|range| preferences.best_within(range));
        let preferred = preferred.and_then(|actual| content::serialize_as(contract, media, actual, value));
        let content = preferred.or_else(|| content::serialize(contract, media, value))?;
        let response = problem_details::response(self.status, Some(&content.media_type), content.bytes);
        let json = media.media_type.is_json().then(|| value.clone());
        self.conforming(response, json, applied)
    }

    /// The response with its declared headers, if it conforms to the contract. `json` is its body, if that is JSON; `applied` lists
    /// the preferences that were followed.
    fn conforming(&mut self, mut response: Response, json: Option<Value>, applied: &[String]) -> Option<Response> {
        let ResponseContext { contract, operation, request, preferences, .. } = self.context;
        for header in &self.declared.headers {
            headers::add(contract, header, self.style(), &mut response.headers);
        }
        let code = preferences.code.filter(|code| *code == self.status).map(|code| format!("code={code}"));
        let applied: Vec<_> = code.into_iter().chain(applied.iter().cloned()).collect();
        if !applied.is_empty() {
            response.headers.append("preference-applied", applied.join(", "));
        }
        headers::announce_length(self.declared, &mut response);
        if self.context.is_head() {
            response = Response { body: Bytes::new(), wire_size: 0, ..response };
        }
        let breaches = judge::generated_response(contract, operation, &request.method, &response, json).breaches;
        let Some(breach) = breaches.first() else { return Some(response) };
        self.reject(&breach.anchor, &format!("{}: {}", breach.location, breach.sentence()));
        if solver::is_only_undocumented(&breaches) {
            self.fallback.get_or_insert(response);
        }
        None
    }

    fn reject(&mut self, anchor: &Anchor, reason: &str) {
        self.failures.push(format!("{}: {reason}", self.context.contract.place(anchor)));
    }
}

/// Whether content of the media type is bytes without a structure that signoff knows, such as an image.
fn is_opaque(media_type: &MediaType) -> bool {
    let is_form = media_type.kind == "multipart" || media_type.essence() == "application/x-www-form-urlencoded";
    let is_value = media_type.is_json() || media_type.is_xml() || media_type.sequence().is_some();
    !is_form && !is_value && media_type.kind != "text"
}

/// A word, quoted unless it is a token (RFC 7240 §2).
fn quoted(word: &str) -> String {
    let is_token = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+!".contains(&byte));
    if is_token && !word.is_empty() { word.to_owned() } else { format!("\"{}\"", word.escape_default()) }
}
