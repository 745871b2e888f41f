//! Tests of signatures that a mock verifies.

use std::sync::Arc;

use bytes::Bytes;
use serde_json::json;
use url::Url;

use super::*;
use crate::expression::Template;
use crate::pointer::Pointer;
use crate::sign::key::{Algorithm, SigningKey};
use crate::sign::message_signature::{DigestAlgorithm, LABEL};
use crate::sign::{Jws, SignTemplate, SignedHeader, Signer, Signing};

const NOW: i64 = 1_700_000_000_500_000;

fn template(text: &str) -> SignTemplate {
    let env = Arc::new(json!({ "KEY": "signing-key" }));
    SignTemplate { template: Template::parse(text).expect("a template"), inputs: vec![("env", env)] }
}

fn headers(text: &str, headers: &[(&str, &str)]) -> Signature {
    let headers = headers.iter().map(|(name, value)| SignedHeader { name: (*name).to_owned(), value: template(value) });
    Signature { text: Some(template(text)), headers: headers.collect(), ..Signature::default() }
}

fn key() -> SigningKey {
    SigningKey::parse(Algorithm::HmacSha256, b"signing-key").expect("a secret")
}

/// One of each kind.
fn signatures() -> Vec<Signature> {
    let jws = Jws {
        header: "X-JWS-Signature".to_owned(),
        algorithm: "HS256",
        key: key(),
        key_id: Some("key-7".to_owned()),
        b64: false,
        protected: json!({ "iat": "${timestamp}", "jti": "id ${nonce}" }).as_object().expect("an object").clone(),
        templates: ["iat", "jti"]
            .map(|name| {
                (Pointer::root().join(name), template(if name == "iat" { "${timestamp}" } else { "id ${nonce}" }))
            })
            .to_vec(),
    };
    let message = MessageSignature {
        key: key(),
        key_id: None,
        label: LABEL.to_owned(),
        components: None,
        created: true,
        expires: None,
        nonce: true,
        tag: None,
        digest: DigestAlgorithm::Sha256,
    };
    let code = "${hmac('sha256', env.KEY, text)}";
    vec![
        headers(
            "${timestamp}${nonce}${method}${url}${body}",
            &[("X-Time", "${timestamp}"), ("X-Sign", code), ("X-Nonce", "n-${nonce};")],
        ),
        headers(
            "${date}${method}${host}",
            &[("Date", "${date}"), ("Authorization", &format!("V1 ${{env.KEY}}:{code}"))],
        ),
        headers(
            "${timestamp_ms} ${body}",
            &[("X-Sign", &format!("t=${{timestamp_ms}},v1={code}")), ("X-Id", "${uuid()}")],
        ),
        Signature { jws: Some(jws), ..Signature::default() },
        Signature { message: Some(message), ..Signature::default() },
    ]
}

/// A request as the mock receives it.
fn received(signature: &Signature, signing: Signing) -> Request {
    let base = Url::parse("http://127.0.0.1:4010/v1").expect("a URL");
    let signer = Signer::new(signature.clone(), &base, Scope::new(0, 7, "signature"));
    let mut request = Request {
        method: "POST".to_owned(),
        url: "/things?q=1".to_owned(),
        headers: [("content-type", "text/plain")].into_iter().collect(),
        body: Some(Bytes::from_static(b"content")),
        ..Request::default()
    };
    let signed = signer.sign(&request, signing, (NOW, "case"), |_| false).expect("a signature");
    signed.iter().for_each(|(name, value)| request.headers.append(name, value));
    request.headers.append("host", "127.0.0.1:4010");
    request.url = format!("/v1{}", request.url);
    request
}

#[test]
fn valid_signatures_are_accepted_and_others_are_not() {
    let mut results = Vec::new();
    for signature in signatures() {
        let verifier = RequestVerifier::new(signature.clone()).expect("a signature that can be verified");
        let verify = |request: &Request, at| verifier.verify(request, "http", at);
        assert_eq!(verify(&received(&signature, Signing::Valid), NOW + 60_000_000), Ok(()));
        for signing in [Signing::None, Signing::Wrong, Signing::Stale] {
            let refused = verify(&received(&signature, signing), NOW).expect_err("a signature that does not fit");
            results.push(format!("{signing:?}: {refused}"));
        }
        let mut changed = received(&signature, Signing::Valid);
        (changed.method, changed.body) = ("PUT".to_owned(), Some(Bytes::from_static(b"other content")));
        results.push(format!("changed: {}", verify(&changed, NOW).expect_err("another request")));
    }
    insta::assert_snapshot!(results.join("\n"));
}

