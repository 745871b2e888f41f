//! Schemas and values in, the whole list of breaches out.

mod asks;
mod breaches;
mod declared_dialects;
mod dialects;
mod discriminators;
mod laws;
mod limits;
mod numbers;
mod patterns;
mod references;
mod text;

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::*;
use crate::contract::refs::{Refs, Uris};
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, Breach, Direction, Location, Rule, SchemaKey};
use crate::document::Document;
use crate::pointer::Pointer;

/// Judges `value` as a response by the schema at `/schema` of the document.
fn check(document: &str, value: &str) -> String {
    judge(document, value, Direction::Response)
}

fn judge(document: &str, value: &str, direction: Direction) -> String {
    let documents = [Document::parse("openapi.yaml", document).expect("the document is YAML")];
    let uris = Uris::from("file:///openapi.yaml");
    let root = Anchor { document: 0, pointer: Pointer::parse("/schema").expect("a pointer") };
    let openapi = documents[0].value().get("openapi").and_then(Value::as_str).unwrap_or("3.1.0");
    let openapi = OasVersion::parse(openapi).expect("a version");
    let schemas = match Schemas::compile(&documents, &uris, vec![root], openapi) {
        Ok(schemas) => schemas,
        Err(found) => return lines(found.errors.iter().map(|(anchor, text)| format!("{}: {text}", anchor.pointer))),
    };
    let refs = Refs { documents: &documents, uris: &uris, openapi };
    let key = SchemaKey(0);
    let subject = Subject { refs, key, rule: Rule::BodySchema, location: &Location::Body, direction };
    let value: Value = serde_json::from_str(value).expect("the value is JSON");
    let (mut breaches, mut not_checked) = schemas.judge(subject, &value);
    if direction == Direction::Response {
        let (advice, cut) = schemas.discriminated(subject, &value, &breaches);
        breaches.extend(advice);
        not_checked.extend(cut);
        let (more, unknown) = schemas.undocumented(subject, &value, &breaches);
        breaches.extend(more);
        not_checked.extend(unknown);
    }
    let told = breaches
        .iter()
        .map(tell)
        .chain(not_checked.iter().map(|not_checked| format!("not_checked: {}", not_checked.reason)));
    lines(told)
}

fn lines(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join("\n")
}

fn tell(breach: &Breach) -> String {
    let advice = if breach.rule == Rule::Discriminator { "advice: " } else { "" };
    let mut text = format!("{advice}{} {} ({})", breach.keyword, breach.location, breach.anchor.pointer);
    let actual = breach.actual.as_deref().unwrap_or("nothing");
    let _ = write!(text, "\n  - {}\n  + {actual}\n  {}", breach.expected, breach.sentence());
    if let Some(near) = &breach.near {
        let _ = write!(text, " (near {near})");
    }
    if let Some(of) = &breach.branch_of {
        let _ = write!(text, "\n  in {} {}, {} others", of.keyword, of.location, of.others);
    }
    text
}
