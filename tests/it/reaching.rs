//! Connections: keep-alive, redirects, proxies, and methods that are not allowed.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use serde_json::Value;

use crate::cli::project::Project;

const KEY: (&str, &str) = ("KEY", "key-of-the-partner");

/// Reads one request; `None` at the end of the connection.
fn read(stream: &mut TcpStream) -> Option<String> {
    let (mut request, mut byte) = (Vec::new(), [0]);
    while !request.ends_with(b"\r\n\r\n") {
        (stream.read(&mut byte).ok()? == 1).then(|| request.push(byte[0]))?;
    }
    let head = String::from_utf8(request).ok()?.to_lowercase();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
    stream.read_exact(&mut vec![0; length]).ok()?;
    Some(head)
}

fn thing(stream: &mut TcpStream) {
    let body = r#"{"id":"t1","name":"two"}"#;
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length:";
    let _ = write!(stream, "{head} {}\r\n\r\n{body}", body.len());
}

/// Starts a target that handles each connection with `serve`; returns its URL.
fn target(serve: impl Fn(TcpStream) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("bound"));
    thread::spawn(move || listener.incoming().for_each(|stream| serve(stream.expect("a connection"))));
    url
}

/// Twenty posts, one after the other.
fn posts() -> Project {
    many("operation: makeThing, request: { body: { name: two } }")
}

/// Twenty idempotent requests, one after the other.
fn gets() -> Project {
    many("operation: getThing, request: { path: { id: t1 } }")
}

/// Twenty cases, one after the other.
fn many(request: &str) -> Project {
    let project = Project::new();
    let case = |n| format!("  - {{ name: case {n}, {request} }}\n");
    project.write("cases/things.yaml", &format!("cases:\n{}", (0..20).map(case).collect::<String>()));
    project
}

/// Credentials and the path of the server belong to the configuration of the target, and are easily left out or outdated.
#[test]
fn a_status_that_all_responses_have_is_noted() {
    let status = Arc::new(std::sync::Mutex::new("404 Not Found"));
    let current = status.clone();
    let url = target(move |mut stream| {
        while let Some(request) = read(&mut stream) {
            let is_health = request.starts_with("get /health ");
            let status = if is_health { "200 OK" } else { *current.lock().expect("a status") };
            let _ = write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
        }
    });
    let project = gets();
    let spec = project.read("specs/things.yaml");
    let check = |servers: &str, path: &str, note: Option<&str>| {
        project.write("specs/things.yaml", &format!("{spec}\nservers: [{servers}]\n"));
        let target = format!("{url}{path}");
        let ended = project.call_with(&["run", "--target", &target, "--auth", "key=env:KEY"], &[KEY]);
        assert_eq!(ended.code, 1, "{ended:?}");
        let page = project.read("reports/index.html").replace("&#39;", "'");
        let out = ended.out.split_whitespace().collect::<Vec<_>>().join(" ");
        let has = |text: &str| [&out, &page].map(|report| report.contains(text));
        let Some(note) = note else { return assert_eq!(has("very response has the status"), [false; 2], "{out}") };
        assert_eq!(has(note), [true; 2], "{servers} {path}: {out}");
        assert!(!page.contains("Report to the vendor"), "{page}");
    };
    let lacks = |path: &str, own: &str| {
        let server = format!("the document's server has the path {path}, the URL of the target has {own}");
        format!("very response has the status 404: {server}")
    };
    let server = "{ url: 'https://api.example/api/{v}', variables: { v: { default: v1 } } }";
    check(server, "", Some(&lacks("/api/v1", "none")));
    check("{ url: /api/v1/ }", "/", Some(&lacks("/api/v1", "none")));
    check("{ url: /api/v1 }", "/api/v2", Some(&lacks("/api/v1", "/api/v2")));
    check("{ url: / }", "/api/v2", Some(&lacks("none", "/api/v2")));
    let url_only = "very response has the status 404: check the URL of the target";
    check("{ url: /api/v1 }, { url: 'https://api.example' }", "", Some(url_only));
    check("{ url: / }", "", Some(url_only));
    *status.lock().expect("a status") = "401 Unauthorized";
    check("{ url: /api/v1 }", "", Some("very response has the status 401: check the credentials of the target"));
    // A response that needs no credentials does not hide it.
    let health = "request: { method: GET, url: /health }, violates: unchecked, expect: { status: 200 }";
    project.write("cases/health.yaml", &format!("cases:\n  - {{ name: health, {health} }}\n"));
    let refused = "very request with the credentials of the target was refused with 401: check the credentials";
    check("{ url: /api/v1 }", "", Some(refused));
    *status.lock().expect("a status") = "500 Oops";
    check("{ url: /api/v1 }", "", None);
}

