//! Replaces credentials in a recorded request, so that it can be written to a case file.

use std::borrow::Cow;
use std::ops::Range;
use std::rc::Rc;

use bytes::Bytes;
use percent_encoding::{CONTROLS, utf8_percent_encode};

use crate::http::{MediaType, Request};

use super::exchange_redactor::{ExchangeRedactor, is_json, quoted};
use super::fields::in_fields;
use super::json::{self, Kind, unquote};
use super::replace::{self, Replacement};
use super::sensitive_values::{self, KnownValue};
use super::xml;

/// Minimum length in bytes of a credential that is replaced where it has another name, as of secrets: a shorter one, such as a cookie
/// with a language, is often an ordinary value of the request too.
const MIN_CREDENTIAL: usize = 8;

/// Returns what replaces a value: gets the sensitive name, the value and whether it is a number in JSON.
pub(crate) type Label<'l> = &'l mut dyn FnMut(&str, &str, bool) -> String;

impl ExchangeRedactor<'_> {
    /// Returns the request without secrets of the run and without credentials: in the body under their names, and everywhere if they
    /// are long enough. `true` and `false` stay.
    pub(super) fn recorded(&mut self, request: &Request, template: &str, label: Label<'_>) -> Request {
        let media_type = request.media_type();
        self.learn_request(request, template);
        let mut in_url = self.credentials(&request.url, label);
        self.retain_outside_literals(&request.url, &mut in_url);
        in_url.extend(self.secrets.replacements(&request.url));
        let url = replace::all(&request.url, in_url, &mut |_| {});
        let headers = request.headers.iter();
        Request {
            method: request.method.clone(),
            // A label of a secret is not ASCII, which a URL must be.
            url: utf8_percent_encode(&url, CONTROLS).to_string(),
            headers: headers.map(|(name, value)| (name, self.recorded_header(value, label))).collect(),
            body: request.body.as_ref().map(|body| self.recorded_body(body, media_type.as_ref(), label)),
            certificate: request.certificate,
        }
    }

    /// Collects the values in a request whose path matches `template`.
    pub(super) fn learn_request(&mut self, request: &Request, template: &str) {
        self.learn_url(&request.url, template);
        self.learn_headers(&request.headers);
        self.learn_body(request.body.as_deref().unwrap_or_default(), request.media_type().as_ref());
    }

    fn recorded_header(&self, text: &str, label: Label<'_>) -> String {
        let mut replacements = self.secrets.replacements(text);
        replacements.extend(self.credentials(text, label));
        replace::all(text, replacements, &mut |_| {})
    }

    fn recorded_body(&self, body: &Bytes, media_type: Option<&MediaType>, label: Label<'_>) -> Bytes {
        let text = String::from_utf8_lossy(body);
        let masked = self.recorded_content(&text, media_type, label);
        match text {
            _ if masked == text => body.clone(),
            Cow::Borrowed(_) => masked.into(),
            // A part of a binary body cannot be replaced.
            Cow::Owned(_) => label("body", &masked, false).into(),
        }
    }

    fn recorded_content(&self, text: &str, media_type: Option<&MediaType>, label: Label<'_>) -> String {
        use sensitive_values::Kind::{Boolean, Number};

        let mut named = in_fields(text, media_type, &self.names).unwrap_or_else(|| self.in_json(text, false));
        xml::scan(text, media_type, &self.names, &mut |found| named.push(found));
        let replaced = named.into_iter().filter(|named| named.kind != Boolean && !self.is_declared(named));
        let by_label = replaced.map(|named| {
            let label = label(&named.name, &named.plain, named.kind == Number);
            let label = named.within.map_or(label.clone(), |within| quoted(&label, within));
            Replacement { range: named.range, label, rule: self.names.rule(&named.name), is_secret: false }
        });
        let mut replacements: Vec<_> = by_label.collect();
        replacements.extend(self.secrets.replacements(text));
        replacements.extend(self.credentials(text, label));
        replace::all(text, replacements, &mut |_| {})
    }

    /// Finds known credentials anywhere in a text. JSON stays JSON.
    fn credentials(&self, text: &str, label: Label<'_>) -> Vec<Replacement> {
        let found = self.values.find(text).into_iter();
        let found = found.filter(|(_, plain, _)| plain.len() >= MIN_CREDENTIAL);
        let mut found: Vec<_> = found.map(|(range, plain, value)| narrowed(text, range, plain, value)).collect();
        if found.is_empty() || !is_json(text) {
            return found.into_iter().map(|credential| credential.replacement(false, label)).collect();
        }
        found.sort_by_key(|credential| credential.range.start);
        let (mut found, mut replacements) = (found.into_iter().peekable(), Vec::new());
        // A large text has too many tokens to hold.
        json::scan(text, false, &|_| false, &mut |token| {
            while let Some(credential) = found.next_if(|credential| credential.range.start < token.range.end) {
                let is_number = token.kind == Kind::Bare && token.range == credential.range;
                let mut fitted = credential.placeholder();
                if is_number || self.fit(&mut fitted, text, std::slice::from_ref(&token)) {
                    replacements.push(credential.replacement(is_number, label));
                }
            }
        });
        replacements
    }
}

/// A credential in a text.
struct Credential<'v> {
    range: Range<usize>,
    /// The value of its variable.
    value: &'v str,
    rule: &'v Rc<str>,
}

impl Credential<'_> {
    fn placeholder(&self) -> Replacement {
        Replacement { range: self.range.clone(), label: String::new(), rule: Rc::clone(self.rule), is_secret: false }
    }

    fn replacement(&self, is_number: bool, label: Label<'_>) -> Replacement {
        let name = self.rule.split_once(' ').map_or(&**self.rule, |(_, name)| name);
        let label = label(name, self.value, is_number);
        Replacement { label: if is_number { quoted(&label, 0) } else { label }, ..self.placeholder() }
    }
}

/// Returns the credential at `range`, without a line break that a decoded match includes.
fn narrowed<'v>(text: &'v str, range: Range<usize>, plain: &'v str, value: &'v KnownValue) -> Credential<'v> {
    let raw = text.get(range.clone()).unwrap_or_default();
    let rule = &value.rule;
    match raw.find(plain) {
        Some(at) => Credential { range: range.start + at..range.start + at + plain.len(), value: plain, rule },
        // Another encoding is another variable, because a case sends the value of a variable verbatim.
        None => Credential { range, value: if unquote(raw) == plain { plain } else { raw }, rule },
    }
}
