//! Proven intent: what a request breaks must be exactly what its case declares.

use std::collections::BTreeMap;
use std::fmt;

use crate::contract::{Anchor, Breach, Contract, Judgement, Location, Operation, Route, Rule, judge};
use crate::difference::Difference;
use crate::http::Request;
use crate::pointer::Pointer;

use super::{Violates, Violation};

/// Where a declaration and a judgement disagree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disagreement {
    /// Declared, but not broken: `required body/partner_customer_id`.
    pub missing: Vec<String>,
    /// Broken, but not declared: the violation to write and the breach's message.
    pub undeclared: Vec<(String, String)>,
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let missing =
            self.missing.iter().map(|violation| format!("it declares `violates: {violation}`, which it keeps"));
        let undeclared = self.undeclared.iter().map(|(violation, message)| {
            format!("it breaks `{violation}` without declaring it in `violates`: {message}")
        });
        let parts: Vec<String> = missing.chain(undeclared).collect();
        write!(f, "the request is not what its case says: {}", parts.join("; "))
    }
}

/// Judges the request of a case, also of one that names no operation (`method` and `url` given): then by the operation that it
/// routes to, and where it routes to none, `path` or `method` is its only breach.
pub fn judge(contract: &Contract, operation: Option<&Operation>, request: &Request) -> Judgement {
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

/// Compares what a case declares with what its request breaks (design: Intent).
pub fn prove(violates: &Violates, judgement: &Judgement) -> Result<(), Disagreement> {
    let declared = match violates {
        Violates::Unchecked => return Ok(()),
        Violates::Nothing => &[][..],
        Violates::These(these) => these,
    };
    let broken = broken(judgement);
    let visible: Vec<&Violation> = declared.iter().filter(|one| !is_hidden(one, declared.iter())).collect();
    let disagreement = Disagreement {
        missing: visible.iter().filter(|one| !broken.contains_key(one)).map(ToString::to_string).collect(),
        undeclared: broken
            .iter()
            .filter(|(one, _)| !visible.contains(one))
            .map(|(one, breach)| (one.to_string(), breach.sentence()))
            .collect(),
    };
    if disagreement.missing.is_empty() && disagreement.undeclared.is_empty() { Ok(()) } else { Err(disagreement) }
}

/// What a case with such a request declares under `violates`; `unchecked` where the words for it are missing.
pub fn declaration(judgement: &Judgement) -> Vec<String> {
    let words: Vec<_> = broken(judgement).keys().map(ToString::to_string).collect();
    if super::violation::parse(&words).is_ok() { words } else { vec!["unchecked".to_owned()] }
}

/// What is broken in the words of `violates`, each with the message of its first breach.
fn broken(judgement: &Judgement) -> BTreeMap<Violation, &Breach> {
    // A property that the schema allows without declaring it breaks nothing.
    let breaches = judgement.breaches.iter().filter(|breach| breach.rule != Rule::UndocumentedProperty);
    let mut all = BTreeMap::new();
    for breach in breaches {
        all.entry(violation(breach)).or_insert(breach);
    }
    let hidden: Vec<Violation> = all.keys().filter(|one| is_hidden(one, all.keys())).cloned().collect();
    all.retain(|one, _| !hidden.contains(one));
    all
}

/// A breach inside a branch of `oneOf`/`anyOf` counts as one of the whole, at its own location.
fn violation(breach: &Breach) -> Violation {
    let (keyword, location) = match &breach.branch_of {
        Some(branch) => (&branch.keyword, &branch.location),
        None => (&breach.keyword, &breach.location),
    };
    let alone = matches!(location, Location::Method | Location::Path | Location::Security | Location::Status)
        || matches!(breach.rule, Rule::ContentType | Rule::BodyWellFormed);
    Violation { keyword: keyword.clone(), location: (!alone).then(|| location.to_string()) }
}

/// `type` hides other keywords at the same location: a number is no string of the right length either.
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
        let expect = expect.map_err(|text| format!("the request is not what its case says: {text}"));
        assert_eq!(shown, expect, "{declared:?}");
    }

    #[test]
    fn exactly_what_is_declared_is_broken() {
        check(&[], vec![], Ok(()));
        check(&["required body/a"], vec![in_body("required", "/a")], Ok(()));
        check(&["required body"], vec![breach(Rule::BodyPresent, "required", Location::Body(Pointer::root()))], Ok(()));
        check(&["security"], vec![breach(Rule::Security, "security", Location::Security)], Ok(()));
        check(&["unchecked"], vec![in_body("enum", "/b")], Ok(()));
        check(&["required body/a"], vec![], Err("it declares `violates: required body/a`, which it keeps"));
        check(
            &["required body/a"],
            vec![in_body("required", "/a"), in_body("enum", "/b")],
            Err("it breaks `enum body/b` without declaring it in `violates`: expected no further items"),
        );
    }

    #[test]
    fn type_hides_other_keywords_at_its_location() {
        check(&["type body/a"], vec![in_body("enum", "/a"), in_body("type", "/a")], Ok(()));
        check(&["type body/a", "enum body/a"], vec![in_body("type", "/a"), in_body("enum", "/a")], Ok(()));
        check(
            &["type body/a"],
            vec![in_body("type", "/a"), in_body("enum", "/a/b")],
            Err("it breaks `enum body/a/b` without declaring it in `violates`: expected no further items"),
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
    fn words_without_a_location_stand_alone() {
        check(&["json"], vec![breach(Rule::BodyWellFormed, "json", Location::Body(Pointer::root()))], Ok(()));
        let header = Location::Header("content-type".into(), Pointer::root());
        check(&["content-type"], vec![breach(Rule::ContentType, "content-type", header)], Ok(()));
    }
}
