//! The case of a request: matched to its operation, judged, without credentials.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use crate::case::format::{ExpectFormat, PartFormat, RequestFormat, StatusFormat, WholeCase};
use crate::case::{intent, literal, literal_text};
use crate::contract::{Breach, Contract, Judgement, Location, Operation, ParameterIn, Route, Rule, StatusKey};
use crate::generate::clause_case::success;
use crate::http::{Headers, Request};

use super::super::exchanges::{CONNECTION_HEADERS, is_of_client};
use super::super::recorded_variables::RecordedVariables;
use super::body::FormPart;
use super::multipart;
use super::request::CurlRequest;
use super::structured;
use super::values::{Valued, Values};

/// Decides whether a header or a query parameter of that name is sensitive.
pub(crate) type IsSensitive<'a> = &'a dyn Fn(ParameterIn, &str) -> bool;

/// Remembers the credentials of a request, which [`Redact`] replaces in others.
pub(crate) type Remember<'a> = &'a dyn Fn(Option<&Operation>, &Request);

/// Returns a request without sensitive values in it.
pub(crate) type Redact<'a> = &'a dyn Fn(Option<&Operation>, &Request) -> Request;

/// How commands become cases.
pub(crate) struct Conversion<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The variables of the commands.
    pub variables: &'a RecordedVariables,
    /// Which headers and query parameters are sensitive.
    pub is_sensitive: IsSensitive<'a>,
    /// Remembers the credentials of a request.
    pub remember: Remember<'a>,
    /// Removes sensitive values from a request, and remembered credentials.
    pub redact: Redact<'a>,
    /// The subcommand, as the file names it.
    pub generator: &'static str,
}

/// Converts requests to cases.
pub(super) struct Converter<'a> {
    pub conversion: &'a Conversion<'a>,
    pub values: Values,
    /// Environment variable by security scheme that the cases need.
    pub credentials: BTreeMap<String, String>,
    /// Names of headers and parameters with credentials that the document does not declare.
    pub undeclared: BTreeSet<String>,
}

/// A case, and what is wrong with its command.
pub(super) struct Converted {
    pub case: WholeCase,
    /// How the request contradicts the document, as a sentence fragment, and advice.
    pub contradiction: Option<(String, &'static str)>,
    /// Other observations.
    pub notes: Vec<String>,
}

/// The operation of a request.
struct Matched<'a> {
    operation: Option<&'a Operation>,
    path: Vec<(String, String)>,
    /// Path and query without the path of a server.
    url: String,
}

