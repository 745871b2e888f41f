//! Builds one declared response: its media type, an example or a generated value, and its headers. Nothing is returned that does not
//! conform to the contract.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::contract::{Anchor, MediaTypeObject, ResponseObject, judge};
use crate::generate::{Unsatisfied, ValueStyle, content, solver};
use crate::http::Response;
use crate::mock::problem_details;

use super::context::ResponseContext;
use super::{error_example, headers};

/// Tries the content of one declared response until one conforms.
pub(crate) struct ResponseBuilder<'a> {
    context: ResponseContext<'a>,
    status: u16,
    declared: &'a ResponseObject,
    /// How the request violates the contract, for error responses that mention it.
    violations: &'a [String],
    /// Whether content was tried that mentions the violations: the response is for this request alone.
    is_specific: bool,
    /// Why content was rejected, one line each.
    failures: Vec<String>,
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
        Self { context, status, declared, violations, is_specific: false, failures: Vec::new(), fallback: None }
    }

    /// The response; none if no content conforms.
    pub(crate) fn build(&mut self) -> Option<Response> {
        if self.declared.content.is_empty() || matches!(self.status, 204 | 205 | 304) {
            return self.conforming(problem_details::response(self.status, None, ""), None, &[]);
        }
        let found = self.acceptable().into_iter().find_map(|media| self.with_content(media));
        found.or_else(|| self.fallback.take())
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

    /// The declared media types that the client accepts, by weight. Errors are sent in any media type rather than not at all
    /// (RFC 9110 §12.1).
    fn acceptable(&self) -> Vec<&'a MediaTypeObject> {
        let weight = |media: &MediaTypeObject| self.context.preferences.weight(&media.media_type);
        let is_accepted = |media: &&MediaTypeObject| self.status >= 400 || weight(media) > 0.0;
        let mut acceptable: Vec<_> = self.declared.content.iter().filter(is_accepted).collect();
        acceptable.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
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
        let example =
            media.examples.iter().find_map(|(_, anchor)| self.with_value(media, contract.value(anchor)?, &[]));
        example.or_else(|| self.generated(media, &[]))
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
                return response;
            }
        }
        self.with_value(media, &generated, applied)
    }

    fn value(&self, media: &MediaTypeObject) -> Result<Value, Unsatisfied> {
        match media.items.as_ref().or(media.schema.as_ref()) {
            Some(schema) => self.context.cache.value(self.context.contract, schema, self.style()),
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

/// A word, quoted unless it is a token (RFC 7240 §2).
fn quoted(word: &str) -> String {
    let is_token = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+!".contains(&byte));
    if is_token && !word.is_empty() { word.to_owned() } else { format!("\"{}\"", word.escape_default()) }
}
