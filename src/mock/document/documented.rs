//! Answers from the document alone: which response, which of its media types, its example or a value made from its schema;
//! judged by the contract before it leaves.

use bytes::Bytes;
use serde_json::{Map, Value};

use crate::contract::keyword::{self, Keyword};
use crate::contract::parameters::serialize;
use crate::contract::{
    Anchor, Contract, Direction, MediaTypeObject, Operation, Parameter, ResponseObject, StatusKey, judge,
};
use crate::generate::content;
use crate::generate::value::{self, Look, Unsatisfied};
use crate::http::{Headers, Request, Response};

use crate::mock::document::cache::Shelf;
use crate::mock::document::error_example;
use crate::mock::preferences::Wishes;
use crate::mock::problem_details;

/// A request, and what its answer may draw on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) operation: &'a Operation,
    pub(crate) request: &'a Request,
    pub(crate) wishes: &'a Wishes,
    pub(crate) shelf: &'a Shelf,
    /// What data that looks real derives from.
    pub(crate) seed: u64,
}

/// The answer to a request that keeps the contract: `Prefer: code` or the lowest success, in the media type that is accepted
/// best; 406 where none is, 501 with the reason where no content keeps the contract.
pub(crate) fn answer(asked: Asked<'_>) -> Response {
    asked.shelf.kept(asked, None).unwrap_or_else(|| {
        let response = made(asked);
        asked.shelf.keep(asked, None, &response);
        response
    })
}

fn made(asked: Asked<'_>) -> Response {
    let wished = asked.wishes.code.and_then(|code| Some((code, asked.operation.response(code)?)));
    let Some((status, declared)) = wished.or_else(|| usual(asked.operation)) else {
        let detail = format!("no rule fits, and the contract has no answer of {}", asked.operation.name);
        return problem_details::problem(501, "Not Implemented", &detail, &[]);
    };
    let mut answering = Answering::new(asked, status, declared, &[]);
    answering.respond().unwrap_or_else(|| answering.refuse())
}

/// The documented answer to a request that is refused for `violations`: `Prefer: code`, else the first of `statuses` that is
/// declared, else the range or default that covers the first of them. None where there is none that keeps the contract.
pub(crate) fn refusal(asked: Asked<'_>, statuses: &[u16], violations: &[String]) -> Option<Response> {
    let Asked { operation, wishes, shelf, .. } = asked;
    let refuses = statuses.first().copied();
    if let Some(kept) = shelf.kept(asked, refuses) {
        return Some(kept);
    }
    let exact = |status: u16| {
        let declared = operation.responses.iter().find(|declared| declared.status == StatusKey::Exact(status));
        declared.map(|declared| (status, declared))
    };
    let covered = || statuses.first().and_then(|status| Some((*status, operation.response(*status)?)));
    let wished = wishes.code.filter(|code| (400..500).contains(code)).and_then(exact);
    let (status, declared) = wished.or_else(|| statuses.iter().copied().find_map(exact)).or_else(covered)?;
    let mut answering = Answering::new(asked, status, declared, violations);
    let response = answering.respond()?;
    if !answering.tells {
        shelf.keep(asked, refuses, &response);
    }
    Some(response)
}

/// The response to give unasked: the lowest success that is documented, an exact status before a range; else the lowest redirection,
/// `default`, or what else there is.
fn usual(operation: &Operation) -> Option<(u16, &ResponseObject)> {
    let rank = |declared: &ResponseObject| match declared.status {
        StatusKey::Exact(status @ 200..=399) => (status / 100, 0, status),
        StatusKey::Range(class @ 2..=3) => (class, 1, class * 100),
        StatusKey::Default => (4, 0, 200),
        StatusKey::Exact(status) => (5, 0, status),
        StatusKey::Range(class) => (5, 0, class * 100),
    };
    let ranked = operation.responses.iter().map(|declared| (rank(declared), declared));
    // What is only on the way to an answer is none.
    let answers = ranked.filter(|((_, _, status), _)| *status >= 200);
    answers.min_by_key(|(rank, _)| *rank).map(|((_, _, status), declared)| (status, declared))
}

