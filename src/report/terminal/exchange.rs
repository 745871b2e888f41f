//! An exchange as sent and received, for verbose output.

use crate::diff::{shorten, visible};
use crate::record::{Body, Entry, Exchange};

use super::paint::{DIM, paint};
use super::style::Style;

/// Maximum number of body lines shown.
const LINES: usize = 10;

/// Indentation of the lines.
const INDENT: usize = 4;

/// Formats start line, headers and the beginning of the body, with `>` for the request and `<` for the response. Empty
/// if nothing was sent.
pub(super) fn exchange(entry: &Entry, style: &Style) -> String {
    let exchanges = entry.earlier.iter().map(|earlier| &earlier.exchange).chain(&entry.exchange);
    exchanges.map(|exchange| one(exchange, style)).collect()
}

fn one(exchange: &Exchange, style: &Style) -> String {
    let request = &exchange.request;
    let start = format!("{} {}", request.method, request.url);
    let mut lines = side(">", start, &request.headers, request.body.as_ref());
    if let Some(response) = &exchange.response {
        let start = format!("{} {}", response.version, response.status);
        lines.extend(side("<", start, &response.headers, Some(&response.body)));
    }
    let room = style.width.saturating_sub(INDENT + 1).max(1);
    let shown = lines.iter().map(|line| format!("{:INDENT$}{}\n", "", paint(&shorten(line, room), DIM, style.color)));
    shown.collect()
}

fn side(sign: &str, start: String, headers: &[(String, String)], body: Option<&Body>) -> Vec<String> {
    let headers = headers.iter().map(|(name, value)| format!("{name}: {value}"));
    let text = body.and_then(|body| body.text.as_deref()).unwrap_or_default();
    let kept = text.lines().take(LINES).map(str::to_owned);
    let unseen =
        body.map(|body| (body, body.left_out > 0 || body.base64.is_some() || text.lines().nth(LINES).is_some()));
    let more = unseen.filter(|(_, unseen)| *unseen).map(|(body, _)| format!("… ({} bytes)", body.size));
    let lines = [start].into_iter().chain(headers).chain(kept).chain(more);
    lines.map(|line| format!("{sign} {}", visible(&line))).collect()
}
