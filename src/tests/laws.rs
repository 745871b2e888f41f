//! Laws of generated values: a generated request conforms to its contract, and so does the response of the mock; a request that
//! violates one keyword is refused, and the refusal names the keyword.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::contract::{Breach, Contract, Direction, Operation, ResponseObject, StatusKey, judge, load};
use crate::generate::{ValueStyle, request, solver};
use crate::mock::{Mock, MockOptions, MockRules};
use serde::Deserialize;
use serde_json::{Value, json};

use super::corpus::documents;

const UNDOCUMENTED: &str = "its response requires a property that its schema does not document";
const EQUAL: &str = "its oneOf has two equal branches, so that no value matches exactly one";
const CONTRARY: &str = "its allOf requires a string that is an integer";

/// Exceptions: end of the file name, operation, reason.
const EXCEPTIONS: [(&str, &str, &str); 25] = [
    ("xero_assets.yaml", "getAssetSettings", UNDOCUMENTED),
    ("xero_files.yaml", "getFiles", UNDOCUMENTED),
    ("xero_files.yaml", "uploadFile", UNDOCUMENTED),
    ("xero_files.yaml", "getFile", UNDOCUMENTED),
    ("xero_files.yaml", "updateFile", UNDOCUMENTED),
    ("xero_files.yaml", "uploadFileToFolder", UNDOCUMENTED),
    ("xero_files.yaml", "getFolders", UNDOCUMENTED),
    ("xero_files.yaml", "createFolder", UNDOCUMENTED),
    ("xero_files.yaml", "getFolder", UNDOCUMENTED),
    ("xero_files.yaml", "updateFolder", UNDOCUMENTED),
    ("xero_files.yaml", "getInbox", UNDOCUMENTED),
    ("imprint-openapi-original.yml", "searchPaymentMethods", UNDOCUMENTED),
    ("imprint-openapi-original.yml", "searchPaymentMethodsPost", UNDOCUMENTED),
    ("imprint-openapi-original.yml", "getPaymentMethod", UNDOCUMENTED),
    ("imprint-openapi-original.yml", "getPaymentMethods", UNDOCUMENTED),
    ("imprint-openapi-original.yml", "listOrders", UNDOCUMENTED),
    ("figma__rest-api-spec/openapi/openapi.yaml", "putDevResources", UNDOCUMENTED),
    ("3.0/json/schema-types.json", "quirks_entirelyIncompatibleAllOf", CONTRARY),
    ("3.0/json/schema-types.json", "quirks_partiallyUsableIncompatibleAllOf", CONTRARY),
    ("3.1/json/schema-types.json", "quirks_entirelyIncompatibleAllOf", CONTRARY),
    ("3.1/json/schema-types.json", "quirks_partiallyUsableIncompatibleAllOf", CONTRARY),
    ("3.1/yaml/schema-types.yaml", "quirks_entirelyIncompatibleAllOf", CONTRARY),
    ("3.1/yaml/schema-types.yaml", "quirks_partiallyUsableIncompatibleAllOf", CONTRARY),
    ("3.0/json/discriminators.json", "POST /potentially-undefined-formData", EQUAL),
    ("security-multiple.json", "POST /anything/and", "two of its credentials stand in the same header line"),
];

fn described(contract: &Contract, breach: &Breach) -> String {
    format!("{}: {}: {}", contract.place(&breach.anchor), breach.location, breach.sentence())
}

/// Problems of the request that is generated for `operation`, and of its response.
fn broken(contract: &Contract, mock: &Mock, operation: &Operation, style: ValueStyle) -> Option<String> {
    let made = match request::example(contract, operation, style) {
        Ok(made) => made,
        Err(why) => return Some(format!("no request: {}: {}", contract.place(&why.anchor), why.why)),
    };
    let judged = judge::request(contract, operation, &made);
    if let Some(breach) = judged.breaches.first() {
        return Some(format!("{} {} {:?}: {}", made.method, made.url, made.body, described(contract, breach)));
    }
    let answer = mock.respond(&made, 0);
    // Without a declared response, none can be generated.
    let is_response = |declared: &ResponseObject| !matches!(declared.status, StatusKey::Exact(..200));
    if answer.status == 501 && !operation.responses.iter().any(is_response) {
        return None;
    }
    let judged = judge::response(contract, operation, &made.method, &answer);
    let breach = judged.breaches.first()?;
    Some(format!("{} {}: {}", answer.status, String::from_utf8_lossy(&answer.body), described(contract, breach)))
}

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn requests_and_answers_of_real_documents_keep_them() {
    let data = PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set"));
    let mut told = Vec::new();
    let (mut kept, mut excused) = (0, BTreeSet::new());
    for path in ["corpus", "specmatic"].iter().flat_map(|folder| documents(&data.join(folder))) {
        let relative = path.strip_prefix(&data).expect("below");
        // What cannot be loaded is refused with places, which is tested elsewhere.
        let Ok(contract) = load::load(&data, relative) else { continue };
        let contract = Arc::new(contract);
        for (style, dynamic) in [(ValueStyle::Plain, false), (ValueStyle::Realistic(1), true)] {
            let mock = Mock::new(contract.clone(), MockRules::empty(), 0, 1)
                .with_options(MockOptions { dynamic, ..MockOptions::default() });
            for operation in &contract.operations {
                let is_of = |(file, name, _): &&(&str, &str, &str)| {
                    relative.to_string_lossy().ends_with(file) && operation.is_called(name)
                };
                match (broken(&contract, &mock, operation, style), EXCEPTIONS.iter().find(is_of)) {
                    (None, _) => kept += 1,
                    (Some(_), Some(exception)) => drop(excused.insert(exception)),
                    (Some(why), None) => {
                        told.push(format!("{}: {} {style:?}: {why}", relative.display(), operation.name));
                    }
                }
            }
        }
    }
    assert_eq!(told.join("\n"), "", "{kept} kept");
    let unused: Vec<_> = EXCEPTIONS.iter().filter(|exception| !excused.contains(exception)).collect();
    assert_eq!(unused, Vec::<&(&str, &str, &str)>::new());
    assert!(kept > 2_000, "{kept} kept");
}

