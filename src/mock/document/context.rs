//! What a response from the document may depend on.

use crate::contract::{Contract, Operation, StatusKey};
use crate::http::Request;
use crate::mock::preferences::Preferences;

use super::cache::{CacheKey, ResponseCache};

/// A request, and everything that its response may depend on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ResponseContext<'a> {
    pub(crate) contract: &'a Contract,
    pub(crate) operation: &'a Operation,
    pub(crate) request: &'a Request,
    pub(crate) preferences: &'a Preferences,
    pub(crate) cache: &'a ResponseCache,
    /// Name of the example of the request, if there is one.
    pub(crate) example: Option<&'a str>,
    /// Seed of realistic data.
    pub(crate) seed: u64,
}

impl<'a> ResponseContext<'a> {
    /// Cache key of the response; `refusal` is the last choice of status if it refuses the request.
    pub(crate) fn cache_key(self, refusal: Option<u16>) -> CacheKey<'a> {
        let Self { operation, preferences, example, .. } = self;
        CacheKey { operation: operation.index, is_head: self.is_head(), preferences, example, refusal }
    }

    /// Whether the operation documents exactly this status.
    pub(crate) fn documents(self, status: u16) -> bool {
        self.operation.responses.iter().any(|declared| declared.status == StatusKey::Exact(status))
    }

    pub(crate) fn is_head(self) -> bool {
        self.request.method == "HEAD"
    }
}
