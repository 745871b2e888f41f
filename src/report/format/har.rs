//! `report.har`, HAR 1.2: every exchange of the record, for tools that read HTTP archives.
//!
//! The record holds the last attempt of each case, the first earlier ones with findings, and bodies after content decoding.

use std::borrow::Cow;
use std::io::{self, Write};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::Serialize;
use serde_json::json;

use crate::record::{Body, Entry, Exchange, Head, Request, Response, Timings};
use crate::report::definition::{Format, Output, TOOL};
use crate::report::renderer::Renderer;
use crate::report::reported_case::ReportedCase;
use crate::report::text::clock::Clock;
use crate::report::text::json_list::JsonList;
use crate::report::text::phrases;

/// ASCII characters that a URI must not contain (RFC 3986 §2); all others outside ASCII are encoded too.
const NOT_IN_URI: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'\\').add(b'^').add(b'`').add(b'{').add(b'|').add(b'}');

/// An empty body.
const NO_BODY: Body = Body { size: 0, text: None, base64: None, left_out: 0, excerpt: None };

/// The format's value for an unknown time or size.
const UNKNOWN: i8 = -1;

/// The format in the table.
pub(crate) static FORMAT: Format = Format {
    name: "har",
    file: "report.har",
    summary: "report.har: HAR 1.2, the exchanges of record.json",
    is_default: false,
    marker: TOOL,
    output: Output::File(|_| Box::new(Har::default())),
};

/// Writes one entry per exchange.
#[derive(Debug, Default)]
pub(crate) struct Har {
    clock: Clock,
    entries: JsonList,
}

impl Renderer for Har {
    fn begin(&mut self, head: &Head, out: &mut dyn Write) -> io::Result<()> {
        self.clock = Clock::starting(&head.started);
        let creator = json!({ "name": head.tool.name, "version": head.tool.version });
        let contract = &head.contract;
        let comment = format!(
            "{} {} ({}, sha256 {}) on {}, seed {}",
            contract.title, contract.version, contract.file, contract.sha256, head.target.name, head.seed
        );
        writeln!(out, "{{\n  \"log\": {{\n  \"version\": \"1.2\",\n  \"creator\": {creator},")?;
        write!(out, "  \"comment\": {},\n  \"entries\": ", json!(comment))
    }

    fn case(&mut self, case: &ReportedCase<'_>, out: &mut dyn Write) -> io::Result<()> {
        let entry = &*case.entry;
        let mut exchanges = entry.earlier.iter().map(|earlier| &earlier.exchange).chain(&entry.exchange);
        exchanges.try_for_each(|exchange| self.entries.push(&HarEntry::new(entry, exchange, self.clock), out))
    }

    fn end(&mut self, out: &mut dyn Write) -> io::Result<()> {
        self.entries.close(out)?;
        out.write_all(b"\n  }\n}\n")
    }
}

/// One exchange. Properties that begin with `_` are extensions, as the format allows.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HarEntry<'a> {
    started_date_time: String,
    time: f64,
    request: HarRequest<'a>,
    response: HarResponse<'a>,
    cache: Empty,
    timings: Phases,
    comment: String,
    #[serde(rename = "_case")]
    case: &'a str,
    #[serde(rename = "_outcome")]
    outcome: &'static str,
}

/// `{}`.
#[derive(Serialize)]
struct Empty {}

#[derive(Serialize)]
struct Pair<'a> {
    name: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HarRequest<'a> {
    method: &'a str,
    url: Cow<'a, str>,
    http_version: &'a str,
    cookies: Vec<Pair<'a>>,
    headers: Vec<Pair<'a>>,
    query_string: Vec<serde_json::Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    post_data: Option<Content<'a>>,
    headers_size: i8,
    body_size: u64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct HarResponse<'a> {
    status: u16,
    status_text: &'static str,
    http_version: &'a str,
    cookies: Vec<Pair<'a>>,
    headers: Vec<Pair<'a>>,
    content: Content<'a>,
    #[serde(rename = "redirectURL")]
    redirect_url: &'a str,
    headers_size: i8,
    body_size: i8,
    #[serde(rename = "_error", skip_serializing_if = "Option::is_none")]
    error: Option<&'a str>,
}

/// Content of a message. The format has a size for responses only, and parameters for requests only.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Content<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<u64>,
    mime_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    params: Option<[(); 0]>,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    encoding: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    comment: Option<String>,
}

#[derive(Serialize)]
struct Phases {
    blocked: i8,
    dns: i8,
    connect: f64,
    ssl: i8,
    send: f64,
    wait: f64,
    receive: f64,
}

impl<'a> HarEntry<'a> {
    fn new(entry: &'a Entry, exchange: &'a Exchange, clock: Clock) -> Self {
        let version = exchange.response.as_ref().map_or("", |response| response.version.as_str());
        // Without a response, the whole time was spent waiting for it.
        let waited = Timings { connect_ms: None, first_byte_ms: entry.took_ms, total_ms: entry.took_ms };
        let (time, timings) = phases(exchange.timings.unwrap_or(waited));
        let outcome = phrases::outcome(entry);
        Self {
            started_date_time: clock.after(entry.started_ms).to_string(),
            time,
            request: HarRequest::new(&exchange.request, version),
            response: match &exchange.response {
                Some(response) => HarResponse::new(response),
                None => HarResponse::missing(entry.reason.as_deref()),
            },
            cache: Empty {},
            timings,
            comment: format!("{}: {outcome}", entry.case),
            case: &entry.case,
            outcome,
        }
    }
}

