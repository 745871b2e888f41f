//! What is planted: values that no output may hold, each recognisable by its beginning and its end.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// A value, and the place of an exchange that it is planted in.
#[derive(Debug, Clone)]
pub struct Plant {
    pub place: &'static str,
    pub value: String,
}

/// Places that only hold what an HTTP header can.
const PLAIN: &[&str] = &[
    "HEADER",
    "COOKIE",
    "BEARER",
    "TARGET_HEADER",
    "OTHER_BEARER",
    "ECHOED_HEADER",
    "SET_COOKIE",
    "LOCATION",
    "NOT_UTF8",
    "USERINFO",
    "TRAILER",
    "FILE_NAME",
];

/// The secrets of the run that a record shows where nothing is hidden; each is taken from the environment by the name of its place.
pub const SECRETS: &[&str] = &[
    "PATH",
    "QUERY",
    "HEADER",
    "COOKIE",
    "BEARER",
    "PASSWORD",
    "MEMBER",
    "NESTED",
    "KEY",
    "FORM",
    "MULTIPART",
    "BINARY",
    "TEXT",
    "TARGET_HEADER",
    "OTHER_BEARER",
    "TABLE",
    "VAR",
    "EXPECTED",
    "ECHOED_HEADER",
    "SET_COOKIE",
    "LOCATION",
    "VALUE",
    "MEMBER_NAME",
    "INSIDE",
    "ESCAPED",
    "PERCENT",
    "BASE64",
    "ENTITY",
    "PLAIN_TEXT",
    "ERROR",
    "BROKEN",
    "CAPTURED",
    "STRADDLING",
    "JSON_IN_JSON",
    "NOT_UTF8",
    "MALFORMED",
    "LARGE",
    "USERINFO",
    "XML",
    "NDJSON",
    "FILE_NAME",
];

/// Secrets that no record shows: a trailer is not recorded.
pub const UNRECORDED: &[&str] = &["TRAILER"];

/// Every secret of the run.
pub fn secrets() -> impl Iterator<Item = &'static str> {
    SECRETS.iter().chain(UNRECORDED).copied()
}

/// Every value that is only under a name of `redact`, of HTTP or of the contract.
pub const NAMED: &[&str] = &[
    "token",
    "pin",
    "in_list",
    "row",
    "csv",
    "own_password",
    "own_cookie",
    "form_token",
    "part_token",
    "query_token",
    "json_in_json",
    "escaped_json",
    "mapped",
    "echoed",
    "expected",
    "api_key",
    "write_only",
    "location_token",
    "not_utf8",
    "malformed",
    "straddling",
    "operand",
    "captured",
];

impl Plant {
    pub fn secret(place: &'static str) -> Self {
        let number = secrets().position(|other| other == place).expect("a place");
        let middle = if PLAIN.contains(&place) { "-h/d+r." } else { "/k\"y\\+&<%41é " };
        Self { place, value: format!("alpha{number:02}{middle}omega{number:02}") }
    }

    pub fn named(place: &'static str) -> Self {
        let number = NAMED.iter().position(|other| *other == place).expect("a place");
        Self { place, value: format!("gamma{number:02}x/+é'delta{number:02}") }
    }

    pub fn all() -> impl Iterator<Item = Self> {
        secrets().map(Self::secret).chain(NAMED.iter().map(|place| Self::named(place)))
    }

    pub fn base64(&self) -> String {
        STANDARD.encode(&self.value)
    }

    /// Every byte as `%XX`.
    pub fn percent(&self) -> String {
        percent(&self.value)
    }

    /// Every character as `\u0041`.
    pub fn escaped(&self) -> String {
        escaped(&self.value)
    }

    /// Every character as `&#65;`.
    pub fn entities(&self) -> String {
        entities(&self.value)
    }

    /// The forms of its first and last part, and of the whole, that `text` holds, which is in lower case.
    pub fn found(&self, text: &str) -> Vec<String> {
        let parts = [&self.value[..7], &self.value[self.value.len() - 7..]];
        let mut forms: Vec<String> =
            parts.iter().flat_map(|part| [percent(part), escaped(part), entities(part)]).collect();
        forms.extend(parts.map(str::to_owned));
        // Ten characters of base64 hold the first seven bytes.
        forms.extend(
            [STANDARD.encode(&self.value), URL_SAFE_NO_PAD.encode(&self.value)].map(|text| text[..10].to_owned()),
        );
        forms.iter_mut().for_each(|form| form.make_ascii_lowercase());
        forms.retain(|form| text.contains(form.as_str()));
        forms
    }
}

fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn escaped(text: &str) -> String {
    text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect()
}

fn entities(text: &str) -> String {
    text.chars().map(|c| format!("&#{};", u32::from(c))).collect()
}
