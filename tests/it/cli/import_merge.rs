//! `signoff import page` of several pages: what each page says means the same in the document of all.

use serde_json::Value;

use super::import::{LEND, import};
use super::project::Project;

/// A page with an operation `GET /NAME`, its response and components in YAML.
fn page(name: &str, root: &str, response: &str, components: &str) -> String {
    format!(
        "# Gets {name}\n\n```yaml\nopenapi: 3.1.0\ninfo: {{ title: Library, version: '2' }}\n{root}paths:\n  /{name}:\n    get:\n      \
         responses:\n        '200':\n          description: Found\n          content:\n            application/json:\n              \
         schema: {response}\ncomponents:\n{components}\n```\n"
    )
}

/// The document of imported pages.
fn document(project: &Project) -> Value {
    yaml(&project.read("openapi.yaml"))
}

fn yaml(text: &str) -> Value {
    serde_yaml::from_str(text).expect("YAML")
}

#[test]
fn pages_of_other_versions_are_refused() {
    let nullable = page("books", "", "{ type: string, nullable: true }", "  schemas: {}").replace("3.1.0", "3.0.3");
    let dialect =
        page("loans", "jsonSchemaDialect: https://json-schema.org/draft/2020-12/schema\n", "{}", "  schemas: {}");
    let project = Project::with(&[("lend.md", LEND), ("books.md", &nullable), ("loans.md", &dialect)]);
    let ended = project.call(&["import", "page", "lend.md", "books.md", "loans.md"]);
    assert_eq!((ended.code, &*ended.out), (2, ""));
    insta::assert_snapshot!("other_versions", ended.err);
    assert!(!project.path("openapi.yaml").exists());
}

#[test]
fn the_lowest_patch_version_is_kept() {
    let [a, b] = ["a", "b"].map(|name| page(name, "", "{ nullable: true, type: string }", "  schemas: {}"));
    let (a, b) = (a.replace("3.1.0", "3.0.3"), b.replace("3.1.0", "3.0.1"));
    let project = import(&[("a.md", &a), ("b.md", &b)]);
    assert_eq!(document(&project)["openapi"], "3.0.1");
    let noted = project.read("import.txt");
    assert!(noted.contains("b.md:4 is OpenAPI 3.0.1, and a.md:4 is 3.0.3: the document is 3.0.1"), "{noted}");
    let unclear = page("c", "", "{}", "  schemas: {}").replace("3.1.0", "3.1");
    let project = Project::with(&[("c.md", &unclear)]);
    let ended = project.call(&["import", "page", "c.md"]);
    assert!(ended.code == 2 && ended.err.contains("3.2.x, got 3.1\n --> c.md:4:10"), "{}", ended.err);
}

/// Schemas that a discriminator selects by their names; the members of a dog are `dog`.
fn pets(dog: &str) -> String {
    format!(
        "  schemas:\n    Pet:\n      oneOf: [ {{ $ref: '#/components/schemas/Cat' }}, {{ $ref: '#/components/schemas/Dog' }} ]\n      \
         discriminator: {{ propertyName: kind, mapping: {{ hound: Dog, feline: '#/components/schemas/Cat' }} }}\n    \
         Cat: {{ type: object, required: [kind], properties: {{ kind: {{ type: string }} }} }}\n    \
         Dog: {{ type: object, required: [kind, {dog}], properties: {{ kind: {{ type: string }}, {dog}: {{ type: string }} }} }}\n    \
         Animal: {{ type: object, required: [kind], properties: {{ kind: {{ type: string }} }}, discriminator: {{ propertyName: kind }} }}\n    \
         Bird: {{ allOf: [ {{ $ref: '#/components/schemas/Animal' }} ], required: [{dog}] }}"
    )
}

