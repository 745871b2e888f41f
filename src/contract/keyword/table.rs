//! The table of keywords, and its queries.

use std::sync::LazyLock;

use crate::contract::types::Types;

use super::definition::{Applies, Dialects, Keyword, Shape};
use Applies::{
    Alternatively, Always, AsCondition, Conditionally, Negated, Nowhere, ToContent, ToItems, ToOtherProperties,
    ToProperties, ToPropertyNames, ToSomeItems,
};
use Shape::{List, Map, MapOfSchemasOrNames, One, OneOrList};

/// What a violation of the schema `false` has as its keyword.
const FALSE: &str = "false";

const SINCE_6: Dialects = Dialects::since(Dialects::DRAFT_6);
const SINCE_7: Dialects = Dialects::since(Dialects::DRAFT_7);
const SINCE_2019: Dialects = Dialects::since(Dialects::DRAFT_2019_09);

/// Keywords that identify a schema, and references (JSON Schema 2020-12 Core §8).
const CORE: [Keyword; 9] = [
    Keyword::core("$id").dialects(SINCE_6),
    Keyword::core("$schema"),
    Keyword::core("$vocabulary").dialects(SINCE_2019),
    Keyword::core("$comment").dialects(SINCE_7),
    Keyword::core("$anchor").dialects(SINCE_2019),
    Keyword::core("$dynamicAnchor").dialects(Dialects::DRAFT_2020_12),
    Keyword::reference("$ref"),
    Keyword::reference("$dynamicRef").dialects(Dialects::DRAFT_2020_12),
    Keyword::reference("$recursiveRef").dialects(Dialects::DRAFT_2019_09),
];

/// Keywords with subschemas, in the order in which the schemas of a document are read (JSON Schema 2020-12 Core §10).
const APPLICATORS: [Keyword; 22] = [
    Keyword::applicator("properties", Map, ToProperties)
        .types(Types::OBJECT)
        .summarised()
        .narrows_objects()
        .structural()
        .located(),
    Keyword::applicator("patternProperties", Map, ToProperties)
        .types(Types::OBJECT)
        .dialects(Dialects::JSON_SCHEMA)
        .narrows_objects(),
    Keyword::applicator("additionalProperties", One, ToOtherProperties)
        .types(Types::OBJECT)
        .decided_by_value()
        .declarable(),
    Keyword::applicator("unevaluatedProperties", One, ToOtherProperties)
        .types(Types::OBJECT)
        .dialects(SINCE_2019)
        .declarable(),
    Keyword::applicator("prefixItems", List, ToItems)
        .types(Types::ARRAY)
        .dialects(Dialects::DRAFT_2020_12)
        .declarable()
        .located(),
    Keyword::applicator("items", OneOrList, ToItems)
        .types(Types::ARRAY)
        .declarable()
        .summarised()
        .structural()
        .located(),
    Keyword::applicator("additionalItems", One, ToItems)
        .types(Types::ARRAY)
        .dialects(Dialects::until(Dialects::DRAFT_2019_09))
        .declarable(),
    Keyword::applicator("unevaluatedItems", One, ToItems).types(Types::ARRAY).dialects(SINCE_2019).declarable(),
    Keyword::applicator("contains", One, ToSomeItems).types(Types::ARRAY).dialects(SINCE_6).declarable(),
    Keyword::applicator("anyOf", List, Alternatively).declarable().structural(),
    Keyword::applicator("oneOf", List, Alternatively).declarable().structural(),
    Keyword::applicator("allOf", List, Always).structural(),
    Keyword::applicator("if", One, AsCondition).dialects(SINCE_7).narrows_objects(),
    Keyword::applicator("then", One, Conditionally).dialects(SINCE_7),
    Keyword::applicator("else", One, Conditionally).dialects(SINCE_7),
    Keyword::applicator("dependentSchemas", Map, Conditionally).types(Types::OBJECT).dialects(SINCE_2019),
    Keyword::applicator("not", One, Negated).declarable().narrows_objects(),
    Keyword::applicator("propertyNames", One, ToPropertyNames)
        .types(Types::OBJECT)
        .dialects(SINCE_6)
        .decided_by_value()
        .declarable()
        .narrows_objects(),
    Keyword::applicator("dependencies", MapOfSchemasOrNames, Conditionally)
        .types(Types::OBJECT)
        .dialects(Dialects::until(Dialects::DRAFT_7)),
    Keyword::applicator("contentSchema", One, ToContent).types(Types::STRING).dialects(SINCE_2019),
    Keyword::applicator("$defs", Map, Nowhere).dialects(SINCE_2019),
    Keyword::applicator("definitions", Map, Nowhere).dialects(Dialects::until(Dialects::DRAFT_7)),
];

