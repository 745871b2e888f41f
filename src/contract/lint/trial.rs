//! Tries the claims of a document: `example`, `default`, `enum-member`.

use std::collections::{BTreeSet, HashMap};

use serde_json::Value;

use crate::contract::schema::{Schemas, Subject};
use crate::contract::{Anchor, Breach, Contract, Direction, Location, Rule, SchemaKey, Shape};

use super::claims::{self, Claim};
use super::parts::Parts;
use super::report::Report;

/// Breaches of one value that are told.
const MOST: usize = 5;

pub(super) fn check(parts: &Parts<'_>, report: &mut Report<'_>) {
    let claims = claims::of(report.contract, parts);
    let claimed = claims.iter().map(|claim| claim.schema.clone());
    // Those of path operations were compiled when the document was loaded.
    let roots: BTreeSet<_> = claimed.chain(report.contract.schemas_aside.iter().cloned()).collect();
    let mut trial = Trial { contract: report.contract, batches: Vec::new(), keys: HashMap::new() };
    trial.compile(roots.into_iter().collect(), report);
    for claim in &claims {
        for breach in trial.breaches(claim).into_iter().take(MOST) {
            tell(claim, &breach, report);
        }
    }
}

fn tell(claim: &Claim, breach: &Breach, report: &mut Report<'_>) {
    let Location::Body(within) = &breach.location else { return };
    let at = Anchor { document: claim.value.document, pointer: claim.value.pointer.concat(within) };
    let message = format!("{} breaks its schema: {}", claim.what, breach.sentence());
    let branch = breach
        .branch_of
        .as_ref()
        .map(|branch| format!(", in the nearest of the {} branches of `{}`", branch.others + 1, branch.keyword));
    let help = format!("`{}` at {}{}", breach.keyword, report.place(&breach.anchor), branch.unwrap_or_default());
    let written = if is_written_json(report.contract, &at, &breach.keyword) { WRITTEN } else { "" };
    report.warn(&at, claim.rule, message, format!("{help}{written}"));
}

const WRITTEN: &str = "; the text is JSON: write the value itself";

/// Whether what stands at `at`, of the wrong type, is the text of a value with members or items.
fn is_written_json(contract: &Contract, at: &Anchor, keyword: &str) -> bool {
    let text = contract.value(at).and_then(Value::as_str).filter(|_| keyword == "type");
    let read = text.and_then(|text| serde_json::from_str::<Value>(text).ok());
    read.is_some_and(|value| value.is_object() || value.is_array())
}

/// The schemas that claims are tried by.
struct Trial<'d> {
    contract: &'d Contract,
    batches: Vec<Schemas>,
    keys: HashMap<Anchor, (usize, SchemaKey)>,
}

impl Trial<'_> {
    /// Compiles the schemas at `roots` as one where that is possible. What no operation uses was not compiled when the
    /// document was loaded and may be broken; the others are then compiled without it.
    fn compile(&mut self, roots: Vec<Anchor>, report: &mut Report<'_>) {
        if roots.is_empty() {
            return;
        }
        let Contract { documents, uris, openapi, .. } = self.contract;
        match Schemas::compile(documents, uris, roots.clone(), *openapi) {
            Ok(schemas) => {
                let batch = self.batches.len();
                self.batches.push(schemas);
                self.keys.extend(roots.into_iter().enumerate().map(|(key, root)| (root, (batch, SchemaKey(key)))));
            }
            Err(errors) if roots.len() == 1 => {
                let help = "no path operation uses this schema, and none could";
                errors.into_iter().for_each(|(at, message)| report.warn(&at, "schema", message, help));
            }
            Err(_) => {
                let (one, other) = roots.split_at(roots.len() / 2);
                self.compile(one.to_vec(), report);
                self.compile(other.to_vec(), report);
            }
        }
    }

    fn breaches(&self, claim: &Claim) -> Vec<Breach> {
        let Some(value) = self.contract.value(&claim.value) else { return Vec::new() };
        if claim.may_be_text && value.is_string() && self.stands_for_another(claim, value) {
            return Vec::new();
        }
        match claim.way {
            Some(way) => self.judged(claim, value, way),
            None => {
                // What only one way forbids is right the other way.
                let back = self.judged(claim, value, Direction::Response);
                let mut breaches = self.judged(claim, value, Direction::Request);
                breaches.retain(|breach| back.contains(breach));
                breaches
            }
        }
    }

    fn judged(&self, claim: &Claim, value: &Value, direction: Direction) -> Vec<Breach> {
        let Some((batch, key)) = self.keys.get(&claim.schema) else { return Vec::new() };
        let refs = self.contract.refs();
        let subject = Subject { refs, key: *key, rule: Rule::BodySchema, location: &Location::Body, direction };
        self.batches[*batch].judge(subject, &mut value.clone()).0
    }

    /// Whether the text `value` is how a value of another type is sent, which is not tried.
    fn stands_for_another(&self, claim: &Claim, value: &Value) -> bool {
        let shape = Shape::from_schema(self.contract.refs(), &claim.schema);
        let is_scalar = || {
            value.as_str().is_some_and(|text| {
                serde_json::from_str::<Value>(text).is_ok_and(|read| read.is_number() || read.is_boolean())
            })
        };
        !shape.string && (shape.array.is_some() || shape.object.is_some() || is_scalar())
    }
}
