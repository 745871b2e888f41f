//! Values and locations of documents, and how broken ones are refused.

use std::fmt::Write as _;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::pointer::Pointer;

use super::*;

fn document(text: &str) -> Document {
    Document::parse("f.yaml", text).expect("a document")
}

/// Every problem as the terminal shows it: location, message, help, line and caret.
fn problems(name: &str, text: &str) -> String {
    let problems = Document::parse(name, text).expect_err("problems");
    problems.iter().fold(String::new(), |mut shown, problem| {
        let at = problem.at.as_ref().expect("a place");
        let caret = " ".repeat(at.place.column as usize - 1) + &"^".repeat(at.width as usize);
        let _ = write!(shown, "{problem}\n  {}\n  {caret}\n", at.line);
        shown
    })
}

fn check(text: &str, expect: Value) {
    assert_eq!(document(text).value(), &expect, "{text:?}");
}

#[test]
fn yaml_1_2_and_string_keys() {
    check("200: ok\nnull: no\n1.0: x\n", json!({"200": "ok", "null": "no", "1.0": "x"}));
    check("a: &x {b: [1, two]}\nc: *x\n", json!({"a": {"b": [1, "two"]}, "c": {"b": [1, "two"]}}));
    check("a: !!str 012\nb: ! 5\nc: !!int 7\n", json!({"a": "012", "b": "5", "c": 7}));
    check("text: |\n  one\n  two\nempty:\n", json!({"text": "one\ntwo\n", "empty": null}));
    check("'<<': literal\n", json!({"<<": "literal"}));
    check("{\"a\":1,\"b\":[]}", json!({"a": 1, "b": []}));
    check("{ a: 1 }", json!({"a": 1}));
    check("\u{feff}a: 1\n", json!({"a": 1}));
}

#[test]
fn every_problem_at_once() {
    let texts = ["a: 1\n'a': 2\n<<: [1, {}]\nb: !secret x\nc: .nan\n200: x\n'200': y\n"];
    insta::assert_snapshot!(texts.map(|text| problems("f.yaml", text)).join("\n"));
}

#[test]
fn merge_keys_add_missing_properties() {
    let text = "one: &one { a: 1, b: 1 }\ntwo: &two { b: 2, c: 2 }\nall: { b: 3, <<: [*two, *one], '<<': text }\nonly: { <<: *one }\n";
    let document = Document::parse("f.yaml", text).expect("YAML");
    let expect = json!({ "b": 3, "c": 2, "a": 1, "<<": "text" });
    assert_eq!((&document.value()["all"], &document.value()["only"]), (&expect, &json!({ "a": 1, "b": 1 })));
    let place = document.locate(&Pointer::parse("/all/c").expect("a pointer"), End::Key);
    assert_eq!((place.line, place.column), (2, 19), "where it is written");
}

#[test]
fn broken_yaml_says_what_to_do() {
    let texts = [
        "path: { id: ${x} }\n",
        "path: [a, ${x}]\n",
        "a:\n  ${x}: {${y}: 1}\n",
        "message: not found: x\n",
        "name: @x\n",
        "name: *x\n",
        "a:\n\t- b\n",
        "a: \"b\n",
        "a: [1, 2\nb: 3\n",
        "? [a]\n: b\n",
    ];
    insta::assert_snapshot!(texts.map(|text| problems("f.yaml", text)).join("\n"));
}

#[test]
fn files_that_are_no_document() {
    let files = [
        ("f.yaml", ""),
        ("f.yaml", "# nothing\n"),
        ("f.yaml", "a: 1\n---\nb: 2\n"),
        ("f.json", "{\"a\": 1,\n \"a\": 2}"),
        ("f.json", "{ a: 1 }"),
    ];
    insta::assert_snapshot!(files.map(|(name, text)| problems(name, text)).join("\n"));
}

#[test]
fn hostile_documents_are_errors() {
    let deep = "[".repeat(100_000);
    let laughs = (1..30).fold("a0: &a0 [x, x]\n".to_owned(), |text, n| {
        let last = n - 1;
        format!("{text}a{n}: &a{n} [*a{last}, *a{last}]\n")
    });
    let long = format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), vec!["*a"; 1000].join(","));
    let ladder = (1..5).fold(format!("a0: &a0 {}{}\n", "[".repeat(90), "]".repeat(90)), |text, n| {
        format!("{text}a{n}: &a{n} {}*a{}{}\n", "[".repeat(90), n - 1, "]".repeat(90))
    });
    let message = |text: &str| Document::parse("f", text).expect_err("refused")[0].message.clone();
    let messages: Vec<_> = [deep, laughs, long, ladder, "- ".repeat(20_000)].iter().map(|text| message(text)).collect();
    assert_eq!(
        messages,
        [
            "nested deeper than 200 levels",
            "aliases repeat more than 10000 nodes or 1 MB of text",
            "aliases repeat more than 103012 nodes or 1 MB of text",
            "nested deeper than 200 levels, including aliases",
            "nested deeper than 200 levels",
        ]
    );
    assert_eq!(message("a: &a [*a]"), "recursive alias");
}

