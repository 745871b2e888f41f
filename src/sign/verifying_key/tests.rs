//! Tests of keys, with the examples of RFC 7515 appendix A and RFC 8037 appendix A.4.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as BASE64URL;
use rcgen::{CertificateParams, KeyPair};

use super::*;
use crate::sign::key::JWS_ALGORITHMS;

/// A key for each algorithm with key pairs.
const RSA_KEY: &str = include_str!("../../../tests/data/sign/rfc7515-a2.pem");
const P256_KEY: &str = include_str!("../../../tests/data/sign/rfc7515-a3.pem");
const ED25519_KEY: &str = include_str!("../../../tests/data/sign/rfc8037-a4.pem");
/// Payload of the examples of RFC 7515.
const PAYLOAD: &str = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";

fn parse(algorithm: Algorithm, key: &str) -> SigningKey {
    SigningKey::parse(algorithm, key.as_bytes()).expect("a valid key")
}

fn decode(text: &str) -> Vec<u8> {
    BASE64URL.decode(text).expect("base64url")
}

#[test]
fn the_examples_of_rfc_7515_and_rfc_8037_are_computed_and_verified() {
    let secret = decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
    let secret = SigningKey::parse(Algorithm::HmacSha256, &secret).expect("a secret");
    let a1 = format!("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.{PAYLOAD}");
    let a2 = format!("eyJhbGciOiJSUzI1NiJ9.{PAYLOAD}");
    let a3 = format!("eyJhbGciOiJFUzI1NiJ9.{PAYLOAD}");
    let a4 = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc".to_owned();
    let rs256 = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
    let es256 = "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
    let eddsa = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
    let examples = [
        (a1, secret, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
        (a2, parse(Algorithm::RsaSha256, RSA_KEY), rs256),
        (a3, parse(Algorithm::P256, P256_KEY), es256),
        (a4, parse(Algorithm::Ed25519, ED25519_KEY), eddsa),
    ];
    for (input, key, signature) in examples {
        let (input, signature) = (input.as_bytes(), decode(signature));
        assert!(key.public().verify(input, &signature), "{key:?}");
        assert!(!key.public().verify(b"another text", &signature), "{key:?}");
        // ECDSA is the only one of them that is not deterministic.
        if key.algorithm != Algorithm::P256 {
            assert_eq!(key.sign(input).expect("a signature"), signature, "{key:?}");
        }
    }
}

#[test]
fn each_algorithm_verifies_its_signatures_with_public_keys_and_certificates() {
    let p384 = KeyPair::generate_for(&rcgen::PKCS_ECDSA_P384_SHA384).expect("a key").serialize_pem();
    // Version 2 of PKCS #8, which has the public key too.
    let ed25519 = KeyPair::generate_for(&rcgen::PKCS_ED25519).expect("a key").serialize_pem();
    for (name, algorithm) in JWS_ALGORITHMS {
        let key = match algorithm.kind() {
            RSA => RSA_KEY,
            "a P-256 key" => P256_KEY,
            "a P-384 key" => &p384,
            "an Ed25519 key" => &ed25519,
            _ => continue,
        };
        let signing = parse(algorithm, key);
        let mut signature = signing.sign(b"text").expect("a signature");
        let pair = KeyPair::from_pem(key).expect("a key of rcgen");
        let certificate = CertificateParams::default().self_signed(&pair).expect("a certificate").pem();
        let public = [
            VerifyingKey::parse(algorithm, pair.public_key_pem().as_bytes()),
            VerifyingKey::parse(algorithm, certificate.as_bytes()),
        ];
        for public in public {
            let public = public.expect("a public key");
            assert!(public.verify(b"text", &signature), "{name}");
        }
        crate::sign::spoil(&mut signature);
        assert!(!signing.public().verify(b"text", &signature), "{name}");
    }
}

#[test]
fn keys_in_other_formats_are_read() {
    let pkcs1 = include_str!("../../../tests/data/sign/rfc7515-a2-pkcs1.pem");
    let pss = include_str!("../../../tests/data/sign/rfc9421-rsa-pss.pem");
    let sec1 = include_str!("../../../tests/data/sign/rfc9421-p256.pem");
    assert!(pss.starts_with("-----BEGIN PRIVATE KEY") && sec1.starts_with("-----BEGIN EC PRIVATE KEY"));
    for (algorithm, key) in [(Algorithm::RsaSha256, pkcs1), (Algorithm::PssSha512, pss), (Algorithm::P256, sec1)] {
        let key = parse(algorithm, &key.replace('\n', "\\n"));
        let signature = key.sign(b"text").expect("a signature");
        assert!(key.public().verify(b"text", &signature));
    }
}

#[test]
fn other_texts_are_no_keys() {
    let refused = |algorithm, key: &str| SigningKey::parse(algorithm, key.as_bytes()).expect_err("no key");
    let public = |algorithm, key: &str| VerifyingKey::parse(algorithm, key.as_bytes()).expect_err("no key");
    // A key without its optional public part.
    let without_public = "-----BEGIN EC PRIVATE KEY-----\nMDECAQEEIFKbhfNZfpDsW43+0+JjUr9K+bTeuxopu653+hBaXGA7oAoGCCqGSM49AwEH\n-----END EC PRIVATE KEY-----\n";
    let short = "-----BEGIN PUBLIC KEY-----\nMFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAJzL6tGkM4yBTRh/Vf+RsZH5mYkJyhIZ\nLcyR2kCZcB0kO8X5iTnQnW3aE1O2uCq0jPvCuXl7X6t0iRPbfoqrYdUCAwEAAQ==\n-----END PUBLIC KEY-----\n";
    insta::assert_snapshot!(
        [
            refused(Algorithm::RsaSha256, "secret-of-the-partner"),
            refused(Algorithm::RsaSha256, P256_KEY),
            refused(Algorithm::Ed25519, RSA_KEY),
            refused(Algorithm::HmacSha256, RSA_KEY),
            refused(Algorithm::P256, without_public),
            refused(Algorithm::P384, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
            refused(
                Algorithm::P256,
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
            ),
            refused(Algorithm::RsaSha256, short),
            public(Algorithm::RsaSha256, short),
            public(Algorithm::RsaSha256, RSA_KEY),
            public(Algorithm::RsaSha256, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"),
        ]
        .join("\n")
    );
}
