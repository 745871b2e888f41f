//! Redactor of one exchange: collects every sensitive value first, then replaces them wherever they occur.

use std::borrow::Cow;
use std::rc::Rc;

use serde_json::Value;

use crate::http::{Headers, MediaType};
use crate::pointer::Pointer;

use super::fields::in_fields;
use super::find::{self, SensitiveValue};
use super::json::{self, Kind, Token, unquote};
use super::replace::{self, Replacement};
use super::secrets::Secrets;
use super::sensitive_names::SensitiveNames;
use super::sensitive_values::{self, KnownValues, RunMemory};
use super::session_memory::SessionMemory;
use super::xml;

/// Bytes of a binary body that are searched for values.
const MAX_LOSSY: usize = 256 * 1024;

/// Maximum size of a value that has a number; a longer one is `«redacted»`.
const MAX_LEARNED: usize = 64 * 1024;

/// Redactor of one exchange and its sensitive values.
pub(crate) struct ExchangeRedactor<'r> {
    pub(super) secrets: &'r Secrets,
    pub(super) memory: &'r mut RunMemory,
    /// Id of the story, or of the independent case, whose values are numbered together.
    pub(super) scope: &'r str,
    pub(super) names: Rc<SensitiveNames>,
    pub(super) values: KnownValues,
    /// The values of earlier exchanges, in the log of a server.
    pub(super) earlier: Option<&'r SessionMemory>,
}

