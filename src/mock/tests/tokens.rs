//! Access tokens: the token endpoints, and what the operations do with what they issued.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::mock::oauth::token::{self, Claims, TokenKind};

const SPEC: &str = r##"
openapi: 3.1.0
info: { title: Things, version: "1" }
security: [{ oauth: [ read ] }]
paths:
  /things:
    get: { operationId: list, responses: { "200": { description: done }, "401": { description: who } } }
    post:
      operationId: add
      security: [{ oauth: [ read, write ] }]
      responses: { "200": { description: done }, "403": { description: no } }
  /open: { get: { operationId: open, security: [{}, { oauth: [] }], responses: { "200": { description: done } } } }
  /taken/token: { post: { operationId: taken, security: [], responses: { "204": { description: done } } } }
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows:
        clientCredentials: { tokenUrl: "https://login.example.com/oauth/token?a=b", scopes: { read: r, write: w } }
        password: { tokenUrl: /login, refreshUrl: /again, scopes: {} }
        authorizationCode: { authorizationUrl: /ask, tokenUrl: /code, scopes: {} }
    other: { type: oauth2, flows: { clientCredentials: { tokenUrl: /taken/token, scopes: {} } } }
"##;

const CLIENT: &str = "client_id=me&client_secret=secret-1";

fn request(url: &str, headers: &[(&str, &str)], form: &str) -> Request {
    let mut request = Request { method: "POST".to_owned(), url: url.to_owned(), ..Request::default() };
    request.headers.append("content-type", "application/x-www-form-urlencoded");
    headers.iter().for_each(|(name, value)| request.headers.set(*name, *value));
    request.body = Some(form.to_owned().into());
    request
}

/// The response to a token request a second after the start.
fn asked(mock: &Mock, url: &str, headers: &[(&str, &str)], form: &str) -> (u16, Value) {
    let response = mock.respond(&request(url, headers, form), 1_000_000);
    assert_eq!(response.headers.get("cache-control"), Some("no-store"), "{form}");
    assert_eq!(response.headers.get("www-authenticate").is_some(), response.status == 401, "{form}");
    (response.status, serde_json::from_slice(&response.body).expect("JSON"))
}

fn error(mock: &Mock, url: &str, headers: &[(&str, &str)], form: &str) -> String {
    let (status, body) = asked(mock, url, headers, form);
    assert_eq!(status, if body["error"] == "invalid_client" { 401 } else { 400 }, "{body}");
    body["error"].as_str().expect("a code").to_owned()
}

/// A token of this scope from `POST /oauth/token`.
fn issued(mock: &Mock, scope: &str) -> String {
    let form = format!("grant_type=client_credentials&{CLIENT}&scope={scope}");
    let (status, body) = asked(mock, "/oauth/token", &[], &form);
    assert_eq!(status, 200, "{body}");
    body["access_token"].as_str().expect("a token").to_owned()
}

/// Status and challenge of a request with a token, so many seconds after the start.
fn called(mock: &Mock, method: &str, url: &str, token: &str, seconds: i64) -> (u16, String) {
    let mut request = Request { method: method.to_owned(), url: url.to_owned(), ..Request::default() };
    request.headers.append("authorization", format!("Bearer {token}"));
    let response = mock.respond(&request, seconds * 1_000_000);
    (response.status, response.headers.get("www-authenticate").unwrap_or_default().to_owned())
}

fn with_rules(rules: &str) -> Mock {
    let base = documented(SPEC);
    let document = Document::parse("mock.yaml", rules).expect("a document");
    let rules = MockRules::parse(document, base.contract()).expect("mock rules");
    Mock::new(base.contract().clone(), rules, STARTED, 7)
}

