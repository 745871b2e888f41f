//! How fast a large document is ready, beside the limit: serde_json reading the same text.
//!
//! The document is made here: as many operations as the largest public ones have, each with schemas of its own, much prose, and
//! references between them. Both sides are whole processes. `cargo bench --bench contract` prints a table; nothing here asserts.

#![expect(clippy::print_stdout, reason = "a bench prints its table")]

mod process;

/// The program's own.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Map, Value, json};

use process::{Measured, Outcome, measure, median};

const ROUNDS: usize = 5;
const OPERATIONS: usize = 1_200;
/// Schemas of each operation, and properties of each schema.
const SCHEMAS: usize = 2;
const PROPERTIES: usize = 22;

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    match args.get(1..).unwrap_or_default() {
        [flag, file] if flag == "--load" => load(Path::new(file)),
        [flag, file] if flag == "--limit" => limit(Path::new(file)),
        _ => compare(),
    }
}

fn compare() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("large.json");
    fs::write(&file, serde_json::to_vec_pretty(&document())?)?;
    println!("{OPERATIONS} operations, {:.1} MB of JSON", fs::metadata(&file)?.len() as f64 / 1e6);
    for (title, flag) in [("signoff: a contract", "--load"), ("limit: serde_json::Value", "--limit")] {
        let run = || measure(command(flag, &file)?)?.successful();
        let rounds = (0..ROUNDS).map(|_| run()).collect::<Outcome<Vec<Measured>>>()?;
        let seconds = median(rounds.iter().map(|run| run.seconds));
        println!("{title:<40} {:>8.1}ms {:>9.1} MB", 1e3 * seconds, median(rounds.iter().map(|run| run.peak_mb)));
    }
    Ok(())
}

fn command(flag: &str, file: &Path) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(flag).arg(file);
    Ok(command)
}

fn load(file: &Path) -> Outcome<()> {
    let contract = signoff::contract::load::load(Path::new("."), file).map_err(|problems| format!("{problems:?}"))?;
    let whole = contract.operations.len() == OPERATIONS;
    // How soon it is ready is measured, not how soon it is gone.
    std::mem::forget(contract);
    whole.then_some(()).ok_or_else(|| "operations are missing".into())
}

fn limit(file: &Path) -> Outcome<()> {
    let value: Value = serde_json::from_slice(&fs::read(file)?)?;
    let whole = value.is_object();
    std::mem::forget(value);
    whole.then_some(()).ok_or_else(|| "not an object".into())
}

fn document() -> Value {
    let paths: Map<String, Value> = (0..OPERATIONS).map(|n| (format!("/things-{n}/{{id}}"), path(n))).collect();
    let schemas: Map<String, Value> = (0..OPERATIONS * SCHEMAS).map(|n| (format!("Schema{n}"), schema(n))).collect();
    json!({
        "openapi": "3.1.0",
        "info": { "title": "A large API", "version": "1" },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn path(n: usize) -> Value {
    let reference = |n: usize| json!({ "$ref": format!("#/components/schemas/Schema{n}") });
    json!({
        "post": {
            "operationId": format!("changeThing{n}"),
            "description": prose(n),
            "parameters": [
                { "name": "id", "in": "path", "required": true, "schema": { "type": "string", "maxLength": 40 } },
                { "name": "expand", "in": "query", "schema": { "type": "array", "items": { "type": "string" } } },
            ],
            "requestBody": { "content": { "application/json": { "schema": reference(n * SCHEMAS) } } },
            "responses": {
                "200": {
                    "description": "done",
                    "content": { "application/json": { "schema": reference(n * SCHEMAS + 1) } },
                },
            },
        },
    })
}

/// An object of which every eleventh member refers to another schema.
fn schema(n: usize) -> Value {
    let property = |p: usize| match p % 11 {
        0 => json!({ "$ref": format!("#/components/schemas/Schema{}", (n + p) % (OPERATIONS * SCHEMAS)) }),
        1 => json!({ "type": ["string", "null"], "enum": ["ACTIVE", "INACTIVE", null], "description": prose(p) }),
        2 => json!({ "type": "array", "items": { "type": "integer", "minimum": 0 }, "description": prose(p) }),
        _ => json!({ "type": "string", "maxLength": 5000, "description": prose(p) }),
    };
    let properties: Map<String, Value> = (0..PROPERTIES).map(|p| (format!("property_{p}"), property(p))).collect();
    json!({ "type": "object", "description": prose(n), "required": ["property_3"], "properties": properties })
}

fn prose(n: usize) -> String {
    format!("What is said here is number {n}; it is as long as such descriptions are in documents of this size.")
}
