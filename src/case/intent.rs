//! Verified intent: a request must violate exactly what its case declares.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

use crate::contract::{Anchor, Breach, Contract, Judgement, Location, Operation, Route, Rule, judge};
use crate::difference::{Difference, Element};
use crate::http::Request;
use crate::pointer::Pointer;

use super::expand::UnknownParts;
use super::violation::MALFORMED;
use super::{Violates, Violation, literal_text};

/// Bounds of `contains`.
const CONTAINS_BOUNDS: [&str; 2] = ["minContains", "maxContains"];

/// Difference between the declared and the actual violations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Disagreement {
    /// Declared but not violated: `required body/partner_customer_id`.
    pub missing: Vec<String>,
    /// Violated but not declared: the violation to declare, and the message of the breach.
    pub undeclared: Vec<(String, String)>,
    /// The entries of a `violates` that matches the request.
    pub matching: Vec<String>,
    /// Location in the request of the first violation that is not declared.
    pub at: Option<Pointer>,
}

impl Disagreement {
    /// Advice for a case with this `violates`: the line that matches the request.
    pub(crate) fn help(&self, declared: &Violates) -> String {
        let words: Vec<String> = self.matching.iter().map(|word| yaml(&literal_text(word))).collect();
        let line = match words.as_slice() {
            [] => return "remove `violates`, or change the request so that it violates this rule".to_owned(),
            [only] => only.clone(),
            several => format!("[{}]", several.join(", ")),
        };
        match declared {
            Violates::Nothing => {
                format!("correct the request, or add `violates: {line}` to a case that tests a refusal")
            }
            _ => format!("the request matches `violates: {line}`"),
        }
    }
}

/// A word as a YAML scalar, also within a list in brackets.
fn yaml(word: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '/' | '-' | '_' | '.' | '~');
    if word.chars().all(is_plain) && !word.ends_with(' ') { word.to_owned() } else { Value::from(word).to_string() }
}

impl Disagreement {
    /// The message for a case with this `violates`.
    pub(crate) fn message(&self, declared: &Violates) -> String {
        match declared {
            Violates::Nothing => {
                let violated = self.undeclared.iter().map(|(violation, message)| format!("`{violation}` ({message})"));
                format!("the request violates the contract: {}", violated.collect::<Vec<_>>().join("; "))
            }
            _ => self.to_string(),
        }
    }
}

/// The location in a request of a case file that corresponds to a location in its request.
fn written_at(location: &Location) -> Option<Pointer> {
    let parameter = |key: &str, name: &str, at: &Pointer| Pointer::root().join(key).join(name).concat(at);
    match location {
        Location::Body(at) => Some(Pointer::root().join("body").concat(at)),
        Location::PathParameter(name, at) => Some(parameter("path", name, at)),
        Location::Query(name, at) => Some(parameter("query", name, at)),
        Location::Header(name, at) => Some(parameter("headers", name, at)),
        Location::Cookie(name, at) => Some(parameter("cookies", name, at)),
        _ => None,
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing = self.missing.iter().map(|violation| format!("declared but not violated: `{violation}`"));
        let undeclared = self
            .undeclared
            .iter()
            .map(|(violation, message)| format!("violated but not declared: `{violation}` ({message})"));
        let parts: Vec<String> = missing.chain(undeclared).collect();
        write!(f, "`violates` does not match the request: {}", parts.join("; "))
    }
}

/// Judges the request of a case. If the case names no operation (`method` and `url` given), the operation is found by routing;
/// if none is found, `path` or `method` is the only breach.
pub(crate) fn judge(contract: &Contract, operation: Option<&Operation>, request: &Request) -> Judgement {
    if let Some(operation) = operation {
        return judge::request(contract, operation, request);
    }
    match contract.router.route(&request.method, request.path()) {
        Route::Found { operation, .. } => judge::request(contract, &contract.operations[operation], request),
        Route::MethodNotAllowed { allowed } => unrouted(Rule::Method, allowed.join(" | "), &request.method),
        Route::NotFound => unrouted(Rule::Path, "a path of the contract".to_owned(), request.path()),
    }
}

fn unrouted(rule: Rule, expected: String, actual: &str) -> Judgement {
    let (keyword, location) =
        if rule == Rule::Method { ("method", Location::Method) } else { ("path", Location::Path) };
    let breach = Breach {
        rule,
        keyword: keyword.to_owned(),
        location,
        anchor: Anchor { document: 0, pointer: Pointer::root().join("paths") },
        difference: Difference::Value,
        expected,
        actual: Some(actual.to_owned()),
        near: None,
        branch_of: None,
    };
    Judgement { breaches: vec![breach], ..Judgement::default() }
}

