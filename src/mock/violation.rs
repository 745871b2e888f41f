//! A breach of the contract as one line of a log or of problem details.

use crate::contract::{Breach, Location, Rule};

/// Describes a breach, its location first: `partner_customer_id: is required`.
pub(crate) fn describe(breach: &Breach) -> String {
    let location = match &breach.location {
        Location::Body(at) if !at.is_root() => at.tokens().collect::<Vec<_>>().join("."),
        other => other.to_string(),
    };
    let sentence = breach.sentence();
    match breach.rule {
        // The sentence alone does not list the media types that would be accepted.
        Rule::ContentType => {
            let (expected, actual) = (&breach.expected, breach.actual.as_deref().unwrap_or("nothing"));
            format!("{location}: {sentence}, expected {expected}, found {actual}")
        }
        _ => format!("{location}: {sentence}"),
    }
}
