//! A target that sends back every planted value, cases that send every one, and the search for them in what the program shows.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::plants::{Plant, secrets};
use super::vendor::{Vendor, answer};

fn s(place: &'static str) -> String {
    Plant::secret(place).value
}

fn n(place: &'static str) -> String {
    Plant::named(place).value
}

pub const JSON: (&str, &str) = ("content-type", "application/json");

pub fn answers() -> BTreeMap<&'static str, Vec<u8>> {
    let secret = Plant::secret;
    let long = |value: &str| format!("{}{value}{}", "x".repeat(180), "y".repeat(400));
    let json = |body: Value| answer(200, &[JSON], body.to_string());
    let latin1 = |value: &str| [b"{\"token\": \"", value.replace('é', "").as_bytes(), b"\", \"x\": \"\xe9\"}"].concat();
    BTreeMap::from([
        ("ok", json(json!({ "name": 1 }))),
        ("headers", answer(200, &[
            JSON,
            ("x-echo", &s("ECHOED_HEADER")),
            ("set-cookie", &format!("sid={}; Path=/", s("SET_COOKIE"))),
            ("set-cookie", &format!("own={}", n("own_cookie"))),
            ("location", &format!("/next/{}?token={}", s("LOCATION"), Plant::named("location_token").percent())),
            ("content-location", &format!("http://me:{}@host/", s("USERINFO"))),
        ], json!({ "said": format!("cookie {}", n("own_cookie")) }).to_string())),
        ("values", json(json!({
            "name": s("VALUE"), s("MEMBER_NAME"): 1, "said": format!("you sent {}!", s("INSIDE")), "token": n("token"),
            "list": [{ "pin": n("pin") }, { "token": [n("in_list")] }], "html": secret("ENTITY").entities(),
            "by": { n("mapped"): { "token": n("mapped") } }, "echo": n("echoed"), "again": { "token": n("echoed") },
            "wo": n("write_only"), "id": s("CAPTURED"), "session": { "pin": n("captured") },
        }))),
        ("encoded", answer(200, &[JSON], format!(
            r#"{{"name":"{}","said":"{}","base":"{}","inner":{}}}"#,
            secret("ESCAPED").escaped(), secret("PERCENT").percent(), secret("BASE64").base64(),
            json!(json!({ "k": s("JSON_IN_JSON"), "token": n("json_in_json"), "deep": json!({ "pin": n("escaped_json") }).to_string() }).to_string()),
        ))),
        ("straddling", json(json!({ "name": long(&s("STRADDLING")), "said": { "token": long(&n("straddling")) } }))),
        ("text", answer(200, &[("content-type", "text/plain")], format!("oops: {} {}", s("PLAIN_TEXT"), secret("PLAIN_TEXT").percent()))),
        ("error", answer(400, &[JSON], json!({ "message": s("ERROR"), "token": [n("token")] }).to_string())),
        ("broken", answer(500, &[("content-type", "text/html")], format!("<pre>{} {}</pre>", s("BROKEN"), secret("BROKEN").entities()))),
        ("malformed", answer(200, &[JSON], format!("{}{{\"token\": \"{}\", \"k\": \"{}\", ", " ".repeat(990), n("malformed"), s("MALFORMED")))),
        ("latin1", answer(200, &[JSON], latin1(&format!("{}\", \"k\": \"{}", n("not_utf8"), s("NOT_UTF8"))))),
        ("large", json(json!({ "name": "z".repeat(256 * 1024 - 20) + &s("LARGE"), "said": "a" }))),
        ("password", json(json!({ "said": format!("wrong password {}", n("own_password")) }))),
        ("form", json(json!({ "said": n("form_token") }))),
        ("parts", json(json!({ "said": format!("{} {} {}", n("part_token"), n("query_token"), n("api_key")) }))),
        ("xml", answer(200, &[("content-type", "application/xml")], format!("<a b=\"{0}\">{0}</a>", secret("XML").entities()))),
        ("lines", answer(200, &[("content-type", "application/x-ndjson")], format!("{{\"a\": 1}}\n{}\n", json!({ "k": s("NDJSON") })))),
        ("trailed", trailed(&s("TRAILER"))),
        ("row", json(json!({ "said": format!("{} {}", n("row"), s("TABLE")) }))),
        ("csv", json(json!({ "said": format!("{} {}", n("csv"), n("captured")) }))),
    ])
}

/// An answer in chunks with a field behind its body.
fn trailed(value: &str) -> Vec<u8> {
    let head = "HTTP/1.1 200 X\r\ncontent-type: text/plain\r\nconnection: close\r\ntransfer-encoding: chunked\r\ntrailer: x-last\r\n\r\n";
    format!("{head}4\r\noops\r\n0\r\nx-last: {value}\r\n\r\n").into_bytes()
}

