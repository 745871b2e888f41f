//! The redaction of one exchange: first it learns every sensitive value, then it replaces them wherever they occur.

use std::rc::Rc;

use serde_json::Value;

use crate::http::{Headers, MediaType};

use super::json::{self, Kind, Token, unquote};
use super::locate::{self, Named};
use super::mask::{Cut, apply};
use super::names::Names;
use super::secrets::Secrets;
use super::values::{Numbers, Values};

/// What is known of one exchange's sensitive values.
pub struct Veil<'r> {
    pub(super) secrets: &'r Secrets,
    pub(super) numbers: &'r mut Numbers,
    /// The story (or independent case) in which values are numbered.
    pub(super) scope: &'r str,
    pub(super) names: Rc<Names>,
    pub(super) values: Values,
}

impl Veil<'_> {
    /// The sensitive names.
    pub fn names(&self) -> &Names {
        &self.names
    }

    /// Learns the values in a URL whose path follows `template`.
    pub fn learn_url(&mut self, url: &str, template: &str) {
        self.learn(locate::in_url(url, template, &Rc::clone(&self.names)));
    }

    /// Learns the values in header lines.
    pub fn learn_headers(&mut self, headers: &Headers) {
        for (name, value) in headers.iter() {
            self.learn(locate::in_header(name, value, &Rc::clone(&self.names)));
        }
    }

    /// Learns the values in a body; bytes that are not text hold none.
    pub fn learn_body(&mut self, body: &[u8], media_type: Option<&MediaType>) {
        if let Ok(text) = std::str::from_utf8(body) {
            self.learn(self.in_body(text, media_type));
        }
    }

    /// Learns a text that stands under a sensitive name as a whole: every scalar where it is JSON.
    pub fn learn_value(&mut self, text: &str) {
        self.learn(self.in_value(text, true));
    }

    fn learn(&mut self, found: Vec<Named>) {
        // A secret has its name already, and needs no number.
        for named in found {
            if self.secret(&named.plain).is_none() {
                self.values.learn(self.numbers, self.scope, &named.plain, named.kind);
            }
        }
    }

    /// `text` without secrets and values.
    pub fn text(&self, text: &str) -> String {
        apply(text, self.anywhere(text))
    }

    /// A case's id or name without secrets. Values stay: they are literals of the case file, and an id must stay one.
    pub fn identity(&self, text: &str) -> String {
        apply(text, self.secrets.cuts(text))
    }

    /// `text` about something that stands under a sensitive name: short values are replaced too, where they stand alone.
    pub fn about_sensitive(&self, text: &str) -> String {
        let alone = json::scan(text, false, &|_| false).into_iter().filter_map(|token| {
            let label = self.values.label(&unquote(text.get(token.range.clone())?))?;
            Some(Cut { range: token.range, label })
        });
        apply(text, self.anywhere(text).into_iter().chain(alone).collect())
    }

    /// A URL whose path follows `template`.
    pub fn url(&self, url: &str, template: &str) -> String {
        let named = locate::in_url(url, template, &self.names);
        apply(url, self.with_named(url, named))
    }

    /// The value of a header.
    pub fn header(&self, name: &str, value: &str) -> String {
        let named = locate::in_header(name, value, &self.names);
        apply(value, self.with_named(value, named))
    }

    /// A body's text. JSON stays JSON.
    pub fn body(&self, text: &str, media_type: Option<&MediaType>) -> String {
        if looks_like_json(text) {
            return self.value(text, false);
        }
        apply(text, self.with_named(text, self.in_body(text, media_type)))
    }

    /// A value as compact JSON, or a text; `sensitive` when it stands under a sensitive name. JSON stays JSON.
    pub fn value(&self, text: &str, sensitive: bool) -> String {
        if !looks_like_json(text) && !is_json(text) {
            return apply(text, self.with_named(text, self.in_value(text, sensitive)));
        }
        // A body that is not well-formed is quoted in its finding as one string.
        if let Ok(inner) = serde_json::from_str::<String>(text)
            && looks_like_json(&inner)
        {
            return Value::from(self.value(&inner, sensitive)).to_string();
        }
        let mut anywhere = self.anywhere(text);
        if anywhere.is_empty() && !sensitive && self.names.has_none() {
            return text.to_owned();
        }
        let tokens = self.tokens(text, sensitive);
        if !anywhere.is_empty() && is_json(text) {
            anywhere.retain_mut(|cut| self.fit(cut, text, &tokens));
        }
        anywhere.extend(self.labelled(locate::in_json(text, &tokens)));
        apply(text, anywhere)
    }

    /// Whether bytes that are not text hold a secret or a value.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        !self.anywhere(&String::from_utf8_lossy(bytes)).is_empty()
    }

    fn in_body(&self, text: &str, media_type: Option<&MediaType>) -> Vec<Named> {
        let is =
            |kind: &str, subtype: &str| media_type.is_some_and(|media| media.kind == kind && media.subtype == subtype);
        if is("application", "x-www-form-urlencoded") {
            locate::in_form(text, &self.names)
        } else if is("multipart", "form-data") {
            locate::in_multipart(text, &self.names)
        } else {
            self.in_value(text, false)
        }
    }

    fn in_value(&self, text: &str, sensitive: bool) -> Vec<Named> {
        if !sensitive && self.names.has_none() {
            return Vec::new();
        }
        if looks_like_json(text) || is_json(text) {
            return locate::in_json(text, &self.tokens(text, sensitive));
        }
        let whole =
            Named { range: 0..text.len(), plain: text.to_owned(), kind: super::values::Kind::Text, quoted: false };
        if sensitive && !text.is_empty() { vec![whole] } else { Vec::new() }
    }

    fn tokens(&self, text: &str, sensitive: bool) -> Vec<Token> {
        json::scan(text, sensitive, &|name| self.names.has(name))
    }

    /// Every secret and every value that is long enough to be looked for, wherever it stands.
    fn anywhere(&self, text: &str) -> Vec<Cut> {
        let mut cuts = self.secrets.cuts(text);
        cuts.extend(self.values.cuts(text));
        cuts
    }

    fn with_named(&self, text: &str, named: Vec<Named>) -> Vec<Cut> {
        let mut cuts = self.anywhere(text);
        cuts.extend(self.labelled(named));
        cuts
    }

    /// The cuts that replace `named`: by the secret's name where the value is one.
    fn labelled(&self, named: Vec<Named>) -> Vec<Cut> {
        let label = |named: &Named| {
            let label = self.secret(&named.plain).or_else(|| self.values.label(&named.plain));
            let label = label.unwrap_or_else(|| "«redacted»".to_owned());
            if named.quoted { format!("\"{label}\"") } else { label }
        };
        named.iter().map(|named| Cut { range: named.range.clone(), label: label(named) }).collect()
    }

    /// What is shown instead of `plain` when it is a secret as a whole.
    fn secret(&self, plain: &str) -> Option<String> {
        let cuts = self.secrets.cuts(plain).into_iter();
        cuts.filter(|cut| cut.range.len() == plain.len()).map(|cut| cut.label).next()
    }

    /// Makes a cut fit the JSON around it: between the quotes of a string it stays as it is, anything else is replaced as a
    /// whole, in quotes. A value that only seems to stand there, across an escape or as a part of a number, is no match.
    fn fit(&self, cut: &mut Cut, text: &str, tokens: &[Token]) -> bool {
        let holding = |at: usize| {
            let behind = tokens.partition_point(|token| token.range.start <= at);
            behind.checked_sub(1).and_then(|index| tokens.get(index))
        };
        let Some(token) = holding(cut.range.start) else { return false };
        let between_quotes = token.range.start < cut.range.start && cut.range.end < token.range.end;
        let aligned =
            between_quotes && [cut.range.start, cut.range.end].iter().all(|at| !json::splits_escape(text, *at));
        let is_secret = cut.label.starts_with("«secret:");
        match token.kind {
            Kind::Text if aligned => true,
            Kind::Key if aligned => is_secret,
            Kind::Bare if cut.range == token.range => {
                cut.label = format!("\"{}\"", cut.label);
                true
            }
            _ if is_secret => {
                let last = holding(cut.range.end.saturating_sub(1)).map_or(cut.range.end, |token| token.range.end);
                *cut = Cut { range: token.range.start..last.max(cut.range.end), label: format!("\"{}\"", cut.label) };
                true
            }
            _ => false,
        }
    }
}

fn looks_like_json(text: &str) -> bool {
    text.trim_start().starts_with(['{', '[', '"'])
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::record::redact::Secret;
    use crate::record::redact::names::Registry;

    const KEY: &str = "k\"y/\\é 1234";

    /// The body as it is shown after the veil has learned it.
    fn shown(text: &str) -> String {
        let secrets = Secrets::new(&[Secret { name: "KEY".to_owned(), value: KEY.to_owned() }]);
        let names = Registry::of_names(&["email"]);
        let mut numbers = Numbers::default();
        let mut veil = Veil { secrets: &secrets, numbers: &mut numbers, scope: "s", names, values: Values::default() };
        veil.learn_body(text.as_bytes(), None);
        veil.body(text, None)
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
        assert_eq!(shown(&quoted), Value::from("{\"email\": \"«redacted»\", ").to_string());
        assert_eq!(shown(&format!("oops: {KEY}!")), "oops: «secret:KEY»!");
        assert_eq!(
            shown("{\"email\":1234,\"n\":[1234,51234,\"x1234\"]}"),
            "{\"email\":\"«redacted:1 number»\",\"n\":[\"«redacted:1 number»\",51234,\"x«redacted:1 number»\"]}"
        );
    }
}
