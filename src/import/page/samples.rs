//! Commands and responses of pages, as samples of operations.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::contract::ParameterIn;
use crate::place::Snippet;
use crate::problem::Problem;
use crate::quantity::count;

use super::super::curl::{Commands, CurlRequest, IsSensitive};
use super::super::exchanges::{CONNECTION_HEADERS, decoded_name};
use super::super::recorded_variables::{Piece, RecordedVariables};
use super::exchange::{Exchange, ShownResponse};

/// The methods that a document describes.
const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"];

/// Maximum number of samples of an operation. More of them would hardly change what is inferred.
const MAX_SAMPLES: usize = 100;

/// Maximum number of JSON values in the bodies of all samples.
const MAX_VALUES: usize = 200_000;

/// The commands of one page.
pub(super) struct PageExchanges {
    /// The file name of the page.
    pub page: Arc<str>,
    /// Its first heading.
    pub title: Option<String>,
    /// Its commands.
    pub exchanges: Vec<Exchange>,
}

/// An operation that commands call.
pub(super) struct ShownOperation<'a> {
    pub method: String,
    /// The path with parameters in braces.
    pub path: String,
    /// The page that shows it first.
    pub page: &'a PageExchanges,
    /// The command that shows it first.
    pub at: &'a Snippet,
    /// Scheme and authority of the first request; empty if unknown.
    pub origin: String,
    pub samples: Vec<Sample<'a>>,
    /// Text after the commands.
    pub prose: Vec<&'a str>,
    /// The commands beyond the limits.
    left_out: Vec<&'a Snippet>,
}

/// A request and its responses.
pub(super) struct Sample<'a> {
    /// Index of the request.
    pub index: usize,
    pub request: &'a CurlRequest,
    pub at: &'a Snippet,
    /// Values of the path parameters, as far as they are known.
    pub path: Map<String, Value>,
    /// Query parameters; `null` if the value is unknown.
    pub query: Vec<(String, Value)>,
    /// Header fields that belong to the operation.
    pub headers: Vec<(String, Value)>,
    /// Media type and JSON value of the body.
    pub body: Option<(String, Option<Value>)>,
    pub responses: &'a [ShownResponse],
}

/// A request that a response follows.
struct Called<'a> {
    page: &'a PageExchanges,
    exchange: &'a Exchange,
    index: usize,
    request: &'a CurlRequest,
    at: &'a Snippet,
    /// Its path with parameters in braces.
    path: String,
}

/// Sorts the commands of all pages by operation. What is left out is noted.
pub(super) fn operations<'a>(
    pages: &'a [PageExchanges],
    commands: &'a Commands,
    marks: &RecordedVariables,
    is_sensitive: IsSensitive<'_>,
    notes: &mut Vec<Problem>,
) -> Result<Vec<ShownOperation<'a>>, Vec<Problem>> {
    let mut called = called(pages, commands, marks, notes);
    // Paths with placeholders first, so that values of other commands are known to be parameters.
    called.sort_by_key(|one| !one.path.contains('{'));
    let (mut operations, mut problems, mut room) = (Vec::new(), Vec::new(), MAX_VALUES);
    for one in called {
        let (operation, path) = operation_of(&mut operations, &one, marks);
        if operation.samples.len() == MAX_SAMPLES {
            operation.left_out.push(one.at);
            continue;
        }
        let sample = match one.sample(path, marks, is_sensitive) {
            Ok(sample) => sample,
            Err(problem) => {
                problems.push(problem);
                continue;
            }
        };
        match room.checked_sub(sample.size()) {
            Some(rest) => room = rest,
            None => {
                operation.left_out.push(one.at);
                continue;
            }
        }
        operation.prose.extend(one.exchange.prose.iter().map(String::as_str));
        operation.add(sample, notes);
    }
    notes.extend(operations.iter().filter_map(ShownOperation::limit));
    operations.retain(|operation| !operation.samples.is_empty());
    if problems.is_empty() { Ok(operations) } else { Err(problems) }
}

