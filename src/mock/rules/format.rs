//! Format of a mock rules file.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::quantity::HumanDuration;

/// What the mock does beyond its contract: state, and rules that respond from it and update it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "signoff mock rules")]
pub(crate) struct MockRulesFormat {
    /// Another mock rules file, relative to this one, to inherit from: its rules are tried after the rules here, the state here is
    /// deep-merged over its state (null deletes a key), and its other responses apply where none are given here.
    pub(crate) extends: Option<String>,
    /// A JSON or YAML file, relative to this one, with more initial state; `state` is merged over it.
    pub(crate) seed: Option<String>,
    /// The initial state; rules read it as `state`.
    pub(crate) state: Map<String, Value>,
    /// The response to a request that violates the contract; `violations` is a list of the violations. Default: as documented, else
    /// 400 with application/problem+json.
    pub(crate) invalid_request: Option<SharedResponseFormat>,
    /// The response to a request with absent or malformed credentials; `violations` as above. Default: as documented, else 401.
    pub(crate) unauthorized: Option<SharedResponseFormat>,
    /// Access tokens that the mock issues.
    pub(crate) tokens: TokensFormat,
    /// Rules by `operationId` or `METHOD /path`, tried in order. If none applies, the document's example is the response.
    // Read one by one, so that a mistake in one rule does not hide those of the others.
    #[schemars(with = "BTreeMap<String, Vec<RuleFormat>>")]
    pub(crate) operations: BTreeMap<String, Vec<Value>>,
}

/// Access tokens that the mock issues at the `tokenUrl` of the document's `oauth2` schemes.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct TokensFormat {
    /// Lifetime of an access token, at least `1s`. Default: one hour.
    pub(crate) lifetime: Option<HumanDuration>,
    /// The clients by id. Default: any client with any password.
    pub(crate) clients: BTreeMap<String, ClientFormat>,
}

/// A client of the token endpoint.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClientFormat {
    /// Its password; a public client has none.
    pub(crate) client_secret: Option<String>,
    /// The scopes that it may have, separated by spaces. Default: those that the document declares.
    pub(crate) scope: Option<String>,
}

/// One rule of an operation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFormat {
    /// A boolean expression over `request` and `state`; a rule without it always applies.
    pub(crate) when: Option<String>,
    /// Whether the rule applies to requests that violate the contract instead; its expressions may read `violations`.
    #[serde(default)]
    pub(crate) accepts_invalid: bool,
    /// The response; exactly one of `respond` and `fallthrough` is required.
    pub(crate) respond: Option<RespondFormat>,
    /// Responds from the document, as if no rule applied; `store`, `delay` and `fault` are still effective.
    pub(crate) fallthrough: Option<Fallthrough>,
    /// Delays the response.
    pub(crate) delay: Option<HumanDuration>,
    /// A fault to inject, with the syntax of `--fault`: `reset`, `latency=100ms..2s, probability=0.1`.
    pub(crate) fault: Option<String>,
    /// Deep-merged into the state after the response; null deletes, `$set: VALUE` replaces, `$append: VALUE` adds to a list. May also
    /// read `response`.
    #[serde(default)]
    pub(crate) store: Option<Map<String, Value>>,
    /// Why the contract does not declare the status; required for an undeclared status.
    pub(crate) undocumented: Option<String>,
    /// Allows the response to violate the contract.
    #[serde(default)]
    pub(crate) unchecked: bool,
}

/// Where the response comes from instead of a rule.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fallthrough {
    /// The document: its example, or a value generated from its schema.
    Document,
}

/// A response: with `body` as JSON, with `text` verbatim, or without content.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RespondFormat {
    /// The status code, 200 to 599.
    #[schemars(range(min = 200, max = 599))]
    pub(crate) status: u16,
    /// Headers; without `content-type`, the media type that the contract declares.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as JSON; its strings and property names may contain `${…}`.
    #[serde(default, deserialize_with = "present")]
    pub(crate) body: Option<Value>,
    /// The body as text, sent verbatim.
    #[serde(default)]
    pub(crate) text: Option<String>,
}

/// A response that is not part of a rule.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SharedResponseFormat {
    /// The status code, 200 to 599.
    #[schemars(range(min = 200, max = 599))]
    pub(crate) status: u16,
    /// Headers; without `content-type`, the media type that the contract declares.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as JSON; its strings and property names may contain `${…}`.
    #[serde(default, deserialize_with = "present")]
    pub(crate) body: Option<Value>,
    /// The body as text, sent verbatim.
    #[serde(default)]
    pub(crate) text: Option<String>,
    /// Why the contract does not declare the status; required for an undeclared status.
    pub(crate) undocumented: Option<String>,
    /// Allows the response to violate the contract.
    #[serde(default)]
    pub(crate) unchecked: bool,
}

/// `body: null` is the JSON null, not an absent body.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
