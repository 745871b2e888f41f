//! Upper bounds of what filters and tests of minijinja take, computed before they are applied: a short expression can ask for
//! any amount of memory or time.

use std::ops::Range;

use serde_json::Value;

use super::error::EvalError;
use super::filter::{self, Given};
use super::value::size;

/// Bytes of an element of a list in minijinja, with its share of the list.
const ELEMENT: usize = 48;

/// How many characters one character becomes at most, if it is escaped or changes its case.
const ESCAPED: usize = 6;

/// Comparisons of one byte that count as one byte of memory.
const COMPARISONS: usize = 100;

/// Maximum width and precision of a field of `format`.
const MAX_WIDTH: usize = 1000;

/// Maximum number of filters that are applied inside filters, as by `map("map", …)`.
const MAX_INNER: usize = 4;

/// Returns an upper bound of the memory for applying a filter, in bytes: its arguments, and its result.
pub(super) fn of_filter(name: &str, given: &Given<'_>, range: &Range<usize>) -> Result<usize, EvalError> {
    if filter::without_copy(name, given).is_some() {
        return Ok(0);
    }
    let arguments: Vec<&Value> = given.positional.iter().map(AsRef::as_ref).collect();
    let named: Vec<(&str, &Value)> = given.named.iter().map(|(name, value)| (name.as_str(), value.as_ref())).collect();
    let call = Call { name, arguments: &arguments, named: &named, depth: 0 };
    let result = call.result().map_err(|message| EvalError::wrong(message, range))?;
    Ok(call.size().saturating_add(result))
}

/// Returns the memory of the arguments of a test, in bytes.
pub(super) fn of_test(given: &Given<'_>) -> usize {
    given.positional.iter().map(|value| size(value)).sum()
}

/// A filter and its arguments, with the operand first.
struct Call<'a> {
    name: &'a str,
    arguments: &'a [&'a Value],
    named: &'a [(&'a str, &'a Value)],
    /// Number of filters that this one is inside of.
    depth: usize,
}

impl Call<'_> {
    fn size(&self) -> usize {
        self.arguments.iter().chain(self.named.iter().map(|(_, value)| value)).map(|value| size(value)).sum()
    }

    /// Returns an upper bound of the size of the result.
    fn result(&self) -> Result<usize, String> {
        let (whole, elements) = (self.size(), self.operand().map_or(0, elements));
        let list = elements.saturating_mul(ELEMENT).saturating_add(whole);
        Ok(match self.name {
            "replace" => {
                let matches = count(self.text(0), self.text(1));
                matches.saturating_mul(self.text(2).len()).saturating_add(whole)
            }
            "join" => {
                let joiner = self.argument(1, "d").map_or(0, size);
                elements.saturating_mul(joiner).saturating_add(whole.saturating_mul(ESCAPED))
            }
            "indent" => {
                let lines = self.text(0).split('\n').count();
                lines.saturating_add(1).saturating_mul(self.number(1, "width")).saturating_add(whole)
            }
            "slice" | "batch" => {
                let filler = self.arguments.get(2).map_or(0, |value| size(value));
                self.number(1, "count").saturating_mul(ELEMENT + filler).saturating_add(list)
            }
            "split" => {
                count(self.text(0), self.text(1)).saturating_add(1).saturating_mul(ELEMENT).saturating_add(whole)
            }
            "lines" => self.text(0).split('\n').count().saturating_mul(ELEMENT).saturating_add(whole),
            "format" => fields(self.text(0))?.saturating_mul(whole.saturating_mul(ESCAPED) + 2 * MAX_WIDTH),
            "sum" => match self.argument(2, "start") {
                Some(start) if !start.is_number() => elements.saturating_mul(whole),
                _ => whole,
            },
            "map" => self.mapped(elements)?.saturating_add(list),
            "select" | "reject" | "selectattr" | "rejectattr" => {
                let other: usize = self.arguments.iter().skip(1).map(|value| size(value)).sum();
                list.saturating_add(elements.saturating_mul(other) / COMPARISONS)
            }
            "pprint" => self.operand().map_or(0, |value| indented(value, 1)),
            _ => list.saturating_mul(if self.text(0).is_empty() { 1 } else { ESCAPED }),
        })
    }

    /// Returns an upper bound of what `map` makes of the elements of its operand.
    fn mapped(&self, elements: usize) -> Result<usize, String> {
        if self.arguments.len() < 2 {
            let default = self.named.iter().find(|(name, _)| *name == "default").map_or(0, |(_, value)| size(value));
            return Ok(elements.saturating_mul(default));
        }
        if self.depth == MAX_INNER {
            return Err(format!("more than {MAX_INNER} filters inside filters"));
        }
        let items = self.operand().and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let name = self.text(1);
        items.iter().try_fold(0_usize, |sum, item| {
            let arguments: Vec<&Value> = std::iter::once(item).chain(self.arguments.iter().skip(2).copied()).collect();
            let inner = Call { name, arguments: &arguments, named: &[], depth: self.depth + 1 };
            Ok(sum.saturating_add(inner.size()).saturating_add(inner.result()?))
        })
    }

    fn operand(&self) -> Option<&Value> {
        self.arguments.first().copied()
    }

    fn argument(&self, index: usize, name: &str) -> Option<&Value> {
        let named = || self.named.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        self.arguments.get(index).copied().or_else(named)
    }

    fn text(&self, index: usize) -> &str {
        self.arguments.get(index).and_then(|value| value.as_str()).unwrap_or_default()
    }

    /// The number of an argument; strings of digits and fractions are numbers for minijinja too.
    fn number(&self, index: usize, name: &str) -> usize {
        let Some(value) = self.argument(index, name) else { return 4 };
        let number = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok()).unwrap_or(1.0);
        number.clamp(0.0, 1e15) as usize
    }
}