/// One answer being looked for.
struct Answering<'a> {
    asked: Asked<'a>,
    status: u16,
    declared: &'a ResponseObject,
    /// What the request broke, for the answers that say so.
    violations: &'a [String],
    /// Whether one was tried that says so: it is for this request alone.
    tells: bool,
    /// Why what was tried is no answer, one line each.
    wrong: Vec<String>,
    /// An answer with members that nothing documents, for want of a better one.
    spare: Option<Response>,
}

impl<'a> Answering<'a> {
    fn new(asked: Asked<'a>, status: u16, declared: &'a ResponseObject, violations: &'a [String]) -> Self {
        Self { asked, status, declared, violations, tells: false, wrong: Vec::new(), spare: None }
    }

    fn respond(&mut self) -> Option<Response> {
        if self.declared.content.is_empty() || matches!(self.status, 204 | 205 | 304) {
            return self.judged(problem_details::response(self.status, None, ""), None, &[]);
        }
        let found = self.acceptable().into_iter().find_map(|media| self.with_content(media));
        found.or_else(|| self.spare.take())
    }

    /// The declared media types that the client takes, the most welcome first. A refusal comes in any rather than not at all
    /// (RFC 9110 §12.1).
    fn acceptable(&self) -> Vec<&'a MediaTypeObject> {
        let weight = |media: &MediaTypeObject| self.asked.wishes.weight(&media.media_type);
        let is_welcome = |media: &&MediaTypeObject| self.status >= 400 || weight(media) > 0.0;
        let mut acceptable: Vec<_> = self.declared.content.iter().filter(is_welcome).collect();
        acceptable.sort_by(|one, other| weight(other).total_cmp(&weight(one)));
        if acceptable.iter().any(|media| self.named(media).is_some()) {
            acceptable.retain(|media| self.named(media).is_some());
        }
        acceptable
    }

    /// The example that was asked for.
    fn named(&self, media: &'a MediaTypeObject) -> Option<&'a (String, Anchor)> {
        let wished = self.asked.wishes.example.as_deref()?;
        media.examples.iter().find(|(name, _)| name == wished)
    }

    /// What may be sent: the example that was asked for and nothing else, or the first example that will do, or a value made.
    fn with_content(&mut self, media: &'a MediaTypeObject) -> Option<Response> {
        let contract = self.asked.contract;
        if let Some((name, anchor)) = self.named(media) {
            let applied = format!("example={}", quoted(name));
            return self.sent(media, contract.value(anchor)?, &[applied]);
        }
        if self.look() != Look::Plain {
            return self.made(media, &["dynamic=true".to_owned()]);
        }
        let example = media.examples.iter().find_map(|(_, anchor)| self.sent(media, contract.value(anchor)?, &[]));
        example.or_else(|| self.made(media, &[]))
    }

    fn look(&self) -> Look {
        if self.asked.wishes.dynamic == Some(true) { Look::Lifelike(self.asked.seed) } else { Look::Plain }
    }

    /// An answer with a value that is made from the schema; a refusal says in it what was wrong, where there is room for it.
    fn made(&mut self, media: &'a MediaTypeObject, applied: &[String]) -> Option<Response> {
        let made = self.value(media).map_err(|why| self.note(&why.anchor, &why.why)).ok()?;
        if !self.violations.is_empty() {
            self.tells = true;
            let told = self.sent(media, &error_example::with(&made, self.status, self.violations), applied);
            if told.is_some() {
                return told;
            }
        }
        self.sent(media, &made, applied)
    }

    fn value(&self, media: &MediaTypeObject) -> Result<Value, Unsatisfied> {
        match media.items.as_ref().or(media.schema.as_ref()) {
            Some(schema) => self.asked.shelf.value(self.asked.contract, schema, self.look()),
            None if media.media_type.kind == "text" || media.media_type.is_range() => Ok("".into()),
            None => Ok(Map::new().into()),
        }
    }

    fn sent(&mut self, media: &MediaTypeObject, value: &Value, applied: &[String]) -> Option<Response> {
        let contract = self.asked.contract;
        let wished =
            Some(&media.media_type).filter(|range| range.is_range()).and_then(|range| self.asked.wishes.within(range));
        let wished = wished.and_then(|actual| content::typed(contract, media, actual, value));
        let content = wished.or_else(|| content::of(contract, media, value))?;
        let response = problem_details::response(self.status, Some(&content.media_type), content.bytes);
        let json = media.media_type.is_json().then(|| value.clone());
        self.judged(response, json, applied)
    }

    /// The response with the headers that its contract wants, when it keeps the contract; `json` is its body, where it is that.
    fn judged(&mut self, mut response: Response, json: Option<Value>, applied: &[String]) -> Option<Response> {
        for header in &self.declared.headers {
            self.add(header, &mut response.headers);
        }
        let Asked { contract, operation, request, wishes, .. } = self.asked;
        let code = wishes.code.filter(|code| *code == self.status).map(|code| format!("code={code}"));
        let applied: Vec<_> = code.into_iter().chain(applied.iter().cloned()).collect();
        if !applied.is_empty() {
            response.headers.append("preference-applied", applied.join(", "));
        }
        if request.method == "HEAD" {
            response = Response { body: Bytes::new(), wire_size: 0, ..response };
        }
        let breaches = judge::made(contract, operation, &request.method, &response, json).breaches;
        let Some(breach) = breaches.first() else { return Some(response) };
        self.note(&breach.anchor, &format!("{}: {}", breach.location, breach.sentence()));
        if value::is_only_undocumented(&breaches) {
            self.spare.get_or_insert(response);
        }
        None
    }

    /// Adds a header that is required or has an example of its own.
    fn add(&self, header: &Parameter, headers: &mut Headers) {
        let contract = self.asked.contract;
        let is_data = |name: &String| keyword::find(name).is_some_and(Keyword::is_data);
        let gives =
            |value: Option<&Value>| value.and_then(Value::as_object).is_some_and(|members| members.keys().any(is_data));
        let schema = header.schema.as_ref().and_then(|schema| contract.value(&schema.anchor));
        let is_given = gives(contract.value(&header.anchor)) || gives(schema);
        let framing = FRAMING.iter().any(|name| header.name.eq_ignore_ascii_case(name));
        if framing || !(header.required || is_given) || headers.get(&header.name).is_some() {
            return;
        }
        let value = value::parameter(contract, header, Direction::Response, self.look()).ok();
        if let Some(line) = value.and_then(|value| serialize(header, &value).ok()) {
            headers.set(&header.name, line);
        }
    }

    fn note(&mut self, anchor: &Anchor, why: &str) {
        self.wrong.push(format!("{}: {why}", self.asked.contract.place(anchor)));
    }

    fn refuse(self) -> Response {
        let listed =
            || self.declared.content.iter().map(|media| media.media_type.to_string()).collect::<Vec<_>>().join(", ");
        if !self.declared.content.is_empty() && self.acceptable().is_empty() {
            let why = [format!("expected one of {} in Accept", listed())];
            let documented = refusal(self.asked, &[406], &why);
            return documented.unwrap_or_else(|| problem_details::problem(406, "Not Acceptable", &why[0], &[]));
        }
        let detail = match self.wrong.is_empty() {
            true => format!("no content of {} is made; give an example", listed()),
            false => format!("no {} of {} was made that keeps the contract", self.status, self.asked.operation.name),
        };
        problem_details::problem(501, "Not Implemented", &detail, self.wrong.get(..1).unwrap_or_default())
    }
}

/// A word, in quotes where it is no token (RFC 7240 §2).
fn quoted(word: &str) -> String {
    let is_token = word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.~+!".contains(&byte));
    if is_token && !word.is_empty() { word.to_owned() } else { format!("\"{}\"", word.escape_default()) }
}

/// Headers that say how the message is laid out, which is for the connection to decide (RFC 9110 §6.4, §7.6.1).
const FRAMING: [&str; 7] =
    ["content-length", "content-encoding", "transfer-encoding", "connection", "trailer", "upgrade", "keep-alive"];
