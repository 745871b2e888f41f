//! A breach of the contract as one line of a log or of problem details.

use crate::contract::{Breach, Judgement, Rule};
use crate::difference::Sentence;

/// Removes what the contract advises against without forbidding it, so that a request is not refused for it.
pub(crate) fn take_advice(judgement: &mut Judgement) -> Vec<Breach> {
    judgement.breaches.extract_if(.., |breach| !breach.rule.is_binding()).collect()
}

/// Describes what the contract advises against.
pub(crate) fn warn(advice: &Breach) -> String {
    format!("warning: {}", describe(advice))
}

/// Describes a breach, its location first: `body/partner_customer_id: the required property …`.
pub(crate) fn describe(breach: &Breach) -> String {
    with_sentence(breach, &breach.sentence())
}

/// Describes a breach with the actual value, which may be sensitive: for text that is redacted before it is shown.
pub(crate) fn describe_with_value(breach: &Breach) -> String {
    let sentence = Sentence::new(&breach.difference, &breach.expected, breach.actual.as_deref());
    with_sentence(breach, &sentence.to_string())
}

fn with_sentence(breach: &Breach, sentence: &str) -> String {
    let location = &breach.location;
    match breach.rule {
        // The sentence alone does not list the media types that would be accepted.
        Rule::ContentType => {
            let (expected, actual) = (&breach.expected, breach.actual.as_deref().unwrap_or("nothing"));
            format!("{location}: {sentence}, expected {expected}, found {actual}")
        }
        _ => format!("{location}: {sentence}"),
    }
}
