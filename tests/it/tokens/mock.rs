//! Access tokens of the embedded mock.

use super::{SPEC, with_401};
use crate::cli::project::{Ended, Project};

const CASES: &str = "story: Things
cases:
  - { name: gets, operation: getThing, request: { path: { id: t1 } }, expect: { status: 200 } }
  - name: lacks the scope
    operation: getThing
    request: { path: { id: t1 }, auth: { oauth: { scope: 'things:write' } } }
    expect: { status: 401, headers: { www-authenticate: 'Bearer error=\"insufficient_scope\", scope=\"things:read\"' } }
";

const NEGATIVE: &str = "
  - { name: wrong, operation: getThing, request: { path: { id: t1 }, auth: { oauth: wrong } }, expect: { status: 401 } }
  - { name: expired, operation: getThing, request: { path: { id: t1 }, auth: { oauth: expired } }, expect: { status: 401 } }
";

/// A project with the mock as its target. `rules` is the file of mock rules, and `credential` has further keys.
fn project(rules: &str, credential: &str) -> Project {
    let flow = "{ tokenUrl: /oauth/token, scopes: { 'things:read': r, 'things:write': w } }";
    let spec = with_401(SPEC)
        .replace("{ tokenUrl: TOKEN_URL, scopes: {} }", flow)
        .replace("oauth: []", "oauth: ['things:read']");
    let auth = format!("{{ oauth: {{ oauth2: client_credentials, client_id: partner{credential} }} }}");
    let configuration = format!("spec: api.yaml\ntargets: {{ mock: {{ mock: rules.yaml, auth: {auth} }} }}\n");
    Project::with(&[
        ("api.yaml", &spec),
        ("rules.yaml", rules),
        ("signoff.yaml", &configuration),
        ("cases/things.yaml", &format!("{CASES}{NEGATIVE}")),
    ])
}

fn call(project: &Project, args: &[&str]) -> Ended {
    project.call_with(args, &[])
}

const OF_THE_CLIENT: &str = ", client_secret: not-a-secret-1, scope: 'things:read'";

#[test]
fn cases_run_with_tokens_of_the_mock() {
    let project = project("tokens: { lifetime: 2s }", OF_THE_CLIENT);
    let ended = call(&project, &["run"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let record = project.read("reports/record.json");
    assert!(!record.contains("signoff-placeholder") && !record.contains("eyJhbGciOi"), "{record}");
    let ended = call(&project, &["mutate"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
}

#[test]
fn a_client_that_the_mock_does_not_know_has_no_token() {
    let rules = "tokens: { clients: { partner: { client_secret: another-secret } } }";
    let project = project(rules, OF_THE_CLIENT);
    let ended = call(&project, &["run"]);
    assert_eq!(ended.code, 3, "{}{}", ended.out, ended.err);
    let why = "/oauth/token: status 401, invalid_client: the client's password is missing or wrong";
    assert!(ended.out.contains(why), "{}", ended.out);
    let ended = call(&project, &["mutate"]);
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
    let why = "no access token of the mock for targets.mock.auth.oauth: invalid_client: ";
    assert!(ended.err.contains(why), "{}", ended.err);
}

#[test]
fn the_mock_issues_the_tokens_of_a_flow_wherever_its_real_endpoint_is() {
    for url in
        ["token_url: 'https://login.example.com/another/path'", "discovery_url: 'https://login.example.com/config'"]
    {
        let project = project("tokens: { lifetime: 2s }", &format!("{OF_THE_CLIENT}, {url}"));
        let ended = call(&project, &["run"]);
        assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
        assert!(ended.out.contains("4 passed"), "{}", ended.out);
    }
}

#[test]
fn a_grant_that_the_document_does_not_declare_is_not_asked_for() {
    let credential = ", username: me, password: not-a-secret, token_url: 'https://login.example.com/another/path'";
    let project = project("state: {}", credential);
    let configuration = project.read("signoff.yaml").replace("oauth2: client_credentials", "oauth2: password");
    project.write("signoff.yaml", &configuration);
    let case = CASES.split("  - name: lacks").next().expect("a case");
    project.write("cases/things.yaml", case);
    let ended = call(&project, &["run"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
}
