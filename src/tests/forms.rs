//! Forms: the fields that a case sends are parsed to the same values, with every serialisation that a contract can declare.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::case::expand::{self, Credentials, TargetDefaults};
use crate::case::{intent, load};
use crate::contract;
use crate::expression::Scope;
use crate::http::Headers;
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// The value of a field, the schema that it alone keeps, and what `encoding` says about it in either kind of form.
#[derive(Debug, Clone)]
struct Field {
    value: Value,
    schema: Value,
    encoding: Value,
}

fn text() -> impl Strategy<Value = Value> {
    "[a-z0-9 &=+%,;|é~/?:@!()*\"-]{1,6}".prop_map(Value::from)
}

fn whole() -> impl Strategy<Value = Value> {
    (-99..99_i64).prop_map(Value::from)
}

fn member() -> impl Strategy<Value = (Value, Value)> {
    (whole(), text()).prop_map(|(number, text)| {
        let schema =
            json!({ "type": "object", "properties": { "n": { "type": "integer" }, "t": { "type": "string" } } });
        (json!({ "n": number, "t": text }), schema)
    })
}

fn value() -> impl Strategy<Value = (Value, Value)> {
    let list = |items: BoxedStrategy<(Value, Value)>| {
        proptest::collection::vec(items, 1..4).prop_map(|items| {
            let schema = json!({ "type": "array", "items": items[0].1 });
            (items.into_iter().map(|(value, _)| value).collect(), schema)
        })
    };
    let texts = text().prop_map(|value| (value, json!({ "type": "string" }))).boxed();
    let numbers = whole().prop_map(|value| (value, json!({ "type": "integer" }))).boxed();
    let truths = any::<bool>().prop_map(|value| (Value::from(value), json!({ "type": "boolean" })));
    let lists = prop_oneof![list(texts.clone()), list(numbers.clone()), list(member().boxed())];
    prop_oneof![texts, numbers, truths, member(), lists]
}

fn field() -> impl Strategy<Value = Field> {
    let layouts = [
        json!({}),
        json!({ "style": "form", "explode": false }),
        json!({ "style": "form", "explode": true }),
        json!({ "allowReserved": true }),
        json!({ "style": "spaceDelimited", "explode": false }),
        json!({ "style": "pipeDelimited", "explode": false }),
        json!({ "style": "deepObject" }),
        json!({ "contentType": "application/json" }),
        json!({ "contentType": "text/plain" }),
    ];
    (value(), proptest::sample::select(layouts.to_vec())).prop_map(|((value, schema), encoding)| {
        let mut schema = schema;
        schema["const"] = value.clone();
        Field { value, schema, encoding }
    })
}

/// Whether the request with `fields` conforms to a contract that allows only their values; `None` if a style cannot represent a
/// value.
fn comes_back(kind: &str, fields: &[Field]) -> Option<Result<(), String>> {
    let named = |part: fn(&Field) -> &Value| -> Map<String, Value> {
        fields.iter().enumerate().map(|(index, field)| (format!("field{index}"), part(field).clone())).collect()
    };
    let names: Vec<_> = (0..fields.len()).map(|index| format!("field{index}")).collect();
    let schema = json!({ "type": "object", "required": names, "properties": named(|field| &field.schema) });
    let content = json!({ kind: { "schema": schema, "encoding": named(|field| &field.encoding) } });
    let operation =
        json!({ "operationId": "fill", "requestBody": { "required": true, "content": content }, "responses": {} });
    let info = json!({ "title": "t", "version": "1" });
    let spec = json!({ "openapi": "3.1.0", "info": info, "paths": { "/forms": { "post": operation } } });
    let values = named(|field| &field.value);
    let request = match kind {
        "multipart/form-data" => {
            let parts = values.into_iter().map(|(name, value)| json!({ "name": name, "value": value }));
            json!({ "multipart": parts.collect::<Vec<_>>() })
        }
        _ => json!({ "form": values }),
    };
    let cases = json!({ "operation": "fill", "cases": [{ "name": "fills", "request": request }] });
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("spec.yaml"), spec.to_string()).expect("written");
    fs::write(folder.path().join("cases.yaml"), cases.to_string()).expect("written");
    let contract = contract::load::load(folder.path(), Path::new("spec.yaml")).expect("the contract loads");
    let suite = load::load(folder.path(), Path::new("cases.yaml"), &contract).expect("the case loads");
    let (story, case) = (&suite.stories[0], &suite.stories[0].cases[0]);
    let scope = expand::story_scope(story, &BTreeMap::new(), &Scope::new(0, 1, "")).expect("no vars");
    let defaults = TargetDefaults { credentials: &Credentials::default(), headers: &Headers::default(), signer: None };
    let request = expand::request(case, &contract, &scope, defaults).ok()?;
    let judged = intent::judge(&contract, contract.operations.first(), &request);
    let sent = request.body.as_deref().map(String::from_utf8_lossy).unwrap_or_default().into_owned();
    Some(intent::prove(&case.violates, &judged).map_err(|wrong| format!("{wrong}\n{sent}")))
}

/// Whether the field can be a part: parts have no style, and objects and arrays are not plain text.
fn is_part(field: &Field) -> bool {
    let is_styled = field.encoding.get("style").or(field.encoding.get("allowReserved")).is_some();
    let has_members = field.value.is_object() || field.value[0].is_object();
    !(is_styled || has_members && field.encoding["contentType"] == "text/plain")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn a_form_is_read_as_it_was_written(fields in proptest::collection::vec(field(), 1..3)) {
        if let Some(read) = comes_back("application/x-www-form-urlencoded", &fields[..1]) {
            prop_assert_eq!(read, Ok(()));
        }
        let parts: Vec<_> = fields.into_iter().filter(is_part).collect();
        let read = comes_back("multipart/form-data", &parts);
        prop_assert_eq!(read, Some(Ok(())));
    }
}
