//! Tests of loading: what a document declares, and the problems of invalid ones.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::*;
use crate::contract::{Contract, Operation, ParameterIn, SecurityScheme, StatusKey, Style};
use crate::problem::Problem;

/// Loads `api.yaml` among `files`.
fn load_files(files: &[(&str, &str)]) -> Result<Contract, Vec<Problem>> {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
    load(folder.path(), Path::new("api.yaml"))
}

/// The errors, or else the warnings, of a document whose head is written already.
fn check(rest: &str, expect: &[&str]) {
    let text = format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\n{rest}");
    let problems = load_files(&[("api.yaml", &text)]).map_or_else(|errors| errors, |contract| contract.warnings);
    assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), expect, "{text}");
}

fn parameters(operation: &Operation) -> Vec<(ParameterIn, &str, Style)> {
    operation.parameters.iter().map(|held| (held.location, held.name.as_str(), held.style)).collect()
}

#[test]
fn the_first_contract_loads() {
    let contract = load(Path::new(env!("CARGO_MANIFEST_DIR")), Path::new("specs/imprint.yaml")).expect("it loads");
    assert_eq!(contract.warnings, []);
    let names: Vec<_> = contract.operations.iter().map(|operation| operation.name.as_str()).collect();
    assert_eq!(names, ["linkCustomerAccount", "updateCustomer"]);
    assert_eq!(contract.documents[0].name().as_ref(), "specs/imprint.yaml");
    let link = contract.operation("POST /v2/customers/{customer_id}/link").expect("the operation");
    assert_eq!(parameters(link), [(ParameterIn::Path, "customer_id", Style::Simple)]);
    let statuses: Vec<_> = link.responses.iter().map(|response| response.status.to_string()).collect();
    assert_eq!(statuses, ["200", "400", "404", "409"]);
    let schemes: Vec<_> = link.security.iter().flat_map(|requirement| &requirement.schemes).collect();
    assert_eq!(schemes, ["basicAuth", "bearerAuth"]);
    assert_eq!(contract.security_schemes["basicAuth"], SecurityScheme::Basic);
}

#[test]
fn an_operation_takes_what_its_path_and_document_say() {
    let contract = load_files(&[("api.yaml", WHOLE)]).expect("it loads");
    assert_eq!(contract.warnings, []);
    let urls: Vec<_> = contract.servers.iter().map(|server| server.url.as_str()).collect();
    assert_eq!(urls, ["https://eu.example.com/v1", "/relative"]);
    let [get, post] = contract.operations.as_slice() else { panic!("two operations") };
    let expect = [
        (ParameterIn::Query, "page", Style::Form),
        (ParameterIn::Header, "X-Trace", Style::Simple),
        (ParameterIn::Path, "id", Style::Label { separator: '.' }),
    ];
    assert_eq!(parameters(get), expect);
    assert!(get.parameters[0].shape.number && get.parameters[0].required);
    assert_eq!((get.name.as_str(), post.name.as_str()), ("GET /pets/{id}", "rename"));
    assert!(get.security.is_empty());
    assert_eq!(post.security[0].schemes, ["key"]);
    let key = SecurityScheme::ApiKey { location: ParameterIn::Header, name: "X-Key".to_owned() };
    assert_eq!(contract.security_schemes["key"], key);
    let statuses: Vec<_> = get.responses.iter().map(|response| response.status).collect();
    assert_eq!(statuses, [StatusKey::Exact(200), StatusKey::Range(4), StatusKey::Default]);
    let answer = &get.responses[0];
    let headers: Vec<_> = answer.headers.iter().map(|header| header.name.as_str()).collect();
    assert_eq!(headers, ["X-Rate"]);
    let examples = answer.content[0].examples.iter().map(|(name, at)| (name.as_str(), contract.value(at)));
    assert_eq!(examples.collect::<Vec<_>>(), [("cat", Some(&json!("Tom"))), ("dog", Some(&json!("Rex")))]);
    let keys = [&get.responses[1], &get.responses[2]].map(|answer| answer.content[0].schema.as_ref().map(|s| s.key));
    assert_eq!(keys[0], keys[1]);
}

const WHOLE: &str = r##"
openapi: 3.0.3
info: {title: Pets, version: '1'}
servers:
  - url: https://{region}.example.com/{v}
    variables: {region: {default: eu}, v: {default: v1}}
  - url: /relative
