//! Requests of command lines.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use crate::case;
use crate::contract::{self, Contract};
use crate::import::curl::request::CurlRequest;
use crate::import::curl::{Commands, Conversion, Input};
use crate::import::recorded_variables::RecordedVariables;
use crate::problem::Problem;

/// A document that permits any content at paths of one segment.
pub(super) const OPEN: &str = r#"
openapi: 3.1.0
info: { title: Open, version: "1" }
paths:
  /{name}:
    parameters: [ { name: name, in: path, required: true, schema: { type: string } } ]
    get: &any { responses: { default: { description: any } } }
    delete: *any
    options: *any
    post: &body { requestBody: { content: { "*/*": {} } }, responses: { default: { description: any } } }
    put: *body
    patch: *body
"#;

/// The requests of a script that names files in `folder`.
pub(super) fn read_in(text: &str, folder: &Path) -> Result<Vec<CurlRequest>, Vec<Problem>> {
    let files = |name: &str| fs::read(folder.join(name)).map_err(|error| error.to_string());
    let mut commands = Commands::default();
    let input = Input { name: "a.sh".into(), bytes: text.into(), files: &files };
    commands.add(input, &RecordedVariables::new(""))?;
    Ok(commands.requests.into_iter().map(|(request, _)| request).collect())
}

fn read(text: &str) -> (Vec<CurlRequest>, Vec<String>, RecordedVariables) {
    let marks = RecordedVariables::new("");
    let mut commands = Commands::default();
    let files = |name: &str| Err(format!("no {name}"));
    let added = commands.add(Input { name: "a.sh".into(), bytes: text.into(), files: &files }, &marks);
    let problems = added.err().into_iter().flatten().chain(commands.warnings);
    let problems = problems.map(|problem| problem.to_string()).collect();
    (commands.requests.into_iter().map(|(request, _)| request).collect(), problems, marks)
}

/// `METHOD URL BODY` of the requests of a script, with expressions, and its problems.
fn check(text: &str, requests: &[&str], problems: &[&str]) {
    let (found, noted, marks) = read(text);
    let line = |one: &CurlRequest| {
        let body = String::from_utf8_lossy(one.request.body.as_deref().unwrap_or_default()).into_owned();
        marks.expressions(&format!("{} {} {body}", one.request.method, one.request.url)).trim_end().to_owned()
    };
    let found: Vec<String> = found.iter().map(line).collect();
    assert_eq!(
        (found, noted),
        (
            requests.iter().map(|one| (*one).to_owned()).collect(),
            problems.iter().map(|one| (*one).to_owned()).collect()
        ),
        "{text}"
    );
}

#[test]
fn variables_and_placeholders_become_expressions() {
    check("curl http://h/a/$ID/${id2}/{b}/:c/<d>?e={{f}}", &["GET /a/${ID}/${id2}/${b}/${c}/${d}?e=${f}"], &[]);
    check(
        "curl \"$BASE/a\" -d \"{\\\"n\\\": $N, \\\"s\\\": \\\"$S\\\"}\"",
        &["POST /a {\"n\": ${N}, \"s\": \"${S}\"}"],
        &[],
    );
    check("curl $HOST/a -d '$N ${N} `x`'", &["POST /a $N ${N} `x`"], &[]);
    check("curl h/$TOKEN/$1", &["GET /${env.TOKEN}/${arg_1}"], &[]);
    check("ID=7 TOKEN=s3cr3t\ncurl h/$ID/$TOKEN", &["GET /7/${env.TOKEN}"], &[]);
}

#[test]
fn variables_and_headers_that_grow_are_limited() {
    let doubled = |times: usize| format!("A=12345678\n{}curl h/$A", "A=$A$A\n".repeat(times));
    check(&doubled(60), &["GET /${A}"], &[]);
    let note = "a.sh:21:9: the values of variables are longer than 10 MB: the variable `A` is used instead";
    check(&doubled(19), &["GET /${A}"], &[note]);
    let (requests, problems, _) = read(&format!("curl h/a {}", "-H 'a: b' ".repeat(20_000)));
    assert!(requests.is_empty() && problems[0].contains("more than 1000 headers"), "{problems:?}");
}

