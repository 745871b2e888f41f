//! Credentials of commands: a case does not contain them, since a run adds those of its target.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::case::literal_text;
use crate::contract::{Operation, ParameterIn, SecurityScheme};
use crate::http::{Headers, Request};

use super::super::exchanges::{decoded_name, is_credential};
use super::super::recorded_variables::Piece;
use super::super::starter::variable;
use super::body::FormPart;
use super::case::{Converter, IsSensitive};

impl Converter<'_> {
    /// The security schemes whose credentials a run adds to the request.
    pub(super) fn needed(&self, operation: Option<&Operation>, request: &Request) -> Vec<String> {
        let is_given = |scheme: &String| self.credential(scheme, request).is_some();
        // Outside the document a run adds any credentials that the target has.
        let Some(operation) = operation else {
            return self.conversion.contract.security_schemes.keys().filter(|name| is_given(name)).cloned().collect();
        };
        let mut alternatives = operation.security.iter();
        let complete = alternatives.find(|alternative| alternative.schemes.iter().all(is_given));
        let needed = complete.or(operation.security.first());
        needed.map(|alternative| alternative.schemes.clone()).unwrap_or_default()
    }

    /// Notes the credentials that a run adds, and those of the command that it does not.
    pub(super) fn note_credentials(
        &mut self,
        operation: Option<&Operation>,
        request: &Request,
        needed: &[String],
    ) -> Vec<String> {
        let is_unused = |header: &String| {
            self.is_secret_header(header) && !self.schemes(needed).any(|scheme| is_in(scheme, header))
        };
        let names = request.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
        let undeclared: Vec<String> = names.filter(is_unused).collect();
        let mut missing = Vec::new();
        for scheme in needed {
            let value = self.credential(scheme, request);
            if value.is_none() {
                missing.push(scheme.as_str());
            }
            let name = match self.conversion.variables.pieces(value.as_deref().unwrap_or_default())[..] {
                [.., Piece::Expression(expression)] => expression.strip_prefix("env.").map(str::to_owned),
                _ => None,
            };
            self.credentials.entry(scheme.clone()).or_insert_with(|| name.unwrap_or_else(|| variable(scheme)));
        }
        self.undeclared.extend(undeclared);
        let is_missing = operation.is_some() && !missing.is_empty();
        let schemes = needed.join("` and `");
        let note = format!("the command has no credentials for `{schemes}`: the case uses those of the target");
        is_missing.then_some(note).into_iter().collect()
    }

    fn schemes(&self, names: &[String]) -> impl Iterator<Item = &SecurityScheme> {
        names.iter().filter_map(|name| self.conversion.contract.security_schemes.get(name))
    }

    /// The credential of `scheme` in the request.
    fn credential(&self, scheme: &str, request: &Request) -> Option<String> {
        let headers = &request.headers;
        let authorization = |wanted: &str| {
            let (kind, value) = headers.get("authorization")?.split_once(' ')?;
            kind.eq_ignore_ascii_case(wanted).then(|| value.to_owned())
        };
        match self.conversion.contract.security_schemes.get(scheme)? {
            SecurityScheme::Basic => authorization("basic"),
            SecurityScheme::Bearer => authorization("bearer"),
            SecurityScheme::OtherHttp(kind) => authorization(kind),
            SecurityScheme::ApiKey { location: ParameterIn::Header, name } => headers.get(name).map(str::to_owned),
            SecurityScheme::ApiKey { location: ParameterIn::Cookie, name } => {
                let mut cookies = headers.all("cookie").flat_map(|line| line.split(';'));
                cookies.find_map(|pair| pair.trim().strip_prefix(name.as_str())?.strip_prefix('=').map(str::to_owned))
            }
            SecurityScheme::ApiKey { name, .. } => {
                let mut pairs = request.query().unwrap_or_default().split('&');
                pairs.find(|pair| decoded_name(pair) == *name).and_then(|pair| Some(pair.split_once('=')?.1.to_owned()))
            }
            SecurityScheme::MutualTls => None,
        }
    }

    pub(super) fn is_secret_header(&self, name: &str) -> bool {
        matches!(name.to_ascii_lowercase().as_str(), "authorization" | "cookie" | "proxy-authorization")
            || (self.conversion.is_sensitive)(ParameterIn::Header, name)
            || is_credential(self.conversion.contract, ParameterIn::Header, name)
    }

    fn is_secret_parameter(&self, name: &str) -> bool {
        [name.trim()].into_iter().chain(name.split(['[', ']'])).any(|name| {
            (self.conversion.is_sensitive)(ParameterIn::Query, name)
                || is_credential(self.conversion.contract, ParameterIn::Query, name)
        })
    }

    /// The request without the credentials that a run adds for the schemes `needed`, and without those in headers that the operation does
    /// not declare.
    pub(super) fn without_credentials(
        &self,
        operation: Option<&Operation>,
        request: Request,
        needed: &[String],
    ) -> Request {
        let is_declared = |place: ParameterIn, name: &str| {
            !is_credential(self.conversion.contract, place, name)
                && operation.is_some_and(|operation| operation.parameter(place, name).is_some())
        };
        let header = |(name, value): (&str, &str)| match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => None,
            "cookie" => {
                let name_of = |pair: &str| pair.split('=').next().unwrap_or_default().trim().to_owned();
                let pairs = value.split(';').filter(|pair| is_declared(ParameterIn::Cookie, &name_of(pair)));
                let pairs = pairs.map(str::trim).collect::<Vec<_>>().join("; ");
                (!pairs.is_empty()).then(|| (name.to_owned(), pairs))
            }
            _ if self.is_secret_header(name) && !is_declared(ParameterIn::Header, name) => None,
            _ => Some((name.to_owned(), value.to_owned())),
        };
        let is_kept = |pair: &&str| {
            let name = decoded_name(pair);
            let mut schemes = self.schemes(needed);
            !schemes.any(|scheme| matches!(scheme, SecurityScheme::ApiKey { location: ParameterIn::Query, name: key } if *key == name))
        };
        let query = request.query().unwrap_or_default();
        let kept = query.split('&').filter(is_kept).collect::<Vec<_>>().join("&");
        let url = match (kept == query, kept.is_empty()) {
            (true, _) => request.url.clone(),
            (false, true) => request.path().to_owned(),
            (false, false) => format!("{}?{kept}", request.path()),
        };
        Request { url, headers: request.headers.iter().filter_map(header).collect(), ..request }
    }

    /// The query with variables of the environment in place of sensitive values.
    pub(super) fn shown_query(&self, query: &str) -> String {
        let pair = |pair: &str| match pair.split_once('=') {
            Some((raw, value)) if self.is_secret_parameter(&decoded_name(pair)) => {
                format!("{raw}={}", self.secret(&decoded_name(pair), value))
            }
            _ => pair.to_owned(),
        };
        query.split('&').map(pair).collect::<Vec<_>>().join("&")
    }

    /// The placeholder of a credential.
    pub(super) fn secret(&self, name: &str, value: &str) -> String {
        match self.conversion.variables.only_environment(value) {
            true => value.to_owned(),
            false => self.conversion.variables.placeholder(name, value, false),
        }
    }

    /// A text about a request without sensitive values in it, with expressions.
    pub(super) fn shown_text(&self, operation: Option<&Operation>, text: &str) -> String {
        let body = Some(text.to_owned().into());
        let about = Request {
            method: String::new(),
            url: String::new(),
            headers: Headers::default(),
            body,
            ..Request::default()
        };
        let shown = (self.conversion.redact)(operation, &about).body.unwrap_or_default();
        self.conversion.variables.expressions(&String::from_utf8_lossy(&shown))
    }

    /// The variables of the file without credentials in their values.
    pub(super) fn shown_values(&mut self) -> Map<String, Value> {
        let known = std::mem::take(&mut self.values.known).into_iter();
        let shown = known.map(|(name, value)| match value {
            Value::String(text) => (name, self.shown_text(None, &text).into()),
            other => (name, other),
        });
        shown.collect()
    }

    /// The parts of a form without sensitive values in them.
    pub(super) fn shown_parts(&self, operation: Option<&Operation>, parts: &[FormPart]) -> Vec<FormPart> {
        parts.iter().map(|part| self.shown_part(operation, part)).collect()
    }

    /// Each part is redacted like a request of its own, whose header lines are all that it has besides its content.
    fn shown_part(&self, operation: Option<&Operation>, part: &FormPart) -> FormPart {
        let own = [("content-type", &part.media_type), ("part-filename", &part.filename)];
        let own = own.into_iter().filter_map(|(line, text)| Some((line, text.as_deref()?)));
        let lines = own.chain([("part-name", part.name.as_str())]);
        let lines = lines.chain(part.headers.iter().map(|(name, text)| (name.as_str(), text.as_str())));
        let about = Request {
            method: String::new(),
            url: String::new(),
            headers: lines.collect(),
            body: Some(part.content.clone().into()),
            ..Request::default()
        };
        let shown = (self.conversion.redact)(operation, &about);
        let mut lines = shown.headers.iter().map(|(_, text)| text.to_owned());
        let content = shown.body.unwrap_or_default();
        FormPart {
            media_type: part.media_type.as_ref().and_then(|_| lines.next()),
            filename: part.filename.as_ref().and_then(|_| lines.next()),
            name: lines.next().unwrap_or_default(),
            headers: part.headers.iter().map(|(name, _)| name.clone()).zip(lines).collect(),
            content: match (self.conversion.is_sensitive)(ParameterIn::Query, &part.name) {
                true => self.secret(&part.name, &String::from_utf8_lossy(&part.content)).into_bytes(),
                false => content.to_vec(),
            },
        }
    }

    /// The parts with expressions in place of variables, which no run replaces in bytes.
    pub(super) fn with_expressions(&self, parts: &[FormPart]) -> Vec<FormPart> {
        let written = |part: &FormPart| match std::str::from_utf8(&part.content) {
            Ok(text) => FormPart { content: self.conversion.variables.expressions(text).into_bytes(), ..part.clone() },
            Err(_) => part.clone(),
        };
        parts.iter().map(written).collect()
    }

    /// The cookies that the operation declares; their values are variables of the environment.
    pub(super) fn cookies(&self, lines: &Headers) -> Map<String, Value> {
        let pairs = lines.all("cookie").flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
        let cookie = |(name, value): (&str, &str)| {
            (literal_text(name), self.conversion.variables.expressions(&self.secret(name, value)).into())
        };
        pairs.map(cookie).collect()
    }
}

