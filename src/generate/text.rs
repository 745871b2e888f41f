//! Composes strings by format, pattern, length, or the name of the property.

use serde_json::Value;

use crate::http::MediaType;

use super::applicable::ApplicableSchemas;
use super::pattern::Wanted;
use super::rng::Rng;
use super::unsatisfied::Unsatisfied;
use super::{format, realistic};

/// Maximum length in characters.
const MAX_LENGTH: usize = 100_000;

/// Number of realistic strings tried before numbered ones.
const MAX_NAMES: usize = 64;

/// Composes a string that conforms to `applicable`; another one for another `nth`, as far as format and pattern allow. With `random`,
/// a realistic one for that name.
pub(super) fn compose(
    applicable: &ApplicableSchemas<'_>,
    nth: usize,
    random: Option<(String, Rng)>,
) -> Result<Value, Unsatisfied> {
    let length @ (least, most) = length(applicable);
    if least > most.min(MAX_LENGTH) {
        return Err(applicable.unsatisfied("no string of this length can be generated"));
    }
    let refused = applicable.refused("pattern").filter_map(Value::as_str).collect();
    let mut wanted =
        Wanted { contract: applicable.contract, patterns: applicable.strings("pattern").collect(), refused, length };
    let encoded = encoded(applicable).map(str::to_owned);
    let is_free = encoded.is_none() && applicable.strings("format").all(|name| format::shape(name).is_none());
    let usual = match &random {
        Some((name, rng)) => {
            let formatted =
                applicable.strings("format").find_map(|format| realistic::formatted(format, name, &mut rng.clone()));
            let named = || realistic::named(name, length, &mut rng.clone());
            let free = || is_free.then(|| if nth < MAX_NAMES { named() } else { lengthened(length, nth) });
            formatted.or(encoded).or_else(free)
        }
        None => {
            let plain = applicable.strings("format").find_map(|name| format::plain(name, nth)).or(encoded);
            plain.or_else(|| is_free.then(|| lengthened(length, nth)))
        }
    };
    if let Some(usual) = usual.filter(|text| wanted.fits(text)) {
        return Ok(usual.into());
    }
    wanted.patterns.extend(
        applicable
            .strings("format")
            .chain(applicable.strings("contentEncoding"))
            .filter_map(|name| format::shape(name)),
    );
    if wanted.patterns.is_empty() {
        wanted.patterns.push("^[a-z]*$");
    }
    let rng = random.map(|(_, rng)| rng);
    let why = || format!("no string of this length was found that matches {}", wanted.patterns.join(" and "));
    wanted.text(nth, rng).map(Value::from).ok_or_else(|| applicable.unsatisfied(&why()))
}

/// Minimum and maximum length; a forbidden bound becomes its opposite.
fn length(applicable: &ApplicableSchemas<'_>) -> (usize, usize) {
    let refused = |keyword| applicable.refused(keyword).filter_map(|bound| usize::try_from(bound.as_u64()?).ok());
    let least = refused("maxLength").map(|most| most.saturating_add(1)).max().unwrap_or(0);
    let most = refused("minLength").map(|least| least.saturating_sub(1)).min().unwrap_or(usize::MAX);
    (applicable.at_least("minLength").max(least), applicable.at_most("maxLength").min(most))
}

/// Letters, with a number at the end unless `nth` is 0.
fn lengthened((least, most): (usize, usize), nth: usize) -> String {
    let number = if nth == 0 { String::new() } else { nth.to_string() };
    let letters =
        "string".chars().chain(std::iter::repeat('x')).take(least.max(6).min(most.saturating_sub(number.len())));
    letters.chain(number.chars()).take(most).collect()
}

/// A string for `contentEncoding` and `contentMediaType`.
fn encoded(applicable: &ApplicableSchemas<'_>) -> Option<&'static str> {
    let media_types = applicable.all("contentMediaType").filter_map(Value::as_str);
    let is_json = media_types.filter_map(|text| MediaType::parse(text).ok()).any(|media_type| media_type.is_json());
    let encoding = applicable.all("contentEncoding").find_map(Value::as_str).map(str::to_ascii_lowercase);
    match (encoding.as_deref(), is_json) {
        (Some("base64" | "base64url"), true) => Some("e30="),
        (Some("base64" | "base64url"), false) => Some("dGV4dDEy"),
        (Some("base32"), _) => Some("ORSXQ5A="),
        (Some("base16"), _) => Some("74657874"),
        (_, true) => Some("{}"),
        _ => None,
    }
}
