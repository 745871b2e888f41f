//! TLS over real sockets: trust, client certificates, and error messages.

use std::convert::Infallible;
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use bytes::Bytes;
use http_body_util::{BodyExt, Empty, StreamBody};
use hyper::body::{Body, Frame, Incoming};
use hyper::client::conn::http2;
use hyper::header::CONTENT_TYPE;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo};
use hyper_util::server::conn::auto;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};
use rustls::pki_types::PrivateKeyDer;
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use serde_json::Value;
use tokio_rustls::TlsAcceptor;

use crate::cli::project::{Ended, Project};
use crate::imprint::copy_of_the_repository;
use crate::mock::Served;

/// A certificate authority.
pub struct Authority(pub CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key.
pub struct Identity {
    pub certificate: rcgen::Certificate,
    pub key: KeyPair,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new([]).expect("no names");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        Self(CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("signed"))
    }

    pub fn sign(&self, name: &str, until: i32) -> Identity {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().expect("a key");
        Identity { certificate: params.signed_by(&key, &self.0).expect("signed"), key }
    }
}

impl Identity {
    pub fn pem(&self) -> String {
        self.certificate.pem() + &self.key.serialize_pem()
    }
}

const BOTH: &[&[u8]] = &[b"h2", b"http/1.1"];

/// Starts a target with that certificate that requests client certificates signed by `clients` and supports `versions` of HTTP.
/// Returns its URL.
fn target(own: &Identity, clients: Option<&Authority>, versions: &[&[u8]]) -> String {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ServerConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder.expect("the provider's versions");
    let builder = match clients {
        None => builder.with_no_client_auth(),
        Some(authority) => {
            let mut roots = RootCertStore::empty();
            roots.add(authority.0.der().clone()).expect("a certificate");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.expect("a verifier"))
        }
    };
    let key = PrivateKeyDer::Pkcs8(own.key.serialize_der().into());
    let mut config = builder.with_single_cert(vec![own.certificate.der().clone()], key).expect("a pair");
    config.alpn_protocols = versions.iter().map(|version| version.to_vec()).collect();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("https://localhost:{}", listener.local_addr().expect("bound").port());
    thread::spawn(move || serve(listener, TlsAcceptor::from(Arc::new(config))));
    url
}

fn serve(listener: TcpListener, acceptor: TlsAcceptor) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        listener.set_nonblocking(true).expect("a socket");
        let listener = tokio::net::TcpListener::from_std(listener).expect("a socket");
        while let Ok((stream, _)) = listener.accept().await {
            let Ok(stream) = acceptor.accept(stream).await else { continue };
            tokio::spawn(async move {
                let service = service_fn(|request| async move { Ok::<_, Infallible>(thing(&request)) });
                let connection = auto::Builder::new(TokioExecutor::new());
                let _ = connection.serve_connection(TokioIo::new(stream), service).await;
            });
        }
    });
}

