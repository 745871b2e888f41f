//! Search for the secrets of the run, by one automaton for the whole run.

use std::collections::HashMap;
use std::rc::Rc;

use super::replace::Replacement;
use super::search::SearchPatterns;
use crate::secret::Secret;

/// The secrets of the run, ready to be searched for.
pub(super) struct Secrets {
    patterns: SearchPatterns,
    /// Label and rule of each secret.
    labels: Vec<(String, Rc<str>)>,
    /// Values by name, to check what a command line expands to.
    values: HashMap<String, String>,
    all: Vec<Secret>,
    /// How many of them were known at the start.
    given: usize,
}

/// Maximum number of secrets that a run learns. Beyond it the oldest are forgotten: access tokens that expired long ago.
const MAX_LEARNED: usize = 64;

impl Secrets {
    /// Prepares the automaton; surrounding white space of values is ignored.
    pub(super) fn new(secrets: &[Secret]) -> Self {
        let values = secrets.iter().map(|secret| secret.value.trim());
        Self {
            patterns: SearchPatterns::of_run(values.enumerate()),
            labels: secrets
                .iter()
                .map(|Secret { name, .. }| (format!("«secret:{name}»"), format!("secret {name}").into()))
                .collect(),
            values: secrets.iter().map(|Secret { name, value }| (name.clone(), value.clone())).collect(),
            all: secrets.to_vec(),
            given: secrets.len(),
        }
    }

    /// Adds a secret that the run has received.
    pub(super) fn add(&mut self, secret: Secret) {
        if self.all.contains(&secret) {
            return;
        }
        let (mut all, given) = (std::mem::take(&mut self.all), self.given);
        if all.len() - given >= MAX_LEARNED {
            all.remove(given);
        }
        all.push(secret);
        *self = Self { given, ..Self::new(&all) };
    }

    /// Returns the value of a secret.
    pub(super) fn value(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Returns a replacement for every secret in `text`.
    pub(super) fn replacements(&self, text: &str) -> Vec<Replacement> {
        let found = self.patterns.find(text).into_iter();
        let replacement = |(label, rule): &(String, Rc<str>), range| Replacement {
            range,
            label: label.clone(),
            rule: Rc::clone(rule),
            is_secret: true,
        };
        found.filter_map(|(of, range)| Some(replacement(self.labels.get(of)?, range))).collect()
    }

    /// Returns the maximum size in bytes of an encoded secret.
    pub(super) fn max_length(&self) -> usize {
        self.patterns.max_length()
    }
}
