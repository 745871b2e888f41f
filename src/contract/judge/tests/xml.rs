//! XML is validated against its schema, by its `xml` objects.

use super::{ask_of, contract};

const DOCUMENT: &str = "
openapi: 3.0.3
info: { title: t, version: '1' }
paths:
  /x: { post: { operationId: x, requestBody: { content: { application/xml: { schema: { $ref: '#/components/schemas/Order' } } } }, responses: { '204': { description: done } } } }
components:
  schemas:
    Order:
      type: object
      required: [id, tags]
      additionalProperties: false
      xml: { name: order }
      allOf: [ { properties: { total: { type: number, xml: { namespace: 'urn:money', prefix: m } } } } ]
      properties:
        id: { type: integer, minimum: 1, xml: { attribute: true, name: number } }
        tags: { type: array, maxItems: 2, items: { type: string, maxLength: 3, xml: { name: tag } }, xml: { wrapped: true, name: labels } }
        lines: { type: array, minItems: 2, items: { $ref: '#/components/schemas/Line' } }
        total: {}
        note: { type: string, nullable: true }
        done: { type: boolean }
        count: { type: integer, nullable: true }
    Line: { type: object, required: [sku], properties: { sku: { type: string }, price: { type: number } } }
";

const FINE: &str = "by undeclared application/xml: no JSON";

fn check(body: &str) -> String {
    ask_of(&contract(DOCUMENT), "x", &format!("POST /x\ncontent-type: application/xml\n\n{body}"))
}

#[test]
fn xml_that_conforms() {
    for body in [
        "<order number='1'><labels/></order>",
        "<?xml version='1.0'?>\n<order number='1' other='x' xmlns:m='urn:money'>\n<labels><tag>a</tag> <tag>b</tag></labels>\
         <lines><sku>1</sku></lines><lines><sku>2</sku><price>1.5</price></lines>\
         <m:total> 3.5 </m:total><note>a &amp; b</note><done>true</done><count/></order>",
        "<order number='1'><labels/><count xsi:nil='true' xmlns:xsi='http://www.w3.org/2001/XMLSchema-instance'/></order>",
    ] {
        assert_eq!(check(body), FINE, "{body}");
    }
}

#[test]
fn xml_that_violates_its_schema() {
    for (body, expect) in [
        ("<order><labels/></order>", "BodySchema required body/id: "),
        ("<order number='1'/>", "BodySchema required body/tags: "),
        ("<order number='0'><labels/></order>", "BodySchema minimum body/id: "),
        ("<order number='x'><labels/></order>", "BodySchema type body/id: "),
        ("<other number='1'><labels/></other>", "BodySchema xml body: expected the element order, got other"),
        ("<order number='1'><labels><tag>long</tag></labels></order>", "BodySchema maxLength body/tags/0: "),
        (
            "<order number='1'><labels><t>a</t></labels></order>",
            "BodySchema xml body/tags: expected the elements tag, got t",
        ),
        (
            "<order number='1'><labels/><labels/></order>",
            "BodySchema xml body/tags: expected the element labels once, got it 2",
        ),
        ("<order number='1'><labels/><lines><sku>1</sku></lines></order>", "BodySchema minItems body/lines: "),
        (
            "<order number='1'><labels/><lines/><lines><sku>1</sku></lines></order>",
            "BodySchema required body/lines/0/sku: ",
        ),
        (
            "<order number='1'><labels/><total>1</total></order>",
            "BodySchema xml body/total: expected the namespace urn:money",
        ),
        ("<order number='1'><labels/><done>yes</done></order>", "BodySchema type body/done: "),
        ("<order number='1'><labels/><count>x</count></order>", "BodySchema type body/count: "),
        ("<order number='1'><labels/><note><b/></note></order>", "BodySchema type body/note: "),
        ("<order number='1'><labels/><more>1</more></order>", "BodySchema additionalProperties body/more: "),
    ] {
        assert!(check(body).starts_with(expect), "{body}: {}", check(body));
    }
}
