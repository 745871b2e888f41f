//! `$id`, `$anchor` and `$dynamicRef`: what they name is documented as what a `$ref` to a pointer names.

use super::*;

/// The first line of every breach of `value`.
fn told(document: &str, value: &str) -> Vec<String> {
    let told = check(&format!("openapi: 3.1.0\n{document}"), value);
    told.lines().filter(|line| !line.starts_with(' ')).map(str::to_owned).collect()
}

#[test]
fn an_anchor_names_a_schema() {
    let document = "
schema: { type: object, properties: { item: { $ref: '#item' } }, $defs: { Item: { $anchor: item, properties: { a: { type: integer } } } } }
";
    assert_eq!(
        told(document, r#"{"item": {"a": "x", "b": 1}}"#),
        [
            "type body/item/a (/schema/$defs/Item/properties/a/type)",
            "properties body/item/b (/schema/$defs/Item/properties)"
        ]
    );
}

#[test]
fn an_anchor_of_a_component_names_it() {
    let document = "
schema: { $ref: '#item' }
components: { schemas: { Item: { $anchor: item, properties: { a: { type: integer } } } } }
";
    assert_eq!(
        told(document, r#"{"a": "x", "b": 1}"#),
        [
            "type body/a (/components/schemas/Item/properties/a/type)",
            "properties body/b (/components/schemas/Item/properties)"
        ]
    );
}

#[test]
fn a_pointer_starts_at_the_id_that_it_stands_in() {
    let document = "
schema: { $ref: 'https://example.com/money' }
$defs: { amount: { properties: { wrong: { type: string } } } }
components:
  schemas:
    Money:
      $id: 'https://example.com/money'
      $ref: '#/$defs/amount'
      $defs: { amount: { properties: { amount: { type: integer } } } }
";
    assert_eq!(
        told(document, r#"{"amount": "x", "wrong": 1}"#),
        [
            "type body/amount (/components/schemas/Money/$defs/amount/properties/amount/type)",
            "properties body/wrong (/components/schemas/Money/$defs/amount/properties)"
        ]
    );
}

#[test]
fn a_pointer_from_outside_leads_into_an_id() {
    let document = "
schema: { properties: { price: { $ref: '#/components/schemas/Money' }, sum: { $ref: '#/components/schemas/Money/$defs/amount' } } }
components:
  schemas:
    Money:
      $id: 'https://example.com/money'
      properties: { amount: { $ref: '#/$defs/amount' }, change: { $ref: '#change' } }
      $defs: { amount: { type: integer }, change: { $anchor: change, type: boolean } }
";
    assert_eq!(
        told(document, r#"{"price": {"amount": "x", "change": 1, "more": 1}, "sum": true}"#),
        [
            "type body/price/amount (/components/schemas/Money/$defs/amount/type)",
            "type body/price/change (/components/schemas/Money/$defs/change/type)",
            "type body/sum (/components/schemas/Money/$defs/amount/type)",
            "properties body/price/more (/components/schemas/Money/properties)"
        ]
    );
}

#[test]
fn an_id_may_stand_where_the_schema_is_used() {
    let document = "
schema: { $id: 'https://example.com/tree', $dynamicAnchor: node, properties: { next: { $dynamicRef: '#node' }, name: { type: string } } }
";
    assert_eq!(
        told(document, r#"{"next": {"name": 1, "other": 1}}"#),
        ["type body/next/name (/schema/properties/name/type)", "properties body/next/other (/schema/properties)"]
    );
}

/// A list of what its dynamic scope names, `Item` by default.
const LIST: &str = "
components:
  schemas:
    List:
      $id: 'https://example.com/list'
      properties: { items: { type: array, items: { $dynamicRef: '#item' } } }
      $defs: { Item: { $dynamicAnchor: item, properties: { a: { type: integer } } } }
";

#[test]
fn a_dynamic_reference_with_one_target_is_a_reference() {
    let document = format!("schema: {{ $ref: 'https://example.com/list' }}{LIST}");
    assert_eq!(
        told(&document, r#"{"items": [{"a": "x", "b": 1}]}"#),
        [
            "type body/items/0/a (/components/schemas/List/$defs/Item/properties/a/type)",
            "properties body/items/0/b (/components/schemas/List/$defs/Item/properties)"
        ]
    );
}

#[test]
fn a_dynamic_reference_with_several_targets_leaves_open_what_is_documented() {
    let document = format!(
        "schema: {{ $ref: 'https://example.com/named' }}{LIST}
    Named:
      $id: 'https://example.com/named'
      $ref: list
      $defs: {{ Item: {{ $dynamicAnchor: item, properties: {{ name: {{ type: string }} }} }} }}
"
    );
    assert_eq!(
        told(&document, r#"{"items": [{"name": 1, "b": 1}]}"#),
        [
            "type body/items/0/name (/components/schemas/Named/$defs/Item/properties/name/type)",
            "not_checked: cannot tell which properties #/components/schemas/List/properties/items/items documents, because of a reference that cannot be followed"
        ]
    );
}

#[test]
fn a_pattern_for_names_that_cannot_be_matched_refuses_nothing_and_is_said() {
    let document = r"
schema:
  type: object
  properties: { a: { type: integer } }
  patternProperties: { '^(?<x>.)\k<y>$': { type: string }, '^b': { type: integer } }
  additionalProperties: false
";
    assert_eq!(
        told(document, r#"{"a": "x", "bb": "x", "cc": 1}"#),
        [
            "type body/a (/schema/properties/a/type)",
            "type body/bb (/schema/patternProperties/^b/type)",
            r"not_checked: patternProperties at body: the pattern ^(?<x>.)\k<y>$ is not supported",
            "not_checked: cannot tell which properties #/schema documents, because of a property-name pattern that is not supported"
        ]
    );
    assert_eq!(told(document, "1"), ["type body (/schema/type)"]);
    let around = "schema: { patternProperties: { '^(?!x)': { type: integer } } }";
    assert_eq!(told(around, "{}"), Vec::<String>::new());
    assert_eq!(
        told(around, r#"{"a": "x", "xx": 1}"#),
        ["type body/a (/schema/patternProperties/^(?!x)/type)", "properties body/xx (/schema/properties)"]
    );
}
