//! The findings of one outcome written down, with their places and what must not be seen taken out.

use crate::check::{self, Fingerprint, Origin};
use crate::contract::{self, Contract, Location, Rule};
use crate::diff::shorten;
use crate::difference::Sentence;
use crate::place::Snippet;
use crate::pointer::Pointer;
use crate::rules;
use crate::run::{self, Outcome};

use super::entry::place;
use super::redact::{Names, Veil};
use super::{Acknowledged, BranchOf, Finding, NotChecked, Part, Waived, Waiver};

/// The longest source line that is kept; longer ones are minified JSON.
const MAX_SOURCE: usize = 400;

/// Characters of the expected and of the actual value in a sentence.
const MAX_EXPECTED: usize = 120;
const MAX_ACTUAL: usize = 80;

/// Writes the findings of one outcome.
pub struct Scribe<'a> {
    outcome: &'a Outcome<'a>,
    contract: &'a Contract,
}

impl<'a> Scribe<'a> {
    /// Prepares the writing: the veil learns what the findings say about sensitive places.
    pub fn new(outcome: &'a Outcome<'a>, contract: &'a Contract, veil: &mut Veil<'_>) -> Self {
        let acknowledged = outcome.acknowledged.iter().map(|held| &held.finding);
        let waived = outcome.waived.iter().map(|held| &held.finding);
        for finding in outcome.findings.iter().chain(acknowledged).chain(waived) {
            let sensitive = sensitive_name(&finding.location, veil.names());
            let expected = is_value(finding).then_some(&finding.expected);
            expected.into_iter().chain(&finding.actual).for_each(|text| veil.learn_value(text, sensitive.as_deref()));
        }
        Self { outcome, contract }
    }

    /// One finding.
    pub fn write(&self, finding: &check::Finding, veil: &Veil<'_>) -> Finding {
        let sensitive = sensitive_name(&finding.location, veil.names()).is_some();
        let (part, name, at) = located(&finding.location);
        let snippet = self.snippet(&finding.origin);
        let anything = finding.location == Location::Response;
        let prose = |text: &str| veil.prose(text, sensitive || anything);
        let value = |text: &String| if anything { veil.operands(text) } else { veil.value(text, sensitive) };
        let mut difference = finding.difference.clone();
        for text in difference.texts_mut() {
            *text = prose(text);
        }
        let written = Finding {
            fingerprint: self.fingerprint(finding).to_string(),
            check: finding.check.to_owned(),
            severity: finding.severity.into(),
            keyword: finding.keyword.clone(),
            r#in: part,
            name: name.map(|name| veil.text(name)),
            at: at.map(|at| veil.pointer(at)).unwrap_or_default(),
            place: place(&snippet.place),
            source: (snippet.line.len() <= MAX_SOURCE).then(|| prose(snippet.line.trim())),
            expected: veil.value(&finding.expected, sensitive && is_value(finding)),
            actual: finding.actual.as_ref().map(value),
            message: String::new(),
            difference,
            suggestion: finding.suggestion.as_deref().map(prose),
            not_listed: finding.not_listed,
            since: None,
            literal: finding.literal,
            unexpected: finding.unexpected,
            branch_of: finding.branch_of.as_ref().map(branch_of),
        };
        Finding { message: written.sentence(), ..written }
    }

    /// One finding that the case acknowledged.
    pub fn acknowledged(&self, held: &run::Acknowledged, veil: &Veil<'_>) -> Acknowledged {
        Acknowledged { finding: self.write(&held.finding, veil), reason: veil.text(&held.reason) }
    }

    /// One finding that somebody has waived.
    pub fn waived(&self, held: &run::Waived, veil: &Veil<'_>) -> Waived {
        let check::Waiver { owner, reason, expires, place: at } = &*held.waiver;
        let (owner, reason) = (veil.text(owner), veil.text(reason));
        let waiver = Waiver { owner, reason, expires: expires.clone(), place: place(at) };
        Waived { finding: self.write(&held.finding, veil), waiver }
    }

    /// One rule that could not be checked.
    pub fn not_checked(&self, held: &contract::NotChecked, veil: &Veil<'_>) -> NotChecked {
        NotChecked { check: check_of(held.rule).to_owned(), reason: veil.text(&held.reason) }
    }

    fn fingerprint(&self, finding: &check::Finding) -> Fingerprint {
        Fingerprint::of(finding, self.contract, self.outcome.story, self.outcome.case)
    }

    fn snippet(&self, origin: &Origin) -> Snippet {
        match origin {
            Origin::Contract(anchor) => self.contract.snippet(anchor),
            Origin::Case(pointer) => self.outcome.case.file(self.outcome.story).snippet(pointer),
        }
    }
}

impl Finding {
    /// Returns the finding as one lower-case sentence fragment; long values are shortened.
    pub fn sentence(&self) -> String {
        let expected = shorten(&self.expected, MAX_EXPECTED);
        let actual = self.actual.as_deref().map(|actual| shorten(actual, MAX_ACTUAL));
        let sentence = Sentence {
            suggestion: self.suggestion.as_deref(),
            not_listed: self.not_listed,
            nearest_of: self.branch_of.as_ref().map(|of| (of.keyword.as_str(), of.others.saturating_add(1))),
            ..Sentence::new(&self.difference, &expected, actual.as_deref())
        };
        sentence.to_string()
    }
}

fn branch_of(of: &contract::BranchOf) -> BranchOf {
    BranchOf { keyword: of.keyword.clone(), others: of.others as u64 }
}

/// Whether what is expected is a value of the case, not a notation of the contract.
fn is_value(finding: &check::Finding) -> bool {
    finding.literal || matches!(finding.origin, Origin::Case(_))
}

/// The sensitive name that a place stands under, in lower case.
fn sensitive_name(location: &Location, names: &Names) -> Option<String> {
    let inside = |at: &Pointer| at.tokens().find(|token| names.has(token)).map(|token| token.to_ascii_lowercase());
    let own = |name: &String, is_sensitive: bool| is_sensitive.then(|| name.to_ascii_lowercase());
    match location {
        Location::Method | Location::Path | Location::Status | Location::Response => None,
        Location::Security => Some("authorization".to_owned()),
        Location::Cookie(..) => Some("cookie".to_owned()),
        Location::Header(name, at) => own(name, names.has_header(name)).or_else(|| inside(at)),
        Location::Query(name, at) => own(name, names.has_query(name)).or_else(|| inside(at)),
        Location::PathParameter(name, at) => own(name, names.has(name)).or_else(|| inside(at)),
        Location::Body(at) => inside(at).or_else(|| names.pointer(at).map(ToString::to_string)),
    }
}

fn located(location: &Location) -> (Part, Option<&String>, Option<&Pointer>) {
    match location {
        Location::Method => (Part::Method, None, None),
        Location::Path => (Part::Path, None, None),
        Location::Response => (Part::Response, None, None),
        Location::Security => (Part::Security, None, None),
        Location::Status => (Part::Status, None, None),
        Location::PathParameter(name, at) => (Part::Path, Some(name), Some(at)),
        Location::Query(name, at) => (Part::Query, Some(name), Some(at)),
        Location::Header(name, at) => (Part::Header, Some(name), Some(at)),
        Location::Cookie(name, at) => (Part::Cookie, Some(name), Some(at)),
        Location::Body(at) => (Part::Body, None, Some(at)),
    }
}

/// Returns the id of the check that reports violations of `rule`; rules of requests belong to the intent of the case.
fn check_of(rule: Rule) -> &'static str {
    check::of_rule(rule).map_or(rules::REQUEST, |check| check.id)
}