impl<'a> HarRequest<'a> {
    fn new(request: &'a Request, version: &'a str) -> Self {
        let query = request.url.split_once('?').map_or("", |(_, rest)| rest.split('#').next().unwrap_or_default());
        let pair = |(name, value)| json!({ "name": name, "value": value });
        Self {
            method: &request.method,
            // Redaction marks are not valid in a URI.
            url: utf8_percent_encode(&request.url, NOT_IN_URI).into(),
            http_version: version,
            cookies: lines(&request.headers, "cookie").flat_map(|line| line.split(';').map(cookie)).collect(),
            headers: pairs(&request.headers),
            query_string: url::form_urlencoded::parse(query.as_bytes()).map(pair).collect(),
            post_data: request.body.as_ref().map(|body| Content {
                size: None,
                params: Some([]),
                ..Content::new(body, &request.headers)
            }),
            headers_size: UNKNOWN,
            body_size: request.body.as_ref().map_or(0, |body| body.size),
        }
    }
}

impl<'a> HarResponse<'a> {
    fn new(response: &'a Response) -> Self {
        let code = http::StatusCode::from_u16(response.status).ok();
        Self {
            status: response.status,
            status_text: code.and_then(|code| code.canonical_reason()).unwrap_or_default(),
            http_version: &response.version,
            // Attributes of the cookie follow the first `;`.
            cookies: lines(&response.headers, "set-cookie")
                .filter_map(|line| line.split(';').next())
                .map(cookie)
                .collect(),
            headers: pairs(&response.headers),
            content: Content::new(&response.body, &response.headers),
            redirect_url: lines(&response.headers, "location").next().unwrap_or_default(),
            headers_size: UNKNOWN,
            body_size: UNKNOWN,
            error: None,
        }
    }

    /// A missing response, as browsers write it.
    fn missing(reason: Option<&'a str>) -> Self {
        Self {
            status: 0,
            status_text: "",
            http_version: "",
            cookies: Vec::new(),
            headers: Vec::new(),
            content: Content::new(&NO_BODY, &[]),
            redirect_url: "",
            headers_size: UNKNOWN,
            body_size: UNKNOWN,
            error: Some(reason.unwrap_or_default()),
        }
    }
}

impl<'a> Content<'a> {
    fn new(body: &'a Body, headers: &'a [(String, String)]) -> Self {
        let Body { size, text, base64, left_out, .. } = body;
        Self {
            size: Some(*size),
            mime_type: lines(headers, "content-type").next().unwrap_or("x-unknown"),
            params: None,
            text: text.as_deref().or(base64.as_deref()).unwrap_or_default(),
            encoding: (text.is_none() && base64.is_some()).then_some("base64"),
            comment: (*left_out > 0).then(|| format!("the last {left_out} of {size} bytes are not in the record")),
        }
    }
}

/// Returns the total time and its phases; the known phases add up to the total.
fn phases(timings: Timings) -> (f64, Phases) {
    let Timings { connect_ms, first_byte_ms, total_ms } = timings;
    let connect = connect_ms.unwrap_or_default().clamp(0.0, first_byte_ms.max(0.0));
    let [wait, receive] = [first_byte_ms - connect, total_ms - first_byte_ms].map(|part| part.max(0.0));
    let phases = Phases {
        blocked: UNKNOWN,
        dns: UNKNOWN,
        connect: connect_ms.map_or(f64::from(UNKNOWN), |_| connect),
        ssl: UNKNOWN,
        send: 0.0,
        wait,
        receive,
    };
    (connect + wait + receive, phases)
}

fn pairs(headers: &[(String, String)]) -> Vec<Pair<'_>> {
    headers.iter().map(|(name, value)| Pair { name, value }).collect()
}

/// Returns the values of all headers with this name.
fn lines<'a>(headers: &'a [(String, String)], name: &'a str) -> impl Iterator<Item = &'a str> {
    headers.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
}

fn cookie(text: &str) -> Pair<'_> {
    let (name, value) = text.trim().split_once('=').unwrap_or((text.trim(), ""));
    Pair { name, value }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::tests::sample;

    #[test]
    fn the_sample_run() {
        insta::assert_snapshot!(sample::rendered(&mut Har::default()));
    }

    #[test]
    fn the_parts_add_up_to_the_whole() {
        let check = |connect_ms, first_byte_ms, total_ms, expect| {
            let (time, phases) = phases(Timings { connect_ms, first_byte_ms, total_ms });
            assert_eq!((time, phases.connect, phases.wait, phases.receive), expect);
        };
        check(Some(2.0), 5.0, 6.0, (6.0, 2.0, 3.0, 1.0));
        check(None, 5.0, 6.0, (6.0, -1.0, 5.0, 1.0));
        check(Some(7.0), -5.0, 1.0, (6.0, 0.0, 0.0, 6.0));
    }

    #[test]
    fn queries_and_cookies_are_taken_apart() {
        let headers = vec![("Cookie".to_owned(), "a=1; b=2=3;c".to_owned())];
        let url = "http://h/«p 1»?x=%20y&z#f?w=1".to_owned();
        let request = Request { method: "GET".to_owned(), url, headers, body: None };
        let har = serde_json::to_value(HarRequest::new(&request, "")).expect("JSON");
        let pair = |name, value| json!({ "name": name, "value": value });
        assert_eq!(har["url"], "http://h/%C2%ABp%201%C2%BB?x=%20y&z#f?w=1");
        assert_eq!(har["queryString"], json!([pair("x", " y"), pair("z", "")]));
        assert_eq!(har["cookies"], json!([pair("a", "1"), pair("b", "2=3"), pair("c", "")]));
    }
}
