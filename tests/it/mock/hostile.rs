//! Hostile clients: the mock's memory stays bounded, and other clients are served.

#![expect(clippy::print_stdout, reason = "`--nocapture` shows the figures")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Instant;

use super::{LONG, Served, content, status, written};
use crate::cli::project::Project;
use crate::imprint::copy_of_the_repository;

const WHOLE: &str = r#"{"id":"t1","name":"one"}"#;
const LIMIT_MB: f64 = 100.0;
/// For connections, which other memory adds to.
const ROOM_MB: f64 = 90.0;

fn is_served(served: &Served) {
    assert_eq!(content(&served.say("GET", "/things/t1", "", "")), WHOLE);
}

/// Checks that the mock serves other clients, and that its peak memory is below the limit.
fn check(served: &Served) {
    check_within(served, LIMIT_MB);
}

fn check_within(served: &Served, limit_mb: f64) {
    is_served(served);
    if cfg!(target_os = "linux") {
        below(served.peak(), limit_mb);
    }
}

fn below(peak_mb: f64, limit_mb: f64) {
    println!("{peak_mb:.1} MB of {limit_mb}");
    assert!(peak_mb < limit_mb, "{peak_mb} MB");
}

fn mock() -> Served {
    Served::start(&Project::new().path(""), &["--quiet"])
}

#[test]
fn of_concurrent_writes_one_succeeds() {
    let project = copy_of_the_repository();
    let served = Served::start(project.path(), &["--quiet"]);
    let statuses: Vec<_> = thread::scope(|scope| {
        let link = |number: usize| {
            let served = &served;
            scope.spawn(move || {
                let body = format!(r#"{{"partner_customer_id": "P{number}"}}"#);
                let headers = "content-type: application/json\r\n";
                status(&served.say("POST", "/v2/customers/CSMR-v1-123/link", headers, &body)).to_owned()
            })
        };
        let clients: Vec<_> = (0..64).map(link).collect();
        clients.into_iter().map(|client| client.join().unwrap()).collect()
    });
    let count = |status: &str| statuses.iter().filter(|held| *held == status).count();
    assert_eq!((count("200"), count("409")), (1, 63));
}

/// Coded content that decodes to 256 MB, once and twice coded, and content that is just within the limit.
#[test]
fn coded_content_that_decodes_to_too_much_is_refused() {
    let gzip = |content: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(content).unwrap();
        encoder.finish().unwrap()
    };
    let once = gzip(&vec![b' '; 256 << 20]);
    let bodies = [("gzip, gzip", gzip(&once)), ("gzip", once), ("gzip", gzip(&vec![b' '; 8 << 20]))];
    let served = mock();
    thread::scope(|scope| {
        for number in 0..30 {
            let ((coding, body), is_within, served) = (&bodies[number % 3], number % 3 == 2, &served);
            scope.spawn(move || {
                let head =
                    "POST /things HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\ncontent-type: application/json\r\n";
                let head = format!("{head}content-encoding: {coding}\r\ncontent-length: {}\r\n\r\n", body.len());
                let mut stream = served.connect();
                stream.write_all(&[head.as_bytes(), body].concat()).unwrap();
                let mut response = [0; 12];
                stream.read_exact(&mut response).unwrap();
                // White space is no JSON.
                let expected = if is_within { b"HTTP/1.1 400" } else { b"HTTP/1.1 413" };
                // 503 where the memory for bodies is used up.
                let is_refused = [expected, b"HTTP/1.1 503"].contains(&&response);
                assert!(is_refused, "{coding}: {}", String::from_utf8_lossy(&response));
            });
        }
    });
    check(&served);
}

#[test]
fn a_body_of_a_gigabyte_is_refused_before_it_is_sent() {
    let served = mock();
    let mut announced = served.connect();
    let head = "POST /things HTTP/1.1\r\nhost: x\r\nauthorization: Bearer x\r\ncontent-type: application/json\r\n";
    announced.write_all(format!("{head}content-length: 1000000000\r\n\r\n").as_bytes()).unwrap();
    let mut response = [0; 12];
    announced.read_exact(&mut response).unwrap();
    assert_eq!(&response, b"HTTP/1.1 413");
    // Without Content-Length, and sent by several clients at once.
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                let mut stream = served.connect();
                stream.write_all(format!("{head}transfer-encoding: chunked\r\n\r\n").as_bytes()).unwrap();
                let chunk = [b"f4240\r\n", &[b' '; 1_000_000][..], b"\r\n"].concat();
                let sent = (0..1000).take_while(|_| stream.write_all(&chunk).is_ok()).count();
                assert!(sent < 100, "{sent} MB were accepted");
            });
        }
    });
    check(&served);
}

