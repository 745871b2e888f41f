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

/// Judges `body` by the schema `schema` of a document of that version, which may refer to the schemas `Cat` and `Dog`.
fn check_by(version: &str, schema: &str, body: &str) -> String {
    let document = format!(
        "openapi: {version}\ninfo: {{ title: t, version: '1' }}\npaths: {{ /x: {{ post: {{ operationId: x, requestBody: {{ content: \
         {{ application/xml: {{ schema: {schema} }} }} }}, responses: {{ '204': {{ description: done }} }} }} }} }}\n\
         components: {{ schemas: {{ Cat: {{ type: object, required: [claws], properties: {{ claws: {{ type: integer }} }}, \
         additionalProperties: false, xml: {{ name: cat }} }}, \
         Dog: {{ type: object, required: [tail], properties: {{ tail: {{ type: string }} }}, additionalProperties: false }} }} }}\n"
    );
    ask_of(&contract(&document), "x", &format!("POST /x\ncontent-type: application/xml\n\n{body}"))
}

#[test]
fn every_branch_has_its_own_name() {
    let pets = "{ oneOf: [ { $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' } ] }";
    let root =
        "{ oneOf: [ { type: object, xml: { name: a } }, { type: object, minProperties: 1, xml: { name: b } } ] }";
    let list = format!("{{ type: object, properties: {{ pets: {{ type: array, minItems: 2, items: {pets} }} }} }}");
    let one = format!("{{ type: object, properties: {{ pet: {pets} }}, additionalProperties: false }}");
    for (schema, body, expect) in [
        (root, "<a/>", FINE),
        (root, "<c/>", "BodySchema xml body: expected the element a or b, got c"),
        (&one, "<r><cat><claws>4</claws></cat></r>", FINE),
        (&one, "<r><pet><tail>x</tail></pet></r>", FINE),
        (&one, "<r><dog><tail>x</tail></dog></r>", "BodySchema additionalProperties body/dog: "),
        (&one, "<r><cat><claws>x</claws></cat></r>", "BodySchema type body/pet/claws: "),
        (&list, "<r><cat><claws>4</claws></cat><pets><tail>x</tail></pets></r>", FINE),
        (&list, "<r><cat><claws>4</claws></cat></r>", "BodySchema minItems body/pets: "),
    ] {
        let found = check_by("3.1.1", schema, body);
        assert!(found.starts_with(expect), "{schema} {body}: {found}");
    }
}

#[test]
fn text_conforms_by_any_of_its_readings() {
    for (schema, body, expect) in [
        (
            "{ properties: { a: { oneOf: [ { type: integer, minimum: 5 }, { type: string, pattern: ^x } ] } } }",
            "<r><a>7</a></r>",
            "",
        ),
        (
            "{ properties: { a: { oneOf: [ { type: integer, minimum: 5 }, { type: string, pattern: ^x } ] } } }",
            "<r><a>x7</a></r>",
            "",
        ),
        (
            "{ properties: { a: { oneOf: [ { type: integer, minimum: 5 }, { type: string, pattern: ^x } ] } } }",
            "<r><a>3</a></r>",
            "pattern body/a",
        ),
        ("{ properties: { a: { enum: [1, 2] } } }", "<r><a>1</a></r>", ""),
        ("{ properties: { a: { enum: [1, 2] } } }", "<r><a>3</a></r>", "enum body/a"),
        ("{ properties: { a: { const: true } } }", "<r><a>true</a></r>", ""),
        (
            "{ oneOf: [ { properties: { a: { const: '1' }, b: { const: 2 } } }, { properties: { a: { const: 1 }, b: { const: '2' } } } ] }",
            "<r><a>1</a><b>2</b></r>",
            "",
        ),
        (
            "{ properties: { a: { type: [array, string], items: { type: integer }, maxLength: 2 } } }",
            "<r><a>ab</a></r>",
            "",
        ),
        (
            "{ properties: { a: { type: [array, string], items: { type: integer }, maxLength: 2 } } }",
            "<r><a>1</a><a>2</a></r>",
            "",
        ),
        ("{ properties: { a: { type: [string, 'null'], minLength: 1 } } }", "<r><a/></r>", ""),
        ("{ properties: { a: { type: [object, 'null'], required: [b] } } }", "<r><a/></r>", ""),
        ("{ properties: { a: { type: object, required: [b] } } }", "<r><a/></r>", "required body/a/b"),
        ("{ properties: { a: { type: string, minLength: 1 } } }", "<r><a/></r>", "minLength body/a"),
        ("{ properties: { a: { type: integer } } }", "<r><a/></r>", "type body/a"),
        ("{ type: string, maxLength: 3 }", "<r>abc</r>", ""),
        ("{ type: string, pattern: ^<r> }", "<r>abc</r>", ""),
        ("{ type: string }", "<r><b>x</b></r>", ""),
        ("{ type: string, maxLength: 3 }", "<r>abcd</r>", "maxLength body"),
        ("{ type: integer, maximum: 3 }", "<r>4</r>", "maximum body"),
    ] {
        let found = check_by("3.1.1", schema, body);
        let expect = if expect.is_empty() { FINE.to_owned() } else { format!("BodySchema {expect}: ") };
        assert!(found.starts_with(&expect), "{schema} {body}: {found}");
    }
}

