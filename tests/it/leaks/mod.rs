//! No output holds what must not be seen: values are planted in every place of an exchange, and every byte that the program prints
//! or writes is searched for them, in every encoding.

mod plants;
mod vendor;

use std::collections::BTreeMap;
use std::fs;

use serde_json::{Value, json};

use crate::cli::project::{Ended, Project};
use crate::formats;
use plants::{NAMED, Plant, SECRETS, UNRECORDED, secrets};
use vendor::{Vendor, answer};

fn s(place: &'static str) -> String {
    Plant::secret(place).value
}

fn n(place: &'static str) -> String {
    Plant::named(place).value
}

const JSON: (&str, &str) = ("content-type", "application/json");

fn answers() -> BTreeMap<&'static str, Vec<u8>> {
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

fn project(vendor: &Vendor) -> Project {
    let config = json!({
        "spec": "spec.yaml", "redact": ["token", "pin"],
        "targets": { "vendor": {
            "url": vendor.url, "auth": { "bearer": "${env.BEARER}" }, "credentials": { "other": { "bearer": "${env.OTHER_BEARER}" } },
            "headers": { "x-target": "${env.TARGET_HEADER}" }, "vars": {},
        } },
    });
    let csv = format!("what,token\na csv,\"{}\"\n", n("csv"));
    Project::with(&[
        ("signoff.yaml", &config.to_string()),
        ("spec.yaml", include_str!("../../data/leaks.yaml")),
        ("cases/leaks.yaml", &cases().to_string()),
        ("cases/rows.csv", &csv),
    ])
}

/// What the program shows: its streams, and every report.
fn shown(project: &Project, ended: Ended) -> Vec<(String, String)> {
    let folder = project.path("reports");
    let read = |path: std::path::PathBuf| {
        (path.display().to_string(), String::from_utf8_lossy(&fs::read(path).expect("a readable report")).into_owned())
    };
    let (mut open, mut files) = (vec![folder], Vec::new());
    while let Some(path) = open.pop() {
        match fs::read_dir(&path) {
            Ok(inside) => open.extend(inside.map(|file| file.expect("a readable folder").path())),
            Err(_) => files.extend(path.is_file().then_some(path)),
        }
    }
    let reports = files.into_iter().map(read);
    let streams = [("stdout".to_owned(), ended.out), ("stderr".to_owned(), ended.err)];
    streams.into_iter().chain(reports).map(|(name, text)| (name, text.to_ascii_lowercase())).collect()
}

/// A way to call the program with an environment.
type Call = fn(&Project, &[&str], &[(&str, &str)]) -> Ended;

fn call(project: &Project, args: &[&str]) -> Ended {
    call_by(Project::call_with, project, args)
}

fn call_by(call: Call, project: &Project, args: &[&str]) -> Ended {
    let secrets: Vec<_> = secrets().map(|place| (place, Plant::secret(place).value)).collect();
    let env: Vec<_> = secrets.iter().map(|(name, value)| (*name, value.as_str())).collect();
    call(project, args, &env)
}

/// What a run shows, however it is told to, with every report.
fn all_shown(call: Call, project: &Project) -> Vec<(String, String)> {
    let names = formats::names();
    let reports: Vec<_> = names.iter().map(|name| format!("--report={name}")).collect();
    let reports: Vec<_> = reports.iter().map(String::as_str).collect();
    let run = |args: &[&str]| {
        let ended = call_by(call, project, &[args, &["--target", "vendor", "--jobs", "1"], &reports].concat());
        assert_eq!(ended.code, 1, "{ended:?}");
        let shown = shown(project, ended);
        assert!(shown.len() >= names.len(), "{:?}", shown.iter().map(|(name, _)| name).collect::<Vec<_>>());
        let how = args.join(" ");
        shown.into_iter().map(move |(name, text)| (format!("{name} of {how}"), text))
    };
    let ways = [&["run", "-v"][..], &["run", "--format", "json"], &["run", "-q", "--color", "always"]];
    ways.into_iter().flat_map(run).collect()
}