security: [{key: []}]
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, style: label, schema: {type: string}}
      - {name: page, in: query, schema: {type: string}}
      - {name: x-trace, in: header}
      - {name: Authorization, in: header}
    get:
      security: []
      parameters:
        - {name: page, in: query, required: true, schema: {$ref: '#/components/schemas/Page'}}
        - {name: X-Trace, in: header}
      responses:
        '200':
          description: ok
          headers: {X-Rate: {schema: {type: integer}}, content-type: {schema: {type: string}}}
          content:
            application/json:
              examples: {cat: {value: Tom}, dog: {$ref: '#/components/examples/Dog'}}
        4XX: {$ref: '#/components/responses/Error'}
        default: {$ref: '#/components/responses/Error'}
        x-note: none
    post:
      operationId: rename
      responses: {'204': {description: ok}}
      parameters: [{name: id, in: path, required: true, style: label, schema: {type: string}}]
components:
  schemas: {Page: {allOf: [{type: integer}, {minimum: 1}]}}
  examples: {Dog: {value: Rex}}
  responses: {Error: {description: no, content: {application/json: {schema: {type: object}}}}}
  securitySchemes: {key: {type: apiKey, in: header, name: X-Key}}
"##;

#[test]
fn security_requirements_name_components_or_uris() {
    let files = |version: &str| {
        let text = format!(
            "openapi: {version}
info: {{ title: t, version: '1' }}
security: [ {{ '#/components/securitySchemes/key': [] }} ]
paths:
  /own: {{ get: {{ operationId: own, responses: {{}} }} }}
  /other: {{ get: {{ operationId: other, security: [ {{ 'shared.yaml#/basic': [], key: [] }} ], responses: {{}} }} }}
  /none: {{ get: {{ operationId: none, security: [ {{ 'shared.yaml#/none': [] }} ], responses: {{ '200': {{ $ref: 'shared.yaml#/ok' }} }} }} }}
components: {{ securitySchemes: {{ key: {{ type: apiKey, in: header, name: X-Key }} }} }}
"
        );
        let shared = "{ basic: { type: http, scheme: basic }, ok: { description: d } }";
        load_files(&[("api.yaml", &text), ("shared.yaml", shared)]).expect("it loads")
    };
    let schemes = |contract: &Contract, id: &str| contract.operation(id).expect("declared").security[0].schemes.clone();
    let undeclared = |contract: &Contract| {
        contract.warnings.iter().filter(|warning| warning.rule == Some("undefined-security-scheme")).count()
    };
    let contract = files("3.2.0");
    assert_eq!(schemes(&contract, "own"), ["key"]);
    assert_eq!(schemes(&contract, "other"), ["shared.yaml#/basic", "key"]);
    assert_eq!(contract.security_schemes["shared.yaml#/basic"], SecurityScheme::Basic);
    assert_eq!((schemes(&contract, "none"), undeclared(&contract)), (vec!["shared.yaml#/none".to_owned()], 1));
    // Only names before 3.2.
    assert_eq!(undeclared(&files("3.1.0")), 3);
}

#[test]
fn references_lead_across_files() {
    let contract = load_files(&[
        ("api.yaml", "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {$ref: 'paths/a%20b.yaml#/~1a'}}"),
        ("paths/a b.yaml", "/a: {get: {responses: {'200': {$ref: '../answers.json#/ok'}}}}"),
        (
            "answers.json",
            r##"{"ok": {"description": "", "content": {"text/json": {"schema": {"$ref": "#/list"}}}},
                "list": {"type": "array", "items": {"$ref": "#/list"}}}"##,
        ),
        ("unused.yaml", "]"),
    ])
    .expect("it loads");
    let names: Vec<_> = contract.documents.iter().map(|document| document.name().as_ref()).collect();
    assert_eq!(names, ["api.yaml", "paths/a b.yaml", "answers.json"]);
    let schema = contract.operations[0].responses[0].content[0].schema.as_ref().expect("a schema");
    assert_eq!(contract.place(&schema.anchor).to_string(), "answers.json:1:54");
    let list = contract
        .referred(&crate::contract::Anchor::root(schema.anchor.document), &json!({ "$ref": "#/list" }))
        .expect("the list");
    assert_eq!(
        contract.referred(&crate::contract::Anchor::root(0), &json!({ "$ref": "answers.json#/list" })),
        Some(list)
    );
    assert_eq!(contract.referred(&crate::contract::Anchor::root(0), &json!({ "$ref": "#/nowhere" })), None);
}

#[test]
fn the_hash_covers_every_file() {
    let hash = |text: &str| {
        let api = "openapi: 3.1.0\ninfo: {title: t, version: '1'}\npaths: {/a: {$ref: 'a.yaml'}}";
        load_files(&[("api.yaml", api), ("a.yaml", text)]).expect("it loads").sha256
    };
    assert_eq!(hash("{}"), hash("{}"));
    assert_ne!(hash("{}"), hash("{} "));
    assert_eq!(hash("{}").len(), 64);
}