/// Keywords that restrict values by themselves (JSON Schema 2020-12 Validation §6 and §7).
const ASSERTIONS: [Keyword; 19] = [
    Keyword::assertion("required", Types::OBJECT).declarable().narrows_objects().structural(),
    Keyword::assertion("type", Types::ANY).decided_by_value().declarable(),
    Keyword::assertion("enum", Types::ANY).decided_by_value().declarable().data().narrows_objects(),
    Keyword::assertion("const", Types::ANY).dialects(SINCE_6).decided_by_value().declarable().data().narrows_objects(),
    Keyword::assertion("format", Types::STRING.or(Types::NUMBER)).decided_by_value().declarable(),
    Keyword::assertion("pattern", Types::STRING).decided_by_value().declarable().summarised(),
    Keyword::assertion("minLength", Types::STRING).decided_by_value().declarable().summarised(),
    Keyword::assertion("maxLength", Types::STRING).decided_by_value().declarable().summarised(),
    Keyword::assertion("minimum", Types::NUMBER).decided_by_value().declarable().summarised(),
    Keyword::assertion("maximum", Types::NUMBER).decided_by_value().declarable().summarised(),
    Keyword::assertion("exclusiveMinimum", Types::NUMBER).decided_by_value().declarable().summarised(),
    Keyword::assertion("exclusiveMaximum", Types::NUMBER).decided_by_value().declarable().summarised(),
    Keyword::assertion("multipleOf", Types::NUMBER).decided_by_value().declarable().summarised(),
    Keyword::assertion("minItems", Types::ARRAY).decided_by_value().declarable().summarised(),
    Keyword::assertion("maxItems", Types::ARRAY).decided_by_value().declarable().summarised(),
    Keyword::assertion("uniqueItems", Types::ARRAY).decided_by_value().declarable().summarised(),
    Keyword::assertion("minProperties", Types::OBJECT).declarable(),
    Keyword::assertion("maxProperties", Types::OBJECT).decided_by_value().declarable(),
    Keyword::assertion("dependentRequired", Types::OBJECT).dialects(SINCE_2019).declarable(),
];

/// Keywords that change the effect of others, and annotations (JSON Schema 2020-12 Validation §8 and §9, OpenAPI 3.1 §4.8.24).
const OTHERS: [Keyword; 16] = [
    Keyword::modifier("minContains").types(Types::ARRAY).dialects(SINCE_2019).declarable(),
    Keyword::modifier("maxContains").types(Types::ARRAY).dialects(SINCE_2019).declarable(),
    Keyword::modifier("nullable").dialects(Dialects::OAS_3_0),
    Keyword::modifier("discriminator").types(Types::OBJECT).dialects(Dialects::OPENAPI),
    Keyword::modifier("readOnly").dialects(SINCE_7.or(Dialects::OAS_3_0)).declarable(),
    Keyword::modifier("writeOnly").dialects(SINCE_7.or(Dialects::OAS_3_0)).decided_by_value(),
    Keyword::modifier("contentEncoding").types(Types::STRING).dialects(SINCE_7),
    Keyword::modifier("contentMediaType").types(Types::STRING).dialects(SINCE_7),
    Keyword::annotation("title"),
    Keyword::annotation("description"),
    Keyword::annotation("default").data(),
    Keyword::annotation("example").dialects(Dialects::OPENAPI).data(),
    Keyword::annotation("examples").dialects(SINCE_6).data(),
    Keyword::annotation("deprecated").dialects(SINCE_2019.or(Dialects::OAS_3_0)),
    Keyword::annotation("externalDocs").dialects(Dialects::OPENAPI),
    Keyword::annotation("xml").dialects(Dialects::OPENAPI),
];

