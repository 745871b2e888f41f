//! Cases that `signoff coverage` shows for clauses that are not met: each passes on the mock of the project, or says why not.

use serde_json::Value;

use super::project::Project;

const SPEC: &str = r#"openapi: 3.1.0
info: { title: Orders, version: "1" }
paths:
  /orders/{id}:
    get:
      operationId: getOrder
      security: [{ key: [] }]
      parameters: [{ name: id, in: path, required: true, schema: { type: string, minLength: 2 } }]
      responses:
        "200":
          description: one
          content:
            application/json:
              schema:
                type: object
                required: [state]
                properties:
                  state: { enum: [NEW, SENT] }
                  note: { type: [string, "null"] }
                  tags: { type: array, items: { type: string } }
        "401": { description: no key }
        "404": { description: none }
  /orders:
    post:
      operationId: makeOrder
      requestBody:
        required: true
        content:
          application/json:
            schema: { type: object, required: [amount], properties: { amount: { type: integer, minimum: 1 } } }
      responses:
        "201": { description: made }
        "400":
          description: invalid
          content:
            application/json:
              schema: { type: object, required: [message], properties: { message: { type: string } } }
components:
  securitySchemes:
    key: { type: apiKey, in: header, name: X-Key }
"#;

const RULES: &str = "operations:
  getOrder:
    - when: request.path.id == 'zz'
      respond: { status: 404 }
";

const CASES: &str = "base: { body: { amount: 5, currency: EUR } }
cases:
  - name: makes one
    operation: makeOrder
";

fn orders(rules: bool) -> Project {
    let target = if rules { "targets: { mock: { mock: rules.yaml } }\n" } else { "" };
    let project = Project::with(&[
        ("specs/orders.yaml", SPEC),
        ("cases/orders.yaml", CASES),
        ("rules.yaml", RULES),
        ("signoff.yaml", &format!("spec: specs/orders.yaml\n{target}")),
    ]);
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    project
}

fn json(project: &Project, args: &[&str]) -> Value {
    let ended = project.call(&[&["coverage", "--format", "json"], args].concat());
    assert_eq!(ended.code, 0, "{ended:?}");
    serde_json::from_str(&ended.out).unwrap()
}

/// The case of one clause.
fn case(project: &Project, clause: &str) -> String {
    let shown = json(project, &["--clause", clause]);
    shown["clauses"][0]["case"].as_str().unwrap_or_default().to_owned()
}

const NOTE: &str = "# does not pass on the mock: ";

#[test]
fn every_case_of_a_clause_passes_as_it_is_or_says_why_not() {
    for rules in [false, true] {
        let project = orders(rules);
        let shown = json(&project, &[]);
        let open = shown["clauses"].as_array().unwrap().iter().filter(|clause| clause["state"] == "unmet");
        let names: Vec<_> = open.map(|clause| clause["clause"].as_str().unwrap().to_owned()).collect();
        let (mut passed, mut others) = (0, 0);
        let cases: Vec<_> = names.iter().map(|name| (name, case(&project, name))).collect();
        for (name, case) in cases.iter().filter(|(_, case)| !case.is_empty()) {
            project.write("stub/stub.yaml", case);
            let ended = project.call(&["run", "--cases", "stub/stub.yaml", "--reports", "other"]);
            assert_eq!(ended.code != 0, case.contains(NOTE), "{name}\n{case}\n{ended:?}");
            *if ended.code == 0 { &mut passed } else { &mut others } += 1;
        }
        assert!(passed > 10 && others > 4, "{passed} pass, {others} do not");
    }
}

#[test]
fn the_comment_knows_the_rules_of_the_project() {
    let (without, with) = (orders(false), orders(true));
    let note = |project: &Project, clause: &str| {
        let case = case(project, clause);
        assert!(case.starts_with("# a new case file: ") && case.contains("\ncases:\n- name: "), "{case}");
        case.lines().find_map(|line| line.strip_prefix(NOTE)).unwrap_or_default().to_owned()
    };
    let check = |clause: &str, on_generated: &str, on_project: &str| {
        assert_eq!([note(&without, clause), note(&with, clause)], [on_generated, on_project], "{clause}");
    };
    let change = "; a mock rule can change that";
    let status = format!("it responds with 200, which fails the check `expected-status`{change}");
    let other = format!("its response with 200 does not meet the clause{change}");
    check("getOrder refuses wrong key", "", "");
    check("getOrder receives 404", &status, &status);
    check("getOrder receives 200 body/state = \"SENT\"", &other, &other);
    check("getOrder receives 200 body/note null", &other, &other);
    check("getOrder receives 200 body/note absent", &other, &other);
    check("getOrder receives 200 body/tags empty", &other, &other);
    check("getOrder calls", "", "");
}

#[test]
fn a_wrong_media_type_is_refused_with_the_declared_400() {
    let project = orders(false);
    let case = case(&project, "makeOrder violates content-type");
    assert!(!case.contains(NOTE) && !case.contains("undocumented"), "{case}");
    project.write("cases/stub.yaml", &case);
    assert_eq!(project.call(&["run", "cases/stub.yaml"]).code, 0);
    assert!(project.read("reports/record.json").contains("\"status\":400"));
}

#[test]
fn an_invalid_path_parameter_is_refused_with_the_declared_404() {
    let case = case(&orders(false), "getOrder violates minLength path/id");
    assert!(!case.contains(NOTE) && !case.contains("undocumented"), "{case}");
}

#[test]
fn stubs_are_copied_as_they_are_printed() {
    let project = orders(false);
    // From the list of gaps: from the line below the label to the empty one.
    let out = project.call(&["coverage"]).out;
    let (_, gap) = out.split_once("\n   case\n").unwrap();
    let (case, _) = gap.split_once("\n\n").unwrap();
    project.write("cases/stub.yaml", &format!("{case}\n"));
    assert_eq!(project.call(&["check"]).code, 0, "{case}");
    // From one clause.
    let out = project.call(&["coverage", "--clause", "makeOrder violates required body/amount"]).out;
    let (case, exclusion) =
        out.split_once("meets it:\n").unwrap().1.split_once("\nor an exclusion in signoff.yaml:\n").unwrap();
    project.write("cases/stub.yaml", case);
    let exclusion = exclusion.replace("reason: \"\"", "reason: r").replace("owner: \"\"", "owner: o");
    project.write("signoff.yaml", &format!("spec: specs/orders.yaml\n{exclusion}"));
    let ended = project.call(&["run"]);
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.err.contains("the exclusion excludes 1 clause, 1 of them met by the run"), "{}", ended.err);
    let page = project.read("reports/index.html");
    assert!(page.contains("coverage:\n  exclude:\n    - clause: "));
}

#[test]
fn each_scheme_of_several_has_a_case() {
    let schemes = "components:
  securitySchemes:
    basic: { type: http, scheme: basic }
";
    let spec = SPEC.replace("security: [{ key: [] }]", "security: [{ key: [] }, { basic: [] }]");
    let project = Project::with(&[
        ("specs/orders.yaml", &spec.replace("components:\n  securitySchemes:\n", schemes)),
        ("cases/orders.yaml", CASES),
        ("signoff.yaml", "spec: specs/orders.yaml\n"),
    ]);
    assert_eq!(project.call(&["run"]).code, 0);
    for scheme in ["key", "basic"] {
        let case = case(&project, &format!("getOrder calls with {scheme}"));
        assert!(case.contains(&format!("    auth: {scheme}\n")) && !case.contains(NOTE), "{case}");
    }
}
