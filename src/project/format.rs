//! Format of `signoff.yaml` as serde reads it, and its JSON Schema.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::document::Typed;
use crate::quantity;
use crate::report::{Format, formats};

use super::deserialize::located;
use super::mutate_format::MutateConfig;
use super::sign_format::{SignFormat, VerifyFormat};
use super::token_format::TokenFormat;

use super::coverage::format::CoverageFormat;

/// Configuration of signoff. Paths are relative to this file. Flags take precedence.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
#[schemars(title = "signoff.yaml")]
pub(crate) struct Config {
    /// The OpenAPI document.
    pub spec: Option<String>,
    /// OpenAPI Overlays (1.0 or 1.1) to apply to the document, in this order.
    pub overlay: Vec<String>,
    /// Local copies of remote documents that references use, by URI. A URI that ends in `/` covers everything below it.
    pub refs: BTreeMap<String, String>,
    /// Directory of case files, or one case file.
    pub cases: Option<String>,
    /// Directory that reports are written to.
    pub reports: Option<String>,
    /// File of waivers (accepted findings). `waivers.yaml` next to this file is read by default.
    pub waivers: Option<String>,
    /// Reports to write in addition to the default ones.
    pub report: Vec<Report>,
    /// Name of the partner whose API is tested, or that uses it; shown at the top of reports. A target may name another one.
    pub partner: Option<String>,
    /// Target to use without `--target`.
    pub default_target: Option<String>,
    /// Targets by name.
    pub targets: BTreeMap<String, Target>,
    /// Commands that return secrets, by the name in `${exec.NAME}`: program and arguments, without a shell.
    pub exec: BTreeMap<String, Vec<String>>,
    /// Severity by check id.
    pub severity: BTreeMap<String, Level>,
    /// What also fails the run, in addition to findings of severity error. With `new`, only findings that are not in the baseline fail it.
    pub fail_on: Vec<FailOn>,
    /// Clause coverage: gates, exclusions and owners.
    pub coverage: CoverageFormat,
    /// Mutation testing of the cases (`signoff mutate`).
    pub mutate: MutateConfig,
    /// Values to redact: names of properties, headers and query parameters, or JSON Pointers into bodies, where `*` matches every
    /// element or property: `/customers/*/ssn`. `!NAME` shows values that are redacted by default: `!secret`.
    pub redact: Vec<String>,
}

/// One target: an embedded mock, or a URL. Values may contain `${env.NAME}`, `${file("PATH")}` and `${exec.NAME}`, which are
/// secrets unless wrapped in `public(…)`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Target {
    /// `true`, or a file of mock rules. The target is then the mock generated from the document, started by signoff.
    #[serde(deserialize_with = "mock_rules")]
    #[schemars(transform = true_or_file)]
    pub mock: Option<String>,
    /// Base URL, with a path prefix if needed. The default is the first absolute URL in the document's `servers`.
    #[serde(deserialize_with = "base_url")]
    #[schemars(transform = without_null)]
    pub url: Option<String>,
    /// Name of the partner that the target belongs to; shown at the top of reports.
    pub partner: Option<String>,
    /// Credentials by security scheme: a string, `{ username, password }` for basic, or how to request an access token.
    pub auth: BTreeMap<String, Credential>,
    /// Additional sets of credentials by name, for `as: NAME` in cases.
    pub credentials: BTreeMap<String, BTreeMap<String, Credential>>,
    /// Signature of the requests.
    pub sign: Option<SignFormat>,
    /// Signature of the responses, which the check `response-signature` verifies.
    pub verify: Option<VerifyFormat>,
    /// Variables of the cases.
    pub vars: BTreeMap<String, Value>,
    /// Headers to add to every request that does not set them itself.
    pub headers: BTreeMap<String, String>,
    /// Maximum request rate: `10/s`, `300/m`.
    #[serde(deserialize_with = "rate")]
    pub rate: Option<String>,
    /// Timeouts.
    pub timeout: Timeout,
    /// Maximum size of a response body: `10MB`.
    #[serde(deserialize_with = "size")]
    pub max_body: Option<String>,
    /// PEM file of certificate authorities to trust in addition to the system's.
    pub ca_file: Option<String>,
    /// PEM file of a client certificate, which every connection shows; it may contain the key.
    pub client_cert: Option<String>,
    /// PEM file of the key of `client_cert`.
    pub client_key: Option<String>,
    /// Password of the key.
    pub client_key_password: Option<String>,
    /// URL of an HTTP proxy.
    pub proxy: Option<String>,
    /// HTTP methods that may be sent; cases with other methods are skipped. Every method if empty.
    pub allow: Vec<String>,
}

fn rate<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    quantity::optional_text(deserializer, quantity::RATE_TEXT)
}

fn size<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    quantity::optional_text(deserializer, quantity::SIZE_TEXT)
}

fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    quantity::optional_text(deserializer, quantity::DURATION_TEXT)
}

/// Removes null and the default from the schema of an optional string.
fn without_null(schema: &mut schemars::Schema) {
    schema.insert("type".to_owned(), "string".into());
    schema.remove("default");
}

/// The schema of `mock`.
fn true_or_file(schema: &mut schemars::Schema) {
    without_null(schema);
    schema.remove("type");
    schema.insert("anyOf".to_owned(), serde_json::json!([{ "const": true }, { "type": "string" }]));
}

