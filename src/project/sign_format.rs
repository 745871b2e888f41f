//! Format of the signature of a target's requests.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

/// How requests are signed: header fields whose values are computed from the request just before it is sent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object such as `{ headers: { X-Signature: … } }`")]
pub(crate) struct SignFormat {
    /// The text that is signed: `text` in the header fields.
    pub text: Option<String>,
    /// Values of header fields by name, with `${…}` over `method`, `url`, `path`, `query`, `host`, `headers`, `body`, `timestamp`,
    /// `timestamp_ms`, `date`, `nonce`, `text`, `env.NAME` and `file("PATH")`.
    pub headers: BTreeMap<String, String>,
}
