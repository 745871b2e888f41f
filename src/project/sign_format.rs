//! Format of the signature of a target's requests.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Map, Value};

/// How requests are signed: header fields whose values are computed from the request just before it is sent.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object such as `{ headers: { X-Signature: … } }`")]
pub(crate) struct SignFormat {
    /// The text that is signed: `text` in the header fields.
    pub text: Option<String>,
    /// Values of header fields by name, with `${…}` over `method`, `url`, `path`, `query`, `host`, `headers`, `body`, `timestamp`,
    /// `timestamp_ms`, `date`, `nonce`, `text`, `env.NAME` and `file("PATH")`.
    pub headers: BTreeMap<String, String>,
    /// A detached JWS of the content (RFC 7515 appendix F).
    pub jws: Option<JwsFormat>,
    /// An HTTP message signature (RFC 9421).
    pub http_message_signature: Option<MessageSignatureFormat>,
}

/// How the content of requests is signed with a detached JWS.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object such as `{ algorithm: PS256, key: … }`")]
pub(crate) struct JwsFormat {
    /// Algorithm (parameter `alg`).
    #[schemars(extend("enum" = ["RS256", "PS256", "PS512", "ES256", "ES384", "EdDSA", "HS256"]))]
    pub algorithm: String,
    /// Private key in PEM, or a shared secret: `${file("key.pem")}` or `${env.KEY}`.
    pub key: String,
    /// Identifier of the key (parameter `kid`).
    pub key_id: Option<String>,
    /// Name of the header field. The default is `X-JWS-Signature`.
    pub header: Option<String>,
    /// Whether the payload is encoded before it is signed. `false` is RFC 7797. The default is `true`.
    pub b64: Option<bool>,
    /// Further parameters of the protected header. Strings may contain `${…}` as in `headers`; `timestamp` is a number here. `crit` is
    /// written for parameters whose names are URIs, unless it is given.
    #[serde(default)]
    pub protected: Map<String, Value>,
}

/// How the responses of a target are signed.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, deny_unknown_fields, expecting = "an object such as `{ jws: { algorithm: PS256, key: … } }`")]
pub(crate) struct VerifyFormat {
    /// The text that is signed: `text` in the header fields.
    pub text: Option<String>,
    /// Values of header fields by name, with `${…}` over `status`, `headers` and `body` of the response, `method`, `url`, `path`, `query`
    /// and `host` of its request, `text`, `env.NAME` and `file("PATH")`.
    pub headers: BTreeMap<String, String>,
    /// A detached JWS of the content (RFC 7515 appendix F).
    pub jws: Option<JwsCheckFormat>,
    /// An HTTP message signature (RFC 9421).
    pub http_message_signature: Option<MessageCheckFormat>,
}

/// How the content of responses is signed with a detached JWS.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object such as `{ algorithm: PS256, key: … }`")]
pub(crate) struct JwsCheckFormat {
    /// Algorithm (parameter `alg`), as in `sign`.
    pub algorithm: String,
    /// Public key or certificate in PEM, or a shared secret.
    pub key: String,
    /// Name of the header field. The default is `X-JWS-Signature`.
    pub header: Option<String>,
    /// Whether the payload is encoded before it is signed. The default is `true`.
    pub b64: Option<bool>,
}

/// How responses are signed with an HTTP message signature.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object such as `{ algorithm: ed25519, key: … }`")]
pub(crate) struct MessageCheckFormat {
    /// Algorithm, as in `sign`.
    pub algorithm: String,
    /// Public key or certificate in PEM, or a shared secret.
    pub key: String,
    /// Label of the signature. Without it, a response must have a single signature.
    pub label: Option<String>,
    /// Components that must be covered, such as `@status` and `@method;req`. The default is `@status` and, with content,
    /// `content-digest`.
    pub components: Option<Vec<String>>,
    /// Maximum age of the signature: `5m`.
    pub max_age: Option<String>,
}

/// How requests are signed with an HTTP message signature.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, expecting = "an object such as `{ algorithm: ed25519, key: … }`")]
pub(crate) struct MessageSignatureFormat {
    /// Algorithm.
    #[schemars(extend("enum" = [
        "ed25519", "ecdsa-p256-sha256", "ecdsa-p384-sha384", "rsa-pss-sha512", "rsa-v1_5-sha256", "hmac-sha256"
    ]))]
    pub algorithm: String,
    /// Private key in PEM, or a shared secret: `${file("key.pem")}` or `${env.KEY}`.
    pub key: String,
    /// Identifier of the key (parameter `keyid`).
    pub key_id: Option<String>,
    /// Label of the signature. The default is `sig1`.
    pub label: Option<String>,
    /// Covered components of the request, those that it has: `@method`, `content-type`, `@query-param;name="id"`. The default is
    /// `@method`, `@target-uri` and, with content, `content-digest`.
    pub components: Option<Vec<String>>,
    /// Whether the signature has the time at which it was made. The default is `true`.
    pub created: Option<bool>,
    /// Time after which the signature expires: `5m`.
    pub expires: Option<String>,
    /// Whether the signature has a random value.
    #[serde(default)]
    pub nonce: bool,
    /// Name of the application (parameter `tag`).
    pub tag: Option<String>,
    /// Hash function of `Content-Digest`. The default is `sha-256`.
    #[schemars(extend("enum" = ["sha-256", "sha-512"]))]
    pub content_digest: Option<String>,
}
