//! The table of encodings in `docs/targets-and-secrets.md`: each line is tested for secrets and for redacted values.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

use super::search::SearchPatterns;

const VALUE: &str = "Correct Horse/\"7\" & battery é";
/// Dumps of bytes and names of headers are ASCII.
const ASCII: &str = "Correct-Horse-7-Battery";

/// Where a form is found: as a secret, as a redacted value.
const BOTH: [bool; 2] = [true, true];
const SECRETS: [bool; 2] = [true, false];
const NEVER: [bool; 2] = [false, false];

fn is_found(value: &str, text: &str) -> [bool; 2] {
    let values = || [(0, value)].into_iter();
    [SearchPatterns::of_run(values()), SearchPatterns::of_exchange(values())]
        .map(|patterns| !patterns.find(text).is_empty())
}

fn check(value: &str, expect: [bool; 2], forms: &[(&str, String)]) {
    for (name, form) in forms {
        for text in [form.clone(), format!("some text: {form} and more")] {
            assert_eq!(is_found(value, &text), expect, "{name}: {text}");
        }
    }
}

fn each(text: &str, unit: impl Fn(char) -> String) -> String {
    text.chars().map(unit).collect()
}

fn bytes(text: &str, separator: &str, unit: impl Fn(u8) -> String) -> String {
    text.bytes().map(unit).collect::<Vec<_>>().join(separator)
}

fn lines(text: &str, width: usize, end: &str) -> String {
    let lines = text.as_bytes().chunks(width).map(|line| String::from_utf8_lossy(line).into_owned());
    lines.collect::<Vec<_>>().join(end)
}

fn json(text: &str, times: usize) -> String {
    (0..times).fold(text.to_owned(), |text, _| serde_json::to_string(&[text]).expect("JSON"))
}

fn utf16(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

#[test]
fn encodings_of_characters() {
    let quoted = |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).into() } else { format!("={byte:02X}") };
    let forms = [
        ("verbatim", VALUE.to_owned()),
        ("percent", bytes(VALUE, "", |byte| format!("%{byte:02X}"))),
        (
            "form",
            VALUE.replace('"', "%22").replace('/', "%2F").replace('&', "%26").replace('é', "%C3%A9").replace(' ', "+"),
        ),
        ("named references", VALUE.replace('&', "&amp;").replace('"', "&quot;").replace('é', "&eacute;")),
        ("decimal references", each(VALUE, |c| format!("&#{};", u32::from(c)))),
        ("hexadecimal references", each(VALUE, |c| format!("&#x{:X};", u32::from(c)))),
        ("JSON", json(VALUE, 1)),
        ("JSON in five strings", json(VALUE, 6)),
        ("escapes of JSON", each(VALUE, |c| format!("\\u{:04x}", u32::from(c)))),
        ("escapes of Rust", each(VALUE, |c| format!("\\u{{{:x}}}", u32::from(c)))),
        ("escapes of Python", each(VALUE, |c| format!("\\U{:08X}", u32::from(c)))),
        ("doubled quotes", VALUE.replace('"', "\"\"")),
        ("escapes of C", bytes(VALUE, "", |byte| format!("\\x{byte:02x}"))),
        ("octal escapes", bytes(VALUE, "", |byte| format!("\\{byte:03o}"))),
        ("quoted-printable", lines(&bytes(VALUE, "", quoted), 20, "=\r\n")),
    ];
    check(VALUE, BOTH, &forms);
    check(ASCII, BOTH, &[("UTF-16", String::from_utf8_lossy(&utf16(ASCII)).into_owned())]);
}

