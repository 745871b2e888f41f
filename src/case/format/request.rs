//! `request` and `base` as they are written.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use super::present::present;

/// A request. A key that is absent sends nothing.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "a request")]
#[schemars(rename = "Request")]
pub struct RequestFormat {
    /// The method, with `url`, instead of the operation's.
    pub method: Option<String>,
    /// Path and query taken as they stand after the target's prefix.
    pub url: Option<String>,
    /// Path parameters; each becomes one encoded segment.
    pub path: Map<String, Value>,
    /// Query parameters.
    pub query: Map<String, Value>,
    /// Headers; `null` removes one.
    pub headers: Map<String, Value>,
    /// Cookies.
    pub cookies: Map<String, Value>,
    /// `none`, the name of a security scheme, or `{ SCHEME: VALUE }`.
    pub auth: Option<AuthFormat>,
    /// The name of a second set of the target's credentials.
    #[serde(rename = "as")]
    pub credentials: Option<String>,
    /// The body as JSON; `null` sends JSON null.
    #[serde(deserialize_with = "present")]
    #[schemars(with = "Value")]
    pub body: Option<Value>,
    /// A file whose bytes are the body, relative to the case file.
    pub body_file: Option<String>,
    /// The body as text.
    pub text: Option<String>,
    /// The body as `application/x-www-form-urlencoded`.
    pub form: Option<Map<String, Value>>,
    /// The body as `multipart/form-data`.
    pub multipart: Option<Vec<PartFormat>>,
    /// The body as bytes in base64.
    pub base64: Option<String>,
    /// What is taken out after merging: `body/NAME`, `body`, `query/NAME`, `path/NAME`, `header/NAME`, `cookie/NAME` …
    pub without: Vec<String>,
}

/// One part of a multipart body: exactly one of `value`, `json` and `file`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "a part")]
#[schemars(rename = "Part")]
pub struct PartFormat {
    /// The part's name.
    pub name: String,
    /// Its content: a text as it stands, anything else as the contract declares the part; a list may be several parts.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Value")]
    pub value: Option<Value>,
    /// Its content as JSON.
    #[serde(default, deserialize_with = "present")]
    #[schemars(with = "Value")]
    pub json: Option<Value>,
    /// A file whose bytes are its content, relative to the case file.
    pub file: Option<String>,
    /// The file name that is sent.
    pub filename: Option<String>,
    /// Its media type; where it is not written, what the contract declares for the part.
    #[serde(rename = "type")]
    pub media_type: Option<String>,
    /// Its other header lines by name.
    #[serde(default)]
    pub headers: Map<String, Value>,
}

/// Credentials of a case.
#[derive(Debug, Clone, PartialEq)]
pub enum AuthFormat {
    /// `none`, or the name of a security scheme.
    Word(String),
    /// Values by scheme.
    Values(Map<String, Value>),
}

impl<'de> Deserialize<'de> for AuthFormat {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::String(word) => Ok(Self::Word(word)),
            Value::Object(values) => Ok(Self::Values(values)),
            _ => Err(D::Error::custom("expected `none`, the name of a security scheme, or `{ SCHEME: VALUE }`")),
        }
    }
}

impl JsonSchema for AuthFormat {
    fn schema_name() -> Cow<'static, str> {
        "Auth".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "anyOf": [
            { "const": "none", "description": "No credentials." },
            { "type": "string", "description": "The target's credentials for that security scheme." },
            { "type": "object", "description": "Credentials by security scheme; basic as { username, password }." }
        ] })
    }
}
