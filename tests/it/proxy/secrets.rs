//! Secrets of the target and credentials of the client are in no output of the proxy.

use std::fs;
use std::path::Path;

use crate::cli::project::Project;
use crate::mock::{Served, status};

const TARGET: &str = "spec: specs/things.yaml
targets:
  real:
    url: \"http://ADDRESS\"
    headers: { x-team: \"${env.TEAM}\", x-plain: plain }
";
const TEAM: &str = "secret-of-the-team";
const TOKEN: &str = "credential-of-the-client";

/// A target that echoes the credentials that it gets.
const ECHO: &str = "operations:
  getThing:
    - respond: &echo
        status: 200
        headers: { x-echo: \"${request.headers.authorization}\" }
        body: { id: \"${request.headers['x-team'] | default('none')}\", name: \"${request.headers.authorization}\" }
    - { accepts_invalid: true, respond: *echo }
";

fn texts(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    files
        .flat_map(|path| if path.is_dir() { texts(&path) } else { fs::read_to_string(path).into_iter().collect() })
        .collect()
}

fn proxy(project: &Project, target: &Served) -> Served {
    project.write("signoff.yaml", &TARGET.replace("ADDRESS", &target.address));
    let args = ["--target", "real", "--save-cases", "recorded"];
    Served::listening(&project.path(""), "proxy", &args, &[("TEAM", TEAM)])
}

#[test]
fn secrets_and_credentials_are_in_no_output() {
    let project = Project::new();
    project.write("mock.yaml", ECHO);
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy(&project, &target);
    let headers = format!("authorization: Bearer {TOKEN}\r\nx-api-key: {TOKEN}\r\n");
    let url = format!("/things/t1?of={TEAM}");
    let request = format!("GET {url} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n{headers}\r\n");
    let mut stream = proxy.connect();
    std::io::Write::write_all(&mut stream, request.as_bytes()).expect("sent");
    let response = std::io::read_to_string(stream).expect("a response");
    assert!(response.contains(TEAM) && response.contains(TOKEN), "{response}");
    let logged = proxy.wait_for("GET /things/t1?of=");
    assert!(!logged.contains(TEAM), "{logged}");
    proxy.stop();
    let listed = project.call(&["list", "--cases", "recorded"]);
    assert_eq!(listed.code, 0, "{}", listed.err);
    for text in [texts(&project.path("reports")), texts(&project.path("recorded"))].concat() {
        assert!(!text.contains(TEAM) && !text.contains(TOKEN), "{text}");
    }
}

#[test]
fn a_page_of_another_site_does_not_get_the_targets_secret_headers() {
    let project = Project::new();
    project.write("mock.yaml", ECHO);
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let proxy = proxy(&project, &target);
    for (headers, is_lent) in [
        ("", true),
        ("origin: http://localhost:3000\r\n", true),
        ("origin: https://evil.example\r\n", false),
        ("sec-fetch-site: cross-site\r\n", false),
    ] {
        let response = proxy.say("GET", "/things/t1", headers, "");
        assert_eq!((status(&response), response.contains(TEAM)), ("200", is_lent), "{headers}: {response}");
    }
    proxy.wait_for("forwarded without the target's secret headers");
}

#[test]
fn other_machines_are_a_warning() {
    let project = Project::new();
    let args = ["--target", "http://127.0.0.1:9", "--host", "0.0.0.0"];
    let proxy = Served::listening(&project.path(""), "proxy", &args, &[]);
    proxy.wait_for("warning: every client that reaches 0.0.0.0 can send requests to the target");
}

#[test]
fn sensitive_values_of_a_clients_body_become_variables() {
    let project = Project::new();
    let target = Served::start(&project.path(""), &[]);
    let proxy = proxy(&project, &target);
    let say = |kind: &str, body: &str| {
        let headers = format!("authorization: Bearer {TOKEN}\r\ncontent-type: {kind}\r\n");
        assert_eq!(status(&proxy.say("POST", "/things", &headers, body)), "200", "{body}");
    };
    say("application/json", r#"{"name":"one","password":"first-password","n":"$${x}"}"#);
    say("application/json", r#"{"name":"two","a":{"password":"second-password","client_secret":12345678}}"#);
    say("application/json", r#"{ "name": "three", "password": "first-password" }"#);
    proxy.wait_for("POST /things → 200, valid");
    // The case does not need this credential, which the contract declares.
    assert_eq!(status(&proxy.say("GET", "/things/t1", "authorization: Bearer another-credential\r\n", "")), "200");
    proxy.stop_at("set RECORDED_CLIENT_SECRET and 2 more variables to run these cases");
    let [file] = &texts(&project.path("recorded"))[..] else { panic!("one case file") };
    for value in ["first-password", "second-password", "12345678"] {
        let reports = texts(&project.path("reports"));
        assert!(reports.iter().chain([file]).all(|text| !text.contains(value)), "{value}: {file}");
    }
    assert!(file.contains("password: ${env.RECORDED_PASSWORD}"), "{file}");
    assert!(file.contains("password: ${env.RECORDED_PASSWORD_2}"), "{file}");
    assert!(file.contains("client_secret: ${env.RECORDED_CLIENT_SECRET | int}"), "{file}");
    assert!(file.contains(r#"'{ "name": "three", "password": "${env.RECORDED_PASSWORD}" }'"#), "{file}");
    let values = ["first-password", "second-password", "12345678"];
    let names = ["RECORDED_PASSWORD", "RECORDED_PASSWORD_2", "RECORDED_CLIENT_SECRET"];
    let env: Vec<_> = names.into_iter().zip(values).chain([("KEY", TOKEN)]).collect();
    project.write(
        "mock.yaml",
        "operations: { makeThing: [ { respond: { status: 200, body: { id: '1', name: one } } } ] }\n",
    );
    project.write("signoff.yaml", "spec: specs/things.yaml\ntargets: { mock: { mock: mock.yaml } }\n");
    let args = ["run", "--target", "mock", "--cases", "recorded", "--auth", "key=env:KEY", "--verbose"];
    let again = project.call_with(&args, &env);
    assert_eq!(again.code, 0, "{}{}", again.out, again.err);
    assert!(values.iter().all(|value| !again.out.contains(value)), "{}", again.out);
    let sent = r#""a":{"password":"«secret:RECORDED_PASSWORD_2»","client_secret":"«secret:RECORDED_CLIENT_SECRET»"}"#;
    assert!(again.out.contains(sent), "{}", again.out);
}

/// Target and client put a value of the request body into names of properties, which the log names.
#[test]
fn values_of_bodies_are_not_in_the_log() {
    let password = "first-password";
    let echo = "operations: { makeThing: [ { accepts_invalid: true, respond: { status: 200, body: \
        { id: '1', name: n, \"is ${request.body.password}\": 1 } } } ] }\n";
    let echoing = Project::new();
    echoing.write("mock.yaml", echo);
    let thing = "required: [id, name]";
    let spec = echoing.read("specs/things.yaml");
    echoing.write("specs/things.yaml", &spec.replace(thing, "additionalProperties: { type: integer }"));
    let target = Served::start(&echoing.path(""), &["--rules", "mock.yaml"]);
    let project = Project::new();
    let strict = spec.replace("required: [name],", "additionalProperties: false,");
    project.write("specs/things.yaml", &strict.replace(thing, "additionalProperties: false"));
    let mock = Served::start(&project.path(""), &[]);
    let proxy = proxy(&project, &target);
    let body = format!(r#"{{"name":"n","password":"{password}","say {password}":1}}"#);
    for (server, last) in [(proxy, "response: body/is «"), (mock, "say «")] {
        server.say("POST", &format!("/things?of={password}"), "content-type: application/json\r\n", &body);
        server.wait_for("POST /things?of=«redacted:");
        let (rest, _) = server.stop_with_rest();
        assert!(rest.contains(last) && !rest.contains(password), "{rest}");
    }
}

/// A target, or another client, may repeat later what one request contained.
#[test]
fn credentials_of_earlier_requests_are_not_in_the_log() {
    let project = Project::new();
    let strict = project.read("specs/things.yaml").replace("required: [id, name]", "additionalProperties: false");
    project.write("specs/things.yaml", &strict);
    let repeat = format!("{{ status: 200, body: {{ id: '1', name: n, \"is {TOKEN}\": 1 }} }}");
    project.write(
        "mock.yaml",
        &format!("operations: {{ getThing: [ {{ accepts_invalid: true, respond: {repeat} }} ] }}\n"),
    );
    let target = Served::start(&project.path(""), &["--rules", "mock.yaml"]);
    let config = TARGET.replace("ADDRESS", &target.address);
    project.write("signoff.yaml", &config);
    let started = |command: &str, args: &[&str]| Served::listening(&project.path(""), command, args, &[("TEAM", TEAM)]);
    let proxied = ["--target", "real", "--save-cases", "recorded"];
    let servers = [
        started("proxy", &proxied),
        started("proxy", &[&proxied[..], &["--quiet"]].concat()),
        started("mock", &["--admin"]),
    ];
    for server in servers {
        // The first exchange is valid, so that it is not logged with --quiet.
        server.say(
            "POST",
            "/things",
            &format!("authorization: Bearer {TOKEN}\r\ncontent-type: application/json\r\n"),
            r#"{"name":"n"}"#,
        );
        server.say("GET", &format!("/things/t1?of={TOKEN}"), "", "");
        let logged = server.wait_for("GET /things/t1?of=«redacted»");
        assert!(!logged.contains(TOKEN), "{logged}");
        let (rest, _) = server.stop_with_rest();
        assert!(!rest.contains(TOKEN), "{rest}");
    }
}

/// A credential is replaced wherever a request has it, and query parameters are left out by their decoded names.
#[test]
fn credentials_are_not_recorded_under_other_names() {
    let project = Project::new();
    let target = Served::start(&project.path(""), &[]);
    let proxy = proxy(&project, &target);
    let credentials = format!("authorization: Bearer {TOKEN}\r\nx-original: {TOKEN}\r\n");
    let say = |url: &str, kind: &str, body: &str| {
        let headers = format!("{credentials}referer: http://a/?api_key=key-of-the-client\r\ncontent-type: {kind}\r\n");
        proxy.say("POST", url, &headers, body);
    };
    let json = "application/json";
    say("/things?api%5fkey=key-of-the-client&a=1", json, r#"{"name":"one"}"#);
    say("/things?b=1;api_key=key-of-the-client;c=2&client%5Fsecret=x&u[password]=y", json, r#"{"name":"two"}"#);
    let again = r#"{"password":"first-password","again":"is first-password","n":[12345678],"client_secret":12345678}"#;
    say(&format!("/things?d={TOKEN}"), json, again);
    let form = format!("password=first-password&again=first-password&other={TOKEN}");
    say("/things", "application/x-www-form-urlencoded", &form);
    say("/things", "application/xml", "<a><password>first-password</password><b c='first-password'/></a>");
    let part = "--b\r\nContent-Disposition: form-data; name=\"password\"\r\n\r\nfirst-password\r\n--b--\r\n";
    say("/things", "multipart/form-data; boundary=b", part);
    (0..3).for_each(|_| drop(proxy.wait_for("POST /things → ")));
    let (rest, _) = proxy.stop_with_rest();
    let [file] = &texts(&project.path("recorded"))[..] else { panic!("one case file") };
    for value in [TOKEN, "key-of-the-client", "first-password", "12345678", "client%5Fsecret"] {
        assert!(!file.contains(value) && !rest.contains(value), "{value}: {file}{rest}");
    }
    assert!(
        !file.contains("u[password]") && rest.contains("credentials: api_key, client_secret, u[password];"),
        "{rest}"
    );
    for kept in [
        "url: /things?a=1\n",
        "url: /things?b=1;c=2\n",
        "url: /things?d=${env.RECORDED_AUTHORIZATION}\n",
        "x-original: ${env.RECORDED_AUTHORIZATION}\n",
        "again: is ${env.RECORDED_PASSWORD}\n",
        "- ${env.RECORDED_CLIENT_SECRET | int}\n",
        "again=${env.RECORDED_PASSWORD}&other=${env.RECORDED_AUTHORIZATION}",
        r"\r\n${env.RECORDED_PASSWORD}\r\n--b--",
        "<b c='${env.RECORDED_PASSWORD}'/>",
        "referer: http://a/?api_key=${env.RECORDED_API_KEY}\n",
    ] {
        assert!(file.contains(kept), "{kept}: {file}");
    }
}

const PREFIXED: &str = "openapi: 3.1.0
info: { title: t, version: '1' }
servers: [{ url: https://api.example/v1 }]
paths:
  /pins/{pin}:
    post:
      operationId: setPin
      parameters:
        - { name: pin, in: path, required: true, schema: { type: string, format: password } }
        - { name: old, in: query, schema: { type: string, format: password, maxLength: 3 } }
      requestBody:
        content:
          application/json:
            schema: { type: object, properties: { next: { type: string, writeOnly: true, maxLength: 3 } } }
      responses: { default: { description: any } }
";

#[test]
fn names_that_the_document_protects_are_redacted_behind_the_path_of_its_server() {
    let project = Project::new();
    project.write("specs/things.yaml", PREFIXED);
    let mock = Served::start(&project.path(""), &[]);
    let target = format!("http://{}", mock.address);
    let proxy = Served::listening(&project.path(""), "proxy", &["--target", &target], &[]);
    for (server, prefix) in [(&mock, ""), (&mock, "/v1"), (&proxy, ""), (&proxy, "/v1")] {
        let url = format!("{prefix}/pins/pin-one?old=pin-two");
        server.say("POST", &url, "content-type: application/json\r\n", r#"{"next":"pin-three"}"#);
        let lines = [server.wait_for("POST "), server.wait_for("old"), server.wait_for("next")];
        assert!(lines[0].starts_with(&format!("POST {prefix}/pins/«redacted:")), "{lines:?}");
        assert!(lines.iter().all(|line| !line.contains("pin-")), "{lines:?}");
    }
}
