//! The ways in which a request of an operation can violate the contract: keyword and location, as in `violates`.

use std::collections::BTreeSet;

use crate::contract::{Contract, Operation, ParameterIn, SchemaView};

use super::facts::SchemaGroup;

/// Maximum number of violations of one operation.
const MAX_LISTED: usize = 500;

/// Maximum nesting of a location.
const MAX_DEPTH: usize = 8;

/// Keywords of one value that a request can violate.
const KEYWORDS: &[&str] = &[
    "type",
    "enum",
    "const",
    "pattern",
    "format",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
];

/// Lists keyword and location of each violation, without repetition.
pub(crate) fn refusals(contract: &Contract, operation: &Operation) -> Vec<(String, String)> {
    let mut found = Found { contract, listed: BTreeSet::new() };
    for parameter in &operation.parameters {
        let (place, is_path) = match parameter.location {
            ParameterIn::Path => ("path", true),
            ParameterIn::Query => ("query", false),
            ParameterIn::Header => ("header", false),
            ParameterIn::Cookie => ("cookie", false),
        };
        let name = if place == "header" { parameter.name.to_lowercase() } else { parameter.name.clone() };
        let at = format!("{place}/{name}");
        if parameter.required && !is_path {
            found.add("required", &at);
        }
        if let Some(schema) = parameter.schema.as_ref().and_then(|schema| contract.schema(&schema.anchor)) {
            let group = SchemaGroup::new(contract, &[schema]);
            // Every text is a string.
            let is_text = group.schemas.iter().any(|schema| schema.types().any(|kind| kind == "string"));
            found.keywords(&group, &at, is_text);
        }
    }
    if let Some(body) = &operation.request_body {
        if body.required {
            found.add("required", "body");
        }
        found.add("content-type", "header/content-type");
        let json = body.content.iter().find(|media| media.media_type.is_json());
        if let Some(media) = json {
            found.add("json", "body");
            let schema = media.schema.as_ref().and_then(|schema| contract.schema(&schema.anchor));
            let schemas: Vec<SchemaView<'_>> = schema.into_iter().collect();
            found.value(&SchemaGroup::new(contract, &schemas), "body", 0);
        }
    }
    found.listed.into_iter().take(MAX_LISTED).collect()
}

struct Found<'c> {
    contract: &'c Contract,
    listed: BTreeSet<(String, String)>,
}

impl Found<'_> {
    fn add(&mut self, keyword: &str, at: &str) {
        self.listed.insert((keyword.to_owned(), at.to_owned()));
    }

    fn keywords(&mut self, group: &SchemaGroup<'_>, at: &str, is_text: bool) {
        let declared = |keyword: &&&str| group.schemas.iter().any(|schema| schema.has(keyword));
        let keywords = KEYWORDS.iter().filter(declared).filter(|keyword| !(is_text && **keyword == "type"));
        keywords.for_each(|keyword| self.add(keyword, at));
    }

    fn value(&mut self, group: &SchemaGroup<'_>, at: &str, depth: usize) {
        if depth > MAX_DEPTH || self.listed.len() > MAX_LISTED || group.schemas.is_empty() {
            return;
        }
        self.keywords(group, at, false);
        let mut names = BTreeSet::new();
        for schema in &group.schemas {
            for name in schema.list("required").unwrap_or_default().iter().filter_map(|name| name.as_str()) {
                self.add("required", &format!("{at}/{}", escaped(name)));
            }
            if schema.get("additionalProperties").is_some_and(|allowed| allowed == false) {
                self.add("additionalProperties", &format!("{at}/*"));
            }
            names.extend(schema.map("properties").into_iter().flat_map(|map| map.keys().cloned()));
        }
        for name in names {
            let (_, below) = group.property(self.contract, &name);
            let is_read_only = below.schemas.iter().any(|schema| schema.flag("readOnly") == Some(true));
            if !is_read_only {
                self.value(&below, &format!("{at}/{}", escaped(&name)), depth + 1);
            }
        }
        if group.schemas.iter().any(|schema| schema.has("items")) {
            self.value(&group.items(self.contract), &format!("{at}/*"), depth + 1);
        }
    }
}

/// A token of a JSON Pointer (RFC 6901 §3).
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