/// A keyword, a schema that has it, and a value that violates only this keyword.
#[derive(Debug, Deserialize)]
struct Keyword {
    keyword: String,
    schema: Value,
    breaks: Value,
}

fn small(keyword: &Value) -> Contract {
    let folder = tempfile::tempdir().expect("a folder");
    let body = json!({ "type": "object", "required": ["x"], "properties": { "x": keyword } });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "t", "version": "1" },
        "paths": { "/things/{id}": { "post": {
            "operationId": "x",
            "parameters": [{ "name": "id", "in": "path", "required": true, "schema": { "type": "integer" } }],
            "requestBody": { "required": true, "content": { "application/json": { "schema": body } } },
            "responses": { "200": { "description": "d" } },
        } } },
    });
    std::fs::write(folder.path().join("x.json"), document.to_string()).expect("written");
    load::load(folder.path(), Path::new("x.json")).unwrap_or_else(|problems| panic!("{problems:?}"))
}

#[test]
fn a_request_that_breaks_one_keyword_is_refused_by_its_name() {
    let keywords: Vec<Keyword> =
        serde_yaml::from_str(include_str!("../../tests/data/laws/keywords.yaml")).expect("a list of keywords");
    for Keyword { keyword, schema, breaks } in keywords {
        let contract = Arc::new(small(&schema));
        let operation = &contract.operations[0];
        let mock = Mock::new(contract.clone(), MockRules::empty(), 0, 1);
        let mut made =
            request::example(&contract, operation, ValueStyle::Plain).unwrap_or_else(|why| panic!("{schema}: {why}"));
        assert_eq!(mock.respond(&made, 0).status, 200, "{schema}: {made:?}");
        made.body = Some(json!({ "x": breaks }).to_string().into());
        let judged = judge::request(&contract, operation, &made);
        let [breach] = &judged.breaches[..] else { panic!("{schema}: {:#?}", judged.breaches) };
        assert_eq!(breach.keyword, keyword, "{schema}: {breach:?}");
        let refusal = mock.respond(&made, 0);
        let told: Value = serde_json::from_slice(&refusal.body).expect("problem details");
        assert_eq!((refusal.status, told["status"].as_u64()), (400, Some(400)), "{schema}");
        assert!(
            told["violations"].to_string().contains(&json!(breach.sentence()).to_string()[1..]),
            "{breach:?}: {told}"
        );
    }
}

/// A schema for which conforming values are hard to generate.
#[derive(Debug, Deserialize)]
struct Hard {
    openapi: String,
    schema: Value,
    #[serde(default)]
    components: Value,
    /// Whether no value conforms to it.
    #[serde(default)]
    never: bool,
}

impl Hard {
    fn contract(&self) -> Contract {
        let content = json!({ "application/json": { "schema": self.schema } });
        let operation =
            json!({ "operationId": "x", "responses": { "200": { "description": "d", "content": content } } });
        let document = json!({
            "openapi": self.openapi, "info": { "title": "t", "version": "1" },
            "paths": { "/x": { "get": operation } }, "components": { "schemas": self.components },
        });
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("x.json"), document.to_string()).expect("written");
        load::load(folder.path(), Path::new("x.json")).unwrap_or_else(|problems| panic!("{problems:?}: {document}"))
    }
}

#[test]
fn every_schema_that_can_be_kept_is_kept() {
    let all: Vec<Hard> =
        serde_yaml::from_str(include_str!("../../tests/data/laws/hard.yaml")).expect("a list of schemas");
    let mut told = String::new();
    for hard in &all {
        let contract = hard.contract();
        let schema = contract.operations[0].responses[0].content[0].schema.as_ref().expect("a schema");
        for style in [ValueStyle::Plain, ValueStyle::Realistic(1), ValueStyle::Realistic(8)] {
            let made = solver::example(&contract, schema, Direction::Response, style);
            let breaches = |made| judge::body_value(&contract, schema, Direction::Response, made);
            match &made {
                Ok(made) if !hard.never && solver::is_only_undocumented(&breaches(made)) => {}
                Err(_) if hard.never => {}
                other => writeln!(told, "{style:?} of {}: {other:?}", hard.schema).expect("writable"),
            }
        }
    }
    assert_eq!(told, "");
}
