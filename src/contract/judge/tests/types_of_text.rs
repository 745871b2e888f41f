//! Text has the types of every schema that may apply to it.

use super::{ask_of, contract};

/// Judges a request to an operation whose `POST` is described by `described`; the violations and what is not checked.
fn check(described: &str, message: &str) -> String {
    let document = format!(
        "openapi: 3.1.1\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ post: {{ operationId: x, {described}, \
         responses: {{ '204': {{ description: done }} }} }} }} }}\n"
    );
    let found = ask_of(&contract(&document), "x", message);
    let is_found = |line: &&str| ["Parameter", "BodySchema", "not_checked"].iter().any(|start| line.starts_with(start));
    found.lines().filter(is_found).collect::<Vec<_>>().join("\n")
}

/// Judges the schema as that of a query parameter `q`, of a form and of a form of parts, and of an XML document.
fn query(schema: &str, explode: bool, text: &str) -> String {
    let described = format!("parameters: [ {{ name: q, in: query, explode: {explode}, schema: {schema} }} ]");
    check(&described, &format!("POST /x?{text}"))
}

fn form(schema: &str, text: &str) -> String {
    body("application/x-www-form-urlencoded", schema, text)
}

fn parts(schema: &str, fields: &[(&str, &str)]) -> String {
    let part =
        |(name, text): &(&str, &str)| format!("--b\r\nContent-Disposition: form-data; name={name}\r\n\r\n{text}\r\n");
    let text: String = fields.iter().map(part).collect();
    let media_type = "multipart/form-data";
    let described = format!("requestBody: {{ content: {{ {media_type}: {{ schema: {schema} }} }} }}");
    check(&described, &format!("POST /x\ncontent-type: {media_type}; boundary=b\n\n{text}--b--\r\n"))
}

fn body(media_type: &str, schema: &str, text: &str) -> String {
    let described = format!("requestBody: {{ content: {{ {media_type}: {{ schema: {schema} }} }} }}");
    check(&described, &format!("POST /x\ncontent-type: {media_type}\n\n{text}"))
}

/// Schemas of an array whose first item is an integer, whose second is a boolean, and whose others are numbers.
const ARRAYS: [&str; 4] = [
    "{ type: array, prefixItems: [ { type: integer }, { type: boolean } ], items: { type: number } }",
    "{ type: array, prefixItems: [ { type: integer }, { type: boolean } ], unevaluatedItems: { type: number } }",
    "{ allOf: [ { prefixItems: [ { type: integer } ] } ], prefixItems: [ true, { type: boolean } ], unevaluatedItems: { type: number } }",
    "{ $id: 'http://h/a', $schema: 'http://json-schema.org/draft-07/schema#', type: array, items: [ { type: integer }, { type: boolean } ], \
     additionalItems: { type: number } }",
];

#[test]
fn items_have_types_by_position() {
    for schema in ARRAYS {
        let object = format!("{{ type: object, properties: {{ q: {schema} }} }}");
        for (first, second, third, expect) in
            [("1", "true", "1.5", ""), ("1", "2", "3", "/1"), ("a", "true", "3", "/0")]
        {
            let text = format!("q={first}&q={second}&q={third}");
            let items = [("q", first), ("q", second), ("q", third)];
            let xml = format!("<r><q>{first}</q><q>{second}</q><q>{third}</q></r>");
            let found = [
                query(schema, true, &text),
                query(schema, false, &format!("q={first},{second},{third}")),
                form(&object, &text),
                parts(&object, &items),
                body("application/xml", &object, &xml),
            ];
            for found in found {
                match expect {
                    "" => assert_eq!(found, "", "{schema} {text}"),
                    at => assert!(found.contains(" type ") && found.contains(at), "{schema} {text}: {found}"),
                }
            }
        }
    }
}

/// Schemas of an object whose property `a1` is an integer.
const OBJECTS: [&str; 7] = [
    "{ type: object, patternProperties: { '^a': { type: integer } } }",
    "{ type: object, unevaluatedProperties: { type: integer } }",
    "{ type: object, patternProperties: { '^b': true }, additionalProperties: { type: integer } }",
    "{ type: object, if: { required: [a1] }, then: { properties: { a1: { type: integer } } } }",
    "{ type: object, if: { required: [b] }, else: { properties: { a1: { type: integer } } } }",
    "{ type: object, dependentSchemas: { a1: { properties: { a1: { type: integer } } } } }",
    "{ $schema: 'http://json-schema.org/draft-07/schema#', type: object, dependencies: { a1: { properties: { a1: { type: integer } } } } }",
];