#[test]
fn each_grant_of_the_document_issues_tokens_at_its_path() {
    let mock = documented(SPEC);
    let (_, body) = asked(&mock, "/oauth/token", &[], &format!("grant_type=client_credentials&{CLIENT}"));
    assert_eq!(
        (&body["expires_in"], &body["token_type"], &body["scope"]),
        (&json!(3600), &json!("Bearer"), &json!("read write"))
    );
    assert!(body.get("refresh_token").is_none(), "{body}");
    let basic = format!("Basic {}", STANDARD.encode("a%3Ab+c:s%25"));
    let (status, _) =
        asked(&mock, "/oauth/token?x=y", &[("authorization", &basic)], "grant_type=client_credentials&scope=read");
    assert_eq!(status, 200);
    let password = "grant_type=password&username=u&password=p&client_id=me&scope=a+b";
    let (status, body) = asked(&mock, "/login", &[], password);
    assert_eq!((status, &body["scope"]), (200, &json!("a b")), "any scope, since none is declared");
    let refresh = |url: &str, more: &str| {
        let token = body["refresh_token"].as_str().expect("a refresh token");
        asked(&mock, url, &[], &format!("grant_type=refresh_token&refresh_token={token}{more}"))
    };
    for url in ["/login", "/again", "/code"] {
        let (status, again) = refresh(url, "&client_id=me");
        assert_eq!((status, &again["scope"]), (200, &json!("a b")), "{url}");
    }
    assert_eq!(refresh("/again", "&client_id=me&scope=a").1["scope"], json!("a"));
    assert_eq!(refresh("/again", "&client_id=me&scope=c").1["error"], json!("invalid_scope"));
    assert_eq!(refresh("/again", "&client_id=you").1["error"], json!("invalid_grant"));
    let foreign = "grant_type=refresh_token&refresh_token=of-another-server&client_id=me";
    assert_eq!(asked(&mock, "/again", &[], foreign).0, 200);
}

#[test]
fn a_token_request_is_refused_as_rfc_6749_says() {
    let mock = documented(SPEC);
    let body = |form: &str| error(&mock, "/oauth/token", &[], form);
    assert_eq!(body(CLIENT), "invalid_request", "no grant");
    assert_eq!(body(&format!("grant_type=password&username=u&password=p&{CLIENT}")), "unsupported_grant_type");
    assert_eq!(body(&format!("grant_type=authorization_code&{CLIENT}")), "unsupported_grant_type");
    assert_eq!(body("grant_type=client_credentials"), "invalid_client");
    assert_eq!(body("grant_type=client_credentials&client_id=me"), "invalid_client", "a public client");
    assert_eq!(body("grant_type=client_credentials&client_id=me&client_secret="), "invalid_client");
    assert_eq!(body(&format!("grant_type=client_credentials&{CLIENT}&scope=read+all")), "invalid_scope");
    assert_eq!(body(&format!("grant_type=client_credentials&{CLIENT}&client_id=me")), "invalid_request", "twice");
    assert_eq!(body(&format!("grant_type=client_credentials&{CLIENT}&a={}", "x".repeat(1_001))), "invalid_request");
    assert_eq!(body(&"a&".repeat(10_000)), "invalid_request", "too long");
    let basic = ("authorization", &*format!("Basic {}", STANDARD.encode("me:secret-1")));
    let form = "grant_type=client_credentials";
    assert_eq!(error(&mock, "/oauth/token", &[basic], &format!("{form}&{CLIENT}")), "invalid_request", "in two places");
    assert_eq!(error(&mock, "/oauth/token", &[("authorization", "Bearer me")], form), "invalid_client");
    let mut twice = request("/oauth/token", &[basic], form);
    twice.headers.append("authorization", basic.1);
    assert_eq!(mock.respond(&twice, 0).status, 400, "`Authorization` twice");
    let foreign = format!("grant_type=refresh_token&refresh_token=abc&{CLIENT}");
    assert_eq!(body(&foreign), "invalid_grant", "no flow here issues refresh tokens");
    assert_eq!(error(&mock, "/oauth/token", &[basic, ("content-type", "application/json")], form), "invalid_request");
    assert_eq!(error(&mock, "/login", &[], "grant_type=password&username=u&client_id=me"), "invalid_request");
    assert_eq!(error(&mock, "/again", &[], "grant_type=refresh_token&client_id=me"), "invalid_request");
    let get = Request { method: "GET".to_owned(), ..request("/oauth/token", &[], "") };
    let response = mock.respond(&get, 0);
    assert_eq!((response.status, response.headers.get("allow")), (405, Some("POST")));
    let of_an_operation = mock.respond(&request("/taken/token", &[], ""), 0);
    assert_eq!(of_an_operation.status, 204, "an operation of the document has precedence");
}

