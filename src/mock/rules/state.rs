//! Mock state: the value that rules read and update, and how often each request was received.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::http::Request;
use crate::pointer::Pointer;

use super::state_update::{EvaluatedUpdate, size};

/// Maximum number of distinct requests that are counted; bounds the memory.
const MAX_REQUESTS: usize = 1 << 16;

/// Approximate number of bytes that requests may add to the state.
const MAX_ADDED: usize = 8 << 20;

/// State between requests.
#[derive(Debug, Clone)]
pub(crate) struct State {
    value: Arc<Value>,
    /// Size limit in bytes, and how much may be added before the size is recomputed.
    limit: usize,
    left: usize,
    /// How often each request was received, by digest.
    counts: HashMap<u128, u64>,
    /// Count of all requests beyond `MAX_REQUESTS`.
    uncounted: u64,
}

impl State {
    pub(crate) fn new(value: Value) -> Self {
        let limit = size(&value).saturating_add(MAX_ADDED);
        Self { value: Arc::new(value), limit, left: MAX_ADDED, counts: HashMap::new(), uncounted: 0 }
    }

    /// The state for reading. Drop it before the next update, which otherwise copies the whole value.
    pub(crate) fn share(&self) -> Arc<Value> {
        self.value.clone()
    }

    /// Label that the random values of a response derive from: a digest of method, URL and body, and how often this very request was
    /// received. Other requests in between do not change it, so that concurrent runs are reproducible.
    pub(crate) fn label(&mut self, request: &Request) -> String {
        let request = digest(request);
        let is_counted = self.counts.len() < MAX_REQUESTS || self.counts.contains_key(&request);
        let count = if is_counted { self.counts.entry(request).or_default() } else { &mut self.uncounted };
        *count = count.saturating_add(1);
        format!("request {request:032x} {count}")
    }

    /// Replaces the value; the counts remain.
    pub(crate) fn replace(&mut self, value: Value) {
        let State { value, limit, left, .. } = Self::new(value);
        (self.value, self.limit, self.left) = (value, limit, left);
    }

    /// Reduces an update to what would change the state. Errors carry the pointer below `store`.
    pub(crate) fn diff<'c>(
        &self,
        update: EvaluatedUpdate<'c, '_>,
    ) -> Result<Option<EvaluatedUpdate<'c, 'static>>, (Pointer, String)> {
        update.diff(Some(&self.value)).map_err(|error| (error.written.clone(), error.to_string()))
    }

    /// Applies an update within the size limit. Errors are as for `diff`.
    pub(crate) fn apply(&mut self, update: EvaluatedUpdate<'_, '_>) -> Result<(), (Pointer, String)> {
        let added = update.size();
        if added > self.left {
            self.left = self.limit.saturating_sub(size(&self.value));
        }
        let full = || format!("the state would exceed its initial size by more than {MAX_ADDED} bytes");
        self.left = self.left.checked_sub(added).ok_or_else(|| (Pointer::root(), full()))?;
        update.apply(Arc::make_mut(&mut self.value));
        Ok(())
    }
}

fn digest(request: &Request) -> u128 {
    let Request { method, url, body, .. } = request;
    // Line ends separate the parts: neither methods nor URLs contain any.
    let head = format!("{method}\n{url}\n");
    let digest = Sha256::new().chain_update(head).chain_update(body.as_deref().unwrap_or_default()).finalize();
    digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}
