//! JSON Schema of a case, which restricts the response further than the contract.

use serde_json::{Number, Value};

use super::version::OasVersion;
use crate::document::Document;
use crate::pointer::Pointer;

use super::judge::inexact::{self, Standard};
use super::lint;
use super::refs::{Refs, Uris};
use super::schema::Subject;
use super::{Anchor, Breach, Direction, Location, NotChecked, Rule, SchemaKey, Schemas};

/// The only resource: a case schema cannot refer to anything outside itself.
const URI: &str = "signoff:/expect/schema";

/// The version whose keywords and formats it has.
const OPENAPI: OasVersion = OasVersion::V3_1_0;

/// A compiled JSON Schema (2020-12, with OpenAPI's formats). The anchors of its breaches are pointers into the schema itself.
#[derive(Debug)]
pub struct CaseSchema {
    documents: [Document; 1],
    uris: Uris,
    schemas: Schemas,
}

impl CaseSchema {
    /// Compiles `schema`; errors are returned with their location in it. `digits` are those of a number in it that is not represented
    /// exactly.
    pub fn compile(
        schema: &Value,
        digits: &dyn Fn(&Pointer) -> Option<String>,
    ) -> Result<Self, Vec<(Pointer, String)>> {
        let at_root = |message: String| vec![(Pointer::root(), message)];
        let mut text = String::new();
        write(schema, &Pointer::root(), digits, &mut text);
        let document = Document::parse("expect.schema.json", text).map_err(|problems| {
            problems.into_iter().flat_map(|problem| at_root(problem.message)).collect::<Vec<_>>()
        })?;
        let (documents, uris) = ([document], Uris::from(URI));
        let root = Anchor { document: 0, pointer: Pointer::root() };
        let schemas = Schemas::compile(&documents, &uris, vec![root], OPENAPI)
            .map_err(|found| found.errors.into_iter().map(|(at, message)| (at.pointer, message)).collect::<Vec<_>>())?;
        if let Some(at) = schemas.circular() {
            let message = "the schema is circular: it applies itself to the same value, so that nothing is checked";
            return Err(vec![(at.pointer.clone(), message.to_owned())]);
        }
        let refs = Refs { documents: &documents, uris: &uris, openapi: OPENAPI };
        let misspelt = lint::misspelt_in(refs, schema);
        if misspelt.is_empty() { Ok(Self { documents, uris, schemas }) } else { Err(misspelt) }
    }

    /// Validates `body`, which is parsed from `text`; returns the violations and what was not checked.
    pub fn judge(&self, body: &Value, text: &[u8]) -> (Vec<Breach>, Vec<NotChecked>) {
        let refs = Refs { documents: &self.documents, uris: &self.uris, openapi: OPENAPI };
        let (rule, direction) = (Rule::BodySchema, Direction::Response);
        let subject = Subject { refs, key: SchemaKey(0), rule, location: &Location::Body, direction };
        let standard = Standard { schemas: &self.schemas, refs, rule, location: &Location::Body };
        let mut judge = |value: &Value| self.schemas.judge(subject, value);
        inexact::judge(standard, &inexact::of_json(text), &mut body.clone(), &mut judge)
    }
}

