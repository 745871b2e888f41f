//! Strings of known formats (JSON Schema 2020-12 Validation §7.3, the OpenAPI format registry).

/// A simple string of the format; another one for another `nth`.
pub(super) fn plain(format: &str, nth: usize) -> Option<String> {
    Some(match format {
        "date-time" => format!("2025-01-31T12:{:02}:{:02}Z", nth / 60 % 60, nth % 60),
        "date" => format!("2025-{:02}-{:02}", nth / 28 % 12 + 1, nth % 28 + 1),
        "time" => format!("12:{:02}:{:02}Z", nth / 60 % 60, nth % 60),
        "date-time-local" => format!("2025-01-31T12:{:02}:{:02}", nth / 60 % 60, nth % 60),
        "time-local" => format!("12:{:02}:{:02}", nth / 60 % 60, nth % 60),
        "media-range" if nth == 0 => "application/json".to_owned(),
        "media-range" => format!("application/vnd.x{nth}"),
        "duration" => format!("P{}D", nth + 1),
        "email" | "idn-email" if nth == 0 => "person@example.com".to_owned(),
        "email" | "idn-email" => format!("person{nth}@example.com"),
        "hostname" | "idn-hostname" if nth == 0 => "example.com".to_owned(),
        "hostname" | "idn-hostname" => format!("host{nth}.example.com"),
        "ipv4" => format!("192.0.2.{}", nth % 254 + 1),
        "ipv6" => format!("2001:db8::{:x}", nth % 0xffff + 1),
        "uri" | "iri" | "url" if nth == 0 => "https://example.com/".to_owned(),
        "uri" | "iri" | "url" => format!("https://example.com/{nth}"),
        "uri-reference" | "iri-reference" | "uri-template" | "json-pointer" => format!("/{nth}"),
        "relative-json-pointer" => nth.to_string(),
        "uuid" => format!("0b7f3f0c-9a59-4d3c-8a5e-{nth:012x}"),
        "regex" => format!("^.{{{nth}}}"),
        "byte" | "base64url" => format!("dGV4d{}A=", char::from(b"AEIMQUYcgkosw048"[nth % 16])),
        "char" => char::from(b"abcdefghijklmnopqrstuvwxyz"[nth % 26]).to_string(),
        "decimal" | "decimal128" => format!("{}.50", nth + 1),
        "http-date" => format!("Fri, 31 Jan 2025 12:{:02}:{:02} GMT", nth / 60 % 60, nth % 60),
        _ => return None,
    })
}

/// A pattern whose matches are valid for that format or encoding. Covers only part of it, but many lengths.
pub(super) fn shape(format: &str) -> Option<&'static str> {
    Some(match format {
        "date-time" => {
            r"^20[0-3][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|\+00:00|[+-]0[1-9]:[03]0)$"
        }
        "date" => "^20[0-3][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])$",
        "time" => r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?(Z|\+00:00|[+-]0[1-9]:[03]0)$",
        "date-time-local" => {
            r"^20[0-3][0-9]-(0[1-9]|1[0-2])-(0[1-9]|1[0-9]|2[0-8])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?$"
        }
        "time-local" => r"^([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?$",
        "media-range" => r"^(application|text)/[a-z][a-z0-9.+-]*$",
        "duration" => "^P([1-9][0-9]{0,2}[DMY]|T[1-9][0-9]{0,2}[SMH]|[1-9][0-9]?DT[1-9][0-9]?H|[1-9][0-9]?W)$",
        "email" | "idn-email" => r"^[a-z][a-z0-9]{0,60}@([a-z]{1,60}\.){1,3}(co|com|org)$",
        "hostname" | "idn-hostname" => r"^[a-z]{1,60}(\.[a-z]{2,60}){0,3}$",
        "ipv4" => r"^(10|127|192|172|[1-9][0-9]?)(\.(0|1|2|16|168|[1-9][0-9]?|1[0-9]{2})){3}$",
        "ipv6" => "^2001:0?db8(:[0-9a-f]{1,4}){6}$",
        "uri" | "iri" | "url" => {
            r"^(https|http|ftp|wss|[a-z]{2,6})://([a-z][a-z0-9]{0,60}\.){0,3}[a-z]{1,20}(/[a-z0-9_-]+)*/?$"
        }
        "uri-reference" | "iri-reference" | "json-pointer" => "^(/[a-z0-9]+)*$",
        "uri-template" => r"^(/([a-z0-9]+|\{(id|[a-z]+)\}))*$",
        "relative-json-pointer" => "^[1-9][0-9]{0,3}(/[a-z0-9]+)*$",
        "uuid" => {
            "^([0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}|[0-9A-F]{8}-[0-9A-F]{4}-[1-8][0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12})$"
        }
        "regex" => "^[a-z0-9]*$",
        "byte" | "base64" => "^([A-Za-z0-9+/]{4})*$",
        "base64url" => "^([A-Za-z0-9_-]{4})*$",
        "base32" => "^([A-Z2-7]{8})*$",
        "base16" => "^([0-9A-F]{2})*$",
        "decimal" | "decimal128" => r"^(0|[1-9][0-9]*)(\.[0-9]+)?$",
        "char" => "^[a-z]$",
        _ => return None,
    })
}
