//! Which schema a value names for itself: advice, never a violation.

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
fn a_child_is_advice_where_its_parent_is_declared() {
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
    advice: discriminator body/2/kind (/components/schemas/Pet/discriminator)
      - "Cat" | "Lizard" | "Pet" | "Tiger" | "kitten" | "lizard"
      + "Stone"
      the discriminator has no schema of that name
    advice: required body/0/lives (/components/schemas/Cat/allOf/1/required)
      - integer
      + nothing
      the required property "lives" is missing
    advice: type body/1/lives (/components/schemas/Cat/allOf/1/properties/lives/type)
      - integer
      + "x"
      expected integer, got string
    advice: minimum body/1/stripes (/components/schemas/Tiger/allOf/1/properties/stripes/minimum)
      - integer ≥ 1
      + 0
      expected 1 or more
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
fn the_branches_decide_and_the_discriminator_explains() {
    // `kind` names one branch, but both match.
    let both = "oneOf body (/schema/oneOf)\n  - { kind, radius } | { kind, side }\n  + {\"kind\":\"round\",\"radius\":1}\n  \
                expected exactly one of 2 branches, got 2 that match";
    assert_eq!(check(SHAPES, r#"{ "kind": "round", "radius": 1 }"#), both);
    let document = SHAPES.replace("oneOf", "anyOf");
    assert_eq!(check(&document, r#"{ "kind": "round", "radius": 1 }"#), "");
    // The named branch does not fit, but the other does.
    assert_snapshot!(check(&document, r#"{ "kind": "Square", "side": "x", "radius": 1 }"#), @r#"
    advice: type body/side (/components/schemas/Square/properties/side/type)
      - integer
      + "x"
      expected integer, got string
    "#);
    assert_snapshot!(check(&document, r#"{ "kind": "oval" }"#), @r#"
    advice: discriminator body/kind (/schema/discriminator)
      - "Circle" | "Square" | "round"
      + "oval"
      the discriminator has no schema of that name
    "#);
    // None fits: the named one explains it.
    assert_snapshot!(check(SHAPES, r#"{ "kind": "round", "radius": "x", "side": "x" }"#), @r#"
    type body/radius (/components/schemas/Circle/properties/radius/type)
      - integer
      + "x"
      expected integer, got string
      in oneOf body, 1 others
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
fn requests_are_not_judged_by_discriminators() {
    let document = SHAPES.replace("oneOf", "anyOf");
    for body in [r#"{ "kind": "oval" }"#, r#"{ "kind": "Square", "side": "x", "radius": 1 }"#] {
        assert_eq!(judge(&document, body, Direction::Request), "");
    }
    let document = PETS.replace("lives: { type: integer }", "lives: { type: integer, readOnly: true }");
    assert_eq!(judge(&document, r#"[{ "kind": "Cat", "lives": 9 }]"#, Direction::Request), "");
}

#[test]
fn an_inline_branch_has_no_name_to_miss() {
    let document = "
schema:
  oneOf:
    - { type: object, required: [kind, meow], properties: { kind: { type: string }, meow: { type: boolean } } }
    - { type: object, required: [kind, bark], properties: { kind: { type: string }, bark: { type: boolean } } }
  discriminator: { propertyName: kind }
";
    for version in ["3.0.3", "3.0.4", "3.1.1", "3.2.0"] {
        assert_eq!(check(&format!("openapi: {version}{document}"), r#"{ "kind": "x", "meow": true }"#), "");
    }
}

#[test]
fn a_tag_that_the_branches_list_is_left_to_them() {
    let document = SHAPES.replace(", mapping: { round: '#/components/schemas/Circle' }", "");
    let document = document.replacen("type: string", "const: circle", 1).replace("type: string", "const: square");
    assert_eq!(check(&document, r#"{ "kind": "circle" }"#), "");
}

#[test]
fn a_default_mapping_takes_what_names_nothing() {
    let document = SHAPES.replace("mapping: {", "defaultMapping: Square, mapping: {").replace("oneOf", "anyOf");
    assert_snapshot!(check(&document, r#"{ "kind": "oval", "side": "x" }"#), @r#"
    advice: type body/side (/components/schemas/Square/properties/side/type)
      - integer
      + "x"
      expected integer, got string
    "#);
    assert_snapshot!(check(&document, r#"{ "kind": "oval", "side": 1 }"#), @"");
}

#[test]
fn nested_unions_of_one_property_report_it_once() {
    let document = "
schema:
  anyOf: [ { $ref: '#/components/schemas/Mammal' }, { $ref: '#/components/schemas/Fish' } ]
  discriminator: { propertyName: kind }
components:
  schemas:
    Mammal:
      anyOf: [ { $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' } ]
      discriminator: { propertyName: kind }
    Fish: { type: object, required: [kind], properties: { kind: { type: string } } }
    Cat: { type: object, required: [kind], properties: { kind: { type: string } } }
    Dog: { type: object, required: [kind], properties: { kind: { type: string } } }
";
    assert_snapshot!(check(document, r#"{ "kind": "Stone" }"#), @r#"
    advice: discriminator body/kind (/schema/discriminator)
      - "Cat" | "Dog" | "Fish" | "Mammal"
      + "Stone"
      the discriminator has no schema of that name
    "#);
    for known in ["Mammal", "Fish", "Cat"] {
        assert_eq!(check(document, &format!(r#"{{ "kind": "{known}" }}"#)), "");
    }
}

#[test]
fn what_is_not_checked_of_a_selected_schema_is_reported() {
    let document = |cat: &str| {
        format!(
            "schema: {{ $ref: '#/components/schemas/Pet' }}
components:
  schemas:
    Pet: {{ type: object, discriminator: {{ propertyName: kind }}, properties: {{ kind: {{}} }} }}
    Cat: {{ allOf: [ {{ $ref: '#/components/schemas/Pet' }}, {{ properties: {{ name: {cat} }} }} ] }}
"
        )
    };
    let value = format!(r#"{{ "kind": "Cat", "name": "{}" }}"#, "x".repeat(40));
    let reported = check(&document("{ pattern: '(?i)a' }"), &value);
    assert_eq!(reported, "not_checked: pattern at body/name: the pattern (?i)a is not supported");
    for condition in
        ["{ not: { pattern: '(x+x+)+(?=y)$' }, type: string }", "{ if: { pattern: '(x+x+)+(?=y)$' }, else: false }"]
    {
        assert_eq!(
            check(&document(condition), &value),
            "not_checked: matching a pattern takes too long",
            "{condition}"
        );
    }
}

#[test]
fn a_value_whose_mapped_schema_does_not_exist_is_not_checked() {
    let document = PETS.replace("kitten: Cat", "kitten: '#/components/schemas/Nope'");
    let found = check(&document, r#"[{ "kind": "kitten" }]"#);
    assert_eq!(found, "not_checked: body/0/kind selects a schema that does not exist");
    assert!(check(&document, r#"[{ "kind": "kitte" }]"#).starts_with("advice: discriminator body/0/kind"));
}
