//! Forms of keys, and what is wrong with files. The keys were made with OpenSSL for these tests alone, and protect nothing.

use pkcs8::pkcs5::pbes2::{Pbkdf2Params, Salt, ScryptParams};

use super::*;

/// Test certificate: `openssl req -x509`, valid from 2026-11-30 to 2126-11-06.
const CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIBfDCCASKgAwIBAgIUB1tGrLidt8cD+ELaxzk7teIQ7mIwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJdGVzdC1vbmx5MCAXDTI2MTEzMDIwNTYyNVoYDzIxMjYxMTA2
MjA1NjI1WjAUMRIwEAYDVQQDDAl0ZXN0LW9ubHkwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAQ8Hays5Yh6bkMck71EuPpszwtjvT8PZLN6blm1QydbHCBudBg0vUH0
cJzD1XTmEfMA/ctGiFIJzp6VN3sRULnIo1AwTjAdBgNVHQ4EFgQUYKSKkx0+wK62
/72QjAsYlxCYzXEwHwYDVR0jBBgwFoAUYKSKkx0+wK62/72QjAsYlxCYzXEwDAYD
VR0TAQH/BAIwADAKBggqhkjOPQQDAgNIADBFAiEAkfp+ZZWMWmMZ006Nra4XQZ0H
PClJFDhaZLuq+xhdQTECIA/ZRmjc+MKIUzzZE4rdtlcT1jWKu05bngAlrMHFmtUL
-----END CERTIFICATE-----
";

/// Its test key: `openssl ecparam -genkey`.
const SEC_1: &str = "\
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIP9+O4t7WpF895JDEZezcw6QXJOCywIZ6TBSmdzYT7GvoAoGCCqGSM49
AwEHoUQDQgAEPB2srOWIem5DHJO9RLj6bM8LY70/D2Szem5ZtUMnWxwgbnQYNL1B
9HCcw9V05hHzAP3LRohSCc6elTd7EVC5yA==
-----END EC PRIVATE KEY-----
";

/// The test key as `openssl pkcs8 -topk8 -nocrypt` writes it.
const PKCS_8: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/347i3takXz3kkMR
l7NzDpBck4LLAhnpMFKZ3NhPsa+hRANCAAQ8Hays5Yh6bkMck71EuPpszwtjvT8P
ZLN6blm1QydbHCBudBg0vUH0cJzD1XTmEfMA/ctGiFIJzp6VN3sRULnI
-----END PRIVATE KEY-----
";

/// The test key as `openssl pkcs8 -topk8 -v2 aes-256-cbc` writes it.
const ENCRYPTED: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAibYAbg4pPtGwICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEI6qfOmt+8ckpOstGRj9cfwEgZDv
5fzEpYkszduwee7Jya4j40OQ+dnN9gNGoNVBQ7N7tT5Clg1XU/kdAmHWo7Ta1ZT2
BAz2aug9seMOKAf/WUDzn6omL0/81cSlHejmbLPA4pbdi9TDmgCl428cRjJdJOK3
arGeFgSYTfYm7J00EavsvLdLEJQRSp8pJ7UG3AlXOfI0xQ8nQKM9/5uQ32WeEyA=
-----END ENCRYPTED PRIVATE KEY-----
";

/// The test key as `openssl pkcs8 -topk8 -scrypt` writes it.
const SCRYPT: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHkME8GCSqGSIb3DQEFDTBCMCEGCSsGAQQB2kcECzAUBAj9lviCht7aUQICQAAC
AQgCAQEwHQYJYIZIAWUDBAEqBBCj2HMrHpE9DTwtN4nJNUunBIGQ6CvyLGyp/Fe+
82Zr6kJ8zzw8uiBu9WBevYSLeq+tJjFt/1c9au6Amw1Lv39AbAnI/81rPs0L1pBS
T/88x4b2Z26nhZu2JelHwqHxEEjUU6DUXRQWi71Li4yiiIX2YC7wVJmWrh5vj3Yv
suqXA2hpzG8jN7RiZL85TGfqGgOIllhR/kCGEHNjpEzUwWSTgVaR
-----END ENCRYPTED PRIVATE KEY-----
";

