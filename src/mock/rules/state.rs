//! What a mock remembers between requests.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::http::Request;
use crate::pointer::Pointer;

use crate::mock::rules::state_update::{Step, weight};

/// Requests that are told apart, so that memory stays bounded.
const MOST_REQUESTS: usize = 1 << 16;

/// Bytes, about, that requests may add to the state.
const MOST_ADDED: usize = 8 << 20;

/// The state, and how often each request came.
#[derive(Debug)]
pub(crate) struct State {
    value: Arc<Value>,
    /// What it may weigh, and what may be added before it is weighed again.
    limit: usize,
    left: usize,
    times: HashMap<u128, u64>,
    /// Requests beyond those that are told apart.
    others: u64,
}

impl State {
    pub(crate) fn new(value: Value) -> Self {
        let limit = weight(&value).saturating_add(MOST_ADDED);
        Self { value: Arc::new(value), limit, left: MOST_ADDED, times: HashMap::new(), others: 0 }
    }

    /// The state as rules see it; to be dropped before the next change, which copies it otherwise.
    pub(crate) fn share(&self) -> Arc<Value> {
        self.value.clone()
    }

    /// What random values of the answer derive from: method, URL and body, and how often just these came. Requests of others
    /// in between do not change it, so that concurrent runs repeat.
    pub(crate) fn label(&mut self, request: &Request) -> String {
        let request = digest(request);
        let times = match self.times.len() < MOST_REQUESTS || self.times.contains_key(&request) {
            true => self.times.entry(request).or_default(),
            false => &mut self.others,
        };
        *times = times.saturating_add(1);
        format!("request {request:032x} {times}")
    }

    /// Replaces the state.
    pub(crate) fn replace(&mut self, value: Value) {
        let State { value, limit, left, .. } = Self::new(value);
        (self.value, self.limit, self.left) = (value, limit, left);
    }

    /// What of a step is news; an error is the place below `store` of what cannot be made, and why.
    pub(crate) fn news<'c>(&self, step: Step<'c, '_>) -> Result<Option<Step<'c, 'static>>, (Pointer, String)> {
        step.news(Some(&self.value)).map_err(|misfit| (misfit.written.clone(), misfit.to_string()))
    }

    /// Makes a step where there is room for it; errors are as above.
    pub(crate) fn make(&mut self, step: Step<'_, '_>) -> Result<(), (Pointer, String)> {
        let added = step.weight();
        if added > self.left {
            self.left = self.limit.saturating_sub(weight(&self.value));
        }
        let is_full = || format!("expected at most {MOST_ADDED} bytes in the state beyond those that it began with");
        self.left = self.left.checked_sub(added).ok_or_else(|| (Pointer::root(), is_full()))?;
        step.make(Arc::make_mut(&mut self.value));
        Ok(())
    }
}

fn digest(request: &Request) -> u128 {
    let Request { method, url, body, .. } = request;
    // No method and no URL holds a line end.
    let head = format!("{method}\n{url}\n");
    let digest = Sha256::new().chain_update(head).chain_update(body.as_deref().unwrap_or_default()).finalize();
    digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}
