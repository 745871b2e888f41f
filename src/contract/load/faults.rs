//! The operations that an error in the document makes unusable: those whose declaration it is in, and those that use the faulty
//! schema.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use serde_json::Value;

use crate::contract::Anchor;
use crate::contract::node::Node;
use crate::contract::refs::{REF, Refs};
use crate::contract::schema::Selectable;
use crate::pointer::Pointer;
use crate::problem::Problem;

use super::subschemas::subschemas;

/// The first error of each unusable operation or path item, by its location.
#[derive(Debug, Default)]
pub(super) struct Faults(BTreeMap<Anchor, Arc<str>>);

/// A problem with its location, and what was being read when it was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    pub problem: Problem,
    pub anchor: Anchor,
    /// The operation or path item, if it was one.
    pub owner: Option<Anchor>,
}

impl Faults {
    /// Whether nothing is unusable.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The error of the operation or path item at `anchor`.
    pub(super) fn of(&self, anchor: &Anchor) -> Option<&Arc<str>> {
        self.0.get(anchor)
    }

    /// Adds what `errors` make unusable. Returns whether that is known of each of them.
    pub(super) fn add(&mut self, errors: &[Found], schemas: &UsedSchemas<'_>) -> bool {
        let before = self.0.len();
        let mut reach = None;
        let is_known = errors.iter().all(|error| {
            let owners: Vec<Anchor> = match &error.owner {
                Some(owner) => vec![owner.clone()],
                None => reach.get_or_insert_with(|| Reach::new(schemas)).users(&error.anchor),
            };
            for owner in &owners {
                self.0.entry(owner.clone()).or_insert_with(|| text(&error.problem));
            }
            !owners.is_empty()
        });
        is_known && self.0.len() > before
    }
}

/// The error in one line, without advice.
fn text(problem: &Problem) -> Arc<str> {
    let place = problem.at.as_ref().map(|snippet| format!(" at {}", snippet.place)).unwrap_or_default();
    format!("the document has an error{place}: {}", problem.message).into()
}

/// The schemas that operations use directly.
pub(super) struct UsedSchemas<'d> {
    pub refs: Refs<'d>,
    pub roots: &'d [Anchor],
    /// The operations that use each of the roots.
    pub users: &'d [BTreeSet<Anchor>],
}

/// Which schemas lead to a schema, by the addresses of their values.
struct Reach<'s, 'd> {
    schemas: &'s UsedSchemas<'d>,
    /// The schemas that refer to a schema or contain it; every reached schema is a key.
    parents: HashMap<*const Value, Vec<*const Value>>,
    /// The indices of roots.
    roots: HashMap<*const Value, Vec<usize>>,
}

impl<'s, 'd> Reach<'s, 'd> {
    fn new(schemas: &'s UsedSchemas<'d>) -> Self {
        let mut reach = Self { schemas, parents: HashMap::new(), roots: HashMap::new() };
        let mut waiting = Vec::new();
        for (index, root) in schemas.roots.iter().enumerate() {
            let Some(value) = schemas.refs.value(root) else { continue };
            reach.roots.entry(value).or_default().push(index);
            reach.parents.entry(value).or_default();
            waiting.push(Node { document: root.document, pointer: root.pointer.clone(), value });
        }
        let (mut seen, selectable) = (BTreeSet::new(), Selectable::new(schemas.refs));
        while let Some(node) = waiting.pop() {
            let parent: *const Value = node.value;
            if !seen.insert(parent) {
                continue;
            }
            let mut children = Vec::new();
            subschemas(&node, &mut children);
            children.extend(selectable.of(&node));
            children.extend(node.text(REF).and_then(|reference| reach.target(&node.anchor(), reference)));
            for child in children {
                reach.parents.entry(child.value).or_default().push(parent);
                waiting.push(child);
            }
        }
        reach
    }

