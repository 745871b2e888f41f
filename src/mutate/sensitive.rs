//! Values that are never shown: what the rules of redaction hide in the exchanges, wherever it occurs.

use std::collections::{BTreeSet, HashSet};

use serde_json::Value;
use url::form_urlencoded;

use crate::contract::{Contract, Operation};
use crate::pointer::Pointer;
use crate::secret::Secret;

use super::pattern::Pattern;
use super::response_mutant::{Location, ResponseMutant};
use super::unmutated::UnmutatedRun;

/// The rules of redaction.
pub(crate) trait Redaction {
    /// Whether they hide the value at a location of a body.
    fn hides(&mut self, operation: Option<&Operation>, at: &Pointer) -> bool;
    /// Whether they hide the value of a header.
    fn hides_header(&mut self, name: &str) -> bool;
    /// Whether they hide the value of a query parameter.
    fn hides_query(&mut self, name: &str) -> bool;
}

/// What the rules hide in the exchanges of the unmutated runs.
#[derive(Debug, Default)]
pub(crate) struct Sensitive {
    /// Locations in bodies, by operation.
    locations: HashSet<(usize, Pointer)>,
    /// Names of headers, in lower case.
    headers: BTreeSet<String>,
    /// Values, also where they occur within others.
    texts: BTreeSet<String>,
}

/// Shorter values are hidden where they are, but not elsewhere.
const MIN_LENGTH: usize = 3;

impl Sensitive {
    /// Finds what `redaction` hides in the exchanges of `runs`.
    pub(crate) fn learn(redaction: &mut dyn Redaction, contract: &Contract, runs: &[UnmutatedRun]) -> Self {
        let mut found = Self::default();
        for sent in runs.iter().flat_map(UnmutatedRun::sent) {
            let operation = sent.operation.and_then(|index| contract.operations.get(index));
            let request = &sent.exchange.request;
            let request_body = request.body.as_ref().and_then(|body| serde_json::from_slice::<Value>(body).ok());
            for body in sent.body.iter().chain(&request_body) {
                found.learn_body(redaction, operation, (&Pointer::root(), false), body);
            }
            for (name, value) in sent.exchange.response.headers.iter().chain(request.headers.iter()) {
                if redaction.hides_header(name) {
                    found.headers.insert(name.to_lowercase());
                    found.add_text(value);
                    // The credential alone, without its scheme; each cookie.
                    value.split_once(' ').into_iter().for_each(|(_, credential)| found.add_text(credential));
                    let cookies = value.split(';').filter_map(|cookie| cookie.split_once('='));
                    cookies.for_each(|(_, value)| found.add_text(value.trim()));
                }
            }
            for (name, value) in form_urlencoded::parse(request.query().unwrap_or_default().as_bytes()) {
                if redaction.hides_query(&name) {
                    found.add_text(&value);
                }
            }
        }
        found
    }

    fn learn_body(
        &mut self,
        redaction: &mut dyn Redaction,
        operation: Option<&Operation>,
        (at, is_below): (&Pointer, bool),
        value: &Value,
    ) {
        let is_hidden = is_below || (!at.is_root() && redaction.hides(operation, at));
        if is_hidden && let Some(operation) = operation {
            self.locations.insert((operation.index, at.clone()));
        }
        match value {
            Value::Array(items) => {
                for (index, item) in items.iter().enumerate() {
                    self.learn_body(redaction, operation, (&at.join(index), is_hidden), item);
                }
            }
            Value::Object(properties) => {
                for (name, value) in properties {
                    self.learn_body(redaction, operation, (&at.join(name), is_hidden), value);
                }
            }
            Value::String(text) if is_hidden => self.add_text(text),
            Value::Number(number) if is_hidden => self.add_text(&number.to_string()),
            _ => {}
        }
    }

    fn add_text(&mut self, text: &str) {
        if text.len() >= MIN_LENGTH {
            self.texts.insert(text.to_owned());
        }
    }

    /// Whether the value at a location of a body must not be shown.
    pub(crate) fn hides(&self, operation: Option<usize>, at: &Pointer) -> bool {
        operation.is_some_and(|operation| self.locations.contains(&(operation, at.clone())))
    }

    /// What `mutant` changes, without the value: which other values of an `enum` there are tells the one that must not be shown.
    pub(crate) fn phrase(&self, mutant: &ResponseMutant) -> String {
        let is_hidden = |at: &Pattern| {
            self.locations.iter().any(|(operation, hidden)| *operation == mutant.operation && at.includes(hidden))
        };
        match &mutant.at {
            Location::Body(at)
                if !mutant.variant.is_empty() && mutant.phrase.contains(&mutant.variant) && is_hidden(at) =>
            {
                "replaced by another value".to_owned()
            }
            _ => mutant.phrase.clone(),
        }
    }

    /// Whether the value of a header must not be shown.
    pub(crate) fn hides_header(&self, name: &str) -> bool {
        self.headers.contains(&name.to_lowercase())
    }

    /// Whether a text contains a value that must not be shown.
    pub(crate) fn occurs_in(&self, text: &str) -> bool {
        self.occurs(text, MIN_LENGTH)
    }

    /// Whether lines of a case file contain such a value. A short one may be a word of another meaning; where it is a value, the name in
    /// front of it shows that it must not be shown.
    pub(crate) fn occurs_in_lines(&self, lines: &str) -> bool {
        self.occurs(lines, Secret::MIN_LENGTH)
    }

    fn occurs(&self, text: &str, least: usize) -> bool {
        let is_word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        let is_whole = |(at, found): (usize, &str)| {
            !is_word(text[..at].chars().next_back()) && !is_word(text[at + found.len()..].chars().next())
        };
        let mut texts = self.texts.iter().filter(|hidden| hidden.len() >= least);
        texts.any(|hidden| text.match_indices(hidden.as_str()).any(is_whole))
    }
}
