//! Finds the run's secrets, as they are and as they look when encoded, by one automaton for the whole run.

use aho_corasick::{AhoCorasick, MatchKind};

use super::Secret;
use super::mask::Cut;
use super::spelling::{base64_forms, spellings};

/// The automaton over all secrets and their encodings.
pub struct Secrets {
    automaton: Option<AhoCorasick>,
    /// What is shown, by pattern.
    labels: Vec<String>,
}

impl Secrets {
    /// Prepares the automaton; values are taken without the blanks around them, empty ones not at all.
    pub fn new(secrets: &[Secret]) -> Self {
        let mut patterns = Vec::new();
        let mut labels = Vec::new();
        for secret in secrets.iter().filter(|secret| !secret.value.trim().is_empty()) {
            let forms = [spellings(secret.value.trim()), base64_forms(secret.value.trim())].concat();
            labels.resize(labels.len() + forms.len(), format!("«secret:{}»", secret.name));
            patterns.extend(forms);
        }
        let automaton = (!patterns.is_empty()).then(|| {
            let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(patterns);
            built.expect("an automaton over a few secrets has far fewer than 2^31 states")
        });
        Self { automaton, labels }
    }

    /// Every secret in `text`.
    pub fn cuts(&self, text: &str) -> Vec<Cut> {
        let Some(automaton) = &self.automaton else { return Vec::new() };
        let label = |index: usize| self.labels.get(index).cloned().unwrap_or_default();
        let found = automaton.find_iter(text);
        found.map(|found| Cut { range: found.range(), label: label(found.pattern().as_usize()) }).collect()
    }
}