/// Whether a scheme reads that header.
fn is_in(scheme: &SecurityScheme, header: &str) -> bool {
    match scheme {
        SecurityScheme::ApiKey { location: ParameterIn::Header, name } => name.eq_ignore_ascii_case(header),
        SecurityScheme::ApiKey { location: ParameterIn::Cookie, .. } => header.eq_ignore_ascii_case("cookie"),
        SecurityScheme::ApiKey { .. } | SecurityScheme::MutualTls => false,
        _ => header.eq_ignore_ascii_case("authorization"),
    }
}

/// The values of a request that are credentials, in every form that may occur elsewhere.
pub(super) fn values(request: &Request, is_sensitive: IsSensitive<'_>) -> Vec<String> {
    let mut values = Vec::new();
    for (name, value) in request.headers.iter() {
        match name.to_ascii_lowercase().as_str() {
            "authorization" | "proxy-authorization" => {
                let (_, credential) = value.split_once(' ').unwrap_or(("", value));
                let pair = STANDARD.decode(credential).ok().and_then(|pair| String::from_utf8(pair).ok());
                values.extend(
                    pair.iter().filter_map(|pair| pair.split_once(':')).map(|(_, password)| password.to_owned()),
                );
                values.extend([credential.to_owned()].into_iter().chain(pair));
            }
            "cookie" => {
                let pairs = value.split(';').filter_map(|pair| pair.split_once('='));
                values.extend(pairs.map(|(_, value)| value.trim().to_owned()));
            }
            _ if is_sensitive(ParameterIn::Header, name) => values.push(value.to_owned()),
            _ => {}
        }
    }
    let pairs = request
        .query()
        .unwrap_or_default()
        .split('&')
        .filter_map(|pair| Some((decoded_name(pair), pair.split_once('=')?.1)));
    let pairs = pairs.filter(|(name, _)| is_sensitive(ParameterIn::Query, name));
    values.extend(pairs.map(|(_, raw)| percent_decode_str(raw).decode_utf8_lossy().into_owned()));
    values
}