/// Number of elements that a filter iterates over: strings have their characters.
fn elements(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    }
}

/// Number of occurrences of `part` in `text`; an empty part occurs around every character.
fn count(text: &str, part: &str) -> usize {
    if part.is_empty() { text.len() + 1 } else { text.matches(part).count() }
}

/// Upper bound of the size of a value that is printed with four blanks per level.
fn indented(value: &Value, depth: usize) -> usize {
    let line = 4 * depth + 16;
    match value {
        Value::Array(items) => items.iter().map(|item| line + indented(item, depth + 1)).sum::<usize>() + 2 * line,
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| line + ESCAPED * name.len() + indented(value, depth + 1);
            members.iter().map(member).sum::<usize>() + 2 * line
        }
        other => ESCAPED * size(other),
    }
}

/// Number of fields of a format string (`%[(key)][flags][width][.precision][length]type`, as in Python); minijinja panics on
/// malformed and very wide ones.
fn fields(format: &str) -> Result<usize, String> {
    let refuse = |field: &str| {
        let field: String = field.chars().take(20).collect();
        Err(format!(
            "the filter `format` does not support this: `%{field}` is not a field such as %s, %05.2f or %(name)s"
        ))
    };
    let (mut rest, mut fields) = (format, 0_usize);
    while let Some((_, after)) = rest.split_once('%') {
        if let Some(after) = after.strip_prefix('%') {
            rest = after;
            continue;
        }
        let Some(spec) = without_key(after) else { return refuse(after) };
        let spec = spec.trim_start_matches(['#', '0', '-', ' ', '+']);
        let Some(spec) = without_number(spec) else { return refuse(after) };
        let precise = spec.strip_prefix('.').map_or(Some(spec), without_number);
        let Some(spec) = precise else { return refuse(after) };
        let spec = spec.strip_prefix(['h', 'l', 'L']).unwrap_or(spec);
        let Some(behind) = spec.strip_prefix(|kind| "dioxXeEfFgGcs".contains(kind)) else { return refuse(after) };
        (rest, fields) = (behind, fields + 1);
    }
    Ok(fields.max(1))
}

fn without_key(spec: &str) -> Option<&str> {
    match spec.strip_prefix('(') {
        Some(key) => key.split_once(')').filter(|(key, _)| key.is_ascii()).map(|(_, after)| after),
        None => Some(spec),
    }
}

/// Skips a number up to [`MAX_WIDTH`]; `None` if it is larger.
fn without_number(spec: &str) -> Option<&str> {
    let digits = spec.bytes().take_while(u8::is_ascii_digit).count();
    let (number, after) = spec.split_at(digits);
    (number.is_empty() || number.parse().is_ok_and(|number: usize| number <= MAX_WIDTH)).then_some(after)
}
