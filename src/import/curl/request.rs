//! The request that a transfer of curl sends.

use std::ops::Range;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::Value;

use crate::document::parse_json;
use crate::http::{Headers, Request};

use super::super::recorded_variables::RecordedVariables;
use super::body::{self, Files, FormPart};
use super::lexer::Word;
use super::options::{DataKind, Transfer};
use super::{glob, placeholder, structured, url};

/// Maximum number of headers of a command.
const MAX_HEADERS: usize = 1_000;

/// The media type of data.
const FORM: &str = "application/x-www-form-urlencoded";

/// Headers of the connection, which a case cannot set.
const CONNECTION: [&str; 4] = ["host", "content-length", "transfer-encoding", "connection"];

/// A request with the placeholders of its variables.
#[derive(Debug, Clone)]
pub(crate) struct CurlRequest {
    /// Method, path and query, headers and body. A multipart body is in `parts` instead.
    pub request: Request,
    /// The parts of a multipart body.
    pub parts: Option<Vec<FormPart>>,
    /// Scheme and authority; empty if the URL has none.
    pub origin: String,
    /// Why the body is not known.
    pub missing: Option<String>,
    /// What differs from the command.
    pub notes: Vec<(Range<usize>, String)>,
    /// The response that is expected, if the input shows one.
    pub expected: Option<Expected>,
}

/// An expected response.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Expected {
    /// The status; `None` for that of a success.
    pub status: Option<u16>,
    /// The body as case files write it.
    pub body: Option<Value>,
}

impl CurlRequest {
    /// Declares a JSON object or array that curl would send as a form as JSON. Returns whether it does so.
    pub(super) fn declare_json(&mut self) -> bool {
        let body = self.request.body.as_deref().unwrap_or_default();
        let is_json = body.trim_ascii_start().starts_with(b"{") || parse_json(body).is_ok_and(|value| value.is_array());
        let is_form = self.request.headers.get("content-type") == Some(FORM);
        if is_json && is_form {
            let headers = self.request.headers.iter().filter(|(name, _)| !name.eq_ignore_ascii_case("content-type"));
            self.request.headers = headers.chain([("content-type", "application/json")]).collect();
        }
        is_json && is_form
    }

    /// The JSON body with the names of placeholders as their values; `None` if the body is not JSON.
    pub(crate) fn json(&self, marks: &RecordedVariables) -> Option<Value> {
        let text = std::str::from_utf8(self.request.body.as_deref()?).ok()?;
        match structured::json(text, marks) {
            Some(value) => Some(named(value, marks)),
            None => parse_json(marks.fill(text, str::to_owned).as_bytes()).ok(),
        }
    }
}

/// The value with the names of placeholders in its strings.
fn named(value: Value, marks: &RecordedVariables) -> Value {
    match value {
        Value::String(text) => marks.fill(&text, str::to_owned).into(),
        Value::Array(items) => items.into_iter().map(|item| named(item, marks)).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, named(value, marks))).collect(),
        scalar => scalar,
    }
}

/// Returns the requests of a transfer, one per URL. An error is the part of the source text and what is wrong.
pub(super) fn requests(
    transfer: &Transfer,
    files: Files<'_>,
    marks: &RecordedVariables,
) -> Result<Vec<CurlRequest>, (Option<Range<usize>>, String)> {
    let Some(first) = transfer.urls.first() else { return Err((None, "the command has no URL".to_owned())) };
    let methods =
        [!transfer.data.is_empty() && !transfer.is_get, !transfer.form.is_empty(), !transfer.uploads.is_empty()];
    let methods =
        methods.into_iter().filter(|is_given| *is_given).count() + usize::from(transfer.is_head && !transfer.is_get);
    if methods > 1 {
        return Err((
            Some(first.span.clone()),
            "curl sends only one of -d, -F, -T and -I: it refuses several".to_owned(),
        ));
    }
    let mut requests = Vec::new();
    for (index, word) in transfer.urls.iter().enumerate() {
        let fail = |message| (Some(word.span.clone()), message);
        let text = word.text();
        let all = if transfer.is_globbing_off { vec![text] } else { glob::expand(&text).map_err(fail)? };
        for one in all {
            let draft = Draft { transfer, files, marks, notes: transfer.notes.clone(), missing: None };
            requests.push(draft.build(&one, transfer.uploads.get(index)).map_err(fail)?);
        }
    }
    Ok(requests)
}