#[test]
fn text_with_too_many_readings_is_not_checked() {
    let each = "{ properties: { a: { type: array, items: { oneOf: [ { type: integer, minimum: 5 }, { type: string, minLength: 9 } ] } } } }";
    let all = "{ properties: { a: { oneOf: [ { type: array, items: { type: integer, minimum: 5 } }, { type: array, items: { type: string, \
               minLength: 9 } } ] } } }";
    let body = |text: &str| format!("<r><a>123456789</a>{}</r>", format!("<a>{text}</a>").repeat(200));
    assert_eq!(check_by("3.1.1", each, &body("7")), FINE);
    assert!(check_by("3.1.1", each, &body("3")).contains("BodySchema minLength body/a/200: "));
    assert_eq!(check_by("3.1.1", all, &body("7")), FINE);
    let not_checked = format!("not_checked BodySchema: its text has too many meanings to check all of them\n{FINE}");
    assert_eq!(check_by("3.1.1", all, &body("3")), not_checked);
}

#[test]
fn nested_readings_are_not_multiplied() {
    let node = "{ type: [object, array, string], properties: { a: { $ref: '#/paths/~1x/post/requestBody/content/application~1xml/schema' } }, \
                items: { $ref: '#/paths/~1x/post/requestBody/content/application~1xml/schema' } }";
    let body = format!("<r>{}{}</r>", "<a>".repeat(200), "</a>".repeat(200));
    assert_eq!(check_by("3.1.1", node, &body), FINE);
}

#[test]
fn namespaces_distinguish_equal_names() {
    let schema = "{ properties: { a: { type: integer, xml: { name: x, namespace: 'urn:a' } }, b: { type: string, xml: { name: x, \
                  namespace: 'urn:b' } }, id: { type: integer, xml: { attribute: true, namespace: 'urn:a' } } } }";
    let xmlns = "xmlns:a='urn:a' xmlns:b='urn:b'";
    for (body, expect) in [
        (format!("<r {xmlns} a:id='1'><b:x>t</b:x><a:x>1</a:x></r>"), FINE),
        (format!("<r {xmlns}><a:x>t</a:x><b:x>1</b:x></r>"), "BodySchema type body/a: "),
        (format!("<r {xmlns} b:id='1'/>"), "BodySchema xml body/id: expected the namespace urn:a of id, got urn:b"),
        (format!("<r {xmlns} id='1'/>"), "BodySchema xml body/id: expected the namespace urn:a of id, got none"),
        (format!("<r {xmlns} a:id='x' b:id='1'/>"), "BodySchema type body/id: "),
    ] {
        let found = check_by("3.1.1", schema, &body);
        assert!(found.starts_with(expect), "{body}: {found}");
    }
    let plain = "{ properties: { x: { type: integer } }, additionalProperties: false }";
    let found = check_by("3.1.1", plain, &format!("<r {xmlns}><a:x>1</a:x><b:x>2</b:x></r>"));
    assert!(
        found.starts_with("not_checked BodySchema: application/xml is not checked against its schema: "),
        "{found}"
    );
}