/// Every planted value that `texts` hold, and where.
fn leaks(texts: &[(String, String)]) -> Vec<String> {
    let leak = |plant: &Plant, (name, text): &(String, String)| {
        let found = plant.found(text);
        let line = |form: &String| {
            text.lines().find(|line| line.contains(form.as_str())).unwrap_or_default().trim().to_owned()
        };
        (!found.is_empty()).then(|| {
            let line = line(&found[0]);
            let at = line.find(&found[0]).unwrap_or_default();
            let around: String = line.chars().skip(at.saturating_sub(120)).take(300).collect();
            format!("{} in {name}: {found:?} in {around}", plant.place)
        })
    };
    Plant::all().flat_map(|plant| texts.iter().filter_map(|text| leak(&plant, text)).collect::<Vec<_>>()).collect()
}

#[test]
fn no_output_holds_what_must_not_be_seen() {
    let vendor = Vendor::start(answers());
    let project = project(&vendor);
    let leaks = leaks(&all_shown(Project::call_with, &project));
    assert!(leaks.is_empty(), "{}", leaks.join("\n"));
    let seen = [("the wire".to_owned(), vendor.seen().to_ascii_lowercase())];
    let unsent: Vec<_> =
        Plant::all().filter(|plant| plant.found(&seen[0].1).is_empty()).map(|plant| plant.place).collect();
    assert_eq!(
        unsent,
        ["EXPECTED", "expected", "operand"],
        "all that is planted is on the wire, where the same search finds it"
    );
}

/// The same search with redaction switched off: it finds all that is planted, and some of it in every report.
#[test]
fn with_nothing_hidden_all_is_found() {
    let vendor = Vendor::start(answers());
    let texts = all_shown(Project::call_unredacted, &project(&vendor));
    let is_found = |place: &Plant| texts.iter().any(|(_, text)| !place.found(text).is_empty());
    let (found, hidden): (Vec<_>, Vec<_>) = Plant::all().partition(is_found);
    assert_eq!(hidden.iter().map(|plant| plant.place).collect::<Vec<_>>(), UNRECORDED);
    assert_eq!((found.len(), SECRETS.len(), NAMED.len()), (64, 41, 23));
    let holds_none = |text: &str| Plant::all().all(|plant| plant.found(text).is_empty());
    // What is told beside the results need not be of an exchange.
    let results = texts.iter().filter(|(name, _)| !name.starts_with("stderr"));
    let without: Vec<_> = results.filter(|(_, text)| holds_none(text)).map(|(name, _)| name).collect();
    assert!(without.is_empty(), "{without:?}");
}

