//! Decides whether the content of a file that a `$ref` names may be shown: a document of somebody else can name any file below its
//! directory, such as a private key, only to have it printed in an error.

use std::path::Path;

use serde_json::Value;

use crate::contract::keyword;
use crate::contract::types::Types;
use crate::document::Document;
use crate::problem::Problem;

/// Levels of names around the objects of a document, as in `components/schemas/Pet`.
const MAX_LEVELS: usize = 5;

/// Fields of the objects of OpenAPI that are not keywords of schemas. `name` and `type` are in too many other files.
const FIELDS: &[&str] = &[
    "openapi",
    "swagger",
    "info",
    "paths",
    "components",
    "webhooks",
    "servers",
    "get",
    "put",
    "post",
    "delete",
    "options",
    "head",
    "patch",
    "trace",
    "query",
    "parameters",
    "requestBody",
    "responses",
    "content",
    "headers",
    "schema",
    "summary",
    "in",
    "value",
    "dataValue",
    "serializedValue",
    "externalValue",
    "operationId",
    "operationRef",
    "flows",
    "scheme",
    "openIdConnectUrl",
    "variables",
];

/// Returns the document, its problems, or why it is not a document.
pub(super) fn recognise(parsed: Result<Document, Vec<Problem>>, path: &Path) -> Result<Document, Refused> {
    match parsed {
        Ok(document) if is_contract(document.value()) => Ok(document),
        Ok(_) => Err(Refused::Other("it is neither an OpenAPI document nor a JSON Schema".to_owned())),
        Err(problems) if has_known_extension(path) => Err(Refused::Invalid(problems)),
        Err(problems) => {
            let place = problems.iter().find_map(|problem| problem.at.as_ref()).map(|at| &at.place);
            let place = place.map(|place| format!(", see line {}", place.line)).unwrap_or_default();
            Err(Refused::Other(format!("it is neither YAML nor JSON{place}")))
        }
    }
}

/// Why a file is not used.
pub(super) enum Refused {
    /// It does not parse.
    Invalid(Vec<Problem>),
    /// It is a file of another kind, of which nothing may be shown; the reason.
    Other(String),
}

fn has_known_extension(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    ["yaml", "yml", "json"].iter().any(|known| extension.eq_ignore_ascii_case(known))
}

/// Whether a file may be a part of a contract: a schema, an object of OpenAPI, or a map of these.
fn is_contract(value: &Value) -> bool {
    match value {
        Value::Bool(_) => true,
        Value::Object(members) => members.is_empty() || has_field(value, MAX_LEVELS),
        _ => false,
    }
}

fn has_field(value: &Value, levels: usize) -> bool {
    let Value::Object(members) = value else { return false };
    let is_known = |(name, value): (&String, &Value)| match name.as_str() {
        "type" => {
            value.as_str().is_some_and(|name| name == "mutualTLS" || Types::named(name).is_some()) || value.is_array()
        }
        "default" => false,
        name => FIELDS.contains(&name) || keyword::find(name).is_some(),
    };
    members.iter().any(is_known) || levels > 0 && members.values().any(|value| has_field(value, levels - 1))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use serde_json::json;

    use super::*;
    use crate::contract::load;

    /// Loads a document whose only operation has the schema `reference`; returns every problem, with the lines it shows.
    fn problems(files: &[(&str, &str)], reference: &str) -> String {
        let folder = tempfile::tempdir().expect("a folder");
        files.iter().for_each(|(name, text)| fs::write(folder.path().join(name), text).expect("written"));
        let response = format!("{{ description: ok, content: {{ a/json: {{ schema: {{ $ref: '{reference}' }} }} }} }}");
        let text = format!(
            "openapi: 3.1.0\ninfo: {{ title: t, version: '1' }}\npaths: {{ /a: {{ get: {{ responses: {{ default: {response} }} }} }} }}\n"
        );
        fs::write(folder.path().join("api.yaml"), text).expect("written");
        let problems = match load::load(folder.path(), Path::new("api.yaml")) {
            Ok(contract) => [contract.errors, contract.warnings].concat(),
            Err(problems) => problems,
        };
        let shown = problems.iter().map(|problem| {
            let line = problem.at.as_ref().map_or("", |at| &at.line);
            format!("{problem} [{line}]\n")
        });
        shown.collect()
    }

    #[test]
    fn nothing_of_another_kind_of_file_is_shown() {
        let key = "-----BEGIN KEY-----\nc2VjcmV0: x\nc2VjcmV0\n-----END KEY-----\n";
        for (name, text, expect) in [
            ("id_rsa", "machine api.example password c2VjcmV0\n", "neither an OpenAPI document nor a JSON Schema"),
            (
                "id_rsa",
                "-----BEGIN KEY-----\nc2VjcmV0\n-----END KEY-----\n",
                "neither an OpenAPI document nor a JSON Schema",
            ),
            ("id_rsa", key, "neither YAML nor JSON, see line "),
            (".env", "A=1\nTOKEN=\"c2VjcmV0\": [x\n", "neither YAML nor JSON, see line "),
            ("credentials", "[default]\naws_secret_access_key = c2VjcmV0\n", "neither YAML nor JSON, see line "),
            ("key.json", r#"{"type":"service_account","private_key":"c2VjcmV0"}"#, "neither an OpenAPI document nor"),
            ("list.json", r#"["c2VjcmV0"]"#, "neither an OpenAPI document nor a JSON Schema"),
            ("binary", "\u{0}\u{0}c2VjcmV0", "neither"),
        ] {
            let shown = problems(&[(name, text)], name);
            let expect = format!("cannot read the file {name}: it is {expect}");
            assert!(shown.starts_with("api.yaml:3:") && shown.contains(&expect), "{name}: {shown}");
            assert!(!shown.contains("c2VjcmV0") && !shown.contains("KEY--"), "{name}: {shown}");
        }
        let shown = problems(&[("a.yaml", "type: object\ntoken: c2VjcmV0\n")], "a.yaml#/token");
        assert!(shown.contains("a.yaml#/token leads to a string, expected an object"), "{shown}");
        assert!(!shown.contains("c2VjcmV0"), "{shown}");
    }

    #[test]
    fn errors_in_schemas_show_their_lines() {
        assert_eq!(problems(&[("a.json", r#"{ "minLength": 3 }"#)], "a.json"), "");
        let shown = problems(&[("a.YAML", "type: [string\n")], "a.YAML");
        assert!(shown.contains("[type: [string]"), "{shown}");
        let shown = problems(&[("a", "Pet: { type: strng, minLength: 1 }\n")], "a#/Pet");
        assert!(shown.contains("[Pet: { type: strng, minLength: 1 }]"), "{shown}");
    }

    #[test]
    fn parts_of_contracts_are_recognised() {
        for part in [
            json!(true),
            json!({}),
            json!({ "description": "ok" }),
            json!({ "Pet": { "type": "string" } }),
            json!({ "components": {} }),
            json!({ "a": { "b": { "c": { "d": { "in": "query", "name": "q" } } } } }),
            json!({ "{$url}": { "post": {} } }),
            json!({ "type": ["string", "null"] }),
            json!({ "a": { "value": 1 } }),
        ] {
            assert!(is_contract(&part), "{part}");
        }
        for other in
            [json!(null), json!("type"), json!([{ "type": "string" }]), json!({ "type": "Opaque", "data": {} })]
        {
            assert!(!is_contract(&other), "{other}");
        }
    }
}