/// The requests that become samples.
fn called<'a>(
    pages: &'a [PageExchanges],
    commands: &'a Commands,
    marks: &RecordedVariables,
    notes: &mut Vec<Problem>,
) -> Vec<Called<'a>> {
    let mut called = Vec::new();
    for (page, exchange) in pages.iter().flat_map(|page| page.exchanges.iter().map(move |exchange| (page, exchange))) {
        let requests = exchange.requests.clone().filter_map(|index| Some((index, commands.request(index)?)));
        for (index, (request, at)) in requests {
            let is_last = index + 1 == exchange.requests.end;
            let is_known = METHODS.contains(&&*request.request.method);
            if !is_last || !is_known || exchange.responses.is_empty() {
                let message = match is_known {
                    true => "the command is left out: no response in JSON follows it",
                    false => "the command is left out: a document cannot describe its method",
                };
                notes.push(Problem::new(message).at(at.clone()).as_warning());
                continue;
            }
            let path = marks.fill(request.request.path(), |name| format!("{{{}}}", parameter_name(name)));
            called.push(Called { page, exchange, index, request, at, path });
        }
    }
    called
}

impl<'a> Called<'a> {
    /// Its sample with the values of path parameters.
    fn sample(
        &self,
        path: Map<String, Value>,
        marks: &RecordedVariables,
        is_sensitive: IsSensitive<'_>,
    ) -> Result<Sample<'a>, Problem> {
        Ok(Sample {
            index: self.index,
            request: self.request,
            at: self.at,
            path,
            query: query(self.request, marks, is_sensitive),
            headers: headers(self.request, marks, is_sensitive),
            body: body(self.request, self.at, marks, is_sensitive)?,
            responses: &self.exchange.responses,
        })
    }
}

/// The operation of a request, and the values of its path parameters in the request.
fn operation_of<'a, 'o>(
    operations: &'o mut Vec<ShownOperation<'a>>,
    called: &Called<'a>,
    marks: &RecordedVariables,
) -> (&'o mut ShownOperation<'a>, Map<String, Value>) {
    let Called { page, request, path, at, .. } = called;
    let method = &request.request.method;
    let held = operations.iter().enumerate().find_map(|(number, operation)| {
        let values = (operation.method == *method).then(|| path_values(&operation.path, path)).flatten();
        Some((number, values?))
    });
    let (number, values) = held.unwrap_or((operations.len(), Map::new()));
    if number == operations.len() {
        let is_known = marks.pieces(&request.origin).iter().all(|piece| matches!(piece, Piece::Text(_)));
        let origin = if is_known { request.origin.clone() } else { String::new() };
        let (method, path, samples, prose) = (method.clone(), path.clone(), Vec::new(), Vec::new());
        operations.push(ShownOperation { method, path, page, at, origin, samples, prose, left_out: Vec::new() });
    }
    (&mut operations[number], values)
}

impl<'a> ShownOperation<'a> {
    /// Adds a sample, unless the same request is there.
    fn add(&mut self, sample: Sample<'a>, notes: &mut Vec<Problem>) {
        let is_same =
            |held: &&Sample<'_>| (&held.request.request.url, &held.body) == (&sample.request.request.url, &sample.body);
        match self.samples.iter().find(is_same) {
            None => self.samples.push(sample),
            Some(held) if is_same_response(held, &sample) => {}
            Some(held) => {
                let message =
                    format!("the response differs from that to the same request at {}, and is left out", held.at.place);
                let at = sample.responses.first().map_or(sample.at, |response| &response.at);
                notes.push(Problem::new(message).at(at.clone()).as_warning());
            }
        }
    }

    /// A warning if commands are left out.
    fn limit(&self) -> Option<Problem> {
        let first = self.left_out.first()?;
        let message = format!(
            "{} of {} {} {} left out: at most {MAX_SAMPLES} per operation are read, and {MAX_VALUES} JSON values of all pages",
            count(self.left_out.len() as u64, "command"),
            self.method,
            self.path,
            if self.left_out.len() == 1 { "is" } else { "are" }
        );
        Some(Problem::new(message).at((*first).clone()).as_warning())
    }
}

impl Sample<'_> {
    /// The number of values in its bodies.
    fn size(&self) -> usize {
        let body = self.body.as_ref().and_then(|(_, value)| value.as_ref());
        let responses = self.responses.iter().filter_map(|response| response.body.as_ref());
        body.into_iter().chain(responses).map(size).sum()
    }
}

