//! Where secrets come from, and where they go: only to the host of the target, whatever a case, a document or a response says.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use crate::cli::project::{Ended, Project};

const KEY: (&str, &str) = ("KEY", "key-of-the-partner");

/// A server that records the heads of its requests, in lower case.
struct Host {
    address: String,
    requests: Arc<Mutex<Vec<String>>>,
}

impl Host {
    /// Starts a server that responds with this head (`HTTP/1.1 200 OK` and header lines) and a JSON object.
    fn start(head: String) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let seen = Arc::clone(&requests);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                while let Some(request) = read(&mut stream) {
                    seen.lock().unwrap().push(request);
                    let body = r#"{"id":"t1","name":"one"}"#;
                    let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
                }
            }
        });
        Self { address, requests }
    }

    /// The first lines of the requests.
    fn lines(&self) -> Vec<String> {
        let requests = self.requests.lock().unwrap();
        requests.iter().map(|head| head.lines().next().unwrap_or_default().to_owned()).collect()
    }
}

fn read(stream: &mut TcpStream) -> Option<String> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        (stream.read(&mut byte).ok()? == 1).then(|| request.push(byte[0]))?;
    }
    String::from_utf8(request).ok().map(|head| head.to_lowercase())
}

/// A project whose target sends a key and a signature, with these cases.
fn project(target: &Host, cases: &str) -> Project {
    let project = Project::new();
    project.write("cases/things.yaml", &format!("story: S\ncases:\n{cases}"));
    let sign = "sign: { headers: { X-Signature: \"${hex(hmac('sha256', env.KEY, path))}\" } }";
    let target = format!("url: 'http://{}', auth: {{ key: '${{env.KEY}}' }}, {sign}", target.address);
    project.write("signoff.yaml", &format!("spec: specs/things.yaml\ntargets: {{ vendor: {{ {target} }} }}\n"));
    project
}

fn run(project: &Project) -> Ended {
    project.call_with(&["run", "--target", "vendor"], &[KEY])
}

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json";

#[test]
fn no_case_sends_anything_to_another_host() {
    let other = Host::start(OK.to_owned());
    let host = &other.address;
    let target = Host::start(format!("{OK}\r\nlocation: http://{host}/things/t1?next=1"));
    // A literal URL of another host is an error before anything is sent.
    for url in [format!("http://{host}/things/t1"), format!("@{host}/"), format!(":80@{host}/")] {
        let case = format!("  - {{ name: a, request: {{ method: GET, url: '{url}' }}, violates: unchecked }}\n");
        let ended = run(&project(&target, &case));
        assert_eq!(ended.code, 2, "{url}: {}", ended.err);
        assert!(ended.err.contains("`url` must start with `/`, as it follows the target's base URL"), "{}", ended.err);
    }
    assert_eq!(target.lines(), Vec::<String>::new());
    // One that a response gives is an error of the case that uses it.
    let capture = "  - name: creates
    operation: getThing
    request: { path: { id: t1 } }
    expect: { status: 200 }
    capture: { location: 'header:location' }
";
    let follows = "  - { name: follows, request: { method: GET, url: '${location}' }, violates: unchecked }\n";
    let project = project(&target, &format!("{capture}{follows}"));
    let ended = run(&project);
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
    assert!(!target.lines().is_empty(), "{}", ended.err);
    let record = project.read("reports/record.json");
    assert!(record.contains("`url` must start with `/`"), "{record}");
    assert_eq!(target.lines(), ["get /things/t1 http/1.1"]);
    assert_eq!(other.lines(), Vec::<String>::new());
}

