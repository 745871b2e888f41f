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
fn of_countless_missing_properties_the_first_are_listed() {
    let document = "schema: { type: array, items: { type: object, required: [a, b, c, d, e, f, g, h] } }";
    let found = check(document, &format!("[{}{{}}]", "{},".repeat(20_000)));
    assert_eq!(found.matches("required body/").count(), 1_000);
    assert!(found.ends_with("not_checked: only the first 1000 violations are listed"));
}

#[test]
fn of_items_with_several_violations_each_the_first_are_listed() {
    let document = "schema: { type: array, items: { format: date, pattern: '^x', maxLength: 3 } }";
    let found = check(document, &format!(r#"["a{}"]"#, r#"bcd","a"#.repeat(20_000)));
    assert_eq!(found.matches("format body/").count(), 333);
    assert!(found.ends_with("not_checked: only the first 1000 violations are listed"));
}

#[test]
fn a_branch_with_countless_violations_is_not_explained() {
    let document = "schema: { anyOf: [ { type: array, items: { type: string } }, { type: object } ] }";
    let array = |count: usize| format!("[{}0]", "0,".repeat(count));
    assert!(check(document, &array(10_000)).starts_with("type body/0 "));
    let found = check(document, &array(20_000));
    assert!(found.starts_with("anyOf body (/schema/anyOf)"), "{found}");
    assert!(found.ends_with("only the outermost violations are listed"), "{found}");
}

#[test]
fn countless_items_that_are_not_allowed_are_one_violation() {
    let document = "schema: { type: array, prefixItems: [ { type: integer } ], unevaluatedItems: false }";
    let found = check(document, &format!("[{}0]", "0,".repeat(20_000)));
    assert!(found.starts_with("unevaluatedItems body (/schema/unevaluatedItems)"), "{found}");
    assert!(!found.contains("not_checked"), "{found}");
}

#[test]
fn of_countless_items_with_violations_of_a_schema_for_unevaluated_ones_the_first_are_listed() {
    let document = "schema: { type: array, prefixItems: [ { type: integer } ], unevaluatedItems: { type: string } }";
    for count in [1_000, 1_001, 20_000, 100_000] {
        let found = check(document, &format!("[{}0]", "0,".repeat(count)));
        let note = if count > 1_000 { "not_checked: only the first 1000 violations are listed" } else { "" };
        assert_eq!(found.matches("type body/").count(), 1_000, "{count}: {}", &found[..300]);
        assert_eq!(found.lines().filter(|line| line.starts_with("not_checked")).collect::<String>(), note, "{count}");
    }
}

#[test]
fn the_names_that_many_branches_do_not_allow_are_not_listed() {
    let branch = "{ type: object, additionalProperties: false, properties: { a: {} } }";
    let document = |count: usize| format!("schema: {{ anyOf: [ {} ] }}", vec![branch; count].join(", "));
    let names: String = (0..20_000).map(|number| format!(r#""{number}": 1, "#)).collect();
    let value = format!(r#"{{ {names} "b": 1 }}"#);
    assert!(check(&document(2), &value).starts_with("additionalProperties body/0 "));
    assert!(check(&document(20), &value).starts_with("anyOf body (/schema/anyOf)"));
}

#[test]
fn the_texts_of_violations_are_limited() {
    let document = "schema: { type: object, additionalProperties: { type: string } }";
    let value = |length: usize| {
        let members: Vec<_> = (0..200).map(|number| format!(r#""{number:04}{}": 1"#, "n".repeat(length))).collect();
        format!("{{ {} }}", members.join(", "))
    };
    assert_eq!(check(document, &value(1_000)).matches("type body/").count(), 200);
    let found = check(document, &value(4_000));
    assert_eq!(found.matches("type body/").count(), 63);
    assert!(found.ends_with("not_checked: only the first 63 violations are listed"));
}

#[test]
fn long_regular_expressions_are_not_checked() {
    let text = |length: usize| format!(r#""{}(""#, "a".repeat(length));
    let by = |schema: &str| check(&format!("schema: {schema}"), &text(65_536));
    assert!(check("schema: { format: regex }", &text(1_000)).starts_with("format body (/schema/format)"));
    let reason = "a regular expression of more than 64 KiB";
    assert_eq!(by("{ format: regex }"), format!("not_checked: format at body: {reason}"));
    assert_eq!(
        by("{ oneOf: [{ format: regex }, { type: integer }] }"),
        format!("not_checked: oneOf at body: {reason}")
    );
    for schema in
        ["{ if: { format: regex }, else: false }", "{ if: { format: regex }, then: false, else: { type: string } }"]
    {
        assert_eq!(by(schema), format!("not_checked: {reason}"), "{schema}");
    }
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

#[test]
fn chains_of_schemas_that_apply_to_a_property_twice_end() {
    let twice = |level: usize| {
        let next = format!("{{ properties: {{ filter: {{ $ref: '#/s{}' }} }} }}", level + 1);
        format!("s{level}: {{ allOf: [ {next}, {next} ] }}\n")
    };
    let chain: String = (0..40).map(twice).collect();
    let document = format!("schema: {{ $ref: '#/s0' }}\n{chain}s40: {{ type: object }}\n");
    let not_checked = "not_checked: its schemas apply too many times to be checked";
    assert_eq!(check(&document, &nested(40, "{}")), not_checked);
    // The first violation ends it.
    let found = check(&document, &nested(40, "5"));
    assert!(found.starts_with("allOf body ") && found.ends_with("only the outermost violations are listed"), "{found}");
    assert_eq!(check(&document, &nested(8, "5")), "");
}
