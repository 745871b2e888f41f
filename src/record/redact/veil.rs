//! The redaction of one exchange: first it learns every sensitive value, then it replaces them wherever they occur.

use std::borrow::Cow;
use std::rc::Rc;

use crate::http::{Headers, MediaType};
use crate::pointer::Pointer;

use super::json::{self, Kind, Token, unquote};
use super::locate::{self, Named};
use super::mask::{self, Cut};
use super::names::Names;
use super::secrets::Secrets;
use super::values::{self, Memory, Values};
use super::xml;

/// Bytes of a body that is not text in which values are looked for.
const MAX_LOSSY: usize = 256 * 1024;

/// What is known of one exchange's sensitive values.
pub struct Veil<'r> {
    pub(super) secrets: &'r Secrets,
    pub(super) memory: &'r mut Memory,
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
            if let Some(password) = locate::password(name, value).filter(|_| self.names.has_passwords()) {
                self.learn_one(&Named::text(0..0, password, name));
            }
        }
    }

    /// Learns the values in a body.
    pub fn learn_body(&mut self, body: &[u8], media_type: Option<&MediaType>) {
        match std::str::from_utf8(body) {
            Ok(text) => self.learn_text(text, media_type),
            // Of what is not text no more than the start is ever shown.
            Err(_) => self.learn_text(&String::from_utf8_lossy(&body[..body.len().min(MAX_LOSSY)]), media_type),
        }
    }

    fn learn_text(&mut self, text: &str, media_type: Option<&MediaType>) {
        xml::scan(text, media_type, &Rc::clone(&self.names), &mut |named| self.learn_one(&named));
        match self.pairs(text, media_type) {
            Some(found) => self.learn(found),
            None => self.learn_value(text, None),
        }
    }

    /// Learns the values in JSON or in prose that holds some; the whole text where it stands under a `sensitive` name.
    pub fn learn_value(&mut self, text: &str, sensitive: Option<&str>) {
        let names = Rc::clone(&self.names);
        if let Some(name) = sensitive.filter(|_| !looks_like_json(text) && !is_json(text)) {
            return self.learn_one(&Named::text(0..text.len(), text, name));
        }
        if sensitive.is_some() || !names.has_none() {
            if sensitive.is_none() {
                self.learn(names.pointers().iter().flat_map(|pointer| locate::at_pointer(text, pointer)).collect());
            }
            let everything = sensitive.is_some();
            locate::in_json(text, everything, &|name| names.has(name), &mut |named| match sensitive {
                Some(name) => self.learn_one(&Named { name: name.to_owned(), ..named }),
                None => self.learn_one(&named),
            });
        }
    }

    fn learn(&mut self, found: Vec<Named>) {
        found.iter().for_each(|named| self.learn_one(named));
    }

    fn learn_one(&mut self, named: &Named) {
        // A secret has its name already, and needs no number.
        if self.secret(&named.plain).is_none() {
            let rule = self.names.rule(&named.name);
            self.values.learn(self.memory, self.scope, (&named.plain, named.kind), &rule);
        }
    }

    fn apply(&self, text: &str, cuts: Vec<Cut>) -> String {
        mask::apply(text, cuts, &mut |rule| self.memory.count(rule))
    }

    /// `text` without secrets and values.
    pub fn text(&self, text: &str) -> String {
        self.apply(text, self.anywhere(text))
    }

    /// A case's id or name without secrets. Values stay: they are literals of the case file, and an id must stay one.
    pub fn identity(&self, text: &str) -> String {
        self.apply(text, self.secrets.cuts(text))
    }

    /// A sentence, with JSON in it perhaps. About something that stands under a sensitive name, short values are replaced too,
    /// where they stand alone.
    pub fn prose(&self, text: &str, sensitive: bool) -> String {
        self.apply(text, self.in_prose(text, sensitive))
    }

    /// The operands of an assertion: `response.body.email = "…", total = 3`.
    pub fn operands(&self, text: &str) -> String {
        let mut cuts = self.in_prose(text, true);
        cuts.extend(self.labelled(locate::in_operands(text, &self.names)));
        self.apply(text, cuts)
    }

    fn in_prose(&self, text: &str, sensitive: bool) -> Vec<Cut> {
        let mut cuts = self.with_named(text, self.in_json(text, false));
        let alone = |token: Token| {
            let (label, rule) = self.as_it_is(text, &token)?;
            Some(Cut { range: token.range, label, rule })
        };
        let tokens = if sensitive { json::tokens(text, false, &|_| false) } else { Vec::new() };
        cuts.extend(tokens.into_iter().filter_map(alone));
        cuts
    }

    /// A place in a body, whose members' names may be values.
    pub fn pointer(&self, at: &Pointer) -> String {
        let token = |token: Cow<'_, str>| {
            let is_whole = |cut: &Cut| cut.range == (0..token.len());
            let value = self.values.cuts(&token).into_iter().find(is_whole);
            value.map_or_else(
                || self.identity(&token),
                |cut| {
                    self.memory.count(&cut.rule);
                    cut.label
                },
            )
        };
        at.tokens().map(token).fold(Pointer::root(), |at, token| at.join(token)).as_str().to_owned()
    }

    /// A URL whose path follows `template`.
    pub fn url(&self, url: &str, template: &str) -> String {
        let named = locate::in_url(url, template, &self.names);
        let mut cuts = self.anywhere(url);
        // A value that happens to be in a word of the contract's own paths is none there.
        let own: Vec<_> = locate::segments(url).filter(|at| self.names.is_literal(&url[at.clone()])).collect();
        let is_own = |cut: &Cut| own.iter().any(|at| at.start <= cut.range.start && cut.range.end <= at.end);
        cuts.retain(|cut| is_secret(cut) || !is_own(cut));
        cuts.extend(self.labelled(named));
        self.apply(url, cuts)
    }

    /// The value of a header.
    pub fn header(&self, name: &str, value: &str) -> String {
        let named = locate::in_header(name, value, &self.names);
        self.apply(value, self.with_named(value, named))
    }

    /// The first `kept` bytes of a body's text, and how many bytes are left out behind them. JSON that is kept whole stays JSON.
    pub fn body(&self, text: &str, media_type: Option<&MediaType>, kept: usize) -> (String, usize) {
        let up_to = |end: usize| (0..=end.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
        // What begins before the end of what is kept is found whole.
        let seen = text.get(..up_to(kept.saturating_add(self.reach()))).unwrap_or_default();
        let mut cuts = match self.pairs(seen, media_type) {
            Some(named) => self.with_named(seen, named),
            None => self.in_value(seen, false),
        };
        let mut named = Vec::new();
        xml::scan(seen, media_type, &self.names, &mut |found| named.push(found));
        cuts.extend(self.labelled(named));
        let (shown, taken) = mask::start(seen, cuts, up_to(kept), &mut |rule| self.memory.count(rule));
        (shown, text.len() - taken)
    }

    /// A value as compact JSON, or a text; `sensitive` when it stands under a sensitive name. JSON stays JSON.
    pub fn value(&self, text: &str, sensitive: bool) -> String {
        self.apply(text, self.in_value(text, sensitive))
    }

    /// Bytes that the longest secret or value may take.
    fn reach(&self) -> usize {
        self.secrets.reach().max(self.values.reach())
    }

    fn in_value(&self, text: &str, sensitive: bool) -> Vec<Cut> {
        let is_whole = is_json(text);
        if !is_whole && !looks_like_json(text) {
            let whole = || Named::text(0..text.len(), text, "");
            let named = if sensitive && !text.is_empty() { vec![whole()] } else { self.in_json(text, false) };
            return self.with_named(text, named);
        }
        let mut cuts = self.anywhere(text);
        if !cuts.is_empty() && is_whole {
            let tokens = json::tokens(text, sensitive, &|name| self.names.has(name));
            cuts.retain_mut(|cut| self.fit(cut, text, &tokens));
        }
        cuts.extend(self.labelled(self.in_json(text, sensitive)));
        cuts
    }

    /// Whether a secret or a value begins within the first `shown` of bytes that are not text.
    pub fn is_in(&self, bytes: &[u8], shown: usize) -> bool {
        let seen = shown.saturating_add(self.reach()).min(bytes.len());
        let text = String::from_utf8_lossy(&bytes[..seen]);
        !self.anywhere(&text).is_empty() || !self.in_json(&text, false).is_empty()
    }

    /// The values of a form or of multipart; `None` for other bodies.
    fn pairs(&self, text: &str, media_type: Option<&MediaType>) -> Option<Vec<Named>> {
        let media_type = media_type?;
        match (media_type.kind.as_str(), media_type.subtype.as_str()) {
            ("application", "x-www-form-urlencoded") => Some(locate::in_form(text, &self.names)),
            ("multipart", "form-data") => Some(locate::in_multipart(text, &self.names)),
            _ => None,
        }
    }

    /// What stands under sensitive names in JSON, or in prose that holds some.
    fn in_json(&self, text: &str, sensitive: bool) -> Vec<Named> {
        let mut found = Vec::new();
        if sensitive || !self.names.has_none() {
            locate::in_json(text, sensitive, &|name| self.names.has(name), &mut |named| found.push(named));
            found.extend(self.names.pointers().iter().flat_map(|pointer| locate::at_pointer(text, pointer)));
        }
        found
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
        let cut = |named: Named| {
            let known = self.secret(&named.plain).or_else(|| self.values.label(&named.plain, named.kind));
            let (label, rule) = known.unwrap_or_else(|| ("«redacted»".to_owned(), self.names.rule(&named.name)));
            let label = named.within.map_or(label.clone(), |within| quoted(&label, within));
            Cut { range: named.range, label, rule }
        };
        named.into_iter().map(cut).collect()
    }

    /// What is shown instead of a scalar when it is one of the values: by what it is here.
    fn as_it_is(&self, text: &str, token: &Token) -> Option<(String, Rc<str>)> {
        let raw = text.get(token.range.clone())?;
        let kind = if token.kind == Kind::Bare { values::Kind::of_bare(raw) } else { values::Kind::Text };
        self.values.label(&unquote(raw), kind)
    }

    /// What is shown instead of `plain` when it is a secret as a whole.
    fn secret(&self, plain: &str) -> Option<(String, Rc<str>)> {
        let cuts = self.secrets.cuts(plain).into_iter();
        cuts.filter(|cut| cut.range.len() == plain.len()).map(|cut| (cut.label, cut.rule)).next()
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
        let is_secret = is_secret(cut);
        match token.kind {
            Kind::Text if aligned => true,
            Kind::Key if aligned => is_secret || cut.range.len() + 2 == token.range.len(),
            Kind::Bare if cut.range == token.range => {
                if let Some((label, _)) = self.as_it_is(text, token).filter(|_| !is_secret) {
                    cut.label = label;
                }
                cut.label = format!("\"{}\"", cut.label);
                true
            }
            _ if is_secret => {
                let last = holding(cut.range.end.saturating_sub(1)).map_or(cut.range.end, |token| token.range.end);
                cut.range = token.range.start..last.max(cut.range.end);
                cut.label = format!("\"{}\"", cut.label);
                true
            }
            _ => false,
        }
    }
}

