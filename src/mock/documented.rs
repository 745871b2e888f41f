//! Answers from the document alone: which response, which of its media types, its example or a value made from its schema;
//! judged by the contract before it leaves.

use serde_json::{Map, Value};

use crate::contract::judge::{self, Breach};
use crate::contract::parameters::serialize;
use crate::contract::{Anchor, Contract, Direction, MediaTypeObject, Operation, Parameter, ResponseObject, StatusKey};
use crate::generate::value::{self, Look};
use crate::http::{Headers, MediaType, Request, Response};

use super::plain;
use super::wishes::Wishes;

/// The answer of `operation` to a request that keeps the contract: `Prefer: code` or the lowest success, in the media type that
/// is accepted best; 406 where none is, 501 with the reason where no content keeps the contract.
pub(super) fn answer(contract: &Contract, operation: &Operation, request: &Request, wishes: &Wishes) -> Response {
    let wished = wishes.code.and_then(|code| Some((code, operation.response(code)?)));
    let Some((status, declared)) = wished.or_else(|| lowest_success(operation)) else {
        let detail = format!("no rule fits, and the contract has no successful answer of {}", operation.name);
        return plain::problem(501, "Not Implemented", &detail, &[]);
    };
    let mut exchange = Exchange { contract, operation, request, wishes, status, declared, wrong: Vec::new() };
    match exchange.respond() {
        Some(mut response) => {
            wished.iter().for_each(|_| response.headers.append("preference-applied", format!("code={status}")));
            response
        }
        None => exchange.refuse(),
    }
}

/// The lowest documented success, an exact status before a range; without one the lowest redirection, then `default`.
fn lowest_success(operation: &Operation) -> Option<(u16, &ResponseObject)> {
    let rank = |declared: &ResponseObject| match declared.status {
        StatusKey::Exact(status @ 200..=399) => Some((status / 100, 0, status)),
        StatusKey::Range(class @ 2..=3) => Some((class, 1, class * 100)),
        StatusKey::Default => Some((4, 0, 200)),
        _ => None,
    };
    let ranked = operation.responses.iter().filter_map(|declared| Some((rank(declared)?, declared)));
    ranked.min_by_key(|(rank, _)| *rank).map(|((_, _, status), declared)| (status, declared))
}

/// One answer being looked for.
struct Exchange<'a> {
    contract: &'a Contract,
    operation: &'a Operation,
    request: &'a Request,
    wishes: &'a Wishes,
    status: u16,
    declared: &'a ResponseObject,
    /// Why what was tried is no answer, one line each.
    wrong: Vec<String>,
}

/// Content, and the name of the example that it is when that was asked for.
type Content<'a> = (String, Option<&'a str>);

impl<'a> Exchange<'a> {
    fn respond(&mut self) -> Option<Response> {
        if self.declared.content.is_empty() || matches!(self.status, 204 | 205 | 304) {
            let bare = plain::response(self.status, None, "");
            return self.judged(bare);
        }
        self.acceptable().into_iter().find_map(|media| self.with_content(media))
    }

