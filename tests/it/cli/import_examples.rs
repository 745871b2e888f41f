//! `signoff import page` of pages with curl commands and responses, without a schema.

use std::fs;
use std::path::PathBuf;

use super::import::{LEND, import};
use super::project::Project;

const EXHIBIT: &str = include_str!("../../data/import/exhibit.txt");
const ROOMS: &str = include_str!("../../data/import/rooms.md");

#[test]
fn a_page_without_a_schema_becomes_a_project() {
    let project = import(&[("exhibit.txt", EXHIBIT)]);
    insta::assert_snapshot!("exhibit", project.read("import.txt"));
    insta::assert_snapshot!("exhibit_document", project.read("openapi.yaml"));
    insta::assert_snapshot!("exhibit_overlay", project.read("openapi.overlay.yaml"));
    insta::assert_snapshot!("exhibit_cases", project.read("cases/openapi/examples.yaml"));
    let record = project.read("reports/record.json");
    assert!(record.contains("Assumption: the page shows examples of the response"), "{record}");
}

#[test]
fn line_ends_and_a_byte_order_mark_make_no_difference() {
    let plain = import(&[("exhibit.txt", EXHIBIT)]);
    let other = import(&[("exhibit.txt", &format!("\u{feff}{}", EXHIBIT.replace('\n', "\r\n")))]);
    for name in ["openapi.yaml", "openapi.overlay.yaml", "cases/openapi/examples.yaml"] {
        assert_eq!(plain.read(name), other.read(name), "{name}");
    }
}

#[test]
fn commands_in_blocks_are_read_without_their_credentials() {
    let project = import(&[("rooms.md", ROOMS), ("exhibit.txt", EXHIBIT)]);
    let files = ["import.txt", "openapi.yaml", "openapi.overlay.yaml", "cases/openapi/examples.yaml"];
    let texts: Vec<_> = files.iter().map(|name| format!("{name}:\n{}", project.read(name))).collect();
    assert!(!texts.concat().contains("s3cr3t"), "{}", texts.concat());
    insta::assert_snapshot!("rooms", texts[..3].concat());
    insta::assert_snapshot!("rooms_cases", project.read("cases/openapi/examples.yaml"));
}

/// A call of the operation of `lend.md`, which has a schema.
fn call(response: &str) -> String {
    format!(
        "curl https://library.example/v2/books/B-17/loans --json '{{\"member\": \"M-1\"}}'\n{response}\n\
         curl https://library.example/v2/books\n[]\n"
    )
}

#[test]
fn the_schema_of_another_page_wins() {
    let page = call("{ \"id\": \"L-7\", \"member\": \"M-1\" }");
    let project = import(&[("lend.md", LEND), ("call.txt", &page)]);
    let document = project.read("openapi.yaml");
    assert!(document.contains("L-7") && document.matches("/loans:").count() == 1, "{document}");
    let cases = project.read("cases/openapi/examples.yaml");
    assert!(cases.contains("id: L-7") && cases.contains("operation: GET /v2/books\n"), "{cases}");
}

#[test]
fn a_response_that_contradicts_the_schema_is_listed() {
    let page = call("{ \"id\": 7, \"member\": \"M-1\" }");
    let project = import(&[("lend.md", LEND), ("call.txt", &page)]);
    insta::assert_snapshot!("contradicting", project.read("import.txt"));
    assert!(!project.read("cases/openapi/examples.yaml").contains("id: 7"));
}

#[test]
fn another_response_to_the_same_request_is_listed() {
    let page = format!("{EXHIBIT}{}", EXHIBIT.replace("CLOSED", "OPEN"));
    let project = import(&[("exhibit.txt", &page)]);
    insta::assert_snapshot!("same_request", project.read("import.txt"));
}

#[test]
fn incomplete_pages_are_refused_with_their_place() {
    let start = |end: &str| EXHIBIT.split(end).next().expect("a page").to_owned();
    let deep = format!("curl https://a.example/b\n{}\n", "{\"a\":".repeat(500) + "1" + &"}".repeat(500));
    let pages = [
        ("body.txt", EXHIBIT.replace("\"tags\": []", "\"tags\": [}")),
        ("command.txt", start("\"tags\": []\n}'")),
        ("deep.txt", deep),
        ("option.txt", "curl --no-such-option https://a.example/b\n{}\n".to_owned()),
        ("response.txt", start("\"insured\"")),
        ("text.txt", "curl is a tool.\n{ \"a\": 1 }\n".to_owned()),
        ("unanswered.txt", "curl https://a.example/b\nThe answer is [here](https://a.example).\n".to_owned()),
    ];
    let pages: Vec<_> = pages.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let project = Project::with(&pages);
    let names: Vec<_> = pages.iter().map(|(name, _)| *name).collect();
    let mut printed = String::new();
    for name in names {
        let ended = project.call(&["import", "page", name]);
        assert_eq!((ended.code, &*ended.out), (2, ""), "{name}");
        printed += &ended.err;
    }
    insta::assert_snapshot!("incomplete", printed);
    assert!(!project.path("openapi.yaml").exists());
}

#[test]
fn large_pages_take_bounded_time() {
    let items = "{ \"a\": 1, \"b\": \"x\" },".repeat(20_000);
    let project = import(&[("large.txt", &format!("curl https://a.example/b\n[{items} {{}}]\n"))]);
    assert!(project.read("openapi.overlay.yaml").lines().count() < 1_000_000);
    let project = Project::with(&[("many.txt", &"curl https://a.example/b\n{}\n".repeat(2000))]);
    fs::write(project.path("huge.txt"), vec![b'{'; 20 << 20]).expect("a file");
    let ended = project.call(&["import", "page", "many.txt"]);
    assert_eq!(ended.code, 2);
    assert!(ended.err.contains("more than 1000 commands"), "{}", ended.err);
    let ended = project.call(&["import", "page", "huge.txt"]);
    assert!(ended.err.contains("larger than 16 MB"), "{}", ended.err);
}

#[test]
fn the_samples_of_an_operation_are_limited() {
    let small: String =
        (0..150).map(|number| format!("curl https://a.example/b?n={number}\n{{ \"n\": {number} }}\n")).collect();
    let project = import(&[("small.txt", &small)]);
    let noted = project.read("import.txt");
    assert!(noted.contains("50 commands of GET /b are left out: at most 100 per operation"), "{noted}");
    assert_eq!(project.read("cases/openapi/examples.yaml").matches("- name: ").count(), 100);
    let items = "{ \"a\": 1 },".repeat(3000);
    let large: String = (0..50)
        .map(|number| format!("curl https://a.example/c --json '[{items} {number}]'\n{{ \"n\": {number} }}\n"))
        .collect();
    let project = Project::with(&[("large.txt", &large)]);
    let noted = project.call(&["import", "page", "large.txt"]).err;
    assert!(noted.contains("commands of POST /c are left out") && noted.contains("200000 JSON values"), "{noted}");
}

#[test]
#[ignore = "needs SIGNOFF_DATA"]
fn pages_of_vendors_become_projects() {
    let data = PathBuf::from(std::env::var_os("SIGNOFF_DATA").expect("SIGNOFF_DATA is set"));
    let mut pages = 0;
    for folder in [data.join("pages"), data.join("../seeds")] {
        for entry in fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.file_name().is_some_and(|name| name != "README.md") {
                import(&[("page.txt", &fs::read_to_string(path).expect("a page"))]);
                pages += 1;
            }
        }
    }
    assert!(pages >= 4, "{pages} pages");
}
