//! What OpenAPI leaves undefined is not checked, and text with several meanings conforms by any of them.

use crate::contract::Contract;

use super::{ask_of, contract};

const ANY: &str = "by undeclared no media type: no JSON";

/// A document of that version with one operation, `GET /x`.
fn with_parameters(version: &str, parameters: &str) -> Contract {
    let operation =
        format!("{{ operationId: x, parameters: [{parameters}], responses: {{ '204': {{ description: done }} }} }}");
    contract(&format!(
        "openapi: {version}\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ get: {operation} }} }}"
    ))
}

#[test]
fn deep_objects_of_more_than_scalars_are_undefined() {
    let contract = with_parameters(
        "3.0.3",
        "{ name: f, in: query, style: deepObject, explode: true, schema: { type: object, properties: { n: { type: integer }, ids: { type: \
         array, items: { type: string } }, deep: { type: object, properties: { a: { type: integer } } } } } }",
    );
    let ask = |query: &str| ask_of(&contract, "x", &format!("GET /x?{query}"));
    assert_eq!(ask("f[n]=1&f[other]=a"), ANY);
    for query in ["f[ids]=1", "f[ids]=1&f[ids]=2", "f[ids][]=1", "f[deep][a]=x", "f[n][]=x", "f[deep]=1"] {
        let text = ask(query);
        assert!(text.starts_with("not_checked Parameter: how style deepObject writes lists and objects"), "{text}");
    }
    assert!(ask("f=").starts_with("not_checked Parameter: how style deepObject writes f is undefined"));
    assert!(ask("f[n]=x").starts_with("Parameter type query/f/n: "));
    assert!(ask("f[n]=1&f[n]=2").contains("expected f[n] once, got it twice"));
    assert!(ask("f=1").contains("expected f[name]=value, as required by style deepObject"));
    assert!(ask("g[n]=1").starts_with("Parameter additionalProperties query/g[n]: "));
}

#[test]
fn text_conforms_if_one_of_its_meanings_does() {
    let contract = with_parameters(
        "3.1.0",
        "{ name: dep, in: query, schema: { oneOf: [ { type: string, enum: [Keep] }, { type: object, required: [Id], properties: { Id: { \
         type: string } } } ] } }, \
         { name: list, in: query, schema: { anyOf: [ { type: array, minItems: 1, items: { type: string } }, { type: object, required: \
         [To], properties: { To: {} } } ] } }, \
         { name: code, in: query, schema: { anyOf: [ { type: string, maxLength: 2 }, { type: integer, minimum: 1000 } ] } }, \
         { name: X-Codes, in: header, schema: { oneOf: [ { type: string, pattern: '^,+$' }, { type: array, items: { enum: [a] } } ] } }",
    );
    let ask = |query: &str| ask_of(&contract, "x", &format!("GET /x?{query}"));
    for query in ["dep=Keep", "Id=1", "list=a", "list=a&list=b", "To=1", "code=12", "code=1200", "dep=Keep&list=a"] {
        assert_eq!(ask(query), ANY, "{query}");
    }
    assert!(ask("dep=Other").starts_with("Parameter oneOf query/dep: "), "{}", ask("dep=Other"));
    assert!(ask("code=120").starts_with("Parameter minimum query/code: "), "{}", ask("code=120"));
    assert!(ask("other=1").starts_with("Parameter additionalProperties query/other: "));
    let header = |line: &str| ask_of(&contract, "x", &format!("GET /x\nX-Codes: {line}"));
    assert_eq!(["a", "a,a", ",,"].map(header), [ANY; 3]);
    assert!(header("a,b").starts_with("Parameter enum header/x-codes/1: "), "{}", header("a,b"));
}

