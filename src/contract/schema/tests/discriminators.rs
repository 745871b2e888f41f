//! Which schema a value names for itself.

use insta::assert_snapshot;

use super::*;

/// A parent whose children are known by `allOf` alone (OpenAPI 3.1 §4.8.25.3).
const PETS: &str = "
schema: { type: array, items: { $ref: '#/components/schemas/Pet' } }
components:
  schemas:
    Pet:
      type: object
      required: [kind]
      properties: { kind: { type: string } }
      discriminator: { propertyName: kind, mapping: { kitten: Cat, lizard: '#/components/schemas/Lizard' } }
    Cat: { allOf: [ { $ref: '#/components/schemas/Pet' }, { required: [lives], properties: { lives: { type: integer } } } ] }
    Tiger: { allOf: [ { $ref: '#/components/schemas/Cat' }, { properties: { stripes: { type: integer, minimum: 1 } } } ] }
    Lizard: { allOf: [ { $ref: '#/components/schemas/Pet' }, { properties: { tail: { type: boolean } } } ] }
    Stone: { type: object }
";

#[test]
fn a_child_is_judged_where_its_parent_is_declared() {
    for text in [PETS.to_owned(), format!("openapi: 3.0.3{PETS}")] {
        let right = r#"[{ "kind": "Cat", "lives": 9 }, { "kind": "kitten", "lives": 1 }, { "kind": "lizard", "tail": true },
            { "kind": "Tiger", "lives": 9, "stripes": 3 }, { "kind": "Pet" }]"#;
        assert_eq!(check(&text, right), "");
    }
    let wrong = r#"[{ "kind": "Cat" }, { "kind": "Tiger", "lives": "x", "stripes": 0 }, { "kind": "Stone" }, { "kind": 1 }, {},
        { "kind": "lizard", "lives": 9 }]"#;
    assert_snapshot!(check(PETS, wrong), @r#"
    type body/3/kind (/components/schemas/Pet/properties/kind/type)
      - string
      + 1
      expected string, got integer
    required body/4/kind (/components/schemas/Pet/required)
      - string
      + nothing
      the required property "kind" is missing
    required body/0/lives (/components/schemas/Cat/allOf/1/required)
      - integer
      + nothing
      the required property "lives" is missing
    type body/1/lives (/components/schemas/Cat/allOf/1/properties/lives/type)
      - integer
      + "x"
      expected integer, got string
    minimum body/1/stripes (/components/schemas/Tiger/allOf/1/properties/stripes/minimum)
      - integer ≥ 1
      + 0
      expected 1 or more
    discriminator body/2/kind (/components/schemas/Pet/discriminator)
      - "Cat" | "Lizard" | "Pet" | "Tiger" | "kitten" | "lizard"
      + "Stone"
      the discriminator has no schema of that name
    properties body/5/lives (/components/schemas/Pet/properties)
      - { kind }
      + 9
      the property "lives" is not documented
    "#);
}

const SHAPES: &str = "
schema:
  oneOf: [ { $ref: '#/components/schemas/Circle' }, { $ref: '#/components/schemas/Square' } ]
  discriminator: { propertyName: kind, mapping: { round: '#/components/schemas/Circle' } }
components:
  schemas:
    Circle: { type: object, required: [kind], properties: { kind: { type: string }, radius: { type: integer } } }
    Square: { type: object, required: [kind], properties: { kind: { type: string }, side: { type: integer } } }
";

#[test]
fn the_named_branch_alone_counts() {
    assert_eq!(check(SHAPES, r#"{ "kind": "round", "radius": 1 }"#), "");
    assert_eq!(check(SHAPES, r#"{ "kind": "Square", "side": 1 }"#), "");
    assert_snapshot!(check(SHAPES, r#"{ "kind": "Square", "side": "x", "radius": 1 }"#), @r#"
    type body/side (/components/schemas/Square/properties/side/type)
      - integer
      + "x"
      expected integer, got string
    "#);
    assert_snapshot!(check(SHAPES, r#"{ "kind": "round", "radius": "x" }"#), @r#"
    type body/radius (/components/schemas/Circle/properties/radius/type)
      - integer
      + "x"
      expected integer, got string
    "#);
    assert_snapshot!(check(SHAPES, r#"{ "kind": "oval" }"#), @r#"
    discriminator body/kind (/schema/discriminator)
      - "Circle" | "Square" | "round"
      + "oval"
      the discriminator has no schema of that name
    "#);
    assert_snapshot!(check(SHAPES, r#"{ "radius": 1 }"#), @r#"
    required body/kind (/components/schemas/Circle/required)
      - string
      + nothing
      the required property "kind" is missing
      in oneOf body, 1 others
    "#);
}

#[test]
fn a_tag_that_the_branches_list_is_left_to_them() {
    let document = SHAPES.replace(", mapping: { round: '#/components/schemas/Circle' }", "");
    let document = document.replacen("type: string", "const: circle", 1).replace("type: string", "const: square");
    assert_eq!(check(&document, r#"{ "kind": "circle" }"#), "");
}

#[test]
fn a_default_mapping_takes_what_names_nothing() {
    let document = SHAPES.replace("mapping: {", "defaultMapping: Square, mapping: {");
    assert_snapshot!(check(&document, r#"{ "kind": "oval", "side": "x" }"#), @r#"
    type body/side (/components/schemas/Square/properties/side/type)
      - integer
      + "x"
      expected integer, got string
    "#);
    assert_snapshot!(check(&document, r#"{ "kind": "oval", "side": 1 }"#), @"");
}