/// The number of values in a value.
fn size(value: &Value) -> usize {
    match value {
        Value::Array(items) => 1 + items.iter().map(size).sum::<usize>(),
        Value::Object(members) => 1 + members.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

fn is_same_response(a: &Sample<'_>, b: &Sample<'_>) -> bool {
    let first = |sample: &Sample<'_>| sample.responses.first().map(|response| response.body.clone());
    first(a) == first(b)
}

/// Name of the parameter for a placeholder.
fn parameter_name(expression: &str) -> String {
    expression.strip_prefix("env.").map_or_else(|| expression.to_owned(), str::to_lowercase)
}

/// The values of the parameters of `template` in `path`; `None` if it is another path. Placeholders have no value.
fn path_values(template: &str, path: &str) -> Option<Map<String, Value>> {
    let (mut expected, mut actual) = (template.split('/'), path.split('/'));
    let mut values = Map::new();
    loop {
        match (expected.next(), actual.next()) {
            (None, None) => return Some(values),
            (Some(a), Some(b)) => match a.strip_prefix('{').and_then(|name| name.strip_suffix('}')) {
                Some(_) if b.starts_with('{') => {}
                Some(name) if !b.is_empty() => {
                    let value = percent_decode_str(b).decode_utf8_lossy().into_owned();
                    values.insert(name.to_owned(), value.into());
                }
                None if a == b => {}
                _ => return None,
            },
            _ => return None,
        }
    }
}

/// A value of a query or of a header: with the type that it looks like, and `null` if it is a placeholder or sensitive.
fn shown_value(text: &str, is_sensitive: bool, marks: &RecordedVariables) -> Value {
    let has_placeholder = marks.pieces(text).iter().any(|piece| matches!(piece, Piece::Expression(_)));
    match serde_json::from_str::<Value>(text) {
        _ if has_placeholder || is_sensitive => Value::Null,
        Ok(value @ (Value::Number(_) | Value::Bool(_))) if is_written(&value, text) => value,
        _ => text.into(),
    }
}

/// Whether the value is written as `text`: `007` is not.
fn is_written(value: &Value, text: &str) -> bool {
    let written = value.to_string();
    written == text
}

fn query(request: &CurlRequest, marks: &RecordedVariables, is_sensitive: IsSensitive<'_>) -> Vec<(String, Value)> {
    let pairs = request.request.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    let pair = |pair: &str| {
        let name = decoded_name(pair);
        let raw = pair.split_once('=').map_or("", |(_, raw)| raw).replace('+', " ");
        let text = percent_decode_str(&raw).decode_utf8_lossy();
        let value = shown_value(&text, is_sensitive(ParameterIn::Query, &name), marks);
        (name, value)
    };
    pairs.map(pair).collect()
}

fn headers(request: &CurlRequest, marks: &RecordedVariables, is_sensitive: IsSensitive<'_>) -> Vec<(String, Value)> {
    let is_own = |name: &str| {
        let lower = name.to_ascii_lowercase();
        !CONNECTION_HEADERS.contains(&&*lower)
            && !matches!(&*lower, "accept" | "content-type" | "user-agent" | "referer")
            && !is_sensitive(ParameterIn::Header, name)
    };
    let own = request.request.headers.iter().filter(|(name, _)| is_own(name));
    own.map(|(name, value)| (name.to_owned(), shown_value(value, false, marks))).collect()
}

/// Media type and value of the body.
fn body(
    request: &CurlRequest,
    at: &Snippet,
    marks: &RecordedVariables,
    is_sensitive: IsSensitive<'_>,
) -> Result<Option<(String, Option<Value>)>, Problem> {
    if request.parts.is_some() {
        return Ok(Some(("multipart/form-data".to_owned(), None)));
    }
    let Some(media_type) = request.request.body.as_ref().and_then(|_| request.request.media_type()) else {
        return Ok(None);
    };
    let essence = media_type.essence();
    if !media_type.is_json() {
        return Ok(Some((essence, None)));
    }
    match (request.json(marks), &request.missing) {
        (Some(mut value), _) => {
            hide(&mut value, is_sensitive);
            Ok(Some((essence, Some(value))))
        }
        (None, Some(_)) => Ok(Some((essence, None))),
        (None, None) => {
            let problem = Problem::new("the body of the command is not valid JSON").at(at.clone());
            Err(problem.help("complete the body on the page, or remove the command"))
        }
    }
}

/// Replaces the values of sensitive properties.
pub(super) fn hide(value: &mut Value, is_sensitive: IsSensitive<'_>) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| hide(item, is_sensitive)),
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if is_sensitive(ParameterIn::Query, name) => *text = "redacted".to_owned(),
                    Value::Number(number) if is_sensitive(ParameterIn::Query, name) => *number = 0.into(),
                    member => hide(member, is_sensitive),
                }
            }
        }
        _ => {}
    }
}
