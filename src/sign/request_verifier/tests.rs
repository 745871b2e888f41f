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
