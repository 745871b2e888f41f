//! `signoff mutate --in-diff`: files that the document, the rules and the configuration reach in other ways than by a plain name.

use std::process::Command;

use super::project::Project;

const DOCUMENT: &str = "openapi: 3.1.0
info: { title: T, version: '1' }
paths:
  /a:
    get:
      operationId: getA
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema: { type: object, discriminator: { propertyName: kind, mapping: { sub: '#/components/schemas/Sub' } } }
  /b: { get: { operationId: getB, responses: { '200': { description: ok } } } }
components:
  schemas: { Sub: { properties: { v: { type: integer } } } }
";

const FILES: &[(&str, &str)] = &[
    ("specs/api.yaml", DOCUMENT),
    ("cases/a.yaml", "cases: [ { name: a, operation: getA } ]\n"),
    ("cases/b.yaml", "cases: [ { name: b, operation: getB } ]\n"),
    ("rules/r.yaml", "extends: ../data/base.yaml\n"),
    ("data/base.yaml", "operations: { getB: [ { respond: { status: 200 } } ] }\n"),
    ("data/name.txt", "a-name-of-a-file\n"),
    (
        "signoff.yaml",
        "spec: specs/api.yaml\ntargets: { mock: { mock: links/r.yaml, vars: { v: \"${public(file('data/name.txt'))}\" } } }\n",
    ),
];

/// The operations that are selected after a file has changed.
fn selected(file: &str, text: &str) -> Vec<&'static str> {
    let project = Project::with(FILES);
    std::fs::create_dir(project.path("links")).expect("a folder");
    #[cfg(unix)]
    std::os::unix::fs::symlink("../rules/r.yaml", project.path("links/r.yaml")).expect("a link");
    #[cfg(not(unix))]
    std::fs::copy(project.path("rules/r.yaml"), project.path("links/r.yaml")).expect("a copy");
    for args in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "first"]] {
        let mut git = Command::new("git");
        git.current_dir(project.path(".")).args(["-c", "user.name=x", "-c", "user.email=x@example.com"]).args(args);
        assert!(git.output().expect("git").status.success(), "{args:?}");
    }
    project.write(file, text);
    let ended = project.call(&["mutate", "--in-diff", "HEAD"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let report = project.read("reports/mutation.json");
    ["getA", "getB"].into_iter().filter(|name| report.contains(&format!("{name} "))).collect()
}

#[test]
fn what_is_reached_indirectly_counts() {
    let base = "operations: { getB: [ { respond: { status: 200, headers: { x-a: b } } } ] }\n";
    assert_eq!(selected("data/base.yaml", base), ["getA", "getB"], "rules that extend others through `..` and a link");
    assert_eq!(selected("data/name.txt", "another-name\n"), ["getA", "getB"], "a file of the configuration");
    let sub = DOCUMENT.replace("type: integer", "type: string");
    assert_eq!(selected("specs/api.yaml", &sub), ["getA"], "a schema that only a discriminator names");
    assert_eq!(selected("README.md", "new"), Vec::<&str>::new());
}
