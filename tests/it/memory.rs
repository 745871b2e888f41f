//! Peak memory with a hostile target: below 100 MB with sixteen concurrent stories, for every response.

#![expect(clippy::unwrap_used, reason = "a test whose set-up fails has failed")]
#![expect(clippy::print_stdout, reason = "`--nocapture` shows the figures")]

use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::cli::project::Project;

#[path = "../../benches/process/mod.rs"]
#[expect(dead_code, reason = "the benches use the rest")]
mod process;

type Respond = Box<dyn Fn(&mut TcpStream) + Send + Sync>;

const MEGABYTE: usize = 1_000_000;
/// Just below the maximum size of a body.
const ALMOST: usize = 10 * MEGABYTE - 100;
const STORIES: usize = 16;
const LIMIT_MB: f64 = 100.0;
/// Longer than sixteen large bodies take one after the other on a loaded machine: what a body takes in time is not tested.
const LONG: &str = "10min";
const LONG_NAMES: &str = "property names of more than 16 KiB in one location";
const TOO_MANY: &str = "too many values to be held in 20 MB";

const SPEC: &str = r##"
openapi: 3.2.0
info: { title: Anything, version: "1" }
paths:
  /:
    get:
      responses:
        "200":
          description: anything
          content:
            application/json: { schema: { $ref: "#/components/schemas/Thing" } }
            application/x-ndjson: { itemSchema: { $ref: "#/components/schemas/Thing" } }
            text/event-stream: { itemSchema: { properties: { data: { maxLength: 1 } } } }
            application/xml: { schema: { type: object } }
            text/plain: { schema: { type: string, maxLength: 3 } }
            multipart/form-data: { schema: { properties: { a: { maxLength: 3 } } } }
            multipart/mixed: { schema: {} }
            application/x-www-form-urlencoded: { schema: { properties: { a: { maxLength: 3 } } } }
components:
  schemas:
    Thing:
      properties:
        status: { enum: [ACTIVE, INACTIVE] }
        a: { type: integer }
        dates: { items: { format: date, pattern: '^x', maxLength: 3 } }
        lists: { additionalProperties: { items: { type: string } } }
        expression: { format: regex }
      items: { type: string, maxLength: 3 }
      maxLength: 3
"##;

/// Runs sixteen stories against one response. Checks that every outcome contains `says`, and that peak memory is below the limit.
fn check(says: &str, respond: Respond) {
    check_within(LONG, says, respond);
}

fn check_within(timeout: &str, says: &str, respond: Respond) {
    check_case("expect: { status: 200 }", &["--quiet", "--timeout", timeout], says, respond);
}

/// Like `check`, with expectations that keep values, and with every report.
fn check_everything(says: &str, respond: Respond) {
    let case = r#"expect: { status: 200, body: { l: [5, { $any: true }] }, assert: ['response.body.s == "x"'] }, capture: { c: /s }"#;
    let formats = "record junit endpoints html events github sarif tap ctrf har";
    let mut args = vec!["--verbose", "--timeout", LONG];
    formats.split(' ').for_each(|format| args.extend(["--report", format]));
    check_case(case, &args, says, respond);
}

fn check_case(case: &str, args: &[&str], says: &str, respond: Respond) {
    let project = Project::with(&[("spec.yaml", SPEC), ("signoff.yaml", "spec: spec.yaml\nredact: [tok]\n")]);
    for story in 0..STORIES {
        let cases = format!("cases: [{{ name: gets it, operation: GET /, {case} }}]");
        project.write(&format!("cases/{story}.yaml"), &format!("story: number {story}\n{cases}\n"));
    }
    let url = serve(respond);
    let mut command = crate::program();
    command.current_dir(project.path("")).args(["run", "--target", &url, "--jobs", "16"]).args(args);
    command.args(["--first-byte-timeout", LONG]);
    let measured = process::measure(command).unwrap();
    let record = fs::read_to_string(project.path("reports/record.json")).expect(&measured.complaints);
    let lines = record.lines().filter(|line| line.contains("\"started_ms\":") && line.contains(says)).count();
    assert_eq!(lines, STORIES, "outcomes that contain {says:?}");
    println!("{:.1} MB of {LIMIT_MB}: {says}", measured.peak_mb);
    assert!(measured.peak_mb > 0.0 && measured.peak_mb < LIMIT_MB, "{} MB, {says}", measured.peak_mb);
}