/// Compares the declared violations of a case with those of its request. What the contract advises against without forbidding it may
/// be declared.
pub(crate) fn prove(violates: &Violates, judgement: &Judgement) -> Result<(), Disagreement> {
    compare(violates, judgement, |_| true)
}

/// Like [`prove`], for a request without the parts that are `unknown` before the run: compares the violations of the others.
pub(crate) fn prove_known(
    violates: &Violates,
    judgement: &Judgement,
    unknown: &UnknownParts,
) -> Result<(), Disagreement> {
    let is_astray = |breach: &Breach| matches!(breach.location, Location::Path | Location::Method);
    if unknown.is_path_unknown() && judgement.breaches.iter().any(is_astray) {
        // The real path may lead to the operation.
        return Ok(());
    }
    compare(violates, judgement, |violation| match (&violation.location, violation.keyword.as_str()) {
        (Some(location), _) => !unknown.covers(location),
        // The media type belongs to the body.
        (None, keyword) if keyword == "content-type" || MALFORMED.contains(&keyword) => !unknown.covers("body"),
        (None, keyword) => !unknown.covers(keyword),
    })
}

fn compare(
    violates: &Violates,
    judgement: &Judgement,
    is_known: impl Fn(&Violation) -> bool,
) -> Result<(), Disagreement> {
    let declared = match violates {
        Violates::Unchecked => return Ok(()),
        Violates::Nothing => &[][..],
        Violates::These(these) => these,
    };
    let mut broken = broken(judgement);
    broken.retain(|violation, _| is_known(violation));
    let declared: Vec<Violation> = declared.iter().map(|one| with_bound(one, &broken)).collect();
    let visible = declared.iter().filter(|one| is_known(one) && !is_hidden(one, declared.iter()));
    let visible: Vec<&Violation> = visible.collect();
    let advice = judgement.breaches.iter().filter(|breach| !breach.rule.is_binding());
    let advice: Vec<Violation> = advice.map(violation).collect();
    let is_violated = |one: &Violation| broken.contains_key(one) || advice.contains(one);
    let mut undeclared = broken.iter().filter(|(one, _)| !visible.contains(one));
    let disagreement = Disagreement {
        at: undeclared.next().and_then(|(_, breach)| written_at(&breach.location)),
        missing: visible.iter().filter(|one| !is_violated(one)).map(ToString::to_string).collect(),
        undeclared: broken
            .iter()
            .filter(|(one, _)| !visible.contains(one))
            .map(|(one, breach)| (one.to_string(), breach.sentence()))
            .collect(),
        matching: {
            let kept = declared.iter().filter(|one| !is_known(one) || advice.contains(one));
            expressible(kept.chain(broken.keys()).map(ToString::to_string).collect())
        },
    };
    if disagreement.missing.is_empty() && disagreement.undeclared.is_empty() { Ok(()) } else { Err(disagreement) }
}

/// Returns the `violates` of a case with such a request; `unchecked` if it cannot be expressed.
pub(crate) fn declaration(judgement: &Judgement) -> Vec<String> {
    expressible(broken(judgement).keys().map(ToString::to_string).collect())
}

/// The words of `violates`; `unchecked` if they cannot be expressed, such as the name of a parameter that ends with a line break.
fn expressible(words: Vec<String>) -> Vec<String> {
    let is_read_back = |violates| match violates {
        Violates::These(these) => these.iter().map(ToString::to_string).eq(words.iter().cloned()),
        _ => words.is_empty(),
    };
    if super::violation::parse(&words).is_ok_and(is_read_back) { words } else { vec!["unchecked".to_owned()] }
}

/// The only violation of a request.
pub(crate) struct Only<'j> {
    /// The violation.
    pub violation: Violation,
    /// Its first breach.
    pub breach: &'j Breach,
    /// If it has no further breach: the keyword of the breach, which is another one inside a branch.
    pub keyword: Option<String>,
}

/// The violation of a request that violates exactly one thing.
pub(crate) fn only(judgement: &Judgement) -> Option<Only<'_>> {
    let mut all = broken(judgement).into_iter();
    let ((violation, breach), None) = (all.next()?, all.next()) else { return None };
    let binding = judgement.breaches.iter().filter(|breach| breach.rule.is_binding());
    let is_single = binding.filter(|breach| self::violation(breach) == violation).count() == 1;
    let inner = || self::violation(&Breach { branch_of: None, ..breach.clone() }).keyword;
    let keyword = is_single.then(inner);
    Some(Only { violation, breach, keyword })
}

