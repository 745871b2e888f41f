//! What a mock remembers between requests.

use std::sync::Arc;

use serde_json::Value;

use crate::expression::merge;

/// The state and the number of requests so far.
#[derive(Debug)]
pub(super) struct State {
    value: Arc<Value>,
    requests: u64,
}

impl State {
    pub(super) fn new(value: Value) -> Self {
        Self { value: Arc::new(value), requests: 0 }
    }

    /// The state as rules see it; to be dropped before the next change, which copies it otherwise.
    pub(super) fn share(&self) -> Arc<Value> {
        self.value.clone()
    }

    /// The number of this request, from 1.
    pub(super) fn count(&mut self) -> u64 {
        self.requests = self.requests.saturating_add(1);
        self.requests
    }

    pub(super) fn merge(&mut self, change: Value) {
        merge(Arc::make_mut(&mut self.value), change);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changes_merge_deep_and_null_deletes() {
        let mut state = State::new(json!({"a": {"b": 1, "c": 2}, "d": [1]}));
        state.merge(json!({"a": {"b": null, "e": {"f": null, "g": 1}}, "d": [2]}));
        assert_eq!(*state.share(), json!({"a": {"c": 2, "e": {"g": 1}}, "d": [2]}));
        assert_eq!([state.count(), state.count()], [1, 2]);
    }
}