#[test]
fn other_versions_are_refused_in_one_line() {
    let check = |text: &str, expect: &str| {
        let problems = load_files(&[("api.yaml", text)]).expect_err("refused");
        assert_eq!(problems.iter().map(ToString::to_string).collect::<Vec<_>>(), [expect]);
    };
    let swagger = "api.yaml:1:10: expected OpenAPI 3.0, 3.1 or 3.2, got Swagger 2.0 (convert it first, for example with \
                       `npx swagger2openapi FILE`)";
    check("swagger: '2.0'\npaths: {}", swagger);
    let versions = "expected an OpenAPI version 3.0.x, 3.1.x or 3.2.x, got";
    check("openapi: 4.0.0", &format!("api.yaml:1:10: {versions} 4.0.0"));
    check("openapi: 3.1", &format!("api.yaml:1:10: {versions} 3.1"));
    let none = "expected `openapi: 3.1.0` or another version 3.x at the top of the document, got none (the file must be an OpenAPI document)";
    check("a: 1", &format!("api.yaml:1:1: {none}"));
}

#[test]
fn every_problem_is_reported_at_its_place() {
    check(
        BROKEN,
        &[
            "api.yaml:5:19: expected the operation get of /list to be an object, got an array",
            "api.yaml:8:43: #/components/parameters/Pge does not exist (did you mean Page?)",
            "api.yaml:9:9: expected `in: path`, query, header or cookie for x, got \"body\"",
            "api.yaml:11:9: expected a status such as 200, a range such as 4XX, or default, got \"20X\"",
            "api.yaml:12:17: cannot read the file gone.yaml: no such file or directory",
            "api.yaml:13:17: https://example.com/r.yaml is remote, and remote references are never fetched \
                 (add a local copy to signoff.yaml, as in `refs: { \"https://example.com/r.yaml\": path/to/copy.yaml }`)",
            "api.yaml:17:74: #/components/schemas/Nope does not exist",
            "api.yaml:19:3: expected a path that starts with /, got \"b\"",
            "api.yaml:19:7: expected `responses`, which OpenAPI 3.0 requires, got none",
            "api.yaml:19:13: the operationId same is already used by GET /a (operation ids must be unique)",
            "api.yaml:22:15: the reference is circular",
        ],
    );
}