/// The test key as `openssl pkcs8 -topk8 -v2 des3` writes it.
const DES: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHjME4GCSqGSIb3DQEFDTBBMCkGCSqGSIb3DQEFDDAcBAiCINsBGZUtcwICCAAw
DAYIKoZIhvcNAgkFADAUBggqhkiG9w0DBwQIxJ3orj1q6FgEgZCgYnovV6hOiF2o
GmnE1HpiI1+Er9IRFnkyTlJgUNJfPWQx0MxeaIXJNTaX0IYAFBmmcEbWos4d8yUE
AUEdsjGwPfKwHbKS3c5pwbUqSmjT/s02ctDmhjQqH+sZ007AaPSMIB8t9qbppSk3
zgcsT74UG/WMcNs/TOW2i1tl6vDuMICNp0LIUCjv1Vo4JaZVbX0=
-----END ENCRYPTED PRIVATE KEY-----
";

/// The test key as `openssl ec -aes256` writes it.
const LEGACY: &str = "\
-----BEGIN EC PRIVATE KEY-----
Proc-Type: 4,ENCRYPTED
DEK-Info: AES-256-CBC,E1464954A316846FA930C2E72512FAFF

E4BXeKSgSvNB2WVa/cfD88D2SSAeV80hn9yLIDxEj5qOk9oBMV0tSgXWgG7koEbB
jSl+TtIfETPY8huGExoxGu2hpVd8mPzH7cwxwMXn9v97zZirQKxAUff8M0QFfJFz
O2BNwRU+wm7iWjVHvzNQ3xIW+tOzftinHk3jMG/Ag98=
-----END EC PRIVATE KEY-----
";

/// Another test certificate.
const RSA_CERTIFICATE: &str = "\
-----BEGIN CERTIFICATE-----
MIIDEzCCAfugAwIBAgIUTWC5eLKg0Gm5EyQ2sshK62o0vdAwDQYJKoZIhvcNAQEL
BQAwGDEWMBQGA1UEAwwNdGVzdC1vbmx5LXJzYTAgFw0yNjExMzAyMDU2MjZaGA8y
MTI2MTEwNjIwNTYyNlowGDEWMBQGA1UEAwwNdGVzdC1vbmx5LXJzYTCCASIwDQYJ
KoZIhvcNAQEBBQADggEPADCCAQoCggEBANVZoYPJE8UtLpSTV42BjRfvOtLB3/At
UbiCyzmkPJxs0/Y1Mqd9k1djzz+K8jNce5/OPliasztasagTBusAbpmUYVBok5Sr
+vZd2wYYeIKyeueiLGUf+l8IWCig0DHTk1oQ2oWNOTrFnG0Kg7TE/1g1sP51bsIF
jheer/Z8jRBJxIAqhJctSAu282Al5dvv32uZtkrHRoW7WZ25+NNYgajKcJDXTUj2
nyEODjhMd9c8hPx30sUBqtT84SLdT0tT3mcSjSs9Ax8bZFP7EwaOh/vBCo8l94Ie
jR/3bmuNDDoes8GmxECjmM55QfKcPwrLCOUWUUysPlSCZt7w4R6pU+sCAwEAAaNT
MFEwHQYDVR0OBBYEFG6VhTmMgQGU8yovsGLgiGqTNf04MB8GA1UdIwQYMBaAFG6V
hTmMgQGU8yovsGLgiGqTNf04MA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQEL
BQADggEBAKZHprbw/v7uF8PkDFoO4Xa5KRWMRi5MWLsVgs3Ps18kkcHLeRRmUYWE
/o5i2AqOnJ3T/ChXYmBAfeS++1iS6y+DSJDEX6rxwfCEin5oNi/NqKu8wTM1wd+Y
WJnKs0NJ6h/41oagjd14RKBmP4EObklcIERJWgzO4QFnzOmlpMOJeuzOC9F6c4c7
n5PcUSllaxcvWICaQBtiC3htCPqOOafq3leD0y48WqP+Y+OzbAXYHFHtVDUN2IQX
bQ7RCk2V8dZBTDsxhmJWs/RmRHIL8XRAmHNUEsVkAhCImWoYNjv5L/zJyv51srzo
eVvjtYKGfm7PkwEQ51QldXO/EtJrFF8=
-----END CERTIFICATE-----
";

