//! Tests of every style in both directions.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::contract::shape::{Items, Members};
use crate::contract::version::OasVersion;
use crate::contract::{Anchor, Parameter, ParameterIn, Shape, Style};
use crate::http::{Headers, MediaType};
use crate::pointer::Pointer;

/// The parameter `color` of that place, style and version.
fn color(place: ParameterIn, style: &str, explode: bool, shape: Shape) -> Parameter {
    Parameter {
        name: "color".to_owned(),
        location: place,
        required: false,
        style: Style::parse(style, place, OasVersion::parse("3.1.1").expect("a version"))
            .expect("a style of the place"),
        explode,
        allow_reserved: false,
        allow_empty: false,
        shape,
        schema: None,
        content: None,
        examples: Vec::new(),
        anchor: Anchor { document: 0, pointer: Pointer::root() },
    }
}

fn shape(kind: &str) -> Shape {
    let mut shape = Shape::default();
    match kind {
        "string" => shape.string = true,
        "number" => shape.number = true,
        "boolean" => shape.boolean = true,
        "strings" => shape.array = Some(Box::new(Items { others: self::shape("string"), ..Items::default() })),
        "numbers" => shape.array = Some(Box::new(Items { others: self::shape("number"), ..Items::default() })),
        _ => {
            let numbers = ["R", "G", "B"].map(|name| (name.to_owned(), self::shape("number")));
            shape.object = Some(Members { named: BTreeMap::from(numbers), ..Members::default() });
        }
    }
    shape
}

/// Parses `text` at the location where `serialize` would put it.
fn read(parameter: &Parameter, siblings: &[Parameter], text: &str) -> Parsed {
    let path = [("color".to_owned(), text.to_owned())];
    let header = if parameter.location == ParameterIn::Cookie { "cookie" } else { "color" };
    let headers: Headers = [(header, text)].into_iter().collect();
    parse(parameter, siblings, &Wire { path: &path, query: Some(text), headers: &headers })
}

fn check(parameter: &Parameter, value: &Value, text: &str) {
    assert_eq!(serialize(parameter, value).as_deref(), Ok(text), "{parameter:?}");
    assert_eq!(read(parameter, &[], text), Parsed::Value(value.clone()), "{parameter:?}");
}

