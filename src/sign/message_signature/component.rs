//! Components of a message that a signature covers (RFC 9421 §2).

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::http::{Headers, Request, Response};
use crate::suggestion::nearest;

use super::super::structured_field::{self, BareItem, Item, Parameters};
use super::super::variables::{ACCEPT, Origin};

/// Derived components of requests.
const OF_REQUESTS: [&str; 8] =
    ["@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query", "@query-param"];

/// The only derived component of responses.
const STATUS: &str = "@status";

/// Fields that are dictionaries, so that they have one strict serialisation.
const DICTIONARIES: [&str; 7] = [
    "content-digest",
    "repr-digest",
    "want-content-digest",
    "want-repr-digest",
    "signature",
    "signature-input",
    "priority",
];

/// What the serialiser of `application/x-www-form-urlencoded` encodes.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// A message whose components are signed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Message<'m> {
    /// The server.
    pub(in crate::sign) origin: &'m Origin,
    /// The request.
    pub(in crate::sign) request: &'m Request,
    /// The response, if that is what is signed.
    pub(in crate::sign) response: Option<&'m Response>,
}

impl<'m> Message<'m> {
    pub(super) fn headers(&self) -> &'m Headers {
        self.response.map_or(&self.request.headers, |response| &response.headers)
    }

    pub(in crate::sign) fn content(&self) -> &'m [u8] {
        let of_request = || self.request.body.as_deref().unwrap_or_default();
        self.response.map_or_else(of_request, |response| &response.body)
    }
}

/// A component identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Component {
    name: String,
    parameters: Parameters,
}

impl Component {
    /// Reads `@method`, `content-type` or `@query-param;name=id`; the name may be quoted, as in `Signature-Input`.
    pub(crate) fn parse(text: &str, is_response: bool) -> Result<Self, String> {
        let invalid = || {
            format!(
                "`{}` is not a component such as `@method`, `content-type` or `@query-param;name=\"id\"`",
                text.escape_debug()
            )
        };
        let item = match text.starts_with('"') {
            true => structured_field::item(text).ok_or_else(invalid)?,
            false => {
                let (name, parameters) = text.split_at(text.find(';').unwrap_or(text.len()));
                let value = BareItem::String(name.trim().to_ascii_lowercase());
                Item { value, parameters: structured_field::parameters(parameters).ok_or_else(invalid)? }
            }
        };
        Self::from_item(item, is_response)
    }

    /// Checks a component. `is_response`: of a response, which may cover components of its request.
    pub(super) fn from_item(item: Item, is_response: bool) -> Result<Self, String> {
        let BareItem::String(name) = item.value else { return Err(format!("`{}` is not a component", item.value)) };
        // A name without quotes is meant as a string.
        let as_string = |(key, value)| match value {
            BareItem::Token(token) => (key, BareItem::String(token)),
            value => (key, value),
        };
        let component = Self { name, parameters: item.parameters.into_iter().map(as_string).collect() };
        component.check(is_response).map(|()| component)
    }

    fn check(&self, is_response: bool) -> Result<(), String> {
        let refuse = |why: &str| Err(format!("`{self}`: {why}"));
        let of_request = !is_response || self.has("req");
        let known: &[&str] = if of_request { &OF_REQUESTS } else { &[STATUS] };
        let name = &*self.name;
        let is_derived = name.starts_with('@');
        if is_derived && !known.contains(&name) {
            let suggested = nearest(name, known.iter().copied()).map(|near| format!(" (did you mean `{near}`?)"));
            let kind = if of_request { "requests" } else { "responses, without `req`" };
            return refuse(&format!("no derived component of {kind}{}", suggested.unwrap_or_default()));
        }
        let is_token =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if !is_derived && (name.is_empty() || !name.bytes().all(is_token)) {
            return refuse("not the name of a header field in lower case");
        }
        if matches!(name, "signature" | "signature-input") && !self.has("key") {
            return refuse("a signature cannot cover itself; cover another one with `;key=\"LABEL\"`");
        }
        for (key, value) in &self.parameters {
            let is_flag = *value == BareItem::Boolean(true);
            let is_text = matches!(value, BareItem::String(_));
            let is_sound = match &**key {
                "req" => is_flag && is_response,
                "name" => is_text && name == "@query-param",
                "key" => is_text && !is_derived && !self.has("bs"),
                "bs" => is_flag && !is_derived && !self.has("sf"),
                "sf" if is_flag && !is_derived && !DICTIONARIES.contains(&name) => {
                    return refuse("`sf` is only supported for fields that signoff knows as dictionaries");
                }
                "sf" => is_flag && !is_derived,
                "tr" => return refuse("`tr` is not supported: signoff sends and reads no trailers"),
                _ => false,
            };
            if !is_sound {
                return refuse(&format!("the parameter `{key}` cannot be used here"));
            }
        }
        match name == "@query-param" && !self.has("name") {
            true => refuse("`;name=\"…\"` is missing"),
            false => Ok(()),
        }
    }