/// Reads `mock`: an empty path for `true`. Without a value it would be like no key, and the requests would go to the server of the
/// document.
fn mock_rules<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    let expected = "expected a file of mock rules, or `true` for a mock without rules";
    match Value::deserialize(value)? {
        Value::Bool(true) => Ok(Some(String::new())),
        Value::String(file) => Ok(Some(file)),
        Value::Null => Err(D::Error::custom(format!("{expected}, found nothing"))),
        other => Err(D::Error::custom(format!("{expected}, found {other}"))),
    }
}

/// Reads `url`, which must have a value for the same reason.
fn base_url<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    given(value, "expected a URL")
}

/// Reads a string; refuses null with `expected`.
fn given<'de, D: Deserializer<'de>>(value: D, expected: &str) -> Result<Option<String>, D::Error> {
    let text = Option::<String>::deserialize(value)?;
    text.map(Some).ok_or_else(|| D::Error::custom(format!("{expected}, found nothing")))
}

/// The credential of one security scheme.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(try_from = "Value")]
pub(crate) enum Credential {
    /// A string, or `{ username, password }`.
    Fixed(Value),
    /// An access token, which is requested.
    Token(Box<TokenFormat>),
    /// A client certificate.
    Certificate(CertificateFormat),
}

/// A client certificate with its key, for a security scheme of type `mutualTLS`.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificateFormat {
    /// PEM file of the certificate; it may contain the key.
    pub cert: String,
    /// PEM file of the key.
    pub key: Option<String>,
    /// Password of the key.
    pub password: Option<String>,
}

impl Credential {
    /// The value if it is a string.
    pub(super) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Fixed(value) => value.as_str(),
            Self::Token(_) | Self::Certificate(_) => None,
        }
    }
}

impl TryFrom<Value> for Credential {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let basic = |map: &serde_json::Map<String, Value>| {
            map.len() == 2 && ["username", "password"].iter().all(|name| map.get(*name).is_some_and(Value::is_string))
        };
        match &value {
            Value::String(_) => Ok(Self::Fixed(value)),
            Value::Object(map) if basic(map) => Ok(Self::Fixed(value)),
            Value::Object(map) if map.contains_key("oauth2") => {
                let read = TokenFormat::deserialize(Typed(&value));
                read.map(|format| Self::Token(Box::new(format))).map_err(|misfit| located(&misfit))
            }
            Value::Object(map) if map.contains_key("cert") => {
                CertificateFormat::deserialize(Typed(&value)).map(Self::Certificate).map_err(|misfit| located(&misfit))
            }
            _ => {
                if let Some(unknown) = unknown_key(value) {
                    return Err(unknown);
                }
                let tokens = "{ oauth2: client_credentials, … }";
                Err(format!("expected a string, {{ username, password }}, {tokens} or {{ cert, key, password }}"))
            }
        }
    }
}

/// The key that no form of credential has, in one that lacks the key that tells its form.
fn unknown_key(mut value: Value) -> Option<String> {
    let map = value.as_object_mut()?;
    let is_certificate = map.keys().any(|key| key == "key" || key.starts_with("cert"));
    let missing = if is_certificate { "cert" } else { "oauth2" };
    map.insert(missing.to_owned(), "client_credentials".into());
    let misfit = match is_certificate {
        true => CertificateFormat::deserialize(Typed(&value)).err(),
        false => TokenFormat::deserialize(Typed(&value)).err(),
    };
    misfit.filter(|misfit| misfit.message().starts_with("unknown field")).map(|misfit| located(&misfit))
}

impl JsonSchema for Credential {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Credential".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let token = generator.subschema_for::<TokenFormat>();
        let certificate = generator.subschema_for::<CertificateFormat>();
        schemars::json_schema!({
            "description": "A string, user name and password for HTTP basic, how to request an access token, or a client certificate for mutual TLS.",
            "anyOf": [
                token,
                certificate,
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

/// Timeouts: `500ms`, `3s`, `2m`.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object such as `{ total: 5s }`")]
pub(crate) struct Timeout {
    /// Maximum time for DNS, TCP and TLS.
    #[serde(deserialize_with = "duration")]
    pub connect: Option<String>,
    /// Maximum time until the first byte of a response.
    #[serde(deserialize_with = "duration")]
    pub first_byte: Option<String>,
    /// Maximum time for a whole exchange.
    #[serde(deserialize_with = "duration")]
    pub total: Option<String>,
}

/// Severity of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Level {
    /// A finding fails the run.
    Error,
    /// A finding is reported.
    Warning,
    /// The check is disabled.
    Off,
}

/// What may fail a run in addition to findings of severity error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    /// A skipped case.
    Skipped,
    /// A rule that could not be checked.
    NotChecked,
    /// A finding of severity warning.
    Warning,
    /// A case that passed only after the target asked to retry later.
    Flaky,
    /// Only errors that are not in the baseline.
    New,
    /// A clause that requests decide is not met, and the baseline does not list it as not met.
    UncoveredNew,
}

/// Name of a report format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Report(pub &'static Format);

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
#[cfg(test)]
pub(crate) fn json_schema() -> Value {
    schemars::schema_for!(Config).to_value()
}
