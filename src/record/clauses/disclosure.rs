//! Clauses whose state would disclose a value that redaction hides: which value of an `enum` was met is the value.

use std::rc::Rc;
use std::sync::Arc;

use serde_json::Value;

use crate::contract::clause::{Aspect, Clause, ClauseLocation, Entry, Part, Step, Verb};
use crate::contract::{Anchor, Contract, Operation, ParameterIn};
use crate::coverage::BitSet;
use crate::pointer::Pointer;

use super::super::redact::{Redactor, SensitiveNames};

/// What redaction hides in the messages of one operation.
struct Hidden {
    names: Rc<SensitiveNames>,
}

/// How a location relates to the values that are hidden.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Relation {
    /// It is not within one.
    Shown,
    /// It is the location of one.
    Hidden,
    /// It is within one.
    WithinHidden,
}

/// The clauses of an operation, by its index, whose state is not shown.
pub(super) fn disclosing(contract: &Contract, operation: usize, redactor: &mut Redactor) -> BitSet {
    let mut found = BitSet::default();
    let Some(clauses) = contract.clauses().operations().get(operation) else { return found };
    let declared = contract.operations.get(operation);
    let hidden = Hidden { names: redactor.names_of(contract, declared) };
    let disclosing = hidden.disclosing_compositions(clauses.entries());
    // The clauses of one location follow each other.
    let mut last: Option<(&ClauseLocation, Relation)> = None;
    for (id, entry) in clauses.ids().zip(clauses.entries()) {
        let relation = entry.clause.location().map(|location| match last {
            Some((held, relation)) if held == location => relation,
            _ => hidden.relation(location),
        });
        last = entry.clause.location().zip(relation);
        let is_in_branch = || entry.clause.location().is_some_and(|location| is_in_branch_of(location, &disclosing));
        if hidden.is_disclosed_by(contract, declared, entry, relation.unwrap_or(Relation::Shown)) || is_in_branch() {
            found.insert(id.index());
        }
    }
    found
}

/// The location of a composition: what precedes the name of a branch.
type Composition<'c> = (&'c Part, &'c [Step]);

/// The compositions that a location is in a branch of.
fn compositions(location: &ClauseLocation) -> impl Iterator<Item = Composition<'_>> {
    let branches = location.steps.iter().enumerate().filter(|(_, step)| matches!(step, Step::Branch(_)));
    branches.map(|(index, _)| (&location.part, &location.steps[..index]))
}

fn is_in_branch_of(location: &ClauseLocation, disclosing: &[Composition<'_>]) -> bool {
    compositions(location).any(|composition| disclosing.contains(&composition))
}

impl Hidden {
    /// The compositions of which a branch is chosen by a hidden value: it has an `enum` or `const` there.
    fn disclosing_compositions<'c>(&self, entries: &'c [Entry]) -> Vec<Composition<'c>> {
        let mut found = Vec::new();
        for entry in entries {
            let (Verb::Sends(location, Aspect::Value(_)) | Verb::ReceivesAt(_, location, Aspect::Value(_))) =
                &entry.clause.verb
            else {
                continue;
            };
            if compositions(location).next().is_none() || self.relation(location) == Relation::Shown {
                continue;
            }
            let new = compositions(location).filter(|composition| !found.contains(composition)).collect::<Vec<_>>();
            found.extend(new);
        }
        found
    }

    fn is_disclosed_by(
        &self,
        contract: &Contract,
        operation: Option<&Operation>,
        entry: &Entry,
        relation: Relation,
    ) -> bool {
        let Clause { verb, .. } = &entry.clause;
        match verb {
            Verb::SendsExample(_) => entry.sources().any(|source| self.is_example(contract, operation, &source)),
            Verb::Sends(location, aspect) | Verb::ReceivesAt(_, location, aspect) => match (relation, aspect) {
                (Relation::WithinHidden, _) => true,
                (Relation::Hidden, Aspect::Present | Aspect::Absent) => location.is_branch(),
                (Relation::Hidden, _) => true,
                (Relation::Shown, Aspect::Value(value)) => {
                    let value = serde_json::from_str(&value.to_string()).unwrap_or_default();
                    self.is_in(&value, &at(location))
                }
                (Relation::Shown, _) => false,
            },
            Verb::Omits(_) => relation == Relation::WithinHidden,
            _ => false,
        }
    }

    fn relation(&self, location: &ClauseLocation) -> Relation {
        let names = &self.names;
        let is_hidden = match &location.part {
            Part::Parameter(ParameterIn::Header, name) => names.has_header(name),
            Part::Parameter(ParameterIn::Query, name) => names.has_query(name),
            Part::Parameter(ParameterIn::Cookie, name) => names.has_header("cookie") || names.has(name),
            Part::Parameter(ParameterIn::Path, name) => names.has(name),
            Part::Body => self.is_hidden(&[]),
        };
        let steps: Vec<&Step> = location.steps.iter().filter(|step| !matches!(step, Step::Branch(_))).collect();
        let in_body = location.part == Part::Body;
        let is_hidden_at = |length: usize| match steps[..length].last() {
            None => is_hidden,
            Some(Step::Name(name)) if names.has(name) => true,
            Some(_) => in_body && self.is_hidden(&steps[..length]),
        };
        match (0..=steps.len()).find(|length| is_hidden_at(*length)) {
            None => Relation::Shown,
            Some(length) if length == steps.len() => Relation::Hidden,
            Some(_) => Relation::WithinHidden,
        }
    }

    /// Whether a JSON Pointer of the rules leads to the location in a body.
    fn is_hidden(&self, steps: &[&Step]) -> bool {
        let is_step = |step: &Step, token: &str| token == "*" || !matches!(step, Step::Name(name) if **name != *token);
        self.names.pointers().iter().any(|pointer| {
            let tokens: Vec<_> = pointer.tokens().collect();
            tokens.len() == steps.len() && tokens.iter().zip(steps).all(|(token, step)| is_step(step, token))
        })
    }

    /// Whether `value` at the location has a value that is hidden.
    fn is_in(&self, value: &Value, at: &Pointer) -> bool {
        let is_hidden = |name: &str, at: &Pointer| self.names.has(name) || self.names.pointer(at).is_some();
        match value {
            Value::Object(members) => members.iter().any(|(name, value)| {
                let at = at.join(name.as_str());
                is_hidden(name, &at) || self.is_in(value, &at)
            }),
            Value::Array(items) => items.iter().enumerate().any(|(index, item)| {
                let at = at.join(index);
                self.names.pointer(&at).is_some() || self.is_in(item, &at)
            }),
            _ => false,
        }
    }

    /// Whether the example is one of a parameter that is hidden, or has a value that is hidden.
    fn is_example(&self, contract: &Contract, operation: Option<&Operation>, source: &Anchor) -> bool {
        let mut parameters = operation.into_iter().flat_map(|operation| &operation.parameters);
        let of = parameters.find(|parameter| parameter.examples.iter().any(|(_, held)| held == source));
        let location = |part| self.relation(&ClauseLocation::new(part));
        let relation = match of {
            Some(parameter) => location(Part::Parameter(parameter.location, Arc::from(parameter.name.as_str()))),
            None => location(Part::Body),
        };
        relation != Relation::Shown || contract.value(source).is_some_and(|value| self.is_in(value, &Pointer::root()))
    }
}