impl Converter<'_> {
    /// Remembers the credentials of a request.
    pub(super) fn remember(&self, one: &CurlRequest) {
        let Matched { operation, url, .. } = matched(self.conversion.contract, &one.request);
        let sent = with_parts(Request { url, ..one.request.clone() }, one.parts.as_deref());
        (self.conversion.remember)(operation, &self.values.with_defaults(&sent, self.conversion.variables));
    }

    /// Remembers the value of a variable of a credential.
    pub(super) fn remember_value(&self, value: &str) {
        let headers = [("authorization", value)].into_iter().collect();
        let request = Request { method: String::new(), url: String::new(), headers, body: None, ..Request::default() };
        (self.conversion.remember)(None, &request);
    }

    /// Converts the request with that number.
    pub(super) fn case(&mut self, number: usize, one: &CurlRequest) -> Converted {
        let contract = self.conversion.contract;
        let Matched { operation, path, url } = matched(contract, &one.request);
        let sent = with_parts(Request { url, ..one.request.clone() }, one.parts.as_deref());
        let needed = self.needed(operation, &sent);
        let mut notes = self.note_credentials(operation, &sent, &needed);
        let route = operation.map(|operation| (operation, path.as_slice()));
        let kept = self.without_credentials(operation, sent, &needed);
        let Valued { request, filled, unknown } = self.values.fill(contract, route, &kept, self.conversion.variables);
        let mut judgement = intent::judge(contract, operation, &filled);
        // The target has the credentials.
        judgement.breaches.retain(|breach| breach.rule != Rule::Security && is_visible(breach, one));
        // No value of a variable makes a path one of the document.
        let is_open = |breach: &Breach| operation.is_some() && unknown.contains(&breach.location);
        let (open, breaches): (Vec<_>, Vec<_>) = judgement.breaches.into_iter().partition(is_open);
        let contradiction = contradiction(operation, &request, &breaches);
        let contradiction = contradiction.map(|(what, help)| (self.shown_text(operation, &what), help));
        let mut violates = intent::declaration(&Judgement { breaches, ..Judgement::default() });
        if !violates.is_empty() && operation.is_some_and(|operation| !refuses(operation)) {
            // A test of a refusal could never pass.
            violates = vec!["unchecked".to_owned()];
        }
        let has_dots = request.path().split('/').any(|segment| matches!(segment, "." | ".."));
        let skip = match (&one.missing, open.is_empty()) {
            _ if has_dots => Some("remove `.` and `..` from the path, which a run cannot send".to_owned()),
            (Some(why), _) => Some(format!("supply the body: {why}")),
            (None, false) => {
                let places: Vec<_> = open.iter().map(|breach| breach.location.to_string()).collect();
                Some(format!("give the variables in {} values that conform to the document", places.join(", ")))
            }
            (None, true) => None,
        };
        notes.extend(skip.iter().map(|skip| format!("the case is skipped until you {skip}")));
        let name = operation.map_or("a request outside the document", |operation| &operation.name);
        let note = if violates.is_empty() { "" } else { ", invalid request" };
        // The method of a request that HEAD is routed to is not its own.
        let named = operation.filter(|operation| operation.method == request.method);
        let expects_success = violates.iter().all(|one| one == "unchecked");
        let shown = one.expected.as_ref().filter(|_| violates.is_empty());
        let status = shown.and_then(|shown| shown.status).map(|status| StatusFormat(status..=status));
        let status = status.or_else(|| operation.filter(|_| expects_success).and_then(success));
        let case = WholeCase {
            name: literal_text(&format!("{number} {name}{note}")),
            operation: named.map(|operation| operation.name.clone()),
            skip,
            request: self.request_format(named, &path, &request, one),
            violates: violates.into(),
            expect: ExpectFormat {
                status: status.into_iter().collect::<Vec<_>>().into(),
                body: shown.and_then(|shown| shown.body.clone()),
                ..ExpectFormat::default()
            },
            ..WholeCase::default()
        };
        Converted { case, contradiction, notes }
    }

    /// The request in the format of case files, without credentials.
    fn request_format(
        &self,
        operation: Option<&Operation>,
        path: &[(String, String)],
        request: &Request,
        one: &CurlRequest,
    ) -> RequestFormat {
        let query = request.query().map(|query| format!("?{}", self.shown_query(query))).unwrap_or_default();
        let url = format!("{}{query}", request.path());
        let shown = (self.conversion.redact)(operation, &Request { url, ..request.clone() });
        let shown_path = match self.conversion.contract.router.route(&shown.method, shown.path()) {
            Route::Found { parameters, .. } if shown.path() != request.path() => parameters,
            _ => path.to_vec(),
        };
        let structured = operation
            .and_then(|operation| structured::parameters(operation, &shown_path, &shown, self.conversion.variables));
        let (url, structured) = match structured {
            Some(parameters) => (None, parameters),
            None => (
                Some(self.conversion.variables.expressions(&literal_text(&shown.url))),
                structured::Parameters::default(),
            ),
        };
        let members =
            |members: Map<String, Value>| match self.conversion.variables.expressions_in(literal(&members.into())) {
                Value::Object(members) => members,
                _ => Map::new(),
            };
        let format = RequestFormat {
            method: operation.is_none().then(|| self.conversion.variables.expressions(&literal_text(&shown.method))),
            url,
            path: members(structured.path),
            query: members(structured.query),
            headers: self.headers(operation, &shown.headers),
            cookies: self.cookies(&request.headers),
            ..RequestFormat::default()
        };
        self.with_body(format, operation, &shown, one)
    }

    fn headers(&self, operation: Option<&Operation>, lines: &Headers) -> Map<String, Value> {
        let mut headers = Map::new();
        for (name, value) in lines.iter() {
            let lower = name.to_ascii_lowercase();
            // Other names of clients are options of the command.
            let is_chosen = lower == "user-agent" && !value.starts_with("Mozilla/");
            if CONNECTION_HEADERS.contains(&&*lower) || (!is_chosen && is_of_client(operation, name, value)) {
                continue;
            }
            let is_secret = self.is_secret_header(name);
            let value = |value: &str| match is_secret {
                true => self.conversion.variables.expressions(&self.secret(name, value)),
                false => self.conversion.variables.expressions(&literal_text(value)),
            };
            let mut values: Vec<Value> = lines.all(name).map(|line| value(line).into()).collect();
            let value = if values.len() == 1 { values.remove(0) } else { Value::Array(values) };
            headers.insert(literal_text(&lower), value);
        }
        headers
    }

    /// Adds the body in the most readable form that sends it.
    fn with_body(
        &self,
        mut format: RequestFormat,
        operation: Option<&Operation>,
        shown: &Request,
        one: &CurlRequest,
    ) -> RequestFormat {
        if let Some(parts) = &one.parts {
            format.headers.remove("content-type");
            return self.with_parts(format, &self.shown_parts(operation, parts));
        }
        let Some(bytes) = shown.body.as_deref().filter(|_| one.missing.is_none()) else { return format };
        let media_type = shown.media_type();
        if shown.headers.get("content-type").is_none() {
            format.headers.insert("content-type".to_owned(), Value::Null);
        }
        let Ok(text) = std::str::from_utf8(bytes) else {
            format.base64 = Some(STANDARD.encode(bytes));
            return format;
        };
        let is_json = media_type.as_ref().is_some_and(|media_type| media_type.is_json());
        let is_form = media_type.is_some_and(|media_type| media_type.essence() == "application/x-www-form-urlencoded");
        if let Some(value) =
            Some(text).filter(|_| is_json).and_then(|text| structured::json(text, self.conversion.variables))
        {
            format.body = Some(self.conversion.variables.expressions_in(literal(&value)));
            drop_default_type(&mut format, operation, "application/json");
        } else if let Some(fields) = Some(text).filter(|_| is_form).and_then(structured::form) {
            let fields = self.conversion.variables.expressions_in(literal(&fields.into()));
            format.form = fields.as_object().cloned();
            drop_default_type(&mut format, operation, "application/x-www-form-urlencoded");
        } else {
            format.text = Some(self.conversion.variables.expressions(&literal_text(text)));
        }
        format
    }

    fn with_parts(&self, mut format: RequestFormat, parts: &[FormPart]) -> RequestFormat {
        let text = |text: &str| self.conversion.variables.expressions(&literal_text(text));
        if parts.iter().any(|part| std::str::from_utf8(&part.content).is_err()) {
            let (boundary, bytes) = multipart::written(&self.with_expressions(parts));
            format
                .headers
                .insert("content-type".to_owned(), format!("multipart/form-data; boundary={boundary}").into());
            format.base64 = Some(STANDARD.encode(bytes));
            return format;
        }
        let part = |part: &FormPart| PartFormat {
            name: text(&part.name),
            value: Some(text(&String::from_utf8_lossy(&part.content)).into()),
            filename: part.filename.as_deref().map(text),
            media_type: part.media_type.as_deref().map(text),
            headers: part.headers.iter().map(|(name, value)| (text(name), text(value).into())).collect(),
            ..PartFormat::default()
        };
        format.multipart = Some(parts.iter().map(part).collect());
        format
    }
}

