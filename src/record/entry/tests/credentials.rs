//! Credentials in the entries of a record.

use super::*;
use crate::case::{Authorization, GivenCredential};

/// The response of the only attempt, as recorded with `names` to redact.
fn response(names: &[&str], location: &str, body: &str) -> (String, String) {
    let mut world = World::new();
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    world.redactor = Redactor::new(&[], Rules { names });
    let entry = world.entry(|outcome| {
        outcome.attempts = vec![attempt("/", &[], "", body.as_bytes())];
        if let Ok((exchange, _)) = &mut outcome.attempts[0].result {
            exchange.response.headers.append("Location", location);
        }
    });
    let response = entry.exchange.and_then(|exchange| exchange.response).expect("a response");
    (response.headers[1].1.clone(), response.body.text.unwrap_or_default())
}

#[test]
fn usual_names_of_credentials_are_redacted_unless_excluded() {
    let location = "https://a/cb?code=c0de1234&state=s#access_token=tok12345&n=1";
    let body = r#"{"accessToken":"tok12345","secret":"hidden-1","state":"visible"}"#;
    let (header, text) = response(&[], location, body);
    assert_eq!(header, "https://a/cb?code=«redacted:1 string»&state=s#access_token=«redacted:2 string»&n=1");
    assert_eq!(text, r#"{"accessToken":"«redacted:2 string»","secret":"«redacted:3 string»","state":"visible"}"#);
    let location = "https://a/cb?state=s#access_token=tok12345";
    let (header, text) = response(&["!secret", "!access_token"], location, body);
    assert_eq!((header.as_str(), text.as_str()), (location, body));
}

#[test]
fn a_value_captured_as_a_credential_is_redacted_where_it_comes_from() {
    let check = |auth: Authorization, expect: &str| {
        let mut world = World::new();
        world.story.cases[1].request = Arc::new(RequestSpec { auth, ..RequestSpec::default() });
        let entry = world.entry(|outcome| {
            outcome.attempts = vec![attempt("/", &[], "", br#"{"session":"t0ken-value"}"#)];
            outcome.captured = vec![run::Captured { name: "token", value: Arc::new("t0ken-value".into()) }];
        });
        let response = entry.exchange.and_then(|exchange| exchange.response).expect("a response");
        assert_eq!(response.body.text.as_deref(), Some(expect));
    };
    let tree = crate::expression::Tree::parse(&"${token}".into()).expect("a template");
    let given = Authorization::Given(vec![("bearer".to_owned(), GivenCredential::Value(tree))]);
    check(given, r#"{"session":"«redacted:1 string»"}"#);
    check(Authorization::Target, r#"{"session":"t0ken-value"}"#);
}

#[test]
fn a_command_names_the_variables_of_secrets() {
    use base64::Engine;
    let basic = |user: &str| base64::engine::general_purpose::STANDARD.encode(user);
    let check = |headers: &[(&str, &str)], expect: &str| {
        let entry = World::new().entry(|outcome| {
            outcome.verdict = run::Verdict::Failed;
            outcome.attempts = vec![attempt("/", headers, "", b"")];
        });
        let curl = entry.curl.unwrap_or_default();
        assert!(curl.contains(expect), "{curl}");
    };
    check(&[("authorization", &format!("Bearer {KEY}"))], r#"-H "authorization: Bearer $KEY""#);
    check(&[("x", &format!("{KEY}s \"$"))], r#"-H "x: ${KEY}s \"\$""#);
    check(&[("authorization", &format!("Basic {}", basic(&format!("ann:{KEY}"))))], r#"-u "ann:$KEY""#);
    // A label that a target sends is no variable.
    check(&[("x", "«secret:KEY»"), ("y", "«secret:PATH»")], "-H 'x: «secret:KEY»' -H 'y: «secret:PATH»'");
}

/// A value may be a part of the name of a property; names that the contract declares stay.
#[test]
fn values_are_redacted_within_names() {
    let place = Origin::Case(Pointer::parse("/cases/0/expect").expect("a pointer"));
    let entry = World::new().entry(|outcome| {
        let came = r#"{"to a@b.example!":1,"x":{"m\u0061il-a@b.example":2},"code":3}"#;
        outcome.verdict = run::Verdict::Failed;
        outcome.attempts =
            vec![attempt("/", &[], r#"{"email":"a@b.example","ssn4":"code","pin":"mail-a"}"#, came.as_bytes())];
        outcome.findings = ["/to a@b.example!", "/x/mail-a@b.example", "/code", "/codes"]
            .map(|at| finding(at, "3", Some("1"), place.clone()))
            .into();
    });
    let locations: Vec<_> = entry.findings.iter().map(|finding| &*finding.at).collect();
    let expected = ["/to «redacted:1 string»!", "/x/«redacted:3 string»", "/code", "/«redacted:2 string»s"];
    assert_eq!(locations, expected);
    let body = entry.exchange.as_ref().and_then(|exchange| exchange.response.as_ref()?.body.text.clone());
    let expected = r#"{"to «redacted:1 string»!":1,"x":{"«redacted:3 string»":2},"code":"«redacted:4 number»"}"#;
    assert_eq!(body.as_deref(), Some(expected));
    let text = serde_json::to_string(&entry).expect("JSON");
    assert!(!text.contains("b.example"), "{text}");
}