#[test]
fn discriminators_select_the_schemas_of_their_page() {
    let schema = "{ type: array, items: { anyOf: [ { $ref: '#/components/schemas/Pet' }, { $ref: '#/components/schemas/Animal' } ] } }";
    let [a, b] = [("a", "bark"), ("b", "howl")].map(|(name, dog)| page(name, "", schema, &pets(dog)));
    let project = import(&[("a.md", &a), ("b.md", &b)]);
    let document = document(&project);
    let schemas = &document["components"]["schemas"];
    assert_eq!(schemas["Pet"], yaml(&pets("bark"))["schemas"]["Pet"]);
    let pets = yaml(
        "oneOf: [ { $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog2' } ]\n\
         discriminator: { propertyName: kind, mapping: { hound: Dog2, feline: '#/components/schemas/Cat', Dog: '#/components/schemas/Dog2' } }",
    );
    assert_eq!(schemas["Pet2"], pets);
    let animal = &schemas["Animal2"]["discriminator"]["mapping"];
    assert_eq!(*animal, yaml("{ Animal: '#/components/schemas/Animal2', Bird: '#/components/schemas/Bird2' }"));
    assert_eq!(schemas["Bird2"]["allOf"][0]["$ref"], "#/components/schemas/Animal2");
    assert_eq!(schemas["Dog2"]["required"][1], "howl");
    let used = &document["paths"]["/b"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]["items"];
    assert_eq!(used["anyOf"][0]["$ref"], "#/components/schemas/Pet2");
}

#[test]
fn links_and_security_refer_to_what_their_page_means() {
    let components = |name: &str| format!("  securitySchemes: {{ key: {{ type: apiKey, in: header, name: {name} }} }}");
    let id = "  /NAME/id:\n    get: { operationId: getId, responses: { '200': { description: Found, links: { self: { operationId: getId } } } } }\n";
    let [a, b] = ["a", "b"].map(|name| {
        let page = page(name, "security: [ { key: [] } ]\n", "{ type: string }", &components(&format!("X-{name}")));
        page.replace("components:", &format!("{}components:", id.replace("NAME", name)))
    });
    let project = import(&[("a.md", &a), ("b.md", &b)]);
    let document = document(&project);
    assert_eq!(document["paths"]["/b"]["get"]["security"], yaml("[ { key2: [] } ]"));
    assert_eq!(document["components"]["securitySchemes"]["key2"]["name"], "X-b");
    let links = |path: &str| document["paths"][path]["get"]["responses"]["200"]["links"]["self"].clone();
    assert_eq!(links("/a/id"), yaml("operationId: getId"));
    assert_eq!(links("/b/id"), yaml("operationRef: '#/paths/~1b~1id/get'"));
    assert_eq!(document["paths"]["/b/id"]["get"].get("operationId"), None);
}

#[test]
fn operations_have_the_servers_and_parameters_of_their_page() {
    let servers = |urls: &str| format!("servers: [ {urls} ]\n");
    let root = |urls: &str| page("a", &servers(urls), "{ type: string }", "  schemas: {}");
    let a = root("{ url: 'https://a.example/v1' }, { url: 'https://a.example/v1/', description: The same }");
    let b = root("{ url: 'https://b.example' }").replace("  /a:", "  /b:");
    let c = root("{ url: 'https://a.example/v1/' }").replace("  /a:", "  /c:");
    let put = root("{ url: 'https://a.example/v1' }")
        .replace("    get:", "    servers: [ { url: https://c.example } ]\n    put:");
    let put = put.replace(
        "    put:",
        "    parameters: [ { name: q, in: query, required: true, schema: { const: x } } ]\n    put:",
    );
    let project = import(&[("a.md", &a), ("b.md", &b), ("c.md", &c), ("put.md", &put)]);
    let document = document(&project);
    assert_eq!(document["servers"], yaml("[ { url: 'https://a.example/v1' } ]"));
    let operation = |path: &str, method: &str| document["paths"][path][method].clone();
    assert_eq!(operation("/a", "get").get("servers"), None);
    assert_eq!(operation("/a", "get").get("parameters"), None);
    assert_eq!(operation("/b", "get")["servers"], yaml("[ { url: 'https://b.example' } ]"));
    assert_eq!(operation("/c", "get").get("servers"), None);
    assert_eq!(operation("/a", "put")["servers"], yaml("[ { url: 'https://c.example' } ]"));
    assert_eq!(operation("/a", "put")["parameters"][0]["name"], "q");
}