/// Removes a Content-Type that a run sends anyway: the only one that the operation declares, or the default of the form of body.
fn drop_default_type(format: &mut RequestFormat, operation: Option<&Operation>, default: &str) {
    let declared = operation.and_then(|operation| operation.request_body.as_ref());
    let expected = match declared.map(|declared| declared.content.as_slice()) {
        None | Some([]) => Some(default.to_owned()),
        Some([only]) => Some(only.media_type.to_string()),
        Some(_) => None,
    };
    if format.headers.get("content-type").and_then(Value::as_str) == expected.as_deref() {
        format.headers.remove("content-type");
    }
}

/// Whether the operation documents a status for requests that it refuses.
fn refuses(operation: &Operation) -> bool {
    operation.responses.iter().any(|response| match response.status {
        StatusKey::Exact(status) => (400..500).contains(&status),
        StatusKey::Range(class) => class == 4,
        StatusKey::Default => true,
    })
}

/// Finds the operation of a request, whose path may begin with that of a server.
fn matched<'a>(contract: &'a Contract, request: &Request) -> Matched<'a> {
    let servers = contract.operations.iter().flat_map(|operation| &operation.servers).chain(&contract.servers);
    let mut paths: Vec<_> = servers.flat_map(|server| &server.paths).cloned().collect();
    crate::contract::server::ServerPath::sort(&mut paths);
    let stripped = paths.iter().filter_map(|path| path.strip(&request.url));
    let candidates: Vec<String> = stripped.chain([request.url.clone()]).collect();
    let route = |url: &String| contract.router.route(&request.method, url.split('?').next().unwrap_or_default());
    for url in &candidates {
        if let Route::Found { operation, parameters } = route(url) {
            return Matched { operation: contract.operations.get(operation), path: parameters, url: url.clone() };
        }
    }
    let known = candidates.iter().find(|url| matches!(route(url), Route::MethodNotAllowed { .. }));
    let url = known.or(candidates.first()).cloned().unwrap_or_default();
    Matched { operation: None, path: Vec::new(), url }
}

