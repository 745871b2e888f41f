//! Texts of single patterns, as plain as they may be and at random.

use std::collections::HashSet;
use std::path::Path;

use super::*;
use crate::contract::load;

fn contract() -> Contract {
    let folder = tempfile::tempdir().expect("a folder");
    let document = "{openapi: 3.1.0, info: {title: t, version: '1'}, paths: {}}";
    std::fs::write(folder.path().join("x.yaml"), document).expect("written");
    load::load(folder.path(), Path::new("x.yaml")).unwrap_or_else(|problems| panic!("{problems:?}"))
}

fn found(patterns: &[&str], length: (usize, usize), nth: usize) -> Option<String> {
    let wanted = Wanted { contract: &contract(), patterns: patterns.to_vec(), refused: Vec::new(), length };
    let random = wanted.text(nth, Some(Rng::new(7, &Pointer::root(), nth)));
    assert!(random.is_none_or(|text| wanted.fits(&text)), "{patterns:?}");
    wanted.text(nth, None)
}

fn check(pattern: &str, least: usize, most: usize, expect: Option<&str>) {
    assert_eq!(found(&[pattern], (least, most), 0).as_deref(), expect, "{pattern}");
}

#[test]
fn the_plainest_text_is_read_off_the_pattern() {
    check(r"^[A-Z]{3}$", 0, 9, Some("AAA"));
    check(r"^\+[1-9][0-9]{1,14}$", 0, 99, Some("+11"));
    check(r"^(a|b)(?:c|d)*-\d+$", 0, 9, Some("a-1"));
    check(r"^[é]$", 0, 9, Some("é"));
    check(r"^a\/[[&]$", 0, 9, Some("a/&"));
    check(r"^(?:{[0-9]{2}}|x)$", 0, 9, Some("{11}"));
    check(r"^\p{Lu}\x42\u0043\u{44}$", 0, 9, Some("ABCD"));
    check(r"^[^]\cA\0[\b]$", 0, 9, Some("a\u{1}\0\u{8}"));
    check(r"^[]$", 0, 9, None);
    check(r"^(a)\1$", 0, 9, None);
    check("(", 0, 9, None);
}

#[test]
fn texts_have_the_length_that_is_asked_for() {
    check(r"^x+$", 5, 5, Some("xxxxx"));
    check(r"^x{2}$", 3, 9, None);
    check(r"foo", 6, 6, Some("fooaaa"));
    check(r"^foo", 5, 9, Some("fooaa"));
    check(r"foo$", 5, 9, Some("aafoo"));
    check(r"^(ab){1,10}$", 5, 7, Some("ababab"));
    check(r"^([A-Z]{2}|[A-Z]{5}|[0-9]{9})$", 3, 8, Some("AAAAA"));
    check(r"^[a-z]{1,3}[0-9]{1,3}$", 6, 6, Some("aaa111"));
    check(r"^a|b$", 3, 3, Some("aaa"));
    check(r"((x{1000}){1000}){1000}", 0, usize::MAX, None);
    check(r"((){1000000}){1000000}$", 0, 9, Some(""));
}

#[test]
fn what_is_not_read_is_met_by_trying() {
    for pattern in
        [r"^(?=.*[A-Z])(?=.*\d)[\w!]{6,}$", r"^(?!-)[a-z-]{3,10}(?<!-)$", r"^(?=.{3,8}$)[a-z]+$", r"^foo\b.*bar$"]
    {
        assert!(found(&[pattern], (0, usize::MAX), 0).is_some(), "{pattern}");
    }
}

#[test]
fn several_patterns_are_met_together() {
    assert_eq!(found(&["^a", "z$"], (0, 9), 0).as_deref(), Some("az"));
    assert_eq!(found(&["[A-Z]", "[0-9]", "[a-z]"], (8, 8), 0).map(|text| text.len()), Some(8));
    assert_eq!(found(&["^a$", "^b$"], (0, 9), 0), None);
}

#[test]
fn every_turn_has_another_text() {
    let texts = |pattern: &str| (0..40).filter_map(|nth| found(&[pattern], (0, 99), nth)).collect::<HashSet<_>>();
    assert_eq!(texts("^[A-Z]{3}-(red|blue)$").len(), 40);
    assert_eq!(texts("^[a-z]+$").len(), 40);
    assert_eq!(texts("^x*$").len(), 40);
    assert_eq!(texts("^x-").len(), 40);
    assert_eq!(texts("^(a|b)$").len(), 2);
}
