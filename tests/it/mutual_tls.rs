//! Client certificates: those of security schemes, of the connection, and none, against a server and against the mock.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{CertificateParams, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::Value;
use tokio_rustls::TlsAcceptor;

use crate::cli::project::{Ended, Project};
use crate::mock::Served;
use crate::tls::{Authority, Identity};

const SPEC: &str = r#"
openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /mutual:
    get:
      operationId: getMutual
      security: [{ mtls: [] }]
      responses:
        "200": { description: it, content: { application/json: { schema: { type: object }, example: {} } } }
        "401": { description: refused }
  /both:
    get:
      operationId: getBoth
      security: [{ mtls: [], key: [] }]
      responses:
        "200": { description: it, content: { application/json: { schema: { type: object }, example: {} } } }
        "401": { description: refused }
  /public:
    get:
      operationId: getPublic
      responses:
        "200": { description: it, content: { application/json: { schema: { type: object }, example: {} } } }
components:
  securitySchemes:
    mtls: { type: mutualTLS }
    key: { type: apiKey, in: header, name: X-Key }
"#;

const CASES: &str = r"story: Certificates
cases:
  - { name: own, operation: getMutual, expect: { status: 200 } }
  - { name: other, operation: getMutual, request: { as: other }, expect: { status: 200 } }
  - { name: both, operation: getBoth, expect: { status: 200 } }
  - { name: none of the scheme, operation: getMutual, request: { auth: { mtls: none } }, violates: security, expect: { status: 401 } }
  - { name: the key alone, operation: getBoth, request: { auth: { mtls: none } }, violates: security, expect: { status: 401 } }
  - { name: no credentials, operation: getBoth, request: { auth: none }, violates: security, expect: { status: 401 } }
  - { name: public, operation: getPublic, expect: { status: 200 } }
";

/// An encrypted key that was made with OpenSSL for these tests alone, and protects nothing.
const ENCRYPTED_KEY: &str = "\
-----BEGIN ENCRYPTED PRIVATE KEY-----
MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAibYAbg4pPtGwICCAAw
DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEI6qfOmt+8ckpOstGRj9cfwEgZDv
5fzEpYkszduwee7Jya4j40OQ+dnN9gNGoNVBQ7N7tT5Clg1XU/kdAmHWo7Ta1ZT2
BAz2aug9seMOKAf/WUDzn6omL0/81cSlHejmbLPA4pbdi9TDmgCl428cRjJdJOK3
arGeFgSYTfYm7J00EavsvLdLEJQRSp8pJ7UG3AlXOfI0xQ8nQKM9/5uQ32WeEyA=
-----END ENCRYPTED PRIVATE KEY-----
";

/// The same test key without a password, which is `correct-horse`.
const KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg/347i3takXz3kkMR
l7NzDpBck4LLAhnpMFKZ3NhPsa+hRANCAAQ8Hays5Yh6bkMck71EuPpszwtjvT8P
ZLN6blm1QydbHCBudBg0vUH0cJzD1XTmEfMA/ctGiFIJzp6VN3sRULnI
-----END PRIVATE KEY-----
";

/// A request as a server received it: the connection, the certificate that it shows, the path, and the key.
type Seen = (usize, Option<Vec<u8>>, String, Option<String>);

struct Server {
    url: String,
    seen: Arc<Mutex<Vec<Seen>>>,
}

impl Server {
    /// The names of the owners of `known` certificates by request: `PATH NAME KEY`, and the connections by certificate.
    fn requests(&self, known: &[(&str, &Identity)]) -> Vec<String> {
        let name = |shown: &[u8]| {
            let found = known.iter().find(|(_, identity)| identity.certificate.der().as_ref() == shown);
            found.map_or("unknown", |(name, _)| name)
        };
        let seen = self.seen.lock().unwrap();
        let text = |(_, shown, path, key): &Seen| {
            format!("{path} {} {}", shown.as_deref().map_or("none", name), key.as_deref().unwrap_or("-"))
        };
        seen.iter().map(text).collect()
    }
}

