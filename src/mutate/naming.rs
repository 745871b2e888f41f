//! What the name or the spelling of a value says about it.

use jiff::{SignedDuration, Timestamp};

/// Whether a property of that name holds an identifier: `id`, `customer_id`, `customerId`, `ids`.
pub(crate) fn is_identifier(name: &str) -> bool {
    let stem = name.strip_suffix('s').unwrap_or(name);
    matches!(stem, "id" | "Id" | "ID" | "uuid")
        || ["_id", "-id", "Id", "ID", "_uuid", "Uuid"].iter().any(|ending| stem.ends_with(ending))
}

/// Whether a property of that name holds an amount of money.
pub(crate) fn is_money(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let words = ["amount", "price", "total", "balance", "cost", "fee"];
    words
        .iter()
        .any(|word| name == *word || name.ends_with(&format!("_{word}")) || name.starts_with(&format!("{word}_")))
}

/// An instant of RFC 3339, so many days later; none for other strings. Its fraction of a second keeps its digits.
pub(crate) fn shifted(text: &str, days: i64) -> Option<String> {
    let instant: Timestamp = text.parse().ok()?;
    let shifted = instant.checked_add(SignedDuration::from_hours(days * 24)).ok()?;
    let digits = text.split_once('.').map_or(0, |(_, rest)| rest.bytes().take_while(u8::is_ascii_digit).count());
    Some(format!("{shifted:.digits$}"))
}

/// The canonical spelling of an instant of RFC 3339: in UTC, without zeros at the end of its fraction.
pub(crate) fn canonical_instant(text: &str) -> Option<String> {
    let is_candidate = text.len() >= 20 && text.as_bytes().get(4) == Some(&b'-') && text.contains(':');
    is_candidate.then(|| text.parse::<Timestamp>().ok()).flatten().map(|instant| instant.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_instants() {
        let ids = ["id", "customer_id", "customerId", "ids", "link_ids", "uuid"];
        assert!(ids.iter().all(|name| is_identifier(name)));
        assert!(!["paid", "valid", "idle", "void"].iter().any(|name| is_identifier(name)));
        assert!(is_money("ltv_amount") && is_money("price") && !is_money("totally"));
        assert_eq!(shifted("2025-02-13T19:08:07.000Z", 365).as_deref(), Some("2026-02-13T19:08:07.000Z"));
        assert_eq!(shifted("13.02.2025", 365), None);
        let same = ["2025-02-13T19:08:07.000Z", "2025-02-13T20:08:07+01:00", "2025-02-13T19:08:07Z"];
        let canonical: Vec<_> = same.iter().map(|text| canonical_instant(text)).collect();
        assert!(canonical.iter().all(|one| one.is_some() && *one == canonical[0]), "{canonical:?}");
    }
}
