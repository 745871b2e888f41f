//! Exchanges without a complete response are cases of every report, so that log, reports and exit code agree.

use std::io::{Read, Write};
use std::net::TcpStream;

use serde_json::{Value, json};

use super::forwarding::proxy;
use super::{outcomes, record};
use crate::cli::project::Project;
use crate::mock::status;

/// Responds completely, incompletely, or not at all.
fn serve(head: String, mut stream: TcpStream) {
    let response: &[u8] = match head.split(' ').nth(1) {
        Some("/echo") => b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n",
        Some("/large") => b"HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 9\r\n\r\nab",
        _ => b"",
    };
    let _ = stream.write_all(response);
}

fn verdicts(record: &Value) -> Vec<Value> {
    let verdict = |outcome: &Value| json!([outcome["outcome"], outcome["reason"]]);
    outcomes(record).iter().map(verdict).collect()
}

#[test]
fn exchanges_without_a_response_are_errored_cases_of_every_report() {
    let project = Project::new();
    let formats = ["ctrf", "tap", "events", "har", "sarif", "github"].map(|format| ["--report", format]);
    let proxy = proxy(&project, &formats.concat(), serve);
    for url in ["/moved", "/large", "/echo"] {
        proxy.say("GET", url, "", "");
    }
    let (printed, code) = proxy.stop_with_rest();
    assert_eq!(code, Some(3), "{printed}");
    assert!(printed.contains("2 cases errored") && !printed.contains("3 cases passed"), "{printed}");
    let expect = [
        json!(["errored", "the target closed the connection without a response"]),
        json!(["errored", "the body ended after 2 of 9 bytes"]),
        json!(["passed", null]),
    ];
    assert_eq!(verdicts(&record(&project.path(""))), expect);
    assert!(project.read("reports/junit.xml").contains("errors=\"2\""));
    assert!(project.read("reports/report.tap").contains("not ok 1"));
    let ctrf: Value = serde_json::from_str(&project.read("reports/ctrf.json")).expect("JSON");
    assert_eq!(ctrf["results"]["summary"]["passed"], 1, "{ctrf}");
}

#[test]
fn reports_are_written_although_no_exchange_has_a_response() {
    let project = Project::new();
    let first = proxy(&project, &[], serve);
    assert_eq!(status(&first.say("GET", "/echo", "", "")), "200");
    assert_eq!(first.stop(), Some(0));
    let second = proxy(&project, &[], serve);
    second.say("GET", "/moved", "", "");
    assert_eq!(second.stop(), Some(3));
    let record = record(&project.path(""));
    assert_eq!((outcomes(&record).len(), &outcomes(&record)[0]["outcome"]), (1, &json!("errored")));
}

#[test]
fn a_request_that_the_client_cancels_is_a_skipped_case() {
    for (args, verdict, exit) in [(&[][..], "skipped", 0), (&["--strict"], "failed", 1)] {
        let project = Project::new();
        let (reached, forwarded) = std::sync::mpsc::channel();
        let proxy = proxy(&project, args, move |_, mut stream| {
            let _ = reached.send(());
            let _ = stream.read(&mut [0]);
        });
        let mut client = proxy.connect();
        client.write_all(b"GET /echo?undeclared=1 HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("sent");
        forwarded.recv().expect("forwarded");
        drop(client);
        proxy.wait_for("→ –, cancelled");
        assert_eq!(proxy.stop(), Some(exit));
        let record = record(&project.path(""));
        assert_eq!(outcomes(&record)[0]["outcome"], verdict, "{record}");
        assert_eq!(outcomes(&record)[0]["findings"][0]["check"], "request", "{record}");
    }
}

#[test]
fn a_request_that_is_not_forwarded_is_a_skipped_case() {
    for (args, verdict, exit) in [(&[][..], "skipped", 0), (&["--strict"], "failed", 1)] {
        let project = Project::new();
        let proxy = proxy(&project, &[&["--allow", "GET"], args].concat(), serve);
        assert_eq!(status(&proxy.say("POST", "/echo?undeclared=1", "", "")), "403");
        assert_eq!(proxy.stop(), Some(exit));
        assert_eq!(outcomes(&record(&project.path("")))[0]["outcome"], verdict);
    }
}

#[test]
fn requests_that_are_only_logged_replace_earlier_reports() {
    let project = Project::new();
    let first = proxy(&project, &[], serve);
    assert_eq!(status(&first.say("GET", "/echo", "", "")), "200");
    assert_eq!(first.stop(), Some(0));
    let second = proxy(&project, &[], serve);
    assert_eq!(status(&second.say("GET", "/echo", "upgrade: websocket\r\n", "")), "501");
    assert_eq!(second.stop(), Some(0));
    assert_eq!(outcomes(&record(&project.path(""))).len(), 0);
}
