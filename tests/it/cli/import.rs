//! `signoff import page`: from a documentation page to cases that pass on the mock.

use super::project::Project;

pub const LEND: &str = include_str!("../../data/import/lend.md");
const RETURN: &str = include_str!("../../data/import/return.md");
const ORDER: &str = include_str!("../../data/import/order.md");

/// Imports the pages; the cases pass on the mock.
pub fn import(pages: &[(&str, &str)]) -> Project {
    let project = Project::with(pages);
    let names = pages.iter().map(|(name, _)| *name);
    let arguments: Vec<_> = ["import", "page"].into_iter().chain(names).collect();
    let ended = project.call(&arguments);
    assert_eq!(ended.code, 0, "{}", ended.err);
    project.write("import.txt", &format!("{}\n{}", ended.out, ended.err));
    let ended = project.call(&["check"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    let ended = project.call(&["run", "--quiet"]);
    assert_eq!(ended.code, 0, "{}{}", ended.out, ended.err);
    project
}

#[test]
fn a_page_with_a_document_becomes_a_project() {
    let project = import(&[("lend.md", LEND)]);
    insta::assert_snapshot!("lend", project.read("import.txt"));
    insta::assert_snapshot!("lend_overlay", project.read("openapi.overlay.yaml"));
    insta::assert_snapshot!("lend_cases", project.read("cases/openapi/first.yaml"));
    let again = project.call(&["import", "page", "lend.md"]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.lines().take(6).all(|line| line.starts_with("exists, not changed: ")), "{}", again.out);
}

#[test]
fn the_older_layout_becomes_a_document() {
    let project = import(&[("order.md", ORDER)]);
    insta::assert_snapshot!("order", project.read("import.txt"));
    insta::assert_snapshot!("order_document", project.read("openapi.yaml"));
}

#[test]
fn pages_are_merged_without_loss() {
    let project = import(&[("lend.md", LEND), ("return.md", RETURN)]);
    insta::assert_snapshot!("merged", project.read("import.txt"));
    insta::assert_snapshot!("merged_document", project.read("openapi.yaml"));
}

#[test]
fn pages_that_differ_in_an_operation_are_refused() {
    let other = LEND.replace("maxLength: 13", "").replace("description: Lent", "description: The loan");
    let project = Project::with(&[("lend.md", LEND), ("other.md", &other)]);
    let ended = project.call(&["import", "page", "lend.md", "other.md"]);
    assert_eq!((ended.code, &*ended.out), (2, ""));
    insta::assert_snapshot!("differing", ended.err);
    assert!(!project.path("openapi.yaml").exists());
}

#[test]
fn every_unreadable_page_is_reported_and_nothing_is_written() {
    let document = LEND.split("````").nth(1).and_then(|fence| fence.split_once('\n')).expect("a fence").1;
    let project = Project::with(&[
        ("broken.md", &LEND.replace("operationId: lendBook", "operationId: lendBook: x")),
        ("cut.md", LEND.split("        '201'").next().expect("a page")),
        ("empty.md", ""),
        ("openapi.md", document),
        ("prose.md", "# Title\n\n```sh\ncurl https://a.example\n```\n"),
        ("swagger.md", "```yaml\nswagger: '2.0'\npaths: {}\n```\n"),
    ]);
    std::fs::write(project.path("latin.md"), b"# Title\n\xe9").expect("a file");
    let pages = ["broken.md", "cut.md", "empty.md", "openapi.md", "prose.md", "swagger.md"];
    let ended = project.call(&[&["import", "page"], &pages[..]].concat());
    assert_eq!((ended.code, &*ended.out), (2, ""));
    insta::assert_snapshot!("unreadable", ended.err);
    let ended = project.call(&["import", "page", "latin.md", "none.md", "."]);
    insta::assert_snapshot!("unreadable_files", ended.err);
    assert!(!project.path("openapi.yaml").exists());
}

#[test]
fn a_document_that_exists_is_not_overwritten() {
    let project = Project::with(&[("lend.md", LEND), ("openapi.yaml", "mine\n")]);
    let ended = project.call(&["import", "page", "lend.md"]);
    assert_eq!((ended.code, &*ended.out), (2, ""));
    insta::assert_snapshot!("existing", ended.err);
    assert_eq!(project.read("openapi.yaml"), "mine\n");
    let ended = project.call(&["import", "page", "lend.md", "--spec", "specs/library.yaml"]);
    assert_eq!(ended.code, 0, "{}", ended.err);
    assert!(project.path("cases/library/first.yaml").exists());
}