#[test]
fn content_that_is_neither_json_nor_text_is_not_checked() {
    let object = "{ type: object, properties: { a: { type: integer } } }";
    let parameter = |name: &str, location: &str, media_type: &str, schema: &str| {
        format!("{{ name: {name}, in: {location}, content: {{ {media_type}: {{ schema: {schema} }} }} }}")
    };
    let contract = with_parameters(
        "3.1.0",
        &[
            parameter("form", "query", "application/x-www-form-urlencoded", object),
            parameter("xml", "query", "application/xml", object),
            parameter("range", "query", "'application/*'", object),
            parameter("csv", "query", "text/csv", "{ type: array, items: { type: string } }"),
            parameter("number", "query", "text/plain", "{ type: integer }"),
            parameter("token", "query", "application/jwt", "{ type: string, maxLength: 1 }"),
            parameter("json", "query", "application/json", object),
            parameter("X-A", "header", "application/yaml", object),
        ]
        .join(", "),
    );
    let ask = |request: &str| ask_of(&contract, "x", &format!("GET /x{request}"));
    for (name, request) in [
        ("form", "?form=a%3D1"),
        ("xml", "?xml=%3Ca%2F%3E"),
        ("range", "?range=%7B%7D"),
        ("csv", "?csv=a,b"),
        ("X-A", "\nX-A: a: 1"),
    ] {
        let found = ask(request);
        assert!(found.starts_with(&format!("not_checked Parameter: the value of {name} is ")), "{found}");
        assert!(!found.contains("Parameter type"), "{found}");
    }
    assert_eq!(["?number=1", "?token=a", "?json=%7B%22a%22%3A1%7D"].map(ask), [ANY; 3]);
    for (request, expect) in [
        ("?number=a", "Parameter type query/number: "),
        ("?token=ab", "Parameter maxLength query/token: "),
        ("?json=%7B%22a%22%3A%22%22%7D", "Parameter type query/json/a: "),
    ] {
        assert!(ask(request).starts_with(expect), "{}", ask(request));
    }
}

#[test]
fn a_field_of_a_form_conforms_by_any_of_its_media_types() {
    let contract = contract(
        "
openapi: 3.1.0
info: { title: t, version: '1' }
paths:
  /x:
    post:
      operationId: x
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema: { properties: { a: &a { type: object, properties: { n: { type: integer } } }, b: *a, c: { type: integer } } }
            encoding: { a: { contentType: 'application/json, application/xml' }, b: { contentType: 'application/json, text/plain' } }
      responses: { '204': { description: done } }
",
    );
    let ask = |body: &str| {
        ask_of(&contract, "x", &format!("POST /x\ncontent-type: application/x-www-form-urlencoded\n\n{body}"))
    };
    assert!(ask("a=%7B%22n%22%3A1%7D&c=1").starts_with("by undeclared"), "{}", ask("a=%7B%22n%22%3A1%7D&c=1"));
    let xml = ask("a=%3Ca%2F%3E&c=x");
    assert!(
        xml.contains("not_checked BodySchema: the value of a is application/xml") && xml.contains("body/c"),
        "{xml}"
    );
    assert!(!xml.contains("body/a"), "{xml}");
    assert!(ask("a=%7B%22n%22%3A%22%22%7D").starts_with("BodySchema type body/a/n: "));
}

#[test]
fn a_path_conforms_if_one_way_to_split_it_does() {
    let document = |path: &str, parameters: &str| {
        let operation = format!(
            "{{ operationId: x, responses: {{ '204': {{ description: done }} }}, parameters: [{parameters}] }}"
        );
        let paths = format!("{{ '{path}': {{ get: {operation} }} }}");
        contract(&format!("openapi: 3.1.0\ninfo: {{ title: t, version: '1' }}\npaths: {paths}"))
    };
    let files = document(
        "/r/{name}.{ext}",
        "{ name: name, in: path, required: true, schema: { type: string } }, \
         { name: ext, in: path, required: true, schema: { enum: [json, xml] } }",
    );
    let ask = |path: &str| ask_of(&files, "x", &format!("GET {path}"));
    assert_eq!(["/r/a.json", "/r/a.b.json", "/r/a.json.xml"].map(ask), [ANY; 3]);
    assert!(ask("/r/a.b.c").starts_with("Parameter enum path/ext: "), "{}", ask("/r/a.b.c"));
    let text = ask(&format!("/r/{}c", "a.".repeat(1_000)));
    assert!(text.starts_with("not_checked Parameter: the path can be split in too many ways"), "{text}");
    let range = document(
        "/{from}-{to}",
        "{ name: from, in: path, required: true, schema: { type: integer } }, \
         { name: to, in: path, required: true, schema: { type: integer } }",
    );
    assert_eq!(ask_of(&range, "x", "GET /-1--2"), ANY);
}

#[test]
fn of_countless_undeclared_names_the_first_are_listed() {
    let contract = with_parameters("3.1.0", "{ name: a, in: query, schema: { type: string } }");
    let query: String = (0..15_000).map(|number| format!("n{number}=&")).collect();
    let text = ask_of(&contract, "x", &format!("GET /x?{query}a=1"));
    assert_eq!(text.matches("Parameter additionalProperties query/n").count(), 1_000);
    assert!(text.contains("not_checked Parameter: only the first 1000 names in the query"), "{text}");
}