#[test]
fn a_connection_closed_after_each_response_is_no_error() {
    let url = target(|mut stream| {
        if read(&mut stream).is_some() {
            thing(&mut stream);
        }
    });
    // The next request may be sent before the end of the connection arrives; an idempotent one is sent again.
    let ended = gets().call_with(&["run", "--target", &url, "--auth", "key=env:KEY"], &[KEY]);
    assert_eq!(ended.code, 0, "{ended:?}");
}

/// A target that answers the first request of each connection, and closes it when it reads the beginning of the next.
fn closing(answered: &Arc<AtomicUsize>) -> String {
    let count = answered.clone();
    target(move |mut stream| {
        if read(&mut stream).is_some() {
            thing(&mut stream);
            count.fetch_add(1, Ordering::SeqCst);
            let _ = stream.read(&mut [0]);
        }
    })
}

fn attempts(project: &Project) -> Vec<u64> {
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).expect("JSON");
    let outcomes = record["outcomes"].as_array().expect("outcomes").iter();
    outcomes.map(|outcome| outcome["attempts"].as_u64().expect("a number")).collect()
}

#[test]
fn an_idempotent_request_is_sent_again_if_a_kept_connection_closes() {
    let answered = Arc::default();
    let project = gets();
    let ended = project.call_with(&["run", "--target", &closing(&answered), "--auth", "key=env:KEY"], &[KEY]);
    assert_eq!((ended.code, answered.load(Ordering::SeqCst)), (0, 20), "{ended:?}");
    // The new connection is not kept.
    assert_eq!(attempts(&project), [1, 2].repeat(10));
}

#[test]
fn a_post_is_not_sent_again_if_a_kept_connection_closes() {
    let answered = Arc::default();
    let project = posts();
    let ended = project.call_with(&["run", "--target", &closing(&answered), "--auth", "key=env:KEY"], &[KEY]);
    assert_eq!((ended.code, answered.load(Ordering::SeqCst)), (3, 10), "{ended:?}");
    assert!(
        ended.out.contains("the connection without a response (it was kept from an earlier request)"),
        "{}",
        ended.out
    );
    assert_eq!(attempts(&project), [1].repeat(20));
}

#[test]
fn a_first_request_without_response_is_not_retried() {
    let (sender, requests) = mpsc::channel();
    let url = target(move |mut stream| sender.send(read(&mut stream)).expect("heard"));
    let args = ["run", "--target", &url, "--auth", "key=env:KEY", "makes a thing"];
    let ended = Project::new().call_with(&args, &[KEY]);
    assert_eq!((ended.code, requests.try_iter().count()), (3, 1), "{ended:?}");
}

#[test]
fn further_cases_that_are_errored_for_the_same_reason_are_counted() {
    let url = target(|mut stream| drop(read(&mut stream)));
    let ended = posts().call_with(&["run", "--target", &url, "--auth", "key=env:KEY"], &[KEY]);
    assert_eq!(ended.out.matches("\n! 19 more cases: ").count(), 1, "{}", ended.out);
}

#[test]
fn a_redirect_is_checked_and_not_followed() {
    let (sender, requests) = mpsc::channel();
    let elsewhere = target(move |mut stream| sender.send(read(&mut stream)).expect("heard"));
    let url = target(move |mut stream| {
        let _ = read(&mut stream);
        let _ = write!(stream, "HTTP/1.1 307 X\r\nlocation: {elsewhere}/things\r\ncontent-length: 0\r\n\r\n");
    });
    let project = Project::new();
    let args = ["run", "--target", &url, "--auth", "key=env:KEY", "makes a thing"];
    let ended = project.call_with(&args, &[KEY]);
    assert_eq!((ended.code, requests.try_iter().count()), (1, 0), "{ended:?}");
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).expect("JSON");
    let checks: Vec<_> = record["outcomes"][0]["findings"].as_array().expect("findings").iter().collect();
    let checks: Vec<_> = checks.iter().map(|finding| finding["check"].as_str().expect("an id")).collect();
    assert_eq!(checks, ["status-documented", "expected-status"]);
}