#[test]
fn paths_and_headers_do_not_change_the_host() {
    let other = Host::start(OK.to_owned());
    let host = &other.address;
    let target =
        Host::start(format!("HTTP/1.1 307 X\r\nlocation: http://{host}/things\r\ncontent-type: application/json"));
    let unchecked = |name: &str, request: &str| {
        format!(
            "  - {{ name: {name}, request: {{ method: GET, {request} }}, violates: unchecked, expect: {{ status: 307 }} }}\n"
        )
    };
    let cases = unchecked("a", &format!("url: '//{host}/x'"))
        + &unchecked("b", &format!("url: '/x', headers: {{ Host: '{host}' }}"))
        + &format!(
            "  - {{ name: c, operation: getThing, request: {{ path: {{ id: '@{host}' }} }}, expect: {{ status: 307 }} }}\n"
        );
    let project = project(&target, &cases);
    // A document may name servers, of operations too: only the URL of the target counts.
    let servers = format!("servers: [ {{ url: 'http://{host}' }} ]");
    let spec = project.read("specs/things.yaml");
    let spec = spec.replacen("    get:\n", &format!("    get:\n      {servers}\n"), 1);
    project.write("specs/things.yaml", &spec.replacen("paths:\n", &format!("{servers}\npaths:\n"), 1));
    run(&project);
    let encoded = host.replace(':', "%3a");
    let lines = [
        format!("get //{host}/x http/1.1"),
        "get /x http/1.1".to_owned(),
        format!("get /things/%40{encoded} http/1.1"),
    ];
    assert_eq!(target.lines(), lines);
    let requests = target.requests.lock().unwrap();
    let is_complete = |head: &String| {
        head.contains("\r\nauthorization: bearer key-of-the-partner\r\n") && head.contains("\r\nx-signature: ")
    };
    assert!(is_complete(&requests[2]), "the credentials are sent: {requests:?}");
    assert_eq!(other.lines(), Vec::<String>::new(), "redirects are not followed");
    // Segments that lead out of the path are refused.
    for url in ["/../x", "/x/%2e%2e/y", "/\\\\evil.example/x"] {
        let case = format!("  - {{ name: a, request: {{ method: GET, url: \"{url}\" }}, violates: unchecked }}\n");
        project.write("cases/things.yaml", &format!("story: S\ncases:\n{case}"));
        let ended = run(&project);
        assert!(ended.code == 2 && ended.err.contains("cannot be sent as written"), "{url}: {}", ended.err);
    }
}

/// The proxy could ask for the certificate in its own handshake.
#[test]
fn no_proxy_over_tls_is_used_with_a_client_certificate() {
    let project = Project::new();
    let certificate = rcgen::generate_simple_self_signed(["partner".to_owned()]).unwrap();
    project.write("own.pem", &(certificate.cert.pem() + &certificate.signing_key.serialize_pem()));
    let target = "url: 'https://127.0.0.1:1', auth: { key: '${env.KEY}' }, client_cert: own.pem, proxy: PROXY";
    let configure = |proxy: &str| {
        let target = target.replace("PROXY", proxy);
        project.write("signoff.yaml", &format!("spec: specs/things.yaml\ntargets: {{ vendor: {{ {target} }} }}\n"));
        run(&project)
    };
    let refused = configure("'https://127.0.0.1:2'");
    assert_eq!(refused.code, 2, "{refused:?}");
    assert!(refused.err.contains("an https:// proxy can ask for the client certificate"), "{}", refused.err);
    assert!(refused.err.contains(" --> signoff.yaml:2:"), "{}", refused.err);
    assert_eq!(configure("'http://127.0.0.1:2'").code, 3);
}

#[test]
fn cases_read_files_of_the_project_which_are_secret() {
    let target = Host::start(OK.to_owned());
    let sends = |name: &str, value: &str| {
        let request = format!("{{ path: {{ id: t1 }}, headers: {{ X-Sent: \"{value}\" }} }}");
        format!("  - {{ name: {name}, operation: getThing, request: {request}, expect: {{ status: 200 }} }}\n")
    };
    let cases = sends("a", "${file('secrets/api.key')}") + &sends("b", "${public(file('secrets/customer.txt'))}");
    let project = project(&target, &cases);
    project.write("secrets/api.key", "key-in-a-file\r\n\n");
    project.write("secrets/customer.txt", "customer-7");
    let ended = run(&project);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let sent = target.requests.lock().unwrap().join("");
    assert!(sent.contains("\r\nx-sent: key-in-a-file\r\n"), "without its line breaks: {sent}");
    let record = project.read("reports/record.json");
    assert!(!record.contains("key-in-a-file") && record.contains("«secret:secrets/api.key»"), "{record}");
    assert!(record.contains("customer-7"));
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("other.key"), "key-elsewhere").unwrap();
    let elsewhere = outside.path().join("other.key").display().to_string();
    project.write("large.txt", &"x".repeat(1_000_001));
    for (value, expected) in [
        (format!("${{file('{elsewhere}')}}"), "is outside the directory of the project"),
        ("${file('none.txt')}".to_owned(), "cannot read none.txt: no such file or directory"),
        ("${file('large.txt')}".to_owned(), "cannot read large.txt: it is larger than 1 MB"),
        ("${file('a' ~ 'b')}".to_owned(), "expected `file(\\\"PATH\\\")` with a path that contains no expression"),
        ("${file()}".to_owned(), "expected `file(\\\"PATH\\\")` with a path that contains no expression"),
    ] {
        project.write("cases/things.yaml", &format!("story: S\ncases:\n{}", sends("a", &value)));
        let ended = run(&project);
        assert_eq!(ended.code, 2, "{value}: {ended:?}");
        assert!(ended.err.contains(&expected.replace("\\\"", "\"")), "{value}: {}", ended.err);
        assert!(ended.err.contains(" --> cases/things.yaml:3:"), "{value}: {}", ended.err);
    }
}