#[test]
fn copies_are_limited_relative_to_the_size_of_the_file() {
    let message = |text: &str| Document::parse("f", text).map_err(|problems| problems[0].to_string());
    let repeated =
        |items: usize, aliases: usize| format!("a: &a [{}]\nb:\n{}", "0,".repeat(items), "- *a\n".repeat(aliases));
    assert!(message(&repeated(99, 99)).is_ok(), "a small file of usual aliases");
    let error = message(&repeated(99, 110)).expect_err("refused");
    assert!(error.starts_with("f:103:3: aliases repeat more than 10000 nodes"), "{error}");
    assert!(message(&repeated(100_000, 1)).is_ok(), "a large file");
    assert!(message(&repeated(100_000, 3)).is_err());
    let nested = |levels: usize| {
        let open: String = (0..levels).map(|level| format!("&a{level} [")).collect();
        format!("a: {open}{}{}\n", "0,".repeat(20_000), "]".repeat(levels))
    };
    assert!(message(&nested(2)).is_ok());
    let error = message(&nested(100)).expect_err("refused");
    assert!(error.starts_with("f:1:") && error.contains("anchors inside anchors repeat more than"), "{error}");
}

#[test]
fn own_files_have_no_size_limit() {
    let text = format!("[{}0]", "0,".repeat(700_000));
    assert!(parse_json(text.as_bytes()).is_err_and(|error| error.beyond_limits), "an answer may not");
    assert_eq!(document(&text).value().as_array().map(Vec::len), Some(700_001));
}

#[test]
fn locations_of_keys_values_and_missing_properties() {
    let document = document("a:\n  - é: x\n    'b c': [1, 22]\n  -\n");
    let at = |pointer: &str, end| {
        let snippet = document.snippet(&Pointer::parse(pointer).expect("a pointer"), end);
        format!("{}+{}", snippet.place, snippet.width)
    };
    assert_eq!(at("", End::Value), "f.yaml:1:1+2");
    assert_eq!(at("/a", End::Key), "f.yaml:1:1+1");
    assert_eq!(at("/a", End::Value), "f.yaml:2:3+6");
    assert_eq!(at("/a/0/é", End::Value), "f.yaml:2:8+1");
    assert_eq!(at("/a/0/b c", End::Key), "f.yaml:3:5+5");
    assert_eq!(at("/a/0/b c/1", End::Key), "f.yaml:3:16+2");
    assert_eq!(at("/a/0/b c/7/x", End::Key), "f.yaml:3:5+5");
    assert_eq!(at("/nope", End::Key), "f.yaml:1:1+2");
}

#[test]
fn locations_within_a_scalar() {
    let document = document("a: \"time(x) <= now()\"\nb: 'it''s x'\nc: >\n  one\n  two\n");
    let within = |pointer: &str, range| {
        let snippet = document.snippet_within(&Pointer::parse(pointer).expect("a pointer"), range);
        format!("{}+{}", snippet.place, snippet.width)
    };
    assert_eq!(within("/a", 5..6), "f.yaml:1:10+1");
    assert_eq!(within("/b", 5..6), "f.yaml:2:4+9");
    assert_eq!(within("/c", 4..7), "f.yaml:4:3+3");
}

#[test]
fn misread_numbers_are_listed_as_written() {
    let found = document("a: +14155552671\nb: ['2.10', 2.10, 3]\nc: 1_000\nd: |-\n  1_000\n").misread_numbers();
    let shown: Vec<_> = found.iter().map(|(at, text)| format!("{at} {text}")).collect();
    assert_eq!(shown, ["/a +14155552671", "/b/1 2.10", "/c 1_000"]);
    let json = |text: &str| Document::parse("f.json", text).expect("JSON").misread_numbers();
    assert_eq!(json("[2.10]"), []);
    assert_eq!(json("[9007199254740993.0]"), [(Pointer::root().join(0), "9007199254740993.0".to_owned())]);
}

fn any_json(text: impl Strategy<Value = String> + Clone + 'static) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map(text.clone(), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Checks that every node of a JSON text is located where its own text begins.
fn assert_locations(document: &Document, at: &Pointer, value: &Value) {
    let map = document.source_map();
    let place = map.places().find(at, End::Value);
    let first = map.source.slice(place.start..document.text().len());
    let expected = match value {
        Value::Array(_) => "[".to_owned(),
        Value::Object(_) => "{".to_owned(),
        scalar => scalar.to_string(),
    };
    assert!(first.starts_with(&expected), "{at}: {expected} at {first}");
    let children: Vec<_> = match value {
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (at.join(index), item)).collect(),
        Value::Object(members) => members.iter().map(|(name, member)| (at.join(name), member)).collect(),
        _ => Vec::new(),
    };
    children.iter().for_each(|(at, child)| assert_locations(document, at, child));
}

proptest! {
    #[test]
    fn json_is_read_back_and_located(value in any_json(any::<String>()), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let document = Document::parse("f.json", text.expect("text")).expect("JSON");
        prop_assert_eq!(document.value(), &value);
        assert_locations(&document, &Pointer::root(), &value);
    }

    #[test]
    fn json_is_yaml(value in any_json("[^\\pC]{0,12}"), pretty: bool) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let document = Document::parse("f.yaml", format!("# YAML\n{}", text.expect("text"))).expect("YAML");
        prop_assert_eq!((document.source_map().is_json(), document.value()), (false, &value));
        assert_locations(&document, &Pointer::root(), &value);
    }

    /// Except line breaks of YAML 1.1, which `serde_yaml` writes, and `<<`, which it does not quote.
    #[test]
    fn yaml_written_by_serde_yaml_is_read_back(value in any_json("[^\\pC\u{2028}\u{2029}<]{0,12}")) {
        let text = serde_yaml::to_string(&value).expect("text");
        let document = Document::parse("f.yaml", text).expect("YAML");
        prop_assert_eq!(document.value(), &value);
    }

    #[test]
    fn arbitrary_text_never_panics(text in "[-a:{}\\[\\]&*!'\"|> \n\t$0.é#%@,?]{0,60}") {
        if let Ok(document) = Document::parse("f", text) {
            document.misread_numbers();
            document.snippet_within(&Pointer::root(), 0..3);
        }
    }
}