/// Cases that send every secret and meet every answer, none of which is as expected.
fn cases() -> Value {
    let case = |name: &str, request: Value| json!({ "name": name, "request": request, "violates": "unchecked", "expect": { "status": 299, "body": { "said": "nothing" } } });
    let sends = |name: &str, to: &str, mut request: Value| {
        request["headers"]["x-answer"] = to.into();
        case(name, request)
    };
    let mut everywhere = sends(
        "sends all",
        "values",
        json!({
            "path": { "id": "${env.PATH}" }, "query": { "q": "${env.QUERY}", "token": n("query_token"), "api_key": n("api_key") },
            "headers": { "x-own": "${env.HEADER}" }, "cookies": { "c": "${env.COOKIE}" },
            "body": { "name": "${env.MEMBER}", "deep": [{ "x": "${env.NESTED}" }], "${env.KEY}": 1, "var": "${own}", "token": n("token"), "pin": n("pin") },
        }),
    );
    everywhere["expect"] = json!({
        "status": 299, "headers": { "x-echo": "${env.EXPECTED}" },
        "body": { "name": "${env.EXPECTED}", "missing": { "token": n("expected") } },
        "assert": ["response.body.name == env.EXPECTED", "response.body.id == token"],
    });
    everywhere["capture"] = json!({ "seen": "/id", "session": "/session/pin", "none": "/nothing" });
    let rows = json!([{ "what": "a row", "token": n("row"), "cell": s("TABLE") }]);
    let tabled = |mut case: Value, table: Value| {
        case["table"] = table;
        case
    };
    json!({
        "story": "leaks", "operation": "setPerson",
        "vars": { "own": "${env.VAR}", "token": n("operand"), "known": secrets().map(|name| format!("${{env.{name}}}")).collect::<Vec<_>>() },
        "base": { "path": { "id": "1" } },
        "cases": [
            everywhere,
            sends("sends what it captured", "headers", json!({ "query": { "seen": "${seen}" }, "headers": { "x-session": "${session}" }, "body": {} })),
            sends("as another", "encoded", json!({ "as": "other", "body": {} })),
            sends("with a password", "password", json!({ "auth": { "basic": { "username": "me", "password": n("own_password") } }, "body": {} })),
            sends("with a secret password", "error", json!({ "auth": { "basic": { "username": "me", "password": "${env.PASSWORD}" } }, "body": {} })),
            sends("a form", "form", json!({ "form": { "x": "${env.FORM}", "token": n("form_token") } })),
            sends("parts", "parts", json!({ "query": { "api_key": n("api_key"), "token": n("query_token") }, "multipart": [{ "name": "x", "value": "${env.MULTIPART}" }, { "name": "token", "value": n("part_token") }, { "name": "f", "value": "x", "filename": "${env.FILE_NAME}" }] })),
            sends("bytes", "broken", json!({ "base64": Plant::secret("BINARY").base64() })),
            sends("a text", "text", json!({ "text": "it is ${env.TEXT}" })),
            sends("XML", "xml", json!({ "body": {} })),
            sends("lines", "lines", json!({ "body": {} })),
            sends("a trailer", "trailed", json!({ "body": {} })),
            tabled(sends("rows of ${what} with ${cell}", "row", json!({ "body": { "token": "${token}", "x": "${cell}" } })), rows),
            tabled(sends("csv of ${what}", "csv", json!({ "body": { "token": "${token}" } })), "rows.csv".into()),
            sends("straddles", "straddling", json!({ "body": {} })),
            sends("is malformed", "malformed", json!({ "body": {} })),
            sends("is not UTF-8", "latin1", json!({ "body": {} })),
            sends("is large", "large", json!({ "body": {} })),
        ],
    })
}

/// The files of the project: name and text.
pub fn files(vendor: &Vendor) -> Vec<(&'static str, String)> {
    let config = json!({
        "spec": "spec.yaml", "redact": ["token", "pin"],
        "targets": { "vendor": {
            "url": vendor.url, "auth": { "bearer": "${env.BEARER}" }, "credentials": { "other": { "bearer": "${env.OTHER_BEARER}" } },
            "headers": { "x-target": "${env.TARGET_HEADER}" }, "vars": {},
        } },
    });
    let csv = format!("what,token\na csv,\"{}\"\n", n("csv"));
    vec![
        ("signoff.yaml", config.to_string()),
        ("spec.yaml", include_str!("../../data/leaks.yaml").to_owned()),
        ("cases/leaks.yaml", cases().to_string()),
        ("cases/rows.csv", csv),
    ]
}

/// The environment: every secret by its name.
pub fn environment() -> Vec<(&'static str, String)> {
    secrets().map(|place| (place, Plant::secret(place).value)).collect()
}

/// What the program shows: its streams, and every report in `folder`, in lower case.
pub fn shown(folder: &Path, out: String, err: String) -> Vec<(String, String)> {
    let read = |path: std::path::PathBuf| {
        (path.display().to_string(), String::from_utf8_lossy(&fs::read(path).expect("a readable report")).into_owned())
    };
    let (mut open, mut files) = (vec![folder.to_owned()], Vec::new());
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(inside) => open.extend(inside.map(|file| file.expect("a readable folder").path())),
            Err(_) => files.extend(path.is_file().then_some(path)),
        }
    }
    let reports = files.into_iter().map(read);
    let streams = [("stdout".to_owned(), out), ("stderr".to_owned(), err)];
    streams.into_iter().chain(reports).map(|(name, text)| (name, text.to_ascii_lowercase())).collect()
}

/// What a run shows in every output format, with every report of `names`. `call` takes arguments and returns exit code, `out` and
/// `err`.
pub fn all_shown(
    names: &[impl AsRef<str>],
    folder: &Path,
    call: impl Fn(&[&str]) -> (u8, String, String),
) -> Vec<(String, String)> {
    let reports: Vec<_> = names.iter().map(|name| format!("--report={}", name.as_ref())).collect();
    let reports: Vec<_> = reports.iter().map(String::as_str).collect();
    let run = |args: &[&str]| {
        let (code, out, err) = call(&[args, &["--target", "vendor", "--jobs", "1"], &reports].concat());
        assert_eq!(code, 1, "{out}\n{err}");
        let shown = shown(folder, out, err);
        assert!(shown.len() >= names.len(), "{:?}", shown.iter().map(|(name, _)| name).collect::<Vec<_>>());
        let how = args.join(" ");
        shown.into_iter().map(move |(name, text)| (format!("{name} of {how}"), text))
    };
    let ways = [&["run", "-v"][..], &["run", "--format", "json"], &["run", "-q", "--color", "always"]];
    ways.into_iter().flat_map(run).collect()
}