const BROKEN: &str = r##"security: [{}]
paths:
  /list: {x-a: 1, get: []}
  /a:
    get:
      parameters: [{name: q, in: query}, {$ref: '#/components/parameters/Pge'},
        {name: x, in: body}]
      responses:
        20X: {}
        '200': {$ref: gone.yaml#/r}
        '201': {$ref: https://example.com/r.yaml#/r}
        '202': {$ref: '#/components/responses/Loop'}
        '203':
          description: {}
          content: {application/json: {schema: {items: {properties: {a: {$ref: '#/components/schemas/Nope'}}}}}}
      operationId: same
  b: {get: {operationId: same}}
components:
  parameters: {Page: {name: page, in: query}}
  responses: {Loop: {$ref: '#/components/responses/Loop'}}
"##;

#[test]
fn what_stops_nothing_is_a_warning() {
    check(
        ODD,
        &[
            "api.yaml:3:11: the server URL https://{host}/ has an undeclared variable",
            "api.yaml:4:12: the security scheme keys is not declared: it is not checked (did you mean key?)",
            "api.yaml:7:5: the path parameter {pet_id} is not declared: any value is accepted (did you mean petId?)",
            "api.yaml:8:20: the path /a/{pet_id} has no {petId}: the parameter cannot be sent (did you mean pet_id?)",
            "api.yaml:10:9: expected a style for query parameters, got matrix; form is used",
            "api.yaml:10:9: the query parameter q is declared twice: the first one is used",
            "api.yaml:11:9: z is `in: querystring`, which is not supported: the query is not checked",
            "api.yaml:12:7: the request body of GET is ignored, as OpenAPI 3.0 requires: it is not checked",
            "api.yaml:12:31: \"json\" is not a media type and is ignored: expected `/` at character 5",
            "api.yaml:15:5: /a/{id} and /a/{pet_id} are the same path (they differ only in the names of parameters)",
            "api.yaml:15:25: the path parameter id must be `required: true`",
            "api.yaml:15:89: servers of a path or operation are ignored: all requests go to the target",
            "api.yaml:16:3: no request matches /{a}/{a}?x=1: a path cannot contain ? or #",
            "api.yaml:16:3: /{a}/{a}?x=1 names {a} twice: only the first is checked",
            "api.yaml:19:28: #/components/schemas/Gone does not exist",
        ],
    );
}

const ODD: &str = r##"servers: [{url: 'https://{host}/'}]
security: [keys: []]
paths:
  /a/{pet_id}:
    get:
      parameters: [{name: petId, in: path, required: true},
        {name: q, in: query},
        {name: q, in: query, style: matrix},
        {name: z, in: querystring}]
      requestBody: {content: {json: {}}}
      responses: {default: {description: ''}}
  /a/{id}:
    post: {parameters: [{name: id, in: path}], responses: {default: {description: ''}}, servers: []}
  /{a}/{a}?x=1: {}
components:
  securitySchemes: {key: {type: http, scheme: Bearer}}
  schemas: {Unused: {not: {$ref: '#/components/schemas/Gone'}}}
"##;

#[test]
fn local_copies_stand_for_what_is_elsewhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        fs::write(path, text).expect("a file");
    };
    let answer = |reference: &str| format!("/a: {{get: {{responses: {{'200': {{$ref: '{reference}'}}}}}}}}");
    let paths =
        format!("paths: {{{}, /b: {{$ref: 'more.yaml#/b'}}}}", answer("https://example.com/v1/answers.yaml#/ok"));
    let own = "$self: https://example.org/api/own.yaml";
    write("specs/api.yaml", &format!("openapi: 3.2.0\n{own}\ninfo: {{title: t, version: '1'}}\n{paths}"));
    write(
        "specs/more.yaml",
        "b: {post: {responses: {'204': {$ref: 'https://example.org/api/own.yaml#/paths/~1a/get/responses/200'}}}}",
    );
    write("vendor/answers.yaml", "ok: {$ref: 'lib/deep.yaml'}");
    write("vendor/lib/deep.yaml", "description: ok");
    let copy = |uri: &str, path: &str| (uri.to_owned(), PathBuf::from(path));
    let refs = BTreeMap::from([
        copy("https://example.com/v1/", "vendor"),
        copy("https://example.com/v1/answers.yaml", "vendor/answers.yaml"),
    ]);
    let options = Options { refs, ..Options::default() };
    let contract = load_with(folder.path(), Path::new("specs/api.yaml"), &options).expect("it loads");
    assert_eq!(contract.warnings, []);
    let names: Vec<_> = contract.documents.iter().map(|document| document.name().as_ref()).collect();
    assert_eq!(names, ["specs/api.yaml", "vendor/answers.yaml", "specs/more.yaml", "vendor/lib/deep.yaml"]);
    let at = |index: usize| contract.place(&contract.operations[index].responses[0].anchor).to_string();
    assert_eq!([at(0), at(1)], ["vendor/lib/deep.yaml:1:1"; 2]);
}

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn real_documents_load_or_say_where_they_are_wrong() {
    let data = std::path::PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set"));
    let mut loaded = 0;
    for folder in ["corpus", "validity", "specmatic", "recorded"] {
        for path in documents(&data.join(folder)) {
            match load(&data, path.strip_prefix(&data).expect("below")) {
                Ok(_) => loaded += 1,
                Err(problems) => assert!(problems.iter().all(|problem| problem.at.is_some()), "{problems:?}"),
            }
        }
    }
    assert!(loaded > 200, "{loaded} loaded");
}

fn documents(folder: &Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.extension().and_then(|extension| extension.to_str()) {
            _ if path.is_dir() => found.extend(documents(&path)),
            Some("json" | "yaml" | "yml") => found.push(path),
            _ => {}
        }
    }
    found
}

#[test]
fn operations_have_a_kind() {
    let text = r"
openapi: 3.1.0
info: {title: t, version: '1'}
webhooks:
  made: {post: {operationId: tellMade, callbacks: {c: {$ref: '#/components/callbacks/C'}}}}
  x-made: {post: {}}
paths:
  /a:
    post:
      callbacks: {c: {$ref: '#/components/callbacks/C'}, d: {'{$url}/d': {get: {}, x-get: {}}}}
      responses: {'204': {description: none}}
components:
  callbacks:
    C: {'{$url}/c': {put: {requestBody: {content: {application/json: {schema: {type: strin}}}},
      callbacks: {again: {$ref: '#/components/callbacks/C'}}}}}
";
    let contract = load_files(&[("api.yaml", text)]).expect("what is wrong in a callback stops nothing");
    assert_eq!(contract.warnings, []);
    let names = |operations: &[Operation]| -> Vec<String> {
        operations.iter().map(|held| format!("{:?} {} {}", held.kind, held.index, held.name)).collect()
    };
    assert_eq!(names(&contract.operations), ["Path 0 POST /a"]);
    assert_eq!(names(&contract.webhooks), ["Webhook 0 tellMade"]);
    assert_eq!(names(&contract.callbacks), ["Callback 0 PUT {$url}/c", "Callback 1 GET {$url}/d"]);
    assert!(contract.operation("tellMade").is_none(), "no case can be of a webhook");
    let body = contract.callbacks[0].request_body.as_ref().expect("a body");
    assert_eq!(body.content[0].schema.as_ref().map(|schema| schema.key), Some(None), "it is not compiled");
}
