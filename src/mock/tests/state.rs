//! What rules remember, how they hold back or pass on, and what is told of a behaviour before it answers.

use super::*;
use crate::mock::rules::lint::lint;

fn told(text: &str) -> String {
    let contract = contract();
    let document = Document::parse("mock.yaml", text).expect("a document");
    let behaviour = MockRules::parse(document, &contract).expect("a behaviour");
    let shown = |problem: &crate::problem::Problem| {
        let width = problem.at.as_ref().map_or(0, |at| at.width);
        format!("{}[{}] {problem} ~{width}", problem.severity.word(), problem.rule.unwrap_or("none"))
    };
    lint(&behaviour, &contract).iter().map(shown).collect::<Vec<_>>().join("\n")
}

/// What the state is after each of the requests, as a rule that shows it says.
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
        let (status, answer) = said(&mock, UPDATE, body.clone());
        let (_, shown) = said(&mock, UPDATE, json!({}));
        if status == 200 { shown["metadata"].clone() } else { answer["detail"].clone() }
    };
    bodies.iter().map(after).collect()
}

#[test]
fn a_store_merges_replaces_appends_and_deletes() {
    let body = |name: &str| json!({"email": "a@b.example", "first_name": name});
    let held = |log: Value, one: Value| json!({"log": log, "one": one});
    let one = json!({"a": 1, "b": {"c": 2}});
    let appended = states("{ log: { $append: \"${request.body.first_name}\" } }", &[body("x"), body("y")]);
    assert_eq!(appended, [held(json!(["x"]), one.clone()), held(json!(["x", "y"]), one.clone())]);
    let replaced = states("{ one: { b: { $set: { d: null } }, a: null } }", &[body("x")]);
    assert_eq!(replaced, [held(json!([]), json!({"b": {"d": null}}))]);
    let named = states("{ made: { \"${request.body.first_name}\": { $append: 1 } } }", &[body("x"), body("x")]);
    assert_eq!(named[1]["made"], json!({"x": [1, 1]}));
    let left_out = states("{ one: { a: { $set: \"${omit}\" }, b: { $append: \"${omit}\" } } }", &[body("x")]);
    assert_eq!(left_out, [held(json!([]), one)]);
}

#[test]
fn what_a_request_brings_is_never_an_operator() {
    let brought = json!({"email": "a@b.example", "metadata": {"$set": 1, "$append": 2}});
    let after = states("{ one: { $set: \"${request.body.metadata}\" }, log: { $append: 1 } }", &[brought]);
    assert_eq!(after, [json!({"log": [1], "one": {"$set": 1, "$append": 2}})]);
}

#[test]
fn a_step_that_cannot_be_made_changes_nothing() {
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
    assert_eq!([said(&mock, UPDATE, json!({})).0, said(&mock, UPDATE, json!({})).0], [500, 500]);
}

#[test]
fn a_rule_may_let_the_document_answer_and_hold_it_back() {
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
    let first = mock.respond(&post(UPDATE, "{}"), 0);
    assert_eq!((first.response.status, first.damage.delay.as_millis()), (200, 1500));
    let second = mock.respond(&post(UPDATE, "{}"), 0);
    assert_eq!((&*second.response.body, second.damage.delay.as_millis()), (&br#"{"id":"second"}"#[..], 0));
}

#[test]
fn a_seed_lies_under_the_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    let load = |name: &str| MockRules::load(folder.path(), Path::new(name), &contract());
    let refused = |name: &str| load(name).expect_err("refused").iter().map(ToString::to_string).collect::<Vec<_>>();
    write("seed.json", r#"{"a": {"b": 1, "c": 2}, "d": 3}"#);
    write("list.yaml", "- 1\n");
    write("mock.yaml", "{ seed: seed.json, state: { a: { b: 5, c: null } } }");
    write("wrong.yaml", "seed: list.yaml");
    write("astray.yaml", "seed: nowhere.json");
    let behaviour = load("mock.yaml").expect("a behaviour");
    assert_eq!(behaviour.state, json!({"a": {"b": 5}, "d": 3}));
    assert_eq!(behaviour.files(), [Path::new("mock.yaml"), Path::new("seed.json")]);
    assert_eq!(refused("wrong.yaml"), ["list.yaml:1:1: expected an object, the state"]);
    let [astray] = &refused("astray.yaml")[..] else { panic!("one problem") };
    assert!(astray.starts_with("astray.yaml:1:7: cannot read nowhere.json: "), "{astray}");
}

#[test]
fn what_can_be_said_beforehand_is_said() {
    insta::assert_snapshot!(told(
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
fn the_behaviours_of_this_repository_have_nothing_to_be_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for name in ["specs/imprint.mock.yaml", "specs/imprint.broken.mock.yaml"] {
        let behaviour = MockRules::load(root, Path::new(name), &contract()).expect("a behaviour");
        assert_eq!(lint(&behaviour, &contract()), []);
    }
}

#[test]
fn a_rule_that_cannot_be_read_is_told_with_its_place() {
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
