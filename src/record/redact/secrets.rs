//! Finds the run's secrets by one automaton for the whole run.

use std::rc::Rc;

use super::Secret;
use super::mask::Cut;
use super::needles::Needles;

/// The run's secrets, prepared.
pub struct Secrets {
    needles: Needles,
    /// What is shown for each, and the rule that names it.
    labels: Vec<(String, Rc<str>)>,
}

impl Secrets {
    /// Prepares the automaton; values are taken without the blanks around them.
    pub fn new(secrets: &[Secret]) -> Self {
        let values = secrets.iter().map(|secret| secret.value.trim());
        Self {
            needles: Needles::of_run(values.enumerate()),
            labels: secrets
                .iter()
                .map(|Secret { name, .. }| (format!("«secret:{name}»"), format!("secret {name}").into()))
                .collect(),
        }
    }

    /// Every secret in `text`.
    pub fn cuts(&self, text: &str) -> Vec<Cut> {
        let found = self.needles.find(text).into_iter();
        let cut = |(label, rule): &(String, Rc<str>), range| Cut { range, label: label.clone(), rule: Rc::clone(rule) };
        found.filter_map(|(of, range)| Some(cut(self.labels.get(of)?, range))).collect()
    }

    /// Bytes that the longest secret may take in a text.
    pub fn reach(&self) -> usize {
        self.needles.reach()
    }
}