#[test]
fn properties_have_types_by_pattern_and_condition() {
    for schema in OBJECTS {
        for (text, expect) in [("7", ""), ("seven", "/a1")] {
            let pairs = format!("a1={text}");
            let described = format!("parameters: [ {{ name: q, in: header, schema: {schema} }} ]");
            let cookie = format!("parameters: [ {{ name: q, in: cookie, explode: false, schema: {schema} }} ]");
            let deep = format!("parameters: [ {{ name: q, in: query, style: deepObject, schema: {schema} }} ]");
            let found = [
                query(schema, true, &pairs),
                query(schema, false, &format!("q=a1,{text}")),
                check(&described, &format!("POST /x\nq: a1,{text}")),
                check(&cookie, &format!("POST /x\ncookie: q=a1,{text}")),
                check(&deep, &format!("POST /x?q[a1]={text}")),
                form(schema, &pairs),
                parts(schema, &[("a1", text)]),
                body("application/xml", schema, &format!("<r><a1>{text}</a1></r>")),
            ];
            for (index, found) in found.into_iter().enumerate() {
                match expect {
                    "" => assert_eq!(found, "", "{schema} {text} {index}"),
                    at => assert!(found.contains(" type ") && found.contains(at), "{schema} {text} {index}: {found}"),
                }
            }
        }
    }
}

#[test]
fn items_that_may_be_contained_have_types_of_both() {
    let schema = "{ type: array, items: { type: [string, integer] }, contains: { type: integer, minimum: 5 } }";
    assert_eq!(query(schema, true, "q=a&q=7"), "");
    assert!(query(schema, true, "q=a&q=b").contains(" contains query/q"));
}

#[test]
fn each_item_has_its_own_type() {
    let schema = "{ type: array, items: { anyOf: [ { enum: ['1'] }, { type: integer, minimum: 5 } ] } }";
    assert_eq!(query(schema, true, "q=1&q=7"), "");
    assert_ne!(query(schema, true, "q=1&q=4"), "");
    let many = (0..40).map(|_| "q=1&q=7").collect::<Vec<_>>().join("&");
    assert_eq!(query(schema, true, &many), "");
}

#[test]
fn exploded_objects_have_the_properties_of_patterns_and_conditions() {
    let schema = "{ type: object, properties: { a: { type: integer } }, patternProperties: { '^x-': { type: integer } }, \
                  dependentSchemas: { a: { properties: { b: { type: boolean } } } } }";
    assert_eq!(query(schema, true, "a=1&x-a=1&b=true"), "");
    assert!(query(schema, true, "a=1&y=1").contains("additionalProperties query/y"));
}

#[test]
fn text_without_a_declared_type_has_any_that_conforms() {
    let not_a_string = "{ not: { type: string } }";
    assert_eq!(query(not_a_string, true, "q=1"), "");
    assert!(query(not_a_string, true, "q=x").starts_with("Parameter not query/q"));
    assert!(query("{ not: { enum: [x] } }", true, "q=x").starts_with("Parameter not query/q"));
    assert_eq!(query("{ minItems: 2 }", true, "q=1"), "");
    assert_eq!(query("{ required: [a] }", true, "q=1"), "");
}

#[test]
fn large_schemas_are_read() {
    let properties: String =
        (0..600).map(|index| format!("f{index}: {{ anyOf: [ {{ type: integer }}, {{ type: 'null' }} ] }}, ")).collect();
    let schema = format!("{{ type: object, properties: {{ {properties} last: {{ type: integer }} }} }}");
    assert_eq!(form(&schema, "f599=1&last=2"), "");
    assert_eq!(query(&schema, true, "f599=1&last=2"), "");
    let properties: String = (0..6_000).map(|index| format!("f{index}: {{ type: integer }}, ")).collect();
    let schema = format!("{{ type: object, properties: {{ {properties} }} }}");
    let found = form(&schema, "f0=1&f5999=1");
    assert!(found.starts_with("not_checked BodySchema: body/f5999 is not checked: "), "{found}");
    assert!(query(&schema, true, "f0=1&f5999=1").starts_with("not_checked Parameter: query/q is not checked: "));
}

#[test]
fn nested_values_of_a_style_are_not_checked() {
    let nested = "not_checked Parameter: query/q is not checked: how style form writes nested values is undefined";
    assert_eq!(query("{ type: array, items: { type: array, items: { type: integer } } }", true, "q=5"), nested);
    let schema = "{ type: object, properties: { a: { type: integer }, l: { type: array } } }";
    assert_eq!(query(schema, true, "a=1&l=2&l=3"), nested);
    assert_eq!(query(schema, true, "a=1&l=2"), nested);
    let wrong = query(schema, true, "a=x&l=2");
    assert!(wrong.starts_with("Parameter type query/q/a") && wrong.ends_with(nested), "{wrong}");
}

#[test]
fn exploded_cookies_are_joined_by_either_delimiter() {
    let check = |schema: &str, cookie: &str| {
        let described = format!("parameters: [ {{ name: c, in: cookie, schema: {schema} }} ]");
        check(&described, &format!("POST /x\ncookie: {cookie}"))
    };
    let array = "{ type: array, items: { type: integer }, minItems: 2 }";
    assert_eq!(check(array, "c=1&c=2"), "");
    assert_eq!(check(array, "c=1; c=2"), "");
    assert!(check(array, "c=1&c=x").contains(" type cookie/c/1"));
    let object = "{ type: object, properties: { a: { type: integer }, b: { type: integer } }, required: [a, b] }";
    assert_eq!(check(object, "a=1&b=2"), "");
    assert!(check("{ type: integer }", "c=1&c=2").contains(" type cookie/c"));
}
