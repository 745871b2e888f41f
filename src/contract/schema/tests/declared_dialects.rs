//! Dialects that a document or a schema declares, and keywords of others.

use insta::assert_snapshot;

use super::*;

#[test]
fn a_schema_may_name_another_draft() {
    let of = |uri: &str| {
        format!(
            "
schema: {{ properties: {{ a: {{ $schema: '{uri}', type: integer, minimum: 1, exclusiveMinimum: true }}, b: {{ exclusiveMinimum: 1 }} }} }}
"
        )
    };
    let value = r#"{ "a": 1, "b": 1 }"#;
    assert_snapshot!(check(&of("http://json-schema.org/draft-04/schema#"), value), @r#"
    exclusiveMinimum body/a (/schema/properties/a/exclusiveMinimum)
      - integer > 1
      + 1
      expected more than 1
    exclusiveMinimum body/b (/schema/properties/b/exclusiveMinimum)
      - number > 1
      + 1
      expected more than 1
    "#);
    let other = "schema: { properties: { a: { $schema: 'https://spec.openapis.org/oas/3.1/dialect/base', minimum: 2 }, b: { $schema: 'https://example.com/own', type: string } } }";
    assert_snapshot!(check(other, value), @r#"
    minimum body/a (/schema/properties/a/minimum)
      - number ≥ 2
      + 1
      expected 2 or more
    type body/b (/schema/properties/b/type)
      - string
      + 1
      expected string, got integer
    not_checked: $schema at body/b: https://example.com/own is not a supported dialect: it is read as JSON Schema 2020-12
    "#);
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
    assert_snapshot!(check(&of("https://example.com/own", "{ type: string }"), value), @r#"
    type body/1 (/schema/items/type)
      - string
      + 1
      expected string, got integer
    not_checked: https://example.com/own is not a supported dialect: it is read as JSON Schema 2020-12
    "#);
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
}
