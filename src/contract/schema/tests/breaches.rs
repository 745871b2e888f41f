//! What a value breaks, and which branch was meant.

use insta::assert_snapshot;

use super::check;

const LINK: &str = "
openapi: 3.1.0
schema: { $ref: '#/components/schemas/CustomerLink' }
components:
  schemas:
    CustomerLink:
      type: object
      required: [customer_id, status, created_at]
      properties:
        customer_id: { type: string, minLength: 3 }
        status: { $ref: '#/components/schemas/Status' }
        created_at: { type: string, format: date-time }
        count: { type: integer, format: int32, minimum: 1 }
        tags: { type: array, items: { type: string, pattern: '^[a-z]+$' }, maxItems: 2 }
    Status: { type: string, enum: [ACTIVE, INACTIVE] }
";

#[test]
fn a_value_that_keeps_its_schema_breaks_nothing() {
    let value = r#"{ "customer_id": "abc", "status": "ACTIVE", "created_at": "2026-01-02T03:04:05Z", "count": 1.0 }"#;
    assert_eq!(check(LINK, value), "");
}

#[test]
fn each_breach_stands_at_its_keyword_and_its_place() {
    let value =
        r#"{ "customer_id": "é", "status": "active", "count": 3000000000, "tags": ["a", "B", 1], "statuss": 1 }"#;
    assert_snapshot!(check(LINK, value), @r#"
    required body/created_at (/components/schemas/CustomerLink/required)
      - string(date-time)
      + nothing
      the required property "created_at" is missing
    minLength body/customer_id (/components/schemas/CustomerLink/properties/customer_id/minLength)
      - string(length ≥ 3)
      + "é"
      expected at least 3 characters, got 1
    enum body/status (/components/schemas/Status/enum)
      - "ACTIVE" | "INACTIVE"
      + "active"
      expected "ACTIVE" | "INACTIVE"
    format body/count (/components/schemas/CustomerLink/properties/count/format)
      - integer(int32) ≥ 1
      + 3000000000
      expected the format int32
    maxItems body/tags (/components/schemas/CustomerLink/properties/tags/maxItems)
      - [string(/^[a-z]+$/)] of ≤ 2 items
      + ["a","B",1]
      expected at most 2 items, got 3
    pattern body/tags/1 (/components/schemas/CustomerLink/properties/tags/items/pattern)
      - string(/^[a-z]+$/)
      + "B"
      expected a match for ^[a-z]+$
    type body/tags/2 (/components/schemas/CustomerLink/properties/tags/items/type)
      - string(/^[a-z]+$/)
      + 1
      expected string, got integer
    properties body/statuss (/components/schemas/CustomerLink/properties)
      - { customer_id, status, created_at, count, tags }
      + 1
      the property "statuss" is not documented (near status)
    "#);
}

#[test]
fn a_wrong_type_shows_the_schema() {
    assert_snapshot!(check(LINK, "[1]"), @r#"
    type body (/components/schemas/CustomerLink/type)
      - { customer_id, status, created_at, count, tags }
      + [1]
      expected object, got array
    "#);
    assert_snapshot!(check(LINK, r#"{ "customer_id": 1, "status": 5, "created_at": "2026-01-02 03:04:05", "tags": {} }"#), @r#"
    type body/customer_id (/components/schemas/CustomerLink/properties/customer_id/type)
      - string(length ≥ 3)
      + 1
      expected string, got integer
    type body/status (/components/schemas/Status/type)
      - "ACTIVE" | "INACTIVE"
      + 5
      expected string, got integer
    enum body/status (/components/schemas/Status/enum)
      - "ACTIVE" | "INACTIVE"
      + 5
      expected "ACTIVE" | "INACTIVE"
    format body/created_at (/components/schemas/CustomerLink/properties/created_at/format)
      - string(date-time)
      + "2026-01-02 03:04:05"
      expected the format date-time
    type body/tags (/components/schemas/CustomerLink/properties/tags/type)
      - [string(/^[a-z]+$/)] of ≤ 2 items
      + {}
      expected array, got object
    "#);
}

#[test]
fn unexpected_members_are_one_breach_each_and_not_undocumented_as_well() {
    let document = "
schema: { type: object, properties: { partner_customer_id: { type: string } }, additionalProperties: false }
";
    assert_snapshot!(check(document, r#"{ "partnerCustomerId": "x", "zzz": { "deep": 1 } }"#), @r#"
    additionalProperties body/partnerCustomerId (/schema/additionalProperties)
      - { partner_customer_id }
      + "x"
      the property "partnerCustomerId" is not allowed (near partner_customer_id)
    additionalProperties body/zzz (/schema/additionalProperties)
      - { partner_customer_id }
      + {"deep":1}
      the property "zzz" is not allowed
    "#);
}

#[test]
fn nullable_by_any_of_gives_the_breaches_of_the_other_branch() {
    let document = "
schema:
  type: object
  properties:
    a: { anyOf: [ { type: object, required: [x], properties: { x: { type: integer } } }, { type: 'null' } ] }
    b: { anyOf: [ { type: 'null' }, { type: string } ] }
";
    assert_snapshot!(check(document, r#"{ "a": {}, "b": 1 }"#), @r#"
    required body/a/x (/schema/properties/a/anyOf/0/required)
      - integer
      + nothing
      the required property "x" is missing
    type body/b (/schema/properties/b/anyOf/1/type)
      - string
      + 1
      expected string, got integer
    "#);
    assert_eq!(check(document, r#"{ "a": null, "b": null }"#), "");
}

const PETS: &str = "
schema:
  oneOf:
    - $ref: '#/components/schemas/Cat'
    - $ref: '#/components/schemas/Dog'
  discriminator: { propertyName: kind, mapping: { feline: '#/components/schemas/Cat' } }
components:
  schemas:
    Cat: { type: object, required: [kind, lives], properties: { kind: { type: string }, lives: { type: integer }, a: {}, b: {} } }
    Dog: { type: object, required: [kind, bark], properties: { kind: { const: Dog }, bark: { type: string } } }
";

#[test]
fn the_discriminator_names_the_branch() {
    assert_snapshot!(check(PETS, r#"{ "kind": "Dog" }"#), @r#"
    required body/bark (/components/schemas/Dog/required)
      - string
      + nothing
      the required property "bark" is missing
      in oneOf body, 1 others
    "#);
    assert_snapshot!(check(PETS, r#"{ "kind": "feline", "lives": "nine" }"#), @r#"
    type body/lives (/components/schemas/Cat/properties/lives/type)
      - integer
      + "nine"
      expected integer, got string
      in oneOf body, 1 others
    "#);
}

#[test]
fn without_a_discriminator_constants_and_kinds_tell_the_branch() {
    let document = "
schema:
  oneOf:
    - { type: object, required: [kind, x, y], properties: { kind: { const: a }, x: { type: integer }, y: { type: integer } } }
    - { type: object, required: [kind], properties: { kind: { const: b } } }
    - { type: string }
";
    assert_snapshot!(check(document, r#"{ "kind": "a", "x": "1", "y": "2" }"#), @r#"
    type body/x (/schema/oneOf/0/properties/x/type)
      - integer
      + "1"
      expected integer, got string
      in oneOf body, 2 others
    type body/y (/schema/oneOf/0/properties/y/type)
      - integer
      + "2"
      expected integer, got string
      in oneOf body, 2 others
    "#);
    assert_snapshot!(check(document, "5"), @r#"
    oneOf body (/schema/oneOf)
      - { kind, x, y } | { kind } | string
      + 5
      expected one of 3 branches to match, but none does
    "#);
}

#[test]
fn several_branches_that_match_are_one_breach() {
    let document = "schema: { oneOf: [ { type: integer }, { type: number }, { type: string } ] }";
    assert_snapshot!(check(document, "5"), @r#"
    oneOf body (/schema/oneOf)
      - integer | number | string
      + 5
      expected exactly one of 3 branches, got 2 that match
    "#);
}

#[test]
fn members_that_no_branch_documents_are_found_through_every_branch() {
    let document = "
schema:
  allOf:
    - { type: object, properties: { id: { type: string } } }
    - oneOf:
        - { type: object, properties: { card: { type: object, properties: { last4: {} } } } }
        - { type: object, properties: { bank: { type: string } } }
    - if: { properties: { id: { const: x } } }
      then: { properties: { extra: {} } }
    - { type: object, patternProperties: { '^x-': {} } }
    - properties: { metadata: { type: object }, open: { type: object, properties: { a: {} }, additionalProperties: true } }
    - properties: { map: { type: object, additionalProperties: { type: object, properties: { value: {} } } } }
";
    let value = r#"{ "id": "1", "card": { "last4": "1", "last_4": "2" }, "extra": 1, "x-note": 1, "metadata": { "any": 1 },
        "open": { "b": 1 }, "map": { "k": { "value": 1, "valeu": 2 } }, "surprise": [] }"#;
    assert_snapshot!(check(document, value), @r#"
    oneOf body (/schema/allOf/1/oneOf)
      - { card } | { bank }
      + {"id":"1","card":{"last4":"1","last_4":"2"},"extra":1,"x-note":1,"metadata":{"any":1},"open":{"b":1},"map":{"k":{"value":1,"valeu":2}},"surprise":[]}
      expected exactly one of 2 branches, got 2 that match
    properties body/card/last_4 (/schema/allOf/1/oneOf/0/properties/card/properties)
      - { last4 }
      + "2"
      the property "last_4" is not documented (near last4)
    properties body/map/k/valeu (/schema/allOf/5/properties/map/additionalProperties/properties)
      - { value }
      + 2
      the property "valeu" is not documented (near value)
    properties body/surprise (/schema/allOf/0/properties)
      - { id }
      + []
      the property "surprise" is not documented
    "#);
}

#[test]
fn members_that_are_forbidden_altogether_are_named() {
    let none = "schema: { properties: { a: { additionalProperties: false }, b: { propertyNames: false } } }";
    assert_snapshot!(check(none, r#"{"a": {"x": 1, "y": {}}, "b": {"z": 1}}"#), @r#"
    additionalProperties body/a/x (/schema/properties/a/additionalProperties)
      - no such property
      + 1
      the property "x" is not allowed
    additionalProperties body/a/y (/schema/properties/a/additionalProperties)
      - no such property
      + {}
      the property "y" is not allowed
    propertyNames body/b/z (/schema/properties/b/propertyNames)
      - no such property
      + 1
      the property name "z" is not allowed
    "#);
    let named = "schema: { properties: { additionalProperties: false, properties: { additionalProperties: false } } }";
    assert_snapshot!(check(named, r#"{"additionalProperties": {"x": 1}, "properties": {"y": 1}}"#), @r#"
    false body/additionalProperties (/schema/properties/additionalProperties)
      - nothing
      + {"x":1}
      expected nothing
    additionalProperties body/properties/y (/schema/properties/properties/additionalProperties)
      - no such property
      + 1
      the property "y" is not allowed
    "#);
}

#[test]
fn unevaluated_members_are_explained_by_their_schema() {
    let first = |schema: &str, value: &str| {
        let found = check(&format!("schema: {schema}"), value);
        let lines = found.lines().filter(|line| !line.starts_with(' '));
        lines.collect::<Vec<_>>().join("; ")
    };
    for (schema, value, expect) in [
        (
            "{ allOf: [ { properties: { a: {} } } ], unevaluatedProperties: { type: string, maxLength: 3 } }",
            r#"{ "a": 1, "b": "abcd", "c": 1 }"#,
            "maxLength body/b (/schema/unevaluatedProperties/maxLength); type body/c (/schema/unevaluatedProperties/type)",
        ),
        (
            "{ prefixItems: [ { type: string } ], unevaluatedItems: { type: integer, maximum: 5 } }",
            r#"["a", "a", 1, 6]"#,
            "type body/1 (/schema/unevaluatedItems/type); maximum body/3 (/schema/unevaluatedItems/maximum)",
        ),
        (
            "{ unevaluatedProperties: { required: [x], properties: { x: { unevaluatedItems: { type: integer } } } } }",
            r#"{ "a": {}, "b": { "x": [1, null] } }"#,
            "required body/a/x (/schema/unevaluatedProperties/required); \
             type body/b/x/1 (/schema/unevaluatedProperties/properties/x/unevaluatedItems/type)",
        ),
        (
            "{ oneOf: [ { type: integer }, { unevaluatedProperties: { type: integer } } ] }",
            r#"{ "a": "x" }"#,
            "type body/a (/schema/oneOf/1/unevaluatedProperties/type)",
        ),
        (
            "{ unevaluatedProperties: false, propertyNames: { maxLength: 1 } }",
            r#"{ "ab": 1 }"#,
            "maxLength body/ab (/schema/propertyNames/maxLength); unevaluatedProperties body/ab (/schema/unevaluatedProperties)",
        ),
    ] {
        let mut found: Vec<String> = first(schema, value).split("; ").map(str::to_owned).collect();
        let mut expect: Vec<String> = expect.split("; ").map(str::to_owned).collect();
        found.sort_unstable();
        expect.sort_unstable();
        assert_eq!(found, expect, "{schema} {value}");
    }
    let written = "{ unevaluatedProperties: { required: [id], properties: { id: { readOnly: true } } } }";
    assert_eq!(super::judge(&format!("schema: {written}"), r#"{ "a": {} }"#, crate::contract::Direction::Request), "");
}