    fn target(&self, from: &Anchor, reference: &str) -> Option<Node<'d>> {
        let refs: Refs<'d> = self.schemas.refs;
        let target = refs.target(from, reference).ok()?;
        let value = refs.value(&target)?;
        Some(Node { document: target.document, pointer: target.pointer, value })
    }

    /// The operations with a schema that leads to the one at or around `anchor`.
    fn users(&self, anchor: &Anchor) -> Vec<Anchor> {
        let address = |pointer| -> Option<*const Value> {
            let value: *const Value = self.schemas.refs.value(&Anchor { document: anchor.document, pointer })?;
            self.parents.contains_key(&value).then_some(value)
        };
        let around = std::iter::successors(Some(anchor.pointer.clone()), Pointer::parent);
        let mut waiting: Vec<_> = around.into_iter().find_map(address).into_iter().collect();
        let (mut seen, mut users) = (BTreeSet::new(), BTreeSet::new());
        while let Some(schema) = waiting.pop() {
            if seen.insert(schema) {
                let roots = self.roots.get(&schema).into_iter().flatten();
                users.extend(roots.flat_map(|root| &self.schemas.users[*root]));
                waiting.extend(&self.parents[&schema]);
            }
        }
        users.into_iter().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::contract::Contract;
    use crate::contract::load;
    use std::path::Path;

    /// Loads `text`; the names of the unusable operations, and the errors.
    fn check(text: &str) -> Result<(Contract, Vec<String>, Vec<String>), Vec<String>> {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("api.yaml"), text).expect("written");
        let shown = |problems: &[crate::problem::Problem]| problems.iter().map(ToString::to_string).collect::<Vec<_>>();
        let contract = load::load(folder.path(), Path::new("api.yaml")).map_err(|problems| shown(&problems))?;
        let unusable = contract.operations.iter().filter(|operation| operation.fault.is_some());
        let unusable = unusable.map(|operation| operation.name.clone()).collect();
        let errors = shown(&contract.errors);
        Ok((contract, unusable, errors))
    }

    fn operation(name: &str, schema: &str) -> String {
        let response = format!("{{ description: ok, content: {{ application/json: {{ schema: {schema} }} }} }}");
        format!("  /{name}: {{ get: {{ operationId: {name}, responses: {{ '200': {response} }} }} }}\n")
    }

    const HEAD: &str = "openapi: 3.1.0\ninfo: { title: t, version: '1' }\n";

    #[test]
    fn an_error_affects_the_operations_that_lead_to_it_only() {
        let to = |name: &str| format!("{{ type: array, items: {{ $ref: '#/components/schemas/{name}' }} }}");
        let text = format!(
            "{HEAD}paths:\n{}{}{}{}{}components: {{ schemas: {{ Good: {{ type: string }}, Bad: {{ type: strng, minLength: x }}, \
             Far: {{ properties: {{ a: {{ $ref: '#/components/schemas/Bad' }} }} }}, Gone: {{ $ref: '#/components/schemas/Nope' }} }} }}\n",
            operation("good", &to("Good")),
            operation("near", &to("Bad")),
            operation("far", &to("Far")),
            operation("gone", &to("Gone")),
            operation("own", "{ type: integer, maximum: '3' }"),
        );
        let (contract, unusable, errors) = check(&text).expect("it loads in part");
        assert_eq!(unusable, ["near", "far", "gone", "own"]);
        assert_eq!(errors.len(), 4, "every invalid keyword, once: {errors:#?}");
        let fault = contract.operations[1].fault.as_deref().expect("a fault");
        assert!(fault.starts_with("the document has an error at api.yaml:9:"), "{fault}");
        let note = contract.fault(3).expect("a note").message;
        let names = "(near, far, gone and 1 more; see `signoff check`)";
        let place = "4 errors, the first at api.yaml:8:";
        assert!(
            note.contains(place) && note.contains(&format!("4 of 5 operations cannot be checked {names}")),
            "{note}"
        );
        assert!(contract.warnings.is_empty(), "{:#?}", contract.warnings);
    }

    #[test]
    fn an_error_in_a_schema_that_a_discriminator_selects_affects_its_users_only() {
        let pet = |mapping: &str, cat: &str| {
            let discriminator = format!("discriminator: {{ propertyName: kind{mapping} }}");
            let pet = format!("{{ type: object, properties: {{ kind: {{ type: string }} }}, {discriminator} }}");
            let (a, b) = (operation("a", "{ $ref: '#/components/schemas/Pet' }"), operation("b", "{ type: string }"));
            format!("{HEAD}paths:\n{a}{b}components: {{ schemas: {{ Pet: {pet}, Cat: {cat} }} }}\n")
        };
        let mapping = ", mapping: { cat: '#/components/schemas/Cat' }";
        for (mapping, cat) in [
            (mapping, "{ properties: { a: { type: strng } } }"),
            (mapping, "{ allOf: [ { $ref: '#/components/schemas/Nope' } ] }"),
            (mapping, "{ $ref: '#/components/schemas/Nope' }"),
            (", defaultMapping: Cat", "{ type: strng }"),
            ("", "{ allOf: [ { $ref: '#/components/schemas/Pet' }, { type: strng } ] }"),
        ] {
            let (_, unusable, errors) = check(&pet(mapping, cat)).expect("it loads in part");
            assert_eq!((unusable, errors.len()), (vec!["a".to_owned()], 1), "{cat}: {errors:#?}");
        }
        let (_, unusable, errors) =
            check(&pet(mapping, "{ type: object }").replace("schemas/Cat", "schemas/Nope")).expect("it loads");
        assert_eq!((unusable.len(), errors.len()), (0, 0), "{errors:#?}");
    }

    #[test]
    fn errors_outside_of_schemas_affect_their_operation_or_path() {
        let text = format!(
            "{HEAD}paths:\n{}  /b: {{ get: {{ responses: {{ '20': {{}} }} }}, put: {{ responses: {{}} }}, post: 1 }}\n  c: {{ get: {{}} }}\n  \
             /d: {{ $ref: '#/nowhere' }}\n{}",
            operation("a", "{ type: string }"),
            operation("a", "{ type: string }").replace("/a", "/e"),
        );
        let (contract, unusable, errors) = check(&text).expect("it loads in part");
        assert_eq!(unusable, ["GET /b", "a"]);
        let names: Vec<_> = contract.operations.iter().map(|operation| operation.path.as_str()).collect();
        assert_eq!((names, errors.len()), (vec!["/a", "/b", "/b", "/e"], 5), "{errors:#?}");
    }

    #[test]
    fn a_document_without_a_usable_operation_is_refused_with_every_error() {
        let text = format!("{HEAD}paths:\n{}{}", operation("a", "{ type: x }"), operation("b", "{ $ref: '#/no' }"));
        assert_eq!(check(&text).expect_err("nothing is usable").len(), 2);
    }

    #[test]
    fn a_file_that_does_not_parse_affects_what_refers_to_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let text =
            format!("{HEAD}paths:\n{}{}", operation("a", "{ $ref: 'b.yaml#/x' }"), operation("b", "{ type: string }"));
        std::fs::write(folder.path().join("api.yaml"), text).expect("written");
        std::fs::write(folder.path().join("b.yaml"), "x: [").expect("written");
        let contract = load::load(folder.path(), Path::new("api.yaml")).expect("it loads in part");
        let unusable: Vec<_> = contract.operations.iter().map(|operation| operation.fault.is_some()).collect();
        assert_eq!((unusable, contract.errors.len()), (vec![true, false], 2), "{:#?}", contract.errors);
    }
}