#[test]
fn every_style_goes_both_ways() {
    use ParameterIn::{Cookie, Header, Path, Query};
    let list = json!(["blue", "black", "brown"]);
    let object = json!({ "R": 100, "G": 200, "B": 150 });
    for (place, style, explode, of_list, of_object) in [
        (Path, "simple", false, "blue,black,brown", "R,100,G,200,B,150"),
        (Path, "simple", true, "blue,black,brown", "R=100,G=200,B=150"),
        (Path, "label", false, ".blue,black,brown", ".R,100,G,200,B,150"),
        (Path, "label", true, ".blue.black.brown", ".R=100.G=200.B=150"),
        (Path, "matrix", false, ";color=blue,black,brown", ";color=R,100,G,200,B,150"),
        (Path, "matrix", true, ";color=blue;color=black;color=brown", ";R=100;G=200;B=150"),
        (Query, "form", false, "color=blue,black,brown", "color=R,100,G,200,B,150"),
        (Query, "form", true, "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        (Query, "spaceDelimited", false, "color=blue%20black%20brown", "color=R%20100%20G%20200%20B%20150"),
        (Query, "spaceDelimited", true, "color=blue&color=black&color=brown", "R=100&G=200&B=150"),
        (Query, "pipeDelimited", false, "color=blue%7Cblack%7Cbrown", "color=R%7C100%7CG%7C200%7CB%7C150"),
        (Header, "simple", false, "blue,black,brown", "R,100,G,200,B,150"),
        (Header, "simple", true, "blue,black,brown", "R=100,G=200,B=150"),
        (Cookie, "form", false, "color=blue,black,brown", "color=R,100,G,200,B,150"),
        (Cookie, "form", true, "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
        (Cookie, "cookie", true, "color=blue; color=black; color=brown", "R=100; G=200; B=150"),
    ] {
        check(&color(place, style, explode, shape("strings")), &list, of_list);
        check(&color(place, style, explode, shape("object")), &object, of_object);
    }
    let deep = color(Query, "deepObject", true, shape("object"));
    check(&deep, &object, "color%5BR%5D=100&color%5BG%5D=200&color%5BB%5D=150");
    assert_eq!(read(&deep, &[], "color[R]=1&x=2"), Parsed::Value(json!({ "R": 1 })));
    let nested = serialize(&deep, &json!({ "a": [1, 2], "b": { "c": true } }));
    assert_eq!(nested.as_deref(), Ok("color%5Ba%5D=1&color%5Ba%5D=2&color%5Bb%5D%5Bc%5D=true"));
    let pipes = color(Query, "pipeDelimited", false, shape("strings"));
    assert_eq!(read(&pipes, &[], "color=a|b%7cc"), Parsed::Value(json!(["a", "b", "c"])));
}

#[test]
fn text_is_read_by_the_declared_type() {
    let read = |kind, text: &str| read(&color(ParameterIn::Path, "simple", false, shape(kind)), &[], text);
    for (kind, text, expect) in [
        ("string", "%2B14155552671", json!("+14155552671")),
        ("string", "12", json!("12")),
        ("number", "12", json!(12)),
        ("number", "-1.5e3", json!(-1500.0)),
        ("number", "+12", json!("+12")),
        ("number", "012", json!("012")),
        ("number", "12%20", json!("12 ")),
        ("number", "1e999", json!("1e999")),
        ("number", "true", json!("true")),
        ("boolean", "true", json!(true)),
        ("boolean", "True", json!("True")),
        ("numbers", "1,x,3", json!([1, "x", 3])),
        ("strings", "a%2Cb,c", json!(["a,b", "c"])),
        ("object", "R,1,X,2", json!({ "R": 1, "X": "2" })),
    ] {
        assert_eq!(read(kind, text), Parsed::Value(expect), "{text} as {kind}");
    }
    let malformed = |kind, text: &str, why: &str| {
        assert_eq!(read(kind, text), Parsed::Malformed { why: why.to_owned(), text: Some(text.to_owned()) });
    };
    malformed("object", "R,1,G", "expected alternating names and values, got an odd number");
    malformed("object", "R,1,R,2", "expected R once, got it twice");
    malformed("string", "%zz", "expected two hexadecimal digits after %, got \"%zz\"");
    malformed("string", "%FF", "\"%FF\" is not UTF-8 when decoded");
    malformed("string", &"%FF".repeat(2_000), "a text of 6000 bytes is not UTF-8 when decoded");
}

#[test]
fn what_a_style_cannot_hold_is_an_error() {
    let check = |place, style, value: Value, why: &str| {
        assert_eq!(serialize(&color(place, style, false, Shape::default()), &value), Err(why.to_owned()));
    };
    let nested = "style form cannot hold the value: a nested array cannot be written as text";
    check(ParameterIn::Query, "form", json!([[1]]), nested);
    check(ParameterIn::Query, "form", Value::Null, "style form cannot hold the value: null cannot be written as text");
    let space = "style spaceDelimited cannot hold the value: \"a b\" contains the separator of items";
    check(ParameterIn::Query, "spaceDelimited", json!(["a b"]), space);
    check(
        ParameterIn::Header,
        "simple",
        json!("a\nb"),
        "style simple cannot hold the value: '\\n' is not allowed in a header",
    );
    let dots = "a path segment cannot be \"..\": URLs resolve it before sending";
    check(ParameterIn::Path, "simple", json!(".."), dots);
    let deep = "style deepObject cannot hold the value: expected an object";
    check(ParameterIn::Query, "deepObject", json!("x"), deep);
}

#[test]
fn content_is_json_in_the_place_of_a_value() {
    let json_of = |place| {
        let style = Style::default_of(place).word();
        let content = MediaType::parse("application/json").ok();
        Parameter { content, ..color(place, style, true, Shape::default()) }
    };
    check(&json_of(ParameterIn::Query), &json!({ "a": [1] }), "color=%7B%22a%22%3A%5B1%5D%7D");
    check(&json_of(ParameterIn::Path), &json!([1, null]), "%5B1%2Cnull%5D");
    check(&json_of(ParameterIn::Header), &json!({ "a": "b" }), r#"{"a":"b"}"#);
    assert!(matches!(read(&json_of(ParameterIn::Query), &[], "color=%7B"), Parsed::Malformed { .. }));
}

#[test]
fn a_query_is_shared_between_parameters() {
    let mut free = shape("object");
    free.object = Some(Members { others: Some(Box::default()), ..Members::default() });
    let rest = Parameter { name: "rest".to_owned(), ..color(ParameterIn::Query, "form", true, free) };
    let own = color(ParameterIn::Query, "form", true, shape("string"));
    let wire = |query| Wire { path: &[], query, headers: &EMPTY };
    static EMPTY: std::sync::LazyLock<Headers> = std::sync::LazyLock::new(Headers::default);
    let both = [own, rest];
    let parsed = |index: usize, query| parse(&both[index], &both, &wire(Some(query)));
    assert_eq!(parsed(0, "color=a+b&x=1"), Parsed::Value(json!("a b")));
    assert_eq!(parsed(1, "color=a+b&x=1"), Parsed::Value(json!({ "x": "1" })));
    assert_eq!(parsed(0, "x=1"), Parsed::Absent);
    let (why, text) = ("expected color once, got it 2 times".to_owned(), Some("color=1&color=2".to_owned()));
    assert_eq!(parsed(0, "color=1&color=2"), Parsed::Malformed { why, text });
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    assert_eq!(undeclared(&both[..1], &wire(Some("color=1&x=1&%79=%32&x=3"))), [pair("x", "1"), pair("y", "2")]);
    assert_eq!(undeclared(&both, &wire(Some("x=1"))), []);
}

#[test]
fn an_empty_value_is_read_as_far_as_it_may_be_empty() {
    let strict = color(ParameterIn::Query, "form", true, shape("number"));
    assert_eq!(read(&strict, &[], "color"), Parsed::Value(json!("")));
    let lenient = Parameter { allow_empty: true, ..strict };
    assert_eq!(read(&lenient, &[], "color="), Parsed::Empty);
    assert_eq!(read(&lenient, &[], "other"), Parsed::Absent);
}

#[test]
fn repeated_header_lines_are_one_list() {
    let parameter = color(ParameterIn::Header, "simple", false, shape("numbers"));
    let headers: Headers = [("Color", "1, 2"), ("color", "3")].into_iter().collect();
    let wire = Wire { path: &[], query: None, headers: &headers };
    assert_eq!(parse(&parameter, &[], &wire), Parsed::Value(json!([1, 2, 3])));
}

fn any_layout() -> impl Strategy<Value = (ParameterIn, &'static str, bool)> {
    use ParameterIn::{Cookie, Path, Query};
    let styles = prop::sample::select(vec![
        (Path, "simple"),
        (Path, "label"),
        (Path, "matrix"),
        (Query, "form"),
        (Query, "spaceDelimited"),
        (Query, "pipeDelimited"),
        (Query, "deepObject"),
        (ParameterIn::Header, "simple"),
        (Cookie, "form"),
        (Cookie, "cookie"),
    ]);
    (styles, any::<bool>()).prop_map(|((place, style), explode)| (place, style, explode))
}

fn any_value() -> impl Strategy<Value = (&'static str, Value)> {
    let text = || prop_oneof!["[ -~]{1,8}", "\\PC{1,6}"];
    prop_oneof![
        text().prop_map(|text| ("string", json!(text))),
        any::<i64>().prop_map(|number| ("number", json!(number))),
        any::<bool>().prop_map(|flag| ("boolean", json!(flag))),
        prop::collection::vec(text(), 1..4).prop_map(|items| ("strings", json!(items))),
        prop::collection::vec(any::<u64>(), 1..4).prop_map(|items| ("numbers", json!(items))),
        any::<[i16; 3]>().prop_map(|[r, g, b]| ("object", json!({ "R": r, "G": g, "B": b }))),
    ]
}

#[test]
fn reserved_expansion_keeps_what_is_encoded() {
    let parameter =
        |allow_reserved| Parameter { allow_reserved, ..color(ParameterIn::Query, "form", true, shape("string")) };
    let text = json!("a%20b%2f/%zz%é?&%");
    assert_eq!(serialize(&parameter(true), &text), Ok("color=a%20b%2f/%25zz%25%C3%A9?%26%25".to_owned()));
    assert_eq!(serialize(&parameter(false), &json!("a%20b")), Ok("color=a%2520b".to_owned()));
}

proptest! {
    /// What a style can hold comes back as it went.
    #[test]
    fn serializing_and_parsing_is_the_identity(
        (place, style, explode) in any_layout(),
        (kind, value) in any_value(),
        allow_reserved: bool,
    ) {
        let parameter = Parameter { allow_reserved, ..color(place, style, explode, shape(kind)) };
        // Reserved expansion keeps what looks encoded.
        let is_ambiguous = allow_reserved && value.to_string().contains('%');
        if let Some(text) = serialize(&parameter, &value).ok().filter(|_| !is_ambiguous) {
            prop_assert_eq!(read(&parameter, &[], &text), Parsed::Value(value), "{}", text);
        }
    }

    /// Hostile text is read or refused, never a panic.
    #[test]
    fn any_text_is_survived((place, style, explode) in any_layout(), text in "\\PC{0,12}", kind in "object|strings|number") {
        let _ = read(&color(place, style, explode, shape(&kind)), &[], &text);
    }
}

/// The table that the specification's authors publish, for every version.
#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn the_published_table_holds() {
    let data = std::path::PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set"));
    let text = std::fs::read_to_string(data.join("oas-style-table.json")).expect("the table");
    let table: Value = serde_json::from_str(&text).expect("JSON");
    let inputs = ["empty", "string", "array", "object"].map(|name| &table["input"][name]);
    let mut rows = 0;
    for (version, lines) in table["tables"].as_object().expect("tables") {
        for line in lines.as_array().expect("rows") {
            let cells: Vec<&str> = line.as_array().expect("cells").iter().filter_map(Value::as_str).collect();
            for (input, expect) in inputs.iter().zip(&cells[2..]).filter(|(_, expect)| !is_left_out(expect)) {
                places(cells[0]).iter().for_each(|place| published(*place, version, (&cells, input, expect)));
                rows += 1;
            }
        }
    }
    assert!(rows > 200, "{rows} cells");
}

/// Cells that the table leaves empty, one that is cut short in 3.0.0, and an empty label, which is no segment of a path.
fn is_left_out(cell: &str) -> bool {
    cell.contains("n/a") || ["R|100|G|200", "."].contains(&cell)
}

/// Locations that allow parameters of that style.
fn places(style: &str) -> &'static [ParameterIn] {
    match style {
        "simple" => &[ParameterIn::Path, ParameterIn::Header],
        "label" | "matrix" => &[ParameterIn::Path],
        "cookie" => &[ParameterIn::Cookie],
        "form" => &[ParameterIn::Query, ParameterIn::Cookie],
        _ => &[ParameterIn::Query],
    }
}

/// Writes the input as the cell has it, and reads the cell back as the input.
fn published(place: ParameterIn, version: &str, (cells, input, cell): (&[&str], &Value, &str)) {
    let style = Style::parse(cells[0], place, OasVersion::parse(version).expect("a version")).expect("a style");
    let explode = cells[1] == "true" || style == Style::DeepObject;
    let kind = match input {
        Value::Array(_) => "strings",
        Value::Object(_) => "object",
        _ => "string",
    };
    let parameter = Parameter { style, ..color(place, cells[0], explode, shape(kind)) };
    let plain = |text: &str| text.replace("%5B", "[").replace("%5D", "]").replace("%7C", "|");
    let cell = cell.trim_start_matches('?');
    // Cookies are joined as cookies, which the table leaves to the reader.
    let cell = if place == ParameterIn::Cookie { cell.replace('&', "; ") } else { cell.to_owned() };
    let made = serialize(&parameter, input);
    // Older tables leave the name out before separated values.
    let nameless = matches!(style, Style::SpaceDelimited | Style::PipeDelimited) && !cell.contains('=');
    let cell = if nameless { format!("color={cell}") } else { cell };
    assert_eq!(made.map(|text| plain(&text)), Ok(plain(&cell)), "{version} {cells:?}");
    assert_eq!(self::read(&parameter, &[], &cell), Parsed::Value(input.clone()), "{version} {cells:?} {place:?}");
}