/// Whether a breach concerns what the command sends, and not content that is unknown here.
fn is_visible(breach: &Breach, one: &CurlRequest) -> bool {
    let is_content = matches!(breach.location, Location::Body(_)) || breach.rule == Rule::ContentType;
    !(is_content && one.missing.is_some())
}

/// The request with the parts of a form as its body.
fn with_parts(mut request: Request, parts: Option<&[FormPart]>) -> Request {
    let Some(parts) = parts else { return request };
    let (boundary, bytes) = multipart::written(parts);
    if request.headers.get("content-type").is_none() {
        request.headers.append("content-type", format!("multipart/form-data; boundary={boundary}"));
    }
    request.body = Some(bytes.into());
    request
}

fn contradiction(
    operation: Option<&Operation>,
    request: &Request,
    breaches: &[Breach],
) -> Option<(String, &'static str)> {
    let first = breaches.iter().find(|breach| breach.rule.is_binding())?;
    if operation.is_none() {
        let path = request.path();
        return Some(match first.rule {
            Rule::Method => (
                format!(
                    "the document has no {} for this path, only {}",
                    request.method,
                    first.expected.replace(" | ", ", ")
                ),
                "correct the method, or keep the case as a test of a refusal",
            ),
            _ => (format!("no operation of the document has the path {path}"), "correct the URL, or remove the case"),
        });
    }
    let words = breaches.iter().filter(|breach| breach.rule.is_binding());
    let words: Vec<_> =
        words.map(|breach| format!("`{} {}` ({})", breach.keyword, breach.location, breach.sentence())).collect();
    Some((
        format!("the request contradicts the document: {}", words.join("; ")),
        "correct the command, or keep the case as a test of a refusal",
    ))
}