fn is_secret(cut: &Cut) -> bool {
    cut.label.starts_with("«secret:")
}

/// In quotes, which are escaped once for each string that they stand within.
fn quoted(label: &str, within: usize) -> String {
    let escape = |text: String| text.replace('\\', "\\\\").replace('"', "\\\"");
    (0..within).fold(format!("\"{label}\""), |text, _| escape(text))
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
    use serde_json::{Value, json};

    use super::*;
    use crate::record::redact::Secret;
    use crate::record::redact::names::Registry;

    const KEY: &str = "k\"y/\\é 1234";

    /// The body as it is shown after the veil has learned it.
    fn shown(text: &str) -> String {
        let secrets = Secrets::new(&[Secret { name: "KEY".to_owned(), value: KEY.to_owned() }]);
        let names = Registry::of_names(&["email"]);
        let mut memory = Memory::default();
        let mut veil = Veil { secrets: &secrets, memory: &mut memory, scope: "s", names, values: Values::default() };
        veil.learn_body(text.as_bytes(), None);
        veil.body(text, None, text.len()).0
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
            r#"{"«redacted:1 string»":{"email":"«redacted:1 string»"},"to a@b.c":1}"#
        );
        assert_eq!(shown(r#"{"email":"a\u0040b.c"} a@b.c"#), r#"{"email":"«redacted:1 string»"} «redacted:1 string»"#);
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
