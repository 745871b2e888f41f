//! Values and schemas that would take too long.

use super::*;

/// A language of filters, as it is often written: branches that differ in little.
const FILTERS: &str = "
schema: { type: object, required: [id], properties: { id: { type: integer }, filter: { $ref: '#/components/schemas/Filter' } } }
components:
  schemas:
    Filter: { oneOf: [ { $ref: '#/components/schemas/Not' }, { $ref: '#/components/schemas/Group' }, { $ref: '#/components/schemas/Leaf' } ] }
    Not: { type: object, required: [filter], properties: { op: { const: not }, filter: { $ref: '#/components/schemas/Filter' } } }
    Group: { type: object, required: [filter], properties: { op: { enum: [and, or] }, filter: { $ref: '#/components/schemas/Filter' } } }
    Leaf: { type: object, required: [field], properties: { field: { type: string } } }
";

fn nested(depth: usize, leaf: &str) -> String {
    (0..depth).fold(leaf.to_owned(), |inner, _| format!(r#"{{ "filter": {inner} }}"#))
}

#[test]
fn nested_branches_are_explained_while_they_are_few() {
    for keyword in ["oneOf", "anyOf"] {
        let document = FILTERS.replace("oneOf", keyword);
        let found = check(&document, &format!(r#"{{ "id": 1, "filter": {} }}"#, nested(4, r#"{ "field": 5 }"#)));
        assert!(found.starts_with("type body/filter/filter/filter/filter/filter/field"), "{found}");
        assert!(!found.contains("not_checked"), "{found}");
    }
}

#[test]
fn deeply_nested_branches_are_violated_without_an_explanation() {
    let unexplained = "not_checked: its schemas apply too many times: only the outermost violations are listed";
    for keyword in ["oneOf", "anyOf"] {
        let document = FILTERS.replace("oneOf", keyword);
        let found = check(&document, &format!(r#"{{ "id": 1, "filter": {} }}"#, nested(60, r#"{ "field": 5 }"#)));
        let head = format!("{keyword} body/filter (/components/schemas/Filter/{keyword})");
        assert!(found.starts_with(&head) && found.ends_with(unexplained), "{found}");
    }
    // A conforming one next to another violation costs nothing.
    let document = FILTERS.replace("oneOf", "anyOf");
    let found = check(&document, &format!(r#"{{ "id": "x", "filter": {} }}"#, nested(60, r#"{ "field": "x" }"#)));
    assert!(found.starts_with("type body/id") && !found.contains("not_checked"), "{found}");
}

#[test]
fn schemas_that_apply_to_a_property_twice_on_each_level_are_checked() {
    let document = "
schema: { $ref: '#/node' }
node:
  allOf: [ { properties: { filter: { $ref: '#/node' } } }, { properties: { filter: { $ref: '#/node' } } } ]
  properties: { field: { type: string } }
";
    assert_eq!(check(document, &nested(60, r#"{ "field": "x" }"#)), "");
    let found = check(document, &nested(60, r#"{ "field": 5 }"#));
    assert!(found.starts_with("properties body (/node/properties)"), "{found}");
    assert!(found.ends_with("only the outermost violations are listed"), "{found}");
}

#[test]
fn countless_missing_properties_are_listed_once() {
    let document = "schema: { type: array, items: { type: object, required: [a, b, c, d, e, f, g, h] } }";
    let found = check(document, &format!("[{}{{}}]", "{},".repeat(20_000)));
    assert_eq!(found.matches("required body/").count(), 1);
    assert!(found.ends_with("not_checked: only the first 1 violations are listed"));
}

#[test]
fn schemas_that_apply_to_a_value_countless_times_are_refused() {
    let level = |name: usize| {
        let next = name + 1;
        format!(
            "    A{name}: {{ allOf: [ {{ $ref: '#/components/schemas/A{next}' }}, {{ $ref: '#/components/schemas/A{next}' }} ] }}\n"
        )
    };
    let document = |levels: usize| {
        let all: String = (0..levels).map(level).collect();
        format!(
            "schema: {{ $ref: '#/components/schemas/A0' }}\ncomponents:\n  schemas:\n{all}    A{levels}: {{ type: integer }}\n"
        )
    };
    assert_eq!(check(&document(8), "5"), "");
    let refused = "it applies more than 100000 schemas to one value: refer to each schema once";
    assert!(check(&document(40), "5").ends_with(refused));
}
