//! What a mock remembers between requests.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::http::Request;
use crate::location::Pointer;

use super::store::Step;

/// Requests that are told apart, so that memory stays bounded.
const MOST_REQUESTS: usize = 1 << 16;

/// Bytes, about, that requests may add to the state.
const MOST_ADDED: usize = 8 << 20;

/// The state, and how often each request came.
#[derive(Debug)]
pub(super) struct State {
    value: Arc<Value>,
    /// What it may weigh, and what may be added before it is weighed again.
    limit: usize,
    left: usize,
    times: HashMap<u128, u64>,
    /// Requests beyond those that are told apart.
    others: u64,
}

impl State {
    pub(super) fn new(value: Value) -> Self {
        let limit = weight(&value).saturating_add(MOST_ADDED);
        Self { value: Arc::new(value), limit, left: MOST_ADDED, times: HashMap::new(), others: 0 }
    }

    /// The state as rules see it; to be dropped before the next change, which copies it otherwise.
    pub(super) fn share(&self) -> Arc<Value> {
        self.value.clone()
    }

    /// What random values of the answer derive from: method, URL and body, and how often just these came. Requests of others
    /// in between do not change it, so that concurrent runs repeat.
    pub(super) fn label(&mut self, request: &Request) -> String {
        let request = digest(request);
        let times = match self.times.len() < MOST_REQUESTS || self.times.contains_key(&request) {
            true => self.times.entry(request).or_default(),
            false => &mut self.others,
        };
        *times = times.saturating_add(1);
        format!("request {request:032x} {times}")
    }

    /// Replaces the state.
    pub(super) fn replace(&mut self, value: Value) {
        let State { value, limit, left, .. } = Self::new(value);
        (self.value, self.limit, self.left) = (value, limit, left);
    }

    /// Makes all of the steps, or none where one cannot be made: the place below `store`, and why.
    pub(super) fn change(&mut self, steps: Vec<Step<'_>>) -> Result<(), (Pointer, String)> {
        if let Some(refused) = steps.iter().find_map(|step| Some((step.written.clone(), step.refused(&self.value)?))) {
            return Err(refused);
        }
        let added: usize = steps.iter().map(|step| weight(&step.value)).sum();
        if added > self.left {
            self.left = self.limit.saturating_sub(weight(&self.value));
        }
        let is_full = || format!("expected at most {MOST_ADDED} bytes in the state beyond those that it began with");
        self.left = self.left.checked_sub(added).ok_or_else(|| (Pointer::root(), is_full()))?;
        let value = Arc::make_mut(&mut self.value);
        steps.into_iter().for_each(|step| step.make(value));
        Ok(())
    }
}

/// The bytes that a value takes, about.
fn weight(value: &Value) -> usize {
    let below: usize = match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(weight).sum(),
        Value::Object(members) => {
            members.iter().map(|(name, value)| 2 * size_of::<usize>() + name.len() + weight(value)).sum()
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    };
    size_of::<Value>() + below
}

fn digest(request: &Request) -> u128 {
    let Request { method, url, body, .. } = request;
    // No method and no URL holds a line end.
    let head = format!("{method}\n{url}\n");
    let digest = Sha256::new().chain_update(head).chain_update(body.as_deref().unwrap_or_default()).finalize();
    digest.iter().take(16).fold(0, |number, byte| number << 8 | u128::from(*byte))
}
