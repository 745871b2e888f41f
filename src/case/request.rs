//! Binds the request of a case: merges `base`, removes `without`, compiles templates, reads files.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use serde_json::{Map, Value};

use crate::contract::SecurityScheme;
use crate::document::salvage;
use crate::expression::Template;
use crate::pointer::Pointer;
use crate::rules;
use crate::sign::Signing;

use super::binder::Binder;
use super::compile::Compiler;
use super::error::Problems;
use super::format::{AuthFormat, PartFormat, RequestFormat, SignFormat};
use super::merge::{merge, remove};
use super::row::{self, Row};
use super::source::EMPTY;
use super::template_keys;
use super::variables::{ReadBy, VariableRead};
use super::{Authorization, Body, GivenCredential, MultipartPart, PartContent, RequestSpec};

/// Binds the request of the case at `at`; also returns the names that it reads. If it is not `complete`, its
/// errors are reported already.
pub(super) fn bind(
    binder: &Binder<'_>,
    at: &Pointer,
    complete: bool,
    problems: &mut Problems<'_>,
) -> (RequestSpec, Vec<VariableRead>) {
    let home = at.join("request");
    let mut merged = merge(binder.source.base(), own(binder, &home));
    if complete {
        remove_without(&mut merged, &home, problems);
    }
    let report = |_: &Pointer, message: &str| {
        if complete {
            problems.key(rules::WRONG_VALUE, &home, format!("the request is invalid after merging `base`: {message}"));
        }
    };
    let format: RequestFormat = salvage(&merged, report).unwrap_or_default();
    compiled(binder, home, &format, problems)
}

/// Binds one request per row if the rows give property names. Problems are not reported: the request without rows has the same.
pub(super) fn bind_rows(binder: &Binder<'_>, at: &Pointer, rows: &[Arc<Row>]) -> Vec<Arc<RequestSpec>> {
    let home = at.join("request");
    let own = own(binder, &home);
    if !template_keys::any(own) {
        return Vec::new();
    }
    let bind_row = |row: &Arc<Row>| {
        let mut known = Problems::new(&binder.source.file.document);
        let mut merged = merge(binder.source.base(), &template_keys::fill(own, row, &row::scope(row)));
        remove_without(&mut merged, &home, &mut known);
        let format = salvage(&merged, |_, _| {}).unwrap_or_default();
        Arc::new(compiled(binder, home.clone(), &format, &mut known).0)
    };
    rows.iter().map(bind_row).collect()
}

/// The case's own part of the request; empty if absent.
fn own<'a>(binder: &Binder<'a>, home: &Pointer) -> &'a Value {
    let own = binder.source.file.document.value().pointer(home.as_str()).filter(|own| !own.is_null());
    own.unwrap_or(&EMPTY)
}

fn compiled(
    binder: &Binder<'_>,
    home: Pointer,
    format: &RequestFormat,
    problems: &mut Problems<'_>,
) -> (RequestSpec, Vec<VariableRead>) {
    let compiler = Compiler::new(problems, ReadBy::Request, home).with_base(Pointer::root().join("base"));
    let mut form = Form { binder, compiler };
    let request = form.request(format);
    (request, form.compiler.reads)
}

fn remove_without(merged: &mut Value, home: &Pointer, problems: &mut Problems<'_>) {
    let paths = merged.as_object_mut().and_then(|members| members.shift_remove("without"));
    for (index, path) in paths.iter().filter_map(Value::as_array).flatten().enumerate() {
        if let Err(message) = remove(merged, path.as_str().unwrap_or_default()) {
            problems.value(rules::WITHOUT, &home.join("without").join(index), message);
        }
    }
}

struct Form<'a, 'b, 'd> {
    binder: &'a Binder<'a>,
    compiler: Compiler<'b, 'd>,
}

