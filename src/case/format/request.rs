//! `request` and `base` as they are written.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};

use super::present::present;

/// A request. A key that is absent sends nothing.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object such as `{ body: { … } }`")]
#[schemars(rename = "Request")]
pub(crate) struct RequestFormat {
    /// The method, with `url`, instead of the operation's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Literal path and query, after the target's prefix.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Path parameters; each becomes one encoded segment.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub path: Map<String, Value>,
    /// Query parameters.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub query: Map<String, Value>,
    /// Headers; `null` removes one.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
    /// Cookies.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub cookies: Map<String, Value>,
    /// `none`, the name of a security scheme, or `{ SCHEME: VALUE }`, where `wrong` is a value that is not the target's, and `expired` an
    /// access token whose time is over.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub auth: Option<AuthFormat>,
    /// The name of a second set of the target's credentials.
    #[serde(rename = "as", skip_serializing_if = "Option::is_none")]
    pub credentials: Option<String>,
    /// Another signature than that of the target: `none`, `wrong`, or `stale` (an hour old).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sign: Option<SignFormat>,
    /// The body as JSON; `null` sends JSON null.
    #[serde(deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub body: Option<Value>,
    /// A file whose bytes are the body, relative to the case file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_file: Option<String>,
    /// The body as text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The body as `application/x-www-form-urlencoded`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<Map<String, Value>>,
    /// The body as `multipart/form-data`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub multipart: Option<Vec<PartFormat>>,
    /// The body as bytes in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// Locations to remove after merging: `body/NAME`, `body`, `query/NAME`, `path/NAME`, `header/NAME`, `cookie/NAME` …
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub without: Vec<String>,
}

/// A signature that a target should refuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "Sign")]
pub(crate) enum SignFormat {
    /// None.
    None,
    /// One that does not fit the request.
    Wrong,
    /// One of an hour ago.
    Stale,
}

/// One part of a multipart body: exactly one of `value`, `json` and `file`.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object such as `{ name: …, value: … }`")]
#[schemars(rename = "Part")]
pub(crate) struct PartFormat {
    /// The part's name.
    pub name: String,
    /// Its content: a string is sent verbatim, other values as the contract declares the part; a list may become several parts.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub value: Option<Value>,
    /// Its content as JSON.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Value")]
    pub json: Option<Value>,
    /// A file whose bytes are its content, relative to the case file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The file name that is sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Its media type, instead of the one that the contract declares for the part.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// Its other header lines by name.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub headers: Map<String, Value>,
}

/// Credentials of a case.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub(crate) enum AuthFormat {
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
            { "type": "object", "description": "Credentials by security scheme; basic as { username, password }, an access token with another scope as { scope }; `wrong`, `expired`, or `none` for all but this one." }
        ] })
    }
}
