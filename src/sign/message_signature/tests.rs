//! Tests of HTTP message signatures, with the examples of RFC 9421 appendix B.2.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;

use super::verify::SignatureCheck;
use super::*;
use crate::http::Response;
use crate::sign::key::{Algorithm, SigningKey};

const CREATED: i64 = 1_618_884_473;
const SECRET: &str = "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==";

fn origin() -> Origin {
    Origin { scheme: "https".to_owned(), host: "example.com".to_owned(), prefix: String::new() }
}

/// The request of appendix B.2.
fn request() -> Request {
    let digest = "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
    let headers = [
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Digest", digest),
        ("Content-Length", "18"),
    ];
    Request {
        method: "POST".to_owned(),
        url: "/foo?param=Value&Pet=dog".to_owned(),
        headers: headers.into_iter().collect(),
        body: Some(Bytes::from_static(br#"{"hello": "world"}"#)),
        ..Request::default()
    }
}

/// The response of appendix B.2.
fn response() -> Response {
    let digest = "sha-512=:mEWXIS7MaLRuGgxOBdODa3xqM1XdEvxoYhvlCFJ41QJgJc4GTsPp29l5oGX69wWdXymyU0rjJuahq4l5aGgfLQ==:";
    let headers = [
        ("Date", "Tue, 20 Apr 2021 02:07:56 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Digest", digest),
        ("Content-Length", "23"),
    ];
    let body = Bytes::from_static(br#"{"message": "good dog"}"#);
    Response { status: 200, version: "HTTP/1.1", headers: headers.into_iter().collect(), wire_size: 23, body }
}

fn key(algorithm: Algorithm) -> SigningKey {
    let secret = BASE64_STANDARD.decode(SECRET).expect("base64");
    let key: &[u8] = match algorithm {
        Algorithm::PssSha512 | Algorithm::RsaSha256 => include_bytes!("../../../tests/data/sign/rfc9421-rsa-pss.pem"),
        Algorithm::P256 => include_bytes!("../../../tests/data/sign/rfc9421-p256.pem"),
        Algorithm::Ed25519 => include_bytes!("../../../tests/data/sign/rfc9421-ed25519.pem"),
        _ => &secret,
    };
    SigningKey::parse(algorithm, key).expect("a key")
}

fn check(algorithm: Algorithm) -> SignatureCheck {
    SignatureCheck {
        key: key(algorithm).public(),
        label: None,
        key_id: None,
        tag: None,
        nonce: false,
        lifetime: None,
        max_age: Some(60),
    }
}

fn signature(algorithm: Algorithm, key_id: &str, components: &[&str]) -> MessageSignature {
    let components = components.iter().map(|text| Component::parse(text, false).expect("a component"));
    MessageSignature {
        key: key(algorithm),
        key_id: Some(key_id.to_owned()),
        label: LABEL.to_owned(),
        components: Some(components.collect()),
        created: true,
        expires: None,
        nonce: false,
        tag: None,
        digest: DigestAlgorithm::Sha512,
    }
}

/// The header fields of a signature, which is made at the time of the examples.
fn sign(signature: &MessageSignature, request: &Request) -> Result<Headers, String> {
    signature.sign(&origin(), request, (CREATED * 1_000_000, "nonce-1"), false)
}

/// Verifies the request with further header fields.
fn verify(check: &SignatureCheck, mut request: Request, fields: &Headers) -> Result<(), String> {
    fields.iter().for_each(|(name, value)| request.headers.append(name, value));
    verify_covering(check, request, &[])
}

fn verify_covering(check: &SignatureCheck, request: Request, wanted: &[Component]) -> Result<(), String> {
    check.verify(&Message { origin: &origin(), request: &request, response: None }, wanted, (CREATED + 10) * 1_000_000)
}

#[test]
fn the_signatures_of_rfc_9421_are_verified() {
    let examples = [
        (
            Algorithm::PssSha512,
            r#"sig-b21=();created=1618884473;keyid="test-key-rsa-pss";nonce="b3k2pp5k7z-50gnwp.yemd""#,
            "sig-b21=:d2pmTvmbncD3xQm8E9ZV2828BjQWGgiwAaw5bAkgibUopemLJcWDy/lkbbHAve4cRAtx31Iq786U7it++wgGxbtRxf8Udx7zFZsckzXaJMkA7ChG52eSkFxykJeNqsrWH5S+oxNFlD4dzVuwe8DhTSja8xxbR/Z2cOGdCbzR72rgFWhzx2VjBqJzsPLMIQKhO4DGezXehhWwE56YCE+O6c0mKZsfxVrogUvA4HELjVKWmAvtl6UnCh8jYzuVG5WSb/QEVPnP5TmcAnLH1g+s++v6d4s8m0gCw1fV5/SITLq9mhho8K3+7EPYTU8IU1bLhdxO5Nyt8C8ssinQ98Xw9Q==:",
        ),
        (
            Algorithm::PssSha512,
            r#"sig-b22=("@authority" "content-digest" "@query-param";name="Pet");created=1618884473;keyid="test-key-rsa-pss";tag="header-example""#,
            "sig-b22=:LjbtqUbfmvjj5C5kr1Ugj4PmLYvx9wVjZvD9GsTT4F7GrcQEdJzgI9qHxICagShLRiLMlAJjtq6N4CDfKtjvuJyE5qH7KT8UCMkSowOB4+ECxCmT8rtAmj/0PIXxi0A0nxKyB09RNrCQibbUjsLS/2YyFYXEu4TRJQzRw1rLEuEfY17SARYhpTlaqwZVtR8NV7+4UKkjqpcAoFqWFQh62s7Cl+H2fjBSpqfZUJcsIk4N6wiKYd4je2U/lankenQ99PZfB4jY3I5rSV2DSBVkSFsURIjYErOs0tFTQosMTAoxk//0RoKUqiYY8Bh0aaUEb0rQl3/XaVe4bXTugEjHSw==:",
        ),
        (
            Algorithm::PssSha512,
            r#"sig-b23=("date" "@method" "@path" "@query" "@authority" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-rsa-pss""#,
            "sig-b23=:bbN8oArOxYoyylQQUU6QYwrTuaxLwjAC9fbY2F6SVWvh0yBiMIRGOnMYwZ/5MR6fb0Kh1rIRASVxFkeGt683+qRpRRU5p2voTp768ZrCUb38K0fUxN0O0iC59DzYx8DFll5GmydPxSmme9v6ULbMFkl+V5B1TP/yPViV7KsLNmvKiLJH1pFkh/aYA2HXXZzNBXmIkoQoLd7YfW91kE9o/CCoC1xMy7JA1ipwvKvfrs65ldmlu9bpG6A9BmzhuzF8Eim5f8ui9eH8LZH896+QIF61ka39VBrohr9iyMUJpvRX2Zbhl5ZJzSRxpJyoEZAFL2FUo5fTIztsDZKEgM4cUA==:",
        ),
        (
            Algorithm::HmacSha256,
            r#"sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret""#,
            "sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:",
        ),
        (
            Algorithm::Ed25519,
            r#"sig-b26=("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519""#,
            "sig-b26=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:",
        ),
    ];
    for (algorithm, input, signature) in examples {
        let fields = [("Signature-Input", input), ("Signature", signature)].into_iter().collect();
        assert_eq!(verify(&check(algorithm), request(), &fields), Ok(()), "{input}");
        let other = Request { method: "PUT".to_owned(), url: "/foo?Pet=cat".to_owned(), ..request() };
        let refused = Err("the signature does not fit the message and the key".to_owned());
        if input.contains('@') && algorithm != Algorithm::HmacSha256 {
            assert_eq!(verify(&check(algorithm), other, &fields), refused, "{input}");
        }
    }
}

#[test]
fn the_response_of_rfc_9421_is_verified() {
    let mut response = response();
    let input = r#"sig-b24=("@status" "content-type" "content-digest" "content-length");created=1618884473;keyid="test-key-ecc-p256""#;
    let signature =
        "sig-b24=:wNmSUAhwb5LxtOtOpNa6W5xj067m5hFrj0XQ4fvpaCLx0NKocgPquLgyahnzDnDAUy5eCdlYUEkLIj+32oiasw==:";
    response.headers.append("signature-input", input);
    response.headers.append("signature", signature);
    let (origin, request, check) = (origin(), request(), check(Algorithm::P256));
    let verify = |response: &Response| {
        check.verify(
            &Message { origin: &origin, request: &request, response: Some(response) },
            &[],
            CREATED * 1_000_000,
        )
    };
    assert_eq!(verify(&response), Ok(()));
    response.body = Bytes::from_static(b"{}");
    let why = "the sha-512 digest of the content is another one than `Content-Digest` has";
    assert_eq!(verify(&response), Err(why.to_owned()));
}

#[test]
fn the_deterministic_signatures_of_rfc_9421_are_computed() {
    let hmac = signature(Algorithm::HmacSha256, "test-shared-secret", &["date", "@authority", "content-type"]);
    let covered = ["date", "@method", "@path", "@authority", "content-type", "content-length"];
    let ed25519 = signature(Algorithm::Ed25519, "test-key-ed25519", &covered);
    let fields = |signature| {
        format!("{:?}", sign(signature, &request()).map(|fields| fields.get("signature").map(str::to_owned)))
    };
    assert!(fields(&hmac).contains("sig1=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:"));
    assert!(
        fields(&ed25519).contains(
            "sig1=:wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==:"
        )
    );
}

#[test]
fn each_algorithm_signs_what_it_verifies() {
    let digest = request().headers.get("content-digest").map(str::to_owned);
    for (name, algorithm) in MESSAGE_ALGORITHMS.into_iter().filter(|(_, algorithm)| *algorithm != Algorithm::P384) {
        let mut request = request();
        request.headers.remove("content-digest");
        let signature = MessageSignature {
            components: None,
            expires: Some(60),
            nonce: true,
            tag: Some("a \"tag\"".to_owned()),
            ..signature(algorithm, name, &[])
        };
        let fields = sign(&signature, &request).expect("a signature");
        let input = r#"sig1=("@method" "@target-uri" "content-digest");created=1618884473;expires=1618884533;nonce="nonce-1";keyid=""#;
        assert_eq!(fields.get("signature-input"), Some(&*format!(r#"{input}{name}";tag="a \"tag\"""#)));
        assert_eq!(fields.get("content-digest").map(str::to_owned), digest);
        assert_eq!(verify(&check(algorithm), request, &fields), Ok(()), "{name}");
    }
}

#[test]
fn components_have_the_values_of_rfc_9421() {
    let mut request = request();
    request.url = "/p%20a?a+b=c%20d+e%c3%a9&x=&x=1".to_owned();
    for (name, value) in [("X-Dict", "a=1 ,b=2;x=1;y=2"), ("x-dict", " c=(a b)"), ("Priority", "u=1,i=?1")] {
        request.headers.append(name, value);
    }
    let origin = Origin { prefix: "/v1".to_owned(), ..origin() };
    let value = |text: &str| {
        let component = Component::parse(text, false).expect("a component");
        let value = component.value(&Message { origin: &origin, request: &request, response: None });
        format!("{component}: {}", value.map_or_else(|why| why, |value| value.unwrap_or_else(|| "none".to_owned())))
    };
    let texts = [
        "@method",
        "@target-uri",
        "@authority",
        "@scheme",
        "@request-target",
        "@path",
        "@query",
        "X-Dict",
        "x-dict;bs",
        "x-dict;key=b",
        "\"x-dict\";key=\"c\"",
        "x-dict;key=none",
        "priority;sf",
        "@query-param;name=\"a%20b\"",
        "@query-param;name=x",
        "x-none",
        "content-type;key=a",
        "host",
        "content-length",
    ];
    insta::assert_snapshot!(texts.map(value).join("\n"));
}

#[test]
fn unsound_components_are_refused() {
    let texts = [
        "@metod",
        "@status",
        "@method;req",
        "content-type;tr",
        "x-any;sf",
        "x any",
        "",
        "x;a=",
        "@path;bs",
        "date;bs;key=\"a\"",
        "@query-param",
        "signature",
        "@query-param;name=1",
        "\"Date\"",
        "x-ü",
    ];
    let requests = texts.map(|text| Component::parse(text, false).expect_err(text));
    let responses = ["@method", "@status;req", "@stat"].map(|text| Component::parse(text, true).expect_err(text));
    insta::assert_snapshot!([&requests[..], &responses[..]].concat().join("\n"));
}

#[test]
fn what_a_message_does_not_have_is_not_covered() {
    let get = Request { body: None, headers: Headers::default(), ..request() };
    let covered = ["@method", "content-type", "content-digest", "@query-param;name=none"];
    let fields = sign(&signature(Algorithm::HmacSha256, "key", &covered), &get).expect("a signature");
    assert_eq!(fields.get("signature-input"), Some("sig1=(\"@method\");created=1618884473;keyid=\"key\""));
    assert_eq!(fields.get("content-digest"), None);
    let nothing = sign(&signature(Algorithm::HmacSha256, "key", &["content-type"]), &get);
    assert_eq!(nothing, Err("the request has none of the components of `sign.http_message_signature`".to_owned()));
}

#[test]
fn signatures_that_are_not_as_expected_are_refused() {
    let signature = signature(Algorithm::HmacSha256, "key", &["@method"]);
    let fields = sign(&signature, &request()).expect("a signature");
    let input = fields.get("signature-input").expect("a field").to_owned();
    let with = |input: &str| {
        let mut fields = fields.clone();
        fields.set("signature-input", input);
        verify(&check(Algorithm::HmacSha256), request(), &fields).expect_err(input)
    };
    let mut results = vec![
        with(&input.replace("keyid", "kid")),
        with("sig2=(\"@method\")"),
        with("sig1=1"),
        with(&format!("{input}, other=()")),
        with(&input.replace("created=1618884473;", "")),
        with(&input.replace("1618884473", "1618884000")),
        with(&input.replace("1618884473", "1618884973")),
        with(&input.replace("1618884473", "\"1618884473\"")),
        with(&format!("{input};expires=1618884474")),
        with(&format!("{input};alg=\"ed25519\"")),
        with(&input.replace("\"@method\"", "\"@method\" \"x-none\"")),
        with(&input.replace("\"@method\"", "\"@method\" \"@method\"")),
        with("sig1=("),
    ];
    let (check, mut signed) = (check(Algorithm::HmacSha256), request());
    fields.iter().for_each(|(name, value)| signed.headers.append(name, value));
    let wanted = [Component::parse("content-digest", false).expect("a component")];
    results.push(verify_covering(&check, signed, &wanted).expect_err("not covered"));
    results.push(verify(&check, request(), &Headers::default()).expect_err("not signed"));
    insta::assert_snapshot!(results.join("\n"));
}