/// Every keyword, by name.
static BY_NAME: LazyLock<Vec<&'static Keyword>> = LazyLock::new(|| {
    let mut keywords: Vec<_> = all().collect();
    keywords.sort_unstable_by_key(|keyword| keyword.name);
    keywords
});

/// Every keyword: identifiers and references, applicators, assertions, then the others.
pub(crate) fn all() -> impl Iterator<Item = &'static Keyword> {
    CORE.iter().chain(&APPLICATORS).chain(&ASSERTIONS).chain(&OTHERS)
}

/// The keywords that hold subschemas, in the order in which they are read.
pub(crate) fn applicators() -> impl Iterator<Item = &'static Keyword> {
    APPLICATORS.iter()
}

/// The keyword of that name.
pub(crate) fn find(name: &str) -> Option<&'static Keyword> {
    let found = BY_NAME.binary_search_by(|keyword| keyword.name.cmp(name));
    found.ok().map(|index| BY_NAME[index])
}

/// Whether the value at the location of a violation of `keyword` violates it independently of the rest of the message.
pub(crate) fn is_decided_by_value(keyword: &str) -> bool {
    keyword == FALSE || find(keyword).is_some_and(Keyword::is_decided_by_value)
}

/// Whether a violation of `keyword` is about something that should not be there at all.
pub(crate) fn names_unwanted(keyword: &str) -> bool {
    let applies = find(keyword).and_then(Keyword::applies);
    keyword == FALSE || keyword == "writeOnly" || matches!(applies, Some(ToOtherProperties | ToPropertyNames))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names of the keywords for which `holds` is true.
    fn named(holds: impl Fn(&Keyword) -> bool) -> String {
        all().filter(|keyword| holds(keyword)).map(|keyword| keyword.name).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn every_keyword_is_found_by_its_name() {
        for keyword in all() {
            assert_eq!(find(keyword.name).map(|found| found.name), Some(keyword.name));
        }
        assert_eq!(find("iff").map(|found| found.name), None);
    }

    #[test]
    fn dialects_are_those_of_the_specifications() {
        let added_since_3_0 = named(|keyword| {
            !keyword.dialects.has(Dialects::OAS_3_0)
                && keyword.dialects.has(Dialects::DRAFT_2020_12)
                && keyword.is_restriction()
        });
        let expect = "patternProperties unevaluatedProperties prefixItems unevaluatedItems contains if then else \
                      dependentSchemas propertyNames contentSchema $defs const dependentRequired";
        assert_eq!(added_since_3_0, expect);
        let removed = named(|keyword| !keyword.dialects.has(Dialects::DRAFT_2020_12));
        assert_eq!(removed, "$recursiveRef additionalItems dependencies definitions nullable");
    }

    #[test]
    fn schemas_name_properties_and_items_or_leave_them_open() {
        assert_eq!(named(Keyword::is_located), "properties prefixItems items");
        let open = "patternProperties additionalProperties unevaluatedProperties additionalItems unevaluatedItems";
        assert_eq!(named(Keyword::is_open), open);
    }

    #[test]
    fn conditional_subschemas_may_be_violated() {
        let conditional = named(|keyword| keyword.applies().is_some_and(Applies::is_conditional));
        assert_eq!(conditional, "contains if then else dependentSchemas not dependencies");
    }
}
