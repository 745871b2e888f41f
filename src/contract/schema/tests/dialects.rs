//! What versions of OpenAPI add to JSON Schema, and schemas that are odd.

use insta::assert_snapshot;

use super::*;

#[test]
fn nullable_belongs_to_openapi_3_0_only() {
    let schema = "
schema:
  type: object
  required: [a]
  properties:
    a: { type: string, nullable: true, format: byte }
    b: { type: integer, format: int64, exclusiveMinimum: true, minimum: 0 }
    c: { $ref: '#/other', nullable: true }
other: { type: boolean }
";
    let document = format!("openapi: 3.0.3{schema}");
    assert_eq!(check(&document, r#"{ "a": null, "b": 1.0 }"#), "");
    assert_snapshot!(check(&document, r#"{ "a": "§", "b": 0, "c": null }"#), @r#"
    format body/a (/schema/properties/a/format)
      - string(byte) | null
      + "§"
      expected the format byte
    exclusiveMinimum body/b (/schema/properties/b/exclusiveMinimum)
      - integer(int64) > 0
      + 0
      expected more than 0
    type body/c (/other/type)
      - boolean (`nullable` only adds null to a `type` next to it, and not to an `enum`)
      + null
      expected boolean, got null
    "#);
    assert_snapshot!(check(&document, r#"{ "a": 5, "b": 9223372036854775808 }"#), @r#"
    type body/a (/schema/properties/a/type)
      - string(byte) | null
      + 5
      expected string, got integer
    format body/b (/schema/properties/b/format)
      - integer(int64) > 0
      + 9223372036854775808
      expected the format int64
    "#);
}

const ACCOUNT: &str = "
schema: { allOf: [ { required: [id, password] }, { $ref: '#/account' } ] }
account:
  type: object
  properties:
    id: { type: string, readOnly: true }
    password: { $ref: '#/secret' }
secret: { type: string, writeOnly: true }
";

#[test]
fn members_of_the_other_direction_are_neither_required_nor_allowed() {
    assert_eq!(judge(ACCOUNT, r#"{ "password": "x" }"#, Direction::Request), "");
    assert_eq!(judge(ACCOUNT, r#"{ "id": "x" }"#, Direction::Response), "");
    assert_snapshot!(judge(ACCOUNT, r#"{ "id": "1" }"#, Direction::Request), @r#"
    required body/password (/schema/allOf/0/required)
      - string
      + nothing
      the required property "password" is missing
    readOnly body/id (/account/properties/id/readOnly)
      - nothing
      + "1"
      the readOnly property "id" should not be in a request
    "#);
    assert_snapshot!(judge(ACCOUNT, r#"{ "id": "1", "password": "x" }"#, Direction::Response), @r#"
    writeOnly body/password (/secret/writeOnly)
      - nothing
      + "x"
      the writeOnly property "password" should not be in a response
    "#);
}

#[test]
fn a_member_that_one_branch_lets_pass_may_travel() {
    let schema = "
schema:
  properties:
    list: { type: array, items: { oneOf: [ { $ref: '#/made' }, { $ref: '#/given' } ] } }
    both: { anyOf: [ { $ref: '#/made' }, { properties: { id: { type: integer, readOnly: true } } } ] }
made: { required: [id], properties: { id: { type: string, readOnly: true } }, additionalProperties: false }
given: { required: [id, name], properties: { id: { type: string }, name: { type: string } } }
";
    assert_eq!(judge(schema, r#"{ "list": [{ "id": "1", "name": "x" }, {}] }"#, Direction::Request), "");
    assert_snapshot!(judge(schema, r#"{ "both": { "id": 1 } }"#, Direction::Request), @r#"
    readOnly body/both/id (/schema/properties/both/anyOf/1/properties/id/readOnly)
      - nothing
      + 1
      the readOnly property "id" should not be in a request
    "#);
}

#[test]
fn null_is_allowed_where_the_type_stands() {
    let schema = "
openapi: 3.0.3
schema:
  properties:
    listed: { type: string, nullable: true, enum: [a] }
    listed_null: { type: string, nullable: true, enum: [a, null] }
    typeless: { nullable: true, minimum: 1 }
    wrapped: { nullable: true, allOf: [ { $ref: '#/text' } ] }
    outer: { type: object, nullable: true, allOf: [ { nullable: true, type: object } ] }
    never: { type: integer, nullable: false }
text: { type: string }
";
    assert_eq!(
        check(schema, r#"{ "listed": "a", "listed_null": null, "typeless": null, "outer": null, "never": 1.0 }"#),
        ""
    );
    assert_snapshot!(check(schema, r#"{ "listed": null, "wrapped": null, "never": null }"#), @r#"
    enum body/listed (/schema/properties/listed/enum)
      - "a" (`nullable` only adds null to a `type` next to it, and not to an `enum`)
      + null
      expected "a" (`nullable` only adds null to a `type` next to it, and not to an `enum`)
    type body/wrapped (/text/type)
      - string (`nullable` only adds null to a `type` next to it, and not to an `enum`)
      + null
      expected string, got null
    type body/never (/schema/properties/never/type)
      - integer
      + null
      expected integer, got null
    "#);
}

#[test]
fn a_schema_that_is_not_one_is_reported_where_it_stands() {
    let document = "
schema: { type: object, properties: { a: { $ref: '#/other' } } }
other: { type: string, minLength: '3' }
";
    assert_snapshot!(check(document, "{}"), @r#"/other/minLength: invalid schema: "3" is not of type "integer""#);
    assert_snapshot!(check("openapi: 3.0.0\nschema: { type: any }", "{}"), @r#"/schema/type: unknown type `any`"#);
}

#[test]
fn a_pattern_that_is_none_is_not_judged() {
    let document = "
schema: { type: object, properties: { a: { $ref: '#/other' }, b: { type: string, pattern: '(' } } }
other: { oneOf: [ { type: string, pattern: '[' }, { type: boolean } ] }
";
    for version in ["3.0.0", "3.1.0"] {
        assert_eq!(check(&format!("openapi: {version}{document}"), r#"{ "a": true }"#), "");
        let found = check(&format!("openapi: {version}{document}"), r#"{ "a": "x", "b": "x" }"#);
        insta::allow_duplicates! { assert_snapshot!(found, @"
        not_checked: oneOf at body/a: the pattern [ is not supported
        not_checked: pattern at body/b: the pattern ( is not supported
        ") }
    }
}

#[test]
fn a_pattern_that_takes_too_long_is_not_judged() {
    let document = r"
schema: { type: string, pattern: '^(a|a)*\1?(a|a)*\2?b$' }
";
    let value = format!("{:?}", "a".repeat(40) + "c");
    assert_snapshot!(check(document, &value), @r#"not_checked: pattern at body: matching the pattern takes too long"#);
}

#[test]
fn recursive_schemas_and_values_end() {
    let document = "
schema:
  type: object
  properties: { next: { $ref: '#/schema' }, all: { allOf: [ { $ref: '#/schema' } ] } }
  allOf: [ { $ref: '#/loop' } ]
loop: { anyOf: [ { $ref: '#/loop2' }, { type: object } ] }
loop2: { anyOf: [ { $ref: '#/loop' } ] }
";
    assert_snapshot!(check(document, r#"{ "next": { "next": { "next": 1 } }, "all": { "al": 1 } }"#), @r#"
    type body/next/next/next (/schema/type)
      - { next, all }
      + 1
      expected object, got integer
    "#);
}

#[test]
fn schemas_with_an_id_of_their_own_are_found() {
    let document = "
schema: { $ref: 'https://example.com/money' }
components: { schemas: { Money: { $id: 'https://example.com/money', type: object, properties: { amount: { type: integer } } } } }
";
    assert_snapshot!(check(document, r#"{ "amount": "1", "currency": "EUR" }"#), @r#"
    type body/amount (/components/schemas/Money/properties/amount/type)
      - integer
      + "1"
      expected integer, got string
    properties body/currency (/components/schemas/Money/properties)
      - { amount }
      + "EUR"
      the property "currency" is not documented
    "#);
}

#[test]
fn of_countless_wrong_items_the_first_are_listed() {
    let document = "schema: { type: array, items: { type: string } }";
    let value = format!("[{}1]", "1,".repeat(100_000));
    assert_eq!(check(document, &value).matches("type body").count(), 1_000);
}

const RARE: &str = "
schema:
  type: object
  properties:
    pair: { type: array, prefixItems: [ { type: string } ], items: false }
    rest: { type: array, prefixItems: [ { type: string } ], unevaluatedItems: false }
    never: false
    fixed: { const: { a: 1 } }
    other: { not: { type: integer } }
    set: { type: array, uniqueItems: true, contains: { type: string } }
    step: { type: number, multipleOf: 0.5, exclusiveMaximum: 3 }
    small: { type: object, maxProperties: 1, propertyNames: { pattern: '^[a-z]+$' }, properties: { a: true, A: true } }
    whole: { $ref: '#/base', unevaluatedProperties: false }
    tied: { type: object, properties: { card: {}, bill: {} }, dependentRequired: { card: [bill] } }
    chosen:
      type: object
      properties: { k: {}, v: {} }
      if: { properties: { k: { const: 1 } } }
      then: { required: [v] }
      else: { properties: { v: { type: string } } }
base: { type: object, properties: { a: {} } }
";

#[test]
fn rarer_keywords_of_values_stand_where_they_are_written() {
    let value =
        r#"{ "pair": ["a", 1], "rest": ["a", 1], "never": 1, "fixed": { "a": 2 }, "other": 1, "set": [1, 1.0] }"#;
    assert_snapshot!(check(RARE, value), @r#"
    false body/pair/1 (/schema/properties/pair/items)
      - nothing
      + 1
      expected nothing
    unevaluatedItems body/rest (/schema/properties/rest/unevaluatedItems)
      - […]
      + ["a",1]
      expected no further items
    false body/never (/schema/properties/never)
      - nothing
      + 1
      expected nothing
    const body/fixed (/schema/properties/fixed/const)
      - {"a":1}
      + {"a":2}
      expected {"a":1}
    not body/other (/schema/properties/other/not)
      - not integer
      + 1
      expected not integer
    uniqueItems body/set (/schema/properties/set/uniqueItems)
      - items that all differ
      + [1,1.0]
      expected items that all differ
    contains body/set (/schema/properties/set/contains)
      - an item that is string
      + [1,1.0]
      expected an item that is string
    "#);
}

#[test]
fn rarer_keywords_of_members_stand_where_they_are_written() {
    let value = r#"{ "step": 3.2, "small": { "a": 1, "A": 2 }, "whole": { "a": 1, "b": 2 }, "tied": { "card": 1 },
        "chosen": { "k": 1 } }"#;
    assert_snapshot!(check(RARE, value), @r#"
    exclusiveMaximum body/step (/schema/properties/step/exclusiveMaximum)
      - number < 3 multiple of 0.5
      + 3.2
      expected less than 3
    multipleOf body/step (/schema/properties/step/multipleOf)
      - number < 3 multiple of 0.5
      + 3.2
      expected a multiple of 0.5
    maxProperties body/small (/schema/properties/small/maxProperties)
      - at most 1 properties
      + {"a":1,"A":2}
      expected at most 1 properties, got 2
    pattern body/small/A (/schema/properties/small/propertyNames/pattern)
      - a name that is string(/^[a-z]+$/)
      + 2
      the property name "A" is not allowed (near a)
    unevaluatedProperties body/whole/b (/schema/properties/whole/unevaluatedProperties)
      - { a }
      + 2
      the property "b" is not allowed
    dependentRequired body/tied/bill (/schema/properties/tied/dependentRequired)
      - any value
      + nothing
      the required property "bill" is missing
    required body/chosen/v (/schema/properties/chosen/then/required)
      - any value
      + nothing
      the required property "v" is missing
    "#);
}

proptest::proptest! {
    #[test]
    fn any_value_is_judged(value in values()) {
        judge(RECURSIVE, &value.to_string(), Direction::Response);
        judge(RECURSIVE, &value.to_string(), Direction::Request);
    }
}

const RECURSIVE: &str = "
schema:
  anyOf:
    - { type: 'null' }
    - oneOf: [ { type: string, maxLength: 2 }, { type: integer, readOnly: true }, { type: array, items: { $ref: '#/schema' } } ]
    - type: object
      required: [a]
      properties: { a: { $ref: '#/schema' }, b: { $ref: '#/schema', writeOnly: true } }
      patternProperties: { '^c': { $ref: '#/schema' } }
      additionalProperties: { enum: [1, x] }
";

fn values() -> impl proptest::strategy::Strategy<Value = Value> {
    use proptest::prelude::*;
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-d~/]{0,2}", inner), 0..4).prop_map(|members| members.into_iter().collect()),
        ]
    })
}
