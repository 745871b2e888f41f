//! Values of single schemas, in both dialects, and the laws that they keep.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::ValueStyle;
use super::solver;
use crate::contract::{self, Contract, Declared, Direction, judge};

fn contract(openapi: &str, schema: &Value) -> Contract {
    let folder = tempfile::tempdir().expect("a folder");
    let content = json!({ "application/json": { "schema": schema } });
    let document = json!({
        "openapi": openapi,
        "info": { "title": "t", "version": "1" },
        "paths": { "/x": { "post": {
            "operationId": "x",
            "requestBody": { "content": content },
            "responses": { "200": { "description": "d", "content": content } },
        } } },
        "components": { "schemas": {
            "Node": { "type": "object", "required": ["id"], "properties": {
                "id": { "type": "integer", "minimum": 7 },
                "child": { "$ref": "#/components/schemas/Node" },
                "children": { "type": "array", "items": { "$ref": "#/components/schemas/Node" } },
            } },
            "Cat": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } } },
            "Dog": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } } },
            "Kin": { "type": "object", "required": ["kind"], "properties": { "kind": { "type": "string" } }, "discriminator": { "propertyName": "kind" } },
            "Uncle": { "allOf": [ { "$ref": "#/components/schemas/Kin" }, { "properties": { "depth": { "type": "integer" } } } ] },
            "Endless": { "type": "object", "required": ["next"], "properties": { "next": { "$ref": "#/components/schemas/Endless" } } },
            "Bushy": { "type": "object", "required": ["a", "b"], "properties": {
                "a": { "$ref": "#/components/schemas/Bushy" }, "b": { "$ref": "#/components/schemas/Bushy" } } },
        } },
    });
    std::fs::write(folder.path().join("spec.json"), document.to_string()).expect("written");
    contract::load::load(folder.path(), Path::new("spec.json")).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn response(contract: &Contract) -> &Declared {
    contract.operations[0].responses[0].content[0].schema.as_ref().expect("a schema")
}

fn made(openapi: &str, schema: &Value) -> Result<Value, String> {
    let contract = contract(openapi, schema);
    solver::example(&contract, response(&contract), Direction::Response, ValueStyle::Plain)
        .map_err(|unsatisfied| format!("{} {}", unsatisfied.anchor.pointer.last().unwrap_or_default(), unsatisfied.why))
}

fn check(schema: Value, expect: Value) {
    assert_eq!(made("3.1.0", &schema), Ok(expect), "{schema}");
}

fn check_early(schema: Value, expect: Value) {
    assert_eq!(made("3.0.3", &schema), Ok(expect), "{schema}");
}

fn refuse(schema: Value, expect: &str) {
    assert_eq!(made("3.1.0", &schema), Err(expect.to_owned()), "{schema}");
}

