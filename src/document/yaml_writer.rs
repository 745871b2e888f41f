//! Writes YAML that is read back as the same value, by this reader and by those of YAML 1.1.

use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::problem::Problem;

use super::scalar::is_number_in_yaml_1_1;

/// Serialises `value` as YAML. Quotes strings that `serde_yaml` writes plain and a reader takes for something else (`<<`, which
/// merges; `1_000`, a number in YAML 1.1), and writes numbers as JSON does.
pub(crate) fn to_yaml<T: Serialize + ?Sized>(value: &T) -> Result<String, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::new(format!("cannot write YAML: {error}"));
    let value = serde_json::to_value(value).map_err(|error| failed(&error))?;
    let mut placeholders = Placeholders::new(&value);
    let replaced = placeholders.value(&value);
    let text = serde_yaml::to_string(&replaced).map_err(|error| failed(&error))?;
    Ok(placeholders.put_back(&text))
}

/// Scalars that the library would write otherwise. Each is replaced by a placeholder before, and put back after writing.
struct Placeholders {
    /// Prefix of the placeholders; it is not in the value.
    mark: String,
    scalars: Vec<String>,
}

impl Placeholders {
    fn new(value: &Value) -> Self {
        let written = value.to_string();
        let mut mark = "held".to_owned();
        while written.contains(&mark) {
            mark.push('x');
        }
        Self { mark, scalars: Vec::new() }
    }

    fn value(&mut self, value: &Value) -> Value {
        match value {
            Value::String(text) => self.string(text).into(),
            Value::Number(number) if number.is_f64() => self.hold(number.to_string()).into(),
            Value::Array(items) => items.iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let members = members.iter().map(|(name, value)| (self.string(name), self.value(value)));
                Value::Object(members.collect::<Map<_, _>>())
            }
            other => other.clone(),
        }
    }

    fn string(&mut self, text: &str) -> String {
        if is_misread(text) { self.hold(quoted(text)) } else { text.to_owned() }
    }

    fn hold(&mut self, text: String) -> String {
        self.scalars.push(text);
        format!("{}-{}-", self.mark, self.scalars.len() - 1)
    }

    fn put_back(&self, text: &str) -> String {
        let word = format!("{}-", self.mark);
        let mut parts = text.split(&word);
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (index, rest) = part.split_once('-').unwrap_or((part, ""));
            let held = index.parse().ok().and_then(|index: usize| self.scalars.get(index));
            whole.extend([held.map_or("", String::as_str), rest]);
        }
        whole
    }
}

/// Line ends of YAML 1.1 that are none in 1.2, and the byte order mark.
const LINE_ENDS: [char; 4] = ['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'];

/// Booleans, base-60 numbers, dates and the value key of YAML 1.1, which are strings in YAML 1.2.
static AMBIGUOUS: LazyLock<Regex> = LazyLock::new(|| {
    let booleans = "(?i:y|n|yes|no|on|off)";
    let base_60 = "[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\\.[0-9_]*)?";
    let dates = "[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt \\t].*)?";
    Regex::new(&format!("^({booleans}|{base_60}|{dates}|=)$")).expect("a valid pattern")
});

/// Whether a plain scalar with that text is not this string to our reader or to those of YAML 1.1.
fn is_misread(text: &str) -> bool {
    text == "<<"
        || is_number_in_yaml_1_1(text)
        || is_beyond_doubles(text)
        || AMBIGUOUS.is_match(text)
        || text.contains(LINE_ENDS)
}

/// Whether the text is a number that no double holds: a string to the library that writes, an error to one that reads.
fn is_beyond_doubles(text: &str) -> bool {
    text.contains(|c: char| c.is_ascii_digit()) && text.parse().is_ok_and(f64::is_infinite)
}

/// The string in JSON syntax, which YAML shares but for characters that JSON permits and YAML does not (YAML 1.2 §5.1).
fn quoted(text: &str) -> String {
    let is_escaped = |c: char| LINE_ENDS.contains(&c) || c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}');
    let escaped = |json: String, c: char| match is_escaped(c) {
        true => json + &format!("\\u{:04x}", u32::from(c)),
        false => json + c.encode_utf8(&mut [0; 4]),
    };
    Value::from(text).to_string().chars().fold(String::new(), escaped)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::document::Document;

    fn check(value: &Value) {
        let text = to_yaml(value).expect("YAML");
        let read = Document::parse("a.yaml", text.as_str()).unwrap_or_else(|wrong| panic!("{wrong:?} in {text}"));
        assert_eq!(read.value(), value, "{text}");
        assert_eq!(read.misread_numbers(), [], "{text}");
    }

    #[test]
    fn characters_that_yaml_forbids_are_escaped() {
        check(&json!([
            "\u{feff}\u{7f}",
            "\u{2028}\u{80}\u{9f}\u{fffe}\u{ffff}",
            "\u{7f}",
            "\u{ffff}",
            "\u{85}\u{1}\t\n\u{10ffff}"
        ]));
    }

    #[test]
    fn ambiguous_strings_are_quoted() {
        check(
            &json!({ "a\u{2028}b": "\u{85}\u{2029}", "\u{feff}": 1, "<<": { "a": 1 }, "a": ["<<", "1_000", 1e300, 0.5, -0.0, "held-0-", "0b1_1", "~", "|\n<<: x\n"] }),
        );
        assert_eq!(to_yaml(&json!({ "<<": "1_000", "a": 1e300 })).expect("YAML"), "\"<<\": \"1_000\"\na: 1e+300\n");
        let ambiguous =
            ["no", "Yes", "=", "1e1000", "-.5e+999", "1:30", "2026-01-31", "2026-01-31T00:00:00Z", "nobody", "1:3x"];
        let expected = "- \"no\"\n- \"Yes\"\n- \"=\"\n- \"1e1000\"\n- \"-.5e+999\"\n- \"1:30\"\n- \"2026-01-31\"\n- \"2026-01-31T00:00:00Z\"\n- nobody\n- 1:3x\n";
        assert_eq!(to_yaml(&ambiguous).expect("YAML"), expected);
    }

    fn values() -> impl Strategy<Value = Value> {
        let words = prop::sample::select(vec![
            "<<",
            "~",
            "1_000",
            "0b1",
            "0x1_0",
            "+1",
            ".5",
            "1e3",
            "-",
            "=",
            "no",
            "2026-01-31",
            "12:30",
            "! x",
            "&a",
            "*a",
            "- a",
            "a: b",
            "a #b",
            "\n",
            " a",
            "held-0-",
            "a\u{2028}",
            "\u{85} ",
        ]);
        let text = || {
            prop_oneof![
                words.clone().prop_map(str::to_owned),
                "\\PC{0,12}",
                any::<String>(),
                "[-_.+0-9bxe:<~]{0,6}",
                "[-+]?[0-9]{0,2}\\.?[0-9]{0,2}[eE][-+]?[0-9]{1,5}",
                "[a\n\t ]{0,8}"
            ]
        };
        let number = any::<f64>().prop_filter("JSON has no others", |float| float.is_finite());
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            number.prop_map(Value::from),
            text().prop_map(Value::from),
        ];
        let names = text();
        leaf.prop_recursive(4, 24, 4, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                prop::collection::vec((names.clone(), inner), 0..4)
                    .prop_map(|members| Value::Object(members.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn any_value_is_read_back(value in values()) {
            check(&json!({ "value": value }));
        }
    }
}