#[test]
fn large_bodies_are_validated_one_at_a_time() {
    let served = mock();
    let values = format!(r#"{{"name": "x", "more": [{}0]}}"#, "0,".repeat(4_000_000));
    let text = format!(r#"{{"name": "{}"}}"#, "x".repeat(8_000_000));
    // A body that cannot be validated is refused.
    for (body, expect) in [(values, ["413", "413"]), (text, ["200", "400"])] {
        thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let response = served.say("POST", "/things", "content-type: application/json\r\n", &body);
                    let status = status(&response);
                    assert!(expect.contains(&status) || matches!(status, "" | "503"), "{response}");
                });
            }
        });
        check(&served);
    }
}

#[test]
fn unread_responses_and_the_state_are_bounded() {
    let project = Project::new();
    project.write(
        "mock.yaml",
        "state: { all: [] }
operations:
  makeThing:
    - respond: { status: 200, body: { id: x, name: \"${request.body.name}\" } }
      store: { all: { $append: \"${request.body.name}\" } }
",
    );
    let served = Served::start(&project.path(""), &["--quiet", "--rules", "mock.yaml"]);
    let body = format!(r#"{{"name": "{}"}}"#, "x".repeat(7_500_000));
    let request = written("POST", "/things", "content-type: application/json\r\n", &body);
    let answered = || {
        let mut stream = served.connect();
        // The mock may respond before it has read the whole request; the response may be lost then.
        let _ = stream.write_all(request.as_bytes());
        let mut head = [0; 12];
        let _ = stream.read_exact(&mut head);
        (String::from_utf8_lossy(&head[9..]).into_owned(), stream)
    };
    let held = [answered(), answered(), answered()];
    assert_eq!(held[0].0, "200");
    assert!(held[1..].iter().all(|(status, _)| matches!(&**status, "503" | "\0\0\0")), "{:?}", held.map(|held| held.0));
    drop(held);
    // Once memory is free again, the state is full.
    let after = (0..1000).map(|_| answered().0).find(|status| *status == "500");
    assert!(after.is_some());
    check(&served);
}

#[test]
fn header_floods_are_cut_off() {
    let served = mock();
    let flooded = |line: &dyn Fn(usize) -> String| {
        let mut stream = served.connect();
        let _ = stream.write_all(b"GET /things/t1 HTTP/1.1\r\nhost: x\r\n");
        let sent = (0..100_000).take_while(|number| stream.write_all(line(*number).as_bytes()).is_ok()).count();
        assert!(sent < 100_000);
        let mut response = String::new();
        let _ = stream.read_to_string(&mut response);
        assert!(response.is_empty() || status(&response).starts_with('4'), "{response}");
    };
    flooded(&|number| format!("x-{number}: {number}\r\n"));
    flooded(&|number| format!("x-{number}: {}\r\n", "v".repeat(5_000)));
    flooded(&|_| "v".repeat(5_000));
    check(&served);
}

#[test]
fn pipelined_requests_are_answered_in_order() {
    let served = mock();
    let mut stream = served.connect();
    let one = written("GET", "/things/t1", "", "");
    let other = written("POST", "/things", "content-type: application/json\r\n", r#"{"name": "x"}"#);
    let last = written("GET", "/nowhere", "connection: close\r\n", "");
    stream.write_all([&*one, &other, &one, &last].concat().as_bytes()).unwrap();
    let mut responses = String::new();
    stream.read_to_string(&mut responses).unwrap();
    let statuses: Vec<_> = responses.split("HTTP/1.1 ").skip(1).map(|response| &response[..3]).collect();
    assert_eq!(statuses, ["200", "200", "200", "404"]);
}

/// Connections that stop: before the first byte, in a request, in a body, in the preface of HTTP/2.
fn unfinished(served: &Served, count: usize) -> Vec<TcpStream> {
    let body = unfinished_body();
    begun(served, count, &["", "P", "PRI * HTTP/2.0\r\n", "GET /things/t1 HTTP/1.1\r\nx: ", &body])
}

fn unfinished_body() -> String {
    let request = written("POST", "/things", "content-type: application/json\r\n", r#"{"name": "x"}"#);
    request[..request.len() - 3].to_owned()
}

fn begun(served: &Served, count: usize, beginnings: &[&str]) -> Vec<TcpStream> {
    let begin = |beginning: &&str| {
        let mut stream = served.connect();
        // The mock may have closed it.
        let _ = stream.write_all(beginning.as_bytes());
        stream
    };
    beginnings.iter().cycle().take(count).map(begin).collect()
}

#[test]
fn unfinished_requests_do_not_delay_others() {
    let served = mock();
    let held = unfinished(&served, 500);
    check(&served);
    drop(held);
    is_served(&served);
    assert_eq!(served.stop(), Some(0));
}

#[test]
#[cfg(target_os = "linux")]
fn ten_thousand_connections_are_served() {
    let itself = std::env::current_exe().unwrap();
    let again =
        "ulimit -n 12000 && exec \"$0\" --exact --ignored mock::hostile::with_file_descriptors_for_ten_thousand";
    let ended = std::process::Command::new("sh").args(["-c", again]).arg(itself).output().unwrap();
    assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stdout));
}

#[test]
#[ignore = "needs more than 10,000 file descriptors, which the test above gives it"]
fn with_file_descriptors_for_ten_thousand() {
    let served = mock();
    let held = unfinished(&served, 10_000);
    // An idle connection takes 3 kB. One within a request takes hyper's two buffers, 16 kB: only so many may wait.
    check_within(&served, ROOM_MB);
    drop(held);
    let held = begun(&served, 10_000, &[&unfinished_body()]);
    check(&served);
    drop(held);
}

#[test]
fn a_mock_stops_despite_unfinished_requests() {
    let served = mock();
    let held = unfinished(&served, 10);
    assert_eq!(served.stop(), Some(0));
    drop(held);
}

#[test]
fn many_large_unfinished_header_sections_are_bounded() {
    let served = mock();
    let head = format!("GET /things/t1 HTTP/1.1\r\nhost: localhost\r\nx: {}", "v".repeat(60_000));
    let begin = |_| {
        let mut stream = served.connect();
        let _ = stream.write_all(head.as_bytes());
        stream
    };
    let held: Vec<_> = (0..600).map(begin).collect();
    check_within(&served, 60.0);
    drop(held);
}

#[test]
fn requests_that_wait_for_the_target_of_a_proxy_are_bounded() {
    // It accepts connections and never responds.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let project = Project::new();
    let served = Served::listening(&project.path(""), "proxy", &["--quiet", "--target", &url], &[]);
    let request = written("GET", "/things/t1", &format!("x: {}\r\n", "v".repeat(60_000)), "");
    let ask = |_| {
        let mut stream = served.connect();
        let _ = stream.write_all(request.as_bytes());
        stream
    };
    let held: Vec<_> = (0..600).map(ask).collect();
    let refused = served.say("GET", "/things/t1", &format!("x: {}\r\n", "v".repeat(7_000)), "");
    assert!(matches!(status(&refused), "" | "502" | "503"), "{refused}");
    if cfg!(target_os = "linux") {
        below(served.peak(), LIMIT_MB);
    }
    drop(held);
}

#[test]
fn unread_admin_responses_are_bounded() {
    let served = Served::start(&Project::new().path(""), &["--quiet", "--admin"]);
    let state = format!(r#"{{"all": "{}"}}"#, "x".repeat(1_000_000));
    assert_eq!(status(&served.say("PUT", "/_signoff/state", "", &state)), "204");
    let ask = |_| {
        let mut stream = served.connect();
        // Beyond its memory, the mock closes connections.
        let _ = stream.write_all(written("GET", "/_signoff/state", "", "").as_bytes());
        stream
    };
    let held: Vec<_> = (0..500).map(ask).collect();
    // Until it has refused what is too much, it may refuse others as well.
    let busy = || {
        let response = served.say("GET", "/things/t1", "", "");
        matches!(status(&response), "" | "503")
    };
    let start = Instant::now();
    while busy() && start.elapsed() < LONG {}
    check(&served);
    drop(held);
}
