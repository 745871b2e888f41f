//! Operations that a document describes and commands call: the schema of the document is kept, and a response becomes an example.

use serde_json::{Value, json};

use crate::contract::{Contract, Direction, StatusKey, judge};
use crate::place::Snippet;
use crate::problem::Problem;

use super::super::curl::{Expected, IsSensitive};
use super::expectation::expected_body;
use super::page_document::PageDocument;
use super::samples::{ShownOperation, hide};

/// Name of the added examples.
const NAME: &str = "page";

/// An example that was added to a document.
#[derive(Debug)]
pub(super) struct AddedExample {
    /// Index of the request.
    index: usize,
    path: String,
    method: String,
    /// The key of the response.
    status: String,
    /// The response on the page.
    at: Snippet,
}

/// The path under which a document describes the operation.
pub(super) fn find(documents: &[PageDocument], shown: &ShownOperation<'_>) -> Option<String> {
    let method = shown.method.to_lowercase();
    documents.iter().find_map(|document| {
        let servers = document.root.get("servers").and_then(Value::as_array).into_iter().flatten();
        let urls = servers.filter_map(|server| server.get("url")?.as_str());
        let prefixes: Vec<&str> = urls.map(server_path).chain([""]).collect();
        let paths = document.root.get("paths").and_then(Value::as_object).into_iter().flatten();
        let mut paths = paths.filter(|(_, item)| item.get(&method).is_some()).map(|(path, _)| path);
        let is_called =
            |path: &&String| prefixes.iter().any(|prefix| is_match(&format!("{prefix}{path}"), &shown.path));
        paths.find(is_called).cloned()
    })
}

/// The path of a server's URL, without a trailing slash.
fn server_path(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.find('/').and_then(|at| rest.get(at..)).unwrap_or_default().trim_end_matches('/')
}

/// Whether a template matches a path; parameters of both match.
fn is_match(template: &str, path: &str) -> bool {
    let is_same = |(a, b): (&str, &str)| a == b || (a.contains('{') && !b.is_empty());
    template.split('/').count() == path.split('/').count() && template.split('/').zip(path.split('/')).all(is_same)
}

/// Adds the first response as an example where the document has none. Returns the expectations of the requests, and what was added.
pub(super) fn add(
    root: &mut Value,
    path: &str,
    shown: &ShownOperation<'_>,
    is_sensitive: IsSensitive<'_>,
) -> (Vec<(usize, Expected)>, Option<AddedExample>) {
    let method = shown.method.to_lowercase();
    let responses = root.get_mut("paths").and_then(|paths| paths.get_mut(path)?.get_mut(&method)?.get_mut("responses"));
    let mut responses = responses.and_then(Value::as_object_mut);
    let (mut expected, mut added) = (Vec::new(), None);
    for sample in &shown.samples {
        let Some(response) = sample.responses.first() else { continue };
        let key = match (response.status, &responses) {
            (Some(status), _) => Some(status.to_string()),
            (None, Some(held)) => held.keys().filter(|status| status.starts_with('2')).min().cloned(),
            (None, None) => None,
        };
        let media = key.as_deref().zip(responses.as_deref_mut());
        let media =
            media.and_then(|(key, held)| held.get_mut(key)?.pointer_mut("/content/application~1json")?.as_object_mut());
        let mut one = Expected { status: response.status, body: None };
        if let (Some(media), Some(body), Some(key)) = (media, &response.body, &key)
            && !["example", "examples", "$ref"].iter().any(|name| media.contains_key(*name))
        {
            let mut value = body.clone();
            hide(&mut value, is_sensitive);
            media.insert("examples".to_owned(), json!({ NAME: { "value": value } }));
            one.body = Some(expected_body(body, is_sensitive));
            let (path, method, status) = (path.to_owned(), shown.method.clone(), key.clone());
            added = Some(AddedExample { index: sample.index, path, method, status, at: response.at.clone() });
        }
        expected.push((sample.index, one));
    }
    (expected, added)
}

impl AddedExample {
    /// Index of the request.
    pub(super) fn index(&self) -> usize {
        self.index
    }

    /// How the example violates the schema of the document.
    pub(super) fn conflict(&self, contract: &Contract) -> Option<Problem> {
        let operation = contract.operation(&format!("{} {}", self.method, self.path))?;
        let status = |key: &StatusKey| key.to_string() == self.status;
        let response = operation.responses.iter().find(|response| status(&response.status))?;
        let media = response.content.iter().find(|media| media.examples.iter().any(|(name, _)| name == NAME))?;
        let (_, anchor) = media.examples.iter().find(|(name, _)| name == NAME)?;
        let breaches =
            judge::body_value(contract, media.schema.as_ref()?, Direction::Response, contract.value(anchor)?);
        let breach = breaches.iter().find(|breach| breach.rule.is_binding())?;
        let message = format!(
            "the response contradicts the schema of {}: `{} {}` ({})",
            operation.name,
            breach.keyword,
            breach.location,
            breach.sentence()
        );
        Some(
            Problem::new(message)
                .at(self.at.clone())
                .help("the schema is kept, and the response is left out")
                .as_warning(),
        )
    }

    /// Removes the example.
    pub(super) fn remove(&self, root: &mut Value) {
        let method = self.method.to_lowercase();
        let media = root.get_mut("paths").and_then(|paths| {
            let responses = paths.get_mut(&self.path)?.get_mut(&method)?.get_mut("responses")?;
            responses.get_mut(&self.status)?.pointer_mut("/content/application~1json")?.as_object_mut()
        });
        media.and_then(|media| media.remove("examples"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_match_paths_behind_the_path_of_a_server() {
        assert_eq!(
            ["https://a.example/v1/", "{base}/v2", "/v3", "https://a.example"].map(server_path),
            ["/v1", "/v2", "/v3", ""]
        );
        let check = |template: &str, path: &str, expect: bool| {
            assert_eq!(is_match(template, path), expect, "{template} {path}")
        };
        check("/v1/books/{id}", "/v1/books/{book_id}", true);
        check("/v1/books/{id}", "/v1/books/B-17", true);
        check("/v1/books/new", "/v1/books/{book_id}", false);
        check("/v1/books/{id}", "/v1/books", false);
    }
}
