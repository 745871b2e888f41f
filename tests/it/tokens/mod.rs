//! OAuth 2.0 access tokens against a server that issues and requires them.

#![expect(clippy::unwrap_used, reason = "a test that cannot set its scene has failed")]

mod mock;
mod negative;
mod server;

use std::fmt::Write as _;
use std::fs;

use server::{Behaviour, Server, start};

use crate::cli::project::{Ended, Project};

const SECRET: &str = "secret-of-the-partner";

const SPEC: &str = r#"
openapi: 3.1.0
info: { title: Things, version: "1" }
security: [{ oauth: [] }]
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
      responses:
        "200":
          description: a thing
          content: { application/json: { schema: { type: object, required: [name] } } }
components:
  securitySchemes:
    oauth:
      type: oauth2
      flows: { clientCredentials: { tokenUrl: TOKEN_URL, scopes: {} } }
"#;

/// The document with the response to a refused credential.
fn with_401(spec: &str) -> String {
    spec.replace("      responses:\n", "      responses:\n        \"401\": { description: not authorized }\n")
}

/// A project with so many stories of so many cases. `auth` are further keys of the credential.
fn project(server: &Server, auth: &str, stories: usize, cases: usize) -> Project {
    let token_url = format!("{}/token", server.url);
    let credential =
        format!("{{ oauth2: client_credentials, client_id: partner, client_secret: '${{env.SECRET}}'{auth} }}");
    let configuration =
        format!("spec: api.yaml\ntargets:\n  sandbox:\n    url: {}\n    auth: {{ oauth: {credential} }}\n", server.url);
    let project =
        Project::with(&[("api.yaml", &SPEC.replace("TOKEN_URL", &token_url)), ("signoff.yaml", &configuration)]);
    for story in 0..stories {
        let mut text = format!("story: S{story}\ncases:\n");
        for case in 0..cases {
            let request = format!("{{ path: {{ id: t{case} }} }}");
            writeln!(
                text,
                "  - {{ name: gets {case}, operation: getThing, request: {request}, expect: {{ status: 200 }} }}"
            )
            .unwrap();
        }
        project.write(&format!("cases/s{story}.yaml"), &text);
    }
    project
}

fn run(project: &Project, args: &[&str]) -> Ended {
    project.call_with(&[&["run", "--target", "sandbox"], args].concat(), &[("SECRET", SECRET)])
}

/// Whether any output of the run contains one of the values.
fn leaks(project: &Project, ended: &Ended, values: &[&str]) -> Vec<String> {
    let mut outputs = vec![("stdout".to_owned(), ended.out.clone()), ("stderr".to_owned(), ended.err.clone())];
    let mut folders = vec![project.path("reports")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => outputs
                    .push((path.display().to_string(), String::from_utf8_lossy(&fs::read(&path).unwrap()).into())),
            }
        }
    }
    let holds = |text: &str| values.iter().any(|value| text.contains(value));
    outputs.into_iter().filter(|(_, text)| holds(text)).map(|(name, _)| name).collect()
}

