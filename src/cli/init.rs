//! `signoff init`: a starting configuration, a first case file, and the schemas that let an editor complete both.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::contract::{self, Contract, Operation, StatusKey};
use crate::location::Problem;

use super::args::Init;
use super::config::FILE_NAME;
use super::exit::Exit;
use super::format;
use super::sample::Sample;
use super::session::{Failure, Session};

/// Writes what is not there yet; nothing is overwritten.
pub fn run(args: &Init, session: &mut Session<'_>) -> Result<Exit, Failure> {
    let root = session.directory();
    let contract = contract::load::load(&root, &args.spec)?;
    let folder = args.spec.file_stem().map_or_else(|| "api".into(), |stem| stem.to_string_lossy().into_owned());
    let cases = PathBuf::from("cases").join(folder).join("first.yaml");
    let files = [
        (PathBuf::from(FILE_NAME), with_schema("schemas/config.json", &configuration(&contract, &args.spec))?),
        (cases, with_schema("../../schemas/case-file.json", &case_file(&contract))?),
        (PathBuf::from("schemas/config.json"), format!("{:#}\n", format::json_schema())),
        (PathBuf::from("schemas/case-file.json"), format!("{:#}\n", crate::case::json_schema())),
    ];
    for (name, text) in files {
        let verb = if create(&root.join(&name), &text)? { "wrote" } else { "kept" };
        writeln!(session.out, "{verb} {}", name.display())?;
    }
    writeln!(session.out, "\nnext: signoff run")?;
    Ok(Exit::Kept)
}

/// Whether the file was not there before.
fn create(path: &Path, text: &str) -> Result<bool, Problem> {
    let unwritable = |error: io::Error| Problem::new(format!("cannot write {}: {error}", path.display()));
    path.parent().map_or(Ok(()), fs::create_dir_all).map_err(unwritable)?;
    match fs::OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(text.as_bytes()).map(|()| true).map_err(unwritable),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(unwritable(error)),
    }
}

fn with_schema(schema: &str, value: &Value) -> Result<String, Problem> {
    let yaml = serde_yaml::to_string(value).map_err(|error| Problem::new(format!("cannot write YAML: {error}")))?;
    Ok(format!("# yaml-language-server: $schema={schema}\n{yaml}"))
}

fn configuration(contract: &Contract, spec: &Path) -> Value {
    let mut targets = Map::new();
    targets.insert("mock".to_owned(), json!({ "mock": "" }));
    let absolute = contract.servers.iter().find(|url| url.starts_with("http"));
    if let Some(url) = absolute {
        let first = contract.operations.iter().find_map(|operation| operation.security.first());
        let schemes = first.map(|requirement| requirement.schemes.as_slice()).unwrap_or_default();
        let auth = schemes.iter().map(|scheme| (scheme.clone(), variable(scheme)));
        targets.insert("live".to_owned(), json!({ "url": url, "auth": auth.collect::<Map<_, _>>() }));
    }
    json!({
        "spec": spec.to_string_lossy(), "cases": "cases", "reports": "reports", "default_target": "mock",
        "targets": targets
    })
}

/// `bearerAuth` becomes `${env.BEARER_AUTH}`.
fn variable(scheme: &str) -> Value {
    let mut name = String::new();
    for c in scheme.chars() {
        if c.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(if c.is_alphanumeric() { c.to_uppercase().collect::<Vec<_>>() } else { vec!['_'] });
    }
    format!("${{env.{name}}}").into()
}

fn case_file(contract: &Contract) -> Value {
    let cases: Vec<_> = contract.operations.iter().take(3).map(|operation| case(contract, operation)).collect();
    json!({ "story": format!("First calls of {}", contract.title), "cases": cases })
}

fn case(contract: &Contract, operation: &Operation) -> Value {
    let Sample { path, query, headers, body } = Sample::of(contract, operation);
    let mut request = Map::new();
    for (key, parameters) in [("path", path), ("query", query), ("headers", headers)] {
        if !parameters.is_empty() {
            request.insert(key.to_owned(), parameters.into());
        }
    }
    request.extend(body.map(|body| ("body".to_owned(), body)));
    let mut case = Map::new();
    case.insert("name".to_owned(), format!("calls {}", operation.name).into());
    case.insert("operation".to_owned(), operation.name.clone().into());
    if !request.is_empty() {
        case.insert("request".to_owned(), request.into());
    }
    case.extend(success(operation).map(|status| ("expect".to_owned(), json!({ "status": status }))));
    case.into()
}

/// The first declared status that means success.
fn success(operation: &Operation) -> Option<Value> {
    operation.responses.iter().find_map(|response| match response.status {
        StatusKey::Exact(status) if (200..300).contains(&status) => Some(json!(status)),
        StatusKey::Range(2) => Some(json!("2XX")),
        _ => None,
    })
}
