//! Scope of an expression: variables, the time, and random values.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use serde_json::Value;

use super::instant::Instant;
use super::random::random;

/// Variables, the run's start, and a sequence of random values.
///
/// Functions: `uuid()`, `now()`, `today(offset_days)`, `random_int(least, most)`, `time(text)`, `public(x)`; the name `omit`.
/// Filters: minijinja's, `merge(object)` (RFC 7396) and `pick(names)`.
/// A clone shares the variables until one of the two sets one, and continues the random sequence.
#[derive(Debug)]
pub struct Scope {
    variables: Arc<BTreeMap<String, Arc<Value>>>,
    /// A property of an object variable: the names of both, and its value. In the variable it is null.
    property: Option<(&'static str, &'static str, Arc<Value>)>,
    /// The variable that is bytes: its name and value.
    bytes: Option<(&'static str, Bytes)>,
    /// Whether message authentication codes are wrong on purpose.
    has_wrong_codes: bool,
    started: i64,
    seed: u64,
    label: Arc<str>,
    calls: AtomicU64,
}

impl Scope {
    /// A scope without variables. `started` is the result of `now()`, in microseconds since 1970 (UTC); random values derive
    /// from (`seed`, `label`, index of the call).
    pub fn new(started: i64, seed: u64, label: &str) -> Self {
        Self {
            variables: Arc::default(),
            property: None,
            bytes: None,
            has_wrong_codes: false,
            started,
            seed,
            label: label.into(),
            calls: AtomicU64::new(0),
        }
    }

    /// Sets a variable, replacing one with the same name.
    pub fn set(&mut self, name: &str, value: &Value) {
        self.share(name, Arc::new(value.clone()));
    }

    /// Sets a variable to a shared value, without copying it.
    pub fn share(&mut self, name: &str, value: Arc<Value>) {
        Arc::make_mut(&mut self.variables).insert(name.to_owned(), value);
    }

    /// Shares the property `name` of the object variable `of`, without copying it; there is one such property.
    pub fn share_property(&mut self, of: &'static str, name: &'static str, value: Arc<Value>) {
        self.property = Some((of, name, value));
    }

    /// Sets the variable that is bytes. It is a string where they are UTF-8; other bytes only functions on bytes take. There is one.
    pub(crate) fn set_bytes(&mut self, name: &'static str, bytes: Bytes) {
        match std::str::from_utf8(&bytes) {
            Ok(text) => self.set(name, &text.into()),
            Err(_) => self.bytes = Some((name, bytes)),
        }
    }

    /// The value of the variable that is bytes.
    pub(super) fn bytes(&self, name: &str) -> Option<&Bytes> {
        self.bytes.as_ref().filter(|(held, _)| *held == name).map(|(_, bytes)| bytes)
    }

    /// Whether `hmac` returns codes that do not fit, of the right length.
    pub(crate) fn set_wrong_codes(&mut self, are_wrong: bool) {
        self.has_wrong_codes = are_wrong;
    }

    pub(super) fn has_wrong_codes(&self) -> bool {
        self.has_wrong_codes
    }

    /// The same variables at another time, with the random sequence of another label from its start.
    #[must_use]
    pub(crate) fn at(&self, started: i64, label: &str) -> Self {
        Self { started, ..self.relabelled(label) }
    }

    /// The same variables with the random sequence of another label, from its start.
    #[must_use]
    pub fn relabelled(&self, label: &str) -> Self {
        Self { label: label.into(), calls: AtomicU64::new(0), ..self.clone() }
    }

    /// The same variables at another time and with another random sequence.
    #[must_use]
    pub fn restarted(&self, started: i64, seed: u64) -> Self {
        Self { started, seed, calls: AtomicU64::new(0), ..self.clone() }
    }

    /// Number of random values drawn so far.
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    /// Continues as if `calls` random values had been drawn.
    pub fn resume(&mut self, calls: u64) {
        self.calls = AtomicU64::new(calls);
    }

    /// Whether a variable of that name is set.
    pub fn has(&self, name: &str) -> bool {
        self.variables.contains_key(name)
    }

    /// The value of a variable; copied if it has a shared property.
    pub(crate) fn variable(&self, name: &str) -> Option<Cow<'_, Value>> {
        let value = self.variables.get(name)?;
        let Some((_, property, shared)) = self.property.as_ref().filter(|(of, ..)| *of == name) else {
            return Some(Cow::Borrowed(value));
        };
        let mut whole = Value::clone(value);
        whole[*property] = Value::clone(shared);
        Some(Cow::Owned(whole))
    }

    /// The value of a property of a variable that is an object, without copying it.
    pub(super) fn property(&self, variable: &str, name: &str) -> Option<&Value> {
        match &self.property {
            Some((of, property, shared)) if (*of, *property) == (variable, name) => Some(shared),
            _ => self.variables.get(variable)?.as_object()?.get(name),
        }
    }

    pub(super) fn variables(&self) -> impl Iterator<Item = &str> {
        self.variables.keys().map(String::as_str)
    }

    /// When the run started, in microseconds since 1970 (UTC).
    pub fn started(&self) -> i64 {
        self.started
    }

    pub(super) fn now(&self) -> Instant {
        Instant::at(self.started)
    }

    /// A random UUID (RFC 9562 §5.4).
    pub(crate) fn uuid(&self) -> String {
        uuid::Builder::from_random_bytes(self.random()).into_uuid().to_string()
    }

    /// The next bytes of the random sequence.
    pub(super) fn random(&self) -> [u8; 16] {
        random(self.seed, &self.label, self.calls.fetch_add(1, Ordering::Relaxed))
    }
}

impl Clone for Scope {
    fn clone(&self) -> Self {
        let calls = AtomicU64::new(self.calls.load(Ordering::Relaxed));
        let (variables, property, bytes) = (self.variables.clone(), self.property.clone(), self.bytes.clone());
        Self { variables, property, bytes, label: self.label.clone(), calls, ..*self }
    }
}
