//! Generated documents, as large, as interlinked and as scattered as the worst real ones.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::process::Outcome;

/// A document to load.
pub struct Made {
    /// Its description.
    pub title: String,
    /// The file to load.
    pub file: PathBuf,
    /// Number of operations.
    pub operations: usize,
}

/// Many operations, each with its own schemas, long descriptions and references, like GitHub's document.
pub fn large(folder: &Path) -> Outcome<Made> {
    const OPERATIONS: usize = 1_200;
    const SCHEMAS: usize = 2 * OPERATIONS;
    let paths = numbered(OPERATIONS, |n| (format!("/things-{n}/{{id}}"), json!({ "post": operation(n, SCHEMAS) })));
    let schemas = numbered(SCHEMAS, |n| (format!("Schema{n}"), wide(n, SCHEMAS)));
    single(folder, "large", &document("3.1.0", &paths, &schemas), OPERATIONS)
}

/// Almost every schema refers to every other, like Stripe's document.
pub fn woven(folder: &Path) -> Outcome<Made> {
    const OPERATIONS: usize = 600;
    const SCHEMAS: usize = 1_000;
    let paths = numbered(OPERATIONS, |n| (format!("/things-{n}/{{id}}"), json!({ "post": operation(n, SCHEMAS) })));
    let schemas = numbered(SCHEMAS, |n| (format!("Schema{n}"), expandable(n, SCHEMAS)));
    single(folder, "woven", &document("3.0.3", &paths, &schemas), OPERATIONS)
}

/// One file per path, body, response and schema, with relative references, like DigitalOcean's document.
pub fn scattered(folder: &Path) -> Outcome<Made> {
    const OPERATIONS: usize = 600;
    let folders = ["paths", "bodies", "answers", "schemas"];
    folders.iter().try_for_each(|name| fs::create_dir_all(folder.join(name)))?;
    let reference = |file: String| json!({ "$ref": file });
    for n in 0..OPERATIONS {
        let holder =
            |schema: usize| json!({ "application/json": { "schema": reference(format!("../schemas/{schema}.yaml")) } });
        let body = json!({ "required": true, "content": holder(n) });
        let answer = json!({ "description": prose(n), "content": holder(n + OPERATIONS) });
        let mut item = json!({ "post": operation(n, 1) });
        item["post"]["requestBody"] = reference(format!("../bodies/{n}.yaml"));
        item["post"]["responses"]["200"] = reference(format!("../answers/{n}.yaml"));
        for (name, value) in [("paths", item), ("bodies", body), ("answers", answer)] {
            write_yaml(&folder.join(name).join(format!("{n}.yaml")), &value)?;
        }
    }
    for n in 0..2 * OPERATIONS {
        let next = |step: usize| reference(format!("{}.yaml#/properties/name", (n + step) % (2 * OPERATIONS)));
        let properties = json!({ "name": { "type": "string", "maxLength": 5000 }, "near": next(1), "far": next(700) });
        let schema = json!({ "type": "object", "description": prose(n), "properties": properties });
        write_yaml(&folder.join("schemas").join(format!("{n}.yaml")), &schema)?;
    }
    let paths = numbered(OPERATIONS, |n| (format!("/things-{n}/{{id}}"), reference(format!("paths/{n}.yaml"))));
    let file = folder.join("scattered.yaml");
    write_yaml(&file, &document("3.1.0", &paths, &json!({})))?;
    Ok(Made { title: format!("{} files, {OPERATIONS} operations", 5 * OPERATIONS + 1), file, operations: OPERATIONS })
}

fn single(folder: &Path, name: &str, document: &Value, operations: usize) -> Outcome<Made> {
    let file = folder.join(format!("{name}.json"));
    let text = serde_json::to_vec_pretty(document)?;
    fs::write(&file, &text)?;
    Ok(Made { title: format!("{name}: {:.1} MB, {operations} operations", text.len() as f64 / 1e6), file, operations })
}

fn write_yaml(file: &Path, value: &Value) -> Outcome<()> {
    Ok(fs::write(file, serde_yaml::to_string(value)?)?)
}

fn document(openapi: &str, paths: &Value, schemas: &Value) -> Value {
    json!({
        "openapi": openapi,
        "info": { "title": "A large API", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

/// A POST operation that uses two of that number of schemas.
fn operation(n: usize, schemas: usize) -> Value {
    json!({
        "operationId": format!("changeThing{n}"),
        "description": prose(n),
        "parameters": [
            { "name": "id", "in": "path", "required": true, "schema": { "type": "string", "maxLength": 40 } },
            { "name": "expand", "in": "query", "schema": { "type": "array", "items": { "type": "string" } } },
        ],
        "requestBody": { "content": { "application/json": { "schema": component(2 * n % schemas) } } },
        "responses": {
            "200": { "description": "done", "content": { "application/json": { "schema": component((2 * n + 1) % schemas) } } },
        },
    })
}

/// An object schema; every eleventh property refers to another schema.
fn wide(n: usize, schemas: usize) -> Value {
    let property = |p: usize| match p % 11 {
        0 => component((n + p) % schemas),
        1 => json!({ "type": ["string", "null"], "enum": ["ACTIVE", "INACTIVE", null], "description": prose(p) }),
        2 => json!({ "type": "array", "items": { "type": "integer", "minimum": 0 }, "description": prose(p) }),
        _ => json!({ "type": "string", "maxLength": 5000, "description": prose(p) }),
    };
    let properties = numbered(22, |p| (format!("property_{p}"), property(p)));
    json!({ "type": "object", "description": prose(n), "required": ["property_3"], "properties": properties })
}

/// An object schema with properties that are an id or an object of another schema, arrays of others, and `anyOf`.
fn expandable(n: usize, schemas: usize) -> Value {
    let other = |p: usize| component((n * 7 + p * 131 + 1) % schemas);
    let text = json!({ "type": "string", "maxLength": 5000 });
    let list = |p: usize| {
        json!({
            "type": "object",
            "required": ["data", "has_more"],
            "properties": {
                "data": { "type": "array", "items": other(p) },
                "has_more": { "type": "boolean" },
                "url": { "type": "string", "maxLength": 5000, "pattern": "^/v1/" },
            },
        })
    };
    let property = |p: usize| match p % 6 {
        0 => json!({ "anyOf": [text, other(p)], "nullable": true, "description": prose(p) }),
        1 => json!({ "anyOf": [other(p)], "description": prose(p) }),
        2 => list(p),
        3 => json!({ "type": "string", "enum": ["active", "inactive"], "description": prose(p) }),
        _ => json!({ "type": "string", "maxLength": 5000, "description": prose(p) }),
    };
    let mut properties = numbered(18, |p| (format!("property_{p}"), property(p)));
    properties["object"] = json!({ "type": "string" });
    if n.is_multiple_of(20) {
        let discriminator = json!({ "propertyName": "object" });
        properties["owner"] = json!({ "oneOf": [other(30), other(31), other(32)], "discriminator": discriminator });
    }
    json!({ "type": "object", "description": prose(n), "required": ["object"], "properties": properties })
}

fn component(n: usize) -> Value {
    json!({ "$ref": format!("#/components/schemas/Schema{n}") })
}

fn numbered(count: usize, member: impl Fn(usize) -> (String, Value)) -> Value {
    (0..count).map(member).collect::<Map<_, _>>().into()
}

fn prose(n: usize) -> String {
    format!("What is said here is number {n}; it is as long as such descriptions are in documents of this size.")
}