#[test]
fn a_query_string_is_not_checked() {
    let parameter =
        "{ name: all, in: querystring, content: { application/x-www-form-urlencoded: { schema: { type: object } } } }";
    let text = ask_of(&with_parameters("3.2.0", parameter), "x", "GET /x?a=1");
    assert_eq!(text, format!("not_checked Parameter: the query is declared by a parameter `in: querystring`\n{ANY}"));
}

#[test]
fn a_request_body_is_ignored_where_openapi_3_0_ignores_it() {
    let document = |version: &str, method: &str| {
        let body = "requestBody: { required: true, content: { application/json: { schema: { required: [a] } } } }";
        format!(
            "openapi: {version}\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ {method}: {{ operationId: x, {body}, \
             responses: {{ '204': {{ description: done }} }} }} }} }}"
        )
    };
    for (version, method, is_checked) in
        [("3.0.3", "get", false), ("3.0.3", "delete", false), ("3.0.3", "post", true), ("3.1.0", "get", true)]
    {
        let contract = contract(&document(version, method));
        let warned = contract.warnings.iter().any(|problem| problem.rule == Some("ignored-request-body"));
        assert_eq!(warned, !is_checked, "{version} {method}");
        let method = method.to_uppercase();
        let without = ask_of(&contract, "x", &format!("{method} /x"));
        assert_eq!(without.starts_with("BodyPresent"), is_checked, "{without}");
        let with = ask_of(&contract, "x", &format!("{method} /x\ncontent-type: application/json\n\n{{}}"));
        assert_eq!(with.starts_with("BodySchema"), is_checked, "{with}");
    }
}

#[test]
fn text_of_a_body_conforms_if_one_of_its_meanings_does() {
    let contract = contract(
        "
openapi: 3.1.0
info: { title: t, version: '1' }
paths:
  /x:
    post:
      operationId: x
      requestBody:
        content:
          text/plain: { schema: &code { oneOf: [ { type: integer, minimum: 5 }, { type: string, pattern: ^x } ] } }
          application/x-www-form-urlencoded: { schema: &form { type: object, properties: { a: *code, b: *code, l: { type: array, items: *code } } } }
          multipart/form-data: { schema: *form }
      responses: { '204': { description: done } }
",
    );
    let ask = |media_type: &str, body: &str| {
        ask_of(&contract, "x", &format!("POST /x\ncontent-type: {media_type}\n\n{body}"))
    };
    let parts = |fields: &[(&str, &str)]| {
        let part = |(name, text): &(&str, &str)| {
            format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n")
        };
        format!("{}--b--\r\n", fields.iter().map(part).collect::<String>())
    };
    let (text, form, multipart) =
        ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=b");
    for (media_type, body, expect) in [
        (text, "7".to_owned(), "by undeclared"),
        (text, "x".to_owned(), "by undeclared"),
        (text, "3".to_owned(), "BodySchema pattern body: "),
        (form, "a=7&b=x&l=x&l=8".to_owned(), "by undeclared"),
        (form, "a=7&b=3".to_owned(), "BodySchema minimum body/b: "),
        (multipart, parts(&[("a", "7"), ("b", "x"), ("l", "x"), ("l", "8")]), "by undeclared"),
        (multipart, parts(&[("a", "7"), ("l", "x"), ("l", "3")]), "BodySchema pattern body/l/1: "),
    ] {
        let found = ask(media_type, &body);
        assert!(found.starts_with(expect), "{media_type} {body}: {found}");
    }
}

#[test]
fn header_values_that_are_not_utf_8_are_not_checked() {
    let contract = with_parameters("3.1.0", "{ name: X-A, in: header, required: true, schema: { enum: [a] } }");
    let ask = |value: &str| ask_of(&contract, "x", &format!("GET /x\nx-a: {value}"));
    assert!(ask("b").starts_with("Parameter enum header/x-a"));
    let found = ask("\u{fffd}");
    assert!(found.starts_with("not_checked Parameter: header/x-a is not checked: it is not UTF-8"), "{found}");
}

#[test]
fn content_without_media_types_is_named_in_the_message() {
    let document = "
openapi: 3.1.0
info: { title: t, version: '1' }
paths:
  /x: { post: { operationId: x, requestBody: { content: {} }, responses: { '204': { description: done } } } }
";
    let found = ask_of(&contract(document), "x", "POST /x\ncontent-type: text/plain\n\na");
    assert!(found.contains("  - no content\n"), "{found}");
}
