//! Writes YAML that is read back as the very same value.

use serde_json::{Map, Value};

use crate::document::is_number_in_yaml_1_1;
use crate::problem::Problem;

/// `value` as YAML. What `serde_yaml` writes plain and a reader would take for something else is quoted (`<<`, which merges;
/// `1_000`, a number to some), and numbers are written as JSON has them.
pub fn text(value: &Value) -> Result<String, Problem> {
    let mut held = Held::apart_from(value);
    let plain = held.value(value);
    let text = serde_yaml::to_string(&plain).map_err(|error| Problem::new(format!("cannot write YAML: {error}")))?;
    Ok(held.put_back(&text))
}

/// What the library would write otherwise, each behind a word that stands for it meanwhile.
struct Held {
    /// What the words begin with; it is nowhere else in the value.
    mark: String,
    texts: Vec<String>,
}

impl Held {
    fn apart_from(value: &Value) -> Self {
        let written = value.to_string();
        let mut mark = "held".to_owned();
        while written.contains(&mark) {
            mark.push('x');
        }
        Self { mark, texts: Vec::new() }
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
        self.texts.push(text);
        format!("{}-{}-", self.mark, self.texts.len() - 1)
    }

    fn put_back(&self, text: &str) -> String {
        let word = format!("{}-", self.mark);
        let mut parts = text.split(&word);
        let mut whole = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let (index, rest) = part.split_once('-').unwrap_or((part, ""));
            let held = index.parse().ok().and_then(|index: usize| self.texts.get(index));
            whole.extend([held.map_or("", String::as_str), rest]);
        }
        whole
    }
}

/// What YAML 1.1 takes for the end of a line and 1.2 does not, and a byte order mark.
const LINE_ENDS: [char; 4] = ['\u{85}', '\u{2028}', '\u{2029}', '\u{feff}'];

/// Whether a plain scalar of that text is something else to this reader or to those of YAML 1.1.
fn is_misread(text: &str) -> bool {
    text == "<<" || is_number_in_yaml_1_1(text) || text.contains(LINE_ENDS)
}

/// The text as JSON, which YAML reads as the same.
fn quoted(text: &str) -> String {
    let json = Value::from(text).to_string();
    LINE_ENDS.iter().fold(json, |json, end| json.replace(*end, &format!("\\u{:04x}", u32::from(*end))))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::document::Document;

    fn check(value: &Value) {
        let text = text(value).expect("YAML");
        let read = Document::parse("a.yaml", text.as_str()).unwrap_or_else(|wrong| panic!("{wrong:?} in {text}"));
        assert_eq!(read.value(), value, "{text}");
        assert_eq!(read.misread_numbers(), [], "{text}");
    }

    #[test]
    fn what_reads_otherwise_is_quoted() {
        check(
            &json!({ "a\u{2028}b": "\u{85}\u{2029}", "\u{feff}": 1, "<<": { "a": 1 }, "a": ["<<", "1_000", 1e300, 0.5, -0.0, "held-0-", "0b1_1", "~", "|\n<<: x\n"] }),
        );
        assert_eq!(text(&json!({ "<<": "1_000", "a": 1e300 })).expect("YAML"), "\"<<\": \"1_000\"\na: 1e+300\n");
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
