//! A secret that is written where the name of a variable belongs is in no output.

use super::project::{CASES, CONFIG, Project};

/// Values as vendors write them; each can be read as the name of a variable, as a difference of two, or as base64.
const TOKENS: [&str; 5] = [
    "skLive4eC39HqLyjWDarjtT1",
    "AKIAIOSFODNN7EXAMPLE",
    "sk_live_51HG7czZaq9",
    "tok-en123-x9y8z7",
    "c2VjcmV0LW9mLXBhcnRuZXI=",
];

/// Fails if an output of the calls contains the token or an identifier of it.
fn check(project: &Project, token: &str, calls: &[&[&str]]) {
    for args in calls {
        let ended = project.call(args);
        let output = format!("{}{}", ended.out, ended.err);
        for part in token.split(['-', '=']).filter(|part| part.len() > 4) {
            assert!(!output.contains(part), "{args:?}: {output}");
        }
    }
}

#[test]
fn arguments() {
    let project = Project::new();
    for token in TOKENS {
        let [source, named, scheme] = [format!("env:{token}"), format!("key=env:{token}"), format!("key={token}")];
        check(
            &project,
            token,
            &[
                &["run", "--target", "http://127.0.0.1:9", "--auth", &named],
                &["run", "--target", "http://127.0.0.1:9", "--auth", &scheme],
                &["run", "--auth", &source],
                &["run", "--auth", token],
                &["mock", "--admin-token", &source, "--port", "0"],
                &["mock", "--admin-token", token, "--port", "0"],
                &["proxy", "--target", "http://127.0.0.1:9", "--auth", &named, "--port", "0"],
            ],
        );
    }
}

#[test]
fn configuration_and_cases() {
    for token in TOKENS {
        let project = Project::new();
        let auth = |template: &str| {
            format!("{CONFIG}targets: {{ near: {{ url: 'http://127.0.0.1:9', auth: {{ key: \"{template}\" }} }} }}\n")
        };
        let calls: [&[&str]; 2] = [&["run", "--target", "near"], &["check"]];
        project.write("signoff.yaml", &auth(&format!("${{env.{token}}}")));
        check(&project, token, &calls);
        project.write("signoff.yaml", CONFIG);
        project.write("cases/things.yaml", &CASES.replace("id: t1", &format!("id: \"${{env.{token}}}\"")));
        check(
            &project,
            token,
            &[&["run"], &["check"], &["check", "--format", "json"], &["check", "--format", "github"]],
        );
        project.write(
            "cases/things.yaml",
            &format!(
                "cases: [ {{ name: a, operation: getThing, expect: {{ assert: response.body == env.{token} }} }} ]\n"
            ),
        );
        check(&project, token, &[&["run"], &["check"]]);
    }
}