#[test]
fn a_proxy_is_used_on_request_only() {
    let url = target(|mut stream| {
        while read(&mut stream).is_some() {
            thing(&mut stream);
        }
    });
    let (sender, requests) = mpsc::channel();
    let proxy = target(move |mut stream| {
        let head = read(&mut stream).expect("a request");
        sender.send(head.lines().next().unwrap_or_default().to_owned()).expect("heard");
        thing(&mut stream);
    });
    let project = Project::new();
    let run = |more: &[&str]| {
        let mut command = crate::program();
        command.args(["run", "--target", &url, "--auth", "key=env:KEY", "makes a thing"]).args(more);
        ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"].iter().for_each(|name| {
            command.env(name, &proxy);
        });
        command.env(KEY.0, KEY.1).current_dir(project.path("")).output().expect("it ran").status.code()
    };
    assert_eq!((run(&[]), requests.try_iter().count()), (Some(0), 0));
    assert_eq!(run(&["--proxy", &proxy]), Some(0));
    assert_eq!(requests.try_iter().collect::<Vec<_>>(), [format!("post {url}/things http/1.1")]);
}

#[test]
fn methods_that_are_not_allowed_are_skipped() {
    let (sender, requests) = mpsc::channel();
    let url = target(move |mut stream| {
        while let Some(head) = read(&mut stream) {
            sender.send(head.split(' ').next().unwrap_or_default().to_owned()).expect("heard");
            let _ = write!(
                stream,
                "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 24\r\n\r\n{{\"id\":\"t1\",\"name\":\"one\"}}"
            );
        }
    });
    let project = Project::new();
    let target = format!("targets: {{ live: {{ url: '{url}', auth: {{ key: '${{env.KEY}}' }}, allow: [get] }} }}");
    project.write("signoff.yaml", &format!("spec: specs/things.yaml\n{target}\n"));
    let ended = project.call_with(&["run", "-v", "--target", "live"], &[KEY]);
    assert_eq!((ended.code, requests.try_iter().collect::<Vec<_>>()), (0, vec!["get".to_owned()]), "{ended:?}");
    assert!(ended.out.contains("POST"), "{ended:?}");
}

/// Sends the head of a response with a body of `size` bytes, and its first `sent` bytes.
fn part_of_a_body(stream: &mut TcpStream, size: usize, sent: usize) {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {size}\r\n\r\n");
    let body = format!(r#"{{"id":"t1","name":"{}"#, "x".repeat(size - 21));
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(&[body.as_bytes(), b"\"}"].concat()[..sent]);
}

/// One target stalls within a body that takes most of the memory for bodies; another large body is read meanwhile.
#[test]
fn a_stalled_body_does_not_delay_others() {
    const SIZE: usize = 9_000_000;
    let (sender, sent) = mpsc::channel::<()>();
    let sent = std::sync::Mutex::new(Some(sent));
    let url = target(move |mut stream| {
        let (sender, sent) = (sender.clone(), sent.lock().expect("not poisoned").take());
        thread::spawn(move || {
            let _ = read(&mut stream);
            match sent {
                Some(sent) => {
                    part_of_a_body(&mut stream, SIZE, SIZE / 10);
                    // The other body was sent whole, although the client has not received this one.
                    let _ = sent.recv();
                }
                None => {
                    part_of_a_body(&mut stream, SIZE, SIZE);
                    let _ = sender.send(());
                }
            }
        });
    });
    let project = Project::new();
    for name in ["large one", "large other"] {
        let case = format!("cases:\n  - {{ name: {name}, operation: getThing, request: {{ path: {{ id: t1 }} }} }}\n");
        project.write(&format!("cases/{name}.yaml"), &case);
    }
    let args = ["run", "--target", &url, "--auth", "key=env:KEY", "large"];
    let ended = project.call_with(&args, &[KEY]);
    assert!(ended.out.contains("1 passed, 1 errored"), "{ended:?}");
}