#[test]
fn what_the_schema_gives_comes_first() {
    check(json!({"type": "string", "examples": ["one", "two"], "default": "three"}), json!("one"));
    check(json!({"type": "string", "default": "three"}), json!("three"));
    check(json!({"const": 5}), json!(5));
    check(json!({"enum": ["a", "b"]}), json!("a"));
    check(json!({"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]}), json!("b"));
    check(json!({"type": "object", "example": {"a": 1}, "properties": {"a": {"type": "integer"}}}), json!({"a": 1}));
    check_early(json!({"type": "integer", "example": 12}), json!(12));
}

#[test]
fn an_example_that_breaks_its_schema_is_left_aside() {
    let a = json!({"type": "integer"});
    check(json!({"type": "object", "example": {"a": "x"}, "properties": {"a": a}}), json!({"a": 1}));
    check(json!({"type": "object", "example": {"a": 1, "b": 2}, "properties": {"a": a}}), json!({"a": 1}));
    check(json!({"type": "integer", "example": "12"}), json!(1));
}

#[test]
fn objects_have_their_members() {
    let members =
        json!({"a": {"type": "string"}, "b": {"type": "boolean"}, "c": {"type": "string", "writeOnly": true}});
    check(json!({"properties": members, "required": ["b", "c"]}), json!({"a": "string", "b": true}));
    check(json!({"properties": members, "maxProperties": 1}), json!({"a": "string"}));
    check(
        json!({"type": "object", "minProperties": 2, "additionalProperties": {"type": "integer"}}),
        json!({"key1": 1, "key2": 1}),
    );
    check(
        json!({"type": "object", "required": ["x-a"], "patternProperties": {"^x-": {"type": "integer"}}}),
        json!({"x-a": 1}),
    );
}

#[test]
fn lists_have_the_items_they_must() {
    check(json!({"type": "array", "items": {"type": "integer"}}), json!([1]));
    check(json!({"type": "array", "items": {"type": "integer"}, "maxItems": 0}), json!([]));
    check(json!({"type": "array", "minItems": 3, "uniqueItems": true, "items": {"type": "integer"}}), json!([1, 2, 3]));
    check(
        json!({"type": "array", "minItems": 2, "uniqueItems": true, "items": {"enum": ["a", "b"]}}),
        json!(["a", "b"]),
    );
    check(
        json!({"type": "array", "minItems": 2, "uniqueItems": true, "items": {"format": "uuid"}}),
        json!(["0b7f3f0c-9a59-4d3c-8a5e-000000000000", "0b7f3f0c-9a59-4d3c-8a5e-000000000001"]),
    );
    check(
        json!({"type": "array", "minItems": 2, "prefixItems": [{"type": "boolean"}], "items": {"type": "string"}}),
        json!([true, "string"]),
    );
    check(json!({"type": "array", "contains": {"const": 7}, "items": {"type": "integer"}}), json!([7]));
}

#[test]
fn arrays_of_older_dialects_may_list_their_items() {
    let draft = |name: &str, mut schema: Value, expect: Value| {
        schema["$schema"] = format!("http://json-schema.org/{name}/schema#").into();
        assert_eq!(made("3.1.0", &schema), Ok(expect), "{schema}");
    };
    let listed = json!([{ "type": "boolean" }, { "type": "integer" }]);
    let string = json!({ "type": "string" });
    draft("draft-04", json!({ "type": "array", "minItems": 2, "items": listed }), json!([true, 1]));
    draft("draft-07", json!({ "type": "array", "items": listed }), json!([true]));
    let others = json!({ "type": "array", "minItems": 3, "items": listed, "additionalItems": string });
    draft("draft-07", others, json!([true, 1, "string"]));
    let closed = json!({ "type": "array", "items": [true], "additionalItems": false, "contains": { "const": 7 } });
    draft("draft-07", closed, json!([7]));
}

#[test]
fn numbers_keep_their_bounds() {
    check(json!({"type": "integer"}), json!(1));
    check(json!({"type": "integer", "minimum": 5}), json!(5));
    check(json!({"type": "integer", "maximum": -5}), json!(-5));
    check(json!({"type": "integer", "exclusiveMinimum": 5, "exclusiveMaximum": 7}), json!(6));
    check(json!({"type": "integer", "minimum": 10, "multipleOf": 7}), json!(14));
    check(json!({"type": "number", "exclusiveMinimum": 0, "exclusiveMaximum": 1}), json!(0.5));
    check(json!({"type": "number", "minimum": 1.001, "multipleOf": 0.01}), json!(1.01));
    check_early(json!({"type": "integer", "minimum": 5, "exclusiveMinimum": true}), json!(6));
    check_early(json!({"type": "number", "maximum": 0, "exclusiveMaximum": true}), json!(-0.5));
}

#[test]
fn texts_keep_format_pattern_and_length() {
    check(json!({"type": "string", "format": "date-time"}), json!("2025-01-31T12:00:00Z"));
    check(json!({"type": "string", "pattern": "^[A-Z]{3}$"}), json!("AAA"));
    check(json!({"type": "string", "minLength": 8}), json!("stringxx"));
    check(json!({"type": "string", "maxLength": 2}), json!("st"));
    for format in [
        "date",
        "time",
        "duration",
        "email",
        "idn-email",
        "hostname",
        "idn-hostname",
        "ipv4",
        "ipv6",
        "uri",
        "iri",
        "uuid",
        "uri-reference",
        "iri-reference",
        "uri-template",
        "json-pointer",
        "relative-json-pointer",
        "regex",
    ] {
        let list = json!({"type": "array", "minItems": 40, "uniqueItems": true, "items": {"type": "string", "format": format}});
        let found = made("3.1.0", &list).map(|list| list.as_array().map_or(0, Vec::len));
        assert_eq!(found, Ok(40), "{format}");
    }
}

#[test]
fn schemas_are_composed() {
    let id = json!({"properties": {"id": {"type": "integer"}}, "required": ["id"]});
    let name = json!({"properties": {"name": {"type": "string"}}});
    check(json!({"allOf": [id, name]}), json!({"id": 1, "name": "string"}));
    check(json!({"oneOf": [id, {"type": "string"}]}), json!({"id": 1}));
    check(
        json!({"properties": {"a": {"type": "integer", "minimum": 3}}, "allOf": [{"properties": {"a": {"minimum": 5}}}]}),
        json!({"a": 5}),
    );
    check(json!({"oneOf": [{"type": "integer", "minimum": 2, "maximum": 1}, {"type": "boolean"}]}), json!(true));
    check(json!({"oneOf": [{"type": "integer"}, {"type": "number"}]}), json!(1.5));
    refuse(
        json!({"oneOf": [{"type": "integer"}, {"type": "integer"}]}),
        "oneOf expected exactly one of 2 branches, got 2 that match",
    );
    check(json!({"type": ["null", "string"]}), json!("string"));
    check(json!({"type": "null"}), Value::Null);
    check_early(json!({"type": "string", "nullable": true}), json!("string"));
    check(json!({"anyOf": [false, {"type": "boolean"}]}), json!(true));
}

#[test]
fn a_discriminator_names_the_branch_taken() {
    let branches = json!([{"$ref": "#/components/schemas/Cat"}, {"$ref": "#/components/schemas/Dog"}]);
    check(json!({"anyOf": branches, "discriminator": {"propertyName": "kind"}}), json!({"kind": "Cat"}));
    let mapping = json!({"miau": "#/components/schemas/Cat", "woof": "Dog"});
    check(
        json!({"anyOf": branches, "discriminator": {"propertyName": "kind", "mapping": mapping}}),
        json!({"kind": "miau"}),
    );
}

#[test]
fn recursion_ends() {
    let node = |name: &str| json!({"$ref": format!("#/components/schemas/{name}")});
    check(node("Node"), json!({"id": 7, "children": []}));
    refuse(node("Endless"), "next a value of this schema would be endless");
    refuse(node("Bushy"), "a a value of this schema would be endless");
}

#[test]
fn what_asks_for_too_much_is_given_up() {
    let list = json!({"type": "array", "minItems": 1_000_000_000, "items": {"type": "array", "minItems": 1, "items": {"type": "integer"}}});
    refuse(list, "schema a value of this schema would be endless");
    refuse(json!({"type": "string", "minLength": 1_000_000_000}), "schema no string of this length can be generated");
}

#[test]
fn what_cannot_be_had_names_the_schema() {
    let none = |pattern: &str| {
        let why = format!("schema no string of this length was found that matches {pattern}");
        refuse(json!({"type": "string", "pattern": pattern}), &why);
    };
    none(r"^(a)\1$");
    none("^(?=a)b");
    none("^[]$");
    // Patterns that cannot be matched are not checked.
    check(json!({"type": "string", "pattern": "^a++$"}), json!("string"));
    refuse(
        json!({"properties": {"a": {"type": "integer", "minimum": 3, "maximum": 2}}, "required": ["a"]}),
        "maximum expected 2 or less",
    );
    refuse(json!({"properties": {"a": false}, "required": ["a"]}), "a no value conforms to the schema `false`");
}

#[test]
fn a_value_travels_one_way() {
    let schema = json!({"properties": {
        "id": {"type": "string", "readOnly": true}, "password": {"type": "string", "writeOnly": true}}, "required": ["id", "password"]});
    let contract = contract("3.1.0", &schema);
    for (direction, expect) in
        [(Direction::Request, json!({"password": "string"})), (Direction::Response, json!({"id": "string"}))]
    {
        assert_eq!(solver::example(&contract, response(&contract), direction, ValueStyle::Plain), Ok(expect.clone()));
        assert_eq!(judge::body_value(&contract, response(&contract), direction, &expect), []);
    }
}

#[test]
fn what_depends_on_something_else_is_kept() {
    let text = || json!({"type": "string"});
    check(
        json!({"type": "object", "required": ["a"], "properties": {"a": {"const": 1}}, "dependentRequired": {"a": ["b"], "x": ["y"]}}),
        json!({"a": 1, "b": "string"}),
    );
    check(
        json!({"type": "object", "properties": {"a": text()}, "dependentSchemas": {"a": {"required": ["b"], "properties": {"b": {"type": "integer"}}}}}),
        json!({"a": "string", "b": 1}),
    );
    let kind = |value: &str| json!({"properties": {"kind": {"const": value}}, "required": ["kind"]});
    check(
        json!({"properties": {"kind": {"enum": ["a", "b"]}}, "required": ["kind"], "if": kind("a"), "then": {"required": ["x"]}, "else": {"required": ["y"]}}),
        json!({"kind": "a", "x": "string"}),
    );
    check(
        json!({"properties": {"kind": {"enum": ["a", "b"]}}, "required": ["kind"], "if": kind("a"), "then": false, "else": {"required": ["y"]}}),
        json!({"kind": "b", "y": "string"}),
    );
    check(
        json!({"type": "object", "properties": {"a": text(), "b": text()}, "not": {"required": ["a"]}}),
        json!({"b": "string"}),
    );
    check(json!({"enum": [1, 2, 3], "not": {"enum": [1, 2]}}), json!(3));
    check(json!({"type": ["string", "integer"], "not": {"type": "string"}}), json!(1));
    check(json!({"type": "integer", "not": {"maximum": 4}}), json!(5));
    check(
        json!({"properties": {"k": {"type": "string"}}, "required": ["k"], "not": {"properties": {"k": {"const": "string"}}}}),
        json!({"k": "string1"}),
    );
}

#[test]
fn only_one_branch_is_kept() {
    let named = |name: &str| json!({"type": "object", "properties": {name: {"type": "string"}}});
    let found = made("3.1.0", &json!({"oneOf": [named("a"), named("b")]}));
    assert_eq!(found, Ok(json!({"a": "string1", "b": 0})));
    check(json!({"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 6}]}), json!("string1"));
}

#[test]
fn names_of_members_are_kept() {
    check(
        json!({"type": "object", "minProperties": 2, "propertyNames": {"pattern": "^[a-c]$"}, "additionalProperties": {"type": "integer"}}),
        json!({"a": 1, "b": 1}),
    );
    check(
        json!({"type": "object", "minProperties": 2, "patternProperties": {"^x[0-9]$": {"type": "boolean"}}, "additionalProperties": false}),
        json!({"x1": true, "x0": true}),
    );
    check(
        json!({"allOf": [{"properties": {"a": {"type": "integer"}}}], "required": ["a", "b"], "unevaluatedProperties": {"type": "string"}}),
        json!({"a": 1, "b": "string"}),
    );
}

#[test]
fn lists_of_objects_differ() {
    let item = json!({"type": "object", "required": ["id"], "properties": {"id": {"type": "integer"}}});
    check(json!({"type": "array", "minItems": 2, "uniqueItems": true, "items": item}), json!([{"id": 1}, {"id": 2}]));
    check(
        json!({"type": "array", "minItems": 3, "items": {"type": "integer"}, "contains": {"const": 9}, "maxContains": 1}),
        json!([9, 2, 3]),
    );
}

#[test]
fn one_that_is_composed_of_a_schema_with_a_discriminator_names_itself() {
    let kin = json!({"allOf": [{"$ref": "#/components/schemas/Kin"}, {"properties": {"depth": {"type": "integer"}}}]});
    check(json!({"$ref": "#/components/schemas/Uncle"}), json!({"kind": "Uncle", "depth": 1}));
    check(kin, json!({"kind": "Kin", "depth": 1}));
}

/// A schema of many keywords that can be kept.
fn schemas() -> impl Strategy<Value = Value> {
    let bounds = (0..5_u8, 0..5_u8);
    let leaf = prop_oneof![
        bounds
            .clone()
            .prop_map(|(least, more)| json!({"type": "string", "minLength": least, "maxLength": least + more})),
        bounds.clone().prop_map(
            |(least, more)| json!({"type": "integer", "minimum": least, "exclusiveMaximum": least + more + 1})
        ),
        (1..9_u8).prop_map(|step| json!({"type": "number", "multipleOf": f64::from(step) / 100.0, "minimum": step})),
        "[a-c]{1,2}(-[0-9]{1,2})?".prop_map(|text| json!({"type": "string", "pattern": format!("^{text}[A-Z]+$")})),
        prop::sample::select(vec!["date-time", "date", "uuid", "email", "ipv4", "uri", "hostname"])
            .prop_map(|format| json!({"type": "string", "format": format})),
        Just(json!({"type": ["boolean", "null"]})),
        Just(json!({"enum": ["x", 1, null]})),
    ];
    leaf.prop_recursive(3, 24, 3, |inner| {
        let members = prop::collection::btree_map("[a-d]", inner.clone(), 1..4);
        prop_oneof![
            (members.clone(), any::<bool>()).prop_map(|(members, all)| {
                let required: Vec<_> = members.keys().filter(|_| all).cloned().collect();
                json!({"type": "object", "properties": members, "required": required})
            }),
            (inner.clone(), 0..3_u8, any::<bool>()).prop_map(|(item, least, is_open)| json!({"type": "array", "items": item, "minItems": least, "maxItems": if is_open { 9 } else { least }})),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|branches| json!({"anyOf": branches})),
            members.prop_map(|members| json!({"allOf": [{"type": "object", "properties": members}, {"type": "object", "minProperties": 1}]})),
            (inner.clone(), inner).prop_map(|(then, other)| json!({"if": {"type": "string"}, "then": then, "else": other})),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn values_are_kept_in_both_looks_and_come_again(schema in schemas(), seed in any::<u64>()) {
        let contract = contract("3.1.0", &schema);
        for style in [ValueStyle::Plain, ValueStyle::Realistic(seed)] {
            let value = solver::example(&contract, response(&contract), Direction::Response, style);
            // The branches of a condition may exclude one another.
            if let Ok(value) = &value {
                let breaches = judge::body_value(&contract, response(&contract), Direction::Response, value);
                prop_assert!(solver::is_only_undocumented(&breaches), "{:?}: {}", breaches, schema);
            } else {
                prop_assert!(schema.to_string().contains("\"if\""), "{:?}: {}", value, schema);
            }
            prop_assert_eq!(value, solver::example(&contract, response(&contract), Direction::Response, style));
        }
    }
}

#[test]
fn keywords_that_openapi_3_0_does_not_have_are_ignored() {
    let exact = json!({ "type": "integer", "minimum": 7, "maximum": 7 });
    check_early(json!({ "type": "integer", "minimum": 7, "maximum": 7, "const": "x" }), json!(7));
    check_early(json!({ "enum": [7], "not": { "enum": [8], "const": 7 } }), json!(7));
    check_early(
        json!({ "type": "array", "minItems": 1, "items": exact, "prefixItems": [{ "enum": ["x"] }], "contains": { "enum": ["y"] } }),
        json!([7]),
    );
    check_early(
        json!({ "type": "object", "required": ["a"], "properties": { "a": exact }, "patternProperties": { "a": { "enum": ["x"] } } }),
        json!({ "a": 7 }),
    );
    check_early(json!({ "if": {}, "then": { "required": ["x"] }, "enum": [7] }), json!(7));
    check_early(json!({ "const": "x" }), json!("string"));
}
