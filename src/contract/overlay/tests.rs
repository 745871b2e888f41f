//! Tests of applying overlays.

use std::sync::Arc;

use serde_json::{Value, json};

use super::*;
use crate::document::{Document, End};
use crate::pointer::Pointer;

const BASE: &str = "\
info: { title: Pets, version: '1' }
tags: [ a, b, c ]
paths:
  /a/{b}: { get: { tags: [ dummy, x ], summary: old } }
  /c~d: { get: {} }
";

/// What `actions` change of [`BASE`], then what is wrong with them.
fn applied(version: &str, actions: &str) -> (Document, Vec<String>, Vec<String>) {
    let base = Document::parse("base.yaml", BASE).expect("YAML");
    let text = format!("overlay: {version}\ninfo: {{ title: t, version: '1' }}\nactions:\n{actions}");
    let overlay = Arc::new(Document::parse("overlay.yaml", text).expect("YAML"));
    let (document, amendments, problems) = apply(base, &[overlay]);
    let change = |change: &Change| format!("{} {}", change.kind.word(), change.at);
    let changes = amendments.iter().flat_map(|amendment| &amendment.changes).map(change).collect();
    (document, changes, problems.iter().map(ToString::to_string).collect())
}

fn check(actions: &str, at: &str, expect: &Value, changes: &[&str]) {
    let (document, changed, problems) = applied("1.1.0", actions);
    assert_eq!(document.value().pointer(at), Some(expect), "{actions}");
    assert_eq!(changed, changes, "{actions}");
    assert_eq!(problems, [""; 0], "{actions}");
}

fn refused(version: &str, actions: &str, expect: &[&str]) {
    assert_eq!(applied(version, actions).2, expect, "{actions}");
}

#[test]
fn updates_merge() {
    check(
        "  - { target: $.info, update: { title: Dogs, contact: { name: n } } }",
        "/info",
        &json!({ "title": "Dogs", "version": "1", "contact": { "name": "n" } }),
        &["replaced /info/title", "added /info/contact"],
    );
    check("  - { target: $.tags, update: d }", "/tags", &json!(["a", "b", "c", "d"]), &["added /tags/3"]);
    check(
        "  - { target: $, update: { tags: [ d, e ] } }",
        "/tags",
        &json!(["a", "b", "c", "d", "e"]),
        &["added /tags/3", "added /tags/4"],
    );
    check(
        "  - { target: '$.paths.*.get', update: { x-safe: true } }",
        "/paths/~1c~0d/get",
        &json!({ "x-safe": true }),
        &["added /paths/~1a~1{b}/get/x-safe", "added /paths/~1c~0d/get/x-safe"],
    );
    check(
        "  - { target: \"$.paths['/a/{b}'].get.summary\", update: new }",
        "/paths/~1a~1{b}/get/summary",
        &json!("new"),
        &["replaced /paths/~1a~1{b}/get/summary"],
    );
    check("  - { target: $.info, update: { title: Pets } }", "/info/title", &json!("Pets"), &[]);
}

#[test]
fn removals_take_out() {
    check(
        "  - { target: '$.tags[0, 2]', remove: true }",
        "/tags",
        &json!(["b"]),
        &["removed /tags/0", "removed /tags/2"],
    );
    check(
        "  - { target: \"$..tags[?@ == 'dummy']\", remove: true }",
        "/paths/~1a~1{b}/get/tags",
        &json!(["x"]),
        &["removed /paths/~1a~1{b}/get/tags/0"],
    );
    check(
        "  - { target: '$..get', remove: true }",
        "/paths/~1c~0d",
        &json!({}),
        &["removed /paths/~1a~1{b}/get", "removed /paths/~1c~0d/get"],
    );
}

