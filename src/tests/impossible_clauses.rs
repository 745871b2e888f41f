//! No request meets a clause that is called impossible.

use bytes::Bytes;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Value, json};

use crate::case::intent;
use crate::contract::clause::{Observed, OnlyViolation};
use crate::contract::{self, Contract};
use crate::http::Request;

/// Media types of forms.
const URL_ENCODED: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data; boundary=b";

/// A contract whose only operation is `a`, with a body of that media type.
fn contract(content: &Value) -> Contract {
    let operation = json!({
        "operationId": "a",
        "requestBody": { "required": true, "content": content },
        "responses": { "204": { "description": "done" } },
    });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "a", "version": "1" },
        "paths": { "/a": { "post": operation } },
    });
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.json"), document.to_string()).expect("writable");
    contract::load::load(folder.path(), std::path::Path::new("a.json"))
        .unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The clauses that the request is about, with the proof that they are impossible: of one that conforms what it sends, else its only
/// violation.
fn clauses_about(contract: &Contract, media_type: &str, body: String) -> Vec<(String, Option<&'static str>)> {
    let headers = [("content-type", media_type)].into_iter().collect();
    let body = Some(Bytes::from(body));
    let request = Request { method: "POST".to_owned(), url: "/a".to_owned(), headers, body, ..Request::default() };
    let judged = intent::judge(contract, contract.operations.first(), &request);
    // A value that is not known meets no clause.
    if !judged.not_checked.is_empty() {
        return Vec::new();
    }
    let observed = Observed::new(contract, 0).expect("an operation");
    let mut found = Vec::new();
    if judged.breaches.is_empty() {
        observed.sent(&request, &judged, &mut |id| found.push(id));
    } else if let Some(only) = intent::only(&judged) {
        found = observed.clauses().violated(&OnlyViolation {
            keyword: &only.violation.keyword,
            has_location: only.violation.location.is_some(),
            breach: only.breach,
            only: only.keyword.as_deref(),
        });
    }
    let entries = found.into_iter().map(|id| observed.clauses().entry(id));
    entries.map(|entry| (entry.clause.verb.to_string(), entry.impossible.map(|proof| proof.id()))).collect()
}

fn part(name: &str, media_type: &str, text: &str) -> String {
    let media_type = if media_type.is_empty() { String::new() } else { format!("Content-Type: {media_type}\r\n") };
    format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n{media_type}\r\n{text}\r\n")
}

/// The schema of a form with fields of many kinds, and a contract with it.
fn forms() -> (Value, Contract) {
    let inner = json!({ "k": { "type": ["string", "null"] }, "s": { "type": "string" }, "d": { "type": "array", "minItems": 1 } });
    let object = json!({ "type": "object", "properties": inner });
    let schema = json!({ "type": "object", "properties": {
        "object": object,
        "objects": { "type": "array", "minItems": 1, "items": object },
        "json": { "type": ["string", "null"] },
        "list": { "type": "array", "minItems": 1, "items": { "type": "string" } },
        "lists": { "type": "array", "minItems": 1, "items": { "type": "array" } },
        "mixed": { "type": ["array", "integer"], "items": { "type": "integer" } },
        "text": { "type": ["string", "null"] },
        "number": { "type": "integer" },
        "file": { "type": ["string", "null"], "format": "binary", "maxLength": 3 },
        "files": { "type": "array", "minItems": 1, "items": { "type": "string", "format": "binary" } },
        "short": { "type": "array", "items": { "type": ["string", "null"], "format": "binary", "maxLength": 3 } },
        "styled": { "type": "object", "properties": { "n": { "type": ["integer", "null"] } } },
        "plain": { "type": ["string", "null"] },
    }, "additionalProperties": { "type": ["string", "null"] } });
    let encoding = json!({
        "json": { "contentType": "text/plain, application/json" },
        "plain": { "contentType": "text/plain" },
    });
    let styled = json!({ "json": encoding["json"], "styled": { "style": "deepObject" } });
    let contract = contract(&json!({
        URL_ENCODED: { "schema": schema, "encoding": styled },
        "multipart/form-data": { "schema": schema, "encoding": encoding },
    }));
    (schema, contract)
}