impl ExchangeRedactor<'_> {
    /// Returns the sensitive names.
    pub(crate) fn names(&self) -> &SensitiveNames {
        &self.names
    }

    /// Returns the sensitive names, to be used while values are collected.
    pub(crate) fn shared_names(&self) -> &Rc<SensitiveNames> {
        &self.names
    }

    /// Collects the values in a URL whose path matches `template`.
    pub(crate) fn learn_url(&mut self, url: &str, template: &str) {
        self.learn(find::in_url(url, template, &Rc::clone(&self.names)));
    }

    /// Collects the values in header lines.
    pub(crate) fn learn_headers(&mut self, headers: &Headers) {
        for (name, value) in headers.iter() {
            self.learn(find::in_header(name, value, &Rc::clone(&self.names)));
            if let Some(password) = find::password(name, value).filter(|_| self.names.has_passwords()) {
                self.learn_one(&SensitiveValue::text(0..0, password, name));
            }
            for code in find::codes(name, value, &Rc::clone(&self.names)) {
                self.learn_one(&SensitiveValue::text(0..0, code, name));
            }
        }
    }

    /// Collects the values in a body.
    pub(crate) fn learn_body(&mut self, body: &[u8], media_type: Option<&MediaType>) {
        match std::str::from_utf8(body) {
            Ok(text) => self.learn_text(text, media_type),
            // Reports show only the start of a binary body.
            Err(_) => self.learn_text(&String::from_utf8_lossy(&body[..body.len().min(MAX_LOSSY)]), media_type),
        }
    }

    fn learn_text(&mut self, text: &str, media_type: Option<&MediaType>) {
        xml::scan(text, media_type, &Rc::clone(&self.names), &mut |named| self.learn_one(&named));
        match in_fields(text, media_type, &self.names) {
            Some(found) => self.learn(found),
            None => self.learn_value(text, None),
        }
    }

    /// Collects the values in JSON or in a sentence with JSON in it; the whole text if it is under a `sensitive` name.
    pub(crate) fn learn_value(&mut self, text: &str, sensitive: Option<&str>) {
        let names = Rc::clone(&self.names);
        if let Some(name) = sensitive.filter(|_| !looks_like_json(text) && !is_json(text)) {
            return self.learn_one(&SensitiveValue::text(0..text.len(), text, name));
        }
        if sensitive.is_some() || !names.has_none_in(text) {
            if sensitive.is_none() {
                self.learn(names.pointers().iter().flat_map(|pointer| find::at_pointer(text, pointer)).collect());
            }
            let everything = sensitive.is_some();
            find::in_json(text, everything, &|name| names.has(name), &mut |named| match sensitive {
                Some(name) => self.learn_one(&SensitiveValue { name: name.to_owned(), ..named }),
                None => self.learn_one(&named),
            });
        }
    }

    /// Returns the value of the secret called `name`.
    pub(crate) fn secret_value(&self, name: &str) -> Option<&str> {
        self.secrets.value(name)
    }

    /// Collects a value that the case captures for use as a credential.
    pub(crate) fn learn_capture(&mut self, variable: &str, value: &Value) {
        let (text, kind) = match value {
            Value::String(text) => (text.clone(), sensitive_values::Kind::Text),
            Value::Number(number) => (number.to_string(), sensitive_values::Kind::Number),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return,
        };
        if self.names.has_passwords() && self.secret(&text).is_none() {
            let rule = format!("capture {variable}").into();
            self.values.learn(self.memory, self.scope, (&text, kind), &rule);
        }
    }

    fn learn(&mut self, found: Vec<SensitiveValue>) {
        found.iter().for_each(|named| self.learn_one(named));
    }

    /// Whether the value needs no redaction: a placeholder, or the name of a declared property.
    fn is_public(&self, named: &SensitiveValue) -> bool {
        named.is_placeholder() || self.is_declared(named)
    }

    fn learn_one(&mut self, named: &SensitiveValue) {
        // Copies of a long value would take a multiple of the body.
        if named.plain.len() > MAX_LEARNED || self.is_public(named) {
            return;
        }
        // A secret is shown by its name and needs no number.
        if self.secret(&named.plain).is_none() {
            let rule = self.names.rule(&named.name);
            self.values.learn(self.memory, self.scope, (&named.plain, named.kind), &rule);
        }
    }

    /// Whether it is a property that the contract declares, under a sensitive name: the name itself is not a value.
    pub(super) fn is_declared(&self, named: &SensitiveValue) -> bool {
        named.kind == sensitive_values::Kind::Name && self.names.is_declared_property(&named.plain)
    }

    fn apply(&self, text: &str, replacements: Vec<Replacement>) -> String {
        replace::all(text, replacements, &mut |rule| self.memory.count(rule))
    }

    /// Redacts secrets and values in `text`.
    pub(crate) fn text(&self, text: &str) -> String {
        self.apply(text, self.anywhere(text))
    }

    /// A case's id or name without secrets. KnownValues stay: they are literals of the case file, and an id must stay one.
    pub(crate) fn identity(&self, text: &str) -> String {
        self.apply(text, self.secrets.replacements(text))
    }

    /// Redacts a sentence that may contain JSON. If it is about a `sensitive` location, short values are replaced too where they are
    /// whole tokens.
    pub(crate) fn prose(&self, text: &str, sensitive: bool) -> String {
        self.apply(text, self.in_prose(text, sensitive))
    }

    /// Redacts the operands of an assertion: `response.body.email = "…", total = 3`.
    pub(crate) fn operands(&self, text: &str) -> String {
        let mut replacements = self.in_prose(text, true);
        replacements.extend(self.labels_of(find::in_operands(text, &self.names)));
        self.apply(text, replacements)
    }

    fn in_prose(&self, text: &str, sensitive: bool) -> Vec<Replacement> {
        let mut replacements = self.with_values(text, self.in_json(text, false));
        let alone = |token: Token| {
            let (label, rule) = self.token_label(text, &token)?;
            Some(Replacement { range: token.range, label, rule, is_secret: false })
        };
        let tokens = if sensitive { json::tokens(text, false, &|_| false) } else { Vec::new() };
        replacements.extend(tokens.into_iter().filter_map(alone));
        replacements
    }

    /// Redacts a pointer into a body, whose property names may be or contain values.
    pub(crate) fn pointer(&self, at: &Pointer) -> String {
        let token = |token: Cow<'_, str>| {
            let mut replacements = self.anywhere(&token);
            replacements.retain(|replacement| self.applies_in_name(replacement, &token));
            self.apply(&token, replacements)
        };
        at.tokens().map(token).fold(Pointer::root(), |at, token| at.join(token)).as_str().to_owned()
    }

    /// Whether a replacement applies within a property name: the names that the contract declares are public, so that `user` as a
    /// password does not hide `username`.
    fn applies_in_name(&self, replacement: &Replacement, name: &str) -> bool {
        replacement.is_secret || !self.names.is_declared_property(name)
    }

    /// Redacts a URL whose path matches `template`.
    pub(crate) fn url(&self, url: &str, template: &str) -> String {
        let named = find::in_url(url, template, &self.names);
        let mut replacements = self.anywhere(url);
        self.retain_outside_literals(url, &mut replacements);
        replacements.extend(self.labels_of(named));
        // `«redacted:1 string»` without its type: readers of logs expect no space in a URL.
        replacements.iter_mut().for_each(|replacement| {
            if let Some(start) = replacement.label.find(' ').filter(|_| replacement.label.starts_with("«redacted:")) {
                replacement.label.replace_range(start..replacement.label.len() - '»'.len_utf8(), "");
            }
        });
        self.apply(url, replacements)
    }

    /// Removes the values within literal segments of the contract's paths, where they are not sensitive.
    pub(super) fn retain_outside_literals(&self, url: &str, replacements: &mut Vec<Replacement>) {
        let own: Vec<_> = find::segments(url).filter(|at| self.names.is_literal(&url[at.clone()])).collect();
        let is_own = |replacement: &Replacement| {
            own.iter().any(|at| at.start <= replacement.range.start && replacement.range.end <= at.end)
        };
        replacements.retain(|replacement| replacement.is_secret || !is_own(replacement));
    }

    /// Redacts the value of a header.
    pub(crate) fn header(&self, name: &str, value: &str) -> String {
        let named = find::in_header(name, value, &self.names);
        self.apply(value, self.with_values(value, named))
    }

    /// Redacts the first `kept` bytes of a body. Returns also the number of omitted bytes. JSON that is kept whole stays JSON.
    pub(crate) fn body(&self, text: &str, media_type: Option<&MediaType>, kept: usize) -> (String, usize) {
        let up_to = |end: usize| (0..=end.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        // A value that begins before the end is found as a whole.
        let seen = text.get(..up_to(kept.saturating_add(self.max_length()))).unwrap_or_default();
        let mut replacements = match in_fields(seen, media_type, &self.names) {
            Some(named) => self.with_values(seen, named),
            None => self.in_value(seen, false),
        };
        let mut named = Vec::new();
        xml::scan(seen, media_type, &self.names, &mut |found| named.push(found));
        replacements.extend(self.labels_of(named));
        let (shown, taken) = replace::up_to(seen, replacements, up_to(kept), &mut |rule| self.memory.count(rule));
        (shown, text.len() - taken)
    }

    /// Redacts a value as compact JSON, or a string; `sensitive` if it is under a sensitive name. JSON stays JSON.
    pub(crate) fn value(&self, text: &str, sensitive: bool) -> String {
        self.apply(text, self.in_value(text, sensitive))
    }

    /// Returns the maximum size in bytes of an encoded secret or value.
    fn max_length(&self) -> usize {
        let earlier = self.earlier.map_or(0, SessionMemory::max_length);
        self.secrets.max_length().max(self.values.max_length()).max(earlier)
    }

    fn in_value(&self, text: &str, sensitive: bool) -> Vec<Replacement> {
        let is_whole = is_json(text);
        if !is_whole && !looks_like_json(text) {
            let whole = || SensitiveValue::text(0..text.len(), text, "");
            let named = if sensitive && !text.is_empty() { vec![whole()] } else { self.in_json(text, false) };
            return self.with_values(text, named);
        }
        let mut replacements = self.anywhere(text);
        if !replacements.is_empty() && is_whole {
            let tokens = json::tokens(text, sensitive, &|name| self.names.has(name));
            replacements.retain_mut(|replacement| self.fit(replacement, text, &tokens));
        }
        replacements.extend(self.labels_of(self.in_json(text, sensitive)));
        replacements
    }

    /// Whether a secret or a value begins within the first `shown` bytes of a binary body.
    pub(crate) fn is_in(&self, bytes: &[u8], shown: usize) -> bool {
        let seen = shown.saturating_add(self.max_length()).min(bytes.len());
        let text = String::from_utf8_lossy(&bytes[..seen]);
        !self.anywhere(&text).is_empty() || !self.in_json(&text, false).is_empty()
    }

    /// Finds values under sensitive names in JSON, or in a sentence with JSON in it.
    pub(super) fn in_json(&self, text: &str, sensitive: bool) -> Vec<SensitiveValue> {
        let mut found = Vec::new();
        if sensitive || !self.names.has_none_in(text) {
            find::in_json(text, sensitive, &|name| self.names.has(name), &mut |named| found.push(named));
            found.extend(self.names.pointers().iter().flat_map(|pointer| find::at_pointer(text, pointer)));
        }
        found
    }

    /// Finds every secret and every value that is long enough to be searched for, anywhere.
    fn anywhere(&self, text: &str) -> Vec<Replacement> {
        let mut replacements = self.secrets.replacements(text);
        replacements.extend(self.values.replacements(text));
        replacements.extend(self.earlier.into_iter().flat_map(|earlier| earlier.replacements(text, &self.values)));
        replacements
    }

    fn with_values(&self, text: &str, named: Vec<SensitiveValue>) -> Vec<Replacement> {
        let mut replacements = self.anywhere(text);
        replacements.extend(self.labels_of(named));
        replacements
    }

    /// Returns the replacements for `named`; a value that is a secret is replaced by its name.
    fn labels_of(&self, named: Vec<SensitiveValue>) -> Vec<Replacement> {
        let replacement = |named: SensitiveValue| {
            let secret = self.secret(&named.plain);
            let is_secret = secret.is_some();
            let known = secret.or_else(|| self.values.label(&named.plain, named.kind));
            let (label, rule) = known.unwrap_or_else(|| ("«redacted»".to_owned(), self.names.rule(&named.name)));
            let label = named.within.map_or(label.clone(), |within| quoted(&label, within));
            Replacement { range: named.range, label, rule, is_secret }
        };
        named.into_iter().filter(|named| !self.is_public(named)).map(replacement).collect()
    }

    /// Returns the label of a scalar that is a known value, by its type here.
    fn token_label(&self, text: &str, token: &Token) -> Option<(String, Rc<str>)> {
        let raw = text.get(token.range.clone())?;
        let kind =
            if token.kind == Kind::Bare { sensitive_values::Kind::of_bare(raw) } else { sensitive_values::Kind::Text };
        self.values.label(&unquote(raw), kind)
    }

    /// Returns the label of `plain` if the whole of it is a secret.
    fn secret(&self, plain: &str) -> Option<(String, Rc<str>)> {
        let replacements = self.secrets.replacements(plain).into_iter();
        replacements
            .filter(|replacement| replacement.range.len() == plain.len())
            .map(|replacement| (replacement.label, replacement.rule))
            .next()
    }

    /// Fits a replacement into the surrounding JSON: it is unchanged inside a string, and anything else is replaced as a whole, in
    /// quotes. Returns false for what only seems to match: across an escape, or as a part of a number.
    pub(super) fn fit(&self, replacement: &mut Replacement, text: &str, tokens: &[Token]) -> bool {
        let holding = |at: usize| {
            let behind = tokens.partition_point(|token| token.range.start <= at);
            behind.checked_sub(1).and_then(|index| tokens.get(index))
        };
        let Some(token) = holding(replacement.range.start) else { return false };
        let between_quotes = token.range.start < replacement.range.start && replacement.range.end < token.range.end;
        let aligned = between_quotes
            && [replacement.range.start, replacement.range.end].iter().all(|at| !json::splits_escape(text, *at));
        let is_secret = replacement.is_secret;
        match token.kind {
            Kind::Text if aligned => true,
            Kind::Key if aligned => {
                let name = text.get(token.range.clone()).map(unquote).unwrap_or_default();
                self.applies_in_name(replacement, &name)
            }
            Kind::Bare if replacement.range == token.range => {
                if let Some((label, _)) = self.token_label(text, token).filter(|_| !is_secret) {
                    replacement.label = label;
                }
                replacement.label = format!("\"{}\"", replacement.label);
                true
            }
            _ if is_secret => {
                let last = holding(replacement.range.end.saturating_sub(1))
                    .map_or(replacement.range.end, |token| token.range.end);
                replacement.range = token.range.start..last.max(replacement.range.end);
                replacement.label = format!("\"{}\"", replacement.label);
                true
            }
            _ => false,
        }
    }
}