#[test]
fn operations_check_the_tokens_of_the_mock_and_accept_others() {
    let mock = documented(SPEC);
    let call = |token: &str, seconds| called(&mock, "GET", "/things", token, seconds);
    let token = issued(&mock, "read");
    let invalid = (401, "Bearer error=\"invalid_token\"".to_owned());
    assert_eq!(call(&token, 3_600), (200, String::new()));
    assert_eq!(call(&token, 3_601), invalid, "expired");
    assert_eq!(call(&format!("{}AAAA", &token[..token.len() - 4]), 1), invalid, "altered");
    let refresh = Claims { client_id: "me".to_owned(), scope: "read".to_owned(), expires: i64::MAX };
    assert_eq!(call(&token::write(TokenKind::Refresh, &refresh), 1), invalid, "of another kind");
    let (header, rest) = token.split_once('.').expect("a token");
    let renamed = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"alg":"HS256","typ":"at+jwt"}"#);
    for altered in [format!("{renamed}.{rest}"), format!("{}B.{rest}", &header[..header.len() - 1])] {
        assert_eq!(call(&altered, 1), invalid, "{altered}");
    }
    let unsigned = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(r#"{"alg":"nonE"}"#);
    assert_eq!(call(&format!("{unsigned}.e30."), 1), invalid);
    let mut twice = Request { method: "GET".to_owned(), url: "/things".to_owned(), ..Request::default() };
    twice.headers.append("authorization", format!("Bearer {token}"));
    assert_eq!(mock.respond(&twice, 1_000_000).status, 200);
    twice.headers.append("authorization", "Bearer of-another-server");
    assert_eq!(mock.respond(&twice, 1_000_000).status, 401);
    assert_eq!(call("of-another-server", 1), (200, String::new()));
    let lacking = "Bearer error=\"insufficient_scope\", scope=\"read write\"".to_owned();
    assert_eq!(called(&mock, "POST", "/things", &token, 1), (403, lacking));
    assert_eq!(called(&mock, "POST", "/things", &issued(&mock, "read+write"), 1).0, 200);
    let unscoped = issued(&mock, "write");
    let without_403 = "Bearer error=\"insufficient_scope\", scope=\"read\"".to_owned();
    assert_eq!(call(&unscoped, 1), (401, without_403), "the document declares no 403");
    assert_eq!(called(&mock, "GET", "/open", &token, 9_999).0, 200, "it needs no credentials");
}

#[test]
fn mock_rules_name_the_clients_and_the_lifetime() {
    let rules = "tokens: { lifetime: 3s, clients: { me: { client_secret: secret-1, scope: read }, app: {}, it: { client_secret: 'a+b/c=' } } }";
    let mock = with_rules(rules);
    let form = format!("grant_type=client_credentials&{CLIENT}");
    let (_, body) = asked(&mock, "/oauth/token", &[], &form);
    assert_eq!((&body["expires_in"], &body["scope"]), (&json!(3), &json!("read")));
    let token = body["access_token"].as_str().expect("a token");
    assert_eq!([3, 4].map(|at| called(&mock, "GET", "/things", token, at).0), [200, 401]);
    let error = |form: &str| error(&mock, "/oauth/token", &[], form);
    assert_eq!(error(&format!("{form}&scope=write")), "invalid_scope");
    assert_eq!(error("grant_type=client_credentials&client_id=you&client_secret=secret-1"), "invalid_client");
    assert_eq!(error("grant_type=client_credentials&client_id=me&client_secret=secret-2"), "invalid_client");
    assert_eq!(error("grant_type=client_credentials&client_id=app"), "invalid_client", "without a password");
    let (status, _) = asked(&mock, "/login", &[], "grant_type=password&username=u&password=p&client_id=app");
    assert_eq!(status, 200);
    let basic = |pair: &str| {
        let line = format!("Basic {}", STANDARD.encode(pair));
        asked(&mock, "/oauth/token", &[("authorization", &line)], "grant_type=client_credentials").0
    };
    assert_eq!(["it:a%2Bb%2Fc%3D", "it:a+b/c=", "it:a", "it:", "app:"].map(basic), [200, 200, 401, 401, 401]);
    let other = Claims { client_id: "you".to_owned(), scope: "read".to_owned(), expires: i64::MAX };
    assert_eq!(
        called(&mock, "GET", "/things", &token::write(TokenKind::Access, &other), 0).0,
        401,
        "an unknown client"
    );
    let contract = mock.contract();
    let invalid = "tokens: { lifetime: 10ms, clients: { me: { client_secret: '' } } }";
    let document = Document::parse("mock.yaml", invalid).expect("a document");
    let problems = MockRules::parse(document, contract).expect_err("problems");
    assert_eq!(
        problems.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [
            "mock.yaml:1:21: expected at least `1s`",
            "mock.yaml:1:59: a password must not be empty; a public client has no `client_secret`",
        ]
    );
}