/// Returns the violations of a request, each with the message of its first breach.
fn broken(judgement: &Judgement) -> BTreeMap<Violation, &Breach> {
    let breaches = judgement.breaches.iter().filter(|breach| breach.rule.is_binding());
    let mut all = BTreeMap::new();
    for breach in breaches {
        all.entry(violation(breach)).or_insert(breach);
    }
    let hidden: Vec<Violation> = all.keys().filter(|one| is_hidden(one, all.keys())).cloned().collect();
    all.retain(|one, _| !hidden.contains(one));
    all
}

/// `minContains` or `maxContains` for `contains` if it is that bound which the request violates.
fn with_bound(declared: &Violation, broken: &BTreeMap<Violation, &Breach>) -> Violation {
    let is_bound =
        |one: &&Violation| CONTAINS_BOUNDS.contains(&one.keyword.as_str()) && one.location == declared.location;
    let bound = broken.keys().filter(|_| declared.keyword == "contains").find(is_bound);
    bound.unwrap_or(declared).clone()
}

/// A breach inside a branch of `oneOf`/`anyOf` counts as one of the composition, at its own location.
fn violation(breach: &Breach) -> Violation {
    let (keyword, location) = match &breach.branch_of {
        Some(branch) => (&branch.keyword, &branch.location),
        None => (&breach.keyword, &breach.location),
    };
    // Both bounds are reported as `contains`, at their own location.
    let own = breach.anchor.pointer.last().filter(|last| CONTAINS_BOUNDS.contains(&last.as_str()));
    let bound = own.filter(|_| keyword == "contains" && breach.branch_of.is_none());
    // A name is declared as such, whatever it violates.
    let is_name = matches!(breach.difference, Difference::Forbidden { element: Element::PropertyName, .. });
    let bound = bound.or_else(|| (is_name && breach.branch_of.is_none()).then(|| "propertyNames".to_owned()));
    let alone = matches!(location, Location::Method | Location::Path | Location::Security | Location::Status)
        || matches!(breach.rule, Rule::ContentType | Rule::BodyWellFormed | Rule::UniqueNames);
    Violation { keyword: bound.unwrap_or_else(|| keyword.clone()), location: (!alone).then(|| location.to_string()) }
}