    fn has(&self, parameter: &str) -> bool {
        self.parameters.iter().any(|(key, _)| key == parameter)
    }

    fn text(&self, parameter: &str) -> Option<&str> {
        self.parameters.iter().find(|(key, _)| key == parameter).and_then(|(_, value)| match value {
            BareItem::String(text) => Some(&**text),
            _ => None,
        })
    }

    /// Whether it is the field of that name in the message itself.
    pub(super) fn is_field(&self, name: &str) -> bool {
        self.name == name && !self.has("req")
    }

    /// Its value in the message; none if the message does not have it. The error says why it cannot be computed.
    pub(in crate::sign) fn value(&self, message: &Message<'_>) -> Result<Option<String>, String> {
        let Message { origin, request, response } = message;
        let path = || match format!("{}{}", origin.prefix, request.path()) {
            path if path.is_empty() => "/".to_owned(),
            path => path,
        };
        let query = || request.query().map(|query| format!("?{query}")).unwrap_or_default();
        let target = || format!("{}{}", path(), query());
        let (scheme, host) = (&origin.scheme, &origin.host);
        Ok(Some(match &*self.name {
            STATUS => return Ok(response.map(|response| response.status.to_string())),
            "@method" => request.method.clone(),
            "@target-uri" => format!("{scheme}://{host}{}", target()),
            "@authority" => host.clone(),
            "@scheme" => scheme.clone(),
            "@request-target" => target(),
            "@path" => path(),
            "@query" => format!("?{}", request.query().unwrap_or_default()),
            "@query-param" => return self.query_parameter(request),
            _ => return self.field(message),
        }))
    }

    /// The value of the query parameter, encoded anew (§2.2.8).
    fn query_parameter(&self, request: &Request) -> Result<Option<String>, String> {
        let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
        let encode = |text: &str| utf8_percent_encode(text, FORM).to_string();
        let pairs = request.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let wanted = self.text("name").unwrap_or_default();
        let mut found = pairs.filter(|(name, _)| encode(&decode(name)) == wanted);
        let value = found.next().map(|(_, value)| encode(&decode(value)));
        match found.next() {
            Some(_) => Err(format!("`{self}`: the query has the parameter more than once")),
            None => Ok(value),
        }
    }

    fn field(&self, message: &Message<'_>) -> Result<Option<String>, String> {
        let is_of_request = message.response.is_none() || self.has("req");
        let headers = if is_of_request { &message.request.headers } else { message.headers() };
        let lines: Vec<_> = headers.all(&self.name).map(str::trim).collect();
        if lines.is_empty() {
            return Ok(is_of_request.then(|| added_when_sent(&self.name, message)).flatten());
        }
        if self.has("bs") {
            let lines = lines.iter().map(|line| format!(":{}:", BASE64_STANDARD.encode(line)));
            return Ok(Some(lines.collect::<Vec<_>>().join(", ")));
        }
        let value = lines.join(", ");
        if !self.has("sf") && !self.has("key") {
            return Ok(Some(value));
        }
        let members = structured_field::dictionary(&value);
        let members = members.ok_or_else(|| format!("`{self}`: the value of the header field is not a dictionary"))?;
        match self.text("key") {
            Some(key) => Ok(members.into_iter().find(|(held, _)| held == key).map(|(_, member)| member.to_string())),
            None => Ok(Some(structured_field::serialized_dictionary(&members))),
        }
    }
}

/// Header fields of a request that are written when it is sent.
fn added_when_sent(name: &str, Message { origin, request, .. }: &Message<'_>) -> Option<String> {
    match name {
        "host" => Some(origin.host.clone()),
        "content-length" => {
            let content = request.body.as_ref().filter(|body| !body.is_empty());
            content.map(|body| body.len().to_string())
        }
        "accept" => Some(ACCEPT.to_owned()),
        _ => None,
    }
}

impl fmt::Display for Component {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let value = BareItem::String(self.name.clone());
        write!(f, "{value}{}", structured_field::serialized(&self.parameters))
    }
}