/// Starts a server that sends the same response to every request. Returns its URL.
fn serve(respond: Respond) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let respond = Arc::new(respond);
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (mut stream, respond) = (stream.unwrap(), Arc::clone(&respond));
            thread::spawn(move || {
                let mut head = Vec::new();
                let mut byte = [0];
                while !head.ends_with(b"\r\n\r\n") && matches!(stream.read(&mut byte), Ok(1)) {
                    head.push(byte[0]);
                }
                respond(&mut stream);
            });
        }
    });
    url
}

fn sized(headers: &str, body: Vec<u8>) -> Respond {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}connection: close\r\ncontent-length: {}\r\n\r\n", body.len());
    Box::new(move |stream| {
        let _ = stream.write_all(head.as_bytes()).and_then(|()| stream.write_all(&body));
    })
}

fn of(media_type: &str, body: impl Into<Vec<u8>>) -> Respond {
    sized(&format!("content-type: {media_type}\r\n"), body.into())
}

fn mixed(body: impl Into<Vec<u8>>) -> Respond {
    of("multipart/mixed; boundary=b", body)
}

fn json(body: impl Into<Vec<u8>>) -> Respond {
    of("application/json", body)
}

/// A response that repeats `piece` endlessly, with a pause in milliseconds.
fn endless(header: &str, piece: &[u8], pause: u64) -> Respond {
    let (head, piece) = (format!("HTTP/1.1 200 OK\r\n{header}\r\n"), piece.to_vec());
    Box::new(move |stream| {
        let mut open = stream.write_all(head.as_bytes()).is_ok();
        while open {
            open = stream.write_all(&piece).is_ok();
            thread::sleep(Duration::from_millis(pause));
        }
    })
}

/// `before`, `item` as often as fits into a body of the maximum size, and `after`.
fn many(before: &str, item: &str, after: &str) -> String {
    format!("{before}{}{after}", item.repeat((ALMOST - before.len() - after.len()) / item.len()))
}

/// Like `many`, with numbered items.
fn numbered(before: &str, after: &str, item: impl Fn(usize) -> String) -> String {
    let mut text = before.to_owned();
    for index in 0.. {
        let next = item(index);
        if text.len() + next.len() + after.len() > ALMOST {
            break;
        }
        let _ = write!(text, "{next}");
    }
    text + after
}