/// Its test key: `openssl genrsa -traditional 2048`.
const PKCS_1: &str = "\
-----BEGIN RSA PRIVATE KEY-----
MIIEowIBAAKCAQEA1Vmhg8kTxS0ulJNXjYGNF+860sHf8C1RuILLOaQ8nGzT9jUy
p32TV2PPP4ryM1x7n84+WJqzO1qxqBMG6wBumZRhUGiTlKv69l3bBhh4grJ656Is
ZR/6XwhYKKDQMdOTWhDahY05OsWcbQqDtMT/WDWw/nVuwgWOF56v9nyNEEnEgCqE
ly1IC7bzYCXl2+/fa5m2SsdGhbtZnbn401iBqMpwkNdNSPafIQ4OOEx31zyE/HfS
xQGq1PzhIt1PS1PeZxKNKz0DHxtkU/sTBo6H+8EKjyX3gh6NH/dua40MOh6zwabE
QKOYznlB8pw/CssI5RZRTKw+VIJm3vDhHqlT6wIDAQABAoIBAChoZ/daU6TCOHLK
b0gtU8hHNphpQN0v8CzmlNAPg61KzWBx1ey0E353OG78BYBl0UJEoTlN34lr1X8U
T3id5dSvrji4/c6oPgmAYDXI17ZFUJLje84RXu212mCjiJsPS/bAf2rRAxhXChf6
6FQKBaSy0pl3K2mS/MULeJ9SGrONNJq7UyQkNELveW2q89EpRCafyCmcn5sPB4iC
KJI9Dzw6UUoRnNkOZDdwL5iBwhtkLvPSbzCnmifN6CuLhH0OTc87f4qvFbnGx/WS
8u9KCtnLF51qD5FDrdyEVv6nyPNQSv4aEzTG1i2F+7vTpvOS2tZo2k8OL1L8CqdN
/2DxVhUCgYEA8HnE/m6apRko1+PEVPI6LFYx/V0en6nDXnpW2fHb4riEdQTRMya4
W4ykXYHX1gt9xvrXmar7ZTPB+PXw7lg9MeP/lpiqqB+npFG5V70ArKYtHOap4lS1
4ViBXkfiUitHRCAoySbYYUdOMKhL5iydDeRMlUwc3TlCo+jVlp9PGscCgYEA4x+R
8PZlmu6ZxfQjlG/2XwK4ixprCDE013UQ6QW7P07IkMGeR91k5ersfUWFAWMCL+eB
56zAJIo46s5bU6p8GNSYiqQ2ltT/KnmMzdrKmlxQGMCsZ++vc4WqUIyg/WpGURFT
jNiO3FHR6dRYRX83/DGfY1cEf06tv5zxv+8R+b0CgYBWUR8oxMK1qEZE1/jNFPVU
nMvsydQIM4NxEjDColHvG5RP/J6q4acjFWSaO9Uhe5Z2KevhuMHsHZvupTkKFJpC
ojhH8hyvpE0kakFBARKQ5kUjLpikKQvwCzjEgsD2BZrbFUAOk+bvZAzo4j/8Kt9k
8SGcJWnm7nrBIv4nxp86WQKBgHQEW2NQKeSzfv9cT5RygNJVrHj5/LSJlil9Fi9C
Cz0yfEddcAHbuL+tejIfgeqMbcCUrInwd5HyvVJMKOCbFJsGdglUCsKPeOx0fJVm
7tlc0FlkimzpRaFoJPDSdSYd1F9yz1ACCy/F58le+9w8ORftLTLsb1KsmRppDCBz
+aWtAoGBAOAGIWAhiuoLrl/p+Gq8pTWNqpbk29fhn22l3f8C4dlpLkCZlL3lDAwh
HNNbCXCygfbXfy+yBwrOfZY9fFXgWyy5DDXUio/2N0EuJ58v1WnIouK3EQNtoc7h
GmjEdcbAz0vFMUiMYo85PeJ1tG/RYlFceLxx5b6J3KtYB84k0yG/
-----END RSA PRIVATE KEY-----
";