/// Writes `value`, which is at `at`, as JSON with these digits.
fn write(value: &Value, at: &Pointer, digits: &dyn Fn(&Pointer) -> Option<String>, text: &mut String) {
    match value {
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                write(item, &at.join(index), digits, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                text.push_str(if index > 0 { "," } else { "" });
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write(member, &at.join(name), digits, text);
            }
            text.push('}');
        }
        Value::Number(number) if number.is_f64() => {
            let literal = digits(at).filter(|literal| serde_json::from_str::<Number>(literal).is_ok());
            text.push_str(&literal.unwrap_or_else(|| number.to_string()));
        }
        other => text.push_str(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn compiled(schema: &Value) -> Result<CaseSchema, Vec<(Pointer, String)>> {
        CaseSchema::compile(schema, &|_| None)
    }

    fn judge(schema: &CaseSchema, text: &str) -> (Vec<Breach>, Vec<NotChecked>) {
        schema.judge(&serde_json::from_str(text).expect("JSON"), text.as_bytes())
    }

    #[test]
    fn numbers_are_compared_by_their_digits() {
        let schema = compiled(&json!({ "maximum": 1, "type": "number" })).expect("compiles");
        let keywords = |text: &str| judge(&schema, text).0.into_iter().map(|one| one.keyword).collect::<Vec<_>>();
        assert_eq!(keywords("0.99999999999999999999"), Vec::<String>::new());
        assert_eq!(keywords("1.00000000000000000001"), ["maximum"]);
    }

    #[test]
    fn bounds_have_the_digits_of_the_case() {
        let digits = |at: &Pointer| (at.as_str() == "/maximum").then(|| "100000000000000000001".to_owned());
        let schema = json!({ "maximum": 100000000000000000001_f64, "title": "\"" });
        let schema = CaseSchema::compile(&schema, &digits).expect("compiles");
        assert_eq!(judge(&schema, "100000000000000000001").0, []);
        let (breaches, _) = judge(&schema, "100000000000000000002");
        assert_eq!(breaches[0].sentence(), "expected 100000000000000000001 or less");
    }

    #[test]
    fn breaches_name_both_places() {
        let schema = json!({
            "required": ["id"],
            "properties": { "at": { "format": "date-time" }, "n": { "$ref": "#/$defs/n" } },
            "$defs": { "n": { "type": "integer", "minimum": 1 } },
        });
        let case_schema = compiled(&schema).expect("compiles");
        let (breaches, not_checked) = judge(&case_schema, r#"{ "at": "today", "n": 0 }"#);
        let mut found: Vec<_> =
            breaches.iter().map(|b| format!("{} at {} by {}", b.keyword, b.location, b.anchor.pointer)).collect();
        found.sort();
        assert_eq!(
            found,
            [
                "format at body/at by /properties/at/format",
                "minimum at body/n by /$defs/n/minimum",
                "required at body/id by /required",
            ]
        );
        assert_eq!(not_checked, []);
        assert_eq!(judge(&case_schema, r#"{ "id": 1 }"#).0, []);
    }

    #[test]
    fn a_misspelt_keyword_would_let_everything_pass() {
        let schema = json!({ "properties": { "requird": { "items": { "requird": ["a"], "x-requird": 1 } } } });
        let problems = compiled(&schema).expect_err("is wrong");
        let shown: Vec<_> = problems.iter().map(|(at, message)| format!("{at}: {message}")).collect();
        let message = "`requird` is not a schema keyword and has no effect; did you mean `required`?";
        assert_eq!(shown, [format!("/properties/requird/items/requird: {message}")]);
        assert!(compiled(&json!({ "tpe": "object" })).is_err());
        assert!(compiled(&json!({ "key": 1, "id": 1 })).is_ok(), "short words are left alone");
    }

    #[test]
    fn a_circular_schema_would_let_everything_pass() {
        for (schema, place) in [
            (json!({ "$ref": "#" }), ""),
            (
                json!({ "items": { "$ref": "#/$defs/a" }, "$defs": { "a": { "allOf": [{ "$ref": "#/items" }] } } }),
                "/items",
            ),
            (
                json!({ "properties": { "a": { "anyOf": [{ "type": "string" }, { "$ref": "#/properties/a" }] } } }),
                "/properties/a",
            ),
        ] {
            let problems = compiled(&schema).expect_err("is circular");
            assert_eq!(problems.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), [place], "{schema}");
        }
        let recursive = json!({ "type": "object", "properties": { "next": { "$ref": "#" } } });
        let recursive = compiled(&recursive).expect("compiles");
        assert_eq!(judge(&recursive, r#"{ "next": { "next": 1 } }"#).0[0].location.to_string(), "body/next/next");
    }

    #[test]
    fn what_is_wrong_with_a_schema_has_its_place() {
        let problems = compiled(&json!({ "properties": { "a": { "type": "strin" } } })).expect_err("is wrong");
        assert_eq!(problems.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["/properties/a/type"]);
    }
}
