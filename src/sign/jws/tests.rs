//! Tests of detached JWS, with the examples of RFC 7797.

use super::*;
use crate::sign::key::Algorithm;

fn jws(b64: bool, protected: Value) -> Jws {
    let secret = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
    let secret = BASE64URL.decode(secret).expect("base64url");
    let Value::Object(protected) = protected else { panic!("an object") };
    Jws {
        header: JWS_HEADER.to_owned(),
        algorithm: "HS256",
        key: SigningKey::parse(Algorithm::HmacSha256, &secret).expect("a secret"),
        key_id: None,
        b64,
        protected,
        templates: Vec::new(),
    }
}

#[test]
fn the_examples_of_rfc_7797_are_computed() {
    let scope = Scope::new(0, 1, "test");
    let sign = |b64| jws(b64, json!({})).sign(&scope, b"$.02", false).expect("a signature");
    // §4.1 without its payload, and §4.2.
    assert_eq!(sign(true), "eyJhbGciOiJIUzI1NiJ9..5mvfOroL-g7HyqJoozehmsaqmvTYGEq5jTI1gVvoEoQ");
    let detached =
        "eyJhbGciOiJIUzI1NiIsImI2NCI6ZmFsc2UsImNyaXQiOlsiYjY0Il19..A5dxf2s96_n5FLueVuW1Z_vh161FwXZC4YLPff6dmDY";
    assert_eq!(sign(false), detached);
}

#[test]
fn critical_parameters_are_listed() {
    let scope = Scope::new(0, 1, "test");
    let header = |b64, protected| {
        let header = jws(b64, protected).protected_header(&scope).expect("a header");
        Value::Object(header).to_string()
    };
    assert_eq!(
        header(false, json!({ "typ": "JOSE", "http://openbanking.org.uk/tan": "openbanking.org.uk" })),
        r#"{"alg":"HS256","b64":false,"typ":"JOSE","http://openbanking.org.uk/tan":"openbanking.org.uk","crit":["b64","http://openbanking.org.uk/tan"]}"#
    );
    assert_eq!(
        header(true, json!({ "crit": ["iat"], "iat": 7, "http://example.com/x": 1 })),
        r#"{"alg":"HS256","crit":["iat"],"iat":7,"http://example.com/x":1}"#
    );
    assert_eq!(header(true, json!({ "iat": 7 })), r#"{"alg":"HS256","iat":7}"#);
}