    /// The declared media types that the client takes, the most welcome first.
    fn acceptable(&self) -> Vec<&'a MediaTypeObject> {
        let weight = |media: &MediaTypeObject| self.wishes.weight(&media.media_type);
        let mut acceptable: Vec<_> = self.declared.content.iter().filter(|media| weight(media) > 0.0).collect();
        acceptable.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
        if acceptable.iter().any(|media| self.named(media).is_some()) {
            acceptable.retain(|media| self.named(media).is_some());
        }
        acceptable
    }

    /// The example that was asked for.
    fn named(&self, media: &'a MediaTypeObject) -> Option<&'a (String, Anchor)> {
        let wished = self.wishes.example.as_deref()?;
        media.examples.iter().find(|(name, _)| name == wished)
    }

    fn with_content(&mut self, media: &'a MediaTypeObject) -> Option<Response> {
        let media_type = concrete(&media.media_type);
        for (body, name) in self.contents(media) {
            let mut response = plain::response(self.status, Some(&media_type), body);
            if let Some(name) = name {
                response.headers.append("preference-applied", format!("example={name}"));
            }
            if let Some(response) = self.judged(response) {
                return Some(response);
            }
        }
        None
    }

    /// What may be sent: the example that was asked for and nothing else, or every example, then values made from the schema.
    fn contents(&mut self, media: &'a MediaTypeObject) -> Vec<Content<'a>> {
        let text = |value: &Value| text(media, value);
        if let Some((name, anchor)) = self.named(media) {
            let content = self.contract.value(anchor).and_then(text);
            return content.map(|content| (content, Some(name.as_str()))).into_iter().collect();
        }
        let examples = media.examples.iter().filter_map(|(_, anchor)| self.contract.value(anchor).and_then(text));
        let mut contents: Vec<_> = examples.collect();
        match &media.schema {
            None if media.media_type.kind == "text" || media.media_type.subtype == "octet-stream" => {
                contents.push(String::new());
            }
            None => contents.extend(text(&Map::new().into())),
            Some(schema) => {
                match value::example(self.contract, schema, Direction::Response, Look::Plain) {
                    Ok(made) => contents.extend(text(&made)),
                    Err(why) => self.wrong.push(format!("{}: {why}", self.contract.place(&why.anchor))),
                }
            }
        }
        contents.dedup();
        contents.into_iter().map(|content| (content, None)).collect()
    }

    /// The response with the headers that its contract wants, when it keeps the contract.
    fn judged(&mut self, mut response: Response) -> Option<Response> {
        for header in &self.declared.headers {
            self.add(header, &mut response.headers);
        }
        if self.request.method == "HEAD" {
            response = Response { body: bytes::Bytes::new(), wire_size: 0, ..response };
        }
        let judged = judge::response(self.contract, self.operation, &self.request.method, &response);
        self.wrong.extend(judged.breaches.first().map(|breach| self.described(breach)));
        judged.breaches.is_empty().then_some(response)
    }

    /// Adds a header that is required or has an example of its own.
    fn add(&self, header: &Parameter, headers: &mut Headers) {
        let gives =
            |value: Option<&Value>| value.is_some_and(|value| GIVING.iter().any(|key| value.get(key).is_some()));
        let schema = header.schema.as_ref().and_then(|schema| self.contract.value(&schema.anchor));
        let is_given = gives(self.contract.value(&header.anchor)) || gives(schema);
        let framing = FRAMING.iter().any(|name| header.name.eq_ignore_ascii_case(name));
        if framing || !(header.required || is_given) || headers.get(&header.name).is_some() {
            return;
        }
        let value = value::parameter(self.contract, header, Direction::Response, Look::Plain).ok();
        if let Some(line) = value.and_then(|value| serialize(header, &value).ok()) {
            headers.set(&header.name, line);
        }
    }

    fn described(&self, breach: &Breach) -> String {
        format!("{}: {}: {}", self.contract.place(&breach.anchor), breach.site, breach.message)
    }

    fn refuse(self) -> Response {
        let listed =
            || self.declared.content.iter().map(|media| media.media_type.to_string()).collect::<Vec<_>>().join(", ");
        if !self.declared.content.is_empty() && self.acceptable().is_empty() {
            return plain::problem(406, "Not Acceptable", &format!("expected one of {} in Accept", listed()), &[]);
        }
        let detail = match self.wrong.is_empty() {
            true => format!("no content of {} is made; give an example", listed()),
            false => format!("no {} of {} was made that keeps the contract", self.status, self.operation.name),
        };
        plain::problem(501, "Not Implemented", &detail, self.wrong.get(..1).unwrap_or_default())
    }
}

/// Keywords that give a value.
const GIVING: [&str; 5] = ["example", "examples", "default", "const", "enum"];

/// Headers that say how the message is laid out, which is for the connection to decide (RFC 9110 §6.4, §7.6.1).
const FRAMING: [&str; 7] =
    ["content-length", "content-encoding", "transfer-encoding", "connection", "trailer", "upgrade", "keep-alive"];

/// The media type to send; a range has no such thing, so any type within it.
fn concrete(media_type: &MediaType) -> String {
    match (media_type.kind.as_str(), media_type.subtype.as_str()) {
        ("*", _) => "application/json".to_owned(),
        ("application", "*") => "application/octet-stream".to_owned(),
        ("text", "*") => "text/plain".to_owned(),
        (kind, "*") => format!("{kind}/x-example"),
        _ => media_type.to_string(),
    }
}

/// `value` as content of that type; none where that is neither JSON nor text.
fn text(media: &MediaTypeObject, value: &Value) -> Option<String> {
    let is_json = media.media_type.is_json() || media.media_type.kind == "*";
    match value {
        _ if is_json => Some(value.to_string()),
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) if media.media_type.kind == "text" => Some(value.to_string()),
        _ => None,
    }
}
