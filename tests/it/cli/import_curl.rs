//! `signoff import curl`: case files from command lines.

use std::fs;
use std::process::Stdio;

use super::project::{CONFIG, Project};

/// A document with credentials, parameters and a form.
const SPEC: &str = include_str!("../../data/curl/shop.yaml");

fn project() -> Project {
    Project::with(&[("specs/things.yaml", SPEC), ("signoff.yaml", CONFIG)])
}

/// The case file of the commands in `text`.
fn imported(text: &str) -> String {
    let project = project();
    project.write("a.sh", text);
    let ended = project.call(&["import", "curl", "a.sh", "--output", "-"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    ended.out
}

#[test]
fn a_script_becomes_a_case_file_that_runs() {
    let project = project();
    project.write("docs/orders.sh", include_str!("../../data/curl/orders.sh"));
    let ended = project.call(&["import", "curl", "docs/orders.sh"]);
    insta::assert_snapshot!(
        "import_curl",
        format!("{}\n{}\n{}", ended.out, ended.err, project.read("cases/curl.yaml"))
    );
    let checked = project.call(&["check"]);
    assert_eq!((checked.code, checked.err.as_str()), (0, ""), "{}", checked.out);
    let run = project.call(&["run", "--target", "mock", "--quiet"]);
    assert_eq!(run.code, 0, "{}{}", run.out, run.err);
}

#[test]
fn nothing_is_overwritten() {
    let project = project();
    project.write("a.sh", "curl https://api.shop.example/v1/orders");
    let import = |more: &[&str]| project.call(&[&["import", "curl", "a.sh"], more].concat());
    assert_eq!(import(&[]).out, "wrote cases/curl.yaml: 1 case\n");
    let text = project.read("cases/curl.yaml");
    let again = import(&[]);
    assert_eq!((again.code, again.out.as_str()), (0, "unchanged: cases/curl.yaml\n"));
    project.write("a.sh", "curl https://api.shop.example/v1/orders?status=OPEN");
    let refused = import(&[]);
    assert!(refused.code == 2 && refused.err.contains("cases/curl.yaml exists with other content"), "{}", refused.err);
    assert_eq!(project.read("cases/curl.yaml"), text);
    assert_eq!(import(&["--force"]).out, "wrote cases/curl.yaml: 1 case\n");
    assert_ne!(project.read("cases/curl.yaml"), text);
    assert_eq!(import(&["--output", "new/b.yaml"]).out, "wrote new/b.yaml: 1 case\n");
}

#[test]
fn a_mistake_prevents_the_whole_import() {
    let project = project();
    project.write("a.sh", "curl https://api.shop.example/v1/orders\ncurl --hedaer x https://h/\n");
    project.write("b.sh", "curl 'https://h/\n");
    project.write("c.yaml", SPEC);
    fs::write(project.path("d.sh"), b"curl \xff").unwrap();
    fs::write(project.path("e.sh"), vec![b' '; 17 << 20]).unwrap();
    let ended = project.call(&["import", "curl", "a.sh", "b.sh", "c.yaml", "d.sh", "e.sh", "none.sh"]);
    assert_eq!((ended.code, ended.out.as_str()), (2, ""));
    for expected in [
        "a.sh:2:6",
        "unknown option of curl: `--hedaer`",
        "b.sh:1:6",
        "found an OpenAPI document: c.yaml",
        "not UTF-8",
        "cannot read e.sh: the input has more than 16 MB",
        "cannot read none.sh",
        "6 errors",
    ] {
        assert!(ended.err.contains(expected), "{expected}: {}", ended.err);
    }
    assert!(!project.path("cases").exists());
}

#[test]
fn credentials_are_nowhere() {
    let secrets = ["s3cr3t-key-1", "s3cr3t-key-2", "s3cr3t-key-3", "s3cr3t-key-4", "s3cr3t-key-5"];
    let text = "curl -u ann:s3cr3t-key-1 https://api.shop.example/v1/orders?api_key=s3cr3t-key-2 \\\n  -b sid=s3cr3t-key-3 -H 'X-Api-Key: s3cr3t-key-4'\n\
                curl 'https://api.shop.example/v1/none?access_token=s3cr3t-key-2' --json '{\"password\":\"s3cr3t-key-5\",\"note\":\"s3cr3t-key-5\"}'\n\
                curl https://ann:s3cr3t-key-1@h/ -F password=s3cr3t-key-5\n\
                curl -u ann:s3cr3t-key-1 -H 'Authorization: Bearer s3cr3t-key-2' 'https://h/";
    let project = project();
    project.write("a.sh", text);
    let broken = project.call(&["import", "curl", "a.sh"]);
    assert_eq!(broken.code, 2);
    project.write("a.sh", text.rsplit_once('\n').unwrap().0);
    let ended = project.call(&["import", "curl", "a.sh"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    let all = [broken.err, ended.out, ended.err, project.read("cases/curl.yaml")].concat();
    for secret in secrets {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
    assert!(all.contains("${env.CURL_PASSWORD}"), "{all}");
}

#[test]
fn credentials_that_no_run_adds_are_variables() {
    let text = "curl 'https://api.shop.example/v1/orders?f[password]=s3cr3t-1&apikey=s3cr3t-2' -H 'Authorization: Bearer x'\n\
                curl https://api.shop.example/v1/login -d 'user=ann&f[password]=s3cr3t-1&apikey=s3cr3t-2'\n\
                curl https://api.shop.example/v1/orders/7/files -F file=a -F 'f[password]=s3cr3t-1'\n";
    let text = imported(text);
    assert!(!text.contains("s3cr3t"), "{text}");
    insta::assert_snapshot!("credentials_as_variables", text);
}

#[test]
fn a_path_outside_the_document_is_reported_as_such() {
    let project = project();
    project.write("a.sh", "curl https://api.shop.example/v1/none/$ID");
    let ended = project.call(&["import", "curl", "a.sh", "--output", "-"]);
    assert!(ended.err.contains("no operation of the document has the path /none/${ID}"), "{}", ended.err);
    assert!(!ended.out.contains("skip:"), "{}", ended.out);
}

#[test]
fn headers_that_say_nothing_are_left_out() {
    let text = imported(
        "curl https://api.shop.example/v1/orders -H 'Accept: */*' -H 'sec-ch-ua: \"a\"' -H 'User-Agent: Mozilla/5.0' -H 'sec-fetch-mode: cors'\n\
         curl https://api.shop.example/v1/orders -A me -H 'Accept: text/csv' -H 'x-trace: a'",
    );
    let headers: Vec<_> = text.matches("headers:").collect();
    assert!(headers.len() == 1 && text.contains("user-agent: me\n") && text.contains("accept: text/csv\n"), "{text}");
}

#[test]
fn values_of_variables_come_from_the_document() {
    let text = imported(
        "curl https://api.shop.example/v1/orders/$ORDER\ncurl https://api.shop.example/v1/orders/{id} -X DELETE",
    );
    assert!(text.contains("vars:\n  ORDER: 7\n  id: 7\n"), "{text}");
    assert!(text.contains("path:\n      id: ${ORDER}"), "{text}");
    let text = imported("curl https://api.shop.example/v1/orders --json '{\"sku\": \"{{sku}}\", \"quantity\": '$N'}'");
    assert!(text.contains("sku: ${sku}\n      quantity: ${N}"), "{text}");
}

#[test]
fn a_refusal_is_tested_only_if_the_document_has_one() {
    let text = imported(
        "curl https://api.shop.example/v1/orders?limit=1000\ncurl -X DELETE https://api.shop.example/v1/orders/x",
    );
    assert!(text.contains("violates: maximum query/limit\n"), "{text}");
    assert!(text.contains("violates: unchecked\n  expect:\n    status: 204\n"), "{text}");
}

#[test]
fn bodies_from_files_are_read_in_the_folder_of_the_commands_only() {
    let project = project();
    project.write("docs/order.json", "{\"sku\": \"a\", \"quantity\": 2}");
    project.write("outside.json", "{}");
    project.write("docs/a.sh", "curl --json @order.json https://api.shop.example/v1/orders\ncurl --json @../outside.json https://api.shop.example/v1/orders\n");
    let ended = project.call(&["import", "curl", "docs/a.sh"]);
    let text = project.read("cases/curl.yaml");
    assert!(text.contains("body:\n      sku: a\n      quantity: 2\n"), "{text}");
    assert!(
        text.contains("skip: 'supply the body: `../outside.json` is outside the folder of the commands'"),
        "{text}"
    );
    assert!(ended.err.contains("the case is skipped until you supply the body"), "{}", ended.err);
    assert_eq!(project.call(&["check"]).code, 0);
}

#[test]
fn commands_are_read_from_standard_input() {
    let project = project();
    let mut program = crate::program();
    program.current_dir(project.path("")).args(["import", "curl", "--output", "-"]);
    let mut started = program.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut input = started.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, b"curl https://api.shop.example/v1/orders").unwrap();
    drop(input);
    let ended = started.wait_with_output().unwrap();
    let text = String::from_utf8(ended.stdout).unwrap();
    assert!(ended.status.success() && text.contains("operation: listOrders"), "{text}");
}

#[test]
fn a_document_is_needed() {
    let project = Project::with(&[("a.sh", "curl http://h/")]);
    let ended = project.call(&["import", "curl", "a.sh"]);
    assert!(ended.code == 2 && ended.err.contains("name one with --spec FILE"), "{}", ended.err);
}
