//! Cases that send a wrong or an expired credential.

use super::server::{Behaviour, Server, start};
use super::{SECRET, SPEC, leaks, project, run, with_401};
use crate::cli::project::Project;

/// Cases that send these, and expect a refusal.
fn cases(auth: &[&str]) -> String {
    let case = |auth: &&str| {
        let name = auth.replace(['{', '}', ':', '"'], "");
        format!(
            "  - {{ name: {name}, operation: getThing, request: {{ path: {{ id: t }}, auth: {auth} }}, expect: {{ status: 401 }} }}\n"
        )
    };
    format!("story: Refusals\ncases:\n{}", auth.iter().map(case).collect::<String>())
}

fn with_cases(server: &Server, auth: &str, given: &[&str]) -> Project {
    let project = project(server, auth, 1, 2);
    project.write("api.yaml", &with_401(&project.read("api.yaml")));
    project.write("cases/refusals.yaml", &cases(given));
    project
}

#[test]
fn a_wrong_and_an_expired_token_are_refused_and_nothing_is_renewed() {
    let server = start(Behaviour { lifetime_ms: 300, refuses_expired: true, ..Behaviour::default() });
    let project = with_cases(&server, "", &["{ oauth: wrong }", "{ oauth: expired }"]);
    let ended = run(&project, &["--verbose", "--report", "har"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let seen = server.seen.lock().unwrap();
    assert_eq!((seen.accepted, seen.refused), (2, 2));
    assert_eq!(leaks(&project, &ended, &["token-0-of", SECRET]), Vec::<String>::new());
}

#[test]
fn an_expired_token_that_would_take_too_long_skips_the_case() {
    for (lifetime_ms, why) in [
        (0, "it does not state how long its tokens are valid"),
        (3_600_000, "its tokens are valid for 3600 s, longer than is waited for"),
    ] {
        let server = start(Behaviour { lifetime_ms, ..Behaviour::default() });
        let project = with_cases(&server, "", &["{ oauth: expired }"]);
        let ended = run(&project, &[]);
        assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
        let reason =
            format!("no expired access token for targets.sandbox.auth.oauth: {why}; write one as `expired_token`");
        assert!(project.read("reports/record.json").contains(&reason), "{}", ended.out);
        assert!(!ended.out.contains("set aside by a person"), "{}", ended.out);
        assert!(ended.out.contains("1 case skipped: no expired access token"), "{}", ended.out);
        assert_eq!(server.seen.lock().unwrap().refused, 0);
        let project = with_cases(&server, ", expired_token: an-old-token-1", &["{ oauth: expired }"]);
        let ended = run(&project, &[]);
        assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
        assert_eq!(server.seen.lock().unwrap().refused, 1);
        assert_eq!(leaks(&project, &ended, &["an-old-token"]), Vec::<String>::new());
    }
}

#[test]
fn they_may_be_declared_and_need_a_credential_of_the_right_kind() {
    let server = start(Behaviour::default());
    let project = with_cases(&server, "", &["{ oauth: wrong }"]);
    let text = project.read("cases/refusals.yaml");
    project.write("cases/refusals.yaml", &text.replace("expect: { status: 401 }", "violates: security"));
    let ended = run(&project, &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let fixed =
        format!("spec: api.yaml\ntargets: {{ fixed: {{ url: {}, auth: {{ oauth: token-12345 }} }} }}\n", server.url);
    project.write("signoff.yaml", &fixed);
    project.write("cases/s0.yaml", &cases(&["{ oauth: expired }"]));
    let ended = project.call_with(&["run", "--target", "fixed"], &[]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let text = format!("{}{}", ended.out, ended.err).split_whitespace().collect::<Vec<_>>().join(" ");
    let why =
        "1 case skipped: no expired access token for targets.fixed.auth.oauth: it is a fixed value; expected `oauth2`";
    assert!(text.contains(why) && text.contains("1 passed"), "{text}");
    project.write("signoff.yaml", &fixed.replace("oauth: token-12345", "other: token-12345"));
    let ended = project.call_with(&["run", "--target", "fixed"], &[]);
    assert_eq!(ended.code, 2, "{}{}", ended.out, ended.err);
}

#[test]
fn a_wrong_credential_is_in_no_output_although_it_begins_like_the_right_one() {
    let server = start(Behaviour::default());
    let project = with_cases(&server, "", &["{ oauth: wrong }"]);
    project.write(
        "signoff.yaml",
        &format!(
            "spec: api.yaml\ntargets: {{ fixed: {{ url: {}, auth: {{ oauth: '${{env.SECRET}}' }} }} }}\n",
            server.url
        ),
    );
    let args = ["run", "--target", "fixed", "--verbose", "--report", "har,junit"];
    let ended = project.call_with(&args, &[("SECRET", SECRET)]);
    assert!(ended.out.contains("1 passed"), "{}{}", ended.out, ended.err);
    assert_eq!(leaks(&project, &ended, &[&SECRET[..11]]), Vec::<String>::new());
}

#[test]
fn credentials_of_every_kind_are_refused_by_the_embedded_mock() {
    let schemes = "components:
  securitySchemes:
    key: { type: apiKey, in: query, name: key }
    login: { type: http, scheme: basic }
    bearer: { type: http, scheme: bearer }
";
    let spec = with_401(SPEC);
    let spec = spec
        .split("components:")
        .next()
        .unwrap()
        .replace("[{ oauth: [] }]", "[{ key: [] }, { login: [] }, { bearer: [] }]");
    let given = ["{ key: wrong }", "{ login: wrong }", "{ bearer: wrong }", "{ bearer: expired }"];
    for auth in ["", ", auth: { key: \"${env.SECRET}\", login: { username: me, password: \"${env.SECRET}\" } }"] {
        let configuration = format!("spec: api.yaml\ntargets: {{ mock: {{ mock: true{auth} }} }}\n");
        let project = Project::with(&[
            ("api.yaml", &format!("{spec}{schemes}")),
            ("signoff.yaml", &configuration),
            ("cases/refusals.yaml", &cases(&given)),
        ]);
        let ended = project.call_with(&["run", "--verbose"], &[("SECRET", SECRET)]);
        assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
        assert!(ended.out.contains("4 passed"), "{}", ended.out);
        assert_eq!(leaks(&project, &ended, &["secret-of-t"]), Vec::<String>::new());
        let args = ["mutate", "--operator", "wrong-credentials-accepted"];
        let ended = project.call_with(&args, &[("SECRET", SECRET)]);
        assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
        assert!(ended.out.starts_with("would the cases notice? 1 of 1 fault "), "{}", ended.out);
        let ended = project.call_with(&["check"], &[("SECRET", SECRET)]);
        assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    }
}