/// Adds quotes, escaped once for each string that they are within.
pub(super) fn quoted(label: &str, within: usize) -> String {
    let escape = |text: String| text.replace('\\', "\\\\").replace('"', "\\\"");
    (0..within).fold(format!("\"{label}\""), |text, _| escape(text))
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', '"'])
}

pub(super) fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;
    use crate::record::redact::Secret;
    use crate::record::redact::sensitive_names::NamesByOperation;

    const KEY: &str = "k\"y/\\é 1234";

    /// The body after redaction.
    fn shown(text: &str) -> String {
        let secrets = Secrets::new(&[Secret { name: "KEY".to_owned(), value: KEY.to_owned() }]);
        let names = NamesByOperation::of_names(&["email"]);
        let mut memory = RunMemory::default();
        let mut redactor = ExchangeRedactor {
            secrets: &secrets,
            memory: &mut memory,
            scope: "s",
            names,
            values: KnownValues::default(),
            earlier: None,
        };
        redactor.learn_body(text.as_bytes(), None);
        redactor.body(text, None, text.len()).0
    }

    proptest! {
        #[test]
        fn json_stays_json_and_hides_what_it_must(a in ".{0,6}", b in any::<i32>(), email in "[\\\\\"a-cn1-3é]{1,6}") {
            let body = json!({ "a": format!("{a}{KEY}{email}"), "email": email, (format!("{KEY}{a}")): [b, email, { "x": a }] });
            let shown: Value = serde_json::from_str(&shown(&body.to_string())).expect("JSON");
            prop_assert_eq!(&shown["email"], "«redacted:1 string»");
            prop_assert!(!shown.to_string().contains(&Value::from(KEY).to_string()[1..14]));
            prop_assert_eq!(shown.as_object().map(serde_json::Map::len), body.as_object().map(serde_json::Map::len));
        }

        #[test]
        fn no_text_breaks_it(text in "[\\\\\"{}\\[\\],:a-c1é«» ]{0,40}|\\{\"email\":.{0,20}") {
            let _ = shown(&text);
        }
    }

    #[test]
    fn what_is_not_json_is_protected_too() {
        assert_eq!(shown("{\"email\": \"a@b.example\", "), "{\"email\": \"«redacted:1 string»\", ");
        let quoted = Value::from("{\"email\": 12, ").to_string();
        assert_eq!(shown(&quoted), Value::from("{\"email\": \"«redacted:1 number»\", ").to_string());
        assert_eq!(
            shown(&json!(["{\"email\":true}"]).to_string()),
            json!(["{\"email\":\"«redacted:1 boolean»\"}"]).to_string()
        );
        assert_eq!(
            shown(r#"{"a@b.c":{"email":"a@b.c"},"to a@b.c":1}"#),
            r#"{"«redacted:1 string»":{"email":"«redacted:1 string»"},"to «redacted:1 string»":1}"#
        );
        assert_eq!(shown(r#"{"email":"a\u0040b.c"} a@b.c"#), r#"{"email":"«redacted:1 string»"} «redacted:1 string»"#);
        assert_eq!(
            shown(r#"{"email":{"a@b.c":{"to":1}},"x":["a@b.c","to"]}"#),
            r#"{"email":{"«redacted:1 name»":{"«redacted:2 name»":"«redacted:3 number»"}},"x":["«redacted:1 name»","to"]}"#
        );
        assert_eq!(shown(&format!("oops: {KEY}!")), "oops: «secret:KEY»!");
        assert_eq!(
            shown("{\"email\":1234,\"n\":[1234,51234,\"x1234\"]}"),
            "{\"email\":\"«redacted:1 number»\",\"n\":[\"«redacted:1 number»\",51234,\"x«redacted:1 number»\"]}"
        );
    }

    #[test]
    fn equal_characters_share_a_number_and_keep_their_kind() {
        assert_eq!(
            shown(r#"[{"email":1990},{"email":"1990"},1990,"in 1990"]"#),
            r#"[{"email":"«redacted:1 number»"},{"email":"«redacted:1 string»"},"«redacted:1 number»","in «redacted:1»"]"#
        );
        assert_eq!(
            shown(r#"{"email":"4711","n":4711}"#),
            r#"{"email":"«redacted:1 string»","n":"«redacted:1 number»"}"#
        );
        assert_eq!(shown(r#"{"email":"true","a":{"email":true}}"#).matches("1 boolean").count(), 1);
    }
}