/// A thing, with trailers that are announced to a client that asks for `?announced`.
fn thing(request: &hyper::Request<Incoming>) -> hyper::Response<impl Body<Data = Bytes, Error = Infallible> + use<>> {
    let body = Bytes::from(r#"{"id":"t1","name":"one"}"#);
    let trailers = [("x-sum".parse().expect("a name"), "7".parse().expect("a value"))].into_iter().collect();
    let frames = [Frame::data(body), Frame::trailers(trailers)].map(Ok);
    let response = hyper::Response::builder().header(CONTENT_TYPE, "application/json");
    let response = if request.uri().query().is_some() { response.header("trailer", "x-sum") } else { response };
    response.body(StreamBody::new(futures_util::stream::iter(frames))).expect("a response")
}

/// Runs the case `gets a thing` against `url`, with these keys and files in the target's configuration.
fn run(url: &str, keys: &str, files: &[(&str, &str)]) -> (Ended, Value) {
    let project = Project::new();
    files.iter().for_each(|(name, text)| project.write(name, text));
    let target = format!("targets: {{ vendor: {{ url: '{url}', auth: {{ key: '${{env.KEY}}' }}, {keys} }} }}");
    project.write("signoff.yaml", &format!("spec: specs/things.yaml\n{target}\n"));
    let ended = project.call_with(&["run", "--target", "vendor", "gets a thing"], &[("KEY", "key-of-the-partner")]);
    let record = serde_json::from_str(&project.read("reports/record.json")).expect("JSON");
    (ended, record)
}

/// The reason of the only case.
fn refused(url: &str, keys: &str, files: &[(&str, &str)]) -> String {
    let (ended, record) = run(url, keys, files);
    assert_eq!(ended.code, 3, "{ended:?}");
    let port = url.rsplit(':').next().expect("a port");
    record["outcomes"][0]["reason"].as_str().expect("a reason").replace(port, "PORT")
}

#[test]
fn a_configured_authority_is_trusted_and_http_2_is_used() {
    let authority = Authority::new();
    let url = target(&authority.sign("localhost", 4000), None, BOTH);
    let (ended, record) = run(&url, "ca_file: ca.pem", &[("ca.pem", &authority.0.pem())]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(record["outcomes"][0]["exchange"]["response"]["version"], "HTTP/2.0");
}

/// A certificate like that of `openssl req -x509`, which is its own authority.
#[test]
fn the_own_certificate_of_a_target_can_be_named() {
    let own = |name: &str, until: i32| {
        let mut params = CertificateParams::new([name.to_owned()]).expect("a name");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.not_after = date_time_ymd(until, 1, 1);
        let key = KeyPair::generate().expect("a key");
        Identity { certificate: params.self_signed(&key).expect("signed"), key }
    };
    let (server, other) = (own("localhost", 4000), own("localhost", 4000));
    let url = target(&server, None, BOTH);
    let (ended, _) = run(&url, "ca_file: own.pem", &[("own.pem", &server.certificate.pem())]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(!refused(&url, "ca_file: own.pem", &[("own.pem", &other.certificate.pem())]).is_empty());
    for (wrong, expect) in [
        (own("other.example", 4000), "the certificate is for other hosts (is the URL correct?)"),
        (own("localhost", 2020), "the certificate has expired (the target must renew it)"),
    ] {
        let url = target(&wrong, None, BOTH);
        let reason = refused(&url, "ca_file: own.pem", &[("own.pem", &wrong.certificate.pem())]);
        assert_eq!(reason, format!("TLS with localhost:PORT: {expect}"));
    }
}

/// HTTP/2 needs no announcement of trailers; over HTTP/1.1 a client gets only those that are announced.
#[tokio::test]
async fn trailers_of_http_2_are_forwarded_by_the_proxy() {
    let authority = Authority::new();
    let url = target(&authority.sign("localhost", 4000), None, &[b"h2"]);
    let project = Project::new();
    project.write("ca.pem", &authority.0.pem());
    let proxy = Served::listening(&project.path(""), "proxy", &["--target", &url, "--ca-file", "ca.pem"], &[]);
    for (query, expect) in [("?announced", true), ("", false)] {
        let response = proxy.say("GET", &format!("/things/t1{query}"), "te: trailers\r\n", "").to_lowercase();
        assert_eq!(response.contains("\r\n0\r\nx-sum: 7\r\n\r\n"), expect, "{response}");
    }
    let stream = tokio::net::TcpStream::connect(&proxy.address).await.expect("connected");
    let (mut sender, connection) = http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await.expect("HTTP/2");
    tokio::spawn(connection);
    let request = hyper::Request::get("http://localhost/things/t1").header("te", "trailers");
    let response = sender.send_request(request.body(Empty::<Bytes>::new()).expect("a request")).await;
    let body = response.expect("a response").into_body().collect().await.expect("a body");
    assert_eq!(body.trailers().and_then(|trailers| trailers.get("x-sum")), Some(&"7".parse().expect("a value")));
    drop(sender);
    assert_eq!(proxy.stop(), Some(0));
}

#[test]
fn an_unknown_authority_is_reported_with_help() {
    let authority = Authority::new();
    let ca = ("ca.pem", &*authority.0.pem());
    let unknown = "TLS with localhost:PORT: certificate signed by an unknown authority (set `ca_file` or --ca-file)";
    let url = target(&authority.sign("localhost", 4000), None, BOTH);
    assert_eq!(refused(&url, "", &[]), unknown);
    assert_eq!(refused(&url, "ca_file: ca.pem", &[("ca.pem", &Authority::new().0.pem())]), unknown);
    let expired = target(&authority.sign("localhost", 2020), None, BOTH);
    let expect = "TLS with localhost:PORT: the certificate has expired (the target must renew it)";
    assert_eq!(refused(&expired, "ca_file: ca.pem", &[ca]), expect);
    let other = target(&authority.sign("other.example", 4000), None, BOTH);
    let expect = "TLS with localhost:PORT: the certificate is for other hosts (is the URL correct?)";
    assert_eq!(refused(&other, "ca_file: ca.pem", &[ca]), expect);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "other systems have a store of certificates that no variable replaces")]
fn a_system_without_certificates_is_reported_with_help() {
    let repository = copy_of_the_repository();
    let mut program = crate::program();
    program.arg("check").current_dir(repository.path());
    program.env("SSL_CERT_FILE", "/dev/null").env("SSL_CERT_DIR", "/dev/null");
    let printed = String::from_utf8(program.output().unwrap().stderr).unwrap();
    let help = "; install the package `ca-certificates`, or name a certificate in `ca_file` (`--ca-file`)\n";
    assert!(printed.contains(help), "{printed}");
}

#[test]
fn a_client_certificate_is_sent_on_request() {
    let authority = Authority::new();
    let server = authority.sign("localhost", 4000);
    let (ca, own) = (authority.0.pem(), authority.sign("partner", 4000).pem());
    let stranger = Authority::new().sign("stranger", 4000).pem();
    let files = [("ca.pem", &*ca), ("own.pem", &own), ("stranger.pem", &stranger)];
    for versions in [BOTH, &[b"http/1.1"]] {
        let url = target(&server, Some(&authority), versions);
        let (ended, _) = run(&url, "ca_file: ca.pem, client_cert: own.pem", &files);
        assert_eq!(ended.code, 0, "{ended:?}");
        let missing = refused(&url, "ca_file: ca.pem", &files);
        assert!(missing.contains("a client certificate") && missing.contains("set `client_cert`"), "{missing}");
        let wrong = refused(&url, "ca_file: ca.pem, client_cert: stranger.pem", &files);
        assert!(wrong.contains("the client certificate") && wrong.contains("check `client_cert`"), "{wrong}");
    }
}