#[test]
fn arrays_are_elements_or_their_items() {
    let wrapped =
        "{ properties: { a: { type: array, minItems: 1, items: { type: integer }, xml: { wrapped: true } } } }";
    let tuple = "{ xml: { wrapped: true }, type: array, prefixItems: [ { type: string, xml: { name: one } }, { type: integer, xml: { name: \
                 two } } ], items: { type: boolean } }";
    let map = "{ additionalProperties: { type: array, minItems: 2, items: { type: integer } } }";
    for (schema, body, expect) in [
        (wrapped, "<r/>", FINE),
        (wrapped, "<r><a><a>1</a></a></r>", FINE),
        (wrapped, "<r><a/></r>", "BodySchema minItems body/a: "),
        (wrapped, "<r><a><b>1</b></a></r>", "BodySchema xml body/a: expected the elements a, got b"),
        (tuple, "<r><one>1</one><two>2</two><more>true</more></r>", FINE),
        (tuple, "<r><one>1</one><two>x</two></r>", "BodySchema type body/1: "),
        (tuple, "<r><two>1</two></r>", "BodySchema xml body: expected the elements one, got two"),
        (map, "<r><k>1</k><k>2</k></r>", FINE),
        (map, "<r><k>1</k></r>", "BodySchema minItems body/k: "),
        (map, "<r><k>1</k><k>x</k></r>", "BodySchema type body/k/1: "),
    ] {
        let found = check_by("3.1.1", schema, body);
        assert!(found.starts_with(expect), "{schema} {body}: {found}");
    }
}

#[test]
fn components_are_names_since_openapi_3_2() {
    let dog = "{ $ref: '#/components/schemas/Dog' }";
    let holder = "{ type: object, xml: { name: r }, properties: { pet: { $ref: '#/components/schemas/Dog' } } }";
    let null =
        "{ type: object, required: [a], properties: { a: { type: [integer, 'null'], xml: { nodeType: attribute } } } }";
    for (version, schema, body, expect) in [
        ("3.1.1", dog, "<pup><tail>x</tail></pup>", FINE),
        ("3.2.0", dog, "<Dog><tail>x</tail></Dog>", FINE),
        ("3.2.0", dog, "<pup><tail>x</tail></pup>", "BodySchema xml body: expected the element Dog, got pup"),
        ("3.2.0", "{ $ref: '#/components/schemas/Cat' }", "<cat><claws>1</claws></cat>", FINE),
        ("3.2.0", holder, "<r><Dog><tail>x</tail></Dog></r>", FINE),
        ("3.2.0", holder, "<r><pet><tail>x</tail></pet></r>", FINE),
        ("3.2.0", "{ type: object }", "<anything/>", FINE),
        ("3.2.0", null, "<r/>", FINE),
    ] {
        let found = check_by(version, schema, body);
        assert!(found.starts_with(expect), "{version} {schema} {body}: {found}");
    }
}

