//! Every kind of security, how alternatives and operations combine them, and the messages for requests without one.

use super::*;

const DOORS: &str = "
openapi: 3.1.0
info: { title: Doors, version: '1' }
security: [ { basic: [] } ]
paths:
  /inherited: { get: { responses: {} } }
  /open: { get: { security: [], responses: {} } }
  /and: { get: { security: [ { header: [], query: [], cookie: [] } ], responses: {} } }
  /or: { get: { security: [ { basic: [] }, { header: [] } ], responses: {} } }
  /optional: { get: { security: [ {}, { basic: [] } ], responses: {} } }
  /optional-last: { get: { security: [ { basic: [] }, {} ], responses: {} } }
  /bearer: { get: { security: [ { bearer: [] } ], responses: {} } }
  /oauth: { get: { security: [ { oauth: [read] } ], responses: {} } }
  /openid: { get: { security: [ { openid: [] } ], responses: {} } }
  /digest: { get: { security: [ { digest: [] } ], responses: {} } }
  /mutual: { get: { security: [ { mutual: [] } ], responses: {} } }
  /mutual-and-key: { get: { security: [ { mutual: [], header: [] } ], responses: {} } }
  /unknown: { get: { security: [ { nowhere: [] } ], responses: {} } }
  /unknown-or-key: { get: { security: [ { nowhere: [] }, { header: [] } ], responses: {} } }
components:
  securitySchemes:
    basic: { type: http, scheme: Basic }
    bearer: { type: http, scheme: bearer }
    digest: { type: http, scheme: Digest }
    oauth: { type: oauth2, flows: { clientCredentials: { tokenUrl: 'https://x', scopes: { read: read } } } }
    openid: { type: openIdConnect, openIdConnectUrl: 'https://x' }
    header: { type: apiKey, in: header, name: X-Key }
    query: { type: apiKey, in: query, name: key }
    cookie: { type: apiKey, in: cookie, name: sid }
    mutual: { type: mutualTLS }
";

/// What is said of the security of `GET URL` with those header lines.
fn told(contract: &Contract, url: &str, lines: &[(&str, &str)]) -> String {
    let path = url.split('?').next().unwrap_or_default();
    let operation = contract.operation(&format!("GET {path}")).expect("it is declared");
    let headers = lines.iter().copied().collect();
    let request = Request { method: "GET".to_owned(), url: url.to_owned(), headers, body: None, ..Request::default() };
    let judgement = super::super::request(contract, operation, &request);
    let breaches = judgement.breaches.iter().filter(|breach| breach.rule == Rule::Security).map(|breach| {
        assert_eq!((breach.keyword.as_str(), &breach.location), ("security", &Location::Security));
        format!("{}, not {}: {}", breach.expected, breach.actual.as_deref().unwrap_or("nothing"), breach.sentence())
    });
    let not_checked = judgement.not_checked.iter().filter(|not_checked| not_checked.rule == Rule::Security);
    breaches
        .chain(not_checked.map(|not_checked| format!("not_checked: {}", not_checked.reason)))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn every_scheme_and_how_they_combine() {
    let contract = contract(DOORS);
    let check = |url: &str, lines: &[(&str, &str)], expect: &str| {
        assert_eq!(told(&contract, url, lines), expect, "{url} {lines:?}");
    };
    let (basic, bearer) = (("Authorization", "Basic YTpi"), ("authorization", "bearer a.b-c_d~1+/=="));
    let key = ("x-key", "k");
    check("/inherited", &[basic], "");
    check("/inherited", &[], "basic, not nothing: basic: no Authorization header");
    check("/inherited", &[bearer], "basic, not \"bearer …\": basic: Authorization is not Basic");
    check(
        "/inherited",
        &[("authorization", "Basic YWI=")],
        "basic, not \"Basic …\": basic: the Basic credentials are malformed",
    );
    check("/open", &[], "");
    check("/open", &[("authorization", "whatever")], "");
    check("/and?key=1", &[key, ("cookie", "a=b; sid=1")], "");
    check("/and?key=1", &[key], "header & query & cookie, not nothing: cookie: no cookie sid");
    check("/and", &[key, ("cookie", "sid=1")], "header & query & cookie, not nothing: query: no query key");
    check(
        "/and?key=",
        &[key, ("cookie", "sid=1")],
        "header & query & cookie, not nothing: query: the query key is empty",
    );
    check("/or", &[basic], "");
    check("/or", &[key], "");
    check("/or", &[], "basic | header, not nothing: basic: no Authorization header; header: no header X-Key");
    check("/optional", &[], "");
    check("/optional-last", &[], "");
    check("/optional-last", &[("authorization", "Basic !")], "");
    for url in ["/bearer", "/oauth", "/openid"] {
        let scheme = &url[1..];
        check(url, &[bearer], "");
        check(url, &[], &format!("{scheme}, not nothing: {scheme}: no Authorization header"));
        let wrong = format!("{scheme}, not \"Bearer …\": {scheme}: the Bearer credentials are malformed");
        check(url, &[("authorization", "Bearer ")], &wrong);
    }
    check("/digest", &[("authorization", "digest username=\"a\"")], "");
    check("/digest", &[basic], "digest, not \"Basic …\": digest: Authorization is not Digest");
    let mutual = "not_checked: mutual is checked by the connection, not in the message";
    check("/mutual", &[], mutual);
    check("/mutual-and-key", &[key], mutual);
    check("/mutual-and-key", &[], "mutual & header, not nothing: header: no header X-Key");
    let unknown = "not_checked: the security scheme nowhere is not declared";
    check("/unknown", &[], unknown);
    check("/unknown-or-key", &[key], "");
    check("/unknown-or-key", &[], unknown);
}

#[test]
fn a_breach_stands_where_the_requirement_does() {
    let contract = contract(DOORS);
    for (path, expect) in [("/inherited", "/security"), ("/bearer", "/paths/~1bearer/get/security")] {
        let operation = contract.operation(&format!("GET {path}")).expect("it is declared");
        let request = Request {
            method: "GET".to_owned(),
            url: path.to_owned(),
            headers: Headers::default(),
            body: None,
            ..Request::default()
        };
        let judgement = super::super::request(&contract, operation, &request);
        let anchors: Vec<_> = judgement.breaches.iter().map(|breach| breach.anchor.pointer.as_str()).collect();
        assert_eq!(anchors, [expect]);
    }
}
