//! Patterns of ECMA-262, as values and as names of properties.

use super::*;

/// Each pattern with strings that match and strings that do not.
const PATTERNS: [(&str, &[&str], &[&str]); 27] = [
    ("^a.b$", &["a b", "a\u{85}b", "a\u{b}b", "a\u{1F432}b"], &["a\nb", "a\rb", "a\u{2028}b", "a\u{2029}b"]),
    ("^.*$", &["", "one"], &["one\r\ntwo"]),
    ("^[^]$", &["\n"], &[""]),
    ("[]", &[], &["", "a"]),
    (r"\bcat\b", &["a cat", "écat é"], &["cats", "_cat"]),
    (r"a\Bb", &["ab"], &["a b"]),
    (r"^[\b]$", &["\u{8}"], &["b"]),
    (r"^\0$", &["\0"], &["0"]),
    (r"^\d\w\s$", &["1a\u{feff}"], &["\u{661}a ", "1é "]),
    (r"^(?=.)\d$", &["1"], &["\u{661}"]),
    (r"^[\D]$", &["a", "\u{661}"], &["1"]),
    (r"^[^\W_]+$", &["a1"], &["a_", "é"]),
    (r#"^(?<q>['"]).*\k<q>$"#, &["'a'"], &["'a\""]),
    (r"^(a)?b\1$", &["aba", "b"], &["ab"]),
    (r"^\ud83d\udc32$", &["\u{1F432}"], &["a"]),
    (r"^\u{1F432}\x41\u0042\cJ$", &["\u{1F432}AB\n"], &["AB"]),
    (
        r"^([\x20-\ud7ff\ue000-\ufffd]|\ud800[\udc00-\udfff]|[\ud801-\udbff][\udc00-\udfff])*$",
        &["aé", "\u{10000}\u{1F432}"],
        &["\u{1}"],
    ),
    (r"^\ud83d[\udc00-\udc32]$", &["\u{1F400}", "\u{1F432}"], &["\u{1F433}"]),
    (r"^a{,2}$", &["a{,2}"], &["", "aa"]),
    (r"^[a-z&&[]+$", &["a&["], &["A"]),
    (r"^\p{L}[\p{N}x]$", &["é5", "éx"], &["55"]),
    (r"^(?:a|b){2,3}?$", &["ab", "aba"], &["a"]),
    (r"^[\ud83d\ude00]$", &["\u{1F600}"], &["\u{1F601}", "a"]),
    (r"^[\ud83d\ude00-\ud83d\ude4f\ud800]$", &["\u{1F600}", "\u{1F64F}"], &["\u{1F650}"]),
    (r#"^(?:(['"])\w*\1,?)+$"#, &["'a',\"b\""], &["'a\""]),
    (r"^(a|b)*\1$", &["abb", ""], &["ab"]),
    (r"^(?:(a)|b)\1$", &["aa", "b"], &["a", "ba"]),
];

#[test]
fn patterns_match_as_ecma_262_says() {
    for (pattern, right, wrong) in PATTERNS {
        let value = format!("schema: {}", json!({ "pattern": pattern }));
        let names = json!({ "patternProperties": { pattern: { "type": "integer" } }, "additionalProperties": false });
        let names = format!("schema: {names}");
        for text in right {
            assert_eq!(check(&value, &json!(text).to_string()), "", "{pattern} {text:?}");
            assert_eq!(check(&names, &json!({ *text: 1 }).to_string()), "", "{pattern} {text:?}");
            let found = check(&names, &json!({ *text: "x" }).to_string());
            let at = Pointer::root().join("schema").join("patternProperties").join(pattern).join("type");
            assert!(
                found.starts_with("type body/") && found.contains(&format!("({at})")),
                "{pattern} {text:?}: {found}"
            );
        }
        for text in wrong {
            assert!(check(&value, &json!(text).to_string()).starts_with("pattern body ("), "{pattern} {text:?}");
            let found = check(&names, &json!({ *text: 1 }).to_string());
            assert!(found.starts_with("additionalProperties body/"), "{pattern} {text:?}: {found}");
        }
    }
}

#[test]
fn what_has_no_equivalent_is_not_checked() {
    for pattern in [
        r"a++",
        r"\Aa\z",
        r"(?i)a",
        r"(?>a)",
        r"\2(a)",
        r"^(?:(a)|b)*\1$",
        r"^(?:(a)?b){2}\1$",
        r"^(?:\1(a))*$",
        "a{2,1}",
        "[b-a]",
        r"^[a-z]{0,262144}$",
        r"\a",
        "a)",
        "*",
    ] {
        let document = format!("schema: {}", json!({ "pattern": pattern }));
        let found = check(&document, r#""a""#);
        assert_eq!(found, format!("not_checked: pattern at body: the pattern {pattern} is not supported"));
    }
}

#[test]
fn what_depends_on_an_unsupported_pattern_is_not_checked() {
    let pattern = "{ pattern: '(?i)abc' }";
    for (schema, value, keyword) in [
        ("{ not: @ }", r#""ABC""#, "not"),
        ("{ not: { patternProperties: { '(?i)abc': false } } }", r#"{ "ABC": 1 }"#, "not"),
        ("{ not: { $ref: '#/other' } }", r#""ABC""#, "not"),
        ("{ if: @, then: false }", r#""ABC""#, "if"),
        ("{ if: @, else: false }", r#""ABC""#, "if"),
        ("{ if: { properties: { a: @ } }, then: { required: [b] } }", r#"{ "a": "ABC" }"#, "if"),
        (
            "{ if: { properties: { a: @ } }, then: { required: [b] }, else: { required: [c] } }",
            r#"{ "a": "ABC" }"#,
            "if",
        ),
        ("{ if: @, then: true, else: { type: integer } }", r#""ABC""#, "if"),
        ("{ if: { not: @ }, then: true, else: false }", r#""ABC""#, "if"),
        ("{ if: { $ref: '#/other' }, then: false, else: { minLength: 9 } }", r#""ABC""#, "if"),
        ("{ if: { oneOf: [@, { type: integer }] }, else: false }", r#""ABC""#, "if"),
        ("{ if: { contains: @ }, else: { maxItems: 0 } }", r#"["ABC"]"#, "if"),
        ("{ contains: @ }", r#"["ABC"]"#, "contains"),
        ("{ contains: @, minContains: 0, maxContains: 1 }", r#"["ABC", "abc"]"#, "contains"),
        ("{ propertyNames: @ }", r#"{ "ABC": 1 }"#, "propertyNames"),
        ("{ unevaluatedProperties: @ }", r#"{ "b": "ABC" }"#, "unevaluatedProperties"),
        ("{ unevaluatedItems: @ }", r#"["ABC"]"#, "unevaluatedItems"),
        ("{ oneOf: [@, { enum: [ABC] }] }", r#""ABC""#, "oneOf"),
        ("{ oneOf: [@, { type: integer }] }", r#""ABC""#, "oneOf"),
    ] {
        let document = format!("schema: {}\nother: {{ allOf: [{pattern}] }}", schema.replace('@', pattern));
        let found = check(&document, value);
        assert!(found.starts_with(&format!("not_checked: {keyword} at body")), "{schema}: {found}");
        assert!(found.ends_with("abc is not supported") && found.lines().count() == 1, "{schema}: {found}");
    }
    let branch = "{ anyOf: [{ properties: { a: @ } }, { required: [x] }], unevaluatedProperties: false }";
    let found = check(&format!("schema: {}", branch.replace('@', pattern)), r#"{ "a": "ABC" }"#);
    assert!(found.lines().all(|line| line.starts_with("not_checked: ")), "{found}");
}

#[test]
fn what_an_unsupported_pattern_cannot_change_is_checked() {
    for (schema, value) in [
        ("{ oneOf: [{ type: string, pattern: '(?i)a' }, { type: integer }] }", "1"),
        ("{ contains: { pattern: '(?i)a' } }", r#"{ "a": 1 }"#),
        ("{ anyOf: [{ pattern: '(?i)a' }, { maxLength: 3 }] }", r#""abc""#),
        ("{ propertyNames: { minLength: 1 }, properties: { a: { pattern: '(?i)a' } } }", r#"{ "a": 1 }"#),
        ("{ $defs: { a: { pattern: '(?i)a' } }, not: { type: integer } }", r#""abc""#),
    ] {
        assert_eq!(check(&format!("schema: {schema}"), value), "", "{schema}");
    }
    let document = "schema: { oneOf: [{ pattern: '(?i)a' }, { maxLength: 1 }, { minLength: 0 }] }";
    assert!(check(document, r#""a""#).starts_with("oneOf body"));
}

#[test]
fn conditions_are_checked_for_values_that_no_pattern_applies_to() {
    let at = |keyword: &str| format!("{keyword} body (/schema/{keyword}");
    for (schema, value, expect) in [
        ("{ not: { pattern: '(?i)a' } }", "1", at("not")),
        ("{ not: { type: string, pattern: '(?i)a' } }", "1", String::new()),
        ("{ not: { properties: { a: { pattern: '(?i)a' } } } }", "[]", at("not")),
        ("{ if: { pattern: '(?i)a' }, then: { minimum: 2 } }", "1", "minimum body (/schema/then/minimum".to_owned()),
        ("{ not: { $ref: '#/schema/$defs/a' }, $defs: { a: { pattern: '(?i)a' } } }", "1", at("not")),
    ] {
        let found = check(&format!("schema: {schema}"), value);
        assert!(found.starts_with(&expect) && found.is_empty() == expect.is_empty(), "{schema}: {found}");
        assert!(!found.contains("not_checked"), "{schema}: {found}");
    }
    let early = "openapi: 3.0.4\nschema: { not: { $ref: '#/other' } }\nother: { pattern: '(?i)a' }";
    assert_eq!(check(early, r#""b""#), "not_checked: not at body: the pattern (?i)a is not supported");
    assert!(check(early, "1").starts_with("not body (/schema/not)"));
}

#[test]
fn references_lead_into_conditions_that_are_not_checked() {
    let schema = "
schema:
  properties:
    a: { not: { properties: { b: { type: integer, not: { pattern: '(?i)a', minimum: 2 } }, '(?:a)': { minimum: 1 } } } }
    c: { $ref: '#/schema/properties/a/not/properties/b' }
    d: { $ref: '#/schema/properties/a/not/properties/b/not/allOf/0' }
    e: { $ref: '#/schema/properties/a/not' }
"
    .replace("pattern: '(?i)a', minimum: 2", "allOf: [ { minimum: 2, pattern: '(?i)a' } ]");
    let found = |value: &str| {
        check(&schema, value).lines().filter(|line| !line.starts_with("  ")).collect::<Vec<_>>().join("; ")
    };
    let unchecked =
        |keyword: &str, at: &str| format!("not_checked: {keyword} at body/{at}: the pattern (?i)a is not supported");
    assert_eq!(
        found(r#"{ "c": "x" }"#),
        format!("type body/c (/schema/properties/a/not/properties/b/type); {}", unchecked("not", "c"))
    );
    assert_eq!(found(r#"{ "c": 3 }"#), "not body/c (/schema/properties/a/not/properties/b/not)");
    assert_eq!(found(r#"{ "c": 1 }"#), "");
    assert_eq!(found(r#"{ "d": 1 }"#), "minimum body/d (/schema/properties/a/not/properties/b/not/allOf/0/minimum)");
    assert_eq!(
        found(r#"{ "e": { "b": "x" } }"#),
        format!("type body/e/b (/schema/properties/a/not/properties/b/type); {}", unchecked("not", "e/b"))
    );
    assert_eq!(found(r#"{ "a": {} }"#), unchecked("not", "a"));
    assert_eq!(found(r#"{ "a": 1 }"#), "not body/a (/schema/properties/a/not)");
}

#[test]
fn conditions_of_patterns_that_take_too_long_are_not_checked() {
    let slow = "(x+x+)+(?=y)$";
    let text = json!("x".repeat(40)).to_string();
    let not_checked = "not_checked: matching a pattern takes too long";
    for (schema, expect) in [
        ("{ not: { pattern: '@' } }", not_checked),
        ("{ if: { pattern: '@' }, then: { type: string }, else: false }", not_checked),
        ("{ if: { pattern: '@' }, else: { maxLength: 3 } }", not_checked),
        ("{ pattern: '@' }", "not_checked: pattern at body: matching the pattern takes too long"),
    ] {
        assert_eq!(check(&format!("schema: {}", schema.replace('@', slow)), &text), expect, "{schema}");
    }
    let other = format!("schema: {{ not: {{ pattern: '{slow}' }}, maxLength: 3 }}");
    let found = check(&other, &text);
    assert!(found.starts_with("maxLength body") && found.ends_with(not_checked), "{found}");
}

#[test]
fn long_strings_are_not_matched_with_backtracking() {
    let value = |pairs: usize| json!("ab".repeat(pairs)).to_string();
    let pattern = |pattern: &str| format!("schema: {}", json!({ "pattern": pattern }));
    let not_checked = "a pattern with look-around or back-references is not matched against more than 256 KiB";
    let backtracking = pattern(r"^(?:(a)(b)(?=\1|$))*$");
    assert_eq!(check(&backtracking, &value(1_000)), "");
    assert_eq!(check(&backtracking, &value(200_000)), format!("not_checked: pattern at body: {not_checked}"));
    let below_not = format!("schema: {}", json!({ "not": { "pattern": r"(?=c)" } }));
    assert_eq!(check(&below_not, &value(200_000)), format!("not_checked: {not_checked}"));
    assert_eq!(check(&pattern("^(ab)*$"), &value(200_000)), "");
    assert!(check(&pattern("^(a|b)*c$"), &value(200_000)).starts_with("pattern body"));
}
