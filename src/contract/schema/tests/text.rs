//! Formats and encodings of strings and numbers.

use insta::assert_snapshot;

use super::*;

#[test]
fn content_keywords_restrict_nothing() {
    let schemas = [
        "{ contentEncoding: base64, contentMediaType: application/json, contentSchema: { type: object } }",
        "{ $id: a, $schema: 'http://json-schema.org/draft-07/schema#', contentEncoding: base64, contentMediaType: application/json }",
        "{ $id: a, $schema: 'https://json-schema.org/draft/2019-09/schema', contentSchema: false, contentMediaType: application/json }",
        "{ if: { contentMediaType: application/json, contentSchema: false }, else: false }",
    ];
    for schema in schemas {
        for value in [r#""§""#, r#""{""#, "1"] {
            assert_eq!(check(&format!("schema: {schema}"), value), "", "{schema} {value}");
        }
        let not = format!("schema: {{ not: {schema} }}");
        assert!(check(&not, r#""§""#).starts_with("not body (/schema/not)"), "{not}");
    }
}

#[test]
fn patterns_that_are_not_supported_are_not_checked() {
    let schema = "
schema:
  properties:
    f: { pattern: '^(?<a>x)\\k<b>$' }
    g: { pattern: '^[\\w.-]+\\/\\d\\cA$' }
";
    assert_snapshot!(check(schema, r#"{ "f": "xx", "g": "a/1" }"#), @r#"
    pattern body/g (/schema/properties/g/pattern)
      - string(/^[\w.-]+\/\d\cA$/)
      + "a/1"
      expected a match for ^[\w.-]+\/\d\cA$
    not_checked: pattern at body/f: the pattern ^(?<a>x)\k<b>$ is not supported
    "#);
}

#[test]
fn formats_that_no_draft_has() {
    let formats = [
        ("int8", "128", "127"),
        ("uint8", "-1", "255"),
        ("int32", "2147483648", "-2147483648"),
        ("int32", "1.5", "2.0"),
        ("uint64", "0.5", "1"),
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
        ("json-pointer", r#""/~2""#, r#""/~1~0""#),
        ("relative-json-pointer", r#""/a""#, r#""1/a""#),
        ("idn-email", r#""user@""#, r#""用户@例え.jp""#),
        ("email", r#""用户@例え.jp""#, r#""user@xn--r8jz45g.jp""#),
        ("idn-hostname", r#""〮한국.com""#, r#""실례.테스트""#),
        ("hostname", r#""실례.테스트""#, r#""xn--9n2bp8q.xn--9t4b11yi5a""#),
        ("iri", r#""https://例え.jp/ x""#, r#""https://例え.jp/é""#),
        ("iri-reference", r#""\\\\a""#, r##""é#ü""##),
        ("uri", r#""https://例え.jp""#, r#""https://xn--r8jz45g.jp""#),
        ("uri-template", r#""/a{b""#, r#""/a{?b*,c:3}""#),
        ("duration", r#""P1Y2W""#, r#""P1Y2M3DT4H5M6S""#),
        ("duration", r#""PT""#, r#""P4W""#),
        ("date-time", r#""2016-12-31T12:59:60Z""#, r#""2016-12-31T23:59:60Z""#),
        ("date-time", r#""2016-12-31T23:59:61Z""#, r#""2016-12-31T15:59:60-08:00""#),
        ("date-time", r#""2026-01-01 00:00:00Z""#, r#""2026-01-01t00:00:00z""#),
        ("date-time-local", r#""2026-01-01T00:00:00Z""#, r#""2026-01-01T00:00:00.5""#),
        ("time-local", r#""00:00:00+01:00""#, r#""00:00:00""#),
        ("time", r#""00:00:00""#, r#""00:00:00+01:00""#),
        ("media-range", r#""application""#, r#""text/*; level=1""#),
        ("media-range", r#""*/json""#, r#""*/*""#),
        ("regex", r#""(?<a>x)\\k<b>""#, r#""(?<a>x)\\k<a>""#),
        ("regex", r#""^a\\Z""#, r#""(?<=a)b\\p{L}[^]""#),
        ("regex", r#""(?i)a""#, r#""\\cA\\u{61}""#),
        ("ipv6", r#""fe80::1%eth0""#, r#""::ffff:192.0.2.1""#),
    ];
    for (version, (format, wrong, right)) in ["3.0.3", "3.1.0"].into_iter().flat_map(|v| formats.map(|f| (v, f))) {
        let document = format!("openapi: {version}\nschema: {{ format: {format} }}");
        assert_eq!(check(&document, right), "", "{format} {right}");
        assert!(check(&document, wrong).starts_with("format body (/schema/format)"), "{format} {wrong}");
    }
    for format in ["password", "binary", "double", "unixtime", "anything-else"] {
        assert_eq!(check(&format!("schema: {{ format: {format} }}"), r#""x""#), "", "{format}");
    }
}