fn gzip(chunks: usize) -> Vec<u8> {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    (0..chunks).for_each(|_| bomb.write_all(&vec![b' '; MEGABYTE]).unwrap());
    bomb.finish().unwrap()
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn responses_that_never_end() {
    check_within("500ms", "no response within 0.5 s", Box::new(|_| thread::sleep(Duration::from_secs(10))));
    check_within("500ms", "the body timed out after 0.5 s", endless("content-length: 5000\r\n", b"x", 50));
    check("exceeds 10 MB", endless("content-length: 1000000000\r\n", &[b' '; MEGABYTE], 0));
    let chunk = [b"f4240\r\n", &[b' '; MEGABYTE][..], b"\r\n"].concat();
    check("exceeds 10 MB", endless("transfer-encoding: chunked\r\n", &chunk, 0));
    check("the decoded gzip body exceeds", sized("content-encoding: gzip\r\n", gzip(100)));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn responses_that_are_invalid() {
    check(
        "ended after 5 of 10 bytes",
        Box::new(|stream| {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{\"a\":");
        }),
    );
    let lines: String = (0..10_000).map(|number| format!("x-{number}: {number}\r\n")).collect();
    check("the header section of the response is too large", sized(&lines, Vec::new()));
    let lines: String = (0..90).map(|number| format!("x-{number}: {}\r\n", "v".repeat(4_000))).collect();
    check("Content-Type is missing", sized(&lines, b"{}".to_vec()));
    check(
        "the status 302 is not documented",
        Box::new(|stream| {
            let head = b"HTTP/1.1 302 Found\r\nlocation: /\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.write_all(head);
        }),
    );
    check("not UTF-8", json([many("\"", "a", "").as_bytes(), b"\xe9\""].concat()));
    check("it is not UTF-8", of("text/plain", vec![0xe9; ALMOST]));
    check("unique-names", json(many("{\"a\":1,\"a\":2", " ", "}")));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn json_that_is_deep_or_long() {
    check("more than 127 levels", json([b"[".repeat(100_000), b"]".repeat(100_000)].concat()));
    check("more than 127 levels", json(many("", "[", "")));
    check("maxLength", json(many("\"", "a", "\"")));
    check("enum", json(many("{\"status\":\"", "\\u001b[2J<script>]]>", "\"}")));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn json_with_millions_of_values() {
    check("only the first 1000 violations are listed", json(format!("[{}0]", "0,".repeat(120_000))));
    check(TOO_MANY, json(many("[", "0,", "0]")));
    check(TOO_MANY, json(many("[", "{\"a\":1},", "{}]")));
    check(TOO_MANY, json(numbered("{", "\"a\":1}", |number| format!("\"{number}\":1,"))));
    check(TOO_MANY, json(many("[", &format!("{}1{},", "{\"a\":".repeat(100), "}".repeat(100)), "1]")));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn violations_of_every_item() {
    let dates = format!("{{\"dates\":[{}\"a\"]}}", format!("\"{}\",", "x".repeat(70)).repeat(99_000));
    check("only the first 1000 violations are listed", json(dates));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn values_that_are_compared_shown_and_captured() {
    check_everything("expected-assert", json(many("{\"s\":\"", "\\\\\\\"<&%41", "\"}")));
    check_everything("expected-assert", json(many("{\"n\":0.", "9", "}")));
    check_everything("expected-assert", of("text/plain; charset=iso-8859-1", vec![0xe9; ALMOST]));
    check_everything(
        TOO_MANY,
        json(numbered("{\"l\":[", "1]}", |number| format!("{{\"tok\":\"v{number}abcdefgh\"}},"))),
    );
    let key = |number| format!("\"{}\":1,", format!("{number}k").repeat(100));
    check_everything("expected-body", json(numbered("{", "\"l\":1}", key)));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn large_bodies_of_cases_that_wait() {
    let case = "poll: { every: 300ms, up_to: 1s }, expect: { body: { $exact: 1 } }";
    check_case(case, &["--quiet", "--timeout", LONG], "expected-body", json(many("\"", "a", "\"")));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn sequences() {
    check(TOO_MANY, of("application/x-ndjson", many("[", "0,", "0]\n")));
    check("the items before have too many violations", of("application/x-ndjson", many("", "{\n", "")));
    check(
        "the items before have too many violations",
        of("text/event-stream", many("", &format!("data: {}\n\n", "x".repeat(990)), "")),
    );
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn text_markup_and_forms() {
    check("more than 256 levels", of("application/xml", many("", "<a>", "")));
    check(
        "more than 1000 attributes",
        of("application/xml", numbered("<a ", "/>", |number| format!("a{number}=\"\" "))),
    );
    let part = "--b\r\ncontent-disposition: form-data; name=\"a\"\r\n\r\nx\r\n";
    check("more than 2000 parts", of("multipart/form-data; boundary=b", many("", part, "--b--\r\n")));
    let fields = numbered("", "a=1", |number| format!("{number}=1&"));
    let form = |body: String| of("application/x-www-form-urlencoded", body);
    check("more than 2000 fields", form(fields));
    check_everything("a text of 9999897 bytes is not UTF-8 when decoded", form(many("a=", "%ff", "")));
    check(LONG_NAMES, form(many("", "n", "=1")));
    check(LONG_NAMES, of("application/xml", many("<", "n", "/>")));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn long_names() {
    let name = "n".repeat(16_000);
    let listed = "only the first 16 violations are listed";
    check(listed, json(format!("{{\"lists\":{{\"{name}\":[{}0]}}}}", "0,".repeat(90_000))));
    let names = |number: usize| format!("\"{number}{}\":[0],", "n".repeat(4_000));
    check("violations are listed", json(numbered("{\"lists\":{", "\"a\":[]}}", names)));
    check(LONG_NAMES, json(many("", &format!("{{\"{name}\":"), "")));
    let tags: Vec<_> = (0..250).map(|number| format!("n{number}{}", &name[..15_000])).collect();
    let open: String = tags.iter().map(|tag| format!("<{tag}>")).collect();
    let close: String = tags.iter().rev().map(|tag| format!("</{tag}>")).collect();
    check(LONG_NAMES, of("application/xml", open + &close));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn parts() {
    let of = |body: Vec<u8>| of("multipart/form-data; boundary=b", body);
    let head = "--b\r\ncontent-disposition: form-data; name=\"b\"\r\n";
    let bytes = vec![0xe9; ALMOST - 200];
    let file = [head.as_bytes(), b"content-type: image/png\r\n\r\n", &bytes, b"\r\n--b--\r\n"].concat();
    check("undocumented-property", of(file));
    check("more than 512 kB of part headers", of(many(head, "a:\r\n", "\r\n\r\n--b--\r\n").into()));
    check("its parts have no names", mixed(many("--b", "\r\n\r\n\r\n--b", "--\r\n")));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn text_in_other_encodings() {
    let xml = |charset: &str, text: Vec<u8>| of(&format!("application/xml; charset={charset}"), text);
    let latin = [&b"<a><b>"[..], &vec![0xe9; ALMOST - 20], b"</b></a>"].concat();
    check("more than 10 MB once it is UTF-8", xml("iso-8859-1", latin));
    let wide = |text: String| text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    check("\"outcome\":\"passed\"", xml("utf-16le", wide(format!("<a><b>{}</b></a>", "x".repeat(ALMOST / 2 - 20)))));
    check("\"outcome\":\"passed\"", xml("utf-16le", wide(format!("<a><b>{}</b></a>", "é".repeat(ALMOST / 2 - 20)))));
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn regular_expressions() {
    check("a regular expression of more than 64 KiB", json(many("{\"expression\":\"", "(a|", "\"}")));
}

/// Every fourth response is almost as large as a body may be. The live pass keeps some of them for the replay.
#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "peak memory of another process is read on Linux only")]
fn a_live_pass_of_mutation_testing() {
    let (small, large) = (json("{\"a\":1,\"s\":\"x\"}"), json(many("{\"a\":1,\"s\":\"", "x", "\"}")));
    let received = AtomicUsize::new(0);
    let url = serve(Box::new(move |stream| match received.fetch_add(1, Ordering::Relaxed) % 4 {
        3 => large(stream),
        _ => small(stream),
    }));
    let project = Project::with(&[("spec.yaml", SPEC), ("signoff.yaml", "spec: spec.yaml\n")]);
    for story in 0..STORIES {
        let case = |name| format!("{{ name: {name}, operation: GET /, expect: {{ status: 200 }} }}");
        let cases = format!("story: number {story}\ncases: [{}, {}]\n", case("first"), case("second"));
        project.write(&format!("cases/{story}.yaml"), &cases);
    }
    let mut command = crate::program();
    command.current_dir(project.path("")).args(["mutate", "--target", &url, "--jobs", "4", "--timeout", LONG]);
    let measured = process::measure(command).unwrap().ended(0).unwrap();
    let report = fs::read_to_string(project.path("reports/mutation.json")).unwrap();
    assert!(report.contains("GET / 200 body/a: replaced by null"), "{report}");
    println!("{:.1} MB of {LIMIT_MB}: live pass of mutate, {:.1} s", measured.peak_mb, measured.seconds);
    assert!(measured.peak_mb > 0.0 && measured.peak_mb < LIMIT_MB, "{} MB", measured.peak_mb);
}
