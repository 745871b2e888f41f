//! Credentials of commands are in no case, wherever the commands repeat them.

use std::cell::RefCell;
use std::fs;
use std::path::Path;

use crate::case;
use crate::contract::{self, Contract, Operation};
use crate::http::Request;
use crate::import::curl::{Commands, Conversion, Input};
use crate::import::recorded_variables::RecordedVariables;
use crate::record::{Redactor, Rules};

const DOCUMENT: &str = r#"
openapi: 3.1.0
info: { title: T, version: "1" }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
    query: { type: apiKey, in: query, name: apikey }
    session: { type: apiKey, in: cookie, name: sid }
    basic: { type: http, scheme: basic }
paths:
  /things/{id}:
    parameters: [ { name: id, in: path, required: true, schema: { type: string } } ]
    get:
      parameters: [ { name: q, in: query, schema: { type: string } } ]
      responses: { default: { description: any } }
  /login:
    post: { requestBody: { content: { "*/*": {} } }, responses: { default: { description: any } } }
"#;

/// The case file of a script, which loads.
fn imported(script: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("a.yaml"), DOCUMENT).expect("written");
    fs::write(folder.path().join("m.json"), r#"{"password":"leaked-secret-1","user":"x"}"#).expect("written");
    let contract: Contract = contract::load::load(folder.path(), Path::new("a.yaml")).expect("a contract");
    let variables = RecordedVariables::new("CURL_");
    let files = |name: &str| fs::read(folder.path().join(name)).map_err(|error| error.to_string());
    let mut commands = Commands::default();
    commands.add(Input { name: "a.sh".into(), bytes: script.into(), files: &files }, &variables).expect("commands");
    let redactor = RefCell::new(Redactor::new(&[], Rules::default()));
    let mut label = |name: &str, value: &str, is_number: bool| match variables.only_environment(value) {
        true => value.to_owned(),
        false => variables.placeholder(name, value, is_number),
    };
    let label = RefCell::new(&mut label);
    let redact = |operation: Option<&Operation>, request: &Request| {
        redactor.borrow_mut().recorded(&contract, operation, request, *label.borrow_mut())
    };
    let conversion = Conversion {
        contract: &contract,
        variables: &variables,
        is_sensitive: &|place, name| redactor.borrow_mut().is_sensitive(&contract, place, name),
        remember: &|operation, request| redactor.borrow_mut().remember(&contract, operation, request),
        redact: &redact,
        generator: "import curl",
    };
    let file = commands.convert("Any".to_owned(), &conversion).expect("a case file");
    let loaded = case::load::load_text(folder.path(), Path::new("c.yaml"), file.text.clone(), &contract);
    assert!(loaded.is_ok(), "{:?}\n{}", loaded.err(), file.text);
    file.text
}

/// Checks that the case file has no `leaked-secret`, also none as Base64, and that it has the lines.
fn check(script: &str, lines: &[&str]) {
    let file = imported(script);
    for leak in ["leaked-secret", "bGVha2VkLXNlY3JldC", "xlYWtlZC1zZWNyZX", "sZWFrZWQtc2VjcmV0"] {
        assert!(!file.contains(leak), "{script}\n{file}");
    }
    for line in lines {
        assert!(file.contains(line), "{line}\n{file}");
    }
}

#[test]
fn credentials_under_other_names_are_variables() {
    let key = "KEY=leaked-secret-1\ncurl -H \"X-Key: $KEY\" h";
    check(&format!("{key}/login --json '{{\"note\":\"'$KEY'\"}}'"), &["note: ${env.CURL_X_KEY}"]);
    check(&format!("{key}/things/$KEY?q=$KEY"), &["id: ${env.CURL_X_KEY}", "q: ${env.CURL_X_KEY}"]);
    check(&format!("{key}/login -d note=$KEY"), &["note: ${env.CURL_X_KEY}"]);
    check(&format!("{key}/login -H \"X-Note: a $KEY\" -d a"), &["x-note: a ${env.CURL_X_KEY}"]);
    check(&format!("{key}/login -F \"note=<m.json\" -F n=$KEY"), &["value: ${env.CURL_X_KEY}"]);
    check(&format!("{key}/nowhere/$KEY"), &["# a.sh"]);
    check("curl h/login -u a:leaked-secret-1 --json '{\"note\":\"leaked-secret-1\"}'", &["note: ${env.CURL_AUTH"]);
    check("curl h/login -u leaked-secret-1:b -d \"x=$(printf %s bGVha2VkLXNlY3JldC0xOmI=)\"", &[]);
    check("curl h/login -u leaked-secret-1:b -d x=bGVha2VkLXNlY3JldC0xOmI=", &["${env.CURL_AUTHORIZATION}"]);
    check("curl h/login?apikey=leaked-secret-1 -d leaked-secret-1", &["text: ${env.CURL_APIKEY}"]);
    check("curl h/login -b sid=leaked-secret-1 -d leaked-secret-1", &["text: ${env.CURL_COOKIE}"]);
    check("curl h/login -H 'Authorization: Bearer leaked-secret-1' -d leaked-secret-1", &["text: ${env."]);
}

#[test]
fn credentials_of_other_commands_are_variables() {
    check("curl h/login -d leaked-secret-1\ncurl h/login -u a:leaked-secret-1 -d x", &["${env.CURL_AUTHORIZATION}"]);
    check("TOKEN=leaked-secret-1\ncurl h/login -d leaked-secret-1", &["text: ${env."]);
    check("curl h/login -H \"X-Key: ${TOKEN:-leaked-secret-1}\" -d leaked-secret-1", &["text: ${env."]);
    check("curl h/login -H \"X-Key: ${K:-leaked-secret-1}\" -d \"$K\"", &["text: ${K}"]);
}

#[test]
fn pairs_in_plain_text_and_in_values_are_searched() {
    check("curl h/login -H 'content-type: text/plain' -d 'password=leaked-secret-1'", &["${env.CURL_PASSWORD}"]);
    let nested = "https%3A%2F%2Fx%2F%3Faccess_token%3Dleaked-secret-1";
    check(&format!("curl 'h/things/a?q={nested}'"), &["${env.CURL_ACCESS_TOKEN}"]);
    check(&format!("curl h/login -d q={nested}"), &["${env.CURL_ACCESS_TOKEN}"]);
}

#[test]
fn parts_of_forms_are_searched() {
    for part in [
        "'meta={\"password\":\"leaked-secret-1\"};type=application/json'",
        "'meta={\"password\":\"leaked-secret-1\"}'",
        "'meta=<m.json'",
        "'file=@m.json;type=application/json'",
    ] {
        check(&format!("curl h/login -F {part}"), &["${env.CURL_PASSWORD}"]);
    }
}
