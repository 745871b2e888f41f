//! Validation of requests.

use insta::assert_snapshot;

use super::ask;

#[test]
fn requests_that_keep_everything() {
    assert_snapshot!(ask("getOrder", "GET /orders/1?limit=2&fields=a&fields=b"), @r#"by undeclared no media type: no JSON"#);
    assert_snapshot!(ask("changeOrder", "POST /orders/1\nauthorization: basic YTpi\ncontent-type: application/json\n\n{\"count\": 1}"), @r#"by undeclared application/json: {"count":1}"#);
    assert_snapshot!(ask("changeOrder", "POST /orders/1\nauthorization: Bearer abc\nx-key: k\ncontent-type: application/x-www-form-urlencoded\n\ncount=1&tags=a&tags=b"), @r#"by undeclared application/x-www-form-urlencoded: no JSON"#);
    assert_snapshot!(ask("newOrder", "PUT /orders/new"), @r#"by undeclared no media type: no JSON"#);
}

#[test]
fn a_request_that_leads_elsewhere_breaks_nothing_else() {
    assert_snapshot!(ask("getOrder", "PATCH /orders/0"), @r#"
    Method method method: the method does not lead to getOrder
      - GET
      + "PATCH"
      /paths/~1orders~1{id}
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("getOrder", "POST /orders/0"), @r#"
    Method method method: the method does not lead to getOrder
      - GET
      + "POST"
      /paths/~1orders~1{id}
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("getOrder", "GET /order/0"), @r#"
    Path path path: the path does not lead to getOrder
      - /orders/{id}
      + "/order/0"
      /paths/~1orders~1{id}
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("changeOrder", "PUT /orders/new"), @r#"
    Path path path: the path does not lead to changeOrder
      - /orders/{id}
      + "/orders/new"
      /paths/~1orders~1{id}
    by undeclared no media type: no JSON
    "#);
}

#[test]
fn parameters_are_required_declared_and_keep_their_schema() {
    assert_snapshot!(ask("getOrder", "GET /orders/0?fields=a&fields=c&limt=1\nX-Trace: nope"), @r#"
    Parameter minimum path/id: expected 1 or more
      - integer ≥ 1
      + 0
      /paths/~1orders~1{id}/get/parameters/0/schema/minimum
    Parameter required query/limit: the required query parameter "limit" is missing
      - integer
      + nothing
      /paths/~1orders~1{id}/get/parameters/1/required
    Parameter enum query/fields/1: expected "a" | "b"
      - "a" | "b"
      + "c"
      /paths/~1orders~1{id}/get/parameters/2/schema/items/enum
    Parameter format header/x-trace: expected the format uuid
      - string(uuid)
      + "nope"
      /paths/~1orders~1{id}/get/parameters/3/schema/format
    Parameter additionalProperties query/limt: the query parameter "limt" is not declared
      - limit | fields
      + "1"
      /paths/~1orders~1{id}/get/parameters
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("getOrder", "GET /orders/x?limit=1&limit=2"), @r#"
    Parameter type path/id: expected integer, got string
      - integer ≥ 1
      + "x"
      /paths/~1orders~1{id}/get/parameters/0/schema/type
    Parameter style query/limit: expected limit once, got it 2 times
      - integer in style form
      + "limit=1&limit=2"
      /paths/~1orders~1{id}/get/parameters/1
    by undeclared no media type: no JSON
    "#);
}

#[test]
fn credentials_are_there_and_well_formed() {
    let body = "content-type: application/json\n\n{\"count\": 1}";
    assert_snapshot!(ask("changeOrder", &format!("POST /orders/1\n{body}")), @r#"
    Security security security: basic: no Authorization header; key: no header X-Key
      - basic | key & token
      + nothing
      /security
    by undeclared application/json: {"count":1}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("POST /orders/1\nauthorization: Basic !!\n{body}")), @r#"
    Security security security: basic: the Basic credentials are malformed; key: no header X-Key
      - basic | key & token
      + "Basic …"
      /security
    by undeclared application/json: {"count":1}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("POST /orders/1\nauthorization: Bearer a b\nx-key: k\n{body}")), @r#"
    Security security security: basic: Authorization is not Basic; token: the Bearer credentials are malformed
      - basic | key & token
      + "Bearer …"
      /security
    by undeclared application/json: {"count":1}
    "#);
    assert_snapshot!(ask("sealed", "PUT /sealed"), @r#"
    not_checked Security: mutual is checked by the connection, not in the message
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("sealed", "PUT /sealed?key=1"), @r#"by undeclared no media type: no JSON"#);
}

#[test]
fn bodies_are_required_and_keep_their_schema() {
    let line = "POST /orders/1\nauthorization: Basic YTpi\n";
    assert_snapshot!(ask("changeOrder", line), @r#"
    BodyPresent required body: the required request body is missing
      - { count }
      + nothing
      /paths/~1orders~1{id}/post/requestBody/required
    by undeclared no media type: no JSON
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}content-type: text/plain\n\n{{\"count\": 1}}")), @r#"
    ContentType content-type header/content-type: the media type is not documented
      - application/json | application/x-www-form-urlencoded | multipart/form-data
      + "text/plain"
      /paths/~1orders~1{id}/post/requestBody/content
    not_checked BodySchema: no schema is declared for its media type
    by undeclared no media type: {"count":1}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}\n{{\"count\": \"1\"}}")), @r#"
    ContentType content-type header/content-type: the header Content-Type is missing
      - application/json | application/x-www-form-urlencoded | multipart/form-data
      + nothing
      /paths/~1orders~1{id}/post/requestBody/content
    not_checked BodySchema: no schema is declared for its media type
    by undeclared no media type: {"count":"1"}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}content-type: application/json\n\n{{\"count\": ")), @r#"
    BodyWellFormed json body: not JSON: EOF while parsing a value at line 1 column 10
      - JSON
      + "{\"count\": "
      /paths/~1orders~1{id}/post/requestBody/content/application~1json
    by undeclared application/json: no JSON
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}content-type: application/json\n\n{{\"count\": \"1\"}}")), @r#"
    BodySchema type body/count: expected integer, got string
      - integer
      + "1"
      /paths/~1orders~1{id}/post/requestBody/content/application~1json/schema/properties/count/type
    by undeclared application/json: {"count":"1"}
    "#);
    assert_snapshot!(ask("changeOrder", &format!("{line}content-type: application/x-www-form-urlencoded\n\ncount=x&more=1")), @r#"
    BodySchema type body/count: expected integer, got string
      - integer
      + "x"
      /paths/~1orders~1{id}/post/requestBody/content/application~1x-www-form-urlencoded/schema/properties/count/type
    BodySchema additionalProperties body/more: the property "more" is not allowed
      - { count, tags }
      + "1"
      /paths/~1orders~1{id}/post/requestBody/content/application~1x-www-form-urlencoded/schema/additionalProperties
    by undeclared application/x-www-form-urlencoded: no JSON
    "#);
    assert_snapshot!(ask("newOrder", "PUT /orders/new\n\n\n{\"x\": 1}"), @r#"
    not_checked BodySchema: no request body is declared for newOrder
    by undeclared no media type: {"x":1}
    "#);
}

#[test]
fn the_parts_of_a_form_are_read_by_their_types() {
    let part =
        |name: &str, text: &str| format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
    let form = |parts: &[String]| {
        let head = "POST /orders/1\nauthorization: Basic YTpi\ncontent-type: multipart/form-data; boundary=b\n\n";
        ask("changeOrder", &format!("{head}{}--b--\r\n", parts.concat()))
    };
    assert_snapshot!(form(&[part("count", "1"), part("tags", "a"), part("tags", "b")]), @r#"by undeclared multipart/form-data: no JSON"#);
    assert_snapshot!(form(&[part("count", "x"), part("more", "1")]), @r#"
    BodySchema type body/count: expected integer, got string
      - integer
      + "x"
      /paths/~1orders~1{id}/post/requestBody/content/multipart~1form-data/schema/properties/count/type
    BodySchema additionalProperties body/more: the property "more" is not allowed
      - { count, tags }
      + 1
      /paths/~1orders~1{id}/post/requestBody/content/multipart~1form-data/schema/additionalProperties
    by undeclared multipart/form-data: no JSON
    "#);
    assert_snapshot!(form(&["--c".to_owned()]), @r#"
    BodyWellFormed multipart body: not multipart/form-data: it does not contain its boundary
      - multipart/form-data
      + "--c--b--\r\n"
      /paths/~1orders~1{id}/post/requestBody/content/multipart~1form-data
    by undeclared multipart/form-data: no JSON
    "#);
}
