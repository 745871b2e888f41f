//! Composes texts: by format, by pattern, by length, by the name of the member.

use serde_json::Value;

use super::dice::Dice;
use super::parts::Parts;
use super::pattern::Wanted;
use super::value::Unsatisfied;
use super::{format, lifelike};

/// The longest text that is composed, in characters.
const LONGEST: usize = 100_000;

/// Names after which there are hardly any others.
const MOST_NAMES: usize = 64;

/// A text that keeps `parts`; another one for another `nth`, where neither format nor pattern leaves no choice. With `random`, one
/// as fits the name.
pub(super) fn compose(parts: &Parts<'_>, nth: usize, random: Option<(String, Dice)>) -> Result<Value, Unsatisfied> {
    let length @ (least, most) = length(parts);
    if least > most.min(LONGEST) {
        return Err(parts.unsatisfied("no text of that length is composed"));
    }
    let refused = parts.refused("pattern").filter_map(Value::as_str).collect();
    let mut wanted = Wanted { contract: parts.contract, patterns: parts.texts("pattern").collect(), refused, length };
    let encoded = encoded(parts).map(str::to_owned);
    let is_free = encoded.is_none() && parts.texts("format").all(|name| format::shape(name).is_none());
    let usual = match &random {
        Some((name, dice)) => {
            let formatted =
                parts.texts("format").find_map(|format| lifelike::formatted(format, name, &mut dice.clone()));
            let named = || lifelike::named(name, length, &mut dice.clone());
            let free = || is_free.then(|| if nth < MOST_NAMES { named() } else { lengthened(length, nth) });
            formatted.or(encoded).or_else(free)
        }
        None => {
            let plain = parts.texts("format").find_map(|name| format::plain(name, nth)).or(encoded);
            plain.or_else(|| is_free.then(|| lengthened(length, nth)))
        }
    };
    if let Some(usual) = usual.filter(|text| wanted.fits(text)) {
        return Ok(usual.into());
    }
    wanted
        .patterns
        .extend(parts.texts("format").chain(parts.texts("contentEncoding")).filter_map(|name| format::shape(name)));
    if wanted.patterns.is_empty() {
        wanted.patterns.push("^[a-z]*$");
    }
    let dice = random.map(|(_, dice)| dice);
    let why = || format!("no text of that length was found that matches {}", wanted.patterns.join(" and "));
    wanted.text(nth, dice).map(Value::from).ok_or_else(|| parts.unsatisfied(&why()))
}

/// Characters at least and at most; what must not be so long is shorter.
fn length(parts: &Parts<'_>) -> (usize, usize) {
    let refused = |keyword| parts.refused(keyword).filter_map(|bound| usize::try_from(bound.as_u64()?).ok());
    let least = refused("maxLength").map(|most| most.saturating_add(1)).max().unwrap_or(0);
    let most = refused("minLength").map(|least| least.saturating_sub(1)).min().unwrap_or(usize::MAX);
    (parts.at_least("minLength").max(least), parts.at_most("maxLength").min(most))
}

/// Letters, with a number at the end for another `nth`.
fn lengthened((least, most): (usize, usize), nth: usize) -> String {
    let number = if nth == 0 { String::new() } else { nth.to_string() };
    let letters =
        "string".chars().chain(std::iter::repeat('x')).take(least.max(6).min(most.saturating_sub(number.len())));
    letters.chain(number.chars()).take(most).collect()
}

/// A text that `contentEncoding` and `contentMediaType` allow.
fn encoded(parts: &Parts<'_>) -> Option<&'static str> {
    let is_json = parts.all("contentMediaType").any(|kind| kind.as_str().is_some_and(|kind| kind.contains("json")));
    let encoding = parts.all("contentEncoding").find_map(Value::as_str).map(str::to_ascii_lowercase);
    match (encoding.as_deref(), is_json) {
        (Some("base64" | "base64url"), true) => Some("e30="),
        (Some("base64" | "base64url"), false) => Some("dGV4dDEy"),
        (Some("base32"), _) => Some("ORSXQ5A="),
        (Some("base16"), _) => Some("74657874"),
        (_, true) => Some("{}"),
        _ => None,
    }
}
