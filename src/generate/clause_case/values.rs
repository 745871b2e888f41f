//! Values that may violate a keyword, or are at its bound. Whether they do is verified afterwards.

use serde_json::{Value, json};

/// Maximum length of a string or an array that is made longer.
const MAX_LENGTH: u64 = 2_000;

/// Values that may violate `keyword`, whose value in the schema is `bound`, instead of `held`.
pub(super) fn violating(keyword: &str, held: Option<&Value>, bound: Option<&Value>) -> Vec<Value> {
    let number = bound.and_then(Value::as_f64);
    let length = bound.and_then(Value::as_u64);
    match keyword {
        "type" | "oneOf" | "anyOf" | "allOf" | "not" => others(),
        "enum" | "const" => {
            let text = held.and_then(Value::as_str).map(|text| json!(format!("{text}-other")));
            text.into_iter()
                .chain([json!("other"), json!("OTHER"), json!(987_654_321), json!(false), json!(true)])
                .chain(others())
                .collect()
        }
        "minLength" => strings_of(length.map(|length| length.saturating_sub(1)), held),
        "maxLength" => strings_of(length.map(|length| length + 1), held),
        "pattern" => ["!", "~~~", " ", "0", "a", "-1", "not matching", ""].map(Value::from).to_vec(),
        "format" => ["not of the format", "!", "-1", "2025-13-45", "a b"].map(Value::from).to_vec(),
        "minimum" => below(number, &[1.0, 0.5, 0.01]),
        "exclusiveMinimum" => below(number, &[0.0, 1.0]),
        "maximum" => below(number, &[-1.0, -0.5, -0.01]),
        "exclusiveMaximum" => below(number, &[0.0, -1.0]),
        "multipleOf" => below(number, &[-0.5, 0.5, -0.001, -1.0]),
        "minItems" => items_of(length.map(|length| length.saturating_sub(1)), held),
        "maxItems" => items_of(length.map(|length| length + 1), held),
        "uniqueItems" => repeated(held),
        "contains" | "minContains" | "prefixItems" | "items" => {
            vec![json!([]), json!([null]), json!([1]), json!(["other"])]
        }
        "minProperties" => vec![json!({})],
        "maxProperties" => vec![with_properties(held, length.map(|length| length + 1))],
        "propertyNames" => vec![with_property(held, "not a name!"), with_property(held, "")],
        _ => others(),
    }
}

/// Values at the bound that `keyword` sets.
pub(super) fn at_bound(keyword: &str, held: Option<&Value>, bound: Option<&Value>) -> Vec<Value> {
    let number = bound.and_then(Value::as_f64);
    let length = bound.and_then(Value::as_u64);
    match keyword {
        "minLength" | "maxLength" => strings_of(length, held),
        "minItems" | "maxItems" => items_of(length, held),
        "minimum" | "maximum" => below(number, &[0.0]),
        "exclusiveMinimum" => below(number, &[-1.0, -0.01]),
        "exclusiveMaximum" => below(number, &[1.0, 0.01]),
        _ => Vec::new(),
    }
}

fn others() -> Vec<Value> {
    vec![json!(12_345), json!("text"), json!(true), json!(null), json!([]), json!({}), json!(1.5), json!(["text"])]
}

/// Strings of a length: the held one shortened or repeated, else letters or digits.
fn strings_of(length: Option<u64>, held: Option<&Value>) -> Vec<Value> {
    let Some(length) = length.filter(|length| *length <= MAX_LENGTH).and_then(|length| usize::try_from(length).ok())
    else {
        return Vec::new();
    };
    let held = held.and_then(Value::as_str).filter(|text| !text.is_empty());
    let cycled = held.map(|text| text.chars().cycle().take(length).collect::<String>());
    // The end of the held string may be what its pattern requires.
    let padded = held.map(|text| {
        let last = text.chars().last().unwrap_or('a');
        text.chars().chain(std::iter::repeat(last)).take(length).collect::<String>()
    });
    let of = |c: &str| c.repeat(length);
    cycled.into_iter().chain(padded).chain([of("a"), of("1"), of("A")]).map(Value::from).collect()
}

/// `number` less each of the steps, as an integer if it is one.
fn below(number: Option<f64>, steps: &[f64]) -> Vec<Value> {
    let value = |step: &f64| {
        let value = number? - step;
        #[expect(clippy::cast_possible_truncation, reason = "within the range of exact integers")]
        let whole = (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64);
        Some(whole.map_or_else(|| json!(value), Value::from))
    };
    steps.iter().filter_map(value).collect()
}

/// The held array with so many items: the first ones, or the last one repeated.
fn items_of(length: Option<u64>, held: Option<&Value>) -> Vec<Value> {
    let Some(length) = length.filter(|length| *length <= MAX_LENGTH).and_then(|length| usize::try_from(length).ok())
    else {
        return Vec::new();
    };
    let Some(items) = held.and_then(Value::as_array) else { return vec![json!([])] };
    let mut changed: Vec<Value> = items.iter().take(length).cloned().collect();
    let mut distinct = changed.clone();
    let last = items.last().cloned().unwrap_or_else(|| json!("text"));
    for index in changed.len()..length {
        changed.push(last.clone());
        distinct.push(different(&last, index));
    }
    vec![Value::Array(distinct), Value::Array(changed)]
}

/// Another value of the same kind.
fn different(value: &Value, index: usize) -> Value {
    match value {
        Value::String(text) => format!("{text}{index}").into(),
        Value::Number(number) => number.as_i64().map_or_else(|| value.clone(), |number| (number + index as i64).into()),
        other => other.clone(),
    }
}

fn repeated(held: Option<&Value>) -> Vec<Value> {
    let first = held.and_then(Value::as_array).and_then(|items| items.first()).cloned();
    first.map(|first| json!([first.clone(), first])).into_iter().collect()
}

fn with_property(held: Option<&Value>, name: &str) -> Value {
    let mut object = held.and_then(Value::as_object).cloned().unwrap_or_default();
    object.insert(name.to_owned(), "text".into());
    Value::Object(object)
}

fn with_properties(held: Option<&Value>, number: Option<u64>) -> Value {
    let mut object = held.and_then(Value::as_object).cloned().unwrap_or_default();
    let number = number.filter(|number| *number <= MAX_LENGTH).and_then(|number| usize::try_from(number).ok());
    for index in 0..number.unwrap_or_default().saturating_sub(object.len()) {
        object.insert(format!("name{index}"), "text".into());
    }
    Value::Object(object)
}
