//! Formats and encodings of strings and numbers.

use insta::assert_snapshot;

use super::*;

#[test]
fn encoded_text_is_asked_and_what_cannot_be_is_told() {
    let schema = "
schema:
  properties:
    a: { contentEncoding: base64, contentMediaType: application/json }
    b: { contentMediaType: application/problem+json, contentSchema: { type: object } }
    c: { contentEncoding: base64url }
    d: { contentEncoding: base32 }
    e: { contentEncoding: quoted-printable, contentMediaType: image/png }
    f: { pattern: '^(?<a>x)\\k<b>$' }
    g: { pattern: '^[\\w.-]+\\/\\d\\cA$' }
";
    assert_snapshot!(check(schema, r#"{ "a": "eyJhIjoxfQ==", "c": "-_8", "d": "MZXW6===", "e": "x", "f": 1 }"#), @"");
    assert_snapshot!(check(schema, r#"{ "a": "eyJh", "b": "{", "c": "+/8=", "d": "x", "f": "xx", "g": "a/1" }"#), @r#"
    contentMediaType body/a (/schema/properties/a/contentMediaType)
      - any value
      + "eyJh"
      expected a string that holds application/json
    contentMediaType body/b (/schema/properties/b/contentMediaType)
      - any value
      + "{"
      expected a string that holds application/problem+json
    contentEncoding body/c (/schema/properties/c/contentEncoding)
      - any value
      + "+/8="
      expected a string encoded as base64url
    contentEncoding body/d (/schema/properties/d/contentEncoding)
      - any value
      + "x"
      expected a string encoded as base32
    pattern body/g (/schema/properties/g/pattern)
      - string(/^[\w.-]+\/\d\cA$/)
      + "a/1"
      expected a match for ^[\w.-]+\/\d\cA$
    not_checked: contentSchema at body/b: contentSchema is not checked
    not_checked: pattern at body/f: the pattern ^(?<a>x)\k<b>$ is not supported
    "#);
}

#[test]
fn formats_that_no_draft_has() {
    let formats = [
        ("int8", "128", "127"),
        ("uint8", "-1", "255"),
        ("int32", "2147483648", "-2147483648"),
        ("int64", "9223372036854775808", "9223372036854775807"),
        ("uint64", "-1", "18446744073709551615"),
        ("float", "1e39", "1e38"),
        ("double-int", "9007199254740992", "9007199254740991"),
        ("byte", r#""a""#, r#""YQ==""#),
        ("base64url", r#""+/8=""#, r#""-_8""#),
        ("char", r#""ab""#, r#""é""#),
        ("decimal", r#""1,5""#, r#""-1.5""#),
        ("http-date", r#""1994-11-06""#, r#""Sun, 06 Nov 1994 08:49:37 GMT""#),
        ("uuid", r#""1""#, r#""2eb8aa08-aa98-11ea-b4aa-73b441d16380""#),
        ("duration", r#""1d""#, r#""P1D""#),
        ("date", r#""2026-02-30""#, r#""2026-02-28""#),
        ("time", r#""25:00:00Z""#, r#""12:00:00Z""#),
        ("ipv4", r#""1.2.3""#, r#""1.2.3.4""#),
        ("uri", r#""/a""#, r#""https://a""#),
        ("regex", r#""(""#, r#""a+""#),
        ("json-pointer", r#""a""#, r#""/a""#),
    ];
    for (version, (format, wrong, right)) in ["3.0.3", "3.1.0"].into_iter().flat_map(|v| formats.map(|f| (v, f))) {
        let document = format!("openapi: {version}\nschema: {{ format: {format} }}");
        assert_eq!(check(&document, right), "", "{format} {right}");
        assert!(check(&document, wrong).starts_with("format body (/schema/format)"), "{format} {wrong}");
    }
    for format in ["password", "binary", "double", "anything-else"] {
        assert_eq!(check(&format!("schema: {{ format: {format} }}"), r#""x""#), "", "{format}");
    }
}
