//! Rules: state, delay, fall-through, loading and lint.

use super::*;
use crate::mock::rules::lint;

fn lint_lines(text: &str) -> String {
    let contract = contract();
    let document = Document::parse("mock.yaml", text).expect("a document");
    let rules = MockRules::parse(document, &contract).expect("mock rules");
    let shown = |problem: &crate::problem::Problem| {
        let width = problem.at.as_ref().map_or(0, |at| at.width);
        format!("{}[{}] {problem} ~{width}", problem.severity.word(), problem.rule.unwrap_or("none"))
    };
    lint(&rules, &contract).iter().map(shown).collect::<Vec<_>>().join("\n")
}

/// The state after each of the requests, as returned by a rule.
fn states(store: &str, bodies: &[Value]) -> Vec<Value> {
    let mock = mock(&format!(
        "state: {{ log: [], one: {{ a: 1, b: {{ c: 2 }} }} }}
operations:
  updateCustomer:
    - when: request.body.email is defined
      respond: {{ status: 200, body: {{ id: x }} }}
      store: {store}
    - respond: {{ status: 200, body: {{ id: x, metadata: \"${{state}}\" }} }}
"
    ));
    let after = |body: &Value| {
        let (status, response) = send(&mock, UPDATE, body.clone());
        let (_, shown) = send(&mock, UPDATE, json!({}));
        if status == 200 { shown["metadata"].clone() } else { response["detail"].clone() }
    };
    bodies.iter().map(after).collect()
}

#[test]
fn a_store_merges_replaces_appends_and_deletes() {
    let body = |name: &str| json!({"email": "a@b.example", "first_name": name});
    let state = |log: Value, one: Value| json!({"log": log, "one": one});
    let one = json!({"a": 1, "b": {"c": 2}});
    let appended = states("{ log: { $append: \"${request.body.first_name}\" } }", &[body("x"), body("y")]);
    assert_eq!(appended, [state(json!(["x"]), one.clone()), state(json!(["x", "y"]), one.clone())]);
    let replaced = states("{ one: { b: { $set: { d: null } }, a: null } }", &[body("x")]);
    assert_eq!(replaced, [state(json!([]), json!({"b": {"d": null}}))]);
    let named = states("{ made: { \"${request.body.first_name}\": { $append: 1 } } }", &[body("x"), body("x")]);
    assert_eq!(named[1]["made"], json!({"x": [1, 1]}));
    let omitted = states("{ one: { a: { $set: \"${omit}\" }, b: { $append: \"${omit}\" } } }", &[body("x")]);
    assert_eq!(omitted, [state(json!([]), one)]);
}

#[test]
fn values_of_a_request_are_never_operators() {
    let values = json!({"email": "a@b.example", "metadata": {"$set": 1, "$append": 2}});
    let after = states("{ one: { $set: \"${request.body.metadata}\" }, log: { $append: 1 } }", &[values]);
    assert_eq!(after, [json!({"log": [1], "one": {"$set": 1, "$append": 2}})]);
}

#[test]
fn an_invalid_update_changes_nothing() {
    let store = "{ log: { $append: 1 }, one: { $append: 2 } }";
    let after = states(store, &[json!({"email": "a@b.example"})]);
    assert_eq!(after, [json!("mock.yaml:6:53: expected a list to append to at state.one, found an object")]);
    let mock = mock(&format!(
        "state: {{ log: [], one: 1 }}
operations:
  updateCustomer:
    - when: state.log == []
      respond: {{ status: 200, body: {{ id: x }} }}
      store: {store}"
    ));
    assert_eq!([send(&mock, UPDATE, json!({})).0, send(&mock, UPDATE, json!({})).0], [500, 500]);
}

#[test]
fn a_rule_may_fall_through_to_the_document_with_a_delay() {
    let mock = mock(
        "state: { times: 0 }
operations:
  updateCustomer:
    - when: state.times == 1
      respond: { status: 200, body: { id: second } }
    - fallthrough: document
      delay: 1.5s
      store: { times: \"${state.times + 1}\", seen: \"${response.body.id}\" }
",
    );
    let first = mock.handle(&post(UPDATE, "{}"), 0);
    assert_eq!((first.response.status, first.effect.delay.as_millis()), (200, 1500));
    let second = mock.handle(&post(UPDATE, "{}"), 0);
    assert_eq!((&*second.response.body, second.effect.delay.as_millis()), (&br#"{"id":"second"}"#[..], 0));
}

#[test]
fn the_state_is_merged_over_the_seed() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    let load = |name: &str| MockRules::load(folder.path(), Path::new(name), &contract());
    let refused = |name: &str| load(name).expect_err("refused").iter().map(ToString::to_string).collect::<Vec<_>>();
    write("seed.json", r#"{"a": {"b": 1, "c": 2}, "d": 3}"#);
    write("list.yaml", "- 1\n");
    write("mock.yaml", "{ seed: seed.json, state: { a: { b: 5, c: null } } }");
    write("wrong.yaml", "seed: list.yaml");
    write("astray.yaml", "seed: nowhere.json");
    let rules = load("mock.yaml").expect("mock rules");
    assert_eq!(rules.state, json!({"a": {"b": 5}, "d": 3}));
    assert_eq!(rules.files(), [Path::new("mock.yaml"), Path::new("seed.json")]);
    assert_eq!(refused("wrong.yaml"), ["list.yaml:1:1: a seed must be an object: the initial state"]);
    let [astray] = &refused("astray.yaml")[..] else { panic!("one problem") };
    assert!(astray.starts_with("astray.yaml:1:7: cannot read nowhere.json: "), "{astray}");
}

#[test]
fn lint_reports_every_problem() {
    insta::assert_snapshot!(lint_lines(
        "state: { links: {}, customers: {} }
invalid_request: { status: 418 }
unauthorized: { status: 401, undocumented: so they do }
operations:
  linkCustomerAccount:
    - when: request.path.customer_id in state.link
      respond: { status: 404, body: { type: CUSTOMER_NOT_FOUND_ERROR, message: \"${state.customers}\", param: 5 } }
    - respond: { status: 402 }
    - when: request.body.metadata is defined
      respond: { status: 200, body: \"${request.body}\" }
    - accepts_invalid: true
      respond: { status: 402, body: 1 }
      undocumented: so they say
  updateCustomer:
    - when: state.links == {}
      respond: { status: 200, body: { id: 5, address: { \"${request.body.email}\": 1 }, phone: \"${request.body.phone}\" } }
    - when: state.links == {}
      respond: { status: 200 }
    - when: state.customers == {}
      respond: { status: 200, body: { phone: \"${request.body.phone}\", first_name: [1] } }
      unchecked: true
    - respond: { status: 200, text: hello }
      store: { links: 1 }
"
    ));
}

#[test]
fn the_mock_rules_of_this_repository_are_clean() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["specs/imprint.mock.yaml", "specs/imprint.broken.mock.yaml"] {
        let rules = MockRules::load(root, Path::new(name), &contract()).expect("mock rules");
        assert_eq!(lint(&rules, &contract()), []);
    }
}

#[test]
fn invalid_rules_are_reported_with_their_locations() {
    let text = "operations:
  updateCustomer:
    - when: request.bdy.x == 1
      respond: { status: 200, headers: { x-id: \"${request.path.customerid}\" } }
    - store: { a: { $push: 1 }, b: { $set: 1, c: 2 } }
      fallthrough: document
    - { respond: { status: 200 }, fallthrough: document }
    - { when: response.status == 1, fallthrough: document, store: { a: \"${response.code}\" } }
    - delay: 1s
    - delay: soon
      fallthrough: contract
";
    let document = Document::parse("mock.yaml", text).expect("a document");
    let problems = MockRules::parse(document, &contract()).expect_err("problems");
    insta::assert_snapshot!(problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

const FORM: &str = "openapi: 3.0.3
info: { title: Token, version: '1' }
paths:
  /token:
    post:
      operationId: token
      requestBody:
        content:
          application/x-www-form-urlencoded: { schema: { $ref: '#/components/schemas/Grant' } }
          multipart/form-data: { schema: { $ref: '#/components/schemas/Grant' } }
          application/xml: { schema: { $ref: '#/components/schemas/Grant' } }
      responses: { '200': { description: ok, content: { application/json: { schema: {} } } } }
  /free:
    post: { operationId: free, responses: { '200': { description: ok, content: { application/json: { schema: {} } } } } }
components:
  schemas:
    Grant: { type: object, required: [ id ], properties: { id: { type: string }, count: { type: integer }, scopes: { type: array, items: { type: string } } } }
";

fn with_rules(spec: &str, rules: &str) -> Mock {
    let Mock { contract, .. } = documented(spec);
    let document = Document::parse("mock.yaml", rules).expect("a document");
    let rules = MockRules::parse(document, &contract).unwrap_or_else(|problems| panic!("{problems:?}"));
    Mock::new(contract, rules, STARTED, 7)
}

#[test]
fn rules_read_the_fields_of_forms() {
    let rules = "operations:
  token: [ { when: request.body.id == 'a', respond: { status: 200, body: \"${request.body}\" } } ]
  free: [ { respond: { status: 200, body: \"${request.body}\" } } ]
";
    let mock = with_rules(FORM, rules);
    let body = |url: &str, media_type: &str, text: &str| {
        let mut request = post(url, text);
        request.headers.set("content-type", media_type);
        let response = mock.respond(&request, 0);
        assert_eq!(response.status, 200, "{response:?}");
        serde_json::from_slice::<Value>(&response.body).expect("JSON")
    };
    let expected = json!({"id": "a", "count": 2, "scopes": ["r", "w"]});
    let form = "application/x-www-form-urlencoded";
    assert_eq!(body("/token", form, "id=a&count=2&scopes=r&scopes=w"), expected);
    let part =
        |name: &str, text: &str| format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    let parts = [("id", "a"), ("count", "2"), ("scopes", "r"), ("scopes", "w")].map(|(name, text)| part(name, text));
    assert_eq!(body("/token", "multipart/form-data; boundary=b", &(parts.concat() + "--b--\r\n")), expected);
    let xml = "<Grant><id>a</id><count>2</count><scopes>r</scopes><scopes>w</scopes></Grant>";
    assert_eq!(body("/token", "application/xml", xml), expected);
    assert_eq!(body("/free", form, "id=1&x=y&x=z"), json!({"id": "1", "x": ["y", "z"]}));
}

#[test]
fn headers_read_the_body_of_the_response() {
    let rules = |headers: &str| {
        format!(
            "operations: {{ free: [ {{ respond: {{ status: 200, body: {{ id: \"a-${{request.method}}\" }}, headers: {headers} }} }} ] }}"
        )
    };
    let mock = with_rules(FORM, &rules("{ location: \"/free/${response.body.id}\" }"));
    let response = mock.respond(&post("/free", ""), 0);
    assert_eq!((response.status, response.headers.get("location")), (200, Some("/free/a-POST")));
    let document =
        Document::parse("mock.yaml", rules("{ a: \"${response.headers.etag}\", b: \"${response.nothing}\" }"));
    let refused = MockRules::parse(document.expect("a document"), &mock.contract).expect_err("unknown names");
    let shown: Vec<_> = refused.iter().map(ToString::to_string).collect();
    assert_eq!(shown.len(), 2, "{shown:?}");
    assert!(shown[0].contains("response.headers") && shown[1].contains("response.nothing"), "{shown:?}");
}

#[test]
fn a_rule_that_omits_the_violations_lists_them_in_a_header() {
    let refusal = |body: &str| {
        let rules = format!("invalid_request: {{ status: 400, undocumented: none, body: {body} }}\noperations: {{}}\n");
        let mut request = post("/token", "count=2");
        request.headers.set("content-type", "application/x-www-form-urlencoded");
        let response = with_rules(FORM, &rules).respond(&request, 0);
        (response.status, response.headers.all("signoff-mock-violation").map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(refusal("{ e: \"${violations}\" }"), (400, vec![]));
    assert_eq!(refusal("{ e: x }"), (400, vec!["body/id: the required property \"id\" is missing".to_owned()]));
}