#[test]
fn fields_of_forms_may_be_what_their_encoding_and_parts_make_of_them() {
    let (schema, contract) = forms();
    let texts = [
        "",
        "a",
        "abcde",
        "1",
        "null",
        "[]",
        "{}",
        "[null]",
        "[1]",
        "[[]]",
        "[\"a\"]",
        "[{}]",
        "[{\"k\":null}]",
        "{\"k\":null}",
        "{\"s\":5}",
        "{\"d\":[]}",
        "{\"k\":\"a\"}",
        "\"a\"",
    ];
    let names = schema["properties"].as_object().expect("properties").keys().map(String::as_str).chain(["other"]);
    let mut found = Vec::new();
    for name in names {
        for text in texts {
            let encoded = utf8_percent_encode(text, NON_ALPHANUMERIC);
            for key in [name.to_owned(), format!("{name}%5Bn%5D")] {
                found.extend(clauses_about(&contract, URL_ENCODED, format!("{key}={encoded}")));
                found.extend(clauses_about(&contract, URL_ENCODED, format!("{key}={encoded}&{key}=x")));
            }
            for media_type in ["", "application/json", "text/plain", "application/octet-stream"] {
                let one = part(name, media_type, text);
                found.extend(clauses_about(&contract, MULTIPART, format!("{one}--b--\r\n")));
                found.extend(clauses_about(&contract, MULTIPART, format!("{one}{one}--b--\r\n")));
            }
        }
    }
    let refuted: std::collections::BTreeSet<_> = found.iter().filter(|(_, proof)| proof.is_some()).collect();
    assert!(refuted.is_empty(), "{refuted:#?}");
    for met in [
        "sends body/object/k null",
        "violates type body/object/s",
        "violates minItems body/object/d",
        "sends body/objects/*/k null",
        "violates minItems body/list",
        "violates type body/mixed",
        "sends body/short/* null",
        "sends body/* null",
    ] {
        assert!(found.iter().any(|(clause, _)| clause == met), "{met}");
    }
    let clauses = contract.clauses().operations()[0].entries().iter();
    let impossible = clauses.filter_map(|entry| Some((entry.clause.verb.to_string(), entry.impossible?.id())));
    let impossible: Vec<_> = impossible.map(|(clause, proof)| format!("{clause} ({proof})")).collect();
    insta::assert_snapshot!(impossible.join("\n"));
}

/// A schema that has one keyword or is a boolean.
fn simple() -> impl Strategy<Value = Value> {
    let schemas = vec![
        json!(false),
        json!(true),
        json!({ "not": {} }),
        json!({ "type": "null" }),
        json!({ "type": "string" }),
        json!({ "type": "integer" }),
        json!({ "type": ["string", "null"] }),
        json!({ "type": ["array", "object"] }),
        json!({ "enum": [null, 1] }),
        json!({ "enum": ["a", 2.5, {}] }),
        json!({ "const": "a" }),
        json!({ "minLength": 2 }),
        json!({ "maxLength": 1 }),
        json!({ "minimum": 3 }),
        json!({ "exclusiveMinimum": 0, "multipleOf": 2 }),
        json!({ "exclusiveMaximum": 3, "maximum": 3 }),
        json!({ "minItems": 1 }),
        json!({ "items": { "type": "string" } }),
        json!({ "properties": { "q": false } }),
        json!({ "properties": { "q": { "anyOf": [false, { "type": "null" }] } } }),
        json!({ "required": ["q"], "minProperties": 1 }),
        json!({ "additionalProperties": { "enum": [1] } }),
        json!({ "additionalProperties": false, "maxProperties": 1 }),
    ];
    prop::sample::select(schemas)
}

/// Compositions of such schemas.
fn schema() -> impl Strategy<Value = Value> {
    simple().prop_recursive(2, 12, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            (prop::sample::select(vec!["anyOf", "oneOf", "allOf"]), several)
                .prop_map(|(name, all)| json!({ name: all })),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| match (a, b) {
                (Value::Object(mut a), Value::Object(b)) => {
                    a.extend(b);
                    Value::Object(a)
                }
                (a, b) => json!({ "allOf": [a, b] }),
            }),
            inner.clone().prop_map(|not| json!({ "not": not })),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(condition, then, other)| json!({ "if": condition, "then": then, "else": other })),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { rng_seed: RngSeed::Fixed(1), ..ProptestConfig::with_cases(48) })]

    #[test]
    fn accepted_values_meet_no_clause_that_is_impossible(schemas in prop::collection::vec(schema(), 16)) {
        let named = schemas.into_iter().enumerate().map(|(index, schema)| (format!("p{index}"), schema));
        let properties: serde_json::Map<_, _> = named.collect();
        let schema = json!({ "type": "object", "properties": properties });
        let contract = contract(&json!({ "application/json": { "schema": schema } }));
        let values = json!([
            null, true, 0, 1, 2, 2.5, 3, 4, "", "a", "aa", [], [null], ["a"], [1], {}, { "q": null }, { "q": 1 }, { "r": 1 },
            { "r": "a" }, { "q": 1, "r": 1 },
        ]);
        for (name, schema) in &properties {
            for value in values.as_array().expect("a list") {
                let body = json!({ name: value }).to_string();
                for (clause, proof) in clauses_about(&contract, "application/json", body) {
                    prop_assert!(proof.is_none() || clause.starts_with("violates"), "{schema} with {value} meets {clause} ({proof:?})");
                }
            }
        }
    }
}
