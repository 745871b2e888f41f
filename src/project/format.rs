//! The shape of `signoff.yaml` as serde reads it, and its JSON Schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::report::{Format, formats};

/// The configuration. Paths are relative to its file; every key has a flag, and flags win.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "signoff.yaml")]
pub struct Config {
    /// The OpenAPI document.
    pub spec: Option<String>,
    /// OpenAPI Overlays (1.0 or 1.1) to apply to it, in this order.
    pub overlay: Vec<String>,
    /// Local copies of what the document's references name on the network, by URI; a URI that ends in `/` stands for
    /// everything below it.
    pub refs: BTreeMap<String, String>,
    /// The folder of case files.
    pub cases: Option<String>,
    /// The folder that reports are written to.
    pub reports: Option<String>,
    /// A file of waivers: findings that fail nothing for a while. `waivers.yaml` beside this file is read unasked.
    pub waivers: Option<String>,
    /// The reports to write beside those of every run.
    pub report: Vec<Report>,
    /// The target where none is named.
    pub default_target: Option<String>,
    /// Where requests may go, by name.
    pub targets: BTreeMap<String, Target>,
    /// How bad a breach is, by check id.
    pub severity: BTreeMap<String, Level>,
    /// What fails the run beside findings of severity error; `new` lets those pass that an earlier run had met already.
    pub fail_on: Vec<FailOn>,
    /// Properties, headers and query parameters whose values are hidden, by name; places in bodies by JSON Pointer, where `*` is every
    /// element or member: `/customers/*/ssn`.
    pub redact: Vec<String>,
}

/// One target: an embedded mock, or a URL. Values may hold `${env.NAME}` and `${file("PATH")}`: secrets, unless wrapped in
/// `public(…)`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Target {
    /// A behaviour file: the target is the mock that signoff makes of the document, started inside the run.
    pub mock: Option<String>,
    /// The base URL, with a path prefix if need be. Without it the document's `servers` are used.
    pub url: Option<String>,
    /// Credentials by security scheme: a string, or `{ username, password }` for basic.
    pub auth: BTreeMap<String, Credential>,
    /// Further sets of credentials by name, for `as: NAME` in cases.
    pub credentials: BTreeMap<String, BTreeMap<String, Credential>>,
    /// Variables of the cases.
    pub vars: BTreeMap<String, Value>,
    /// Headers sent with every request that has none of that name itself.
    pub headers: BTreeMap<String, String>,
    /// At most so many requests: `10/s`, `300/m`.
    pub rate: Option<String>,
    /// How long to wait.
    pub timeout: Timeout,
    /// The largest body to read: `10MB`.
    pub max_body: Option<String>,
    /// A PEM file of certificate authorities to trust beside the system's.
    pub ca_file: Option<String>,
    /// A PEM file of a client certificate and its key.
    pub client_cert: Option<String>,
    /// The proxy to send through.
    pub proxy: Option<String>,
    /// The methods that may be sent; all, when empty.
    pub allow: Vec<String>,
}

/// A string, or `{ username, password }`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Value")]
pub struct Credential(pub Value);

impl TryFrom<Value> for Credential {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let basic = |map: &serde_json::Map<String, Value>| {
            map.len() == 2 && ["username", "password"].iter().all(|name| map.get(*name).is_some_and(Value::is_string))
        };
        match &value {
            Value::String(_) => Ok(Self(value)),
            Value::Object(map) if basic(map) => Ok(Self(value)),
            _ => Err("expected a string or { username, password }"),
        }
    }
}

impl JsonSchema for Credential {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Credential".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "A string, or the user name and password of HTTP basic.",
            "anyOf": [
                { "type": "string" },
                {
                    "type": "object",
                    "required": ["username", "password"],
                    "properties": { "username": { "type": "string" }, "password": { "type": "string" } },
                    "additionalProperties": false
                }
            ]
        })
    }
}

/// How long to wait: `500ms`, `3s`, `2m`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Timeout {
    /// For DNS, TCP and TLS.
    pub connect: Option<String>,
    /// Until the first byte of an answer.
    pub first_byte: Option<String>,
    /// For a whole exchange.
    pub total: Option<String>,
}

/// How bad a breach of a check is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Fails the run.
    Error,
    /// Is shown.
    Warning,
    /// Is not looked for.
    Off,
}

/// What may fail a run beside findings of severity error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// A skipped case.
    Skipped,
    /// A rule that could not be judged.
    Unjudged,
    /// A finding of severity warning.
    Warning,
    /// Of the findings of severity error only those that the run compared with had not met.
    New,
}

/// The word for a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Report(pub &'static Format);

impl<'de> Deserialize<'de> for Report {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        let unknown = || {
            let names = formats::names().join("`, `");
            D::Error::custom(format_args!("unknown variant `{word}`, expected one of `{names}`"))
        };
        formats::named(&word).map(Self).ok_or_else(unknown)
    }
}

impl JsonSchema for Report {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Report".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "description": "The word for a report.", "enum": formats::names() })
    }
}

/// The JSON Schema of `signoff.yaml` (`schemas/config.json`).
pub fn json_schema() -> Value {
    schemars::schema_for!(Config).to_value()
}