/// `type` hides other keywords at the same location: a number is not a string of the right length either.
fn is_hidden<'a>(one: &Violation, mut all: impl Iterator<Item = &'a Violation>) -> bool {
    one.keyword != "type"
        && one.location.is_some()
        && all.any(|other| other.keyword == "type" && other.location == one.location)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::BranchOf;

    fn breach(rule: Rule, keyword: &str, location: Location) -> Breach {
        Breach {
            rule,
            keyword: keyword.to_owned(),
            location,
            anchor: Anchor { document: 0, pointer: Pointer::root() },
            expected: String::new(),
            actual: None,
            difference: Difference::FurtherItems,
            near: None,
            branch_of: None,
        }
    }

    fn in_body(keyword: &str, at: &str) -> Breach {
        breach(Rule::BodySchema, keyword, Location::Body(Pointer::parse(at).expect("a pointer")))
    }

    fn check(declared: &[&str], breaches: Vec<Breach>, expect: Result<(), &str>) {
        let declared: Vec<String> = declared.iter().map(|one| (*one).to_owned()).collect();
        let violates = super::super::violation::parse(&declared).expect("well-formed");
        let judgement = Judgement { breaches, ..Judgement::default() };
        let shown = prove(&violates, &judgement).map_err(|disagreement| disagreement.to_string());
        let expect = expect.map_err(|text| format!("`violates` does not match the request: {text}"));
        assert_eq!(shown, expect, "{declared:?}");
    }

    #[test]
    fn declared_and_actual_violations_must_match() {
        check(&[], vec![], Ok(()));
        check(&["required body/a"], vec![in_body("required", "/a")], Ok(()));
        check(&["required body"], vec![breach(Rule::BodyPresent, "required", Location::Body(Pointer::root()))], Ok(()));
        check(&["security"], vec![breach(Rule::Security, "security", Location::Security)], Ok(()));
        check(&["unchecked"], vec![in_body("enum", "/b")], Ok(()));
        check(&["required body/a"], vec![], Err("declared but not violated: `required body/a`"));
        check(
            &["required body/a"],
            vec![in_body("required", "/a"), in_body("enum", "/b")],
            Err("violated but not declared: `enum body/b` (expected no further items)"),
        );
    }

    #[test]
    fn what_the_contract_advises_against_may_be_declared() {
        let sent = || breach(Rule::ReadOnly, "readOnly", Location::Body(Pointer::root().join("id")));
        check(&[], vec![sent()], Ok(()));
        check(&["readOnly body/id"], vec![sent()], Ok(()));
        check(&["readOnly body/id"], vec![], Err("declared but not violated: `readOnly body/id`"));
        assert_eq!(declaration(&Judgement { breaches: vec![sent()], ..Judgement::default() }), Vec::<String>::new());
    }

    #[test]
    fn advice_is_the_matching_line() {
        let check = |declared: &[&str], breaches: Vec<Breach>, expect: &str| {
            let declared: Vec<String> = declared.iter().map(|one| (*one).to_owned()).collect();
            let violates = super::super::violation::parse(&declared).expect("well-formed");
            let judgement = Judgement { breaches, ..Judgement::default() };
            let disagreement = prove(&violates, &judgement).expect_err("they differ");
            assert_eq!(disagreement.help(&violates), expect);
        };
        let [a, b] = [in_body("required", "/a"), in_body("enum", "/b, #${c}")];
        let advice =
            |line: &str| format!("correct the request, or add `violates: {line}` to a case that tests a refusal");
        check(&[], vec![a.clone()], &advice("required body/a"));
        check(&[], vec![a.clone(), b.clone()], &advice(r#"["enum body/b, #$${c}", required body/a]"#));
        check(&["type body"], vec![a], "the request matches `violates: required body/a`");
        check(&["type body"], vec![], "remove `violates`, or change the request so that it violates this rule");
    }

    #[test]
    fn names_of_properties_are_declared_as_such() {
        let difference = Difference::Forbidden { element: Element::PropertyName, name: "ab".to_owned() };
        let name = Breach { difference, ..in_body("maxLength", "/ab") };
        assert_eq!(violation(&name).to_string(), "propertyNames body/ab");
        assert_eq!(violation(&in_body("maxLength", "/ab")).to_string(), "maxLength body/ab");
    }

    #[test]
    fn type_hides_other_keywords_at_its_location() {
        check(&["type body/a"], vec![in_body("enum", "/a"), in_body("type", "/a")], Ok(()));
        check(&["type body/a", "enum body/a"], vec![in_body("type", "/a"), in_body("enum", "/a")], Ok(()));
        check(
            &["type body/a"],
            vec![in_body("type", "/a"), in_body("enum", "/a/b")],
            Err("violated but not declared: `enum body/a/b` (expected no further items)"),
        );
    }

    #[test]
    fn a_branch_counts_as_its_composition() {
        let branch =
            BranchOf { keyword: "oneOf".into(), location: Location::Body(Pointer::root().join("pay")), others: 1 };
        let inner = |keyword, at| Breach { branch_of: Some(branch.clone()), ..in_body(keyword, at) };
        check(&["oneOf body/pay"], vec![inner("required", "/pay/iban"), inner("type", "/pay/name")], Ok(()));
    }

    #[test]
    fn the_bound_of_contains_that_is_violated_may_be_declared() {
        let most = || Breach {
            anchor: Anchor { document: 0, pointer: Pointer::root().join("maxContains") },
            ..in_body("contains", "/a")
        };
        check(&["maxContains body/a"], vec![most()], Ok(()));
        check(&["contains body/a"], vec![most()], Ok(()));
        check(&["contains body/a"], vec![in_body("contains", "/a")], Ok(()));
        check(
            &["minContains body/a"],
            vec![most()],
            Err("declared but not violated: `minContains body/a`; \
                 violated but not declared: `maxContains body/a` (expected no further items)"),
        );
    }

    #[test]
    fn keywords_without_location_match() {
        check(&["json"], vec![breach(Rule::BodyWellFormed, "json", Location::Body(Pointer::root()))], Ok(()));
        check(&["xml"], vec![breach(Rule::BodyWellFormed, "xml", Location::Body(Pointer::root()))], Ok(()));
        check(&["xml body/a"], vec![in_body("xml", "/a")], Ok(()));
        let header = Location::Header("content-type".into(), Pointer::root());
        check(&["content-type"], vec![breach(Rule::ContentType, "content-type", header)], Ok(()));
    }
}
