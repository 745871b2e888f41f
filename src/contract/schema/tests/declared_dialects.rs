//! Dialects that a document or a schema declares, and keywords of others.

use insta::assert_snapshot;

use super::*;

#[test]
fn an_embedded_resource_may_name_another_draft() {
    let document = "
schema:
  properties:
    a: { $id: 'https://example.com/a', $schema: 'http://json-schema.org/draft-04/schema#', type: integer, minimum: 1, exclusiveMinimum: true }
    b: { exclusiveMinimum: 1 }
    c: { $id: c, $schema: 'https://spec.openapis.org/oas/3.1/dialect/base', minimum: 2 }
";
    assert_snapshot!(check(document, r#"{ "a": 1, "b": 1, "c": 1 }"#), @r#"
    exclusiveMinimum body/a (/schema/properties/a/exclusiveMinimum)
      - integer > 1
      + 1
      expected more than 1
    exclusiveMinimum body/b (/schema/properties/b/exclusiveMinimum)
      - number > 1
      + 1
      expected more than 1
    minimum body/c (/schema/properties/c/minimum)
      - number ≥ 2
      + 1
      expected 2 or more
    "#);
}

/// A schema of each early draft, with a value that only that draft accepts and one that only that draft refuses.
const DRAFTS: [(&str, &str, &str, &str); 6] = [
    ("draft-04", "minimum: 1, exclusiveMinimum: true", "2", "1"),
    ("draft-04", "const: 5, if: { type: integer }, then: false, type: integer, maximum: 7", "7", "8"),
    ("draft-06", "contains: { type: integer }, if: true, then: false", "[1]", r#"["a"]"#),
    ("draft-07", "items: [{ type: string }], additionalItems: false", r#"["a"]"#, r#"["a", 1]"#),
    ("draft-07", "$ref: '#/$defs/Text', maxLength: 1", r#""abc""#, "1"),
    ("draft-07", "unevaluatedProperties: false, dependencies: { a: [b] }", r#"{"c": 1}"#, r#"{"a": 1}"#),
];

#[test]
fn a_draft_counts_however_its_schema_is_reached() {
    for (draft, schema, right, wrong) in DRAFTS {
        let named = format!("$schema: 'http://json-schema.org/{draft}/schema#', {schema}");
        let identified = named.replace("#/$defs", "/openapi.yaml#/$defs");
        let defs = "$defs: { Text: { type: string } }";
        let documents = [
            format!("schema: {{ {named} }}"),
            format!(
                "schema: {{ $ref: '#/components/schemas/items' }}\ncomponents: {{ schemas: {{ items: {{ {named} }} }} }}"
            ),
            format!(
                "schema: {{ allOf: [ {{ $ref: '#/components/schemas/Old/definitions/a' }} ] }}\ncomponents: {{ schemas: {{ Old: {{ $schema: 'http://json-schema.org/{draft}/schema#', definitions: {{ a: {{ {schema} }} }} }} }} }}"
            ),
            format!("schema: {{ anyOf: [ {{ $id: 'file:///old', id: 'file:///old', {identified} }} ] }}"),
            format!(
                "schema: {{ $ref: old }}\ncomponents: {{ schemas: {{ Old: {{ $id: old, id: old, {identified} }} }} }}"
            ),
            format!(
                "schema: {{ minProperties: 0, $ref: '#/components/schemas/Old' }}\ncomponents: {{ schemas: {{ Old: {{ $id: 'file:///old', id: 'file:///old', {identified} }} }} }}"
            ),
            format!(
                "openapi: 3.1.0\njsonSchemaDialect: 'http://json-schema.org/{draft}/schema#'\nschema: {{ {schema} }}"
            ),
        ];
        for document in documents {
            let document = format!("{document}\n{defs}\n");
            assert_eq!(check(&document, right), "", "{document} {right}");
            let found = check(&document, wrong);
            assert!(!found.is_empty() && !found.contains("not_checked"), "{document} {wrong}: {found}");
        }
    }
}

#[test]
fn a_subschema_without_id_must_not_name_a_dialect() {
    let named = "$schema: 'http://json-schema.org/draft-07/schema#', type: string";
    let why = "`$schema` is only allowed in a schema that has an `$id` or is in no other schema";
    let at = |keyword: &str, place: &str| format!("not_checked: {keyword} at {place}: {why}");
    for (schema, value, expect) in [
        (format!("{{ properties: {{ a: {{ {named} }} }} }}"), r#"{"a": 1}"#, at("$schema", "body/a")),
        (
            format!("{{ properties: {{ a: {{ {named} }}, b: {{ type: string }} }} }}"),
            r#"{"a": 1, "b": "x"}"#,
            at("$schema", "body/a"),
        ),
        (format!("{{ not: {{ {named} }} }}"), r#""x""#, at("not", "body")),
        (format!("{{ if: {{ {named} }}, then: false, else: false }}"), "1", at("if", "body")),
        (
            format!("{{ $defs: {{ a: {{ {named} }} }}, items: {{ $ref: '#/schema/$defs/a' }} }}"),
            "[1]",
            at("$schema", "body/0"),
        ),
        (
            format!(
                "{{ $defs: {{ a: {{ {named}, properties: {{ b: {{ type: string }} }} }} }}, items: {{ $ref: '#/schema/$defs/a/properties/b' }} }}"
            ),
            "[1]",
            at("$schema", "body/0"),
        ),
        (
            "{ items: { $schema: 'https://json-schema.org/draft/2020-12/schema', type: integer } }".to_owned(),
            "[1]",
            String::new(),
        ),
    ] {
        assert_eq!(check(&format!("schema: {schema}"), value), expect, "{schema} {value}");
    }
}

#[test]
fn a_schema_of_an_unknown_dialect_is_not_checked() {
    let own = "$schema: 'https://example.com/own', type: string";
    let why = "the dialect https://example.com/own is not supported";
    for (document, value, expect) in [
        (format!("schema: {{ {own} }}"), "1", format!("not_checked: $schema at body: {why}")),
        (
            format!("schema: {{ oneOf: [ {{ $ref: '#/own' }}, {{ type: integer }} ] }}\nown: {{ {own} }}"),
            "1",
            format!("not_checked: oneOf at body: {why}"),
        ),
        (format!("schema: {{ items: {{ $ref: '#/own' }}, maxItems: 1 }}\nown: {{ {own} }}"), "[]", String::new()),
    ] {
        assert_eq!(check(&document, value), expect, "{document}");
    }
    let around = format!("schema: {{ items: {{ $ref: '#/own' }}, maxItems: 1 }}\nown: {{ {own} }}");
    let found = check(&around, "[1, 2]");
    assert!(found.starts_with("maxItems body") && found.ends_with(why), "{found}");
}

#[test]
fn a_document_may_name_its_dialect() {
    let of = |uri: &str, items: &str| {
        format!("openapi: 3.1.0\njsonSchemaDialect: '{uri}'\nschema: {{ items: {items}, additionalItems: false }}")
    };
    let value = r#"["a", 1]"#;
    assert_snapshot!(check(&of("http://json-schema.org/draft-07/schema#", "[ { type: string } ]"), value), @r#"
    additionalItems body (/schema/additionalItems)
      - […]
      + ["a",1]
      expected no further items
    "#);
    let own = "not_checked: $schema at body: the dialect https://example.com/own is not supported";
    assert_eq!(check(&of("https://example.com/own", "{ type: string }"), value), own);
    let named = of("https://example.com/own", "{ type: string }")
        .replace("schema: {", "schema: { $schema: 'https://json-schema.org/draft/2020-12/schema', ");
    assert!(check(&named, value).starts_with("type body/1 (/schema/items/type)"));
}

#[test]
fn keywords_that_openapi_3_0_does_not_have_have_no_effect() {
    let schemas = [
        ("{ patternProperties: { a: { type: string } } }", r#"{ "a": 1 }"#),
        ("{ patternProperties: { '(?i)a': { type: string } }, additionalProperties: true }", r#"{ "a": 1 }"#),
        ("{ dependencies: { a: [b] } }", r#"{ "a": 1 }"#),
        ("{ dependentRequired: { a: [b] }, dependentSchemas: { a: false } }", r#"{ "a": 1 }"#),
        ("{ items: [{ type: string }], additionalItems: false }", r#"["a", 1]"#),
        ("{ prefixItems: [{ type: string }], unevaluatedItems: false, contains: { type: string } }", "[1]"),
        ("{ propertyNames: { maxLength: 1 }, unevaluatedProperties: false }", r#"{ "ab": 1 }"#),
        ("{ if: { type: string }, then: false, else: { const: 2 } }", "1"),
        ("{ const: 2 }", "1"),
        ("{ $dynamicRef: '#x', contentEncoding: base64, contentMediaType: application/json }", r#""§""#),
    ];
    for (schema, value) in schemas {
        assert_eq!(check(&format!("openapi: 3.0.4\nschema: {schema}"), value), "", "{schema}");
    }
    let closed = "{ patternProperties: { a: { type: string } }, additionalProperties: false }";
    let found = check(&format!("openapi: 3.0.4\nschema: {closed}"), r#"{ "a": "x" }"#);
    assert!(found.starts_with("additionalProperties body/a (/schema/additionalProperties)"), "{found}");
    let document = "openapi: 3.0.4
schema: { properties: { a: { $ref: '#/other/patternProperties/x' } } }
other: { patternProperties: { x: { type: string } } }
";
    assert!(check(document, r#"{ "a": 1 }"#).starts_with("type body/a (/other/patternProperties/x/type)"));
    let both = "openapi: 3.0.4
schema: { properties: { a: { $ref: '#/other/patternProperties/x' }, b: { $ref: '#/other' } } }
other: { patternProperties: { x: { type: string } } }
";
    assert!(check(both, r#"{ "a": 1 }"#).starts_with("type body/a (/other/patternProperties/x/type)"));
    assert_eq!(check(both, r#"{ "b": { "x": 1 } }"#), "");
}

#[test]
fn a_reference_may_lead_to_a_schema_of_draft_4() {
    let early = "$schema: 'http://json-schema.org/draft-04/schema#'";
    let bound = "minimum: 1, exclusiveMinimum: true, maximum: 5, exclusiveMaximum: false";
    for schema in [
        format!("schema: {{ {early}, {bound} }}"),
        format!("schema: {{ {early}, allOf: [ {{ {bound} }} ] }}"),
        format!("schema: {{ $ref: '#/old' }}\nold: {{ {early}, {bound} }}"),
        format!("schema: {{ $ref: '#/old/properties/a' }}\nold: {{ {early}, properties: {{ a: {{ {bound} }} }} }}"),
    ] {
        let found = check(&schema, "1");
        assert!(found.starts_with("exclusiveMinimum body (") && found.ends_with("expected more than 1"), "{found}");
        assert_eq!([check(&schema, "2"), check(&schema, "5")], ["", ""], "{schema}");
        assert!(check(&schema, "6").starts_with("maximum body ("), "{schema}");
    }
    let other = "schema: { $ref: '#/other' }\nother: { minimum: 1, exclusiveMinimum: true }";
    assert_eq!(check(other, "1"), "/other/exclusiveMinimum: invalid schema: true is not of type \"number\"");
}
