//! Converts the findings of one outcome to those of its entry, with locations and redacted.

use crate::check::{self, Fingerprint, Origin};
use crate::contract::{self, Contract, Location, Rule};
use crate::place::Snippet;
use crate::pointer::Pointer;
use crate::rules;
use crate::run::{self, Outcome};

use super::format::{Acknowledged, BranchOf, Finding, NotChecked, Part, Place, Waived, Waiver};
use super::redact::{ExchangeRedactor, SensitiveNames};

/// Converter of the findings of one outcome.
pub(super) struct FindingWriter<'a> {
    outcome: &'a Outcome<'a>,
    contract: &'a Contract,
}

impl<'a> FindingWriter<'a> {
    /// Prepares the conversion: the redactor collects the values that findings hold at sensitive locations.
    pub(super) fn new(outcome: &'a Outcome<'a>, contract: &'a Contract, redactor: &mut ExchangeRedactor<'_>) -> Self {
        let acknowledged = outcome.acknowledged.iter().map(|held| &held.finding);
        let waived = outcome.waived.iter().map(|held| &held.finding);
        for finding in outcome.findings.iter().chain(acknowledged).chain(waived) {
            let sensitive = sensitive_name(&finding.location, redactor.names());
            let expected = is_value(finding).then_some(&finding.expected);
            expected
                .into_iter()
                .chain(&finding.actual)
                .for_each(|text| redactor.learn_value(text, sensitive.as_deref()));
        }
        Self { outcome, contract }
    }

    /// Converts one finding.
    pub(super) fn write(&self, finding: &check::Finding, redactor: &ExchangeRedactor<'_>) -> Finding {
        let sensitive = sensitive_name(&finding.location, redactor.names()).is_some();
        let (part, name, at) = located(&finding.location);
        let snippet = self.snippet(&finding.origin);
        let anything = matches!(finding.location, Location::Response | Location::Request);
        let prose = |text: &str| redactor.prose(text, sensitive || anything);
        let value = |text: &String| if anything { redactor.operands(text) } else { redactor.value(text, sensitive) };
        let source = |origin: &Origin, snippet: &Snippet| {
            let text = snippet.pointer.as_ref().map_or(snippet.line.trim(), Pointer::as_str);
            match origin {
                // The document is public. In its `enum`, the value that is replaced would be the one that was received.
                Origin::Contract(_) => redactor.identity(text),
                Origin::Case(_) => prose(text),
            }
        };
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
            name: name.map(|name| redactor.text(name)),
            at: at.map(|at| redactor.pointer(at)).unwrap_or_default(),
            place: Place::from(&snippet.place),
            source: Some(source(&finding.origin, &snippet)),
            expected: redactor.value(&finding.expected, sensitive && is_value(finding)),
            actual: finding.actual.as_ref().map(value),
            message: String::new(),
            difference,
            suggestion: finding.suggestion.as_deref().map(prose),
            not_listed: finding.not_listed,
            attempt: None,
            since: None,
            literal: finding.literal,
            unexpected: finding.unexpected,
            branch_of: finding.branch_of.as_ref().map(branch_of),
        };
        Finding { message: written.sentence(), ..written }
    }

    /// Converts an acknowledged finding.
    pub(super) fn acknowledged(&self, held: &run::Acknowledged, redactor: &ExchangeRedactor<'_>) -> Acknowledged {
        Acknowledged {
            finding: self.write(&held.finding, redactor),
            reason: redactor.text(&held.reason),
            busy: held.busy,
        }
    }

    /// Converts a waived finding.
    pub(super) fn waived(&self, held: &run::Waived, redactor: &ExchangeRedactor<'_>) -> Waived {
        let check::Waiver { owner, reason, expires, place: at } = &*held.waiver;
        let (owner, reason) = (redactor.text(owner), redactor.text(reason));
        let waiver = Waiver { owner, reason, expires: expires.clone(), place: Place::from(at) };
        Waived { finding: self.write(&held.finding, redactor), waiver }
    }

    /// Converts a rule that could not be checked.
    pub(super) fn not_checked(&self, held: &contract::NotChecked, redactor: &ExchangeRedactor<'_>) -> NotChecked {
        NotChecked { check: check_of(held.rule).to_owned(), reason: redactor.text(&held.reason) }
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

fn branch_of(of: &contract::BranchOf) -> BranchOf {
    BranchOf { keyword: of.keyword.clone(), others: of.others as u64 }
}

/// Whether the expectation is a value of the case, not a schema of the contract.
fn is_value(finding: &check::Finding) -> bool {
    finding.literal || matches!(finding.origin, Origin::Case(_))
}

/// Returns the sensitive name that a location is under, in lower case.
fn sensitive_name(location: &Location, names: &SensitiveNames) -> Option<String> {
    let inside = |at: &Pointer| at.tokens().find(|token| names.has(token)).map(|token| token.to_ascii_lowercase());
    let own = |name: &String, is_sensitive: bool| is_sensitive.then(|| name.to_ascii_lowercase());
    match location {
        Location::Method | Location::Path | Location::Status | Location::Response | Location::Request => None,
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
        Location::Request => (Part::Request, None, None),
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