/// A test certificate of version 1 with the first key: `openssl x509 -req` without extensions.
const FIRST_VERSION: &str = "\
-----BEGIN CERTIFICATE-----
MIIBIzCBywIUOmRSb2C45J4xEzBmC6R7+GvfL7EwCgYIKoZIzj0EAwIwFDESMBAG
A1UEAwwJdGVzdC1vbmx5MCAXDTI2MTEzMDIyMjgyM1oYDzIxMjYxMTA2MjIyODIz
WjAUMRIwEAYDVQQDDAl0ZXN0LW9ubHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AAQ8Hays5Yh6bkMck71EuPpszwtjvT8PZLN6blm1QydbHCBudBg0vUH0cJzD1XTm
EfMA/ctGiFIJzp6VN3sRULnIMAoGCCqGSM49BAMCA0cAMEQCICFJ7ibHkjlBzQUb
U01mnfa4bV1bkUd3D3zuRztdjqcpAiB7SvczBHeNP5bvUGY9U3nhCDDJo8qGAXKS
IV59MhHN9w==
-----END CERTIFICATE-----
";

const PASSWORD: &str = "correct-horse";

/// The part to blame and the message; nothing for a valid pair.
fn check(certificate: &str, key: Option<&str>, password: Option<&str>) -> Result<(), (IdentityPart, String)> {
    let read = ClientIdentity::from_pem(certificate.as_bytes(), key.map(str::as_bytes), password);
    read.map(drop).map_err(|InvalidIdentity { part, message, help }| {
        (part, help.into_iter().fold(message, |message, help| format!("{message} ({help})")))
    })
}

#[test]
fn keys_are_read_in_every_form_from_one_file_or_two() {
    for key in [SEC_1, PKCS_8] {
        assert_eq!(check(CERTIFICATE, Some(key), None), Ok(()));
        assert_eq!(check(&format!("{key}{CERTIFICATE}"), None, None), Ok(()));
    }
    for key in [ENCRYPTED, SCRYPT] {
        let windows = key.replace('\n', "\r\n");
        assert_eq!(check(CERTIFICATE, Some(&windows), Some(PASSWORD)), Ok(()), "{key}");
        assert_eq!(check(&format!("{CERTIFICATE}{key}"), None, Some(PASSWORD)), Ok(()));
    }
    assert_eq!(check(RSA_CERTIFICATE, Some(PKCS_1), None), Ok(()));
    assert_eq!(check(FIRST_VERSION, Some(SEC_1), None), Ok(()));
    let chain = format!("{CERTIFICATE}{RSA_CERTIFICATE}");
    assert_eq!(check(&chain, Some(SEC_1), None), Ok(()), "the first certificate is the client's");
}