/// Starts a server with certificates of `authority`. Without a certificate, or without a key at `/both`, it responds with 401, unless it
/// refuses the connection.
fn server(authority: &Authority, is_required: bool, versions: &[&[u8]]) -> Server {
    let own = authority.sign("localhost", 4000);
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.0.der().clone()).unwrap();
    let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider.clone());
    let verifier = if is_required { verifier } else { verifier.allow_unauthenticated() }.build().unwrap();
    let builder = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let key = PrivateKeyDer::Pkcs8(own.key.serialize_der().into());
    let builder = builder.with_client_cert_verifier(verifier);
    let mut config = builder.with_single_cert(vec![own.certificate.der().clone()], key).unwrap();
    config.alpn_protocols = versions.iter().map(|version| version.to_vec()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    let seen = Arc::new(Mutex::new(Vec::new()));
    let shared = Arc::clone(&seen);
    thread::spawn(move || serve(listener, TlsAcceptor::from(Arc::new(config)), &shared));
    Server { url, seen }
}

fn serve(listener: TcpListener, acceptor: TlsAcceptor, seen: &Arc<Mutex<Vec<Seen>>>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        listener.set_nonblocking(true).unwrap();
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        for connection in 0.. {
            let Ok((stream, _)) = listener.accept().await else { return };
            let Ok(stream) = acceptor.accept(stream).await else { continue };
            let shown = stream.get_ref().1.peer_certificates().map(|chain| chain[0].to_vec());
            let seen = Arc::clone(seen);
            tokio::spawn(async move {
                let service = service_fn(|request: hyper::Request<hyper::body::Incoming>| {
                    let path = request.uri().path().to_owned();
                    let key = request.headers().get("x-key").map(|key| key.to_str().unwrap().to_owned());
                    let is_refused = path != "/public" && shown.is_none() || path == "/both" && key.is_none();
                    seen.lock().unwrap().push((connection, shown.clone(), path, key));
                    let response = hyper::Response::builder().status(if is_refused { 401 } else { 200 });
                    let response = response.header(CONTENT_TYPE, "application/json");
                    let body = if is_refused { "" } else { "{}" };
                    let response = response.body(Full::new(Bytes::from(body))).unwrap();
                    async move { Ok::<_, Infallible>(response) }
                });
                let builder = auto::Builder::new(TokioExecutor::new());
                let _ = builder.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}

/// The files of two parties, and of an authority.
fn project(authority: &Authority, own: &Identity, other: &Identity, url: &str, keys: &str) -> Project {
    let target = format!("spec: api.yaml\ntargets:\n  vendor:\n    url: {url}\n    ca_file: ca.pem\n{keys}");
    let project = Project::with(&[("api.yaml", SPEC), ("cases/certificates.yaml", CASES), ("signoff.yaml", &target)]);
    project.write("ca.pem", &authority.0.pem());
    project.write("own.pem", &own.pem());
    project.write("other.crt", &other.certificate.pem());
    project.write("other.key", &other.key.serialize_pem());
    project
}

/// Two pairs: one in one file, one in two.
const PAIRS: &str = "    auth: { mtls: { cert: own.pem }, key: '${env.API_KEY}' }
    credentials: { other: { mtls: { cert: other.crt, key: other.key } } }
";

fn run(project: &Project, args: &[&str]) -> Ended {
    let args = [&["run", "--target", "vendor"], args].concat();
    project.call_with(&args, &[("API_KEY", "key-of-the-partner"), ("PASSWORD", "correct-horse")])
}

#[test]
fn each_pair_has_its_own_connections_and_a_case_can_show_none() {
    let authority = Authority::new();
    let (own, other) = (authority.sign("own", 4000), authority.sign("other", 4000));
    for versions in [&[b"h2".as_slice(), b"http/1.1"][..], &[b"http/1.1"]] {
        let server = server(&authority, false, versions);
        let project = project(&authority, &own, &other, &server.url, PAIRS);
        let ended = run(&project, &["--jobs", "1"]);
        assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
        let requests = server.requests(&[("own", &own), ("other", &other)]);
        let expected = [
            "/mutual own -",
            "/mutual other -",
            "/both own key-of-the-partner",
            "/mutual none -",
            "/both none key-of-the-partner",
            "/both none -",
            "/public none -",
        ];
        assert_eq!(requests, expected);
        let seen = server.seen.lock().unwrap();
        let connections: Vec<usize> = seen.iter().map(|(connection, ..)| *connection).collect();
        assert_eq!(connections, [0, 1, 0, 2, 2, 2, 2], "one connection for each certificate, and one without");
        assert!(!ended.out.contains("key-of-the-partner"));
    }
}

#[test]
fn a_certificate_of_the_connection_is_shown_where_no_credential_has_one() {
    let authority = Authority::new();
    let (own, other) = (authority.sign("own", 4000), authority.sign("other", 4000));
    let server = server(&authority, true, &[b"http/1.1"]);
    let keys = format!("    client_cert: other.crt\n    client_key: other.key\n{PAIRS}");
    let project = project(&authority, &own, &other, &server.url, &keys);
    let ended = run(&project, &["own", "public", "other", "both", "--verbose"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let mut requests = server.requests(&[("own", &own), ("other", &other)]);
    requests.sort();
    let expected = ["/both own key-of-the-partner", "/mutual other -", "/mutual own -", "/public other -"];
    assert_eq!(requests, expected);
    // A document without the scheme: every request shows that of the connection, also with other credentials.
    let without = SPEC.replace("mtls: { type: mutualTLS }", "mtls: { type: apiKey, in: header, name: X-Other }");
    project.write("api.yaml", &without.replace("security: [{ mtls: [], key: [] }]", "security: [{ key: [] }]"));
    project.write(
        "cases/certificates.yaml",
        "story: S\ncases:\n  - { name: a, operation: getBoth, request: { as: other }, expect: { status: 200 } }\n",
    );
    let keys = "    client_cert: own.pem\n    credentials: { other: { key: '${env.API_KEY}' } }\n";
    let target = format!("  vendor:\n    url: {}\n    ca_file: ca.pem\n{keys}", server.url);
    project.write("signoff.yaml", &format!("spec: api.yaml\ntargets:\n{target}"));
    let ended = run(&project, &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let requests = server.requests(&[("own", &own), ("other", &other)]);
    assert_eq!(requests.last().unwrap(), "/both own key-of-the-partner");
}

#[test]
fn a_refusal_in_the_handshake_is_an_error_that_says_so() {
    let authority = Authority::new();
    let (own, other) = (authority.sign("own", 4000), authority.sign("other", 4000));
    let server = server(&authority, true, &[b"http/1.1"]);
    let project = project(&authority, &own, &other, &server.url, PAIRS);
    let ended = run(&project, &["none of the scheme", "own"]);
    assert_eq!(ended.code, 3, "{ended:?}");
    let reason = "the target refuses connections without a client certificate in the TLS handshake";
    assert!(ended.out.contains(reason), "{}", ended.out);
    assert_eq!(server.requests(&[("own", &own)]), ["/mutual own -"], "the other case is sent");
}

#[test]
fn an_encrypted_key_is_read_with_its_password_which_no_output_contains() {
    let authority = Authority::new();
    let key = KeyPair::from_pem(KEY).unwrap();
    let certificate = CertificateParams::new(["own".to_owned()]).unwrap().signed_by(&key, &authority.0).unwrap();
    let own = Identity { certificate, key };
    let server = server(&authority, true, &[b"h2"]);
    let keys = "    auth: { mtls: { cert: own.crt, key: own.key, password: '${env.PASSWORD}' } }\n";
    let project = project(&authority, &own, &authority.sign("other", 4000), &server.url, keys);
    project.write("own.crt", &own.certificate.pem());
    project.write("own.key", ENCRYPTED_KEY);
    let ended = run(&project, &["own"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert_eq!(server.requests(&[("own", &own)]), ["/mutual own -"]);
    let outputs = ended.out + &ended.err + &project.read("reports/record.json");
    assert!(!outputs.contains("correct-horse"));
    // Offline, a password that is not set is no wrong one.
    let check = |env: &[(&str, &str)]| project.call_with(&["check", "--target", "vendor"], env);
    let unset = check(&[]);
    assert!(unset.code == 2 && unset.err.contains("PASSWORD is not set"), "{}", unset.err);
    assert!(!unset.err.contains("decrypt"), "{}", unset.err);
    let wrong = check(&[("PASSWORD", "battery-staple")]);
    let expected = "own.key: the password does not decrypt the key\n --> signoff.yaml:6:";
    assert!(wrong.code == 2 && wrong.err.contains(expected) && !wrong.err.contains("battery"), "{}", wrong.err);
}

/// A project for `configure`, with files that are invalid or soon will be.
fn project_of_files(server: &Server, authority: &Authority) -> Project {
    let (own, other) = (authority.sign("own", 4000), authority.sign("other", 4000));
    let project = project(authority, &own, &other, &server.url, "");
    project.write("expired.pem", &authority.sign("expired", 2020).pem());
    let mut soon = CertificateParams::new(["soon".to_owned()]).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    soon.not_after = date_time_ymd(1970, 1, 1) + now + Duration::from_secs(10 * 24 * 60 * 60);
    let key = KeyPair::generate().unwrap();
    let soon = Identity { certificate: soon.signed_by(&key, &authority.0).unwrap(), key };
    project.write("soon.pem", &soon.pem());
    project.write("legacy.pem", "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n");
    project
}

/// Writes the configuration of a target with these keys, which begin on line 6.
fn configure(project: &Project, server: &Server, keys: &str) {
    let head = format!("spec: api.yaml\ntargets:\n  vendor:\n    url: {}\n    ca_file: ca.pem\n", server.url);
    project.write("signoff.yaml", &format!("{head}    {keys}\n"));
}

/// Keys of a target, the problem, and the line of its location.
const INVALID: [(&str, &str, &str); 10] = [
    ("client_cert: other.crt", "other.crt: the file contains no PEM private key", "6:"),
    ("client_cert: own.pem\n    client_key: other.key", "other.key: the key does not belong to the certificate", "7:"),
    ("client_cert: other.key", "other.key: the file contains no PEM certificate", "6:"),
    ("client_cert: other.crt\n    client_key: legacy.pem", "openssl pkcs8 -topk8 -in KEY -out NEW_KEY", "7:"),
    ("client_cert: expired.pem", "expired.pem: the certificate expired on 2020-01-01", "6:"),
    ("client_key: other.key", "a key needs a certificate", "6:"),
    ("auth: { mtls: { cert: nope.pem } }", "cannot read nope.pem: no such file or directory", "6:"),
    ("auth: { mtls: text-as-a-credential }", "`mtls` expects a client certificate: { cert, key, password }", "6:"),
    ("auth: { key: { cert: own.pem } }", "`key` takes no client certificate: its type is not mutualTLS", "6:"),
    ("auth: { mtls: { cert: own.pem, pasword: x } }", "unknown key `pasword`", "6:"),
];

#[test]
fn invalid_pairs_are_refused_before_anything_is_sent() {
    let authority = Authority::new();
    let server = server(&authority, true, &[b"http/1.1"]);
    let project = project_of_files(&server, &authority);
    for (keys, expected, line) in INVALID {
        configure(&project, &server, keys);
        for ended in [project.call(&["check"]), run(&project, &["own"])] {
            assert_eq!(ended.code, 2, "{keys}: {}", ended.err);
            assert!(ended.err.contains(expected), "{keys}: {}", ended.err);
            assert!(ended.err.contains(&format!(" --> signoff.yaml:{line}")), "{keys}: {}", ended.err);
        }
    }
    configure(&project, &server, "auth: { key: '${env.API_KEY}' }");
    let missing = run(&project, &["own"]);
    let expected = "no credentials for the security scheme `mtls`: expected `targets.vendor.auth.mtls`";
    assert!(missing.code == 2 && missing.err.contains(expected), "{}", missing.err);
    assert!(server.seen.lock().unwrap().is_empty(), "nothing was sent");
    let case = "story: S\ncases:\n  - { name: a, operation: getMutual, request: { auth: { mtls: x } }, expect: { status: 401 } }\n";
    project.write("cases/wrong.yaml", case);
    let wrong = project.call(&["check"]);
    let expected = "`mtls` is a client certificate: expected `none`; `as: NAME` shows another certificate\n --> cases/wrong.yaml:3:";
    assert!(wrong.code == 2 && wrong.err.contains(expected), "{}", wrong.err);
}

/// Another party may have a certificate that the target must refuse.
#[test]
fn a_certificate_that_expires_soon_or_belongs_to_another_party_is_a_warning() {
    let authority = Authority::new();
    let server = server(&authority, true, &[b"http/1.1"]);
    let project = project_of_files(&server, &authority);
    let own = "auth: { mtls: { cert: soon.pem }, key: '${env.API_KEY}' }";
    configure(&project, &server, &format!("{own}\n    credentials: {{ other: {{ mtls: {{ cert: expired.pem }} }} }}"));
    for ended in [project.call(&["check"]), run(&project, &["own"])] {
        assert_eq!(ended.code, 0, "{}", ended.err);
        for warning in ["soon.pem: the certificate expires on", "expired.pem: the certificate expired on 2020-01-01"] {
            assert!(ended.err.contains(&format!("warning[configuration]: {warning}")), "{}", ended.err);
        }
    }
}

/// The same cases on the embedded mock, on a mock that asks for certificates, and on a server.
#[test]
fn the_mock_asks_for_certificates() {
    let authority = Authority::new();
    let (own, other) = (authority.sign("own", 4000), authority.sign("other", 4000));
    let project = project(&authority, &own, &other, "https://localhost:1", PAIRS);
    project.write("clients.pem", &authority.0.pem());
    let embedded = project.call_with(&["run", "--target", "mock"], &[]);
    assert_eq!(embedded.code, 0, "{}{}", embedded.out, embedded.err);
    let options = ["--tls", "--client-ca", "clients.pem", "--save-certificate", "mock.pem"];
    let mock = Served::start(&project.path(""), &options);
    let configuration = project.read("signoff.yaml").replace("ca.pem", "mock.pem");
    let port = mock.address.rsplit(':').next().unwrap();
    project.write("signoff.yaml", &configuration.replace("localhost:1", &format!("localhost:{port}")));
    let ended = run(&project, &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    // A certificate of another authority is refused in the handshake.
    let stranger = Authority::new().sign("stranger", 4000);
    project.write("own.pem", &stranger.pem());
    let refused = run(&project, &["own"]);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(
        refused.out.contains("rejects the client certificate") || refused.out.contains("reject the client certificate"),
        "{}",
        refused.out
    );
    let words = refused.out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("check `auth.mtls`"), "{words}");
    drop(mock);
    // Without the scheme in the document, a client without a certificate cannot connect.
    let without = SPEC.replace("mtls: { type: mutualTLS }", "mtls: { type: apiKey, in: header, name: X-Other }");
    project.write("api.yaml", &without);
    let mock = Served::start(&project.path(""), &options);
    let port = mock.address.rsplit(':').next().unwrap();
    let url = format!("https://localhost:{port}");
    let args = ["run", "--target", &url, "--ca-file", "mock.pem", "public"];
    let refused = project.call(&args);
    assert_eq!(refused.code, 3, "{refused:?}");
    assert!(refused.out.contains("client certificate"), "{}", refused.out);
    project.write("own.pem", &own.pem());
    let accepted = project.call(&[&args[..], &["--client-cert", "own.pem"]].concat());
    assert_eq!(accepted.code, 0, "{}{}", accepted.out, accepted.err);
    let accepted = project.call(&[&args[..], &["--client-cert", "other.crt", "--client-key", "other.key"]].concat());
    assert_eq!(accepted.code, 0, "{}{}", accepted.out, accepted.err);
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).unwrap();
    assert_eq!(record["outcomes"].as_array().unwrap().len(), 1);
    let empty = Project::with(&[("api.yaml", SPEC), ("empty.pem", "")]);
    let refused = empty.call(&["mock", "--spec", "api.yaml", "--tls", "--client-ca", "empty.pem", "--port", "0"]);
    assert!(
        refused.code == 2 && refused.err.contains("--client-ca: it contains no PEM certificate"),
        "{}",
        refused.err
    );
}
