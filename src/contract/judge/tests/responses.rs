//! Validation of responses.

use insta::assert_snapshot;

use super::{answer, answer_to};

#[test]
fn an_answer_that_keeps_everything() {
    assert_snapshot!(answer(200, "content-type: application/json; charset=utf-8\nx-rate: 1\n\n{\"id\": 1}"), @r#"by 200 application/json: {"id":1}"#);
    assert_snapshot!(answer(204, ""), @r#"by 204 no media type: no JSON"#);
    assert_snapshot!(answer(404, "content-type: application/problem+json\n\n{\"title\": 1}"), @r#"by 4XX application/problem+json: {"title":1}"#);
}

#[test]
fn an_undeclared_status_leaves_the_body_not_checked() {
    assert_snapshot!(answer(500, "content-type: application/json\n\n{\"x\": 1}"), @r#"
    Status status status: the status 500 is not documented
      - 200 | 204 | 304 | 4XX
      + 500
      /paths/~1orders~1{id}/get/responses
    not_checked BodySchema: no response is declared for 500
    by undeclared no media type: {"x":1}
    "#);
    assert_snapshot!(answer(500, "content-type: text/html\n\nsorry"), @r#"
    Status status status: the status 500 is not documented
      - 200 | 204 | 304 | 4XX
      + 500
      /paths/~1orders~1{id}/get/responses
    not_checked BodySchema: no response is declared for 500
    by undeclared no media type: no JSON
    "#);
}

#[test]
fn media_types_that_are_missing_malformed_repeated_or_undeclared() {
    assert_snapshot!(answer(200, "x-rate: 1\n\n{\"id\": 1}"), @r#"
    ContentType content-type header/content-type: the header Content-Type is missing
      - application/json | text/plain | text/csv | application/pdf | image/* | application/x-yaml
      + nothing
      /paths/~1orders~1{id}/get/responses/200/content
    not_checked BodySchema: no schema is declared for its media type
    by 200 no media type: {"id":1}
    "#);
    assert_snapshot!(answer(404, "\n\n{\"title\": 1}"), @r#"
    ContentType content-type header/content-type: the header Content-Type is missing
      - application/problem+json
      + nothing
      /paths/~1orders~1{id}/get/responses/4XX/content
    by 4XX application/problem+json: {"title":1}
    "#);
    assert_snapshot!(answer(404, "content-type: json\n\n{\"title\": 1}"), @r#"
    ContentType content-type header/content-type: Content-Type is not a media type: expected `/` at character 5
      - application/problem+json
      + "json"
      /paths/~1orders~1{id}/get/responses/4XX/content
    not_checked BodySchema: no schema is declared for its media type
    by 4XX no media type: {"title":1}
    "#);
    assert_snapshot!(answer(404, "content-type: text/html\n\n{\"title\": 1}"), @r#"
    ContentType content-type header/content-type: the media type is not documented
      - application/problem+json
      + "text/html"
      /paths/~1orders~1{id}/get/responses/4XX/content
    not_checked BodySchema: no schema is declared for its media type
    by 4XX no media type: {"title":1}
    "#);
    assert_snapshot!(answer(404, "content-type: application/problem+json\ncontent-type: text/html\n\n{}"), @r#"
    ContentType content-type header/content-type: Content-Type is on several lines
      - application/problem+json
      + "application/problem+json, text/html"
      /paths/~1orders~1{id}/get/responses/4XX/content
    not_checked BodySchema: no schema is declared for its media type
    by 4XX no media type: {}
    "#);
}

#[test]
fn content_where_none_may_be_and_none_where_it_is_declared() {
    assert_snapshot!(answer(204, "content-type: application/json\n\n{\"x\": 1}"), @r#"
    BodyAbsent body body: a response with status 204 must not have a body, got 8 bytes
      - no content
      + "{\"x\": 1}"
      /paths/~1orders~1{id}/get/responses/204
    by 204 no media type: {"x":1}
    "#);
    assert_snapshot!(answer(204, "content-length: 16"), @r#"
    BodyAbsent body header/content-length: the header "content-length" is not allowed
      - no content
      + "16"
      /paths/~1orders~1{id}/get/responses/204
    by 204 no media type: no JSON
    "#);
    assert_snapshot!(answer(204, "transfer-encoding: chunked"), @r#"
    BodyAbsent body header/transfer-encoding: the header "transfer-encoding" is not allowed
      - no content
      + "chunked"
      /paths/~1orders~1{id}/get/responses/204
    by 204 no media type: no JSON
    "#);
    assert_snapshot!(answer(204, "content-length: 0"), @"by 204 no media type: no JSON");
    assert_snapshot!(answer(304, "content-length: 16"), @"by 304 no media type: no JSON");
    assert_snapshot!(answer_to("HEAD", 204, "content-length: 16"), @"by 204 no media type: no JSON");
    assert_snapshot!(answer(304, ""), @r#"by 304 no media type: no JSON"#);
    assert_snapshot!(answer(404, ""), @r#"
    BodyPresent body body: expected application/problem+json, got no body
      - application/problem+json
      + nothing
      /paths/~1orders~1{id}/get/responses/4XX/content
    by 4XX no media type: no JSON
    "#);
    assert_snapshot!(answer(404, "content-type: text/html"), @r#"
    BodyPresent body body: expected application/problem+json, got no body
      - application/problem+json
      + nothing
      /paths/~1orders~1{id}/get/responses/4XX/content
    ContentType content-type header/content-type: the media type is not documented
      - application/problem+json
      + "text/html"
      /paths/~1orders~1{id}/get/responses/4XX/content
    by 4XX no media type: no JSON
    "#);
    assert_snapshot!(answer_to("HEAD", 404, "content-type: text/html"), @r#"
    ContentType content-type header/content-type: the media type is not documented
      - application/problem+json
      + "text/html"
      /paths/~1orders~1{id}/get/responses/4XX/content
    by 4XX no media type: no JSON
    "#);
}

#[test]
fn bodies_that_are_not_strict_json() {
    let json = "content-type: application/problem+json\n\n";
    assert_snapshot!(answer(404, &format!("{json}{{\"title\": 1, \"title\": 2}}")), @r#"
    UniqueNames json body/title: the name "title" is in an object twice (line 1 column 20): names should be unique
      - unique names
      + "{\"title\": 1, \"title\": 2}"
      /paths/~1orders~1{id}/get/responses/4XX/content/application~1problem+json
    not_checked BodySchema: the body is not checked against its schema: an object in it has a name twice, and what that means is undefined
    by 4XX application/problem+json: {"title":2}
    "#);
    assert_snapshot!(answer(404, &format!("{json}{{}} {{}}")), @r#"
    BodyWellFormed json body: not JSON: text after the value at line 1 column 4
      - JSON
      + "{} {}"
      /paths/~1orders~1{id}/get/responses/4XX/content/application~1problem+json
    by 4XX application/problem+json: no JSON
    "#);
    assert_snapshot!(answer(404, &format!("{json}<html>")), @r#"
    BodyWellFormed json body: not JSON: expected value at line 1 column 1
      - JSON
      + "<html>"
      /paths/~1orders~1{id}/get/responses/4XX/content/application~1problem+json
    by 4XX application/problem+json: no JSON
    "#);
}

#[test]
fn content_that_is_not_json() {
    assert_snapshot!(answer(200, "content-type: text/plain\nx-rate: 1\n\nabcdef"), @r#"
    BodySchema maxLength body: expected at most 5 characters, got 6
      - string(length ≤ 5)
      + "abcdef"
      /paths/~1orders~1{id}/get/responses/200/content/text~1plain/schema/maxLength
    by 200 text/plain: no JSON
    "#);
    assert_snapshot!(answer(200, "content-type: text/plain\nx-rate: 1"), @r#"by 200 text/plain: no JSON"#);
    assert_snapshot!(answer(200, "content-type: text/csv\nx-rate: 1\n\na,b"), @r#"
    not_checked BodySchema: text/csv is not checked against its schema: the schema does not describe a string
    by 200 text/csv: no JSON
    "#);
    assert_snapshot!(answer(200, "content-type: application/pdf\nx-rate: 1\n\n%PDF"), @r#"
    not_checked BodySchema: no schema is declared for application/pdf
    by 200 application/pdf: no JSON
    "#);
    assert_snapshot!(answer(200, "content-type: image/png\nx-rate: 1\n\nPNG"), @r#"by 200 image/*: no JSON"#);
    assert_snapshot!(answer(200, "content-type: application/x-yaml\nx-rate: 1\n\na: 1"), @r#"
    not_checked BodySchema: application/x-yaml is not checked against its schema: it is neither JSON nor text
    by 200 application/x-yaml: no JSON
    "#);
}

#[test]
fn headers_are_required_and_keep_their_schema() {
    assert_snapshot!(answer(200, "content-type: text/plain\netag: x\n\nabc"), @r#"
    HeaderSchema required header/x-rate: the required header X-Rate is missing
      - integer
      + nothing
      /paths/~1orders~1{id}/get/responses/200/headers/X-Rate/required
    HeaderSchema minLength header/etag: expected at least 3 characters, got 1
      - string(length ≥ 3)
      + "x"
      /paths/~1orders~1{id}/get/responses/200/headers/ETag/schema/minLength
    by 200 text/plain: no JSON
    "#);
    assert_snapshot!(answer(200, "content-type: text/plain\nX-RATE: many\n\nabc"), @r#"
    HeaderSchema type header/x-rate: expected integer, got string
      - integer
      + "many"
      /paths/~1orders~1{id}/get/responses/200/headers/X-Rate/schema/type
    by 200 text/plain: no JSON
    "#);
}