#[test]
fn the_same_operation_on_two_pages_has_the_servers_of_both() {
    let on = |url: &str| page("a", &format!("servers: [ {{ url: '{url}' }} ]\n"), "{ type: string }", "  schemas: {}");
    let other = on("https://a.example").replace("  /a:", "  /b:");
    let pages = [("z.md", other), ("a.md", on("https://b.example")), ("b.md", on("https://c.example"))];
    let project = import(&pages.each_ref().map(|(name, text)| (*name, text.as_str())));
    let servers = document(&project)["paths"]["/a"]["get"]["servers"].clone();
    assert_eq!(servers, yaml("[ { url: 'https://b.example' }, { url: 'https://c.example' } ]"));
}

#[test]
fn credentials_in_server_urls_are_left_out() {
    let servers = "servers: [ { url: 'https://ann:s3cr3t@a.example/v1' }, { url: 'https://{user}:{key}@b.example', variables: { user: { default: ann }, key: { default: s3cr3t } } } ]\n";
    let text = page("a", servers, "{ type: string }", "  schemas: {}");
    let command = "# Lists books\n\ncurl https://ann:s3cr3t@c.example/books\n[]\n";
    for pages in [&[("a.md", text.as_str())][..], &[("c.txt", command)], &[("a.md", &text), ("c.txt", command)]] {
        let project = import(pages);
        let files = ["import.txt", "openapi.yaml", "signoff.yaml"].map(|name| project.read(name));
        assert!(!files.concat().contains("s3cr3t"), "{}", files.concat());
        assert_eq!(pages[0].0 == "a.md", files[0].contains("left out: it is a credential"), "{}", files[0]);
    }
    let project = Project::with(&[("c.txt", "curl https://ann:s3c/r3t@c.example/books\n[]\n")]);
    let ended = project.call(&["import", "page", "c.txt"]);
    assert!(ended.code == 2 && ended.err.contains("invalid port") && !ended.err.contains("r3t"), "{}", ended.err);
    let document = text.split("```").nth(1).and_then(|fence| fence.split_once('\n')).expect("a fence").1;
    let project = Project::with(&[("api.yaml", document)]);
    assert_eq!(project.call(&["init", "--spec", "api.yaml"]).code, 0);
    assert!(project.read("signoff.yaml").contains("url: https://a.example/v1\n"), "{}", project.read("signoff.yaml"));
}

#[test]
fn components_of_no_page_are_reported_at_their_page() {
    let lend = LEND
        .replace("        - name: book_id", "        - $ref: '#/components/parameters/Trace'\n        - name: book_id");
    let lend = lend.replace("'201':\n", "'404': { $ref: '#/components/responses/None' }\n        '201':\n");
    let project = Project::with(&[("lend.md", &lend)]);
    let ended = project.call(&["import", "page", "lend.md"]);
    assert_eq!((ended.code, &*ended.out), (2, ""));
    insta::assert_snapshot!("missing_components", ended.err);
}

#[test]
fn pages_without_an_operation_are_listed() {
    let readme = "# Library\n\n```sh\ncurl https://library.example/v2/books\n```\n";
    let lend =
        format!("# Source: https://docs.library.example/lend\n\n{LEND}").replace("title: Library\n", "title: Lib\n");
    let lend = lend.replace("  - bearerAuth: []\n  - basicAuth: []\n", "  - basicAuth: []\n  - bearerAuth: []\n");
    let project = import(&[("readme.md", readme), ("lend.md", &lend)]);
    let noted = project.read("import.txt");
    assert!(noted.contains("warning: readme.md describes no operation"), "{noted}");
    assert!(noted.contains("`signoff import curl readme.md` makes cases of its curl commands"), "{noted}");
    let config = yaml(&project.read("signoff.yaml"));
    assert_eq!(config["targets"]["live"]["auth"], yaml("{ bearerAuth: '${env.BEARER_AUTH}' }"), "it is described");
}
