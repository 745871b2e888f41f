//! No command shows a credential that is written in its inputs, whatever is wrong with them.

use serde_json::json;

use super::call;
use super::plants::Plant;
use super::scenario::shown;
use crate::cli::project::Project;
use crate::formats;

const SPEC: &str = include_str!("../../data/leaks.yaml");

/// Every command that ends by itself, in every format.
const COMMANDS: [&[&str]; 12] = [
    &["run"],
    &["run", "-v"],
    &["run", "--format", "json"],
    &["run", "-q", "--color", "always"],
    &["check"],
    &["check", "--format", "json"],
    &["check", "--format", "github"],
    &["list"],
    &["report", "render"],
    &["explain", "body-schema"],
    &["init", "--spec", "spec.yaml"],
    &["mock", "--rules", "none.yaml", "--port", "0"],
];

/// Calls every command with `options` where it accepts them, and searches what it shows for the planted value.
fn check(config: &str, cases: &str, options: &[&str], plant: &Plant) {
    let project = Project::with(&[("signoff.yaml", config), ("spec.yaml", SPEC), ("cases/a.yaml", cases)]);
    let reports: Vec<_> = formats::names().iter().map(|name| format!("--report={name}")).collect();
    for command in COMMANDS {
        let further = match command[0] {
            "run" => reports.iter().map(String::as_str).collect(),
            _ => Vec::new(),
        };
        let ended = call(&project, &[command, options, &further].concat());
        for (name, text) in shown(&project.path("reports"), ended.out, ended.err) {
            let found = plant.found(&text);
            assert!(found.is_empty(), "{found:?} in {name} of {command:?} {options:?}\n{config}\n{cases}\n{text}");
        }
    }
}

const CASES: &str = "cases: [ { name: a, operation: setPerson, request: { path: { id: 1 } }, violates: unchecked } ]\n";

/// In one line, so that the line of every problem has the value.
fn target(value: &serde_json::Value) -> String {
    json!({ "spec": "spec.yaml", "default_target": "vendor", "targets": { "vendor": value } }).to_string()
}

#[test]
fn credentials_in_the_configuration() {
    let plant = Plant::named("token");
    let secret = &plant.value.replace(['é', '\''], "");
    let url = "http://127.0.0.1:1";
    let userinfo = format!("ann:{}", secret.replace('/', "."));
    let targets = [
        json!({ "url": format!("http://{userinfo}@127.0.0.1:1") }),
        json!({ "url": format!("ftp://{userinfo}@127.0.0.1:1") }),
        json!({ "url": format!("http://ann:{secret}@127.0.0.1:1") }),
        json!({ "url": format!("http://127.0.0.1:1?api_key={secret}") }),
        json!({ "url": format!("http://127.0.0.1:1#access_token={secret}") }),
        json!({ "url": url, "proxy": format!("http://{userinfo}@127.0.0.1:1") }),
        json!({ "url": url, "proxy": format!("{userinfo}@127.0.0.1:1") }),
        json!({ "url": url, "headers": { "authorization": format!("Bearer {secret}"), "cookie": format!("sid={secret}"), "x-api-key": secret } }),
        json!({ "url": url, "headers": { "x-other": secret }, "nothing": 1, "rate": "x" }),
        json!({ "url": url, "auth": { "bearer": secret, "nothing": secret }, "rate": "x" }),
        json!({ "url": url, "credentials": { "other": { "basic": { "username": "ann", "password": secret, "x": 1 } } } }),
        json!({ "url": url, "vars": { "token": secret, "password": secret }, "nothing": 1 }),
    ];
    for value in targets {
        check(&target(&value), CASES, &[], &plant);
    }
}

#[test]
fn credentials_in_cases() {
    let plant = Plant::named("token");
    let secret = &plant.value.replace(['é', '\''], "");
    let config = target(&json!({ "url": "http://127.0.0.1:1" }));
    let case = |request: serde_json::Value| {
        json!({ "operation": "setPerson", "cases": [{ "name": "a", "request": request }] }).to_string()
    };
    let header = format!("Bearer {secret}");
    let requests = [
        json!({ "path": { "id": "1" }, "headers": { "authorization": header }, "heders": 1 }),
        json!({ "path": { "id": "1" }, "headers": { "Authorization": header, "x-api-key": secret, "cookie": format!("a={secret}") } }),
        json!({ "path": { "id": "1" }, "cookies": { "sid": secret }, "nothing": 1 }),
        json!({ "path": { "id": "1" }, "query": { "api_key": secret, "nothing": 1 } }),
        json!({ "path": { "id": "1" }, "auth": { "basic": { "username": "ann", "password": secret } }, "nothing": 1 }),
        json!({ "method": "GET", "url": format!("http://ann:{}@127.0.0.1:1/x", secret.replace('/', ".")) }),
        json!({ "method": "GET", "url": format!("/x?api_key={secret}") }),
    ];
    for request in requests {
        check(&config, &case(request), &[], &plant);
    }
}

#[test]
fn credentials_in_arguments() {
    let plant = Plant::named("token");
    let secret = &plant.value.replace(['é', '\''], "");
    let userinfo = format!("ann:{}", secret.replace('/', "."));
    let config = target(&json!({ "url": "http://127.0.0.1:1" }));
    let cases = "vars: { token: }\ncases: [ { name: a, operation: setPerson, request: { path: { id: 1 }, auth: none, headers: { authorization: \"Bearer ${token}\" } }, violates: unchecked } ]\n";
    let options = [
        ["--target".to_owned(), format!("http://{userinfo}@127.0.0.1:1")],
        ["--target".to_owned(), format!("{userinfo}@127.0.0.1:1")],
        ["--target".to_owned(), format!("http://127.0.0.1:1?token={secret}")],
        ["--proxy".to_owned(), format!("{userinfo}@127.0.0.1:1")],
        ["--proxy".to_owned(), format!("http://{userinfo}@127.0.0.1:99999")],
        ["--header".to_owned(), format!("authorization=Bearer {secret}")],
        ["--header".to_owned(), format!("authorization: Bearer {secret}")],
        ["--auth".to_owned(), format!("bearer={secret}")],
        ["--var".to_owned(), format!("token={secret}")],
        ["--var".to_owned(), format!("={secret}")],
        ["--spec".to_owned(), format!("https://{userinfo}@127.0.0.1/a.yaml?token={secret}")],
    ];
    for [option, value] in &options {
        check(&config, cases, &[option, value], &plant);
    }
}