#[test]
fn commands_within_commands_are_not_executed() {
    let note = "a.sh:1:8: commands are not executed: the variable `command_1` is used instead";
    check(
        "curl h/$(date)/`id`",
        &["GET /${command_1}/${command_2}"],
        &[note, &note.replace("1:8", "1:16").replace("_1", "_2")],
    );
    check("T=$(curl h/token | jq .t)\ncurl h/$T", &["GET /token", "GET /${T}"], &[]);
}

#[test]
fn expansions_are_variables_with_a_note() {
    let note =
        |column: u32, why: &str, name: &str| format!("a.sh:1:{column}: {why}: the variable `{name}` is used instead");
    let arithmetic = "arithmetic is not evaluated";
    check(
        "curl h/$((1+(2)))/$[3*4]/x",
        &["GET /${arithmetic_1}/${arithmetic_2}/x"],
        &[&note(8, arithmetic, "arithmetic_1"), &note(19, arithmetic, "arithmetic_2")],
    );
    let expansion = "this form of `${…}` is not evaluated";
    check("curl \"h/${ID:0:3}/x\"", &["GET /${expansion_1}/x"], &[&note(9, expansion, "expansion_1")]);
    check("curl h/${#ID}/x", &["GET /${expansion_1}/x"], &[&note(8, expansion, "expansion_1")]);
    check("curl \"h/${A:-${B}}/${C:?}/x\"", &["GET /${A}/${C}/x"], &[]);
    let command = note(9, "commands are not executed", "command_1");
    check("curl \"h/$( (date) )/x\"", &["GET /${command_1}/x"], &[&command]);
    check("curl \"h/$((date) | id)/x\"", &["GET /${command_1}/x"], &[&command]);
    check("N=$((1+2))\ncurl h/$N", &["GET /${N}"], &[]);
}

#[test]
fn commands_for_windows_are_read() {
    check(
        "C:\\>curl ^\"http://h/a?b=1^&c=^%^20^\" ^\n  -X ^\"PUT^\" ^\n  --data-raw ^\"^{^\\^\"a^\\^\":1^}^\" & curl.exe ^\"h/%ID%^\"",
        &["PUT /a?b=1&c=%20 {\"a\":1}", "GET /${ID}"],
        &[],
    );
    check("curl ^\"h", &[], &["a.sh:1:7: the command does not end: no closing quote `\"` follows"]);
}

#[test]
fn only_commands_are_read() {
    check("HTTP/1.1 200\nit's\n\ncurl h/a\n", &["GET /a"], &[]);
    check(
        "$ curl h/a \\\n>   -d x\n{ it's output }\n% curl h/b\nuser@host:~$ curl h/c\n",
        &["POST /a x", "GET /b", "GET /c"],
        &[],
    );
    check("curl h/a | jq '.x' && echo curl h/b", &["GET /a"], &[]);
    check("curl ^\n  -d x ^\n  h/a", &["POST /a x"], &[]);
}

#[test]
fn mistakes_are_located() {
    check("curl 'h/a", &[], &["a.sh:1:6: the command does not end: no closing quote `'` follows"]);
    check(
        "curl h/a -d \"x\ncurl h/b",
        &["GET /b"],
        &["a.sh:1:13: the command does not end: no closing quote `\"` follows"],
    );
    check(
        "curl h/a -d @- <<E\nx\n",
        &["POST /a"],
        &["a.sh:1:16: the command does not end: no end of the here-document follows"],
    );
    check("curl --hedaer x h", &[], &["a.sh:1:6: unknown option of curl: `--hedaer` (did you mean `--header`?)"]);
    check(
        "curl --data=x h",
        &[],
        &["a.sh:1:6: unknown option of curl: `--data` (curl takes the value as the next word: `--data VALUE`)"],
    );
    check("curl -X", &[], &["a.sh:1:6: the option `-X` needs a value"]);
    check("curl -X GET", &[], &["a.sh:1:1: the command has no URL"]);
    check("curl ftp://h/a", &[], &["a.sh:1:6: expected an HTTP URL, found the scheme `ftp`"]);
    check("curl -d a -F b=c h", &[], &["a.sh:1:18: curl sends only one of -d, -F, -T and -I: it refuses several"]);
    check("curl h/a?b=1&c=2", &["GET /a?b=1"], &["a.sh:1:13: `&` ends the command in a shell: quote the URL"]);
    check(
        "curl -k h",
        &["GET /"],
        &["a.sh:1:6: `--insecure` is not imported: set `ca_file` of the target, or run with --ca-file"],
    );
}