/// Where nobody says what a secret is, what HTTP itself calls one stays hidden, and nothing else does.
#[test]
fn what_http_calls_a_secret_is_hidden_unasked() {
    let vendor = Vendor::start(answers());
    let project = project(&vendor);
    for file in ["signoff.yaml", "cases/leaks.yaml"] {
        let text = secrets().fold(project.read(file), |text, name| {
            let value = Value::from(Plant::secret(name).value).to_string();
            text.replace(&format!("${{env.{name}}}"), &value[1..value.len() - 1])
        });
        let text = text.replace("response.body.name == env.EXPECTED", "response.body.name == 1");
        project.write(file, &text.replace(r#"["token","pin"]"#, "[]"));
    }
    let shown = shown(&project, call(&project, &["run", "-v", "--target", "vendor", "--jobs", "1"]));
    let found: Vec<_> = leaks(&shown).iter().filter_map(|leak| leak.split(' ').next().map(str::to_owned)).collect();
    let hidden: Vec<_> = SECRETS.iter().filter(|place| !found.iter().any(|found| found == *place)).collect();
    assert_eq!(hidden, [&"COOKIE", &"BEARER", &"PASSWORD", &"OTHER_BEARER", &"SET_COOKIE"]);
}

#[test]
fn the_record_tells_what_was_hidden_by_which_rule() {
    let vendor = Vendor::start(answers());
    let project = project(&vendor);
    call(&project, &["run", "--target", "vendor", "--jobs", "1"]);
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).expect("a record");
    let redacted = record["redacted"].as_array().expect("a list");
    let rules: Vec<_> = redacted.iter().map(|redacted| redacted["rule"].as_str().expect("a rule")).collect();
    let named: Vec<_> = rules.iter().filter(|rule| !rule.starts_with("secret ")).copied().collect();
    let expect =
        ["contract wo", "header authorization", "header set-cookie", "redact pin", "redact token", "security api_key"];
    assert_eq!(named, expect);
    assert!(redacted.iter().all(|redacted| redacted["count"].as_u64() > Some(0)));
    assert!(rules.contains(&"secret MEMBER") && rules.contains(&"secret VALUE"), "{rules:?}");
}

/// A value that happens to be in a word of the contract's own paths hides none of them.
#[test]
fn paths_of_the_contract_stay_readable() {
    let vendor = Vendor::start(answers());
    let project = project(&vendor);
    let case = json!({ "cases": [{
        "name": "elsewhere", "violates": "path", "expect": { "status": 404 },
        "request": { "method": "POST", "url": "/people/1/peopl", "auth": "none", "headers": { "x-answer": "ok" }, "body": { "token": "peopl" } },
    }] });
    project.write("cases/leaks.yaml", &case.to_string());
    call(&project, &["run", "--target", "vendor"]);
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).expect("a record");
    assert_eq!(record["outcomes"][0]["path"], "/people/1/«redacted:1 string»", "{record:#}");
}

