//! What a response from the document may depend on.

use crate::contract::{Contract, Operation};
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
    /// Seed of realistic data.
    pub(crate) seed: u64,
}

impl<'a> ResponseContext<'a> {
    /// Cache key of the response; `refusal` is the first choice of status if it refuses the request.
    pub(crate) fn cache_key(self, refusal: Option<u16>) -> CacheKey<'a> {
        CacheKey { operation: self.operation.index, is_head: self.is_head(), preferences: self.preferences, refusal }
    }

    pub(crate) fn is_head(self) -> bool {
        self.request.method == "HEAD"
    }
}
