//! JSON Schema of a case, which restricts the response further than the contract.

use serde_json::Value;

use super::version::OasVersion;
use crate::document::Document;
use crate::pointer::Pointer;

use super::lint;
use super::refs::{Refs, Uris};
use super::schema::Subject;
use super::{Anchor, Breach, Direction, Location, NotChecked, Rule, SchemaKey, Schemas};

/// The only resource: a case schema cannot refer to anything outside itself.
const URI: &str = "signoff:/expect/schema";

/// A compiled JSON Schema (2020-12, with OpenAPI's formats). The anchors of its breaches are pointers into the schema itself.
#[derive(Debug)]
pub struct CaseSchema {
    documents: [Document; 1],
    uris: Uris,
    schemas: Schemas,
}

impl CaseSchema {
    /// Compiles `schema`; errors are returned with their location in it.
    pub fn compile(schema: &Value) -> Result<Self, Vec<(Pointer, String)>> {
        let at_root = |message: String| vec![(Pointer::root(), message)];
        let document = Document::parse("expect.schema.json", schema.to_string()).map_err(|problems| {
            problems.into_iter().flat_map(|problem| at_root(problem.message)).collect::<Vec<_>>()
        })?;
        let (documents, uris) = ([document], Uris::from(URI));
        let root = Anchor { document: 0, pointer: Pointer::root() };
        let schemas = Schemas::compile(&documents, &uris, vec![root], OasVersion::V3_1_0)
            .map_err(|problems| problems.into_iter().map(|(at, message)| (at.pointer, message)).collect::<Vec<_>>())?;
        let misspelt = lint::misspelt_in(Refs { documents: &documents, uris: &uris }, schema);
        if misspelt.is_empty() { Ok(Self { documents, uris, schemas }) } else { Err(misspelt) }
    }

    /// Validates `body`; returns the violations and what was not checked.
    pub fn judge(&self, body: &Value) -> (Vec<Breach>, Vec<NotChecked>) {
        let refs = Refs { documents: &self.documents, uris: &self.uris };
        let (rule, direction) = (Rule::BodySchema, Direction::Response);
        let subject = Subject { refs, key: SchemaKey(0), rule, location: &Location::Body, direction };
        self.schemas.judge(subject, &mut body.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn breaches_name_both_places() {
        let schema = json!({
            "required": ["id"],
            "properties": { "at": { "format": "date-time" }, "n": { "$ref": "#/$defs/n" } },
            "$defs": { "n": { "type": "integer", "minimum": 1 } },
        });
        let case_schema = CaseSchema::compile(&schema).expect("compiles");
        let (breaches, not_checked) = case_schema.judge(&json!({ "at": "today", "n": 0 }));
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
        assert_eq!(case_schema.judge(&json!({ "id": 1 })).0, []);
    }

    #[test]
    fn a_misspelt_keyword_would_let_everything_pass() {
        let schema = json!({ "properties": { "requird": { "items": { "requird": ["a"], "x-requird": 1 } } } });
        let problems = CaseSchema::compile(&schema).expect_err("is wrong");
        let shown: Vec<_> = problems.iter().map(|(at, message)| format!("{at}: {message}")).collect();
        let message = "`requird` is not a schema keyword and has no effect; did you mean `required`?";
        assert_eq!(shown, [format!("/properties/requird/items/requird: {message}")]);
    }

    #[test]
    fn what_is_wrong_with_a_schema_has_its_place() {
        let problems =
            CaseSchema::compile(&json!({ "properties": { "a": { "type": "strin" } } })).expect_err("is wrong");
        assert_eq!(problems.iter().map(|(at, _)| at.as_str()).collect::<Vec<_>>(), ["/properties/a/type"]);
    }
}