#[test]
fn a_node_can_be_moved() {
    check(
        "  - { target: $.paths, update: { /new: {} } }\n  - { target: \"$.paths['/new']\", copy: \"$.paths['/c~d']\" }\n  \
         - { target: \"$.paths['/c~d']\", remove: true }",
        "/paths/~1new",
        &json!({ "get": {} }),
        &["added /paths/~1new", "added /paths/~1new/get", "removed /paths/~1c~0d"],
    );
}

#[test]
fn what_was_added_stands_in_the_overlay() {
    let actions =
        "  - { target: '$.tags[0]', remove: true }\n  - target: $.info\n    update:\n      contact:\n        name: n";
    let (document, ..) = applied("1.0.0", actions);
    let place = |at: &str| document.locate(&Pointer::parse(at).expect("a pointer"), End::Key).to_string();
    assert_eq!(
        ["/info/contact/name", "/info/title", "/tags/0", "/tags/1"].map(place),
        ["overlay.yaml:8:9", "base.yaml:1:9", "base.yaml:2:12", "base.yaml:2:15"]
    );
}

#[test]
fn what_is_wrong_is_said_at_its_place() {
    refused("1.3.0", "  - {}", &["overlay.yaml:1:1: expected `overlay: 1.0.0` or 1.1.0, got \"1.3.0\""]);
    refused("1.0.0", "  []", &["overlay.yaml:3:1: expected `actions`, a list of at least one"]);
    refused(
        "1.0.0",
        "  - { target: $.nope, remove: true }\n  - { target: $.tags, update: a, copy: $ }\n  - { target: $.tags }\n  \
         - { target: tags, remove: true }\n  - { target: $.tags, copy: $.info }\n  - { target: $.paths, updte: 1, remove: true }\n  \
         - { target: $.info, update: { title: [] } }\n  - { target: $, remove: true }\n  - 1",
        &[
            "overlay.yaml:5:5: expected one of update and copy, got both",
            "overlay.yaml:6:5: an action needs `update`, `copy` or `remove: true`",
            "overlay.yaml:7:7: not a JSONPath (RFC 9535): it must start with $",
            "overlay.yaml:8:23: `copy` needs `overlay: 1.1.0`",
            "overlay.yaml:9:24: unknown key `updte` (did you mean `update`?)",
            "overlay.yaml:12:5: expected an object",
            "overlay.yaml:12:5: expected the action's `target`, a JSONPath such as $.paths['/pets'].get",
            "overlay.yaml:4:7: $.nope matches nothing: the action has no effect",
            "overlay.yaml:10:33: cannot merge a list into /info/title, which is a scalar (remove it first, then add it again)",
            "overlay.yaml:11:5: the whole document cannot be removed",
        ],
    );
}

#[test]
fn documents_cannot_grow_without_end() {
    let check = |actions: String, at: &str| {
        let (_, _, problems) = applied("1.1.0", &actions);
        let grown = format!("{at}: the overlays add more than 250000 values or 16 MB of text");
        assert_eq!(problems.first(), Some(&grown));
    };
    let copies = "  - { target: $.info, copy: $ }\n";
    check(copies.repeat(18), "overlay.yaml:19:23");
    // What is removed later was added as well.
    let list = format!("  - {{ target: $.info, update: {{ a: [{}0] }} }}\n", "0,".repeat(99_999));
    check((list + "  - { target: $.info.a, remove: true }\n").repeat(3), "overlay.yaml:8:23");
    let text = format!("  - {{ target: $.info, update: {{ a: {} }} }}\n", "x".repeat(900_000));
    check(text.repeat(18), "overlay.yaml:21:23");
    let nested = "  - { target: $.info, update: { a: { a: {} } } }\n".to_owned();
    let (_, _, problems) = applied("1.1.0", &(nested + &"  - { target: $.info.a, copy: $.info }\n".repeat(200)));
    let deep = "the document would be nested deeper than 200 levels";
    assert!(problems.first().is_some_and(|problem| problem.ends_with(deep)), "{problems:?}");
}