impl Form<'_, '_, '_> {
    fn request(&mut self, format: &RequestFormat) -> RequestSpec {
        RequestSpec {
            method: self.text(format.method.as_deref(), "method"),
            url: self.text(format.url.as_deref(), "url"),
            path: self.members(&format.path, "path"),
            query: self.members(&format.query, "query"),
            headers: self.members(&format.headers, "headers"),
            cookies: self.members(&format.cookies, "cookies"),
            auth: self.auth(format),
            sign: match format.sign {
                None => Signing::Valid,
                Some(SignFormat::None) => Signing::None,
                Some(SignFormat::Wrong) => Signing::Wrong,
                Some(SignFormat::Stale) => Signing::Stale,
            },
            body: self.body(format),
        }
    }

    fn text(&mut self, text: Option<&str>, key: &str) -> Option<Template> {
        self.compiler.template(text?, &Pointer::root().join(key))
    }

    fn members(&mut self, members: &Map<String, Value>, key: &str) -> Vec<(String, crate::expression::Tree)> {
        self.compiler.members(members, &Pointer::root().join(key))
    }

    fn auth(&mut self, format: &RequestFormat) -> Authorization {
        let at = Pointer::root().join("auth");
        match (&format.auth, &format.credentials) {
            (Some(_), Some(_)) => {
                self.compiler.wrong(rules::WRONG_VALUE, &at, "`auth` and `as` exclude each other");
                Authorization::Target
            }
            (None, None) => Authorization::Target,
            (None, Some(name)) => Authorization::As(name.clone()),
            (Some(AuthFormat::Word(word)), None) if word == "none" => Authorization::None,
            (Some(AuthFormat::Word(scheme)), None) => {
                self.known_scheme(scheme, &at);
                Authorization::Scheme(scheme.clone())
            }
            (Some(AuthFormat::Values(values)), None) => {
                values.keys().for_each(|scheme| self.known_scheme(scheme, &at.join(scheme)));
                Authorization::Given(
                    values.iter().filter_map(|(scheme, value)| self.credential(scheme, value)).collect(),
                )
            }
        }
    }

    fn credential(&mut self, scheme: &str, value: &Value) -> Option<(String, GivenCredential)> {
        let at = Pointer::root().join("auth").join(scheme);
        let negative = match value.as_str() {
            Some("wrong") => Some(GivenCredential::Wrong),
            Some("expired") => Some(GivenCredential::Expired),
            _ => None,
        };
        let is_certificate = self.binder.contract.security_schemes.get(scheme) == Some(&SecurityScheme::MutualTls);
        if value.is_null() || value == "none" {
            return Some((scheme.to_owned(), GivenCredential::None));
        }
        if let Some(negative) = negative.filter(|_| !is_certificate) {
            return Some((scheme.to_owned(), negative));
        }
        let scope = value.as_object().filter(|members| members.len() == 1).and_then(|members| members.get("scope"));
        let given = match scope {
            _ if is_certificate => {
                let message = format!(
                    "`{scheme}` is a client certificate: expected `none`; `as: NAME` shows another certificate"
                );
                self.compiler.wrong(rules::WRONG_VALUE, &at, message);
                return None;
            }
            None => GivenCredential::Value(self.compiler.tree(value, &at)?),
            Some(Value::String(scope)) if !scope.contains("${") => GivenCredential::Scope(scope.clone()),
            Some(_) => {
                let message = "the scope of an access token must be a string without expressions";
                self.compiler.wrong(rules::WRONG_VALUE, &at.join("scope"), message);
                return None;
            }
        };
        Some((scheme.to_owned(), given))
    }

    fn known_scheme(&mut self, scheme: &str, at: &Pointer) {
        let schemes = &self.binder.contract.security_schemes;
        if !schemes.contains_key(scheme) {
            self.compiler.wrong(rules::UNKNOWN_SECURITY_SCHEME, at, format!("unknown security scheme `{scheme}`"));
            self.compiler.suggest(scheme, schemes.keys().map(String::as_str).chain(["none"]));
        }
    }

    fn body(&mut self, format: &RequestFormat) -> Option<Body> {
        let given = forms(format);
        if let [first, second, ..] = given[..] {
            self.compiler.wrong(
                rules::WRONG_VALUE,
                &Pointer::root().join(second),
                format!("`{first}` and `{second}` exclude each other; remove one with `without: [{first}]`"),
            );
            return None;
        }
        let at = Pointer::root().join(given.first()?);
        match format {
            RequestFormat { body: Some(body), .. } => self.compiler.tree(body, &at).map(Body::Json),
            RequestFormat { text: Some(text), .. } => self.compiler.template(text, &at).map(Body::Text),
            RequestFormat { form: Some(form), .. } => Some(Body::Form(self.compiler.members(form, &at))),
            RequestFormat { body_file: Some(name), .. } => self.file(name, &at).map(Body::File),
            RequestFormat { base64: Some(text), .. } => self.bytes(text, &at).map(Body::Bytes),
            RequestFormat { multipart: Some(parts), .. } => {
                let parts = parts.iter().enumerate().filter_map(|(index, part)| self.part(part, &at.join(index)));
                Some(Body::Multipart(parts.collect()))
            }
            _ => None,
        }
    }

    fn file(&mut self, name: &str, at: &Pointer) -> Option<Bytes> {
        let read = self.binder.folder.read(&self.binder.source.file.path, name);
        read.map(Bytes::from).map_err(|message| self.compiler.wrong(rules::UNREADABLE_FILE, at, message)).ok()
    }

    fn bytes(&mut self, text: &str, at: &Pointer) -> Option<Bytes> {
        let compact: String = text.split_ascii_whitespace().collect();
        let decoded = STANDARD.decode(compact).map(Bytes::from);
        decoded.map_err(|error| self.compiler.wrong(rules::WRONG_VALUE, at, format!("not base64: {error}"))).ok()
    }

    fn part(&mut self, part: &PartFormat, at: &Pointer) -> Option<MultipartPart> {
        let content = match (&part.value, &part.json, &part.file) {
            (Some(value), None, None) => self.compiler.tree(value, &at.join("value")).map(PartContent::Value),
            (None, Some(value), None) => self.compiler.tree(value, &at.join("json")).map(PartContent::Json),
            (None, None, Some(name)) => self.file(name, &at.join("file")).map(PartContent::File),
            _ => {
                self.compiler.wrong(
                    rules::WRONG_VALUE,
                    at,
                    "a part must have exactly one of `value`, `json` and `file`",
                );
                None
            }
        };
        Some(MultipartPart {
            name: self.compiler.template(&part.name, &at.join("name"))?,
            filename: part.filename.as_deref().and_then(|name| self.compiler.template(name, &at.join("filename"))),
            media_type: part.media_type.as_deref().and_then(|text| self.compiler.template(text, &at.join("type"))),
            headers: self.compiler.members(&part.headers, &at.join("headers")),
            content: content?,
        })
    }
}

/// The keys of the body that are present.
fn forms(format: &RequestFormat) -> Vec<&'static str> {
    let all = [
        ("body", format.body.is_some()),
        ("body_file", format.body_file.is_some()),
        ("text", format.text.is_some()),
        ("form", format.form.is_some()),
        ("multipart", format.multipart.is_some()),
        ("base64", format.base64.is_some()),
    ];
    all.into_iter().filter(|(_, given)| *given).map(|(key, _)| key).collect()
}