/// The location of a value in a body, of the first item of each array.
fn at(location: &ClauseLocation) -> Pointer {
    location.steps.iter().fold(Pointer::root(), |at, step| match step {
        Step::Name(name) => at.join(&**name),
        Step::Any => at.join(0),
        Step::Branch(_) => at,
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::super::redact::Rules;
    use super::*;
    use crate::contract::load;

    const SPEC: &str = r#"
openapi: 3.1.0
info: { title: a, version: "1" }
paths:
  /a/{token}:
    post:
      operationId: a
      parameters:
        - { name: token, in: path, required: true, schema: { enum: [x, y] }, example: x }
        - { name: X-Key, in: header, schema: { enum: [x, y] } }
        - { name: sort, in: query, schema: { enum: [x, y] }, example: x }
        - { name: seen, in: cookie, schema: { enum: [x, y] } }
      requestBody:
        content:
          application/json:
            examples: { one: { value: { pin: 1, other: 2 } }, two: { value: { other: 2 } } }
            schema:
              properties:
                pin: { enum: [1, 2, null] }
                bounds: { properties: { pin: { type: string, maxLength: 3 } } }
                grade: { enum: [{ pin: 1 }, { other: 1 }] }
                kind:
                  oneOf:
                    - { title: card, properties: { pin: { const: 1 }, amount: { type: integer } } }
                    - { title: cash, properties: { pin: { const: 2 }, amount: { type: integer } } }
                cards: { type: array, items: { properties: { brand: { enum: [x] }, last: { enum: [y] } } } }
                secret:
                  oneOf: [{ title: a, properties: { inner: { type: string } } }, { type: integer }]
      responses:
        "200":
          description: a
          content: { application/json: { schema: { properties: { password: { type: [string, "null"] }, status: { enum: [x] } } } } }
components: { securitySchemes: { key: { type: apiKey, in: header, name: X-Key } } }
"#;

    #[test]
    fn clauses_that_show_a_hidden_value_disclose_it() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("a.yaml"), SPEC).expect("writable");
        let contract = load::load(folder.path(), Path::new("a.yaml")).expect("a contract");
        let mut redactor = Redactor::new(&[], Rules { names: vec!["pin".to_owned(), "/cards/*/brand".to_owned()] });
        let found = disclosing(&contract, 0, &mut redactor);
        let clauses = &contract.clauses().operations()[0];
        let names = clauses.ids().filter(|id| found.contains(id.index()));
        let names: Vec<_> = names.map(|id| clauses.entry(id).clause.verb.to_string()).collect();
        insta::assert_snapshot!(names.join("\n"));
    }
}
