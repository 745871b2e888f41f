//! Messages about keywords that constrain several values.

use insta::assert_snapshot;

use super::*;

#[test]
fn a_documented_member_is_not_refused_because_another_breaks_its_schema() {
    let document = "
schema:
  type: object
  properties:
    all:
      allOf:
        - { required: [a], properties: { a: { type: integer } } }
        - { required: [b], properties: { b: { type: integer } } }
      unevaluatedProperties: false
    either:
      anyOf: [ { required: [a], properties: { a: {} } }, { required: [z], properties: { b: {} } } ]
      unevaluatedProperties: false
";
    let value = r#"{ "all": { "a": "1", "c": 2 }, "either": { "a": 1, "b": 2 } }"#;
    assert_snapshot!(check(document, value), @r#"
    type body/all/a (/schema/properties/all/allOf/0/properties/a/type)
      - integer
      + "1"
      expected integer, got string
    required body/all/b (/schema/properties/all/allOf/1/required)
      - integer
      + nothing
      the required property "b" is missing
    unevaluatedProperties body/all/c (/schema/properties/all/unevaluatedProperties)
      - { a } & { b }
      + 2
      the property "c" is not allowed
    unevaluatedProperties body/either/b (/schema/properties/either/unevaluatedProperties)
      - { a } | { b }
      + 2
      the property "b" is not allowed
    "#);
}

#[test]
fn how_many_items_are_asked_for_is_said() {
    let document = "
schema:
  type: object
  properties:
    some: { type: array, contains: { type: string } }
    least: { type: array, contains: { type: string }, minContains: 2 }
    between: { type: array, contains: { type: string }, minContains: 1, maxContains: 2 }
    few: { type: object, minProperties: 2 }
";
    let value = r#"{ "some": [1], "least": ["a"], "between": ["a", "b", "c"], "few": {} }"#;
    assert_snapshot!(check(document, value), @r#"
    contains body/some (/schema/properties/some/contains)
      - an item that is string
      + [1]
      expected an item that is string
    contains body/least (/schema/properties/least/minContains)
      - at least 2 items that are string
      + ["a"]
      expected at least 2 items that are string
    contains body/between (/schema/properties/between/maxContains)
      - 1 to 2 items that are string
      + ["a","b","c"]
      expected 1 to 2 items that are string
    minProperties body/few (/schema/properties/few/minProperties)
      - at least 2 properties
      + {}
      expected at least 2 properties, got 0
    "#);
}

#[test]
fn a_property_named_like_a_condition_is_none() {
    let text = r"
schema:
  properties:
    if: { type: string }
    not: { properties: { contains: { type: string } } }
  if: { required: [a] }
  then: { properties: { b: { type: string } } }
  dependentSchemas: { c: { properties: { d: { type: string } } } }
";
    let documents = [Document::parse("openapi.yaml", text).expect("the document is YAML")];
    let uris = Uris::from("file:///openapi.yaml");
    let at = |pointer: &str| Anchor { document: 0, pointer: Pointer::parse(pointer).expect("a pointer") };
    let schemas =
        Schemas::compile(&documents, &uris, vec![at("/schema")], OasVersion::V3_1_0).expect("the schema compiles");
    let check = |pointer: &str, expect: bool| {
        assert_eq!(schemas.is_conditional(&at(pointer)), expect, "{pointer}");
    };
    check("/schema/properties/if/type", false);
    check("/schema/properties/not/properties/contains/type", false);
    check("/schema/if/required", true);
    check("/schema/then/properties/b/type", true);
    check("/schema/dependentSchemas/c/properties/d/type", true);
    check("/schema/not", false);
}
