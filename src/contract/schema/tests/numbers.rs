//! Numbers at the ends of 64 bits, and keywords whose value another dialect allows.

use super::*;

#[test]
fn integers_beyond_64_bits_are_no_int64() {
    let document = "schema: { type: integer, format: int64 }";
    for right in ["-9223372036854775808", "9223372036854775807", "-9223372036854774784.0"] {
        assert_eq!(check(document, right), "", "{right}");
    }
    for wrong in ["-9223372036854775809", "9223372036854775808", "-1e30"] {
        assert!(check(document, wrong).starts_with("format body"), "{wrong}");
    }
}

#[test]
fn multiples_beyond_64_bits_are_decided() {
    let document = "schema: { multipleOf: 10 }";
    for right in ["20", "2e1", "18446744073709551610"] {
        assert_eq!(check(document, right), "", "{right}");
    }
    for wrong in ["25", "18446744073709551611", "0.5"] {
        assert!(check(document, wrong).starts_with("multipleOf body"), "{wrong}");
    }
    assert_eq!(check("schema: { multipleOf: 7 }", "-70000000000000000000000000000"), "");
    assert!(check("schema: { multipleOf: 7 }", "1e300").starts_with("multipleOf body"));
}

#[test]
fn inexact_exclusive_bounds_of_early_versions_are_exact() {
    let document = "openapi: 3.0.4\nschema: { maximum: 99999999999999999.99, exclusiveMaximum: true }";
    assert_eq!(check(document, "99999999999999999"), "");
    let found = check(document, "100000000000000000");
    assert!(found.starts_with("exclusiveMaximum body (/schema/exclusiveMaximum)"), "{found}");
}

#[test]
fn a_keyword_of_another_dialect_is_not_checked() {
    let early = |schema: &str| format!("openapi: 3.0.3\nschema: {schema}");
    let reason = "`exclusiveMinimum: 0` has no meaning in OpenAPI 3.0, where it is true or false";
    let found = check(&early("{ type: integer, exclusiveMinimum: 0 }"), "-5");
    assert_eq!(found, format!("not_checked: exclusiveMinimum at body: {reason}"));
    assert_eq!(check(&early("{ exclusiveMaximum: 0 }"), r#""x""#), "");
    assert_eq!(check(&early("{ minimum: 0, exclusiveMinimum: false }"), "0"), "");
    assert!(check(&early("{ minimum: 0, exclusiveMinimum: true }"), "0").starts_with("exclusiveMinimum body"));
    let reason = "`nullable: \"yes\"` has no meaning in OpenAPI 3.0, where it is true or false";
    let document = early(r#"{ type: string, nullable: "yes" }"#);
    assert_eq!(check(&document, "null"), format!("not_checked: nullable at body: {reason}"));
    assert_eq!(check(&document, r#""x""#), "");
}

#[test]
fn nullable_follows_the_text_of_the_patch_version() {
    let schema = "
schema:
  properties:
    parent: { nullable: true, oneOf: [ { type: string }, { type: object } ] }
    shared: { nullable: true, allOf: [ { $ref: '#/base' } ] }
    level: { type: string, nullable: true, enum: [low, high] }
    plain: { type: string, nullable: true }
base: { type: string }
";
    let nulls = r#"{ "parent": null, "shared": null, "level": null, "plain": null }"#;
    for version in ["3.0.0", "3.0.1", "3.0.2"] {
        assert_eq!(check(&format!("openapi: {version}{schema}"), nulls), "", "{version}");
        let wrong = check(&format!("openapi: {version}{schema}"), r#"{ "parent": 1, "shared": 1, "plain": 1 }"#);
        assert_eq!(wrong.matches("  + 1").count(), 3, "{wrong}");
    }
    for version in ["3.0.3", "3.0.4"] {
        let found = check(&format!("openapi: {version}{schema}"), nulls);
        let note = "(`nullable` only adds null to a `type` next to it, and not to an `enum`)";
        assert_eq!(found.matches(&format!("{note}\n  + null")).count(), 3, "{found}");
    }
    let found = check(&format!("openapi: 3.1.0{schema}"), r#"{ "plain": null }"#);
    assert!(found.contains("(`nullable` is not a keyword since OpenAPI 3.1)"), "{found}");
}