#[test]
fn other_kinds_of_files_are_named() {
    let kinds = [
        ("openapi: 3.1.0\ninfo: {}\n", "an OpenAPI document"),
        ("{\"log\": {\"entries\": []}}", "a HAR file"),
        ("story: A\ncases:\n- name: curl\n", "a case file"),
        ("{\"info\": {}, \"item\": []}", "a Postman collection"),
    ];
    for (text, kind) in kinds {
        let (_, problems, _) = read(text);
        assert!(problems[0].contains(kind), "{problems:?}");
    }
    let (_, problems, _) = read("echo nothing");
    assert!(problems[0].starts_with("no curl command in a.sh"), "{problems:?}");
}

/// A contract that permits any content.
fn open_contract() -> Contract {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("open.yaml"), OPEN).expect("written");
    contract::load::load(folder.path(), Path::new("open.yaml")).expect("a contract")
}

#[test]
fn a_session_may_have_commands_without_prompts() {
    check("$ curl h/a\ncurled up\nHTTP/1.1 200\ncurl h/b\n$ curl h/c", &["GET /a", "GET /b", "GET /c"], &[]);
}

#[test]
fn quoted_lines_are_not_prompts() {
    check("curl h/ -d '\n$ a'", &["POST / \n$ a"], &[]);
}

#[test]
fn an_incomplete_placeholder_is_a_redirection() {
    read("curl <a- h/");
    read("curl \"`<a-");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn quoted_words_come_back(words in prop::collection::vec("[^\0\r]{0,12}", 1..5)) {
        let line = words.iter().map(|word| shlex::try_quote(word).expect("no NUL")).collect::<Vec<_>>().join(" --data-raw ");
        let (requests, problems, marks) = read(&format!("curl http://h/ --data-raw {line}"));
        prop_assert_eq!(problems, Vec::<String>::new());
        let body = requests[0].request.body.clone().unwrap_or_default();
        let expected = super::super::placeholder::in_text(&words.join("&"), &marks).into_owned();
        prop_assert_eq!(marks.expressions(&String::from_utf8_lossy(&body)), marks.expressions(&expected));
    }

    #[test]
    fn cases_of_any_command_load(
        method in "[A-Z]{1,5}",
        url in "/(a|b/[^\0\r\n]{0,6})(\\?[^\0\r\n]{0,8})?",
        header in "X-[a-z]: [^\0\r\n]{0,8}",
        body in "[^\0\r]{0,12}|\\{\"[a-z]\": (1|\"[^\0\"\\\\]{0,4}\")\\}",
        kind in prop::sample::select(vec!["--data-raw", "--json", "--data-urlencode"]),
    ) {
        let words = [&*format!("http://h{url}"), "-X", &method, "-H", &header, kind, &format!("={body}")];
        let words = words.iter().map(|word| shlex::try_quote(word).expect("no NUL")).collect::<Vec<_>>().join(" ");
        let contract = open_contract();
        let marks = RecordedVariables::new("");
        let mut commands = Commands::default();
        let files = |_: &str| Err("none".to_owned());
        let input = Input { name: "a.sh".into(), bytes: format!("curl -g {words}").into(), files: &files };
        commands.add(input, &marks).expect("a command");
        let conversion = Conversion {
            contract: &contract,
            variables: &marks,
            is_sensitive: &|_, _| false,
            remember: &|_, _| {},
            redact: &|_, request| request.clone(),
            generator: "import curl",
        };
        let file = commands.convert("Any".to_owned(), &conversion).expect("a case file");
        let folder = tempfile::tempdir().expect("a folder");
        let suite = case::load::load_text(folder.path(), Path::new("a.yaml"), file.text.clone(), &contract);
        let cases = suite.map(|suite| suite.cases().count());
        prop_assert_eq!(cases.map_err(|problems| format!("{problems:?}")), Ok(1), "{}", file.text);
    }

    #[test]
    fn any_text_is_read_without_a_panic(text in "(curl |h/|-d |-[a-zA-Z]|'|\"|\\$|\\(|\\)|`|<<|E|\n|\\\\|[|;&<>#{}\\[\\] -]|\\PC){0,40}") {
        read(&text);
    }
}
