//! Computes the header fields of a signature.

use std::sync::Arc;

use serde_json::Value;
use url::{Position, Url};

use crate::expression::{Scope, Template};
use crate::http::{Headers, Request};

use super::variables::{self, Origin};

/// How long ago a stale signature was made, in microseconds: one hour.
const STALE: i64 = 3_600_000_000;

/// How the request of a case is signed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Signing {
    /// As the target is configured.
    #[default]
    Valid,
    /// Not at all.
    None,
    /// With authentication codes of the right form that do not fit.
    Wrong,
    /// An hour ago.
    Stale,
}

/// A template with the environment variables and files that it reads.
#[derive(Debug, Clone)]
pub(crate) struct SignTemplate {
    /// The template.
    pub template: Template,
    /// Names and values that it reads besides those of the request: `env` and `files`.
    pub inputs: Vec<(&'static str, Arc<Value>)>,
}

/// A header field whose value is computed.
#[derive(Debug, Clone)]
pub(crate) struct SignedHeader {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: SignTemplate,
}

/// Signs the requests to one target.
#[derive(Debug, Clone)]
pub(crate) struct Signer {
    text: Option<SignTemplate>,
    headers: Vec<SignedHeader>,
    origin: Origin,
    /// Seed of the nonces.
    scope: Scope,
}

impl Signer {
    /// A signer for the server at `base`. The headers are computed in this order; `text` is what they sign. The nonces are random values of
    /// `scope`.
    pub(crate) fn new(text: Option<SignTemplate>, headers: Vec<SignedHeader>, base: &Url, scope: Scope) -> Self {
        let origin = Origin {
            host: base[Position::BeforeHost..Position::AfterPort].to_owned(),
            prefix: base.path().trim_end_matches('/').to_owned(),
        };
        Self { text, headers, origin, scope }
    }

    /// Whether it sets the header field.
    pub(crate) fn sets(&self, name: &str) -> bool {
        self.headers.iter().any(|header| header.name.eq_ignore_ascii_case(name))
    }

    /// The header fields for a request that is sent at `at` (microseconds since 1970); none for [`Signing::None`]. `label` decides the
    /// nonce. Fields that the case writes itself are its own affair. The error says which key of the configuration cannot be evaluated.
    pub(crate) fn sign(&self, request: &Request, signing: Signing, at: i64, label: &str) -> Result<Headers, String> {
        let at = match signing {
            Signing::None => return Ok(Headers::default()),
            Signing::Stale => at.saturating_sub(STALE),
            Signing::Valid | Signing::Wrong => at,
        };
        let mut scope = self.scope.at(at, label);
        variables::set(&mut scope, &self.origin, request, at);
        scope.set_wrong_codes(signing == Signing::Wrong);
        if let Some(text) = &self.text {
            let text = text.expand(&scope).map_err(|why| format!("`sign.text`: {why}"))?;
            scope.set("text", &text.into());
        }
        let mut headers = Headers::default();
        for SignedHeader { name, value } in &self.headers {
            headers.append(name, value.expand(&scope).map_err(|why| format!("`sign.headers.{name}`: {why}"))?);
        }
        Ok(headers)
    }
}

impl SignTemplate {
    fn expand(&self, scope: &Scope) -> Result<String, String> {
        let mut scope = scope.clone();
        self.inputs.iter().for_each(|(name, value)| scope.share(name, Arc::clone(value)));
        let expanded = self.template.expand_text(&scope).map_err(|error| error.message)?;
        expanded.ok_or_else(|| "`omit` cannot be used here".to_owned())
    }
}
