//! Finds the run's secrets, as they are and as they look when encoded, by one automaton for the whole run.

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

use super::Secret;
use super::mask::Cut;
use super::spelling::{base64_forms, spellings};

/// The automaton over all secrets and their encodings.
pub struct Secrets {
    automaton: Option<AhoCorasick>,
    patterns: Vec<Pattern>,
}

/// What one pattern of the automaton stands for.
#[derive(Clone)]
struct Pattern {
    /// What is shown.
    label: String,
    /// Whether it lies inside base64, whose neighbouring characters hold bits of the secret too.
    base64: bool,
}

impl Secrets {
    /// Prepares the automaton; values are taken without the blanks around them, empty ones not at all.
    pub fn new(secrets: &[Secret]) -> Self {
        let (texts, patterns): (Vec<_>, Vec<_>) = secrets.iter().flat_map(patterns).unzip();
        let automaton = (!texts.is_empty()).then(|| {
            let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(texts);
            built.expect("an automaton over a few secrets has far fewer than 2^31 states")
        });
        Self { automaton, patterns }
    }

    /// Every secret in `text`.
    pub fn cuts(&self, text: &str) -> Vec<Cut> {
        let found = self.automaton.iter().flat_map(|automaton| automaton.find_iter(text));
        let cut = |found: aho_corasick::Match| {
            let pattern = self.patterns.get(found.pattern().as_usize())?;
            let range = if pattern.base64 { whole_base64(text, found.range()) } else { found.range() };
            Some(Cut { range, label: pattern.label.clone() })
        };
        found.filter_map(cut).collect()
    }
}

fn patterns(secret: &Secret) -> impl Iterator<Item = (String, Pattern)> {
    let value = secret.value.trim();
    let of = |forms: Vec<String>, base64| forms.into_iter().map(move |text| (text, base64));
    let forms = of(spellings(value), false).chain(of(base64_forms(value), true));
    let label = format!("«secret:{}»", secret.name);
    forms
        .filter(|(text, _)| !text.is_empty())
        .map(move |(text, base64)| (text, Pattern { label: label.clone(), base64 }))
}

/// `range` with the base64 characters on both sides of it.
fn whole_base64(text: &str, range: Range<usize>) -> Range<usize> {
    let is_base64 = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_".contains(byte);
    let (before, after) = (text.as_bytes().iter().take(range.start), text.as_bytes().iter().skip(range.end));
    let before = before.rev().take_while(|byte| is_base64(byte)).count();
    let after = after.take_while(|byte| is_base64(byte) || **byte == b'=').count();
    range.start - before..range.end + after
}