#[test]
fn concurrent_stories_share_one_token_which_no_output_contains() {
    let server = start(Behaviour::default());
    let project = project(&server, ", scope: 'things:read', audience: https://api", 16, 3);
    let ended = run(&project, &["--jobs", "16", "--verbose", "--report", "junit,har"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let seen = server.seen.lock().unwrap();
    let basic = "Basic cGFydG5lcjpzZWNyZXQtb2YtdGhlLXBhcnRuZXI=";
    let form = "grant_type=client_credentials&scope=things%3Aread&audience=https%3A%2F%2Fapi";
    assert_eq!(seen.token_requests, [(basic.to_owned(), form.to_owned())]);
    assert_eq!((seen.accepted, seen.refused), (48, 0));
    assert_eq!(leaks(&project, &ended, &["-of-the-server", SECRET, &basic[6..]]), Vec::<String>::new());
}

#[test]
fn an_expired_token_is_renewed_in_time() {
    let server = start(Behaviour { lifetime_ms: 400, ..Behaviour::default() });
    let project = project(&server, "", 4, 10);
    let ended = run(&project, &["--rate", "40/s"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let seen = server.seen.lock().unwrap();
    // Forty requests take a second at least.
    assert!(seen.token_requests.len() >= 2, "{} token requests", seen.token_requests.len());
    assert_eq!((seen.accepted, seen.refused), (40, 0));
    assert_eq!(leaks(&project, &ended, &["-of-the-server", SECRET]), Vec::<String>::new());
}

#[test]
fn a_401_renews_the_token_once_and_is_an_attempt_of_the_record() {
    let server = start(Behaviour { refuses_each: 5, ..Behaviour::default() });
    let project = project(&server, "", 1, 12);
    let ended = run(&project, &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let seen = server.seen.lock().unwrap();
    assert_eq!((seen.accepted, seen.refused, seen.token_requests.len()), (12, 2, 3));
    let record = project.read("reports/record.json");
    assert_eq!(record.matches("the access token was renewed after 401").count(), 2, "{record}");
}

#[test]
fn a_target_that_refuses_every_token_is_blamed_and_causes_two_token_requests() {
    let server = start(Behaviour { refuses_all: true, ..Behaviour::default() });
    let project = project(&server, "", 1, 6);
    let ended = run(&project, &[]);
    assert_eq!(ended.code, 1, "{}{}", ended.out, ended.err);
    let seen = server.seen.lock().unwrap();
    assert_eq!((seen.refused, seen.token_requests.len()), (7, 2));
}

/// The exit code and what the token endpoint did, as it is printed.
fn failure(instead: &'static str) -> (u8, String) {
    let server = start(Behaviour { instead: Some(instead), ..Behaviour::default() });
    let project = project(&server, "", 2, 2);
    let ended = run(&project, &[]);
    let seen = server.seen.lock().unwrap();
    assert_eq!((seen.token_requests.len(), seen.accepted + seen.refused), (1, 0), "{}", ended.out);
    assert_eq!(leaks(&project, &ended, &[SECRET]), Vec::<String>::new());
    assert_eq!(ended.out.matches(" · gets ").count(), 1, "{}", ended.out);
    let record = project.read("reports/record.json");
    let (_, why) = record.split_once("/token: ").unwrap();
    let why = why.split_once("\",").map_or(why, |(why, _)| why);
    (ended.code, why.to_owned())
}

#[test]
fn a_token_endpoint_that_fails_is_an_error_of_the_run_and_no_finding() {
    let denied = "401 Unauthorized\n\n{\"error\": \"invalid_client\"}";
    assert_eq!(failure(denied), (3, "status 401, invalid_client".to_owned()));
    let redirect = "302 Found\nlocation: http://127.0.0.1:1/";
    let why =
        "status 302: a redirect to http://127.0.0.1:1/ is not followed, because it would receive the client's secret";
    assert_eq!(failure(redirect), (3, why.to_owned()));
    let none = "200 OK\n\n{}";
    assert_eq!(failure(none), (3, "the response has no `access_token`".to_owned()));
}

#[test]
fn a_response_of_a_token_endpoint_is_bounded_in_size_and_time() {
    let large = format!("200 OK\n\n{{\"access_token\": \"token-1\", \"x\": \"{}\"}}", "x".repeat(100_000));
    let (code, why) = failure(large.leak());
    assert_eq!((code, why.starts_with("the body exceeds 65536 bytes")), (3, true), "{why}");
    let server = start(Behaviour { stalls: true, ..Behaviour::default() });
    let ended = run(&project(&server, "", 2, 2), &["--first-byte-timeout", "100ms"]);
    assert_eq!(ended.code, 3, "{}{}", ended.out, ended.err);
    assert!(ended.out.contains("/token: no response within 0.1 s"), "{}", ended.out);
    assert_eq!(server.seen.lock().unwrap().token_requests.len(), 1);
}

#[test]
fn a_discovery_document_names_the_token_endpoint() {
    let found = r#"{"issuer": "http://HOST", "token_endpoint": "http://HOST/token"}"#;
    let check = |discovery: &'static str, keys: &str| {
        let server = start(Behaviour { discovery: Some(discovery), ..Behaviour::default() });
        let project =
            project(&server, &keys.replace("URL", &format!("{}/.well-known/openid-configuration", server.url)), 4, 2);
        let spec =
            "type: openIdConnect\n      openIdConnectUrl: https://login.example.com/.well-known/openid-configuration\n";
        let text = project.read("api.yaml");
        project.write("api.yaml", &format!("{}{spec}", text.split("type: oauth2").next().unwrap()));
        let ended = run(&project, &[]);
        let seen = server.seen.lock().unwrap();
        (
            ended.code,
            [seen.discoveries, seen.token_requests.len(), seen.accepted],
            format!("{}{}", ended.out, ended.err),
        )
    };
    let (code, seen, text) = check(found, ", discovery_url: URL");
    assert_eq!((code, seen), (0, [1, 1, 8]), "{text}");
    let (code, seen, text) = check(r#"{"token_endpoint": "http://login.example.com/token"}"#, ", discovery_url: URL");
    assert_eq!((code, seen), (3, [1, 0, 0]), "{text}");
    assert!(text.contains("`token_endpoint` of the discovery document is not an https:// URL"), "{text}");
    let (code, seen, text) = check(found, "");
    assert_eq!((code, seen), (2, [0, 0, 0]), "{text}");
    assert!(text.contains("or discovery_url: https://login.example.com/.well-known/openid-configuration"), "{text}");
    let (code, _, text) = check(found, ", discovery_url: 'http://login.example.com/'");
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("`discovery_url` must be an https:// URL"), "{text}");
    let (code, _, text) = check(found, ", discovery_url: URL, token_url: URL");
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("`token_url` and `discovery_url` exclude each other"), "{text}");
}

#[test]
fn a_secret_that_is_written_in_the_configuration_is_redacted() {
    let server = start(Behaviour {
        instead: Some("302 Found\nlocation: http://127.0.0.1:1/written-in-the-file"),
        ..Behaviour::default()
    });
    let project = project(&server, "", 1, 1);
    project.write("signoff.yaml", &project.read("signoff.yaml").replace("${env.SECRET}", "written-in-the-file"));
    let ended = run(&project, &[]);
    assert_eq!(leaks(&project, &ended, &["written-in-the-file"]), Vec::<String>::new());
    assert!(ended.out.contains("«secret:client_secret»"), "{}{}", ended.out, ended.err);
}

#[test]
fn a_case_asks_for_a_token_with_another_scope() {
    let server = start(Behaviour::default());
    let project = project(&server, ", scope: all", 1, 1);
    let case = |name: &str, auth: &str| {
        format!(
            "  - {{ name: {name}, operation: getThing, request: {{ path: {{ id: t }}{auth} }}, expect: {{ status: 200 }} }}\n"
        )
    };
    let scoped = ", auth: { oauth: { scope: 'things:read' } }";
    let cases = [case("reads", scoped), case("reads again", scoped), case("writes", "")].concat();
    project.write("cases/s0.yaml", &format!("story: Scopes\ncases:\n{cases}"));
    let ended = run(&project, &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let seen = server.seen.lock().unwrap();
    let bodies: Vec<_> = seen.token_requests.iter().map(|(_, body)| body.as_str()).collect();
    let expected = ["scope=things%3Aread", "scope=all"].map(|scope| format!("grant_type=client_credentials&{scope}"));
    assert_eq!(bodies, expected);
    assert_eq!(leaks(&project, &ended, &["-of-the-server", SECRET]), Vec::<String>::new());
    // The mock accepts a placeholder.
    let ended = project.call_with(&["run", "--target", "mock"], &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
}

#[test]
fn a_scope_needs_an_access_token() {
    let server = start(Behaviour::default());
    let project = project(&server, "", 1, 1);
    let fixed =
        format!("spec: api.yaml\ntargets: {{ fixed: {{ url: {}, auth: {{ oauth: token-12345 }} }} }}\n", server.url);
    project.write("signoff.yaml", &fixed);
    let check = |scope: &str, expected: &str| {
        let request = format!("{{ path: {{ id: t }}, auth: {{ oauth: {{ scope: {scope} }} }} }}");
        project.write(
            "cases/s0.yaml",
            &format!("cases: [{{ name: a, operation: getThing, request: {request}, expect: {{ status: 200 }} }}]\n"),
        );
        let ended = project.call_with(&["run", "--target", "fixed"], &[]);
        assert_eq!(ended.code, 2, "{}", ended.err);
        let text = format!("{}{}", ended.out, ended.err).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(expected), "{expected}\n{text}");
    };
    check("a", "no access token for `oauth` can be requested: expected `targets.fixed.auth.oauth` with `oauth2`");
    check("'${x}'", "the scope of an access token must be a string without expressions");
    check("[a]", "the scope of an access token must be a string without expressions");
}

#[test]
fn mutants_of_a_live_pass_request_no_further_token() {
    let server = start(Behaviour::default());
    let project = project(&server, "", 1, 2);
    let ended = project.call_with(&["mutate", "--target", "sandbox", "--verbose"], &[("SECRET", SECRET)]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let seen = server.seen.lock().unwrap();
    assert_eq!((seen.token_requests.len(), seen.accepted), (1, 2));
    let shown = [&ended.out, &ended.err].map(|text| text.contains("-of-the-server") || text.contains(SECRET));
    assert_eq!(shown, [false, false], "{}", ended.out);
}

#[test]
fn a_token_that_is_renewed_in_a_live_pass_does_not_matter_to_mutants() {
    let server = start(Behaviour { refuses_each: 2, ..Behaviour::default() });
    let project = project(&server, "", 1, 3);
    let cases = project.read("cases/s0.yaml");
    // A case that polls is sent again for another reason, too.
    project.write("cases/s0.yaml", &cases.replacen("expect:", "poll: { every: 1ms, up_to: 10s }, expect:", 2));
    let ended = project.call_with(&["mutate", "--target", "sandbox"], &[("SECRET", SECRET)]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    assert_eq!(server.seen.lock().unwrap().refused, 2);
    let report = project.read("reports/mutation.json");
    assert!(report.contains("getThing 200 ") && !report.contains("getThing 401 "), "{report}");
}

#[test]
fn credentials_are_validated_before_anything_is_sent() {
    let server = start(Behaviour::default());
    let check = |auth: &str, expected: &str| {
        let ended = run(&project(&server, auth, 1, 1), &[]);
        assert_eq!(ended.code, 2, "{}", ended.err);
        assert!(ended.err.contains(expected), "{expected}\n{}", ended.err);
        assert!(ended.err.ends_with("\n1 error\n"), "{}", ended.err);
    };
    check(", token_url: 'ftp://x/token'", "`token_url` must be an http:// or https:// URL, not ftp://");
    check(", username: me", "`username` belongs to the grant `password`: remove it");
    check(", scopes: a", "unknown key `scopes`");
    check(", client_auth: header", "expected one of basic, post, found a string");
    check(", extra: { scope: a }", "`extra` must not have `scope`, which has a key of its own");
    assert_eq!(server.seen.lock().unwrap().token_requests.len(), 0);
}
