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

/// The state, and how often each request came.
#[derive(Debug)]
pub(super) struct State {
    value: Arc<Value>,
    times: HashMap<u128, u64>,
    /// Requests beyond those that are told apart.
    others: u64,
}

impl State {
    pub(super) fn new(value: Value) -> Self {
        Self { value: Arc::new(value), times: HashMap::new(), others: 0 }
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
        self.value = Arc::new(value);
    }

    /// Makes all of the steps, or none where one cannot be made: the place below `store`, and why.
    pub(super) fn change(&mut self, steps: Vec<Step<'_>>) -> Result<(), (Pointer, String)> {
        if let Some(refused) = steps.iter().find_map(|step| Some((step.written.clone(), step.refused(&self.value)?))) {
            return Err(refused);
        }
        let value = Arc::make_mut(&mut self.value);
        steps.into_iter().for_each(|step| step.make(value));
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