struct Draft<'a> {
    transfer: &'a Transfer,
    files: Files<'a>,
    marks: &'a RecordedVariables,
    notes: Vec<(Range<usize>, String)>,
    missing: Option<String>,
}

impl Draft<'_> {
    fn build(mut self, text: &str, upload: Option<&Word>) -> Result<CurlRequest, String> {
        let transfer = self.transfer;
        let url::Parts { origin, user, mut path } = url::split(text)?;
        if !url::has_port(&self.marks.fill(&origin, |_| "1".to_owned())) {
            return Err("the URL has an invalid port, or user information with `/`, `?` or `#` in it".to_owned());
        }
        let mut body = None;
        if let Some(file) = upload {
            let name = file.text();
            let end = path.find('?').unwrap_or(path.len());
            if path[..end].ends_with('/') && name != "-" && name != "." {
                path.insert_str(end, name.rsplit('/').next().unwrap_or_default());
            }
            body = self.read(|files| files(if name == "." { "-" } else { &name }));
        }
        if !transfer.data.is_empty() {
            body = self.read(|files| body::data(&transfer.data, files));
        }
        if let Some(query) = self.query(body.as_deref())? {
            path = url::with_query(&path, &query);
        }
        if transfer.is_get {
            body = None;
        }
        let parts = self.parts()?;
        path = if transfer.is_path_kept { path } else { url::without_dots(&path) };
        if let Some(target) = &transfer.request_target {
            path = target.text();
            if !path.starts_with('/') {
                return Err(format!("the request target `{path}` is not a path, which a case needs"));
            }
        }
        let path = url::encoded(&placeholder::in_url(&path, self.marks));
        let headers = self.headers(body.is_some(), user)?;
        let body = body.map(|bytes| match String::from_utf8(bytes) {
            Ok(text) => Bytes::from(placeholder::in_text(&text, self.marks).into_owned()),
            Err(error) => error.into_bytes().into(),
        });
        let request = Request { method: self.method(parts.is_some()), url: path, headers, body, ..Request::default() };
        let Self { notes, missing, .. } = self;
        Ok(CurlRequest { request, parts, origin, missing, notes, expected: None })
    }

    /// Reads content; what cannot be read is missing, and empty.
    fn read(&mut self, read: impl FnOnce(Files<'_>) -> Result<Vec<u8>, String>) -> Option<Vec<u8>> {
        let content = read(self.files).map_err(|why| self.missing = Some(why));
        Some(content.unwrap_or_default())
    }

    fn method(&self, is_form: bool) -> String {
        let transfer = self.transfer;
        match &transfer.method {
            Some(method) => placeholder::in_value(&method.text(), self.marks),
            None if transfer.is_head => "HEAD".to_owned(),
            None if !transfer.uploads.is_empty() => "PUT".to_owned(),
            None if is_form || (!transfer.data.is_empty() && !transfer.is_get) => "POST".to_owned(),
            None => "GET".to_owned(),
        }
    }

    /// What is added to the query: the data with `-G`, otherwise the values of `--url-query`.
    fn query(&mut self, data: Option<&[u8]>) -> Result<Option<String>, String> {
        let transfer = self.transfer;
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).map_err(|_| "the query is not UTF-8".to_owned());
        if let Some(data) = data.filter(|_| transfer.is_get) {
            return text(data).map(Some);
        }
        let mut values = Vec::new();
        for word in &transfer.url_query {
            values.push(match word.bytes.strip_prefix(b"+") {
                Some(verbatim) => text(verbatim)?,
                None => text(&body::url_encoded(&word.bytes, self.files)?)?,
            });
        }
        Ok(Some(values.join("&")).filter(|query| !query.is_empty()))
    }

    fn parts(&mut self) -> Result<Option<Vec<FormPart>>, String> {
        let (files, mut missing) = (self.files, None);
        let part = |(is_literal, word): &(bool, Word)| body::form_part(&word.bytes, *is_literal, files);
        let mut parts = Vec::new();
        for given in &self.transfer.form {
            match part(given) {
                Ok(part) => parts.push(part),
                Err(why) => missing = Some(why),
            }
        }
        for part in &mut parts {
            if let Ok(text) = String::from_utf8(part.content.clone()) {
                part.content = placeholder::in_text(&text, self.marks).into_owned().into_bytes();
            }
        }
        self.missing = self.missing.take().or(missing);
        Ok(Some(parts).filter(|_| !self.transfer.form.is_empty()))
    }

    /// The headers of the options, then those that curl adds.
    fn headers(&mut self, has_body: bool, user: Option<String>) -> Result<Headers, String> {
        let transfer = self.transfer;
        let (mut headers, mut removed, mut notes) = (Headers::default(), Vec::new(), Vec::new());
        let lines = self.header_lines()?;
        if lines.len() > MAX_HEADERS {
            return Err(format!("more than {MAX_HEADERS} headers"));
        }
        for (word, line) in lines {
            match header(&line) {
                Some((name, _)) if CONNECTION.contains(&&*name.to_ascii_lowercase()) => {
                    let note = format!("the header `{name}` belongs to the connection and is left out");
                    notes.push((word.span.clone(), note));
                }
                Some((name, Some(value))) => headers.append(name, placeholder::in_value(&value, self.marks)),
                Some((name, None)) => removed.push(name),
                None => {}
            }
        }
        self.notes.extend(notes);
        let is_json = transfer.data.iter().any(|(kind, _)| *kind == DataKind::Json);
        let basic =
            |pair: String| format!("Basic {}", STANDARD.encode(if pair.contains(':') { pair } else { pair + ":" }));
        let bearer = transfer.bearer.as_ref().map(|token| format!("Bearer {}", token.text()));
        let user = transfer.user.as_ref().map(Word::text).or(user).map(basic);
        let cookies: Vec<String> = transfer.cookies.iter().map(Word::text).filter(|text| text.contains('=')).collect();
        let text = |word: &Option<Word>| word.as_ref().map(Word::text);
        let implied = [
            ("authorization", bearer.or(user)),
            ("range", text(&transfer.range).map(|range| format!("bytes={range}"))),
            ("user-agent", text(&transfer.agent).filter(|agent| !agent.is_empty())),
            ("accept", is_json.then(|| "application/json".to_owned())),
            ("accept-encoding", transfer.is_compressed.then(|| "deflate, gzip, br, zstd".to_owned())),
            ("referer", text(&transfer.referer).map(|url| url.split(";auto").next().unwrap_or_default().to_owned())),
            ("cookie", Some(cookies.join(";"))),
            (
                "content-type",
                (has_body && !transfer.data.is_empty())
                    .then(|| if is_json { "application/json" } else { FORM }.to_owned()),
            ),
        ];
        let is_own =
            |name: &str| headers.get(name).is_some() || removed.iter().any(|other| other.eq_ignore_ascii_case(name));
        let added: Vec<_> = implied.into_iter().filter(|(name, _)| !is_own(name)).collect();
        for (name, value) in added {
            if let Some(value) = value.filter(|value| !value.is_empty()) {
                headers.append(name, value);
            }
        }
        Ok(headers)
    }

    /// The values of `-H`, with those of files.
    fn header_lines(&self) -> Result<Vec<(&Word, String)>, String> {
        let mut lines = Vec::new();
        for word in &self.transfer.headers {
            let text = word.text();
            match text.strip_prefix('@') {
                Some(file) => {
                    let content = (self.files)(file)?;
                    let text = String::from_utf8_lossy(&content).into_owned();
                    lines.extend(text.lines().map(|line| (word, line.trim_end().to_owned())));
                }
                None => lines.push((word, text)),
            }
        }
        Ok(lines)
    }
}

/// Name and value of a header line; no value if it removes the header, and nothing if curl ignores it.
fn header(line: &str) -> Option<(String, Option<String>)> {
    match (line.split_once(':'), line.split_once(';')) {
        (Some((name, value)), _) => {
            let value = value.trim();
            Some((name.trim().to_owned(), (!value.is_empty()).then(|| value.to_owned())))
        }
        (None, Some((name, ""))) => Some((name.trim().to_owned(), Some(String::new()))),
        _ => None,
    }
}