#[test]
fn what_is_signed_must_be_sent() {
    let refused = |signature| RequestVerifier::new(signature).expect_err("it cannot be verified");
    let code = ("X-Sign", "${hmac('sha256', env.KEY, text)}");
    assert_eq!(
        [
            refused(headers("${nonce}", &[code])),
            refused(headers("${timestamp}", &[code, ("X-Time", "${timestamp * 2}")]))
        ],
        ["nonce", "timestamp"]
            .map(|name| format!("the mock cannot verify the signature: no header field has `${{{name}}}` by itself"))
    );
}

fn message_signature(components: Option<&[&str]>, expires: Option<i64>) -> Signature {
    let message = signatures().pop().and_then(|signature| signature.message).expect("the last is one of a message");
    let parse = |text: &&str| Component::parse(text, false).expect("a component");
    let components = components.map(|components| components.iter().map(parse).collect());
    Signature { message: Some(MessageSignature { components, expires, ..message }), ..Signature::default() }
}

fn signed(signature: &Signature, body: Option<&'static [u8]>) -> Request {
    let base = Url::parse("http://127.0.0.1:4010").expect("a URL");
    let signer = Signer::new(signature.clone(), &base, Scope::new(0, 7, "signature"));
    let mut request = Request {
        method: "POST".to_owned(),
        url: "/things".to_owned(),
        body: body.map(Bytes::from_static),
        ..Request::default()
    };
    let signed = signer.sign(&request, Signing::Valid, (NOW, "case"), |_| false).expect("a signature");
    signed.iter().for_each(|(name, value)| request.headers.append(name, value));
    request.headers.append("host", "127.0.0.1:4010");
    request
}

#[test]
fn content_is_not_accepted_unsigned() {
    for components in [None, Some(["@method", "content-digest"].as_slice())] {
        let signature = message_signature(components, None);
        let verifier = RequestVerifier::new(signature.clone()).expect("a signature that can be verified");
        let mut request = signed(&signature, None);
        assert_eq!(verifier.verify(&request, "http", NOW), Ok(()));
        request.body = Some(Bytes::from_static(b"added"));
        let refused = "the signature does not cover \"content-digest\"".to_owned();
        assert_eq!(verifier.verify(&request, "http", NOW), Err(refused));
    }
}

#[test]
fn the_configured_lifetime_is_required() {
    let verify = |required, signed_with| {
        let verifier = RequestVerifier::new(message_signature(None, required)).expect("it can be verified");
        verifier.verify(&signed(&message_signature(None, signed_with), Some(b"content")), "http", NOW)
    };
    assert_eq!(verify(Some(60), Some(60)), Ok(()));
    assert_eq!(verify(Some(60), Some(10)), Ok(()));
    assert_eq!(verify(Some(60), None), Err("the parameter `expires` is missing".to_owned()));
    assert_eq!(verify(Some(60), Some(61)), Err("the signature expires later than expected".to_owned()));
    assert_eq!(verify(None, Some(61)), Ok(()));
}

/// What the client adds when it sends a request.
#[test]
fn fields_are_covered_as_they_are_sent() {
    let covers = |body| {
        let signature = message_signature(Some(&["@method", "accept", "content-length", "host"]), None);
        let mut request = signed(&signature, body);
        request.headers.append("accept", "*/*");
        if let Some(body) = body.filter(|body| !body.is_empty()) {
            request.headers.append("content-length", body.len().to_string());
        }
        let verifier = RequestVerifier::new(signature).expect("it can be verified");
        assert_eq!(verifier.verify(&request, "http", NOW), Ok(()));
        request.headers.get("signature-input").map(|input| input.contains("\"content-length\""))
    };
    assert_eq!([covers(None), covers(Some(b"")), covers(Some(b"x"))], [Some(false), Some(false), Some(true)]);
}

#[test]
fn a_signature_without_a_time_is_never_stale() {
    let code = ("X-Sign", "${hmac('sha256', env.KEY, text)}");
    let stale = |text: &str| {
        let base = Url::parse("http://127.0.0.1:4010").expect("a URL");
        let signer = Signer::new(headers(text, &[code]), &base, Scope::new(0, 7, "signature"));
        signer.sign(&Request::default(), Signing::Stale, (NOW, "case"), |_| false)
    };
    let why = "a stale signature would be a valid one: no part of `sign` has the time".to_owned();
    assert_eq!(stale("${body}").map(|_| ()), Err(why));
    for timed in ["${timestamp}", "${date}", "${now()}"] {
        assert!(stale(timed).is_ok(), "{timed}");
    }
}