/// What a JSON Pointer leads to is hidden, however short, and what has the same name elsewhere is not.
#[test]
fn values_are_hidden_by_pointer_too() {
    let body =
        json!({ "name": 1, "people": [{ "pass": 7 }, { "pass": { "word": "x\"y" } }], "pass": "shown" }).to_string();
    let vendor = Vendor::start(BTreeMap::from([("ok", answer(200, &[JSON], &body))]));
    let project = project(&vendor);
    let request = json!({ "path": { "id": "1" }, "headers": { "x-answer": "ok" }, "body": { "pass": 8 } });
    let expect = json!({ "status": 200, "body": { "people": [{ "pass": 9 }, {}] } });
    let case = json!({ "operation": "setPerson", "cases": [{ "name": "a", "violates": "unchecked", "request": request, "expect": expect }] });
    project.write("cases/leaks.yaml", &case.to_string());
    project.write("signoff.yaml", &project.read("signoff.yaml").replace(r#"["token","pin"]"#, r#"["/people/*/pass"]"#));
    call(&project, &["run", "--target", "vendor"]);
    let record: Value = serde_json::from_str(&project.read("reports/record.json")).expect("a record");
    let exchange = &record["outcomes"][0]["exchange"];
    let hidden = |number: usize, kind: &str| format!("«redacted:{number} {kind}»");
    let [seven, word, nine] = [hidden(1, "number"), hidden(2, "string"), hidden(3, "number")];
    let expect = json!({ "name": 1, "people": [{ "pass": seven }, { "pass": { "word": word } }], "pass": "shown" });
    let came: Value = serde_json::from_str(exchange["response"]["body"]["text"].as_str().expect("text")).expect("JSON");
    assert_eq!(came, expect);
    assert_eq!(exchange["request"]["body"]["text"], r#"{"pass":8}"#);
    let findings = record["outcomes"][0]["findings"].as_array().expect("findings");
    let wrong = findings.iter().find(|finding| finding["at"] == "/people/0/pass").expect("the wrong value");
    assert_eq!((&wrong["expected"], &wrong["actual"]), (&json!(format!("\"{nine}\"")), &json!(format!("\"{seven}\""))));
    assert!(record["redacted"].to_string().contains("redact /people/*/pass"), "{record:#}");
}

/// In XML the names of elements and attributes count.
#[test]
fn values_are_hidden_in_xml_too() {
    let body = "<a><token>told-in-xml</token><b pin=\"77\">shown</b></a>";
    let vendor = Vendor::start(BTreeMap::from([("ok", answer(200, &[("content-type", "text/xml")], body))]));
    let project = project(&vendor);
    let headers = json!({ "x-answer": "ok", "content-type": "application/xml" });
    let request = json!({ "path": { "id": "1" }, "headers": headers, "text": "<a><token>sent-in-xml</token></a>" });
    let case =
        json!({ "operation": "setPerson", "cases": [{ "name": "a", "violates": "unchecked", "request": request }] });
    project.write("cases/leaks.yaml", &case.to_string());
    call(&project, &["run", "--target", "vendor"]);
    let record = project.read("reports/record.json");
    assert!(!record.contains("told-in-xml") && !record.contains("sent-in-xml"), "{record}");
    let record: Value = serde_json::from_str(&record).expect("a record");
    let exchange = &record["outcomes"][0]["exchange"];
    let shown = "<a><token>«redacted:2 string»</token><b pin=\"«redacted:3 string»\">shown</b></a>";
    assert_eq!(exchange["response"]["body"]["text"], shown);
    assert_eq!(exchange["request"]["body"]["text"], "<a><token>«redacted:1 string»</token></a>");
}

/// What is wrong with a request, a target or a credential is told without its value.
#[test]
fn no_problem_tells_a_secret() {
    let case = |request: Value| json!({ "operation": "setPerson", "cases": [{ "name": "a", "request": request }] });
    let target = |target: Value| json!({ "spec": "spec.yaml", "targets": { "vendor": target } });
    let url = "http://localhost:1";
    let sound = target(json!({ "url": url, "auth": { "bearer": "${env.BEARER}" } }));
    let path = json!({ "id": "1" });
    let wrong = [
        (sound.clone(), case(json!({ "method": "POST", "url": "${env.PATH}" }))),
        (sound.clone(), case(json!({ "path": path, "headers": { "x-a": "${env.VALUE}\n" } }))),
        (sound.clone(), case(json!({ "path": path, "body": { "name": "${env.MEMBER}", "${env.KEY}": 1 } }))),
        (sound.clone(), case(json!({ "path": path, "query": { "q": "${env.QUERY}" } }))),
        (sound.clone(), case(json!({ "path": path, "body": "${time(env.VALUE)}" }))),
        (sound, case(json!({ "path": { "id": { "a": "${env.NESTED}" } } }))),
        (target(json!({ "url": "${env.PATH}" })), case(json!({ "path": path }))),
        (target(json!({ "url": "http://${env.HEADER}.example?x" })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "proxy": "${env.PATH}" })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "rate": "${env.VALUE}" })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "ca_file": "${env.PATH}" })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "auth": { "${env.KEY}": "${env.BEARER}" } })), case(json!({ "path": path }))),
        (target(json!({ "url": url, "auth": { "basic": "${env.BEARER}" } })), case(json!({ "path": path }))),
    ];
    for (config, case) in wrong {
        let spec = include_str!("../../data/leaks.yaml");
        let texts =
            [("signoff.yaml", config.to_string()), ("cases/a.yaml", case.to_string()), ("spec.yaml", spec.to_owned())];
        let files: Vec<_> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let project = Project::with(&files);
        let ended = call(&project, &["run", "-v", "--target", "vendor"]);
        let (code, told) = (ended.code, format!("{ended:?}"));
        let leaks = leaks(&shown(&project, ended));
        assert!(matches!(code, 2 | 3) && leaks.is_empty(), "{told}\n{}", leaks.join("\n"));
    }
}
