//! The behaviour file as it is written.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::quantity::HumanDuration;

/// What the mock does beyond its contract: state, and rules that answer from it and change it.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
#[schemars(title = "signoff mock behaviour")]
pub(crate) struct MockRulesFormat {
    /// Another behaviour file, relative to this one, that goes on where this one ends: its rules are tried after the rules here, its
    /// state lies under the state here (merged deep, null deletes), its other answers hold where none are given here.
    pub(crate) extends: Option<String>,
    /// A JSON or YAML file, relative to this one, with more state; what `state` says lies over it.
    pub(crate) seed: Option<String>,
    /// The state before the first request; rules read it as `state`.
    pub(crate) state: Map<String, Value>,
    /// The answer to a request that breaks the contract; `violations` is a list of what it breaks. Without it the answer is
    /// 400 with application/problem+json.
    pub(crate) invalid_request: Option<AnswerFormat>,
    /// The answer to a request with absent or malformed credentials; `violations` as above. Without it the answer is 401.
    pub(crate) unauthorized: Option<AnswerFormat>,
    /// Rules by `operationId` or `METHOD /path`, tried in order; when none fits, the contract's example is the answer.
    // Read one by one, so that a mistake in one rule does not hide those of the others.
    #[schemars(with = "BTreeMap<String, Vec<RuleFormat>>")]
    pub(crate) operations: BTreeMap<String, Vec<Value>>,
}

/// One rule of an operation.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RuleFormat {
    /// An expression over `request` and `state` that is true or false; a rule without it always fits.
    pub(crate) when: Option<String>,
    /// Whether the rule answers requests that break the contract; its expressions may read `violations`.
    #[serde(default)]
    pub(crate) accepts_invalid: bool,
    /// The answer; or else `fallthrough`.
    pub(crate) respond: Option<RespondFormat>,
    /// Lets the document answer, as if no rule fitted; `store`, `delay` and `fault` still count.
    pub(crate) fallthrough: Option<Fallthrough>,
    /// Holds the answer back for that long.
    pub(crate) delay: Option<HumanDuration>,
    /// What goes wrong on purpose where the rule fits, as `--fault` has it: `reset`, `latency=100ms..2s, probability=0.1`.
    pub(crate) fault: Option<String>,
    /// Merged deep into the state after the answer; null deletes, `$set: VALUE` replaces, `$append: VALUE` adds to a list. May read
    /// `response` as well.
    #[serde(default)]
    pub(crate) store: Option<Map<String, Value>>,
    /// Why the answer's status is not in the contract; without it such an answer is refused.
    pub(crate) undocumented: Option<String>,
    /// Lets the answer break the contract in every way.
    #[serde(default)]
    pub(crate) unchecked: bool,
}

/// Who answers where a rule does not.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Fallthrough {
    /// The document, with its example or a value made from its schema.
    Document,
}

/// An answer: with `body` as JSON, with `text` as it stands, or without content.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RespondFormat {
    /// The status code, 200 to 599.
    #[schemars(range(min = 200, max = 599))]
    pub(crate) status: u16,
    /// Header lines; `content-type` is chosen from the contract when it is not among them.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as JSON; its strings and names may hold `${…}`.
    #[serde(default, deserialize_with = "present")]
    pub(crate) body: Option<Value>,
    /// The body as text, sent as it is.
    #[serde(default)]
    pub(crate) text: Option<String>,
}

/// An answer that stands outside the rules.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerFormat {
    /// The status code, 200 to 599.
    #[schemars(range(min = 200, max = 599))]
    pub(crate) status: u16,
    /// Header lines; `content-type` is chosen from the contract when it is not among them.
    #[serde(default)]
    pub(crate) headers: BTreeMap<String, String>,
    /// The body as JSON; its strings and names may hold `${…}`.
    #[serde(default, deserialize_with = "present")]
    pub(crate) body: Option<Value>,
    /// The body as text, sent as it is.
    #[serde(default)]
    pub(crate) text: Option<String>,
    /// Why the answer's status is not in the contract; without it such an answer is refused.
    pub(crate) undocumented: Option<String>,
    /// Lets the answer break the contract in every way.
    #[serde(default)]
    pub(crate) unchecked: bool,
}

/// `body: null` is the JSON null, not an absent body.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}