#[test]
fn base64_and_what_is_built_on_it() {
    let base64 = |text: &str| STANDARD.encode(text);
    let within = format!("user:{VALUE} and a long tail, so that there are several lines");
    let mut forms = vec![("for URLs", URL_SAFE_NO_PAD.encode(&within)), ("of JSON", base64(&json(VALUE, 1)))];
    let positions = [("alone", VALUE.to_owned()), ("at 1", format!("x{VALUE}")), ("at 2", format!("xx{VALUE}"))];
    forms.extend(positions.map(|(name, text)| (name, base64(&text))));
    for end in ["\n", "\r\n", "\r\n  "] {
        forms.push(("wrapped", lines(&base64(&within), 20, end)));
    }
    forms.push(("wrapped in JSON", json(&lines(&base64(&within), 20, "\n"), 1)));
    forms.push(("percent", bytes(&base64(VALUE), "", |byte| format!("%{byte:02x}"))));
    check(VALUE, BOTH, &forms);
    let wide = STANDARD.encode(utf16(ASCII));
    check(ASCII, SECRETS, &[("twice", base64(&base64(&format!("u:{ASCII}")))), ("of UTF-16", wide)]);
    let hex = |text: &str| bytes(text, "", |byte| format!("{byte:02x}"));
    let component = "Correct%20Horse%2F%227%22%20%26%20battery%20%C3%A9";
    let latin_1: Vec<u8> = VALUE.chars().map(|c| u8::try_from(u32::from(c)).expect("ISO-8859-1")).collect();
    let forms = [
        ("of percent", base64(&format!("x{component}"))),
        ("of percent in lower case", base64(&component.replace("%2F", "%2f").replace("%C3%A9", "%c3%a9"))),
        ("of a form", base64(&component.replace("%20", "+"))),
        ("of hexadecimal", base64(&format!("xx{}", hex(VALUE)))),
        ("of hexadecimal in upper case", base64(&hex(VALUE).to_uppercase())),
        ("in hexadecimal", hex(&base64(&format!("user:{VALUE}")))),
        ("of ISO-8859-1", STANDARD.encode([b"user:", &*latin_1].concat())),
        ("percent of ISO-8859-1", latin_1.iter().map(|byte| format!("%{byte:02X}")).collect()),
    ];
    check(VALUE, SECRETS, &forms);
    let base32 = "INXXE4TFMN2C2SDPOJZWKLJXFVBGC5DUMVZHS";
    check(ASCII, SECRETS, &[("Base32", base32.to_owned())]);
}

#[test]
fn dumps_of_bytes() {
    let hex = |separator: &str| bytes(ASCII, separator, |byte| format!("{byte:02x}"));
    let mut forms = vec![("hexadecimal", hex("")), ("with prefix", format!("0x{}", hex(", 0x")))];
    forms.extend([":", "-", ".", "_", " ", "\n", ",", ", "].map(|separator| ("with separators", hex(separator))));
    forms.push(("of UTF-16", utf16(ASCII).iter().map(|byte| format!("{byte:02X}")).collect()));
    forms.push(("xxd", lines(&hex(""), 4, " ")));
    let swapped: Vec<_> =
        ASCII.as_bytes().chunks_exact(2).map(|pair| format!("{:02x}{:02x}", pair[1], pair[0])).collect();
    forms.push(("hexdump", swapped.join(" ")));
    forms.push((
        "hexdump -C",
        hex(" ").chars().enumerate().fold(
            String::new(),
            |line, (at, c)| {
                if at == 23 { line + "  " } else { line + &c.to_string() }
            },
        ),
    ));
    forms.extend([", ", ",", " ", "\n"].map(|between| ("decimal", bytes(ASCII, between, |byte| byte.to_string()))));
    check(ASCII, SECRETS, &forms);
}

#[test]
fn letter_case() {
    check(ASCII, SECRETS, &[("upper", ASCII.to_ascii_uppercase())]);
    check(ASCII, BOTH, &[("lower", ASCII.to_ascii_lowercase())]);
    check("Café-Øl-7", SECRETS, &[("upper", "CAFÉ-ØL-7".to_owned()), ("lower", "café-øl-7".to_owned())]);
    check("Jonas", SECRETS, &[("lower", "jonas".to_owned())]);
    check("Correct Horse", SECRETS, &[("lower", "correct horse".to_owned())]);
}

/// If one of these is found, the documentation can promise it.
#[test]
fn what_is_documented_as_not_recognised() {
    let offsets = |lines: Vec<String>| {
        (0..).step_by(5).zip(lines).map(|(at, line)| format!("{at:08x}  {line}\n")).collect::<String>()
    };
    let dump =
        ASCII.as_bytes().chunks(5).map(|line| bytes(&String::from_utf8_lossy(line), " ", |byte| format!("{byte:02x}")));
    check(ASCII, NEVER, &[("dump over lines", offsets(dump.collect()))]);
    let plain = lines(ASCII, 5, "\n").lines().map(str::to_owned).collect();
    check(ASCII, NEVER, &[("characters over lines", offsets(plain))]);
    let base64 = lines(&STANDARD.encode(ASCII), 8, "\n").lines().map(str::to_owned).collect();
    check(ASCII, NEVER, &[("Base64 with numbered lines", offsets(base64))]);
    check(ASCII, NEVER, &[("reversed", ASCII.chars().rev().collect())]);
}
