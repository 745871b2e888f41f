//! Cache of generated responses, keyed by operation and client preferences, and of generated values, keyed by schema.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::contract::{Contract, Declared, Direction, SchemaKey};
use crate::generate::{Unsatisfied, ValueStyle, solver};
use crate::http::Response;
use crate::mock::preferences::Preferences;

/// Maximum number of cached responses per operation.
const MAX_RESPONSES: usize = 16;

/// Responses and values that do not depend on a seed.
#[derive(Debug, Default)]
pub(crate) struct ResponseCache {
    /// By operation index.
    responses: Mutex<HashMap<usize, Vec<CachedResponse>>>,
    values: Mutex<HashMap<SchemaKey, Result<Value, Unsatisfied>>>,
}

/// What a response from the document depends on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CacheKey<'a> {
    /// Operation index.
    pub(crate) operation: usize,
    pub(crate) is_head: bool,
    pub(crate) preferences: &'a Preferences,
    /// Name of the example of the request.
    pub(crate) example: Option<&'a str>,
    /// First choice of status, if the response refuses the request.
    pub(crate) refusal: Option<u16>,
}

#[derive(Debug)]
struct CachedResponse {
    is_head: bool,
    preferences: Preferences,
    example: Option<String>,
    refusal: Option<u16>,
    response: Response,
}

impl CachedResponse {
    fn has_key(&self, key: CacheKey<'_>) -> bool {
        self.is_head == key.is_head
            && self.refusal == key.refusal
            && self.example.as_deref() == key.example
            && self.preferences == *key.preferences
    }
}

impl ResponseCache {
    /// The response cached under `key`.
    pub(crate) fn get(&self, key: CacheKey<'_>) -> Option<Response> {
        let responses = lock(&self.responses);
        let cached = responses.get(&key.operation)?.iter().find(|cached| cached.has_key(key))?;
        Some(cached.response.clone())
    }

    /// Caches a response, unless it is realistic data, its key is unusually large, or the operation's share is full.
    pub(crate) fn insert(&self, key: CacheKey<'_>, response: &Response) {
        let CacheKey { operation, is_head, preferences, example, refusal } = key;
        let mut responses = lock(&self.responses);
        let cached = responses.entry(operation).or_default();
        if preferences.dynamic != Some(true) && preferences.are_cacheable() && cached.len() < MAX_RESPONSES {
            let (preferences, response) = (preferences.clone(), response.clone());
            let example = example.map(str::to_owned);
            cached.push(CachedResponse { is_head, preferences, example, refusal, response });
        }
    }

    /// Generates a value that conforms to the schema; cached unless it is realistic.
    pub(crate) fn value(
        &self,
        contract: &Contract,
        schema: &Declared,
        style: ValueStyle,
    ) -> Result<Value, Unsatisfied> {
        let generate = || solver::example(contract, schema, Direction::Response, style);
        match style {
            ValueStyle::Plain => match schema.key {
                Some(key) => lock(&self.values).entry(key).or_insert_with(generate).clone(),
                None => generate(),
            },
            ValueStyle::Realistic(_) => generate(),
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