#[test]
fn what_is_wrong_with_a_pair_is_reported_without_its_contents() {
    use IdentityPart::{Certificate, Key, Password};
    let refused =
        |certificate: &str, key: &str, password| check(certificate, Some(key), password).expect_err("invalid");
    let message = |part, message: &str| (part, message.to_owned());
    let again = "encrypt it again: openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW_KEY";
    let unsupported =
        format!("the key is encrypted with an algorithm that is not supported, or is malformed ({again})");
    for (found, expected) in [
        (refused(CERTIFICATE, ENCRYPTED, Some("battery")), message(Password, "the password does not decrypt the key")),
        (refused(CERTIFICATE, SCRYPT, Some("")), message(Password, "the password does not decrypt the key")),
        (refused(CERTIFICATE, ENCRYPTED, None), message(Password, "the key is encrypted, and its password is missing")),
        (refused(CERTIFICATE, DES, Some(PASSWORD)), message(Key, &unsupported)),
        (
            refused(CERTIFICATE, LEGACY, Some(PASSWORD)),
            message(
                Key,
                "the key is encrypted in the old format of OpenSSL (convert it: openssl pkcs8 -topk8 -in KEY -out NEW_KEY)",
            ),
        ),
        (refused(CERTIFICATE, PKCS_1, None), message(Key, "the key does not belong to the certificate")),
        (refused(FIRST_VERSION, PKCS_1, None), message(Key, "the key does not belong to the certificate")),
        (
            refused(SEC_1, CERTIFICATE, None),
            message(Certificate, "certificate and key seem to be swapped (exchange the two files)"),
        ),
        (
            check(CERTIFICATE, None, None).expect_err("invalid"),
            message(
                Key,
                "the file contains no PEM private key (name the file of the key, or add the key to the certificate's file)",
            ),
        ),
        (refused(SEC_1, SEC_1, None), message(Certificate, "the file contains no PEM certificate")),
        (
            refused("0\u{3}\u{1}", SEC_1, None),
            message(
                Certificate,
                "the file contains no PEM certificate (it is not PEM: convert it with `openssl pkcs12` or `openssl x509`)",
            ),
        ),
        (
            refused(&CERTIFICATE.replace("MII", "MI!"), SEC_1, None),
            message(Certificate, "the certificate is malformed"),
        ),
        (
            refused(&CERTIFICATE.replace("MII", "NII"), SEC_1, None),
            message(Certificate, "the certificate is malformed"),
        ),
        (refused(CERTIFICATE, &SEC_1.replace("MHc", "MH!"), None), message(Key, "the key is malformed")),
        (
            refused(CERTIFICATE, &SEC_1.replace("MHc", "MHd"), None),
            message(
                Key,
                "the key is malformed, or of a kind that is not supported (expected RSA of at least 2048 bits, ECDSA with P-256 or P-384, or Ed25519)",
            ),
        ),
        (refused(CERTIFICATE, &ENCRYPTED.replace("MIH", "MIG"), Some(PASSWORD)), message(Key, &unsupported)),
    ] {
        assert_eq!(found, expected);
    }
}

/// A key file must not keep the program busy, or take all memory.
#[test]
fn the_work_of_a_key_is_limited() {
    let pbkdf2 = |iterations| Kdf::from(Pbkdf2Params::hmac_sha256(iterations, b"12345678").expect("parameters"));
    assert!(is_affordable(&pbkdf2(MAX_ITERATIONS)) && !is_affordable(&pbkdf2(MAX_ITERATIONS + 1)));
    let scrypt = |cost_parameter| {
        let salt = Salt::new(b"12345678".as_slice()).expect("a salt");
        Kdf::from(ScryptParams { salt, cost_parameter, block_size: 8, parallelization: 1, key_length: None })
    };
    assert!(is_affordable(&scrypt(1 << 17)) && !is_affordable(&scrypt(1 << 18)) && !is_affordable(&scrypt(u64::MAX)));
}

#[test]
fn the_period_of_validity_is_read() {
    let read = |certificate: &str| {
        let chain = certificates(certificate.as_bytes()).expect("a certificate");
        Fields::read(&chain[0]).expect("a period").validity
    };
    // `notAfter` is a GeneralizedTime.
    assert_eq!(read(CERTIFICATE), [1_796_072_185, 4_949_672_185]);
    let chain = certificates(CERTIFICATE.as_bytes()).expect("a certificate");
    for end in 0..chain[0].len().min(120) {
        // A part of a certificate is no certificate; reading it ends.
        let _ = Fields::read(&chain[0][..end]);
    }
}