#[test]
fn text_next_to_attributes_is_a_property_since_openapi_3_2() {
    let price = |node_type: &str| {
        format!(
            "{{ type: object, required: [amount], xml: {{ name: price }}, additionalProperties: false, properties: {{ currency: {{ type: \
             string, xml: {{ nodeType: attribute }} }}, amount: {{ type: number, minimum: 1, xml: {{ nodeType: {node_type} }} }} }} }}"
        )
    };
    for node_type in ["text", "cdata"] {
        for (body, expect) in [
            ("<price currency='EUR'>1.50</price>", FINE),
            ("<price><![CDATA[2]]></price>", FINE),
            ("<price currency='EUR'>0.5</price>", "BodySchema minimum body/amount: "),
            ("<price>x</price>", "BodySchema type body/amount: "),
            ("<price currency='EUR'> </price>", "BodySchema required body/amount: "),
            ("<price><amount>2</amount></price>", "BodySchema type body/amount: "),
        ] {
            let found = check_by("3.2.0", &price(node_type), body);
            assert!(found.starts_with(expect), "{node_type} {body}: {found}");
        }
    }
    let string = "{ required: [t], properties: { t: { type: string, maxLength: 3, xml: { nodeType: text } } } }";
    assert_eq!(check_by("3.2.0", string, "<r/>"), FINE);
    assert!(check_by("3.2.0", string, "<r>long</r>").starts_with("BodySchema maxLength body/t: "));
    let list = "{ xml: { name: r }, properties: { a: { type: array, maxItems: 1, items: { type: integer }, xml: { nodeType: none } } } }";
    assert_eq!(check_by("3.2.0", list, "<r><a>1</a></r>"), FINE);
    assert!(check_by("3.2.0", list, "<r><a>1</a><a>2</a></r>").starts_with("BodySchema maxItems body/a: "));
    for other in [
        "{ type: string, xml: { nodeType: text } }",
        "{ type: array, items: { type: string, xml: { nodeType: text } } }",
        "{ properties: { a: { type: object, xml: { nodeType: none } } } }",
    ] {
        let found = check_by("3.2.0", other, "<r>a</r>");
        assert!(found.starts_with("not_checked BodySchema: ") && found.contains("nodeType"), "{other}: {found}");
    }
}

#[test]
fn document_types_are_not_read() {
    let schema = "{ type: object, required: [a] }";
    for (start, expect) in [
        ("<!DOCTYPE r [<!ATTLIST r a CDATA 'x'>]>", "its document type declares attributes or external entities"),
        (
            "<!DOCTYPE r [<!ENTITY e SYSTEM 'http://example.com/e'>]>",
            "its document type declares attributes or external entities",
        ),
        ("<!DOCTYPE r SYSTEM 'http://example.com/r.dtd'>", "it has an external document type"),
    ] {
        let found = check_by("3.1.1", schema, &format!("{start}<r/>"));
        let reason = format!("not_checked BodySchema: application/xml is not checked against its schema: {expect}");
        assert_eq!(found, format!("{reason}\n{FINE}"));
    }
}

#[test]
fn forms_of_numbers_and_booleans_that_only_xml_schema_has_are_not_checked() {
    let document = "
openapi: 3.1.0
info: { title: t, version: '1' }
paths:
  /x: { post: { operationId: x, requestBody: { content: { application/xml: { schema: { type: object, properties: {
    flag: { type: boolean }, count: { type: integer, minimum: 1 }, size: { type: number, xml: { attribute: true } },
    code: { type: [integer, string] }, either: { type: [boolean, integer] } } } } } }, responses: { '204': { description: done } } } }
";
    let contract = contract(document);
    let ask = |body: &str| ask_of(&contract, "x", &format!("POST /x\ncontent-type: application/xml\n\n{body}"));
    for body in [
        "<x><flag> true </flag></x>",
        "<x><count>\n1\n</count></x>",
        "<x size='1.50'/>",
        "<x><code>+1</code></x>",
        "<x><code>007</code></x>",
        "<x><either>1</either></x>",
    ] {
        assert_eq!(ask(body), FINE, "{body}");
    }
    for (body, at) in [
        ("<x><flag>1</flag></x>", "body/flag"),
        ("<x><flag>0</flag></x>", "body/flag"),
        ("<x><count>+1</count></x>", "body/count"),
        ("<x><count>007</count></x>", "body/count"),
        ("<x size='-.5'/>", "body/size"),
        ("<x size='1.'/>", "body/size"),
    ] {
        let reason = format!("whether XML may write the number or boolean at {at} like this is undefined");
        assert_eq!(ask(body), format!("not_checked BodySchema: {reason}\n{FINE}"), "{body}");
    }
    for (body, expect) in [
        ("<x><flag>2</flag></x>", "BodySchema type body/flag: "),
        ("<x><flag>TRUE</flag></x>", "BodySchema type body/flag: "),
        ("<x><count>000</count></x>", "BodySchema minimum body/count: "),
        ("<x><count>++1</count></x>", "BodySchema type body/count: "),
        ("<x size='.'/>", "BodySchema type body/size: "),
    ] {
        let found = ask(body);
        assert!(found.starts_with(expect) && !found.contains("not_checked"), "{body}: {found}");
    }
}
